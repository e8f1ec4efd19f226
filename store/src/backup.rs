//! Backups: a copy counts only when it has been opened again, verified whole, and made to stay.
//!
//! A copy is written under a name of its own, synced, verified, and only then gets its final name, which it never takes
//! from another file. So whatever has a backup's name is a whole, verified backup, also after a power cut.

mod error;
mod files;
mod since;
mod sqlite;

pub use error::BackupError;
pub use since::{Since, since};

use crate::address::Address;
use crate::crash;
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

/// Copies a database that may be in use to a file that must not be there yet. Blocks.
pub fn make(address: &Address, to: &Path) -> Result<Copied, BackupError> {
    let from = file(address)?;
    files::refuse_existing(to)?;
    files::remove_leftovers_of(to);
    let (temporary, report) = verified_copy(from, to)?;
    files::give_name(&temporary, to)?;
    Ok(Copied { report, bytes: files::size(to)?, moved_aside: None })
}

/// Puts a backup in a database's place. One that is there already is refused, or with `replace` moved aside; a server that
/// has it open is always refused. Blocks.
pub fn restore(from: &Path, address: &Address, replace: bool) -> Result<Copied, BackupError> {
    let to = file(address)?;
    let there = to.try_exists().map_err(files::at(to))?;
    if there && !replace {
        return Err(BackupError::Exists(to.to_owned()));
    }
    healthy(from, verify::database(&Address::SqliteFile(from.to_owned()))?)?;
    if there && sqlite::in_use(to) {
        return Err(BackupError::InUse(to.to_owned()));
    }
    files::remove_leftovers_of(to);
    let (temporary, report) = verified_copy(from, to)?;
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

/// Whether any program has the database open. A file that is not there is in nobody's use.
pub fn in_use(address: &Address) -> Result<bool, BackupError> {
    let path = file(address)?;
    Ok(path.try_exists().map_err(files::at(path))? && sqlite::in_use(path))
}

/// Removes what backups that did not get to their end have left in a folder, of those whose names begin with `prefix`.
pub fn remove_leftovers(folder: &Path, prefix: &str) {
    files::remove_leftovers(folder, prefix);
}

/// Copies, syncs, verifies. On any failure nothing is left.
fn verified_copy(from: &Path, to: &Path) -> Result<(PathBuf, Report), BackupError> {
    let temporary = files::temporary(to)?;
    let copied = copy_and_verify(from, &temporary);
    if copied.is_err() {
        files::remove(&temporary);
    }
    copied.map(|report| (temporary, report))
}

fn copy_and_verify(from: &Path, temporary: &Path) -> Result<Report, BackupError> {
    sqlite::copy(from, temporary)?;
    files::sync(temporary)?;
    crash::here(crash::Point::InBackup);
    healthy(temporary, verify::database(&Address::SqliteFile(temporary.to_owned()))?)
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
