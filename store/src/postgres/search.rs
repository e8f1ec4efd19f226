//! Looking for orders on PostgreSQL.

use super::Postgres;
use super::queries::collect;
use super::rows::{number, order_and_transaction, read_order_and_transaction};
use super::tasks;
use crate::error::StoreError;
use crate::readings::PaymentRow;
use crate::search::{OfNumber, OrderPage, OrderSearch, Window};
use crate::tables::order;
use boothpay_protocol::ledger::order::OrderId;
use boothpay_protocol::ledger::task::{Task, TaskKey};
use tokio_postgres::Row;
use tokio_postgres::types::ToSql;

/// As the index of it says it.
const RECEIPT: &str = r#"t.provider = 'click' and substring(t.details from '"click_paydoc_id":([0-9]+)') = $1"#;

impl Postgres {
    pub(crate) async fn find_orders(&self, search: &OrderSearch, limit: u32) -> Result<OrderPage, StoreError> {
        let mut window = Window::of(search, |_| "");
        let (end, of_window) = (window.end(), window.numbers.clone());
        let shown = window.shown(search, limit);
        let sql = format!(
            "select {} from ({}) o
             left join lateral (
                 select * from transactions l where l.order_row = o.order_row
                 order by l.held_order_row is null, l.number desc limit 1) t on true
             {shown}",
            order_and_transaction(),
            window.sql
        );
        self.overview(async |client| {
            let rows = collect(client, &sql, &values(&window.numbers), |row| {
                let (number, order, transaction) = read_order_and_transaction(row)?;
                Ok(PaymentRow { number: number.0, order, transaction })
            })
            .await?;
            if OrderPage::is_full(&rows, limit) {
                return Ok(OrderPage::of(rows, limit, None));
            }
            let read = |row: &Row| Ok((number(row, 0)?, number(row, 1)?));
            let end = collect(client, &end, &values(&of_window), read).await?.pop();
            Ok(OrderPage::of(rows, limit, end))
        })
        .await
    }

    pub(crate) async fn owed_orders(&self, sql: &str, limit: u32) -> Result<Vec<OrderId>, StoreError> {
        self.overview(async |client| collect(client, sql, &[&i64::from(limit)], |row| order::read_id(row, 0)).await)
            .await
    }

    pub(crate) async fn order_of_number(&self, of: OfNumber, number: i64) -> Result<Option<OrderId>, StoreError> {
        let (sql, text) = (of.sql(RECEIPT), number.to_string());
        let value: &(dyn ToSql + Sync) = match of {
            OfNumber::Receipt => &text,
            OfNumber::Ours => &number,
        };
        Ok(self.short(async |client| collect(client, &sql, &[value], |row| order::read_id(row, 0)).await).await?.pop())
    }

    pub(crate) async fn task_of_key(&self, key: &TaskKey) -> Result<Option<Task>, StoreError> {
        self.short(async |client| tasks::by_key(client, key).await).await
    }
}

fn values(numbers: &[i64]) -> Vec<&(dyn ToSql + Sync)> {
    numbers.iter().map(|number| -> &(dyn ToSql + Sync) { number }).collect()
}
