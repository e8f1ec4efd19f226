//! Holds together what the wallets were told, what the database says and what the printer has printed.
//!
//! | the wallet says | the order | its prints | the printer |
//! |---|---|---|---|
//! | paid | paid | printed | each copy came out once |
//! | paid | paid | owed, and in the owner's list | no copy came out twice |
//! | gave it back | refunded | | no copy came out twice |
//! | took nothing | not paid | none | nothing came out |

use crate::booth::{Booth, read_sheet};
use crate::customer::{Money, Visit};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::thread;
use std::time::{Duration, Instant};

/// How long what is under way may take to come to an end, when all is well: a job's time and a wait's, one after the other.
const SETTLED_WITHIN: Duration = Duration::from_secs(120);

const UNDER_WAY: &str = "select order_id from orders where print_state in ('asked', 'printing', 'stuck')";

const ORDERS: &str =
    "select order_id, status, copies, coalesce(print_state, 'none'), coalesce(copies_printed, 0) from orders";

/// Waits until nothing is under way any more.
pub fn everything_is_settled(booth: &Booth) {
    let begun = Instant::now();
    loop {
        let under_way = booth.site.database.query(UNDER_WAY).unwrap();
        let Some(order) = under_way.first() else { return };
        if begun.elapsed() > SETTLED_WITHIN {
            return booth.fault("its prints never come to an end", &order[0]);
        }
        thread::sleep(Duration::from_millis(100));
    }
}

struct Row {
    status: String,
    copies: u16,
    print: String,
    done: u16,
}

/// Judges a booth whose server has ended.
pub fn judge(booth: &Booth) {
    for rule in booth.site.database.broken_rules() {
        booth.fault(&rule, "any");
    }
    let verified = booth.run(&["verify"]);
    if !verified.status.success() {
        let text = [verified.stdout, verified.stderr].concat();
        booth.fault(&format!("verify says {}", String::from_utf8_lossy(&text)), "any");
    }
    let rows = rows(booth);
    let listed = listed_as_owed(booth);
    let mut out: BTreeMap<String, BTreeMap<u16, u64>> = BTreeMap::new();
    for sheet in booth.printer.sheets() {
        match read_sheet(&sheet) {
            Some((order, copy)) => *out.entry(order.to_owned()).or_default().entry(copy).or_default() += 1,
            None => booth.fault(&format!("a sheet of nobody came out: {sheet}"), "any"),
        }
    }
    let visits = booth.visits.lock().unwrap();
    let known: BTreeSet<&str> = visits.iter().map(|visit| visit.order.as_str()).collect();
    for order in out.keys().filter(|order| !known.contains(order.as_str())) {
        booth.fault("it was printed, and nobody had ordered it", order);
    }
    for visit in visits.iter() {
        let none = BTreeMap::new();
        judge_one(booth, visit, rows.get(&visit.order), out.get(&visit.order).unwrap_or(&none), &listed);
    }
}

fn judge_one(booth: &Booth, visit: &Visit, row: Option<&Row>, out: &BTreeMap<u16, u64>, listed: &BTreeSet<String>) {
    let order = &visit.order;
    let fault = |words: String| booth.fault(&words, order);
    let Some(row) = row else { return fault("it is not there".to_owned()) };
    out.values().for_each(|_| booth.count("Sheets"));
    for (copy, times) in out.iter().filter(|(_, times)| **times > 1) {
        fault(format!("copy {copy} was printed {times} times"));
    }
    if row.copies != visit.copies || out.keys().any(|copy| !(1..=row.copies).contains(copy)) {
        fault(format!("{} copies were bought, {} are in the ledger, and {out:?} came out", visit.copies, row.copies));
    }
    match (visit.money, row.status.as_str()) {
        (Money::None, "paid" | "refunded") => fault("it counts as paid, and its wallet took nothing".to_owned()),
        (Money::None, _) if out.is_empty() => booth.count("End: not paid, nothing printed"),
        (Money::None, _) => fault("it was printed, and nobody has paid".to_owned()),
        (Money::WentBack, "refunded") => booth.count("End: the money went back"),
        (Money::WentBack, status) => fault(format!("its money went back, and it is {status}")),
        (Money::Paid, "paid") => match row.print.as_str() {
            "printed" if (1..=row.copies).all(|copy| out.contains_key(&copy)) => {
                booth.count("End: paid, and every copy came out once");
            }
            "printed" => fault(format!("paid and nothing: it counts as printed, and {out:?} came out")),
            "claim" | "unknown" | "failed" if !listed.contains(order) => {
                fault("paid and nothing: its prints are owed, and it is not in the list of what is owed".to_owned());
            }
            "claim" | "unknown" | "failed" => booth.count("End: paid, and listed as owed to its customer"),
            state => fault(format!("paid and nothing: its prints are {state:?}, {} copies", row.done)),
        },
        (Money::Paid, status) => fault(format!("paid and nothing: its wallet took the money, and it is {status}")),
    }
}

fn rows(booth: &Booth) -> BTreeMap<String, Row> {
    let read = |line: Vec<String>| {
        let number = |column: usize| line[column].parse().unwrap();
        let row = Row { status: line[1].clone(), copies: number(2), print: line[3].clone(), done: number(4) };
        (line[0].clone(), row)
    };
    booth.site.database.query(ORDERS).unwrap().into_iter().map(read).collect()
}

/// What the owner's list of what is owed has.
fn listed_as_owed(booth: &Booth) -> BTreeSet<String> {
    let listed = booth.run(&["order", "list", "--owed", "--limit", "1000"]);
    let listed: Value = serde_json::from_slice(&listed.stdout).unwrap();
    let owed = listed.as_array().unwrap().iter().filter(|order| !order["owed_prints"].is_null());
    owed.map(|order| order["order_id"].as_str().unwrap().to_owned()).collect()
}
