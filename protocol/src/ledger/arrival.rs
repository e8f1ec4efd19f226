//! Money that has come, whatever we believed about its transaction.
//!
//! | transaction | order | what is recorded |
//! |---|---|---|
//! | created (so it holds the order) | | performed; the order is paid |
//! | cancelled | unpaid, held by nobody or by an abandoned transaction | that one's end; performed late; the order is paid |
//! | cancelled | held by another transaction, paid, or refunded | owed back |
//! | performed, owed, refunded, given back | | nothing: it is recorded already |
//!
//! For providers that debit the customer before they ask us: a refusal would hide money that is there. An order that was
//! closed or that ran out of time counts as unpaid: the customer has paid it, and gets the prints or a claim to them.

use super::details::Details;
use super::holder::Holder;
use super::journal::Change;
use super::order::{Order, OrderStatus};
use super::rows::{Decision, Rows};
use super::transaction::{Reason, State, Transaction};
use crate::time::TimeMs;

/// What came of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Arrived {
    /// The order is paid by it, now or since an earlier call.
    Paid,
    /// It is owed back, now or since an earlier call.
    Owed,
    /// It came earlier and has gone back.
    WentBack,
}

/// Records that the money of `rows.transaction` has come. `details` are those that the transaction has from then on, where
/// they change. `None` when there is no such transaction.
pub fn record(rows: &Rows, holder: Holder, details: Option<Details>, now: TimeMs) -> Option<Decision<Arrived>> {
    let (transaction, order) = (rows.transaction.as_ref()?, rows.order.as_ref()?);
    let number = transaction.number;
    let change = |changes, arrived| Decision::change(order.id.clone(), rows.at(now), changes, arrived);
    Some(match transaction.state {
        State::Created => change(vec![Change::TransactionPerformed { number, details }], Arrived::Paid),
        State::Cancelled { .. } => match (can_be_paid(order), holder) {
            (true, Holder::Nobody) => change(vec![Change::TransactionPerformedLate { number, details }], Arrived::Paid),
            (true, Holder::Abandoned { end }) => {
                change(vec![end, Change::TransactionPerformedLate { number, details }], Arrived::Paid)
            }
            (true, Holder::Busy) | (false, _) => change(vec![Change::MoneyOwed { number, details }], Arrived::Owed),
        },
        State::Performed { .. } => Decision::answer(Arrived::Paid),
        State::Owed { .. } => Decision::answer(Arrived::Owed),
        State::Refunded { .. } | State::GivenBack { .. } => Decision::answer(Arrived::WentBack),
    })
}

const fn can_be_paid(order: &Order) -> bool {
    match order.status {
        OrderStatus::Pending | OrderStatus::Cancelled | OrderStatus::Expired => true,
        OrderStatus::Paid | OrderStatus::Refunded => false,
    }
}

/// Records that owed money was given back. The reply says whether there was any that was still owed.
pub fn give_back(
    transaction: &Transaction,
    rows: &Rows,
    reason: Option<Reason>,
    details: Option<Details>,
    now: TimeMs,
) -> Decision<bool> {
    match transaction.state {
        State::Owed { .. } => {
            let changes = vec![Change::MoneyGivenBack { number: transaction.number, reason, details }];
            Decision::change(transaction.order_id.clone(), rows.at(now), changes, true)
        }
        State::Created
        | State::Performed { .. }
        | State::Cancelled { .. }
        | State::Refunded { .. }
        | State::GivenBack { .. } => Decision::answer(false),
    }
}
