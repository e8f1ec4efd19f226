//! Opening connections: the pragmas that the promises rest on, and the migrations.

use crate::{Address, OpenError, StoreError, crash};
use rusqlite::{Connection, OpenFlags};
use std::path::Path;
use std::time::Duration;

/// "BPay" in ASCII: marks the file as ours.
const APPLICATION_ID: i64 = 0x4250_6179;

/// How long a connection waits for another process (`boothpay order create`, a backup) to let go of the file.
const BUSY_TIMEOUT: Duration = Duration::from_secs(5);

/// Prepared statements kept per connection: more than this crate has.
const STATEMENTS_KEPT: usize = 64;

/// Append-only: a migration that has been released is never edited. Its place in the list is its version.
const MIGRATIONS: [&str; 3] = [
    include_str!("../../migrations/sqlite/0001_orders_transactions_journal.sql"),
    include_str!("../../migrations/sqlite/0002_indexes.sql"),
    include_str!("../../migrations/sqlite/0003_archive.sql"),
];

/// The one writing connection, on a database that is made or migrated as needed.
pub(super) fn writing(address: &Address) -> Result<Connection, OpenError> {
    let mut connection = match address.file() {
        Some(path) => Connection::open(path).map_err(|cause| OpenError::File { path: path.to_owned(), cause })?,
        None => Connection::open_in_memory()?,
    };
    connection.busy_timeout(BUSY_TIMEOUT)?;
    refuse_foreign(&connection, address)?;
    let mode: String = connection.query_row("pragma journal_mode = wal", [], |row| row.get(0))?;
    if address.file().is_some() && mode != "wal" {
        return Err(OpenError::Unsafe("write-ahead logging is not possible; do not keep the file on a network drive"));
    }
    // FULL syncs at every commit; fullfsync asks macOS for a sync that reaches the platter.
    connection.execute_batch(
        "pragma synchronous = full; pragma fullfsync = on; pragma foreign_keys = on; pragma trusted_schema = off;",
    )?;
    let synchronous: i64 = connection.query_row("pragma synchronous", [], |row| row.get(0))?;
    if synchronous != 2 {
        return Err(OpenError::Unsafe("SQLite does not sync its commits"));
    }
    migrate(&mut connection)?;
    connection.set_prepared_statement_cache_capacity(STATEMENTS_KEPT);
    Ok(connection)
}

/// A new file that consists of itself alone, with this program's schema. Whoever fills it syncs it when it is closed.
pub(super) fn unsynced(path: &Path) -> Result<Connection, OpenError> {
    let mut connection = Connection::open(path).map_err(|cause| OpenError::File { path: path.to_owned(), cause })?;
    connection.execute_batch(
        "pragma journal_mode = memory; pragma synchronous = off; pragma foreign_keys = on; pragma trusted_schema = off;",
    )?;
    migrate(&mut connection)?;
    connection.set_prepared_statement_cache_capacity(STATEMENTS_KEPT);
    Ok(connection)
}

/// A connection that can only read. The file is there: the writer has made it.
pub(super) fn reading(path: &Path) -> rusqlite::Result<Connection> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(path, flags)?;
    connection.busy_timeout(BUSY_TIMEOUT)?;
    connection.execute_batch("pragma query_only = on; pragma trusted_schema = off;")?;
    connection.set_prepared_statement_cache_capacity(STATEMENTS_KEPT);
    Ok(connection)
}

/// A reading connection to a database that somebody else has made, with this program's schema.
pub(super) fn existing(path: &Path) -> Result<Connection, OpenError> {
    let connection = reading(path).map_err(|cause| OpenError::File { path: path.to_owned(), cause })?;
    refuse_foreign(&connection, &Address::SqliteFile(path.to_owned()))?;
    let known = schema_version();
    match connection.query_row("pragma user_version", [], |row| row.get(0))? {
        found if found > known => Err(OpenError::Newer { found, known }),
        found if found < known => Err(OpenError::Older { found, known }),
        _ => Ok(connection),
    }
}

/// Writes the schema's version again: the smallest write there is.
pub(super) fn touch(connection: &Connection) -> Result<(), StoreError> {
    connection.pragma_update(None, "user_version", schema_version())?;
    Ok(())
}

/// A database in memory with this program's schema and nothing in it.
pub(super) fn empty_schema() -> rusqlite::Result<Connection> {
    let connection = Connection::open_in_memory()?;
    for migration in MIGRATIONS {
        connection.execute_batch(migration)?;
    }
    Ok(connection)
}

fn schema_version() -> i64 {
    i64::try_from(MIGRATIONS.len()).unwrap_or(i64::MAX)
}

fn refuse_foreign(connection: &Connection, address: &Address) -> Result<(), OpenError> {
    let file_error = |cause| match address.file() {
        Some(path) => OpenError::File { path: path.to_owned(), cause },
        None => OpenError::Prepare(cause),
    };
    let id: i64 = connection.query_row("pragma application_id", [], |row| row.get(0)).map_err(file_error)?;
    let tables: i64 =
        connection.query_row("select count(*) from sqlite_schema", [], |row| row.get(0)).map_err(file_error)?;
    match address.file() {
        Some(path) if id != APPLICATION_ID && tables > 0 => Err(OpenError::Foreign(path.to_owned())),
        Some(_) | None => Ok(()),
    }
}

/// Brings the schema to this program's version, each migration whole or not at all.
fn migrate(connection: &mut Connection) -> Result<(), OpenError> {
    let known = schema_version();
    for (version, migration) in (1_i64..).zip(MIGRATIONS) {
        // The version is read inside the transaction: two programs may start on a new file at once.
        let transaction = connection.transaction_with_behavior(rusqlite::TransactionBehavior::Immediate)?;
        let found: i64 = transaction.query_row("pragma user_version", [], |row| row.get(0))?;
        if found > known {
            return Err(OpenError::Newer { found, known });
        }
        if found < version {
            transaction.execute_batch(migration)?;
            transaction.pragma_update(None, "application_id", APPLICATION_ID)?;
            transaction.pragma_update(None, "user_version", version)?;
            crash::here(crash::Point::InMigration);
            tracing::debug!(schema = version, "database migrated");
        }
        transaction.commit()?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_newer_or_foreign_file_is_refused_and_left_alone() {
        let folder = tempfile::tempdir().unwrap();
        let newer = folder.path().join("newer.db");
        writing(&Address::SqliteFile(newer.clone())).unwrap().pragma_update(None, "user_version", 99).unwrap();
        let refused = writing(&Address::SqliteFile(newer)).map(drop).unwrap_err();
        assert!(matches!(refused, OpenError::Newer { found: 99, known: 3 }), "{refused}");

        let foreign = folder.path().join("foreign.db");
        Connection::open(&foreign).unwrap().execute_batch("create table theirs (x)").unwrap();
        let refused = writing(&Address::SqliteFile(foreign)).map(drop).unwrap_err();
        assert!(matches!(refused, OpenError::Foreign(_)), "{refused}");

        let text = folder.path().join("text.db");
        std::fs::write(&text, "this is no database, but it is long enough to be looked at as one by SQLite").unwrap();
        assert!(writing(&Address::SqliteFile(text)).is_err());
        assert!(writing(&Address::SqliteFile(folder.path().join("no/such/folder.db"))).is_err());
    }
}
