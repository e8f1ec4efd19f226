//! What tests ask about a report.

use boothpay_sandbox::suite::{Report, Verdict};

/// The rules that have to be mended.
pub fn causes(report: &Report) -> Vec<&'static str> {
    report.causes().map(|result| result.rule.id).collect()
}

/// The rules that were broken.
pub fn broken(report: &Report) -> Vec<&'static str> {
    report.results.iter().filter(|result| result.failed()).map(|result| result.rule.id).collect()
}

/// The rules that say nothing about the server.
pub fn skipped(report: &Report) -> Vec<&'static str> {
    let not =
        |verdict: &Verdict| matches!(verdict, Verdict::Skipped(_) | Verdict::Untried(_) | Verdict::Blocked { .. });
    let skipped = report.results.iter().filter(|result| not(&result.verdict));
    skipped.map(|result| result.rule.id).collect()
}
