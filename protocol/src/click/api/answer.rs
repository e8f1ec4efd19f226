//! What Click's API answers (`reference/click.md §2.10`). Its documents have the HTTP statuses, `error_code` 0 for a call that
//! worked, and the fields; the other codes are not published. So a code is repeated to a person with Click's own words, and
//! nothing hangs on which it is.

use crate::card;
use crate::ledger::order::OrderId;
use serde_json::{Map, Value};

/// Characters of Click's own words that are repeated.
const NOTE_CHARS_MAX: usize = 120;

/// Bytes of a receipt's address. Those of the tax office take about 100.
const URL_BYTES_MAX: usize = 512;

/// What a payment's status says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PaymentStatus {
    /// Below 0: it is no payment, or none any more. Of one that was confirmed to us: its money has gone back.
    Ended(i64),
    /// 0: it has begun.
    Created,
    /// 1: it is under way.
    Processing,
    /// 2: the money moved.
    Paid,
}

/// Why an answer says nothing about a payment.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NoAnswer {
    /// Our signature does not count.
    #[error(
        "Click does not accept our signature (HTTP {0}): compare click.merchant_user_id and the service's secret key with Click's \
         cabinet, and look whether this computer's clock is right"
    )]
    NotAccepted(u16),
    /// Click says no.
    #[error("Click refuses: {0}")]
    Refused(String),
    /// Click cannot answer now.
    #[error("Click cannot answer now (HTTP {0})")]
    Unavailable(u16),
    /// It is not what the document says.
    #[error("Click's answer is not what its document says: {0}")]
    Strange(String),
}

/// Reads a payment's status.
pub fn status(http: u16, body: &[u8], payment_id: i64) -> Result<PaymentStatus, NoAnswer> {
    let answer = read(http, body)?;
    match integer(&answer, "payment_id")? {
        Some(id) if id == payment_id => {}
        Some(_) => return Err(strange("it is about another payment")),
        None => return Err(strange("it has no payment_id")),
    }
    match integer(&answer, "payment_status")? {
        Some(code @ ..0) => Ok(PaymentStatus::Ended(code)),
        Some(0) => Ok(PaymentStatus::Created),
        Some(1) => Ok(PaymentStatus::Processing),
        Some(2) => Ok(PaymentStatus::Paid),
        Some(other) => {
            Err(NoAnswer::Strange(format!("payment_status is {other}, and only 0, 1, 2 and less are known")))
        }
        None => Err(strange("it has no payment_status")),
    }
}

/// Reads which payment there is for an order.
pub fn by_order(http: u16, body: &[u8], order_id: &OrderId) -> Result<i64, NoAnswer> {
    let answer = read(http, body)?;
    match answer.get("merchant_trans_id") {
        Some(Value::String(id)) if id == order_id.as_str() => {}
        // An order's number may be digits alone.
        Some(Value::Number(id)) if id.to_string() == order_id.as_str() => {}
        Some(_) => return Err(strange("it is about another order")),
        None => return Err(strange("it has no merchant_trans_id")),
    }
    match integer(&answer, "payment_id")? {
        Some(id) if id > 0 => Ok(id),
        Some(_) | None => Err(strange("it has no payment_id")),
    }
}

/// Reads whether the call for a reversal worked. That the money went back only the payment's status says.
pub fn reversal(http: u16, body: &[u8], payment_id: i64) -> Result<(), NoAnswer> {
    let answer = read(http, body)?;
    match integer(&answer, "payment_id")? {
        Some(id) if id != payment_id => Err(strange("it is about another payment")),
        Some(_) | None => Ok(()),
    }
}

/// Reads whether Click has taken what was sold.
pub fn items(http: u16, body: &[u8]) -> Result<(), NoAnswer> {
    read(http, body).map(|_| ())
}

/// Reads a receipt's address; `None` where the payment has no receipt yet. This answer is documented without an `error_code`.
pub fn receipt(http: u16, body: &[u8], payment_id: i64) -> Result<Option<String>, NoAnswer> {
    let answer = object(http, body)?;
    if integer(&answer, "error_code")?.is_some_and(|code| code != 0) {
        return Err(NoAnswer::Refused(in_words(&answer, "no receipt")));
    }
    match integer(&answer, "paymentId")? {
        Some(id) if id == payment_id => {}
        Some(_) => return Err(strange("it is about another payment")),
        None => return Err(strange("it has no paymentId")),
    }
    match answer.get("qrCodeURL") {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(url)) if url.is_empty() => Ok(None),
        Some(Value::String(url)) if is_address(url) => Ok(Some(url.clone())),
        Some(_) => Err(strange("its qrCodeURL is no address")),
    }
}

/// An address that people may be sent to: of the web, encrypted, on one line, of a length that a code holds.
fn is_address(url: &str) -> bool {
    url.starts_with("https://") && url.len() <= URL_BYTES_MAX && url.bytes().all(|byte| byte.is_ascii_graphic())
}

/// An answer to a call that worked.
fn read(http: u16, body: &[u8]) -> Result<Map<String, Value>, NoAnswer> {
    let answer = object(http, body)?;
    match integer(&answer, "error_code")? {
        Some(0) => Ok(answer),
        Some(code) => Err(NoAnswer::Refused(in_words(&answer, &format!("error {code}")))),
        None => Err(strange("it has no error_code")),
    }
}

/// The body of an answer whose HTTP status says that all is well.
fn object(http: u16, body: &[u8]) -> Result<Map<String, Value>, NoAnswer> {
    match http {
        401 | 403 => return Err(NoAnswer::NotAccepted(http)),
        408 | 425 | 429 | 500.. => return Err(NoAnswer::Unavailable(http)),
        _ => {}
    }
    let answer: Result<Map<String, Value>, _> = serde_json::from_slice(body);
    match (http, answer) {
        (200 | 201, Err(_)) => Err(strange("it is no JSON object")),
        (200 | 201, Ok(answer)) => Ok(answer),
        (_, Ok(answer)) => Err(NoAnswer::Refused(in_words(&answer, &format!("HTTP {http}")))),
        (_, Err(_)) => Err(NoAnswer::Refused(format!("HTTP {http}"))),
    }
}

/// An integer, or digits in a text. `None` where there is nothing.
fn integer(answer: &Map<String, Value>, name: &str) -> Result<Option<i64>, NoAnswer> {
    let read = match answer.get(name) {
        None | Some(Value::Null) => return Ok(None),
        Some(Value::Number(number)) => number.as_i64(),
        Some(Value::String(text)) => text.parse().ok(),
        Some(Value::Bool(_) | Value::Array(_) | Value::Object(_)) => None,
    };
    read.map(Some).ok_or_else(|| NoAnswer::Strange(format!("{name} is no whole number")))
}

/// Click's own words with the code, on one line and without anybody's card.
fn in_words(answer: &Map<String, Value>, code: &str) -> String {
    let note = answer.get("error_note").and_then(Value::as_str).unwrap_or_default();
    let note: String = note.chars().map(|c| if c.is_control() { ' ' } else { c }).take(NOTE_CHARS_MAX).collect();
    match card::masked(note.trim()).as_str() {
        "" => code.to_owned(),
        note => format!("{note} ({code})"),
    }
}

fn strange(why: &str) -> NoAnswer {
    NoAnswer::Strange(why.to_owned())
}
