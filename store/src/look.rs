//! What a database says of itself before it is served: read without making, migrating or changing anything.

mod postgres;
mod sqlite;

use crate::address::Address;
use crate::error::OpenError;

/// What was seen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Seen {
    /// Whether a wallet that proved itself has ever changed anything here.
    pub proven_calls: bool,
}

/// Looks at a database; `None` when there is none yet. A file with nothing in it is an error, though a server would begin anew with it
/// ([`OpenError::Empty`]). Other errors say why a server could not open it. Blocks.
pub fn look(address: &Address) -> Result<Option<Seen>, OpenError> {
    match address {
        Address::SqliteFile(path) => sqlite::look(path),
        Address::SqliteMemory => Ok(None),
        Address::Postgres(server) => postgres::look(server),
    }
}
