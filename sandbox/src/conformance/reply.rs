//! A JSON-RPC answer, and the questions that rules ask about it.

use super::case::Stop;
use crate::random::now_ms;
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
        let body = answer.json().ok_or_else(|| {
            Stop::fail(at, "a JSON body", format!("HTTP {} with a body that is not JSON", answer.status))
        })?;
        let reply = Self { at, body };
        if reply.result().is_none() && reply.error().is_none() {
            return Err(Stop::fail(at, "an object with `result` or `error`", "neither of them"));
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
        match self.code() {
            Some(-32504 | -32300 | -32700 | -32600 | -32601) => {
                Err(self.broken(format!("-31003, as for any unknown transaction, {situation}")))
            }
            Some(_) => Ok(()),
            None => Err(self.broken(format!("error -31003 {situation}"))),
        }
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
        const DAY_MS: i64 = 86_400_000;
        let time = self.integer(name)?;
        if (time - now_ms()).abs() < DAY_MS {
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
        Err(Stop::fail(self.at, expected, shown(again.or(self.error()))))
    }

    /// Requires a member of the result to be as an earlier answer had it.
    pub fn same_member(&self, first: &Self, name: &str) -> Result<(), Stop> {
        let was = first.result().and_then(|result| result.get(name));
        let is = self.result().and_then(|result| result.get(name));
        if was.is_some() && was == is {
            return Ok(());
        }
        let expected = format!("`{name}` {} as answered before", shown(was));
        Err(Stop::fail(self.at, expected, format!("`{name}` is {}", shown(is))))
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

/// A value for a sentence: short, and "missing" when it is not there.
pub fn shown(value: Option<&Value>) -> String {
    const SHOWN_CHARACTERS: usize = 300;
    let Some(value) = value else { return "missing".to_owned() };
    let text = value.to_string();
    match text.char_indices().nth(SHOWN_CHARACTERS) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text,
    }
}
