//! A call as it goes over HTTP, and an answer as the model knows it.

use crate::history::Reply;
use boothpay_test_support::model::{Click, Id, Request, Wallet, Word};
use boothpay_test_support::wallets::{click, click_id, number_of, payme, uuid, uzum};
use serde_json::{Value, json};

/// What Payme repeats: nothing is known of the outcome.
const SYSTEM_ERROR: i64 = -32400;
/// The same at Click.
const CLICKS_SYSTEM_ERROR: i64 = -7;
/// The same at Uzum.
const UZUMS_SYSTEM_ERROR: &str = "99999";

/// A wallet's id of an attempt to pay an order, as the database has it.
pub fn provider_id(order: &str, wallet: Wallet, id: Id) -> String {
    match wallet {
        Wallet::Click => click_id(number_of(order) + i64::from(id)),
        Wallet::Uzum => uuid(number_of(order) + i64::from(id)),
        Wallet::Payme | Wallet::Test => format!("{order}-{}", char::from(b'a' + id)),
    }
}

/// HTTP method, path and body.
pub fn spoken(order: &str, request: &Request) -> (&'static str, String, String) {
    let at_payme = |method: &str, params: Value| {
        let (path, body) = payme(method, &params);
        ("POST", path.to_owned(), body)
    };
    let at_click = |call: &Click, number| {
        let Click { id, amount, error, .. } = *call;
        let (path, body) = click(number_of(order) + i64::from(id), order, amount, error, number);
        ("POST", path.to_owned(), body)
    };
    let at_uzum = |operation, id: Option<&Id>, about| {
        let id = id.map(|id| provider_id(order, Wallet::Uzum, *id));
        let (path, body) = uzum(operation, id.as_deref(), about);
        ("POST", path, body)
    };
    let account = json!({ "order_id": order });
    let id = |id: &Id| provider_id(order, Wallet::Payme, *id);
    match request {
        Request::Offer { amount, .. } => {
            let body = json!({"order_id": order, "paymentType": "payme", "amount": amount / 100});
            ("POST", "/api/generate-qr".to_owned(), body.to_string())
        }
        Request::Status(_) => ("GET", format!("/api/payment-status/{order}"), String::new()),
        Request::Close(_) => ("POST", format!("/api/booth/orders/{order}/cancel"), "{}".to_owned()),
        Request::Look(_) => ("GET", format!("/api/booth/orders/{order}"), String::new()),
        Request::CheckPerform { amount, .. } => {
            at_payme("CheckPerformTransaction", json!({"amount": amount, "account": account}))
        }
        Request::Create { id: which, time, amount, .. } => {
            at_payme("CreateTransaction", json!({"id": id(which), "time": time, "amount": amount, "account": account}))
        }
        Request::Perform { id: which } => at_payme("PerformTransaction", json!({"id": id(which)})),
        Request::Cancel { id: which, reason } => {
            at_payme("CancelTransaction", json!({"id": id(which), "reason": reason}))
        }
        Request::Check { id: which } => at_payme("CheckTransaction", json!({"id": id(which)})),
        Request::Prepare(call) => at_click(call, None),
        Request::Complete(call, number) => at_click(call, Some(*number)),
        Request::UzumCheck { .. } => at_uzum("check", None, Some((order, 0))),
        Request::UzumCreate { id, amount, .. } => at_uzum("create", Some(id), Some((order, *amount))),
        Request::Confirm { id } => at_uzum("confirm", Some(id), None),
        Request::Reverse { id } => at_uzum("reverse", Some(id), None),
        Request::UzumStatus { id } => at_uzum("status", Some(id), None),
        Request::NewCode(_) | Request::Print(_) | Request::TestPay(_) => panic!("nobody asks this here: {request:?}"),
    }
}

/// What an answer says: none when it says that nobody knows. The second part is a look that came after.
pub fn understood(order: &str, request: &Request, status: u16, body: &Value) -> Option<(Reply, Option<Reply>)> {
    let is_open = status >= 500
        || body["error"]["code"] == SYSTEM_ERROR
        || body["error"] == CLICKS_SYSTEM_ERROR
        || body["errorCode"] == UZUMS_SYSTEM_ERROR;
    if is_open {
        return None;
    }
    let odd = || Reply::Odd(format!("{status} {body}"));
    let second = |body: &Value| Some(shown(order, body).unwrap_or_else(odd));
    let whole = match (request, status) {
        (Request::Close(_), 200) => return Some((Reply::Closed, second(body))),
        // Without the order when it could not be read after the refusal.
        (Request::Close(_), 409) if body["order"].is_null() => Some(Reply::Conflict),
        (Request::Close(_), 409) => return Some((Reply::Conflict, second(&body["order"]))),
        (Request::Look(_), 200) => shown(order, body),
        (Request::Status(_), 200) => standing(order, body),
        (Request::Status(_), 404) => {
            (body == &json!({"status": "not_found", "order_id": order})).then_some(Reply::NotFound)
        }
        (Request::Look(_) | Request::Close(_), 404) => Some(Reply::NotFound),
        (Request::Offer { .. }, 409) => Some(Reply::Conflict),
        (Request::Offer { .. }, 200) if body["order_id"] == order => {
            body["expires_at"].as_i64().map(|expires_at| Reply::Offered { expires_at })
        }
        (Request::Prepare(_) | Request::Complete(..), 200) => clicks(order, request, body),
        (_, 200 | 400) if body["serviceId"].is_i64() => uzums(request, status, body),
        (_, 200) if body["id"] == 1 => rpc(request, body),
        (_, _) => None,
    };
    Some((whole.unwrap_or_else(odd), None))
}

fn rpc(request: &Request, body: &Value) -> Option<Reply> {
    if body.get("result").is_none() {
        return body["error"]["code"].as_i64().map(Reply::Fault);
    }
    let result = &body["result"];
    let number = || result["transaction"].as_str()?.parse::<i64>().ok();
    let time = |name: &str| result[name].as_i64();
    let is_state = |state: i64| result["state"] == state;
    match (request, result["reason"].as_i64()) {
        (Request::CheckPerform { .. }, _) => (result == &json!({"allow": true})).then_some(Reply::Allow),
        (Request::Create { .. }, _) if is_state(1) && result["receivers"].is_null() => {
            Some(Reply::Created { number: Some(number()?), at: time("create_time")? })
        }
        (Request::Perform { .. }, _) if is_state(2) => {
            Some(Reply::Performed { number: Some(number()?), at: time("perform_time")? })
        }
        (Request::Cancel { .. }, _) => {
            Some(Reply::Cancelled { number: number()?, at: time("cancel_time")?, state: time("state")? })
        }
        (Request::Check { .. }, reason) if reason.is_some() || result["reason"].is_null() => Some(Reply::Checked {
            number: number()?,
            create: time("create_time")?,
            perform: time("perform_time")?,
            cancel: time("cancel_time")?,
            state: time("state")?,
            reason,
        }),
        (_, _) => None,
    }
}

fn clicks(order: &str, request: &Request, body: &Value) -> Option<Reply> {
    let (Request::Prepare(call) | Request::Complete(call, _)) = request else { return None };
    let name = if matches!(request, Request::Prepare(_)) { "merchant_prepare_id" } else { "merchant_confirm_id" };
    let ours = body["click_trans_id"] == number_of(order) + i64::from(call.id) && body["merchant_trans_id"] == order;
    let (error, number) = (body["error"].as_i64()?, body[name].as_i64());
    ours.then_some(Reply::Click { error, number })
}

fn uzums(request: &Request, status: u16, body: &Value) -> Option<Reply> {
    if let Some(code) = body["errorCode"].as_str() {
        return (status == 400 && body["status"] == "FAILED").then_some(Reply::Fault(code.parse().ok()?));
    }
    let (word, number) = (body["status"].as_str()?, None);
    let time = |name: &str| body[name].as_i64();
    match (request, word) {
        (Request::UzumCheck { .. }, "OK") => Some(Reply::Allow),
        (Request::UzumCreate { .. }, "CREATED") => Some(Reply::Created { number, at: time("transTime")? }),
        (Request::Confirm { .. }, "CONFIRMED") => Some(Reply::Performed { number, at: time("confirmTime")? }),
        (Request::Reverse { .. }, "REVERSED") => Some(Reply::Reversed { at: time("reverseTime")? }),
        (Request::UzumStatus { .. }, word) => Some(Reply::Told {
            word: ["CREATED", "CONFIRMED", "REVERSED", "FAILED"].into_iter().find(|it| *it == word)?,
            begun: time("transTime")?,
            paid: time("confirmTime").unwrap_or(0),
            ended: time("reverseTime").unwrap_or(0),
        }),
        (_, _) => None,
    }
}

fn word(body: &Value) -> Option<Word> {
    match (body["status"].as_str()?, body["stage"].as_str()) {
        ("pending", None | Some("waiting")) => Some(Word::Waiting),
        ("pending", Some("processing")) => Some(Word::Processing),
        ("success", None) => Some(Word::Paid),
        ("cancelled", None) => Some(Word::Cancelled),
        ("refunded", None) => Some(Word::Refunded),
        ("expired", None) => Some(Word::Expired),
        (_, _) => None,
    }
}

fn standing(order: &str, body: &Value) -> Option<Reply> {
    if body["order_id"] == order { word(body).map(Reply::Standing) } else { None }
}

fn shown(order: &str, body: &Value) -> Option<Reply> {
    let soum: i64 = body["amount_soum"].as_str()?.parse().ok()?;
    let word = word(body)?;
    // A code only while it can be paid, a payer only once it is.
    let payable = matches!(word, Word::Waiting | Word::Processing);
    let fits = body["order_id"] == order
        && body["printed"] == false
        && body["copies"] == 1
        && body["paymentUrl"].is_string() == payable
        && body["qrCode"].is_string() == payable
        && body["provider"].is_string() == (word == Word::Paid);
    fits.then_some(Reply::Shown { word, amount: soum * 100, expires_at: body["expires_at"].as_i64()? })
}

/// An answer that came whole and is no JSON.
pub fn not_json(error: &std::io::Error) -> Reply {
    Reply::Odd(error.to_string())
}
