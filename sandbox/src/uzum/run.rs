//! A run of Uzum's suite: what it can be told besides, and how it starts.

use super::case::{Case, Shared};
use super::rules::{handbook, tests};
use super::{causes, links, look};
use crate::suite::orders::Order;
use crate::suite::traffic::Session;
use crate::suite::{self, Bench, Ending, Link, Provider, Ready, Report, Rule, RuleResult, RunError, Single};
use std::sync::Arc;

/// Everything that a run can be told. The address of the target is the one under which the five operations lie.
pub struct Settings {
    /// What every suite is told.
    pub common: suite::Settings,
    /// Our service at Uzum.
    pub service: i64,
}

/// The wallet of a run.
pub struct Uzum {
    bench: Arc<Bench>,
    shared: Arc<Shared>,
}

impl Settings {
    /// The wallet, and the run that is ready but for the look.
    fn ready(self) -> Result<(Uzum, Ready<Case>), RunError> {
        let shared = Arc::new(Shared { service: self.service, restarted: Default::default() });
        let ready = self.common.ready(&handbook(), tests())?;
        Ok((Uzum { bench: Arc::clone(&ready.bench), shared }, ready))
    }
}

impl Uzum {
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
    let (uzum, ready) = settings.ready()?;
    let found = match ready.look_first {
        true => look::look(&uzum.own_case(), ready.some_rules_only).await,
        false => look::reach(&uzum.own_case()).await.map(|()| None),
    };
    ready.looked(found).await?;
    Ok(suite::run(&uzum, &ready.bench, ready.want, progress).await)
}

/// Many customers at once on a bad line, who can come in several turns.
///
/// # Errors
/// When the server is not usable.
pub async fn customers(settings: Settings) -> Result<Session<Uzum>, RunError> {
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
    let (uzum, ready) = settings.ready()?;
    suite::pay(&uzum, &ready.bench, order, ending, twice, stop).await.map_err(RunError::Unusable)
}

impl Provider for Uzum {
    type Case = Case;

    const NAME: &'static str = "boothpay sandbox uzum";
    const LINKS: &'static [Link] = links::LINKS;

    fn case(&self, common: Arc<suite::Case>) -> Case {
        Case::new(common, Arc::clone(&self.shared))
    }

    async fn silent(&self) -> Option<String> {
        let case = self.own_case();
        self.bench.client.answer(&case.request(&case.status(&case.id()))).await.err()
    }

    fn explain(&self, results: &mut [RuleResult]) {
        causes::explain(results);
    }

    async fn put_back(&self) -> Vec<String> {
        vec![]
    }
}
