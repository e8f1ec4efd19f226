//! Reading a SQLite database for [`crate::verify`]: in one snapshot, on a connection that cannot write, a page at a time.

use super::examine::OrderRows;
use super::fault::Fault;
use super::judge::{FILE_FINDINGS_MAX, Judge, PAGE_ORDERS};
use crate::error::OpenError;
use crate::sqlite::connect;
use crate::sqlite::rows::{order_columns, read_entry, read_order, read_transaction, tx_columns};
use rusqlite::{Connection, Row, params};
use std::collections::BTreeMap;
use std::path::Path;

/// Verifies a file. Nothing is written: the file is not even made when it is not there.
pub(crate) fn verify(path: &Path, judge: &mut Judge) -> Result<(), OpenError> {
    let connection = match connect::existing(path) {
        Ok(connection) => connection,
        Err(OpenError::File { cause, .. } | OpenError::Prepare(cause)) if is_damage(&cause) => {
            judge.add(None, Fault::File(cause.to_string()));
            return Ok(());
        }
        Err(error) => return Err(error),
    };
    let snapshot = connection.unchecked_transaction()?;
    through(&snapshot, judge)?;
    snapshot.finish()?;
    Ok(())
}

/// Verifies what a connection sees, which has to be one moment: it is inside a transaction.
pub(crate) fn through(connection: &Connection, judge: &mut Judge) -> Result<(), OpenError> {
    // The check of the whole file comes first, because reading a damaged file may end early.
    match whole_file(connection, judge).and_then(|()| contents(connection, judge)) {
        Ok(()) => Ok(()),
        // What SQLite refuses to read is a finding, not a reason to give no answer; so is what ends the reading of a
        // database that lacks a table.
        Err(error) if is_damage(&error) || !judge.report.is_healthy() => {
            judge.add(None, Fault::File(error.to_string()));
            Ok(())
        }
        Err(error) => Err(error.into()),
    }
}

fn is_damage(error: &rusqlite::Error) -> bool {
    use rusqlite::ErrorCode::{DatabaseCorrupt, NotADatabase};
    matches!(error.sqlite_error_code(), Some(DatabaseCorrupt | NotADatabase))
        || matches!(error, rusqlite::Error::InvalidColumnType(..) | rusqlite::Error::Utf8Error(..))
}

fn whole_file(connection: &Connection, judge: &mut Judge) -> rusqlite::Result<()> {
    let mut check = connection.prepare(&format!("pragma integrity_check({FILE_FINDINGS_MAX})"))?;
    let lines = check.query_map([], |row| row.get::<_, String>(0))?;
    for line in lines {
        let line = line?;
        if line != "ok" {
            judge.add(None, Fault::File(line));
        }
    }
    let mut check = connection.prepare("pragma foreign_key_check")?;
    let dangling = check.query_map([], |row| Ok(Fault::Dangling { table: row.get(0)?, parent: row.get(2)? }))?;
    for fault in dangling {
        judge.add(None, fault?);
    }
    rules(connection, judge)
}

/// Compares the schema with the one that this program would make: a dropped trigger or index is a promise gone.
fn rules(connection: &Connection, judge: &mut Judge) -> rusqlite::Result<()> {
    let expected = schema(&connect::empty_schema()?)?;
    let mut found = schema(connection)?;
    if connect::moved_to(connection)?.is_some() {
        found.remove(&format!("table {}", connect::MOVED_TABLE));
    }
    for (name, sql) in expected {
        match found.remove(&name) {
            Some(other) if other == sql => {}
            Some(_) => judge.add(None, Fault::Rule(format!("{name} is not as it was made"))),
            None => judge.add(None, Fault::Rule(format!("{name} is missing"))),
        }
    }
    for name in found.into_keys() {
        judge.add(None, Fault::Rule(format!("{name} is none of ours")));
    }
    Ok(())
}

/// Name to SQL. What SQLite makes for itself has no SQL, or a name that begins with `sqlite_`.
fn schema(connection: &Connection) -> rusqlite::Result<BTreeMap<String, String>> {
    let sql = "select type || ' ' || name, sql from sqlite_schema where sql is not null and name not like 'sqlite\\_%' escape '\\'";
    connection.prepare(sql)?.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?.collect()
}

fn contents(connection: &Connection, judge: &mut Judge) -> rusqlite::Result<()> {
    settings(connection, judge)?;
    repeated_ids(connection, judge)?;
    let mut after = String::new();
    loop {
        let ids = ids_after(connection, &after)?;
        let (Some(first), Some(last)) = (ids.first(), ids.last()) else { return Ok(()) };
        for rows in page(connection, first, last, judge.searches())?.values() {
            judge.order(rows);
        }
        after.clone_from(last);
    }
}

fn settings(connection: &Connection, judge: &mut Judge) -> rusqlite::Result<()> {
    let mut statement = connection.prepare("select name, value from settings where value is not null")?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        judge.setting(&row.get::<_, String>(0)?, &row.get::<_, String>(1)?);
    }
    Ok(())
}

/// A provider's id stands for one transaction, whichever order that pays.
fn repeated_ids(connection: &Connection, judge: &mut Judge) -> rusqlite::Result<()> {
    let sql = "select provider, provider_id, count(*) from transactions
               group by provider, provider_id having count(*) > 1 limit ?1";
    let mut statement = connection.prepare(sql)?;
    let mut rows = statement.query([FILE_FINDINGS_MAX])?;
    while let Some(row) = rows.next()? {
        let (provider, id, times): (String, String, u32) = (row.get(0)?, row.get(1)?, row.get(2)?);
        judge.add(None, Fault::Repeated { what: format!("the id {id} of {provider}"), times: times.into() });
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

fn page(
    connection: &Connection,
    first: &str,
    last: &str,
    with_changes: bool,
) -> rusqlite::Result<BTreeMap<String, OrderRows>> {
    let mut page = Page { connection, first, last, orders: BTreeMap::new() };
    let orders = concat!("select ", order_columns!(), " from orders where order_id between ?1 and ?2");
    page.read(orders, 0, read_order, |rows, order, _| {
        rows.orders.push(order);
        Ok(())
    })?;
    let journal = "select order_id, version, at_ms, actor, change from journal
                   where order_id between ?1 and ?2 order by order_id, version";
    page.read(journal, 0, read_entry, |rows, entry, row| {
        rows.journal.push(entry);
        if with_changes {
            rows.changes.push(row.get(4)?);
        }
        Ok(())
    })?;
    let transactions = concat!(
        "select ",
        tx_columns!(),
        " from transactions where order_id between ?1 and ?2 order by order_id, number"
    );
    page.read(transactions, 3, read_transaction, |rows, transaction, _| {
        rows.transactions.push(transaction);
        Ok(())
    })?;
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
        keep: impl Fn(&mut OrderRows, Result<T, String>, &Row<'_>) -> rusqlite::Result<()>,
    ) -> rusqlite::Result<()> {
        let mut statement = self.connection.prepare_cached(sql)?;
        let mut rows = statement.query([self.first, self.last])?;
        while let Some(row) = rows.next()? {
            let order_id: String = row.get(id_column)?;
            let order = self.orders.entry(order_id).or_insert_with_key(|id| OrderRows::of(id.clone()));
            keep(order, fit(row).map_err(|error| why(&error)), row)?;
        }
        Ok(())
    }
}

/// The cause alone: in which column of a query it was found helps nobody.
fn why(error: &rusqlite::Error) -> String {
    std::error::Error::source(error).map_or_else(|| error.to_string(), ToString::to_string)
}
