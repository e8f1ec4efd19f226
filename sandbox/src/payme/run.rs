//! A run of Payme's suite: what it can be told besides, and how it starts.

use super::aging::Aging;
use super::case::{Case, Shared};
use super::rules::{handbook, tests};
use super::{causes, links, look};
use crate::suite::{self, Bench, Link, Provider, Report, Rule, RuleResult, RunError};
use crate::wire::Request;
use serde_json::json;
use std::sync::Arc;

/// Everything that a run can be told.
pub struct Settings {
    /// What every suite is told.
    pub common: suite::Settings,
    /// How a transaction gets older than 12 hours.
    pub aging: Aging,
    /// The key may be changed (and is changed back).
    pub may_change_password: bool,
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
    let ready = settings.common.ready(&handbook(), tests())?;
    let found = match ready.look_first {
        true => look::look(&ready.bench, ready.some_rules_only).await,
        false => look::reach(&ready.bench).await.map(|()| None),
    };
    ready.looked(found).await?;
    let shared = Arc::new(Shared {
        aging: settings.aging,
        may_change_password: settings.may_change_password,
        walks: Default::default(),
        keys: Default::default(),
        restarted: Default::default(),
        slowest: Default::default(),
    });
    let payme = Payme { bench: Arc::clone(&ready.bench), shared };
    Ok(suite::run(&payme, &ready.bench, ready.want, progress).await)
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

    fn explain(&self, results: &mut [RuleResult]) {
        causes::explain(results);
    }

    async fn put_back(&self) -> Vec<String> {
        self.shared.keys.put_back(&self.bench.client, &self.bench.names).await.into_iter().collect()
    }
}
