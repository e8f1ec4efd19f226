//! What Uzum's Dynamic QR answers (`reference/uzum-qr.md §4`). A member that is documented and missing, or that says something else
//! than is documented, makes the answer strange: then it says nothing about the money, and is asked for again.

use super::LINK_CHARS_MAX;
use crate::card;
use crate::ledger::provider::ProviderId;
use serde_json::{Map, Value};

/// Characters of Uzum's own words that are repeated.
const NOTE_CHARS_MAX: usize = 120;

/// Characters of Uzum's number of a payment. Those seen are UUIDs.
const PAYMENT_ID_CHARS_MAX: usize = 64;

/// The message of a cancellation that came too late, and of a code whose time ran out at Uzum.
const ALREADY_PAID: &str = "this.order.has.already.be.paid.for";
const EXPIRED: &str = "order.id.is.expired";

/// What has become of a code, in Uzum's words (`reference/uzum-qr.md §4`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PaymentStatus {
    /// It can be paid.
    Created,
    /// The money moved.
    Success,
    /// It was not paid.
    Failed,
    /// The money is held, and has not moved yet.
    Hold,
    /// The money is on its way back.
    ReversePending,
    /// The money went back.
    Reversed,
    /// A part of it went back. Nobody here asks for that.
    PartialCancelled,
    /// It is void.
    Cancelled,
}

impl PaymentStatus {
    const WORDS: [(&'static str, Self); 8] = [
        ("CREATED", Self::Created),
        ("SUCCESS", Self::Success),
        ("FAILED", Self::Failed),
        ("HOLD", Self::Hold),
        ("REVERSE_PENDING", Self::ReversePending),
        ("REVERSED", Self::Reversed),
        ("PARTIAL_CANCELLED", Self::PartialCancelled),
        ("CANCELLED", Self::Cancelled),
    ];
}

/// What Uzum says of a payment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Payment {
    /// Uzum's number of it.
    pub id: String,
    /// What has become of it.
    pub status: PaymentStatus,
    /// The customer's phone, where Uzum says it.
    pub phone: Option<String>,
    /// The reference number of the card's processing, where there is one.
    pub reference: Option<String>,
    /// 1 a company's card, 2 a person's.
    pub card: Option<i64>,
}

/// What became of a cancellation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Voided {
    /// Nobody can pay the code any more.
    Yes,
    /// Somebody has paid it.
    Paid,
    /// Its time had run out.
    Expired,
}

/// Why an answer says nothing about a payment.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NoAnswer {
    /// Our signature, or our service, does not count.
    #[error(
        "Uzum does not accept our signature or our service ({0}): compare uzum_qr.user_id, uzum_qr.service_id and the secret key with \
         what Uzum gave you, and look whether this computer's clock is right"
    )]
    NotAccepted(String),
    /// Uzum says no.
    #[error("Uzum refuses: {0}")]
    Refused(String),
    /// Uzum cannot answer now.
    #[error("Uzum cannot answer now ({0})")]
    Unavailable(String),
    /// It is not what the document says.
    #[error("Uzum's answer is not what its document says: {0}")]
    Strange(String),
}

/// Reads what a new code says.
pub fn create(http: u16, body: &[u8]) -> Result<String, NoAnswer> {
    let answer = read(http, body)?;
    let link = answer.get("payment_link").and_then(Value::as_str).ok_or_else(|| strange("it has no payment_link"))?;
    let fits = !link.is_empty()
        && link.chars().take(LINK_CHARS_MAX.saturating_add(1)).count() <= LINK_CHARS_MAX
        && link.starts_with("https://")
        && link.bytes().all(|byte| byte.is_ascii_graphic());
    if fits { Ok(link.to_owned()) } else { Err(strange("its payment_link is no address that a code could show")) }
}

/// Reads what has become of a code.
pub fn status(http: u16, body: &[u8]) -> Result<Payment, NoAnswer> {
    let answer = read(http, body)?;
    Ok(Payment {
        id: payment_id(&answer)?.ok_or_else(|| strange("it has no payment_id"))?,
        status: payment_status(&answer)?,
        phone: text(&answer, "client_phone_number"),
        reference: text(&answer, "processingReferenceNumber"),
        card: answer.get("cardType").and_then(Value::as_i64),
    })
}

/// Reads what became of the cancellation of a code.
pub fn cancel(http: u16, body: &[u8], id: &ProviderId) -> Result<Voided, NoAnswer> {
    let answer = match read(http, body) {
        Ok(answer) => answer,
        Err(NoAnswer::Refused(why)) if why.contains(ALREADY_PAID) => return Ok(Voided::Paid),
        Err(NoAnswer::Refused(why)) if why.contains(EXPIRED) => return Ok(Voided::Expired),
        Err(why) => return Err(why),
    };
    // The number of the payment repeats the code's here.
    match payment_id(&answer)? {
        Some(said) if said != id.as_str() => return Err(strange("it is about another code")),
        Some(_) | None => {}
    }
    match payment_status(&answer)? {
        PaymentStatus::Cancelled => Ok(Voided::Yes),
        PaymentStatus::Success => Ok(Voided::Paid),
        other @ (PaymentStatus::Created
        | PaymentStatus::Failed
        | PaymentStatus::Hold
        | PaymentStatus::ReversePending
        | PaymentStatus::Reversed
        | PaymentStatus::PartialCancelled) => Err(NoAnswer::Strange(format!("a cancelled code is {}", word_of(other)))),
    }
}

/// Reads what became of a reversal: whether the money went back, or is on its way.
pub fn reversal(http: u16, body: &[u8], payment: &str) -> Result<PaymentStatus, NoAnswer> {
    let answer = read(http, body)?;
    match payment_id(&answer)? {
        Some(said) if said != payment => return Err(strange("it is about another payment")),
        Some(_) | None => {}
    }
    match payment_status(&answer)? {
        status @ (PaymentStatus::Reversed | PaymentStatus::ReversePending) => Ok(status),
        other @ (PaymentStatus::Created
        | PaymentStatus::Success
        | PaymentStatus::Failed
        | PaymentStatus::Hold
        | PaymentStatus::PartialCancelled
        | PaymentStatus::Cancelled) => {
            Err(NoAnswer::Strange(format!("a payment that goes back is {}", word_of(other))))
        }
    }
}

/// An answer to a call that worked.
fn read(http: u16, body: &[u8]) -> Result<Map<String, Value>, NoAnswer> {
    match http {
        401 | 403 => return Err(NoAnswer::NotAccepted(format!("HTTP {http}"))),
        408 | 425 | 429 | 500.. => return Err(NoAnswer::Unavailable(format!("HTTP {http}"))),
        _ => {}
    }
    let answer: Map<String, Value> = match serde_json::from_slice(body) {
        Ok(answer) => answer,
        Err(_) if http == 200 => return Err(strange("it is no JSON object")),
        Err(_) => return Err(NoAnswer::Refused(format!("HTTP {http}"))),
    };
    match (error_code(&answer)?, http) {
        (Some(0), 200) => Ok(answer),
        (Some(401 | 403), _) => Err(NoAnswer::NotAccepted(in_words(&answer, http))),
        (Some(503), _) => Err(NoAnswer::Unavailable(in_words(&answer, http))),
        (Some(_), _) => Err(NoAnswer::Refused(in_words(&answer, http))),
        (None, 200) => Err(strange("it has no error_code")),
        (None, _) => Err(NoAnswer::Refused(format!("HTTP {http}"))),
    }
}

/// A whole number, or its digits in a text.
fn error_code(answer: &Map<String, Value>) -> Result<Option<i64>, NoAnswer> {
    let code = match answer.get("error_code") {
        None | Some(Value::Null) => return Ok(None),
        Some(Value::Number(number)) => number.as_i64(),
        Some(Value::String(text)) => text.parse().ok(),
        Some(Value::Bool(_) | Value::Array(_) | Value::Object(_)) => None,
    };
    code.map(Some).ok_or_else(|| strange("error_code is no whole number"))
}

/// Uzum's number of a payment: a text, or a number.
fn payment_id(answer: &Map<String, Value>) -> Result<Option<String>, NoAnswer> {
    let id = match answer.get("payment_id") {
        None | Some(Value::Null) => return Ok(None),
        Some(Value::String(text)) => text.clone(),
        Some(Value::Number(number)) => number.to_string(),
        Some(Value::Bool(_) | Value::Array(_) | Value::Object(_)) => String::new(),
    };
    let chars = id.chars().take(PAYMENT_ID_CHARS_MAX.saturating_add(1)).count();
    let fits = (1..=PAYMENT_ID_CHARS_MAX).contains(&chars) && !id.chars().any(char::is_control);
    if fits { Ok(Some(id)) } else { Err(strange("payment_id is no number of a payment")) }
}

fn payment_status(answer: &Map<String, Value>) -> Result<PaymentStatus, NoAnswer> {
    let word = answer.get("payment_status").and_then(Value::as_str);
    let word = word.ok_or_else(|| strange("it has no payment_status"))?;
    let known = PaymentStatus::WORDS.iter().find(|(known, _)| *known == word);
    known.map(|(_, status)| *status).ok_or_else(|| strange("its payment_status is none that is documented"))
}

/// Uzum's word for a status.
fn word_of(status: PaymentStatus) -> &'static str {
    PaymentStatus::WORDS.iter().find(|(_, known)| *known == status).map_or("?", |(word, _)| word)
}

fn text(answer: &Map<String, Value>, name: &str) -> Option<String> {
    answer.get(name).and_then(Value::as_str).map(str::to_owned)
}

/// Uzum's own words with the code, on one line and without anybody's card.
fn in_words(answer: &Map<String, Value>, http: u16) -> String {
    let code = match error_code(answer) {
        Ok(Some(code)) => format!("error {code}"),
        Ok(None) | Err(_) => format!("HTTP {http}"),
    };
    let note = answer.get("error_message").and_then(Value::as_str).unwrap_or_default();
    let note: String = note.chars().map(|c| if c.is_control() { ' ' } else { c }).take(NOTE_CHARS_MAX).collect();
    match card::masked(note.trim()).as_str() {
        "" => code,
        note => format!("{note} ({code})"),
    }
}

fn strange(why: &str) -> NoAnswer {
    NoAnswer::Strange(why.to_owned())
}
