//! The report as JSON, with every call of the rules that failed.

use super::count;
use crate::conformance::rule::Grade;
use crate::conformance::run::{Report, RuleResult, Verdict};
use serde_json::{Map, Value, json};

/// The whole report.
pub fn json(report: &Report) -> String {
    let summary: Map<String, Value> = Grade::ALL
        .iter()
        .map(|grade| {
            let count = count(report, *grade);
            let numbers = json!({"passed": count.passed, "failed": count.failed, "skipped": count.skipped});
            (grade.word().to_owned(), numbers)
        })
        .collect();
    let value = json!({
        "url": report.url,
        "seed": report.seed,
        "with_key": report.with_key,
        "took_ms": millis(report.took),
        "passed": report.failures().next().is_none(),
        "summary": summary,
        "rules": report.results.iter().map(rule).collect::<Vec<_>>(),
    });
    format!("{value:#}\n")
}

fn rule(result: &RuleResult) -> Value {
    let rule = result.rule;
    let mut value = json!({
        "id": rule.id,
        "grade": rule.grade.word(),
        "sentence": rule.sentence,
        "page": rule.page.address(),
        "notes": result.notes,
        "calls": result.trail.len(),
        "took_ms": millis(result.took),
    });
    match &result.verdict {
        Verdict::Passed => value["verdict"] = json!("passed"),
        Verdict::Skipped(reason) => {
            value["verdict"] = json!("skipped");
            value["reason"] = json!(reason);
        }
        Verdict::Failed { at, expected, got, causes } => {
            let exchange = |exchange: &crate::wire::Exchange| json!({"request": exchange.request, "answer": exchange.answer_text(), "took_ms": millis(exchange.took)});
            value["verdict"] = json!("failed");
            value["expected"] = json!(expected);
            value["got"] = json!(got);
            value["likely_causes"] = json!(causes);
            value["failed_at"] = json!(at);
            value["exchanges"] = result.trail.iter().map(exchange).collect();
        }
    }
    value
}

fn millis(duration: std::time::Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}
