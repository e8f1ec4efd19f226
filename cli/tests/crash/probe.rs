//! Looks at servers all the time, as whoever watches them does, and notes what they say and how long that takes.

use crate::http::Connection;
use serde_json::{Value, json};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

/// Between two looks of a kind at a server.
const PAUSE: Duration = Duration::from_millis(25);

/// What can be asked without changing anything, each on a way of its own through the server: the writing sessions, the
/// reading ones, and the statement's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Question {
    Ready,
    Status,
    Check,
    Statement,
}

const QUESTIONS: [Question; 4] = [Question::Ready, Question::Status, Question::Check, Question::Statement];

/// What an answer was.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Said {
    Right,
    SystemError,
    /// Neither, or nothing at all; in words.
    Wrong(String),
}

struct Look {
    asked: Instant,
    took: Duration,
    said: Said,
}

/// Everything that was seen of one server.
pub struct Seen(Vec<(Question, Vec<Look>)>);

/// Looks at the servers as long as `drive` takes. What that gave, and what was seen of each server.
pub fn looking<T>(addresses: &[String], drive: impl FnOnce() -> T) -> (T, Vec<Seen>) {
    let stop = AtomicBool::new(false);
    std::thread::scope(|scope| {
        let stop = &stop;
        let ask = |question, address: &'_ str| {
            let address = address.to_owned();
            scope.spawn(move || (question, look(question, &address, stop)))
        };
        let threads: Vec<Vec<_>> =
            addresses.iter().map(|address| QUESTIONS.iter().map(|it| ask(*it, address)).collect()).collect();
        let driven = std::panic::catch_unwind(std::panic::AssertUnwindSafe(drive));
        stop.store(true, Ordering::SeqCst);
        let seen = threads.into_iter().map(|of_one| Seen(of_one.into_iter().map(|it| it.join().unwrap()).collect()));
        let seen = seen.collect();
        (driven.unwrap_or_else(|panic| std::panic::resume_unwind(panic)), seen)
    })
}

/// Whether a server says now that it can take payments.
pub fn is_ready(address: &str) -> bool {
    let answer = Connection::open(address).and_then(|mut connection| connection.send("GET", "/readyz", ""));
    answer.is_ok_and(|(status, _)| status == 200)
}

impl Seen {
    /// The slowest answer of any kind.
    pub fn slowest(&self) -> Duration {
        self.looks().map(|(_, look)| look.took).max().unwrap_or_default()
    }

    /// How long after an instant it was seen not to be ready.
    pub fn red_after(&self, instant: Instant) -> Option<Duration> {
        let red = |(question, look): &(Question, &Look)| {
            *question == Question::Ready && look.said == Said::SystemError && look.asked + look.took > instant
        };
        self.looks().find(red).map(|(_, look)| (look.asked + look.took).saturating_duration_since(instant))
    }

    /// How long after an instant the last answer came that was an error, whatever was asked.
    pub fn last_error_after(&self, instant: Instant) -> Duration {
        let errors = self.looks().filter(|(_, look)| look.said == Said::SystemError);
        errors.map(|(_, look)| (look.asked + look.took).saturating_duration_since(instant)).max().unwrap_or_default()
    }

    /// Answers that were errors.
    pub fn errors(&self) -> u64 {
        self.looks().filter(|(_, look)| look.said == Said::SystemError).count() as u64
    }

    /// Answers that should never be, in words.
    pub fn faults(&self) -> Vec<String> {
        let wrong = |(question, look): (Question, &Look)| match &look.said {
            Said::Wrong(words) => Some(format!("{question:?} said after {:?}: {words}", look.took)),
            Said::Right | Said::SystemError => None,
        };
        self.looks().filter_map(wrong).collect()
    }

    fn looks(&self) -> impl Iterator<Item = (Question, &Look)> {
        self.0.iter().flat_map(|(question, looks)| looks.iter().map(|look| (*question, look)))
    }
}

fn look(question: Question, address: &str, stop: &AtomicBool) -> Vec<Look> {
    let mut looks = Vec::new();
    let mut connection = None;
    while !stop.load(Ordering::SeqCst) {
        let asked = Instant::now();
        let mut open = match connection.take() {
            Some(open) => Ok(open),
            None => Connection::open(address),
        };
        let said = match &mut open {
            Ok(open) => question.ask(open).unwrap_or_else(|error| Said::Wrong(error.to_string())),
            Err(error) => Said::Wrong(error.to_string()),
        };
        if !matches!(said, Said::Wrong(_)) {
            connection = open.ok();
        }
        looks.push(Look { asked, took: asked.elapsed(), said });
        std::thread::sleep(PAUSE);
    }
    looks
}

impl Question {
    fn ask(self, connection: &mut Connection) -> std::io::Result<Said> {
        let (status, answer) = match self {
            Self::Ready => connection.send("GET", "/readyz", "")?,
            Self::Status => connection.send("GET", "/api/payment-status/nobody", "")?,
            Self::Check => call(connection, "CheckTransaction", &json!({"id": "nobody"}))?,
            // A period in which nothing was created.
            Self::Statement => call(connection, "GetStatement", &json!({"from": 1, "to": 2}))?,
        };
        let is_right = match self {
            Self::Ready => status == 200,
            Self::Status => status == 404,
            Self::Check => answer["error"]["code"] == -31003,
            Self::Statement => answer["result"]["transactions"] == json!([]),
        };
        let is_system_error = answer["error"]["code"] == -32400 || status == 503;
        Ok(match (is_right, is_system_error) {
            (true, _) => Said::Right,
            (false, true) => Said::SystemError,
            (false, false) => Said::Wrong(format!("{status} {answer}")),
        })
    }
}

fn call(connection: &mut Connection, method: &str, params: &Value) -> std::io::Result<(u16, Value)> {
    let body = json!({"id": 1, "method": method, "params": params}).to_string();
    connection.send("POST", "/api/payme/webhook", &body)
}
