//! What came of traffic, for people and for programs.

use super::customer::Finding;
use super::traffic::Outcome;
use crate::suite::Latency;
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// The report for people.
pub fn text(outcome: &Outcome) -> String {
    let tally = &outcome.tally;
    let mut out = format!(
        "{} customers over {} connections in {:.1} s: {} paid, {} refunded, {} unpaid\n\
         {} calls, {:.0} calls/s, {:.0} customers/s, {} retries\n\n",
        tally.customers,
        outcome.connections,
        outcome.took.as_secs_f64(),
        tally.paid,
        tally.refunded,
        tally.unpaid,
        tally.calls(),
        calls_per_second(outcome),
        per_second(tally.customers, outcome),
        tally.retries,
    );
    out.push_str(&tally.table());
    if !tally.faults.is_empty() {
        let faults: Vec<String> = tally.faults.iter().map(|(fault, count)| format!("{count} {fault}")).collect();
        out.push_str(&format!("\nFaults: {}\n", faults.join(", ")));
    }
    let audit = &outcome.audit;
    out.push_str(&format!(
        "\nRead back: {} transactions by CheckTransaction, {} in the statement.\n\
         Paid: {} tiyin as acknowledged, {} tiyin by the statement.\n",
        audit.checked, audit.listed, audit.acknowledged_tiyin, audit.statement_tiyin,
    ));
    if let Some(trouble) = &outcome.trouble {
        out.push_str(&format!("\nThe load ended early: {trouble}\n"));
    }
    out.push_str(&findings(&outcome.findings));
    if outcome.without_id > 0 {
        out.push_str(&format!("\n{} answers had no `id`; Payme needs it (PAYME-RPC-15).\n", outcome.without_id));
    }
    let verdict = match (groups(&outcome.findings).len(), outcome.findings.len(), tally.customers) {
        (0, _, 0) => "Nobody came.".to_owned(),
        (0, _, _) => "The server's story agrees with everything it acknowledged.".to_owned(),
        (1, times, _) => format!("One kind of thing is wrong, {times} times."),
        (kinds, times, _) => format!("{kinds} kinds of things are wrong, {times} times together."),
    };
    out.push_str(&format!("\n{verdict} --seed {}, {}\n", outcome.seed, outcome.url));
    out
}

/// Findings by kind, the most frequent first, each kind with a few examples.
fn groups(findings: &[Finding]) -> Vec<(&str, Vec<&Finding>)> {
    let mut kinds: BTreeMap<&str, Vec<&Finding>> = BTreeMap::new();
    findings.iter().for_each(|finding| kinds.entry(finding.what.as_str()).or_default().push(finding));
    let mut kinds: Vec<_> = kinds.into_iter().collect();
    kinds.sort_by_key(|(_, findings)| std::cmp::Reverse(findings.len()));
    kinds
}

fn findings(findings: &[Finding]) -> String {
    const EXAMPLES: usize = 2;
    let mut out = String::new();
    for (what, findings) in groups(findings) {
        out.push_str(&format!("\nWRONG  {what} ({} times)\n", findings.len()));
        for finding in findings.iter().take(EXAMPLES) {
            for (name, value) in [("order", &finding.account), ("id", &finding.id)] {
                if !value.is_empty() {
                    out.push_str(&format!("  {name:<9} {value}\n"));
                }
            }
            out.push_str(&format!("  expected  {}\n  came      {}\n\n", finding.expected, finding.got));
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
pub fn comparison(outcome: &Outcome, baseline: &Outcome) -> String {
    outcome.tally.against(outcome.took, &baseline.tally, baseline.took, baseline.url.as_ref())
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
