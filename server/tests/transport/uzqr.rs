//! UzQR at the booth: the owner's static code, the customer's word, staff with a PIN, and what is counted of it. And the owner's own
//! pictures.

use crate::world::{Answer, PRODUCTION, World};
use axum::body::Body;
use axum::http::Request;
use boothpay_protocol::ledger::order::OrderId;
use boothpay_server::staff;
use boothpay_server::sweep;
use boothpay_store::Address;
use serde_json::{Value, json};

const PIN: &str = "135790";

/// A booth that takes Payme and UzQR, with one member of staff.
async fn booth() -> World {
    let world = World::new(&format!(
        "{PRODUCTION}[uzqr]\ntext = '00020101021126'\n[api]\ntoken = 'a-token-of-the-owners'\n[admin]\ntoken = 'an-owners-own-token'\n"
    ));
    staff::give_pin(&world.app.store, &world.app.clock, "anna", PIN).await.unwrap().unwrap();
    world
}

async fn post(world: &World, path: &str, body: &Value) -> Answer {
    let request = Request::post(path).header("content-type", "application/json");
    let request = request.header("authorization", "Bearer a-token-of-the-owners");
    world.send(request.body(Body::from(body.to_string())).unwrap()).await
}

async fn order(world: &World) -> String {
    let made = post(world, "/api/booth/orders", &json!({"copies": 1, "paymentType": "uzqr"})).await.json();
    assert_eq!((&made["paymentUrl"], &made["stage"]), (&json!("00020101021126"), &json!("waiting")), "{made}");
    assert!(made["qrCode"].as_str().unwrap().starts_with("data:image/png;base64,"));
    made["order_id"].as_str().unwrap().to_owned()
}

async fn report(world: &World, id: &str) -> Answer {
    post(world, &format!("/api/booth/orders/{id}/report-paid"), &json!({})).await
}

async fn confirm(world: &World, id: &str, pin: &str) -> Answer {
    post(world, &format!("/api/booth/orders/{id}/confirm"), &json!({ "pin": pin })).await
}

async fn journal(world: &World, id: &str) -> Vec<(&'static str, Value)> {
    let journal = world.app.store.journal(OrderId::parse(id).unwrap()).await.unwrap();
    journal.iter().map(|entry| (entry.actor.word(), serde_json::to_value(&entry.change).unwrap())).collect()
}

#[tokio::test]
async fn the_customer_says_that_he_paid_and_staff_confirm_it() {
    let world = booth().await;
    let id = order(&world).await;
    let reported = report(&world, &id).await.json();
    assert_eq!((&reported["stage"], &reported["held_by"]), (&json!("processing"), &json!("uzqr")), "{reported}");
    let paid = confirm(&world, &id, PIN).await.json();
    assert_eq!((&paid["status"], &paid["provider"]), (&json!("success"), &json!("uzqr")), "{paid}");
    let journal = journal(&world, &id).await;
    let by: Vec<&str> = journal.iter().map(|(actor, _)| *actor).collect();
    assert_eq!(by, ["booth", "booth", "staff"]);
    assert_eq!(journal[2].1["details"], r#"{"confirmed_by":"anna","how":"pin"}"#);
    confirm(&world, &id, PIN).await.problem(409);

    let request = Request::get("/api/stats").header("authorization", "Bearer an-owners-own-token");
    let stats = world.send(request.body(Body::empty()).unwrap()).await.json();
    assert_eq!((&stats["paid_total_soum"], &stats["unverified_total_soum"]), (&json!(20000), &json!(20000)));
    assert_eq!((&stats["unverified_today_soum"], &stats["by_day"][0]["unverified"]), (&json!(20000), &json!(1)));
    assert_eq!(stats["by_provider"]["uzqr"]["unverified_soum"], 20000);
    assert_eq!(stats["by_provider"]["payme"]["unverified_soum"], 0);
    let status = world.get(&format!("/api/payment-status/{id}")).await.json();
    assert_eq!((&status["payment_type"], &status["verified"]), (&json!("uzqr"), &json!(false)), "{status}");
}

#[tokio::test]
async fn a_wallet_and_uzqr_never_hold_one_order_together() {
    let world = booth().await;
    let id = order(&world).await;
    report(&world, &id).await;
    let params = format!(r#"{{"id":"p-1","time":1700000000000,"amount":2000000,"account":{{"order_id":"{id}"}}}}"#);
    let pair = crate::world::paycom();
    let refused = world.payme(&pair, &crate::world::rpc("CreateTransaction", &params)).await;
    assert_eq!(refused.code(), -31099, "the order is busy");
    let closed = post(&world, &format!("/api/booth/orders/{id}/cancel"), &json!({})).await.json();
    assert_eq!(closed["status"], "cancelled", "only the customer had said anything, and he takes it back");

    world.order("held").await;
    world.hold("held", "p-2").await;
    report(&world, "held").await.problem(409);
    let busy = confirm(&world, "held", PIN).await.problem(409);
    assert!(busy.contains("payme"), "{busy}");
    world.carry_out("PerformTransaction", r#"{"id":"p-2"}"#).await;
    let paid = confirm(&world, "held", PIN).await.problem(409);
    assert!(paid.contains("already paid by payme"), "{paid}");
}

#[tokio::test]
async fn money_that_is_seen_late_still_pays() {
    let world = booth().await;
    let id = order(&world).await;
    report(&world, &id).await;
    world.set_time(crate::world::START + 3_600_000);
    assert_eq!(sweep::once(&world.app).await.unwrap(), 2, "the attempt and the order");
    assert_eq!(world.get(&format!("/api/booth/orders/{id}")).await.json()["status"], "expired");
    assert_eq!(confirm(&world, &id, PIN).await.json()["status"], "success");
}

#[tokio::test]
async fn no_guess_of_a_pin_pays_and_what_is_no_pin_costs_no_try() {
    let world = booth().await;
    let id = order(&world).await;
    for odd in [
        json!({}),
        json!({"pin": 135_790}),
        json!({"pin": "12345"}),
        json!({"pin": "12345a"}),
        json!({"pin": "x".repeat(9)}),
    ] {
        post(&world, &format!("/api/booth/orders/{id}/confirm"), &odd).await.problem(400);
    }
    for _ in 0..5 {
        confirm(&world, &id, "975310").await.problem(403);
    }
    let shut = confirm(&world, &id, PIN).await;
    shut.problem(429);
    assert_eq!(shut.header("retry-after"), "900");
    assert_eq!(world.get(&format!("/api/booth/orders/{id}")).await.json()["status"], "pending");
    world.set_time(crate::world::START + 900_000 - 1);
    confirm(&world, &id, PIN).await.problem(429);
    world.set_time(crate::world::START + 900_000);
    assert_eq!(confirm(&world, &id, PIN).await.json()["status"], "success");
    confirm(&world, "nobodys", PIN).await.problem(404);
}

#[tokio::test]
async fn strangers_confirm_nothing_and_without_uzqr_nobody_does() {
    let world = booth().await;
    let id = order(&world).await;
    for path in ["report-paid", "confirm"] {
        let request =
            Request::post(format!("/api/booth/orders/{id}/{path}")).header("content-type", "application/json");
        let request = request.body(Body::from(json!({ "pin": PIN }).to_string())).unwrap();
        world.send_from("192.0.2.7", request).await.problem(401);
    }
    let without = World::new(&format!("{PRODUCTION}[api]\ntoken = 'a-token-of-the-owners'\n"));
    without.order("a").await;
    let why = confirm(&without, "a", PIN).await.problem(404);
    assert!(why.contains("[uzqr]"), "{why}");
    post(&without, "/api/booth/orders", &json!({"copies": 1, "paymentType": "uzqr"})).await.problem(400);
    let nobody = World::new(&format!("{PRODUCTION}[uzqr]\ntext = '1'\n[api]\ntoken = 'a-token-of-the-owners'\n"));
    nobody.order("a").await;
    let why = confirm(&nobody, "a", PIN).await.problem(412);
    assert!(why.contains("boothpay booth pin"), "{why}");
}

#[tokio::test]
async fn the_owners_pictures_are_shown_and_an_svg_runs_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let png = b"\x89PNG\r\n\x1a\n....IEND\xae\x42\x60\x82";
    std::fs::write(folder.path().join("bank.png"), png).unwrap();
    std::fs::create_dir(folder.path().join("logos")).unwrap();
    std::fs::write(folder.path().join("logos/payme.svg"), "<svg onload=\"alert(1)\"></svg>").unwrap();
    std::fs::write(folder.path().join("logos/uzqr.png"), png).unwrap();
    std::fs::write(folder.path().join("logos/click.svg"), "<svg></svg>").unwrap();
    let text = format!("{PRODUCTION}[uzqr]\npicture = 'bank.png'\n[api]\ntoken = 'a-token-of-the-owners'\n");
    let sources = boothpay_server::config::Sources {
        file: Some(("boothpay.toml".into(), text)),
        folder: folder.path().to_owned(),
        ..Default::default()
    };
    let world = World::with(boothpay_server::config::Settings::read(&sources).unwrap(), &Address::SqliteMemory);
    let made = post(&world, "/api/booth/orders", &json!({"copies": 1, "paymentType": "uzqr"})).await.json();
    let code = made["qrCode"].as_str().unwrap();
    assert!(code.starts_with("/pictures/uzqr-code?") && made.get("paymentUrl").is_none(), "{made}");
    let shown = world.get(code).await;
    assert_eq!((shown.status, shown.header("content-type"), shown.body.as_slice()), (200, "image/png", png.as_slice()));
    let logo = world.get("/pictures/payme").await;
    assert_eq!((logo.status, logo.header("content-type")), (200, "image/svg+xml"));
    assert!(logo.header("content-security-policy").contains("sandbox"));
    assert_eq!(logo.header("x-content-type-options"), "nosniff");
    let again = Request::get("/pictures/payme").header("if-none-match", logo.header("etag"));
    assert_eq!(world.send(again.body(Body::empty()).unwrap()).await.status, 304);
    let page = world.get("/").await.text().to_owned();
    assert!(page.contains(r#""logos":{"payme":"/pictures/payme?"#), "{page}");
    assert!(!page.contains("/pictures/click"), "Click is not offered");
    for nothing in
        ["/pictures/uzum", "/pictures/test", "/pictures/..%2fbank.png", "/pictures/bank.png", "/pictures/%ff"]
    {
        assert_eq!(world.get(nothing).await.status, 404, "{nothing}");
    }
    let asked = json!({"order_id": "a", "paymentType": "uzqr", "amount": 5000});
    let made = post(&world, "/api/generate-qr", &asked).await.json();
    assert!(made["qrCode"].as_str().unwrap().starts_with("data:image/png;base64,") && made.get("paymentUrl").is_none());
}
