//! Reading a SQLite database for [`crate::verify`]: in one snapshot, on a connection that cannot write, a page at a time.

use super::examine::OrderRows;
use super::fault::Fault;
use super::judge::{FILE_FINDINGS_MAX, Judge, PAGE_ORDERS};
use crate::error::OpenError;
use crate::sqlite::connect;
use crate::sqlite::visit::visit;
use crate::sums::Sums;
use crate::tables::order::RowNumber;
use crate::tables::{Table, journal, order, sums, task, transaction};
use rusqlite::{Connection, Row, Statement, params};
use std::collections::BTreeMap;
use std::path::Path;

/// Verifies a file. Nothing is written: the file is not even made when it is not there.
pub(crate) fn verify(path: &Path, judge: &mut Judge) -> Result<(), OpenError> {
    let before = judge.clone();
    let read = |connection: &Connection| {
        judge.clone_from(&before);
        let snapshot = connection.unchecked_transaction()?;
        through(&snapshot, judge)?;
        snapshot.finish()?;
        Ok(())
    };
    match visit(path, read) {
        Err(OpenError::File { cause, .. } | OpenError::Prepare(cause)) if is_damage(&cause) => {
            *judge = before;
            judge.add(None, Fault::File(cause.to_string()));
            Ok(())
        }
        outcome => outcome,
    }
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
    let mut pages = Pages::prepare(connection)?;
    let mut after = i64::MIN;
    while let Some((first, last)) = pages.ends_after(after)? {
        for rows in pages.read(first, last, judge.searches())?.values() {
            judge.order(rows);
        }
        after = last;
    }
    chains(connection, judge)?;
    tasks(connection, judge)?;
    let kept = kept_sums(connection, judge)?;
    judge.kept_sums(kept);
    Ok(())
}

fn settings(connection: &Connection, judge: &mut Judge) -> rusqlite::Result<()> {
    let mut statement = connection.prepare("select name, value from settings where value is not null")?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        judge.setting(&row.get::<_, String>(0)?, &row.get::<_, String>(1)?);
    }
    Ok(())
}

/// Reads the whole journal in the order of its chains.
fn chains(connection: &Connection, judge: &mut Judge) -> rusqlite::Result<()> {
    let sql = format!(
        "select coalesce(o.order_id, ''), {} from journal j left join orders o on o.order_row = j.order_row
         order by j.writer, j.sequence",
        journal::TABLE.read_as("j")
    );
    let mut statement = connection.prepare(&sql)?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        judge.journal_row(row);
    }
    judge.end_of_chains();
    Ok(())
}

fn tasks(connection: &Connection, judge: &mut Judge) -> rusqlite::Result<()> {
    let mut statement = connection.prepare(&format!("select {} from tasks order by number", task::TABLE.names()))?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        judge.task_row(row);
    }
    judge.end_of_tasks();
    Ok(())
}

fn kept_sums(connection: &Connection, judge: &mut Judge) -> rusqlite::Result<Sums> {
    let mut kept = Sums::default();
    let mut statement = connection.prepare(&sums::select_orders(None))?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        kept.orders.extend(judge.sum(sums::read_orders(row)));
    }
    let mut statement = connection.prepare(&sums::select_takings(None))?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        kept.takings.extend(judge.sum(sums::read_takings(row)));
    }
    Ok(kept)
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

/// The statements that read a page.
struct Pages<'c> {
    ends: Statement<'c>,
    orders: Statement<'c>,
    journal: Statement<'c>,
    transactions: Statement<'c>,
}

impl<'c> Pages<'c> {
    fn prepare(connection: &'c Connection) -> rusqlite::Result<Self> {
        // Rows whose order is gone must be seen too. Each part gives a page at most, so that none is read to its end.
        let ends = "select min(order_row), max(order_row) from (
                        select order_row from (
                            select * from (select order_row from orders where order_row > ?1 order by order_row limit ?2)
                            union
                            select * from (select distinct order_row from journal where order_row > ?1
                                           order by order_row limit ?2)
                            union
                            select * from (select distinct order_row from transactions where order_row > ?1
                                           order by order_row limit ?2))
                        order by order_row limit ?2)";
        let rows_of = |table: &Table, order: &str| {
            format!(
                "select {} from {} t where t.order_row between ?1 and ?2 order by {order}",
                table.read_as("t"),
                table.name
            )
        };
        Ok(Self {
            ends: connection.prepare(ends)?,
            orders: connection.prepare(&rows_of(&order::TABLE, "t.order_row"))?,
            journal: connection.prepare(&rows_of(&journal::TABLE, "t.order_row, t.version"))?,
            transactions: connection.prepare(&rows_of(&transaction::TABLE, "t.order_row, t.number"))?,
        })
    }

    /// The first and the last of the next orders' rows that anything refers to.
    fn ends_after(&mut self, after: i64) -> rusqlite::Result<Option<(i64, i64)>> {
        let ends = self.ends.query_row(params![after, PAGE_ORDERS], |row| Ok((row.get(0)?, row.get(1)?)))?;
        let (first, last): (Option<i64>, Option<i64>) = ends;
        Ok(first.zip(last))
    }

    /// All rows of the page, each with its order. A row that does not fit its type is kept as the reason why; that one cannot be
    /// reached at all ends the reading.
    fn read(&mut self, first: i64, last: i64, with_text: bool) -> rusqlite::Result<BTreeMap<RowNumber, OrderRows>> {
        let mut page: BTreeMap<RowNumber, OrderRows> = BTreeMap::new();
        let mut rows = self.orders.query([first, last])?;
        while let Some(row) = rows.next()? {
            of_row(&mut page, row, 0)?.add_order(row);
        }
        let mut rows = self.journal.query([first, last])?;
        while let Some(row) = rows.next()? {
            of_row(&mut page, row, 2)?.add_entry(row, with_text);
        }
        let mut rows = self.transactions.query([first, last])?;
        while let Some(row) = rows.next()? {
            of_row(&mut page, row, 1)?.add_transaction(row);
        }
        Ok(page)
    }
}

/// The rows of the order that a row refers to.
fn of_row<'p>(
    page: &'p mut BTreeMap<RowNumber, OrderRows>,
    row: &Row<'_>,
    index: usize,
) -> rusqlite::Result<&'p mut OrderRows> {
    let number = RowNumber(row.get(index)?);
    Ok(page.entry(number).or_insert_with(|| OrderRows::of(number)))
}
