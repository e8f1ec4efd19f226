//! The file that is moved: locked, from its last payment to its end, so that nobody else can read or write it.

use super::error::MoveError;
use super::outcome::Counts;
use super::tables::{self, LAST_AUDIT, LAST_TASK, Row, Value};
use crate::error::OpenError;
use crate::sqlite::visit::visit;
use crate::sqlite::{connect, rows};
use crate::tables::{Column, Kind, Table};
use crate::verify::{self, Judge, Report};
use boothpay_protocol::time::TimeMs;
use rusqlite::{Connection, ErrorCode, OpenFlags};
use std::path::Path;
use std::time::Duration;

/// The file, locked until this is dropped.
pub(super) struct LockedFile(Connection);

/// Locks a file, whatever its last server has left in the log. A file that is not ours, or is in use, is refused.
pub(super) fn lock(path: &Path) -> Result<LockedFile, MoveError> {
    match visit(path, |_| Ok::<_, OpenError>(())) {
        Ok(()) => {}
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
        Ok(()) => Ok(LockedFile(connection)),
        Err(error) => Err(busy_or(path, error)),
    }
}

fn busy_or(path: &Path, cause: rusqlite::Error) -> MoveError {
    match cause.sqlite_error_code() {
        Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => MoveError::InUse(path.to_owned()),
        Some(_) | None => OpenError::File { path: path.to_owned(), cause }.into(),
    }
}

impl LockedFile {
    /// Where this file was moved to, if it was.
    pub(super) fn moved_to(&self) -> rusqlite::Result<Option<String>> {
        Ok(connect::moved_to(&self.0)?.map(|(to, _)| to))
    }

    pub(super) fn verify(&self) -> Result<Report, MoveError> {
        let mut judge = Judge::new();
        let snapshot = self.0.unchecked_transaction()?;
        verify::sqlite_connection(&snapshot, &mut judge)?;
        snapshot.finish()?;
        Ok(judge.report)
    }

    /// Writes down where everything goes, on the disk when this returns. No server opens the file from then on.
    pub(super) fn mark(&self, to: &str, at: TimeMs) -> rusqlite::Result<()> {
        connect::mark_as_moved(&self.0, to, at)
    }

    /// Makes the file a database again.
    pub(super) fn unmark(&self) -> rusqlite::Result<()> {
        connect::unmark(&self.0)
    }

    /// What there is to move.
    pub(super) fn counts(&self) -> rusqlite::Result<Counts> {
        self.0.query_row(tables::COUNTS, [], |row| {
            Ok(Counts {
                orders: row.get(0)?,
                transactions: row.get(1)?,
                journal_rows: row.get(2)?,
                settings: row.get(3)?,
                performed: row.get(4)?,
                performed_tiyin: row.get(5)?,
                refunded: row.get(6)?,
                refunded_tiyin: row.get(7)?,
            })
        })
    }

    /// The number before the next transaction's.
    pub(super) fn last_number(&self) -> rusqlite::Result<i64> {
        self.0.query_row(&rows::LAST_NUMBER, [], |row| row.get(0))
    }

    /// The row before the next order's.
    pub(super) fn last_row(&self) -> rusqlite::Result<i64> {
        self.0.query_row(&rows::LAST_ROW, [], |row| row.get(0))
    }

    /// The highest number of a task; 0 when there is none.
    pub(super) fn last_task(&self) -> rusqlite::Result<i64> {
        self.0.query_row(LAST_TASK, [], |row| row.get(0))
    }

    /// The highest number of an audit row; 0 when there is none.
    pub(super) fn last_audit(&self) -> rusqlite::Result<i64> {
        self.0.query_row(LAST_AUDIT, [], |row| row.get(0))
    }

    /// The statement that reads a table, row by row.
    pub(super) fn read(&self, table: &Table) -> rusqlite::Result<rusqlite::Statement<'_>> {
        self.0.prepare(&format!("select {} from {} order by {}", table.names(), table.name, table.order))
    }
}

/// The next row of such a statement.
pub(super) fn next_row(rows: &mut rusqlite::Rows<'_>, table: &Table) -> rusqlite::Result<Option<Row>> {
    let Some(row) = rows.next()? else { return Ok(None) };
    let value = |(index, column): (usize, &Column)| {
        Ok(match column.kind {
            Kind::Number => Value::Number(row.get(index)?),
            Kind::Text | Kind::Json => Value::Text(row.get(index)?),
            Kind::Bytes => Value::Bytes(row.get(index)?),
        })
    };
    table.columns.iter().enumerate().map(value).collect::<rusqlite::Result<Row>>().map(Some)
}
