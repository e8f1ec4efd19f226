//! All orders of a period with their transactions, one after the other, for whoever writes them down elsewhere. Read as a visit: changes
//! nothing, leaves nothing behind, works beside running servers. However many there are, one is in memory at a time.

mod postgres;
mod sqlite;

use crate::address::Address;
use crate::error::OpenError;
use crate::visit::VisitError;
use boothpay_protocol::ledger::order::Order;
use boothpay_protocol::ledger::transaction::Transaction;
use boothpay_protocol::time::TimeMs;
use std::ops::{ControlFlow, Range};

/// Which rows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Export {
    /// When it happened; the end is not in it.
    pub period: Range<TimeMs>,
    /// What happened.
    pub happened: Happened,
}

/// What happened in a period.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Happened {
    /// Money came, whatever became of it.
    Paid,
    /// Money went back, whenever it had come.
    WentBack,
    /// Money came, or an order was made for which none came.
    Made,
}

/// An order with one of its transactions; with none when it has none.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExportRow {
    /// The order.
    pub order: Order,
    /// The transaction.
    pub transaction: Option<Transaction>,
}

/// Who takes the rows.
pub trait Receiver: Send {
    /// Called before the first row. It may come once more: what was received until then does not count.
    fn begin(&mut self) -> ControlFlow<()>;
    /// The next row, in the order in which they were made.
    fn row(&mut self, row: &ExportRow) -> ControlFlow<()>;
}

/// Gives all rows of one moment to a receiver, until it has enough. Blocks.
pub fn export(address: &Address, export: &Export, receiver: &mut dyn Receiver) -> Result<(), VisitError> {
    match address {
        Address::SqliteFile(path) => sqlite::export(path, export, receiver),
        Address::SqliteMemory => Err(OpenError::InMemory.into()),
        Address::Postgres(server) => postgres::export(server, export, receiver),
    }
}

/// What is selected; `order_and_transaction` are the columns, and `marks` the places of the period's ends.
fn sql(export: &Export, order_and_transaction: &str, marks: [&str; 2]) -> String {
    let [from, to] = marks;
    match export.happened {
        Happened::Paid => format!(
            "select {order_and_transaction} from transactions t join orders o on o.order_row = t.order_row
             where t.perform_time_ms >= {from} and t.perform_time_ms < {to} order by t.number"
        ),
        Happened::WentBack => format!(
            "select {order_and_transaction} from transactions t join orders o on o.order_row = t.order_row
             where t.perform_time_ms is not null and t.cancel_time_ms >= {from} and t.cancel_time_ms < {to} order by t.number"
        ),
        Happened::Made => format!(
            "select {order_and_transaction} from orders o left join transactions t on t.order_row = o.order_row
             where coalesce(t.perform_time_ms, o.created_at_ms) >= {from} and coalesce(t.perform_time_ms, o.created_at_ms) < {to}
             order by o.order_row, t.number"
        ),
    }
}
