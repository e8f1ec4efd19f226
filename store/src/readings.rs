//! What is read without a decision: overviews, statements, what is due.

use crate::error::StoreError;
use boothpay_protocol::ledger::order::Order;
use boothpay_protocol::ledger::provider::Provider;
use boothpay_protocol::ledger::transaction::Transaction;
use tokio::sync::mpsc;

/// What one provider brought in one hour.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Takings {
    /// Who brought it.
    pub provider: Provider,
    /// The hour, counted from 1970-01-01 UTC; the overview turns hours into days of its own time zone.
    pub hour: i64,
    /// Performed transactions that still stand.
    pub paid_count: i64,
    /// Their sum in tiyin.
    pub paid_tiyin: i64,
    /// Performed transactions of that hour that went back, whenever they did.
    pub refunded_count: i64,
    /// Their sum in tiyin.
    pub refunded_tiyin: i64,
}

/// An order with the transaction that holds it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OrderRow {
    /// The order.
    pub order: Order,
    /// Its live transaction.
    pub live: Option<Transaction>,
}

/// A statement's transactions, a page at a time; an error ends it.
pub type StatementPages = mpsc::Receiver<Result<Vec<Transaction>, StoreError>>;
