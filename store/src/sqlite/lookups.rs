//! The threads that look rows up for those who only want to know: whatever lookups wait are answered from one snapshot, so
//! that the cost of a snapshot and of waking the thread is shared, as the writer shares its commits.

use super::connect;
use super::rows::Loading;
use crate::world::World;
use crate::{OpenError, StoreError};
use boothpay_protocol::rows::{Needs, Rows};
use boothpay_protocol::transaction::TransactionNumber;
use rusqlite::Connection;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use tokio::sync::{mpsc, oneshot};

/// Threads: one looks up while the other waits for a page that is not in memory.
const THREADS: usize = 2;

/// Lookups that may wait. Behind more than these, an answer would come after the provider has given up.
const QUEUE_LOOKUPS_MAX: usize = 4096;

/// Lookups in one snapshot: bounds how long the first of them waits for the last.
const BATCH_LOOKUPS_MAX: usize = 64;

struct Lookup {
    needs: Needs,
    answer: oneshot::Sender<Result<Rows, StoreError>>,
}

/// The queue before the threads. They end when it is dropped.
pub(super) struct Lookups {
    queue: mpsc::Sender<Lookup>,
}

impl Lookups {
    pub(super) fn start(path: &Path) -> Result<Self, OpenError> {
        let (queue, waiting) = mpsc::channel(QUEUE_LOOKUPS_MAX);
        let waiting = Arc::new(Mutex::new(waiting));
        for _ in 0..THREADS {
            let (connection, waiting) = (connect::reading(path)?, Arc::clone(&waiting));
            std::thread::Builder::new().name("sqlite-reader".to_owned()).spawn(move || run(&connection, &waiting))?;
        }
        Ok(Self { queue })
    }

    /// The rows as they are now: everything acknowledged so far is in them.
    pub(super) async fn rows(&self, needs: Needs) -> Result<Rows, StoreError> {
        let (answer, answered) = oneshot::channel();
        self.queue.try_send(Lookup { needs, answer }).map_err(|error| match error {
            mpsc::error::TrySendError::Full(_) => StoreError::Overloaded,
            mpsc::error::TrySendError::Closed(_) => StoreError::Closed,
        })?;
        answered.await.unwrap_or(Err(StoreError::Closed))
    }
}

fn run(connection: &Connection, waiting: &Mutex<mpsc::Receiver<Lookup>>) {
    loop {
        let mut batch = Vec::new();
        {
            let mut waiting = waiting.lock().unwrap_or_else(PoisonError::into_inner);
            let Some(first) = waiting.blocking_recv() else { return };
            batch.push(first);
            while batch.len() < BATCH_LOOKUPS_MAX
                && let Ok(next) = waiting.try_recv()
            {
                batch.push(next);
            }
        }
        // The snapshot is taken after the lookups were asked for.
        let answers = catch_unwind(AssertUnwindSafe(|| look_up(connection, &batch))).unwrap_or(Err(StoreError::Bug));
        match answers {
            Ok(answers) => {
                for (lookup, answer) in batch.into_iter().zip(answers) {
                    // The caller may have gone.
                    let _ = lookup.answer.send(answer);
                }
            }
            Err(error) => {
                if !connection.is_autocommit() {
                    let _ = connection.execute_batch("rollback");
                }
                for lookup in batch {
                    let _ = lookup.answer.send(Err(error.clone()));
                }
            }
        }
    }
}

/// Each lookup's own answer, all of one moment; an error when there is no such moment to be had.
fn look_up(connection: &Connection, batch: &[Lookup]) -> Result<Vec<Result<Rows, StoreError>>, StoreError> {
    connection.prepare_cached("begin")?.execute([])?;
    let answers = Loading::prepare(connection).map(|mut loading| {
        let one = |lookup: &Lookup| {
            let mut world = World::default();
            loading.load(&lookup.needs, &mut world)?;
            // Who only looks makes no transaction and needs no number.
            Ok(world.rows(&lookup.needs, TransactionNumber::new(0)))
        };
        batch.iter().map(one).collect()
    });
    connection.prepare_cached("commit")?.execute([])?;
    answers
}
