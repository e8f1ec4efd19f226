//! Reading a file from outside: for a command that only looks, run perhaps by another user than the server.
//!
//! Nothing is left behind. SQLite makes the log and the log's index beside a file for whoever opens it, and only who may write
//! takes them away again; left there by another user, they would keep the server out. So a file that nobody has open (no index
//! is beside it) is read without making one. Nothing locks it then: if the file, or what is beside it, has changed meanwhile because a
//! server was started, the result is thrown away and read again, beside that server.

use super::connect;
use super::held;
use super::owner::{self, Access};
use crate::address::{Address, file_itself};
use crate::error::OpenError;
use rusqlite::config::DbConfig;
use rusqlite::{Connection, OpenFlags};
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

/// How often a file is read that changes under a reader who holds no lock. Once a server runs it changes no more.
const TRIES_MAX: u32 = 3;

/// SQLite's way to files that takes no lock.
const WITHOUT_LOCKS: &str = if cfg!(windows) { "win32-none" } else { "unix-none" };

/// Reads a database that somebody has made, with this program's schema, on a connection that cannot write. `read` may be
/// called more than once.
pub(crate) fn visit<T, E: From<OpenError>>(
    path: &Path,
    mut read: impl FnMut(&Connection) -> Result<T, E>,
) -> Result<T, E> {
    let path = resolved(path);
    connect::refuse_log_alone(&path)?;
    if path.try_exists().is_ok_and(|is_there| !is_there) {
        return Err(OpenError::Missing(path).into());
    }
    for _ in 0..TRIES_MAX {
        let before = Beside::of(&path);
        // Where the log was taken away under a server, SQLite would make another one.
        if before.has_index && before.log.is_none() {
            held::refuse_torn(&path)?;
        }
        let outcome = open(&path, &before).map_err(E::from).and_then(|connection| read(&connection));
        if before.is_open() || Beside::of(&path) == before {
            return outcome;
        }
        tracing::debug!("the database was changed while it was read; reading it again");
    }
    Err(OpenError::Changing(path).into())
}

/// What is there, and how old and long it is.
#[derive(Debug, PartialEq, Eq)]
struct Beside {
    file: Option<(u64, Option<SystemTime>)>,
    log: Option<(u64, Option<SystemTime>)>,
    has_index: bool,
}

impl Beside {
    fn of(path: &Path) -> Self {
        let stamp = |path: &Path| {
            let found = std::fs::metadata(path).ok()?;
            Some((found.len(), found.modified().ok()))
        };
        Self {
            file: stamp(path),
            log: stamp(&owner::companion(path, "-wal")),
            has_index: owner::companion(path, "-shm").exists(),
        }
    }

    /// Whether some program has the file open, or had when it was killed: then everything that SQLite wants is there.
    fn is_open(&self) -> bool {
        self.has_index
    }
}

fn open(path: &Path, beside: &Beside) -> Result<Connection, OpenError> {
    let opened = if beside.is_open() {
        connect::reading(path)
    } else if beside.log.is_some() {
        with_log(path)
    } else {
        alone(path)
    };
    opened
        .map_err(|cause| OpenError::File { path: path.to_owned(), cause })
        .and_then(|connection| connect::refuse_other_versions(&connection, path).map(|()| connection))
        .map_err(|error| owner::explain(path, Access::Read, error))
}

/// A file with nothing beside it: SQLite is told that it does not change, and looks for no log.
fn alone(path: &Path) -> rusqlite::Result<Connection> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX | OpenFlags::SQLITE_OPEN_URI;
    let connection = Connection::open_with_flags(as_uri(path), flags)?;
    connect::only_read(&connection)?;
    Ok(connection)
}

/// A file with a log but no index, as `boothpay restore` keeps it aside: the index is made in memory, which SQLite does for
/// whoever has the file to himself. At its end it would take the log into the file.
fn with_log(path: &Path) -> rusqlite::Result<Connection> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags_and_vfs(path, flags, WITHOUT_LOCKS)?;
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, true)?;
    connection.execute_batch("pragma locking_mode = exclusive")?;
    connect::only_read(&connection)?;
    Ok(connection)
}

/// The file itself, where the name is a link: SQLite keeps the log beside the file.
fn resolved(path: &Path) -> PathBuf {
    let resolved = if cfg!(windows) { std::path::absolute(path) } else { path.canonicalize() };
    resolved.unwrap_or_else(|_| file_itself(path))
}

/// A file that does not change, in SQLite's form.
fn as_uri(path: &Path) -> String {
    let mut uri = "file:".to_owned();
    let bytes = path.as_os_str().as_encoded_bytes();
    if cfg!(windows) && bytes.first().is_some_and(u8::is_ascii_alphabetic) {
        uri.push('/');
    }
    for byte in bytes {
        match char::from(*byte) {
            '\\' if cfg!(windows) => uri.push('/'),
            plain if plain.is_ascii_alphanumeric() || "/:._-".contains(plain) => uri.push(plain),
            // Writing to a text does not fail.
            _ => drop(write!(uri, "%{byte:02x}")),
        }
    }
    uri.push_str("?immutable=1");
    uri
}

/// Whether a file says that it was moved; see [`connect::refuse_moved`].
pub(crate) fn refuse_moved(connection: &Connection, path: &Path) -> Result<(), OpenError> {
    connect::refuse_moved(connection, &Address::SqliteFile(path.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(folder: &Path) -> Vec<String> {
        let mut names: Vec<String> =
            std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }

    fn settings(connection: &Connection) -> Result<i64, OpenError> {
        Ok(connection.query_row("select count(*) from settings", [], |row| row.get(0))?)
    }

    fn add(connection: &Connection, name: &str) {
        connection.execute("insert into settings values (?1, null, 1, 1)", [name]).unwrap();
    }

    /// A database with a setting in the file and one in the log.
    fn with_a_log(folder: &Path) -> (PathBuf, Connection) {
        let path = folder.join("a name?with #all %20kinds.db");
        let connection = connect::writing(&Address::SqliteFile(path.clone())).unwrap();
        add(&connection, "first");
        connection.execute_batch("pragma wal_checkpoint(truncate)").unwrap();
        add(&connection, "second");
        (path, connection)
    }

    #[test]
    fn a_reader_leaves_what_was_there_and_sees_what_the_log_holds() {
        let folder = tempfile::tempdir().unwrap();
        let (path, connection) = with_a_log(folder.path());
        let before = names(folder.path());
        assert_eq!((visit(&path, settings).unwrap(), before.len()), (2, 3), "beside a server");
        assert_eq!(names(folder.path()), before);

        let aside = tempfile::tempdir().unwrap();
        let copy = aside.path().join("aside.db");
        std::fs::copy(&path, &copy).unwrap();
        std::fs::copy(owner::companion(&path, "-wal"), owner::companion(&copy, "-wal")).unwrap();
        let bytes = || (std::fs::read(&copy).unwrap(), std::fs::read(owner::companion(&copy, "-wal")).unwrap());
        let copied = bytes();
        assert_eq!(visit(&copy, settings).unwrap(), 2, "with a log only");
        assert_eq!(names(aside.path()), ["aside.db", "aside.db-wal"]);
        assert!(bytes() == copied, "and as it was");

        drop(connection);
        assert_eq!(visit(&path, settings).unwrap(), 2, "closed");
        assert_eq!(names(folder.path()).len(), 1);
    }

    #[test]
    fn what_was_read_while_a_server_started_does_not_count() {
        let folder = tempfile::tempdir().unwrap();
        let (path, connection) = with_a_log(folder.path());
        drop(connection);
        let mut server = None;
        let read = |connection: &Connection| {
            if server.is_none() {
                let started = connect::writing(&Address::SqliteFile(path.clone())).unwrap();
                add(&started, "third");
                server = Some(started);
            }
            settings(connection)
        };
        assert_eq!(visit(&path, read).unwrap(), 3);
    }
}
