//! What the files hold, read by plain SQL, against what was acknowledged and against an undisturbed flow.

use boothpay_protocol::ledger::journal::Entry;
use boothpay_store::verify;
use rusqlite::types::Value;
use rusqlite::{Connection, OpenFlags};
use std::path::Path;

/// How the file is written, and everything in its tables, in an order of its own.
pub type Contents = Vec<Vec<Value>>;

pub fn contents(database: &Path) -> Result<Contents, String> {
    read_all(database).map_err(|error| format!("the file cannot be read: {error}"))
}

fn read_all(database: &Path) -> rusqlite::Result<Contents> {
    let connection = read_only(database)?;
    let mut rows = vec![vec![connection.query_row("pragma journal_mode", [], |row| row.get(0))?]];
    for table in ["orders", "transactions", "journal"] {
        let mut all = connection.prepare(&format!("select * from {table} order by 1, 2"))?;
        let columns = all.column_count();
        let row = |row: &rusqlite::Row<'_>| (0..columns).map(|column| row.get(column)).collect();
        rows.extend(all.query_map([], row)?.collect::<rusqlite::Result<Contents>>()?);
    }
    Ok(rows)
}

/// Every acknowledged journal row is there as it was acknowledged; the file is whole, and the rows are what the journal folds to.
pub fn judge(database: &Path, acknowledged: &[Entry]) -> Result<(), String> {
    if let Some(entry) = missing(database, acknowledged).map_err(|error| format!("the file cannot be read: {error}"))? {
        return Err(format!("acknowledged and not there: {entry:?}"));
    }
    let report = verify::database(&boothpay_store::Address::SqliteFile(database.to_owned()));
    match report.map_err(|error| error.to_string())?.findings.first() {
        None => Ok(()),
        Some(finding) => Err(format!("damaged: {finding}")),
    }
}

fn missing<'a>(database: &Path, acknowledged: &'a [Entry]) -> rusqlite::Result<Option<&'a Entry>> {
    let connection = read_only(database)?;
    let sql = "select count(*) from journal where order_id = ?1 and version = ?2 and at_ms = ?3 and actor = ?4 and change = ?5";
    for entry in acknowledged {
        let change = serde_json::to_string(&entry.change).unwrap();
        let row = (entry.order_id.as_str(), entry.version, entry.at.ms(), entry.actor.word(), change);
        let found: i64 = connection.query_row(sql, row, |row| row.get(0))?;
        if found != 1 {
            return Ok(Some(entry));
        }
    }
    Ok(None)
}

fn read_only(database: &Path) -> rusqlite::Result<Connection> {
    Connection::open_with_flags(database, OpenFlags::SQLITE_OPEN_READ_ONLY)
}
