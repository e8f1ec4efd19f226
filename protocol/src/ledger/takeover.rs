//! What was carried out by another back end and is taken over from it: orders and transactions that begin with a past.
//!
//! The time of the journal's row is the time of the import. Its content has the times of the other back end. So a payment of
//! last year has the times of last year, and nothing that happened here meanwhile has to be reordered for it.
//!
//! | transaction here | taken over as | order here | then |
//! |---|---|---|---|
//! | none | created | pending, held by nobody | it holds the order |
//! | none, or created | performed | unpaid, held by nobody else | the order is paid |
//! | none, or created | cancelled | any | the order stays as it is |
//! | none, or created | refunded | unpaid, held by nobody else | the order is refunded |
//! | performed at the same time | refunded | paid by it | the order is refunded |

use super::order::{NewOrder, Order, OrderId, OrderStatus};
use super::transaction::{NewTransaction, Reason, State, Transaction};
use crate::time::TimeMs;
use serde::{Deserialize, Serialize};

/// An order as another back end had made it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TakenOrder {
    /// What it is made of.
    pub order: NewOrder,
    /// When it was made there.
    pub created_at: TimeMs,
}

/// A transaction as another back end had carried it out.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Parts", into = "Parts")]
pub struct TakenTransaction {
    /// What it is made of.
    pub transaction: NewTransaction,
    /// When it was created there.
    pub create_time: TimeMs,
    /// What has become of it there.
    pub state: State,
}

/// As the journal has it.
#[derive(Serialize, Deserialize)]
struct Parts {
    transaction: NewTransaction,
    create_time: TimeMs,
    state: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    perform_time: Option<TimeMs>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    cancel_time: Option<TimeMs>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    reason: Option<Reason>,
}

impl TryFrom<Parts> for TakenTransaction {
    type Error = &'static str;

    fn try_from(parts: Parts) -> Result<Self, Self::Error> {
        let Parts { transaction, create_time, state, perform_time, cancel_time, reason } = parts;
        let state = State::from_parts(&state, perform_time, cancel_time, reason);
        let state = state.ok_or("a transaction's state and times do not fit")?;
        Ok(Self { transaction, create_time, state })
    }
}

impl From<TakenTransaction> for Parts {
    fn from(taken: TakenTransaction) -> Self {
        let TakenTransaction { transaction, create_time, state } = taken;
        let (perform_time, cancel_time, reason) = (state.perform_time(), state.cancel_time(), state.reason());
        Self { transaction, create_time, state: state.word().to_owned(), perform_time, cancel_time, reason }
    }
}

impl TakenOrder {
    /// The order as it begins here; `at` is when it was taken over.
    pub(super) fn begin(&self, id: OrderId, at: TimeMs) -> Option<Order> {
        (self.created_at <= at).then(|| Order { created_at: self.created_at, ..Order::new(id, &self.order, at) })
    }
}

impl TakenTransaction {
    /// The transaction as it stands then.
    pub fn of_order(&self, order_id: OrderId) -> Transaction {
        let created = Transaction::new(order_id, &self.transaction, self.create_time);
        Transaction { state: self.state, ..created }
    }

    /// The last of its times.
    pub fn last_time(&self) -> TimeMs {
        let times = [self.state.perform_time(), self.state.cancel_time()];
        times.into_iter().flatten().fold(self.create_time, TimeMs::max)
    }
}

/// The step of the table above. Changes `transactions` only when it succeeds.
pub(super) fn step(
    order: &mut Order,
    transactions: &mut Vec<Transaction>,
    taken: &TakenTransaction,
    at: TimeMs,
) -> Result<(), &'static str> {
    let new = taken.of_order(order.id.clone());
    if new.amount != order.amount {
        return Err("a transaction's amount is the order's");
    }
    if new.create_time < order.created_at || taken.last_time() > at {
        return Err("a transaction is taken over with times between its order's and now");
    }
    let place = transactions.iter().position(|it| it.number == new.number);
    let known = place.and_then(|place| transactions.get(place));
    if let Some(known) = known
        && (!is_same(known, &new) || !goes_on(known.state, new.state))
    {
        return Err("a transaction that is taken over again can only have gone on");
    }
    let is_held_by_another = transactions.iter().any(|it| it.number != new.number && it.state.holds());
    let was_performed = known.is_some_and(|known| matches!(known.state, State::Performed { .. }));
    order.status = match (new.state, order.status) {
        (State::Cancelled { .. }, status) => status,
        (_, _) if is_held_by_another => return Err("another transaction holds the order"),
        (State::Created, OrderStatus::Pending) => OrderStatus::Pending,
        (State::Performed { .. }, OrderStatus::Pending | OrderStatus::Cancelled | OrderStatus::Expired) => {
            OrderStatus::Paid
        }
        (State::Refunded { .. }, OrderStatus::Pending | OrderStatus::Cancelled | OrderStatus::Expired) => {
            OrderStatus::Refunded
        }
        (State::Refunded { .. }, OrderStatus::Paid) if was_performed => OrderStatus::Refunded,
        (
            State::Created
            | State::Performed { .. }
            | State::Refunded { .. }
            | State::Owed { .. }
            | State::GivenBack { .. },
            _,
        ) => return Err("the order cannot take over this transaction"),
    };
    order.begun_at = order.begun_at.or(Some(new.create_time));
    match place.and_then(|place| transactions.get_mut(place)) {
        Some(known) => *known = new,
        None => transactions.push(new),
    }
    Ok(())
}

/// Whether two are one transaction, whatever has become of it.
pub fn is_same(known: &Transaction, new: &Transaction) -> bool {
    known.number == new.number
        && (known.provider, &known.provider_id) == (new.provider, &new.provider_id)
        && known.create_time == new.create_time
}

/// Whether a transaction can have gone on from one state to another.
pub fn goes_on(from: State, to: State) -> bool {
    match (from, to) {
        (State::Created, State::Performed { .. } | State::Cancelled { .. } | State::Refunded { .. }) => true,
        (State::Performed { perform_time }, State::Refunded { perform_time: before, .. }) => perform_time == before,
        (
            State::Created
            | State::Performed { .. }
            | State::Cancelled { .. }
            | State::Refunded { .. }
            | State::Owed { .. }
            | State::GivenBack { .. },
            _,
        ) => false,
    }
}
