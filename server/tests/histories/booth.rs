//! The model's half that the booth and the owner's page talk to: the contract's endpoints.

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use serde_json::{Value, json};

use crate::model::{Model, Order, Status};

/// The merchant id of the codes.
pub const MERCHANT_ID: &str = "670a6af1a048b8a82254e446";

/// HTTP status, body, and the cell's name. Texts for people are "*".
pub type Said = (u16, Value, &'static str);

/// What cannot be predicted to the letter: it is only looked at whether it is there.
pub const ANY: &str = "*";

fn problem(status: u16, order: Option<Value>, cell: &'static str) -> Said {
    let title = if status == 404 { "Not Found" } else { "Conflict" };
    let mut body = json!({"type": "about:blank", "title": title, "status": status, "detail": ANY});
    if let Some(order) = order {
        body["order"] = order;
    }
    (status, body, cell)
}

fn link(name: &str, amount: i64, language: &str) -> String {
    let plain = format!("m={MERCHANT_ID};ac.order_id={name};a={amount}{language}");
    format!("https://checkout.paycom.uz/{}", BASE64_STANDARD.encode(plain))
}

/// Soum as a person writes them.
fn soum(tiyin: i64) -> String {
    match tiyin % 100 {
        0 => (tiyin / 100).to_string(),
        rest => format!("{}.{rest:02}", tiyin / 100),
    }
}

impl Model {
    /// The word of the contract and the stage.
    fn status_and_stage(&self, name: &str) -> (&'static str, Option<&'static str>) {
        match self.orders[name].status {
            Status::Pending if self.holder(name).is_some() => ("pending", Some("processing")),
            Status::Pending if self.is_late(name) => ("expired", None),
            Status::Pending => ("pending", Some("waiting")),
            Status::Paid => ("success", None),
            Status::Cancelled => ("cancelled", None),
            Status::Refunded => ("refunded", None),
            Status::Expired => ("expired", None),
        }
    }

    pub fn status(&self, name: &str) -> Said {
        if !self.orders.contains_key(name) {
            return (404, json!({"status": "not_found", "order_id": name}), "status: unknown");
        }
        let (word, stage) = self.status_and_stage(name);
        let cell = match (word, stage) {
            (_, Some("processing")) => "status: processing",
            ("pending", _) => "status: pending",
            ("success", _) => "status: success",
            ("cancelled", _) => "status: cancelled",
            ("refunded", _) => "status: refunded",
            _ => "status: expired",
        };
        let mut body = json!({"status": word, "order_id": name});
        if stage == Some("processing") {
            body["stage"] = json!("processing");
        }
        (200, body, cell)
    }

    /// An order as the booth sees it.
    fn snapshot(&self, name: &str) -> Value {
        let order = &self.orders[name];
        let language = if order.uzbek { ";l=uz" } else { "" };
        let (word, stage) = self.status_and_stage(name);
        let payer = self.transactions.iter().find(|it| it.order == name && it.state == 2);
        let provider = payer.map(|it| if it.payme.is_some() { "payme" } else { "test" });
        let mut body = json!({
            "order_id": name, "status": word, "copies": 1, "amount_soum": soum(order.amount),
            "expires_at": order.expires_at, "now": self.now, "printed": order.printed, "provider": provider,
        });
        if let Some(stage) = stage {
            body["stage"] = json!(stage);
            body["qrCode"] = json!(ANY);
            body["paymentUrl"] = json!(link(name, order.amount, language));
        }
        body
    }

    pub fn look(&self, name: &str) -> Said {
        match self.orders.contains_key(name) {
            true => (200, self.snapshot(name), "look: known"),
            false => problem(404, None, "look: unknown"),
        }
    }

    /// Opens an unpaid order again if its time is over or it was closed; `None` when it was paid.
    fn open_again(&mut self, name: &str) -> Option<bool> {
        match self.orders[name].status {
            Status::Paid | Status::Refunded => return None,
            Status::Pending if !self.is_late(name) => return Some(false),
            Status::Pending | Status::Cancelled | Status::Expired => {}
        }
        let expires_at = self.stamp(name) + self.rules.order_life;
        let order = self.orders.get_mut(name).unwrap();
        order.status = Status::Pending;
        order.expires_at = expires_at;
        Some(true)
    }

    /// `generate-qr`, and with no app `chosen` the command line's order.
    pub fn offer(&mut self, name: &str, amount: i64, chosen: bool) -> Said {
        let cell = match self.orders.get(name) {
            None => {
                let expires_at = self.now + self.rules.order_life;
                let changed_at = self.now;
                let order = Order {
                    amount,
                    status: Status::Pending,
                    expires_at,
                    printed: false,
                    chosen,
                    uzbek: false,
                    changed_at,
                };
                self.orders.insert(name.to_owned(), order);
                "offer: new"
            }
            Some(order) if order.amount != amount => return problem(409, None, "offer: other amount"),
            Some(_) => match self.open_again(name) {
                None => return problem(409, None, "offer: paid or refunded"),
                Some(true) => "offer: opened again",
                Some(false) if self.holder(name).is_some() => "offer: repeat while held",
                Some(false) => "offer: repeat",
            },
        };
        if chosen && !self.orders[name].chosen {
            self.stamp(name);
            self.orders.get_mut(name).unwrap().chosen = true;
        }
        let link = link(name, amount, "");
        let expires_at = self.orders[name].expires_at;
        let body =
            json!({"qrCode": ANY, "paymeUrl": link, "paymentUrl": link, "order_id": name, "expires_at": expires_at});
        (200, body, cell)
    }

    pub fn new_code(&mut self, name: &str) -> Said {
        if !self.orders.contains_key(name) {
            return problem(404, None, "new-code: unknown");
        }
        let opened = self.open_again(name);
        if opened.is_some() && !self.orders[name].uzbek {
            self.stamp(name);
            self.orders.get_mut(name).unwrap().uzbek = true;
        }
        match opened {
            None => problem(409, Some(self.snapshot(name)), "new-code: paid or refunded"),
            Some(true) => (200, self.snapshot(name), "new-code: opened again"),
            Some(false) => (200, self.snapshot(name), "new-code: still open"),
        }
    }

    pub fn close(&mut self, name: &str) -> Said {
        let Some(order) = self.orders.get(name) else { return problem(404, None, "close: unknown") };
        let cell = match order.status {
            Status::Paid => return problem(409, Some(self.snapshot(name)), "close: paid"),
            Status::Pending if self.holder(name).is_some() => {
                return problem(409, Some(self.snapshot(name)), "close: held");
            }
            Status::Pending => {
                self.stamp(name);
                self.orders.get_mut(name).unwrap().status = Status::Cancelled;
                "close: closed"
            }
            Status::Cancelled | Status::Refunded | Status::Expired => "close: closed before",
        };
        (200, self.snapshot(name), cell)
    }

    pub fn print(&mut self, name: &str) -> Said {
        let Some(order) = self.orders.get(name) else { return problem(404, None, "print: unknown") };
        let cell = match (order.status, order.printed) {
            (Status::Paid, false) => {
                self.stamp(name);
                self.orders.get_mut(name).unwrap().printed = true;
                "print: noted"
            }
            (Status::Paid, true) => "print: repeat",
            _ => return problem(409, Some(self.snapshot(name)), "print: not paid"),
        };
        (200, self.snapshot(name), cell)
    }

    pub fn test_pay(&mut self, name: &str) -> Said {
        let Some(order) = self.orders.get(name) else { return problem(404, None, "test-pay: unknown") };
        let cell = match order.status {
            Status::Paid => "test-pay: paid before",
            Status::Pending if self.holder(name).is_some() => return problem(409, None, "test-pay: held"),
            Status::Pending if !self.is_late(name) => {
                let index = self.create(name, None);
                self.perform(index);
                "test-pay: paid"
            }
            Status::Pending | Status::Cancelled | Status::Refunded | Status::Expired => {
                return problem(409, None, "test-pay: closed");
            }
        };
        (200, json!({"status": "ok", "order_id": name}), cell)
    }
}
