//! Looking rows up for those who only want to know, on the very thread that asks.
//!
//! What was written last is remembered. Else a lookup reads a few pages that are nearly always in memory; handing it to
//! another thread and back would cost more than the reading. Where it cannot be done at once, because every connection is
//! at work or somebody holds the database, the caller does it on a thread that may wait.

use super::connect;
use super::recent::Recent;
use super::rows::Loading;
use crate::error::StoreError;
use crate::world::World;
use boothpay_protocol::ledger::rows::{Needs, Rows};
use boothpay_protocol::ledger::transaction::TransactionNumber;
use rusqlite::Connection;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

/// Connections for lookups. A lookup takes microseconds, so more would only be needed by more cores than booths have.
const CONNECTIONS: usize = 4;

pub(super) struct Lookups {
    recent: Arc<Recent>,
    idle: Mutex<Vec<Connection>>,
}

impl Lookups {
    pub(super) fn open(path: &Path, recent: Arc<Recent>) -> rusqlite::Result<Self> {
        let open = |_| {
            let connection = connect::reading(path)?;
            // Whoever asks here must not wait.
            connection.busy_timeout(Duration::ZERO)?;
            Ok(connection)
        };
        let idle = (0..CONNECTIONS).map(open).collect::<rusqlite::Result<_>>()?;
        Ok(Self { recent, idle: Mutex::new(idle) })
    }

    /// The rows as they are now: everything acknowledged so far is in them. `None` when it cannot be done at once.
    pub(super) fn at_once(&self, needs: &Needs) -> Option<Rows> {
        if let Some(rows) = self.recent.rows(needs) {
            return Some(rows);
        }
        let connection = self.idle.lock().unwrap_or_else(PoisonError::into_inner).pop()?;
        let found = catch_unwind(AssertUnwindSafe(|| in_one_snapshot(&connection, needs)));
        if !connection.is_autocommit() {
            let _ = connection.execute_batch("rollback");
        }
        self.idle.lock().unwrap_or_else(PoisonError::into_inner).push(connection);
        found.ok()?.ok()
    }
}

fn in_one_snapshot(connection: &Connection, needs: &Needs) -> Result<Rows, StoreError> {
    if needs.transaction.is_none() && needs.setting.is_none() {
        // An order is read by one statement, which is of one moment by itself.
        return look_up(connection, needs);
    }
    connection.prepare_cached("begin")?.execute([])?;
    let rows = look_up(connection, needs)?;
    connection.prepare_cached("commit")?.execute([])?;
    Ok(rows)
}

/// The rows of one call; the caller sees to it that they are of one moment.
pub(crate) fn look_up(connection: &Connection, needs: &Needs) -> Result<Rows, StoreError> {
    let mut world = World::default();
    Loading::new(connection).load(needs, &mut world)?;
    // Who only looks makes no transaction and needs no number.
    Ok(world.rows(needs, TransactionNumber::new(0)))
}
