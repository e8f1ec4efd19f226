//! A call as it goes over HTTP, and an answer as the model knows it.

use crate::history::{Id, Reply, Request, Word};
use serde_json::{Value, json};

/// Payme's time of every transaction: nothing depends on it.
const PAYME_TIME: i64 = 1_790_000_000_000;

/// What the provider repeats: nothing is known of the outcome.
const SYSTEM_ERROR: i64 = -32400;

/// Payme's id of a transaction of an order.
pub fn provider_id(order: &str, id: Id) -> String {
    format!("{order}-{}", char::from(b'a' + id))
}

/// HTTP method, path and body.
pub fn spoken(order: &str, request: &Request) -> (&'static str, String, String) {
    let call = |method: &str, params: Value| {
        let body = json!({"jsonrpc": "2.0", "id": 1, "method": method, "params": params});
        ("POST", "/api/payme/webhook".to_owned(), body.to_string())
    };
    let account = json!({ "order_id": order });
    let id = |id: &Id| provider_id(order, *id);
    match request {
        Request::Offer { amount } => {
            let body = json!({"order_id": order, "paymentType": "payme", "amount": amount / 100});
            ("POST", "/api/generate-qr".to_owned(), body.to_string())
        }
        Request::Status => ("GET", format!("/api/payment-status/{order}"), String::new()),
        Request::Close => ("POST", format!("/api/booth/orders/{order}/cancel"), "{}".to_owned()),
        Request::Look => ("GET", format!("/api/booth/orders/{order}"), String::new()),
        Request::CheckPerform { amount } => {
            call("CheckPerformTransaction", json!({"amount": amount, "account": account}))
        }
        Request::Create { id: which, amount } => call(
            "CreateTransaction",
            json!({"id": id(which), "time": PAYME_TIME, "amount": amount, "account": account}),
        ),
        Request::Perform { id: which } => call("PerformTransaction", json!({"id": id(which)})),
        Request::Cancel { id: which, reason } => call("CancelTransaction", json!({"id": id(which), "reason": reason})),
        Request::Check { id: which } => call("CheckTransaction", json!({"id": id(which)})),
    }
}

/// What an answer says: none when it says that nobody knows. The second part is a look that came after.
pub fn understood(order: &str, request: &Request, status: u16, body: &Value) -> Option<(Reply, Option<Reply>)> {
    if status >= 500 || body["error"]["code"] == SYSTEM_ERROR {
        return None;
    }
    let odd = || Reply::Odd(format!("{status} {body}"));
    let second = |body: &Value| Some(shown(order, body).unwrap_or_else(odd));
    let whole = match (request, status) {
        (Request::Close, 200) => return Some((Reply::Closed, second(body))),
        // Without the order when it could not be read after the refusal.
        (Request::Close, 409) if body["order"].is_null() => Some(Reply::Conflict),
        (Request::Close, 409) => return Some((Reply::Conflict, second(&body["order"]))),
        (Request::Look, 200) => shown(order, body),
        (Request::Status, 200) => standing(order, body),
        (Request::Status, 404) => {
            (body == &json!({"status": "not_found", "order_id": order})).then_some(Reply::NotFound)
        }
        (Request::Look | Request::Close, 404) => Some(Reply::NotFound),
        (Request::Offer { .. }, 409) => Some(Reply::Conflict),
        (Request::Offer { .. }, 200) if body["order_id"] == order => {
            body["expires_at"].as_i64().map(|expires_at| Reply::Offered { expires_at })
        }
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
    let number = || result["transaction"].as_str()?.parse().ok();
    let time = |name: &str| result[name].as_i64();
    match request {
        Request::CheckPerform { .. } => (result == &json!({"allow": true})).then_some(Reply::Allow),
        Request::Create { .. } if result["state"] == 1 && result["receivers"].is_null() => {
            Some(Reply::Created { number: number()?, at: time("create_time")? })
        }
        Request::Perform { .. } if result["state"] == 2 => {
            Some(Reply::Performed { number: number()?, at: time("perform_time")? })
        }
        Request::Cancel { .. } => {
            Some(Reply::Cancelled { number: number()?, at: time("cancel_time")?, state: time("state")? })
        }
        Request::Check { .. } if result["reason"].is_null() || result["reason"].is_i64() => Some(Reply::Checked {
            number: number()?,
            create: time("create_time")?,
            perform: time("perform_time")?,
            cancel: time("cancel_time")?,
            state: time("state")?,
            reason: time("reason"),
        }),
        Request::Create { .. }
        | Request::Perform { .. }
        | Request::Check { .. }
        | Request::Offer { .. }
        | Request::Status
        | Request::Close
        | Request::Look => None,
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
        && (body["provider"] == "payme") == (word == Word::Paid);
    fits.then_some(Reply::Shown { word, amount: soum * 100, expires_at: body["expires_at"].as_i64()? })
}

/// An answer that came whole and is no JSON.
pub fn not_json(error: &std::io::Error) -> Reply {
    Reply::Odd(error.to_string())
}
