//! Readings that no decision looks at: what is due, the journal, the overview.

use super::rows::{order_columns, read_entry, read_order, read_provider, read_status, read_transaction, tx_columns};
use crate::error::StoreError;
use crate::look::PROVEN_CALLS;
use crate::readings::{OrderRow, Takings, WaitingSince};
use boothpay_protocol::journal::Entry;
use boothpay_protocol::order::{Order, OrderId, OrderStatus};
use boothpay_protocol::time::TimeMs;
use boothpay_protocol::transaction::{Provider, Transaction};
use rusqlite::{Connection, Row, params};

pub(crate) fn expired_orders(connection: &Connection, now: TimeMs, limit: u32) -> Result<Vec<OrderId>, StoreError> {
    let sql = "select order_id from orders
               where status = 'pending' and expires_at_ms <= ?1
                 and not exists (select 1 from transactions
                                 where transactions.order_id = orders.order_id and state in (1, 2))
               order by expires_at_ms limit ?2";
    collect(connection, sql, params![now.ms(), limit], read_order_id)
}

pub(crate) fn waiting(
    connection: &Connection,
    provider: Provider,
    since: WaitingSince,
    before: TimeMs,
    limit: u32,
) -> Result<Vec<OrderId>, StoreError> {
    let sql = match since {
        WaitingSince::CreateTime => {
            "select order_id from transactions where state = 1 and create_time_ms < ?1 and provider = ?2
             order by create_time_ms limit ?3"
        }
        WaitingSince::ProviderTime => {
            "select order_id from transactions where state = 1 and provider_time_ms < ?1 and provider = ?2
             order by provider_time_ms limit ?3"
        }
    };
    collect(connection, sql, params![before.ms(), provider.word(), limit], read_order_id)
}

pub(crate) fn journal(connection: &Connection, order_id: &OrderId) -> Result<Vec<Entry>, StoreError> {
    let sql = "select order_id, version, at_ms, actor, change from journal where order_id = ?1 order by version";
    collect(connection, sql, params![order_id.as_str()], read_entry)
}

pub(crate) fn transactions_of(connection: &Connection, order_id: &OrderId) -> Result<Vec<Transaction>, StoreError> {
    let sql = concat!("select ", tx_columns!(), " from transactions where order_id = ?1 order by number");
    collect(connection, sql, params![order_id.as_str()], read_transaction)
}

pub(crate) fn order_counts(connection: &Connection) -> Result<Vec<(OrderStatus, i64)>, StoreError> {
    let sql = "select status, count(*) from orders group by status";
    collect(connection, sql, params![], |row| Ok((read_status(row, 0)?, row.get(1)?)))
}

pub(crate) fn takings(connection: &Connection) -> Result<Vec<Takings>, StoreError> {
    let sql = "select provider, perform_time_ms / 3600000 as hour,
                      count(*) filter (where state = 2) as paid,
                      coalesce(sum(amount_tiyin) filter (where state = 2), 0) as paid_tiyin,
                      count(*) filter (where state = -2) as refunded,
                      coalesce(sum(amount_tiyin) filter (where state = -2), 0) as refunded_tiyin
               from transactions where perform_time_ms is not null group by provider, hour order by hour";
    collect(connection, sql, params![], |row| {
        Ok(Takings {
            provider: read_provider(row, 0)?,
            hour: row.get(1)?,
            paid_count: row.get(2)?,
            paid_tiyin: row.get(3)?,
            refunded_count: row.get(4)?,
            refunded_tiyin: row.get(5)?,
        })
    })
}

pub(crate) fn orders(
    connection: &Connection,
    status: Option<OrderStatus>,
    limit: u32,
) -> Result<Vec<OrderRow>, StoreError> {
    let sql = match status {
        // Few among years of others: the newest first, they would be looked for through all of those.
        Some(OrderStatus::Pending) => concat!(
            "select ",
            order_columns!(),
            " from orders indexed by orders_pending_by_expiry
              where status = 'pending' and ?1 = 'pending' order by created_at_ms desc, order_id desc limit ?2"
        ),
        None | Some(OrderStatus::Paid | OrderStatus::Cancelled | OrderStatus::Refunded | OrderStatus::Expired) => {
            concat!(
                "select ",
                order_columns!(),
                " from orders where ?1 is null or status = ?1 order by created_at_ms desc, order_id desc limit ?2"
            )
        }
    };
    let orders = collect(connection, sql, params![status.map(OrderStatus::word), limit], read_order)?;
    let with_live = |order: Order| {
        let live = super::rows::live(connection, &order.id)?;
        Ok(OrderRow { order, live })
    };
    orders.into_iter().map(with_live).collect()
}

pub(crate) fn unproven_payments(connection: &Connection) -> Result<i64, StoreError> {
    let sql = "select count(*) from journal
               where actor in ('payme_unproven', 'test_payment') and change ->> 'change' = 'transaction_performed'";
    Ok(connection.prepare_cached(sql)?.query_row([], |row| row.get(0))?)
}

pub(crate) fn has_proven_calls(connection: &Connection) -> Result<bool, StoreError> {
    Ok(connection.query_row(PROVEN_CALLS, [], |row| row.get(0))?)
}

fn read_order_id(row: &Row<'_>) -> rusqlite::Result<OrderId> {
    let text: String = row.get(0)?;
    let damage = |error| rusqlite::Error::FromSqlConversionFailure(0, rusqlite::types::Type::Text, Box::new(error));
    OrderId::parse(&text).map_err(damage)
}

fn collect<T>(
    connection: &Connection,
    sql: &str,
    parameters: impl rusqlite::Params,
    read: impl FnMut(&Row<'_>) -> rusqlite::Result<T>,
) -> Result<Vec<T>, StoreError> {
    let mut statement = connection.prepare_cached(sql)?;
    let rows = statement.query_map(parameters, read)?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}
