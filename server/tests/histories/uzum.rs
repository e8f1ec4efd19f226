//! Uzum's calls as they go over the wire, and what they are answered. In development mode nobody proves anything.

// The model has the calls and answers of all wallets in one enum; here is one wallet.
#![expect(clippy::wildcard_enum_match_arm)]

use boothpay_test_support::model::{Answer, Request};
use serde_json::{Value, json};

use crate::booth::{Said, soum};
use crate::model::Model;
use crate::payme::times;
use crate::step::ORDERS;

/// The service of all calls.
pub const SERVICE: i64 = 498_614;

/// Uzum's id of an attempt.
pub fn trans_id(id: u8) -> String {
    format!("3f1a2b4c-0d5e-4f60-8a7b-9c8d7e6f5a{id:02x}")
}

/// The address and the body.
pub fn spoken(request: &Request, now: i64) -> (&'static str, Value) {
    let mut body = json!({"serviceId": SERVICE, "timestamp": now});
    let mut order_named = |order: &Option<usize>| body["params"] = json!({"account": order.map(|order| ORDERS[order])});
    let (path, id) = match request {
        Request::UzumCheck { order } => {
            order_named(order);
            ("/api/uzum/check", None)
        }
        Request::UzumCreate { id, order, amount } => {
            order_named(order);
            body["amount"] = json!(amount);
            ("/api/uzum/create", Some(id))
        }
        Request::Confirm { id } => {
            body["paymentSource"] = json!("UZCARD");
            ("/api/uzum/confirm", Some(id))
        }
        Request::Reverse { id } => ("/api/uzum/reverse", Some(id)),
        Request::UzumStatus { id } => ("/api/uzum/status", Some(id)),
        other => panic!("{other:?} is no call of Uzum's"),
    };
    if let Some(id) = id {
        body["transId"] = json!(trans_id(*id));
    }
    (path, body)
}

impl Model {
    /// What Uzum is answered.
    pub fn uzum(&mut self, request: &Request) -> Said {
        let (answer, cell) = self.ask(request);
        let mut body = json!({"serviceId": SERVICE});
        let (_, sent) = spoken(request, 1);
        if let Some(id) = sent.get("transId") {
            body["transId"] = id.clone();
        }
        let mut with = |members: Value| body.as_object_mut().unwrap().extend(members.as_object().unwrap().clone());
        let status = match answer {
            Answer::Refused(code) => {
                with(json!({"timestamp": self.now, "status": "FAILED", "errorCode": code.to_string()}));
                400
            }
            Answer::Allow(order) => {
                let amount = soum(self.book.orders[&order].amount);
                let data = json!({"account": {"value": ORDERS[order]}, "amount": {"value": amount}});
                with(json!({"timestamp": self.now, "status": "OK", "data": data}));
                200
            }
            Answer::Told(index) => {
                with(self.uzum_told(request, index));
                200
            }
            Answer::Failed(index) => {
                with(self.uzum_told(request, index));
                with(json!({"status": "FAILED", "reverseTime": null}));
                200
            }
            answer => panic!("{answer:?} is no answer to Uzum"),
        };
        (status, body, cell)
    }

    fn uzum_told(&self, request: &Request, index: usize) -> Value {
        let (it, amount) = (&self.book.attempts[index], self.book.order_of(index).amount);
        let [begun, paid, ended] = times(it);
        let or_null = |time: i64| (time != 0).then_some(time);
        match request {
            Request::UzumCreate { .. } => json!({"status": "CREATED", "transTime": begun, "amount": amount}),
            Request::Confirm { .. } => json!({"status": "CONFIRMED", "confirmTime": paid, "amount": amount}),
            Request::Reverse { .. } => json!({"status": "REVERSED", "reverseTime": ended, "amount": amount}),
            _ => {
                json!({"status": it.state.in_uzum(), "transTime": begun, "confirmTime": or_null(paid), "reverseTime": or_null(ended),
                    "amount": amount, "data": {"account": {"value": ORDERS[it.order]}}})
            }
        }
    }
}
