//! Status: what has become of it? Reads only (`reference/uzum.md §4.5`).
//!
//! | transaction | status | confirmTime | reverseTime |
//! |---|---|---|---|
//! | unknown | 10014 | | |
//! | created, in its time | CREATED | null | null |
//! | created and its time has run out, or ended for that | FAILED | null | null |
//! | confirmed, or owed back | CONFIRMED | when | null |
//! | reversed before it was confirmed | REVERSED | null | when |
//! | confirmed and reversed since | REVERSED | when | when |
//!
//! FAILED follows from the time alone, so it is right even before the sweep has recorded it.

use super::{Decided, Reply, Status, TransactionStatus, found};
use crate::ledger::rows::{Decision, Rows};
use crate::ledger::transaction::{Reason, State, Transaction};
use crate::providers::{self, Rules};
use crate::time::TimeMs;

pub(super) fn decide(rows: &Rows, now: TimeMs, rules: &Rules) -> Decided {
    Decision::answer(found(rows).map(|transaction| Reply::TransactionStatus(status(transaction, now, rules))))
}

fn status(transaction: &Transaction, now: TimeMs, rules: &Rules) -> TransactionStatus {
    let (status, reverse_time) = match transaction.state {
        State::Created if providers::is_abandoned(transaction, now, rules) => (Status::Failed, None),
        State::Created => (Status::Created, None),
        State::Performed { .. } | State::Owed { .. } => (Status::Confirmed, None),
        State::Cancelled { reason: Some(Reason::TimedOut), .. } => (Status::Failed, None),
        State::Cancelled { cancel_time, reason: Some(Reason::Failed | Reason::Refund | Reason::ByHand) | None }
        | State::Refunded { cancel_time, .. }
        | State::GivenBack { cancel_time, .. } => (Status::Reversed, Some(cancel_time)),
    };
    TransactionStatus {
        status,
        trans_time: transaction.create_time,
        confirm_time: transaction.state.perform_time(),
        reverse_time,
        amount: transaction.amount,
        order_id: transaction.order_id.clone(),
    }
}
