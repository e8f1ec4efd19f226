//! What a database says of itself before it is served: read without making, migrating or changing anything.

mod postgres;
mod sqlite;

use crate::address::Address;
use crate::error::OpenError;

/// Whether a wallet that proved itself has ever changed anything here, staff or a person at the command line have confirmed a
/// payment, or payments were taken over. Payments that nobody had to prove do not count.
pub(crate) const PROVEN_CALLS: &str = "select exists (
    select 1 from journal where actor in ('payme', 'click', 'uzum', 'staff', 'import')
    or (actor = 'command_line' and change ->> 'change' = 'transaction_performed'))";

/// What was seen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Seen {
    /// Whether a wallet that proved itself has ever changed anything here.
    pub proven_calls: bool,
}

/// Looks at a database; `None` when there is none yet. Errors say why a server could not open it. Blocks.
pub fn look(address: &Address) -> Result<Option<Seen>, OpenError> {
    match address {
        Address::SqliteFile(path) => sqlite::look(path),
        Address::SqliteMemory => Ok(None),
        Address::Postgres(server) => postgres::look(server),
    }
}
