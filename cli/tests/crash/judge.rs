//! The judge: holds the database, read by plain SQL, and the restarted server's answers against the record. It knows the
//! rules of a payment from the protocol's text, not from the program.

use crate::http::Connection;
use crate::load::{self, AMOUNT, ask};
use crate::record::{self, Recorder, Told};
use crate::server::{Server, TRANSACTION_SECONDS, verify};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::path::Path;

/// The reason of a transaction that was given up after its time.
const TIMEOUT: i64 = 4;

/// What was held against what.
#[derive(Default)]
pub struct Verdict {
    /// Everything that is not as it should be. Empty is the only good one.
    pub faults: Vec<String>,
    /// Effects that were acknowledged, and looked for.
    pub acknowledged: usize,
    /// Asks without an answer that were in the database, whole.
    pub unanswered_there: usize,
    /// Asks without an answer that were not.
    pub unanswered_absent: usize,
}

/// A transaction's row, and what CheckTransaction says of it: the same members.
type Row = BTreeMap<String, i64>;

struct Rows {
    orders: BTreeMap<String, (String, i64)>,
    transactions: BTreeMap<String, Row>,
}

/// Judges everything in the folder; over HTTP the orders of one round, whose ids begin with `recent`.
pub fn judge(folder: &Path, server: &Server, recent: &str) -> Verdict {
    let mut verdict = Verdict::default();
    let records = load::records(folder);
    let record = record::read(&records);
    let before = rows(folder);
    for (id, told) in &record {
        acknowledged(&mut verdict, &before, id, told);
    }
    intended(&mut verdict, &before, &record);

    let mut connection = Connection::open(&server.address).unwrap();
    let mut recorder = Recorder::open(records.last().unwrap());
    for (_, told) in record.iter().filter(|(id, _)| id.starts_with(recent)) {
        if let Some(last) = told.last().filter(|last| last.answer.is_none()) {
            settle(&mut verdict, &before, last, &mut connection, &mut recorder);
        }
    }
    over_http(&mut verdict, folder, &mut connection, recent);
    let (passes, words) = verify(folder);
    if !passes {
        verdict.faults.push(format!("boothpay verify: {words}"));
    }
    verdict
}

fn rows(folder: &Path) -> Rows {
    let database = rusqlite::Connection::open(folder.join("boothpay.db")).unwrap();
    database.busy_timeout(std::time::Duration::from_secs(5)).unwrap();
    let mut orders = database.prepare("select order_id, status, amount_tiyin from orders").unwrap();
    let orders = orders.query_map([], |row| Ok((row.get(0)?, (row.get(1)?, row.get(2)?)))).unwrap();
    let sql =
        "select provider_id, number, create_time_ms, coalesce(perform_time_ms, 0), coalesce(cancel_time_ms, 0), state,
                      coalesce(reason, 0), amount_tiyin from transactions";
    let mut transactions = database.prepare(sql).unwrap();
    let names = ["transaction", "create_time", "perform_time", "cancel_time", "state", "reason", "amount"];
    let transactions = transactions
        .query_map([], |row| {
            let members = names.iter().enumerate().map(|(n, name)| Ok(((*name).to_owned(), row.get(n + 1)?)));
            Ok((row.get(0)?, members.collect::<rusqlite::Result<Row>>()?))
        })
        .unwrap();
    Rows { orders: orders.map(Result::unwrap).collect(), transactions: transactions.map(Result::unwrap).collect() }
}

/// What the answer promised, as members of a row.
fn promised(answer: &Value) -> Option<Row> {
    let result = answer["result"].as_object()?;
    let number = |value: &Value| value.as_i64().or_else(|| value.as_str()?.parse().ok());
    Some(result.iter().filter_map(|(name, value)| Some((name.clone(), number(value)?))).collect())
}

/// Every acknowledged effect is there, unchanged.
fn acknowledged(verdict: &mut Verdict, rows: &Rows, order: &str, told: &[Told]) {
    let cancel_asked =
        |id: &Value| told.iter().any(|it| it.ask.method == "CancelTransaction" && it.ask.params["id"] == *id);
    for Told { ask, answer } in told {
        let Some(answer) = answer else { continue };
        if ask.method == "Order" {
            if answer["status"] == 200 {
                verdict.acknowledged += 1;
                if rows.orders.get(order).is_none_or(|(_, amount)| *amount != AMOUNT) {
                    verdict
                        .faults
                        .push(format!("LOST: order {order} was acknowledged; there is {:?}", rows.orders.get(order)));
                }
            }
            continue;
        }
        let Some(promise) = promised(answer) else { continue };
        verdict.acknowledged += 1;
        let id = &ask.params["id"];
        let Some(row) = rows.transactions.get(id.as_str().unwrap()) else {
            verdict.faults.push(format!("LOST: {} of {id} was acknowledged and is not there", ask.method));
            continue;
        };
        // Times and numbers never change once told; the state may go on.
        let kept = promise.iter().filter(|(name, value)| *name != "state" && **value != 0);
        for (name, value) in kept {
            if row.get(name) != Some(value) {
                verdict.faults.push(format!("LOST: {} of {id} told {name} {value}, there is {row:?}", ask.method));
            }
        }
        let state = row["state"];
        let timed_out = state == -1 && row["reason"] == TIMEOUT;
        let fits = match ask.method.as_str() {
            "CreateTransaction" => true,
            "PerformTransaction" => state == 2 || (state == -2 && cancel_asked(id)),
            _ => promise.get("state") == Some(&state) || timed_out,
        };
        if !fits {
            verdict.faults.push(format!("LOST: {} of {id} was acknowledged, its state is {state}", ask.method));
        }
    }
}

/// Nothing is there that nobody asked for.
fn intended(verdict: &mut Verdict, rows: &Rows, record: &BTreeMap<String, Vec<Told>>) {
    for order in rows.orders.keys().filter(|order| !record.contains_key(*order)) {
        verdict.faults.push(format!("order {order} is there, and nobody asked for it"));
    }
    let mut asked: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for it in record.values().flatten() {
        if let Some(id) = it.ask.params["id"].as_str() {
            asked.entry(id).or_default().push(&it.ask.method);
        }
    }
    for (id, row) in &rows.transactions {
        let asked = |method: &str| asked.get(id.as_str()).is_some_and(|methods| methods.contains(&method));
        let waited = row["cancel_time"] - row["create_time"] >= i64::try_from(TRANSACTION_SECONDS * 1000).unwrap();
        let wanted = match row["state"] {
            1 => asked("CreateTransaction"),
            2 => asked("PerformTransaction"),
            -1 if row["reason"] == TIMEOUT => asked("CreateTransaction") && waited,
            -1 => asked("CancelTransaction"),
            _ => asked("PerformTransaction") && asked("CancelTransaction"),
        };
        if !wanted {
            verdict.faults.push(format!("transaction {id} is {row:?}, and nobody asked for that"));
        }
    }
}

/// What was asked and not answered is there whole or not at all, and asking again gives one answer.
fn settle(verdict: &mut Verdict, before: &Rows, told: &Told, connection: &mut Connection, recorder: &mut Recorder) {
    let there = match told.ask.params["id"].as_str() {
        None => before.orders.contains_key(&told.ask.order),
        Some(id) => before.transactions.get(id).is_some_and(|row| match told.ask.method.as_str() {
            "CreateTransaction" => true,
            "PerformTransaction" => row["perform_time"] != 0,
            _ => row["cancel_time"] != 0,
        }),
    };
    if there {
        verdict.unanswered_there += 1;
    } else {
        verdict.unanswered_absent += 1;
    }
    let first = ask(connection, recorder, &told.ask).unwrap();
    let second = ask(connection, recorder, &told.ask).unwrap();
    let wrong =
        |answer: &Value| answer["error"]["code"] == -32400 || answer["status"].as_u64().is_some_and(|it| it >= 500);
    // Between two creates the time of the payment may run out, which is an answer of its own.
    let timed_out = second["error"]["code"] == -31008;
    if wrong(&first) || (first != second && !timed_out) {
        verdict.faults.push(format!("{:?} does not settle: {first} then {second}", told.ask));
    }
    let (Some(promise), Some(id)) = (promised(&first), told.ask.params["id"].as_str()) else { return };
    if there && let Some(row) = before.transactions.get(id) {
        for (name, value) in promise.iter().filter(|(name, value)| *name != "state" && **value != 0) {
            if row.get(name) != Some(value) {
                verdict.faults.push(format!("{:?} settled to {name} {value}, there was {row:?}", told.ask));
            }
        }
    }
}

/// The server says what its database says.
fn over_http(verdict: &mut Verdict, folder: &Path, connection: &mut Connection, recent: &str) {
    let mut call = |method: &str, params: Value| {
        let body = json!({"id": 1, "method": method, "params": params}).to_string();
        connection.send("POST", "/api/payme/webhook", &body).unwrap().1
    };
    let before = rows(folder);
    let statement = call("GetStatement", json!({"from": 0, "to": i64::MAX / 2}));
    let listed = statement["result"]["transactions"].as_array().cloned().unwrap_or_default();
    let mut listed: Vec<&str> = listed.iter().filter_map(|it| it["id"].as_str()).collect::<Vec<_>>();
    listed.sort_unstable();
    if listed != before.transactions.keys().map(String::as_str).collect::<Vec<_>>() {
        verdict.faults.push(format!("the statement has {} of {}", listed.len(), before.transactions.len()));
    }
    let said: Vec<(&String, Value)> = before
        .transactions
        .keys()
        .filter(|id| id.starts_with(recent))
        .map(|id| (id, call("CheckTransaction", json!({ "id": id }))))
        .collect();
    let after = rows(folder);
    for (id, answer) in said {
        let (was, is) = (&before.transactions[id], &after.transactions[id]);
        let told = promised(&answer).unwrap_or_default();
        let differs = told.iter().any(|(name, value)| was.get(name) != Some(value));
        // The sweep may have been there in between; then the next judgement sees it.
        if was == is && (differs || told.is_empty()) {
            verdict.faults.push(format!("CheckTransaction of {id} says {answer}, there is {is:?}"));
        }
    }
    for (order, (status, _)) in after.orders.iter().filter(|(order, _)| order.starts_with(recent)) {
        let said = connection.send("GET", &format!("/api/payment-status/{order}"), "").unwrap().1;
        let said = said["status"].as_str().unwrap_or_default().to_owned();
        let fits = match status.as_str() {
            "paid" => said == "success",
            "pending" => said == "pending" || said == "expired",
            other => said == other,
        };
        if !fits {
            verdict.faults.push(format!("payment-status of {order} says {said}, there is {status}"));
        }
    }
}
