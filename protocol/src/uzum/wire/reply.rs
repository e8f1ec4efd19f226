//! From a reply to a body (`reference/uzum.md §1.3, §2`). Everything is tiyin but `data.amount` of a check, which is soum.

use super::request::Envelope;
use crate::ledger::order::OrderId;
use crate::money::Tiyin;
use crate::time::TimeMs;
use crate::uzum::rules::{ErrorCodeForm, Rules};
use crate::uzum::{Refusal, Reply};
use serde::Serialize;
use serde_json::{Map, Value, json};

/// An answer: the body, and whether its HTTP status is that of a success (200) or of a failure (400).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// Whether the call was accepted.
    pub is_success: bool,
    /// The body.
    pub body: String,
}

/// The answer for a reply. `envelope` says to whom: its ids are repeated. `now` is the time of the answer.
pub fn write(envelope: &Envelope, reply: &Result<Reply, Refusal>, now: TimeMs, rules: &Rules) -> Answer {
    let ids = Ids { service_id: envelope.service_id, trans_id: envelope.trans_id.as_deref() };
    let body = match reply {
        Ok(reply) => success(&ids, reply, now, rules),
        Err(refusal) => {
            json(&Failure { ids, timestamp: now, status: "FAILED", error_code: error_code(*refusal, rules) })
        }
    };
    Answer { is_success: reply.is_ok(), body }
}

fn error_code(refusal: Refusal, rules: &Rules) -> Value {
    let number = refusal.code(rules).number();
    match rules.error_code_form {
        ErrorCodeForm::Text => json!(number.to_string()),
        ErrorCodeForm::Number => json!(number),
    }
}

fn success(ids: &Ids<'_>, reply: &Reply, now: TimeMs, rules: &Rules) -> String {
    match reply {
        Reply::Payable { order_id, amount } => json(&Payable {
            service_id: ids.service_id,
            timestamp: now,
            status: "OK",
            data: data(rules, order_id, Some(*amount)),
        }),
        Reply::Created { trans_time, amount } => {
            json(&Created { ids, status: "CREATED", trans_time: *trans_time, amount: amount.tiyin() })
        }
        Reply::Confirmed { confirm_time, amount } => {
            json(&Confirmed { ids, status: "CONFIRMED", confirm_time: *confirm_time, amount: amount.tiyin() })
        }
        Reply::Reversed { reverse_time, amount } => {
            json(&Reversed { ids, status: "REVERSED", reverse_time: *reverse_time, amount: amount.tiyin() })
        }
        Reply::TransactionStatus(it) => json(&TransactionStatus {
            ids,
            status: it.status.word(),
            trans_time: it.trans_time,
            confirm_time: it.confirm_time,
            reverse_time: it.reverse_time,
            amount: it.amount.tiyin(),
            data: data(rules, &it.order_id, None),
        }),
    }
}

/// What the app shows: the order under the name that was agreed, and where asked for the sum, in soum and as text, from which
/// the app fills in the amount.
fn data(rules: &Rules, order_id: &OrderId, amount: Option<Tiyin>) -> Value {
    let mut members = Map::new();
    members.insert(rules.account_key.clone(), json!({ "value": order_id.as_str() }));
    if let Some(amount) = amount {
        members.insert("amount".to_owned(), json!({ "value": amount.soum().to_string() }));
    }
    Value::Object(members)
}

/// These types cannot fail to serialise: no maps with odd keys, no custom code. Should they ever, Uzum gets valid JSON that is
/// no success rather than silence.
fn json(value: &impl Serialize) -> String {
    serde_json::to_string(value).unwrap_or_else(|_| "null".to_owned())
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Ids<'a> {
    service_id: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    trans_id: Option<&'a str>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Failure<'a> {
    #[serde(flatten)]
    ids: Ids<'a>,
    timestamp: TimeMs,
    status: &'static str,
    error_code: Value,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Payable {
    service_id: Option<i64>,
    timestamp: TimeMs,
    status: &'static str,
    data: Value,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Created<'a> {
    #[serde(flatten)]
    ids: &'a Ids<'a>,
    status: &'static str,
    trans_time: TimeMs,
    amount: i64,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Confirmed<'a> {
    #[serde(flatten)]
    ids: &'a Ids<'a>,
    status: &'static str,
    confirm_time: TimeMs,
    amount: i64,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Reversed<'a> {
    #[serde(flatten)]
    ids: &'a Ids<'a>,
    status: &'static str,
    reverse_time: TimeMs,
    amount: i64,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct TransactionStatus<'a> {
    #[serde(flatten)]
    ids: &'a Ids<'a>,
    status: &'static str,
    trans_time: TimeMs,
    confirm_time: Option<TimeMs>,
    reverse_time: Option<TimeMs>,
    amount: i64,
    data: Value,
}
