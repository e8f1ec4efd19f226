//! The first user's database file, which is only read. Not a byte of it, and no file beside it, is changed or made.
//!
//! A file that lies there alone is opened as one that cannot change: without a lock, without a shared-memory file. Where a
//! log (`-wal`) or a rollback journal (`-journal`) lies beside it, its newest rows may be in there, or its oldest ones. SQLite
//! would have to write to bring them together, so all of it is copied to a folder of our own and opened there.

use crate::private::PrivateFolder;
use boothpay_protocol::takeover::row::{Cell, OPTIONAL, REQUIRED, Row};
use rusqlite::types::ValueRef;
use rusqlite::{Connection, ErrorCode, OpenFlags};
use std::ffi::OsString;
use std::fs::{self, Metadata};
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

/// Rows that are taken over at once: a booth that sells two hundred times a day has them after almost three years. All are
/// held in memory, about a KiB each.
pub const ROWS_MAX: usize = 200_000;

/// How every SQLite file begins.
const MAGIC: &[u8] = b"SQLite format 3\0";

/// Files that may lie beside a database and belong to it.
const BESIDE: [&str; 2] = ["-wal", "-journal"];

/// Marks of Boothpay's own files: "BPay", and "BPMv" for one whose contents have moved.
const OURS: [i64; 2] = [0x4250_6179, 0x4250_4d76];

/// Why a file cannot be taken over from.
#[derive(Debug, thiserror::Error)]
pub enum SourceError {
    /// There is none, or it may not be read.
    #[error("{} cannot be read: {cause}", path.display())]
    Unreadable {
        /// Which file.
        path: PathBuf,
        /// What the system said.
        cause: io::Error,
    },
    /// Something else.
    #[error("{} is no SQLite database: {what}. Name the file photobooth.db of the back end before", path.display())]
    NotADatabase {
        /// Which file.
        path: PathBuf,
        /// What it is.
        what: &'static str,
    },
    /// A file of ours.
    #[error(
        "{} is a database of Boothpay. Name the file photobooth.db of the back end before; Boothpay's own is named by the \
         database setting", .0.display()
    )]
    Ours(PathBuf),
    /// No payments in it.
    #[error("{} has no table payments; it has: {tables}", path.display())]
    NoTable {
        /// Which file.
        path: PathBuf,
        /// What it has.
        tables: String,
    },
    /// A table with other columns.
    #[error("the table payments of {} has no column {missing}", path.display())]
    NoColumns {
        /// Which file.
        path: PathBuf,
        /// What it lacks.
        missing: String,
    },
    /// Too many.
    #[error("there are more than {ROWS_MAX} rows; that many are not taken over at once")]
    TooMany,
    /// It is being written.
    #[error("{} was changed while it was read: stop the back end before, or copy its file while it rests", .0.display())]
    Changing(PathBuf),
    /// SQLite cannot read it.
    #[error("{} is damaged: {cause}", path.display())]
    Damaged {
        /// Which file.
        path: PathBuf,
        /// What SQLite said.
        cause: String,
    },
    /// There is no room for a copy.
    #[error("{} has a log beside it and is copied before it is read, which failed in {}: {cause}", path.display(), folder.display())]
    Copy {
        /// Which file.
        path: PathBuf,
        /// Where to.
        folder: PathBuf,
        /// What the system said.
        cause: io::Error,
    },
}

/// Reads the table `payments`, by its `id`.
pub fn read(path: &Path) -> Result<Vec<Row>, SourceError> {
    is_database(path)?;
    let before = Stamp::of(path);
    let has_more = BESIDE.iter().any(|ending| size(&beside(path, ending)) > 0);
    let rows = if has_more {
        let copy = Copied::make(path)?;
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let connection = Connection::open_with_flags(copy.file(), flags);
        connection.map(|connection| rows(&connection, path))
    } else {
        let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_URI | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let connection = Connection::open_with_flags(unchanging(path), flags);
        connection.map(|connection| rows(&connection, path))
    };
    // Asked first: a file that was changed meanwhile looks damaged.
    if Stamp::of(path) != before {
        return Err(SourceError::Changing(path.to_owned()));
    }
    rows.map_err(|error| damaged(path, &error))?
}

fn damaged(path: &Path, error: &rusqlite::Error) -> SourceError {
    match error.sqlite_error_code() {
        Some(ErrorCode::NotADatabase) => {
            SourceError::NotADatabase { path: path.to_owned(), what: "it only begins like one, or it is encrypted" }
        }
        Some(_) | None => SourceError::Damaged { path: path.to_owned(), cause: error.to_string() },
    }
}

fn is_database(path: &Path) -> Result<(), SourceError> {
    let unreadable = |cause| SourceError::Unreadable { path: path.to_owned(), cause };
    let mut beginning = Vec::new();
    let file = fs::File::open(path).map_err(unreadable)?;
    if file.metadata().map_err(unreadable)?.is_dir() {
        return Err(SourceError::NotADatabase { path: path.to_owned(), what: "it is a folder" });
    }
    let length = u64::try_from(MAGIC.len()).unwrap_or(u64::MAX);
    file.take(length).read_to_end(&mut beginning).map_err(unreadable)?;
    match beginning.as_slice() {
        [] => Err(SourceError::NotADatabase { path: path.to_owned(), what: "it is empty" }),
        MAGIC => Ok(()),
        _ => Err(SourceError::NotADatabase { path: path.to_owned(), what: "it begins otherwise" }),
    }
}

fn rows(connection: &Connection, path: &Path) -> Result<Vec<Row>, SourceError> {
    let failed = |error: rusqlite::Error| damaged(path, &error);
    connection.execute_batch("pragma query_only = on; pragma trusted_schema = off").map_err(failed)?;
    let id: i64 = connection.query_row("pragma application_id", [], |row| row.get(0)).map_err(failed)?;
    if OURS.contains(&id) {
        return Err(SourceError::Ours(path.to_owned()));
    }
    let columns = names(connection, "select lower(name) from pragma_table_info('payments')").map_err(failed)?;
    if columns.is_empty() {
        let tables = "select name from sqlite_schema where type = 'table' and name not like 'sqlite%' order by name";
        let tables = names(connection, tables).map_err(failed)?.join(", ");
        let tables = if tables.is_empty() { "nothing".to_owned() } else { tables };
        return Err(SourceError::NoTable { path: path.to_owned(), tables });
    }
    let has = |column: &str| columns.iter().any(|it| it == column);
    let missing: Vec<&str> = REQUIRED.into_iter().filter(|column| !has(column)).collect();
    if !missing.is_empty() {
        return Err(SourceError::NoColumns { path: path.to_owned(), missing: missing.join(", ") });
    }
    let optional = if has(OPTIONAL) { OPTIONAL } else { "null" };
    let sql = format!("select {}, {optional} from payments order by id", REQUIRED.join(", "));
    let mut statement = connection.prepare(&sql).map_err(failed)?;
    let mut found = statement.query([]).map_err(failed)?;
    let mut rows = Vec::new();
    let mut place = 0_u64;
    while let Some(row) = found.next().map_err(failed)? {
        if rows.len() >= ROWS_MAX {
            return Err(SourceError::TooMany);
        }
        place = place.saturating_add(1);
        let cells = (0..=REQUIRED.len()).map(|index| row.get_ref(index).map(cell)).collect::<rusqlite::Result<_>>();
        rows.push(Row::new(place, cells.map_err(failed)?));
    }
    Ok(rows)
}

fn names(connection: &Connection, sql: &str) -> rusqlite::Result<Vec<String>> {
    connection.prepare(sql)?.query_map([], |row| row.get(0))?.collect()
}

fn cell(value: ValueRef<'_>) -> Cell {
    match value {
        ValueRef::Null => Cell::Nothing,
        ValueRef::Integer(number) => Cell::Number(number),
        ValueRef::Real(number) => Cell::Text(number.to_string()),
        ValueRef::Text(bytes) => match std::str::from_utf8(bytes) {
            Ok(text) => Cell::Text(text.to_owned()),
            Err(_) => Cell::Bytes,
        },
        ValueRef::Blob(_) => Cell::Bytes,
    }
}

/// A file's name with an ending behind it.
fn beside(path: &Path, ending: &str) -> PathBuf {
    let mut name = OsString::from(path);
    name.push(ending);
    PathBuf::from(name)
}

fn size(path: &Path) -> u64 {
    fs::metadata(path).map_or(0, |metadata| metadata.len())
}

/// How a database and what belongs to it lie there: sizes and times.
#[derive(PartialEq, Eq)]
struct Stamp(Vec<Option<(u64, Option<SystemTime>)>>);

impl Stamp {
    fn of(path: &Path) -> Self {
        let stamp = |metadata: Metadata| (metadata.len(), metadata.modified().ok());
        let files = ["", "-wal", "-journal"].map(|ending| fs::metadata(beside(path, ending)).ok().map(stamp));
        Self(files.into())
    }
}

/// The address of a file that SQLite takes for one that nobody changes: it makes no other file and locks nothing.
fn unchanging(path: &Path) -> String {
    let absolute = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
    let bytes = absolute.as_os_str().as_encoded_bytes();
    let mut address = String::from(if bytes.starts_with(b"/") { "file://" } else { "file:///" });
    for byte in bytes {
        match *byte {
            b'\\' if cfg!(windows) => address.push('/'),
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'/' | b'.' | b'-' | b'_' | b':' => {
                address.push(char::from(*byte));
            }
            _ => address.push_str(&format!("%{byte:02X}")),
        }
    }
    address.push_str("?mode=ro&immutable=1");
    address
}

/// A copy with all that belongs to it, in a folder that nobody else may read; gone when it is dropped.
struct Copied(PrivateFolder);

impl Copied {
    fn make(path: &Path) -> Result<Self, SourceError> {
        let failed = |(folder, cause)| SourceError::Copy { path: path.to_owned(), folder, cause };
        let copied = Self(PrivateFolder::make("import").map_err(failed)?);
        let failed = |cause| failed((copied.0.path().to_owned(), cause));
        copy(path, &copied.file()).map_err(failed)?;
        for ending in BESIDE {
            let from = beside(path, ending);
            if size(&from) > 0 {
                copy(&from, &beside(&copied.file(), ending)).map_err(failed)?;
            }
        }
        Ok(copied)
    }

    fn file(&self) -> PathBuf {
        self.0.path().join("photobooth.db")
    }
}

/// Copies what a file holds, and not who may do what with it: a copy has to be written to.
fn copy(from: &Path, to: &Path) -> io::Result<()> {
    io::copy(&mut fs::File::open(from)?, &mut fs::File::create_new(to)?).map(drop)
}
