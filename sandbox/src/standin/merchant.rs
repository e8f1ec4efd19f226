//! The merchant's webhook as Payme sees it: literal JSON-RPC over HTTP, repeated while no answer comes.

use std::io;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{Duration, Instant};

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use reqwest::header::{AUTHORIZATION, CONTENT_TYPE, HeaderValue};
use reqwest::{Client, Response, StatusCode, Url, redirect};
use serde::Serialize;
use serde_json::{Value, json};

use super::link::Link;
use super::problem::Problem;
use super::wallet::Undo;
use super::{Pace, StandinConfig};

/// The largest answer read, in bytes; Payme's calls have answers of a few hundred.
const LARGEST_ANSWER: usize = 64 * 1024;

/// Cancel reasons (reference/payme.md §3).
const DEBIT_FAILED: i64 = 2;
const EXECUTION_ERROR: i64 = 3;
const REFUND: i64 = 5;

/// How much of an answer the log of calls keeps, in characters.
pub(super) const SHOWN: usize = 2_000;

/// Makes the webhook calls.
pub(super) struct Merchant {
    http: Client,
    url: Url,
    authorization: HeaderValue,
    pace: Pace,
    next_id: AtomicI64,
}

/// One call that went over the wire, for the integrator's log; the key travels in a header and is not in it.
#[derive(Clone, Debug, Serialize)]
pub(super) struct Call {
    pub(super) method: &'static str,
    pub(super) request: String,
    /// In a few words, in English: `ok`, an error's code, or why there is no answer.
    pub(super) outcome: String,
    pub(super) ok: bool,
    /// The answer's body, shortened; empty when none came.
    pub(super) answer: String,
    pub(super) took_ms: u64,
}

impl Call {
    pub(super) fn new<T>(
        method: &'static str,
        request: String,
        result: &Result<T, Problem>,
        answer: String,
        took: Duration,
    ) -> Call {
        let outcome = match result {
            Ok(_) => "ok".to_owned(),
            Err(problem) if problem.detail.is_empty() => problem.code.to_string(),
            Err(problem) => format!("{}: {}", problem.code, problem.detail),
        };
        let took_ms = u64::try_from(took.as_millis()).unwrap_or(u64::MAX);
        Call { method, request, outcome, ok: result.is_ok(), answer, took_ms }
    }
}

/// A result of PerformTransaction or CancelTransaction.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Done {
    /// The merchant's number of the transaction.
    pub(super) transaction: String,
    /// `perform_time` or `cancel_time`, Unix time in milliseconds.
    pub(super) time: u64,
}

impl Merchant {
    pub(super) fn new(config: &StandinConfig) -> io::Result<Merchant> {
        let invalid = |reason: String| io::Error::new(io::ErrorKind::InvalidInput, reason);
        let url = Url::parse(&config.webhook_url).map_err(|error| invalid(format!("webhook address: {error}")))?;
        if url.scheme() != "http" {
            return Err(invalid("webhook address: the stand-in speaks plain http only".to_owned()));
        }
        let credentials = BASE64_STANDARD.encode(format!("Paycom:{}", config.key));
        let mut authorization =
            HeaderValue::try_from(format!("Basic {credentials}")).map_err(|error| invalid(error.to_string()))?;
        authorization.set_sensitive(true);
        let http = Client::builder()
            .no_proxy()
            .redirect(redirect::Policy::none())
            .timeout(config.pace.call_timeout)
            .build()
            .map_err(io::Error::other)?;
        let next_id = AtomicI64::new(i64::from(random_u16()) + 200_000);
        Ok(Merchant { http, url, authorization, pace: config.pace.clone(), next_id })
    }

    /// CheckPerformTransaction (reference/payme.md §2.2), asked once: the payer can press "try again".
    pub(super) async fn check(&self, link: &Link, calls: &mut Vec<Call>) -> Result<(), Problem> {
        let params = json!({"amount": link.amount, "account": link.account});
        let allowed = |result: &Value| (result.get("allow")?.as_bool()?).then_some(());
        self.once("CheckPerformTransaction", &params, allowed, calls).await
    }

    /// CreateTransaction (reference/payme.md §2.3): repeated with the same `id` and `time` until it is answered.
    pub(super) async fn create(&self, id: &str, time: u64, link: &Link, calls: &mut Vec<Call>) -> Result<(), Problem> {
        let params = json!({"id": id, "time": time, "amount": link.amount, "account": link.account});
        let created = |result: &Value| done(result, &[1], "create_time").map(|_| ());
        self.until_answered("CreateTransaction", &params, created, calls).await
    }

    /// PerformTransaction (reference/payme.md §2.4): repeated until it is answered.
    pub(super) async fn perform(&self, id: &str, calls: &mut Vec<Call>) -> Result<Done, Problem> {
        let performed = |result: &Value| done(result, &[2], "perform_time");
        self.until_answered("PerformTransaction", &json!({"id": id}), performed, calls).await
    }

    /// CancelTransaction (reference/payme.md §2.5): repeated until it is answered.
    pub(super) async fn cancel(&self, id: &str, undo: Undo, calls: &mut Vec<Call>) -> Result<Done, Problem> {
        let reason = match undo {
            Undo::DebitFailed => DEBIT_FAILED,
            Undo::ExecutionError => EXECUTION_ERROR,
            Undo::Refund => REFUND,
        };
        let cancelled = |result: &Value| done(result, &[-1, -2], "cancel_time");
        self.until_answered("CancelTransaction", &json!({"id": id, "reason": reason}), cancelled, calls).await
    }

    async fn until_answered<T>(
        &self,
        method: &'static str,
        params: &Value,
        read: impl Fn(&Value) -> Option<T>,
        calls: &mut Vec<Call>,
    ) -> Result<T, Problem> {
        let mut pauses = self.pace.retry_pauses.iter();
        loop {
            match self.once(method, params, &read, calls).await {
                Err(problem) if problem.worth_repeating() => match pauses.next() {
                    Some(pause) => tokio::time::sleep(*pause).await,
                    None => return Err(problem),
                },
                settled => return settled,
            }
        }
    }

    async fn once<T>(
        &self,
        method: &'static str,
        params: &Value,
        read: impl Fn(&Value) -> Option<T>,
        calls: &mut Vec<Call>,
    ) -> Result<T, Problem> {
        let id = self.next_id.fetch_add(1, Ordering::Relaxed);
        let request = format!(r#"{{"jsonrpc":"2.0","id":{id},"method":"{method}","params":{params}}}"#);
        let began = Instant::now();
        let (answer, result) = match self.send(request.clone()).await {
            Ok(body) => {
                let text = String::from_utf8_lossy(&body);
                (text.chars().take(SHOWN).collect(), unwrap_answer(&body, id))
            }
            Err(problem) => (String::new(), Err(problem)),
        };
        let result = result.and_then(|result| {
            read(&result).ok_or_else(|| Problem::misbehaves(format!("the result is not what {method} answers")))
        });
        calls.push(Call::new(method, request, &result, answer, began.elapsed()));
        result
    }

    /// The body of the answer, if it came whole and with HTTP 200: any other status is a fault (reference/payme.md §1.2).
    async fn send(&self, body: String) -> Result<Vec<u8>, Problem> {
        let answer = self
            .http
            .post(self.url.clone())
            .header(AUTHORIZATION, self.authorization.clone())
            .header(CONTENT_TYPE, "application/json; charset=UTF-8")
            .body(body)
            .send()
            .await
            .map_err(|error| no_answer(&error))?;
        if answer.status() != StatusCode::OK {
            return Err(Problem::misbehaves(format!("HTTP {} instead of 200", answer.status().as_u16())));
        }
        read_body(answer).await
    }
}

pub(super) async fn read_body(mut answer: Response) -> Result<Vec<u8>, Problem> {
    let mut body = Vec::new();
    while let Some(chunk) = answer.chunk().await.map_err(|error| no_answer(&error))? {
        if body.len() + chunk.len() > LARGEST_ANSWER {
            return Err(Problem::misbehaves(format!("an answer over {LARGEST_ANSWER} bytes")));
        }
        body.extend_from_slice(&chunk);
    }
    Ok(body)
}

pub(super) fn no_answer(error: &reqwest::Error) -> Problem {
    Problem::unavailable(if error.is_timeout() {
        "no answer in time"
    } else if error.is_connect() {
        "nobody listens at the webhook's address"
    } else {
        "the connection broke before the answer was whole"
    })
}

/// The `result` of an answer; its `error`, or what is wrong with its shape, otherwise (reference/payme.md §1.1).
fn unwrap_answer(body: &[u8], id: i64) -> Result<Value, Problem> {
    let answer: Value =
        serde_json::from_slice(body).map_err(|_| Problem::misbehaves("the answer's body is not JSON"))?;
    let member = |name: &str| answer.get(name).filter(|value| !value.is_null());
    let same_id = answer.get("id").and_then(Value::as_i64) == Some(id);
    match (member("result"), member("error")) {
        (Some(_), Some(_)) => Err(Problem::misbehaves("the answer has both a result and an error")),
        (None, None) => Err(Problem::misbehaves("the answer has neither a result nor an error")),
        _ if !same_id => Err(Problem::misbehaves("the answer's id is not the call's id")),
        (Some(result), None) => Ok(result.clone()),
        (None, Some(error)) => {
            Err(Problem::answered(error).unwrap_or_else(|| Problem::misbehaves("the error has no integer code")))
        }
    }
}

/// Reads a result with `transaction`, `state`, and a time; `None` if one of them is not what the protocol says.
fn done(result: &Value, states: &[i64], time: &str) -> Option<Done> {
    let state = result.get("state")?.as_i64()?;
    let transaction = result.get("transaction")?.as_str().filter(|text| !text.is_empty())?;
    let time = result.get(time)?.as_u64().filter(|time| *time > 0)?;
    states.contains(&state).then(|| Done { transaction: transaction.to_owned(), time })
}

fn random_u16() -> u16 {
    let mut bytes = [0; 2];
    // Without randomness the numbering of the calls starts at a round number, which is just as good.
    let _ = getrandom::fill(&mut bytes);
    u16::from_le_bytes(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::standin::problem::{Kind, MISBEHAVES};

    #[test]
    fn an_answer_has_exactly_one_of_result_and_error_and_our_id() {
        let read = |text: &str| unwrap_answer(text.as_bytes(), 7);
        assert_eq!(read(r#"{"id":7,"result":{"allow":true}}"#), Ok(json!({"allow": true})));
        assert_eq!(read(r#"{"jsonrpc":"2.0","id":7,"result":{"a":1},"error":null}"#), Ok(json!({"a": 1})));
        let refused = read(r#"{"id":7,"result":null,"error":{"code":-31001}}"#).unwrap_err();
        assert_eq!((refused.kind, refused.code), (Kind::Refused, -31001));
        for wrong in [
            "",
            "<html>",
            "[]",
            "null",
            r#"{"id":7}"#,
            r#"{"id":8,"result":{}}"#,
            r#"{"result":{}}"#,
            r#"{"id":7,"result":{},"error":{"code":-1}}"#,
            r#"{"id":7,"error":"no"}"#,
        ] {
            assert_eq!(read(wrong).unwrap_err().code, MISBEHAVES, "{wrong}");
        }
    }

    #[test]
    fn a_result_keeps_the_protocols_types() {
        let good = json!({"transaction": "5", "state": 2, "perform_time": 1_640_000_000_000_u64});
        assert_eq!(done(&good, &[2], "perform_time").map(|done| done.transaction).as_deref(), Some("5"));
        for (member, value) in
            [("transaction", json!(5)), ("state", json!(1)), ("state", json!("2")), ("perform_time", json!(0))]
        {
            let mut bad = good.clone();
            bad[member] = value;
            assert_eq!(done(&bad, &[2], "perform_time"), None, "{bad}");
        }
    }
}
