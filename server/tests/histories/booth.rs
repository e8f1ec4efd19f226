//! What the booth and the owner's page are answered, to the letter of the contract.

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use boothpay_test_support::model::{Answer, Request, State, Word};
use serde_json::{Value, json};

use crate::model::Model;
use crate::step::ORDERS;

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
pub fn soum(tiyin: i64) -> String {
    match tiyin % 100 {
        0 => (tiyin / 100).to_string(),
        rest => format!("{}.{rest:02}", tiyin / 100),
    }
}

/// The words of the contract and the stage.
fn words(word: Word) -> (&'static str, Option<&'static str>) {
    match word {
        Word::Waiting => ("pending", Some("waiting")),
        Word::Processing => ("pending", Some("processing")),
        Word::Paid => ("success", None),
        Word::Cancelled => ("cancelled", None),
        Word::Refunded => ("refunded", None),
        Word::Expired => ("expired", None),
    }
}

impl Model {
    /// What a call about an order is answered.
    pub fn booth(&mut self, order: usize, request: &Request) -> Said {
        let (answer, cell) = self.ask(request);
        let name = ORDERS[order];
        match (request, answer) {
            (Request::Status(_), Answer::NotFound) => (404, json!({"status": "not_found", "order_id": name}), cell),
            (Request::Status(_), Answer::Shown(word)) => {
                let mut body = json!({"status": words(word).0, "order_id": name});
                if word == Word::Processing {
                    body["stage"] = json!("processing");
                }
                (200, body, cell)
            }
            (Request::TestPay(_), Answer::Shown(_)) => (200, json!({"status": "ok", "order_id": name}), cell),
            (_, Answer::Offered) => {
                let it = &self.book.orders[&order];
                let link = link(name, it.amount, "");
                let body = json!({"qrCode": ANY, "paymeUrl": link, "paymentUrl": link, "order_id": name,
                    "expires_at": it.expires_at.from});
                (200, body, cell)
            }
            (Request::Offer { .. } | Request::TestPay(_), Answer::Conflict(_)) => problem(409, None, cell),
            (_, Answer::Shown(word)) => (200, self.snapshot(order, word), cell),
            (_, Answer::Conflict(word)) => problem(409, Some(self.snapshot(order, word)), cell),
            (_, Answer::NotFound) => problem(404, None, cell),
            (_, answer) => panic!("{answer:?} is no answer of the booth's"),
        }
    }

    /// An order as the booth sees it.
    fn snapshot(&self, order: usize, word: Word) -> Value {
        let (name, it) = (ORDERS[order], &self.book.orders[&order]);
        let payer = self.book.attempts.iter().find(|it| it.order == order && it.state == State::Paid);
        let (status, stage) = words(word);
        let mut body = json!({
            "order_id": name, "status": status, "copies": 1, "amount_soum": soum(it.amount),
            "expires_at": it.expires_at.from, "now": self.now, "printed": it.printed,
            "provider": payer.map(|it| it.wallet.word()),
        });
        if word == Word::Processing {
            let holder = self.book.attempts.iter().find(|it| it.order == order && it.state == State::Begun);
            body["held_by"] = json!(holder.map(|it| it.wallet.word()));
        }
        if let Some(stage) = stage {
            body["stage"] = json!(stage);
            body["qrCode"] = json!(ANY);
            body["paymentUrl"] = json!(link(name, it.amount, if it.uzbek { ";l=uz" } else { "" }));
        }
        body
    }
}
