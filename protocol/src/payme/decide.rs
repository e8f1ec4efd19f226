//! What each call does: one decision table per method, in the order of `reference/payme.md §2`.

mod cancel;
mod check;
mod check_perform;
mod create;
mod fiscal;
mod password;
mod perform;

pub use password::in_force;

use super::auth::Keys;
use super::rules::{Rules, TimeoutBase};
use super::{Call, Refusal, found};
use crate::journal::Change;
use crate::order::{Order, OrderStatus};
use crate::rows::{Decision, Needs, Rows};
use crate::time::TimeMs;
use crate::transaction::{Provider, State, Transaction, TransactionNumber};

/// What Payme is told when its call is accepted. A statement is not here: it is a reading of many rows, not a decision.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reply {
    /// The order may be paid.
    Allow(Order),
    /// The transaction, created now or before.
    Created(Transaction),
    /// The transaction is performed.
    Performed {
        /// Our number.
        transaction: TransactionNumber,
        /// When, the first time.
        perform_time: TimeMs,
    },
    /// The transaction is cancelled.
    Cancelled {
        /// Our number.
        transaction: TransactionNumber,
        /// When, the first time.
        cancel_time: TimeMs,
        /// -1 or -2.
        state: i64,
    },
    /// How the transaction stands.
    Checked(Transaction),
    /// Done.
    Success,
}

/// What a decision on a call gives.
type Decided = Decision<Result<Reply, Refusal>>;

/// The rows that a call looks at.
pub fn needs(call: &Call) -> Needs {
    let transaction = |id: &_| Needs { transaction: Some((Provider::Payme, Clone::clone(id))), ..Needs::default() };
    match call {
        Call::CheckPerform { account, .. } => Needs { order: account.order_id.clone(), ..Needs::default() },
        Call::Create { id, account, .. } => Needs { order: account.order_id.clone(), ..transaction(id) },
        Call::Perform { id } | Call::Cancel { id, .. } | Call::Check { id } | Call::SetFiscalData { id, .. } => {
            transaction(id)
        }
        Call::Statement(_) => Needs::default(),
        Call::ChangePassword { .. } => Needs { key: Some(Provider::Payme), ..Needs::default() },
    }
}

/// Whether deciding on a call may write. The others are answered from a read-only connection.
pub fn writes(call: &Call) -> bool {
    match call {
        Call::CheckPerform { .. } | Call::Check { .. } | Call::Statement(_) => false,
        Call::Create { .. }
        | Call::Perform { .. }
        | Call::Cancel { .. }
        | Call::SetFiscalData { .. }
        | Call::ChangePassword { .. } => true,
    }
}

/// Decides on a call. `keys` are there when the caller had to prove itself; only ChangePassword looks at them.
///
/// The same rows and time always give the same decision; it may be asked more than once for one call.
pub fn decide(call: &Call, rows: &Rows, now: TimeMs, rules: &Rules, keys: Option<&Keys>) -> Decided {
    match call {
        Call::CheckPerform { amount, account } => check_perform::decide(*amount, account, rows, now, rules),
        Call::Create { id, time, amount, account } => {
            create::decide(&create::Asked { id, time: *time, amount: *amount, account }, rows, now, rules)
        }
        Call::Perform { .. } => perform::decide(rows, now, rules),
        Call::Cancel { reason, .. } => cancel::decide(*reason, rows, now, rules),
        Call::Check { .. } => check::decide(rows),
        Call::Statement(_) => Decision::answer(Err(Refusal::System(super::SystemFault::Bug))),
        Call::SetFiscalData { document, data, .. } => fiscal::decide(*document, data, rows, now),
        Call::ChangePassword { password } => password::decide(password, keys, rows, now),
    }
}

/// Payme's reason for a timeout (`reference/payme.md §3`, Cancel reasons).
const REASON_TIMEOUT: i64 = 4;

/// Realises the timeout of the transaction that holds an order, if its time is over: what the background sweep asks. The
/// reply says whether it did.
pub fn time_out(rows: &Rows, now: TimeMs, rules: &Rules) -> Decision<bool> {
    match (&rows.order, &rows.live) {
        (Some(order), Some(live)) if live.provider == Provider::Payme && is_timed_out(live, now, rules) => {
            Decision::change(order.id.clone(), rows.at(now), vec![timeout_of(live)], true)
        }
        (_, _) => Decision::answer(false),
    }
}

/// Strictly after the limit, as in the official template (`reference/payme.md §2.3.2`). Only a created transaction can
/// time out; a performed one is money.
fn is_timed_out(transaction: &Transaction, now: TimeMs, rules: &Rules) -> bool {
    let base = match rules.timeout_base {
        TimeoutBase::CreateTime => transaction.create_time,
        TimeoutBase::PaymeTime => transaction.provider_time,
    };
    transaction.state == State::Created && now.since(base) > rules.timeout
}

fn timeout_of(transaction: &Transaction) -> Change {
    Change::TransactionCancelled { number: transaction.number, reason: REASON_TIMEOUT }
}

/// Realises a timeout that a call has found, and refuses the call (-31008).
fn refuse_timed_out(transaction: &Transaction, rows: &Rows, now: TimeMs) -> Decided {
    let changes = vec![timeout_of(transaction)];
    Decision::change(transaction.order_id.clone(), rows.at(now), changes, Err(Refusal::WrongState))
}

/// Why an order cannot be paid, if so (`reference/payme.md §2.2` steps 5 and 6; existence and amount come before).
///
/// An order that somebody is paying is busy even when its time has run out meanwhile: what began in time may still end
/// well, and until then nobody can get a new code.
fn not_payable(order: &Order, hold: &Hold<'_>, now: TimeMs) -> Option<Refusal> {
    match (order.status, hold) {
        (OrderStatus::Pending, Hold::Busy) => Some(Refusal::OrderBusy),
        (OrderStatus::Pending, Hold::Free | Hold::TimedOut(_)) if order.is_past_expiry(now) => {
            Some(Refusal::OrderExpired)
        }
        (OrderStatus::Pending, Hold::Free | Hold::TimedOut(_)) => None,
        (OrderStatus::Paid, _) => Some(Refusal::OrderPaid),
        (OrderStatus::Cancelled | OrderStatus::Refunded, _) => Some(Refusal::OrderCancelled),
        (OrderStatus::Expired, _) => Some(Refusal::OrderExpired),
    }
}

/// What somebody else's hold on an order means for a new payment.
enum Hold<'a> {
    /// Nobody holds it.
    Free,
    /// The holder's time is over; it has to be cancelled first.
    TimedOut(&'a Transaction),
    /// Somebody holds it.
    Busy,
}

fn hold<'a>(rows: &'a Rows, now: TimeMs, rules: &Rules) -> Hold<'a> {
    match &rows.live {
        None => Hold::Free,
        Some(live) if live.provider == Provider::Payme && is_timed_out(live, now, rules) => Hold::TimedOut(live),
        Some(_) => Hold::Busy,
    }
}
