//! The judge: holds the database, read by plain SQL, and the restarted server's answers against the record. It knows the
//! rules of a payment from the protocol's text, not from the program.

use crate::asks::{AMOUNT, agree, ask, is_done, is_system_error, name_in_uzum, told};
use crate::database::{Row, Rows, Site};
use crate::http::Connection;
use crate::load::{self, wait};
use crate::record::{self, Recorder, Told};
use crate::server::{Server, TRANSACTION_SECONDS, verify};
use boothpay_test_support::model::Wallet;
use boothpay_test_support::wallets::{payme, uzum, wallet_of};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::time::Duration;

/// The reason of a transaction that was given up after its time.
const TIMEOUT: i64 = 4;

/// What was compared with what.
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

impl Verdict {
    /// Adds another one.
    pub fn add(&mut self, other: Self) {
        self.faults.extend(other.faults);
        self.acknowledged += other.acknowledged;
        self.unanswered_there += other.unanswered_there;
        self.unanswered_absent += other.unanswered_absent;
    }
}

/// Judges everything on the site; over HTTP the orders of one round, whose ids begin with `recent`. What has to be asked
/// again is asked of all servers in turn, and may meet a system error for so long.
pub fn judge(site: &Site, servers: &[&Server], recent: &str, patience: Duration) -> Verdict {
    let mut verdict = Verdict::default();
    let records = load::records(site);
    let record = record::read(&records);
    let before = site.database.rows();
    for (id, told) in &record {
        acknowledged(&mut verdict, &before, id, told);
        refused(&mut verdict, &before, told);
    }
    intended(&mut verdict, &before, &record);
    verdict.faults.extend(site.database.broken_rules());

    let mut connections: Vec<_> = servers.iter().map(|server| Connection::open(&server.address).unwrap()).collect();
    let mut recorder = Recorder::open(records.last().unwrap());
    for (_, told) in record.iter().filter(|(id, _)| id.starts_with(recent)) {
        let is_open = |last: &&Told| last.answer.as_ref().is_none_or(is_system_error);
        if let Some(last) = told.last().filter(is_open) {
            settle(&mut verdict, &before, last, &mut connections, &mut recorder, patience);
        }
    }
    for connection in &mut connections {
        over_http(&mut verdict, site, connection, recent);
    }
    if let (false, words) = verify(site) {
        verdict.faults.push(format!("boothpay verify: {words}"));
    }
    verdict
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
        if !is_done(answer) {
            continue;
        }
        let promise: Row = told_numbers(answer);
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

fn told_numbers(answer: &Value) -> Row {
    told(answer).map(|(name, value)| (name.to_owned(), value)).collect()
}

/// What was refused whenever it was asked has not begun.
fn refused(verdict: &mut Verdict, rows: &Rows, told: &[Told]) {
    let begins = |it: &&Told| it.ask.method == "CreateTransaction";
    for it in told.iter().filter(begins) {
        let id = &it.ask.params["id"];
        let same = told.iter().filter(begins).filter(|other| other.ask.params["id"] == *id);
        let all = |other: &Told| other.answer.as_ref().is_some_and(|it| !is_done(it) && !is_system_error(it));
        if same.into_iter().all(all) && rows.transactions.contains_key(id.as_str().unwrap()) {
            verdict.faults.push(format!("{id} was refused, {:?}, and is there", it.answer));
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

/// What was asked and not answered is there whole or not at all, and asking again gives one answer, whoever is asked.
fn settle(
    verdict: &mut Verdict,
    before: &Rows,
    told: &Told,
    connections: &mut [Connection],
    recorder: &mut Recorder,
    patience: Duration,
) {
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
    let mut answers = Vec::new();
    // A single server is asked twice.
    for turn in 0..connections.len().max(2) {
        let connection = turn % connections.len();
        let mut answer = Value::Null;
        wait(patience, || {
            answer = ask(&mut connections[connection], recorder, &told.ask).unwrap();
            !is_system_error(&answer)
        });
        answers.push(answer);
    }
    let (first, second) = (&answers[0], &answers[1]);
    // Between two creates the time of the payment may run out, which is an answer of its own.
    let timed_out = second["error"]["code"] == -31008;
    if answers.iter().any(is_system_error) || (!agree(first, second) && !timed_out) {
        verdict.faults.push(format!("{:?} does not settle: {first} then {second}", told.ask));
    }
    let Some(id) = told.ask.params["id"].as_str() else { return };
    if there && let Some(row) = before.transactions.get(id) {
        for (name, value) in told_numbers(first).iter().filter(|(name, value)| *name != "state" && **value != 0) {
            if row.get(name) != Some(value) {
                verdict.faults.push(format!("{:?} settled to {name} {value}, there was {row:?}", told.ask));
            }
        }
    }
}

/// The server says what its database says.
fn over_http(verdict: &mut Verdict, site: &Site, connection: &mut Connection, recent: &str) {
    let mut call = |(path, body): (&str, String)| connection.send("POST", path, &body).unwrap().1;
    let before = site.database.rows();
    let statement = call(payme("GetStatement", &json!({"from": 0, "to": i64::MAX / 2})));
    let listed = statement["result"]["transactions"].as_array().cloned().unwrap_or_default();
    let mut listed: Vec<&str> = listed.iter().filter_map(|it| it["id"].as_str()).collect::<Vec<_>>();
    listed.sort_unstable();
    let of_payme = |id: &&str| wallet_of(id) == Wallet::Payme;
    let stored: Vec<&str> = before.transactions.keys().map(String::as_str).filter(of_payme).collect();
    if listed != stored {
        verdict.faults.push(format!("the statement has {} of {}", listed.len(), stored.len()));
    }
    let mut said: Vec<(&String, Value)> = Vec::new();
    for id in before.transactions.keys().filter(|id| before.orders_of[*id].starts_with(recent)) {
        match wallet_of(id) {
            Wallet::Payme | Wallet::Test => said.push((id, call(payme("CheckTransaction", &json!({ "id": id }))))),
            Wallet::Uzum => {
                let (path, body) = uzum("status", Some(id), None);
                let answer = call((&path, body));
                let times = ["create_time", "perform_time", "cancel_time"];
                let times =
                    times.map(|name| (name.to_owned(), answer[name_in_uzum(name)].as_i64().unwrap_or(0).into()));
                said.push((id, json!({"result": serde_json::Map::from_iter(times)})));
            }
            // Click asks for nothing that it was told before.
            Wallet::Click => {}
        }
    }
    let after = site.database.rows();
    for (id, answer) in said {
        let (was, is) = (&before.transactions[id], &after.transactions[id]);
        let told = told_numbers(&answer);
        let differs = told.iter().any(|(name, value)| was.get(name) != Some(value));
        // The sweep may have been there in between; then the next judgement sees it.
        if was == is && (differs || told.is_empty()) {
            verdict.faults.push(format!("{id} is said to be {answer}, there is {is:?}"));
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
