//! What an overview reads: rows that no decision looks at.

use boothpay_protocol::ledger::order::Order;
use boothpay_protocol::ledger::provider::Provider;
use boothpay_protocol::ledger::transaction::Transaction;

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
