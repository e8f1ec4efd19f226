//! Click over HTTP: its own acceptance, who is let in, and what of it is written (`reference/click.md §2.1, §2.7`). What each
//! call does is in the protocol's cases.

use crate::world::{Answer, PRODUCTION, START, World, rpc};
use axum::body::{Body, Bytes};
use axum::http::{Method, Request};
use boothpay_protocol::click::signature::{Unsigned, sign};
use boothpay_protocol::secret::Secret;
use boothpay_server::config::{Settings, Sources};
use boothpay_server::net::Peer;
use boothpay_server::{router, webhook_router};
use boothpay_store::Address;
use futures_util::stream;
use http_body_util::BodyExt;
use serde_json::{Value, json};
use std::convert::Infallible;
use std::path::PathBuf;
use std::sync::Arc;
use tower::ServiceExt;

const SERVICE: &str = "155555";
const KEY: &str = "TEST_SECRET_9";
const OTHER_SERVICE: &str = "166666";
const OTHER_KEY: &str = "TEST_SECRET_OF_ANOTHER";
pub const CLICK: &str = "[click]\nservice_id = '155555'\nmerchant_id = '7777'\nsecret_key = 'TEST_SECRET_9'\n";

/// A call as it is sent.
#[derive(Clone)]
pub struct Call<'a> {
    pub path: &'a str,
    pub attempt: &'a str,
    pub order: &'a str,
    pub prepare_id: Option<String>,
    pub amount: &'a str,
    pub action: &'a str,
    pub error: &'a str,
    pub service: &'a str,
    pub key: &'a str,
}

pub const PREPARE: Call<'static> = Call {
    path: "/api/click/prepare",
    attempt: "2000000000",
    order: "booth-1",
    prepare_id: None,
    amount: "10000.00",
    action: "0",
    error: "0",
    service: SERVICE,
    key: KEY,
};

fn complete(prepare_id: i64) -> Call<'static> {
    Call { path: "/api/click/complete", prepare_id: Some(prepare_id.to_string()), action: "1", ..PREPARE }
}

impl Call<'_> {
    pub fn body(&self) -> String {
        let time = "2026-11-21 12:00:00";
        let prepare_id = self.prepare_id.clone().unwrap_or_default();
        let unsigned = Unsigned {
            click_trans_id: self.attempt,
            service_id: self.service,
            merchant_trans_id: self.order,
            prepare_id: &prepare_id,
            amount: self.amount,
            action: self.action,
            sign_time: time,
        };
        let signature = sign(&unsigned, &Secret::new(self.key).unwrap());
        let (attempt, service, order, amount) = (self.attempt, self.service, self.order, self.amount);
        let (action, error, time) = (self.action, self.error, time.replace(' ', "+"));
        let prepared = self.prepare_id.iter().map(|id| format!("&merchant_prepare_id={id}")).collect::<String>();
        format!(
            "click_trans_id={attempt}&service_id={service}&click_paydoc_id=707&merchant_trans_id={order}{prepared}\
             &amount={amount}&action={action}&error={error}&error_note=Success&sign_time={time}&sign_string={signature}"
        )
    }

    fn request(&self) -> Request<Body> {
        let request = Request::post(self.path).header("content-type", "application/x-www-form-urlencoded");
        request.body(Body::from(self.body())).unwrap()
    }
}

async fn ask(world: &World, call: &Call<'_>) -> Answer {
    world.send(call.request()).await
}

fn error(answer: &Answer) -> i64 {
    assert_eq!((answer.status, answer.header("content-type")), (200, "application/json; charset=UTF-8"));
    assert_eq!(answer.header("cache-control"), "no-store");
    answer.json()["error"].as_i64().unwrap_or_else(|| panic!("no error in {}", answer.text()))
}

async fn prepared(world: &World, call: &Call<'_>) -> i64 {
    let answer = ask(world, call).await;
    assert_eq!(error(&answer), 0, "{}", answer.text());
    answer.json()["merchant_prepare_id"].as_i64().unwrap()
}

async fn world() -> World {
    let world = World::new(CLICK);
    for order in ["booth-1", "booth-2", "booth-3"] {
        world.order(order).await;
    }
    world
}

#[tokio::test]
async fn clicks_own_acceptance_passes_in_its_order() {
    let world = world().await;
    let ask = async |call: Call<'static>| error(&ask(&world, &call).await);
    assert_eq!(ask(Call { key: "another key", ..PREPARE }).await, -1, "1");
    assert_eq!(ask(Call { order: "nobody-s", ..PREPARE }).await, -5, "2");
    let first = prepared(&world, &PREPARE).await;
    assert_eq!(ask(Call { key: "another key", ..complete(first) }).await, -1, "4");
    assert_eq!(ask(Call { amount: "300", ..complete(first) }).await, -2, "5");
    assert_eq!(ask(complete(first)).await, 0, "6");
    assert_eq!(ask(complete(first)).await, -4, "7");
    assert_eq!(ask(Call { error: "-5017", ..complete(first) }).await, -9, "8");
    let fresh = |order| Call { order, attempt: "2000000001", ..PREPARE };
    let second = prepared(&world, &fresh("booth-2")).await;
    let second_complete = |id| Call { order: "booth-2", attempt: "2000000001", ..complete(id) };
    assert_eq!(ask(second_complete(999_999_999)).await, -6, "10");
    assert_eq!(ask(second_complete(second)).await, 0, "11");
    let third_prepare = Call { order: "booth-3", attempt: "2000000002", ..PREPARE };
    let third = prepared(&world, &third_prepare).await;
    let third_complete = |error| Call { order: "booth-3", attempt: "2000000002", error, ..complete(third) };
    assert_eq!(ask(third_complete("-5017")).await, -9, "13");
    assert_eq!(ask(third_complete("-5017")).await, -9, "14");
    assert_eq!(ask(third_complete("0")).await, -9, "15");
    assert_eq!(world.get("/api/payment-status/booth-1").await.json()["status"], "success");
    assert_eq!(world.get("/api/payment-status/booth-3").await.json()["status"], "pending");
}

#[tokio::test]
async fn answers_have_the_documented_members_and_nothing_else() {
    let world = world().await;
    let first = prepared(&world, &PREPARE).await;
    let echo = |member: &str, error: i64, note: &str| json!({ "click_trans_id": 2_000_000_000, "merchant_trans_id": "booth-1", member: first, "error": error, "error_note": note });
    assert_eq!(ask(&world, &PREPARE).await.json(), echo("merchant_prepare_id", 0, "Success"));
    assert_eq!(ask(&world, &complete(first)).await.json(), echo("merchant_confirm_id", 0, "Success"));
    assert_eq!(ask(&world, &complete(first)).await.json(), echo("merchant_confirm_id", -4, "Already paid"));
    let refused = ask(&world, &Call { order: "no", ..PREPARE }).await.json();
    let expected = json!({ "click_trans_id": 2_000_000_000, "merchant_trans_id": "no", "error": -5, "error_note": "User does not exist" });
    assert_eq!(refused, Value::clone(&expected));
}

#[tokio::test]
async fn the_shared_address_and_slashes_at_the_end_are_the_same() {
    let world = world().await;
    let first = prepared(&world, &Call { path: "/api/click", ..PREPARE }).await;
    for path in ["/api/click/", "/api/click/prepare/", "/api/click/prepare?x=1"] {
        assert_eq!(prepared(&world, &Call { path, ..PREPARE }).await, first, "{path}");
    }
    assert_eq!(error(&ask(&world, &Call { path: "/api/click/complete/", ..complete(first) }).await), 0);
    assert_eq!(error(&ask(&world, &Call { path: "/api/click", ..complete(first) }).await), -4);
    // The address where only webhooks answer has them as well.
    let response = webhook_router(Arc::clone(&world.app)).oneshot(PREPARE.request()).await.unwrap();
    let body = response.into_body().collect().await.unwrap().to_bytes();
    assert!(body.ends_with(br#""error":-4,"error_note":"Already paid"}"#), "{body:?}");
}

#[tokio::test]
async fn each_service_has_its_own_key() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("other.key"), OTHER_KEY).unwrap();
    let text = format!("{CLICK}other_services = ['{OTHER_SERVICE} = other.key']\n");
    let file = Some((PathBuf::from("boothpay.toml"), text));
    let sources = Sources { file, folder: folder.path().to_owned(), ..Sources::default() };
    let world = World::with(Settings::read(&sources).unwrap(), &Address::SqliteMemory);
    world.order("booth-1").await;
    let other = Call { service: OTHER_SERVICE, key: OTHER_KEY, ..PREPARE };
    for wrong in
        [Call { key: KEY, ..other.clone() }, Call { key: OTHER_KEY, ..PREPARE }, Call { service: "1", ..PREPARE }]
    {
        assert_eq!(error(&ask(&world, &wrong).await), -1);
    }
    let first = prepared(&world, &other).await;
    // The same number of Click's in the other service is another attempt.
    assert_eq!(error(&ask(&world, &complete(first)).await), -6);
    let paid = Call { service: OTHER_SERVICE, key: OTHER_KEY, ..complete(first) };
    assert_eq!(error(&ask(&world, &paid).await), 0);
}

#[tokio::test]
async fn what_is_refused_writes_nothing() {
    let world = world().await;
    let first = prepared(&world, &PREPARE).await;
    let before = world.everything().await;
    let cases = [
        (Call { key: "wrong", error: "-1", ..complete(first) }, -1),
        (Call { key: "wrong", error: "-1", ..PREPARE }, -1),
        (Call { amount: "1", ..complete(first) }, -2),
        (Call { action: "1", ..PREPARE }, -3),
        (Call { action: "0", path: "/api/click/complete", ..PREPARE }, -3),
        (Call { action: "3", path: "/api/click", ..PREPARE }, -3),
        (Call { attempt: "7", ..PREPARE }, -9),
        (Call { attempt: "8", order: "nobody-s", ..PREPARE }, -5),
        (complete(first + 1), -6),
        (Call { attempt: "x", ..PREPARE }, -8),
    ];
    for (call, expected) in cases {
        assert_eq!(error(&ask(&world, &call).await), expected, "{}", call.body());
        assert_eq!(world.everything().await, before, "{}", call.body());
    }
}

#[tokio::test]
async fn other_methods_and_bodies_are_answered_in_clicks_form() {
    let world = world().await;
    let before = world.everything().await;
    let bad = json!({ "error": -8, "error_note": "Error in request from click" });
    for method in [Method::GET, Method::PUT, Method::DELETE, Method::OPTIONS, Method::PATCH] {
        let request = Request::builder().method(method.clone()).uri("/api/click/prepare");
        let answer = world.send(request.body(Body::from(PREPARE.body())).unwrap()).await;
        assert_eq!((answer.status, answer.json()), (200, bad.clone()), "{method}");
    }
    for body in ["", "{", "null", "a=b", "{}", "[1]"] {
        let answer = world.send(Request::post("/api/click/complete").body(Body::from(body)).unwrap()).await;
        assert_eq!((answer.status, answer.json()), (200, bad.clone()), "{body}");
    }
    // Five pieces of 16 KiB: one more than the limit.
    let large = Body::from_stream(stream::unfold(0, move |sent| async move {
        assert!(sent < 5, "the body was read beyond its limit");
        Some((Ok::<_, Infallible>(Bytes::from(vec![b'a'; 16 * 1024])), sent + 1))
    }));
    let answer = world.send(Request::post("/api/click").body(large).unwrap()).await;
    assert_eq!((answer.status, answer.json()), (200, bad));
    assert_eq!(answer.header("connection"), "close");
    assert_eq!(world.everything().await, before);
}

#[tokio::test]
async fn a_body_that_breaks_off_or_never_ends_is_our_fault_of_the_moment() {
    let world = world().await;
    let before = world.everything().await;
    let fault = json!({ "error": -7, "error_note": "Failed to update user" });
    let sent = Ok(Bytes::from(PREPARE.body()));
    let broken = stream::iter([sent, Err(std::io::Error::from(std::io::ErrorKind::ConnectionReset))]);
    let answer = world.send(Request::post("/api/click").body(Body::from_stream(broken)).unwrap()).await;
    assert_eq!((answer.status, answer.json()), (200, fault.clone()));
    tokio::time::pause();
    let slow = Body::from_stream(stream::pending::<std::io::Result<Bytes>>());
    let answer = world.send(Request::post("/api/click").body(slow).unwrap()).await;
    tokio::time::resume();
    assert_eq!((answer.status, answer.json()), (200, fault));
    assert_eq!(world.everything().await, before);
}

#[tokio::test]
async fn a_broken_store_is_7_and_a_repeat_settles_it() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("booth.db");
    let world = World::on(CLICK, &Address::SqliteFile(path.clone()));
    world.order("booth-1").await;
    let first = prepared(&world, &PREPARE).await;
    let by_hand = rusqlite::Connection::open(&path).unwrap();
    by_hand
        .execute_batch("create trigger full_disk before insert on journal begin select raise(abort, 'disk full'); end")
        .unwrap();
    let answer = ask(&world, &complete(first)).await;
    assert_eq!(error(&answer), -7);
    assert!(!answer.text().contains("disk"), "the cause is for the log");
    by_hand.execute_batch("drop trigger full_disk").unwrap();
    assert_eq!(error(&ask(&world, &complete(first)).await), 0);
}

#[tokio::test]
async fn in_development_nobody_proves_anything_and_such_payments_are_told_apart() {
    let world = World::development();
    world.order("booth-1").await;
    let call = Call { service: "1", key: "anything", ..PREPARE };
    let first = prepared(&world, &call).await;
    assert_eq!(error(&ask(&world, &Call { service: "1", key: "anything else", ..complete(first) }).await), 0);
    assert_eq!(world.app.store.unproven_payments().await.unwrap(), 1);
    assert!(!world.app.store.has_proven_calls().await.unwrap());
}

#[tokio::test]
async fn a_proven_call_is_remembered_by_the_database() {
    let world = world().await;
    assert!(!world.app.store.has_proven_calls().await.unwrap());
    prepared(&world, &PREPARE).await;
    assert!(world.app.store.has_proven_calls().await.unwrap());
}

#[tokio::test]
async fn a_wallet_that_is_not_connected_lets_nobody_in() {
    let only_payme = World::new(PRODUCTION);
    only_payme.order("booth-1").await;
    assert_eq!(error(&ask(&only_payme, &PREPARE).await), -1);
    let only_click = world().await;
    let payme = only_click.post("/api/payme/webhook", &rpc("CheckTransaction", r#"{"id":"p"}"#)).await;
    assert_eq!(payme.code(), -32504);
}

#[tokio::test]
async fn one_order_has_one_payer_over_both_wallets() {
    let world = World::new(&format!("{PRODUCTION}{CLICK}"));
    world.order("booth-1").await;
    world.order("booth-2").await;
    world.hold("booth-1", "p-1").await;
    assert_eq!(error(&ask(&world, &PREPARE).await), -9, "Payme holds it");
    world.pay("booth-2", "p-2").await;
    assert_eq!(error(&ask(&world, &Call { order: "booth-2", ..PREPARE }).await), -4, "Payme has paid it");
    world.order("booth-3").await;
    let third = Call { order: "booth-3", attempt: "3", ..PREPARE };
    let number = prepared(&world, &third).await;
    let params = r#"{"amount":1000000,"account":{"order_id":"booth-3"}}"#;
    let check = async || world.payme(&crate::world::paycom(), &rpc("CheckPerformTransaction", params)).await.code();
    assert_eq!(check().await, -31099, "Click holds it");
    // After five minutes Payme may have it; Click's money is then owed back, and Click hears that it was taken.
    world.set_time(START + 300_001);
    assert_eq!(check().await, 0);
    world.pay("booth-3", "p-3").await;
    let late = Call { order: "booth-3", attempt: "3", ..complete(number) };
    assert_eq!(error(&ask(&world, &late).await), 0);
    assert!(world.everything().await.contains("Owed"));
    assert_eq!(error(&ask(&world, &late).await), -4);
}

#[tokio::test]
async fn wrong_signatures_are_held_back_and_the_right_one_never_waits_for_them() {
    let world = world().await;
    let from = |mut request: Request<Body>| {
        request.extensions_mut().insert(Peer::at("203.0.113.7".parse().unwrap()));
        router(Arc::clone(&world.app)).oneshot(request)
    };
    tokio::time::pause();
    let begun = tokio::time::Instant::now();
    for number in 0..40 {
        let call = Call { key: "wrong", ..PREPARE };
        let body = if number % 2 == 0 { call.body() } else { "no call".to_owned() };
        let request = Request::post("/api/click/prepare").body(Body::from(body)).unwrap();
        assert_eq!(from(request).await.unwrap().status(), 200);
    }
    assert_eq!(begun.elapsed().as_secs(), 10, "each beyond thirty is held back a second");
    tokio::time::resume();
    let begun = std::time::Instant::now();
    assert_eq!(from(PREPARE.request()).await.unwrap().status(), 200);
    assert!(begun.elapsed().as_secs() < 1);
}

#[tokio::test]
async fn a_link_of_clicks_is_given_where_click_is_connected() {
    let order = |wallet: &str| format!(r#"{{"order_id":"new-1","paymentType":"{wallet}","amount":10000.5}}"#);
    let path = "/api/generate-qr";
    let both = World::new(&format!("{PRODUCTION}{CLICK}"));
    let answer = both.post(path, &order("click")).await.json();
    let link =
        "https://my.click.uz/services/pay?service_id=155555&merchant_id=7777&amount=10000.50&transaction_param=new-1";
    assert_eq!((&answer["clickUrl"], &answer["paymentUrl"]), (&json!(link), &json!(link)));
    assert!(
        answer.get("paymeUrl").is_none() && answer["qrCode"].as_str().unwrap().starts_with("data:image/png;base64,")
    );
    let answer = both.post(path, &order("payme")).await.json();
    assert!(answer.get("clickUrl").is_none() && answer["paymeUrl"] == answer["paymentUrl"], "{answer}");
    let reason = World::new(PRODUCTION).post(path, &order("click")).await.problem(400);
    assert_eq!(reason, "click is not connected here: its settings are in [click] of boothpay.toml; possible: payme");
    let reason = World::new(CLICK).post(path, &order("payme")).await.problem(400);
    assert_eq!(reason, "payme is not connected here: its settings are in [payme] of boothpay.toml; possible: click");
}
