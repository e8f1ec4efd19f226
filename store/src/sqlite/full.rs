//! Orders with everything that belongs to them: read from any Boothpay file, written to the file of an archive.

use super::archive::list;
use super::rows::{order_columns, read_entry, read_order, read_transaction, tx_columns};
use super::{apply, connect};
use crate::archive::{ArchiveError, Full, Line};
use boothpay_protocol::order::OrderId;
use boothpay_protocol::transaction::Transaction;
use rusqlite::{Connection, Row, params};
use std::collections::BTreeMap;
use std::path::Path;

/// Reads orders by their ids. Ids that no order has are left out.
pub(super) fn read<T: AsRef<str>>(connection: &Connection, ids: &[T]) -> rusqlite::Result<BTreeMap<String, Full>> {
    let ids = list(ids);
    let mut found = BTreeMap::new();
    let orders =
        concat!("select ", order_columns!(), " from orders where order_id in (select value from json_each(?1))");
    each(connection, orders, &ids, |row| {
        let order = read_order(row)?;
        found.insert(order.id.to_string(), Full { order, transactions: Vec::new(), journal: Vec::new() });
        Ok(())
    })?;
    let transactions = concat!(
        "select ",
        tx_columns!(),
        " from transactions where order_id in (select value from json_each(?1)) order by number"
    );
    each(connection, transactions, &ids, |row| {
        let transaction = read_transaction(row)?;
        if let Some(full) = found.get_mut(transaction.order_id.as_str()) {
            full.transactions.push(transaction);
        }
        Ok(())
    })?;
    let journal = "select order_id, version, at_ms, actor, change from journal
                   where order_id in (select value from json_each(?1)) order by order_id, version";
    each(connection, journal, &ids, |row| {
        let line = Line { entry: read_entry(row)?, text: row.get(4)? };
        if let Some(full) = found.get_mut(line.entry.order_id.as_str()) {
            full.journal.push(line);
        }
        Ok(())
    })?;
    Ok(found)
}

fn each(
    connection: &Connection,
    sql: &str,
    ids: &str,
    mut keep: impl FnMut(&Row<'_>) -> rusqlite::Result<()>,
) -> rusqlite::Result<()> {
    let mut statement = connection.prepare_cached(sql)?;
    let mut rows = statement.query([ids])?;
    while let Some(row) = rows.next()? {
        keep(row)?;
    }
    Ok(())
}

/// The file of an archive, read only.
pub(crate) struct ArchiveFile {
    connection: Connection,
}

impl ArchiveFile {
    pub(crate) fn open(path: &Path) -> Result<Self, ArchiveError> {
        Ok(Self { connection: connect::existing(path)? })
    }

    /// The next orders behind an id, in the order of their ids.
    pub(crate) fn after(&self, after: &str, limit: usize) -> Result<Vec<Full>, ArchiveError> {
        let sql = "select order_id from orders where order_id > ?1 order by order_id limit ?2";
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        let mut statement = self.connection.prepare_cached(sql)?;
        let ids = statement.query_map(params![after, limit], |row| row.get(0))?;
        let ids: Vec<String> = ids.collect::<rusqlite::Result<_>>()?;
        Ok(read(&self.connection, &ids)?.into_values().collect())
    }

    /// One order.
    pub(crate) fn find(&self, id: &OrderId) -> Result<Option<Full>, ArchiveError> {
        Ok(read(&self.connection, &[id.as_str()])?.into_values().next())
    }
}

/// The file of an archive while it is written.
pub(crate) struct NewArchiveFile {
    connection: Connection,
}

impl NewArchiveFile {
    pub(crate) fn create(path: &Path) -> Result<Self, ArchiveError> {
        Ok(Self { connection: connect::unsynced(path)? })
    }

    pub(crate) fn add(&mut self, page: &[Full]) -> Result<(), ArchiveError> {
        let transaction = self.connection.transaction()?;
        apply::insert_orders(&transaction, &page.iter().map(|full| &full.order).collect::<Vec<_>>())?;
        let transactions: Vec<&Transaction> = page.iter().flat_map(|full| &full.transactions).collect();
        apply::insert_transactions(&transaction, &transactions)?;
        {
            let sql = "insert into journal (order_id, version, at_ms, actor, change) values (?1, ?2, ?3, ?4, ?5)";
            let mut append = transaction.prepare_cached(sql)?;
            for Line { entry, text } in page.iter().flat_map(|full| &full.journal) {
                append.execute(params![
                    entry.order_id.as_str(),
                    entry.version,
                    entry.at.ms(),
                    entry.actor.word(),
                    text
                ])?;
            }
        }
        Ok(transaction.commit()?)
    }

    pub(crate) fn close(self) -> Result<(), ArchiveError> {
        self.connection.close().map_err(|(_, error)| error.into())
    }
}
