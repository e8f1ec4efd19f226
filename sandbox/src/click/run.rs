//! A run of Click's suite: what it can be told besides, and how it starts.

use super::case::{Case, Shared};
use super::rules::{handbook, tests};
use super::{causes, links, look};
use crate::suite::{self, Bench, Link, Provider, Report, Rule, RuleResult, RunError};
use reqwest::Url;
use std::sync::Arc;

/// Everything that a run can be told. The address of the target is Prepare's, its key the service's secret.
pub struct Settings {
    /// What every suite is told.
    pub common: suite::Settings,
    /// Our service at Click.
    pub service: String,
    /// Where Complete goes.
    pub complete: Url,
}

struct Click {
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
    let target = &settings.common.target;
    let secret = target.key.clone().filter(|secret| !secret.is_empty());
    let shared = Arc::new(Shared {
        service: settings.service,
        secret: secret.ok_or_else(|| {
            RunError::Unusable(
                "Click's requests are signed: give --secret, the SECRET_KEY of the service, or set BOOTHPAY_SANDBOX_KEY."
                    .to_owned(),
            )
        })?,
        prepare: target.url.clone(),
        complete: settings.complete,
        walks: Default::default(),
        restarted: Default::default(),
    });
    let ready = settings.common.ready(&handbook(), tests())?;
    let common = Arc::new(suite::Case::new(Arc::clone(&ready.bench)));
    let case = Case::new(common, Arc::clone(&shared));
    let found = match ready.look_first {
        true => look::look(&case, ready.some_rules_only).await,
        false => look::reach(&case).await,
    };
    ready.looked(found.map(|()| None)).await?;
    let click = Click { bench: Arc::clone(&ready.bench), shared };
    Ok(suite::run(&click, &ready.bench, ready.want, progress).await)
}

impl Provider for Click {
    type Case = Case;

    const NAME: &'static str = "boothpay sandbox click";
    const LINKS: &'static [Link] = links::LINKS;

    fn case(&self, common: Arc<suite::Case>) -> Case {
        Case::new(common, Arc::clone(&self.shared))
    }

    async fn silent(&self) -> Option<String> {
        let case = self.case(Arc::new(suite::Case::new(Arc::clone(&self.bench))));
        let call = case.prepare(&case.nobodys_attempt()).forged();
        self.bench.client.answer(&case.request(&call)).await.err()
    }

    fn explain(&self, results: &mut [RuleResult]) {
        causes::explain(results);
    }

    async fn put_back(&self) -> Vec<String> {
        vec![]
    }
}
