//! An order with everything that belongs to it, and the digest by which two copies of it are known to be the same.

use boothpay_protocol::journal::{Actor, Change, Entry};
use boothpay_protocol::order::{Order, OrderStatus};
use boothpay_protocol::time::TimeMs;
use boothpay_protocol::transaction::{State, Transaction};
use serde_json::json;
use sha2::{Digest as _, Sha256};

/// SHA-256.
pub(crate) type Digest = [u8; 32];

/// A journal row with its change as it was written: a later program might write the same change in other words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Line {
    pub(crate) entry: Entry,
    pub(crate) text: String,
}

/// An order, all its transactions by number, its journal by version.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Full {
    pub(crate) order: Order,
    pub(crate) transactions: Vec<Transaction>,
    pub(crate) journal: Vec<Line>,
}

impl Full {
    /// Covers every column of every row.
    pub(crate) fn digest(&self) -> Digest {
        let mut hash = Sha256::new();
        let mut row = |row: serde_json::Value| {
            hash.update(row.to_string());
            hash.update(b"\n");
        };
        let order = &self.order;
        row(json!([
            order.id.as_str(),
            order.amount.tiyin(),
            order.copies.get(),
            order.booth,
            order.status.word(),
            order.created_at.ms(),
            order.expires_at.ms(),
            order.printed_at.map(TimeMs::ms),
            order.changed_at.ms(),
            order.version,
        ]));
        for it in &self.transactions {
            row(json!([
                it.number.get(),
                it.provider.word(),
                it.provider_id.as_str(),
                it.order_id.as_str(),
                it.amount.tiyin(),
                it.provider_time.ms(),
                it.create_time.ms(),
                it.state.perform_time().map(TimeMs::ms),
                it.state.cancel_time().map(TimeMs::ms),
                it.state.code(),
                it.state.reason(),
                it.account,
                it.fiscal_perform,
                it.fiscal_cancel,
            ]));
        }
        for line in &self.journal {
            let entry = &line.entry;
            row(json!([entry.order_id.as_str(), entry.version, entry.at.ms(), entry.actor.word(), line.text]));
        }
        hash.finalize().into()
    }

    /// Whether nothing of it can change any more, except by a refund, since before `before`. A paid order that was not
    /// printed is a customer's claim: it stays.
    pub(crate) fn is_settled(&self, before: TimeMs) -> bool {
        let ended = match self.order.status {
            OrderStatus::Paid => self.order.printed_at.is_some(),
            OrderStatus::Refunded | OrderStatus::Cancelled | OrderStatus::Expired => true,
            OrderStatus::Pending => false,
        };
        ended && self.order.changed_at < before && self.transactions.iter().all(|it| it.state != State::Created)
    }

    /// Whether it was paid by somebody who did not have to prove it.
    pub(crate) fn is_unproven(&self) -> bool {
        self.journal.iter().any(|Line { entry, .. }| {
            matches!(entry.actor, Actor::PaymeUnproven | Actor::TestPayment)
                && matches!(entry.change, Change::TransactionPerformed { .. })
        })
    }
}

/// What many orders come to, added in the order of their ids.
#[derive(Clone, Default)]
pub(crate) struct Totals {
    pub(crate) orders: i64,
    pub(crate) transactions: i64,
    pub(crate) journal_rows: i64,
    hash: Sha256,
}

impl Totals {
    pub(crate) fn add(&mut self, full: &Full) {
        let count = |rows: usize| i64::try_from(rows).unwrap_or(i64::MAX);
        self.orders = self.orders.saturating_add(1);
        self.transactions = self.transactions.saturating_add(count(full.transactions.len()));
        self.journal_rows = self.journal_rows.saturating_add(count(full.journal.len()));
        self.hash.update(full.digest());
    }

    /// The digest of all their digests.
    pub(crate) fn digest(&self) -> Digest {
        self.hash.clone().finalize().into()
    }
}
