//! Connecting a wallet in the owner's panel, while the program runs: the file with the keys is written, the audit says who did it, and the
//! settings in force are replaced ([`crate::current`]), so the very next call is judged by the new key.
//!
//! The database notes when the file was written ([`boothpay_protocol::connecting`]). So a server whose file is lost or older than what is
//! noted takes nothing of it, and is in production all the same: a key that got lost must not open a booth that takes money, and a key that
//! was replaced must not come back. Where several servers share a database, each looks every few seconds whether another one has written.

use crate::app::App;
use crate::config::connected::{Connected, Connection, WALLETS};
use crate::config::{Finding, Mode, Settings};
use crate::webhook::payme::settle_key;
use boothpay_protocol::connecting::{NotNoted, Noted, begin, setting_name, steps_setting_name};
use boothpay_protocol::ledger::journal::Actor;
use boothpay_protocol::ledger::provider::Provider;
use boothpay_protocol::ledger::rows::{Needs, Rows};
use boothpay_protocol::panel::{Audit, Deed};
use boothpay_store::{Store, StoreError};
use std::fmt;
use std::io;
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use tokio::sync::Mutex;

/// What is kept of it while the program runs.
#[derive(Default)]
pub(crate) struct Connecting {
    /// Nobody reads a file of the panel's while it is written, and changes of the settings come one after another.
    pub(crate) turn: Mutex<()>,
    /// Whether the file is not the one that was written last, so that nothing of it counts.
    is_lost: AtomicBool,
}

impl Connecting {
    /// Whether the file with the keys is lost, or older than what the database notes.
    pub(crate) fn is_lost(&self) -> bool {
        self.is_lost.load(Ordering::Relaxed)
    }
}

/// The file with the keys is not the one that was written last.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lost {
    /// Where it should be.
    pub file: Option<PathBuf>,
    /// The wallets that it should have.
    pub wallets: Vec<Provider>,
}

impl fmt::Display for Lost {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let wallets: Vec<&str> = self.wallets.iter().map(|wallet| wallet.word()).collect();
        let file = self.file.as_ref().map_or_else(|| "their file".to_owned(), |file| file.display().to_string());
        write!(
            f,
            "{} was connected in the owner's panel of this database, and {file} is not the file that was written then. So no call of it \
             is taken here. Put the file back (from the computer on which it was connected, if there are several), or connect it in the \
             panel again",
            wallets.join(", ")
        )
    }
}

/// Why nothing was changed.
#[derive(Debug)]
pub(crate) enum Refusal {
    /// The demonstration's wallets are played.
    Demo,
    /// The database is in memory, so there is no place for a file.
    NoPlace,
    /// The settings with it would be wrong.
    Findings(Vec<Finding>),
    /// The file cannot be written.
    Unwritten(PathBuf, io::Error),
    /// Another server has changed them in this moment, or has a file that this one has not.
    Elsewhere,
    /// The program has to be started again first.
    TooMany,
    /// The database could not keep it.
    Store(StoreError),
}

impl From<StoreError> for Refusal {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

/// Connects a wallet, changes how it is connected, or, with none, forgets its key. When this returns, the change is in force and on the disk.
/// `begins` says that it is tried anew, so that the steps of its tests begin at the first.
pub(crate) async fn change(
    app: &App,
    wallet: Provider,
    connection: Option<Connection>,
    begins: bool,
    audit: Audit,
) -> Result<(), Refusal> {
    match app.settings.mode {
        Mode::Demo => return Err(Refusal::Demo),
        Mode::Production | Mode::Development => {}
    }
    let _turn = app.connecting.turn.lock().await;
    let now = app.clock.now();
    let file = app.settings.connections.file.clone().ok_or(Refusal::NoPlace)?;
    let known = noted(&app.store).await?;
    let before = app.settings.connections.sources.connected.clone();
    let mut base = before.clone().unwrap_or_default();
    if let Some(known) = &known {
        // Nothing of a lost file counts, so it is begun anew; a newer one of another server's is taken first.
        if known.changed_at_ms > base.changed_at_ms && !app.connecting.is_lost() {
            return Err(Refusal::Elsewhere);
        }
        base.changed_at_ms = base.changed_at_ms.max(known.changed_at_ms);
    }
    let connected = base.with(wallet, connection, now);
    let settings = app.settings.connecting(connected.clone()).map_err(Refusal::Findings)?;
    if app.settings.is_full() {
        return Err(Refusal::TooMany);
    }
    written(&connected, &file).await.map_err(|error| Refusal::Unwritten(file.clone(), error))?;
    if let Err(error) = app.store.note_audit(audit).await {
        // What nobody can see was done is not done.
        let restored = match &before {
            Some(before) => written(before, &file).await,
            None => std::fs::remove_file(&file),
        };
        if let Err(error) = restored {
            tracing::error!(%error, "the file {} could not be put back to what it was", file.display());
        }
        return Err(error.into());
    }
    app.settings.replace(settings).map_err(|_| Refusal::TooMany)?;
    app.connecting.is_lost.store(false, Ordering::Relaxed);
    tracing::info!(
        "{} was changed in the owner's panel; the server is in {} mode",
        wallet.word(),
        app.settings.mode.word()
    );
    // The file counts from here on. What the database could not note now, the next start notes.
    if let Err(error) = settle(app, wallet, begins).await {
        tracing::error!(%error, "the database could not note that a wallet was connected; it is noted at the next start");
    }
    Ok(())
}

async fn settle(app: &App, wallet: Provider, begins: bool) -> Result<(), StoreError> {
    note(app).await?;
    if begins {
        let now = app.clock.now();
        let decide = move |rows: &Rows| begin(wallet, rows, now);
        app.store.transact(Needs::setting(steps_setting_name()), Actor::Panel, decide).await?;
    }
    settle_key(app).await
}

/// Notes in the database when the file was written. Says whether that was news.
async fn note(app: &App) -> Result<bool, StoreError> {
    let Some(connected) = &app.settings.connections.sources.connected else { return Ok(false) };
    let wallets = WALLETS.into_iter().filter(|wallet| connected.of(*wallet).is_some()).collect();
    let (noted, now) = (Noted { changed_at_ms: connected.changed_at_ms, wallets }, app.clock.now());
    let decide = move |rows: &Rows| noted.note(rows, now);
    let noted = app.store.transact(Needs::setting(setting_name()), Actor::Panel, decide).await?.reply;
    noted.map_err(damaged)
}

fn damaged(error: NotNoted) -> StoreError {
    StoreError::Damaged(error.to_string().into())
}

async fn noted(store: &Store) -> Result<Option<Noted>, StoreError> {
    let rows = store.rows(Needs::setting(setting_name())).await?;
    Noted::of(rows.setting.as_ref()).map_err(damaged)
}

async fn written(connected: &Connected, file: &std::path::Path) -> io::Result<()> {
    let (connected, file) = (connected.clone(), file.to_owned());
    tokio::task::spawn_blocking(move || connected.write(&file)).await.map_err(io::Error::other)?
}

/// What of the settings counts beside what the database notes: before a server starts, and for whoever asks how it would start. Where the
/// file is lost, nothing of it does.
pub async fn check(settings: Settings, store: &Store) -> Result<(Settings, Option<Lost>), StoreError> {
    let Some(known) = noted(store).await? else { return Ok((settings, None)) };
    judge(settings, &known)
}

fn judge(settings: Settings, known: &Noted) -> Result<(Settings, Option<Lost>), StoreError> {
    let ours = settings.connections.changed_at_ms();
    let is_demo = settings.mode == Mode::Demo;
    if is_demo || known.wallets.is_empty() && ours.is_none() || ours.is_some_and(|ours| ours >= known.changed_at_ms) {
        return Ok((settings, None));
    }
    let lost = Lost { file: settings.connections.file.clone(), wallets: known.wallets.clone() };
    // With a wallet in the settings file the server is what it would be without the panel's; else it is in production, with none.
    let settings = settings.connecting(Connected::default()).map_err(|findings| {
        let words: Vec<String> = findings.iter().map(Finding::to_string).collect();
        StoreError::Failed(words.join("; ").into())
    })?;
    Ok((settings, Some(lost)))
}

/// Brings this server and the database together: at its start, and where several servers share a database every few seconds. What the
/// database does not know yet is noted there, with a row of the audit; what another server has written since is read.
pub async fn follow(app: &App) -> Result<(), StoreError> {
    match app.settings.mode {
        Mode::Demo => return Ok(()),
        Mode::Production | Mode::Development => {}
    }
    let _turn = app.connecting.turn.lock().await;
    let known = noted(&app.store).await?;
    let ours = app.settings.connections.changed_at_ms();
    let Some(known) = known.filter(|known| ours.is_none_or(|ours| ours <= known.changed_at_ms)) else {
        if note(app).await? {
            let audit =
                Audit::of(None, Deed::WalletChanged, app.clock.now()).new_value("the file of the wallets was found");
            app.store.note_audit(audit).await?;
        }
        return Ok(());
    };
    if ours == Some(known.changed_at_ms) {
        app.connecting.is_lost.store(false, Ordering::Relaxed);
        return Ok(());
    }
    let file = app.settings.connections.file.clone();
    let read = match &file {
        Some(file) => Connected::read(file).unwrap_or_else(|advice| {
            tracing::debug!("{advice}");
            None
        }),
        None => None,
    };
    if let Some(connected) = read.filter(|connected| connected.changed_at_ms >= known.changed_at_ms) {
        match app.settings.connecting(connected) {
            Ok(settings) => {
                replace(app, settings);
                app.connecting.is_lost.store(false, Ordering::Relaxed);
                tracing::info!("the wallets were changed in the owner's panel of another server");
                return settle_key(app).await;
            }
            Err(findings) => {
                let words: Vec<String> = findings.iter().map(Finding::to_string).collect();
                tracing::error!(
                    "what was connected in the panel of another server cannot be used here: {}",
                    words.join("; ")
                );
            }
        }
    }
    if app.connecting.is_lost() {
        return Ok(());
    }
    if let (settings, Some(lost)) = judge(app.settings.clone(), &known)? {
        tracing::error!("{lost}");
        replace(app, settings);
        app.connecting.is_lost.store(true, Ordering::Relaxed);
    }
    Ok(())
}

fn replace(app: &App, settings: Settings) {
    if app.settings.replace(settings).is_err() {
        tracing::error!("the wallets were changed too often since the start of the program; start it again");
    }
}
