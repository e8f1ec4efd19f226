//! Printing: one payment is printed once, whoever has its number.
//!
//! | order | grant | who asks | answer |
//! |---|---|---|---|
//! | not paid, or refunded | | anybody | refused |
//! | paid, its money is asked back | | anybody | refused |
//! | made through the API, and the owner does not allow it | | anybody | refused |
//! | paid | none, or a reprint was allowed since | anybody | granted, and written down |
//! | paid | a page has it | the same page | granted still: its answer was lost, or it was loaded again |
//! | paid | a page has it | anybody else | refused: it was printed |
//!
//! A print that cannot be had when it is asked for is not granted, and its customer has a claim to it ([`owe`]).
//!
//! The server cannot know whether the page that is granted again has already printed. The page remembers it.

pub mod jobs;
pub mod rules;

use crate::ledger::journal::{Change, Entry};
use crate::ledger::order::{Order, OrderStatus};
use crate::ledger::printing::PrintState;
use crate::ledger::rows::{Decision, Rows};
use crate::shop::PrintRefusal;
use crate::time::{SpanMs, TimeMs};
use serde::{Deserialize, Serialize};
use std::fmt;

/// Characters of a page's id.
pub const PAGE_ID_CHARS_MAX: usize = 64;

/// One open page, by an id that it drew itself: 8 to [`PAGE_ID_CHARS_MAX`] letters, digits and hyphens.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct PageId(String);

/// Why a text is not a page's id.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("page must be 8 to {PAGE_ID_CHARS_MAX} letters, digits and hyphens that this page drew by chance")]
pub struct PageIdError;

impl PageId {
    /// Checks a text.
    pub fn parse(text: &str) -> Result<Self, PageIdError> {
        let proper = text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
        if proper && (8..=PAGE_ID_CHARS_MAX).contains(&text.len()) {
            Ok(Self(text.to_owned()))
        } else {
            Err(PageIdError)
        }
    }
}

impl TryFrom<String> for PageId {
    type Error = PageIdError;

    fn try_from(text: String) -> Result<Self, PageIdError> {
        Self::parse(&text)
    }
}

impl From<PageId> for String {
    fn from(id: PageId) -> Self {
        id.0
    }
}

impl fmt::Display for PageId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// What came of asking.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Asked {
    /// The page that asked prints it.
    Granted,
    /// Somebody has it. [`holder`] says who.
    Taken,
}

/// Grants the prints of a paid order to the page that asks first.
pub fn grant(page: &PageId, rows: &Rows, now: TimeMs) -> Decision<Result<Asked, PrintRefusal>> {
    let Some(order) = &rows.order else { return Decision::answer(Err(PrintRefusal::NotFound)) };
    match (order.status, order.printed_at) {
        (OrderStatus::Paid, _) if order.refund_asked_at.is_some() => Decision::answer(Err(PrintRefusal::RefundAsked)),
        // A claim is honoured as long as it says; of an order that was paid first the pictures are there now.
        (OrderStatus::Paid, _) if order.printing.is_some_and(|it| !is_to_be_granted(it.state, now)) => {
            Decision::answer(Ok(Asked::Taken))
        }
        (OrderStatus::Paid, Some(_)) if order.printing.is_none() => Decision::answer(Ok(Asked::Taken)),
        (OrderStatus::Paid, _) => {
            let granted = Change::PrintGranted { page: page.clone() };
            Decision::change(order.id.clone(), rows.at(now), vec![granted], Ok(Asked::Granted))
        }
        (OrderStatus::Pending | OrderStatus::Cancelled | OrderStatus::Refunded | OrderStatus::Expired, _) => {
            Decision::answer(Err(PrintRefusal::NotPaid))
        }
    }
}

const fn is_to_be_granted(state: PrintState, now: TimeMs) -> bool {
    match state {
        PrintState::Shots { .. } => true,
        PrintState::Claim { until } => now.ms() < until.ms(),
        PrintState::Asked { .. }
        | PrintState::Begun { .. }
        | PrintState::Printed
        | PrintState::Failed
        | PrintState::Stuck { .. }
        | PrintState::Unknown
        | PrintState::Stopped => false,
    }
}

/// The print of a paid order cannot be had where the booth's page prints by itself: its customer has a claim to it, and so somebody sees it.
/// A claim that is there stays as it is.
pub fn owe(claim: SpanMs, why: &'static str, rows: &Rows, now: TimeMs) -> Decision<()> {
    let is_owed = |order: &&Order| {
        order.status == OrderStatus::Paid
            && order.refund_asked_at.is_none()
            && order.printing.is_none_or(|it| matches!(it.state, PrintState::Shots { .. }))
    };
    let Some(order) = rows.order.as_ref().filter(is_owed) else { return Decision::answer(()) };
    let opened = Change::PrintClaimOpened { until: rows.at(now).plus(claim), why: why.to_owned() };
    Decision::change(order.id.clone(), rows.at(now), vec![opened], ())
}

/// Lets a paid order be printed once more, because nothing, or nothing good, came out of the printer. The reply says whether
/// there was anything to allow: an order that waits for its print needs no leave.
pub fn allow_again(rows: &Rows, now: TimeMs) -> Decision<Result<bool, PrintRefusal>> {
    let Some(order) = &rows.order else { return Decision::answer(Err(PrintRefusal::NotFound)) };
    match (order.status, order.printed_at) {
        (OrderStatus::Paid, _) if order.refund_asked_at.is_some() => Decision::answer(Err(PrintRefusal::RefundAsked)),
        (OrderStatus::Paid, _) if order.printing.is_some() => Decision::answer(Err(PrintRefusal::HasJob)),
        (OrderStatus::Paid, Some(_)) => {
            Decision::change(order.id.clone(), rows.at(now), vec![Change::ReprintAllowed], Ok(true))
        }
        (OrderStatus::Paid, None) => Decision::answer(Ok(false)),
        (OrderStatus::Pending | OrderStatus::Cancelled | OrderStatus::Refunded | OrderStatus::Expired, _) => {
            Decision::answer(Err(PrintRefusal::NotPaid))
        }
    }
}

/// The page that has an order's prints, by its journal: the last grant since a reprint was allowed. It never changes but by
/// such a row, so it may be read after the decision.
pub fn holder(journal: &[Entry]) -> Option<&PageId> {
    let is_about_prints = |entry: &&Entry| {
        matches!(
            entry.change,
            Change::PrintGranted { .. } | Change::ReprintAllowed | Change::OrderPrinted | Change::PrintAsked { .. }
        )
    };
    match &journal.iter().rev().find(is_about_prints)?.change {
        Change::PrintGranted { page } => Some(page),
        Change::OrderCreated(_)
        | Change::OrderReopened { .. }
        | Change::OrderChosen { .. }
        | Change::OrderCancelled
        | Change::OrderExpired
        | Change::OrderPrinted
        | Change::ReprintAllowed
        | Change::PrintAwaitsShots { .. }
        | Change::PrintAsked { .. }
        | Change::PrintBegun { .. }
        | Change::PrintProgress { .. }
        | Change::PrintDone
        | Change::PrintFailed { .. }
        | Change::PrintUnknown { .. }
        | Change::PrintClaimOpened { .. }
        | Change::TransactionCreated(_)
        | Change::StatementShown { .. }
        | Change::OrderTakenOver(_)
        | Change::TransactionTakenOver(_)
        | Change::TransactionPerformed { .. }
        | Change::TransactionPerformedLate { .. }
        | Change::TransactionCancelled { .. }
        | Change::TransactionRefunded { .. }
        | Change::RefundAsked { .. }
        | Change::RefundFailed { .. }
        | Change::MoneyOwed { .. }
        | Change::MoneyGivenBack { .. }
        | Change::DetailsChanged { .. } => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ledger::booth::{Booth, BoothId};
    use crate::ledger::details::Details;
    use crate::ledger::journal::{self, Actor, Story};
    use crate::ledger::order::{Copies, NewOrder, OrderId};
    use crate::ledger::provider::{Provider, ProviderId};
    use crate::ledger::transaction::{NewTransaction, Reason, TransactionNumber};
    use crate::money::Tiyin;

    const NOW: TimeMs = TimeMs::new(1_700_000_000_000);

    /// A journal with its rows.
    struct Book {
        entries: Vec<Entry>,
        story: Story,
    }

    impl Book {
        fn paid() -> Self {
            let number = TransactionNumber::new(1);
            let amount = Tiyin::new(100).unwrap();
            let (provider, provider_id) = (Provider::Payme, ProviderId::parse("p").unwrap());
            let mut book = Self { entries: Vec::new(), story: Story::default() };
            let (booth, expires_at) = (Booth { id: BoothId::main(), name: "booth".to_owned() }, NOW);
            let (chosen, language) = (None, None);
            book.write(Change::OrderCreated(NewOrder {
                amount,
                copies: Copies::ONE,
                booth,
                chosen,
                language,
                expires_at,
            }));
            book.write(Change::TransactionCreated(NewTransaction {
                number,
                provider,
                provider_id,
                provider_time: NOW,
                amount,
                details: Details::none(),
            }));
            book.write(Change::TransactionPerformed { number, details: None });
            book
        }

        fn write(&mut self, change: Change) {
            let version = u32::try_from(self.entries.len()).unwrap() + 1;
            let order_id = OrderId::parse("a").unwrap();
            let entry = Entry { order_id, version, at: NOW, actor: Actor::Booth, change };
            journal::apply(&mut self.story, &entry).unwrap();
            self.entries.push(entry);
        }

        fn rows(&self) -> Rows {
            Rows { order: self.story.order.clone(), ..Rows::none(TransactionNumber::new(2)) }
        }

        /// Writes what is decided.
        fn decide<R>(&mut self, decision: Decision<R>) -> R {
            if let crate::ledger::rows::Writes::Order { changes, .. } = decision.writes {
                changes.into_iter().for_each(|change| self.write(change));
            }
            decision.reply
        }
    }

    fn page(name: &str) -> PageId {
        PageId::parse(name).unwrap()
    }

    #[test]
    fn the_first_page_gets_it_and_keeps_it() {
        let (one, other) = (page("page-one"), page("page-other"));
        let mut book = Book::paid();
        assert_eq!(holder(&book.entries), None);
        let first = grant(&one, &book.rows(), NOW);
        assert_eq!(book.decide(first), Ok(Asked::Granted));
        for again in [&one, &other] {
            let decision = grant(again, &book.rows(), NOW);
            assert_eq!(decision, Decision::answer(Ok(Asked::Taken)));
        }
        assert_eq!(holder(&book.entries), Some(&one));
        assert!(book.story.order.as_ref().unwrap().printed_at.is_some());
    }

    #[test]
    fn a_reprint_is_one_more_grant() {
        let mut book = Book::paid();
        assert_eq!(allow_again(&book.rows(), NOW), Decision::answer(Ok(false)), "it waits for its first print");
        for name in ["page-one", "page-two"] {
            let granted = grant(&page(name), &book.rows(), NOW);
            assert_eq!(book.decide(granted), Ok(Asked::Granted));
            assert_eq!(holder(&book.entries), Some(&page(name)));
            let allowed = allow_again(&book.rows(), NOW);
            assert_eq!(book.decide(allowed), Ok(true));
            assert_eq!(holder(&book.entries), None);
        }
    }

    #[test]
    fn what_cannot_be_had_is_a_claim_that_is_granted_later() {
        let (claim, why) = (SpanMs::seconds(60), "its pictures are gone");
        let nobodys = Rows::none(TransactionNumber::new(1));
        assert_eq!(owe(claim, why, &nobodys, NOW), Decision::answer(()));
        let mut book = Book::paid();
        let owed = owe(claim, why, &book.rows(), NOW);
        book.decide(owed);
        let state = |book: &Book| book.story.order.as_ref().unwrap().printing.map(|it| it.state);
        assert_eq!(state(&book), Some(PrintState::Claim { until: NOW.plus(claim) }));
        let later = NOW.plus(SpanMs::seconds(30));
        assert_eq!(owe(claim, why, &book.rows(), later), Decision::answer(()), "asking again makes it no longer");
        let granted = grant(&page("page-one"), &book.rows(), later);
        assert_eq!(book.decide(granted), Ok(Asked::Granted));
        assert_eq!(state(&book), None);
        let mut back = Book::paid();
        back.write(Change::RefundAsked { number: TransactionNumber::new(1), reason: None });
        assert_eq!(owe(claim, why, &back.rows(), NOW), Decision::answer(()), "its money is the claim");
    }

    #[test]
    fn what_is_not_paid_is_not_printed() {
        let mut book = Book::paid();
        let nothing = Rows::none(TransactionNumber::new(1));
        assert_eq!(grant(&page("page-one"), &nothing, NOW), Decision::answer(Err(PrintRefusal::NotFound)));
        book.write(Change::TransactionRefunded {
            number: TransactionNumber::new(1),
            reason: Some(Reason::Refund),
            details: None,
        });
        assert_eq!(grant(&page("page-one"), &book.rows(), NOW), Decision::answer(Err(PrintRefusal::NotPaid)));
        assert_eq!(allow_again(&book.rows(), NOW), Decision::answer(Err(PrintRefusal::NotPaid)));
    }

    #[test]
    fn what_is_asked_back_is_not_printed_any_more() {
        let mut book = Book::paid();
        book.write(Change::RefundAsked { number: TransactionNumber::new(1), reason: None });
        let refused = Decision::answer(Err(PrintRefusal::RefundAsked));
        assert_eq!(grant(&page("page-one"), &book.rows(), NOW), refused);
        assert_eq!(allow_again(&book.rows(), NOW), Decision::answer(Err(PrintRefusal::RefundAsked)));
    }

    #[test]
    fn the_journal_refuses_a_second_grant_and_a_reprint_of_nothing() {
        let mut book = Book::paid();
        let refused = |book: &Book, change: Change| {
            let (order_id, version) = (OrderId::parse("a").unwrap(), u32::try_from(book.entries.len()).unwrap() + 1);
            let entry = Entry { order_id, version, at: NOW, actor: Actor::Booth, change };
            journal::apply(&mut book.story.clone(), &entry).is_err()
        };
        assert!(refused(&book, Change::ReprintAllowed));
        book.write(Change::PrintGranted { page: page("page-one") });
        assert!(refused(&book, Change::PrintGranted { page: page("page-two") }));
        assert!(refused(&book, Change::OrderPrinted));
    }

    #[test]
    fn ids_of_pages_are_drawn_by_chance() {
        for bad in ["", "short", "page\u{202e}one", "page one", &"x".repeat(65)] {
            assert_eq!(PageId::parse(bad), Err(PageIdError), "{bad:?}");
        }
    }
}
