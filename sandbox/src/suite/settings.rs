//! What a run of any provider's suite can be told, and how it starts.

use super::case::Bench;
use super::handbook::Handbook;
use super::orders::{AccountShape, Order, Orders, Source};
use super::restart::Restart;
use super::rule::Test;
use super::run::Want;
use crate::random::{Names, now_ms};
use crate::wire::{Client, SetupError, Target, Trust};
use std::sync::Arc;
use std::sync::atomic::AtomicI64;
use std::time::Duration;
use tokio::sync::Notify;

/// Everything that a run can be told, whatever the provider.
pub struct Settings {
    /// The server under test.
    pub target: Target,
    /// Which certificates are believed.
    pub trust: Trust,
    /// Fresh orders.
    pub source: Source,
    /// The account objects.
    pub shape: AccountShape,
    /// The price in tiyin of orders that come without one.
    pub amount: i64,
    /// Repeats the random choices.
    pub seed: u64,
    /// Only these rules and groups; all when empty.
    pub only: Vec<String>,
    /// Not these rules and groups.
    pub skip: Vec<String>,
    /// How the server can be restarted.
    pub restart: Restart,
    /// In how many bursts each race is run.
    pub rounds: usize,
    /// Make sure before the run that the server, the key and the orders are usable at all.
    pub look_first: bool,
    /// The wait before a repeat that must not depend on the second.
    pub pause: Duration,
    /// A call that takes longer was not answered.
    pub timeout: Duration,
    /// Ends the run before its end.
    pub interrupt: Arc<Notify>,
}

/// A run could not start.
#[derive(Debug, thiserror::Error)]
pub enum RunError {
    /// The client could not be made.
    #[error(transparent)]
    Setup(#[from] SetupError),
    /// A word of `--only` or `--skip` means nothing, or the look before the run found something: what, and the cure.
    #[error("{0}")]
    Unusable(String),
}

/// A run that is ready but for the look at the server.
pub struct Ready<C: 'static> {
    /// What all cases share.
    pub bench: Arc<Bench>,
    /// The tests that were chosen.
    pub want: Want<C>,
    /// Only some rules were asked for: without orders there may still be something to try.
    pub some_rules_only: bool,
    /// Make sure first that the server is usable.
    pub look_first: bool,
}

impl Settings {
    /// Chooses the tests and makes the bench.
    ///
    /// # Errors
    /// When a word of `--only` or `--skip` means nothing, or TLS could not be set up.
    pub fn ready<C>(
        self,
        book: &Handbook,
        tests: impl Iterator<Item = &'static Test<C>>,
    ) -> Result<Ready<C>, RunError> {
        let chosen = book.chosen(&self.only, &self.skip).map_err(RunError::Unusable)?;
        let bench = Arc::new(Bench {
            client: Client::new(self.target, self.timeout, self.trust)?,
            orders: Orders::new(self.source, self.shape, self.amount),
            names: Names::fresh(),
            seed: self.seed,
            pause: self.pause,
            calls: AtomicI64::new(now_ms() % 100_000 + 100_000),
            rounds: self.rounds.max(1),
            restart: self.restart,
            untouched: tokio::sync::Mutex::default(),
            broken: std::sync::Mutex::default(),
        });
        let wanted = |id: &str| chosen.iter().any(|rule| rule.id == id);
        let tests = tests.filter(|test| wanted(test.rule.id)).collect();
        Ok(Ready {
            bench,
            want: Want { tests, interrupt: self.interrupt },
            some_rules_only: !self.only.is_empty(),
            look_first: self.look_first,
        })
    }
}

impl<C> Ready<C> {
    /// Keeps what the look before the run found: an order that may be paid, or what stands in the way.
    ///
    /// # Errors
    /// What stands in the way.
    pub async fn looked(&self, found: Result<Option<Order>, String>) -> Result<(), RunError> {
        *self.bench.untouched.lock().await = found.map_err(RunError::Unusable)?;
        Ok(())
    }
}
