//! A database that a running program has open, and whose log, or the log's index, was taken away from beside it. SQLite would make new
//! ones for whoever opens it now, of which that program knows nothing: what the one commits, the other overwrites.

use super::owner::companion;
use crate::error::OpenError;
use rusqlite::config::DbConfig;
use rusqlite::{Connection, ErrorCode, OpenFlags};
use std::path::Path;
use std::thread::sleep;
use std::time::Duration;

/// How often it is looked, and how long it is waited: a program that is starting makes both files in a moment, and one that ends takes
/// both away.
const LOOKS: u32 = 100;
const BETWEEN_LOOKS: Duration = Duration::from_millis(20);

/// Refuses such a database, and one that is locked as a whole.
pub(crate) fn refuse_torn(path: &Path) -> Result<(), OpenError> {
    for _ in 0..LOOKS {
        if !is_torn(path) {
            return Ok(());
        }
        sleep(BETWEEN_LOOKS);
    }
    Err(OpenError::Torn(path.to_owned()))
}

/// Whether any program has it open at this moment, without both of the files that belong to it then.
pub(crate) fn is_torn(path: &Path) -> bool {
    let is_empty = std::fs::metadata(path).map_or(true, |found| found.len() == 0);
    let is_whole = ["-wal", "-shm"].iter().all(|ending| companion(path, ending).exists());
    !is_empty && !is_whole && is_held(path)
}

/// Whether any program has the database open, asked without the files beside it: by a lock that bears no other. Nothing is written.
fn is_held(path: &Path) -> bool {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let asked = Connection::open_with_flags(path, flags).and_then(|connection| {
        connection.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, true)?;
        connection.busy_timeout(Duration::ZERO)?;
        connection.execute_batch("pragma locking_mode = exclusive; begin exclusive; rollback")
    });
    let code = asked.err().and_then(|error| error.sqlite_error_code());
    matches!(code, Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked))
}
