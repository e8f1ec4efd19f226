//! Reading a PostgreSQL database for [`crate::verify`]: in one snapshot, while servers go on, a page at a time.

mod rules;

use super::examine::OrderRows;
use super::fault::Fault;
use super::judge::{FILE_FINDINGS_MAX, Judge, PAGE_ORDERS};
use crate::address::PostgresAddress;
use crate::error::OpenError;
use crate::error::postgres_words;
use crate::postgres::blocking;
use crate::postgres::connect::{Connector, Purpose};
use crate::postgres::migrate;
use crate::sums::Sums;
use crate::tables::order::RowNumber;
use crate::tables::{Table, journal, order, sums, task, transaction};
use futures_util::TryStreamExt;
use std::collections::BTreeMap;
use std::pin::pin;
use tokio_postgres::types::ToSql;
use tokio_postgres::{Client, Row, Statement};

/// Verifies a database. Changes nothing. What the schema should be is made and rolled back beside it.
pub(crate) fn verify(address: &PostgresAddress, judge: Judge) -> Result<Judge, OpenError> {
    blocking::block_on(address, async move |connector| {
        let mut judge = judge;
        let session = connector.session(Purpose::Whole).await?;
        let client = &session.client;
        let failed = migrate::failed_at(&connector);
        client.batch_execute("begin isolation level repeatable read read only").await.map_err(&failed)?;
        migrate::ready(client, &connector).await?;
        through(&connector, client, &mut judge).await?;
        client.batch_execute("rollback").await.map_err(&failed)?;
        Ok(judge)
    })
}

/// Verifies what a session sees inside a transaction, whose snapshot or locks make it one moment.
pub(crate) async fn through(connector: &Connector, client: &Client, judge: &mut Judge) -> Result<(), OpenError> {
    let read = async {
        rules::compare(connector, client, judge).await?;
        contents(client, judge).await
    };
    match read.await {
        Ok(()) => Ok(()),
        // What the server cannot read is a finding, not a reason to give no answer; so is what ends the reading of a
        // database that lacks a table.
        Err(error) if is_damage(&error) || (!judge.report.is_healthy() && error.as_db_error().is_some()) => {
            judge.add(None, Fault::File(postgres_words(&error)));
            Ok(())
        }
        Err(error) => Err(migrate::failed_at(connector)(error)),
    }
}

/// The server's class of errors for what must never be: a damaged page, a damaged index.
fn is_damage(error: &tokio_postgres::Error) -> bool {
    error.as_db_error().is_some_and(|refused| refused.code().code().starts_with("XX"))
}

async fn contents(client: &Client, judge: &mut Judge) -> Result<(), tokio_postgres::Error> {
    for row in client.query("select name, value from settings where value is not null", &[]).await? {
        judge.setting(row.try_get(0)?, row.try_get(1)?);
    }
    let mut reached = Reached::default();
    let mut after = i64::MIN;
    let pages = Pages::prepare(client).await?;
    while let Some((first, last)) = pages.ends_after(client, after).await? {
        for rows in pages.read(client, first, last, judge.searches()).await?.values() {
            reached.count(rows);
            judge.order(rows);
        }
        after = last;
    }
    let named: i64 =
        client.query_one("select count(order_id) from orders where order_id > ''", &[]).await?.try_get(0)?;
    reached.named = u64::try_from(named).unwrap_or(0);
    chains(client, judge).await?;
    tasks(client, judge).await?;
    whole_tables(client, judge, &reached).await?;
    let kept = kept_sums(client, judge).await?;
    judge.kept_sums(kept);
    Ok(())
}

/// Reads the whole journal in the order of its chains.
async fn chains(client: &Client, judge: &mut Judge) -> Result<(), tokio_postgres::Error> {
    let sql = format!(
        "select coalesce((select o.order_id from orders o where o.order_row = j.order_row), ''), {} from journal j
         order by j.writer, j.sequence",
        journal::TABLE.read_as("j")
    );
    let nothing: [&(dyn ToSql + Sync); 0] = [];
    let mut rows = pin!(client.query_raw(&sql, nothing).await?);
    while let Some(row) = rows.try_next().await? {
        judge.journal_row(&row);
    }
    judge.end_of_chains();
    Ok(())
}

async fn tasks(client: &Client, judge: &mut Judge) -> Result<(), tokio_postgres::Error> {
    let sql = format!("select {} from tasks t order by t.number", task::TABLE.read_as("t"));
    let nothing: [&(dyn ToSql + Sync); 0] = [];
    let mut rows = pin!(client.query_raw(&sql, nothing).await?);
    while let Some(row) = rows.try_next().await? {
        judge.task_row(&row);
    }
    judge.end_of_tasks();
    Ok(())
}

async fn kept_sums(client: &Client, judge: &mut Judge) -> Result<Sums, tokio_postgres::Error> {
    let mut kept = Sums::default();
    for row in client.query(&sums::select_orders(None), &[]).await? {
        kept.orders.extend(judge.sum(sums::read_orders(&row)));
    }
    for row in client.query(&sums::select_takings(None), &[]).await? {
        kept.takings.extend(judge.sum(sums::read_takings(&row)));
    }
    Ok(kept)
}

/// Rows found along the indexes, which is the way that calls find them.
#[derive(Default)]
struct Reached {
    /// By their row.
    orders: u64,
    /// By their id.
    named: u64,
    transactions: u64,
    journal: u64,
}

impl Reached {
    fn count(&mut self, rows: &OrderRows) {
        let add = |sum: &mut u64, rows: usize| *sum = sum.saturating_add(u64::try_from(rows).unwrap_or(u64::MAX));
        add(&mut self.orders, rows.orders.len());
        add(&mut self.transactions, rows.transactions.len());
        add(&mut self.journal, rows.journal.len());
    }
}

/// What only a look at whole tables, past their indexes, can tell.
async fn whole_tables(client: &Client, judge: &mut Judge, reached: &Reached) -> Result<(), tokio_postgres::Error> {
    client
        .batch_execute(
            "set local enable_seqscan = on; set local enable_indexscan = off; set local enable_indexonlyscan = off;
             set local enable_sort = on; set local enable_hashagg = on",
        )
        .await?;
    let count = async |sql: &str| -> Result<u64, tokio_postgres::Error> {
        let rows: i64 = client.query_one(sql, &[]).await?.try_get(0)?;
        Ok(u64::try_from(rows).unwrap_or(0))
    };
    let tables = [
        ("orders", count("select count(*) from orders").await?, reached.orders.min(reached.named)),
        ("transactions", count("select count(*) from transactions").await?, reached.transactions),
        ("journal", count("select count(*) from journal").await?, reached.journal),
    ];
    for (table, rows, reached) in tables {
        if rows != reached {
            judge.add(None, Fault::Unreached { table, rows, reached });
        }
    }
    let dangling = "select 'journal' from journal where not exists
                        (select from orders where orders.order_row = journal.order_row)
                    union all
                    select 'transactions' from transactions where not exists
                        (select from orders where orders.order_row = transactions.order_row)
                    limit $1";
    for row in client.query(dangling, &[&i64::from(FILE_FINDINGS_MAX)]).await? {
        judge.add(None, Fault::Dangling { table: row.try_get(0)?, parent: "orders".to_owned() });
    }
    let repeated = "select provider, provider_id, count(*) from transactions
                    group by provider, provider_id having count(*) > 1 limit $1";
    for row in client.query(repeated, &[&i64::from(FILE_FINDINGS_MAX)]).await? {
        let (provider, id, times): (&str, &str, i64) = (row.try_get(0)?, row.try_get(1)?, row.try_get(2)?);
        let what = format!("the id {id} of {provider}");
        judge.add(None, Fault::Repeated { what, times: u64::try_from(times).unwrap_or(0) });
    }
    numbers(client, judge).await
}

/// Numbers are drawn from sequences, which nothing ties to the numbers that are there.
async fn numbers(client: &Client, judge: &mut Judge) -> Result<(), tokio_postgres::Error> {
    let next_and_last = async |sql: &str| -> Result<(i64, i64), tokio_postgres::Error> {
        let row = client.query_one(sql, &[]).await?;
        Ok((row.try_get(0)?, row.try_get(1)?))
    };
    let transactions = "select last_value + case when is_called then 1 else 0 end,
                               (select coalesce(max(number), 0) from transactions) from transaction_numbers";
    let orders = "select last_value + case when is_called then 1 else 0 end,
                         (select coalesce(max(order_row), 0) from orders) from order_rows";
    let tasks = "select last_value + case when is_called then 1 else 0 end,
                        (select coalesce(max(number), 0) from tasks) from task_numbers";
    let audit = "select last_value + case when is_called then 1 else 0 end,
                        (select coalesce(max(number), 0) from audit) from audit_numbers";
    for (what, sql) in [("transaction", transactions), ("order", orders), ("task", tasks), ("audit row", audit)] {
        let (next, last) = next_and_last(sql).await?;
        if next <= last {
            judge.add(None, Fault::Numbers { what, next, last });
        }
    }
    Ok(())
}

/// The statements that read a page.
struct Pages {
    ends: Statement,
    orders: Statement,
    journal: Statement,
    transactions: Statement,
}

impl Pages {
    async fn prepare(client: &Client) -> Result<Self, tokio_postgres::Error> {
        // Rows whose order is gone must be seen too. Each part gives a page at most, so that none is read to its end.
        let ends = "select min(order_row), max(order_row) from (
                        select order_row from (
                            (select order_row from orders where order_row > $1 order by order_row limit $2)
                            union
                            (select distinct order_row from journal where order_row > $1 order by order_row limit $2)
                            union
                            (select distinct order_row from transactions where order_row > $1 order by order_row limit $2)
                        ) all_rows order by order_row limit $2) rows";
        let rows_of = |table: &Table, order: &str| {
            format!(
                "select {} from {} t where t.order_row between $1 and $2 order by {order}",
                table.read_as("t"),
                table.name
            )
        };
        Ok(Self {
            ends: client.prepare(ends).await?,
            orders: client.prepare(&rows_of(&order::TABLE, "t.order_row")).await?,
            journal: client.prepare(&rows_of(&journal::TABLE, "t.order_row, t.version")).await?,
            transactions: client.prepare(&rows_of(&transaction::TABLE, "t.order_row")).await?,
        })
    }

    /// The first and the last of the next orders' rows that anything refers to.
    async fn ends_after(&self, client: &Client, after: i64) -> Result<Option<(i64, i64)>, tokio_postgres::Error> {
        let row = client.query_one(&self.ends, &[&after, &i64::from(PAGE_ORDERS)]).await?;
        let (first, last): (Option<i64>, Option<i64>) = (row.try_get(0)?, row.try_get(1)?);
        Ok(first.zip(last))
    }

    async fn read(
        &self,
        client: &Client,
        first: i64,
        last: i64,
        with_text: bool,
    ) -> Result<BTreeMap<RowNumber, OrderRows>, tokio_postgres::Error> {
        let ends: [&(dyn ToSql + Sync); 2] = [&first, &last];
        let (orders, journal, transactions) = tokio::try_join!(
            client.query(&self.orders, &ends),
            client.query(&self.journal, &ends),
            client.query(&self.transactions, &ends),
        )?;
        let mut page: BTreeMap<RowNumber, OrderRows> = BTreeMap::new();
        for row in &orders {
            of_row(&mut page, row, 0)?.add_order(row);
        }
        for row in &journal {
            of_row(&mut page, row, 2)?.add_entry(row, with_text);
        }
        for row in &transactions {
            of_row(&mut page, row, 1)?.add_transaction(row);
        }
        // By number: the index by which they are read knows only their orders.
        for rows in page.values_mut() {
            rows.transactions.sort_by_key(|row| row.as_ref().map_or(i64::MAX, |it| it.number.get()));
        }
        Ok(page)
    }
}

/// The rows of the order that a row refers to.
fn of_row<'p>(
    page: &'p mut BTreeMap<RowNumber, OrderRows>,
    row: &Row,
    index: usize,
) -> Result<&'p mut OrderRows, tokio_postgres::Error> {
    let number = RowNumber(row.try_get(index)?);
    Ok(page.entry(number).or_insert_with(|| OrderRows::of(number)))
}
