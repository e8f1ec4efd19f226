//! From a reply to a body. Members and their order are those of the official samples; times that have not happened are 0,
//! a reason that does not exist is null (`reference/payme.md §2.6`).

use super::request::Envelope;
use crate::fiscal::FiscalItem;
use crate::ledger::order::Order;
use crate::ledger::transaction::Transaction;
use crate::payme::details::{NotPaymes, PaymeDetails, Times, times};
use crate::payme::rules::Rules;
use crate::payme::{Refusal, Reply, state};
use crate::time::TimeMs;
use serde::Serialize;
use serde_json::value::RawValue;

/// The body for a reply. `envelope` says to whom: its id is echoed, its `jsonrpc` mirrored.
pub fn write(envelope: &Envelope, reply: &Result<Reply, Refusal>, rules: &Rules) -> String {
    format!("{{{}{},\"id\":{}}}", version(envelope), outcome(reply, rules), envelope.id)
}

/// The member of the body that says how it went, without its envelope: `"result":…` or `"error":…`.
pub fn outcome(reply: &Result<Reply, Refusal>, rules: &Rules) -> String {
    match reply {
        Ok(reply) => format!("\"result\":{}", result(reply, rules)),
        Err(refusal) => format!("\"error\":{}", error(refusal, rules)),
    }
}

/// The beginning of a statement's body, up to its first transaction. Statements are sent as they are read, because a
/// period has no bound on its size.
pub fn statement_start(envelope: &Envelope) -> String {
    format!("{{{}\"result\":{{\"transactions\":[", version(envelope))
}

/// One transaction of a statement (`reference/payme.md §2.7`); commas between them are the caller's.
pub fn statement_item(transaction: &Transaction) -> Result<String, NotPaymes> {
    let (details, times) = (PaymeDetails::of(transaction)?, times(transaction));
    Ok(json(&StatementItem {
        id: transaction.provider_id.as_str(),
        time: transaction.provider_time,
        amount: transaction.amount.tiyin(),
        account: details.account,
        create_time: times.create,
        perform_time: times.perform,
        cancel_time: times.cancel,
        transaction: transaction.number.to_string(),
        state: state::code(transaction.state),
        reason: details.reason,
        receivers: None,
    }))
}

/// The end of a statement's body.
pub fn statement_end(envelope: &Envelope) -> String {
    format!("]}},\"id\":{}}}", envelope.id)
}

fn version(envelope: &Envelope) -> &'static str {
    if envelope.jsonrpc { "\"jsonrpc\":\"2.0\"," } else { "" }
}

fn error(refusal: &Refusal, rules: &Rules) -> String {
    let message = refusal.message();
    json(&ErrorMember {
        code: refusal.code(rules),
        message: MessageMember { ru: message.ru, uz: message.uz, en: message.en },
        data: refusal.data(rules),
    })
}

fn result(reply: &Reply, rules: &Rules) -> String {
    match reply {
        Reply::Allow(order) => json(&Allow {
            allow: true,
            additional: rules.additional.then(|| Additional {
                order_id: order.id.as_str(),
                copies: order.copies.get(),
                booth: &order.booth.name,
            }),
            detail: rules.fiscal.as_ref().map(|item| detail(item, order)),
        }),
        Reply::Created(transaction) => json(&Created {
            create_time: times(transaction).create,
            transaction: transaction.number.to_string(),
            state: state::code(transaction.state),
            receivers: None,
        }),
        Reply::Performed { transaction, perform_time } => {
            json(&Performed { transaction: transaction.to_string(), perform_time: *perform_time, state: 2 })
        }
        Reply::Cancelled { transaction, cancel_time, state } => {
            json(&Cancelled { transaction: transaction.to_string(), cancel_time: *cancel_time, state: *state })
        }
        Reply::Checked { transaction, reason } => {
            let Times { create, perform, cancel } = times(transaction);
            json(&Checked {
                create_time: create,
                perform_time: perform,
                cancel_time: cancel,
                transaction: transaction.number.to_string(),
                state: state::code(transaction.state),
                reason: *reason,
            })
        }
        Reply::Success => json(&Success { success: true }),
    }
}

/// One line at the order's price: any division by copies could leave a rounding difference, and the sum of the lines has
/// to be the amount (`reference/payme.md §7`). `discount` is always sent; without it the sandbox has refused results.
fn detail<'a>(item: &'a FiscalItem, order: &Order) -> Detail<'a> {
    Detail {
        receipt_type: 0,
        items: [DetailItem {
            discount: 0,
            title: &item.title,
            price: order.amount.tiyin(),
            count: 1,
            code: &item.code,
            units: item.units,
            vat_percent: item.vat_percent,
            package_code: &item.package_code,
        }],
    }
}

/// These types cannot fail to serialise: no maps with odd keys, no custom code. Should they ever, Payme gets valid JSON
/// that it counts as a system fault rather than silence.
fn json(value: &impl Serialize) -> String {
    serde_json::to_string(value).unwrap_or_else(|_| "null".to_owned())
}

#[derive(Serialize)]
struct ErrorMember<'a> {
    code: i32,
    message: MessageMember,
    #[serde(skip_serializing_if = "Option::is_none")]
    data: Option<&'a str>,
}

#[derive(Serialize)]
struct MessageMember {
    ru: &'static str,
    uz: &'static str,
    en: &'static str,
}

#[derive(Serialize)]
struct Allow<'a> {
    allow: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    additional: Option<Additional<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    detail: Option<Detail<'a>>,
}

#[derive(Serialize)]
struct Additional<'a> {
    order_id: &'a str,
    copies: u16,
    booth: &'a str,
}

#[derive(Serialize)]
struct Detail<'a> {
    receipt_type: u8,
    items: [DetailItem<'a>; 1],
}

#[derive(Serialize)]
struct DetailItem<'a> {
    discount: u8,
    title: &'a str,
    price: i64,
    count: u8,
    code: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    units: Option<u32>,
    vat_percent: u8,
    package_code: &'a str,
}

#[derive(Serialize)]
struct Created {
    create_time: TimeMs,
    transaction: String,
    state: i64,
    receivers: Option<()>,
}

#[derive(Serialize)]
struct Performed {
    transaction: String,
    perform_time: TimeMs,
    state: i64,
}

#[derive(Serialize)]
struct Cancelled {
    transaction: String,
    cancel_time: TimeMs,
    state: i64,
}

#[derive(Serialize)]
struct Checked {
    create_time: TimeMs,
    perform_time: TimeMs,
    cancel_time: TimeMs,
    transaction: String,
    state: i64,
    reason: Option<i64>,
}

#[derive(Serialize)]
struct Success {
    success: bool,
}

#[derive(Serialize)]
struct StatementItem<'a> {
    id: &'a str,
    time: TimeMs,
    amount: i64,
    account: &'a RawValue,
    create_time: TimeMs,
    perform_time: TimeMs,
    cancel_time: TimeMs,
    transaction: String,
    state: i64,
    reason: Option<i64>,
    receivers: Option<()>,
}
