//! Archiving on SQLite: moving orders out of a database's file, and the last rows that calls may still ask for.

use super::connect;
use super::full::read as read_full;
use super::rows::{order_columns, read_order, read_transaction, tx_columns};
use crate::archive::{ArchiveError, Batch, Digest, Full, Live, Registered, Totals};
use crate::world::World;
use crate::{Address, StoreError, crash};
use boothpay_protocol::order::{OrderId, OrderStatus};
use boothpay_protocol::time::TimeMs;
use boothpay_protocol::transaction::{Provider, ProviderId, Transaction};
use rusqlite::{Connection, ErrorCode, OptionalExtension, Row, Transaction as Sql, TransactionBehavior, params};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

/// Orders read at once: a few hundred KiB with all that belongs to them.
const PAGE_ORDERS: u32 = 500;

/// How long a step waits for a server that is writing all the time. Each single wait is SQLite's own.
const WRITE_PATIENCE: Duration = Duration::from_secs(60);

/// Adds a transaction, if it is archived.
pub(super) fn load_transaction(
    connection: &Connection,
    (provider, id): &(Provider, ProviderId),
    world: &mut World,
) -> Result<(), StoreError> {
    let sql = concat!("select ", tx_columns!(), " from archived_transactions where provider = ?1 and provider_id = ?2");
    let mut statement = connection.prepare_cached(sql)?;
    if let Some(found) = statement.query_row([provider.word(), id.as_str()], read_transaction).optional()? {
        world.load_transaction(found);
    }
    Ok(())
}

/// Adds an order with the transaction that paid it, if it is archived.
pub(super) fn load_order(connection: &Connection, id: &OrderId, world: &mut World) -> Result<(), StoreError> {
    let sql = concat!("select ", order_columns!(), " from archived_orders where order_id = ?1");
    let Some(order) = connection.prepare_cached(sql)?.query_row([id.as_str()], read_order).optional()? else {
        return Ok(());
    };
    world.load_archived(order);
    if let Some(performed) = performed(connection, id)? {
        world.load_transaction(performed);
    }
    Ok(())
}

pub(super) fn performed(connection: &Connection, id: &OrderId) -> Result<Option<Transaction>, StoreError> {
    let sql = concat!("select ", tx_columns!(), " from archived_transactions where order_id = ?1 and state = 2");
    Ok(connection.prepare_cached(sql)?.query_row([id.as_str()], read_transaction).optional()?)
}

/// Whether a journal row is one of those that left with an archived order.
pub(super) fn has_left(connection: &Connection, order: &OrderId, version: u32) -> Result<bool, StoreError> {
    let sql = "select 1 from archived_orders where order_id = ?1 and version >= ?2";
    Ok(connection.prepare_cached(sql)?.exists(params![order.as_str(), version])?)
}

/// A database whose orders are moved out. It may be in use by a server.
pub(crate) struct ArchivingFile {
    connection: Connection,
}

impl ArchivingFile {
    pub(crate) fn open(path: &Path) -> Result<Self, ArchiveError> {
        if !path.is_file() {
            return Err(ArchiveError::NoDatabase(path.to_owned()));
        }
        Ok(Self { connection: connect::writing(&Address::SqliteFile(path.to_owned()))? })
    }

    /// One commit. A server that is writing is waited for.
    fn write<T>(&mut self, work: impl Fn(&Sql<'_>) -> Result<T, ArchiveError>) -> Result<T, ArchiveError> {
        let started = Instant::now();
        loop {
            match self.connection.transaction_with_behavior(TransactionBehavior::Immediate) {
                Ok(transaction) => {
                    let done = work(&transaction)?;
                    transaction.commit()?;
                    return Ok(done);
                }
                Err(error) if is_busy(&error) && started.elapsed() < WRITE_PATIENCE => {}
                Err(error) => return Err(error.into()),
            }
        }
    }
}

fn is_busy(error: &rusqlite::Error) -> bool {
    matches!(error.sqlite_error_code(), Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked))
}

impl Live for ArchivingFile {
    fn under_way(&mut self) -> Result<Option<Registered>, ArchiveError> {
        let sql = "select archive, file, digest, moved_orders from archives where finished_at_ms is null";
        Ok(self.connection.query_row(sql, [], read_registered).optional()?)
    }

    fn settled(
        &mut self,
        before: TimeMs,
        page: &mut dyn FnMut(Vec<Full>) -> Result<(), ArchiveError>,
    ) -> Result<(), ArchiveError> {
        let sql = "select order_id from orders
                   where order_id > ?1 and changed_at_ms < ?2
                     and (status in ('refunded', 'cancelled', 'expired')
                          or status = 'paid' and printed_at_ms is not null)
                     and not exists (select 1 from transactions
                                     where transactions.order_id = orders.order_id and state = 1)
                   order by order_id limit ?3";
        // Reading does not keep the server from writing; what changes meanwhile is noticed when the orders leave.
        let snapshot = self.connection.unchecked_transaction()?;
        let mut after = String::new();
        loop {
            let ids: Vec<String> = snapshot
                .prepare_cached(sql)?
                .query_map(params![after, before.ms(), PAGE_ORDERS], |row| row.get(0))?
                .collect::<rusqlite::Result<_>>()?;
            let Some(last) = ids.last() else { break };
            after.clone_from(last);
            page(read_full(&snapshot, &ids)?.into_values().collect())?;
        }
        Ok(snapshot.finish()?)
    }

    fn register(
        &mut self,
        file: &str,
        before: TimeMs,
        at: TimeMs,
        totals: &Totals,
    ) -> Result<Registered, ArchiveError> {
        let digest = totals.digest();
        self.write(|transaction| {
            let busy = "select 1 from archives where finished_at_ms is null";
            if transaction.prepare(busy)?.exists([])? {
                return Err(ArchiveError::Elsewhere);
            }
            let sql = "insert into archives (archive, file, before_ms, made_at_ms, orders, transactions, journal_rows,
                                             digest)
                       select coalesce(max(archive), 0) + 1, ?1, ?2, ?3, ?4, ?5, ?6, ?7 from archives";
            let (orders, transactions, journal) = (totals.orders, totals.transactions, totals.journal_rows);
            let rows = params![file, before.ms(), at.ms(), orders, transactions, journal, digest];
            transaction.execute(sql, rows)?;
            let archive = transaction.last_insert_rowid();
            Ok(Registered { archive, file: PathBuf::from(file), digest, moved: None })
        })
    }

    fn forget(&mut self, archive: &Registered) -> Result<(), ArchiveError> {
        self.write(|transaction| {
            held(transaction, archive)?;
            transaction.execute("delete from archives where archive = ?1", [archive.archive])?;
            Ok(())
        })
    }

    fn moved(&mut self, archive: &Registered) -> Result<i64, ArchiveError> {
        let sql = "select count(*) from archived_orders where archive = ?1";
        Ok(self.connection.query_row(sql, [archive.archive], |row| row.get(0))?)
    }

    fn move_batch(&mut self, archive: &Registered, batch: &[Full]) -> Result<(), ArchiveError> {
        let ids: Vec<String> = batch.iter().map(|full| full.order.id.to_string()).collect();
        self.write(|transaction| {
            held(transaction, archive)?;
            let now = read_full(transaction, &ids)?;
            let gone = "select order_id from archived_orders where order_id in (select value from json_each(?1))";
            let gone: Vec<String> = transaction
                .prepare_cached(gone)?
                .query_map([list(&ids)], |row| row.get(0))?
                .collect::<rusqlite::Result<_>>()?;
            let batch = Batch::of(batch, &now, &gone)?;
            for (full, digest) in &batch.leaving {
                keep(transaction, archive.archive, full, digest)?;
            }
            let leaving = list(&batch.ids());
            for table in ["journal", "transactions", "orders"] {
                let sql = format!("delete from {table} where order_id in (select value from json_each(?1))");
                transaction.prepare_cached(&sql)?.execute([&leaving])?;
            }
            add_sums(transaction, &batch)?;
            crash::here(crash::Point::InArchiveBatch);
            Ok(())
        })
    }

    fn finish(&mut self, archive: &Registered, at: TimeMs) -> Result<Vec<(OrderStatus, i64, i64)>, ArchiveError> {
        self.write(|transaction| {
            held(transaction, archive)?;
            let sql = "update archives set finished_at_ms = ?2, moved_orders =
                           (select count(*) from archived_orders where archived_orders.archive = ?1)
                       where archive = ?1";
            transaction.execute(sql, params![archive.archive, at.ms()])?;
            let sql =
                "select status, count(*), sum(amount_tiyin) from archived_orders where archive = ?1 group by status";
            let mut statement = transaction.prepare(sql)?;
            let read = |row: &Row<'_>| Ok((super::rows::read_status(row, 0)?, row.get(1)?, row.get(2)?));
            Ok(statement.query_map([archive.archive], read)?.collect::<rusqlite::Result<_>>()?)
        })
    }
}

/// Ends a step whose archive is not under way any more: another run has taken over.
fn held(transaction: &Sql<'_>, archive: &Registered) -> Result<(), ArchiveError> {
    let sql = "select 1 from archives where archive = ?1 and digest = ?2 and finished_at_ms is null";
    let is_held = transaction.prepare_cached(sql)?.exists(params![archive.archive, archive.digest])?;
    if is_held { Ok(()) } else { Err(ArchiveError::Elsewhere) }
}

/// Leaves an order's last rows behind: the columns are those of the live tables.
fn keep(transaction: &Sql<'_>, archive: i64, full: &Full, digest: &Digest) -> Result<(), ArchiveError> {
    let id = full.order.id.as_str();
    let sql = concat!(
        "insert into archived_orders (",
        order_columns!(),
        ", unproven, digest, archive) select ",
        order_columns!(),
        ", ?2, ?3, ?4 from orders where order_id = ?1"
    );
    transaction.prepare_cached(sql)?.execute(params![id, full.is_unproven(), digest, archive])?;
    let sql = concat!(
        "insert into archived_transactions (",
        tx_columns!(),
        ") select ",
        tx_columns!(),
        " from transactions where order_id = ?1"
    );
    transaction.prepare_cached(sql)?.execute([id])?;
    Ok(())
}

fn add_sums(transaction: &Sql<'_>, batch: &Batch<'_>) -> Result<(), ArchiveError> {
    for (status, orders) in &batch.sums.orders {
        let sql = "insert into archived_counts (status, orders) values (?1, ?2)
                   on conflict (status) do update set orders = orders + ?2";
        transaction.prepare_cached(sql)?.execute(params![status, orders])?;
    }
    for ((provider, hour), sum) in &batch.sums.takings {
        let sql =
            "insert into archived_takings (provider, hour, paid_count, paid_tiyin, refunded_count, refunded_tiyin)
                   values (?1, ?2, ?3, ?4, ?5, ?6)
                   on conflict (provider, hour) do update set paid_count = paid_count + ?3,
                       paid_tiyin = paid_tiyin + ?4, refunded_count = refunded_count + ?5,
                       refunded_tiyin = refunded_tiyin + ?6";
        let (paid, refunded) = ((sum.paid_count, sum.paid_tiyin), (sum.refunded_count, sum.refunded_tiyin));
        let row = params![provider, hour, paid.0, paid.1, refunded.0, refunded.1];
        transaction.prepare_cached(sql)?.execute(row)?;
    }
    Ok(())
}

/// Ids as the JSON list that `json_each` takes apart.
pub(super) fn list<T: AsRef<str>>(ids: &[T]) -> String {
    let ids: Vec<&str> = ids.iter().map(AsRef::as_ref).collect();
    serde_json::json!(ids).to_string()
}

/// Reads `archive, file, digest, moved_orders`.
pub(super) fn read_registered(row: &Row<'_>) -> rusqlite::Result<Registered> {
    let file: String = row.get(1)?;
    Ok(Registered { archive: row.get(0)?, file: PathBuf::from(file), digest: row.get(2)?, moved: row.get(3)? })
}
