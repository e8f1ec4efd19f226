//! The stream of an order's changes: what has happened is on the screen without asking.

use crate::world::{START, World};
use axum::body::Body;
use axum::http::Request;
use boothpay_server::router;
use boothpay_store::Address;
use http_body_util::BodyExt;
use serde_json::{Value, json};
use std::sync::Arc;
use tower::ServiceExt;

/// Places for streams.
const PLACES: usize = 256;

/// Opens the stream of an order.
async fn watch(world: &World, order: &str) -> Body {
    let request = Request::get(format!("/api/booth/orders/{order}/events")).body(Body::empty()).unwrap();
    let response = router(Arc::clone(&world.app)).oneshot(request).await.unwrap();
    assert_eq!(response.status(), 200);
    assert_eq!(response.headers()["content-type"], "text/event-stream");
    response.into_body()
}

/// The next event; `None` at the end of the stream.
async fn next(stream: &mut Body) -> Option<Value> {
    let frame = stream.frame().await?.unwrap().into_data().unwrap();
    let text = std::str::from_utf8(&frame).unwrap().to_owned();
    let data = text.strip_prefix("event: order\ndata: ").and_then(|rest| rest.strip_suffix("\n\n"));
    Some(serde_json::from_str(data.unwrap_or_else(|| panic!("no event: {text:?}"))).unwrap())
}

fn stands(event: &Value) -> (Value, Value) {
    (event["status"].clone(), event["stage"].clone())
}

#[tokio::test]
async fn every_change_of_an_order_is_pushed() {
    let world = World::development();
    world.order("a").await;
    world.order("b").await;
    let mut stream = watch(&world, "a").await;
    let first = next(&mut stream).await.unwrap();
    assert_eq!(stands(&first), (json!("pending"), json!("waiting")));
    assert_eq!(first, world.get("/api/booth/orders/a").await.json(), "an event is what asking would answer");
    world.pay("b", "p-0").await;
    world.hold("a", "p-1").await;
    let event = next(&mut stream).await.unwrap();
    assert_eq!((&event["order_id"], stands(&event)), (&json!("a"), (json!("pending"), json!("processing"))));
    world.carry_out("PerformTransaction", r#"{"id":"p-1"}"#).await;
    let event = next(&mut stream).await.unwrap();
    assert_eq!((stands(&event), event.get("qrCode")), ((json!("success"), Value::Null), None));
    world.post("/api/booth/orders/a/printed", "{}").await;
    assert_eq!(next(&mut stream).await.unwrap()["printed"], json!(true));
}

#[tokio::test]
async fn the_number_may_be_written_as_people_write_it() {
    let world = World::development();
    world.order("74S88WN2").await;
    let mut stream = watch(&world, "74s8%208wn2").await;
    assert_eq!(next(&mut stream).await.unwrap()["order_id"], json!("74S88WN2"));
    world.hold("74S88WN2", "p-1").await;
    assert_eq!(stands(&next(&mut stream).await.unwrap()), (json!("pending"), json!("processing")));
}

#[tokio::test]
async fn changes_of_other_orders_are_silence_and_silence_is_alive() {
    let folder = tempfile::tempdir().unwrap();
    // On a file, reading holds the paused time: an event that is under way comes before any heartbeat.
    let world = World::on("", &Address::SqliteFile(folder.path().join("booth.db")));
    world.order("a").await;
    world.order("b").await;
    let mut stream = watch(&world, "a").await;
    next(&mut stream).await.unwrap();
    world.pay("b", "p-1").await;
    tokio::time::pause();
    let begun = tokio::time::Instant::now();
    let frame = stream.frame().await.unwrap().unwrap().into_data().unwrap();
    assert_eq!(std::str::from_utf8(&frame).unwrap(), ": alive\n\n");
    assert!(begun.elapsed().as_secs() >= 5, "a heartbeat is for silence");
}

#[tokio::test]
async fn a_change_between_two_looks_is_not_lost() {
    let world = World::development();
    world.order("a").await;
    let mut stream = watch(&world, "a").await;
    // The stream is open and has not been read yet.
    world.hold("a", "p-1").await;
    let mut event = next(&mut stream).await.unwrap();
    while event["stage"] != "processing" {
        event = next(&mut stream).await.unwrap();
    }
}

#[tokio::test]
async fn the_stream_ends_when_the_program_stops() {
    let world = World::development();
    world.order("a").await;
    let mut stream = watch(&world, "a").await;
    next(&mut stream).await.unwrap();
    world.shutdown.stop();
    assert_eq!(next(&mut stream).await, None);
}

#[tokio::test]
async fn nobodys_order_cannot_be_watched() {
    let world = World::development();
    world.get("/api/booth/orders/nobody/events").await.problem(404);
    world.get("/api/booth/orders/a%20b/events").await.problem(400);
}

#[tokio::test]
async fn places_for_watching_are_limited_and_come_back() {
    let world = World::development();
    world.order("a").await;
    let mut streams = Vec::new();
    for _ in 0..PLACES {
        streams.push(watch(&world, "a").await);
    }
    world.get("/api/booth/orders/a/events").await.problem(503);
    assert_eq!(world.get("/api/payment-status/a").await.status, 200, "asking still works");
    streams.pop();
    streams.push(watch(&world, "a").await);
}

#[tokio::test]
async fn a_screen_is_idle_when_nobody_has_used_it_for_minutes_and_nobody_watches_an_order() {
    const MINUTE: i64 = 60_000;
    let world = World::development();
    let idle = async |minutes: i64| {
        world.set_time(START + minutes * MINUTE);
        world.get("/api/booth/idle").await.json()["idle"] == true
    };
    assert!(!idle(0).await, "who stood there before the server was started may still be there");
    assert!(idle(10).await);
    // The first picture asks by itself whether the booth sells.
    world.get("/api/booth/ready").await;
    assert!(idle(10).await);

    let order = world.post("/api/booth/orders", r#"{"copies":1,"paymentType":"payme"}"#).await.json();
    assert!(!idle(11).await, "a customer");
    let stream = watch(&world, order["order_id"].as_str().unwrap()).await;
    assert!(!idle(30).await, "he still watches his order");
    drop(stream);
    assert!(!idle(31).await, "he takes his prints");
    assert!(idle(40).await);
}
