//! The client: a few connections, each with its own record and its own payments, until the server is gone.

use crate::http::Connection;
use crate::random::Random;
use crate::record::{Ask, Recorder};
use serde_json::{Value, json};
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// Connections at once.
const WORKERS: u64 = 4;

/// What every order costs, in tiyin.
pub const AMOUNT: i64 = 1_000_000;

/// The records of all connections, and the one of the settling.
pub fn records(folder: &Path) -> Vec<PathBuf> {
    (0..=WORKERS).map(|worker| folder.join(format!("record-{worker}.jsonl"))).collect()
}

/// Loads a server for so long, then lets `end` end it; the connections notice by themselves.
pub fn run(folder: &Path, address: &str, round: &str, random: &mut Random, how_long: Duration, end: impl FnOnce()) {
    std::thread::scope(|scope| {
        for (number, path) in (0..WORKERS).zip(records(folder)) {
            let mut random = Random::new(random.next());
            scope.spawn(move || {
                let Ok(mut connection) = Connection::open(address) else { return };
                let mut recorder = Recorder::open(&path);
                let mut pay =
                    |n: u64| payment(&mut connection, &mut recorder, &format!("{round}-{number}-{n}"), random.below(4));
                // Until the first error, which is the end of the server.
                let _ = (0..).try_for_each(&mut pay);
            });
        }
        // Not a wait for anything: the instant of the cut is the choice of the seed.
        std::thread::sleep(how_long);
        end();
    });
}

/// One order's story.
fn payment(connection: &mut Connection, recorder: &mut Recorder, order: &str, story: u64) -> io::Result<()> {
    let mut ask = |method: &str, params: Value| -> io::Result<()> {
        let answer = ask(connection, recorder, &Ask { order: order.to_owned(), method: method.to_owned(), params })?;
        // What follows would be about a payment that is not there.
        if is_done(&answer) { Ok(()) } else { Err(io::ErrorKind::Other.into()) }
    };
    let id = format!("{order}-t");
    ask("Order", json!({"order_id": order, "paymentType": "payme", "amount": AMOUNT / 100}))?;
    let account = json!({ "order_id": order });
    let create = json!({"id": id, "time": 1_700_000_000_000_i64, "amount": AMOUNT, "account": account});
    ask("CreateTransaction", create)?;
    if story != 0 {
        ask("PerformTransaction", json!({ "id": id }))?;
    }
    if story < 2 {
        ask("CancelTransaction", json!({"id": id, "reason": if story == 0 { 3 } else { 5 }}))?;
    }
    Ok(())
}

/// Whether an answer acknowledges what was asked.
pub fn is_done(answer: &Value) -> bool {
    answer["status"] == 200 || answer["result"].is_object()
}

/// Whether an answer leaves open what became of it: a system error.
pub fn is_open(answer: &Value) -> bool {
    answer["status"].as_u64().is_some_and(|status| status >= 500) || answer["error"]["code"] == -32400
}

/// Sends one ask and records both sides of it.
pub fn ask(connection: &mut Connection, recorder: &mut Recorder, ask: &Ask) -> io::Result<Value> {
    let number = recorder.ask(ask);
    let is_order = ask.method == "Order";
    let call = json!({"jsonrpc": "2.0", "id": 1, "method": ask.method, "params": ask.params});
    let (path, body) = if is_order { ("/api/generate-qr", &ask.params) } else { ("/api/payme/webhook", &call) };
    let (status, body) = connection.send("POST", path, &body.to_string())?;
    let answer = if is_order { json!({ "status": status }) } else { body };
    recorder.answer(number, &answer);
    Ok(answer)
}
