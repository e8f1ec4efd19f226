//! Exporting orders: reading them from a SQLite file.

use super::{Export, ExportRow, Receiver, sql};
use crate::sqlite::rows::{order_and_transaction, read_order_and_holder};
use crate::sqlite::visit;
use crate::visit::VisitError;
use rusqlite::params;
use std::path::Path;

pub(super) fn export(path: &Path, export: &Export, receiver: &mut dyn Receiver) -> Result<(), VisitError> {
    visit::visit(path, |connection| {
        visit::refuse_moved(connection, path)?;
        if receiver.begin().is_break() {
            return Ok(());
        }
        // One statement is one moment.
        let mut statement = connection.prepare(&sql(export, &order_and_transaction(), ["?1", "?2"]))?;
        let mut rows = statement.query(params![export.period.start.ms(), export.period.end.ms()])?;
        while let Some(row) = rows.next()? {
            let (_, order, transaction) = read_order_and_holder(row)?;
            if receiver.row(&ExportRow { order, transaction }).is_break() {
                break;
            }
        }
        Ok(())
    })
}
