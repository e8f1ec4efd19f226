//! What the transaction that holds an order means for another one that would pay it.

use super::journal::Change;
use super::order::{Order, OrderStatus};
use crate::time::TimeMs;

/// The holder of an order at one moment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Holder {
    /// Nobody holds it.
    Nobody,
    /// A transaction that was begun holds it, but for longer than its provider allows: it has to be ended first.
    Abandoned {
        /// What ends it.
        end: Change,
    },
    /// A transaction holds it.
    Busy,
}

/// Why an order cannot be paid. What a provider is told of it is in that provider's module.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NotPayable {
    /// Somebody is paying it.
    Busy,
    /// It is paid.
    Paid,
    /// It was cancelled, or its money went back.
    Cancelled,
    /// Its time has run out.
    Expired,
}

/// Why an order cannot be paid now, if so.
///
/// An order that somebody is paying is busy even when its time has run out meanwhile: what began in time may still end
/// well, and until then nobody can get a new code.
pub fn not_payable(order: &Order, holder: &Holder, now: TimeMs) -> Option<NotPayable> {
    match (order.status, holder) {
        (OrderStatus::Pending, Holder::Busy) => Some(NotPayable::Busy),
        (OrderStatus::Pending, Holder::Nobody | Holder::Abandoned { .. }) => {
            order.is_past_expiry(now).then_some(NotPayable::Expired)
        }
        (OrderStatus::Paid, _) => Some(NotPayable::Paid),
        (OrderStatus::Cancelled | OrderStatus::Refunded, _) => Some(NotPayable::Cancelled),
        (OrderStatus::Expired, _) => Some(NotPayable::Expired),
    }
}
