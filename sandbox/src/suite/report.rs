//! A report for people, for programs (JSON), for CI (JUnit XML, annotations of GitHub), and to be mailed (HTML).

mod github;
mod html;
mod json;
mod junit;
mod load;
mod text;
mod words;

pub use github::github;
pub use html::html;
pub use json::json;
pub use junit::junit;
pub use text::{Paint, text};
pub use words::Language;

use super::rule::Grade;
use super::verdict::{Report, RuleResult, Verdict};
use std::collections::BTreeMap;

/// How many rules of one grade had which outcome.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct Count {
    passed: usize,
    failed: usize,
    blocked: usize,
    skipped: usize,
    untried: usize,
}

fn count(report: &Report, grade: Grade) -> Count {
    let mut count = Count::default();
    for result in report.results.iter().filter(|result| result.rule.grade == grade) {
        match result.verdict {
            Verdict::Passed => count.passed += 1,
            Verdict::Failed(_) => count.failed += 1,
            Verdict::Blocked { .. } => count.blocked += 1,
            Verdict::Skipped(_) => count.skipped += 1,
            Verdict::Untried(_) => count.untried += 1,
        }
    }
    count
}

/// Results that follow each other and belong to one group.
fn groups(results: &[RuleResult]) -> impl Iterator<Item = &[RuleResult]> {
    results.chunk_by(|one, other| one.rule.group == other.rule.group)
}

/// Failures to be shown in full: each cause once, those that decide first.
fn shown(report: &Report) -> Vec<&RuleResult> {
    let own = |result: &&RuleResult| result.failed() && result.explanation().is_none();
    let mut all: Vec<&RuleResult> = report.results.iter().filter(own).collect();
    all.sort_by_key(|result| !result.rule.grade.decides());
    all
}

/// Reasons of one kind, with the rules that each concerns.
fn reasons<'r>(
    report: &'r Report,
    of: impl Fn(&'r Verdict) -> Option<&'r String>,
) -> BTreeMap<&'r str, Vec<&'static str>> {
    let mut reasons: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for result in &report.results {
        if let Some(reason) = of(&result.verdict) {
            reasons.entry(reason).or_default().push(result.rule.id);
        }
    }
    reasons
}

fn skipped(report: &Report) -> BTreeMap<&str, Vec<&'static str>> {
    reasons(report, |verdict| if let Verdict::Skipped(reason) = verdict { Some(reason) } else { None })
}

fn untried(report: &Report) -> BTreeMap<&str, Vec<&'static str>> {
    reasons(report, |verdict| if let Verdict::Untried(reason) = verdict { Some(reason) } else { None })
}

/// Some ids in a line; many become the first and the last.
fn ids(rules: &[&str]) -> String {
    match rules {
        [first, _, _, _, .., last] => format!("{first} … {last}"),
        few => few.join(", "),
    }
}
