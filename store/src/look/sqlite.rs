//! A file, looked at before a server opens it.

use super::Seen;
use crate::error::OpenError;
use crate::sqlite::{connect, visit};
use crate::tables::journal::PROVEN_CALLS;
use rusqlite::Connection;
use std::path::Path;

/// What a file says of itself; `None` when there is none, or one that a server would still bring up to date.
pub(super) fn look(path: &Path) -> Result<Option<Seen>, OpenError> {
    if !path.exists() {
        connect::refuse_log_alone(path)?;
        return Ok(None);
    }
    let look = |connection: &Connection| {
        visit::refuse_moved(connection, path)?;
        Ok(Seen { proven_calls: connection.query_row(PROVEN_CALLS, [], |row| row.get(0))? })
    };
    match visit::visit(path, look) {
        Ok(seen) => Ok(Some(seen)),
        Err(OpenError::Older { .. }) => Ok(None),
        Err(error) => Err(error),
    }
}
