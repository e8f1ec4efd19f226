//! The writing sessions: a few workers take whatever calls are waiting, carry them out in one commit, and answer after it.

use super::apply::{Applying, Locking};
use super::connect::{Connector, Purpose, Session};
use super::trouble::Trouble;
use super::workers::{self, Work};
use super::{locks, queries, rows};
use crate::batch::Committed;
use crate::batch::{Asked, Call};
use crate::error::StoreError;
use boothpay_protocol::ledger::chain::Head;
use boothpay_protocol::ledger::journal::{Actor, Entry};
use boothpay_protocol::ledger::rows::{Decision, Needs, Rows};
use std::collections::VecDeque;
use std::time::Duration;
use tokio::sync::{mpsc, oneshot};
use tokio::time::timeout;
use tokio_postgres::Client;

/// Sessions that write: one in its turn, and others for when it is held up.
const WORKERS: usize = 4;

/// Calls that may wait. Behind more than these, an answer would come after the provider has given up.
const QUEUE_CALLS_MAX: usize = 4096;

/// Calls in one commit: bounds how long the first of them waits for the last.
const BATCH_CALLS_MAX: usize = 256;

/// How often a lost race is decided again. Each time somebody else has got on, so more would mean something else.
const DECIDED_AGAIN_MAX: u32 = 5;

/// Parts of a batch in which somebody holds on to an order. With eight, the neighbours of such a call in the largest batch
/// wait four times at most, which is within their patience; calls one by one would be slow where many want few orders.
const LOCKED_PARTS: usize = 8;

/// How long a call may take, waiting included. After that the caller gets an error, whatever the database does.
const CALL_PATIENCE: Duration = Duration::from_millis(1500);

/// The pauses between attempts to reach a server that is away: doubled from the first to the last.
const PAUSE_FIRST: Duration = Duration::from_millis(50);
const PAUSE_LAST: Duration = Duration::from_secs(1);

/// What each call of a batch came to.
type Outcomes = Vec<Result<Vec<Entry>, StoreError>>;

/// The queue before the workers. Dropping it ends them.
pub(super) struct Writer {
    queue: mpsc::Sender<Box<dyn Call>>,
}

impl Writer {
    /// Starts the workers.
    pub(super) fn start(connector: &Connector) -> Self {
        let (queue, calls) = mpsc::channel(QUEUE_CALLS_MAX);
        let worker = || Worker { connector: connector.clone(), writing: None };
        let workers: Vec<Worker> = std::iter::repeat_with(worker).take(WORKERS).collect();
        connector.runtime().spawn(workers::run(calls, workers, BATCH_CALLS_MAX));
        Self { queue }
    }

    pub(super) async fn transact<R, F>(&self, needs: Needs, actor: Actor, decide: F) -> Result<Committed<R>, StoreError>
    where
        R: Send + 'static,
        F: FnMut(&Rows) -> Decision<R> + Send + 'static,
    {
        let (answer, answered) = oneshot::channel();
        self.queue.try_send(Box::new(Asked { needs, actor, decide, reply: None, answer })).map_err(
            |error| match error {
                mpsc::error::TrySendError::Full(_) => StoreError::Overloaded,
                mpsc::error::TrySendError::Closed(_) => StoreError::Closed,
            },
        )?;
        match timeout(CALL_PATIENCE, answered).await {
            Ok(answered) => answered.unwrap_or(Err(StoreError::Closed)),
            Err(_) => Err(StoreError::Failed("the PostgreSQL server does not answer in time".into())),
        }
    }
}

/// A session with its statements.
struct Writing {
    session: Session,
    applying: Applying,
    /// Where this session's chain of the journal ends.
    chain: Head,
}

struct Worker {
    connector: Connector,
    writing: Option<Writing>,
}

impl Work<Box<dyn Call>> for Worker {
    async fn carry_out(&mut self, calls: Vec<Box<dyn Call>>) {
        self.settle(calls).await;
    }
}

impl Worker {
    /// Carries calls out together. When that is not possible, halves them until those that are in the way stand alone: a
    /// failing call harms no neighbour. When somebody holds on to an order, the parts are smaller and whoever has to wait
    /// goes to the end, because each such wait takes a good part of everybody's patience.
    ///
    /// The first attempt locks nothing: a lost race is rare, and the versions tell. Those after a lost race lock first.
    async fn settle(&mut self, calls: Vec<Box<dyn Call>>) {
        let mut groups = VecDeque::from([(calls, 0_u32)]);
        while let Some((mut calls, lost)) = groups.pop_front() {
            let writing = match self.writing(&mut calls).await {
                Ok(writing) => writing,
                Err(error) => {
                    fail(calls, &error);
                    continue;
                }
            };
            // Whoever has given up waiting will ask again; carrying the call out now would only surprise.
            calls.retain(|call| !call.is_abandoned());
            if calls.is_empty() {
                self.writing = Some(writing);
                continue;
            }
            match self.attempt(writing, &mut calls, Locking::after(lost)).await {
                Ok(outcomes) => {
                    for (call, outcome) in calls.into_iter().zip(outcomes) {
                        call.finish(outcome);
                    }
                }
                Err(Trouble::LostRace(_)) if lost == 0 => groups.push_front((calls, 1)),
                Err(Trouble::LostRace(_) | Trouble::Refused(_)) if calls.len() > 1 => {
                    let behind = calls.split_off(calls.len().div_euclid(2));
                    groups.push_front((behind, lost));
                    groups.push_front((calls, lost));
                }
                Err(Trouble::Locked(_)) if calls.len() > 1 => {
                    let part = calls.len().div_ceil(LOCKED_PARTS);
                    while calls.len() > part {
                        let behind = calls.split_off(calls.len().saturating_sub(part));
                        groups.push_back((behind, lost));
                    }
                    groups.push_back((calls, lost));
                }
                Err(Trouble::LostRace(error) | Trouble::Locked(error)) if lost < DECIDED_AGAIN_MAX => {
                    tracing::debug!(%error, "a call lost a race and is decided again");
                    groups.push_back((calls, lost.saturating_add(1)));
                }
                Err(Trouble::LostRace(error) | Trouble::Locked(error) | Trouble::Refused(error)) => fail(calls, &error),
                // Whether a commit under way took place is not known: the callers hear of a fault and ask again, and
                // the decision looks again.
                Err(Trouble::Broken(error)) => {
                    tracing::error!(%error, calls = calls.len(), "the database failed; these calls get a system error");
                    fail(calls, &error);
                }
            }
        }
    }

    /// One transaction. After trouble nothing of it is left on the server, or the session is given up.
    async fn attempt(
        &mut self,
        mut writing: Writing,
        calls: &mut [Box<dyn Call>],
        locking: Locking,
    ) -> Result<Outcomes, Trouble> {
        let Writing { session, applying, chain } = &mut writing;
        let silent = || Trouble::Broken(StoreError::Failed("the PostgreSQL server does not answer in time".into()));
        let attempted =
            timeout(CALL_PATIENCE, applying.attempt(&self.connector, &session.client, chain, calls, locking)).await;
        let attempted = attempted.unwrap_or_else(|_| {
            self.connector.note_silence();
            Err(silent())
        });
        let is_usable = match &attempted {
            Ok(_) => true,
            Err(Trouble::Broken(_)) => false,
            Err(Trouble::LostRace(_) | Trouble::Locked(_) | Trouble::Refused(_)) => {
                matches!(timeout(CALL_PATIENCE, session.client.batch_execute("rollback")).await, Ok(Ok(())))
            }
        };
        if is_usable {
            self.writing = Some(writing);
        }
        attempted
    }

    /// The session that is there, or a new one as soon as the server lets us have it, as long as anybody waits for it.
    async fn writing(&mut self, calls: &mut [Box<dyn Call>]) -> Result<Writing, StoreError> {
        match self.writing.take() {
            Some(writing) if !writing.session.client.is_closed() && self.connector.trusts(&writing.session) => {
                return Ok(writing);
            }
            Some(_) | None => {}
        }
        let mut pause = PAUSE_FIRST;
        loop {
            let error = match self.connect_once().await {
                Ok(writing) => return Ok(writing),
                Err(error) => error,
            };
            // Another database does not become ours by waiting.
            if matches!(error, StoreError::Suspect(_)) || calls.iter().all(|call| call.is_abandoned()) {
                return Err(error);
            }
            tokio::time::sleep(pause).await;
            pause = pause.saturating_mul(2).min(PAUSE_LAST);
        }
    }

    async fn connect_once(&self) -> Result<Writing, StoreError> {
        let session = self.connector.session(Purpose::Writing).await?;
        let preparing = async {
            // In this order: with the number taken, nobody else can add to its chain.
            let writer = become_writer(&session.client).await?;
            let (applying, chain) = tokio::try_join!(
                async { Ok(Applying::prepare(&session.client).await?) },
                queries::head(&session.client, writer)
            )?;
            Ok((applying, chain))
        };
        let silent = || StoreError::Failed("the PostgreSQL server does not answer in time".into());
        let (applying, chain) = timeout(CALL_PATIENCE, preparing).await.unwrap_or_else(|_| Err(silent()))?;
        Ok(Writing { session, applying, chain })
    }
}

/// Takes the lowest writer's number that no session has, for as long as this one lasts. So there are as many numbers as there
/// ever were sessions at the same time.
pub(crate) async fn become_writer(client: &Client) -> Result<i64, StoreError> {
    let sql =
        "select writer from generate_series(1, $2::bigint) as writer where pg_try_advisory_lock($1 + writer) limit 1";
    let row = client.query_opt(sql, &[&locks::WRITERS, &locks::WRITERS_MAX]).await?;
    row.map(|row| rows::number(&row, 0)).unwrap_or(Err(StoreError::Overloaded))
}

fn fail(calls: Vec<Box<dyn Call>>, error: &StoreError) {
    for call in calls {
        call.finish(Err(error.clone()));
    }
}
