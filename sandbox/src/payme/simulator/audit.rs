//! The reading back: every transaction by CheckTransaction and by GetStatement, and what follows from them together.

use super::customer::Finding;
use super::line::Line;
use crate::payme::machine::{Attempt, Call, Machine, Wrong, agrees};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};

/// What was read back.
#[derive(Debug, Clone, Default)]
pub struct Audit {
    /// Transactions asked for with CheckTransaction.
    pub checked: usize,
    /// Our transactions in the statement.
    pub listed: usize,
    /// The sum of what was acknowledged as paid and not refunded, in tiyin.
    pub acknowledged_tiyin: i64,
    /// The same sum by the statement.
    pub statement_tiyin: i64,
}

/// Asks for every attempt of these orders.
pub async fn check(line: &mut Line, machines: &mut [Machine], findings: &mut Vec<Finding>) -> usize {
    let mut checked = 0;
    for machine in machines {
        for which in 0..machine.attempts.len() {
            let call = Call::Check(which);
            let (method, params) = machine.request(call);
            let outcome = match line.call(method, &params).await {
                Ok(answer) => machine.judge(call, &answer),
                Err(got) => Err(Wrong { expected: "an answer".to_owned(), got }),
            };
            checked += 1;
            if let Err(wrong) = outcome {
                let mut finding = Finding::new(machine, "CheckTransaction disagrees with what was acknowledged", wrong);
                finding.id.clone_from(&machine.attempts[which].id);
                findings.push(finding);
            }
        }
    }
    checked
}

/// Reads the statement of all times that the customers used and compares it with what was acknowledged.
///
/// `ours` is how our ids begin, to tell them from those of others; `spoiled` are orders about which something was
/// found before, so that their rows would only repeat it.
pub async fn statement(
    line: &mut Line,
    machines: &[Machine],
    spoiled: &[Machine],
    ours: &str,
    findings: &mut Vec<Finding>,
) -> Audit {
    let mut audit = Audit::default();
    let all = || machines.iter().chain(spoiled).flat_map(|machine| &machine.attempts);
    let (Some(from), Some(to)) = (all().map(|a| a.time).min(), all().map(|a| a.time).max()) else { return audit };
    let known: BTreeMap<&str, (&Machine, &Attempt)> =
        machines.iter().flat_map(|m| m.attempts.iter().map(move |a| (a.id.as_str(), (m, a)))).collect();
    let mut seen = BTreeSet::new();
    let mut paid: BTreeMap<String, usize> = BTreeMap::new();
    for item in items(line, from, to, findings).await {
        let id = item.get("id").and_then(Value::as_str).unwrap_or_default().to_owned();
        if !id.starts_with(ours) {
            continue;
        }
        audit.listed += 1;
        let account = item.get("account").unwrap_or(&Value::Null).to_string();
        let is_paid = item.get("state").and_then(Value::as_i64) == Some(2);
        if is_paid {
            *paid.entry(account.clone()).or_default() += 1;
        }
        let mut find = |what: &str, expected: String| {
            let (what, account, id, got) = (what.to_owned(), account.clone(), id.clone(), item.to_string());
            findings.push(Finding { what, account, id, expected, got });
        };
        if !seen.insert(id.clone()) {
            find("the statement lists a transaction twice", "one item".to_owned());
        }
        let Some((machine, attempt)) = known.get(id.as_str()) else { continue };
        if is_paid {
            audit.statement_tiyin += item.get("amount").and_then(Value::as_i64).unwrap_or(0);
        }
        if let Err((what, expected)) = same(machine, attempt, &item) {
            find(what, expected);
        }
    }
    for (id, (machine, attempt)) in &known {
        if attempt.state() == 2 {
            audit.acknowledged_tiyin += machine.order.amount;
        }
        if attempt.state() != 0 && !seen.contains(*id) {
            let wrong = Wrong { expected: format!("an item for {id}"), got: "none".to_owned() };
            findings.push(Finding::new(machine, "the statement lacks a transaction that was acknowledged", wrong));
        }
    }
    let cumulative = machines.iter().chain(spoiled).any(|machine| machine.cumulative);
    for (account, count) in paid.into_iter().filter(|(_, count)| *count > 1 && !cumulative) {
        let wrong = Wrong { expected: "one paid transaction".to_owned(), got: format!("{count} of them") };
        findings.push(general("an order was paid twice", account, wrong));
    }
    if audit.acknowledged_tiyin != audit.statement_tiyin {
        let expected = format!("{} tiyin paid, as acknowledged", audit.acknowledged_tiyin);
        let got = format!("{} tiyin in the statement", audit.statement_tiyin);
        findings.push(general("money is not conserved", String::new(), Wrong { expected, got }));
    }
    audit
}

fn general(what: &str, account: String, wrong: Wrong) -> Finding {
    Finding { what: what.to_owned(), account, id: String::new(), expected: wrong.expected, got: wrong.got }
}

/// Whether an item tells what was sent and acknowledged; otherwise what kind of fault it is, and what was expected.
fn same(machine: &Machine, attempt: &Attempt, item: &Value) -> Result<(), (&'static str, String)> {
    if attempt.state() == 0 {
        return Err(("the statement lists a transaction that was refused", "no item".to_owned()));
    }
    agrees(attempt, item).map_err(|expected| ("the statement disagrees with what was acknowledged", expected))?;
    let sent = [
        ("amount", json!(machine.order.amount)),
        ("time", json!(attempt.time)),
        ("account", Value::Object(machine.order.account.clone())),
    ];
    match sent.into_iter().find(|(name, value)| item.get(name) != Some(value)) {
        Some((name, value)) => Err(("the statement has another value than was sent", format!("`{name}` {value}"))),
        None => Ok(()),
    }
}

/// The statement in slices, because one answer with everything may be larger than a server likes to send.
async fn items(line: &mut Line, from: i64, to: i64, findings: &mut Vec<Finding>) -> Vec<Value> {
    const SLICES: i64 = 24;
    let step = ((to - from) / SLICES).max(1);
    let mut all: Vec<Value> = Vec::new();
    let mut find = |what: &str, expected, got| findings.push(general(what, String::new(), Wrong { expected, got }));
    let mut start = from;
    while start <= to {
        let end = (start + step - 1).min(to);
        let period = format!("from {start} to {end}");
        match line.call("GetStatement", &json!({"from": start, "to": end})).await {
            Err(reason) => find("no statement", format!("the statement {period}"), reason),
            Ok(answer) => match answer.pointer("/result/transactions").and_then(Value::as_array) {
                None => find("no statement", "a list `transactions`".to_owned(), answer.to_string()),
                Some(list) => {
                    let times: Vec<i64> = list.iter().filter_map(|item| item.get("time")?.as_i64()).collect();
                    if !times.is_sorted() {
                        find(
                            "the statement is not in order",
                            format!("ascending times {period}"),
                            format!("{times:?}"),
                        );
                    }
                    if times.iter().any(|time| !(start..=end).contains(time)) {
                        let got = format!("{times:?}");
                        find("the statement reaches beyond its period", format!("times {period}"), got);
                    }
                    all.extend(list.iter().cloned());
                }
            },
        }
        start = end + 1;
    }
    all
}
