//! Moving a booth that grew: everything in a SQLite file goes to an empty PostgreSQL database, in one transaction there.
//!
//! The file is held alone from the beginning to the end, so no payment can be made meanwhile. Before the commit, every row
//! on both sides is compared and the new database verified. And before the commit the file is marked as moved: whenever
//! the program is killed, at most one of the two is a database that a server opens. Killed between mark and commit, the
//! file says where it was going; moving again either does it or finds that it is done.

pub(crate) mod tables;

use crate::{Address, OpenError, postgres, sqlite};
use boothpay_protocol::time::TimeMs;
use std::path::{Path, PathBuf};

/// What is being done, for whoever waits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// The file is read and verified.
    VerifyingSource,
    /// Rows go to the other side.
    Copying,
    /// All rows on both sides are compared.
    Comparing,
    /// The new database is verified.
    VerifyingTarget,
}

/// What was moved: counted on the target, after the commit, and the same on both sides.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Moved {
    /// Orders.
    pub orders: i64,
    /// Transactions.
    pub transactions: i64,
    /// Journal rows.
    pub journal_rows: i64,
    /// Keys that a provider changed.
    pub keys: i64,
    /// Transactions in state 2.
    pub performed: i64,
    /// Their sum in tiyin.
    pub performed_tiyin: i64,
    /// Transactions in state -2.
    pub refunded: i64,
    /// Their sum in tiyin.
    pub refunded_tiyin: i64,
}

/// How a move ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// Everything was moved now.
    Moved(Moved),
    /// An earlier move had got there; both sides were compared again.
    WasThere(Moved),
}

/// Why nothing was moved. Unless it says otherwise, the file is what it was, and the target as empty as before.
#[derive(Debug, thiserror::Error)]
pub enum MoveError {
    /// Only files are moved.
    #[error("only a SQLite file can be moved: name it with --from")]
    NotFromAFile,
    /// Only to a server.
    #[error(
        "a file can only be moved to PostgreSQL: name the database with --to postgres://…, or as the database setting"
    )]
    NotToPostgres,
    /// A server, or another program, has the file open.
    #[error("{} is in use: stop the server (and every other program that has it open) first", .0.display())]
    InUse(PathBuf),
    /// One of the two cannot be opened.
    #[error(transparent)]
    Open(#[from] OpenError),
    /// The file cannot be read or marked.
    #[error("the database file failed: {0}")]
    File(#[from] rusqlite::Error),
    /// The file is damaged.
    #[error("{} is damaged and is not moved: {first} ({findings} findings in all; `boothpay verify` lists them)", path.display())]
    Damaged {
        /// Which file.
        path: PathBuf,
        /// The first finding.
        first: String,
        /// How many there are.
        findings: u64,
    },
    /// The file went somewhere else before.
    #[error(
        "{} was moved to {to} already. To move it elsewhere, take that back first: boothpay migrate --undo --from {}",
        path.display(), path.display()
    )]
    MovedBefore {
        /// Which file.
        path: PathBuf,
        /// Where it went.
        to: String,
    },
    /// Nothing to take back.
    #[error("{} was not moved; there is nothing to take back", .0.display())]
    NotMoved(PathBuf),
    /// Something is in the target.
    #[error("{0} is not empty: it holds orders or keys already. Move to a new, empty database")]
    NotEmpty(String),
    /// The target's tables are not what this program makes.
    #[error("{server} is not fit to move to: {first}")]
    Unfit {
        /// Which database.
        server: String,
        /// The first finding.
        first: String,
    },
    /// PostgreSQL cannot hold a text.
    #[error(
        "table {table} has a text with a character 0, which PostgreSQL cannot keep, in the row that begins with {row}"
    )]
    Text {
        /// Which table.
        table: &'static str,
        /// Its first column.
        row: String,
    },
    /// The two sides differ.
    #[error(
        "{server} does not hold what the file holds: table {table} differs at the row that begins with {row}. Servers may \
         have worked there since the move. Nothing was changed"
    )]
    Differs {
        /// Which database.
        server: String,
        /// Which table.
        table: &'static str,
        /// The first column of the first row that differs.
        row: String,
    },
    /// The server refused, or went away.
    #[error("{server} failed: {cause}")]
    Server {
        /// Which database.
        server: String,
        /// What was heard.
        cause: String,
    },
    /// The commit got no answer.
    #[error(
        "{server} went away during the commit ({cause}): everything is there, or nothing is. Run the same command again; \
         it finds out and finishes the move"
    )]
    Unsettled {
        /// Which database.
        server: String,
        /// What was heard.
        cause: String,
    },
}

/// Moves everything. `at` is written down in the file as the time of the move. Blocks.
pub fn run(
    from: &Address,
    to: &Address,
    at: TimeMs,
    said: &mut (dyn FnMut(Step) + Send),
) -> Result<Outcome, MoveError> {
    let path = file(from)?;
    let Address::Postgres(server) = to else { return Err(MoveError::NotToPostgres) };
    let source = sqlite::hold(path)?;
    if let Some(before) = source.moved_to()?.filter(|before| *before != server.to_string()) {
        return Err(MoveError::MovedBefore { path: path.to_owned(), to: before });
    }
    said(Step::VerifyingSource);
    let report = source.verify()?;
    if let Some(first) = report.findings.first() {
        let findings = u64::try_from(report.findings.len()).unwrap_or(u64::MAX).saturating_add(report.more_findings);
        return Err(MoveError::Damaged { path: path.to_owned(), first: first.to_string(), findings });
    }
    postgres::take(server, source, at, said)
}

/// Takes the mark of a move off a file, so that a server opens it again. Returns where it had gone. Blocks.
pub fn undo(from: &Address) -> Result<String, MoveError> {
    let path = file(from)?;
    let source = sqlite::hold(path)?;
    let to = source.moved_to()?.ok_or_else(|| MoveError::NotMoved(path.to_owned()))?;
    source.unmark()?;
    Ok(to)
}

fn file(from: &Address) -> Result<&Path, MoveError> {
    match from {
        Address::SqliteFile(path) => Ok(path),
        Address::SqliteMemory | Address::Postgres(_) => Err(MoveError::NotFromAFile),
    }
}
