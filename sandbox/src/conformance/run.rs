//! A run: which rules are tried, in which order, and what came of each.

use super::case::{Aging, Bench, Case, Stop};
use super::causes;
use super::rule::Rule;
use super::rules::{GROUPS, means};
use crate::orders::{AccountShape, Orders, Source};
use crate::random::{Names, now_ms};
use crate::wire::{Client, Exchange, Request, SetupError, Target};
use serde_json::json;
use std::sync::Arc;
use std::sync::atomic::AtomicI64;
use std::time::{Duration, Instant};

/// Everything that a run can be told.
pub struct Settings {
    /// The server under test.
    pub target: Target,
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
    /// The key may be changed (and is changed back).
    pub may_change_password: bool,
    /// The wait before a repeat that must not depend on the second.
    pub pause: Duration,
    /// A call that takes longer was not answered.
    pub timeout: Duration,
}

/// A run could not start.
#[derive(Debug, thiserror::Error)]
pub enum RunError {
    /// The client could not be made.
    #[error(transparent)]
    Setup(#[from] SetupError),
    /// A word of `--only` or `--skip` means nothing.
    #[error("no rule or group is called `{0}`; `--list` shows all of them")]
    NoSuchRule(String),
    /// Nothing answers at the address.
    #[error("{url} does not answer: {reason}")]
    Unreachable {
        /// The address.
        url: String,
        /// What the client said.
        reason: String,
    },
}

/// What came of a run.
pub struct Report {
    /// The address of the server.
    pub url: String,
    /// The seed that repeats it.
    pub seed: u64,
    /// Without a key the rules about authorisation are skipped.
    pub with_key: bool,
    /// One for each rule that was chosen.
    pub results: Vec<RuleResult>,
    /// How long it took.
    pub took: Duration,
}

/// What came of one rule.
pub struct RuleResult {
    /// The rule.
    pub rule: &'static Rule,
    /// Kept or broken.
    pub verdict: Verdict,
    /// Which of several good answers was given.
    pub notes: Vec<String>,
    /// Every call that was made for it.
    pub trail: Vec<Exchange>,
    /// How long it took.
    pub took: Duration,
}

/// The outcome of a rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// The server keeps the rule.
    Passed,
    /// It could not be tried, for this reason.
    Skipped(String),
    /// The server breaks the rule.
    Failed {
        /// The exchange in the trail that shows it.
        at: usize,
        /// What had to come.
        expected: String,
        /// What came.
        got: String,
        /// What is usually wrong then; the nearest first.
        causes: Vec<String>,
    },
}

impl Report {
    /// Rules that decide the exit code and failed.
    pub fn failures(&self) -> impl Iterator<Item = &RuleResult> {
        self.results.iter().filter(|result| result.rule.grade.decides() && result.failed())
    }

    /// The result of the rule with this id.
    pub fn of(&self, id: &str) -> Option<&RuleResult> {
        self.results.iter().find(|result| result.rule.id == id)
    }
}

impl RuleResult {
    /// The server breaks the rule.
    pub fn failed(&self) -> bool {
        matches!(self.verdict, Verdict::Failed { .. })
    }

    /// The exchange that shows a failure.
    pub fn evidence(&self) -> Option<&Exchange> {
        match &self.verdict {
            Verdict::Failed { at, .. } => self.trail.get(*at).or(self.trail.last()),
            Verdict::Passed | Verdict::Skipped(_) => None,
        }
    }
}

/// The rules that these words choose.
///
/// # Errors
/// When a word means no rule.
pub fn chosen(only: &[String], skip: &[String]) -> Result<Vec<&'static Rule>, RunError> {
    let all: Vec<&'static Rule> = GROUPS.iter().flat_map(|group| group.rules).collect();
    if let Some(word) = only.iter().chain(skip).find(|word| !all.iter().any(|rule| means(word, rule))) {
        return Err(RunError::NoSuchRule(word.clone()));
    }
    let wanted = |rule: &&Rule| {
        (only.is_empty() || only.iter().any(|word| means(word, rule))) && !skip.iter().any(|word| means(word, rule))
    };
    Ok(all.into_iter().filter(wanted).collect())
}

/// Tries the chosen rules one after the other; `progress` hears how many are done before each.
///
/// # Errors
/// When the run could not start.
pub async fn run(
    settings: Settings,
    progress: &mut (dyn FnMut(usize, usize, &Rule) + Send),
) -> Result<Report, RunError> {
    let rules = chosen(&settings.only, &settings.skip)?;
    let started = Instant::now();
    let client = Client::new(settings.target, settings.timeout)?;
    let names = Names::new(settings.seed);
    if let Some(reason) = silent(&client, &names).await {
        return Err(RunError::Unreachable { url: client.target().url.to_string(), reason });
    }
    let bench = Arc::new(Bench {
        orders: Orders::new(settings.source, settings.shape, settings.amount),
        names,
        seed: settings.seed,
        aging: settings.aging,
        may_change_password: settings.may_change_password,
        pause: settings.pause,
        untouched: tokio::sync::Mutex::default(),
        walks: Default::default(),
        calls: AtomicI64::new(now_ms() % 100_000 + 100_000),
        client,
    });
    let mut results = Vec::with_capacity(rules.len());
    let mut gone = None;
    for (index, rule) in rules.iter().copied().enumerate() {
        progress(index, rules.len(), rule);
        if let Some(reason) = &gone {
            let verdict = Verdict::Skipped(format!("the server no longer answers: {reason}"));
            results.push(RuleResult { rule, verdict, notes: vec![], trail: vec![], took: Duration::ZERO });
            continue;
        }
        let result = attempt(&bench, rule).await;
        let unanswered = result.evidence().is_some_and(|exchange| exchange.answer.is_err());
        if result.failed() {
            // Whoever failed may have left it changed.
            *bench.untouched.lock().await = None;
        }
        if unanswered {
            gone = silent(&bench.client, &bench.names).await;
        }
        results.push(result);
    }
    let target = bench.client.target();
    let (url, with_key) = (target.url.to_string(), target.key.is_some());
    Ok(Report { url, seed: bench.seed, with_key, results, took: started.elapsed() })
}

async fn attempt(bench: &Arc<Bench>, rule: &'static Rule) -> RuleResult {
    let case = Case::new(Arc::clone(bench));
    let started = Instant::now();
    let outcome = (rule.check)(&case).await;
    let took = started.elapsed();
    let (trail, notes) = case.finish();
    let verdict = match outcome {
        Ok(()) => Verdict::Passed,
        Err(Stop::Skip(reason)) => Verdict::Skipped(reason),
        Err(Stop::Fail { at, expected, got }) => {
            let causes = causes::likely(rule, trail.get(at).or(trail.last()));
            Verdict::Failed { at, expected, got, causes }
        }
    };
    RuleResult { rule, verdict, notes, trail, took }
}

/// Why the server does not answer at all, if it does not.
async fn silent(client: &Client, names: &Names) -> Option<String> {
    let params = json!({"id": names.transaction_id()});
    client.answer(&Request::call(1, "CheckTransaction", &params)).await.err()
}
