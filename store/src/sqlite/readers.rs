//! Reading connections: a few that are shared by short readings, and one of its own for each statement.

use super::connect;
use super::statement;
use crate::error::{OpenError, StoreError};
use crate::readings::StatementPages;
use boothpay_protocol::ledger::period::Period;
use boothpay_protocol::ledger::provider::Provider;
use rusqlite::Connection;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use tokio::sync::{Semaphore, mpsc};

/// Shared reading connections. Readings take microseconds; more connections than cores would only wait for each other.
const READERS: usize = 4;

/// Statements read at the same time. Each holds a snapshot while its receiver reads, so they are few.
const STATEMENTS_AT_ONCE: usize = 4;

/// Pages of a statement that wait for their receiver.
const PAGES_AHEAD: usize = 2;

pub(super) struct Readers {
    path: Option<PathBuf>,
    idle: Arc<Mutex<Vec<Connection>>>,
    permits: Arc<Semaphore>,
    statements: Arc<Semaphore>,
}

impl Readers {
    pub(super) fn open(path: &Path) -> Result<Self, OpenError> {
        let idle = (0..READERS).map(|_| connect::reading(path)).collect::<rusqlite::Result<_>>()?;
        Ok(Self::of(Some(path.to_owned()), idle))
    }

    pub(super) fn none() -> Self {
        Self::of(None, Vec::new())
    }

    fn of(path: Option<PathBuf>, idle: Vec<Connection>) -> Self {
        Self {
            path,
            permits: Arc::new(Semaphore::new(idle.len())),
            idle: Arc::new(Mutex::new(idle)),
            statements: Arc::new(Semaphore::new(STATEMENTS_AT_ONCE)),
        }
    }

    pub(super) fn path(&self) -> Option<&Path> {
        self.path.as_deref()
    }

    pub(super) async fn read<T, F>(&self, read: F) -> Result<T, StoreError>
    where
        T: Send + 'static,
        F: FnOnce(&Connection) -> Result<T, StoreError> + Send + 'static,
    {
        let permit = Arc::clone(&self.permits).acquire_owned().await.map_err(|_| StoreError::Closed)?;
        let idle = Arc::clone(&self.idle);
        let task = tokio::task::spawn_blocking(move || {
            let connection = idle.lock().unwrap_or_else(PoisonError::into_inner).pop().ok_or(StoreError::Bug)?;
            let result = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| in_one_snapshot(&connection, read)));
            idle.lock().unwrap_or_else(PoisonError::into_inner).push(connection);
            // Only now, with the connection back, may the next reading begin.
            drop(permit);
            result.unwrap_or(Err(StoreError::Bug))
        });
        task.await.unwrap_or(Err(StoreError::Closed))
    }

    pub(super) async fn statement(
        &self,
        path: PathBuf,
        provider: Provider,
        period: Period,
    ) -> Result<StatementPages, StoreError> {
        let permit = Arc::clone(&self.statements).acquire_owned().await.map_err(|_| StoreError::Closed)?;
        let (pages, received) = mpsc::channel(PAGES_AHEAD);
        tokio::task::spawn_blocking(move || {
            let sent = connect::reading(&path)
                .map_err(StoreError::from)
                .and_then(|connection| statement::send(&connection, provider, period, &pages));
            if let Err(error) = sent {
                // A receiver that has gone needs no error.
                let _ = pages.try_send(Err(error));
            }
            drop(permit);
        });
        statement::wait_for_first(received).await
    }
}

/// A reading is several statements; they must not see the rows from before and after somebody's commit.
fn in_one_snapshot<T>(
    connection: &Connection,
    read: impl FnOnce(&Connection) -> Result<T, StoreError>,
) -> Result<T, StoreError> {
    let snapshot = connection.unchecked_transaction()?;
    let result = read(&snapshot);
    snapshot.finish()?;
    result
}
