//! Readings that no decision looks at: what is due, the journal, the overview.

use super::rows::{order_and_transaction, read_both, read_order_and_holder};
use crate::error::StoreError;
use crate::readings::{Kept, OrderRow, OrderSums, PaymentRow, Payments, Size, Takings, page};
use crate::tables::journal::PROVEN_CALLS;
use crate::tables::{journal, order, sums};
use boothpay_protocol::ledger::chain::Head;
use boothpay_protocol::ledger::journal::Entry;
use boothpay_protocol::ledger::order::{OrderId, OrderStatus};
use boothpay_protocol::ledger::provider::Provider;
use boothpay_protocol::ledger::transaction::Transaction;
use boothpay_protocol::providers::WaitingSince;
use boothpay_protocol::time::TimeMs;
use rusqlite::{Connection, Row, params, params_from_iter};
use std::ops::Range;

pub(crate) fn expired_orders(connection: &Connection, now: TimeMs, limit: u32) -> Result<Vec<OrderId>, StoreError> {
    let sql = "select order_id from orders o
               where status = 'pending' and expires_at_ms <= ?1
                 and not exists (select 1 from transactions t
                                 where t.order_row = o.order_row and t.state in ('created', 'performed'))
               order by expires_at_ms limit ?2";
    collect(connection, sql, params![now.ms(), limit], |row| order::read_id(row, 0))
}

/// Orders with something that is owed to the customer: money that came and could not pay them, or that a person asked back; and
/// prints. The newest first.
pub(crate) fn owed(connection: &Connection, limit: u32) -> Result<Vec<OrderId>, StoreError> {
    let sql = "select order_id from orders where order_row in (
                   select order_row from orders where status = 'paid' and refund_asked_at_ms is not null
                   union select order_row from orders where print_state = 'failed' or print_state = 'stuck' or print_state = 'unknown' or print_state = 'claim'
                   union select order_row from transactions where state = 'owed'
                   order by order_row desc limit ?1)
               order by order_row desc";
    collect(connection, sql, params![limit], |row| order::read_id(row, 0))
}

/// How large the database's file is, and its log; none of one in memory.
pub(crate) fn size(connection: &Connection) -> Result<Option<Size>, StoreError> {
    let Some(file) = connection.path().filter(|path| !path.is_empty()) else { return Ok(None) };
    let bytes = |path: &str| std::fs::metadata(path).map(|it| it.len());
    let tables = bytes(file).map_err(|error| StoreError::Failed(error.to_string().into()))?;
    // There is none while nothing waits in it.
    Ok(Some(Size { tables, log: Some(bytes(&format!("{file}-wal")).unwrap_or_default()) }))
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
            "select order_id from transactions t join orders o on o.order_row = t.order_row
             where t.state = 'created' and t.create_time_ms < ?1 and t.provider = ?2 order by t.create_time_ms limit ?3"
        }
        WaitingSince::ProviderTime => {
            "select order_id from transactions t join orders o on o.order_row = t.order_row
             where t.state = 'created' and t.provider_time_ms < ?1 and t.provider = ?2
             order by t.provider_time_ms limit ?3"
        }
    };
    collect(connection, sql, params![before.ms(), provider.word(), limit], |row| order::read_id(row, 0))
}

pub(crate) fn journal(connection: &Connection, order_id: &OrderId) -> Result<Vec<Entry>, StoreError> {
    let sql = format!(
        "select {} from journal j join orders o on o.order_row = j.order_row where o.order_id = ?1 order by j.version",
        journal::TABLE.read_as("j")
    );
    collect(connection, &sql, params![order_id.as_str()], |row| journal::read(row, 0, order_id.clone()))
}

pub(crate) fn transactions_of(connection: &Connection, order_id: &OrderId) -> Result<Vec<Transaction>, StoreError> {
    let sql = format!(
        "select {} from orders o join transactions t on t.order_row = o.order_row where o.order_id = ?1 order by t.number",
        order_and_transaction()
    );
    collect(connection, &sql, params![order_id.as_str()], |row| Ok(read_both(row)?.2))
}

/// Each status with its number of orders, over all booths.
pub(crate) fn order_counts(connection: &Connection) -> Result<Vec<(OrderStatus, i64)>, StoreError> {
    Ok(kept_sums(connection, &[])?.counts())
}

/// The sums of all hours together, and of each span of hours.
pub(crate) fn kept_sums(connection: &Connection, spans: &[Range<i64>]) -> Result<Kept, StoreError> {
    let table = Some(
        "(select value ->> 0 as of_span, value ->> 1 as part_hours, value ->> 2 as begins, value ->> 3 as ends
          from json_each(?1)) parts",
    );
    let parts: Vec<_> = sums::parts(spans).iter().map(|part| [part.of, part.hours, part.begins, part.ends]).collect();
    let parts = serde_json::to_string(&parts).map_err(|_| StoreError::Bug)?;
    let takings = sums::select_takings(table);
    let takings = collect(connection, &takings, params![parts], |row| sums::read_takings(row).map(Takings::of))?;
    let orders = sums::select_orders(table);
    let orders = collect(connection, &orders, params![parts], |row| sums::read_orders(row).map(OrderSums::of))?;
    Ok(Kept { takings, orders: orders.into_iter().flatten().collect() })
}

pub(crate) fn orders(
    connection: &Connection,
    status: Option<OrderStatus>,
    limit: u32,
) -> Result<Vec<OrderRow>, StoreError> {
    let chosen = match status {
        Some(status) => of_status(status, "?1"),
        None => "select * from orders order by order_row desc limit ?1".to_owned(),
    };
    let sql = format!(
        "select {} from ({chosen}) o left join transactions t
             on t.order_row = o.order_row and t.state in ('created', 'performed')
         order by o.order_row desc",
        order_and_transaction()
    );
    collect(connection, &sql, params![limit], |row| {
        let (_, order, holder) = read_order_and_holder(row)?;
        Ok(OrderRow { order, holder })
    })
}

/// The newest orders of a status. Those that are few among years of others are found by an index: they would be looked for through
/// all of those.
fn of_status(status: OrderStatus, most: &str) -> String {
    let index = match status {
        OrderStatus::Pending => "indexed by orders_pending_by_expiry",
        OrderStatus::Cancelled | OrderStatus::Refunded | OrderStatus::Expired => "indexed by orders_closed",
        OrderStatus::Paid => "",
    };
    format!("select * from orders {index} where status = '{}' order by order_row desc limit {most}", status.word())
}

pub(crate) fn payments(connection: &Connection, which: &Payments) -> Result<Vec<PaymentRow>, StoreError> {
    let (chosen, parameters) = match which {
        Payments::Numbered(number) => ("select * from orders where order_row = ?1".to_owned(), vec![*number]),
        Payments::Page { statuses, limit, offset } => (
            page(statuses, "?1", "?2", |status| of_status(status, "?1 + ?2")),
            vec![i64::from(*limit), i64::from(*offset)],
        ),
    };
    let sql = format!(
        "select {} from ({chosen}) o
         left join transactions t on t.number = (
             select l.number from transactions l where l.order_row = o.order_row
             order by l.state in ('created', 'performed') desc, l.number desc limit 1)
         order by o.order_row desc",
        order_and_transaction()
    );
    collect(connection, &sql, params_from_iter(parameters), |row| {
        let (number, order, transaction) = read_order_and_holder(row)?;
        Ok(PaymentRow { number: number.0, order, transaction })
    })
}

pub(crate) fn unproven_payments(connection: &Connection, unproven: &[&str]) -> Result<i64, StoreError> {
    let mut payments = 0_i64;
    for actor in unproven {
        let sql = "select count(*) from journal
                   where actor = ?1 and actor in ('payme_unproven', 'click_unproven', 'uzum_unproven', 'test')
                     and change ->> 'change' in ('transaction_performed', 'transaction_performed_late')";
        let of_actor: i64 = connection.prepare_cached(sql)?.query_row([actor], |row| row.get(0))?;
        payments = payments.saturating_add(of_actor);
    }
    Ok(payments)
}

pub(crate) fn has_proven_calls(connection: &Connection) -> Result<bool, StoreError> {
    Ok(connection.query_row(PROVEN_CALLS, [], |row| row.get(0))?)
}

/// Where each chain of the journal ends.
pub(crate) fn heads(connection: &Connection) -> Result<Vec<Head>, StoreError> {
    let head = super::rows::head(connection)?;
    Ok(if head.sequence == 0 { Vec::new() } else { vec![head] })
}

pub(super) fn collect<T>(
    connection: &Connection,
    sql: &str,
    parameters: impl rusqlite::Params,
    mut read: impl FnMut(&Row<'_>) -> Result<T, StoreError>,
) -> Result<Vec<T>, StoreError> {
    let mut statement = connection.prepare_cached(sql)?;
    let mut rows = statement.query(parameters)?;
    let mut collected = Vec::new();
    while let Some(row) = rows.next()? {
        collected.push(read(row)?);
    }
    Ok(collected)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// However many years of orders there are: no list of few looks through all.
    #[test]
    fn a_list_of_few_orders_is_found_by_an_index() {
        let connection = Connection::open_in_memory().unwrap();
        connection.execute_batch(include_str!("../../migrations/sqlite/0001_schema.sql")).unwrap();
        let plan = |sql: &str| -> String {
            let mut statement = connection.prepare(&format!("explain query plan {sql}")).unwrap();
            let steps = statement.query_map([1_i64], |row| row.get::<_, String>(3)).unwrap();
            steps.map(Result::unwrap).collect::<Vec<_>>().join("; ")
        };
        for status in OrderStatus::ALL {
            let plan = plan(&of_status(status, "?1"));
            assert_eq!(plan.contains("INDEX orders_"), status != OrderStatus::Paid, "{status:?}: {plan}");
        }
    }
}
