//! Copying a SQLite database that may be in use, and asking whether it is.

use super::error::BackupError;
use super::files;
use crate::error::OpenError;
use crate::rights::Rights;
use crate::sqlite::visit::visit;
use crate::sqlite::{connect, held};
use rusqlite::backup::{Backup, StepResult};
use rusqlite::{Connection, ErrorCode};
use std::path::Path;
use std::time::Duration;

/// Pages copied at a time: a megabyte or four.
const STEP_PAGES: i32 = 1024;

/// Bytes of a page, which is the least that a database has.
const PAGE_BYTES: u64 = 4096;

/// Copies one moment of a database into a new file that consists of itself alone, and has these rights; else only its owner
/// reads it.
pub(crate) fn copy(from: &Path, to: &Path, rights: Option<&Rights>) -> Result<(), BackupError> {
    visit(from, |source| copy_all(source, to, rights))
}

fn copy_all(source: &Connection, to: &Path, rights: Option<&Rights>) -> Result<(), BackupError> {
    // What a first try has left.
    files::remove(to);
    files::create(to, rights)?;
    // The snapshot is held from the first page to the last: otherwise each commit of the server would start the copy anew.
    let snapshot = source.unchecked_transaction()?;
    snapshot.query_row("select count(*) from sqlite_schema", [], |row| row.get::<_, i64>(0))?;
    let mut target = Connection::open(to).map_err(|cause| OpenError::File { path: to.to_owned(), cause })?;
    // Whoever called syncs the finished file once; until then it counts for nothing.
    target.execute_batch("pragma synchronous = off")?;
    {
        let backup = Backup::new(&snapshot, &mut target)?;
        loop {
            let step = backup.step(STEP_PAGES)?;
            if step == StepResult::Done {
                break;
            }
            if step != StepResult::More {
                // Somebody else holds the new file, which nobody else knows.
                return Err(busy().into());
            }
        }
    }
    // The copy says of itself that it uses write-ahead logging, and would have two more files when opened.
    let mode = connect::change_journal_mode(&target, "delete")?;
    if mode != "delete" {
        return Err(OpenError::Unsafe("the copy does not fit into one file").into());
    }
    target.close().map_err(|(_, error)| error)?;
    snapshot.finish()?;
    Ok(())
}

/// Whether any program has the database open. Each connection to a database with write-ahead logging keeps a lock on it
/// as long as it lives; leaving that mode needs a lock that bears no other.
///
/// A file that is damaged beyond reading is not asked: nobody can be using it well, and opening it for writing would throw
/// away its write-ahead log, which may hold the last good pages.
pub(crate) fn in_use(path: &Path) -> bool {
    // Whoever looks into it makes the file that is missing.
    if held::is_torn(path) {
        return true;
    }
    let readable = std::fs::metadata(path).is_ok_and(|file| file.len() >= PAGE_BYTES)
        && connect::reading(path)
            .and_then(|connection| connection.query_row("pragma application_id", [], |row| row.get::<_, i64>(0)))
            .is_ok();
    if !readable {
        return false;
    }
    let asked = Connection::open(path).and_then(|connection| {
        connection.busy_timeout(Duration::ZERO)?;
        connect::change_journal_mode(&connection, "delete")
    });
    match asked {
        Ok(mode) => mode == "wal",
        Err(error) => matches!(error.sqlite_error_code(), Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked)),
    }
}

fn busy() -> rusqlite::Error {
    rusqlite::Error::SqliteFailure(rusqlite::ffi::Error::new(rusqlite::ffi::SQLITE_BUSY), None)
}
