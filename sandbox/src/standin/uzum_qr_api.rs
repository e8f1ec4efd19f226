//! A stand-in of Uzum's Dynamic QR (reference/uzum-qr.md): makes codes, says what has become of them, makes them void, gives money
//! back. A test pays a code as a customer would ([`UzumQrApi::pay`]); no money moves.
//!
//! To try out whoever calls it, it can be told to misbehave: each [`Manner`] is for one call of a kind, in turn; without one it is
//! honest.

use std::collections::{BTreeMap, VecDeque};
use std::fmt::Write;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use axum::Router;
use axum::extract::State;
use axum::http::StatusCode;
use axum::http::request::Parts;
use axum::response::Response;
use axum::routing::post;
use jiff::Timestamp;
use serde_json::{Value, json};
use sha1::{Digest, Sha1};

use super::click_api::{Manner, broken, in_json};

/// The path below which it answers, as Uzum's own does.
const PATH: &str = "/api/dynamic-qr/merchant/payment";

/// How old a signature may be, in milliseconds.
const SKEW_MS: i64 = 50_000;

/// A code, and what has become of it.
#[derive(Clone, Debug)]
struct Code {
    amount: i64,
    payment: String,
    status: &'static str,
    reversals: u32,
}

/// What can be asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Call {
    /// Make a code.
    Create,
    /// What has become of it?
    Status,
    /// Make it void.
    Cancel,
    /// Give its money back.
    Reversal,
}

#[derive(Default)]
struct Kept {
    codes: BTreeMap<String, Code>,
    made: Vec<String>,
    manners: BTreeMap<Call, VecDeque<Manner>>,
    seen: Vec<String>,
    last: String,
}

struct Inner {
    user: String,
    service: i64,
    key: String,
    kept: Mutex<Kept>,
}

/// The stand-in. Clones are the same one.
#[derive(Clone)]
pub struct UzumQrApi(Arc<Inner>);

impl UzumQrApi {
    /// For one till of one service, with its secret key.
    pub fn new(user: &str, service: i64, key: &str) -> Self {
        Self(Arc::new(Inner { user: user.to_owned(), service, key: key.to_owned(), kept: Mutex::default() }))
    }

    /// A customer scans a code and pays; whether he could.
    pub fn pay(&self, code: &str) -> bool {
        self.becomes(code, "CREATED", "SUCCESS")
    }

    /// A code that is in a state comes into another; whether it was in that state.
    pub fn becomes(&self, code: &str, from: &str, to: &'static str) -> bool {
        match self.kept().codes.get_mut(code) {
            Some(known) if known.status == from => {
                known.status = to;
                true
            }
            Some(_) | None => false,
        }
    }

    /// How the next calls of a kind are answered, one after the other.
    pub fn answers(&self, call: Call, manners: impl IntoIterator<Item = Manner>) {
        self.kept().manners.entry(call).or_default().extend(manners);
    }

    /// The codes that were made, the first first.
    pub fn codes(&self) -> Vec<String> {
        self.kept().made.clone()
    }

    /// What has become of a code, in Uzum's words.
    pub fn status_of(&self, code: &str) -> Option<&'static str> {
        self.kept().codes.get(code).map(|code| code.status)
    }

    /// How often a code's money went back: more than once never.
    pub fn reversals_of(&self, code: &str) -> u32 {
        self.kept().codes.get(code).map_or(0, |code| code.reversals)
    }

    /// The calls so far: the path's last part, and the body.
    pub fn seen(&self) -> Vec<String> {
        self.kept().seen.clone()
    }

    /// Its routes, for whoever serves them.
    pub fn routes(&self) -> Router {
        let below = |name: &str| format!("{PATH}/{name}");
        Router::new()
            .route(&below("create"), post(create))
            .route(&below("status-by-order"), post(status))
            .route(&below("cancel-order"), post(cancel))
            .route(&below("reversal"), post(reversal))
            .with_state(self.clone())
    }

    fn kept(&self) -> MutexGuard<'_, Kept> {
        self.0.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether a call carries the key's signature, made just now.
    fn is_signed(&self, proof: &str) -> bool {
        let parts: Vec<&str> = proof.split(':').collect();
        let [user, digest, time] = parts[..] else { return false };
        let now = Timestamp::now().as_millisecond();
        let is_now = time.parse::<i64>().is_ok_and(|time| (time - now).abs() <= SKEW_MS);
        let mut expected = String::new();
        for byte in Sha1::digest(format!("{time}{}", self.0.key)) {
            // Writing to a text cannot fail.
            let _ = write!(expected, "{byte:02x}");
        }
        is_now && user == self.0.user && digest == expected
    }

    /// Notes a call and answers it in the manner whose turn it is. `act` does what was asked and says what is true; `done` is what
    /// would be said if it was done.
    async fn answer(
        &self,
        call: Call,
        head: &Parts,
        body: &str,
        done: impl FnOnce(&Value) -> Value,
        act: impl FnOnce(&mut Kept, &Value) -> Value,
    ) -> Response {
        let asked: Value = serde_json::from_str(body).unwrap_or_default();
        let proof = head.headers.get("authorization").and_then(|value| value.to_str().ok()).unwrap_or_default();
        let refused = if !self.is_signed(proof) {
            Some(refusal(401, "apelsin.pay.authorization.error"))
        } else if asked["service_id"] != self.0.service {
            Some(refusal(401, "apelsin.pay.service.not.working"))
        } else {
            None
        };
        let manner = {
            let mut kept = self.kept();
            let name = head.uri.path().rsplit('/').next().unwrap_or_default();
            kept.seen.push(format!("{name} {body}"));
            match refused {
                Some(refused) => return in_json(StatusCode::OK, refused.to_string()),
                None => kept.manners.entry(call).or_default().pop_front().unwrap_or(Manner::Honest),
            }
        };
        if let Manner::Slow(pause) = manner {
            tokio::time::sleep(pause).await;
        }
        let mut kept = self.kept();
        let said = match manner {
            Manner::Honest | Manner::Slow(_) => act(&mut kept, &asked),
            Manner::ActsAndIsSilent => {
                act(&mut kept, &asked);
                return broken();
            }
            Manner::Silent => return broken(),
            Manner::Refuses(code, note) => refusal(code, note),
            Manner::RefusesAndActs(code, note) => {
                act(&mut kept, &asked);
                refusal(code, note)
            }
            Manner::SaysDone => done(&asked),
            Manner::Repeats => return in_json(StatusCode::OK, kept.last.clone()),
            Manner::Says(status, body) => {
                let status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
                return in_json(status, body.to_owned());
            }
        };
        kept.last = said.to_string();
        in_json(StatusCode::OK, said.to_string())
    }
}

fn refusal(code: i64, message: &str) -> Value {
    json!({"error_code": code, "error_message": message})
}

fn text(asked: &Value, name: &str) -> String {
    asked[name].as_str().unwrap_or_default().to_owned()
}

fn link(id: &str) -> String {
    format!("https://qr.example/{id}")
}

async fn create(State(api): State<UzumQrApi>, head: Parts, body: String) -> Response {
    let done = |asked: &Value| json!({"error_code": 0, "payment_link": link(&text(asked, "order_id"))});
    let act = |kept: &mut Kept, asked: &Value| {
        let (id, amount) = (text(asked, "order_id"), asked["amount"].as_i64().unwrap_or_default());
        if id.is_empty() || amount <= 0 {
            return refusal(400, "the order has no number or no amount");
        }
        if kept.codes.contains_key(&id) {
            return refusal(400, "order.id.duplicated");
        }
        let payment = format!("payment-{}", kept.made.len());
        kept.codes.insert(id.clone(), Code { amount, payment, status: "CREATED", reversals: 0 });
        kept.made.push(id.clone());
        json!({"error_code": 0, "payment_link": link(&id)})
    };
    api.answer(Call::Create, &head, &body, done, act).await
}

async fn status(State(api): State<UzumQrApi>, head: Parts, body: String) -> Response {
    let done = |_: &Value| json!({"error_code": 0, "payment_id": "payment-of-a-liar", "payment_status": "SUCCESS"});
    let act = |kept: &mut Kept, asked: &Value| match kept.codes.get(&text(asked, "order_id")) {
        Some(code) => json!({
            "error_code": 0, "payment_id": code.payment, "payment_status": code.status,
            "client_phone_number": "+998901234567", "processingReferenceNumber": "112233445566", "cardType": 2,
        }),
        None => refusal(400, "order.not.found"),
    };
    api.answer(Call::Status, &head, &body, done, act).await
}

async fn cancel(State(api): State<UzumQrApi>, head: Parts, body: String) -> Response {
    let says = |id: &str| json!({"error_code": 0, "payment_id": id, "payment_status": "CANCELLED"});
    let done = |asked: &Value| says(&text(asked, "order_id"));
    let act = |kept: &mut Kept, asked: &Value| {
        let id = text(asked, "order_id");
        match kept.codes.get_mut(&id) {
            Some(code) if matches!(code.status, "CREATED" | "FAILED" | "CANCELLED") => {
                code.status = "CANCELLED";
                says(&id)
            }
            Some(_) => refusal(400, "this.order.has.already.be.paid.for"),
            None => refusal(400, "order.not.found"),
        }
    };
    api.answer(Call::Cancel, &head, &body, done, act).await
}

async fn reversal(State(api): State<UzumQrApi>, head: Parts, body: String) -> Response {
    let says = |payment: &str| json!({"error_code": 0, "payment_id": payment, "payment_status": "REVERSED"});
    let done = |asked: &Value| says(&text(asked, "payment_id"));
    let act = |kept: &mut Kept, asked: &Value| {
        let payment = text(asked, "payment_id");
        match kept.codes.values_mut().find(|code| code.payment == payment) {
            Some(code) if code.status == "SUCCESS" && code.amount > 0 => {
                code.status = "REVERSED";
                code.reversals += 1;
                says(&payment)
            }
            Some(_) => refusal(400, "apelsin.pay.reverse.not.allowed"),
            None => refusal(404, "operation.not.found"),
        }
    };
    api.answer(Call::Reversal, &head, &body, done, act).await
}
