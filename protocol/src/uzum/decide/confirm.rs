//! Confirm: the customer was debited (`reference/uzum.md §4.3`).
//!
//! | transaction | order | answer | change |
//! |---|---|---|---|
//! | unknown | | 10014 | |
//! | created, however late | | CONFIRMED, confirmTime now | performed; the order is paid |
//! | its time ran out, so we let go | can still be paid | CONFIRMED, confirmTime now | performed late; the order is paid |
//! | its time ran out, so we let go | cannot | CONFIRMED, confirmTime now | owed back |
//! | reversed by Uzum before it was confirmed, also after our time | | 10015 | |
//! | confirmed, or owed back | | 10016 | |
//! | confirmed and reversed since | | 10015 | |
//!
//! Uzum debits before it confirms. So what we gave up by ourselves is accepted and recorded by [`arrival`]; only what Uzum
//! itself has taken back is refused. The order's own expiry is not asked: a payment that began before it is accepted.

use super::{Decided, Reply, found};
use crate::fault::SystemFault;
use crate::ledger::arrival::{self, Arrived};
use crate::ledger::rows::{Decision, Rows};
use crate::ledger::transaction::{Reason, State};
use crate::providers::{self, Rules};
use crate::time::TimeMs;
use crate::uzum::Refusal;
use crate::uzum::details::{self, Payment};

pub(super) fn decide(payment: &Payment, rows: &Rows, now: TimeMs, rules: &Rules) -> Decided {
    let transaction = match found(rows) {
        Ok(transaction) => transaction,
        Err(refusal) => return Decision::answer(Err(refusal)),
    };
    match transaction.state {
        State::Cancelled { .. } if details::is_reversed(transaction) => {
            return Decision::answer(Err(Refusal::TransactionCancelled));
        }
        State::Created | State::Cancelled { reason: Some(Reason::TimedOut), .. } => {}
        State::Performed { .. } | State::Owed { .. } => return Decision::answer(Err(Refusal::AlreadyConfirmed)),
        State::Cancelled { reason: Some(Reason::Failed | Reason::Refund | Reason::ByHand) | None, .. }
        | State::Refunded { .. }
        | State::GivenBack { .. } => return Decision::answer(Err(Refusal::TransactionCancelled)),
    }
    let details = details::confirmed(transaction, payment);
    let (confirm_time, amount) = (rows.at(now), transaction.amount);
    match arrival::record(rows, providers::holder(rows, now, rules), details, now) {
        Some(decision) => decision.map(|arrived| match arrived {
            Arrived::Paid | Arrived::Owed => Ok(Reply::Confirmed { confirm_time, amount }),
            Arrived::WentBack => Err(Refusal::TransactionCancelled),
        }),
        // A transaction without its order is damage.
        None => Decision::answer(Err(Refusal::System(SystemFault::Store))),
    }
}
