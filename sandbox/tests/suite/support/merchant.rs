//! The HTTP side of the merchant server: authorisation, the envelope, and making orders.

use super::methods::{Answered, Shop, error};
use super::mistakes::Mistake;
use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::State;
use axum::http::{HeaderMap, Method, Response, Uri};
use axum::serve::Listener;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use flate2::Compression;
use flate2::write::GzEncoder;
use serde_json::{Value, json};
use std::io::Write;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;

/// The key of the cashbox: 36 characters, some of them awkward.
pub const KEY: &str = "Awk&ward?Key#With%36^Characters=0000";

/// A server on a port of its own; it ends with this value.
pub struct Merchant {
    /// The address of the webhook.
    pub url: String,
    /// The shop behind it.
    pub shop: Arc<Shop>,
    task: JoinHandle<()>,
}

impl Drop for Merchant {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Merchant {
    /// Starts a server with the key, or without one.
    pub async fn start(mistake: Option<Mistake>, key: Option<&str>, cumulative: bool) -> Self {
        let shop = Arc::new(Shop {
            mistake,
            cumulative,
            limit_ms: Mutex::new(43_200_000),
            key: Mutex::new(key.map(str::to_owned)),
            old_key: Mutex::default(),
            ended: AtomicBool::new(false),
            restarted: AtomicBool::new(false),
            key_changes: AtomicUsize::new(0),
            lower_case: AtomicBool::new(false),
            performing: AtomicBool::new(false),
            performs: AtomicU64::new(0),
            paymes_time: AtomicBool::new(false),
            books: Mutex::default(),
        });
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/payme", listener.local_addr().unwrap());
        let router = Router::new().fallback(handle).with_state(Arc::clone(&shop));
        let listener = Letters { listener, shop: Arc::clone(&shop) };
        let task = tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        Self { url, shop, task }
    }
}

/// Looks at the letters of the headers, which the library below gives to nobody.
struct Letters {
    listener: TcpListener,
    shop: Arc<Shop>,
}

impl Listener for Letters {
    type Io = TcpStream;
    type Addr = SocketAddr;

    async fn accept(&mut self) -> (TcpStream, SocketAddr) {
        let (stream, address) = self.listener.accept().await.unwrap();
        if self.shop.is(Mistake::ExactHeaderNames) {
            let mut begin = [0; 1000];
            let count = stream.peek(&mut begin).await.unwrap();
            let lower = begin[..count].windows(14).any(|part| part == b"authorization:");
            self.shop.lower_case.store(lower, Ordering::Relaxed);
        }
        (stream, address)
    }

    fn local_addr(&self) -> std::io::Result<SocketAddr> {
        self.listener.local_addr()
    }
}

async fn handle(
    State(shop): State<Arc<Shop>>,
    verb: Method,
    uri: Uri,
    headers: HeaderMap,
    body: Bytes,
) -> Response<Body> {
    if uri.path() == "/api/generate-qr" {
        let order: Value = serde_json::from_slice(&body).unwrap();
        let price = order["amount"].as_i64().unwrap() * 100;
        shop.add_order(order["order_id"].as_str().unwrap(), price);
        return plain(200, "application/json", "{}".to_owned());
    }
    if !["/payme", "/api/payme/webhook"].contains(&uri.path()) {
        let status = if shop.is(Mistake::Redirects) { 301 } else { 404 };
        return plain(status, "text/html", "<h1>elsewhere</h1>".to_owned());
    }
    let fatal = (shop.is(Mistake::LargeBodyEndsIt) && body.len() > 1_000_000)
        || (shop.is(Mistake::NestingEndsIt) && body.windows(100).any(|part| part.iter().all(|byte| *byte == b'[')));
    if shop.ended.fetch_or(fatal, Ordering::Relaxed) || fatal {
        return plain(500, "text/html", "<h1>Internal Server Error</h1>".to_owned());
    }
    let typed = headers.get("content-type").is_some_and(|kind| kind.as_bytes().starts_with(b"application/json"));
    if shop.is(Mistake::InsistsOnType) && !typed {
        return plain(415, "text/html", "<h1>Unsupported Media Type</h1>".to_owned());
    }
    if shop.is(Mistake::GetIs405) && verb == Method::GET {
        return plain(405, "text/html", "<h1>Method Not Allowed</h1>".to_owned());
    }
    let parsed: Result<Value, _> = serde_json::from_slice(&body);
    let answered = answer(&shop, &verb, &headers, &parsed).await;
    finish(&shop, parsed.ok(), answered)
}

fn plain(status: u16, kind: &str, body: String) -> Response<Body> {
    let builder = Response::builder().status(status).header("content-type", kind).header("location", "/payme");
    builder.body(Body::from(body)).unwrap()
}

/// Authorisation, then the envelope, then the method.
async fn answer(
    shop: &Shop,
    verb: &Method,
    headers: &HeaderMap,
    parsed: &Result<Value, serde_json::Error>,
) -> Answered {
    let none = json!({});
    let request = parsed.as_ref().unwrap_or(&none);
    let method = request["method"].as_str().unwrap_or_default();
    if !authorised(shop, headers, method)? {
        if shop.is(Mistake::MethodBeforeAuth) && method == "NoSuchMethod" {
            return Err(error(-32601, "no such method", json!(method)));
        }
        if shop.is(Mistake::ParamsBeforeAuth) && request["params"]["account"] == json!({}) {
            return Err(error(-31050, "empty account", json!("order_id")));
        }
        let early = match method {
            "CreateTransaction" => shop.is(Mistake::CreatesBeforeAuth),
            "PerformTransaction" => shop.is(Mistake::PerformsBeforeAuth),
            _ => false,
        };
        if early {
            drop(shop.call(method, &request["params"]).await);
        }
        return Err(error(-32504, "not authorised", Value::Null));
    }
    let put = shop.is(Mistake::PutIsPost) && verb != Method::GET;
    if verb != Method::POST && !put {
        return Err(error(-32300, "POST only", Value::Null));
    }
    if parsed.is_err() {
        let code = if shop.is(Mistake::BrokenJsonIsBadRequest) { -32600 } else { -32700 };
        return Err(error(code, "not JSON", Value::Null));
    }
    if !request.is_object() {
        let code = if shop.is(Mistake::ArrayIsParseError) { -32700 } else { -32600 };
        return Err(error(code, "not an object", Value::Null));
    }
    if shop.is(Mistake::InsistsOnVersion) && request.get("jsonrpc").is_none() {
        return Err(error(-32600, "no version", Value::Null));
    }
    if !request["method"].is_string() {
        let code = if shop.is(Mistake::MissingMethodIsUnknown) { -32601 } else { -32600 };
        return Err(error(code, "no method", Value::Null));
    }
    if !request["params"].is_object() {
        let crash = shop.is(Mistake::MissingParamsCrash);
        return Err(if crash { json!({"status": 500}) } else { error(-32600, "no params", Value::Null) });
    }
    if shop.is(Mistake::ForbidsMembers) && request["params"].get("something").is_some() {
        return Err(error(-32600, "unknown member", Value::Null));
    }
    shop.call(method, &request["params"]).await
}

/// Whether the credentials are right; an error for servers that stumble over them.
fn authorised(shop: &Shop, headers: &HeaderMap, method: &str) -> Result<bool, Value> {
    let Some(key) = shop.key.lock().unwrap().clone() else { return Ok(true) };
    let open = match method {
        "GetStatement" => shop.is(Mistake::OneMethodOpen),
        "ChangePassword" => shop.is(Mistake::AnybodyChangesKey),
        _ => false,
    };
    if open || (shop.is(Mistake::TestHeaderOpens) && headers.contains_key("test-operation")) {
        return Ok(true);
    }
    let crash = || json!({"status": 500});
    if shop.is(Mistake::ExactHeaderNames) && shop.lower_case.load(Ordering::Relaxed) {
        return Ok(false);
    }
    let Some(header) = headers.get("authorization") else { return Ok(shop.is(Mistake::HeaderNotNeeded)) };
    let header = header.to_str().unwrap_or_default();
    let (scheme, rest) = header.split_once(' ').unwrap_or(("", header));
    if !scheme.eq_ignore_ascii_case("basic") && !shop.is(Mistake::AnyScheme) {
        return Ok(false);
    }
    let decoded = STANDARD.decode(rest.trim()).ok().and_then(|bytes| String::from_utf8(bytes).ok());
    let Some(pair) = decoded else {
        return if shop.is(Mistake::CrashOnBase64) { Err(crash()) } else { Ok(false) };
    };
    if shop.is(Mistake::SplitAtEveryColon) && pair.matches(':').count() > 1 {
        return Err(crash());
    }
    let Some((login, given)) = pair.split_once(':') else { return Ok(false) };
    if login != "Paycom" && !shop.is(Mistake::AnyLogin) && !(shop.is(Mistake::EmptyKey) && login.is_empty()) {
        return Ok(false);
    }
    let old = shop.old_key.lock().unwrap().clone();
    Ok(given == key
        || (shop.is(Mistake::KeyByPrefix) && !given.is_empty() && key.starts_with(given))
        || (shop.is(Mistake::KeyWithoutCase) && key.eq_ignore_ascii_case(given))
        || (shop.is(Mistake::EmptyKey) && given.is_empty())
        || (shop.is(Mistake::OldKeyStays) && old.as_deref() == Some(given)))
}

/// Puts the answer into its envelope.
fn finish(shop: &Shop, request: Option<Value>, answered: Answered) -> Response<Body> {
    let id = request.as_ref().and_then(|request| request.get("id")).cloned().unwrap_or(Value::Null);
    let mut status = 200;
    let mut body = match answered {
        Ok(result) => json!({"result": result}),
        Err(failed) if failed.get("status").is_some() => {
            return plain(500, "text/html", "<h1>Internal Server Error</h1>".to_owned());
        }
        Err(mut failed) => {
            let code = failed["code"].as_i64().unwrap();
            if code == -32504 && (shop.is(Mistake::Http401) || shop.is(Mistake::Http401InScenario)) {
                status = 401;
            }
            if shop.is(Mistake::ErrorIs400) {
                status = 400;
            }
            if shop.is(Mistake::OtherMessagesAreText) && !(-31099..=-31050).contains(&code) {
                failed["message"] = json!("something is wrong");
            }
            if shop.is(Mistake::CodeIsText) {
                failed["code"] = json!(code.to_string());
            }
            match shop.is(Mistake::ResultNextToError) {
                true => json!({"result": {"state": 0}, "error": failed}),
                false => json!({"error": failed}),
            }
        }
    };
    #[allow(clippy::cast_precision_loss, reason = "the loss is the mistake")]
    if !shop.is(Mistake::IdMissing) {
        body["id"] = match (&id, id.as_i64()) {
            (_, Some(number)) if shop.is(Mistake::IdAsFloat) => json!(number as f64),
            (Value::String(_), _) if shop.is(Mistake::IdAsNumber) => json!(0),
            _ => id,
        };
    }
    let kind = if shop.is(Mistake::HtmlType) { "text/html" } else { "application/json; charset=UTF-8" };
    let mut builder = Response::builder().status(status).header("content-type", kind);
    if shop.is(Mistake::ClosesConnection) {
        builder = builder.header("connection", "close");
    }
    let mut bytes = body.to_string().into_bytes();
    if shop.is(Mistake::ByteOrderMark) {
        bytes.splice(0..0, [0xef, 0xbb, 0xbf]);
    }
    if shop.is(Mistake::Compresses) {
        let mut packed = GzEncoder::new(Vec::new(), Compression::fast());
        packed.write_all(&bytes).unwrap();
        bytes = packed.finish().unwrap();
        builder = builder.header("content-encoding", "gzip");
    }
    builder.body(Body::from(bytes)).unwrap()
}
