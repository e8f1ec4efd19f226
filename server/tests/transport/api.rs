//! The contract's other addresses: how a payment stands, the test payment, and what is at no address.

use crate::world::{PRODUCTION, START, World, rpc};
use axum::body::Body;
use axum::http::Request;
use boothpay_protocol::ledger::order::OrderStatus;
use boothpay_server::sweep;
use serde_json::{Value, json};

/// How a payment stands, in the contract's members, which come first; what the first user's page reads besides is left out.
pub async fn status(world: &World, id: &str) -> Value {
    let answer = world.get(&format!("/api/payment-status/{id}")).await;
    assert_eq!((answer.status, answer.header("content-type")), (200, "application/json"));
    assert_eq!(answer.header("cache-control"), "no-store");
    let mut said = answer.json();
    let contract = format!(r#"{{"status":{},"order_id":{}"#, said["status"], said["order_id"]);
    assert!(answer.text().starts_with(&contract), "the contract's members come first: {}", answer.text());
    let members = said.as_object_mut().unwrap();
    members.retain(|name, _| ["status", "order_id", "stage"].contains(&name.as_str()));
    said
}

#[tokio::test]
async fn every_stage_has_its_word() {
    let world = World::development();
    world.order("a").await;
    assert_eq!(status(&world, "a").await, json!({ "status": "pending", "order_id": "a" }));
    world.hold("a", "p-1").await;
    assert_eq!(status(&world, "a").await, json!({ "status": "pending", "order_id": "a", "stage": "processing" }));
    world.carry_out("CancelTransaction", r#"{"id":"p-1","reason":3}"#).await;
    assert_eq!(status(&world, "a").await, json!({ "status": "pending", "order_id": "a" }), "it can be paid again");
    world.pay("a", "p-2").await;
    assert_eq!(status(&world, "a").await, json!({ "status": "success", "order_id": "a" }));
    world.carry_out("CancelTransaction", r#"{"id":"p-2","reason":5}"#).await;
    assert_eq!(status(&world, "a").await, json!({ "status": "refunded", "order_id": "a" }));
    world.order("b").await;
    assert_eq!(world.post("/api/booth/orders/b/cancel", "{}").await.status, 200);
    assert_eq!(status(&world, "b").await, json!({ "status": "cancelled", "order_id": "b" }));
}

#[tokio::test]
async fn an_order_expires_on_time_whether_or_not_the_sweep_has_run() {
    let world = World::development();
    world.order("a").await;
    world.order("held").await;
    world.hold("held", "p-1").await;
    world.set_time(START + 899_999);
    assert_eq!(status(&world, "a").await["status"], "pending");
    world.set_time(START + 900_000);
    let before = world.everything().await;
    assert_eq!(status(&world, "a").await, json!({ "status": "expired", "order_id": "a" }));
    assert_eq!(world.everything().await, before, "asking writes nothing");
    assert_eq!(sweep::once(&world.app).await.unwrap(), 1);
    assert_eq!(status(&world, "a").await["status"], "expired");
    let held = json!({ "status": "pending", "order_id": "held", "stage": "processing" });
    assert_eq!(status(&world, "held").await, held, "a payment that has begun is waited for");
    // After Payme's twelve hours the sweep ends it, and with it the order, whose time is long over.
    world.set_time(START + 43_200_001);
    sweep::once(&world.app).await.unwrap();
    assert_eq!(status(&world, "held").await, json!({ "status": "expired", "order_id": "held" }));
    let check = world.post("/api/payme/webhook", &rpc("CheckTransaction", r#"{"id":"p-1"}"#)).await.json();
    assert_eq!((&check["result"]["state"], &check["result"]["reason"]), (&json!(-1), &json!(4)));
}

#[tokio::test]
async fn orders_by_the_thousand_that_nobody_paid_are_ended_by_one_sweep() {
    let world = World::development();
    for number in 0..1050 {
        world.order(&format!("unpaid-{number}")).await;
    }
    world.set_time(START + 900_000);
    assert_eq!(sweep::once(&world.app).await.unwrap(), 1050);
    assert_eq!(sweep::once(&world.app).await.unwrap(), 0);
    let counts = world.app.store.order_counts().await.unwrap();
    assert_eq!(counts, [(OrderStatus::Expired, 1050)]);
}

#[tokio::test]
async fn nobodys_order_is_not_found() {
    let world = World::development();
    world.order("a").await;
    let long = "x".repeat(65);
    for id in ["nobody", "A", "a%20", "a%00", "%D0%B6", &long, "'%20or%201=1%20--"] {
        let answer = world.get(&format!("/api/payment-status/{id}")).await;
        assert_eq!((answer.status, &answer.json()["status"]), (404, &json!("not_found")), "{id}");
    }
}

#[tokio::test]
async fn a_test_payment_pays() {
    let world = World::development();
    world.order("a").await;
    for _ in 0..2 {
        let answer = world.post("/api/test-payment/a", "").await;
        let said = answer.json();
        assert_eq!((answer.status, &said["status"], &said["order_id"]), (200, &json!("ok"), &json!("a")));
        assert_eq!((&said["payment"]["status"], &said["payment"]["amount"]), (&json!("success"), &json!(10000)));
        assert_eq!(status(&world, "a").await, json!({ "status": "success", "order_id": "a" }));
    }
    let params = r#"{"amount":1000000,"account":{"order_id":"a"}}"#;
    let payme = world.post("/api/payme/webhook", &rpc("CheckPerformTransaction", params)).await;
    assert_eq!(payme.code(), -31052, "what is paid is closed to Payme");
    let statement = world.post("/api/payme/webhook", &rpc("GetStatement", r#"{"from":0,"to":9000000000000}"#)).await;
    assert_eq!(statement.json()["result"], json!({ "transactions": [] }), "and Payme never sees it");
}

#[tokio::test]
async fn a_test_payment_needs_an_order_that_can_be_paid() {
    let world = World::development();
    for order in ["held", "cancelled", "refunded", "expired"] {
        world.order(order).await;
    }
    world.hold("held", "p-1").await;
    world.post("/api/booth/orders/cancelled/cancel", "{}").await;
    world.pay("refunded", "p-2").await;
    world.carry_out("CancelTransaction", r#"{"id":"p-2","reason":5}"#).await;
    world.set_time(START + 900_000);
    let before = world.everything().await;
    for (order, code) in
        [("held", 409), ("cancelled", 409), ("refunded", 409), ("expired", 409), ("nobody", 404), ("a%20b", 400)]
    {
        world.post(&format!("/api/test-payment/{order}"), "").await.problem(code);
    }
    assert_eq!(world.everything().await, before);
}

#[tokio::test]
async fn in_production_there_is_no_test_payment() {
    let world = World::new(&format!("{PRODUCTION}[admin]\ntoken = 'a-token-of-16-or-more'"));
    world.order("a").await;
    let before = world.everything().await;
    let path = "/api/test-payment/a";
    world.post(path, "").await.problem(404);
    let request = Request::post(path).header("authorization", "Bearer a-token-of-16-or-more");
    world.send(request.body(Body::empty()).unwrap()).await.problem(404);
    assert_eq!(world.everything().await, before);
    assert_eq!(status(&world, "a").await["status"], "pending");
}

#[tokio::test]
async fn other_methods_and_other_addresses_have_a_reason() {
    let world = World::development();
    let before = world.everything().await;
    let wrong = [
        ("GET", "/api/generate-qr"),
        ("PUT", "/api/generate-qr"),
        ("POST", "/api/payment-status/a"),
        ("GET", "/api/test-payment/a"),
        ("DELETE", "/api/booth/orders/a"),
        ("POST", "/api/stats"),
        ("POST", "/"),
    ];
    for (method, path) in wrong {
        let request = Request::builder().method(method).uri(path).body(Body::empty()).unwrap();
        world.send(request).await.problem(405);
    }
    for path in
        ["/api", "/api/", "/api/payme", "/api/payme/webhook/x", "/owner", "/api/payment-status/", "/api/generate-qr/"]
    {
        world.get(path).await.problem(404);
    }
    assert_eq!(world.everything().await, before);
}

#[tokio::test]
async fn the_server_says_that_it_lives_and_is_ready() {
    let world = World::development();
    assert_eq!(world.get("/livez").await.json(), json!({ "status": "live" }));
    assert_eq!(world.get("/readyz").await.json(), json!({ "status": "ready" }));
}
