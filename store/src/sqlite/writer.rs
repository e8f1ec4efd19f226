//! The writing thread: takes whatever calls are waiting, runs each in a savepoint of its own, commits them together, and
//! answers after the commit.

use super::trust::Database;
use crate::{Address, StoreError, crash};
use boothpay_protocol::journal::Entry;
use rusqlite::{Connection, ErrorCode};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::thread::JoinHandle;
use tokio::sync::{mpsc, oneshot};

/// Calls that may wait. Behind more than these, an answer would come after the provider has given up.
const QUEUE_CALLS_MAX: usize = 4096;

/// Calls in one commit: bounds how long the first of them waits for the last.
const BATCH_CALLS_MAX: usize = 512;

/// A call on its way: its work inside the transaction, then its answer once the commit is decided.
trait Call: Send {
    fn run(&mut self, connection: &Connection) -> Result<(), StoreError>;
    /// The journal rows that its answer will acknowledge.
    fn acknowledges(&self) -> &[Entry];
    fn finish(self: Box<Self>, committed: Result<(), StoreError>);
}

struct Work<T, F> {
    work: F,
    done: Option<T>,
    entries: fn(&T) -> &[Entry],
    answer: oneshot::Sender<Result<T, StoreError>>,
}

impl<T, F> Call for Work<T, F>
where
    T: Send,
    F: FnMut(&Connection) -> Result<T, StoreError> + Send,
{
    fn run(&mut self, connection: &Connection) -> Result<(), StoreError> {
        self.done = None;
        self.done = Some((self.work)(connection)?);
        Ok(())
    }

    fn acknowledges(&self) -> &[Entry] {
        self.done.as_ref().map_or(&[], self.entries)
    }

    fn finish(self: Box<Self>, committed: Result<(), StoreError>) {
        let Self { done, answer, .. } = *self;
        // The caller may have gone; what is committed stays committed.
        let _ = answer.send(committed.and_then(|()| done.ok_or(StoreError::Bug)));
    }
}

/// The thread and the queue before it. Dropping it lets the thread finish what waits, then joins it.
pub(super) struct Writer {
    queue: Option<mpsc::Sender<Box<dyn Call>>>,
    thread: Option<JoinHandle<()>>,
}

impl Writer {
    pub(super) fn start(connection: Connection, address: Address) -> std::io::Result<Self> {
        let (queue, calls) = mpsc::channel(QUEUE_CALLS_MAX);
        let writing = WritingThread { database: Database::new(connection, address), calls };
        let thread = std::thread::Builder::new().name("sqlite-writer".to_owned()).spawn(move || writing.run())?;
        Ok(Self { queue: Some(queue), thread: Some(thread) })
    }

    /// Runs `work` inside a transaction and returns what it gave once that is committed. `entries` are the journal rows in
    /// what it gave.
    pub(super) async fn call<T, F>(&self, work: F, entries: fn(&T) -> &[Entry]) -> Result<T, StoreError>
    where
        T: Send + 'static,
        F: FnMut(&Connection) -> Result<T, StoreError> + Send + 'static,
    {
        let (answer, answered) = oneshot::channel();
        let queue = self.queue.as_ref().ok_or(StoreError::Closed)?;
        queue.try_send(Box::new(Work { work, done: None, entries, answer })).map_err(|error| match error {
            mpsc::error::TrySendError::Full(_) => StoreError::Overloaded,
            mpsc::error::TrySendError::Closed(_) => StoreError::Closed,
        })?;
        answered.await.unwrap_or(Err(StoreError::Closed))
    }
}

impl Drop for Writer {
    fn drop(&mut self) {
        self.queue = None;
        if let Some(thread) = self.thread.take() {
            // The thread catches its calls' panics; should it have panicked itself, there is nothing left to wait for.
            let _ = thread.join();
        }
    }
}

struct WritingThread {
    database: Database,
    calls: mpsc::Receiver<Box<dyn Call>>,
}

impl WritingThread {
    fn run(mut self) {
        let mut batch = Vec::new();
        while let Some(first) = self.calls.blocking_recv() {
            batch.push(first);
            while batch.len() < BATCH_CALLS_MAX
                && let Ok(next) = self.calls.try_recv()
            {
                batch.push(next);
            }
            self.commit_together(&mut batch);
        }
    }

    fn commit_together(&mut self, batch: &mut Vec<Box<dyn Call>>) {
        let outcomes = match self.database.trusted() {
            Ok(connection) => run_all(connection, batch),
            Err(error) => Err(Fault { error, suspect: false }),
        };
        match outcomes {
            Ok(outcomes) => {
                let committed = batch.iter().zip(&outcomes).filter(|(_, outcome)| outcome.is_ok());
                self.database.acknowledged(committed.flat_map(|(call, _)| call.acknowledges()));
                for (call, outcome) in batch.drain(..).zip(outcomes) {
                    call.finish(outcome);
                }
            }
            Err(Fault { error, suspect }) => {
                tracing::error!(%error, calls = batch.len(), "the database could not commit; these calls get a system error");
                if suspect {
                    self.database.suspect();
                }
                for call in batch.drain(..) {
                    call.finish(Err(error.clone()));
                }
            }
        }
    }
}

/// Why nothing of a batch is committed.
struct Fault {
    error: StoreError,
    /// Whether the connection may now believe something else than the disk says.
    suspect: bool,
}

impl From<StoreError> for Fault {
    fn from(error: StoreError) -> Self {
        Self { error, suspect: true }
    }
}

/// Each call's own outcome, all committed; or the error because of which nothing is.
fn run_all(connection: &Connection, batch: &mut [Box<dyn Call>]) -> Result<Vec<Result<(), StoreError>>, Fault> {
    if let Err(error) = connection.prepare_cached("begin immediate").and_then(|mut begin| begin.execute([])) {
        // When another program holds the write lock for too long, nothing was begun, and there is nothing to doubt.
        let busy = matches!(error.sqlite_error_code(), Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked));
        return Err(Fault { error: error.into(), suspect: !busy });
    }
    let mut outcomes = Vec::with_capacity(batch.len());
    for call in batch {
        outcomes.push(run_one(connection, call.as_mut())?);
    }
    crash::here(crash::Point::BeforeCommit);
    execute(connection, "commit")?;
    crash::here(crash::Point::AfterCommit);
    Ok(outcomes)
}

/// A failing call is rolled back to its savepoint and harms no neighbour. Only when SQLite itself has given up the whole
/// transaction (a full disk, an I/O error) does everybody's fail.
fn run_one(connection: &Connection, call: &mut dyn Call) -> Result<Result<(), StoreError>, StoreError> {
    execute(connection, "savepoint one_call")?;
    let ran = catch_unwind(AssertUnwindSafe(|| call.run(connection)));
    let outcome = ran.unwrap_or_else(|_| {
        tracing::error!("a decision panicked; its call gets a system error");
        Err(StoreError::Bug)
    });
    if let Err(error) = &outcome {
        if connection.is_autocommit() {
            return Err(error.clone());
        }
        execute(connection, "rollback to one_call")?;
    }
    execute(connection, "release one_call")?;
    Ok(outcome)
}

fn execute(connection: &Connection, sql: &str) -> Result<(), StoreError> {
    connection.prepare_cached(sql)?.execute([])?;
    Ok(())
}
