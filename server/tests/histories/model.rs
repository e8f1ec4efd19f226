//! A second opinion of an order's life, written from the protocol's description and the contract alone. It keeps whole
//! histories in two lists, decides by reading them from the start, and shares no code with the program.

use std::collections::BTreeMap;

use serde_json::Value;

/// Until when a paid order can be refunded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refunds {
    Always,
    BeforePrinting,
    Never,
}

/// What the owner has set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rules {
    pub busy_code: i64,
    pub closed_code: i64,
    pub check_refuses_busy: bool,
    pub refunds: Refunds,
    /// How long a created transaction may wait, in milliseconds.
    pub limit: i64,
    /// Whether that counts from Payme's time instead of ours.
    pub limit_from_payme: bool,
    pub refuse_stale: bool,
    /// How long an order can be paid, in milliseconds.
    pub order_life: i64,
}

/// Where an order stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    Pending,
    Paid,
    Cancelled,
    Refunded,
    Expired,
}

/// An order.
#[derive(Clone, Debug)]
pub struct Order {
    pub amount: i64,
    pub status: Status,
    pub expires_at: i64,
    pub printed: bool,
    /// Whether the customer has chosen Payme, and Uzbek: the histories know one of each.
    pub chosen: bool,
    pub uzbek: bool,
    /// The latest time written about it. Times of one order never run backwards, whatever the clock does.
    pub changed_at: i64,
}

/// A transaction; `payme` is none for a test payment.
#[derive(Clone, Debug)]
pub struct Transaction {
    pub number: i64,
    pub payme: Option<Payme>,
    pub order: String,
    pub amount: i64,
    pub create_time: i64,
    pub perform_time: i64,
    pub cancel_time: i64,
    pub state: i64,
    pub reason: Option<i64>,
    pub fiscal: BTreeMap<String, Value>,
}

/// What Payme said of a transaction.
#[derive(Clone, Debug)]
pub struct Payme {
    pub id: String,
    pub time: i64,
    pub account: Value,
}

/// Everything.
pub struct Model {
    pub rules: Rules,
    pub now: i64,
    pub orders: BTreeMap<String, Order>,
    pub transactions: Vec<Transaction>,
}

impl Model {
    pub fn new(rules: Rules, now: i64) -> Self {
        Self { rules, now, orders: BTreeMap::new(), transactions: Vec::new() }
    }

    pub fn of_payme(&self, id: &str) -> Option<usize> {
        self.transactions.iter().position(|it| it.payme.as_ref().is_some_and(|payme| payme.id == id))
    }

    pub fn payme_time_of(&self, id: &str) -> Option<i64> {
        Some(self.transactions[self.of_payme(id)?].payme.as_ref()?.time)
    }

    /// The last millisecond at which a transaction can still be performed.
    pub fn limit_of(&self, id: &str) -> Option<i64> {
        self.of_payme(id).map(|index| self.counts_from(index) + self.rules.limit)
    }

    fn counts_from(&self, index: usize) -> i64 {
        let transaction = &self.transactions[index];
        match &transaction.payme {
            Some(payme) if self.rules.limit_from_payme => payme.time,
            Some(_) | None => transaction.create_time,
        }
    }

    /// Whether a created transaction has waited too long: strictly after the limit.
    pub fn is_over(&self, index: usize) -> bool {
        self.transactions[index].state == 1 && self.now - self.counts_from(index) > self.rules.limit
    }

    /// The created transaction that holds an order.
    pub fn holder(&self, order: &str) -> Option<usize> {
        self.transactions.iter().position(|it| it.order == order && it.state == 1)
    }

    /// The time that a change of an order carries; also noted as its latest.
    pub fn stamp(&mut self, order: &str) -> i64 {
        let now = self.now;
        let order = self.orders.get_mut(order).expect("only orders that exist change");
        order.changed_at = order.changed_at.max(now);
        order.changed_at
    }

    /// Adds a created transaction.
    pub fn create(&mut self, order: &str, payme: Option<Payme>) -> usize {
        let create_time = self.stamp(order);
        self.transactions.push(Transaction {
            number: self.transactions.len() as i64 + 1,
            payme,
            order: order.to_owned(),
            amount: self.orders[order].amount,
            create_time,
            perform_time: 0,
            cancel_time: 0,
            state: 1,
            reason: None,
            fiscal: BTreeMap::new(),
        });
        self.transactions.len() - 1
    }

    pub fn perform(&mut self, index: usize) {
        let order = self.transactions[index].order.clone();
        let at = self.stamp(&order);
        self.transactions[index].state = 2;
        self.transactions[index].perform_time = at;
        self.orders.get_mut(&order).unwrap().status = Status::Paid;
    }

    /// From 1 to -1, from 2 to -2.
    pub fn cancel(&mut self, index: usize, reason: i64) {
        let order = self.transactions[index].order.clone();
        let at = self.stamp(&order);
        let transaction = &mut self.transactions[index];
        transaction.cancel_time = at;
        transaction.reason = Some(reason);
        if transaction.state == 2 {
            self.orders.get_mut(&order).unwrap().status = Status::Refunded;
        }
        transaction.state = -transaction.state;
    }

    /// What the background sweep ends, and how many things that were.
    pub fn sweep(&mut self) -> usize {
        let over: Vec<usize> = (0..self.transactions.len()).filter(|index| self.is_over(*index)).collect();
        for index in &over {
            self.cancel(*index, 4);
        }
        let late: Vec<String> = self.orders.keys().filter(|name| self.is_late(name)).cloned().collect();
        for order in &late {
            self.stamp(order);
            self.orders.get_mut(order).unwrap().status = Status::Expired;
        }
        over.len() + late.len()
    }

    /// Whether a pending order that nobody holds has run out of time: the last instant is too late.
    pub fn is_late(&self, name: &str) -> bool {
        let order = &self.orders[name];
        order.status == Status::Pending && self.holder(name).is_none() && self.now >= order.expires_at
    }
}
