//! The report for people: a table by group, every failure with its evidence, a summary.

use super::count;
use crate::conformance::rule::Grade;
use crate::conformance::rules::GROUPS;
use crate::conformance::run::{Report, RuleResult, Verdict};
use std::collections::BTreeMap;

/// Colours, or none for files and pipes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Paint {
    /// ANSI colours.
    Colour,
    /// Plain text.
    Plain,
}

impl Paint {
    fn wrap(self, code: &str, text: &str) -> String {
        match self {
            Self::Colour => format!("\u{1b}[{code}m{text}\u{1b}[0m"),
            Self::Plain => text.to_owned(),
        }
    }

    fn verdict(self, result: &RuleResult) -> String {
        match (&result.verdict, result.rule.grade.decides()) {
            (Verdict::Passed, _) => self.wrap("32", "pass"),
            (Verdict::Skipped(_), _) => self.wrap("2", "skip"),
            (Verdict::Failed { .. }, true) => self.wrap("1;31", "FAIL"),
            (Verdict::Failed { .. }, false) => self.wrap("33", "note"),
        }
    }
}

/// The whole report.
pub fn text(report: &Report, paint: Paint) -> String {
    let mut out = table(report, paint);
    let failed = report.results.iter().filter(|result| result.failed());
    let mut shown = failed.map(|result| failure(result, paint)).collect::<Vec<_>>().join("\n");
    if !shown.is_empty() {
        shown.insert_str(0, &format!("\n{}\n\n", paint.wrap("1", "What is wrong")));
    }
    out.push_str(&shown);
    out.push_str(&skips(report));
    out.push_str(&summary(report, paint));
    out
}

fn table(report: &Report, paint: Paint) -> String {
    let mut out = String::new();
    for group in GROUPS {
        let results: Vec<_> =
            report.results.iter().filter(|result| group.rules.iter().any(|rule| rule.id == result.rule.id)).collect();
        if results.is_empty() {
            continue;
        }
        out.push_str(&format!("\n{}\n", paint.wrap("1", group.title)));
        for result in results {
            let rule = result.rule;
            let verdict = paint.verdict(result);
            out.push_str(&format!("  {verdict}  {:<21} {:<8}  {}\n", rule.id, rule.grade.word(), rule.sentence));
            for note in &result.notes {
                out.push_str(&format!("        {}\n", paint.wrap("2", &format!("- {note}"))));
            }
        }
    }
    out
}

fn failure(result: &RuleResult, paint: Paint) -> String {
    let Verdict::Failed { at, expected, got, causes } = &result.verdict else { return String::new() };
    let rule = result.rule;
    let mut out = format!("{} {} ({})\n", paint.verdict(result), paint.wrap("1", rule.id), rule.grade.word());
    out.push_str(&format!("  {}\n  {}\n\n", rule.sentence, rule.page.address()));
    out.push_str(&format!("  expected  {expected}\n  came      {got}\n"));
    for (index, cause) in causes.iter().enumerate() {
        out.push_str(&format!("  {}  {cause}\n", if index == 0 { "likely  " } else { "or      " }));
    }
    if let Some(exchange) = result.evidence() {
        let earlier = if *at == 0 { String::new() } else { format!(" (after {at} other calls)") };
        out.push_str(&format!("\n  request{earlier}\n{}", indent(&exchange.request)));
        out.push_str(&format!("  answer\n{}", indent(&exchange.answer_text())));
    }
    out
}

fn indent(text: &str) -> String {
    text.lines().map(|line| if line.is_empty() { "\n".to_owned() } else { format!("    {line}\n") }).collect()
}

/// Reasons for skipping, with how many rules each concerns.
fn skips(report: &Report) -> String {
    let mut reasons: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for result in &report.results {
        if let Verdict::Skipped(reason) = &result.verdict {
            reasons.entry(reason).or_default().push(result.rule.id);
        }
    }
    let mut out = String::new();
    if !reasons.is_empty() {
        out.push_str("\nNot tried\n");
    }
    for (reason, rules) in reasons {
        let shown = match rules.as_slice() {
            [first, _, _, _, .., last] => format!("{first} … {last}"),
            few => few.join(", "),
        };
        out.push_str(&format!("  {} ({shown}): {reason}\n", rules.len()));
    }
    out
}

fn summary(report: &Report, paint: Paint) -> String {
    let mut out = format!("\n{:<10} {:>6} {:>6} {:>7}\n", "", "passed", "failed", "skipped");
    for grade in Grade::ALL {
        let count = count(report, grade);
        let failed = format!("{:>6}", count.failed);
        let failed = if count.failed > 0 && grade.decides() { paint.wrap("1;31", &failed) } else { failed };
        out.push_str(&format!("{:<10} {:>6} {failed} {:>7}\n", grade.word(), count.passed, count.skipped));
    }
    let calls: usize = report.results.iter().map(|result| result.trail.len()).sum();
    let tried = report.results.iter().filter(|result| !matches!(result.verdict, Verdict::Skipped(_))).count();
    let verdict = match (report.failures().count(), tried) {
        (0, 0) => paint.wrap("33", "Nothing was tried."),
        (0, _) => paint.wrap("1;32", "The server keeps every rule that was tried."),
        (1, _) => paint.wrap("1;31", "One rule is broken."),
        (failures, _) => paint.wrap("1;31", &format!("{failures} rules are broken.")),
    };
    let seconds = report.took.as_secs_f64();
    out.push_str(&format!("\n{verdict} {calls} calls in {seconds:.1} s, --seed {}, {}\n", report.seed, report.url));
    out
}
