//! The rows of one batch in memory. They are loaded together, and each decision changes them in turn, so that a call sees what the calls
//! before it in the same batch have done. The world also knows which rows have to be written in the end.

use crate::error::StoreError;
use crate::sums::Sums;
use crate::tables::order::RowNumber;
use boothpay_protocol::ledger::booth::BoothId;
use boothpay_protocol::ledger::journal::{self, Actor, Change, Entry, Story};
use boothpay_protocol::ledger::order::{Order, OrderId};
use boothpay_protocol::ledger::provider::{Provider, ProviderId};
use boothpay_protocol::ledger::rows::{Needs, Rows};
use boothpay_protocol::ledger::setting::{Setting, SettingName};
use boothpay_protocol::ledger::transaction::{Transaction, TransactionNumber};
use boothpay_protocol::print::jobs::Jobs;
use boothpay_protocol::print::rules;
use boothpay_protocol::time::TimeMs;
use std::collections::BTreeMap;

/// Orders with those of their transactions that a decision may look at, and settings.
#[derive(Default)]
pub(crate) struct World {
    orders: BTreeMap<OrderId, Tracked<Order>>,
    transactions: BTreeMap<TransactionNumber, Tracked<Transaction>>,
    by_provider_id: BTreeMap<(Provider, ProviderId), TransactionNumber>,
    of_order: BTreeMap<OrderId, Vec<TransactionNumber>>,
    /// Where each order stands in its table; an order that is new has no place yet.
    order_rows: BTreeMap<OrderId, RowNumber>,
    settings: BTreeMap<SettingName, Tracked<Setting>>,
    /// How booths print, where their servers have said it.
    prints: BTreeMap<BoothId, Jobs>,
}

/// A row as it is, and as the database has it where that differs.
struct Tracked<T> {
    /// As it was loaded; `None` as long as nothing has changed, and for a row that the database does not have.
    was: Option<T>,
    is: T,
    is_new: bool,
}

impl<T: PartialEq> Tracked<T> {
    const fn loaded(is: T) -> Self {
        Self { was: None, is, is_new: false }
    }

    const fn new(is: T) -> Self {
        Self { was: None, is, is_new: true }
    }

    fn change(&mut self, is: T) {
        if self.is_new || self.was.is_some() {
            self.is = is;
        } else if self.is != is {
            self.was = Some(std::mem::replace(&mut self.is, is));
        }
    }

    /// As the database has it; `None` for a row that it does not have.
    fn into_loaded(self) -> Option<Self> {
        if self.is_new { None } else { Some(Self::loaded(self.was.unwrap_or(self.is))) }
    }

    /// What it was and what it is, when the database has it otherwise.
    fn changed(&self) -> Option<(&T, &T)> {
        self.was.as_ref().map(|was| (was, &self.is))
    }
}

impl World {
    /// What a call gets to see.
    pub(crate) fn rows(&self, needs: &Needs, next_number: TransactionNumber) -> Rows {
        let transaction = needs.transaction.as_ref().and_then(|asked| self.transaction(asked));
        let order_id = transaction.map(|transaction| &transaction.order_id).or(needs.order.as_ref());
        let order = order_id.and_then(|id| self.orders.get(id)).map(|order| order.is.clone());
        Rows {
            transaction: transaction.cloned(),
            booth_prints: order.as_ref().and_then(|order| self.prints.get(&order.booth.id)).cloned(),
            order,
            order_number: order_id.and_then(|id| self.order_rows.get(id)).map(|row| row.0),
            holder: order_id.and_then(|id| self.holder(id)).cloned(),
            next_number,
            setting: needs.setting.as_ref().and_then(|name| self.settings.get(name)).map(|setting| setting.is.clone()),
        }
    }

    pub(crate) fn transaction(&self, asked: &(Provider, ProviderId)) -> Option<&Transaction> {
        let number = self.by_provider_id.get(asked)?;
        self.transactions.get(number).map(|transaction| &transaction.is)
    }

    pub(crate) fn has_order(&self, id: &OrderId) -> bool {
        self.orders.contains_key(id)
    }

    pub(crate) fn has_setting(&self, name: &SettingName) -> bool {
        self.settings.contains_key(name)
    }

    fn holder(&self, id: &OrderId) -> Option<&Transaction> {
        let numbers = self.of_order.get(id)?;
        let transactions = numbers.iter().filter_map(|number| self.transactions.get(number));
        transactions.map(|transaction| &transaction.is).find(|transaction| transaction.state.holds())
    }

    /// Folds changes of an order into the rows; when one is forbidden, nothing has happened.
    pub(crate) fn change(
        &mut self,
        rows: &Rows,
        order_id: &OrderId,
        at: TimeMs,
        actor: Actor,
        changes: Vec<Change>,
    ) -> Result<Vec<Entry>, StoreError> {
        let mut story = rows.story();
        let mut version = story.order.as_ref().map_or(0, |order| order.version);
        let mut entries = Vec::with_capacity(changes.len());
        for change in changes {
            version = version.saturating_add(1);
            let entry = Entry { order_id: order_id.clone(), version, at, actor, change };
            journal::apply(&mut story, &entry)?;
            entries.push(entry);
        }
        let order = story.order.ok_or(StoreError::Bug)?;
        match self.orders.get_mut(&order.id) {
            Some(kept) => kept.change(order),
            None => drop(self.orders.insert(order.id.clone(), Tracked::new(order))),
        }
        for transaction in story.transactions {
            match self.transactions.get_mut(&transaction.number) {
                Some(kept) => kept.change(transaction),
                None => self.put_transaction(Tracked::new(transaction)),
            }
        }
        Ok(entries)
    }

    /// Takes a row of the database; one that is here already stays as it is.
    pub(crate) fn load_order(&mut self, row: RowNumber, order: Order) {
        if !self.orders.contains_key(&order.id) {
            self.order_rows.insert(order.id.clone(), row);
            self.orders.insert(order.id.clone(), Tracked::loaded(order));
        }
    }

    /// Where an order stands in its table.
    pub(crate) fn row_of(&self, id: &OrderId) -> Result<RowNumber, StoreError> {
        self.order_rows.get(id).copied().ok_or(StoreError::Bug)
    }

    /// Asks for a place in the table, for an order that may be made.
    pub(crate) fn wish_place(&mut self, id: &OrderId, row: RowNumber) {
        if !self.orders.contains_key(id) {
            self.order_rows.insert(id.clone(), row);
        }
    }

    /// How many new orders have no place in the table yet.
    pub(crate) fn new_orders_without_place(&self) -> usize {
        self.orders.iter().filter(|(id, order)| order.is_new && !self.order_rows.contains_key(*id)).count()
    }

    /// Gives each new order that has none its place in the table.
    pub(crate) fn place_new_orders(&mut self, rows: impl IntoIterator<Item = i64>) {
        let is_without = |(id, order): &(&OrderId, &Tracked<Order>)| order.is_new && !self.order_rows.contains_key(*id);
        let new = self.orders.iter().filter(is_without).map(|(id, _)| id.clone());
        let places: Vec<(OrderId, RowNumber)> = new.zip(rows.into_iter().map(RowNumber)).collect();
        self.order_rows.extend(places);
    }

    /// Takes a row of the database; one that is here already stays as it is.
    pub(crate) fn load_transaction(&mut self, transaction: Transaction) {
        if !self.transactions.contains_key(&transaction.number) {
            self.put_transaction(Tracked::loaded(transaction));
        }
    }

    fn put_transaction(&mut self, transaction: Tracked<Transaction>) {
        let Transaction { number, provider, provider_id, order_id, .. } = &transaction.is;
        self.by_provider_id.insert((*provider, provider_id.clone()), *number);
        self.of_order.entry(order_id.clone()).or_default().push(*number);
        self.transactions.insert(*number, transaction);
    }

    /// Takes rows of the database that belong together; those that are here already stay as they are.
    pub(crate) fn load_story(&mut self, row: RowNumber, story: &Story) {
        if let Some(order) = &story.order
            && !self.orders.contains_key(&order.id)
        {
            self.load_order(row, order.clone());
            for transaction in &story.transactions {
                self.load_transaction(transaction.clone());
            }
        }
    }

    /// Each order as it is now with those of its transactions that are here, among them the one that holds it, if any.
    pub(crate) fn into_stories(self) -> impl Iterator<Item = (RowNumber, Story)> {
        let Self { orders, mut transactions, mut of_order, order_rows, .. } = self;
        orders.into_iter().filter_map(move |(id, order)| {
            let numbers = of_order.remove(&id).unwrap_or_default();
            let of_it = numbers.iter().filter_map(|number| transactions.remove(number));
            let transactions = of_it.map(|transaction| transaction.is).collect();
            Some((*order_rows.get(&id)?, Story { order: Some(order.is), transactions }))
        })
    }

    /// Takes a row of the database.
    pub(crate) fn load_setting(&mut self, setting: Setting) {
        self.settings.insert(setting.name.clone(), Tracked::loaded(setting));
    }

    /// Takes how a booth prints, as the database has it. What nobody can read says nothing.
    pub(crate) fn load_prints(&mut self, booth: &BoothId, kept: &str) {
        if !self.prints.contains_key(booth)
            && let Some(jobs) = rules::read(kept)
        {
            self.prints.insert(booth.clone(), jobs);
        }
    }

    /// Sets a setting. The value before is the one of the database, or of an earlier call.
    pub(crate) fn set(&mut self, name: SettingName, value: Option<String>, at: TimeMs) -> Setting {
        let version = self.settings.get(&name).map_or(1, |setting| setting.is.version.saturating_add(1));
        let setting = Setting { name: name.clone(), value, version, changed_at: at };
        match self.settings.get_mut(&name) {
            Some(tracked) => tracked.change(setting.clone()),
            None => drop(self.settings.insert(name, Tracked::new(setting.clone()))),
        }
        setting
    }

    /// Settings that the database does not have.
    pub(crate) fn new_settings(&self) -> Vec<&Setting> {
        self.settings.values().filter(|setting| setting.is_new).map(|setting| &setting.is).collect()
    }

    /// Settings that the database has otherwise: as it has them, and as they are to be.
    pub(crate) fn changed_settings(&self) -> Vec<(&Setting, &Setting)> {
        self.settings.values().filter_map(Tracked::changed).collect()
    }

    /// How the sums change.
    pub(crate) fn sums(&self) -> Sums {
        let mut sums = Sums::default();
        for order in self.orders.values() {
            if let Some(was) = &order.was {
                sums.order(was, -1);
            }
            if order.is_new || order.was.is_some() {
                sums.order(&order.is, 1);
            }
        }
        for transaction in self.transactions.values() {
            let Some(order) = self.orders.get(&transaction.is.order_id) else { continue };
            if let Some(was) = &transaction.was {
                sums.transaction(&order.is.booth.id, was, -1);
            }
            if transaction.is_new || transaction.was.is_some() {
                sums.transaction(&order.is.booth.id, &transaction.is, 1);
            }
        }
        sums.without_nothing()
    }

    /// The rows as they were loaded, for deciding once more.
    pub(crate) fn into_loaded(self) -> Self {
        let settings = self.settings.into_iter().filter_map(|(name, setting)| Some((name, setting.into_loaded()?)));
        let mut loaded = Self { settings: settings.collect(), prints: self.prints, ..Self::default() };
        loaded.orders = self.orders.into_iter().filter_map(|(id, order)| Some((id, order.into_loaded()?))).collect();
        loaded.order_rows = self.order_rows;
        for transaction in self.transactions.into_values().filter_map(Tracked::into_loaded) {
            loaded.put_transaction(transaction);
        }
        loaded
    }

    /// Orders that the database does not have, by their ids.
    pub(crate) fn new_orders(&self) -> Vec<&Order> {
        self.orders.values().filter(|order| order.is_new).map(|order| &order.is).collect()
    }

    /// Orders that the database has otherwise: as it has them, and as they are to be.
    pub(crate) fn changed_orders(&self) -> Vec<(&Order, &Order)> {
        self.orders.values().filter_map(Tracked::changed).collect()
    }

    /// Transactions that the database does not have, by their numbers.
    pub(crate) fn new_transactions(&self) -> Vec<&Transaction> {
        self.transactions.values().filter(|transaction| transaction.is_new).map(|transaction| &transaction.is).collect()
    }

    /// Transactions that the database has otherwise: as it has them, and as they are to be. Those that let go of their order
    /// come first: late money may take an order from a later transaction that was abandoned.
    pub(crate) fn changed_transactions(&self) -> Vec<(&Transaction, &Transaction)> {
        let mut changed: Vec<_> = self.transactions.values().filter_map(Tracked::changed).collect();
        changed.sort_by_key(|(_, new)| new.state.holds());
        changed
    }
}
