//! A server with its own database and clock, and the means to ask it.

use axum::body::Body;
use axum::http::{HeaderMap, Request};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use boothpay_protocol::ledger::journal::Actor;
use boothpay_protocol::ledger::order::{Copies, OrderId};
use boothpay_protocol::ledger::provider::Provider;
use boothpay_protocol::ledger::rows::{Needs, Rows};
use boothpay_protocol::money::Tiyin;
use boothpay_protocol::payme::key;
use boothpay_protocol::payme::{self, wire};
use boothpay_protocol::time::TimeMs;
use boothpay_server::clock::Clock;
use boothpay_server::config::{Settings, Sources};
use boothpay_server::net::Peer;
use boothpay_server::orders::Orders;
use boothpay_server::{App, Shutdown, openapi, router};
use boothpay_store::{Address, Store};
use boothpay_test_support::{Answered, Description};
use http_body_util::BodyExt;
use serde_json::Value;
use std::fmt::Write;
use std::net::{IpAddr, Ipv4Addr};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::Ordering;
use tower::ServiceExt;

/// Who pays.
const PAYME: Actor = Actor::Provider { provider: Provider::Payme, proven: true };

/// When every world begins.
pub const START: i64 = 1_700_000_000_000;

/// A key of 36 characters, with everything that a key may contain.
pub const KEY: &str = "k&y@with:colon?#%^=$!0123456789abcde";

/// Settings of a server in production.
pub const PRODUCTION: &str =
    "[payme]\nkey = 'k&y@with:colon?#%^=$!0123456789abcde'\nmerchant_id = '587f72c72cac0d162c722ae2'\n";

pub struct World {
    pub app: Arc<App>,
    /// The switch that ends the streams; without it they would end at once.
    pub shutdown: Shutdown,
}

impl World {
    /// A server with settings as in `boothpay.toml`, on a database in memory.
    pub fn new(settings: &str) -> Self {
        Self::on(settings, &Address::SqliteMemory)
    }

    /// A server without a key.
    pub fn development() -> Self {
        Self::new("")
    }

    /// A server on a database of its own choice.
    pub fn on(settings: &str, database: &Address) -> Self {
        let file = Some((PathBuf::from("boothpay.toml"), settings.to_owned()));
        let development = !settings.contains("key = ");
        let sources = Sources { file, development, ..Sources::default() };
        Self::with(Settings::read(&sources).unwrap_or_else(|findings| panic!("{findings:?}")), database)
    }

    /// A server with settings that no file could give it.
    pub fn with(settings: Settings, database: &Address) -> Self {
        let (shutdown, stopping) = Shutdown::new();
        let store = Store::open(database).unwrap();
        let app = App::new(settings, store, Clock::manual(TimeMs::new(START)), stopping);
        Self { app, shutdown }
    }

    /// Moves the clock.
    pub fn set_time(&self, ms: i64) {
        match &self.app.clock {
            Clock::Manual(hand) => hand.store(ms, Ordering::SeqCst),
            Clock::System => panic!("tests bring their own time"),
        }
    }

    /// Makes an order of 10000 soum, not through HTTP.
    pub async fn order(&self, id: &str) {
        let app = &self.app;
        let orders = Orders { store: &app.store, clock: &app.clock, settings: &app.settings, actor: Actor::Api };
        let amount = Tiyin::new(1_000_000).unwrap();
        orders.offer(OrderId::parse(id).unwrap(), amount, Copies::ONE, None).await.unwrap().unwrap();
    }

    /// Has Payme create a transaction of an order, not through HTTP.
    pub async fn hold(&self, order: &str, transaction: &str) {
        self.hold_at(order, transaction, START).await;
    }

    /// The same, at a time of Payme's.
    pub async fn hold_at(&self, order: &str, transaction: &str, time: i64) {
        let params =
            format!(r#"{{"id":"{transaction}","time":{time},"amount":1000000,"account":{{"order_id":"{order}"}}}}"#);
        self.carry_out("CreateTransaction", &params).await;
    }

    /// Has Payme pay an order, not through HTTP.
    pub async fn pay(&self, order: &str, transaction: &str) {
        self.hold(order, transaction).await;
        self.carry_out("PerformTransaction", &format!(r#"{{"id":"{transaction}"}}"#)).await;
    }

    /// Carries out a call of Payme's past HTTP and authorisation.
    pub async fn carry_out(&self, method: &str, params: &str) {
        let rules = self.app.settings.rules();
        let now = self.app.clock.now();
        let call = wire::read(rpc(method, params).as_bytes(), &rules.payme).call.unwrap();
        let needs = payme::needs(&call);
        let decide = move |rows: &Rows| payme::decide(&call, rows, now, &rules, None);
        self.app.store.transact(needs, PAYME, decide).await.unwrap().reply.unwrap();
    }

    /// Sends a request from this computer, as long as it does not say otherwise.
    pub async fn send(&self, request: Request<Body>) -> Answer {
        let from = request.extensions().get::<Peer>().map_or(IpAddr::V4(Ipv4Addr::LOCALHOST), |peer| peer.remote.ip());
        self.send_from(&from.to_string(), request).await
    }

    /// Sends a request from an address.
    pub async fn send_from(&self, peer: &str, mut request: Request<Body>) -> Answer {
        let local = Some("127.0.0.1:5000".parse().unwrap());
        request.extensions_mut().insert(Peer::between(peer.parse().unwrap(), local));
        if !request.headers().contains_key("host") {
            request.headers_mut().insert("host", "127.0.0.1:5000".parse().unwrap());
        }
        let (method, path) = (request.method().clone(), request.uri().path().to_owned());
        let response = router(Arc::clone(&self.app)).oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        let body = body.collect().await.unwrap().to_bytes().to_vec();
        let form = parts.headers.get("content-type").map_or("", |it| it.to_str().unwrap());
        let status = parts.status.as_u16();
        let answered = Answered { method: method.as_str(), path: &path, status, form, body: &body };
        Description::new(openapi::document()).check(&answered);
        Answer { status: parts.status.as_u16(), headers: parts.headers, body }
    }

    /// Asks for an address.
    pub async fn get(&self, path: &str) -> Answer {
        self.send(Request::get(path).body(Body::empty()).unwrap()).await
    }

    /// Sends JSON to an address.
    pub async fn post(&self, path: &str, body: &str) -> Answer {
        let request = Request::post(path).header("content-type", "application/json");
        self.send(request.body(Body::from(body.to_owned())).unwrap()).await
    }

    /// Sends a call as Payme does, with a login and a key.
    pub async fn payme(&self, pair: &str, body: &str) -> Answer {
        let request = Request::post("/api/payme/webhook").header("authorization", basic(pair));
        self.send(request.body(Body::from(body.to_owned())).unwrap()).await
    }

    /// Everything in the database, as text.
    pub async fn everything(&self) -> String {
        let store = &self.app.store;
        let mut text = String::new();
        for row in store.orders(None, 1000).await.unwrap() {
            let journal = store.journal(row.order.id.clone()).await.unwrap();
            let transactions = store.transactions(row.order.id.clone()).await.unwrap();
            writeln!(text, "{:?}\n{journal:#?}\n{transactions:#?}", row.order).unwrap();
        }
        let key = store.rows(Needs::setting(key::setting_name())).await.unwrap().setting;
        writeln!(text, "key: {key:?}").unwrap();
        text
    }
}

/// A complete answer.
pub struct Answer {
    pub status: u16,
    pub headers: HeaderMap,
    pub body: Vec<u8>,
}

impl Answer {
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    pub fn text(&self) -> &str {
        std::str::from_utf8(&self.body).unwrap()
    }

    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|error| panic!("{error}: {}", self.text()))
    }

    /// The code of a webhook's error; 0 for a result.
    pub fn code(&self) -> i64 {
        assert_eq!(self.status, 200, "a webhook answers 200 whatever happens");
        assert_eq!(self.header("content-type"), "application/json; charset=UTF-8");
        let answer = self.json();
        if answer.get("result").is_some() {
            return 0;
        }
        answer["error"]["code"].as_i64().unwrap_or_else(|| panic!("{answer}"))
    }

    /// Checks that this is problem JSON with a status, and gives its reason.
    pub fn problem(&self, status: u16) -> String {
        assert_eq!((self.status, self.header("content-type")), (status, "application/problem+json"), "{}", self.text());
        let problem = self.json();
        assert_eq!((&problem["status"], &problem["type"]), (&Value::from(status), &Value::from("about:blank")));
        assert!(problem["title"].as_str().is_some_and(|title| !title.is_empty()));
        problem["detail"].as_str().filter(|detail| !detail.is_empty()).expect("a problem has a reason").to_owned()
    }
}

/// A call of Payme's.
pub fn rpc(method: &str, params: &str) -> String {
    format!(r#"{{"id":1,"method":"{method}","params":{params}}}"#)
}

/// The header of a login and key.
pub fn basic(pair: &str) -> String {
    format!("Basic {}", STANDARD.encode(pair))
}

/// The pair that Payme sends.
pub fn paycom() -> String {
    format!("Paycom:{KEY}")
}

/// The words of an error, from where the protocol's cases have them.
pub fn words(name: &str) -> Value {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../protocol/tests/cases/payme/messages.toml");
    let words: Value = toml::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
    words.get(name).unwrap_or_else(|| panic!("messages.toml has no {name}")).clone()
}
