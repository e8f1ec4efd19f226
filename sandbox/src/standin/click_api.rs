//! A stand-in of Click's own Merchant API (reference/click.md §2.10): what has become of a payment, which payment there is for an
//! order, the reversal, and what was sold with the tax receipt of it. It keeps what it was told of payments ([`ClickApi::has`]) and moves no money.
//!
//! To try out whoever calls it, it can be told to misbehave: each [`Manner`] is for one call, in turn; without one it is honest.

use std::collections::{BTreeMap, VecDeque};
use std::fmt::Write;
use std::io;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::{Path, Request, State};
use axum::http::header::CONTENT_TYPE;
use axum::http::request::Parts;
use axum::http::{Method, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::{delete, get, post};
use futures_util::stream;
use jiff::Timestamp;
use serde_json::{Value, json};
use sha1::{Digest, Sha1};

/// The path below which it answers, as Click's own has.
pub const CLICK_API_PATH: &str = "/v2/merchant";

/// How far a caller's clock may be off, in seconds. Click does not publish its own.
const SKEW: i64 = 300;

/// The codes are this stand-in's own: Click publishes none but 0.
const NOT_FOUND: i64 = -5;
const NOT_PAID: i64 = -6;
const ODD_ITEMS: i64 = -7;

/// Bytes of a call that says what was sold.
const BODY_BYTES_MAX: usize = 64 * 1024;

/// How one call is answered.
#[derive(Clone, Debug)]
pub enum Manner {
    /// As it is.
    Honest,
    /// Only after so long.
    Slow(Duration),
    /// What is asked is done, and the line breaks before the answer is whole.
    ActsAndIsSilent,
    /// The line breaks, and nothing is done.
    Silent,
    /// Nothing is done, and that is said, with a code and a note.
    Refuses(i64, &'static str),
    /// It is done all the same.
    RefusesAndActs(i64, &'static str),
    /// Nothing is done, and the answer says that it was.
    SaysDone,
    /// The answer to the call before, once more. Nothing is done.
    Repeats,
    /// This HTTP status and body. Nothing is done.
    Says(u16, &'static str),
}

/// What Click knows of a payment: its `payment_status` (2: paid; below 0: given back).
#[derive(Clone, Debug)]
struct Payment {
    service: i64,
    order: String,
    status: i64,
    reversals: u32,
    /// What was sold, each time that it was told.
    sold: Vec<Value>,
}

#[derive(Default)]
struct Kept {
    payments: BTreeMap<i64, Payment>,
    reversals: VecDeque<Manner>,
    questions: VecDeque<Manner>,
    items: VecDeque<Manner>,
    seen: Vec<String>,
    last: String,
}

struct Inner {
    user: i64,
    services: BTreeMap<i64, String>,
    kept: Mutex<Kept>,
}

/// The stand-in. Clones are the same one.
#[derive(Clone)]
pub struct ClickApi(Arc<Inner>);

impl ClickApi {
    /// For one user of a merchant, with the merchant's services and their secret keys.
    pub fn new(user: i64, services: impl IntoIterator<Item = (i64, String)>) -> Self {
        let services = services.into_iter().collect();
        Self(Arc::new(Inner { user, services, kept: Mutex::default() }))
    }

    /// A payment of this number is there, or its status is another now.
    pub fn has(&self, payment: i64, service: i64, order: &str, status: i64) {
        let mut kept = self.kept();
        let order = order.to_owned();
        kept.payments.entry(payment).and_modify(|known| known.status = status).or_insert(Payment {
            service,
            order,
            status,
            reversals: 0,
            sold: Vec::new(),
        });
    }

    /// How the next reversals are answered, one after the other.
    pub fn reverses(&self, manners: impl IntoIterator<Item = Manner>) {
        self.kept().reversals.extend(manners);
    }

    /// How the next questions are answered, one after the other.
    pub fn answers(&self, manners: impl IntoIterator<Item = Manner>) {
        self.kept().questions.extend(manners);
    }

    /// How the next calls that say what was sold are answered, one after the other.
    pub fn takes_items(&self, manners: impl IntoIterator<Item = Manner>) {
        self.kept().items.extend(manners);
    }

    /// What was sold by a payment, once for each time that it was told.
    pub fn sold_by(&self, payment: i64) -> Vec<Value> {
        self.kept().payments.get(&payment).map_or_else(Vec::new, |payment| payment.sold.clone())
    }

    /// How often a payment's money went back: more than once never.
    pub fn reversals_of(&self, payment: i64) -> u32 {
        self.kept().payments.get(&payment).map_or(0, |payment| payment.reversals)
    }

    /// The calls so far: method, path, and the header `Auth`.
    pub fn seen(&self) -> Vec<String> {
        self.kept().seen.clone()
    }

    /// Its routes, for whoever serves them.
    pub fn routes(&self) -> Router {
        let below = |path: &str| format!("{CLICK_API_PATH}/payment/{path}");
        Router::new()
            .route(&below("status/{service}/{payment}"), get(status))
            .route(&below("status_by_mti/{service}/{order}/{day}"), get(by_order))
            .route(&below("reversal/{service}/{payment}"), delete(reversal))
            .route(&below("ofd_data/submit_items"), post(items))
            .route(&below("ofd_data/{service}/{payment}"), get(receipt))
            .with_state(self.clone())
    }

    fn kept(&self) -> MutexGuard<'_, Kept> {
        self.0.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether a call carries the signature of the service's key, made just now.
    fn is_signed(&self, service: i64, auth: &str) -> bool {
        let Some(key) = self.0.services.get(&service) else { return false };
        let parts: Vec<&str> = auth.split(':').collect();
        let [user, digest, time] = parts[..] else { return false };
        let is_now = time.len() == 10
            && time.parse::<i64>().is_ok_and(|time| (time - Timestamp::now().as_second()).abs() <= SKEW);
        let mut expected = String::new();
        for byte in Sha1::digest(format!("{time}{key}")) {
            // Writing to a text cannot fail.
            let _ = write!(expected, "{byte:02x}");
        }
        is_now && user == self.0.user.to_string() && digest == expected
    }

    /// Notes a call, and says how it is answered, when its time has come; `None` when it is not signed.
    async fn manner(&self, call: &Parts, service: i64) -> Option<Manner> {
        let auth = call.headers.get("auth").and_then(|value| value.to_str().ok()).unwrap_or_default();
        let is_signed = self.is_signed(service, auth);
        let manner = {
            let mut kept = self.kept();
            kept.seen.push(format!("{} {} {auth}", call.method, call.uri.path()));
            let turn = match call.method {
                Method::DELETE => &mut kept.reversals,
                Method::POST => &mut kept.items,
                _ => &mut kept.questions,
            };
            is_signed.then(|| turn.pop_front().unwrap_or(Manner::Honest))?
        };
        if let Manner::Slow(pause) = manner {
            tokio::time::sleep(pause).await;
        }
        Some(manner)
    }

    /// An answer, in the manner of this call. `act` does what was asked and says what is true.
    fn answer(&self, manner: &Manner, done: Value, act: impl FnOnce(&mut Kept) -> Value) -> Response {
        let mut kept = self.kept();
        let refusal = |code: i64, note: &str| json!({"error_code": code, "error_note": note});
        let body = match manner {
            Manner::Honest | Manner::Slow(_) => act(&mut kept),
            Manner::ActsAndIsSilent => {
                act(&mut kept);
                return broken();
            }
            Manner::Silent => return broken(),
            Manner::Refuses(code, note) => refusal(*code, note),
            Manner::RefusesAndActs(code, note) => {
                act(&mut kept);
                refusal(*code, note)
            }
            Manner::SaysDone => done,
            Manner::Repeats => return in_json(StatusCode::OK, kept.last.clone()),
            Manner::Says(status, body) => {
                let status = StatusCode::from_u16(*status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
                return in_json(status, (*body).to_owned());
            }
        };
        kept.last = body.to_string();
        in_json(StatusCode::OK, body.to_string())
    }
}

pub(super) fn in_json(status: StatusCode, body: String) -> Response {
    (status, [(CONTENT_TYPE, "application/json")], body).into_response()
}

/// A head whose body never comes.
pub(super) fn broken() -> Response {
    let cut = stream::once(async { Err::<Vec<u8>, io::Error>(io::ErrorKind::ConnectionReset.into()) });
    Response::new(Body::from_stream(cut))
}

fn unsigned() -> Response {
    in_json(StatusCode::UNAUTHORIZED, json!({"error_code": -1, "error_note": "Not authorized"}).to_string())
}

fn not_found() -> Value {
    json!({"error_code": NOT_FOUND, "error_note": "Payment not found"})
}

async fn status(State(api): State<ClickApi>, Path((service, payment)): Path<(i64, i64)>, call: Parts) -> Response {
    let Some(manner) = api.manner(&call, service).await else { return unsigned() };
    let says = |status: i64| json!({"error_code": 0, "error_note": "Success", "payment_id": payment, "payment_status": status});
    api.answer(&manner, says(2), |kept| match kept.payments.get(&payment) {
        Some(known) if known.service == service => says(known.status),
        Some(_) | None => not_found(),
    })
}

async fn by_order(
    State(api): State<ClickApi>,
    Path((service, order, _day)): Path<(i64, String, String)>,
    call: Parts,
) -> Response {
    let Some(manner) = api.manner(&call, service).await else { return unsigned() };
    let says = |payment: i64| json!({"error_code": 0, "error_note": "Success", "payment_id": payment, "merchant_trans_id": order});
    api.answer(&manner, says(1), |kept| {
        let found = kept.payments.iter().rev().find(|(_, known)| known.service == service && known.order == order);
        found.map_or_else(not_found, |(payment, _)| says(*payment))
    })
}

async fn reversal(State(api): State<ClickApi>, Path((service, payment)): Path<(i64, i64)>, call: Parts) -> Response {
    let Some(manner) = api.manner(&call, service).await else { return unsigned() };
    let done = json!({"error_code": 0, "error_note": "Success", "payment_id": payment});
    api.answer(&manner, done.clone(), |kept| match kept.payments.get_mut(&payment) {
        Some(known) if known.service == service && known.status == 2 => {
            known.status = -1;
            known.reversals += 1;
            done
        }
        Some(known) if known.service == service => json!({"error_code": NOT_PAID, "error_note": "Payment is not paid"}),
        Some(_) | None => not_found(),
    })
}

/// The tax receipt of a payment is there as soon as it is known what was sold.
async fn receipt(State(api): State<ClickApi>, Path((service, payment)): Path<(i64, i64)>, call: Parts) -> Response {
    let Some(manner) = api.manner(&call, service).await else { return unsigned() };
    let says = |url: Option<String>| json!({"paymentId": payment, "qrCodeURL": url});
    api.answer(&manner, says(None), |kept| match kept.payments.get(&payment) {
        Some(known) if known.service == service => {
            says((!known.sold.is_empty()).then(|| format!("https://ofd.example/{payment}")))
        }
        Some(_) | None => not_found(),
    })
}

async fn items(State(api): State<ClickApi>, request: Request) -> Response {
    let (call, body) = request.into_parts();
    let body = to_bytes(body, BODY_BYTES_MAX).await.unwrap_or_default();
    let told: Value = serde_json::from_slice(&body).unwrap_or_default();
    let number = |name: &str| told.get(name).and_then(Value::as_i64);
    let (Some(service), Some(payment)) = (number("service_id"), number("payment_id")) else {
        return in_json(StatusCode::BAD_REQUEST, not_found().to_string());
    };
    let Some(manner) = api.manner(&call, service).await else { return unsigned() };
    let done = json!({"error_code": 0, "error_note": "Success"});
    api.answer(&manner, done.clone(), |kept| match kept.payments.get_mut(&payment) {
        Some(known) if known.service == service && known.status == 2 => match odd(&told) {
            None => {
                known.sold.push(told.clone());
                done
            }
            Some(why) => json!({"error_code": ODD_ITEMS, "error_note": why}),
        },
        Some(known) if known.service == service => json!({"error_code": NOT_PAID, "error_note": "Payment is not paid"}),
        Some(_) | None => not_found(),
    })
}

/// What of the items is not as the document says.
fn odd(told: &Value) -> Option<&'static str> {
    let Some([line]) = told.get("items").and_then(Value::as_array).map(Vec::as_slice) else {
        return Some("items: one is expected");
    };
    let text =
        |name: &str, most: usize| line[name].as_str().is_some_and(|it| !it.is_empty() && it.chars().count() <= most);
    let sum = |name: &str| told[name].as_i64();
    let received = [sum("received_ecash"), sum("received_cash"), sum("received_card")].into_iter().sum::<Option<i64>>();
    let seller = &line["CommissionInfo"];
    let has = |name: &str, digits: usize| seller[name].as_str().is_some_and(|it| it.len() == digits);
    if !text("Name", 63) {
        Some("Name")
    } else if line["SPIC"].as_str().is_none_or(|it| it.len() != 17) {
        Some("SPIC")
    } else if !text("PackageCode", 20) {
        Some("PackageCode")
    } else if !(has("TIN", 9) || has("PINFL", 14)) {
        Some("CommissionInfo")
    } else if line["Price"].as_i64().is_none() || line["Price"].as_i64() != received {
        Some("Price")
    } else if !(line["VAT"].is_u64() && line["VATPercent"].is_u64() && line["Amount"].is_u64()) {
        Some("VAT")
    } else {
        None
    }
}
