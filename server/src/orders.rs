//! What can be done with an order, for the API, the booth's page and the command line alike.

use crate::clock::Clock;
use crate::config::{PhotoSource, Settings};
use crate::letters::{self, ALPHABET, NUMBER_LETTERS};
use crate::limits::NUMBER_TRIES_MAX;
use crate::photos::lost;
use crate::story;
use boothpay_protocol::ledger::journal::Actor;
use boothpay_protocol::ledger::language::Language;
use boothpay_protocol::ledger::order::{Copies, Order, OrderId, OrderIdError};
use boothpay_protocol::ledger::printing::{PrintState, Printing};
use boothpay_protocol::ledger::provider::Provider;
use boothpay_protocol::ledger::rows::{Decision, Needs, Rows};
use boothpay_protocol::money::Tiyin;
use boothpay_protocol::photos::Session;
use boothpay_protocol::print::jobs::{self, Report, Wanted};
use boothpay_protocol::print::{self, Asked, PageId};
use boothpay_protocol::shop::{self, CloseRefusal, OrderConflict, OrderRequest, PrintRefusal, TestPaymentRefusal};
use boothpay_protocol::time::TimeMs;
use boothpay_protocol::uzqr::{self, ConfirmRefusal, ReportRefusal, UzqrDetails};
use boothpay_store::{Store, StoreError, crash};

/// Days after which the first two letters begin again.
const NUMBER_DAYS: i64 = 31 * 31;

/// Milliseconds of a day.
const DAY_MS: i64 = 86_400_000;

/// What comes of a reprint.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reprint {
    /// A print job was made.
    AtOnce,
    /// There is a print job already.
    UnderWay,
    /// The screen prints it when its number is typed there.
    AtTheScreen,
    /// The screen would have printed it anyway.
    NotYetPrinted,
}

/// The store with what its users need around it.
pub struct Orders<'a> {
    /// The database.
    pub store: &'a Store,
    /// The time.
    pub clock: &'a Clock,
    /// The settings.
    pub settings: &'a Settings,
    /// On whose behalf.
    pub actor: Actor,
}

impl Orders<'_> {
    /// Makes an order under a given id, or returns the one that is there.
    pub async fn offer(
        &self,
        id: OrderId,
        amount: Tiyin,
        copies: Copies,
        chosen: Option<Provider>,
    ) -> Result<Result<Order, OrderConflict>, StoreError> {
        let request = self.request(id.clone(), amount, copies, chosen, None);
        self.change(id, move |rows, now| shop::offer(&request, rows, now)).await
    }

    /// Makes an order under a number of our own.
    pub async fn make(
        &self,
        amount: Tiyin,
        copies: Copies,
        chosen: Option<Provider>,
        language: Option<Language>,
    ) -> Result<Order, StoreError> {
        for _ in 0..NUMBER_TRIES_MAX {
            let id = new_number(self.clock.now())?;
            let request = self.request(id.clone(), amount, copies, chosen, language);
            let decide = move |rows: &Rows, now: TimeMs| match rows.order {
                None => shop::offer(&request, rows, now).map(Result::ok),
                Some(_) => Decision::answer(None),
            };
            if let Some(order) = self.change(id, decide).await? {
                return Ok(order);
            }
        }
        Err(StoreError::Bug)
    }

    /// Opens an unpaid order again, with a fresh time to pay it. `None` when there is no such order.
    pub async fn reopen(
        &self,
        id: OrderId,
        language: Option<Language>,
    ) -> Result<Option<Result<Order, OrderConflict>>, StoreError> {
        let lifetime = self.settings.order_lifetime;
        let decide = move |rows: &Rows, now: TimeMs| match &rows.order {
            None => Decision::answer(None),
            Some(order) => {
                let again = OrderRequest::again(order, lifetime);
                let request = OrderRequest { language: language.or(again.language), ..again };
                shop::offer(&request, rows, now).map(Some)
            }
        };
        self.change(id, decide).await
    }

    /// Closes an order at the booth.
    pub async fn cancel(&self, id: OrderId) -> Result<Result<(), CloseRefusal>, StoreError> {
        self.change(id, shop::cancel).await
    }

    /// Whether an order is paid and its pictures are still to be taken: it was paid first, or they are gone before all of it was printed.
    pub async fn awaits_shots(&self, order: Option<&Order>) -> Result<bool, StoreError> {
        match order.filter(|order| may_await_shots(order)) {
            Some(order) => Ok(!self.has_shots(order.id.clone()).await?),
            None => Ok(false),
        }
    }

    /// Whether the pictures of an order are there, where the booth takes them itself; elsewhere they are its page's or its maker's matter.
    async fn has_shots(&self, id: OrderId) -> Result<bool, StoreError> {
        let order = self.store.rows(Needs::order(id.clone())).await?.order;
        let is_here = order.is_some_and(|order| order.booth.id == self.settings.booth.id);
        if is_here && self.settings.photos.source != PhotoSource::Boothpay {
            return Ok(true);
        }
        let session = self.store.session_of_order(id).await?;
        let whole = |it: &Session| it.has_its_shots() && !it.is_over(self.clock.now());
        match session {
            Some(session) if whole(&session) => Ok(!(is_here && lost::are_gone(self.settings, &session).await)),
            Some(_) => Ok(false),
            // The files of another booth's pictures are at that booth, and whether it takes any is in its settings.
            None => Ok(!is_here),
        }
    }

    /// The print of a paid order cannot be had where the booth's page prints by itself: its customer has a claim to it.
    pub(crate) async fn owe_print(&self, id: OrderId, why: &'static str) -> Result<(), StoreError> {
        let claim = self.settings.prints.jobs.claim;
        self.change(id, move |rows, now| print::owe(claim, why, rows, now)).await
    }

    /// The customer of an order whose pictures are not taken goes away: he has a claim to them.
    pub async fn put_off(&self, id: OrderId) -> Result<(), StoreError> {
        let rules = self.settings.print_rules();
        self.change(id, move |rows, now| rules.of(rows).put_off(rows, now)).await
    }

    /// Notes that an order's prints were started.
    pub async fn printed(&self, id: OrderId) -> Result<Result<(), PrintRefusal>, StoreError> {
        self.change(id, shop::printed).await
    }

    /// Grants a paid order's prints to the page that asks first.
    pub async fn grant_print(&self, id: OrderId, page: PageId) -> Result<Result<Asked, PrintRefusal>, StoreError> {
        let has_shots = self.has_shots(id.clone()).await?;
        let decide = move |rows: &Rows, now| {
            if lacks_shots(rows, has_shots) {
                return Decision::answer(Err(PrintRefusal::NoShots));
            }
            print::grant(&page, rows, now)
        };
        self.change(id, decide).await
    }

    /// Notes that an order's customer says he has paid by UzQR.
    pub async fn report_paid(&self, id: OrderId) -> Result<Result<(), ReportRefusal>, StoreError> {
        let rules = self.settings.rules();
        self.change(id, move |rows, now| uzqr::report(rows, now, &rules)).await
    }

    /// Pays an order by UzQR, on somebody's word.
    pub async fn confirm(&self, id: OrderId, said: UzqrDetails) -> Result<Result<(), ConfirmRefusal>, StoreError> {
        let rules = self.settings.rules();
        self.change(id, move |rows, now| uzqr::confirm(&said, rows, now, &rules)).await
    }

    /// A person lets a paid order be printed once more: by a print job where those print, else by the screen at which the customer
    /// types the number. What its own booth does is what counts, wherever he says it.
    pub async fn reprint(&self, id: OrderId) -> Result<Result<Reprint, PrintRefusal>, StoreError> {
        let (rules, rows) = (self.settings.print_rules(), self.store.rows(Needs::order(id.clone())).await?);
        let (by_job, order) = (rules.of(&rows).are_made, rows.order.as_ref());
        let is_claim = order.and_then(|order| order.printing).is_some_and(|it| it.state.is_claim());
        // Its customer takes the pictures at the screen, or its page prints them there.
        if is_claim && (!by_job || self.awaits_shots(order).await?) {
            let allowed = self.change(id, move |rows, now| rules.of(rows).await_again(rows, now)).await?;
            return Ok(allowed.map(|_| Reprint::AtTheScreen));
        }
        if !by_job {
            let allowed = self.change(id, print::allow_again).await?;
            return Ok(allowed.map(|allowed| if allowed { Reprint::AtTheScreen } else { Reprint::NotYetPrinted }));
        }
        let wanted = self.change(id, move |rows, now| rules.of(rows).want_again(rows, now)).await?;
        Ok(wanted.map(|wanted| match wanted {
            Wanted::Asked => Reprint::AtOnce,
            Wanted::Before => Reprint::UnderWay,
        }))
    }

    /// A person says that the customer has all prints, also those that did not come out of this printer.
    pub async fn hand_over(&self, id: OrderId) -> Result<Result<(), jobs::ReportRefusal>, StoreError> {
        self.change(id, jobs::settle).await
    }

    /// The customer asks for the prints of an order that a print job makes.
    pub async fn want_print(&self, id: OrderId) -> Result<Result<Wanted, PrintRefusal>, StoreError> {
        let has_shots = self.has_shots(id.clone()).await?;
        let rules = self.settings.print_rules();
        let decide = move |rows: &Rows, now| {
            if lacks_shots(rows, has_shots) {
                return Decision::answer(Err(PrintRefusal::NoShots));
            }
            rules.of(rows).want(rows, now)
        };
        self.change(id, decide).await
    }

    /// The customer says how many copies have come out, over all jobs, where nobody knows it.
    pub async fn came_out(&self, id: OrderId, copies: u16) -> Result<Result<(), jobs::ReportRefusal>, StoreError> {
        let order = self.store.rows(Needs::order(id.clone())).await?.order;
        let Some(Printing { job, state: PrintState::Unknown, .. }) = order.and_then(|order| order.printing) else {
            return Ok(Err(jobs::ReportRefusal::Answered));
        };
        let round = jobs::round(&self.store.journal(id.clone()).await?, job);
        // What he has is not printed once more, so he is asked for the number. All copies mean that nothing has failed.
        let report = Report::Failed { done: Some(copies), why: "the customer says that not all came out".to_owned() };
        let rules = self.settings.print_rules();
        self.change(id, move |rows, now| rules.of(rows).report(job, round, &report, rows, now)).await
    }

    /// Pays an order without money, if that is still allowed at the moment of the decision.
    pub async fn test_payment(
        &self,
        id: OrderId,
        is_allowed: impl Fn() -> bool + Send + 'static,
    ) -> Result<Result<(), TestPaymentRefusal>, StoreError> {
        let refused = || Decision::answer(Err(TestPaymentRefusal::NotFound));
        self.change(id, move |rows, now| if is_allowed() { shop::test_payment(rows, now) } else { refused() }).await
    }

    fn request(
        &self,
        id: OrderId,
        amount: Tiyin,
        copies: Copies,
        chosen: Option<Provider>,
        language: Option<Language>,
    ) -> OrderRequest {
        let (booth, lifetime) = (self.settings.booth.clone(), self.settings.order_lifetime);
        OrderRequest { id, amount, copies, booth, chosen, language, lifetime }
    }

    async fn change<R, F>(&self, id: OrderId, mut decide: F) -> Result<R, StoreError>
    where
        R: Send + 'static,
        F: FnMut(&Rows, TimeMs) -> Decision<R> + Send + 'static,
    {
        let now = self.clock.now();
        let committed = self.store.transact(Needs::order(id), self.actor, move |rows| decide(rows, now)).await?;
        story::tell(&committed.entries);
        if !committed.entries.is_empty() {
            crash::here(crash::Point::BeforeAnswer);
        }
        Ok(committed.reply)
    }
}

/// Whether the pictures of a paid order may still have to be taken: it was paid first, or its customer has a claim.
fn may_await_shots(order: &Order) -> bool {
    !order.by_api && order.printing.is_some_and(|it| it.state.may_await_shots())
}

/// The same where a print is decided: on the rows as they are in that moment, for the payment may have come since the pictures were looked for.
fn lacks_shots(rows: &Rows, has_shots: bool) -> bool {
    !has_shots && rows.order.as_ref().is_some_and(may_await_shots)
}

/// The orders that an id may mean as somebody writes it: the one of exactly this id and, if it is not there, the one whose number
/// it is when it was written for people.
pub fn meant_by(text: &str) -> Result<(OrderId, Option<OrderId>), OrderIdError> {
    match (OrderId::parse(text.trim()), number_as_written(text)) {
        (Ok(id), Some(number)) if id != number => Ok((id, Some(number))),
        (Ok(id), _) | (Err(_), Some(id)) => Ok((id, None)),
        (Err(error), None) => Err(error),
    }
}

/// An order number made here, as a person writes it down: in groups, in small letters, with Cyrillic letters that look the same.
pub(crate) fn number_as_written(text: &str) -> Option<OrderId> {
    OrderId::parse(&letters::as_written(text, NUMBER_LETTERS)?).ok()
}

/// An order number: the day, then random letters, too many to guess.
pub(crate) fn new_number(now: TimeMs) -> Result<OrderId, StoreError> {
    let mut number = String::with_capacity(NUMBER_LETTERS);
    let day = now.ms().div_euclid(DAY_MS).rem_euclid(NUMBER_DAYS);
    for place in [day / 31, day % 31] {
        let letter = usize::try_from(place).ok().and_then(|place| ALPHABET.get(place)).ok_or(StoreError::Bug)?;
        number.push(char::from(*letter));
    }
    number.push_str(&letters::draw(NUMBER_LETTERS.saturating_sub(number.len()))?);
    OrderId::parse(&number).map_err(|_| StoreError::Bug)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn order_numbers_have_the_letters_that_can_be_read_out() {
        let now = TimeMs::new(1_795_285_991_058);
        let new = |_| new_number(now).unwrap().to_string();
        let numbers: std::collections::BTreeSet<String> = (0..500).map(new).collect();
        assert_eq!(numbers.len(), 500);
        assert!(numbers.iter().all(|number| number.len() == 8 && number.bytes().all(|byte| ALPHABET.contains(&byte))));
    }

    #[test]
    fn a_number_is_known_in_every_way_of_writing_it() {
        for written in ["74S88WN2", "74s88wn2", "74S8 8WN2", "74S8\u{a0}8WN2", " 74s8-8wn2 ", "74S8.8WN2"] {
            assert_eq!(number_as_written(written).map(String::from).as_deref(), Some("74S88WN2"), "{written}");
        }
        let cyrillic = number_as_written("АВЕКМНРС");
        assert_eq!(cyrillic.map(String::from).as_deref(), Some("ABEKMHPC"));
        for other in ["74S88WN", "74S88WN22", "74S88WN0", "photobooth-test-123", ""] {
            assert_eq!(number_as_written(other), None, "{other}");
        }
    }

    #[test]
    fn order_numbers_of_one_day_are_neighbours_and_days_follow_each_other() {
        let day = |day: i64| new_number(TimeMs::new(day * DAY_MS)).unwrap().as_str()[..2].to_owned();
        let days: Vec<String> = (20_181..20_181 + NUMBER_DAYS).map(day).collect();
        assert!(days.is_sorted_by(|a, b| a < b), "20181 is the first of its round");
        assert_eq!(day(20_181 + NUMBER_DAYS), days[0]);
        let end_of_day = new_number(TimeMs::new(20_182 * DAY_MS - 1)).unwrap();
        assert_eq!(end_of_day.as_str()[..2], days[0]);
        assert_eq!(new_number(TimeMs::new(-1)).unwrap().as_str().len(), 8, "before 1970, too");
    }
}
