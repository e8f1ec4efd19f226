//! A run of Uzum's suite: what it can be told besides, and how it starts.

use super::case::{Case, Shared};
use super::rules::{handbook, tests};
use super::{causes, links, look};
use crate::suite::{self, Bench, Link, Provider, Report, Rule, RuleResult, RunError};
use std::sync::Arc;

/// Everything that a run can be told. The address of the target is the one under which the five operations lie.
pub struct Settings {
    /// What every suite is told.
    pub common: suite::Settings,
    /// Our service at Uzum.
    pub service: i64,
}

struct Uzum {
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
    let shared = Arc::new(Shared { service: settings.service, restarted: Default::default() });
    let ready = settings.common.ready(&handbook(), tests())?;
    let case = Case::new(Arc::new(suite::Case::new(Arc::clone(&ready.bench))), Arc::clone(&shared));
    let found = match ready.look_first {
        true => look::look(&case, ready.some_rules_only).await,
        false => look::reach(&case).await.map(|()| None),
    };
    ready.looked(found).await?;
    let uzum = Uzum { bench: Arc::clone(&ready.bench), shared };
    Ok(suite::run(&uzum, &ready.bench, ready.want, progress).await)
}

impl Provider for Uzum {
    type Case = Case;

    const NAME: &'static str = "boothpay sandbox uzum";
    const LINKS: &'static [Link] = links::LINKS;

    fn case(&self, common: Arc<suite::Case>) -> Case {
        Case::new(common, Arc::clone(&self.shared))
    }

    async fn silent(&self) -> Option<String> {
        let case = self.case(Arc::new(suite::Case::new(Arc::clone(&self.bench))));
        self.bench.client.answer(&case.request(&case.status(&case.id()))).await.err()
    }

    fn explain(&self, results: &mut [RuleResult]) {
        causes::explain(results);
    }

    async fn put_back(&self) -> Vec<String> {
        vec![]
    }
}
