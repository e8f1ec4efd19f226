//! What the database knows of the wallets that were connected in the owner's panel: which, since when, and which steps of the wallet's own
//! tests were seen. Their keys are elsewhere. Two stored settings.
//!
//! The first one says whether the file with the keys is the one that was written last: a server whose file is lost, or older, must not take
//! a key that is void, or nobody's.

use crate::ledger::provider::Provider;
use crate::ledger::rows::{Decision, Rows};
use crate::ledger::setting::{Setting, SettingName};
use crate::time::TimeMs;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// The name of the setting that says which wallets are connected.
pub fn setting_name() -> SettingName {
    SettingName::of_program("wallets")
}

/// The name of the setting that says which steps were seen.
pub fn steps_setting_name() -> SettingName {
    SettingName::of_program("wallets.steps")
}

/// The file with the keys, as it was written last.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Noted {
    /// When, in milliseconds since 1970. The file says the same of itself.
    pub changed_at_ms: i64,
    /// Which wallets are in it.
    pub wallets: Vec<Provider>,
}

/// A stored value that is not in its form: damage, or a bug.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("what is stored of the wallets that were connected in the panel is not in its form")]
pub struct NotNoted;

fn read<T: for<'a> Deserialize<'a>>(setting: Option<&Setting>) -> Result<Option<T>, NotNoted> {
    let value = setting.and_then(|setting| setting.value.as_deref());
    value.map(|json| serde_json::from_str(json).map_err(|_| NotNoted)).transpose()
}

impl Noted {
    /// Reads the setting; `None` where nothing was ever connected in the panel.
    pub fn of(setting: Option<&Setting>) -> Result<Option<Self>, NotNoted> {
        read(setting)
    }

    /// Notes that the file was written. The answer says whether that was news; what was written later stays.
    pub fn note(&self, rows: &Rows, now: TimeMs) -> Decision<Result<bool, NotNoted>> {
        match (Self::of(rows.setting.as_ref()), serde_json::to_string(self)) {
            (Ok(Some(known)), Ok(_)) if known.changed_at_ms >= self.changed_at_ms => Decision::answer(Ok(false)),
            (Ok(_), Ok(json)) => Decision::set(setting_name(), Some(json), now, Ok(true)),
            (Err(error), _) => Decision::answer(Err(error)),
            (Ok(_), Err(_)) => Decision::answer(Err(NotNoted)),
        }
    }
}

/// Which steps of a wallet's own tests were seen, by their words, since it was connected to be tried.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Steps(BTreeMap<Provider, BTreeSet<String>>);

impl Steps {
    /// Reads the setting.
    pub fn of(setting: Option<&Setting>) -> Result<Self, NotNoted> {
        read(setting).map(Option::unwrap_or_default)
    }

    /// Those of a wallet.
    pub fn seen(&self, wallet: Provider) -> BTreeSet<String> {
        self.0.get(&wallet).cloned().unwrap_or_default()
    }
}

/// Keeps that more steps of a wallet were seen.
pub fn see(wallet: Provider, steps: &BTreeSet<String>, rows: &Rows, now: TimeMs) -> Decision<()> {
    // What cannot be read is begun anew: no money hangs on it.
    let mut known = Steps::of(rows.setting.as_ref()).unwrap_or_default();
    let of_wallet = known.0.entry(wallet).or_default();
    let before = of_wallet.len();
    of_wallet.extend(steps.iter().cloned());
    if of_wallet.len() == before {
        return Decision::answer(());
    }
    Decision::set(steps_setting_name(), serde_json::to_string(&known).ok(), now, ())
}

/// Forgets the steps of a wallet: it is tried anew.
pub fn begin(wallet: Provider, rows: &Rows, now: TimeMs) -> Decision<()> {
    let mut known = Steps::of(rows.setting.as_ref()).unwrap_or_default();
    match known.0.remove(&wallet) {
        None => Decision::answer(()),
        Some(_) => Decision::set(steps_setting_name(), serde_json::to_string(&known).ok(), now, ()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ledger::rows::Writes;
    use crate::ledger::transaction::TransactionNumber;

    fn rows(json: Option<&str>) -> Rows {
        let setting = json.map(|json| Setting {
            name: setting_name(),
            value: Some(json.to_owned()),
            version: 1,
            changed_at: TimeMs::new(0),
        });
        Rows { setting, ..Rows::none(TransactionNumber::new(1)) }
    }

    fn written<R>(decision: &Decision<R>) -> Option<String> {
        match &decision.writes {
            Writes::Setting { value, .. } => value.clone(),
            Writes::Nothing | Writes::Order { .. } => None,
        }
    }

    #[test]
    fn what_was_written_later_stays() {
        let noted = Noted { changed_at_ms: 5, wallets: vec![Provider::Payme] };
        let first = noted.note(&rows(None), TimeMs::new(9));
        let json = written(&first).unwrap();
        assert_eq!(json, r#"{"changed_at_ms":5,"wallets":["payme"]}"#);
        assert_eq!(noted.note(&rows(Some(&json)), TimeMs::new(9)).reply, Ok(false));
        let later = Noted { changed_at_ms: 6, wallets: Vec::new() };
        assert_eq!(later.note(&rows(Some(&json)), TimeMs::new(9)).reply, Ok(true));
        assert_eq!(noted.note(&rows(Some("{}")), TimeMs::new(9)).reply, Err(NotNoted));
    }

    #[test]
    fn steps_are_added_and_begin_anew() {
        let (now, steps) = (TimeMs::new(9), BTreeSet::from(["auth".to_owned()]));
        let json = written(&see(Provider::Payme, &steps, &rows(None), now)).unwrap();
        assert_eq!(written(&see(Provider::Payme, &steps, &rows(Some(&json)), now)), None, "nothing is new");
        let more = BTreeSet::from(["amount".to_owned()]);
        let json = written(&see(Provider::Payme, &more, &rows(Some(&json)), now)).unwrap();
        let known = Steps::of(rows(Some(&json)).setting.as_ref()).unwrap();
        assert_eq!((known.seen(Provider::Payme).len(), known.seen(Provider::Click).len()), (2, 0));
        assert_eq!(written(&begin(Provider::Payme, &rows(Some(&json)), now)).unwrap(), "{}");
        assert_eq!(written(&begin(Provider::Click, &rows(Some(&json)), now)), None);
    }
}
