//! An answer of the merchant, and the questions that rules ask about it.

use crate::random::now_ms;
use crate::suite::Stop;
use crate::suite::answer::{not_json, shown};
use crate::wire::Answer;
use serde_json::Value;

/// Access denied.
pub const DENIED: i64 = 10001;
/// The body is no JSON.
pub const PARSE: i64 = 10002;
/// Not POST.
pub const OPERATION: i64 = 10003;
/// A parameter is missing.
pub const MISSING: i64 = 10005;
/// serviceId is not the merchant's.
pub const SERVICE: i64 = 10006;
/// There is no such order.
pub const ACCOUNT: i64 = 10007;
/// Paid already.
pub const PAID: i64 = 10008;
/// Cancelled.
pub const CANCELLED: i64 = 10009;
/// There is a transaction with this transId.
pub const EXISTS: i64 = 10010;
/// The sum is not the order's, or below, or above what may be paid.
pub const AMOUNT: &[i64] = &[10011, 10012, 10013];
/// There is no transaction with this transId.
pub const UNKNOWN: i64 = 10014;
/// The transaction was reversed and cannot be confirmed.
pub const REVERSED: i64 = 10015;
/// Confirmed already.
pub const CONFIRMED: i64 = 10016;
/// Cannot be taken back any more.
pub const FINAL: i64 = 10017;
/// Reversed already.
pub const ENDED: i64 = 10018;
/// The merchant's own fault.
pub const INTERNAL: i64 = 99999;

/// What an older edition of the table does.
const SWAPPED: &str = "10007 and 10008 look swapped, as in an older edition of the table: 10007 is for an order that does not \
                       exist, 10008 for one that was paid.";

/// A well-formed answer.
#[derive(Debug, Clone)]
pub struct Reply {
    /// Its place in the evidence.
    pub at: usize,
    /// The HTTP status, the business of a rule of its own.
    pub http: u16,
    /// The whole body.
    pub body: Value,
}

impl Reply {
    /// Reads an answer that has to be a JSON object with a `status` or an `errorCode`.
    pub fn read(at: usize, answer: &Answer) -> Result<Self, Stop> {
        let body = answer.json().ok_or_else(|| not_json(at, answer))?;
        let reply = Self { at, http: answer.status, body };
        if reply.status().is_none() && reply.code().is_none() {
            let got = format!("HTTP {} with {}", answer.status, shown(Some(&reply.body)));
            return Err(Stop::fail(at, "an object with `status` or `errorCode`", got));
        }
        Ok(reply)
    }

    /// The word of the status.
    pub fn status(&self) -> Option<&str> {
        self.body.get("status")?.as_str()
    }

    /// The error code.
    pub fn code(&self) -> Option<i64> {
        code_of(&self.body)
    }

    /// Requires this status.
    pub fn accepted(&self, word: &str, situation: &str) -> Result<(), Stop> {
        match self.status() {
            Some(status) if status == word && self.code().is_none() => Ok(()),
            Some(_) | None => Err(self.broken(format!("status {word} {situation}"))),
        }
    }

    /// Requires one of these codes and returns it.
    pub fn refused(&self, allowed: &[i64], situation: &str) -> Result<i64, Stop> {
        match self.code() {
            Some(code) if allowed.contains(&code) => Ok(code),
            Some(_) | None => {
                let codes: Vec<String> = allowed.iter().map(i64::to_string).collect();
                let stop = self.broken(format!("errorCode {} {situation}", codes.join(" or ")));
                Err(match (allowed, self.code()) {
                    ([ACCOUNT], Some(PAID)) | ([PAID], Some(ACCOUNT)) => stop.because(SWAPPED),
                    _ => stop,
                })
            }
        }
    }

    /// Requires the code of a repeat, or the first answer once more; says which one came.
    pub fn repeats(&self, code: i64, first: &Self, situation: &str) -> Result<String, Stop> {
        match self.code() {
            Some(came) if came == code => Ok(code.to_string()),
            None if self.body == first.body => Ok("the first answer".to_owned()),
            Some(_) | None => {
                Err(self.broken(format!("errorCode {code} or the first answer word for word {situation}")))
            }
        }
    }

    /// Requires a member to be this. One millisecond between two times is no difference: a server that reads the clock
    /// twice, or rounds once and cuts once, has it in some runs and not in others, and nobody is hurt by it.
    pub fn member(&self, name: &str, wanted: &Value) -> Result<(), Stop> {
        let near = |value: &Value| {
            let off = value.as_i64().zip(wanted.as_i64()).map(|(value, wanted)| value.abs_diff(wanted));
            name.ends_with("Time") && off.is_some_and(|off| off <= 1)
        };
        match self.body.get(name) {
            Some(value) if value == wanted || near(value) => Ok(()),
            value => Err(Stop::fail(self.at, format!("`{name}` {wanted}"), format!("`{name}` is {}", shown(value)))),
        }
    }

    /// Requires a member to be a time of today in milliseconds, and returns it.
    pub fn recent(&self, name: &str) -> Result<i64, Stop> {
        const DAY_MS: i64 = 86_400_000;
        let value = self.body.get(name);
        match value.and_then(Value::as_i64) {
            Some(time) if (time - now_ms()).abs() < DAY_MS => Ok(time),
            Some(_) | None => {
                let expected = format!("`{name}` as the time now, in milliseconds (13 digits)");
                Err(Stop::fail(self.at, expected, format!("`{name}` is {}", shown(value))))
            }
        }
    }

    /// A failure that quotes what came.
    pub fn broken(&self, expected: impl Into<String>) -> Stop {
        let got = match self.body.get("errorCode") {
            Some(code) => format!("errorCode {code}"),
            None => format!("status {}", shown(self.body.get("status"))),
        };
        Stop::fail(self.at, expected, got)
    }
}

/// The error code in a body. Readers of the documentation disagree whether it is a text or a number; both are right.
pub fn code_of(body: &Value) -> Option<i64> {
    match body.get("errorCode")? {
        Value::Number(number) => number.as_i64().filter(|code| *code != 0),
        Value::String(text) => text.parse().ok().filter(|code| *code != 0),
        Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_) => None,
    }
}
