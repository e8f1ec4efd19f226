//! An answer of the shop, and the questions that rules ask about it.

use crate::suite::Stop;
use crate::suite::answer::{not_json, shown};
use crate::wire::Answer;
use serde_json::Value;

/// The signature is wrong.
pub const SIGN: i64 = -1;
/// The sum is not the order's.
pub const AMOUNT: i64 = -2;
/// There is no such action, or not at this address.
pub const ACTION: i64 = -3;
/// Paid already.
pub const PAID: i64 = -4;
/// There is no such order.
pub const ORDER: i64 = -5;
/// There is no such transaction.
pub const TRANSACTION: i64 = -6;
/// A field is missing or cannot be read.
pub const REQUEST: i64 = -8;
/// Cancelled.
pub const CANCELLED: i64 = -9;

/// All codes that a shop may answer.
pub const CODES: [i64; 10] = [0, SIGN, AMOUNT, ACTION, PAID, ORDER, TRANSACTION, -7, REQUEST, CANCELLED];

/// A well-formed answer.
#[derive(Debug, Clone)]
pub struct Reply {
    /// Its place in the evidence.
    pub at: usize,
    /// The whole body.
    pub body: Value,
}

impl Reply {
    /// Reads an answer that has to be a JSON object with an `error`. The HTTP status is the business of a rule of its own.
    pub fn read(at: usize, answer: &Answer) -> Result<Self, Stop> {
        let body = answer.json().ok_or_else(|| not_json(at, answer))?;
        let reply = Self { at, body };
        match reply.error() {
            Some(_) => Ok(reply),
            None => {
                let got = format!("HTTP {} with {}", answer.status, shown(Some(&reply.body)));
                Err(Stop::fail(at, "an object with `error`", got))
            }
        }
    }

    /// The code. A code as text counts too, because its kind is the business of a rule of its own.
    pub fn error(&self) -> Option<i64> {
        number(self.body.get("error")?)
    }

    /// The number that Prepare gave, as it has to be sent back.
    pub fn prepare_id(&self) -> Result<String, Stop> {
        let id = self.body.get("merchant_prepare_id");
        match id.and_then(number) {
            Some(number) => Ok(number.to_string()),
            None => Err(Stop::fail(
                self.at,
                "`merchant_prepare_id` as an integer",
                format!("`merchant_prepare_id` is {}", shown(id)),
            )
            .step(&["CLICK-PREPARE-02"])),
        }
    }

    /// Requires success.
    pub fn accepted(&self, situation: &str) -> Result<(), Stop> {
        match self.error() {
            Some(0) => Ok(()),
            Some(_) | None => Err(self.broken(format!("error 0 {situation}"))),
        }
    }

    /// Requires one of these codes and returns it.
    pub fn refused(&self, allowed: &[i64], situation: &str) -> Result<i64, Stop> {
        match self.error() {
            Some(code) if allowed.contains(&code) => Ok(code),
            Some(_) | None => {
                let codes: Vec<String> = allowed.iter().map(i64::to_string).collect();
                Err(self.broken(format!("error {} {situation}", codes.join(" or "))))
            }
        }
    }

    /// Requires any refusal that is documented, and returns its code.
    pub fn not_accepted(&self, situation: &str) -> Result<i64, Stop> {
        match self.error() {
            Some(code) if code < 0 => Ok(code),
            Some(_) | None => Err(self.broken(format!("a negative error {situation}"))),
        }
    }

    /// A failure that quotes what came.
    pub fn broken(&self, expected: impl Into<String>) -> Stop {
        let got = format!("error {}", shown(self.body.get("error")));
        Stop::fail(self.at, expected, got)
    }
}

/// A number, or a text of digits.
fn number(value: &Value) -> Option<i64> {
    match value {
        Value::Number(number) => number.as_i64(),
        Value::String(text) => text.parse().ok(),
        Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_) => None,
    }
}
