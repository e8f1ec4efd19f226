//! Moving a booth that grew: everything in a SQLite file goes to an empty PostgreSQL database, in one transaction there.
//!
//! The file is locked from the beginning to the end, so no payment can be made meanwhile. Before the commit, every row
//! on both sides is compared and the new database verified. And before the commit the file is marked as moved: whenever
//! the program is killed, at most one of the two is a database that a server opens. Killed between mark and commit, the
//! file says where it was going; moving again either does it or finds that it is done.

mod error;
mod outcome;
mod postgres;
mod sqlite;
mod tables;

pub use error::MoveError;
pub use outcome::{Counts, Outcome, Step};

use crate::address::Address;
use boothpay_protocol::time::TimeMs;
use std::path::Path;

/// Moves everything. `at` is written down in the file as the time of the move. Blocks.
pub fn run(
    from: &Address,
    to: &Address,
    at: TimeMs,
    said: &mut (dyn FnMut(Step) + Send),
) -> Result<Outcome, MoveError> {
    let path = file(from)?;
    let Address::Postgres(server) = to else { return Err(MoveError::NotToPostgres) };
    let source = sqlite::lock(path)?;
    if let Some(before) = source.moved_to()?.filter(|before| *before != server.to_string()) {
        return Err(MoveError::MovedBefore { path: path.to_owned(), to: before });
    }
    said(Step::VerifyingSource);
    let report = source.verify()?;
    if let Some(first) = report.findings.first() {
        let findings = u64::try_from(report.findings.len()).unwrap_or(u64::MAX).saturating_add(report.more_findings);
        return Err(MoveError::Damaged { path: path.to_owned(), first: first.to_string(), findings });
    }
    postgres::move_in(server, source, at, said)
}

/// Takes the mark of a move off a file, so that a server opens it again. Returns where it had gone. `known` is the settings' database,
/// with what its server asks of a visitor: where everything went there and a server works on it, nothing is taken back. Blocks.
pub fn undo(from: &Address, known: Option<&Address>) -> Result<String, MoveError> {
    let path = file(from)?;
    let source = sqlite::lock(path)?;
    let to = source.moved_to()?.ok_or_else(|| MoveError::NotMoved(path.to_owned()))?;
    if let Some(Address::Postgres(server)) = known
        && server.to_string() == to
        // A move is taken back also because the server is gone.
        && postgres::is_served(server).unwrap_or(false)
    {
        return Err(MoveError::Served(to));
    }
    source.unmark()?;
    Ok(to)
}

fn file(from: &Address) -> Result<&Path, MoveError> {
    match from {
        Address::SqliteFile(path) => Ok(path),
        Address::SqliteMemory | Address::Postgres(_) => Err(MoveError::NotFromAFile),
    }
}
