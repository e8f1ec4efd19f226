//! The report as JSON, with every call of the rules that failed.

use super::count;
use crate::suite::rule::{Certainty, Grade};
use crate::suite::verdict::{Report, RuleResult, Verdict};
use crate::wire::Exchange;
use serde_json::{Map, Value, json};

/// The whole report.
pub fn json(report: &Report) -> String {
    let summary: Map<String, Value> = Grade::ALL
        .iter()
        .map(|grade| {
            let count = count(report, *grade);
            let numbers = json!({"passed": count.passed, "failed": count.failed, "blocked": count.blocked,
                "untried": count.untried, "skipped": count.skipped});
            (grade.word().to_owned(), numbers)
        })
        .collect();
    let value = json!({
        "suite": report.suite,
        "url": report.url,
        "seed": report.seed,
        "with_key": report.with_key,
        "took_ms": millis(report.took),
        "interrupted": report.interrupted,
        "remarks": report.remarks,
        "passed": report.new_failures().next().is_none() && report.tried() > 0,
        "causes": report.causes().map(|result| result.rule.id).collect::<Vec<_>>(),
        "summary": summary,
        "rules": report.results.iter().map(|result| rule(report, result)).collect::<Vec<_>>(),
    });
    format!("{value:#}\n")
}

fn rule(report: &Report, result: &RuleResult) -> Value {
    let rule = result.rule;
    let mut value = json!({
        "id": rule.id,
        "group": rule.group,
        "grade": rule.grade.word(),
        "sentence": rule.sentence,
        "page": rule.source,
        "certainty": rule.certainty.map(Certainty::sign),
        "notes": result.notes,
        "calls": result.trail.len(),
        "took_ms": millis(result.took),
    });
    let (word, reason) = match &result.verdict {
        Verdict::Passed => ("passed", None),
        Verdict::Skipped(reason) => ("skipped", Some(reason)),
        Verdict::Untried(reason) => ("untried", Some(reason)),
        Verdict::Failed(_) => ("failed", None),
        Verdict::Blocked { .. } => ("blocked", None),
    };
    value["verdict"] = json!(word);
    if let Some(reason) = reason {
        value["reason"] = json!(reason);
    }
    if let Some(failure) = result.failure() {
        value["expected"] = json!(failure.expected);
        value["got"] = json!(failure.got);
        value["likely_causes"] = json!(failure.causes);
        value["failed_at"] = json!(failure.at);
        value["explained_by"] = json!(result.explanation());
        value["known"] = json!(report.is_known(result));
        value["exchanges"] = result.trail.iter().map(exchange).collect();
    }
    value
}

fn exchange(exchange: &Exchange) -> Value {
    json!({"request": exchange.request, "answer": exchange.answer_text(), "curl": exchange.curl,
        "took_ms": millis(exchange.took)})
}

fn millis(duration: std::time::Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}
