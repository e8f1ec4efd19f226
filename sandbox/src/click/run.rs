//! A run of Click's suite: what it can be told besides, and how it starts.

use super::case::{Case, Shared};
use super::rules::{handbook, tests};
use super::{causes, links, look};
use crate::suite::orders::Order;
use crate::suite::traffic::Session;
use crate::suite::{self, Bench, Ending, Link, Provider, Ready, Report, Rule, RuleResult, RunError, Single};
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

/// The wallet of a run.
pub struct Click {
    bench: Arc<Bench>,
    shared: Arc<Shared>,
}

impl Settings {
    /// The wallet, and the run that is ready but for the look.
    fn ready(self) -> Result<(Click, Ready<Case>), RunError> {
        let target = &self.common.target;
        let secret = target.key.clone().filter(|secret| !secret.is_empty());
        let shared = Arc::new(Shared {
            service: self.service,
            secret: secret.ok_or_else(|| {
                RunError::Unusable(
                    "Click's requests are signed: give --secret, the SECRET_KEY of the service, or set \
                     BOOTHPAY_SANDBOX_KEY."
                        .to_owned(),
                )
            })?,
            prepare: target.url.clone(),
            complete: self.complete,
            walks: Default::default(),
            restarted: Default::default(),
        });
        let ready = self.common.ready(&handbook(), tests())?;
        Ok((Click { bench: Arc::clone(&ready.bench), shared }, ready))
    }
}

impl Click {
    /// A case for a look, outside of a run.
    fn own_case(&self) -> Case {
        self.case(Arc::new(suite::Case::new(Arc::clone(&self.bench))))
    }
}

/// Tries the chosen rules one after the other; `progress` hears how many are done before each.
///
/// # Errors
/// When the run could not start.
pub async fn run(
    settings: Settings,
    progress: &mut (dyn FnMut(usize, usize, &Rule) + Send),
) -> Result<Report, RunError> {
    let (click, ready) = settings.ready()?;
    let found = match ready.look_first {
        true => look::look(&click.own_case(), ready.some_rules_only).await,
        false => look::reach(&click.own_case()).await,
    };
    ready.looked(found.map(|()| None)).await?;
    Ok(suite::run(&click, &ready.bench, ready.want, progress).await)
}

/// Many customers at once on a bad line, who can come in several turns.
///
/// # Errors
/// When the server is not usable.
pub async fn customers(settings: Settings) -> Result<Session<Click>, RunError> {
    let (provider, ready) = settings.ready()?;
    look::look(&provider.own_case(), false).await.map_err(RunError::Unusable)?;
    Ok(Session::new(provider, ready.bench))
}

/// Plays one payment; `stop` ends it early.
///
/// # Errors
/// When it could not be played.
pub async fn pay(
    settings: Settings,
    order: Order,
    ending: Ending,
    twice: bool,
    stop: impl Future<Output = ()>,
) -> Result<Single, RunError> {
    let (click, ready) = settings.ready()?;
    suite::pay(&click, &ready.bench, order, ending, twice, stop).await.map_err(RunError::Unusable)
}

impl Provider for Click {
    type Case = Case;

    const NAME: &'static str = "boothpay sandbox click";
    const LINKS: &'static [Link] = links::LINKS;

    fn case(&self, common: Arc<suite::Case>) -> Case {
        Case::new(common, Arc::clone(&self.shared))
    }

    async fn silent(&self) -> Option<String> {
        let case = self.own_case();
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
