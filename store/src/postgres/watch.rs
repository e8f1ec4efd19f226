//! The watching session: hears of every process's changes, and holds the leads over background jobs while it lasts.

use super::connect::{Connector, Purpose, Session};
use super::locks;
use super::notices::CHANNEL;
use super::readers::{READ_PATIENCE, silent};
use crate::changes::Changes;
use crate::error::{OpenError, StoreError};
use boothpay_protocol::ledger::booth::BoothId;
use futures_util::FutureExt;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::Mutex;
use tokio::time::timeout;
use tokio_postgres::Client;

/// The pauses between attempts to hear again: doubled from the first to the last.
const PAUSE_FIRST: Duration = Duration::from_millis(50);
const PAUSE_LAST: Duration = Duration::from_secs(1);

/// How often the server is asked whether it still keeps what it acknowledges.
const JUDGED_EVERY: Duration = Duration::from_secs(1);

/// The session, while it is there.
#[derive(Clone)]
pub(super) struct Watch {
    watching: Arc<Mutex<Option<Watching>>>,
    /// Whether the next loss of the session is to be met with a panic.
    #[cfg(test)]
    panics: Arc<std::sync::atomic::AtomicBool>,
}

struct Watching {
    session: Session,
    leads: Vec<Lead>,
}

/// What one process at a time looks after.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Lead {
    /// What all booths on the database share.
    All,
    /// What is a booth's own.
    Booth(BoothId),
}

impl Lead {
    /// Takes it, if nobody has it.
    async fn take(&self, client: &Client) -> Result<bool, StoreError> {
        let row = match self {
            Self::All => client.query_one("select pg_try_advisory_lock($1)", &[&locks::LEADING]).await?,
            Self::Booth(booth) => {
                let sql = "select pg_try_advisory_lock(hashtextextended($1::text, $2::bigint))";
                client.query_one(sql, &[&booth.as_str(), &locks::LEADING_BOOTH]).await?
            }
        };
        Ok(row.try_get(0)?)
    }
}

impl Watch {
    /// Listens, and listens again whenever the session has gone.
    pub(super) async fn start(connector: &Connector, changes: &Changes) -> Result<Self, OpenError> {
        let first = listen(connector, changes).await?;
        let watch = Self {
            watching: Arc::new(Mutex::new(None)),
            #[cfg(test)]
            panics: Arc::default(),
        };
        connector.runtime().spawn(watch.clone().keep_whatever_happens(first, connector.clone(), changes.clone()));
        Ok(watch)
    }

    /// Begins anew whenever a panic has ended it.
    async fn keep_whatever_happens(self, first: Session, connector: Connector, changes: Changes) {
        let mut session = first;
        loop {
            let keeping = AssertUnwindSafe(self.keep(session, &connector, &changes));
            if keeping.catch_unwind().await.is_ok() {
                return;
            }
            tracing::error!("listening for changes has failed and begins anew; this is a bug");
            *self.watching.lock().await = None;
            session = listen_again(&connector, &changes).await;
            changes.cut();
        }
    }

    async fn keep(&self, first: Session, connector: &Connector, changes: &Changes) {
        let mut session = first;
        loop {
            let mut alive = session.alive();
            *self.watching.lock().await = Some(Watching { session, leads: Vec::new() });
            loop {
                // Nothing is ever sent; this returns when the session has gone.
                if timeout(JUDGED_EVERY, alive.changed()).await.is_ok() {
                    break;
                }
                if let Err(error) = self.judge_again(connector).await {
                    tracing::error!(%error, "NO PAYMENT IS TAKEN until the database keeps what it acknowledges");
                    break;
                }
            }
            #[cfg(test)]
            assert!(!self.panics.swap(false, std::sync::atomic::Ordering::SeqCst), "as asked");
            *self.watching.lock().await = None;
            tracing::warn!("the database does not tell of changes any more; listening again");
            session = listen_again(connector, changes).await;
            changes.cut();
        }
    }

    /// What the server says of itself; nothing where it does not answer, which whoever needs an answer notices.
    async fn judge_again(&self, connector: &Connector) -> Result<(), OpenError> {
        let asking = async {
            match &*self.watching.lock().await {
                Some(watching) => connector.judge_again(&watching.session.client).await,
                None => Ok(()),
            }
        };
        timeout(READ_PATIENCE, asking).await.unwrap_or(Ok(()))
    }

    /// Whether this process has a lead: at most one does. It is lost with the session, whatever ended that.
    pub(super) async fn try_lead(&self, lead: Lead) -> Result<bool, StoreError> {
        let asking = async {
            let mut place = self.watching.lock().await;
            let Some(watching) = &mut *place else {
                return Err(StoreError::Failed("the PostgreSQL server is away".into()));
            };
            let client = &watching.session.client;
            if watching.leads.contains(&lead) {
                // The lock is there as long as the session is; this asks whether the session is.
                client.query_one("select 1", &[]).await?;
                return Ok(true);
            }
            let is_ours = lead.take(client).await?;
            if is_ours {
                watching.leads.push(lead);
            }
            Ok(is_ours)
        };
        match timeout(READ_PATIENCE, asking).await {
            Ok(answered) => answered,
            Err(_) => {
                // A session that does not answer is given up, and the lead with it.
                *self.watching.lock().await = None;
                Err(silent())
            }
        }
    }
}

async fn listen(connector: &Connector, changes: &Changes) -> Result<Session, OpenError> {
    let session = connector.announcing(Purpose::Watching, Some(changes.clone())).await?;
    let failed = |error| OpenError::PrepareServer {
        server: connector.name().to_owned(),
        cause: crate::error::postgres_words(&error),
    };
    session.client.batch_execute(&format!("listen {CHANNEL}")).await.map_err(failed)?;
    Ok(session)
}

async fn listen_again(connector: &Connector, changes: &Changes) -> Session {
    let mut pause = PAUSE_FIRST;
    loop {
        match listen(connector, changes).await {
            Ok(session) => return session,
            Err(error) => tracing::debug!(%error, "not listening yet"),
        }
        tokio::time::sleep(pause).await;
        pause = pause.saturating_mul(2).min(PAUSE_LAST);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::address::Address;
    use crate::postgres::migrate;
    use boothpay_protocol::ledger::order::OrderId;
    use boothpay_test_support::Cluster;
    use std::sync::atomic::Ordering;
    use std::time::Instant;
    use tokio::runtime::Handle;
    use tokio::sync::broadcast::error::RecvError;

    /// Longer than anything here takes, on a busy machine.
    const PATIENCE: Duration = Duration::from_secs(20);

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn a_panic_does_not_end_the_listening() {
        let database = Cluster::shared().database();
        let Address::Postgres(server) = Address::parse(&database.url).unwrap() else { panic!("a server") };
        let connector = Connector::new(&server, Handle::current()).unwrap();
        migrate::migrate(&connector).await.unwrap();
        connector.learn().await.unwrap();
        let changes = Changes::new(8);
        let watch = Watch::start(&connector, &changes).await.unwrap();
        let mut heard = changes.subscribe();

        watch.panics.store(true, Ordering::SeqCst);
        let ours = "select pg_terminate_backend(pid) from pg_stat_activity
                    where datname = current_database() and pid <> pg_backend_pid()";
        database.sql(ours).unwrap();
        let told = timeout(PATIENCE, heard.recv()).await.expect("silence");
        assert_eq!(told, Err(RecvError::Closed), "who may have missed something looks again");
        assert!(!watch.panics.load(Ordering::SeqCst), "there was no panic");

        let begun = Instant::now();
        while !matches!(watch.try_lead(Lead::All).await, Ok(true)) {
            assert!(begun.elapsed() < PATIENCE, "nobody leads");
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        let mut heard = changes.subscribe();
        database.sql(&format!("notify {CHANNEL}, 'an-order'")).unwrap();
        let told = timeout(PATIENCE, heard.recv()).await.expect("silence");
        assert_eq!(told, Ok(OrderId::parse("an-order").unwrap()));
    }
}
