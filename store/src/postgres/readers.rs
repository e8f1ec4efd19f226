//! The reading sessions: short readings share one, because their statements are pipelined; sums over everything have one
//! of their own, so that no payment waits behind an overview. What calls look up has its own way (`lookups.rs`).

use super::connect::{Connector, Purpose, Session};
use super::loading::Loading;
use crate::error::StoreError;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::Mutex;
use tokio::time::timeout;

/// How long a short reading may take. After that the caller gets an error, whatever the database does.
pub(super) const READ_PATIENCE: Duration = Duration::from_millis(1500);

/// How much longer a reading may take together with its session, which may have to be made, or waited for behind others.
/// Not nothing: who has waited all the time for a silent session's answer still gets to give it up.
const SESSION_SPARE: Duration = Duration::from_millis(200);

/// How long an overview may take: it looks at every order, but nobody should wait for it for ever.
const OVERVIEW_PATIENCE: Duration = Duration::from_secs(4);

pub(super) struct Readers {
    short: Shared,
    overview: Shared,
    tasks: Shared,
}

impl Readers {
    pub(super) fn new(connector: &Connector) -> Self {
        let short = Shared::new(connector.clone(), Purpose::Reading, READ_PATIENCE);
        let overview = Shared::new(connector.clone(), Purpose::Overview, OVERVIEW_PATIENCE);
        let tasks = Shared::new(connector.clone(), Purpose::Tasks, READ_PATIENCE);
        Self { short, overview, tasks }
    }

    pub(super) fn tasks(&self) -> &Shared {
        &self.tasks
    }

    pub(super) fn short(&self) -> &Shared {
        &self.short
    }

    pub(super) fn overview(&self) -> &Shared {
        &self.overview
    }
}

/// A session with its statements, shared by all who read at the moment.
pub(super) struct Reading {
    pub(super) session: Session,
    pub(super) loading: Loading,
}

/// A session that is made when it is needed and not there.
pub(super) struct Shared {
    connector: Connector,
    purpose: Purpose,
    patience: Duration,
    reading: Mutex<Option<Arc<Reading>>>,
}

impl Shared {
    pub(super) fn new(connector: Connector, purpose: Purpose, patience: Duration) -> Self {
        Self { connector, purpose, patience, reading: Mutex::new(None) }
    }

    /// Bounds a reading in all, from asking for the session to what came of it.
    pub(super) async fn in_all<T>(
        &self,
        reading: impl Future<Output = Result<T, StoreError>>,
    ) -> Result<T, StoreError> {
        let patience = self.patience.saturating_add(SESSION_SPARE);
        timeout(patience, reading).await.unwrap_or_else(|_| Err(silent()))
    }

    /// The session. Those who come while it is being made wait for the same one.
    pub(super) async fn session(&self) -> Result<Arc<Reading>, StoreError> {
        let open = async {
            let mut place = self.reading.lock().await;
            if let Some(reading) = &*place
                && !reading.session.client.is_closed()
                && self.connector.trusts(&reading.session)
                && !self.connector.witness().doubts()
            {
                return Ok(Arc::clone(reading));
            }
            let session = self.connector.session(self.purpose).await?;
            let loading = Loading::prepare(&session.client).await?;
            let reading = Arc::new(Reading { session, loading });
            *place = Some(Arc::clone(&reading));
            Ok(reading)
        };
        timeout(self.patience, open).await.unwrap_or_else(|_| Err(silent()))
    }

    /// Waits for a reading on that session; when it takes too long, the session is not used again.
    pub(super) async fn wait<T>(
        &self,
        reading: &Arc<Reading>,
        work: impl Future<Output = Result<T, StoreError>>,
    ) -> Result<T, StoreError> {
        if let Ok(result) = timeout(self.patience, work).await {
            return result;
        }
        self.connector.note_silence();
        let mut place = self.reading.lock().await;
        if place.as_ref().is_some_and(|current| Arc::ptr_eq(current, reading)) {
            *place = None;
        }
        Err(silent())
    }
}

pub(super) fn silent() -> StoreError {
    StoreError::Failed("the PostgreSQL server does not answer in time".into())
}
