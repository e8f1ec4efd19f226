//! The scheduled backup: copies and verifies the database when the last copy is old enough, then removes the oldest ones.
//!
//! What was done is read from the names in the folder, so restarts neither repeat nor forget a backup. A failed one is an
//! error in the log, is tried again a minute later, and costs no old one.

use super::heads;
use crate::app::App;
use crate::config::BackupSettings;
use crate::limits::BACKUP_PERIOD;
use boothpay_protocol::time::{SpanMs, TimeMs};
use boothpay_store::Address;
use boothpay_store::backup::{self, BackupError, Copied};
use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use tokio::sync::oneshot;
use tokio::time::MissedTickBehavior;

/// A backup's name: this, when it was made in UTC, and the ending.
const PREFIX: &str = "boothpay-";
const STAMP: &str = "%Y%m%d-%H%M%S";
const ENDING: &str = ".db";

/// Makes backups until the program is asked to stop, if the settings ask for any.
pub async fn run(app: Arc<App>) {
    let Some(settings) = &app.settings.backup else { return };
    let mut stopping = app.stopping.clone();
    let mut ticks = tokio::time::interval(BACKUP_PERIOD);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            _ = ticks.tick() => {}
            _ = stopping.wait_for(|stop| *stop) => return,
        }
        let (database, settings, now) = (app.settings.database.clone(), settings.clone(), app.clock.now());
        // A thread of its own: the end of the program does not wait for it, as it would for one of the runtime's.
        let (done, finished) = oneshot::channel();
        std::thread::spawn(move || done.send(if_due(&database, &settings, now)));
        tokio::select! {
            made = finished => if made.is_err() {
                tracing::error!("NO BACKUP was made; this is a bug");
            },
            _ = stopping.wait_for(|stop| *stop) => return,
        }
    }
}

/// Makes a backup if one is due, and says what came of it. Returns its name. Blocks.
pub fn if_due(database: &Address, settings: &BackupSettings, now: TimeMs) -> Option<PathBuf> {
    let made = prepare(settings).and_then(|()| {
        let due = is_due(&backups(&settings.folder, database), settings.every, now);
        if due { make(database, settings, now).map(Some) } else { Ok(None) }
    });
    match made {
        Ok(Some((path, copied))) => {
            let heads = heads::words(&copied.report.heads);
            tracing::info!(bytes = copied.bytes, %heads, "backup made and verified: {}", path.display());
            prune(database, settings, &path, now);
            Some(path)
        }
        Ok(None) => None,
        Err(error) => {
            tracing::error!(%error, "NO BACKUP was made in {}; it is tried again in a minute", settings.folder.display());
            None
        }
    }
}

/// When the last backup in a folder was made, by its name. One from the future was made while the clock was wrong, and says nothing.
pub(crate) fn last(folder: &Path, database: &Address, now: TimeMs) -> Option<TimeMs> {
    backups(folder, database).into_iter().map(|(made, _)| made).filter(|made| *made <= now).max()
}

fn prepare(settings: &BackupSettings) -> Result<(), BackupError> {
    let made = fs::create_dir_all(&settings.folder);
    made.map_err(|cause| BackupError::File { path: settings.folder.clone(), cause })
}

/// A name from the future was made while the clock was wrong and says nothing about when the next is due.
fn is_due(backups: &[(TimeMs, PathBuf)], every: SpanMs, now: TimeMs) -> bool {
    let last = backups.iter().map(|(made, _)| *made).filter(|made| *made <= now).max();
    last.is_none_or(|last| now.since(last) >= every)
}

fn make(database: &Address, settings: &BackupSettings, now: TimeMs) -> Result<(PathBuf, Copied), BackupError> {
    backup::remove_leftovers(&settings.folder, PREFIX);
    let stamp = Timestamp::from_millisecond(now.ms()).unwrap_or(Timestamp::UNIX_EPOCH).strftime(STAMP);
    let path = settings.folder.join(format!("{PREFIX}{stamp}{ENDING}"));
    backup::make(database, &path).map(|copied| (path, copied))
}

/// Removes the oldest ones beyond the number to keep; never the one that was just made. One from the future was made while the clock was
/// wrong, and is older than all that were made since.
fn prune(database: &Address, settings: &BackupSettings, made: &Path, now: TimeMs) {
    let mut backups = backups(&settings.folder, database);
    backups.sort_by_key(|(at, path)| (*at <= now, *at, path.clone()));
    let too_many = backups.len().saturating_sub(settings.keep);
    for (_, path) in backups.iter().filter(|(_, path)| path != made).take(too_many) {
        match fs::remove_file(path) {
            Ok(()) => tracing::info!("old backup removed: {}", path.display()),
            Err(error) => tracing::warn!(%error, "an old backup cannot be removed: {}", path.display()),
        }
    }
}

/// The backups in a folder with the times in their names. Other files are left alone, and a database that has a backup's name.
fn backups(folder: &Path, database: &Address) -> Vec<(TimeMs, PathBuf)> {
    let Ok(entries) = fs::read_dir(folder) else { return Vec::new() };
    let read = |path: PathBuf| {
        let name = path.file_name()?.to_str()?;
        let stamp = name.strip_prefix(PREFIX)?.strip_suffix(ENDING)?;
        let made = DateTime::strptime(STAMP, stamp).ok()?.to_zoned(TimeZone::UTC).ok()?;
        Some((TimeMs::new(made.timestamp().as_millisecond()), path))
    };
    let named = entries.flatten().filter_map(|entry| read(entry.path()));
    named.filter(|(_, path)| backup::is_spare(path, database)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use boothpay_store::Store;

    const HOUR: i64 = 3_600_000;

    struct Place {
        folder: tempfile::TempDir,
        database: Address,
        settings: BackupSettings,
    }

    fn place() -> Place {
        let folder = tempfile::tempdir().unwrap();
        let database = Address::SqliteFile(folder.path().join("booth.db"));
        drop(Store::open(&database).unwrap());
        let settings =
            BackupSettings { folder: folder.path().join("made/when/missing"), every: SpanMs::seconds(3600), keep: 3 };
        Place { folder, database, settings }
    }

    impl Place {
        fn at(&self, hours: i64) -> bool {
            if_due(&self.database, &self.settings, TimeMs::new(hours * HOUR)).is_some()
        }

        fn names(&self) -> Vec<String> {
            let entries = fs::read_dir(&self.settings.folder).unwrap();
            let mut names: Vec<String> =
                entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
            names.sort();
            names
        }
    }

    #[test]
    fn a_backup_is_made_when_it_is_due_and_the_newest_are_kept() {
        let place = place();
        assert!(place.at(1));
        assert!(!place.at(1), "not twice, also not after a restart");
        assert!((2..6).all(|hours| place.at(hours)));
        let kept = ["boothpay-19700101-030000.db", "boothpay-19700101-040000.db", "boothpay-19700101-050000.db"];
        assert_eq!(place.names(), kept);
    }

    #[test]
    fn a_failed_backup_costs_no_old_one_and_is_tried_again() {
        let place = place();
        assert!((1..4).all(|hours| place.at(hours)));
        let Address::SqliteFile(path) = &place.database else { unreachable!() };
        let hidden = place.folder.path().join("hidden.db");
        fs::rename(path, &hidden).unwrap();
        assert!((4..10).all(|hours| !place.at(hours)));
        assert_eq!(place.names().len(), 3);
        fs::rename(&hidden, path).unwrap();
        assert!(place.at(10));
    }

    #[test]
    fn a_database_that_has_a_backups_name_is_never_removed() {
        let mut place = place();
        fs::create_dir_all(&place.settings.folder).unwrap();
        place.settings.keep = 1;
        let [ours, others] = ["010000", "013000"].map(|time| {
            let path = place.settings.folder.join(format!("boothpay-19700101-{time}.db"));
            backup::make(&place.database, &path).unwrap();
            path
        });
        // Another server's, which is stopped.
        drop(Store::open(&Address::SqliteFile(others.clone())).unwrap());
        // As `boothpay update` leaves it when it has asked whether the server runs.
        place.database = Address::SqliteFile(ours.clone());
        drop(Store::open(&place.database).unwrap());
        assert!(!backup::in_use(&place.database).unwrap());
        assert!((3..8).all(|hours| place.at(hours)));
        assert!(ours.exists() && others.exists(), "{:?}", place.names());
        assert_eq!(place.names().len(), 3, "and one backup: {:?}", place.names());
        Store::open(&place.database).unwrap();
    }

    #[test]
    fn names_that_are_not_ours_are_left_alone_and_a_wrong_clock_does_not_stop_backups() {
        let place = place();
        fs::create_dir_all(&place.settings.folder).unwrap();
        for name in
            ["boothpay.db", "boothpay-old.db", "boothpay-20990101-000000.db", "boothpay-1.db.7.part", "photo.db"]
        {
            fs::write(place.settings.folder.join(name), "x").unwrap();
        }
        assert!(place.at(1) && !place.at(1) && place.at(2) && place.at(3));
        let names = place.names();
        let real = ["010000", "020000", "030000"].map(|time| format!("boothpay-19700101-{time}.db"));
        assert!(real.iter().all(|name| names.contains(name)), "what a wrong clock made goes first: {names:?}");
        assert!(["boothpay.db", "boothpay-old.db", "photo.db"].iter().all(|name| names.contains(&(*name).to_owned())));
        assert!(!names.contains(&"boothpay-1.db.7.part".to_owned()), "what a killed backup left is removed");
    }
}
