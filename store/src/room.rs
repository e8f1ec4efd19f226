//! A disk without room, as SQLite tells of it, and as an owner is told.

use rusqlite::ErrorCode;
use std::path::Path;

/// What SQLite needs to open a database at all: the log's index has 32 KiB from its first moment, and the log a page. Where there is less,
/// a failing disk is a full one: of the index SQLite says only that the disk fails.
const ROOM_MIN: u64 = 64 * 1024;

/// What went wrong, with the cure where there is no room.
pub(crate) fn words(cause: &rusqlite::Error) -> String {
    match cause.sqlite_error_code() {
        Some(ErrorCode::DiskFull) => "there is no room on the database's disk: make some".to_owned(),
        Some(_) | None => cause.to_string(),
    }
}

/// Whether it went wrong because there is no room in a folder.
pub(crate) fn is_missing(folder: &Path, cause: &rusqlite::Error) -> bool {
    match cause.sqlite_error_code() {
        Some(ErrorCode::DiskFull) => true,
        Some(ErrorCode::SystemIoFailure) => fs4::available_space(folder).is_ok_and(|free| free < ROOM_MIN),
        Some(_) | None => false,
    }
}
