//! Bodies that are too large, too slow, or never whole: refused without being read further than needed.

use crate::world::{Answer, PRODUCTION, World, rpc, words};
use axum::body::{Body, Bytes};
use axum::http::Request;
use axum::http::request::Builder;
use futures_util::stream;
use serde_json::{Value, json};
use std::convert::Infallible;
use std::io;

/// The webhook's limit, in bytes.
const LIMIT: usize = 64 * 1024;

fn webhook() -> Builder {
    Request::post("/api/payme/webhook")
}

/// A body that sends so many pieces of 16 KiB and fails the test if it is asked for more.
fn pieces(allowed: usize) -> Body {
    Body::from_stream(stream::unfold(0, move |sent| async move {
        assert!(sent < allowed, "the body was read beyond its limit");
        Some((Ok::<_, Infallible>(Bytes::from(vec![b' '; 16 * 1024])), sent + 1))
    }))
}

fn error(code: i64, message: &str) -> Value {
    json!({ "error": { "code": code, "message": words(message) }, "id": null })
}

/// Sends a request to a server with an order, and checks the answer and that nothing was written.
async fn refused(settings: &str, request: Request<Body>, expected: Value) -> Answer {
    let world = World::new(settings);
    world.order("booth-1").await;
    let before = world.everything().await;
    let answer = world.send(request).await;
    assert_eq!((answer.status, &answer.json()), (200, &expected));
    assert_eq!(world.everything().await, before);
    answer
}

#[tokio::test]
async fn a_body_that_announces_too_much_is_not_read() {
    let announced = [LIMIT + 1, 1_000_000_000_000];
    for length in announced {
        let request = webhook().header("content-length", length).body(pieces(0)).unwrap();
        let answer = refused("", request, error(-32600, "too-long")).await;
        // What is left of the body must not be taken for the next call on the same connection.
        assert_eq!(answer.header("connection"), "close");
    }
}

#[tokio::test]
async fn a_body_that_announces_nothing_is_read_up_to_its_limit() {
    // Four pieces fill the limit; the fifth is one too many and the last.
    refused("", webhook().body(pieces(5)).unwrap(), error(-32600, "too-long")).await;
}

#[tokio::test]
async fn a_body_longer_than_it_announced_is_read_up_to_its_limit() {
    for announced in ["5", "-1", "many", "99999999999999999999999999"] {
        let request = webhook().header("content-length", announced).body(pieces(5)).unwrap();
        refused("", request, error(-32600, "too-long")).await;
    }
}

#[tokio::test]
async fn the_limit_itself_is_allowed() {
    let world = World::development();
    let call = rpc("CheckTransaction", r#"{"id":"nobody"}"#);
    for (length, code) in [(LIMIT, -31003), (LIMIT + 1, -32600)] {
        let body = format!("{call}{}", " ".repeat(length - call.len()));
        for request in [webhook(), webhook().header("content-length", length)] {
            assert_eq!(world.send(request.body(Body::from(body.clone())).unwrap()).await.code(), code, "{length}");
        }
    }
}

#[tokio::test]
async fn strangers_learn_nothing_from_large_bodies() {
    let large = webhook().header("content-length", LIMIT + 1).body(pieces(0)).unwrap();
    refused(PRODUCTION, large, error(-32504, "not-authorised")).await;
    refused(PRODUCTION, webhook().body(pieces(5)).unwrap(), error(-32504, "not-authorised")).await;
}

#[tokio::test]
async fn a_get_is_answered_without_its_body() {
    refused("", Request::get("/api/payme/webhook").body(pieces(0)).unwrap(), error(-32300, "not-post")).await;
}

#[tokio::test]
async fn a_body_that_breaks_off_is_asked_for_again() {
    let whole = rpc("CreateTransaction", r#"{"id":"p","time":1,"amount":1000000,"account":{"order_id":"booth-1"}}"#);
    let sent = Ok(Bytes::from(whole));
    let broken = stream::iter([sent, Err(io::Error::from(io::ErrorKind::ConnectionReset))]);
    refused("", webhook().body(Body::from_stream(broken)).unwrap(), error(-32400, "system")).await;
}

#[tokio::test]
async fn a_body_that_never_ends_is_given_up() {
    let world = World::development();
    let before = world.everything().await;
    // Nothing of the database is asked for before the body is there, so the time may run by itself.
    tokio::time::pause();
    let begun = tokio::time::Instant::now();
    let answer = world.send(webhook().body(Body::from_stream(stream::pending::<io::Result<Bytes>>())).unwrap()).await;
    let waited = begun.elapsed().as_secs();
    tokio::time::resume();
    assert_eq!(answer.json(), error(-32400, "system"));
    assert!((10..=30).contains(&waited), "it waited {waited} seconds");
    assert_eq!(world.everything().await, before);
}

#[tokio::test]
async fn our_own_api_has_the_same_patience() {
    let world = World::development();
    let before = world.everything().await;
    let slow = Body::from_stream(stream::pending::<io::Result<Bytes>>());
    tokio::time::pause();
    let answer = world.send(json_post("/api/generate-qr").body(slow).unwrap()).await;
    tokio::time::resume();
    answer.problem(408);
    // Sixteen KiB are the limit there: the second piece is one too many.
    world.send(json_post("/api/generate-qr").body(pieces(2)).unwrap()).await.problem(413);
    let broken = stream::iter([Err::<Bytes, _>(io::Error::from(io::ErrorKind::ConnectionReset))]);
    world.send(json_post("/api/generate-qr").body(Body::from_stream(broken)).unwrap()).await.problem(400);
    assert_eq!(world.everything().await, before);
}

#[tokio::test]
async fn chunks_that_are_none_are_told_as_such() {
    let world = World::development();
    let bad = || Body::from_stream(stream::iter([Err::<Bytes, _>(io::Error::from(io::ErrorKind::InvalidInput))]));
    let said = world.send(json_post("/api/generate-qr").body(bad()).unwrap()).await.problem(400);
    assert!(said.contains("chunks"), "{said}");
    // Nobody knows what a wallet meant by it, so the wallet says it again.
    refused("", webhook().body(bad()).unwrap(), error(-32400, "system")).await;
}

#[tokio::test]
async fn a_body_in_another_form_than_its_bytes_is_refused_as_its_caller_expects_it() {
    let json = ["application/json", "application/json; charset=utf-8", "application/json;Charset=\"UTF-8\""];
    let wide = "application/json; charset=\"UTF-16LE\"";
    let offer = r#"{"order_id":"a","paymentType":"payme","amount":10000}"#;
    let click = "click_trans_id=1&service_id=1&merchant_trans_id=a&amount=10000&action=0&error=0&error_note=&sign_time=2026-11-21+12:00:00";
    let world = World::development();
    let ask = async |path: &str, kind: &str, coding: &str, body: &str| {
        let request = Request::post(path).header("content-type", kind).header("content-encoding", coding);
        world.send(request.body(Body::from(body.to_owned())).unwrap()).await
    };
    for kind in json {
        assert_eq!(ask("/api/generate-qr", kind, "identity", offer).await.status, 200, "{kind}");
    }
    let call = rpc("CheckPerformTransaction", r#"{"amount":1000000,"account":{"order_id":"a"}}"#);
    assert_eq!(ask("/api/payme/webhook", json[1], "identity", &call).await.code(), 0);
    for (kind, coding, word) in
        [(json[0], "gzip", "compressed"), (json[0], "identity, br", "compressed"), (wide, "", "UTF-8")]
    {
        let said = ask("/api/generate-qr", kind, coding, offer).await.problem(415);
        assert!(said.contains(word), "{said}");
        assert_eq!(ask("/api/payme/webhook", kind, coding, &call).await.json(), error(-32600, "bad-form"));
        assert_eq!(ask("/api/click/prepare", kind, coding, click).await.json()["error"], -8);
        let uzum = ask("/api/uzum/check", kind, coding, "{}").await;
        assert_eq!((uzum.status, &uzum.json()["errorCode"]), (400, &json!("10002")));
    }
}

fn json_post(path: &str) -> Builder {
    Request::post(path).header("content-type", "application/json")
}
