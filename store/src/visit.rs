//! What a command asks of a database that it does not own: orders and tasks, read without making, migrating or changing anything, and
//! without leaving anything behind. Works beside running servers. Blocks.

use crate::address::{Address, PostgresAddress};
use crate::error::{OpenError, StoreError};
use crate::postgres::connect::Purpose;
use crate::postgres::{self, queries};
use crate::readings::{Kept, OrderRow};
use crate::sqlite::{self, lookups, visit};
use crate::tables::task::TaskCounts;
use boothpay_protocol::ledger::giving_back;
use boothpay_protocol::ledger::journal::Entry;
use boothpay_protocol::ledger::order::{Order, OrderId, OrderStatus};
use boothpay_protocol::ledger::rows::Needs;
use boothpay_protocol::ledger::setting::{Setting, SettingName};
use boothpay_protocol::ledger::task::{Task, TaskNumber};
use boothpay_protocol::ledger::transaction::Transaction;
use rusqlite::Connection;
use std::ops::Range;
use std::path::Path;
use tokio_postgres::Client;

/// Everything that is kept of an order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OrderStory {
    /// The order as it is now.
    pub order: Order,
    /// Its transactions, in the order of creation.
    pub transactions: Vec<Transaction>,
    /// Its journal, from the first row.
    pub journal: Vec<Entry>,
    /// The tasks that give its money back, one for a transaction; finished ones go after a while.
    pub refunds: Vec<Task>,
}

/// Why there is no answer. Nothing was changed.
#[derive(Debug, thiserror::Error)]
pub enum VisitError {
    /// The database cannot be opened.
    #[error(transparent)]
    Open(#[from] OpenError),
    /// It cannot be read.
    #[error(transparent)]
    Read(#[from] StoreError),
}

impl From<rusqlite::Error> for VisitError {
    fn from(error: rusqlite::Error) -> Self {
        Self::Read(error.into())
    }
}

/// The first of these orders that is there.
pub fn story(address: &Address, ids: &[OrderId]) -> Result<Option<OrderStory>, VisitError> {
    match address {
        Address::SqliteFile(path) => in_file(path, |connection| story_in_file(connection, ids)),
        Address::SqliteMemory => Err(OpenError::InMemory.into()),
        Address::Postgres(server) => at_server(server, async |client| story_at_server(client, ids).await),
    }
}

/// Orders, newest first, at most `limit`, of one status or of all.
pub fn orders(address: &Address, status: Option<OrderStatus>, limit: u32) -> Result<Vec<OrderRow>, VisitError> {
    match address {
        Address::SqliteFile(path) => in_file(path, |connection| sqlite::orders(connection, status, limit)),
        Address::SqliteMemory => Err(OpenError::InMemory.into()),
        Address::Postgres(server) => at_server(server, async |client| queries::orders(client, status, limit).await),
    }
}

/// Sums over all orders, as [`crate::Store::kept_sums`] gives them.
pub fn kept_sums(address: &Address, spans: &[Range<i64>]) -> Result<Kept, VisitError> {
    match address {
        Address::SqliteFile(path) => in_file(path, |connection| sqlite::kept_sums(connection, spans)),
        Address::SqliteMemory => Err(OpenError::InMemory.into()),
        Address::Postgres(server) => at_server(server, async |client| queries::kept_sums(client, spans).await),
    }
}

/// Orders with money or prints that are owed to the customer, newest first, at most `limit`.
pub fn owed(address: &Address, limit: u32) -> Result<Vec<OrderStory>, VisitError> {
    match address {
        Address::SqliteFile(path) => in_file(path, |connection| {
            let ids = sqlite::owed(connection, limit)?;
            let story = |id: &OrderId| story_in_file(connection, std::slice::from_ref(id)).transpose();
            ids.iter().filter_map(story).collect()
        }),
        Address::SqliteMemory => Err(OpenError::InMemory.into()),
        Address::Postgres(server) => at_server(server, async |client| {
            let mut stories = Vec::new();
            for id in queries::owed(client, limit).await? {
                stories.extend(story_at_server(client, &[id]).await?);
            }
            Ok(stories)
        }),
    }
}

/// A stored setting, if it was ever set.
pub fn setting(address: &Address, name: &SettingName) -> Result<Option<Setting>, VisitError> {
    let needs = Needs::setting(name.clone());
    match address {
        Address::SqliteFile(path) => in_file(path, |connection| Ok(lookups::look_up(connection, &needs)?.setting)),
        Address::SqliteMemory => Err(OpenError::InMemory.into()),
        Address::Postgres(server) => {
            at_server(server, async |client| Ok(postgres::look_up(client, &needs).await?.setting))
        }
    }
}

/// Tasks in any of these states, the newest first, at most `limit`, with how many there are. States are named by their words
/// ([`boothpay_protocol::ledger::task::TaskState::WORDS`]).
pub fn tasks(address: &Address, states: &[&str], limit: u32) -> Result<(Vec<Task>, TaskCounts), VisitError> {
    let (listed, counts) = match address {
        Address::SqliteFile(path) => in_file(path, |connection| {
            Ok((sqlite::tasks::list(connection, states, limit)?, sqlite::tasks::counts(connection)?))
        })?,
        Address::SqliteMemory => return Err(OpenError::InMemory.into()),
        Address::Postgres(server) => at_server(server, async |client| {
            Ok((postgres::tasks::list(client, states, limit).await?, postgres::tasks::counts(client).await?))
        })?,
    };
    Ok((listed, TaskCounts::of(&counts)))
}

/// A task by its number.
pub fn task(address: &Address, number: TaskNumber) -> Result<Option<Task>, VisitError> {
    match address {
        Address::SqliteFile(path) => in_file(path, |connection| sqlite::tasks::one(connection, number)),
        Address::SqliteMemory => Err(OpenError::InMemory.into()),
        Address::Postgres(server) => at_server(server, async |client| postgres::tasks::one(client, number).await),
    }
}

/// Reads one moment of a file.
fn in_file<T>(path: &Path, read: impl Fn(&Connection) -> Result<T, StoreError>) -> Result<T, VisitError> {
    visit::visit(path, |connection| {
        visit::refuse_moved(connection, path)?;
        let snapshot = connection.unchecked_transaction()?;
        let found = read(&snapshot)?;
        snapshot.finish()?;
        Ok(found)
    })
}

fn story_in_file(connection: &Connection, ids: &[OrderId]) -> Result<Option<OrderStory>, StoreError> {
    for id in ids {
        if let Some(order) = lookups::look_up(connection, &Needs::order(id.clone()))?.order {
            let transactions = sqlite::transactions_of(connection, id)?;
            let mut refunds = Vec::new();
            for transaction in &transactions {
                refunds.extend(sqlite::tasks::by_key(connection, &giving_back::key(transaction))?);
            }
            return Ok(Some(OrderStory { order, transactions, journal: sqlite::journal(connection, id)?, refunds }));
        }
    }
    Ok(None)
}

/// Reads one moment of a server's database.
fn at_server<T: Send>(
    address: &PostgresAddress,
    read: impl AsyncFnOnce(&Client) -> Result<T, StoreError> + Send,
) -> Result<T, VisitError> {
    at_server_for(Purpose::Overview, address, read)
}

/// The same in a session for something else.
pub(crate) fn at_server_for<T: Send>(
    purpose: Purpose,
    address: &PostgresAddress,
    read: impl AsyncFnOnce(&Client) -> Result<T, StoreError> + Send,
) -> Result<T, VisitError> {
    postgres::blocking::block_on(address, async move |connector| {
        let session = connector.session(purpose).await?;
        postgres::migrate::ready(&session.client, &connector).await?;
        let begin = "begin isolation level repeatable read read only";
        session.client.batch_execute(begin).await.map_err(StoreError::from)?;
        Ok::<T, VisitError>(read(&session.client).await?)
    })
}

async fn story_at_server(client: &Client, ids: &[OrderId]) -> Result<Option<OrderStory>, StoreError> {
    for id in ids {
        if let Some(order) = postgres::look_up(client, &Needs::order(id.clone())).await?.order {
            let transactions = queries::transactions_of(client, id).await?;
            let mut refunds = Vec::new();
            for transaction in &transactions {
                refunds.extend(postgres::tasks::by_key(client, &giving_back::key(transaction)).await?);
            }
            return Ok(Some(OrderStory { order, transactions, journal: queries::journal(client, id).await?, refunds }));
        }
    }
    Ok(None)
}
