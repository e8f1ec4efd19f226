//! What came of a run: one result for each rule, and what follows from all of them together.

use super::rule::Rule;
use crate::wire::Exchange;
use std::collections::BTreeSet;
use std::time::Duration;

/// What came of a run.
pub struct Report {
    /// What was run, as the command is called.
    pub suite: &'static str,
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
    /// The run was stopped before its end.
    pub interrupted: bool,
    /// Broken rules that the owner knows of: they do not make the run fail.
    pub known: BTreeSet<&'static str>,
    /// What the run changed on the server and whether it was changed back.
    pub remarks: Vec<String>,
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
    /// It does not apply to this server, for this reason.
    Skipped(String),
    /// It applies, but could not be tried, for this reason.
    Untried(String),
    /// The server breaks the rule.
    Failed(Failure),
    /// The rule's question was not reached, because the server breaks another rule.
    Blocked {
        /// That other rule.
        by: &'static str,
        /// Where the check ended.
        failure: Failure,
    },
}

/// How a rule was broken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    /// The exchange in the trail that shows it.
    pub at: usize,
    /// What had to come.
    pub expected: String,
    /// What came.
    pub got: String,
    /// What is wrong, where the answer itself shows it.
    pub because: Option<String>,
    /// What is usually wrong then; the nearest first.
    pub causes: Vec<String>,
    /// The broken rule that has the same cause, and explains it better.
    pub same: Option<&'static str>,
}

impl Report {
    /// Rules that decide the exit code and failed.
    pub fn failures(&self) -> impl Iterator<Item = &RuleResult> {
        self.results.iter().filter(|result| result.rule.grade.decides() && result.failed())
    }

    /// Failures that the owner does not know of yet.
    pub fn new_failures(&self) -> impl Iterator<Item = &RuleResult> {
        self.failures().filter(|result| !self.is_known(result))
    }

    /// Whether the owner knows of this failure, or of the one that explains it.
    pub fn is_known(&self, result: &RuleResult) -> bool {
        self.known.contains(result.rule.id) || result.explanation().is_some_and(|rule| self.known.contains(rule))
    }

    /// Rules that are known to be broken, but were kept.
    pub fn stale_known(&self) -> impl Iterator<Item = &'static str> {
        self.known.iter().copied().filter(|id| self.of(id).is_some_and(|result| result.verdict == Verdict::Passed))
    }

    /// The failures that no other failure explains: what has to be mended.
    pub fn causes(&self) -> impl Iterator<Item = &RuleResult> {
        self.failures().filter(|result| result.failure().is_some_and(|failure| failure.same.is_none()))
    }

    /// The broken or blocked rules that this rule explains.
    pub fn explained_by(&self, id: &str) -> impl Iterator<Item = &RuleResult> {
        self.results.iter().filter(move |result| result.explanation() == Some(id))
    }

    /// How many rules have the given outcome.
    pub fn number(&self, wanted: impl Fn(&Verdict) -> bool) -> usize {
        self.results.iter().filter(|result| wanted(&result.verdict)).count()
    }

    /// Rules that apply but could not be tried.
    pub fn untried(&self) -> usize {
        self.number(|verdict| matches!(verdict, Verdict::Untried(_)))
    }

    /// Rules that were tried to their end.
    pub fn tried(&self) -> usize {
        self.number(|verdict| matches!(verdict, Verdict::Passed | Verdict::Failed(_)))
    }

    /// The result of the rule with this id.
    pub fn of(&self, id: &str) -> Option<&RuleResult> {
        self.results.iter().find(|result| result.rule.id == id)
    }
}

impl RuleResult {
    /// The server breaks the rule.
    pub fn failed(&self) -> bool {
        matches!(self.verdict, Verdict::Failed(_))
    }

    /// How it was broken, or why it was blocked.
    pub fn failure(&self) -> Option<&Failure> {
        match &self.verdict {
            Verdict::Failed(failure) | Verdict::Blocked { failure, .. } => Some(failure),
            Verdict::Passed | Verdict::Skipped(_) | Verdict::Untried(_) => None,
        }
    }

    /// The other rule whose breaking explains this result.
    pub fn explanation(&self) -> Option<&'static str> {
        match &self.verdict {
            Verdict::Failed(failure) => failure.same,
            Verdict::Blocked { by, .. } => Some(by),
            Verdict::Passed | Verdict::Skipped(_) | Verdict::Untried(_) => None,
        }
    }

    /// The exchange that shows a failure.
    pub fn evidence(&self) -> Option<&Exchange> {
        self.trail.get(self.failure()?.at).or(self.trail.last())
    }
}
