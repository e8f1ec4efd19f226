//! Click's calls as they go over the wire, and what they are answered. In development mode nobody signs.

// The model has the calls and answers of all wallets in one enum; here is one wallet.
#![expect(clippy::wildcard_enum_match_arm)]

use boothpay_test_support::model::{Answer, Click, Request};
use serde_json::{Value, json};

use crate::booth::{ANY, Said};
use crate::model::Model;
use crate::step::ORDERS;

/// The service of all calls.
pub const SERVICE: i64 = 155_555;

/// Click's number of an attempt.
pub fn trans_id(id: u8) -> i64 {
    7_000_000_000 + i64::from(id)
}

/// The address, which may be the one for both actions, and the body.
pub fn spoken(request: &Request, shared: bool) -> (&'static str, String) {
    let (call, path, action, number) = parts(request);
    let Click { id, order, amount, error } = *call;
    let number = number.map(|number| format!("&merchant_prepare_id={number}")).unwrap_or_default();
    let body = format!(
        "click_trans_id={}&service_id={SERVICE}&click_paydoc_id=5&merchant_trans_id={}{number}&amount={}.{:02}\
         &action={action}&error={error}&error_note=&sign_time=2026-11-21+12:00:00&sign_string=x",
        trans_id(id),
        ORDERS[order],
        amount / 100,
        amount % 100
    );
    (if shared { "/api/click" } else { path }, body)
}

fn parts(request: &Request) -> (&Click, &'static str, i64, Option<i64>) {
    match request {
        Request::Prepare(call) => (call, "/api/click/prepare", 0, None),
        Request::Complete(call, number) => (call, "/api/click/complete", 1, Some(*number)),
        other => panic!("{other:?} is no call of Click's"),
    }
}

impl Model {
    /// What Click is answered.
    pub fn click(&mut self, request: &Request) -> Said {
        let (answer, cell) = self.ask(request);
        let (error, index) = match answer {
            Answer::Told(index) => (0, Some(index)),
            Answer::RefusedAbout(code, index) => (code, Some(index)),
            Answer::Refused(code) => (code, None),
            answer => panic!("{answer:?} is no answer to Click"),
        };
        let (call, _, action, _) = parts(request);
        let mut body = json!({"click_trans_id": trans_id(call.id), "merchant_trans_id": ORDERS[call.order],
            "error": error, "error_note": ANY});
        if let Some(index) = index {
            let name = if action == 0 { "merchant_prepare_id" } else { "merchant_confirm_id" };
            body[name] = Value::from(self.book.attempts[index].number);
        }
        (200, body, cell)
    }
}
