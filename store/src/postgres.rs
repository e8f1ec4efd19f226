//! PostgreSQL: one database that several machines share, correct with any number of processes on it.
//!
//! A few workers take the calls that wait, carry them out together in one transaction, and answer after its commit.
//! Versions are checked, unique indexes stand behind that, and who has lost a race locks its rows before it tries again; so it
//! does not matter which process a call reaches. The sessions live on a runtime of the store's own.

pub(crate) mod apply;
mod arrays;
pub(crate) mod blocking;
pub(crate) mod connect;
mod differences;
pub(crate) mod loading;
pub(crate) mod locks;
mod lookups;
pub(crate) mod migrate;
mod notices;
mod panel;
mod photos;
pub(crate) mod queries;
mod readers;
pub(crate) mod rows;
mod search;
mod statement;
pub(crate) mod tasks;
pub(crate) mod trouble;
mod watch;
mod witness;
mod workers;
pub(crate) mod writer;

use crate::address::PostgresAddress;
use crate::batch::Committed;
use crate::changes::Changes;
use crate::error::{OpenError, StoreError};
use crate::readings::{Kept, OrderRow, PaymentRow, Payments, Size, StatementPages};
use boothpay_protocol::ledger::booth::BoothId;
use boothpay_protocol::ledger::chain::Head;
use boothpay_protocol::ledger::journal::{Actor, Entry};
use boothpay_protocol::ledger::order::{OrderId, OrderStatus};
use boothpay_protocol::ledger::period::Period;
use boothpay_protocol::ledger::provider::Provider;
use boothpay_protocol::ledger::rows::{Decision, Needs, Rows};
use boothpay_protocol::ledger::transaction::{Transaction, TransactionNumber};
use boothpay_protocol::providers::WaitingSince;
use boothpay_protocol::time::TimeMs;
use connect::Connector;
use lookups::Lookups;
use readers::{Readers, Shared};
use statement::Statements;
use std::ops::Range;
use std::sync::Arc;
use tokio::runtime::Runtime;
use tokio_postgres::Client;
use watch::{Lead, Watch};
use writer::Writer;

/// Threads for the sessions: what they do is short, the rest of the program needs the cores, and two would wake each other
/// up again and again.
const THREADS: usize = 1;

/// An open PostgreSQL database. Clones share it.
#[derive(Clone)]
pub(crate) struct Postgres {
    open: Arc<Open>,
}

struct Open {
    writer: Writer,
    lookups: Lookups,
    readers: Readers,
    statements: Statements,
    watch: Watch,
    // Last, so that what runs there ends after everything else has let go of it.
    _runtime: Background,
}

/// A runtime that may be dropped anywhere, also inside another runtime.
struct Background(Option<Runtime>);

impl Drop for Background {
    fn drop(&mut self) {
        if let Some(runtime) = self.0.take() {
            runtime.shutdown_background();
        }
    }
}

impl Postgres {
    /// Opens a database; changes that any process makes to it are announced to `changes`. Blocks.
    pub(crate) fn open(address: &PostgresAddress, changes: Changes) -> Result<Self, OpenError> {
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(THREADS)
            .thread_name("postgres")
            .enable_all()
            .build()
            .map_err(OpenError::Thread)?;
        let handle = runtime.handle().clone();
        let runtime = Background(Some(runtime));
        let connector = Connector::new(address, handle.clone())?;
        let (done, opened) = std::sync::mpsc::sync_channel(1);
        handle.spawn(async move {
            let opened = async {
                migrate::migrate(&connector).await?;
                connector.learn().await?;
                let watch = Watch::start(&connector, &changes).await?;
                Ok::<_, OpenError>((connector, watch))
            };
            // Nobody waiting would mean that the program has ended.
            let _ = done.send(opened.await);
        });
        let stopped = || OpenError::Thread(std::io::Error::other("it has stopped"));
        let (connector, watch) = opened.recv().map_err(|_| stopped())??;
        Ok(Self {
            open: Arc::new(Open {
                writer: Writer::start(&connector),
                lookups: Lookups::start(&connector),
                readers: Readers::new(&connector),
                statements: Statements::new(&connector),
                watch,
                _runtime: runtime,
            }),
        })
    }

    pub(crate) async fn transact<R, F>(&self, needs: Needs, actor: Actor, decide: F) -> Result<Committed<R>, StoreError>
    where
        R: Send + 'static,
        F: FnMut(&Rows) -> Decision<R> + Send + 'static,
    {
        self.open.writer.transact(needs, actor, decide).await
    }

    /// The rows of one moment.
    pub(crate) async fn rows(&self, needs: Needs) -> Result<Rows, StoreError> {
        self.open.lookups.rows(needs).await
    }

    pub(crate) async fn statement(&self, provider: Provider, period: Period) -> Result<StatementPages, StoreError> {
        self.open.statements.read(provider, period).await
    }

    pub(crate) async fn expired_orders(&self, now: TimeMs, limit: u32) -> Result<Vec<OrderId>, StoreError> {
        self.short(async |client| queries::expired_orders(client, now, limit).await).await
    }

    pub(crate) async fn waiting(
        &self,
        provider: Provider,
        since: WaitingSince,
        before: TimeMs,
        limit: u32,
    ) -> Result<Vec<OrderId>, StoreError> {
        self.short(async |client| queries::waiting(client, provider, since, before, limit).await).await
    }

    pub(crate) async fn journal(&self, order_id: OrderId) -> Result<Vec<Entry>, StoreError> {
        self.short(async |client| queries::journal(client, &order_id).await).await
    }

    pub(crate) async fn transactions_of(&self, order_id: OrderId) -> Result<Vec<Transaction>, StoreError> {
        self.short(async |client| queries::transactions_of(client, &order_id).await).await
    }

    pub(crate) async fn order_counts(&self) -> Result<Vec<(OrderStatus, i64)>, StoreError> {
        self.overview(async |client| queries::order_counts(client).await).await
    }

    pub(crate) async fn kept_sums(&self, spans: &[Range<i64>]) -> Result<Kept, StoreError> {
        self.overview(async |client| queries::kept_sums(client, spans).await).await
    }

    pub(crate) async fn orders(&self, status: Option<OrderStatus>, limit: u32) -> Result<Vec<OrderRow>, StoreError> {
        self.overview(async |client| queries::orders(client, status, limit).await).await
    }

    pub(crate) async fn payments(&self, which: &Payments) -> Result<Vec<PaymentRow>, StoreError> {
        self.overview(async |client| queries::payments(client, which).await).await
    }

    pub(crate) async fn has_proven_calls(&self) -> Result<bool, StoreError> {
        self.overview(async |client| queries::has_proven_calls(client).await).await
    }

    pub(crate) async fn unproven_payments(&self, unproven: &[&str]) -> Result<i64, StoreError> {
        self.overview(async |client| queries::unproven_payments(client, unproven).await).await
    }

    pub(crate) async fn heads(&self) -> Result<Vec<Head>, StoreError> {
        self.overview(async |client| queries::heads(client).await).await
    }

    pub(crate) async fn size(&self) -> Result<Size, StoreError> {
        self.overview(async |client| queries::size(client).await).await
    }

    /// Goes the way of every call, without one.
    pub(crate) async fn probe(&self) -> Result<(), StoreError> {
        let nothing = |_: &Rows| Decision::answer(());
        self.transact(Needs::default(), Actor::CommandLine, nothing).await.map(drop)
    }

    pub(crate) async fn try_lead(&self) -> Result<bool, StoreError> {
        self.open.watch.try_lead(Lead::All).await
    }

    pub(crate) async fn try_lead_booth(&self, booth: &BoothId) -> Result<bool, StoreError> {
        self.open.watch.try_lead(Lead::Booth(booth.clone())).await
    }

    async fn short<T>(&self, read: impl AsyncFnOnce(&Client) -> Result<T, StoreError>) -> Result<T, StoreError> {
        on(self.open.readers.short(), read).await
    }

    async fn overview<T>(&self, read: impl AsyncFnOnce(&Client) -> Result<T, StoreError>) -> Result<T, StoreError> {
        on(self.open.readers.overview(), read).await
    }
}

async fn on<T>(shared: &Shared, read: impl AsyncFnOnce(&Client) -> Result<T, StoreError>) -> Result<T, StoreError> {
    let reading = async {
        let reading = shared.session().await?;
        shared.wait(&reading, read(&reading.session.client)).await
    };
    shared.in_all(reading).await
}

/// The rows of one call, for who only looks and is inside a transaction.
pub(crate) async fn look_up(client: &Client, needs: &Needs) -> Result<Rows, StoreError> {
    let loading = loading::Loading::prepare(client).await?;
    let world = loading.load(client, &loading::Wanted::of([needs])).await?;
    Ok(world.rows(needs, TransactionNumber::new(0)))
}
