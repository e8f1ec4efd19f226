//! A JSON-RPC answer, and the questions that rules ask about it.

use crate::random::now_ms;
use crate::suite::answer::not_json;
pub use crate::suite::answer::shown;
use crate::suite::{About, Stop};
use crate::wire::Answer;
use serde_json::Value;

/// -32504: not authorised.
pub const UNAUTHORISED: &[Code] = &[Code::Exactly(-32504)];
/// -32600: a member is missing or has the wrong type.
pub const BAD_REQUEST: &[Code] = &[Code::Exactly(-32600)];
/// -31001: wrong amount.
pub const WRONG_AMOUNT: &[Code] = &[Code::Exactly(-31001)];
/// -31003: no such transaction.
pub const NO_TRANSACTION: &[Code] = &[Code::Exactly(-31003)];
/// -31008: not possible in this state.
pub const WRONG_STATE: &[Code] = &[Code::Exactly(-31008)];
/// -31050…-31099: something is wrong with what the buyer entered.
pub const ACCOUNT: &[Code] = &[Code::Account];
/// The sources disagree about an order that is being paid or was paid; both answers are documented.
pub const NOT_PAYABLE: &[Code] = &[Code::Exactly(-31008), Code::Account];

/// An error code that a rule accepts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Code {
    /// This one.
    Exactly(i64),
    /// Any of -31050…-31099.
    Account,
}

impl Code {
    fn allows(self, code: i64) -> bool {
        match self {
            Self::Exactly(wanted) => code == wanted,
            Self::Account => (-31099..=-31050).contains(&code),
        }
    }

    fn text(self) -> String {
        match self {
            Self::Exactly(code) => code.to_string(),
            Self::Account => "one of -31050…-31099".to_owned(),
        }
    }
}

/// A well-formed answer.
#[derive(Debug, Clone)]
pub struct Reply {
    /// Its place in the evidence.
    pub at: usize,
    /// The whole body.
    pub body: Value,
}

impl Reply {
    /// Reads an answer that has to be JSON-RPC: an object with a result or an error.
    pub fn read(at: usize, answer: &Answer) -> Result<Self, Stop> {
        let body = answer.json().ok_or_else(|| not_json(at, answer))?;
        let reply = Self { at, body };
        if reply.result().is_none() && reply.error().is_none() {
            let got = format!("HTTP {} with {}", answer.status, shown(Some(&reply.body)));
            return Err(Stop::fail(at, "an object with `result` or `error`", got));
        }
        Ok(reply)
    }

    /// The result, if there is one. An `"error": null` next to it is tolerated, as Payme's own template sends it.
    pub fn result(&self) -> Option<&Value> {
        self.body.get("result").filter(|result| !result.is_null())
    }

    /// The error object, if there is one.
    pub fn error(&self) -> Option<&Value> {
        self.body.get("error").filter(|error| !error.is_null())
    }

    /// The error code, if there is one.
    pub fn code(&self) -> Option<i64> {
        self.error()?.get("code")?.as_i64()
    }

    /// Requires one of these errors and returns its code.
    pub fn refused(&self, allowed: &[Code], situation: &str) -> Result<i64, Stop> {
        match self.code() {
            Some(code) if allowed.iter().any(|a| a.allows(code)) => Ok(code),
            Some(_) | None => {
                let codes: Vec<String> = allowed.iter().map(|a| a.text()).collect();
                Err(self.broken(format!("error {} {situation}", codes.join(" or "))))
            }
        }
    }

    /// Requires that the call reached its method: whatever the method says, it is not an error of the envelope.
    pub fn let_in(&self, situation: &str) -> Result<(), Stop> {
        let expected = match self.code() {
            Some(-32504 | -32300 | -32700 | -32600 | -32601) => {
                format!("-31003, as for any unknown transaction, {situation}")
            }
            Some(_) => return Ok(()),
            None => format!("error -31003 {situation}"),
        };
        // A server that answers every unknown transaction like this breaks the rule about unknown transactions.
        Err(self.broken(expected).about(About::SameAnswer(&["PAYME-CHECK-05"])))
    }

    /// Requires a result and returns it.
    pub fn accepted(&self, situation: &str) -> Result<&Value, Stop> {
        self.result().ok_or_else(|| self.broken(format!("a result {situation}")))
    }

    /// Requires an integer member of the result.
    pub fn integer(&self, name: &str) -> Result<i64, Stop> {
        let value = self.accepted("here")?.get(name);
        value.and_then(Value::as_i64).ok_or_else(|| {
            Stop::fail(self.at, format!("`{name}` as an integer"), format!("`{name}` is {}", shown(value)))
        })
    }

    /// Requires a state.
    pub fn state(&self, wanted: i64) -> Result<(), Stop> {
        match self.integer("state")? {
            state if state == wanted => Ok(()),
            state => Err(Stop::fail(self.at, format!("state {wanted}"), format!("state {state}"))),
        }
    }

    /// Requires a time of today in milliseconds. A second counter, or a clock in another unit, is far away from it.
    pub fn recent(&self, name: &str) -> Result<i64, Stop> {
        const DAY_MS: u64 = 86_400_000;
        let time = self.integer(name)?;
        if time.abs_diff(now_ms()) < DAY_MS {
            return Ok(time);
        }
        let expected = format!("`{name}` as the merchant's time now, in milliseconds (13 digits)");
        Err(Stop::fail(self.at, expected, format!("`{name}` is {time}")))
    }

    /// Requires the same result as another answer had.
    pub fn same_as(&self, first: &Self) -> Result<(), Stop> {
        let (first, again) = (first.result(), self.result());
        if first.is_some() && first == again {
            return Ok(());
        }
        let expected = format!("the same answer as the first time: {}", shown(first));
        let stop = Stop::fail(self.at, expected, shown(again.or(self.error())));
        let (Some(Value::Object(first)), Some(Value::Object(again))) = (first, again) else { return Err(stop) };
        let differs = |name: &&String| first.get(*name) != again.get(*name);
        let names = first.keys().chain(again.keys()).filter(differs);
        // Where every member that differs tells by itself what is wrong, the first one is told.
        let tell = |name: &String| by_itself(name, first.get(name), again.get(name));
        let told: Option<Vec<String>> = names.map(tell).collect();
        Err(because_of(stop, told.and_then(|told| told.into_iter().next())))
    }

    /// Requires a member of the result to be as an earlier answer had it.
    pub fn same_member(&self, first: &Self, name: &str) -> Result<(), Stop> {
        let was = first.result().and_then(|result| result.get(name));
        let is = self.result().and_then(|result| result.get(name));
        if was.is_some() && was == is {
            return Ok(());
        }
        let expected = format!("`{name}` {} as answered before", shown(was));
        let stop = Stop::fail(self.at, expected, format!("`{name}` is {}", shown(is)));
        Err(because_of(stop, by_itself(name, was, is)))
    }

    /// A failure that quotes what came.
    pub fn broken(&self, expected: impl Into<String>) -> Stop {
        let got = match (self.result(), self.error()) {
            (_, Some(error)) => format!("error {}", shown(error.get("code").or(Some(error)))),
            (Some(result), None) => format!("result {}", shown(Some(result))),
            (None, None) => "neither result nor error".to_owned(),
        };
        Stop::fail(self.at, expected, got)
    }
}

/// The failure with what is wrong, where the answers tell it.
fn because_of(stop: Stop, told: Option<String>) -> Stop {
    match told {
        Some(words) => stop.because(words),
        None => stop,
    }
}

/// What a member that should be the same in two answers tells by itself.
fn by_itself(name: &str, was: Option<&Value>, is: Option<&Value>) -> Option<String> {
    match (was, is) {
        (Some(Value::String(text)), Some(Value::Number(number)))
        | (Some(Value::Number(number)), Some(Value::String(text)))
            if *text == number.to_string() =>
        {
            Some(format!(
                "`{name}` is a string in one answer and a number in another: one is made when the row is new, the other \
                 when it is read back. Send a string always."
            ))
        }
        // A time that is 0 is not told in another unit: it was lost, or never stored.
        (Some(Value::Number(was)), Some(Value::Number(is)))
            if name.ends_with("_time") && was.as_i64() != Some(0) && is.as_i64() != Some(0) =>
        {
            Some(format!(
                "`{name}` is made from the clock at every call, or answered in a finer unit than it is stored in. Answer it \
                 from the stored row."
            ))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    /// What a repeat that differs like this tells by itself.
    fn told(first: Value, again: Value) -> Option<String> {
        let reply = |result: Value| Reply { at: 0, body: json!({"result": result}) };
        let Err(Stop::Fail { because, .. }) = reply(again).same_as(&reply(first)) else {
            panic!("the answers differ, so this is a failure")
        };
        because
    }

    #[test]
    fn a_repeat_tells_what_is_wrong_where_every_difference_does() {
        let first = json!({"create_time": 1000, "transaction": "5", "state": 1});
        let both = told(first.clone(), json!({"create_time": 1500, "transaction": 5, "state": 1})).unwrap();
        assert!(both.starts_with("`create_time` is made from the clock"), "{both}");
        let number = told(first.clone(), json!({"create_time": 1000, "transaction": 5, "state": 1})).unwrap();
        assert!(number.starts_with("`transaction` is a string in one answer"), "{number}");
        assert_eq!(told(first, json!({"create_time": 1500, "transaction": "5", "state": 0})), None);
    }
}
