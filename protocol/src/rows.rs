//! What a decision asks for, sees and returns: the three words between the rules and the store.

use crate::journal::{Change, Story};
use crate::order::{Order, OrderId};
use crate::secret::KeyDigest;
use crate::time::TimeMs;
use crate::transaction::{Provider, ProviderId, Transaction, TransactionNumber};

/// The rows a call needs.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Needs {
    /// A transaction by its provider's id. When it exists, its own order is loaded, not the one below.
    pub transaction: Option<(Provider, ProviderId)>,
    /// An order by its id.
    pub order: Option<OrderId>,
    /// The provider's key, as last changed through its API.
    pub key: Option<Provider>,
}

impl Needs {
    /// Just an order, and the transaction that holds it.
    pub fn order(id: OrderId) -> Self {
        Self { order: Some(id), ..Self::default() }
    }
}

/// The rows as they are at the moment of the decision.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rows {
    /// The transaction asked for.
    pub transaction: Option<Transaction>,
    /// The order asked for, or the transaction's.
    pub order: Option<Order>,
    /// The one transaction in state 1 or 2 that holds the order, over all providers.
    pub live: Option<Transaction>,
    /// The number that a new transaction would get.
    pub next_number: TransactionNumber,
    /// The key asked for.
    pub key: Option<StoredKey>,
}

impl Rows {
    /// No rows at all: what an empty database has.
    pub const fn none(next_number: TransactionNumber) -> Self {
        Self { transaction: None, order: None, live: None, next_number, key: None }
    }

    /// The order with the transactions seen here, for [`crate::journal::apply`].
    pub fn story(&self) -> Story {
        let mut transactions: Vec<Transaction> = self.transaction.iter().cloned().collect();
        if let Some(live) = &self.live
            && transactions.iter().all(|transaction| transaction.number != live.number)
        {
            transactions.push(live.clone());
        }
        Story { order: self.order.clone(), transactions }
    }

    /// The time that a change of this order carries: now, but never before what its journal already says. A clock set
    /// back must not let a payment be performed before it was created.
    pub fn at(&self, now: TimeMs) -> TimeMs {
        self.order.as_ref().map_or(now, |order| now.max(order.changed_at))
    }
}

/// A provider's key as last changed through its API.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredKey {
    /// The key in force.
    pub digest: KeyDigest,
    /// The configured key that it replaced. A configuration with any other key wins over the stored one, which is the
    /// owner's way back in.
    pub replaces: KeyDigest,
}

/// What a decision writes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Writes {
    /// Nothing: the answer follows from the rows as they are.
    Nothing,
    /// Changes of one order, in this order, all at one time.
    Order {
        /// Which order.
        order_id: OrderId,
        /// When.
        at: TimeMs,
        /// What happens.
        changes: Vec<Change>,
    },
    /// A new key for a provider.
    Key {
        /// Whose.
        provider: Provider,
        /// The key.
        key: StoredKey,
        /// When.
        at: TimeMs,
    },
}

/// A decision: what to write, and what to answer once it is written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decision<R> {
    /// To be written, all or nothing.
    pub writes: Writes,
    /// To be answered after the commit.
    pub reply: R,
}

impl<R> Decision<R> {
    /// Answers without writing.
    pub const fn answer(reply: R) -> Self {
        Self { writes: Writes::Nothing, reply }
    }

    /// Writes changes of an order, then answers.
    pub const fn change(order_id: OrderId, at: TimeMs, changes: Vec<Change>, reply: R) -> Self {
        Self { writes: Writes::Order { order_id, at, changes }, reply }
    }
}
