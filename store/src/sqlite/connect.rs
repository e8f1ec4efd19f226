//! Opening connections: the pragmas that the promises rest on, and the migrations.

use super::{held, owner};
use crate::address::Address;
use crate::crash;
use crate::error::{OpenError, StoreError};
use crate::rights;
use crate::weak_sync;
use boothpay_protocol::time::TimeMs;
use rusqlite::config::DbConfig;
use rusqlite::{Connection, OpenFlags, params};
use std::path::Path;
use std::time::Duration;

/// "BPay" in ASCII: marks the file as ours.
const APPLICATION_ID: i64 = 0x4250_6179;

/// "BPMv": a file whose contents have gone elsewhere. No version of the program takes it for a database of its own.
const MOVED_ID: i64 = 0x4250_4d76;

/// Where such a file says so. It is no part of the schema: it comes and goes with the mark.
pub(crate) const MOVED_TABLE: &str = "boothpay_moved";

/// How long a connection waits for another process (`boothpay order create`, a backup) to let go of the file.
const BUSY_TIMEOUT: Duration = Duration::from_secs(5);

/// Memory for pages of the writing connection, in KiB: the inner pages of every index of ten million orders, so that a call
/// reads its leaves at most from the file.
const WRITER_CACHE_KIB: i64 = 16 * 1024;

/// Memory for pages of each reading connection, in KiB: it forgets them all whenever somebody else commits, so more than a
/// reading or two need would be held for nothing.
const READER_CACHE_KIB: i64 = 512;

/// Prepared statements kept per connection: more than this crate has.
const STATEMENTS_CACHED: usize = 64;

/// Append-only: a migration that has been released is never edited. Its place in the list is its version.
const MIGRATIONS: [&str; 1] = [include_str!("../../migrations/sqlite/0001_schema.sql")];

/// The one writing connection, on a database that is made or migrated as needed.
pub(crate) fn writing(address: &Address) -> Result<Connection, OpenError> {
    if let Some(path) = address.file() {
        refuse_log_alone(path)?;
        held::refuse_torn(path)?;
        // SQLite gives the files beside it the same rights. What cannot be made, it will tell of. Root works in the folder of the user
        // who runs the server.
        if let Ok(made) = rights::for_owner().write(true).create_new(true).open(path)
            && let Ok(rights) = rights::Rights::in_folder(owner::folder_of(path))
        {
            let _ = rights.give(&made);
        }
    }
    open(address, OpenFlags::SQLITE_OPEN_CREATE)
}

/// The same on a database that was open before: where none is any more, none is made.
pub(crate) fn writing_again(address: &Address) -> Result<Connection, OpenError> {
    open(address, OpenFlags::empty())
}

/// Refuses to open a file that is gone and whose log is not: SQLite would begin anew and throw the log away, with all that came since
/// it was last written back. That happens where somebody moves the file away after a power cut, and leaves what lies beside it.
pub(crate) fn refuse_log_alone(path: &Path) -> Result<(), OpenError> {
    let bytes = |path: &Path| std::fs::metadata(path).map_or(0, |found| found.len());
    let log = owner::companion(path, "-wal");
    if bytes(path) == 0 && bytes(&log) > 0 {
        return Err(OpenError::LogAlone { file: path.to_owned(), log });
    }
    Ok(())
}

fn open(address: &Address, more: OpenFlags) -> Result<Connection, OpenError> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX | more;
    let mut connection = match address.file() {
        Some(path) => Connection::open_with_flags(path, flags)
            .map_err(|cause| OpenError::File { path: path.to_owned(), cause })?,
        None => Connection::open_in_memory()?,
    };
    connection.busy_timeout(BUSY_TIMEOUT)?;
    // SQLite opens a file that may not be written all the same, and fails at the first payment.
    if address.file().is_some() && connection.is_readonly(rusqlite::MAIN_DB)? {
        let readonly = rusqlite::ffi::Error::new(rusqlite::ffi::SQLITE_READONLY);
        return Err(rusqlite::Error::SqliteFailure(readonly, None).into());
    }
    refuse_foreign(&connection, address)?;
    refuse_moved(&connection, address)?;
    let mode = change_journal_mode(&connection, "wal")?;
    if address.file().is_some() && mode != "wal" {
        return Err(OpenError::Unsafe("write-ahead logging is not possible; do not keep the file on a network drive"));
    }
    // FULL syncs at every commit; fullfsync asks macOS for a sync that reaches the platter.
    connection.execute_batch(
        "pragma synchronous = full; pragma fullfsync = on; pragma foreign_keys = off; pragma trusted_schema = off;",
    )?;
    let synchronous: i64 = connection.query_row("pragma synchronous", [], |row| row.get(0))?;
    if synchronous != 2 {
        return Err(OpenError::Unsafe("SQLite does not sync its commits"));
    }
    if let Some(weaker) = weak_sync::sqlite() {
        connection.execute_batch(weaker)?;
    }
    migrate(&mut connection)?;
    connection.execute_batch("pragma foreign_keys = on")?;
    // SQLite takes a negative number for KiB.
    connection.pragma_update(None, "cache_size", WRITER_CACHE_KIB.saturating_neg())?;
    keep_statements(&connection)?;
    Ok(connection)
}

/// A connection that can only read. The file is there: the writer has made it.
pub(crate) fn reading(path: &Path) -> rusqlite::Result<Connection> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(path, flags)?;
    only_read(&connection)?;
    Ok(connection)
}

/// Makes a connection one that reads.
pub(crate) fn only_read(connection: &Connection) -> rusqlite::Result<()> {
    connection.busy_timeout(BUSY_TIMEOUT)?;
    connection.execute_batch("pragma query_only = on; pragma trusted_schema = off;")?;
    connection.pragma_update(None, "cache_size", READER_CACHE_KIB.saturating_neg())?;
    keep_statements(connection)
}

/// Refuses a database that is not of this program, or not with its schema.
pub(crate) fn refuse_other_versions(connection: &Connection, path: &Path) -> Result<(), OpenError> {
    refuse_foreign(connection, &Address::SqliteFile(path.to_owned()))?;
    let known = schema_version();
    match connection.query_row("pragma user_version", [], |row| row.get(0))? {
        0 => Err(OpenError::Empty(path.to_owned())),
        found if found > known => Err(OpenError::Newer { found, known }),
        found if found < known => Err(OpenError::Older { found, known }),
        _ => Ok(()),
    }
}

/// Statements are planned once. Without the guarantee, SQLite plans some of them (those that a partial index may serve) again
/// whenever they are taken out of the cache, in the hope that the new values would make a better plan; here none do.
fn keep_statements(connection: &Connection) -> rusqlite::Result<()> {
    connection.set_prepared_statement_cache_capacity(STATEMENTS_CACHED);
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
    Ok(())
}

/// Changes how a file is written; the mode it has now. SQLite gives the new mode first and commits the change when it is asked
/// for more, so whoever does not ask takes a change for made that has failed: a database whose header never got to the disk,
/// and whose log the next reader throws away.
pub(crate) fn change_journal_mode(connection: &Connection, mode: &str) -> rusqlite::Result<String> {
    let mut change = connection.prepare(&format!("pragma journal_mode = {mode}"))?;
    let modes: Vec<String> = change.query_map([], |row| row.get(0))?.collect::<rusqlite::Result<_>>()?;
    modes.into_iter().next().ok_or(rusqlite::Error::QueryReturnedNoRows)
}

/// Writes the schema's version again: the smallest write there is.
pub(crate) fn touch(connection: &Connection) -> Result<(), StoreError> {
    connection.pragma_update(None, "user_version", schema_version())?;
    Ok(())
}

/// A database in memory with this program's schema and nothing in it.
pub(crate) fn empty_schema() -> rusqlite::Result<Connection> {
    let connection = Connection::open_in_memory()?;
    for migration in MIGRATIONS {
        connection.execute_batch(migration)?;
    }
    Ok(connection)
}

pub(crate) fn schema_version() -> i64 {
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
        Some(path) if id != APPLICATION_ID && id != MOVED_ID && tables > 0 => Err(OpenError::Foreign(path.to_owned())),
        Some(_) | None => Ok(()),
    }
}

pub(crate) fn refuse_moved(connection: &Connection, address: &Address) -> Result<(), OpenError> {
    match (address.file(), moved_to(connection)?) {
        (Some(path), Some((to, when))) => Err(OpenError::Moved { path: path.to_owned(), to, when }),
        (_, _) => Ok(()),
    }
}

/// Where everything went, and when, if the file says that it did.
pub(crate) fn moved_to(connection: &Connection) -> rusqlite::Result<Option<(String, String)>> {
    let id: i64 = connection.query_row("pragma application_id", [], |row| row.get(0))?;
    if id != MOVED_ID {
        return Ok(None);
    }
    let sql = format!("select target, strftime('%Y-%m-%d %H:%M UTC', at_ms / 1000, 'unixepoch') from {MOVED_TABLE}");
    connection.query_row(&sql, [], |row| Ok(Some((row.get(0)?, row.get(1)?))))
}

/// Writes down where everything goes, whole or not at all.
pub(crate) fn mark_as_moved(connection: &Connection, to: &str, at: TimeMs) -> rusqlite::Result<()> {
    let transaction = connection.unchecked_transaction()?;
    transaction.execute_batch(&format!(
        "drop table if exists {MOVED_TABLE};
         create table {MOVED_TABLE} (target text not null, at_ms integer not null) strict"
    ))?;
    transaction.execute(&format!("insert into {MOVED_TABLE} values (?1, ?2)"), params![to, at.ms()])?;
    transaction.pragma_update(None, "application_id", MOVED_ID)?;
    transaction.commit()
}

/// Takes the mark away, whole or not at all.
pub(crate) fn unmark(connection: &Connection) -> rusqlite::Result<()> {
    let transaction = connection.unchecked_transaction()?;
    transaction.execute_batch(&format!("drop table if exists {MOVED_TABLE}"))?;
    transaction.pragma_update(None, "application_id", APPLICATION_ID)?;
    transaction.commit()
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
            if has_orphans(&transaction)? {
                return Err(OpenError::Unsafe("it has rows whose order is missing; `boothpay verify` names them"));
            }
            transaction.pragma_update(None, "application_id", APPLICATION_ID)?;
            transaction.pragma_update(None, "user_version", version)?;
            crash::here(crash::Point::InMigration);
            tracing::debug!(schema = version, "database migrated");
        }
        transaction.commit()?;
    }
    Ok(())
}

/// Whether any row refers to one that is not there.
fn has_orphans(connection: &Connection) -> rusqlite::Result<bool> {
    connection.query_row("select exists (select 1 from pragma_foreign_key_check)", [], |row| row.get(0))
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
        assert!(matches!(refused, OpenError::Newer { found: 99, known: 1 }), "{refused}");

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
