//! What can go wrong in the store. Callers answer all of it with their system error and never remember it as final; the
//! texts are for the log.

use crate::room;
use crate::shell::quoted;
use crate::sqlite::owner::folder_of;
use boothpay_protocol::ledger::journal::ForbiddenStep;
use rusqlite::ErrorCode;
use std::error::Error as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Why a call was not carried out. Nothing of it was written, unless it says otherwise.
#[derive(Clone, Debug, thiserror::Error)]
pub enum StoreError {
    /// More calls are waiting than can be answered in time.
    #[error("too many calls are waiting for the database")]
    Overloaded,
    /// The database failed. A commit that failed may or may not be there after a restart; repeating the call settles it.
    #[error("the database failed: {0}")]
    Failed(Arc<str>),
    /// A commit has failed, and what the disk holds now is not known yet, or is not what was acknowledged.
    #[error("the database is not trusted: {0}")]
    Suspect(Arc<str>),
    /// A row does not have the form that this program writes.
    #[error("the database holds something unexpected: {0}")]
    Damaged(Arc<str>),
    /// A decision asked for what must never be.
    #[error("a change was refused: {0}")]
    Forbidden(ForbiddenStep),
    /// A decision panicked.
    #[error("a decision failed; this is a bug")]
    Bug,
    /// The store is shut down.
    #[error("the database is closed")]
    Closed,
}

impl From<ForbiddenStep> for StoreError {
    fn from(step: ForbiddenStep) -> Self {
        Self::Forbidden(step)
    }
}

impl From<rusqlite::Error> for StoreError {
    fn from(error: rusqlite::Error) -> Self {
        use rusqlite::Error::{FromSqlConversionFailure, IntegralValueOutOfRange, InvalidColumnType};
        let text = room::words(&error).into();
        let damaged =
            matches!(error, FromSqlConversionFailure(..) | IntegralValueOutOfRange(..) | InvalidColumnType(..));
        if damaged { Self::Damaged(text) } else { Self::Failed(text) }
    }
}

impl From<OpenError> for StoreError {
    fn from(error: OpenError) -> Self {
        let words = error.to_string().into();
        if matches!(error, OpenError::Replaced(_)) { Self::Suspect(words) } else { Self::Failed(words) }
    }
}

impl From<tokio_postgres::Error> for StoreError {
    fn from(error: tokio_postgres::Error) -> Self {
        Self::Failed(postgres_words(&error).into())
    }
}

/// What a PostgreSQL server, or the way to it, has to say; without the details that a server adds, which quote rows.
pub(crate) fn postgres_words(error: &tokio_postgres::Error) -> String {
    match error.as_db_error() {
        Some(refused) => format!("{} (SQLSTATE {})", refused.message(), refused.code().code()),
        None => match error.source() {
            Some(cause) => format!("{error}: {cause}"),
            None => error.to_string(),
        },
    }
}

/// Why SQLite does not open a file, and what to do about it.
fn why_and_cure(path: &Path, cause: &rusqlite::Error) -> String {
    let folder = folder_of(path);
    if room::is_missing(folder, cause) {
        return format!("there is no room on the disk of {}: make some", folder.display());
    }
    let cure = match cause.sqlite_error_code() {
        _ if path.is_dir() => "It is a folder: name a file in it",
        Some(ErrorCode::NotADatabase | ErrorCode::DatabaseCorrupt) => {
            "It is damaged, or another kind of file. If the name is right, keep it, and put the last good backup in its place: \
             boothpay restore BACKUP --force"
        }
        _ => "Check that its folder exists and may be written to",
    };
    format!("{cause}. {cure}")
}

/// Why a database cannot be opened, in the owner's words.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// The file cannot be opened or made.
    #[error("the database file {} cannot be opened: {}", path.display(), why_and_cure(path, cause))]
    File {
        /// Which file.
        path: PathBuf,
        /// What the system said.
        cause: rusqlite::Error,
    },
    /// Whoever runs this may not use one of the database's files.
    #[error(
        "the database's file {} belongs to {owner}, and the user who runs this may not {access} it. {cure}",
        file.display()
    )]
    NotAllowed {
        /// Which file.
        file: PathBuf,
        /// Whose it is, in words.
        owner: String,
        /// What is not allowed, in a word.
        access: &'static str,
        /// What to do.
        cure: String,
    },
    /// Whoever only looks has found it changed again and again.
    #[error("the database file {} is opened and closed by other programs all the time; try again in a minute", .0.display())]
    Changing(PathBuf),
    /// There is no such file.
    #[error("there is no file {}; look at its name, and in which folder it lies", .0.display())]
    Missing(PathBuf),
    /// The log of a file that is gone, which SQLite would throw away with what came last.
    #[error(
        "the database {file} is not there, or there is nothing in it, but its log is: {log}, with the payments that came last. Nothing is \
         opened, because that would throw the log away. If the file was moved or renamed, put it back beside its log. To begin with a new \
         file, or with a backup, first move {log} to another folder, and keep it",
        file = file.display(), log = log.display()
    )]
    LogAlone {
        /// Which file.
        file: PathBuf,
        /// The log.
        log: PathBuf,
    },
    /// In use, without the files that belong to it then.
    #[error(
        "another program has the database {file} open, and {file}-wal and {file}-shm, which lie beside it as long as one has, are not both \
         there: they were removed under a running server, or boothpay migrate is at work. Nothing is opened, because what is written now would \
         be lost. Stop the server, and do not kill it: it keeps what it has taken. Then run boothpay verify, start the server, and try again",
        file = .0.display()
    )]
    Torn(PathBuf),
    /// A file with no tables.
    #[error(
        "there is nothing in the file {file}: it was not copied whole, or without {file}-wal, in which a running server keeps what came \
         last. Copy both while the server is stopped, or take a copy that `boothpay backup` has made",
        file = .0.display()
    )]
    Empty(PathBuf),
    /// A PostgreSQL database with no tables.
    #[error(
        "there is nothing in the database {0}: no server of Boothpay has been started on it yet, or it is another one. Look at the \
         address, and which databases that server has"
    )]
    EmptyServer(String),
    /// Some other program's database.
    #[error("the database file {} belongs to another program; choose another file name", .0.display())]
    Foreign(PathBuf),
    /// Everything in it has gone to another database.
    #[error(
        "the database file {file} was moved to {to} on {when}; it is not opened any more, so that no payment is kept in \
         two places. Start the server with that address as its database setting. If the move did not get to its end, run \
         the same boothpay migrate again. To go back to this file, without what was taken there since: boothpay migrate \
         --undo --from {}",
        quoted(path), file = path.display()
    )]
    Moved {
        /// Which file.
        path: PathBuf,
        /// Where it went.
        to: String,
        /// When, in UTC, for people.
        when: String,
    },
    /// Made by a later version.
    #[error(
        "the database was made by a newer version of Boothpay (schema {found}, this program knows {known}); update the program"
    )]
    Newer {
        /// Its schema.
        found: i64,
        /// Ours.
        known: i64,
    },
    /// Made by an earlier version, and read by somebody who may not change it.
    #[error(
        "the database was made by an older version of Boothpay (schema {found}, this program knows {known}); start the \
         server once, it brings the database up to date"
    )]
    Older {
        /// Its schema.
        found: i64,
        /// Ours.
        known: i64,
    },
    /// There is nothing to look at.
    #[error("a database in memory is gone with its program; name a file or a PostgreSQL database")]
    InMemory,
    /// The database does not promise what was acknowledged.
    #[error("the database cannot keep its promises here: {0}")]
    Unsafe(&'static str),
    /// Reading or migrating failed.
    #[error("the database cannot be prepared: {}", room::words(.0))]
    Prepare(rusqlite::Error),
    /// The PostgreSQL server does not answer, or does not let us in.
    #[error(
        "the database {server} cannot be reached: {cause}. Check that the server runs, that the address, the user and \
         the password in the database setting are right, and that the server's pg_hba.conf lets this computer in"
    )]
    Unreachable {
        /// Which database, without user and password.
        server: String,
        /// What was heard.
        cause: String,
    },
    /// The certificates to trust cannot be read.
    #[error("the file {} named by sslrootcert cannot be used: {cause}", path.display())]
    Certificate {
        /// Which file.
        path: PathBuf,
        /// What is wrong with it.
        cause: String,
    },
    /// What was acknowledged is not there.
    #[error(
        "the database {0} is not the one that this server has written to: it was removed or made anew, an older backup was \
         restored over it, or another PostgreSQL answers at its address. No payment is taken. Put the right database back, and \
         the server goes on by itself. To go on with this one, stop the server, compare with the lists in the wallets' \
         cabinets what is missing here, and start it again"
    )]
    Replaced(String),
    /// Some other program's tables.
    #[error("the database {0} has tables of another program; give Boothpay a database of its own")]
    Occupied(String),
    /// Reading or migrating a PostgreSQL database failed.
    #[error("the database {server} cannot be prepared: {cause}")]
    PrepareServer {
        /// Which database.
        server: String,
        /// What the server said.
        cause: String,
    },
    /// No thread could be started.
    #[error("the database's thread cannot be started: {0}")]
    Thread(std::io::Error),
}

// Each text above already says what its cause says; named as a source, the cause would be told again by whoever prints the chain.

impl From<rusqlite::Error> for OpenError {
    fn from(cause: rusqlite::Error) -> Self {
        Self::Prepare(cause)
    }
}

impl From<std::io::Error> for OpenError {
    fn from(cause: std::io::Error) -> Self {
        Self::Thread(cause)
    }
}
