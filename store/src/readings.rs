//! What is read without a decision: overviews, statements, what is due.

use crate::error::StoreError;
use crate::sums::{Amounts, Counts, OrdersOf, TakingsOf};
use boothpay_protocol::ledger::booth::BoothId;
use boothpay_protocol::ledger::order::{Order, OrderStatus};
use boothpay_protocol::ledger::provider::Provider;
use boothpay_protocol::ledger::transaction::Transaction;
use tokio::sync::mpsc;

/// How large a database is, in bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Size {
    /// Its tables.
    pub tables: u64,
    /// What was written and is not in them yet; none on PostgreSQL, whose log is the whole server's.
    pub log: Option<u64>,
}

/// What one provider brought at one booth, in a span of hours or in all.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Takings {
    /// Who brought it.
    pub provider: Provider,
    /// Which booth.
    pub booth: BoothId,
    /// The span's first hour, counted from 1970-01-01 UTC; `None` is all hours together.
    pub hour: Option<i64>,
    /// Performed transactions of that span that still stand.
    pub paid_count: i64,
    /// Their sum in tiyin.
    pub paid_tiyin: i64,
    /// Performed transactions of that span that went back, whenever they did.
    pub refunded_count: i64,
    /// Their sum in tiyin.
    pub refunded_tiyin: i64,
    /// Transactions of that span whose money is owed back.
    pub owed_count: i64,
    /// Their sum in tiyin.
    pub owed_tiyin: i64,
    /// Transactions of that span whose money was owed and has gone back.
    pub given_back_count: i64,
    /// Their sum in tiyin.
    pub given_back_tiyin: i64,
    /// Transactions whose money went back in that span, whenever it had come: refunds, and owed money that was given back.
    pub went_back_count: i64,
    /// Their sum in tiyin.
    pub went_back_tiyin: i64,
}

impl Takings {
    pub(crate) fn of((of, amounts): (TakingsOf, Amounts)) -> Self {
        Self {
            provider: of.provider,
            booth: of.booth,
            hour: of.hours.first(),
            paid_count: amounts.paid,
            paid_tiyin: amounts.paid_tiyin,
            refunded_count: amounts.refunded,
            refunded_tiyin: amounts.refunded_tiyin,
            owed_count: amounts.owed,
            owed_tiyin: amounts.owed_tiyin,
            given_back_count: amounts.given_back,
            given_back_tiyin: amounts.given_back_tiyin,
            went_back_count: amounts.went_back,
            went_back_tiyin: amounts.went_back_tiyin,
        }
    }
}

/// Orders of one booth and status that were made in a span of hours, or in all.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OrderSums {
    /// Which booth.
    pub booth: BoothId,
    /// What has become of them.
    pub status: OrderStatus,
    /// Whether a provider once began to pay them.
    pub begun: bool,
    /// The first hour of the span in which they were made, counted from 1970-01-01 UTC; `None` is all hours together.
    pub hour: Option<i64>,
    /// How many.
    pub orders: i64,
    /// Their copies.
    pub copies: i64,
    /// What they cost, in tiyin.
    pub amount_tiyin: i64,
    /// Paid ones whose money a person asked back, and that is still here.
    pub asked_back_count: i64,
    /// Their sum in tiyin.
    pub asked_back_tiyin: i64,
}

impl OrderSums {
    pub(crate) fn of((of, counts): (OrdersOf, Counts)) -> Option<Self> {
        Some(Self {
            booth: of.booth,
            status: OrderStatus::from_word(of.status)?,
            begun: of.begun,
            hour: of.hours.first(),
            orders: counts.orders,
            copies: counts.copies,
            amount_tiyin: counts.amount_tiyin,
            asked_back_count: counts.asked_back,
            asked_back_tiyin: counts.asked_back_tiyin,
        })
    }
}

/// Sums over all orders, of all hours together and of each span of hours.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Kept {
    /// Of the money, by when it came.
    pub takings: Vec<Takings>,
    /// Of the orders, by when they were made.
    pub orders: Vec<OrderSums>,
}

impl Kept {
    /// How many orders of all hours together have each status.
    pub(crate) fn counts(&self) -> Vec<(OrderStatus, i64)> {
        let count = |status: OrderStatus| {
            let of_status = self.orders.iter().filter(|sums| sums.hour.is_none() && sums.status == status);
            (status, of_status.fold(0_i64, |orders, sums| orders.saturating_add(sums.orders)))
        };
        OrderStatus::ALL.map(count).into_iter().filter(|(_, orders)| *orders != 0).collect()
    }
}

/// An order with the transaction that holds it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OrderRow {
    /// The order.
    pub order: Order,
    /// The transaction that holds it.
    pub holder: Option<Transaction>,
}

/// An order with the transaction that says how it was paid: the one that holds it, else its last.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PaymentRow {
    /// The number under which the order is kept. It stays, also when everything moves to another database.
    pub number: i64,
    /// The order.
    pub order: Order,
    /// The transaction.
    pub transaction: Option<Transaction>,
}

/// Which of them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Payments {
    /// The one with this number.
    Numbered(i64),
    /// A page of those whose orders have one of the statuses, newest first.
    Page {
        /// Of all orders, where there are none.
        statuses: Vec<OrderStatus>,
        /// How many.
        limit: u32,
        /// So many newer ones are left out.
        offset: u32,
    },
}

/// A statement's transactions, a page at a time; an error ends it.
pub type StatementPages = mpsc::Receiver<Result<Vec<Transaction>, StoreError>>;

/// A page of orders in SQL, newest first: of some statuses, or of all where none is given. `of_status` selects the newest of one
/// status, as many as may be on the page or before it; so each status is found in its own way.
pub(crate) fn page(
    statuses: &[OrderStatus],
    limit: &str,
    offset: &str,
    of_status: impl Fn(OrderStatus) -> String,
) -> String {
    let each: Vec<String> =
        statuses.iter().map(|status| format!("select * from ({}) of_status", of_status(*status))).collect();
    let all = if each.is_empty() { "select * from orders".to_owned() } else { each.join(" union all ") };
    format!("select * from ({all}) found order by order_row desc limit {limit} offset {offset}")
}
