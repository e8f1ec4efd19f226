//! Reading a PostgreSQL database for [`crate::verify`]: in one snapshot, while servers go on, a page at a time.

mod rules;

use super::examine::OrderRows;
use super::fault::Fault;
use super::judge::{FILE_FINDINGS_MAX, Judge, PAGE_ORDERS};
use crate::address::PostgresAddress;
use crate::error::postgres_words;
use crate::error::{OpenError, StoreError};
use crate::postgres::blocking;
use crate::postgres::connect::{Connector, Purpose};
use crate::postgres::migrate;
use crate::postgres::rows::{order_columns, read_entry, read_order, read_transaction, tx_columns};
use std::collections::BTreeMap;
use tokio_postgres::Client;
use tokio_postgres::types::ToSql;

/// Verifies a database. Changes nothing. What the schema should be is made and rolled back beside it.
pub(crate) fn verify(address: &PostgresAddress, judge: Judge) -> Result<Judge, OpenError> {
    blocking::block_on(address, async move |connector| {
        let mut judge = judge;
        let session = connector.session(Purpose::Whole).await?;
        let client = &session.client;
        let failed = migrate::failed_at(&connector);
        client.batch_execute("begin isolation level repeatable read read only").await.map_err(&failed)?;
        let known = migrate::schema_version();
        match migrate::found(client, &connector).await? {
            Some(found) if found == known => {}
            found => return Err(OpenError::Older { found: found.unwrap_or(0), known }),
        }
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
    let mut after = String::new();
    let pages = Pages::prepare(client).await?;
    loop {
        let ids = pages.ids_after(client, &after).await?;
        let (Some(first), Some(last)) = (ids.first(), ids.last()) else { break };
        for rows in pages.read(client, first, last, judge.searches()).await?.values() {
            reached.count(rows);
            judge.order(rows);
        }
        after.clone_from(last);
    }
    whole_tables(client, judge, &reached).await
}

/// Rows found by their order's id, which is the way that calls find them.
#[derive(Default)]
struct Reached {
    orders: u64,
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
        ("orders", count("select count(*) from orders").await?, reached.orders),
        ("transactions", count("select count(*) from transactions").await?, reached.transactions),
        ("journal", count("select count(*) from journal").await?, reached.journal),
    ];
    for (table, rows, reached) in tables {
        if rows != reached {
            judge.add(None, Fault::Unreached { table, rows, reached });
        }
    }
    let dangling = "select 'journal' from journal where not exists
                        (select from orders where orders.order_id = journal.order_id)
                    union all
                    select 'transactions' from transactions where not exists
                        (select from orders where orders.order_id = transactions.order_id)
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

/// A transaction's number is drawn from a sequence, which nothing ties to the numbers that are there.
async fn numbers(client: &Client, judge: &mut Judge) -> Result<(), tokio_postgres::Error> {
    let sql = "select last_value + case when is_called then 1 else 0 end,
                      (select coalesce(max(number), 0) from transactions)
               from transaction_numbers";
    let row = client.query_one(sql, &[]).await?;
    let (next, last): (i64, i64) = (row.try_get(0)?, row.try_get(1)?);
    if next <= last {
        judge.add(None, Fault::Numbers { next, last });
    }
    Ok(())
}

/// The statements that read a page.
struct Pages {
    ids: tokio_postgres::Statement,
    orders: tokio_postgres::Statement,
    journal: tokio_postgres::Statement,
    transactions: tokio_postgres::Statement,
}

impl Pages {
    async fn prepare(client: &Client) -> Result<Self, tokio_postgres::Error> {
        // Rows whose order is gone must be seen too. Each part gives a page at most, so that none is read to its end.
        let ids = "select order_id from (
                       (select order_id from orders where order_id > $1 order by order_id limit $2)
                       union
                       (select distinct order_id from journal where order_id > $1 order by order_id limit $2)
                       union
                       (select distinct order_id from transactions where order_id > $1 order by order_id limit $2)
                   ) ids order by order_id limit $2";
        let orders = concat!("select ", order_columns!(), " from orders o where o.order_id between $1 and $2");
        let journal = "select order_id, version, at_ms, actor, change::text from journal
                       where order_id between $1 and $2 order by order_id, version";
        let transactions = concat!(
            "select ",
            tx_columns!(),
            " from transactions t where t.order_id between $1 and $2 order by t.order_id"
        );
        Ok(Self {
            ids: client.prepare(ids).await?,
            orders: client.prepare(orders).await?,
            journal: client.prepare(journal).await?,
            transactions: client.prepare(transactions).await?,
        })
    }

    async fn ids_after(&self, client: &Client, after: &str) -> Result<Vec<String>, tokio_postgres::Error> {
        let rows = client.query(&self.ids, &[&after, &i64::from(PAGE_ORDERS)]).await?;
        rows.iter().map(|row| row.try_get(0)).collect()
    }

    async fn read(
        &self,
        client: &Client,
        first: &String,
        last: &String,
        with_changes: bool,
    ) -> Result<BTreeMap<String, OrderRows>, tokio_postgres::Error> {
        let ends: [&(dyn ToSql + Sync); 2] = [first, last];
        let (orders, journal, transactions) = tokio::try_join!(
            client.query(&self.orders, &ends),
            client.query(&self.journal, &ends),
            client.query(&self.transactions, &ends),
        )?;
        let mut page: BTreeMap<String, OrderRows> = BTreeMap::new();
        let mut of = |id: String, keep: &dyn Fn(&mut OrderRows)| {
            keep(page.entry(id).or_insert_with_key(|id| OrderRows::of(id.clone())));
        };
        for row in &orders {
            of(row.try_get(0)?, &|rows| rows.orders.push(read_order(row).map_err(why)));
        }
        for row in &journal {
            let change: String = if with_changes { row.try_get(4)? } else { String::new() };
            of(row.try_get(0)?, &|rows| {
                rows.journal.push(read_entry(row).map_err(why));
                if with_changes {
                    rows.changes.push(change.clone());
                }
            });
        }
        for row in &transactions {
            of(row.try_get(3)?, &|rows| rows.transactions.push(read_transaction(row, 0).map_err(why)));
        }
        // By number: the index by which they are read knows only their orders.
        for rows in page.values_mut() {
            rows.transactions.sort_by_key(|row| row.as_ref().map_or(i64::MAX, |it| it.number.get()));
        }
        Ok(page)
    }
}

/// The cause alone.
fn why(error: StoreError) -> String {
    match error {
        StoreError::Damaged(cause) => cause.to_string(),
        StoreError::Overloaded
        | StoreError::Failed(_)
        | StoreError::Suspect(_)
        | StoreError::Forbidden(_)
        | StoreError::Bug
        | StoreError::Closed => error.to_string(),
    }
}
