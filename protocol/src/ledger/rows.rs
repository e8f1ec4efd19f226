//! What a decision asks for, sees and returns: the words between the rules and the store.

use super::journal::{Change, Story};
use super::order::{Order, OrderId};
use super::provider::{Provider, ProviderId};
use super::setting::{Setting, SettingName};
use super::task::NewTask;
use super::transaction::{Transaction, TransactionNumber};
use crate::panel::Audit;
use crate::print::jobs::Jobs;
use crate::time::TimeMs;

/// The rows a call needs.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Needs {
    /// A transaction by its provider's id. When it exists, its own order is loaded, not the one below.
    pub transaction: Option<(Provider, ProviderId)>,
    /// An order by its id.
    pub order: Option<OrderId>,
    /// A stored setting by its name.
    pub setting: Option<SettingName>,
}

impl Needs {
    /// Just an order, and the transaction that holds it.
    pub fn order(id: OrderId) -> Self {
        Self { order: Some(id), ..Self::default() }
    }

    /// A provider's transaction with its order, and the transaction that holds that.
    pub fn transaction(provider: Provider, id: ProviderId) -> Self {
        Self { transaction: Some((provider, id)), ..Self::default() }
    }

    /// Just a setting.
    pub fn setting(name: SettingName) -> Self {
        Self { setting: Some(name), ..Self::default() }
    }
}

/// The rows as they are at the moment of the decision.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rows {
    /// The transaction asked for.
    pub transaction: Option<Transaction>,
    /// The order asked for, or the transaction's.
    pub order: Option<Order>,
    /// The number under which the store keeps that order; `None` as long as it is new.
    pub order_number: Option<i64>,
    /// The one transaction that holds the order ([`super::transaction::State::holds`]), over all providers.
    pub holder: Option<Transaction>,
    /// The number that a new transaction would get.
    pub next_number: TransactionNumber,
    /// The setting asked for, if it was ever set.
    pub setting: Option<Setting>,
    /// How the order's booth prints, as its server has said it in a database that several share.
    pub booth_prints: Option<Jobs>,
}

impl Rows {
    /// No rows at all: what an empty database has.
    pub const fn none(next_number: TransactionNumber) -> Self {
        Self {
            transaction: None,
            order: None,
            order_number: None,
            holder: None,
            next_number,
            setting: None,
            booth_prints: None,
        }
    }

    /// The order with the transactions seen here, for [`super::journal::apply`].
    pub fn story(&self) -> Story {
        let mut transactions: Vec<Transaction> = self.transaction.iter().cloned().collect();
        if let Some(holder) = &self.holder
            && transactions.iter().all(|transaction| transaction.number != holder.number)
        {
            transactions.push(holder.clone());
        }
        Story { order: self.order.clone(), transactions }
    }

    /// The time that a change of this order carries: now, but never before what its journal already says. A clock set
    /// back must not let a payment be performed before it was created.
    pub fn at(&self, now: TimeMs) -> TimeMs {
        self.order.as_ref().map_or(now, |order| now.max(order.changed_at))
    }
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
    /// A new value of a setting, which has to be among the needs.
    Setting {
        /// Which.
        name: SettingName,
        /// Its value as JSON text; `None` takes it back.
        value: Option<String>,
        /// When.
        at: TimeMs,
    },
}

/// A decision: what to write, and what to answer once it is written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decision<R> {
    /// To be written, all or nothing.
    pub writes: Writes,
    /// What has to happen after the commit; written in it.
    pub tasks: Vec<NewTask>,
    /// Who did it, where a person or a program did; written in the commit.
    pub audit: Option<Audit>,
    /// To be answered after the commit.
    pub reply: R,
}

impl<R> Decision<R> {
    /// Answers without writing.
    pub const fn answer(reply: R) -> Self {
        Self { writes: Writes::Nothing, tasks: Vec::new(), audit: None, reply }
    }

    /// Writes changes of an order, then answers.
    pub const fn change(order_id: OrderId, at: TimeMs, changes: Vec<Change>, reply: R) -> Self {
        Self { writes: Writes::Order { order_id, at, changes }, tasks: Vec::new(), audit: None, reply }
    }

    /// Writes a setting, then answers.
    pub const fn set(name: SettingName, value: Option<String>, at: TimeMs, reply: R) -> Self {
        Self { writes: Writes::Setting { name, value, at }, tasks: Vec::new(), audit: None, reply }
    }

    /// The same, with effects that have to happen after the commit. Each key has to follow from the change that causes it
    /// ([`super::task::TaskKey::of`]): a key that is there already refuses the whole decision. What is told to webhooks follows
    /// from the changes by itself ([`super::event`]).
    pub fn with_tasks(mut self, tasks: impl IntoIterator<Item = NewTask>) -> Self {
        self.tasks.extend(tasks);
        self
    }

    /// The same, with the row of the audit that says who did it: with the time of the change and, where it is about an order, with what that was
    /// before. What changes nothing leaves no row, so a deed that is refused is none.
    pub fn noted(mut self, rows: &Rows, audit: Option<Audit>) -> Self {
        let at = match &self.writes {
            Writes::Order { at, .. } | Writes::Setting { at, .. } => Some(*at),
            Writes::Nothing => None,
        };
        self.audit = audit.filter(|_| at.is_some() || !self.tasks.is_empty()).map(|audit| {
            let old = rows.order.as_ref().map(|order| order.status.word().to_owned());
            Audit { at: at.unwrap_or(audit.at), old: old.or(audit.old), ..audit }
        });
        self
    }

    /// The same with another answer.
    pub fn map<S>(self, answer: impl FnOnce(R) -> S) -> Decision<S> {
        Decision { writes: self.writes, tasks: self.tasks, audit: self.audit, reply: answer(self.reply) }
    }
}
