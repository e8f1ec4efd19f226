//! What came of traffic, for people and for programs.

use super::customer::Finding;
use super::traffic::Outcome;
use crate::suite::report::Language;
use crate::suite::{Handbook, Latency};
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// The report for people.
pub fn text(outcome: &Outcome, language: Language, book: &Handbook) -> String {
    let (tally, audit) = (&outcome.tally, &outcome.audit);
    let say = |text: &str| book.say(language, text);
    let mut out = language.customers(tally, Some(outcome.connections), outcome.took);
    out.push_str(&format!("\n{}", tally.table(language)));
    out.push_str(&language.faults(tally, say));
    out.push_str(&language.read_back(audit.checked, audit.listed, audit.acknowledged_tiyin, audit.statement_tiyin));
    if let Some(trouble) = &outcome.trouble {
        out.push_str(&language.ended_early(&say(trouble)));
    }
    out.push_str(&findings(&outcome.findings, language, say));
    if outcome.without_id > 0 {
        out.push_str(&language.without_id(outcome.without_id, "PAYME-RPC-15"));
    }
    let verdict = language.load_verdict(groups(&outcome.findings).len(), outcome.findings.len(), tally.customers);
    out + &format!("\n{verdict} --seed {}, {}\n", outcome.seed, outcome.url)
}

/// Findings by kind, the most frequent first, each kind with a few examples.
fn groups(findings: &[Finding]) -> Vec<(&str, Vec<&Finding>)> {
    let mut kinds: BTreeMap<&str, Vec<&Finding>> = BTreeMap::new();
    findings.iter().for_each(|finding| kinds.entry(finding.what.as_str()).or_default().push(finding));
    let mut kinds: Vec<_> = kinds.into_iter().collect();
    kinds.sort_by_key(|(_, findings)| std::cmp::Reverse(findings.len()));
    kinds
}

fn findings(findings: &[Finding], language: Language, say: impl Fn(&str) -> String) -> String {
    const EXAMPLES: usize = 2;
    let [order, id, expected, came] = language.finding_names();
    let width = [order, id, expected, came].map(|name| name.chars().count()).into_iter().max().unwrap_or(0);
    let mut out = String::new();
    for (what, findings) in groups(findings) {
        out.push_str(&format!("\n{}\n", language.wrong_times(&say(what), findings.len())));
        for finding in findings.iter().take(EXAMPLES) {
            let (wanted, got) = (say(&finding.expected), say(&finding.got));
            for (name, value) in [(order, &finding.account), (id, &finding.id), (expected, &wanted), (came, &got)] {
                if !value.is_empty() {
                    out.push_str(&format!("  {name:<width$}  {value}\n"));
                }
            }
            out.push('\n');
        }
    }
    out
}

fn calls_per_second(outcome: &Outcome) -> f64 {
    per_second(outcome.tally.calls() as u64, outcome)
}

#[allow(clippy::cast_precision_loss, reason = "a rate is shown without decimals")]
fn per_second(count: u64, outcome: &Outcome) -> f64 {
    ratio(count as f64, outcome.took.as_secs_f64())
}

fn ratio(one: f64, other: f64) -> f64 {
    if other > 0.0 { one / other } else { 0.0 }
}

/// How a server compares with another one under the same load.
pub fn comparison(outcome: &Outcome, baseline: &Outcome, language: Language) -> String {
    outcome.tally.against(outcome.took, &baseline.tally, baseline.took, baseline.url.as_ref(), language)
}

/// The report for programs.
pub fn json(outcome: &Outcome, baseline: Option<&Outcome>) -> String {
    let mut value = one(outcome);
    if let Some(baseline) = baseline {
        value["baseline"] = one(baseline);
        value["ratio_calls_per_second"] = json!(ratio(calls_per_second(outcome), calls_per_second(baseline)));
    }
    format!("{value:#}\n")
}

fn one(outcome: &Outcome) -> Value {
    let (tally, audit) = (&outcome.tally, &outcome.audit);
    let latency = |latency: Latency| {
        json!({"calls": latency.count, "p50_us": latency.p50, "p90_us": latency.p90, "p99_us": latency.p99,
            "p999_us": latency.p999, "max_us": latency.max})
    };
    let methods: serde_json::Map<String, Value> =
        tally.micros.keys().map(|method| ((*method).to_owned(), latency(tally.latency(Some(method))))).collect();
    let finding = |finding: &Finding| {
        json!({"what": finding.what, "account": finding.account, "id": finding.id, "expected": finding.expected,
            "got": finding.got})
    };
    json!({
        "url": outcome.url,
        "seed": outcome.seed,
        "connections": outcome.connections,
        "took_ms": u64::try_from(outcome.took.as_millis()).unwrap_or(u64::MAX),
        "customers": tally.customers,
        "paid": tally.paid,
        "refunded": tally.refunded,
        "unpaid": tally.unpaid,
        "calls": tally.calls(),
        "calls_per_second": calls_per_second(outcome),
        "retries": tally.retries,
        "latency": latency(tally.latency(None)),
        "methods": methods,
        "faults": tally.faults,
        "audit": {"checked": audit.checked, "listed": audit.listed,
            "acknowledged_tiyin": audit.acknowledged_tiyin, "statement_tiyin": audit.statement_tiyin},
        "trouble": outcome.trouble,
        "without_id": outcome.without_id,
        "passed": outcome.findings.is_empty(),
        "kinds": groups(&outcome.findings).iter().map(|(what, all)| json!({"what": what, "times": all.len()})).collect::<Vec<_>>(),
        "findings": outcome.findings.iter().map(finding).collect::<Vec<_>>(),
    })
}
