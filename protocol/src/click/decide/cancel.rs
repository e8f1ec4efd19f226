//! A negative error in either call: Click gives the payment up (`reference/click.md §2.5, §2.6`). Every negative number is one,
//! whatever it says.

use super::{Answer, Decided, tell};
use crate::click::details::ClickDetails;
use crate::click::{Payment, Refusal};
use crate::ledger::details::Details;
use crate::ledger::journal::Change;
use crate::ledger::rows::{Decision, Rows};
use crate::ledger::transaction::{Reason, State, Transaction};
use crate::time::TimeMs;

pub(super) fn decide(known: &Transaction, payment: &Payment, rows: &Rows, now: TimeMs) -> Decided {
    let change = |change, refusal| {
        let answer = Answer::about(known, Err(refusal));
        Decision::change(known.order_id.clone(), rows.at(now), vec![change], answer)
    };
    let number = known.number;
    match known.state {
        State::Created => {
            let cancelled = Change::TransactionCancelled { number, reason: Some(Reason::Failed), details: None };
            change(cancelled, Refusal::Cancelled)
        }
        // What was paid for may be printed already, and whether the money went back, Click's cabinet says. So the order stays
        // as it is, and the owner hears of it.
        State::Performed { .. } | State::Owed { .. } => match noted(known, payment.error) {
            Some(details) => change(Change::DetailsChanged { number, details }, Refusal::CancelledAfterPayment),
            None => tell(known, Err(Refusal::CancelledAfterPayment)),
        },
        // Nobody has told Click that our time ran out. From its word on the payment is over, whoever let go of it first.
        State::Cancelled { reason: Some(Reason::TimedOut), .. } => match given_up(known, payment.error) {
            Some(details) => change(Change::DetailsChanged { number, details }, Refusal::Cancelled),
            None => tell(known, Err(Refusal::Cancelled)),
        },
        State::Cancelled { .. } | State::Refunded { .. } | State::GivenBack { .. } => {
            tell(known, Err(Refusal::Cancelled))
        }
    }
}

/// The details with Click's word in them; `None` when they have one already, or are not Click's.
fn noted(known: &Transaction, error: i64) -> Option<Details> {
    let details = ClickDetails::of(known).ok().filter(|details| details.cancelled_after_payment.is_none())?;
    ClickDetails { cancelled_after_payment: Some(error), ..details }.keep().ok()
}

/// The same for a payment that we had let go.
fn given_up(known: &Transaction, error: i64) -> Option<Details> {
    let details = ClickDetails::of(known).ok().filter(|details| details.given_up.is_none())?;
    ClickDetails { given_up: Some(error), ..details }.keep().ok()
}
