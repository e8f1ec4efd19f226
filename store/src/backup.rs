//! Backups: a copy counts only when it has been opened again, verified whole, and made to stay.
//!
//! A copy is written under a name of its own, synced, verified, and only then gets its final name, which it never takes
//! from another file. So whatever has a backup's name is a whole, verified backup, also after a power cut.

mod error;
mod files;
mod since;
mod spare;
mod sqlite;

pub use error::BackupError;
pub use since::{Since, since};
pub use spare::is_spare;

use crate::address::Address;
use crate::crash;
use crate::error::OpenError;
use crate::rights::Rights;
use crate::sqlite::connect::refuse_log_alone;
use crate::sqlite::owner::{self, Access};
use crate::verify::{self, Report};
use std::path::{Path, PathBuf};

/// A verified copy, or a restored database.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Copied {
    /// What was read when it was verified.
    pub report: Report,
    /// Its size in bytes.
    pub bytes: u64,
    /// Where the database went that was there before, when one was moved aside.
    pub moved_aside: Option<PathBuf>,
}

/// Copies a database that may be in use to a file that must not be there yet. Beside the database it is of the same user: root may
/// have made it, and the server has to read it when an update is taken back. Blocks.
pub fn make(address: &Address, to: &Path) -> Result<Copied, BackupError> {
    let from = file(address)?;
    files::refuse_existing(to)?;
    files::refuse_companions(from, to)?;
    files::remove_leftovers_of(to);
    let rights = if files::in_one_folder(from, to) { Rights::of(from).ok() } else { None };
    let (temporary, report) = verified_copy(from, to, rights.as_ref())?;
    files::give_name(&temporary, to)?;
    Ok(Copied { report, bytes: files::size(to)?, moved_aside: None })
}

/// Puts a backup in a database's place. One that is there already is refused, or with `replace` moved aside; a server that
/// has it open is always refused. The new file is of whoever the old one was, or else the folder is. Blocks.
pub fn restore(from: &Path, address: &Address, replace: bool) -> Result<Copied, BackupError> {
    let to = file(address)?;
    // First of all: whoever has mistyped it is told of nothing else.
    if !from.try_exists().map_err(files::at(from))? {
        return Err(OpenError::Missing(from.to_owned()).into());
    }
    let there = to.try_exists().map_err(files::at(to))?;
    refuse_log_alone(to)?;
    if there && !replace {
        return Err(BackupError::Exists(to.to_owned()));
    }
    healthy(from, verify::database(&Address::SqliteFile(from.to_owned()))?)?;
    if there {
        refuse_another(to)?;
    }
    if there && sqlite::in_use(to) {
        return Err(BackupError::InUse(to.to_owned()));
    }
    files::remove_leftovers_of(to);
    let old = if there { Some(Rights::of(to).map_err(files::at(to))?) } else { None };
    let rights = old.or_else(|| Rights::in_folder(files::folder_of(to)?).ok());
    let (temporary, report) = verified_copy(from, to, rights.as_ref())?;
    if let Some(old) = old
        && !Rights::of(&temporary).map_err(files::at(&temporary))?.suit(&old)
    {
        files::remove(&temporary);
        return Err(another(to));
    }
    let moved_aside = if there {
        // Looked at again: a server may have been started during the copying.
        if sqlite::in_use(to) {
            files::remove(&temporary);
            return Err(BackupError::InUse(to.to_owned()));
        }
        let aside = files::set_aside(to)?;
        files::replace(&temporary, to)?;
        Some(aside)
    } else {
        files::give_name(&temporary, to)?;
        None
    };
    Ok(Copied { report, bytes: files::size(to)?, moved_aside })
}

/// Keeps a database that nobody has open under another name, with nothing in its place. Blocks.
pub fn put_aside(address: &Address) -> Result<PathBuf, BackupError> {
    let path = file(address)?;
    refuse_another(path)?;
    if sqlite::in_use(path) {
        return Err(BackupError::InUse(path.to_owned()));
    }
    let aside = files::set_aside(path)?;
    files::take_name(path)?;
    Ok(aside)
}

/// Whether any program has the database open. A file that is not there is in nobody's use.
pub fn in_use(address: &Address) -> Result<bool, BackupError> {
    let path = file(address)?;
    if !path.try_exists().map_err(files::at(path))? {
        return Ok(false);
    }
    refuse_another(path)?;
    Ok(sqlite::in_use(path))
}

/// Refuses a database that whoever runs this may not write. Asked whether it is in use, SQLite would leave files beside it that keep
/// the server out.
fn refuse_another(path: &Path) -> Result<(), BackupError> {
    if owner::is_denied(path, Access::Write) { Err(another(path)) } else { Ok(()) }
}

fn another(path: &Path) -> BackupError {
    BackupError::OfAnother { owner: owner::words(path), path: path.to_owned() }
}

/// Removes what backups that did not get to their end have left in a folder, of those whose names begin with `prefix`.
pub fn remove_leftovers(folder: &Path, prefix: &str) {
    files::remove_leftovers(folder, prefix);
}

/// Copies, syncs, verifies. On any failure nothing is left.
fn verified_copy(from: &Path, to: &Path, rights: Option<&Rights>) -> Result<(PathBuf, Report), BackupError> {
    let temporary = files::temporary(to)?;
    let copied = copy_and_verify(from, &temporary, rights);
    if copied.is_err() {
        files::remove(&temporary);
    }
    copied.map_err(|error| error.about(&temporary, to)).map(|report| (temporary, report))
}

fn copy_and_verify(from: &Path, temporary: &Path, rights: Option<&Rights>) -> Result<Report, BackupError> {
    sqlite::copy(from, temporary, rights)?;
    files::sync(temporary)?;
    crash::here(crash::Point::InBackup);
    // A copy has the faults of what was copied, and its own name is gone with it.
    healthy(from, verify::database(&Address::SqliteFile(temporary.to_owned()))?)
}

fn healthy(path: &Path, report: Report) -> Result<Report, BackupError> {
    let Some(first) = report.findings.first() else { return Ok(report) };
    let findings = u64::try_from(report.findings.len()).unwrap_or(u64::MAX).saturating_add(report.more_findings);
    Err(BackupError::Damaged { path: path.to_owned(), first: first.to_string(), findings })
}

fn file(address: &Address) -> Result<&Path, BackupError> {
    match address {
        Address::SqliteFile(path) => Ok(path),
        Address::SqliteMemory | Address::Postgres(_) => Err(BackupError::NotAFile),
    }
}
