//! Whose rules decide on an order's prints: those of the booth that sells it. Of several booths on one database each has a server of its
//! own, and a wallet's call, a person in a panel or a command may reach any of them. So each server keeps its booth's rules in the
//! database, and they are read together with the order.

use super::jobs::Jobs;
use crate::ledger::booth::BoothId;
use crate::ledger::rows::{Decision, Rows};
use crate::ledger::setting::SettingName;
use crate::time::TimeMs;

/// The stored setting of a booth's rules, before a dot and its id.
pub const SETTING: &str = "booth.prints";

/// The rules of the booth that decides. Those of the others come with their orders.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rules {
    booth: BoothId,
    own: Jobs,
}

impl Rules {
    /// Of a booth, as its settings have them.
    pub const fn new(booth: BoothId, own: Jobs) -> Self {
        Self { booth, own }
    }

    /// Those for the order of these rows. Of a booth that has never said how it prints, nothing better is known than our own.
    pub fn of<'a>(&'a self, rows: &'a Rows) -> &'a Jobs {
        let is_theirs = rows.order.as_ref().is_some_and(|order| order.booth.id != self.booth);
        rows.booth_prints.as_ref().filter(|_| is_theirs).unwrap_or(&self.own)
    }

    /// The setting that keeps them for the servers of other booths.
    pub fn setting_name(&self) -> SettingName {
        SettingName::of_booth(SETTING, &self.booth)
    }

    /// Keeps them, if they are not kept already.
    pub fn keep(&self, rows: &Rows, now: TimeMs) -> Decision<()> {
        let kept = rows.setting.as_ref().and_then(|setting| read(setting.value.as_deref()?));
        match serde_json::to_string(&self.own) {
            Ok(own) if kept.as_ref() != Some(&self.own) => Decision::set(self.setting_name(), Some(own), now, ()),
            // There is nothing in them that JSON could not say.
            Ok(_) | Err(_) => Decision::answer(()),
        }
    }
}

/// Reads kept rules; none where somebody else has written there.
pub fn read(value: &str) -> Option<Jobs> {
    serde_json::from_str(value).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ledger::booth::Booth;
    use crate::ledger::order::{Copies, NewOrder, Order, OrderId};
    use crate::ledger::rows::Writes;
    use crate::ledger::setting::Setting;
    use crate::ledger::transaction::TransactionNumber;
    use crate::money::Tiyin;
    use crate::time::SpanMs;

    const NOW: TimeMs = TimeMs::new(1_700_000_000_000);

    fn jobs(seconds: u32, are_made: bool) -> Jobs {
        let span = SpanMs::seconds(seconds);
        Jobs { wait: span, claim: span, stuck: are_made.then_some(span), shots: None, are_made }
    }

    fn rules(booth: &str, own: Jobs) -> Rules {
        Rules::new(BoothId::parse(booth).unwrap(), own)
    }

    fn rows(booth: &str, booth_prints: Option<Jobs>) -> Rows {
        let new = NewOrder {
            amount: Tiyin::new(100).unwrap(),
            copies: Copies::ONE,
            booth: Booth { id: BoothId::parse(booth).unwrap(), name: booth.to_owned() },
            chosen: None,
            language: None,
            expires_at: NOW,
        };
        let order = Order::new(OrderId::parse("order").unwrap(), &new, NOW);
        Rows { order: Some(order), booth_prints, ..Rows::none(TransactionNumber::new(1)) }
    }

    #[test]
    fn an_order_has_the_rules_of_its_own_booth() {
        let (own, kept) = (jobs(1, true), jobs(2, false));
        let here = rules("here", own.clone());
        assert_eq!(here.of(&rows("there", Some(kept.clone()))), &kept);
        assert_eq!(here.of(&rows("here", Some(kept))), &own, "as the settings have them, whatever was kept before");
        assert_eq!(here.of(&rows("there", None)), &own, "a booth that never said anything");
        assert_eq!(here.of(&Rows::none(TransactionNumber::new(1))), &own);
    }

    #[test]
    fn what_is_kept_is_read_again_and_kept_once() {
        let here = rules("here", jobs(1, true));
        let mut rows = Rows::none(TransactionNumber::new(1));
        let Writes::Setting { name, value, .. } = here.keep(&rows, NOW).writes else { panic!("nothing is kept") };
        assert_eq!((name.as_str(), read(value.as_deref().unwrap())), ("booth.prints.here", Some(jobs(1, true))));
        rows.setting = Some(Setting { name, value, version: 1, changed_at: NOW });
        assert_eq!(here.keep(&rows, NOW).writes, Writes::Nothing);
        assert_ne!(rules("here", jobs(2, true)).keep(&rows, NOW).writes, Writes::Nothing, "they have changed");
        assert_eq!(read("{}"), None);
    }
}
