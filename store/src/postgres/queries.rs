//! Readings that no decision looks at: what is due, the journal, the overview. Each is one statement, so that what it gives
//! is of one moment.

use super::rows::{number, order_and_transaction, read_order_and_transaction};
use crate::error::StoreError;
use crate::readings::{Kept, OrderRow, OrderSums, PaymentRow, Payments, Size, Takings, page};
use crate::tables::journal::PROVEN_CALLS;
use crate::tables::{damage, journal, order, sums};
use boothpay_protocol::ledger::chain::Head;
use boothpay_protocol::ledger::journal::Entry;
use boothpay_protocol::ledger::order::{OrderId, OrderStatus};
use boothpay_protocol::ledger::provider::Provider;
use boothpay_protocol::ledger::transaction::Transaction;
use boothpay_protocol::providers::WaitingSince;
use boothpay_protocol::time::TimeMs;
use std::ops::Range;
use tokio_postgres::types::ToSql;
use tokio_postgres::{Client, Row};

pub(super) async fn expired_orders(client: &Client, now: TimeMs, limit: u32) -> Result<Vec<OrderId>, StoreError> {
    let sql = "select order_id from orders
               where status = 'pending' and expires_at_ms <= $1
                 and not exists (select 1 from transactions where held_order_row = orders.order_row)
               order by expires_at_ms limit $2";
    collect(client, sql, &[&now.ms(), &i64::from(limit)], |row| order::read_id(row, 0)).await
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
        "select o.order_id from orders o
         cross join lateral (select * from transactions where held_order_row = o.order_row offset 0) t
         where o.status = 'pending' and t.state = 'created' and t.{column} < $1 and t.provider = $2
         order by t.{column} limit $3"
    );
    let parameters: [&(dyn ToSql + Sync); 3] = [&before.ms(), &provider.word(), &i64::from(limit)];
    collect(client, &sql, &parameters, |row| order::read_id(row, 0)).await
}

pub(crate) async fn journal(client: &Client, order_id: &OrderId) -> Result<Vec<Entry>, StoreError> {
    let sql = format!(
        "select {} from journal j join orders o on o.order_row = j.order_row where o.order_id = $1 order by j.version",
        journal::TABLE.read_as("j")
    );
    collect(client, &sql, &[&order_id.as_str()], |row| journal::read(row, 0, order_id.clone())).await
}

pub(crate) async fn transactions_of(client: &Client, order_id: &OrderId) -> Result<Vec<Transaction>, StoreError> {
    let sql = format!(
        "select {} from orders o join transactions t on t.order_row = o.order_row where o.order_id = $1 order by t.number",
        order_and_transaction()
    );
    let read = |row: &Row| Ok(read_order_and_transaction(row)?.2);
    Ok(collect(client, &sql, &[&order_id.as_str()], read).await?.into_iter().flatten().collect())
}

/// How large the database is. Its log is the whole server's.
pub(super) async fn size(client: &Client) -> Result<Size, StoreError> {
    let row = client.query_one("select pg_database_size(current_database())", &[]).await?;
    Ok(Size { tables: u64::try_from(row.try_get::<_, i64>(0)?).unwrap_or_default(), log: None })
}

/// Each status with its number of orders, over all booths.
pub(super) async fn order_counts(client: &Client) -> Result<Vec<(OrderStatus, i64)>, StoreError> {
    Ok(kept_sums(client, &[]).await?.counts())
}

/// The sums of all hours together, and of each span of hours.
pub(crate) async fn kept_sums(client: &Client, spans: &[Range<i64>]) -> Result<Kept, StoreError> {
    let table = Some(
        "unnest($1::bigint[], $2::bigint[], $3::bigint[], $4::bigint[]) as parts (of_span, part_hours, begins, ends)",
    );
    let parts = sums::parts(spans);
    let column = |of: fn(&sums::Part) -> i64| parts.iter().map(of).collect::<Vec<_>>();
    let (of_span, hours) = (column(|part| part.of), column(|part| part.hours));
    let (begins, ends) = (column(|part| part.begins), column(|part| part.ends));
    let given: [&(dyn ToSql + Sync); 4] = [&of_span, &hours, &begins, &ends];
    let (takings, orders) = (sums::select_takings(table), sums::select_orders(table));
    let takings = collect(client, &takings, &given, |row| sums::read_takings(row).map(Takings::of)).await?;
    let orders = collect(client, &orders, &given, |row| sums::read_orders(row).map(OrderSums::of)).await?;
    Ok(Kept { takings, orders: orders.into_iter().flatten().collect() })
}

/// Orders with something that is owed to the customer: money that came and could not pay them, or that a person asked back; and
/// prints. The newest first. No index has
/// the few transactions, because it would make every payment write more; so all of them are read, on the rare occasion.
pub(crate) async fn owed(client: &Client, limit: u32) -> Result<Vec<OrderId>, StoreError> {
    let sql = "select order_id from orders where order_row in (
                   select order_row from orders where status = 'paid' and refund_asked_at_ms is not null
                   union select order_row from orders where print_state in ('failed', 'stuck', 'unknown', 'claim')
                   union select order_row from transactions where state = 'owed'
                   order by order_row desc limit $1)
               order by order_row desc";
    collect(client, sql, &[&i64::from(limit)], |row| order::read_id(row, 0)).await
}

pub(crate) async fn orders(
    client: &Client,
    status: Option<OrderStatus>,
    limit: u32,
) -> Result<Vec<OrderRow>, StoreError> {
    // The newest are chosen before their transactions are looked up.
    let chosen = match status {
        Some(status) => of_status(status, "$1"),
        None => "select * from orders order by order_row desc limit $1".to_owned(),
    };
    let sql = format!(
        "select {} from ({chosen}) o
         left join transactions t on t.held_order_row = o.order_row order by o.order_row desc",
        order_and_transaction()
    );
    collect(client, &sql, &[&i64::from(limit)], |row| {
        let (_, order, holder) = read_order_and_transaction(row)?;
        Ok(OrderRow { order, holder })
    })
    .await
}

/// The newest orders of a status. Its word stands in the statement itself, so that an index of few orders can be chosen.
fn of_status(status: OrderStatus, most: &str) -> String {
    format!("select * from orders where status = '{}' order by order_row desc limit {most}", status.word())
}

pub(super) async fn payments(client: &Client, which: &Payments) -> Result<Vec<PaymentRow>, StoreError> {
    let (chosen, parameters) = match which {
        Payments::Numbered(number) => ("select * from orders where order_row = $1".to_owned(), vec![*number]),
        Payments::Page { statuses, limit, offset } => {
            let page = page(statuses, "$1", "$2", |status| of_status(status, "$1::bigint + $2::bigint"));
            (page, vec![i64::from(*limit), i64::from(*offset)])
        }
    };
    let sql = format!(
        "select {} from ({chosen}) o
         left join lateral (
             select * from transactions l where l.order_row = o.order_row
             order by l.held_order_row is null, l.number desc limit 1) t on true
         order by o.order_row desc",
        order_and_transaction()
    );
    let parameters: Vec<&(dyn ToSql + Sync)> = parameters.iter().map(|it| -> &(dyn ToSql + Sync) { it }).collect();
    collect(client, &sql, &parameters, |row| {
        let (number, order, transaction) = read_order_and_transaction(row)?;
        Ok(PaymentRow { number: number.0, order, transaction })
    })
    .await
}

pub(super) async fn unproven_payments(client: &Client, unproven: &[&str]) -> Result<i64, StoreError> {
    // By its first member, which is how a change is always written; reading the whole of it as JSON would stumble over
    // texts that JSON allows and a PostgreSQL text does not.
    let sql = r#"select count(*) from journal
                 where actor in ('payme_unproven', 'click_unproven', 'uzum_unproven', 'test') and actor = any ($1::text[])
                   and change::text like '{"change":"transaction_performed%'"#;
    Ok(collect(client, sql, &[&unproven], |row| number(row, 0)).await?.first().copied().unwrap_or(0))
}

pub(super) async fn has_proven_calls(client: &Client) -> Result<bool, StoreError> {
    let read = |row: &Row| row.try_get(0).map_err(damage);
    Ok(collect(client, PROVEN_CALLS, &[], read).await?.first().copied().unwrap_or(false))
}

/// Where each chain of the journal ends. Each writer is looked up in the index by itself.
pub(super) async fn heads(client: &Client) -> Result<Vec<Head>, StoreError> {
    let sql = "with recursive writers (writer) as (
                   select min(writer) from journal
                   union all
                   select (select min(writer) from journal where writer > writers.writer) from writers where writer is not null)
               select h.writer, h.sequence, h.digest from writers
               cross join lateral (select writer, sequence, digest from journal where journal.writer = writers.writer
                                   order by sequence desc limit 1) h
               where writers.writer is not null order by h.writer";
    collect(client, sql, &[], journal::read_head).await
}

/// Where one writer's chain ends; at its start when it has no row.
pub(crate) async fn head(client: &Client, writer: i64) -> Result<Head, StoreError> {
    let sql = "select writer, sequence, digest from journal where writer = $1 order by sequence desc limit 1";
    Ok(collect(client, sql, &[&writer], journal::read_head).await?.pop().unwrap_or(Head::start(writer)))
}

pub(super) async fn collect<T>(
    client: &Client,
    sql: &str,
    parameters: &[&(dyn ToSql + Sync)],
    read: impl Fn(&Row) -> Result<T, StoreError>,
) -> Result<Vec<T>, StoreError> {
    client.query(sql, parameters).await?.iter().map(read).collect()
}
