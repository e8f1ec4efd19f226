//! A merchant of Uzum in memory.

use super::mistakes::Mistake;
use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::State;
use axum::http::{HeaderMap, Method, Response, Uri};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use boothpay_sandbox::random::now_ms;
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

/// The password, some of it awkward.
pub const PASSWORD: &str = "Awk&ward:Pass$word1";
/// The login.
pub const LOGIN: &str = "uzum-login";
/// The number of the service.
pub const SERVICE: i64 = 101_202;

/// A merchant on a port of its own; it ends with this value.
pub struct Server {
    /// Where the five operations lie.
    pub url: String,
    /// The merchant behind it.
    pub merchant: Arc<Merchant>,
    task: JoinHandle<()>,
}

impl Drop for Server {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Server {
    /// Starts a merchant.
    pub async fn start(mistake: Option<Mistake>, errors_are_numbers: bool) -> Self {
        let merchant = Arc::new(Merchant {
            mistake,
            errors_are_numbers,
            ended: AtomicBool::new(false),
            books: Mutex::default(),
            shared: Mutex::default(),
        });
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/uzum", listener.local_addr().unwrap());
        let router = Router::new().fallback(handle).with_state(Arc::clone(&merchant));
        let task = tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        Self { url, merchant, task }
    }
}

#[derive(Debug, Clone)]
struct Row {
    id: String,
    order: String,
    amount: i64,
    status: &'static str,
    times: [Option<i64>; 3],
}

#[derive(Debug, Default)]
struct Books {
    /// Price in tiyin, and whether a transaction has paid it.
    orders: BTreeMap<String, (i64, bool)>,
    rows: Vec<Row>,
}

/// The merchant.
pub struct Merchant {
    mistake: Option<Mistake>,
    errors_are_numbers: bool,
    ended: AtomicBool,
    books: Mutex<Books>,
    shared: Mutex<Option<Value>>,
}

type Answered = Result<Map<String, Value>, i64>;

/// A code that stands for a page with HTTP 500.
const CRASH: i64 = 500;

fn object(value: Value) -> Map<String, Value> {
    value.as_object().cloned().unwrap()
}

async fn moment() {
    tokio::time::sleep(Duration::from_millis(5)).await;
}

impl Merchant {
    fn is(&self, mistake: Mistake) -> bool {
        self.mistake == Some(mistake)
    }

    /// An order that waits for payment, with its price in tiyin.
    pub fn add_order(&self, order: &str, price: i64) {
        self.books.lock().unwrap().orders.insert(order.to_owned(), (price, false));
    }

    /// The process starts anew.
    pub fn restart(&self) {
        let forgotten = match self.mistake {
            Some(Mistake::ForgetsAtRestart) => "CONFIRMED",
            Some(Mistake::ForgetsCreated) => "CREATED",
            _ => return,
        };
        self.books.lock().unwrap().rows.retain(|row| row.status != forgotten);
    }

    fn authorised(&self, headers: &HeaderMap, operation: &str) -> Result<bool, i64> {
        if operation == "status" && self.is(Mistake::StatusOpen) {
            return Ok(true);
        }
        let Some(header) = headers.get("authorization") else { return Ok(self.is(Mistake::HeaderNotNeeded)) };
        let header = header.to_str().unwrap_or_default();
        let (scheme, rest) = header.split_once(' ').unwrap_or(("", header));
        let basic =
            if self.is(Mistake::BasicExactly) { scheme == "Basic" } else { scheme.eq_ignore_ascii_case("basic") };
        if !basic && !self.is(Mistake::AnyScheme) {
            return Ok(false);
        }
        let decoded = STANDARD.decode(rest.trim()).ok().and_then(|bytes| String::from_utf8(bytes).ok());
        let Some(pair) = decoded else {
            return if self.is(Mistake::CrashOnBase64) { Err(CRASH) } else { Ok(false) };
        };
        let Some((login, password)) = pair.split_once(':') else { return Ok(false) };
        if login != LOGIN && !self.is(Mistake::AnyLogin) {
            return Ok(false);
        }
        Ok(password == PASSWORD
            || (self.is(Mistake::BeginningCompared) && !password.is_empty() && PASSWORD.starts_with(password))
            || (self.is(Mistake::EmptyPasses) && password.is_empty()))
    }

    async fn answer(&self, operation: &str, verb: &Method, headers: &HeaderMap, body: &[u8]) -> Answered {
        if verb != Method::POST {
            return Err(10003);
        }
        let parsed: Result<Value, _> = serde_json::from_slice(body);
        if !self.authorised(headers, operation)? {
            let early = (operation == "create" && self.is(Mistake::CreatesBeforeAuth))
                || (operation == "confirm" && self.is(Mistake::ConfirmsBeforeAuth));
            if early && let Ok(Value::Object(request)) = &parsed {
                drop(self.operation(operation, request).await);
            }
            return Err(10001);
        }
        let internal = self.is(Mistake::BrokenIsInternal);
        let request = parsed.map_err(|_| if internal { 99999 } else { 10002_i64 })?;
        let Value::Object(request) = request else {
            return Err(if self.is(Mistake::ArrayCrashes) { CRASH } else { 10002 });
        };
        if self.is(Mistake::ClosedBody) && request.contains_key("something") {
            return Err(10005);
        }
        let missing = if self.is(Mistake::MissingCrashes) { CRASH } else { 10005 };
        let service = request.get("serviceId").ok_or(missing)?;
        if service.as_i64() != Some(SERVICE) && !self.is(Mistake::AnyService) {
            return Err(10006);
        }
        self.operation(operation, &request).await
    }

    async fn operation(&self, operation: &str, request: &Map<String, Value>) -> Answered {
        let missing = if self.is(Mistake::MissingCrashes) { CRASH } else { 10005 };
        let kind = if self.is(Mistake::KindCrashes) { CRASH } else { 10005 };
        let id = || {
            let id = request.get("transId").ok_or(missing)?.as_str().ok_or(kind)?;
            if id.is_empty() || id.len() > 100 || id.contains('\u{0}') { Err(kind) } else { Ok(id.to_owned()) }
        };
        match operation {
            "check" => self.check(&self.order(request, missing)?),
            "create" => {
                let (id, order) = (id()?, self.order(request, missing)?);
                let amount = request.get("amount").ok_or(missing)?;
                let cut = amount.as_f64().filter(|_| self.is(Mistake::RoundsSums));
                #[allow(clippy::cast_possible_truncation, reason = "the loss is the mistake")]
                let amount = cut.map(|sum| sum as i64).or(amount.as_i64()).filter(|sum| *sum > 0).ok_or(10011_i64)?;
                self.create(&id, &order, amount).await
            }
            "confirm" => {
                let phone = request.get("phone").and_then(Value::as_str).unwrap_or_default();
                if self.is(Mistake::InsistsOnPhone) && phone.starts_with('+') {
                    return Err(10005);
                }
                self.confirm(&id()?).await
            }
            "reverse" => self.reverse(&id()?).await,
            _ => self.status(&id()?),
        }
    }

    fn order(&self, request: &Map<String, Value>, missing: i64) -> Result<String, i64> {
        let params = request.get("params").ok_or(missing)?.as_object().ok_or(10005_i64)?;
        let empty = if self.is(Mistake::EmptyParamsCrash) { CRASH } else { 10005 };
        let account = params.get("account").ok_or(empty)?;
        let order = account.as_str().ok_or(10007_i64)?.to_owned();
        if order.len() > 1000 && self.is(Mistake::LongAccountCrashes) { Err(CRASH) } else { Ok(order) }
    }

    fn check(&self, order: &str) -> Answered {
        if self.is(Mistake::CheckFails) {
            return Err(99999);
        }
        let mut books = self.books.lock().unwrap();
        let (price, paid) = self.payable(&books, order)?;
        if paid && !self.is(Mistake::CheckAllowsPaid) {
            return Err(self.paid());
        }
        if self.is(Mistake::CheckReserves) {
            books.orders.insert(order.to_owned(), (price, true));
        }
        let value = |text: String| if self.is(Mistake::PlainData) { json!(text) } else { json!({"value": text}) };
        let sum = if self.is(Mistake::CheckInTiyin) { price } else { price / 100 };
        let mut data = json!({"account": value(order.to_owned()), "amount": value(sum.to_string())});
        if self.is(Mistake::NoSum) {
            data = json!({"account": value(order.to_owned())});
        }
        let time = if self.is(Mistake::CheckSeconds) { now_ms() / 1000 } else { now_ms() };
        Ok(object(json!({"serviceId": SERVICE, "timestamp": time, "status": "OK", "data": data})))
    }

    fn paid(&self) -> i64 {
        if self.is(Mistake::SwappedCodes) { 10007 } else { 10008 }
    }

    fn payable(&self, books: &Books, order: &str) -> Result<(i64, bool), i64> {
        books.orders.get(order).copied().ok_or(if self.is(Mistake::SwappedCodes) { 10008 } else { 10007 })
    }

    fn told(&self, row: &Row, names: &[(&str, usize)]) -> Map<String, Value> {
        let mut body =
            object(json!({"serviceId": SERVICE, "transId": row.id, "status": row.status, "amount": row.amount}));
        for (name, index) in names {
            body.insert((*name).to_owned(), json!(row.times[*index]));
        }
        body
    }

    async fn create(&self, id: &str, order: &str, amount: i64) -> Answered {
        let found = self.books.lock().unwrap().rows.iter().find(|row| row.id == id).cloned();
        if self.is(Mistake::RaceCreate) {
            moment().await;
        }
        let mut books = self.books.lock().unwrap();
        let again = |row: &Row| match row.status {
            "CREATED" => self.is(Mistake::EveryCreateIsNew),
            _ => self.is(Mistake::RevivesEnded),
        };
        if let Some(row) = &found {
            if !again(row) {
                return Err(10010);
            }
            books.rows.retain(|other| other.id != row.id);
        } else if self.is(Mistake::RaceCreate) && books.rows.iter().any(|row| row.id == id) {
            return Err(CRASH);
        }
        if self.is(Mistake::CreatesUnknown) && !books.orders.contains_key(order) {
            books.orders.insert(order.to_owned(), (amount, false));
        }
        let (price, paid) = self.payable(&books, order)?;
        if paid && !self.is(Mistake::PaidTwice) && found.is_none() {
            return Err(self.paid());
        }
        let ended = |row: &Row| row.order == order && row.status == "REVERSED";
        if self.is(Mistake::ReverseClosesOrder) && books.rows.iter().any(ended) {
            return Err(10009);
        }
        let asked = if self.is(Mistake::SumInSoum) { amount.saturating_mul(100) } else { amount };
        if asked != price && !self.is(Mistake::AnySum) {
            return Err(10011);
        }
        let time = if self.is(Mistake::Seconds) { now_ms() / 1000 } else { now_ms() };
        let row = Row {
            id: id.to_owned(),
            order: order.to_owned(),
            amount,
            status: "CREATED",
            times: [Some(time), None, None],
        };
        books.rows.push(row.clone());
        let mut body = self.told(&row, &[("transTime", 0)]);
        if self.is(Mistake::OwnNumber) {
            body.insert("transId".to_owned(), json!("42"));
        }
        if self.is(Mistake::AmountIsText) {
            body.insert("amount".to_owned(), json!(amount.to_string()));
        }
        Ok(body)
    }

    fn unknown(&self) -> i64 {
        match self.mistake {
            Some(Mistake::OwnCode) => 404,
            Some(Mistake::UnknownIs10007) => 10007,
            _ => 10014,
        }
    }

    async fn confirm(&self, id: &str) -> Answered {
        let find = |books: &Books| books.rows.iter().find(|row| row.id == id).cloned();
        let found = find(&self.books.lock().unwrap()).ok_or(self.unknown())?;
        let paid = self.books.lock().unwrap().orders[&found.order].1;
        let stale = [Mistake::RaceConfirm, Mistake::RaceOrder, Mistake::RaceReverse].iter().any(|race| self.is(*race));
        if stale {
            moment().await;
        }
        let mut books = self.books.lock().unwrap();
        let row = if self.is(Mistake::RaceConfirm) { found } else { find(&books).ok_or(10014_i64)? };
        let paid = if self.is(Mistake::RaceOrder) { paid } else { books.orders[&row.order].1 };
        match row.status {
            "CONFIRMED" if self.is(Mistake::ConfirmTimeFromClock) => {
                let again = Row { times: [row.times[0], Some(now_ms()), None], ..row };
                return Ok(self.told(&again, &[("confirmTime", 1)]));
            }
            "CONFIRMED" => return Err(10016),
            "REVERSED" if !self.is(Mistake::ConfirmsReversed) => return Err(10015),
            _ => {}
        }
        if self.is(Mistake::ConfirmFails) {
            return Err(99999);
        }
        if paid && !self.is(Mistake::TransactionNotOrder) {
            return Err(10008);
        }
        let time = if self.is(Mistake::ConfirmSeconds) { now_ms() / 1000 } else { now_ms() };
        books.orders.get_mut(&row.order).unwrap().1 = true;
        let stored = books.rows.iter_mut().find(|row| row.id == id).unwrap();
        (stored.status, stored.times[1]) = ("CONFIRMED", Some(time));
        let mut body = self.told(stored, &[("confirmTime", 1)]);
        if self.is(Mistake::ConfirmBare) {
            body.remove("amount");
        }
        Ok(body)
    }

    async fn reverse(&self, id: &str) -> Answered {
        let find = |books: &Books| books.rows.iter().find(|row| row.id == id).cloned();
        let Some(found) = find(&self.books.lock().unwrap()) else {
            let row = Row { id: id.to_owned(), order: String::new(), amount: 0, status: "REVERSED", times: [None; 3] };
            return if self.is(Mistake::ReverseAnything) { Ok(self.told(&row, &[])) } else { Err(self.unknown()) };
        };
        if self.is(Mistake::RaceReverse) {
            moment().await;
            moment().await;
        }
        let mut books = self.books.lock().unwrap();
        let row = if self.is(Mistake::RaceReverse) { found } else { find(&books).ok_or(10014_i64)? };
        match row.status {
            "REVERSED" if self.is(Mistake::ReverseTwice) => {
                let again = Row { times: [row.times[0], row.times[1], Some(now_ms())], ..row };
                return Ok(self.told(&again, &[("reverseTime", 2)]));
            }
            "REVERSED" => return Err(10018),
            "CREATED" if self.is(Mistake::ReverseNeedsPaid) => return Err(10017),
            _ => {}
        }
        let stored = books.rows.iter_mut().find(|row| row.id == id).unwrap();
        if row.status == "CONFIRMED" && self.is(Mistake::ReverseNotStored) {
            let told = Row { status: "REVERSED", times: [row.times[0], row.times[1], Some(now_ms())], ..row };
            return Ok(self.told(&told, &[("reverseTime", 2)]));
        }
        // The racing reversal believes that nothing was paid, and so gives nothing back: what is stored says otherwise.
        if !(self.is(Mistake::RaceReverse) && stored.status == "CONFIRMED") {
            stored.status = "REVERSED";
        }
        stored.times[2] = Some(now_ms());
        let mut body = self.told(&Row { status: "REVERSED", ..stored.clone() }, &[("reverseTime", 2)]);
        if row.status == "CONFIRMED" {
            books.orders.get_mut(&row.order).unwrap().1 = false;
        }
        if self.is(Mistake::ReverseBare) {
            body.remove("reverseTime");
        }
        Ok(body)
    }

    fn status(&self, id: &str) -> Answered {
        let mut books = self.books.lock().unwrap();
        let page = self.is(Mistake::UnknownIs404);
        let row = books.rows.iter_mut().find(|row| row.id == id).ok_or(if page { 4040 } else { self.unknown() })?;
        if self.is(Mistake::StatusTouches) && row.status == "CONFIRMED" {
            row.times[1] = Some(now_ms());
        }
        let mut body = self.told(row, &[("transTime", 0), ("confirmTime", 1), ("reverseTime", 2)]);
        if self.is(Mistake::ConfirmTimeLost) && row.status == "CONFIRMED" {
            body.insert("confirmTime".to_owned(), json!(row.times[0].unwrap() + 1));
        }
        if self.is(Mistake::ZeroTimes) {
            for value in body.values_mut().filter(|value| value.is_null()) {
                *value = json!(0);
            }
        }
        if self.is(Mistake::OtherWordStored) && row.status == "REVERSED" {
            body.insert("status".to_owned(), json!("CANCELLED"));
        }
        if self.is(Mistake::StatusBare) {
            body.remove("amount");
        }
        Ok(body)
    }
}

async fn handle(
    State(merchant): State<Arc<Merchant>>,
    verb: Method,
    uri: Uri,
    headers: HeaderMap,
    body: Bytes,
) -> Response<Body> {
    let path = uri.path();
    if path == "/api/generate-qr" {
        let order: Value = serde_json::from_slice(&body).unwrap();
        let price = order["amount"].as_i64().unwrap() * 100;
        assert_eq!(order["paymentType"], "uzum");
        merchant.add_order(order["order_id"].as_str().unwrap(), price);
        return page(200, "application/json", b"{}".to_vec());
    }
    let operation = path.strip_prefix("/uzum/").unwrap_or_default();
    if !["check", "create", "confirm", "reverse", "status"].contains(&operation) {
        let status = if merchant.is(Mistake::Redirects) { 301 } else { 404 };
        return page(status, "text/html", b"<h1>elsewhere</h1>".to_vec());
    }
    if merchant.is(Mistake::GetIs405) && verb == Method::GET {
        return page(405, "text/html", b"<h1>Method Not Allowed</h1>".to_vec());
    }
    let fatal = merchant.is(Mistake::LargeBodyEndsIt) && body.len() > 1_000_000;
    if merchant.ended.fetch_or(fatal, Ordering::Relaxed) || fatal {
        return page(500, "text/html", b"<h1>Internal Server Error</h1>".to_vec());
    }
    let answered = merchant.answer(operation, &verb, &headers, &body).await;
    finish(&merchant, operation, answered).await
}

async fn finish(merchant: &Merchant, operation: &str, answered: Answered) -> Response<Body> {
    let (mut status, mut body) = match answered {
        Ok(body) => (200, body),
        Err(CRASH) => return page(500, "text/html", b"<h1>Internal Server Error</h1>".to_vec()),
        Err(4040) => return page(404, "text/html", b"<h1>Not Found</h1>".to_vec()),
        Err(code) => {
            let code_shown = if merchant.errors_are_numbers { json!(code) } else { json!(code.to_string()) };
            let word = if merchant.is(Mistake::OtherWord) { "ERROR" } else { "FAILED" };
            let mut body = object(json!({"status": word, "errorCode": code_shown}));
            if !merchant.is(Mistake::BareCode) {
                body.extend(object(json!({"serviceId": SERVICE, "timestamp": now_ms()})));
            }
            let unauthorised = merchant.is(Mistake::Http401) && code == 10001;
            (if unauthorised { 401 } else { 400 }, body)
        }
    };
    if status == 400 && merchant.is(Mistake::Refusal200) {
        status = 200;
    }
    if status == 200 && operation == "create" && merchant.is(Mistake::Created201) {
        status = 201;
    }
    if merchant.is(Mistake::SharedOrder) && body.contains_key("amount") {
        *merchant.shared.lock().unwrap() = Some(body["amount"].clone());
        moment().await;
        body.insert("amount".to_owned(), merchant.shared.lock().unwrap().clone().unwrap());
    }
    let mut bytes = Value::Object(body).to_string().into_bytes();
    if merchant.is(Mistake::ByteOrderMark) {
        bytes.splice(0..0, [0xef, 0xbb, 0xbf]);
    }
    page(status, if merchant.is(Mistake::HtmlType) { "text/html" } else { "application/json" }, bytes)
}

fn page(status: u16, kind: &str, body: Vec<u8>) -> Response<Body> {
    let builder = Response::builder().status(status).header("content-type", kind).header("location", "/uzum");
    builder.body(Body::from(body)).unwrap()
}
