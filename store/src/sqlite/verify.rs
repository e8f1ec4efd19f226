//! Reading a SQLite database for [`crate::verify`]: in one snapshot, on a connection that cannot write, a page at a time.

use super::connect;
use super::rows::{order_columns, read_entry, read_order, read_transaction, tx_columns};
use crate::verify::{Fault, OrderRows, Report};
use crate::{Address, OpenError};
use rusqlite::{Connection, Row, params};
use std::collections::BTreeMap;
use std::path::Path;

/// Orders read at once: a few hundred KiB with all that belongs to them.
const PAGE_ORDERS: u32 = 500;

/// Whole-file findings of one kind: the first few say it, the rest repeats it.
const FILE_FINDINGS_MAX: u32 = 100;

pub(crate) fn verify(address: &Address) -> Result<Report, OpenError> {
    match address {
        Address::SqliteFile(path) => file(path),
        Address::SqliteMemory | Address::Postgres(_) => Err(OpenError::NotAFile),
    }
}

/// Verifies a file. Nothing is written: the file is not even made when it is not there.
pub(super) fn file(path: &Path) -> Result<Report, OpenError> {
    let mut report = Report::default();
    let connection = match connect::existing(path) {
        Ok(connection) => connection,
        Err(OpenError::File { cause, .. } | OpenError::Prepare(cause)) if is_damage(&cause) => {
            report.add(None, Fault::File(cause.to_string()));
            return Ok(report);
        }
        Err(error) => return Err(error),
    };
    // The check of the whole file comes first, because reading a damaged file may end early.
    match whole_file(&connection, &mut report).and_then(|()| contents(&connection, &mut report)) {
        Ok(()) => {}
        // What SQLite refuses to read is a finding, not a reason to give no answer; so is what ends the reading of a
        // database that lacks a table.
        Err(error) if is_damage(&error) || !report.is_healthy() => report.add(None, Fault::File(error.to_string())),
        Err(error) => return Err(error.into()),
    }
    Ok(report)
}

fn is_damage(error: &rusqlite::Error) -> bool {
    use rusqlite::ErrorCode::{DatabaseCorrupt, NotADatabase};
    matches!(error.sqlite_error_code(), Some(DatabaseCorrupt | NotADatabase))
        || matches!(error, rusqlite::Error::InvalidColumnType(..) | rusqlite::Error::Utf8Error(..))
}

fn whole_file(connection: &Connection, report: &mut Report) -> rusqlite::Result<()> {
    let mut check = connection.prepare(&format!("pragma integrity_check({FILE_FINDINGS_MAX})"))?;
    let lines = check.query_map([], |row| row.get::<_, String>(0))?;
    for line in lines {
        let line = line?;
        if line != "ok" {
            report.add(None, Fault::File(line));
        }
    }
    let mut check = connection.prepare("pragma foreign_key_check")?;
    let dangling = check.query_map([], |row| Ok(Fault::Dangling { table: row.get(0)?, parent: row.get(2)? }))?;
    for fault in dangling {
        report.add(None, fault?);
    }
    rules(connection, report)
}

/// Compares the schema with the one that this program would make: a dropped trigger or index is a promise gone.
fn rules(connection: &Connection, report: &mut Report) -> rusqlite::Result<()> {
    let expected = schema(&connect::empty_schema()?)?;
    let mut found = schema(connection)?;
    for (name, sql) in expected {
        match found.remove(&name) {
            Some(other) if other == sql => {}
            Some(_) => report.add(None, Fault::Rule(format!("{name} is not as it was made"))),
            None => report.add(None, Fault::Rule(format!("{name} is missing"))),
        }
    }
    for name in found.into_keys() {
        report.add(None, Fault::Rule(format!("{name} is none of ours")));
    }
    Ok(())
}

/// Name to SQL. What SQLite makes for itself has no SQL, or a name that begins with `sqlite_`.
fn schema(connection: &Connection) -> rusqlite::Result<BTreeMap<String, String>> {
    let sql = "select type || ' ' || name, sql from sqlite_schema where sql is not null and name not like 'sqlite\\_%' escape '\\'";
    connection.prepare(sql)?.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?.collect()
}

fn contents(connection: &Connection, report: &mut Report) -> rusqlite::Result<()> {
    let snapshot = connection.unchecked_transaction()?;
    keys(&snapshot, report)?;
    let mut after = String::new();
    loop {
        let ids = ids_after(&snapshot, &after)?;
        let (Some(first), Some(last)) = (ids.first(), ids.last()) else { return snapshot.finish() };
        for rows in page(&snapshot, first, last)?.values() {
            report.examine(rows);
        }
        after.clone_from(last);
    }
}

/// The digests of changed keys have one size.
fn keys(connection: &Connection, report: &mut Report) -> rusqlite::Result<()> {
    let sql = "select count(*) from provider_keys where length(digest) <> 32 or length(replaces) <> 32";
    let wrong: i64 = connection.query_row(sql, [], |row| row.get(0))?;
    if wrong > 0 {
        report.add(None, Fault::Unreadable { what: "a changed key", why: "its size is wrong".to_owned() });
    }
    Ok(())
}

/// The next ids that anything carries: rows whose order is gone must be seen too.
fn ids_after(connection: &Connection, after: &str) -> rusqlite::Result<Vec<String>> {
    let sql = "select order_id from orders where order_id > ?1
               union select order_id from journal where order_id > ?1
               union select order_id from transactions where order_id > ?1
               order by order_id limit ?2";
    connection.prepare_cached(sql)?.query_map(params![after, PAGE_ORDERS], |row| row.get(0))?.collect()
}

fn page(connection: &Connection, first: &str, last: &str) -> rusqlite::Result<BTreeMap<String, OrderRows>> {
    let mut page = Page { connection, first, last, orders: BTreeMap::new() };
    let orders = concat!("select ", order_columns!(), " from orders where order_id between ?1 and ?2");
    page.read(orders, 0, read_order, |rows, order| rows.order = Some(order))?;
    let journal = "select order_id, version, at_ms, actor, change from journal
                   where order_id between ?1 and ?2 order by order_id, version";
    page.read(journal, 0, read_entry, |rows, entry| rows.journal.push(entry))?;
    let transactions = concat!(
        "select ",
        tx_columns!(),
        " from transactions where order_id between ?1 and ?2 order by order_id, number"
    );
    page.read(transactions, 3, read_transaction, |rows, transaction| rows.transactions.push(transaction))?;
    Ok(page.orders)
}

struct Page<'a> {
    connection: &'a Connection,
    first: &'a str,
    last: &'a str,
    orders: BTreeMap<String, OrderRows>,
}

impl Page<'_> {
    /// Reads one table's rows. A row that does not fit its type is kept as the reason why; that it cannot be reached at all
    /// ends the reading.
    fn read<T>(
        &mut self,
        sql: &str,
        id_column: usize,
        fit: impl Fn(&Row<'_>) -> rusqlite::Result<T>,
        keep: impl Fn(&mut OrderRows, Result<T, String>),
    ) -> rusqlite::Result<()> {
        let mut statement = self.connection.prepare_cached(sql)?;
        let mut rows = statement.query([self.first, self.last])?;
        while let Some(row) = rows.next()? {
            let order_id: String = row.get(id_column)?;
            let order = self.orders.entry(order_id).or_insert_with_key(|id| OrderRows::of(id.clone()));
            keep(order, fit(row).map_err(|error| why(&error)));
        }
        Ok(())
    }
}

/// The cause alone: in which column of a query it was found helps nobody.
fn why(error: &rusqlite::Error) -> String {
    std::error::Error::source(error).map_or_else(|| error.to_string(), ToString::to_string)
}
