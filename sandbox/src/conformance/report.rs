//! A report for people, for programs (JSON), and for CI (JUnit XML).

mod json;
mod junit;
mod text;

pub use json::json;
pub use junit::junit;
pub use text::{Paint, text};

use super::rule::Grade;
use super::run::{Report, Verdict};

/// How many rules of one grade passed, failed and were skipped.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Count {
    /// Kept.
    pub passed: usize,
    /// Broken.
    pub failed: usize,
    /// Not tried.
    pub skipped: usize,
}

/// Counts the rules of one grade.
pub fn count(report: &Report, grade: Grade) -> Count {
    let mut count = Count::default();
    for result in report.results.iter().filter(|result| result.rule.grade == grade) {
        match result.verdict {
            Verdict::Passed => count.passed += 1,
            Verdict::Failed { .. } => count.failed += 1,
            Verdict::Skipped(_) => count.skipped += 1,
        }
    }
    count
}
