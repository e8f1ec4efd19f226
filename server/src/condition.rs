//! Whether all is well around the payments: what the owner's panel says of it, and what he is alarmed about. Nothing here is asked by a
//! payment, and every look is bounded in time.

pub(crate) mod clock;
pub(crate) mod disk;
pub(crate) mod reach;
pub(crate) mod screens;
pub(crate) mod wallets;

use crate::app::App;
use crate::jobs::backup;
use crate::limits::DISK_PATIENCE;
use boothpay_protocol::time::{SpanMs, TimeMs};
use boothpay_store::Address;
use reach::Reach;
use screens::Screens;
use tokio::sync::Semaphore;
use tokio::time::timeout;

/// One look at the backups' folder at a time.
static BACKUPS_PLACE: Semaphore = Semaphore::const_new(1);

/// What is remembered between two looks.
#[derive(Default)]
pub(crate) struct Condition {
    /// Whether the public address leads here.
    pub(crate) reach: Reach,
    /// The booth's screens.
    pub(crate) screens: Screens,
}

/// How something stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Standing {
    Good,
    /// Worth a look, or a cure that can wait.
    Look,
    Bad,
    /// There is nothing by which it could be known.
    Unknown,
}

impl Standing {
    /// The word, for pages.
    pub(crate) const fn word(self) -> &'static str {
        match self {
            Self::Good => "good",
            Self::Look => "look",
            Self::Bad => "bad",
            Self::Unknown => "unknown",
        }
    }
}

/// How it stands with backups.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Backup {
    /// The settings ask for none.
    NotAsked,
    /// PostgreSQL has its own way.
    Elsewhere,
    /// None was made yet.
    None,
    /// The last one.
    Last(TimeMs),
    /// The folder does not answer.
    NotKnown,
}

impl Backup {
    /// How that stands. One that is as old as two should be is late.
    pub(crate) fn standing(self, every: SpanMs, now: TimeMs) -> Standing {
        match self {
            Self::Elsewhere | Self::NotKnown => Standing::Unknown,
            Self::NotAsked => Standing::Look,
            Self::None => Standing::Bad,
            Self::Last(at) if now.since(at).ms() > every.ms().saturating_mul(2) => Standing::Bad,
            Self::Last(_) => Standing::Good,
        }
    }
}

/// What a look at a disk finds, one look at a time at `place`; none when the disk does not answer in time. One that hangs keeps its
/// thread of the runtime, and the database needs such threads too.
pub(crate) async fn in_time<T: Send + 'static>(
    place: &'static Semaphore,
    look: impl FnOnce() -> T + Send + 'static,
) -> Option<T> {
    let looked = async move {
        let place = place.acquire().await.ok()?;
        let work = move || {
            let _place = place;
            look()
        };
        tokio::task::spawn_blocking(work).await.ok()
    };
    timeout(DISK_PATIENCE, looked).await.ok().flatten()
}

/// The last backup.
pub(crate) async fn last_backup(app: &App) -> Backup {
    match (&app.settings.database, &app.settings.backup) {
        (Address::Postgres(_), _) => Backup::Elsewhere,
        (Address::SqliteFile(_) | Address::SqliteMemory, None) => Backup::NotAsked,
        (Address::SqliteFile(_) | Address::SqliteMemory, Some(settings)) => {
            let (folder, database) = (settings.folder.clone(), app.settings.database.clone());
            let now = app.clock.now();
            match in_time(&BACKUPS_PLACE, move || backup::last(&folder, &database, now)).await {
                Some(Some(at)) => Backup::Last(at),
                Some(None) => Backup::None,
                None => Backup::NotKnown,
            }
        }
    }
}

/// Whether the database can be written to, and every job runs.
pub(crate) async fn can_take_payments(app: &App) -> bool {
    app.broken_jobs.first().is_none() && app.store.probe().await.is_ok()
}
