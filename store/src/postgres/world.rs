//! The rows of one batch in memory: loaded together, changed by each decision in turn, so that a call sees what the calls
//! before it in the same batch have done.

use crate::StoreError;
use boothpay_protocol::journal::{self, Actor, Change, Entry};
use boothpay_protocol::order::{Order, OrderId};
use boothpay_protocol::rows::{Needs, Rows, StoredKey};
use boothpay_protocol::time::TimeMs;
use boothpay_protocol::transaction::{Provider, ProviderId, Transaction, TransactionNumber};
use std::collections::{BTreeMap, BTreeSet};

/// Orders with those of their transactions that a decision may look at, and keys.
#[derive(Clone, Default)]
pub(super) struct World {
    orders: BTreeMap<OrderId, Order>,
    transactions: BTreeMap<TransactionNumber, Transaction>,
    by_provider_id: BTreeMap<(&'static str, ProviderId), TransactionNumber>,
    of_order: BTreeMap<OrderId, Vec<TransactionNumber>>,
    keys: BTreeMap<&'static str, (Provider, StoredKey)>,
    archived: BTreeSet<OrderId>,
}

impl World {
    /// What a call gets to see.
    pub(super) fn rows(&self, needs: &Needs, next_number: TransactionNumber) -> Rows {
        let transaction = needs.transaction.as_ref().and_then(|(provider, id)| {
            let number = self.by_provider_id.get(&(provider.word(), id.clone()))?;
            self.transactions.get(number)
        });
        let order_id = transaction.map(|transaction| &transaction.order_id).or(needs.order.as_ref());
        Rows {
            transaction: transaction.cloned(),
            order: order_id.and_then(|id| self.orders.get(id)).cloned(),
            live: order_id.and_then(|id| self.live(id)).cloned(),
            next_number,
            key: needs.key.and_then(|provider| self.keys.get(provider.word())).map(|(_, key)| key.clone()),
            archived: order_id.is_some_and(|id| self.archived.contains(id)),
        }
    }

    fn live(&self, id: &OrderId) -> Option<&Transaction> {
        let numbers = self.of_order.get(id)?;
        numbers.iter().filter_map(|number| self.transactions.get(number)).find(|found| found.state.is_live())
    }

    /// Folds changes of an order into the rows; when one is forbidden, nothing has happened.
    pub(super) fn change(
        &mut self,
        rows: &Rows,
        order_id: &OrderId,
        at: TimeMs,
        actor: Actor,
        changes: Vec<Change>,
    ) -> Result<Vec<Entry>, StoreError> {
        if rows.archived {
            return Err(StoreError::Bug);
        }
        let mut story = rows.story();
        let mut version = story.order.as_ref().map_or(0, |order| order.version);
        let mut entries = Vec::with_capacity(changes.len());
        for change in changes {
            version = version.saturating_add(1);
            let entry = Entry { order_id: order_id.clone(), version, at, actor, change };
            journal::apply(&mut story, &entry)?;
            entries.push(entry);
        }
        self.put_order(story.order.ok_or(StoreError::Bug)?);
        for transaction in story.transactions {
            self.put_transaction(transaction);
        }
        Ok(entries)
    }

    pub(super) fn put_order(&mut self, order: Order) {
        self.orders.insert(order.id.clone(), order);
    }

    pub(super) fn put_transaction(&mut self, transaction: Transaction) {
        let number = transaction.number;
        self.by_provider_id.insert((transaction.provider.word(), transaction.provider_id.clone()), number);
        let numbers = self.of_order.entry(transaction.order_id.clone()).or_default();
        if !numbers.contains(&number) {
            numbers.push(number);
        }
        self.transactions.insert(number, transaction);
    }

    /// An order that is final.
    pub(super) fn put_archived(&mut self, order: Order) {
        self.archived.insert(order.id.clone());
        self.put_order(order);
    }

    pub(super) fn has_order(&self, id: &str) -> bool {
        OrderId::parse(id).is_ok_and(|id| self.orders.contains_key(&id))
    }

    pub(super) fn has_transaction(&self, provider: &'static str, id: &str) -> bool {
        ProviderId::parse(id).is_ok_and(|id| self.by_provider_id.contains_key(&(provider, id)))
    }

    pub(super) fn put_key(&mut self, provider: Provider, key: StoredKey) {
        self.keys.insert(provider.word(), (provider, key));
    }

    /// Orders that are here and were not in `before`, in the order of their ids.
    pub(super) fn new_orders(&self, before: &Self) -> Vec<&Order> {
        self.orders.values().filter(|order| !before.orders.contains_key(&order.id)).collect()
    }

    /// Orders that differ from what they were, with what they were.
    pub(super) fn changed_orders<'a>(&'a self, before: &'a Self) -> Vec<(&'a Order, &'a Order)> {
        let pairs = self.orders.values().filter_map(|order| Some((before.orders.get(&order.id)?, order)));
        pairs.filter(|(old, new)| old.version != new.version).collect()
    }

    /// Transactions that are here and were not in `before`, in the order of their numbers.
    pub(super) fn new_transactions(&self, before: &Self) -> Vec<&Transaction> {
        let transactions = self.transactions.values();
        transactions.filter(|transaction| !before.transactions.contains_key(&transaction.number)).collect()
    }

    /// Transactions that differ from what they were, with what they were.
    pub(super) fn changed_transactions<'a>(&'a self, before: &'a Self) -> Vec<(&'a Transaction, &'a Transaction)> {
        let pairs = self.transactions.values().filter_map(|new| Some((before.transactions.get(&new.number)?, new)));
        pairs.filter(|(old, new)| old != new).collect()
    }
}
