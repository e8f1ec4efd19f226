//! A run of Payme's suite: what it can be told, and how it starts.

use super::aging::Aging;
use super::case::{Case, Shared};
use super::restart::Restart;
use super::rules::{handbook, tests};
use super::{causes, links, look};
use crate::random::{Names, now_ms};
use crate::suite::orders::{AccountShape, Orders, Source};
use crate::suite::{self, Bench, Link, Provider, Report, Rule, RuleResult, Want};
use crate::wire::{Client, Request, SetupError, Target, Trust};
use serde_json::json;
use std::sync::Arc;
use std::sync::atomic::AtomicI64;
use std::time::Duration;
use tokio::sync::Notify;

/// Everything that a run can be told.
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
    /// How a transaction gets older than 12 hours.
    pub aging: Aging,
    /// How the server can be restarted.
    pub restart: Restart,
    /// The key may be changed (and is changed back).
    pub may_change_password: bool,
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

struct Payme {
    bench: Arc<Bench>,
    shared: Arc<Shared>,
}

/// Tries the chosen rules one after the other; `progress` hears how many are done before each.
///
/// # Errors
/// When the run could not start.
pub async fn run(
    settings: Settings,
    progress: &mut (dyn FnMut(usize, usize, &Rule) + Send),
) -> Result<Report, RunError> {
    let chosen = handbook().chosen(&settings.only, &settings.skip).map_err(RunError::Unusable)?;
    let bench = Arc::new(Bench {
        client: Client::new(settings.target, settings.timeout, settings.trust)?,
        orders: Orders::new(settings.source, settings.shape, settings.amount),
        names: Names::new(settings.seed),
        seed: settings.seed,
        pause: settings.pause,
        calls: AtomicI64::new(now_ms() % 100_000 + 100_000),
        broken: std::sync::Mutex::default(),
    });
    let looked = match settings.look_first {
        true => look::look(&bench, !settings.only.is_empty()).await,
        false => look::reach(&bench).await.map(|()| None),
    };
    let untouched = looked.map_err(RunError::Unusable)?;
    let shared = Arc::new(Shared {
        aging: settings.aging,
        restart: settings.restart,
        may_change_password: settings.may_change_password,
        rounds: settings.rounds.max(1),
        untouched: tokio::sync::Mutex::new(untouched),
        walks: Default::default(),
        keys: Default::default(),
        restarted: Default::default(),
        slowest: Default::default(),
    });
    let wanted = |id: &str| chosen.iter().any(|rule| rule.id == id);
    let tests = tests().filter(|test| wanted(test.rule.id)).collect();
    let payme = Payme { bench: Arc::clone(&bench), shared };
    Ok(suite::run(&payme, &bench, Want { tests, interrupt: settings.interrupt }, progress).await)
}

impl Provider for Payme {
    type Case = Case;

    const NAME: &'static str = "boothpay sandbox payme";
    const LINKS: &'static [Link] = links::LINKS;

    fn case(&self, common: Arc<suite::Case>) -> Case {
        Case::new(common, Arc::clone(&self.shared))
    }

    async fn silent(&self) -> Option<String> {
        let params = json!({"id": self.bench.names.transaction_id()});
        self.bench.client.answer(&Request::call(1, "CheckTransaction", &params)).await.err()
    }

    async fn broken(&self) {
        // Whoever failed may have left it changed.
        *self.shared.untouched.lock().await = None;
    }

    fn explain(&self, results: &mut [RuleResult]) {
        causes::explain(results);
    }

    async fn put_back(&self) -> Vec<String> {
        self.shared.keys.put_back(&self.bench.client, &self.bench.names).await.into_iter().collect()
    }
}
