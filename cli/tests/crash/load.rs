//! The client: several connections, each with its own record and its own stories of orders, until the server is gone.

use crate::http::Connection;
use crate::random::Random;
use crate::record::{Ask, Recorder};
use serde_json::{Value, json};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// Connections at once.
pub const WORKERS: u64 = 6;

/// What every order costs, in tiyin.
pub const AMOUNT: i64 = 1_000_000;

/// The records of all connections and of the settling.
pub fn records(folder: &Path) -> Vec<PathBuf> {
    (0..=WORKERS).map(|worker| folder.join(format!("record-{worker}.jsonl"))).collect()
}

/// Loads a server for so long, then lets `end` end it; the connections notice.
pub fn run<T>(folder: &Path, address: &str, round: &str, seed: u64, how_long: Duration, end: impl FnOnce() -> T) -> T {
    let stop = AtomicBool::new(false);
    std::thread::scope(|scope| {
        let workers: Vec<_> = records(folder)
            .into_iter()
            .zip(0..WORKERS)
            .map(|(path, number)| {
                let stop = &stop;
                scope.spawn(move || {
                    let random = Random::new(seed.wrapping_mul(31).wrapping_add(number));
                    let Ok(connection) = Connection::open(address) else { return };
                    let record = Recorder::open(&path);
                    let mut worker = Worker { connection, record, random };
                    let mut story = 0;
                    while !stop.load(Ordering::SeqCst) && worker.story(&format!("{round}-{number}-{story}")).is_ok() {
                        story += 1;
                    }
                })
            })
            .collect();
        // Not a wait for anything: the instant of the end is the choice of the seed. A server that dies by itself before is
        // noticed by everybody.
        let (mut waited, step) = (Duration::ZERO, Duration::from_millis(5));
        while waited < how_long && workers.iter().any(|worker| !worker.is_finished()) {
            std::thread::sleep(step);
            waited += step;
        }
        let ended = end();
        stop.store(true, Ordering::SeqCst);
        ended
    })
}

/// Sends one ask and records both sides of it.
pub fn ask(connection: &mut Connection, record: &mut Recorder, ask: &Ask) -> io::Result<Value> {
    let number = record.ask(ask);
    let (status, body) = if ask.method == "Order" {
        connection.send("POST", "/api/generate-qr", &ask.params.to_string())?
    } else {
        let body = json!({"jsonrpc": "2.0", "id": 1, "method": ask.method, "params": ask.params});
        connection.send("POST", "/api/payme/webhook", &body.to_string())?
    };
    let answer = if ask.method == "Order" { json!({ "status": status }) } else { body };
    record.answer(number, &answer);
    Ok(answer)
}

struct Worker {
    connection: Connection,
    record: Recorder,
    random: Random,
}

impl Worker {
    /// One order's story; ends early when the server does.
    fn story(&mut self, order: &str) -> io::Result<()> {
        let wish = json!({"order_id": order, "paymentType": "payme", "amount": AMOUNT / 100});
        self.ask(order, "Order", wish)?;
        let (first, second) = (format!("{order}-a"), format!("{order}-b"));
        match self.random.below(6) {
            0 => {
                self.create(order, &first)?;
                self.perform(order, &first)?;
            }
            1 => {
                self.create(order, &first)?;
                self.cancel(order, &first, 3)?;
                self.create(order, &second)?;
                self.perform(order, &second)?;
            }
            2 => {
                self.create(order, &first)?;
                self.perform(order, &first)?;
                self.cancel(order, &first, 5)?;
                self.cancel(order, &first, 5)?;
            }
            // Begun and given up: the sweep's.
            3 => self.create(order, &first)?,
            // Never paid: it expires.
            4 => {}
            _ => {
                self.create(order, &first)?;
                self.create(order, &first)?;
                self.perform(order, &first)?;
                self.perform(order, &first)?;
            }
        }
        Ok(())
    }

    fn create(&mut self, order: &str, id: &str) -> io::Result<()> {
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_millis() as u64;
        // A repeat says the same time: it is the provider's.
        let time = now / 100_000 * 100_000;
        self.ask(
            order,
            "CreateTransaction",
            json!({"id": id, "time": time, "amount": AMOUNT, "account": {"order_id": order}}),
        )
    }

    fn perform(&mut self, order: &str, id: &str) -> io::Result<()> {
        self.ask(order, "PerformTransaction", json!({ "id": id }))
    }

    fn cancel(&mut self, order: &str, id: &str, reason: i64) -> io::Result<()> {
        self.ask(order, "CancelTransaction", json!({"id": id, "reason": reason}))
    }

    fn ask(&mut self, order: &str, method: &str, params: Value) -> io::Result<()> {
        let what = Ask { order: order.to_owned(), method: method.to_owned(), params };
        ask(&mut self.connection, &mut self.record, &what).map(drop)
    }
}
