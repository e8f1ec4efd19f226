//! Is a database what it should be? Reads all of it and changes nothing.
//!
//! Three questions, each independent of the others: is the database whole (its own check, and the rules that the schema
//! promises), are the rows what the journal folds to, and do the rows keep the invariants even if the journal lied? A
//! backend reads page by page, [`examine`] judges one order at a time, so memory does not grow with the database.

mod examine;
mod fault;
mod invariant;
mod judge;
mod postgres;
mod sqlite;

pub use fault::{Fault, Finding};
pub use invariant::Invariant;
pub(crate) use judge::Judge;
pub use judge::Report;
pub(crate) use postgres::through as postgres_session;
pub(crate) use sqlite::through as sqlite_connection;

use crate::address::Address;
use crate::error::OpenError;
use boothpay_protocol::ledger::chain::Head;
use boothpay_protocol::traces::Traces;

/// Reads a whole database and says what is wrong. Works beside running servers: it sees one moment. Blocks.
pub fn database(address: &Address) -> Result<Report, OpenError> {
    searching(address, &Traces::default())
}

/// The same, and searches all texts for keys, of which the database's own changed ones are looked for in any case.
pub fn searching(address: &Address, keys: &Traces) -> Result<Report, OpenError> {
    against(address, keys, &[])
}

/// The same, and the journal's chains have to have these heads, which were kept in another place: then nothing that was written
/// before them was changed or taken away.
pub fn against(address: &Address, keys: &Traces, heads: &[Head]) -> Result<Report, OpenError> {
    let mut judge = Judge::against(keys.clone(), heads.to_vec());
    match address {
        Address::SqliteFile(path) => sqlite::verify(path, &mut judge)?,
        Address::SqliteMemory => return Err(OpenError::InMemory),
        Address::Postgres(server) => judge = postgres::verify(server, judge)?,
    }
    Ok(judge.report)
}
