//! Looking for orders on SQLite.

use super::queries::collect;
use super::rows::{order_and_transaction, read_order_and_holder};
use crate::error::StoreError;
use crate::readings::PaymentRow;
use crate::search::{OfNumber, OrderPage, OrderSearch, Window};
use crate::tables::order;
use boothpay_protocol::ledger::order::{OrderId, OrderStatus};
use rusqlite::{Connection, Row, params, params_from_iter};

pub(crate) fn page(connection: &Connection, search: &OrderSearch, limit: u32) -> Result<OrderPage, StoreError> {
    let mut window = Window::of(search, index);
    let (end, of_window) = (window.end(), window.numbers.clone());
    let shown = window.shown(search, limit);
    let sql = format!(
        "select {} from ({}) o
         left join transactions t on t.number = (
             select l.number from transactions l where l.order_row = o.order_row
             order by l.state in ('created', 'performed') desc, l.number desc limit 1)
         {shown}",
        order_and_transaction(),
        window.sql
    );
    let rows = collect(connection, &sql, params_from_iter(&window.numbers), |row| {
        let (number, order, transaction) = read_order_and_holder(row)?;
        Ok(PaymentRow { number: number.0, order, transaction })
    })?;
    if OrderPage::is_full(&rows, limit) {
        return Ok(OrderPage::of(rows, limit, None));
    }
    let read = |row: &Row<'_>| Ok((row.get(0)?, row.get(1)?));
    let end = collect(connection, &end, params_from_iter(&of_window), read)?.pop();
    Ok(OrderPage::of(rows, limit, end))
}

/// The index that finds the few orders of a status.
const fn index(status: OrderStatus) -> &'static str {
    match status {
        OrderStatus::Pending => "indexed by orders_pending_by_expiry",
        OrderStatus::Cancelled | OrderStatus::Refunded | OrderStatus::Expired => "indexed by orders_closed",
        OrderStatus::Paid => "",
    }
}

pub(crate) fn owed(connection: &Connection, sql: &str, limit: u32) -> Result<Vec<OrderId>, StoreError> {
    collect(connection, sql, params![limit], |row| order::read_id(row, 0))
}

/// As the index of it says it.
const RECEIPT: &str =
    "t.provider = 'click' and json_valid(t.details) and json_extract(t.details, '$.click_paydoc_id') = $1";

pub(crate) fn of_number(connection: &Connection, of: OfNumber, number: i64) -> Result<Option<OrderId>, StoreError> {
    Ok(collect(connection, &of.sql(RECEIPT), params![number], |row| order::read_id(row, 0))?.pop())
}

#[cfg(test)]
mod tests {
    use super::*;
    use boothpay_protocol::time::TimeMs;

    /// However many years of orders there are: no page looks through all.
    #[test]
    fn each_page_is_found_by_an_index() {
        let connection = Connection::open_in_memory().unwrap();
        connection.execute_batch(include_str!("../../migrations/sqlite/0001_schema.sql")).unwrap();
        let plan = |search: &OrderSearch| -> String {
            let window = Window::of(search, index);
            let mut statement = connection.prepare(&format!("explain query plan {}", window.sql)).unwrap();
            let steps = statement.query_map(params_from_iter(&window.numbers), |row| row.get::<_, String>(3)).unwrap();
            steps.map(Result::unwrap).collect::<Vec<_>>().join("; ")
        };
        let all = OrderSearch { before: Some(7), ..OrderSearch::default() };
        assert_eq!(plan(&all), "SEARCH orders USING INTEGER PRIMARY KEY (rowid<?)");
        let day = OrderSearch { made: Some((TimeMs::new(1), TimeMs::new(2))), ..OrderSearch::default() };
        assert!(plan(&day).contains("INDEX orders_by_time (created_at_ms>? AND created_at_ms<?)"), "{}", plan(&day));
        let few = OrderSearch { status: Some(OrderStatus::Refunded), ..OrderSearch::default() };
        assert!(plan(&few).contains("INDEX orders_closed (status=? AND order_row<?)"), "{}", plan(&few));
        let pending = OrderSearch { status: Some(OrderStatus::Pending), ..OrderSearch::default() };
        assert!(plan(&pending).contains("orders_pending"), "{}", plan(&pending));
        let mut receipt =
            connection.prepare(&format!("explain query plan {}", OfNumber::Receipt.sql(RECEIPT))).unwrap();
        let steps: Vec<String> = receipt.query_map([7], |row| row.get(3)).unwrap().map(Result::unwrap).collect();
        assert!(steps.join("; ").contains("transactions_by_receipt"), "{steps:?}");
    }
}
