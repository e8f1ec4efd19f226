//! Archiving on PostgreSQL: moving orders out of a shared database.

use super::archived::Line as Server;
use super::rows::{
    get, order_columns, read_entry, read_order, read_order_id, read_status, read_transaction, tx_columns,
};
use crate::archive::{ArchiveError, Batch, Digest, Full, Line, Live, Registered, Totals};
use crate::{PostgresAddress, StoreError, crash};
use boothpay_protocol::order::OrderStatus;
use boothpay_protocol::time::TimeMs;
use std::collections::BTreeMap;
use std::path::PathBuf;
use tokio_postgres::error::SqlState;
use tokio_postgres::{Client, Row};

/// Orders read at once.
const PAGE_ORDERS: i64 = 500;

/// How often a step is tried that met somebody else's lock; each time it waits for a while.
const TRIES_MAX: u32 = 10;

/// A database whose orders are moved out. Any number of servers may be using it.
pub(crate) struct ArchivingServer {
    server: Server,
}

impl ArchivingServer {
    pub(crate) fn open(address: &PostgresAddress) -> Result<Self, ArchiveError> {
        Ok(Self { server: Server::open(address)? })
    }

    /// One commit. Whoever holds on to an order is waited for.
    fn write<T>(&mut self, work: impl AsyncFn(&Client) -> Result<T, ArchiveError>) -> Result<T, ArchiveError> {
        self.server.wait(async |client| {
            let mut tries = 0_u32;
            loop {
                client.batch_execute("begin").await?;
                let done = work(client).await;
                let is_done = done.is_ok();
                match client.batch_execute(if is_done { "commit" } else { "rollback" }).await {
                    Ok(()) => {}
                    Err(error) if is_done => return Err(error.into()),
                    // What went wrong before says more.
                    Err(_) => {}
                }
                tries = tries.saturating_add(1);
                match done {
                    Err(ArchiveError::Held) if tries < TRIES_MAX => {}
                    done => return done,
                }
            }
        })
    }
}

/// Locks that others hold and deadlocks pass; everything else does not.
fn held_or(error: &tokio_postgres::Error) -> ArchiveError {
    let passing = [SqlState::LOCK_NOT_AVAILABLE, SqlState::T_R_DEADLOCK_DETECTED, SqlState::T_R_SERIALIZATION_FAILURE];
    match error.code() {
        Some(code) if passing.contains(code) => ArchiveError::Held,
        Some(_) | None => ArchiveError::Failed(crate::error::postgres_words(error)),
    }
}

impl Live for ArchivingServer {
    fn under_way(&mut self) -> Result<Option<Registered>, ArchiveError> {
        self.server.wait(async |client| {
            let sql = "select archive, file, digest, moved_orders from archives where finished_at_ms is null";
            client.query_opt(sql, &[]).await?.as_ref().map(read_registered).transpose()
        })
    }

    fn settled(
        &mut self,
        before: TimeMs,
        page: &mut dyn FnMut(Vec<Full>) -> Result<(), ArchiveError>,
    ) -> Result<(), ArchiveError> {
        let sql = "select order_id from orders
                   where order_id > $1 and changed_at_ms < $2
                     and (status in ('refunded', 'cancelled', 'expired')
                          or status = 'paid' and printed_at_ms is not null)
                     and not exists (select 1 from transactions
                                     where transactions.order_id = orders.order_id and state = 1)
                   order by order_id limit $3";
        self.server.wait(async |client| {
            // Of one moment; what changes meanwhile is noticed when the orders leave.
            client.batch_execute("begin isolation level repeatable read read only").await?;
            let mut after = String::new();
            loop {
                let rows = client.query(sql, &[&after, &before.ms(), &PAGE_ORDERS]).await?;
                let ids: Vec<String> = rows.iter().map(|row| get(row, 0)).collect::<Result<_, _>>()?;
                let Some(last) = ids.last() else { break };
                after.clone_from(last);
                page(read_full(client, &ids).await?.into_values().collect())?;
            }
            Ok(client.batch_execute("commit").await?)
        })
    }

    fn register(
        &mut self,
        file: &str,
        before: TimeMs,
        at: TimeMs,
        totals: &Totals,
    ) -> Result<Registered, ArchiveError> {
        let digest = totals.digest();
        let (orders, transactions, journal) = (totals.orders, totals.transactions, totals.journal_rows);
        self.write(async |client| {
            // One at a time; readers are not kept waiting.
            client.batch_execute("lock table archives in share row exclusive mode").await?;
            let busy = client.query_opt("select 1 from archives where finished_at_ms is null", &[]).await?;
            if busy.is_some() {
                return Err(ArchiveError::Elsewhere);
            }
            let sql = "insert into archives (archive, file, before_ms, made_at_ms, orders, transactions, journal_rows,
                                             digest)
                       select coalesce(max(archive), 0) + 1, $1::text, $2::bigint, $3::bigint, $4::bigint, $5::bigint,
                              $6::bigint, $7::bytea
                       from archives returning archive";
            let digest_bytes = digest.as_slice();
            let row = client
                .query_one(sql, &[&file, &before.ms(), &at.ms(), &orders, &transactions, &journal, &digest_bytes])
                .await?;
            Ok(Registered { archive: get(&row, 0)?, file: PathBuf::from(file), digest, moved: None })
        })
    }

    fn forget(&mut self, archive: &Registered) -> Result<(), ArchiveError> {
        self.write(async |client| {
            held(client, archive).await?;
            client.execute("delete from archives where archive = $1", &[&archive.archive]).await?;
            Ok(())
        })
    }

    fn moved(&mut self, archive: &Registered) -> Result<i64, ArchiveError> {
        self.server.wait(async |client| {
            let sql = "select count(*) from archived_orders where archive = $1";
            let row = client.query_one(sql, &[&archive.archive]).await?;
            Ok(get(&row, 0)?)
        })
    }

    fn move_batch(&mut self, archive: &Registered, batch: &[Full]) -> Result<(), ArchiveError> {
        let ids: Vec<String> = batch.iter().map(|full| full.order.id.to_string()).collect();
        self.write(async |client| {
            held(client, archive).await?;
            // In the order of their ids, as the servers' batches do; what is locked cannot change before the commit.
            let lock = "select order_id from orders where order_id = any ($1::text[]) order by order_id for update";
            client.execute(lock, &[&ids]).await.map_err(|error| held_or(&error))?;
            let now = read_full(client, &ids).await?;
            let gone = "select order_id from archived_orders where order_id = any ($1::text[])";
            let gone = client.query(gone, &[&ids]).await?;
            let gone: Vec<String> = gone.iter().map(|row| get(row, 0)).collect::<Result<_, _>>()?;
            let batch = Batch::of(batch, &now, &gone)?;
            let leaving = batch.ids();
            keep(client, archive.archive, &batch, &leaving).await?;
            for table in ["journal", "transactions", "orders"] {
                let sql = format!("delete from {table} where order_id = any ($1::text[])");
                client.execute(&sql, &[&leaving]).await.map_err(|error| held_or(&error))?;
            }
            add_sums(client, &batch).await?;
            crash::here(crash::Point::InArchiveBatch);
            Ok(())
        })
    }

    fn finish(&mut self, archive: &Registered, at: TimeMs) -> Result<Vec<(OrderStatus, i64, i64)>, ArchiveError> {
        self.write(async |client| {
            held(client, archive).await?;
            let sql = "update archives set finished_at_ms = $2, moved_orders =
                           (select count(*) from archived_orders where archived_orders.archive = $1)
                       where archive = $1";
            client.execute(sql, &[&archive.archive, &at.ms()]).await?;
            let sql = "select status, count(*), sum(amount_tiyin)::bigint from archived_orders where archive = $1
                       group by status";
            let rows = client.query(sql, &[&archive.archive]).await?;
            let read = |row: &Row| Ok::<_, ArchiveError>((read_status(row, 0)?, get(row, 1)?, get(row, 2)?));
            rows.iter().map(read).collect()
        })
    }
}

/// Ends a step whose archive is not under way any more: another run has taken over. Two runs on one archive take turns.
async fn held(client: &Client, archive: &Registered) -> Result<(), ArchiveError> {
    let sql = "select 1 from archives where archive = $1 and digest = $2 and finished_at_ms is null for update";
    let digest = archive.digest.as_slice();
    match client.query_opt(sql, &[&archive.archive, &digest]).await.map_err(|error| held_or(&error))? {
        Some(_) => Ok(()),
        None => Err(ArchiveError::Elsewhere),
    }
}

/// Leaves the orders' last rows behind: the columns are those of the live tables.
async fn keep(client: &Client, archive: i64, batch: &Batch<'_>, leaving: &[&str]) -> Result<(), ArchiveError> {
    let sql = concat!(
        "insert into archived_orders (order_id, amount_tiyin, copies, booth, status, created_at_ms, expires_at_ms,
             printed_at_ms, changed_at_ms, version, unproven, digest, archive)
         select ",
        order_columns!(),
        ", leaving.unproven, leaving.digest, $4::bigint
         from unnest($1::text[], $2::bigint[], $3::bytea[]) as leaving (order_id, unproven, digest)
         join orders o on o.order_id = leaving.order_id"
    );
    let unproven: Vec<i64> = batch.leaving.iter().map(|(full, _)| i64::from(full.is_unproven())).collect();
    let digests: Vec<&[u8]> = batch.leaving.iter().map(|(_, digest)| digest.as_slice()).collect();
    client.execute(sql, &[&leaving, &unproven, &digests, &archive]).await?;
    let sql = concat!(
        "insert into archived_transactions (number, provider, provider_id, order_id, amount_tiyin, provider_time_ms,
             create_time_ms, perform_time_ms, cancel_time_ms, state, reason, account, fiscal_perform, fiscal_cancel)
         select ",
        tx_columns!(),
        " from transactions t where t.order_id = any ($1::text[])"
    );
    client.execute(sql, &[&leaving]).await?;
    Ok(())
}

async fn add_sums(client: &Client, batch: &Batch<'_>) -> Result<(), ArchiveError> {
    for (status, orders) in &batch.sums.orders {
        let sql = "insert into archived_counts (status, orders) values ($1, $2)
                   on conflict (status) do update set orders = archived_counts.orders + excluded.orders";
        client.execute(sql, &[status, orders]).await?;
    }
    for ((provider, hour), sum) in &batch.sums.takings {
        let sql = "insert into archived_takings as kept
                       (provider, hour, paid_count, paid_tiyin, refunded_count, refunded_tiyin)
                   values ($1, $2, $3, $4, $5, $6)
                   on conflict (provider, hour) do update set paid_count = kept.paid_count + excluded.paid_count,
                       paid_tiyin = kept.paid_tiyin + excluded.paid_tiyin,
                       refunded_count = kept.refunded_count + excluded.refunded_count,
                       refunded_tiyin = kept.refunded_tiyin + excluded.refunded_tiyin";
        let (paid, refunded) = ((sum.paid_count, sum.paid_tiyin), (sum.refunded_count, sum.refunded_tiyin));
        client.execute(sql, &[provider, hour, &paid.0, &paid.1, &refunded.0, &refunded.1]).await?;
    }
    Ok(())
}

/// Reads orders by their ids, with everything that belongs to them.
async fn read_full(client: &Client, ids: &[String]) -> Result<BTreeMap<String, Full>, ArchiveError> {
    let orders = concat!("select ", order_columns!(), " from orders o where o.order_id = any ($1::text[])");
    let transactions =
        concat!("select ", tx_columns!(), " from transactions t where t.order_id = any ($1::text[]) order by t.number");
    let journal = "select order_id, version, at_ms, actor, change::text from journal
                   where order_id = any ($1::text[]) order by order_id, version";
    let mut found = BTreeMap::new();
    for row in client.query(orders, &[&ids]).await? {
        let order = read_order(&row)?;
        found.insert(order.id.to_string(), Full { order, transactions: Vec::new(), journal: Vec::new() });
    }
    for row in client.query(transactions, &[&ids]).await? {
        let transaction = read_transaction(&row, 0)?;
        if let Some(full) = found.get_mut(transaction.order_id.as_str()) {
            full.transactions.push(transaction);
        }
    }
    for row in client.query(journal, &[&ids]).await? {
        let line = Line { entry: read_entry(&row)?, text: get(&row, 4)? };
        if let Some(full) = found.get_mut(read_order_id(&row, 0)?.as_str()) {
            full.journal.push(line);
        }
    }
    Ok(found)
}

/// Reads `archive, file, digest, moved_orders`.
pub(super) fn read_registered(row: &Row) -> Result<Registered, ArchiveError> {
    let file: String = get(row, 1)?;
    Ok(Registered {
        archive: get(row, 0)?,
        file: PathBuf::from(file),
        digest: read_digest(row, 2)?,
        moved: get(row, 3)?,
    })
}

pub(super) fn read_digest(row: &Row, index: usize) -> Result<Digest, StoreError> {
    let bytes: &[u8] = get(row, index)?;
    bytes.try_into().map_err(|_| StoreError::Damaged("an archive's digest has a wrong size".into()))
}
