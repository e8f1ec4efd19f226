//! A provider's statement: every transaction of a period in one consistent reading, a page at a time.

use super::connect::{Connector, Purpose, Session};
use super::readers::{READ_PATIENCE, silent};
use crate::error::StoreError;
use crate::readings::StatementPages;
use crate::tables::{order, transaction};
use boothpay_protocol::ledger::period::Period;
use boothpay_protocol::ledger::provider::Provider;
use boothpay_protocol::ledger::transaction::Transaction;
use futures_util::TryStreamExt;
use std::pin::Pin;
use std::sync::{Arc, LazyLock};
use std::time::Duration;
use tokio::sync::{Semaphore, mpsc};
use tokio::time::timeout;
use tokio_postgres::RowStream;
use tokio_postgres::types::ToSql;

/// Statements read at the same time. Each holds a session and a snapshot while its receiver reads, so they are few.
const STATEMENTS_AT_ONCE: usize = 4;

/// Transactions in a page: about 100 KiB, whatever the length of the statement.
const PAGE_ROWS: usize = 256;

/// Pages of a statement that wait for their receiver.
const PAGES_AHEAD: usize = 2;

/// How long a receiver may take over one page before its reading, and the snapshot it holds, is given up.
const RECEIVER_PATIENCE: Duration = Duration::from_secs(30);

/// Orders are joined one by one to the transactions, which the index gives in the right order.
static SQL: LazyLock<String> = LazyLock::new(|| {
    format!(
        "select o.order_id, {} from transactions t join orders o on o.order_row = t.order_row
         where t.provider = $1 and t.provider_time_ms between $2 and $3 order by t.provider_time_ms, t.number",
        transaction::TABLE.read_as("t")
    )
});

/// Reads statements.
pub(super) struct Statements {
    connector: Connector,
    places: Arc<Semaphore>,
}

/// One statement under way: rows leave the server as they are asked for, so a long statement takes no memory.
struct Reading {
    rows: Pin<Box<RowStream>>,
    _session: Session,
}

impl Statements {
    pub(super) fn new(connector: &Connector) -> Self {
        Self { connector: connector.clone(), places: Arc::new(Semaphore::new(STATEMENTS_AT_ONCE)) }
    }

    /// Returns once the first page is there, so that a fault at the start can still be answered as a fault. One `select`
    /// is one snapshot, so the pages fit each other. An empty statement is one empty page.
    pub(super) async fn read(&self, provider: Provider, period: Period) -> Result<StatementPages, StoreError> {
        let start = async {
            let place = Arc::clone(&self.places).acquire_owned().await.map_err(|_| StoreError::Closed)?;
            let mut reading = self.start(provider, period).await?;
            let first = reading.page().await?;
            Ok::<_, StoreError>((place, reading, first))
        };
        let (place, mut reading, first) = timeout(READ_PATIENCE, start).await.unwrap_or_else(|_| Err(silent()))?;
        let (pages, received) = mpsc::channel(PAGES_AHEAD);
        self.connector.runtime().spawn(async move {
            let _place = place;
            let mut page = Ok(first);
            loop {
                let is_last = page.as_ref().map_or(true, |rows| rows.len() < PAGE_ROWS);
                if pages.send_timeout(page, RECEIVER_PATIENCE).await.is_err() || is_last {
                    return;
                }
                page = timeout(READ_PATIENCE, reading.page()).await.unwrap_or_else(|_| Err(silent()));
            }
        });
        Ok(received)
    }

    async fn start(&self, provider: Provider, period: Period) -> Result<Reading, StoreError> {
        let session = self.connector.session(Purpose::Statement).await?;
        let parameters: [&(dyn ToSql + Sync); 3] = [&provider.word(), &period.from.ms(), &period.to.ms()];
        let rows = session.client.query_raw(SQL.as_str(), parameters).await?;
        Ok(Reading { rows: Box::pin(rows), _session: session })
    }
}

impl Reading {
    async fn page(&mut self) -> Result<Vec<Transaction>, StoreError> {
        let mut page = Vec::new();
        while page.len() < PAGE_ROWS
            && let Some(row) = self.rows.try_next().await?
        {
            let id = order::read_id(&row, 0)?;
            page.push(transaction::read(&row, 1, id)?.1);
        }
        Ok(page)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Store;
    use crate::address::Address;
    use boothpay_test_support::Cluster;

    /// Sorting everything first would keep the first page waiting for the last row.
    #[test]
    fn a_statement_is_read_along_the_indexes() {
        let database = Cluster::shared().database();
        drop(Store::open(&Address::parse(&database.url).unwrap()).unwrap());
        let sql = SQL.replace("$1", "'payme'").replace("$2", "1").replace("$3", "2");
        let settings = "set jit = off; set enable_seqscan = off; set enable_sort = off; set enable_hashjoin = off;
                        set enable_mergejoin = off";
        let plan = database.sql(&format!("{settings}; explain {sql}")).unwrap();
        let sorts = plan.matches("Sort  (").count();
        assert!(
            plan.contains("transactions_by_provider_time") && sorts == plan.matches("Incremental Sort  (").count(),
            "{plan}"
        );
    }
}
