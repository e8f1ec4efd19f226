//! A provider's statement: every transaction of a period in one consistent reading, a page at a time.

use super::rows::{read_transaction, tx_columns};
use crate::error::StoreError;
use crate::readings::StatementPages;
use boothpay_protocol::ledger::period::Period;
use boothpay_protocol::ledger::provider::Provider;
use boothpay_protocol::ledger::transaction::Transaction;
use rusqlite::{Connection, params};
use std::time::Duration;
use tokio::sync::mpsc;

/// Transactions in a page: about 100 KiB, whatever the length of the statement.
const PAGE_ROWS: usize = 256;

/// How long a receiver may take over one page before its reading, and the snapshot it holds, is given up.
const RECEIVER_PATIENCE: Duration = Duration::from_secs(30);

const SQL: &str = concat!(
    "select ",
    tx_columns!(),
    " from transactions where provider = ?1 and provider_time_ms between ?2 and ?3
      order by provider_time_ms, number"
);

/// The whole statement at once, for a database that has one connection only.
pub(super) fn all(connection: &Connection, provider: Provider, period: Period) -> Result<Vec<Transaction>, StoreError> {
    let mut statement = connection.prepare_cached(SQL)?;
    let rows = statement.query_map(params![provider.word(), period.from.ms(), period.to.ms()], read_transaction)?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

/// Pages that consist of one.
pub(super) fn one_page(all: Vec<Transaction>) -> Result<StatementPages, StoreError> {
    let (pages, received) = mpsc::channel(1);
    pages.try_send(Ok(all)).map_err(|_| StoreError::Bug)?;
    Ok(received)
}

/// Sends the statement as it is read. One `select` is one snapshot, so the pages fit each other. An empty statement is
/// one empty page.
pub(super) fn send(
    connection: &Connection,
    provider: Provider,
    period: Period,
    pages: &mpsc::Sender<Result<Vec<Transaction>, StoreError>>,
) -> Result<(), StoreError> {
    let mut statement = connection.prepare_cached(SQL)?;
    let mut rows = statement.query_map(params![provider.word(), period.from.ms(), period.to.ms()], read_transaction)?;
    loop {
        let page = rows.by_ref().take(PAGE_ROWS).collect::<rusqlite::Result<Vec<_>>>()?;
        let last = page.len() < PAGE_ROWS;
        let sending = pages.send_timeout(Ok(page), RECEIVER_PATIENCE);
        if tokio::runtime::Handle::current().block_on(sending).is_err() || last {
            return Ok(());
        }
    }
}

/// Returns once the first page is there, so that a fault at the start can still be answered as a fault.
pub(super) async fn wait_for_first(mut received: StatementPages) -> Result<StatementPages, StoreError> {
    let first = received.recv().await.unwrap_or(Err(StoreError::Closed))?;
    let (pages, with_first) = mpsc::channel(1);
    pages.try_send(Ok(first)).map_err(|_| StoreError::Bug)?;
    tokio::spawn(async move {
        while let Some(page) = received.recv().await {
            if pages.send(page).await.is_err() {
                return;
            }
        }
    });
    Ok(with_first)
}
