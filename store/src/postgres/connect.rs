//! Opening sessions: encryption, the settings that the promises rest on, and the refusal of a server that would lose what
//! was acknowledged.

use super::migrate;
use super::notices;
use super::queries;
use super::witness::Witness;
use crate::address::PostgresAddress;
use crate::changes::Changes;
use crate::error::OpenError;
use crate::error::postgres_words;
use crate::weak_sync;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use std::future::poll_fn;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;
use tokio::runtime::Handle;
use tokio::sync::watch;
use tokio::task::AbortHandle;
use tokio_postgres::{AsyncMessage, Client, Config, SimpleQueryMessage};
use tokio_postgres_rustls::MakeRustlsConnect;

/// The oldest server that the tests run on: `server_version_num`.
const SERVER_VERSION_MIN: i64 = 150_000;

/// How long a session may take to be there. A frozen server takes a connection and then says nothing.
const CONNECT_PATIENCE: Duration = Duration::from_secs(2);

/// How long sent bytes may stay unacknowledged, and how soon a silent line is asked whether it is still there: a server
/// whose machine or network has gone is noticed within about five seconds even by a session that only listens.
const SENT_PATIENCE: Duration = Duration::from_secs(2);
const PROBE_PERIOD: Duration = Duration::from_secs(1);
const PROBES_MAX: u32 = 3;

/// What a session is for; each has its own limits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Purpose {
    /// Making or migrating the schema, which may take long.
    Preparing,
    /// Carrying out calls.
    Writing,
    /// Short readings by key.
    Reading,
    /// Sums over everything.
    Overview,
    /// Taking tasks and recording what came of them: one statement each.
    Tasks,
    /// A statement, as slow as its receiver.
    Statement,
    /// Hearing of changes, and holding the lead.
    Watching,
    /// Reading everything, or writing everything: alone, and as long as it takes.
    Whole,
}

impl Purpose {
    /// The settings of a session. Timeouts are in milliseconds.
    ///
    /// Short readings and calls find every row by a key. A planner that has not seen statistics yet (a new database, a
    /// bulk load) might scan a whole table instead, so it is told not to, and to plan each statement once.
    const fn settings(self) -> &'static str {
        match self {
            Self::Preparing => "set statement_timeout = 0; set lock_timeout = 60000",
            // Statements are sent behind a `begin` that is not waited for. Should that one fail, none of them may take effect
            // alone: only a transaction that says so writes.
            Self::Writing => {
                "set default_transaction_read_only = on;
                 set statement_timeout = 1200; set lock_timeout = 300; set idle_in_transaction_session_timeout = 2000;
                 set jit = off; set plan_cache_mode = force_generic_plan;
                 set enable_seqscan = off; set enable_hashjoin = off; set enable_mergejoin = off"
            }
            Self::Reading => {
                "set statement_timeout = 1200; set jit = off; set plan_cache_mode = force_generic_plan;
                 set enable_seqscan = off; set enable_hashjoin = off; set enable_mergejoin = off"
            }
            Self::Overview => "set statement_timeout = 3500",
            Self::Tasks => "set statement_timeout = 1200; set lock_timeout = 300; set jit = off",
            // Rows leave as the index gives them; sorting would make the first wait for the last.
            Self::Statement => {
                "set statement_timeout = 0; set jit = off; set enable_seqscan = off; set enable_sort = off;
                 set enable_hashjoin = off; set enable_mergejoin = off"
            }
            // Pages leave as the index gives them, also from tables of which the planner knows nothing yet.
            Self::Whole => {
                "set statement_timeout = 0; set idle_in_transaction_session_timeout = 0; set lock_timeout = 10000;
                 set jit = off; set enable_seqscan = off; set enable_bitmapscan = off; set enable_sort = off;
                 set enable_hashagg = off"
            }
            Self::Watching => "set statement_timeout = 1200; set idle_session_timeout = 0",
        }
    }
}

/// Makes sessions with one database. They live on the store's own runtime, whoever asked for them.
#[derive(Clone)]
pub(crate) struct Connector {
    runtime: Handle,
    config: Config,
    tls: MakeRustlsConnect,
    name: Arc<str>,
    witness: Arc<Witness>,
    /// How often a session did not answer in time.
    silences: Arc<AtomicU64>,
}

/// An open session. Dropping it cuts the line, whatever is under way.
pub(crate) struct Session {
    pub(crate) client: Client,
    driver: AbortHandle,
    alive: watch::Receiver<()>,
    /// How often a session had not answered in time when this one was begun.
    silences: u64,
}

impl Session {
    /// A signal whose sender goes when the session does.
    pub(crate) fn alive(&self) -> watch::Receiver<()> {
        self.alive.clone()
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        self.driver.abort();
    }
}

impl Connector {
    pub(crate) fn new(address: &PostgresAddress, runtime: Handle) -> Result<Self, OpenError> {
        let mut config = address.config().clone();
        config
            .application_name("boothpay")
            .connect_timeout(CONNECT_PATIENCE)
            .tcp_user_timeout(SENT_PATIENCE)
            .keepalives(true)
            .keepalives_idle(SENT_PATIENCE)
            .keepalives_interval(PROBE_PERIOD)
            .keepalives_retries(PROBES_MAX);
        Ok(Self {
            runtime,
            config,
            tls: tls(address.root_certificate())?,
            name: address.to_string().into(),
            witness: Arc::default(),
            silences: Arc::default(),
        })
    }

    /// Where the sessions live.
    pub(crate) fn runtime(&self) -> &Handle {
        &self.runtime
    }

    /// The database, without user and password.
    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    /// Takes down that a session did not answer in time: whatever lost it may have lost the others of its age, and each of them
    /// would cost somebody his answer before that is known.
    pub(super) fn note_silence(&self) {
        self.silences.fetch_add(1, Ordering::Relaxed);
    }

    /// Whether the server still keeps what it acknowledges: its settings change while it runs. When it does not, every session is given
    /// up, and none is made until it does again.
    pub(super) async fn judge_again(&self, client: &Client) -> Result<(), OpenError> {
        match Facts::ask(client).await {
            Ok(facts) => judge(&facts).inspect_err(|_| self.note_silence()),
            // A session that has gone says so itself.
            Err(_) => Ok(()),
        }
    }

    /// Whether no session has been silent since this one was begun.
    pub(super) fn trusts(&self, session: &Session) -> bool {
        session.silences == self.silences.load(Ordering::Relaxed)
    }

    /// What tells our database from another.
    pub(super) fn witness(&self) -> &Witness {
        &self.witness
    }

    /// Takes down what the database holds now. From here on, no session is made with another one.
    pub(super) async fn learn(&self) -> Result<(), OpenError> {
        let session = self.session(Purpose::Reading).await?;
        let prepare = |cause: String| OpenError::PrepareServer { server: self.name.to_string(), cause };
        let heads = queries::heads(&session.client).await.map_err(|error| prepare(error.to_string()))?;
        self.witness.learn(&session.client, heads).await.map_err(migrate::failed_at(self))
    }

    /// A session on a server that keeps what it acknowledges.
    pub(crate) async fn session(&self, purpose: Purpose) -> Result<Session, OpenError> {
        self.announcing(purpose, None).await
    }

    /// A session that passes on the changes that it hears of.
    pub(crate) async fn announcing(&self, purpose: Purpose, to: Option<Changes>) -> Result<Session, OpenError> {
        let connector = self.clone();
        let connecting = self.runtime.spawn(async move {
            let silent = || connector.unreachable("it does not answer".to_owned());
            let connected = tokio::time::timeout(CONNECT_PATIENCE, connector.connect(purpose, to)).await;
            connected.unwrap_or_else(|_| Err(silent()))
        });
        connecting.await.unwrap_or_else(|_| Err(self.unreachable("the program is stopping".to_owned())))
    }

    async fn connect(&self, purpose: Purpose, to: Option<Changes>) -> Result<Session, OpenError> {
        let failed = |error: tokio_postgres::Error| self.unreachable(postgres_words(&error));
        let silences = self.silences.load(Ordering::Relaxed);
        let (client, mut connection) = match self.config.connect(self.tls.clone()).await {
            Ok(connected) => connected,
            Err(error) => {
                self.witness.misses(&error, &self.name)?;
                return Err(failed(error));
            }
        };
        let (is_alive, alive) = watch::channel(());
        let driver = tokio::spawn(async move {
            let _is_alive = is_alive;
            while let Some(Ok(message)) = poll_fn(|context| connection.poll_message(context)).await {
                if let (AsyncMessage::Notification(notice), Some(changes)) = (message, &to) {
                    notices::read(notice.payload()).for_each(|order| changes.announce(order));
                }
            }
        });
        let session = Session { client, driver: driver.abort_handle(), alive, silences };
        judge(&Facts::ask(&session.client).await.map_err(failed)?)?;
        // An owner who asked for more than `on` keeps it.
        let settings = format!(
            "{}; select set_config('synchronous_commit', 'on', false)
                 where current_setting('synchronous_commit') <> 'remote_apply'",
            purpose.settings()
        );
        session.client.batch_execute(&settings).await.map_err(failed)?;
        match first_row(&session.client, "show synchronous_commit").await.map_err(failed)?.first().map(String::as_str) {
            Some("on" | "remote_apply") => {}
            Some(_) | None => {
                return Err(OpenError::Unsafe("the server does not let synchronous_commit be turned on"));
            }
        }
        if let Some(weaker) = weak_sync::postgres() {
            session.client.batch_execute(weaker).await.map_err(failed)?;
        }
        self.witness.ask_all(&session.client, &self.name).await?;
        Ok(session)
    }

    fn unreachable(&self, cause: String) -> OpenError {
        OpenError::Unreachable { server: self.name.to_string(), cause }
    }
}

/// Trusts the certificates in the file, or else those that browsers trust. There is no way to trust any certificate.
fn tls(root_certificate: Option<&Path>) -> Result<MakeRustlsConnect, OpenError> {
    let mut roots = rustls::RootCertStore::empty();
    match root_certificate {
        None => roots.extend(webpki_roots::TLS_SERVER_ROOTS.iter().cloned()),
        Some(path) => {
            let unusable = |cause: String| OpenError::Certificate { path: path.to_owned(), cause };
            for certificate in CertificateDer::pem_file_iter(path).map_err(|error| unusable(error.to_string()))? {
                let certificate = certificate.map_err(|error| unusable(error.to_string()))?;
                roots.add(certificate).map_err(|error| unusable(error.to_string()))?;
            }
            if roots.is_empty() {
                return Err(unusable("it holds no certificate".to_owned()));
            }
        }
    }
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = rustls::ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|_| OpenError::Unsafe("no version of TLS is available"))?
        .with_root_certificates(roots)
        .with_no_client_auth();
    Ok(MakeRustlsConnect::new(config))
}

/// What a server says about itself.
#[derive(Clone, Debug)]
struct Facts {
    version: i64,
    is_standby: bool,
    encoding: String,
    synchronous_commit: String,
    fsync: String,
    full_page_writes: String,
}

impl Facts {
    async fn ask(client: &Client) -> Result<Self, tokio_postgres::Error> {
        let sql =
            "select current_setting('server_version_num'), pg_is_in_recovery(), current_setting('server_encoding'),
                          current_setting('synchronous_commit'), current_setting('fsync'),
                          current_setting('full_page_writes')";
        let mut row = first_row(client, sql).await?.into_iter();
        let mut next = || row.next().unwrap_or_default();
        Ok(Self {
            version: next().parse().unwrap_or(0),
            is_standby: next() != "f",
            encoding: next(),
            synchronous_commit: next(),
            fsync: next(),
            full_page_writes: next(),
        })
    }
}

/// Refuses a server that would lose acknowledged commits, or where writing is not possible.
///
/// Of `synchronous_commit`, `local` and `remote_write` are accepted: our sessions raise them to `on`. Who turned it off
/// for this database or user has decided that losing commits is fine, which money cannot share.
fn judge(facts: &Facts) -> Result<(), OpenError> {
    let reasons = [
        (facts.version < SERVER_VERSION_MIN, "the PostgreSQL server is older than version 15; update it"),
        (facts.is_standby, "the PostgreSQL server is a standby, which cannot be written to; name the primary"),
        (facts.encoding != "UTF8", "the database is not in UTF-8; make it with: create database … encoding 'UTF8'"),
        (
            facts.synchronous_commit == "off",
            "synchronous_commit is off: a crash would lose payments that were acknowledged; set it to on",
        ),
        (facts.fsync != "on", "fsync is off: a power cut would destroy the database; set it to on"),
        (
            facts.full_page_writes != "on",
            "full_page_writes is off: a power cut could destroy the database; set it to on",
        ),
    ];
    match reasons.into_iter().find(|(found, _)| *found) {
        Some((_, reason)) => Err(OpenError::Unsafe(reason)),
        None => Ok(()),
    }
}

async fn first_row(client: &Client, sql: &str) -> Result<Vec<String>, tokio_postgres::Error> {
    for message in client.simple_query(sql).await? {
        if let SimpleQueryMessage::Row(row) = message {
            return Ok((0..row.len()).map(|column| row.get(column).unwrap_or_default().to_owned()).collect());
        }
    }
    Ok(Vec::new())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_server_that_would_lose_payments_is_refused() {
        let good = Facts {
            version: 150_000,
            is_standby: false,
            encoding: "UTF8".to_owned(),
            synchronous_commit: "on".to_owned(),
            fsync: "on".to_owned(),
            full_page_writes: "on".to_owned(),
        };
        for accepted in ["on", "local", "remote_write", "remote_apply"] {
            assert!(judge(&Facts { synchronous_commit: accepted.to_owned(), ..good.clone() }).is_ok(), "{accepted}");
        }
        let off = || "off".to_owned();
        let refused = [
            (Facts { version: 140_013, ..good.clone() }, "version 15"),
            (Facts { is_standby: true, ..good.clone() }, "standby"),
            (Facts { encoding: "SQL_ASCII".to_owned(), ..good.clone() }, "UTF-8"),
            (Facts { synchronous_commit: off(), ..good.clone() }, "synchronous_commit"),
            (Facts { fsync: off(), ..good.clone() }, "fsync"),
            (Facts { full_page_writes: off(), ..good }, "full_page_writes"),
        ];
        for (facts, word) in refused {
            let refusal = judge(&facts).unwrap_err().to_string();
            assert!(refusal.contains(word), "{refusal}");
        }
    }

    #[test]
    fn a_file_that_holds_no_certificate_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let empty = folder.path().join("empty.pem");
        std::fs::write(&empty, "nothing").unwrap();
        assert!(matches!(tls(Some(&empty)).err(), Some(OpenError::Certificate { .. })));
        assert!(matches!(tls(Some(&folder.path().join("none.pem"))).err(), Some(OpenError::Certificate { .. })));
        assert!(tls(None).is_ok());
    }
}
