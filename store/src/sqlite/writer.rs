//! The writing thread: takes whatever calls are waiting, runs each in a savepoint of its own, commits them together, and
//! answers after the commit.

use super::connect;
use crate::{Address, StoreError, crash};
use rusqlite::Connection;
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
    fn finish(self: Box<Self>, committed: Result<(), StoreError>);
}

struct Work<T, F> {
    work: F,
    done: Option<T>,
    answer: oneshot::Sender<Result<T, StoreError>>,
}

impl<T, F> Call for Work<T, F>
where
    T: Send,
    F: FnMut(&Connection) -> Result<T, StoreError> + Send,
{
    fn run(&mut self, connection: &Connection) -> Result<(), StoreError> {
        self.done = Some((self.work)(connection)?);
        Ok(())
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
        let writing = WritingThread { connection, address, calls };
        let thread = std::thread::Builder::new().name("sqlite-writer".to_owned()).spawn(move || writing.run())?;
        Ok(Self { queue: Some(queue), thread: Some(thread) })
    }

    /// Runs `work` inside a transaction and returns what it gave once that is committed.
    pub(super) async fn call<T, F>(&self, work: F) -> Result<T, StoreError>
    where
        T: Send + 'static,
        F: FnMut(&Connection) -> Result<T, StoreError> + Send + 'static,
    {
        let (answer, answered) = oneshot::channel();
        let queue = self.queue.as_ref().ok_or(StoreError::Closed)?;
        queue.try_send(Box::new(Work { work, done: None, answer })).map_err(|error| match error {
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
    connection: Connection,
    address: Address,
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
        let outcomes = self.run_all(batch);
        match outcomes {
            Ok(outcomes) => {
                for (call, outcome) in batch.drain(..).zip(outcomes) {
                    call.finish(outcome);
                }
            }
            Err(error) => {
                tracing::error!(%error, calls = batch.len(), "the database could not commit; these calls get a system error");
                for call in batch.drain(..) {
                    call.finish(Err(error.clone()));
                }
                self.reopen();
            }
        }
    }

    /// Each call's own outcome, all committed; or the error because of which nothing is.
    fn run_all(&self, batch: &mut [Box<dyn Call>]) -> Result<Vec<Result<(), StoreError>>, StoreError> {
        self.execute("begin immediate")?;
        let mut outcomes = Vec::with_capacity(batch.len());
        for call in batch {
            outcomes.push(self.run_one(call.as_mut())?);
        }
        crash::here(crash::Point::BeforeCommit);
        self.execute("commit")?;
        crash::here(crash::Point::AfterCommit);
        Ok(outcomes)
    }

    /// A failing call is rolled back to its savepoint and harms no neighbour. Only when SQLite itself has given up the
    /// whole transaction (a full disk, an I/O error) does everybody's fail.
    fn run_one(&self, call: &mut dyn Call) -> Result<Result<(), StoreError>, StoreError> {
        self.execute("savepoint one_call")?;
        let ran = catch_unwind(AssertUnwindSafe(|| call.run(&self.connection)));
        let outcome = ran.unwrap_or_else(|_| {
            tracing::error!("a decision panicked; its call gets a system error");
            Err(StoreError::Bug)
        });
        if let Err(error) = &outcome {
            if self.connection.is_autocommit() {
                return Err(error.clone());
            }
            self.execute("rollback to one_call")?;
        }
        self.execute("release one_call")?;
        Ok(outcome)
    }

    fn execute(&self, sql: &str) -> Result<(), StoreError> {
        self.connection.prepare_cached(sql)?.execute([])?;
        Ok(())
    }

    /// After a failed commit the connection is not trusted: a new one reads from the disk what is really there. A failed
    /// sync is never tried again on the old one.
    fn reopen(&mut self) {
        let Address::SqliteFile(_) = self.address else {
            // In memory there is nothing to open again; undo is all that is needed.
            if !self.connection.is_autocommit() {
                let _ = self.connection.execute_batch("rollback");
            }
            return;
        };
        match connect::writing(&self.address) {
            Ok(connection) => self.connection = connection,
            Err(error) => {
                tracing::error!(%error, "the database cannot be opened again yet");
                if !self.connection.is_autocommit() {
                    let _ = self.connection.execute_batch("rollback");
                }
            }
        }
    }
}
