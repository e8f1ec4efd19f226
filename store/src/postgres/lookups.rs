//! Lookups for those who only want to know: whatever lookups wait are answered by one statement, so that its cost and that
//! of every step on the way is shared, as the writer shares its commits.

use super::connect::{Connector, Purpose};
use super::loading::Wanted;
use super::readers::{READ_PATIENCE, Shared, silent};
use super::workers::{self, Work};
use crate::error::StoreError;
use boothpay_protocol::ledger::rows::{Needs, Rows};
use boothpay_protocol::ledger::transaction::TransactionNumber;
use tokio::sync::{mpsc, oneshot};
use tokio::time::timeout;

/// Sessions that look up: one in its turn, and one for when it is held up.
const WORKERS: usize = 2;

/// Lookups that may wait. Behind more than these, an answer would come after the provider has given up.
const QUEUE_LOOKUPS_MAX: usize = 4096;

/// Lookups in one statement: bounds how long the first of them waits for the last.
const BATCH_LOOKUPS_MAX: usize = 256;

struct Lookup {
    needs: Needs,
    answer: oneshot::Sender<Result<Rows, StoreError>>,
}

impl Lookup {
    fn finish(self, outcome: Result<Rows, StoreError>) {
        // The caller may have gone.
        let _ = self.answer.send(outcome);
    }
}

/// The queue before the workers. Dropping it ends them.
pub(super) struct Lookups {
    queue: mpsc::Sender<Lookup>,
}

impl Lookups {
    /// Starts the workers.
    pub(super) fn start(connector: &Connector) -> Self {
        let (queue, waiting) = mpsc::channel(QUEUE_LOOKUPS_MAX);
        let worker = || Shared::new(connector.clone(), Purpose::Reading, READ_PATIENCE);
        let workers: Vec<Shared> = std::iter::repeat_with(worker).take(WORKERS).collect();
        connector.runtime().spawn(workers::run(waiting, workers, BATCH_LOOKUPS_MAX));
        Self { queue }
    }

    /// The rows as they are now: everything acknowledged so far is in them.
    pub(super) async fn rows(&self, needs: Needs) -> Result<Rows, StoreError> {
        let (answer, answered) = oneshot::channel();
        self.queue.try_send(Lookup { needs, answer }).map_err(|error| match error {
            mpsc::error::TrySendError::Full(_) => StoreError::Overloaded,
            mpsc::error::TrySendError::Closed(_) => StoreError::Closed,
        })?;
        match timeout(READ_PATIENCE, answered).await {
            Ok(answered) => answered.unwrap_or(Err(StoreError::Closed)),
            Err(_) => Err(silent()),
        }
    }
}

impl Work<Lookup> for Shared {
    async fn carry_out(&mut self, batch: Vec<Lookup>) {
        answer(self, batch).await;
    }
}

async fn answer(shared: &Shared, mut batch: Vec<Lookup>) {
    batch.retain(|lookup| !lookup.answer.is_closed());
    // The statement is sent after the lookups were asked for, so it sees what was acknowledged before.
    match look_up(shared, &batch).await {
        Ok(answers) => {
            for (lookup, answer) in batch.into_iter().zip(answers) {
                lookup.finish(Ok(answer));
            }
        }
        // The server failed all of them.
        Err(error @ (StoreError::Failed(_) | StoreError::Suspect(_))) => {
            for lookup in batch {
                lookup.finish(Err(error.clone()));
            }
        }
        // Somebody's row is damaged, which is no other lookup's business.
        Err(_) => {
            for lookup in batch {
                let alone = look_up(shared, std::slice::from_ref(&lookup)).await;
                lookup.finish(alone.and_then(|answers| answers.into_iter().next().ok_or(StoreError::Bug)));
            }
        }
    }
}

/// Each lookup's answer, all of one moment. No number is drawn for them: who only looks makes no transaction.
async fn look_up(shared: &Shared, batch: &[Lookup]) -> Result<Vec<Rows>, StoreError> {
    let reading = shared.session().await?;
    let wanted = Wanted::of(batch.iter().map(|lookup| &lookup.needs));
    let loaded = shared.wait(&reading, reading.loading.load(&reading.session.client, &wanted)).await?;
    Ok(batch.iter().map(|lookup| loaded.rows(&lookup.needs, TransactionNumber::new(0))).collect())
}
