//! The client's own record: before it asks it writes down what, after an answer it writes down which, and each line is on
//! the disk before it goes on. The record knows nothing of the server but its answers.

use serde_json::Value;
use std::collections::BTreeMap;
use std::fs::{File, OpenOptions};
use std::io::Write;
use std::path::{Path, PathBuf};

/// What is asked of the server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ask {
    /// The order it is about.
    pub order: String,
    /// `Order`, or what one wallet asks, in Payme's word for it.
    pub method: String,
    /// The order's members; or the wallet and its id of the attempt, with what else is said.
    pub params: Value,
}

/// An ask with its answer, if there was one.
#[derive(Clone, Debug)]
pub struct Told {
    pub ask: Ask,
    pub answer: Option<Value>,
}

/// The file of one connection.
pub struct Recorder {
    file: File,
    next: u64,
}

impl Recorder {
    pub fn open(path: &Path) -> Self {
        Self { file: OpenOptions::new().create(true).append(true).open(path).unwrap(), next: lines(path) }
    }

    /// Returns the number under which the answer belongs.
    pub fn ask(&mut self, ask: &Ask) -> u64 {
        let number = self.next;
        self.next += 1;
        self.line(&serde_json::json!({"ask": number, "order": ask.order, "method": ask.method, "params": ask.params}));
        number
    }

    pub fn answer(&mut self, number: u64, answer: &Value) {
        self.line(&serde_json::json!({"answer": number, "said": answer}));
    }

    fn line(&mut self, line: &Value) {
        writeln!(self.file, "{line}").unwrap();
        self.file.sync_data().unwrap();
    }
}

fn lines(path: &Path) -> u64 {
    std::fs::read_to_string(path).unwrap().lines().count() as u64
}

/// Everything that was asked, by order, each order's asks in the order in which they were made.
pub fn read(paths: &[PathBuf]) -> BTreeMap<String, Vec<Told>> {
    let mut orders: BTreeMap<String, Vec<Told>> = BTreeMap::new();
    for path in paths {
        let mut places = BTreeMap::new();
        // A connection that never came to ask has no record.
        for line in std::fs::read_to_string(path).unwrap_or_default().lines() {
            let line: Value = serde_json::from_str(line).unwrap();
            if let Some(number) = line["ask"].as_u64() {
                let text = |name: &str| line[name].as_str().unwrap().to_owned();
                let ask = Ask { order: text("order"), method: text("method"), params: line["params"].clone() };
                let asks = orders.entry(ask.order.clone()).or_default();
                places.insert(number, (ask.order.clone(), asks.len()));
                asks.push(Told { ask, answer: None });
            } else {
                let (order, place) = &places[&line["answer"].as_u64().unwrap()];
                orders.get_mut(order).unwrap()[*place].answer = Some(line["said"].clone());
            }
        }
    }
    orders
}
