//! A run: tries the chosen rules one after the other, and says what came of each.

use super::case::{Bench, Case, lock};
use super::links::{Link, link};
use super::rule::{Rule, Test};
use super::stop::{About, Stop};
use super::verdict::{Failure, Report, RuleResult, Verdict};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::sync::Notify;

/// What a provider brings to a run.
pub trait Provider: Sync {
    /// What its checks work with.
    type Case: Send + Sync;

    /// How the command and the report call it.
    const NAME: &'static str;

    /// What else breaks when a rule is broken.
    const LINKS: &'static [Link];

    /// A case of its own around the common one.
    fn case(&self, common: Arc<Case>) -> Self::Case;

    /// Why the server does not answer at all, if it does not.
    fn silent(&self) -> impl Future<Output = Option<String>> + Send;

    /// Gives the causes to the failures, knowing all results.
    fn explain(&self, results: &mut [RuleResult]);

    /// Changes back what the run has changed, also after an interruption; says what that was.
    fn put_back(&self) -> impl Future<Output = Vec<String>> + Send;
}

/// What was asked of a run.
pub struct Want<C: 'static> {
    /// The tests, in order.
    pub tests: Vec<&'static Test<C>>,
    /// Ends the run before its end: what is there by then is reported.
    pub interrupt: Arc<Notify>,
}

/// Tries the tests one after the other; `progress` hears how many are done before each that is tried.
pub async fn run<P: Provider>(
    provider: &P,
    bench: &Arc<Bench>,
    want: Want<P::Case>,
    progress: &mut (dyn FnMut(usize, usize, &Rule) + Send),
) -> Report {
    let started = Instant::now();
    let mut results = Vec::with_capacity(want.tests.len());
    let mut about = BTreeMap::new();
    let (mut gone, mut interrupted) = (None, false);
    for (index, test) in want.tests.iter().copied().enumerate() {
        let untried = match (&gone, interrupted) {
            (Some(reason), _) => Some(format!("the server no longer answers: {reason}")),
            (None, true) => Some("the run was interrupted".to_owned()),
            (None, false) => None,
        };
        if let Some(reason) = untried {
            let verdict = Verdict::Untried(reason);
            results.push(RuleResult { rule: &test.rule, verdict, notes: vec![], trail: vec![], took: Duration::ZERO });
            continue;
        }
        progress(index, want.tests.len(), &test.rule);
        let common = Arc::new(Case::new(Arc::clone(bench)));
        let case = provider.case(Arc::clone(&common));
        let begun = Instant::now();
        let outcome = tokio::select! {
            biased;
            () = want.interrupt.notified() => {
                interrupted = true;
                Err(Stop::Untried("the run was interrupted".to_owned()))
            }
            outcome = (test.check)(&case) => outcome,
        };
        let result = result(&test.rule, &common, outcome, begun.elapsed(), &mut about);
        if result.failed() {
            lock(&bench.broken).insert(result.rule.id);
            // Whoever failed may have left it changed.
            *bench.untouched.lock().await = None;
            if result.evidence().is_some_and(|exchange| exchange.answer.is_err()) {
                gone = provider.silent().await;
            }
        }
        results.push(result);
    }
    let remarks = provider.put_back().await;
    link(&mut results, &about, P::LINKS);
    provider.explain(&mut results);
    let target = bench.client.target();
    Report {
        suite: P::NAME,
        url: target.url.to_string(),
        seed: bench.seed,
        with_key: target.key.is_some(),
        results,
        took: started.elapsed(),
        interrupted,
        known: BTreeSet::new(),
        remarks,
    }
}

fn result(
    rule: &'static Rule,
    case: &Case,
    outcome: Result<(), Stop>,
    took: Duration,
    about: &mut BTreeMap<&'static str, About>,
) -> RuleResult {
    let (trail, notes) = case.take();
    let verdict = match outcome {
        Ok(()) => Verdict::Passed,
        Err(Stop::Skip(reason)) => Verdict::Skipped(reason),
        Err(Stop::Untried(reason)) => Verdict::Untried(reason),
        Err(Stop::Fail { at, expected, got, about: what, because }) => {
            if let Some(what) = what {
                about.insert(rule.id, what);
            }
            Verdict::Failed(Failure { at, expected, got, because, causes: vec![], same: None })
        }
    };
    RuleResult { rule, verdict, notes, trail, took }
}
