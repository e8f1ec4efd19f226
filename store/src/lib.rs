//! Keeps orders, transactions and the journal.
//!
//! A call goes one way through here: [`Store::transact`] loads the rows that the call needs, asks the decision what to do,
//! writes its changes with their journal rows, commits, and only then returns the reply. Nobody outside sees a
//! connection, so nobody can answer before the commit.
//!
//! This crate holds all the SQL and none of the providers' rules.
#![cfg_attr(
    not(test),
    deny(
        clippy::unwrap_used,
        clippy::expect_used,
        clippy::panic,
        clippy::indexing_slicing,
        clippy::arithmetic_side_effects,
        clippy::as_conversions
    )
)]

mod address;
pub mod backup;
mod batch;
mod changes;
pub mod crash;
mod differences;
mod error;
pub mod export;
mod look;
pub mod moving;
pub mod paid;
mod panel;
mod photos;
mod postgres;
pub mod private;
mod readings;
pub mod rights;
mod room;
#[cfg(test)]
mod sample;
mod search;
mod shell;
mod sqlite;
mod sums;
mod tables;
pub mod takeover;
mod tasks;
pub mod verify;
pub mod visit;
mod weak_sync;
mod world;

pub use address::{Address, AddressError, PostgresAddress};
pub use batch::Committed;
pub use boothpay_protocol::ledger::chain::{Head, HeadError};
pub use differences::WhichDifferences;
pub use error::{OpenError, StoreError};
pub use look::{Seen, look};
pub use photos::{Update, UpdateKey};
pub use readings::{Kept, OrderRow, OrderSums, PaymentRow, Payments, Size, StatementPages, Takings};
pub use search::{LOOKED_THROUGH_MAX, OrderPage, OrderSearch};
pub use shell::quoted;
pub use tables::task::{Claim, Lane, Remove, TaskCounts};

use boothpay_protocol::ledger::authority;
use boothpay_protocol::ledger::booth::BoothId;
use boothpay_protocol::ledger::event::Subscriptions;
use boothpay_protocol::ledger::journal::{Actor, Entry};
use boothpay_protocol::ledger::order::{OrderId, OrderStatus};
use boothpay_protocol::ledger::period::Period;
use boothpay_protocol::ledger::provider::Provider;
use boothpay_protocol::ledger::rows::{Decision, Needs, Rows};
use boothpay_protocol::ledger::transaction::Transaction;
use boothpay_protocol::panel::Audit;
use boothpay_protocol::print::rules::Rules;
use boothpay_protocol::providers::WaitingSince;
use boothpay_protocol::time::TimeMs;
use changes::Changes;
use std::ops::Range;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::sync::{Notify, broadcast};

/// Order ids of changes that a slow listener may lag behind. A listener that lags more re-reads what it watches.
const CHANGES_BUFFERED: usize = 1024;

/// Who is told of each change how long it took, from its asking to its commit, and what it failed by.
pub type Timing = Arc<dyn Fn(Duration, Option<&StoreError>) + Send + Sync>;

/// An open database. Clones share it.
#[derive(Clone)]
pub struct Store {
    backend: Backend,
    changes: Changes,
    /// Who is told what.
    subscriptions: Subscriptions,
    /// What follows for its prints when an order is paid.
    prints: Option<Rules>,
    /// Who acts, where it is somebody of the panel.
    audit: Option<Audit>,
    /// Wakes whoever carries tasks out.
    tasks_committed: Arc<Notify>,
    timing: Option<Timing>,
}

#[derive(Clone)]
enum Backend {
    Sqlite(sqlite::Sqlite),
    Postgres(postgres::Postgres),
}

impl Store {
    /// Opens a database, making or migrating it as needed. Blocks: for the start of a program.
    pub fn open(address: &Address) -> Result<Self, OpenError> {
        let changes = Changes::new(CHANGES_BUFFERED);
        let backend = match address {
            Address::SqliteFile(_) | Address::SqliteMemory => Backend::Sqlite(sqlite::Sqlite::open(address)?),
            Address::Postgres(server) => Backend::Postgres(postgres::Postgres::open(server, changes.clone())?),
        };
        let (subscriptions, tasks_committed) = (Subscriptions::default(), Arc::new(Notify::new()));
        Ok(Self { backend, changes, subscriptions, prints: None, audit: None, tasks_committed, timing: None })
    }

    /// The same database, with somebody who is told: every commit of an event that is subscribed to stores the tasks that tell
    /// it. Whoever writes to a database with webhooks has to say so.
    pub fn telling(self, subscriptions: Subscriptions) -> Self {
        Self { subscriptions, ..self }
    }

    /// The same database, with print jobs: every commit that pays an order stores what follows for its prints, by the rules of the
    /// order's booth. Whoever writes to a booth's database has to say so.
    pub fn printing(self, rules: Rules) -> Self {
        Self { prints: Some(rules), ..self }
    }

    /// The same database, for a deed of somebody's: each commit that changes something stores this row of the audit with it, and one that is refused
    /// stores none.
    pub fn noting(&self, audit: Audit) -> Self {
        Self { audit: Some(audit), ..self.clone() }
    }

    /// The same database, with somebody who is told how long its changes take. He is told on the way of each, so he must not wait.
    pub fn timed(self, timing: Timing) -> Self {
        Self { timing: Some(timing), ..self }
    }

    /// Loads rows, decides, writes and commits; returns after the commit. `decide` may be called more than once.
    pub async fn transact<R, F>(&self, needs: Needs, actor: Actor, decide: F) -> Result<Committed<R>, StoreError>
    where
        R: Send + 'static,
        F: FnMut(&Rows) -> Decision<R> + Send + 'static,
    {
        let begun = Instant::now();
        let committed = self.carry_out(needs, actor, decide).await;
        if let Some(timing) = &self.timing {
            timing(begun.elapsed(), committed.as_ref().err());
        }
        committed
    }

    async fn carry_out<R, F>(&self, needs: Needs, actor: Actor, mut decide: F) -> Result<Committed<R>, StoreError>
    where
        R: Send + 'static,
        F: FnMut(&Rows) -> Decision<R> + Send + 'static,
    {
        let (subscriptions, prints, audit) = (self.subscriptions.clone(), self.prints.clone(), self.audit.clone());
        let decide = move |rows: &Rows| {
            let mut decision = decide(rows);
            if let Some(rules) = &prints {
                decision = rules.of(rows).follow(rows, decision);
            }
            let told = subscriptions.tasks(rows, actor, &decision.writes);
            let decision = decision.with_tasks(told);
            let has_tasks = !decision.tasks.is_empty();
            decision.noted(rows, audit.clone()).map(|reply| (reply, has_tasks))
        };
        let committed = match &self.backend {
            Backend::Sqlite(sqlite) => {
                let committed = sqlite.transact(needs, actor, decide).await?;
                if let Some(entry) = committed.entries.first() {
                    self.changes.announce(entry.order_id.clone());
                }
                committed
            }
            // The commit announces it, to this process and to the others.
            Backend::Postgres(postgres) => postgres.transact(needs, actor, decide).await?,
        };
        let Committed { reply: (reply, has_tasks), entries } = committed;
        if has_tasks {
            self.tasks_committed.notify_one();
        }
        Ok(Committed { reply, entries })
    }

    /// Loads rows without deciding anything: everything acknowledged so far is in them.
    pub async fn rows(&self, needs: Needs) -> Result<Rows, StoreError> {
        match &self.backend {
            Backend::Sqlite(sqlite) => sqlite.rows(needs).await,
            Backend::Postgres(postgres) => postgres.rows(needs).await,
        }
    }

    /// All transactions of a provider whose provider's time lies in the period, by that time, ties by our number. The
    /// pages are one consistent reading; the first is ready when this returns.
    pub async fn statement(&self, provider: Provider, period: Period) -> Result<StatementPages, StoreError> {
        match &self.backend {
            Backend::Sqlite(sqlite) => sqlite.statement(provider, period).await,
            Backend::Postgres(postgres) => postgres.statement(provider, period).await,
        }
    }

    /// Pending orders whose time is over while nobody is paying them, at most `limit`.
    pub async fn expired_orders(&self, now: TimeMs, limit: u32) -> Result<Vec<OrderId>, StoreError> {
        match &self.backend {
            Backend::Sqlite(sqlite) => {
                sqlite.read(move |connection| sqlite::expired_orders(connection, now, limit)).await
            }
            Backend::Postgres(postgres) => postgres.expired_orders(now, limit).await,
        }
    }

    /// Orders held by a provider's transaction that was created before `before` and not performed yet, at most `limit`.
    pub async fn waiting_transactions(
        &self,
        provider: Provider,
        since: WaitingSince,
        before: TimeMs,
        limit: u32,
    ) -> Result<Vec<OrderId>, StoreError> {
        match &self.backend {
            Backend::Sqlite(sqlite) => {
                let read = move |connection: &_| sqlite::waiting(connection, provider, since, before, limit);
                sqlite.read(read).await
            }
            Backend::Postgres(postgres) => postgres.waiting(provider, since, before, limit).await,
        }
    }

    /// An order's journal, from its first row.
    pub async fn journal(&self, order_id: OrderId) -> Result<Vec<Entry>, StoreError> {
        match &self.backend {
            Backend::Sqlite(sqlite) => sqlite.read(move |connection| sqlite::journal(connection, &order_id)).await,
            Backend::Postgres(postgres) => postgres.journal(order_id).await,
        }
    }

    /// How many orders have each status.
    pub async fn order_counts(&self) -> Result<Vec<(OrderStatus, i64)>, StoreError> {
        match &self.backend {
            Backend::Sqlite(sqlite) => sqlite.read(sqlite::order_counts).await,
            Backend::Postgres(postgres) => postgres.order_counts().await,
        }
    }

    /// Sums over all orders, of all hours together and of each span of hours, counted from 1970-01-01 UTC: what came, by
    /// provider and booth, and what of it went back or is owed back; which orders were made, and what has become of them. Read
    /// from sums, however many orders there are. Spans do not overlap.
    pub async fn kept_sums(&self, spans: Vec<Range<i64>>) -> Result<Kept, StoreError> {
        match &self.backend {
            Backend::Sqlite(sqlite) => sqlite.read(move |connection| sqlite::kept_sums(connection, &spans)).await,
            Backend::Postgres(postgres) => postgres.kept_sums(&spans).await,
        }
    }

    /// Where the journal's chains end: what to keep in another place, and to give to [`verify::against`] one day.
    pub async fn heads(&self) -> Result<Vec<Head>, StoreError> {
        match &self.backend {
            Backend::Sqlite(sqlite) => sqlite.read(sqlite::heads).await,
            Backend::Postgres(postgres) => postgres.heads().await,
        }
    }

    /// Orders, newest first, at most `limit`, of one status or of all.
    pub async fn orders(&self, status: Option<OrderStatus>, limit: u32) -> Result<Vec<OrderRow>, StoreError> {
        match &self.backend {
            Backend::Sqlite(sqlite) => sqlite.read(move |connection| sqlite::orders(connection, status, limit)).await,
            Backend::Postgres(postgres) => postgres.orders(status, limit).await,
        }
    }

    /// Orders, each with the transaction that says how it was paid.
    pub async fn payments(&self, which: Payments) -> Result<Vec<PaymentRow>, StoreError> {
        match &self.backend {
            Backend::Sqlite(sqlite) => sqlite.read(move |connection| sqlite::payments(connection, &which)).await,
            Backend::Postgres(postgres) => postgres.payments(&which).await,
        }
    }

    /// All transactions of an order, in the order of creation.
    pub async fn transactions(&self, order_id: OrderId) -> Result<Vec<Transaction>, StoreError> {
        match &self.backend {
            Backend::Sqlite(sqlite) => {
                sqlite.read(move |connection| sqlite::transactions_of(connection, &order_id)).await
            }
            Backend::Postgres(postgres) => postgres.transactions_of(order_id).await,
        }
    }

    /// How many orders were paid by somebody who did not have to prove it: by test payments, or by webhooks in
    /// development mode. Going live on such a database deserves a warning.
    pub async fn unproven_payments(&self) -> Result<i64, StoreError> {
        let unproven = authority::unproven_words();
        match &self.backend {
            Backend::Sqlite(sqlite) => {
                sqlite.read(move |connection| sqlite::unproven_payments(connection, &unproven)).await
            }
            Backend::Postgres(postgres) => postgres.unproven_payments(&unproven).await,
        }
    }

    /// Whether a wallet that proved itself has ever changed anything here: such a database is nobody's playground.
    pub async fn has_proven_calls(&self) -> Result<bool, StoreError> {
        match &self.backend {
            Backend::Sqlite(sqlite) => sqlite.read(sqlite::has_proven_calls).await,
            Backend::Postgres(postgres) => postgres.has_proven_calls().await,
        }
    }

    /// How large the database is; none of one in memory.
    pub async fn size(&self) -> Result<Option<Size>, StoreError> {
        match &self.backend {
            Backend::Sqlite(sqlite) => sqlite.read(sqlite::size).await,
            Backend::Postgres(postgres) => postgres.size().await.map(Some),
        }
    }

    /// How many changes wait for their turn to be written; none on PostgreSQL, where several sessions take them at once.
    pub fn queued(&self) -> Option<usize> {
        match &self.backend {
            Backend::Sqlite(sqlite) => Some(sqlite.queued()),
            Backend::Postgres(_) => None,
        }
    }

    /// Whether the database can be written to now.
    pub async fn probe(&self) -> Result<(), StoreError> {
        match &self.backend {
            Backend::Sqlite(sqlite) => sqlite.probe().await,
            Backend::Postgres(postgres) => postgres.probe().await,
        }
    }

    /// Whether this process is the one that does the background jobs: of several on one PostgreSQL, one is, and another
    /// takes over when it goes. Asked before each round.
    pub async fn try_lead(&self) -> Result<bool, StoreError> {
        match &self.backend {
            Backend::Sqlite(_) => Ok(true),
            Backend::Postgres(postgres) => postgres.try_lead().await,
        }
    }

    /// Whether this process is the one that looks after what is a booth's own, as its printer: of several servers of one booth, one is, and another
    /// takes over when it goes. Asked before each round.
    pub async fn try_lead_booth(&self, booth: &BoothId) -> Result<bool, StoreError> {
        match &self.backend {
            Backend::Sqlite(_) => Ok(true),
            Backend::Postgres(postgres) => postgres.try_lead_booth(booth).await,
        }
    }

    /// Whether there may be other servers, of this booth or of others. A file has one.
    pub const fn is_shared(&self) -> bool {
        match &self.backend {
            Backend::Sqlite(_) => false,
            Backend::Postgres(_) => true,
        }
    }

    /// Ids of orders as they change, from now on, whichever process changes them. When some may have been missed, the
    /// channel ends, and the listener looks again.
    pub fn changes(&self) -> broadcast::Receiver<OrderId> {
        self.changes.subscribe()
    }
}
