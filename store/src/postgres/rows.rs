//! Reading rows from PostgreSQL.

use crate::error::StoreError;
use crate::tables::order::RowNumber;
use crate::tables::{self, damage, order, transaction};
use boothpay_protocol::ledger::order::Order;
use boothpay_protocol::ledger::transaction::Transaction;
use tokio_postgres::Row;

/// An order's and a transaction's columns, of `o` and `t`.
pub(crate) fn order_and_transaction() -> String {
    format!("{}, {}", order::TABLE.read_as("o"), transaction::TABLE.read_as("t"))
}

impl tables::Row for Row {
    fn number(&self, index: usize) -> Result<Option<i64>, StoreError> {
        self.try_get(index).map_err(damage)
    }

    fn text(&self, index: usize) -> Result<Option<&str>, StoreError> {
        self.try_get(index).map_err(damage)
    }

    fn bytes(&self, index: usize) -> Result<Option<&[u8]>, StoreError> {
        self.try_get(index).map_err(damage)
    }
}

/// Reads an order's columns, then a transaction's if there is one.
pub(crate) fn read_order_and_transaction(row: &Row) -> Result<(RowNumber, Order, Option<Transaction>), StoreError> {
    let (number, order) = order::read(row, 0)?;
    let transaction = match tables::Row::number(row, order::COLUMNS)? {
        Some(_) => Some(transaction::read(row, order::COLUMNS, order.id.clone())?.1),
        None => None,
    };
    Ok((number, order, transaction))
}

/// A number that stands alone.
pub(crate) fn number(row: &Row, index: usize) -> Result<i64, StoreError> {
    tables::Columns::from(row, index).number()
}
