//! Readings that no decision looks at: what is due, the journal, the overview. Each is one statement, so that what it gives
//! is of one moment.

use super::rows::{
    ORDER_COLUMNS, get, order_columns, read_entry, read_order, read_order_id, read_provider, read_status,
    read_transaction, tx_columns,
};
use crate::error::StoreError;
use crate::look::PROVEN_CALLS;
use crate::readings::{OrderRow, Takings, WaitingSince};
use boothpay_protocol::journal::Entry;
use boothpay_protocol::order::{OrderId, OrderStatus};
use boothpay_protocol::time::TimeMs;
use boothpay_protocol::transaction::{Provider, Transaction};
use tokio_postgres::types::ToSql;
use tokio_postgres::{Client, Row};

pub(super) async fn expired_orders(client: &Client, now: TimeMs, limit: u32) -> Result<Vec<OrderId>, StoreError> {
    let sql = "select order_id from orders
               where status = 'pending' and expires_at_ms <= $1
                 and not exists (select 1 from transactions where live_order_id = orders.order_id)
               order by expires_at_ms limit $2";
    collect(client, sql, &[&now.ms(), &i64::from(limit)], |row| read_order_id(row, 0)).await
}

pub(super) async fn waiting(
    client: &Client,
    provider: Provider,
    since: WaitingSince,
    before: TimeMs,
    limit: u32,
) -> Result<Vec<OrderId>, StoreError> {
    // Whoever waits holds a pending order, and of these there are few: no index of transactions knows their state. `offset 0`
    // keeps the planner from beginning with all transactions, whatever it believes.
    let column = match since {
        WaitingSince::CreateTime => "create_time_ms",
        WaitingSince::ProviderTime => "provider_time_ms",
    };
    let sql = format!(
        "select t.order_id from orders o
         cross join lateral (select * from transactions where live_order_id = o.order_id offset 0) t
         where o.status = 'pending' and t.state = 1 and t.{column} < $1 and t.provider = $2
         order by t.{column} limit $3"
    );
    let parameters: [&(dyn ToSql + Sync); 3] = [&before.ms(), &provider.word(), &i64::from(limit)];
    collect(client, &sql, &parameters, |row| read_order_id(row, 0)).await
}

pub(super) async fn journal(client: &Client, order_id: &OrderId) -> Result<Vec<Entry>, StoreError> {
    let sql = "select order_id, version, at_ms, actor, change::text from journal where order_id = $1 order by version";
    collect(client, sql, &[&order_id.as_str()], read_entry).await
}

pub(super) async fn transactions_of(client: &Client, order_id: &OrderId) -> Result<Vec<Transaction>, StoreError> {
    let sql = concat!("select ", tx_columns!(), " from transactions t where t.order_id = $1 order by t.number");
    collect(client, sql, &[&order_id.as_str()], |row| read_transaction(row, 0)).await
}

pub(super) async fn order_counts(client: &Client) -> Result<Vec<(OrderStatus, i64)>, StoreError> {
    let sql = "select status, count(*) from orders group by status";
    collect(client, sql, &[], |row| Ok((read_status(row, 0)?, get(row, 1)?))).await
}

pub(super) async fn takings(client: &Client) -> Result<Vec<Takings>, StoreError> {
    let sql = "select provider, perform_time_ms / 3600000 as hour,
                      count(*) filter (where state = 2),
                      coalesce(sum(amount_tiyin) filter (where state = 2), 0)::bigint,
                      count(*) filter (where state = -2),
                      coalesce(sum(amount_tiyin) filter (where state = -2), 0)::bigint
               from transactions where perform_time_ms is not null group by provider, hour order by hour";
    collect(client, sql, &[], |row| {
        Ok(Takings {
            provider: read_provider(row, 0)?,
            hour: get(row, 1)?,
            paid_count: get(row, 2)?,
            paid_tiyin: get(row, 3)?,
            refunded_count: get(row, 4)?,
            refunded_tiyin: get(row, 5)?,
        })
    })
    .await
}

pub(super) async fn orders(
    client: &Client,
    status: Option<OrderStatus>,
    limit: u32,
) -> Result<Vec<OrderRow>, StoreError> {
    // The newest are chosen before their transactions are looked up.
    let sql = concat!(
        "select ",
        order_columns!(),
        ", ",
        tx_columns!(),
        " from (select * from orders where $1::text is null or status = $1
                order by created_at_ms desc, order_id desc limit $2) o
          left join transactions t on t.live_order_id = o.order_id
          order by o.created_at_ms desc, o.order_id desc"
    );
    collect(client, sql, &[&status.map(OrderStatus::word), &i64::from(limit)], |row| {
        let live = match get::<Option<i64>>(row, ORDER_COLUMNS)? {
            Some(_) => Some(read_transaction(row, ORDER_COLUMNS)?),
            None => None,
        };
        Ok(OrderRow { order: read_order(row)?, live })
    })
    .await
}

pub(super) async fn unproven_payments(client: &Client) -> Result<i64, StoreError> {
    // By its first member, which is how a change is always written; reading the whole of it as JSON would stumble over
    // texts that JSON allows and a PostgreSQL text does not.
    let sql = r#"select count(*) from journal
                 where actor in ('payme_unproven', 'test_payment')
                   and change::text like '{"change":"transaction_performed"%'"#;
    Ok(collect(client, sql, &[], |row| get(row, 0)).await?.first().copied().unwrap_or(0))
}

pub(super) async fn has_proven_calls(client: &Client) -> Result<bool, StoreError> {
    Ok(collect(client, PROVEN_CALLS, &[], |row| get(row, 0)).await?.first().copied().unwrap_or(false))
}

async fn collect<T>(
    client: &Client,
    sql: &str,
    parameters: &[&(dyn ToSql + Sync)],
    read: impl Fn(&Row) -> Result<T, StoreError>,
) -> Result<Vec<T>, StoreError> {
    client.query(sql, parameters).await?.iter().map(read).collect()
}
