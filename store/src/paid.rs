//! Payments of one wallet for which money came, for whoever holds them against that wallet's statement. Read as a visit: changes nothing,
//! leaves nothing behind, works beside running servers.

use crate::address::Address;
use crate::error::{OpenError, StoreError};
use crate::postgres::connect::Purpose;
use crate::sqlite::visit as file;
use crate::tables::{self, order, transaction};
use crate::visit::{self, VisitError};
use boothpay_protocol::ledger::provider::Provider;
use boothpay_protocol::ledger::transaction::Transaction;
use boothpay_protocol::time::TimeMs;
use futures_util::TryStreamExt;
use rusqlite::params_from_iter;
use rusqlite::types::Value;
use std::ops::Range;
use std::pin::pin;
use tokio_postgres::types::ToSql;

/// Which payments.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum WhichPaid {
    /// Those whose money came here in this period, and those that began at the wallet in it. Its end is not in it.
    Around(Range<TimeMs>),
    /// By the ids that the wallet gave them.
    Ids(Vec<String>),
    /// Those of these orders.
    Orders(Vec<String>),
}

/// A payment for which money came.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Paid {
    /// The transaction.
    pub transaction: Transaction,
    /// Whether its money was recorded by a statement that a person showed: then the moment of that is not the wallet's.
    pub is_by_statement: bool,
}

/// Payments in the order in which they were made, at most `most`, each as `take` makes it. Blocks.
pub fn paid<T: Send>(
    address: &Address,
    provider: Provider,
    which: &WhichPaid,
    most: usize,
    take: impl Fn(Paid) -> T + Send + Sync,
) -> Result<Vec<T>, VisitError> {
    match address {
        Address::SqliteFile(path) => file::visit(path, |connection| {
            file::refuse_moved(connection, path)?;
            let sql = sql(which, "in (select value from json_each($2))");
            let mut values = vec![Value::Text(provider.word().to_owned())];
            match which {
                WhichPaid::Around(period) => {
                    values.extend([period.start, period.end].map(|time| Value::Integer(time.ms())));
                }
                WhichPaid::Ids(names) | WhichPaid::Orders(names) => {
                    values.push(Value::Text(serde_json::to_string(names).map_err(|_| StoreError::Bug)?));
                }
            }
            let mut statement = connection.prepare(&sql)?;
            let mut rows = statement.query(params_from_iter(values))?;
            let mut taken = Vec::new();
            while taken.len() < most
                && let Some(row) = rows.next()?
            {
                taken.push(take(read(row)?));
            }
            Ok(taken)
        }),
        Address::SqliteMemory => Err(OpenError::InMemory.into()),
        Address::Postgres(server) => visit::at_server_for(Purpose::Statement, server, async |client| {
            let sql = sql(which, "= any($2)");
            let (word, times) = (
                provider.word(),
                match which {
                    WhichPaid::Around(period) => [period.start.ms(), period.end.ms()],
                    WhichPaid::Ids(_) | WhichPaid::Orders(_) => [0, 0],
                },
            );
            let mut values: Vec<&(dyn ToSql + Sync)> = vec![&word];
            match which {
                WhichPaid::Around(_) => {
                    for time in &times {
                        values.push(time);
                    }
                }
                WhichPaid::Ids(names) | WhichPaid::Orders(names) => values.push(names),
            }
            let mut rows = pin!(client.query_raw(&sql, values).await?);
            let mut taken = Vec::new();
            while taken.len() < most
                && let Some(row) = rows.try_next().await.map_err(StoreError::from)?
            {
                taken.push(take(read(&row)?));
            }
            Ok(taken)
        }),
    }
}

/// What is selected; `among` says in the database's way that something is among the names of the second place.
fn sql(which: &WhichPaid, among: &str) -> String {
    let condition = match which {
        WhichPaid::Around(_) => {
            "(t.perform_time_ms >= $2 and t.perform_time_ms < $3 or t.provider_time_ms >= $2 and t.provider_time_ms < $3)"
                .to_owned()
        }
        WhichPaid::Ids(_) => format!("t.provider_id {among}"),
        WhichPaid::Orders(_) => format!("o.order_id {among}"),
    };
    // A journal row of a statement has the time of the money that it recorded.
    format!(
        "select o.order_id, {}, cast(case when exists (select 1 from journal j where j.order_row = t.order_row
             and j.actor = 'statement' and j.at_ms = t.perform_time_ms) then 1 else 0 end as bigint)
         from transactions t join orders o on o.order_row = t.order_row
         where t.provider = $1 and t.perform_time_ms is not null and {condition} order by t.number",
        transaction::TABLE.read_as("t")
    )
}

fn read(row: &impl tables::Row) -> Result<Paid, StoreError> {
    let id = order::read_id(row, 0)?;
    let (_, transaction) = transaction::read(row, 1, id)?;
    let is_by_statement = tables::Columns::from(row, transaction::COLUMNS.saturating_add(1)).number()? == 1;
    Ok(Paid { transaction, is_by_statement })
}
