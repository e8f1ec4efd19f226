//! What a client asks and what it is told, of whichever wallet: the same words for all in the record, so that one judge holds
//! them against the database. The words are Payme's, as the database's columns are read here.

use crate::http::Connection;
use crate::record::{Ask, Recorder};
use boothpay_test_support::model::Wallet;
use boothpay_test_support::wallets::{self, click_id, number_of, uuid};
use serde_json::{Value, json};
use std::io;

/// What every order costs, in tiyin.
pub const AMOUNT: i64 = 1_000_000;

/// One wallet's attempt to pay an order.
#[derive(Clone)]
pub struct Attempt {
    order: String,
    wallet: Wallet,
    id: String,
    /// Our number, which Click repeats.
    number: Value,
    is_paid: bool,
}

/// The order itself.
pub fn order(order: &str) -> Ask {
    let params = json!({"order_id": order, "paymentType": "payme", "amount": AMOUNT / 100});
    Ask { order: order.to_owned(), method: "Order".to_owned(), params }
}

impl Attempt {
    /// The first or second of an order.
    pub fn of(order: &str, wallet: Wallet, which: u8) -> Self {
        let number = number_of(order) + i64::from(which);
        let id = match wallet {
            Wallet::Click => click_id(number),
            Wallet::Uzum => uuid(number),
            Wallet::Payme | Wallet::Test => format!("{order}-{}", char::from(b'a' + which)),
        };
        Self { order: order.to_owned(), wallet, id, number: Value::Null, is_paid: false }
    }

    fn ask(&self, method: &str, more: Value) -> Ask {
        let mut params = json!({"id": self.id, "wallet": self.wallet.word(), "number": self.number});
        params.as_object_mut().unwrap().extend(more.as_object().cloned().unwrap_or_default());
        Ask { order: self.order.clone(), method: method.to_owned(), params }
    }

    /// CreateTransaction, Prepare, create.
    pub fn begin(&self) -> Ask {
        self.ask("CreateTransaction", Value::Null)
    }

    /// Takes from an answer what is said again later.
    pub fn hear(&mut self, answer: &Value) {
        if !answer["result"]["transaction"].is_null() {
            self.number = answer["result"]["transaction"].clone();
        }
    }

    /// PerformTransaction, Complete, confirm.
    pub fn pay(&mut self) -> Ask {
        self.is_paid = true;
        self.ask("PerformTransaction", Value::Null)
    }

    /// CancelTransaction, Complete with an error, reverse.
    pub fn end(&self) -> Ask {
        let (reason, state) = if self.is_paid { (5, -2) } else { (3, -1) };
        self.ask("CancelTransaction", json!({"reason": reason, "state": state}))
    }

    /// Whether this wallet takes a payment back by a call of its own.
    pub fn can_refund(&self) -> bool {
        self.wallet != Wallet::Click
    }
}

/// Sends one ask and records both sides of it.
pub fn ask(connection: &mut Connection, record: &mut Recorder, ask: &Ask) -> io::Result<Value> {
    let number = record.ask(ask);
    let (path, body) = spoken(ask);
    let (status, body) = connection.send("POST", &path, &body)?;
    let answer = understood(ask, status, body);
    record.answer(number, &answer);
    Ok(answer)
}

fn spoken(ask: &Ask) -> (String, String) {
    let Ask { order, method, params } = ask;
    let id = params["id"].as_str().unwrap_or_default();
    let method = method.as_str();
    match params["wallet"].as_str() {
        None => ("/api/generate-qr".to_owned(), params.to_string()),
        Some("click") => {
            let trans_id = id.rsplit(':').next().unwrap().parse().unwrap();
            let number = (method != "CreateTransaction").then(|| params["number"].as_i64().unwrap());
            let error = if method == "CancelTransaction" { -5017 } else { 0 };
            let (path, body) = wallets::click(trans_id, order, AMOUNT, error, number);
            (path.to_owned(), body)
        }
        Some("uzum") => {
            let (operation, about) = match method {
                "CreateTransaction" => ("create", Some((order.as_str(), AMOUNT))),
                "PerformTransaction" => ("confirm", None),
                _ => ("reverse", None),
            };
            wallets::uzum(operation, Some(id), about)
        }
        Some(_) => {
            let params = match method {
                "CreateTransaction" => wallets::create(id, order, AMOUNT),
                "CancelTransaction" => json!({"id": id, "reason": params["reason"]}),
                _ => json!({ "id": id }),
            };
            let (path, body) = wallets::payme(method, &params);
            (path.to_owned(), body)
        }
    }
}

/// An answer as Payme would give it: a result with what was told, or an error. A repeat that Click or Uzum answers by "it was
/// done before" acknowledges what was done, only without its times.
fn understood(ask: &Ask, status: u16, body: Value) -> Value {
    let begins = ask.method == "CreateTransaction";
    let state = match ask.method.as_str() {
        "CreateTransaction" => json!(1),
        "PerformTransaction" => json!(2),
        _ => ask.params["state"].clone(),
    };
    match ask.params["wallet"].as_str() {
        None => json!({ "status": status }),
        Some("click") => {
            let number = if begins { &body["merchant_prepare_id"] } else { &body["merchant_confirm_id"] };
            let done = json!({"result": {"transaction": number, "state": state}});
            match (body["error"].as_i64(), ask.method.as_str()) {
                (Some(0), "CreateTransaction" | "PerformTransaction") | (Some(-4), "PerformTransaction") => done,
                (Some(-9), "CancelTransaction") if !number.is_null() => done,
                (Some(-7) | None, _) => refused(-32400),
                (Some(code), _) => refused(code),
            }
        }
        Some("uzum") => {
            let time = |name: &str| json!({"result": {name: body[name_in_uzum(name)], "state": state}});
            match (body["errorCode"].as_str(), ask.method.as_str()) {
                (None, "CreateTransaction") if status == 200 => time("create_time"),
                (None, "PerformTransaction") if status == 200 => time("perform_time"),
                (None, "CancelTransaction") if status == 200 => time("cancel_time"),
                (Some("10010"), "CreateTransaction")
                | (Some("10016"), "PerformTransaction")
                | (Some("10018"), "CancelTransaction") => json!({"result": {"state": state}}),
                (Some("99999") | None, _) => refused(-32400),
                (Some(code), _) => refused(code.parse().unwrap()),
            }
        }
        Some(_) => body,
    }
}

/// Uzum's name of a time.
pub fn name_in_uzum(name: &str) -> &'static str {
    match name {
        "create_time" => "transTime",
        "perform_time" => "confirmTime",
        _ => "reverseTime",
    }
}

fn refused(code: i64) -> Value {
    json!({"error": {"code": code}})
}

/// Whether an answer acknowledges what was asked.
pub fn is_done(answer: &Value) -> bool {
    answer["status"] == 200 || answer["result"].is_object()
}

/// Whether an answer says that the server could not do it now: what came of the call is then as unknown as without one.
pub fn is_system_error(answer: &Value) -> bool {
    answer["error"]["code"] == -32400 || answer["status"].as_u64().is_some_and(|status| status >= 500)
}

/// Whether two answers to the same ask agree in what both tell.
pub fn agree(first: &Value, second: &Value) -> bool {
    match (first["result"].as_object(), second["result"].as_object()) {
        (Some(first), Some(second)) => {
            first.iter().all(|(name, value)| second.get(name).is_none_or(|other| other == value))
        }
        (_, _) => first == second,
    }
}

/// The numbers that an answer told, under the names of a row.
pub fn told(answer: &Value) -> impl Iterator<Item = (&str, i64)> {
    let number = |value: &Value| value.as_i64().or_else(|| value.as_str()?.parse().ok());
    let members = answer["result"].as_object().into_iter().flatten();
    members.filter_map(move |(name, value)| Some((name.as_str(), number(value)?)))
}
