//! Reading what a PostgreSQL database keeps of archived orders: for calls that found nothing among the live ones, and all
//! of it, as of one moment, for whoever judges it.

use super::archive::{read_digest, read_registered};
use super::connect::{Connector, Purpose, Session};
use super::loading::Ids;
use super::rows::{
    ORDER_COLUMNS, get, order_columns, read_order, read_order_id, read_provider, read_status, read_transaction,
    tx_columns,
};
use super::{Background, migrate};
use crate::archive::{ArchiveError, Archives, Kept, Registered, Sums};
use crate::world::World;
use crate::{OpenError, PostgresAddress, StoreError, Takings};
use boothpay_protocol::order::OrderId;
use boothpay_protocol::transaction::Transaction;
use std::collections::BTreeMap;
use tokio_postgres::{Client, Row, Statement};

/// Orders read at once.
const PAGE_ORDERS: i64 = 500;

/// Ids that are said to be both archived and not: the first few say it.
const DOUBLED_MAX: i64 = 100;

/// The statement that looks among the archived rows, prepared for one session. It takes what the live one takes.
pub(super) struct Archived(Statement);

impl Archived {
    pub(super) async fn prepare(client: &Client) -> Result<Self, tokio_postgres::Error> {
        let sql = concat!(
            "with asked as (select * from unnest($1::text[], $2::text[]) as asked (provider, provider_id)),
                  wanted as (
                      select t.order_id from asked
                      join archived_transactions t on t.provider = asked.provider and t.provider_id = asked.provider_id
                      union select unnest($3::text[]))
             select ",
            order_columns!(),
            ", ",
            tx_columns!(),
            " from wanted join archived_orders o on o.order_id = wanted.order_id
              left join archived_transactions t on t.order_id = o.order_id
                  and (t.state = 2 or (t.provider, t.provider_id) in (select provider, provider_id from asked))"
        );
        Ok(Self(client.prepare(sql).await?))
    }

    /// What is archived of what is asked for. Sent after the live rows were looked for: rows only ever move from there to
    /// here, so nothing is missed between the two.
    pub(super) async fn query(&self, client: &Client, asked: &Ids<'_>) -> Result<Vec<Row>, tokio_postgres::Error> {
        asked.query(client, &self.0).await
    }

    /// Adds what was found.
    pub(super) fn read(rows: &[Row], world: &mut World) -> Result<(), StoreError> {
        for row in rows {
            if get::<Option<i64>>(row, ORDER_COLUMNS)?.is_some() {
                world.load_transaction(read_transaction(row, ORDER_COLUMNS)?);
            }
            world.load_archived(read_order(row)?);
        }
        Ok(())
    }
}

/// A session of its own on a runtime of its own, for work that is done step by step.
pub(super) struct Line {
    session: Session,
    // Last, so that the session goes before it.
    runtime: Background,
}

impl Line {
    pub(super) fn open(address: &PostgresAddress) -> Result<Self, OpenError> {
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(1)
            .thread_name("postgres-archive")
            .enable_all()
            .build()?;
        let connector = Connector::new(address, runtime.handle().clone())?;
        let session = runtime.block_on(async {
            migrate::migrate(&connector).await?;
            connector.session(Purpose::Archiving).await
        })?;
        Ok(Self { session, runtime: Background(Some(runtime)) })
    }

    pub(super) fn wait<T>(
        &self,
        work: impl AsyncFnOnce(&Client) -> Result<T, ArchiveError>,
    ) -> Result<T, ArchiveError> {
        let runtime = self.runtime.0.as_ref().ok_or(StoreError::Closed)?;
        runtime.block_on(work(&self.session.client))
    }
}

/// A database with what it keeps of archived orders.
pub(crate) struct ArchivedOnServer {
    line: Line,
}

impl ArchivedOnServer {
    pub(crate) fn open(address: &PostgresAddress) -> Result<Self, ArchiveError> {
        let line = Line::open(address)?;
        // Ends with the session.
        let begin = "begin isolation level repeatable read read only";
        line.wait(async |client| Ok(client.batch_execute(begin).await?))?;
        Ok(Self { line })
    }
}

impl Archives for ArchivedOnServer {
    fn archives(&mut self) -> Result<Vec<Registered>, ArchiveError> {
        self.line.wait(async |client| {
            let sql = "select archive, file, digest, moved_orders from archives order by archive";
            client.query(sql, &[]).await?.iter().map(read_registered).collect()
        })
    }

    fn kept_after(&mut self, archive: Option<i64>, after: &str) -> Result<Vec<Kept>, ArchiveError> {
        let sql = concat!(
            "select ",
            order_columns!(),
            ", o.unproven, o.digest, o.archive from archived_orders o
              where ($1::bigint is null or o.archive = $1) and o.order_id > $2 order by o.order_id limit $3"
        );
        let transactions = concat!(
            "select ",
            tx_columns!(),
            " from archived_transactions t where t.order_id = any ($1::text[]) order by t.number"
        );
        self.line.wait(async |client| {
            let mut kept = Vec::new();
            for row in client.query(sql, &[&archive, &after, &PAGE_ORDERS]).await? {
                kept.push(Kept {
                    order: read_order(&row)?,
                    transactions: Vec::new(),
                    unproven: get::<i64>(&row, ORDER_COLUMNS)? == 1,
                    digest: read_digest(&row, ORDER_COLUMNS.saturating_add(1))?,
                    archive: get(&row, ORDER_COLUMNS.saturating_add(2))?,
                });
            }
            let ids: Vec<&str> = kept.iter().map(|kept| kept.order.id.as_str()).collect();
            let mut of_order: BTreeMap<OrderId, Vec<Transaction>> = BTreeMap::new();
            for row in client.query(transactions, &[&ids]).await? {
                let transaction = read_transaction(&row, 0)?;
                of_order.entry(transaction.order_id.clone()).or_default().push(transaction);
            }
            for kept in &mut kept {
                kept.transactions = of_order.remove(&kept.order.id).unwrap_or_default();
            }
            Ok(kept)
        })
    }

    fn archive_of(&mut self, id: &OrderId) -> Result<Option<i64>, ArchiveError> {
        self.line.wait(async |client| {
            let row =
                client.query_opt("select archive from archived_orders where order_id = $1", &[&id.as_str()]).await?;
            Ok(row.map(|row| get(&row, 0)).transpose()?)
        })
    }

    fn version(&mut self, id: &OrderId) -> Result<Option<u32>, ArchiveError> {
        self.line.wait(async |client| {
            let row = client.query_opt("select version from orders where order_id = $1", &[&id.as_str()]).await?;
            let version = row.map(|row| get::<i64>(&row, 0)).transpose()?;
            Ok(version.map(|version| u32::try_from(version).unwrap_or(u32::MAX)))
        })
    }

    fn doubled(&mut self) -> Result<Vec<String>, ArchiveError> {
        let sql = "select order_id from archived_orders join orders using (order_id)
                   union select a.order_id from archived_transactions a join transactions t using (number)
                   union select a.order_id from archived_transactions a join transactions t using (provider, provider_id)
                   limit $1";
        self.line.wait(async |client| {
            let rows = client.query(sql, &[&DOUBLED_MAX]).await?;
            let ids = rows.iter().map(|row| Ok(read_order_id(row, 0)?.to_string()));
            ids.collect()
        })
    }

    fn sums(&mut self) -> Result<Sums, ArchiveError> {
        self.line.wait(async |client| {
            let mut sums = Sums::default();
            for row in client.query("select status, orders from archived_counts", &[]).await? {
                sums.orders.insert(read_status(&row, 0)?.word(), get(&row, 1)?);
            }
            let sql =
                "select provider, hour, paid_count, paid_tiyin, refunded_count, refunded_tiyin from archived_takings";
            for row in client.query(sql, &[]).await? {
                let takings = Takings {
                    provider: read_provider(&row, 0)?,
                    hour: get(&row, 1)?,
                    paid_count: get(&row, 2)?,
                    paid_tiyin: get(&row, 3)?,
                    refunded_count: get(&row, 4)?,
                    refunded_tiyin: get(&row, 5)?,
                };
                sums.takings.insert((takings.provider.word(), takings.hour), takings);
            }
            Ok(sums)
        })
    }
}
