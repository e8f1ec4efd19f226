//! Why nothing was moved, in the owner's words.

use crate::error::OpenError;
use crate::shell::quoted;
use std::path::PathBuf;

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
    File(rusqlite::Error),
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
        path.display(), quoted(path)
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
    /// Where the file went, payments are still taken.
    #[error("a server works on {0}: stop it first. What it has taken there since the move will not be in the file")]
    Served(String),
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

impl From<rusqlite::Error> for MoveError {
    fn from(cause: rusqlite::Error) -> Self {
        Self::File(cause)
    }
}
