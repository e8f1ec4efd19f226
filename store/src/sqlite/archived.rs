//! Reading what a SQLite database keeps of archived orders: in one snapshot, on a connection that cannot write.

use super::archive::{list, read_registered};
use super::connect;
use super::rows::{order_columns, read_order, read_provider, read_status, read_transaction, tx_columns};
use crate::Takings;
use crate::archive::{ArchiveError, Archives, Kept, Registered, Sums};
use boothpay_protocol::order::OrderId;
use boothpay_protocol::transaction::Transaction;
use rusqlite::{Connection, OptionalExtension, Row, params};
use std::borrow::Borrow;
use std::collections::BTreeMap;
use std::path::Path;

/// Orders read at once.
const PAGE_ORDERS: u32 = 500;

/// Ids that are said to be both archived and not: the first few say it.
const DOUBLED_MAX: u32 = 100;

/// A database's file with what it keeps of archived orders.
pub(crate) struct ArchivedInFile<C> {
    connection: C,
}

impl ArchivedInFile<Connection> {
    pub(crate) fn open(path: &Path) -> Result<Self, ArchiveError> {
        let connection = connect::existing(path)?;
        // Ends with the connection.
        connection.execute_batch("begin")?;
        Ok(Self { connection })
    }
}

impl<'c> ArchivedInFile<&'c Connection> {
    /// What a connection sees inside the transaction that it is in.
    pub(crate) const fn seen_by(connection: &'c Connection) -> Self {
        Self { connection }
    }
}

impl<C: Borrow<Connection>> ArchivedInFile<C> {
    fn all<T>(
        &self,
        sql: &str,
        parameters: impl rusqlite::Params,
        read: impl FnMut(&Row<'_>) -> rusqlite::Result<T>,
    ) -> Result<Vec<T>, ArchiveError> {
        let mut statement = self.connection.borrow().prepare_cached(sql)?;
        Ok(statement.query_map(parameters, read)?.collect::<rusqlite::Result<_>>()?)
    }
}

impl<C: Borrow<Connection>> Archives for ArchivedInFile<C> {
    fn archives(&mut self) -> Result<Vec<Registered>, ArchiveError> {
        self.all("select archive, file, digest, moved_orders from archives order by archive", [], read_registered)
    }

    fn kept_after(&mut self, archive: Option<i64>, after: &str) -> Result<Vec<Kept>, ArchiveError> {
        let of_all = concat!(
            "select ",
            order_columns!(),
            ", unproven, digest, archive from archived_orders where ?1 is null and order_id > ?2
              order by order_id limit ?3"
        );
        let of_one = concat!(
            "select ",
            order_columns!(),
            ", unproven, digest, archive from archived_orders where archive = ?1 and order_id > ?2
              order by order_id limit ?3"
        );
        let sql = if archive.is_some() { of_one } else { of_all };
        let mut kept: Vec<Kept> = self.all(sql, params![archive, after, PAGE_ORDERS], |row| {
            let order = read_order(row)?;
            let (unproven, digest, archive) = (row.get(10)?, row.get(11)?, row.get(12)?);
            Ok(Kept { order, transactions: Vec::new(), unproven, digest, archive })
        })?;
        let ids: Vec<&str> = kept.iter().map(|kept| kept.order.id.as_str()).collect();
        let sql = concat!(
            "select ",
            tx_columns!(),
            " from archived_transactions where order_id in (select value from json_each(?1)) order by number"
        );
        let mut of_order: BTreeMap<OrderId, Vec<Transaction>> = BTreeMap::new();
        for it in self.all(sql, [list(&ids)], read_transaction)? {
            of_order.entry(it.order_id.clone()).or_default().push(it);
        }
        for kept in &mut kept {
            kept.transactions = of_order.remove(&kept.order.id).unwrap_or_default();
        }
        Ok(kept)
    }

    fn archive_of(&mut self, id: &OrderId) -> Result<Option<i64>, ArchiveError> {
        let sql = "select archive from archived_orders where order_id = ?1";
        Ok(self.connection.borrow().query_row(sql, [id.as_str()], |row| row.get(0)).optional()?)
    }

    fn version(&mut self, id: &OrderId) -> Result<Option<u32>, ArchiveError> {
        let sql = "select version from orders where order_id = ?1";
        Ok(self.connection.borrow().query_row(sql, [id.as_str()], |row| row.get(0)).optional()?)
    }

    fn doubled(&mut self) -> Result<Vec<String>, ArchiveError> {
        let sql = "select order_id from archived_orders where order_id in (select order_id from orders)
                   union
                   select order_id from archived_transactions a
                   where exists (select 1 from transactions t where t.number = a.number)
                      or exists (select 1 from transactions t
                                 where t.provider = a.provider and t.provider_id = a.provider_id)
                   limit ?1";
        self.all(sql, [DOUBLED_MAX], |row| row.get(0))
    }

    fn sums(&mut self) -> Result<Sums, ArchiveError> {
        let orders = self.all("select status, orders from archived_counts", [], |row| {
            Ok((read_status(row, 0)?.word(), row.get(1)?))
        })?;
        let sql = "select provider, hour, paid_count, paid_tiyin, refunded_count, refunded_tiyin from archived_takings";
        let takings = self.all(sql, [], |row| {
            let provider = read_provider(row, 0)?;
            let takings = Takings {
                provider,
                hour: row.get(1)?,
                paid_count: row.get(2)?,
                paid_tiyin: row.get(3)?,
                refunded_count: row.get(4)?,
                refunded_tiyin: row.get(5)?,
            };
            Ok(((provider.word(), takings.hour), takings))
        })?;
        Ok(Sums { orders: orders.into_iter().collect(), takings: takings.into_iter().collect() })
    }
}
