//! A tiny merchant that answers as told and remembers what it was asked, and a stand-in that talks to it.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use boothpay_sandbox::standin::{self, Pace, StandinConfig};
use futures_util::stream;
use serde_json::{Value, json};
use tokio::net::{TcpListener, TcpSocket};
use tokio::sync::Notify;

pub const KEY: &str = "Secret:key@with#signs&of%36^chars=$!";
pub const MERCHANT_ID: &str = "670a6af1a048b8a82254e446";
pub const ORDER: &str = "photobooth-test-123";

/// How the merchant treats its next call; after the last one it answers properly.
pub enum Next {
    Proper,
    /// The call arrives, the answer breaks off.
    Lost,
    Status(u16),
    Error(Value),
    Result(Value),
    Raw(&'static str),
    /// The proper answer, once it is let go.
    Held(Arc<Notify>),
}

/// One call as it arrived.
#[derive(Clone, Debug)]
pub struct Seen {
    pub authorization: String,
    pub content_type: String,
    pub body: Value,
}

impl Seen {
    pub fn method(&self) -> &str {
        self.body["method"].as_str().unwrap()
    }

    pub fn params(&self) -> &Value {
        &self.body["params"]
    }
}

#[derive(Clone, Default)]
struct Fake(Arc<Mutex<(VecDeque<Next>, Vec<Seen>)>>, Arc<Notify>);

/// A running merchant and a running stand-in.
pub struct Stage {
    fake: Fake,
    pub http: reqwest::Client,
    pub address: String,
    /// Holds a port at which nobody listens.
    _nobody: Option<TcpSocket>,
}

impl Stage {
    pub async fn new(script: impl IntoIterator<Item = Next>) -> Stage {
        let fake = Fake::default();
        fake.0.lock().unwrap().0.extend(script);
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/api/payme/webhook", listener.local_addr().unwrap());
        let router = Router::new().route("/api/payme/webhook", post(answer)).with_state(fake.clone());
        tokio::spawn(async move { axum::serve(listener, router).await });
        Stage { fake, http: client(), address: start(config(url)).await, _nobody: None }
    }

    /// A stand-in whose merchant is not there.
    pub async fn alone() -> Stage {
        let nobody = TcpSocket::new_v4().unwrap();
        nobody.bind("127.0.0.1:0".parse().unwrap()).unwrap();
        let url = format!("http://{}/api/payme/webhook", nobody.local_addr().unwrap());
        Stage { fake: Fake::default(), http: client(), address: start(config(url)).await, _nobody: Some(nobody) }
    }

    pub fn seen(&self) -> Vec<Seen> {
        self.fake.0.lock().unwrap().1.clone()
    }

    /// Waits until the merchant was called so many times.
    pub async fn calls(&self, count: usize) {
        while self.seen().len() < count {
            self.fake.1.notified().await;
        }
    }

    pub fn methods(&self) -> Vec<String> {
        self.seen().iter().map(|seen| seen.method().to_owned()).collect()
    }

    /// Opens the usual link and gives the answer of `/app/check`.
    pub async fn open(&self) -> Value {
        self.post("check", json!({"link": link(ORDER, 1_000_000)})).await
    }

    /// Opens the usual link and gives the attempt.
    pub async fn attempt(&self) -> String {
        self.open().await["attempt"].as_str().unwrap().to_owned()
    }

    pub async fn press(&self, action: &str, attempt: &str) -> Value {
        self.post(action, json!({"attempt": attempt})).await
    }

    async fn post(&self, action: &str, body: Value) -> Value {
        let answer = self.http.post(format!("{}/app/{action}", self.address)).json(&body).send().await.unwrap();
        assert_eq!(answer.status(), StatusCode::OK);
        answer.json().await.unwrap()
    }

    pub async fn page(&self, path: &str) -> reqwest::Response {
        self.http.get(format!("{}/{path}", self.address)).send().await.unwrap()
    }
}

pub fn config(webhook_url: String) -> StandinConfig {
    StandinConfig {
        click: None,
        webhook_url,
        key: KEY.into(),
        merchant_id: MERCHANT_ID.into(),
        merchant_name: "Fotobudka <Chilonzor>".into(),
        account_field: "order_id".into(),
        uzum: None,
        pace: Pace {
            debit: Duration::ZERO,
            call_timeout: Duration::from_secs(5),
            retry_pauses: vec![Duration::ZERO; 2],
        },
    }
}

pub fn link(order: &str, tiyin: u64) -> String {
    encode(&format!("m={MERCHANT_ID};ac.order_id={order};a={tiyin}"))
}

pub fn encode(text: &str) -> String {
    BASE64_STANDARD.encode(text)
}

fn client() -> reqwest::Client {
    reqwest::Client::builder().no_proxy().build().unwrap()
}

async fn start(config: StandinConfig) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(standin::serve(listener, config, std::future::pending()));
    address
}

async fn answer(State(fake): State<Fake>, headers: HeaderMap, body: Bytes) -> Response {
    let header = |name: &str| headers.get(name).map_or("", |value| value.to_str().unwrap()).to_owned();
    let body: Value = serde_json::from_slice(&body).unwrap();
    let next = {
        let mut fake = fake.0.lock().unwrap();
        fake.1.push(Seen {
            authorization: header("authorization"),
            content_type: header("content-type"),
            body: body.clone(),
        });
        fake.0.pop_front().unwrap_or(Next::Proper)
    };
    fake.1.notify_one();
    let id = &body["id"];
    let proper = json!({"id": id, "result": proper(&body)});
    let text = match next {
        Next::Proper => proper.to_string(),
        Next::Held(until) => {
            until.notified().await;
            proper.to_string()
        }
        Next::Result(result) => json!({"id": id, "result": result}).to_string(),
        Next::Error(error) => json!({"id": id, "error": error}).to_string(),
        Next::Raw(text) => text.to_owned(),
        Next::Status(status) => return StatusCode::from_u16(status).unwrap().into_response(),
        Next::Lost => return broken().into_response(),
    };
    ([("content-type", "application/json; charset=UTF-8")], text).into_response()
}

fn proper(call: &Value) -> Value {
    match call["method"].as_str().unwrap() {
        "CheckPerformTransaction" => json!({"allow": true}),
        "CreateTransaction" => json!({"create_time": 1_700_000_000_000_u64, "transaction": "41", "state": 1}),
        "PerformTransaction" => json!({"transaction": "41", "perform_time": 1_700_000_001_000_u64, "state": 2}),
        "CancelTransaction" => {
            let state = if call["params"]["reason"] == 5 { -2 } else { -1 };
            json!({"transaction": "41", "cancel_time": 1_700_000_002_000_u64, "state": state})
        }
        other => panic!("{other} is not a call that the stand-in makes"),
    }
}

/// A body that breaks before its first byte.
fn broken() -> Body {
    Body::from_stream(stream::once(async { Err::<Bytes, _>(std::io::Error::other("cut")) }))
}
