//! SQLite: one file beside the program, one writing thread, a few reading connections.
//!
//! `journal_mode=WAL` with `synchronous=FULL`: a commit is on the disk before it is acknowledged. The writer commits all
//! calls that wait at the same moment together, so the cost of one sync is shared.

pub(crate) mod apply;
pub(crate) mod connect;
pub(crate) mod differences;
pub(crate) mod held;
pub(crate) mod lookups;
pub(crate) mod owner;
pub(crate) mod panel;
pub(crate) mod photos;
mod place;
mod queries;
mod readers;
mod recent;
pub(crate) mod rows;
pub(crate) mod search;
mod statement;
pub(crate) mod tasks;
mod trust;
pub(crate) mod visit;
mod writer;

pub(crate) use queries::{
    expired_orders, has_proven_calls, heads, journal, kept_sums, order_counts, orders, owed, payments, size,
    transactions_of, unproven_payments, waiting,
};

use crate::address::Address;
use crate::batch::Committed;
use crate::error::{OpenError, StoreError};
use crate::readings::StatementPages;
use boothpay_protocol::ledger::journal::Actor;
use boothpay_protocol::ledger::period::Period;
use boothpay_protocol::ledger::provider::Provider;
use boothpay_protocol::ledger::rows::{Decision, Needs, Rows};
use lookups::Lookups;
use readers::Readers;
use recent::{Memory, Recent};
use rusqlite::{Connection, Transaction, TransactionBehavior};
use std::sync::Arc;
use writer::Writer;

/// The one writer of a file, in its chain of the journal: whoever has the lock.
const SQLITE_WRITER: i64 = 1;

/// An open SQLite database. Clones share it.
#[derive(Clone)]
pub(crate) struct Sqlite {
    lookups: Option<Arc<Lookups>>,
    readers: Arc<Readers>,
    // Last, because who is the last to close a file and may write takes the log into it: then it is one file again.
    writer: Arc<Writer>,
}

impl Sqlite {
    pub(crate) fn open(address: &Address) -> Result<Self, OpenError> {
        Self::open_all(address).map_err(|error| match address.file() {
            Some(path) => owner::explain(path, owner::Access::Write, error),
            None => error,
        })
    }

    fn open_all(address: &Address) -> Result<Self, OpenError> {
        let connection = connect::writing(address)?;
        let (recent, lookups, readers) = match address.file() {
            Some(path) => {
                let recent = Arc::new(Recent::open(path)?);
                (Some(Arc::clone(&recent)), Some(Arc::new(Lookups::open(path, recent)?)), Readers::open(path)?)
            }
            // A second connection to a database in memory would see another database.
            None => (None, None, Readers::none()),
        };
        let writer = Arc::new(Writer::start(connection, address.clone(), Memory::new(recent))?);
        Ok(Self { writer, lookups, readers: Arc::new(readers) })
    }

    pub(crate) async fn transact<R, F>(&self, needs: Needs, actor: Actor, decide: F) -> Result<Committed<R>, StoreError>
    where
        R: Send + 'static,
        F: FnMut(&Rows) -> Decision<R> + Send + 'static,
    {
        self.writer.transact(needs, actor, decide).await
    }

    /// The rows of one moment.
    pub(crate) async fn rows(&self, needs: Needs) -> Result<Rows, StoreError> {
        if let Some(rows) = self.lookups.as_ref().and_then(|lookups| lookups.at_once(&needs)) {
            return Ok(rows);
        }
        self.read(move |connection| lookups::look_up(connection, &needs)).await
    }

    /// Reads on a reading connection, or on the writer's where there is no other.
    pub(crate) async fn read<T, F>(&self, read: F) -> Result<T, StoreError>
    where
        T: Send + 'static,
        F: FnOnce(&Connection) -> Result<T, StoreError> + Send + 'static,
    {
        match self.readers.path() {
            Some(_) => self.readers.read(read).await,
            None => self.writer.lend(read).await,
        }
    }

    pub(crate) async fn statement(&self, provider: Provider, period: Period) -> Result<StatementPages, StoreError> {
        match self.readers.path() {
            Some(path) => self.readers.statement(path.to_owned(), provider, period).await,
            None => {
                let all = self.read(move |connection| statement::all(connection, provider, period)).await?;
                statement::one_page(all)
            }
        }
    }

    /// Writes something that is no call, in a transaction of its own.
    pub(crate) async fn write<T, F>(&self, write: F) -> Result<T, StoreError>
    where
        T: Send + 'static,
        F: FnOnce(&Connection) -> Result<T, StoreError> + Send + 'static,
    {
        self.writer.lend(move |connection| in_a_transaction(connection, write)).await
    }

    /// How many changes wait for the writing connection.
    pub(crate) fn queued(&self) -> usize {
        self.writer.queued()
    }

    /// Writes for certain: a page goes through the log to the disk, and says what it said before.
    pub(crate) async fn probe(&self) -> Result<(), StoreError> {
        self.writer.lend(connect::touch).await
    }
}

fn in_a_transaction<T>(
    connection: &Connection,
    write: impl FnOnce(&Connection) -> Result<T, StoreError>,
) -> Result<T, StoreError> {
    // Taken back when it is dropped without a commit.
    let transaction = Transaction::new_unchecked(connection, TransactionBehavior::Immediate)?;
    let written = write(&transaction)?;
    transaction.commit()?;
    Ok(written)
}
