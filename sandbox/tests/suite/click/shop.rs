//! A Click shop in memory.

use super::mistakes::Mistake;
use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::State;
use axum::http::{HeaderMap, Response, Uri};
use md5::{Digest, Md5};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

/// The secret of the service, some of it awkward.
pub const SECRET: &str = "Awk&ward'Secret$1";
/// The number of the service.
pub const SERVICE: &str = "55555";

/// A shop on a port of its own; it ends with this value.
pub struct Server {
    /// Where it is: `/click` takes both calls, `/click/prepare` and `/click/complete` one each.
    pub url: String,
    /// The shop behind it.
    pub shop: Arc<Shop>,
    task: JoinHandle<()>,
}

impl Drop for Server {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Server {
    /// Starts a shop.
    pub async fn start(mistake: Option<Mistake>) -> Self {
        let shop = Arc::new(Shop {
            mistake,
            ended: AtomicBool::new(false),
            held: AtomicUsize::new(0),
            books: Mutex::default(),
            shared: Mutex::default(),
        });
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/click", listener.local_addr().unwrap());
        let router = Router::new().fallback(handle).with_state(Arc::clone(&shop));
        let task = tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        Self { url, shop, task }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stage {
    Open,
    Paid,
    Cancelled,
}

#[derive(Debug, Clone)]
struct Payment {
    id: i64,
    trans: String,
    order: String,
    stage: Stage,
}

#[derive(Debug, Default)]
struct Books {
    /// Price in tiyin, and whether a payment has paid it.
    orders: BTreeMap<String, (i64, bool)>,
    payments: Vec<Payment>,
}

/// The shop.
pub struct Shop {
    mistake: Option<Mistake>,
    ended: AtomicBool,
    /// How many calls have the row.
    held: AtomicUsize,
    books: Mutex<Books>,
    shared: Mutex<Option<Value>>,
}

type Form = Vec<(String, String)>;

fn first(form: &Form, name: &str) -> Option<String> {
    form.iter().find(|(field, _)| field == name).map(|(_, value)| value.clone())
}

/// The digest of these parts with this secret behind the second one.
fn digest(parts: &[&str], secret: &str) -> String {
    let mut text = String::new();
    for (index, part) in parts.iter().enumerate() {
        text.push_str(part);
        if index == 1 {
            text.push_str(secret);
        }
    }
    Md5::digest(text.as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// A sum in soum as tiyin; only digits, and at most two decimals.
fn tiyin(text: &str) -> Option<i64> {
    let (whole, part) = text.split_once('.').unwrap_or((text, ""));
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if whole.is_empty() || !digits(whole) || !digits(part) || part.len() > 2 {
        return None;
    }
    format!("{whole}{part:0<2}").parse().ok()
}

async fn moment() {
    tokio::time::sleep(Duration::from_millis(5)).await;
}

impl Shop {
    /// Whether this is the shop's mistake.
    pub fn is(&self, mistake: Mistake) -> bool {
        self.mistake == Some(mistake)
    }

    /// An order that waits for payment, with its price in tiyin.
    pub fn add_order(&self, order: &str, price: i64) {
        self.books.lock().unwrap().orders.insert(order.to_owned(), (price, false));
    }

    /// The process starts anew.
    pub fn restart(&self) {
        let forgotten = match self.mistake {
            Some(Mistake::ForgetsOpen) => Stage::Open,
            Some(Mistake::ForgetsPaid) => Stage::Paid,
            Some(Mistake::ForgetsCancelled) => Stage::Cancelled,
            _ => return,
        };
        self.books.lock().unwrap().payments.retain(|payment| payment.stage != forgotten);
    }

    /// The signature, as this shop checks it.
    fn signed(&self, form: &Form, complete: bool) -> bool {
        let field = |name: &str| first(form, name).unwrap_or_default();
        let given = field("sign_string");
        if given.is_empty() && self.is(Mistake::EmptySignaturePasses) {
            return true;
        }
        let unchecked = if complete { Mistake::CompleteUnsigned } else { Mistake::PrepareUnsigned };
        if self.is(unchecked) {
            return true;
        }
        let mut amount = field("amount");
        if self.is(Mistake::SumRewritten) {
            amount = amount.parse::<f64>().map_or(amount, |number| format!("{number:.2}"));
        }
        let prepare_id = if complete { field("merchant_prepare_id") } else { String::new() };
        let (trans, service, order) = (field("click_trans_id"), field("service_id"), field("merchant_trans_id"));
        let (action, time) = (field("action"), field("sign_time"));
        let with = |prepare_id: &str, secret: &str| {
            digest(&[&trans, &service, &order, prepare_id, &amount, &action, &time], secret)
        };
        let right = with(&prepare_id, SECRET);
        if self.is(Mistake::SmallLettersOnly) && given != given.to_ascii_lowercase() {
            return false;
        }
        let given = given.to_ascii_lowercase();
        given == right
            || (self.is(Mistake::TwoFormulas) && given == with("", SECRET))
            || (self.is(Mistake::EmptySecretToo) && given == with(&prepare_id, ""))
            || (self.is(Mistake::BeginningCompared) && !given.is_empty() && right.starts_with(&given))
    }

    /// Whether the sum is the price.
    fn right_sum(&self, text: &str, price: i64) -> bool {
        let float = text.parse::<f64>();
        #[allow(clippy::cast_precision_loss, reason = "the loss is the mistake")]
        let soum = price as f64 / 100.0;
        if self.is(Mistake::NanPasses) && float.as_ref().is_ok_and(|number| number.is_nan()) {
            return true;
        }
        if self.is(Mistake::FloatSums) {
            return float.is_ok_and(|number| (number - soum).abs() < 0.001);
        }
        let Some(given) = tiyin(text) else { return false };
        match self.mistake {
            Some(Mistake::PriceInTiyin) => given == price * 100,
            Some(Mistake::MoreIsFine) => given >= price,
            Some(Mistake::Tolerance) => (given - price).abs() < 50,
            Some(Mistake::SumIsText) => text == format!("{}.{:02}", price / 100, price % 100),
            _ => given == price,
        }
    }

    async fn answer(&self, path: &str, form: Form) -> Result<Value, i64> {
        const FIELDS: [&str; 8] = [
            "click_trans_id",
            "service_id",
            "click_paydoc_id",
            "merchant_trans_id",
            "amount",
            "action",
            "sign_time",
            "sign_string",
        ];
        let field = |name: &str| first(&form, name).filter(|value| !value.is_empty());
        let lenient = self.is(Mistake::EmptySignaturePasses);
        for name in FIELDS.into_iter().filter(|name| !(lenient && *name == "sign_string")) {
            // An amount or an order that is empty is the business of the checks below.
            if first(&form, name).is_none()
                || (field(name).is_none() && !["amount", "merchant_trans_id"].contains(&name))
            {
                return Err(if self.is(Mistake::MissingCrashes) { 500 } else { -8 });
            }
        }
        if self.is(Mistake::ClosedForm) && form.iter().any(|(name, _)| name == "something") {
            return Err(-8);
        }
        let action = field("action").unwrap_or_default();
        let complete = action == "1";
        let error = first(&form, "error").and_then(|error| error.parse::<i64>().ok());
        let id = first(&form, "merchant_prepare_id");
        let forged = !self.signed(&form, complete);
        if self.is(Mistake::CancelsUnsigned) && complete && error.is_some_and(|error| error < 0) {
            self.change(id.as_deref(), Stage::Cancelled);
        }
        if self.is(Mistake::ConfirmsUnsigned) && complete && error == Some(0) && forged {
            self.change(id.as_deref(), Stage::Paid);
        }
        if forged || (field("service_id").as_deref() != Some(SERVICE) && !self.is(Mistake::AnyService)) {
            return Err(-1);
        }
        if self.is(Mistake::ClockJudges) && !field("sign_time").unwrap_or_default().starts_with(&hour_in_tashkent()) {
            return Err(-8);
        }
        let known = action == "0" || complete || self.is(Mistake::AnyActionPrepares);
        let right_address = match (path.ends_with("/prepare"), path.ends_with("/complete")) {
            (true, _) => !complete || self.is(Mistake::AddressIgnored),
            (_, true) => complete || self.is(Mistake::PrepareEverywhere),
            _ => true,
        };
        if !known || !right_address {
            return Err(-3);
        }
        if complete { self.complete(&form, error, id).await } else { self.prepare(&form, error).await }
    }

    fn change(&self, id: Option<&str>, stage: Stage) {
        let mut books = self.books.lock().unwrap();
        let number = id.and_then(|id| id.parse::<i64>().ok());
        if let Some(payment) = books.payments.iter_mut().find(|payment| Some(payment.id) == number) {
            payment.stage = stage;
        }
    }

    fn trans(&self, form: &Form) -> Result<String, i64> {
        let text = first(form, "click_trans_id").unwrap_or_default();
        let digits: String = text.chars().take_while(char::is_ascii_digit).collect();
        if self.is(Mistake::CutNumbers) {
            return Ok(digits);
        }
        let number: i64 = text.parse().map_err(|_| -8_i64)?;
        #[allow(clippy::cast_precision_loss, clippy::cast_possible_truncation, reason = "the loss is the mistake")]
        let kept = match self.mistake {
            Some(Mistake::FloatIds) => (number as f64) as i64,
            Some(Mistake::Ids32) => number & 0xffff_ffff,
            _ => number,
        };
        Ok(kept.to_string())
    }

    async fn prepare(&self, form: &Form, error: Option<i64>) -> Result<Value, i64> {
        let trans = self.trans(form)?;
        let order = match self.is(Mistake::FirstSignedLastUsed) {
            true => form.iter().rev().find(|(name, _)| name == "merchant_trans_id").map(|(_, value)| value.clone()),
            false => first(form, "merchant_trans_id"),
        };
        let order = order.unwrap_or_default();
        if order.len() > 1000 && self.is(Mistake::LongOrderCrashes) {
            return Err(500);
        }
        if error.is_none_or(|error| error < 0) && !self.is(Mistake::PrepareIgnoresError) {
            return Err(if error.is_none() { -8 } else { -9 });
        }
        let amount = first(form, "amount").unwrap_or_default();
        let found = self.books.lock().unwrap().payments.iter().find(|payment| payment.trans == trans).cloned();
        if self.is(Mistake::RacePrepare) {
            moment().await;
        }
        let mut books = self.books.lock().unwrap();
        if let Some(payment) = found.filter(|_| !self.is(Mistake::EveryPrepareIsNew)) {
            match payment.stage {
                Stage::Paid if !self.is(Mistake::StoredAnswer) => return Err(-4),
                Stage::Cancelled if !self.is(Mistake::CancelledLives) => return Err(-9),
                Stage::Open if self.is(Mistake::RowBeforeChecks) && payment.id < 0 => return Err(-4),
                Stage::Open | Stage::Paid | Stage::Cancelled => {
                    return Ok(self.prepared(form, &trans, &order, payment.id));
                }
            }
        }
        let Some((price, paid)) = books.orders.get(&order).copied() else {
            return Err(match self.mistake {
                Some(Mistake::OwnCode) => -10,
                Some(Mistake::UnknownIs404) => 404,
                _ => -5,
            });
        };
        let closed = |payment: &Payment| payment.order == order && payment.stage == Stage::Cancelled;
        if self.is(Mistake::CancelClosesOrder) && books.payments.iter().any(closed) {
            return Err(-9);
        }
        if paid && !self.is(Mistake::PaidTwice) {
            return Err(-4);
        }
        let id = i64::try_from(books.payments.len()).unwrap() + 1;
        let new = |id: i64| Payment { id, trans: trans.clone(), order: order.clone(), stage: Stage::Open };
        if !self.right_sum(&amount, price) {
            if self.is(Mistake::RowBeforeChecks) {
                books.payments.push(new(-id));
            }
            return Err(-2);
        }
        books.payments.push(new(id));
        Ok(self.prepared(form, &trans, &order, id))
    }

    fn prepared(&self, form: &Form, trans: &str, order: &str, id: i64) -> Value {
        let mut body = json!({"error": 0, "error_note": "Success", "merchant_prepare_id": id});
        if self.is(Mistake::IdIsText) {
            body["merchant_prepare_id"] = json!(id.to_string());
        }
        if !self.is(Mistake::PrepareEchoesNothing) {
            self.echo(&mut body, form, trans, order);
        }
        body
    }

    fn echo(&self, body: &mut Value, form: &Form, trans: &str, order: &str) {
        let number = first(form, "click_trans_id").and_then(|text| text.parse::<i64>().ok());
        let own = trans.parse::<i64>().ok().filter(|_| self.is(Mistake::FloatIds));
        body["click_trans_id"] = json!(own.or(number));
        body["merchant_trans_id"] = json!(order);
    }

    async fn complete(&self, form: &Form, error: Option<i64>, id: Option<String>) -> Result<Value, i64> {
        let trans = self.trans(form)?;
        let order = first(form, "merchant_trans_id").unwrap_or_default();
        let error = match error {
            Some(error) => error,
            None if self.is(Mistake::MissingErrorIsZero) => 0,
            None => return Err(-8),
        };
        let cut = |text: &str| text.chars().take_while(char::is_ascii_digit).collect::<String>();
        let number = match &id {
            Some(text) if self.is(Mistake::CutPrepareId) => cut(text).parse::<i64>().map_err(|_| -6)?,
            Some(text) => text.parse::<i64>().map_err(|_| -8)?,
            None if self.is(Mistake::OrderIsEnough) => 0,
            None => return Err(-8),
        };
        let by_order = (self.is(Mistake::OrderIsEnough) && id.is_none()) || self.is(Mistake::IdNotCompared);
        let lax_order = self.is(Mistake::OtherOrderPays)
            || (self.is(Mistake::UnknownOrderPays) && !self.books.lock().unwrap().orders.contains_key(&order));
        let lax_trans = self.is(Mistake::AnyTrans) || lax_order;
        let matching = |payment: &&Payment| {
            (payment.id == number || (by_order && payment.order == order))
                && (payment.trans == trans || lax_trans)
                && (payment.order == order || lax_order)
        };
        let found = self.books.lock().unwrap().payments.iter().rev().find(matching).cloned();
        let Some(mut payment) = found else {
            return Err(if error < 0 && self.is(Mistake::CancelAnything) { 0 } else { -6 });
        };
        let (price, mut paid) = self.books.lock().unwrap().orders.get(&payment.order).copied().ok_or(-5_i64)?;
        let mut racing = false;
        if self.is(Mistake::RaceCancel) {
            // Whoever comes while another call has the row gets a deadlock's exception.
            if self.held.fetch_add(1, Ordering::Relaxed) > 0 {
                moment().await;
                self.held.fetch_sub(1, Ordering::Relaxed);
                return Err(500);
            }
            moment().await;
            self.held.fetch_sub(1, Ordering::Relaxed);
        }
        if self.is(Mistake::RaceComplete) && error == 0 {
            moment().await;
            racing = true;
        }
        if self.is(Mistake::RaceOrder) || self.is(Mistake::RaceBoth) {
            moment().await;
        }
        let mut books = self.books.lock().unwrap();
        let late = self.is(Mistake::RaceOrder) || self.is(Mistake::RaceBoth);
        if !racing {
            payment = books.payments.iter().find(|other| other.id == payment.id).cloned().ok_or(-6_i64)?;
            if !late {
                paid = books.orders[&payment.order].1;
            }
        }
        let failure = match self.is(Mistake::KnownErrorsOnly) {
            true => error == -1 || error == -5017,
            false => error < 0,
        };
        let own = payment.id;
        let set = |books: &mut Books, stage: Stage| {
            let payment = books.payments.iter_mut().find(|payment| payment.id == own).unwrap();
            payment.stage = stage;
        };
        if failure {
            match payment.stage {
                Stage::Paid if self.is(Mistake::SampleMinusFour) => return Err(-4),
                Stage::Paid if self.is(Mistake::CancelReopens) => {
                    set(&mut books, Stage::Open);
                    books.orders.get_mut(&payment.order).unwrap().1 = false;
                }
                Stage::Cancelled if self.is(Mistake::CancelOnce) => return Err(-6),
                Stage::Paid | Stage::Cancelled => {}
                Stage::Open => set(&mut books, Stage::Cancelled),
            }
            return Err(-9);
        }
        let answer = |shop: &Self| {
            let mut body = json!({"error": 0, "error_note": "Success", "merchant_confirm_id": own});
            if shop.is(Mistake::ConfirmIdIsText) {
                body["merchant_confirm_id"] = json!(own.to_string());
            }
            if !shop.is(Mistake::CompleteEchoesNothing) {
                shop.echo(&mut body, form, &trans, &order);
            }
            body
        };
        match payment.stage {
            Stage::Paid if self.is(Mistake::RepeatSucceeds) => return Ok(answer(self)),
            Stage::Paid => return Err(-4),
            Stage::Cancelled if !self.is(Mistake::RevivesCancelled) => return Err(-9),
            Stage::Open | Stage::Cancelled => {}
        }
        let amount = first(form, "amount").unwrap_or_default();
        if !self.right_sum(&amount, price) && !self.is(Mistake::CompleteAnySum) {
            return Err(-2);
        }
        if self.is(Mistake::CompleteFails) {
            return Err(-7);
        }
        if paid && !self.is(Mistake::AttemptNotOrder) && !self.is(Mistake::PaidTwice) {
            return Err(-4);
        }
        set(&mut books, Stage::Paid);
        books.orders.get_mut(&payment.order).unwrap().1 = true;
        Ok(answer(self))
    }
}

fn hour_in_tashkent() -> String {
    let zone = jiff::tz::TimeZone::fixed(jiff::tz::offset(5));
    jiff::Timestamp::now().to_zoned(zone).strftime("%Y-%m-%d %H").to_string()
}

async fn handle(State(shop): State<Arc<Shop>>, uri: Uri, headers: HeaderMap, body: Bytes) -> Response<Body> {
    let path = uri.path();
    if path == "/api/generate-qr" {
        let order: Value = serde_json::from_slice(&body).unwrap();
        let price = order["amount"].as_i64().unwrap() * 100;
        assert_eq!(order["paymentType"], "click");
        shop.add_order(order["order_id"].as_str().unwrap(), price);
        return page(200, "application/json", b"{}".to_vec());
    }
    if !["/click", "/click/prepare", "/click/complete"].contains(&path) {
        let status = if shop.is(Mistake::Redirects) { 301 } else { 404 };
        return page(status, "text/html", b"<h1>elsewhere</h1>".to_vec());
    }
    let fatal = shop.is(Mistake::LargeBodyEndsIt) && body.len() > 1_000_000;
    let crash = shop.is(Mistake::EmptyBodyCrashes) && body.is_empty();
    if shop.ended.fetch_or(fatal, Ordering::Relaxed) || fatal || crash {
        return page(500, "text/html", b"<h1>Internal Server Error</h1>".to_vec());
    }
    let kind = headers.get("content-type").and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    if shop.is(Mistake::ExactType) && kind != "application/x-www-form-urlencoded" {
        return page(415, "text/html", b"<h1>Unsupported Media Type</h1>".to_vec());
    }
    let mut url = reqwest::Url::parse("http://form/").unwrap();
    url.set_query(Some(&String::from_utf8_lossy(&body)));
    let form: Form = url.query_pairs().map(|(name, value)| (name.into_owned(), value.into_owned())).collect();
    let answered = shop.answer(path, form).await;
    finish(&shop, answered).await
}

async fn finish(shop: &Shop, answered: Result<Value, i64>) -> Response<Body> {
    const NOTES: [&str; 10] = [
        "Success",
        "SIGN CHECK FAILED!",
        "Incorrect parameter amount",
        "Action not found",
        "Already paid",
        "User does not exist",
        "Transaction does not exist",
        "Failed to update user",
        "Error in request from click",
        "Transaction cancelled",
    ];
    let mut status = 200;
    let mut body = match answered {
        Ok(body) => body,
        Err(code @ (404 | 500)) => return page(u16::try_from(code).unwrap(), "text/html", b"<h1>page</h1>".to_vec()),
        Err(code) => {
            if shop.is(Mistake::Http400) {
                status = 400;
            }
            let note = usize::try_from(-code).ok().and_then(|index| NOTES.get(index)).unwrap_or(&"Order not found");
            json!({"error": code, "error_note": note})
        }
    };
    if shop.is(Mistake::SharedOrder) && body["error"] == 0 {
        *shop.shared.lock().unwrap() = Some(body["merchant_trans_id"].clone());
        moment().await;
        body["merchant_trans_id"] = shop.shared.lock().unwrap().clone().unwrap_or_default();
    }
    if shop.is(Mistake::ErrorIsText) {
        body["error"] = json!(body["error"].to_string());
    }
    if shop.is(Mistake::NoNote) {
        body.as_object_mut().unwrap().remove("error_note");
    }
    if shop.is(Mistake::OwnNotes) {
        body["error_note"] = json!("Успешно");
    }
    let mut bytes = body.to_string().into_bytes();
    if shop.is(Mistake::ByteOrderMark) {
        bytes.splice(0..0, [0xef, 0xbb, 0xbf]);
    }
    page(status, if shop.is(Mistake::HtmlType) { "text/html" } else { "application/json" }, bytes)
}

fn page(status: u16, kind: &str, body: Vec<u8>) -> Response<Body> {
    let builder = Response::builder().status(status).header("content-type", kind).header("location", "/click");
    builder.body(Body::from(body)).unwrap()
}
