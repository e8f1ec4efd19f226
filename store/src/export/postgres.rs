//! Exporting orders: reading them from a PostgreSQL database.

use super::{Export, ExportRow, Receiver, sql};
use crate::address::PostgresAddress;
use crate::error::StoreError;
use crate::postgres::connect::Purpose;
use crate::postgres::rows::{order_and_transaction, read_order_and_transaction};
use crate::visit::{self, VisitError};
use futures_util::TryStreamExt;
use std::pin::pin;
use tokio_postgres::types::ToSql;

pub(super) fn export(
    address: &PostgresAddress,
    export: &Export,
    receiver: &mut dyn Receiver,
) -> Result<(), VisitError> {
    visit::at_server_for(Purpose::Statement, address, async |client| {
        if receiver.begin().is_break() {
            return Ok(());
        }
        let sql = sql(export, &order_and_transaction(), ["$1", "$2"]);
        let period: [&(dyn ToSql + Sync); 2] = [&export.period.start.ms(), &export.period.end.ms()];
        let mut rows = pin!(client.query_raw(&sql, period).await?);
        while let Some(row) = rows.try_next().await.map_err(StoreError::from)? {
            let (_, order, transaction) = read_order_and_transaction(&row)?;
            if receiver.row(&ExportRow { order, transaction }).is_break() {
                break;
            }
        }
        Ok(())
    })
}
