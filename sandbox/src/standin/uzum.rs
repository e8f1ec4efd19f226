//! Uzum's part of the stand-in: its link into the app, and its five calls, literal JSON over HTTP (reference/uzum.md §1, §2).
//!
//! Uzum gives a repeat a code of its own and asks how it stands after a confirm that was not answered
//! (reference/uzum.md §4, §5); so does the stand-in.

use std::fmt;
use std::io;
use std::time::{Instant, SystemTime, UNIX_EPOCH};

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use reqwest::header::{AUTHORIZATION, CONTENT_TYPE, HeaderValue};
use reqwest::{Client, StatusCode, Url, redirect};
use serde_json::{Value, json};

use super::Pace;
use super::link::{LinkFault, tiyin};
use super::merchant::{Call, Done, SHOWN, no_answer, read_body};
use super::problem::Problem;

/// The path of Uzum's links.
pub(super) const PATH: &str = "open-service";

/// Codes of Uzum's that mean: this was done before (reference/uzum.md §3).
const ALREADY_CREATED: i64 = 10_010;
const ALREADY_CONFIRMED: i64 = 10_016;
const ALREADY_REVERSED: i64 = 10_018;

/// For whom the stand-in plays Uzum.
#[derive(Clone)]
pub struct UzumConfig {
    /// The address under which the merchant has the five operations: `http://127.0.0.1:5000/api/uzum`.
    pub base_url: String,
    /// The login that was agreed.
    pub login: String,
    /// Its password; it goes into the `Authorization` header only, never into a page, a log, or `Debug`.
    pub password: String,
    /// The service; a link for another one is "supplier not found".
    pub service_id: i64,
    /// The member of `params` that names the order: `account`.
    pub account_key: String,
}

impl fmt::Debug for UzumConfig {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("UzumConfig")
            .field("base_url", &self.base_url)
            .field("login", &self.login)
            .field("password", &"…")
            .field("service_id", &self.service_id)
            .field("account_key", &self.account_key)
            .finish()
    }
}

/// What a link into the app says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct UzumLink {
    pub(super) service_id: i64,
    pub(super) order: String,
    /// In tiyin.
    pub(super) amount: u64,
}

impl UzumLink {
    /// Reads the query of a link (reference/uzum.md §6). Names that mean nothing here (`redirectUrl`) are passed over.
    pub(super) fn parse(query: &str, account_key: &str) -> Result<UzumLink, LinkFault> {
        let value = |name: &str| -> Result<&str, LinkFault> {
            let mut found = query.split('&').filter_map(|pair| pair.split_once('=')).filter(|(key, _)| *key == name);
            match (found.next(), found.next()) {
                (Some((_, value)), None) if !value.is_empty() => Ok(value),
                (Some(_), Some(_)) => Err(LinkFault::Twice(name.to_owned())),
                (_, _) => Err(LinkFault::Missing(name.to_owned())),
            }
        };
        let service_id = value("serviceId")?.parse().map_err(|_| LinkFault::Missing("serviceId".to_owned()))?;
        Ok(UzumLink { service_id, order: value(account_key)?.to_owned(), amount: tiyin(value("amount")?)? })
    }
}

/// A random UUID, version 4.
pub(super) fn new_id() -> Result<String, getrandom::Error> {
    let mut random = [0; 16];
    getrandom::fill(&mut random)?;
    let bits = u128::from_be_bytes(random) & !(0xf << 76) & !(0b11 << 62) | (4 << 76) | (0b10 << 62);
    let hex = format!("{bits:032x}");
    let part = |from: usize, to: usize| hex.get(from..to).unwrap_or_default();
    Ok([part(0, 8), part(8, 12), part(12, 16), part(16, 20), part(20, 32)].join("-"))
}

/// Makes Uzum's calls.
pub(super) struct UzumMerchant {
    http: Client,
    base_url: String,
    authorization: HeaderValue,
    service_id: i64,
    account_key: String,
    pace: Pace,
}

impl UzumMerchant {
    pub(super) fn new(config: &UzumConfig, pace: &Pace) -> io::Result<UzumMerchant> {
        let invalid = |reason: String| io::Error::new(io::ErrorKind::InvalidInput, reason);
        let url = Url::parse(&config.base_url).map_err(|error| invalid(format!("webhook address: {error}")))?;
        if url.scheme() != "http" {
            return Err(invalid("webhook address: the stand-in speaks plain http only".to_owned()));
        }
        let credentials = BASE64_STANDARD.encode(format!("{}:{}", config.login, config.password));
        let mut authorization =
            HeaderValue::try_from(format!("Basic {credentials}")).map_err(|error| invalid(error.to_string()))?;
        authorization.set_sensitive(true);
        let http = Client::builder()
            .no_proxy()
            .redirect(redirect::Policy::none())
            .timeout(pace.call_timeout)
            .build()
            .map_err(io::Error::other)?;
        Ok(UzumMerchant {
            http,
            base_url: config.base_url.trim_end_matches('/').to_owned(),
            authorization,
            service_id: config.service_id,
            account_key: config.account_key.clone(),
            pace: pace.clone(),
        })
    }

    /// Asked once. The sum that the merchant names is the one that the app would fill in, so it has to be the link's.
    pub(super) async fn check(&self, link: &UzumLink, calls: &mut Vec<Call>) -> Result<(), Problem> {
        let body = json!({
            "serviceId": self.service_id,
            "timestamp": now_ms(),
            "params": { self.account_key.as_str(): link.order },
        });
        let answer = self.once("check", &body, "OK", calls).await?;
        let soum = answer.pointer("/data/amount/value").and_then(Value::as_str).and_then(in_tiyin);
        if soum != Some(link.amount) {
            return Err(Problem::misbehaves("data.amount.value is not the price in soum, as a text"));
        }
        Ok(())
    }

    /// Repeated until it is answered; that it was created before is then the answer to our own first call.
    pub(super) async fn create(
        &self,
        id: &str,
        time: u64,
        link: &UzumLink,
        calls: &mut Vec<Call>,
    ) -> Result<(), Problem> {
        let body = json!({
            "serviceId": self.service_id,
            "timestamp": time,
            "transId": id,
            "params": { self.account_key.as_str(): link.order },
            "amount": link.amount,
        });
        self.until_answered("create", &body, "CREATED", ALREADY_CREATED, calls).await.map(|_| ())
    }

    /// Asked once; where no answer came, Uzum asks for the status instead until it is known.
    pub(super) async fn confirm(&self, id: &str, calls: &mut Vec<Call>) -> Result<Done, Problem> {
        let body = json!({
            "serviceId": self.service_id,
            "timestamp": now_ms(),
            "transId": id,
            "paymentSource": "UZCARD",
            "phone": "998000000000",
            "cardType": 2,
        });
        match self.once("confirm", &body, "CONFIRMED", calls).await {
            Err(problem) if problem.worth_repeating() => self.until_known(id, problem, calls).await,
            Err(problem) if problem.code == ALREADY_CONFIRMED => self.until_known(id, problem, calls).await,
            Err(problem) => Err(problem),
            Ok(answer) => done(id, &answer, "confirmTime"),
        }
    }

    /// Repeated until it is answered; that it was reversed before is then the answer to our own first call.
    pub(super) async fn reverse(&self, id: &str, calls: &mut Vec<Call>) -> Result<Done, Problem> {
        let body = self.about(id);
        match self.until_answered("reverse", &body, "REVERSED", ALREADY_REVERSED, calls).await? {
            Some(answer) => done(id, &answer, "reverseTime"),
            None => done(id, &self.once("status", &self.about(id), "REVERSED", calls).await?, "reverseTime"),
        }
    }

    async fn until_known(&self, id: &str, first: Problem, calls: &mut Vec<Call>) -> Result<Done, Problem> {
        let mut pauses = self.pace.retry_pauses.iter();
        loop {
            match self.once("status", &self.about(id), "CONFIRMED", calls).await {
                Ok(answer) => return done(id, &answer, "confirmTime"),
                // Known, and not confirmed: the first call was not carried out.
                Err(problem) if !problem.worth_repeating() => return Err(problem),
                Err(_) => match pauses.next() {
                    Some(pause) => tokio::time::sleep(*pause).await,
                    None => return Err(first),
                },
            }
        }
    }

    /// The answer, or `None` when a repeat learns that the call had been carried out.
    async fn until_answered(
        &self,
        operation: &'static str,
        body: &Value,
        status: &str,
        done_before: i64,
        calls: &mut Vec<Call>,
    ) -> Result<Option<Value>, Problem> {
        let mut pauses = self.pace.retry_pauses.iter();
        let mut repeated = false;
        loop {
            match self.once(operation, body, status, calls).await {
                Err(problem) if repeated && problem.code == done_before => return Ok(None),
                Err(problem) if problem.worth_repeating() => match pauses.next() {
                    Some(pause) => tokio::time::sleep(*pause).await,
                    None => return Err(problem),
                },
                settled => return settled.map(Some),
            }
            repeated = true;
        }
    }

    fn about(&self, id: &str) -> Value {
        json!({"serviceId": self.service_id, "timestamp": now_ms(), "transId": id})
    }

    async fn once(
        &self,
        operation: &'static str,
        body: &Value,
        status: &str,
        calls: &mut Vec<Call>,
    ) -> Result<Value, Problem> {
        let (request, began) = (body.to_string(), Instant::now());
        let (shown, result) = match self.send(operation, request.clone()).await {
            Ok((code, bytes)) => {
                let text = String::from_utf8_lossy(&bytes);
                (text.chars().take(SHOWN).collect(), self.unwrap_answer(code, &bytes, body, status))
            }
            Err(problem) => (String::new(), Err(problem)),
        };
        calls.push(Call::new(operation, request, &result, shown, began.elapsed()));
        result
    }

    async fn send(&self, operation: &str, body: String) -> Result<(StatusCode, Vec<u8>), Problem> {
        let answer = self
            .http
            .post(format!("{}/{operation}", self.base_url))
            .header(AUTHORIZATION, self.authorization.clone())
            .header(CONTENT_TYPE, "application/json")
            .body(body)
            .send()
            .await
            .map_err(|error| no_answer(&error))?;
        Ok((answer.status(), read_body(answer).await?))
    }

    /// A success with HTTP 200 and the status that the operation has, or a failure with HTTP 400 and a code
    /// (reference/uzum.md §1.1, §1.3).
    fn unwrap_answer(&self, code: StatusCode, bytes: &[u8], asked: &Value, status: &str) -> Result<Value, Problem> {
        let answer: Value =
            serde_json::from_slice(bytes).map_err(|_| Problem::misbehaves("the answer's body is not JSON"))?;
        let member = |name: &str| answer.get(name).and_then(Value::as_str);
        match (code, member("status")) {
            (StatusCode::OK, Some(said)) if said == status => {}
            (StatusCode::OK, Some(said)) => {
                return Err(Problem::uzum(0, &format!("the status is {said} instead of {status}")));
            }
            (StatusCode::BAD_REQUEST, Some("FAILED")) => {
                let code = answer.get("errorCode");
                let code = code.and_then(|code| code.as_i64().or_else(|| code.as_str()?.parse().ok()));
                return Err(code.map_or_else(
                    || Problem::misbehaves("a failure without errorCode"),
                    |code| Problem::uzum(code, ""),
                ));
            }
            (code, _) => {
                return Err(Problem::misbehaves(format!("HTTP {} with a body that does not fit it", code.as_u16())));
            }
        }
        for name in ["serviceId", "transId"] {
            if asked.get(name).is_some() && answer.get(name) != asked.get(name) {
                return Err(Problem::misbehaves(format!("the answer's {name} is not the call's")));
            }
        }
        Ok(answer)
    }
}

fn done(id: &str, answer: &Value, time: &str) -> Result<Done, Problem> {
    let time = answer.get(time).and_then(Value::as_u64).filter(|time| *time > 0);
    let time = time.ok_or_else(|| Problem::misbehaves("the answer has no time"))?;
    Ok(Done { transaction: id.to_owned(), time })
}

/// Soum as a text, in tiyin: `10000`, `99.50`.
fn in_tiyin(soum: &str) -> Option<u64> {
    let (whole, part) = soum.split_once('.').unwrap_or((soum, "00"));
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if part.len() != 2 || !digits(part) || !digits(whole) {
        return None;
    }
    whole.parse::<u64>().ok()?.checked_mul(100)?.checked_add(part.parse().ok()?)
}

/// Unix time in milliseconds.
fn now_ms() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).ok();
    since.and_then(|since| u64::try_from(since.as_millis()).ok()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_is_read_and_says_what_is_wrong() {
        let parse = |query: &str| UzumLink::parse(query, "account");
        let expected = UzumLink { service_id: 7, order: "A-1".to_owned(), amount: 2_000_000 };
        assert_eq!(parse("serviceId=7&account=A-1&amount=2000000"), Ok(expected.clone()));
        assert_eq!(parse("amount=2000000&account=A-1&redirectUrl=https%3A%2F%2Fa&lang=uz&serviceId=7"), Ok(expected));
        assert_eq!(parse("serviceId=7&amount=1"), Err(LinkFault::Missing("account".to_owned())));
        assert_eq!(parse("serviceId=x&account=A&amount=1"), Err(LinkFault::Missing("serviceId".to_owned())));
        assert_eq!(parse("serviceId=7&account=A&account=B&amount=1"), Err(LinkFault::Twice("account".to_owned())));
        assert_eq!(parse("serviceId=7&account=A&amount=1.5"), Err(LinkFault::Amount("1.5".to_owned())));
    }

    #[test]
    fn soum_are_read_exactly() {
        let read = ["10000", "99.50", "0.01", "1e3", "1.5", "", "-1", "10 000", "10000.000"].map(in_tiyin);
        assert_eq!(read, [Some(1_000_000), Some(9950), Some(1), None, None, None, None, None, None]);
    }

    #[test]
    fn ids_are_random_uuids() {
        let (one, two) = (new_id().unwrap(), new_id().unwrap());
        assert_ne!(one, two);
        let parts: Vec<usize> = one.split('-').map(str::len).collect();
        assert_eq!(parts, [8, 4, 4, 4, 12]);
        assert_eq!(one.as_bytes()[14], b'4');
        assert!(b"89ab".contains(&one.as_bytes()[19]), "{one}");
    }
}
