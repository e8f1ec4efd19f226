//! A file, looked at before a server opens it.

use super::{PROVEN_CALLS, Seen};
use crate::address::Address;
use crate::error::OpenError;
use crate::sqlite::connect;
use std::path::Path;

/// What a file says of itself; `None` when there is none, or one that a server would still bring up to date.
pub(super) fn look(path: &Path) -> Result<Option<Seen>, OpenError> {
    if !path.exists() {
        return Ok(None);
    }
    let connection = match connect::existing(path) {
        Ok(connection) => connection,
        Err(OpenError::Older { .. }) => return Ok(None),
        Err(error) => return Err(error),
    };
    connect::refuse_moved(&connection, &Address::SqliteFile(path.to_owned()))?;
    Ok(Some(Seen { proven_calls: connection.query_row(PROVEN_CALLS, [], |row| row.get(0))? }))
}
