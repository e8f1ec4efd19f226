//! The writing thread: takes whatever calls are waiting, decides and writes them together, commits, and answers after the
//! commit.
//!
//! When anything of a batch is refused, its transaction is rolled back and the same calls are carried out one by one, each
//! in a savepoint of its own, in one commit: a failing call harms no neighbour, and as long as none fails, none pays for
//! the savepoints.

use super::apply::{Applied, apply};
use super::recent::Memory;
use super::trust::Database;
use crate::address::Address;
use crate::batch::Committed;
use crate::batch::{Asked, Call};
use crate::crash;
use crate::error::StoreError;
use crate::world::World;
use boothpay_protocol::ledger::journal::{Actor, Entry};
use boothpay_protocol::ledger::rows::{Decision, Needs, Rows};
use rusqlite::{Connection, ErrorCode};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::thread::JoinHandle;
use tokio::sync::{mpsc, oneshot};

/// Calls that may wait. Behind more than these, an answer would come after the provider has given up.
const QUEUE_CALLS_MAX: usize = 4096;

/// Calls in one commit: bounds how long the first of them waits for the last.
const BATCH_CALLS_MAX: usize = 512;

/// What waits for the writing connection.
enum Waiting {
    Call(Box<dyn Call>),
    Errand(Box<dyn Errand>),
}

/// Something small to do with the connection that is no call.
trait Errand: Send {
    /// Does it and answers. `Err` when the connection failed.
    fn run(self: Box<Self>, connection: Result<&Connection, StoreError>) -> Result<(), ()>;
}

struct Work<T, F> {
    work: F,
    answer: oneshot::Sender<Result<T, StoreError>>,
}

impl<T, F> Errand for Work<T, F>
where
    T: Send,
    F: FnOnce(&Connection) -> Result<T, StoreError> + Send,
{
    fn run(self: Box<Self>, connection: Result<&Connection, StoreError>) -> Result<(), ()> {
        let Self { work, answer } = *self;
        let ran = match connection {
            Ok(connection) => catch_unwind(AssertUnwindSafe(|| work(connection))).unwrap_or(Err(StoreError::Bug)),
            Err(error) => {
                let _ = answer.send(Err(error));
                return Ok(());
            }
        };
        let failed = ran.is_err();
        // The caller may have gone.
        let _ = answer.send(ran);
        if failed { Err(()) } else { Ok(()) }
    }
}

/// The thread and the queue before it. Dropping it lets the thread finish what waits, then joins it.
pub(super) struct Writer {
    queue: Option<mpsc::Sender<Waiting>>,
    thread: Option<JoinHandle<()>>,
}

impl Writer {
    pub(super) fn start(connection: Connection, address: Address, memory: Memory) -> std::io::Result<Self> {
        let (queue, waiting) = mpsc::channel(QUEUE_CALLS_MAX);
        let writing = WritingThread { memory, database: Database::new(connection, address), waiting };
        let thread =
            std::thread::Builder::new().name("sqlite-writer".to_owned()).spawn(move || writing.run_to_the_end())?;
        Ok(Self { queue: Some(queue), thread: Some(thread) })
    }

    /// Loads, decides and writes; returns once that is committed.
    pub(super) async fn transact<R, F>(&self, needs: Needs, actor: Actor, decide: F) -> Result<Committed<R>, StoreError>
    where
        R: Send + 'static,
        F: FnMut(&Rows) -> Decision<R> + Send + 'static,
    {
        let (answer, answered) = oneshot::channel();
        self.send(Waiting::Call(Box::new(Asked { needs, actor, decide, reply: None, answer })))?;
        answered.await.unwrap_or(Err(StoreError::Closed))
    }

    /// Lends the connection, outside any transaction.
    pub(super) async fn lend<T, F>(&self, work: F) -> Result<T, StoreError>
    where
        T: Send + 'static,
        F: FnOnce(&Connection) -> Result<T, StoreError> + Send + 'static,
    {
        let (answer, answered) = oneshot::channel();
        self.send(Waiting::Errand(Box::new(Work { work, answer })))?;
        answered.await.unwrap_or(Err(StoreError::Closed))
    }

    /// How many wait.
    pub(super) fn queued(&self) -> usize {
        let queue = self.queue.as_ref();
        queue.map_or(0, |queue| queue.max_capacity().saturating_sub(queue.capacity()))
    }

    fn send(&self, waiting: Waiting) -> Result<(), StoreError> {
        let queue = self.queue.as_ref().ok_or(StoreError::Closed)?;
        queue.try_send(waiting).map_err(|error| match error {
            mpsc::error::TrySendError::Full(_) => StoreError::Overloaded,
            mpsc::error::TrySendError::Closed(_) => StoreError::Closed,
        })
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
    memory: Memory,
    // Behind the memory, which has a connection of its own: this one is to be closed last.
    database: Database,
    waiting: mpsc::Receiver<Waiting>,
}

impl WritingThread {
    /// Begins anew whenever a panic has ended it: what waits is still there, and the connection is opened again.
    fn run_to_the_end(mut self) {
        while catch_unwind(AssertUnwindSafe(|| self.run())).is_err() {
            tracing::error!("the database's writing thread has failed and begins anew; this is a bug");
            self.memory.forget();
            self.database.suspect();
        }
    }

    fn run(&mut self) {
        let mut calls = Vec::new();
        let mut errands = Vec::new();
        while let Some(first) = self.waiting.blocking_recv() {
            let mut next = Some(first);
            while let Some(waiting) = next {
                match waiting {
                    Waiting::Call(call) => calls.push(call),
                    Waiting::Errand(errand) => errands.push(errand),
                }
                next = if calls.len() < BATCH_CALLS_MAX { self.waiting.try_recv().ok() } else { None };
            }
            if !calls.is_empty() {
                self.commit_together(&mut calls);
            }
            for errand in errands.drain(..) {
                let ran = errand.run(self.database.trusted());
                match (ran, self.database.trusted()) {
                    // What is remembered still holds: an errand writes nothing that calls look up.
                    (Ok(()), Ok(connection)) => self.memory.learn(connection, World::default()),
                    (Ok(()), Err(_)) => {}
                    (Err(()), _) => {
                        self.memory.forget();
                        self.database.suspect();
                    }
                }
            }
        }
    }

    fn commit_together(&mut self, calls: &mut Vec<Box<dyn Call>>) {
        let outcomes = match self.database.trusted() {
            Ok(connection) => carry_out(connection, calls, &mut self.memory),
            Err(error) => Err(Fault { error, suspect: false }),
        };
        // Looked at again: what is committed to a file that nobody finds is not acknowledged.
        let outcomes = outcomes.and_then(|outcomes| match self.database.is_in_place() {
            Ok(()) => Ok(outcomes),
            Err(error) => Err(Fault { error, suspect: false }),
        });
        match outcomes {
            Ok(outcomes) => {
                self.database.acknowledged(outcomes.iter().flatten().flatten());
                for (call, outcome) in calls.drain(..).zip(outcomes) {
                    call.finish(outcome);
                }
            }
            Err(Fault { error, suspect }) => {
                self.memory.forget();
                tracing::error!(%error, calls = calls.len(), "the database could not commit; these calls get a system error");
                if suspect {
                    self.database.suspect();
                }
                for call in calls.drain(..) {
                    call.finish(Err(error.clone()));
                }
            }
        }
    }
}

/// What each call came to, once the commit is done: the journal rows that its answer acknowledges.
type Outcomes = Vec<Result<Vec<Entry>, StoreError>>;

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

impl From<rusqlite::Error> for Fault {
    fn from(error: rusqlite::Error) -> Self {
        StoreError::from(error).into()
    }
}

/// Each call's own outcome, all committed; or the error because of which nothing is.
fn carry_out(connection: &Connection, calls: &mut [Box<dyn Call>], memory: &mut Memory) -> Result<Outcomes, Fault> {
    begin(connection)?;
    memory.check(connection)?;
    let (outcomes, after) = match apply(connection, calls, World::default(), |needs, world| memory.give(needs, world)) {
        Ok(Applied { outcomes, after }) => (outcomes, Some(after)),
        // SQLite itself has given up the transaction (a full disk, an I/O error): everybody's has failed.
        Err(error) if connection.is_autocommit() => return Err(error.into()),
        Err(_) => {
            execute(connection, "rollback")?;
            begin(connection)?;
            (calls.iter_mut().map(|call| apart(connection, call)).collect::<Result<_, _>>()?, None)
        }
    };
    crash::here(crash::Point::BeforeCommit);
    execute(connection, "commit")?;
    crash::here(crash::Point::AfterCommit);
    match after {
        Some(after) => memory.learn(connection, after),
        None => memory.forget(),
    }
    Ok(outcomes)
}

/// One call in a savepoint of its own: when it fails, it is as if it had never been.
fn apart(connection: &Connection, call: &mut Box<dyn Call>) -> Result<Result<Vec<Entry>, StoreError>, StoreError> {
    execute(connection, "savepoint one_call")?;
    // What is remembered may be what is wrong: everything is read anew.
    let applied = apply(connection, std::slice::from_mut(call), World::default(), |_, _| ());
    let outcome = applied.and_then(|applied| applied.outcomes.into_iter().next().unwrap_or(Err(StoreError::Bug)));
    if let Err(error) = &outcome {
        if connection.is_autocommit() {
            return Err(error.clone());
        }
        execute(connection, "rollback to one_call")?;
    }
    execute(connection, "release one_call")?;
    Ok(outcome)
}

fn begin(connection: &Connection) -> Result<(), Fault> {
    execute(connection, "begin immediate").map_err(|error| {
        // When another program holds the write lock for too long, nothing was begun, and there is nothing to doubt.
        let busy = matches!(error.sqlite_error_code(), Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked));
        Fault { error: error.into(), suspect: !busy }
    })
}

fn execute(connection: &Connection, sql: &str) -> rusqlite::Result<()> {
    connection.prepare_cached(sql)?.execute([]).map(drop)
}
