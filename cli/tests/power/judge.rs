//! The judge: holds the database, read by plain SQL, and the restarted server's answers against the record.

use crate::asks::{AMOUNT, agree, ask, is_done, is_system_error, told};
use crate::http::Connection;
use crate::load;
use crate::record::{self, Ask, Recorder, Told};
use crate::stand::{Server, Stand};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// What was compared with what.
#[derive(Default)]
pub struct Verdict {
    /// Effects that were acknowledged and looked for.
    pub acknowledged: u64,
    /// Those that are not there, or not as they were told.
    pub lost: Vec<String>,
    /// Everything else that is not as it should be.
    pub faults: Vec<String>,
    /// Asks without an answer that were in the database, whole.
    pub there: u64,
    /// Asks without an answer that were not.
    pub absent: u64,
}

/// A transaction's row, under the names that Payme's answers use.
type Row = BTreeMap<&'static str, i64>;

const MEMBERS: [&str; 7] = ["transaction", "create_time", "perform_time", "cancel_time", "state", "reason", "amount"];

const TRANSACTIONS: &str = "select provider_id, number, create_time_ms, coalesce(perform_time_ms, 0),
    coalesce(cancel_time_ms, 0), case state when 'created' then 1 when 'performed' then 2 when 'cancelled' then -1
    when 'refunded' then -2 else 0 end, case reason when 'failed' then 3 when 'timed_out' then 4 when 'refund' then 5 else 0 end, amount_tiyin
    from transactions";

/// Orders whose journal has a gap, or does not end where the order is, or began and ended before its transactions.
const BROKEN_JOURNALS: &str = "select order_id from orders where version <> (select count(*) from journal where
    journal.order_row = orders.order_row) or version <> (select max(version) from journal where journal.order_row =
    orders.order_row) or (status = 'paid') <> exists (select 1 from transactions where transactions.order_row =
    orders.order_row and state = 'performed')";

struct Rows {
    /// Order id to amount.
    orders: BTreeMap<String, i64>,
    transactions: BTreeMap<String, Row>,
}

/// Judges everything that the records tell of; what was left open in the last round is asked again, which has to settle it.
pub fn judge(folder: &Path, stand: &Stand, server: &Server, round: &str) -> Verdict {
    let mut verdict = Verdict::default();
    let records = load::records(folder);
    let record = record::read(&records);
    let rows = rows(stand);
    for told in record.values().flatten() {
        acknowledged(&mut verdict, &rows, told);
    }
    intended(&mut verdict, &rows, &record);
    let broken: Vec<String> = stand.read(BROKEN_JOURNALS).into_iter().flatten().collect();
    if !broken.is_empty() {
        verdict.faults.push(format!("the journal does not lead to orders {broken:?}"));
    }
    let mut connection = Connection::open(&server.address).unwrap();
    let mut recorder = Recorder::open(records.last().unwrap());
    for told in record.iter().filter(|(order, _)| order.starts_with(round)).filter_map(|(_, told)| told.last()) {
        if told.answer.as_ref().is_none_or(is_system_error) {
            settle(&mut verdict, &rows, &told.ask, &mut connection, &mut recorder);
        }
    }
    verdict
}

fn rows(stand: &Stand) -> Rows {
    let number = |text: &String| text.parse::<i64>().unwrap();
    let orders = stand.read("select order_id, amount_tiyin from orders");
    let transactions = stand.read(TRANSACTIONS);
    Rows {
        orders: orders.into_iter().map(|row| (row[0].clone(), number(&row[1]))).collect(),
        transactions: transactions
            .into_iter()
            .map(|row| (row[0].clone(), MEMBERS.into_iter().zip(row[1..].iter().map(number)).collect()))
            .collect(),
    }
}

/// The numbers and times that an answer told. They never change once told; the state may go on.
fn told_numbers(answer: &Value) -> Vec<(&str, i64)> {
    told(answer).filter(|(name, value)| *name != "state" && *value != 0).collect()
}

/// Every acknowledged effect is there, unchanged.
fn acknowledged(verdict: &mut Verdict, rows: &Rows, Told { ask, answer }: &Told) {
    let Some(answer) = answer else { return };
    if !is_done(answer) {
        if !is_system_error(answer) {
            verdict.faults.push(format!("{ask:?} was refused: {answer}"));
        }
        return;
    }
    verdict.acknowledged += 1;
    let Some(id) = ask.params["id"].as_str() else {
        if rows.orders.get(&ask.order) != Some(&AMOUNT) {
            verdict.lost.push(format!("order {}", ask.order));
        }
        return;
    };
    let kept = rows.transactions.get(id).is_some_and(|row| {
        let state = row["state"];
        row["amount"] == AMOUNT
            && told_numbers(answer).iter().all(|(name, value)| row.get(*name) == Some(value))
            && match ask.method.as_str() {
                "CreateTransaction" => true,
                "PerformTransaction" => state == 2 || state == -2,
                _ => answer["result"]["state"] == state,
            }
    });
    if !kept {
        verdict.lost.push(format!("{} of {id}: told {answer}, there is {:?}", ask.method, rows.transactions.get(id)));
    }
}

/// Nothing is there that nobody asked for.
fn intended(verdict: &mut Verdict, rows: &Rows, record: &BTreeMap<String, Vec<Told>>) {
    let asked: BTreeSet<(&str, &str)> = record
        .values()
        .flatten()
        .filter_map(|told| Some((told.ask.params["id"].as_str()?, told.ask.method.as_str())))
        .collect();
    for order in rows.orders.keys().filter(|order| !record.contains_key(*order)) {
        verdict.faults.push(format!("order {order} is there, and nobody asked for it"));
    }
    for (id, row) in &rows.transactions {
        let needed: &[&str] = match row["state"] {
            1 => &["CreateTransaction"],
            2 => &["CreateTransaction", "PerformTransaction"],
            -1 => &["CreateTransaction", "CancelTransaction"],
            _ => &["CreateTransaction", "PerformTransaction", "CancelTransaction"],
        };
        if !needed.iter().all(|method| asked.contains(&(id.as_str(), *method))) {
            verdict.faults.push(format!("transaction {id} is {row:?}, and nobody asked for that"));
        }
    }
}

/// What was asked and not answered is there whole or not at all, and asking again gives one answer.
fn settle(verdict: &mut Verdict, rows: &Rows, open: &Ask, connection: &mut Connection, recorder: &mut Recorder) {
    let row = open.params["id"].as_str().and_then(|id| rows.transactions.get(id));
    let is_there = match open.method.as_str() {
        "Order" => rows.orders.contains_key(&open.order),
        "CreateTransaction" => row.is_some(),
        "PerformTransaction" => row.is_some_and(|row| row["perform_time"] != 0),
        _ => row.is_some_and(|row| row["cancel_time"] != 0),
    };
    *(if is_there { &mut verdict.there } else { &mut verdict.absent }) += 1;
    let answers = [ask(connection, recorder, open).unwrap(), ask(connection, recorder, open).unwrap()];
    if !is_done(&answers[0]) || !agree(&answers[0], &answers[1]) {
        verdict.faults.push(format!("{open:?} does not settle: {answers:?}"));
    }
    if let (true, Some(row)) = (is_there, row)
        && told_numbers(&answers[0]).iter().any(|(name, value)| row.get(*name) != Some(value))
    {
        verdict.faults.push(format!("{open:?} settled to {}, there was {row:?}", answers[0]));
    }
}
