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

/// Each mistake with the rule that names it: in its report that rule is broken, and no other.
pub fn assert_caught(reports: Vec<(String, &'static str, Report)>) {
    let missed = |(mistake, rule, report): &(String, &'static str, Report)| {
        (broken(report) != [*rule])
            .then(|| format!("{mistake} was not caught by {rule}: {:?}", report.results[0].verdict))
    };
    let missed: Vec<String> = reports.iter().filter_map(missed).collect();
    assert!(missed.is_empty(), "{}", missed.join("\n"));
}

/// Each mistake with the rule that is its cause: the report of the whole suite names that cause, and no other.
pub fn assert_one_cause(reports: Vec<(String, &'static str, Report)>) {
    let wrong = |(mistake, rule, report): &(String, &'static str, Report)| {
        let explained = || {
            let results = report.results.iter().filter(|result| result.explanation().is_some());
            results.map(|result| (result.rule.id, result.explanation())).collect::<Vec<_>>()
        };
        (causes(report) != [*rule]).then(|| format!("{mistake}: {:?}, explained: {:?}", causes(report), explained()))
    };
    let wrong: Vec<String> = reports.iter().filter_map(wrong).collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
