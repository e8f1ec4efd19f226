//! A database file that one program holds alone, from its last payment to its end: nobody else can read or write it.

use super::connect;
use super::verify::through;
use crate::OpenError;
use crate::moving::tables::{self, Kind, LAST_NUMBER, Row, Table, Value};
use crate::moving::{MoveError, Moved};
use crate::verify::{Judge, Report};
use boothpay_protocol::time::TimeMs;
use rusqlite::{Connection, ErrorCode, OpenFlags};
use std::path::Path;
use std::time::Duration;

/// The file, held until this is dropped.
pub(crate) struct Held(Connection);

/// Takes hold of a file, whatever its last server has left in the log. A file that is not ours, or is in use, is refused.
pub(crate) fn hold(path: &Path) -> Result<Held, MoveError> {
    match connect::existing(path) {
        Ok(connection) => drop(connection),
        Err(OpenError::File { cause, .. } | OpenError::Prepare(cause)) => return Err(busy_or(path, cause)),
        Err(error) => return Err(error.into()),
    }
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(path, flags)?;
    connection.busy_timeout(Duration::ZERO)?;
    // The lock that the first access takes is one that bears no other, and is kept until the connection ends.
    let taken = connection.execute_batch(
        "pragma locking_mode = exclusive; pragma synchronous = full; pragma fullfsync = on; pragma foreign_keys = on;
         pragma trusted_schema = off; begin exclusive; commit",
    );
    match taken {
        Ok(()) => Ok(Held(connection)),
        Err(error) => Err(busy_or(path, error)),
    }
}

fn busy_or(path: &Path, cause: rusqlite::Error) -> MoveError {
    match cause.sqlite_error_code() {
        Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => MoveError::InUse(path.to_owned()),
        Some(_) | None => OpenError::File { path: path.to_owned(), cause }.into(),
    }
}

impl Held {
    /// Where this file was moved to, if it was.
    pub(crate) fn moved_to(&self) -> rusqlite::Result<Option<String>> {
        Ok(connect::moved(&self.0)?.map(|(to, _)| to))
    }

    pub(crate) fn verify(&self) -> Result<Report, MoveError> {
        let mut judge = Judge::new();
        let snapshot = self.0.unchecked_transaction()?;
        through(&snapshot, &mut judge)?;
        snapshot.finish()?;
        Ok(judge.report)
    }

    /// Writes down where everything goes, on the disk when this returns. No server opens the file from then on.
    pub(crate) fn mark(&self, to: &str, at: TimeMs) -> rusqlite::Result<()> {
        connect::mark_as_moved(&self.0, to, at)
    }

    /// Makes the file a database again.
    pub(crate) fn unmark(&self) -> rusqlite::Result<()> {
        connect::unmark(&self.0)
    }

    /// What there is to move.
    pub(crate) fn counts(&self) -> rusqlite::Result<Moved> {
        self.0.query_row(tables::COUNTS, [], |row| {
            Ok(Moved {
                orders: row.get(0)?,
                transactions: row.get(1)?,
                journal_rows: row.get(2)?,
                keys: row.get(3)?,
                performed: row.get(4)?,
                performed_tiyin: row.get(5)?,
                refunded: row.get(6)?,
                refunded_tiyin: row.get(7)?,
            })
        })
    }

    /// The highest number of a transaction; 0 when there is none.
    pub(crate) fn last_number(&self) -> rusqlite::Result<i64> {
        self.0.query_row(LAST_NUMBER, [], |row| row.get(0))
    }

    /// The statement that reads a table, row by row.
    pub(crate) fn read(&self, table: &Table) -> rusqlite::Result<rusqlite::Statement<'_>> {
        self.0.prepare(&format!("select {} from {} order by {}", table.names(), table.name, table.order))
    }
}

/// The next row of such a statement.
pub(crate) fn next_row(rows: &mut rusqlite::Rows<'_>, table: &Table) -> rusqlite::Result<Option<Row>> {
    let Some(row) = rows.next()? else { return Ok(None) };
    let value = |(index, (_, kind)): (usize, &(&str, Kind))| {
        Ok(match kind {
            Kind::Number => Value::Number(row.get(index)?),
            Kind::Text | Kind::Json => Value::Text(row.get(index)?),
        })
    };
    table.columns.iter().enumerate().map(value).collect::<rusqlite::Result<Row>>().map(Some)
}
