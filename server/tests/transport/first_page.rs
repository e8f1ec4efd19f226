//! What the first user's page asks for beside the contract, as it sends it: from another origin, with credentials and headers
//! of a tunnel.

use crate::world::{Answer, PRODUCTION, START, World};
use axum::body::Body;
use axum::http::Request;
use boothpay_server::sweep;
use boothpay_test_support::Cluster;
use serde_json::{Value, json};

const PAGE: &str = "http://localhost:5173";
const TOKEN: &str = "a-token-of-16-or-more";

/// As his page asks.
async fn ask(world: &World, path: &str) -> Answer {
    let request = Request::get(path)
        .header("origin", PAGE)
        .header("cache-control", "no-cache")
        .header("ngrok-skip-browser-warning", "true");
    world.send(request.body(Body::empty()).unwrap()).await
}

fn settings(more: &str) -> String {
    format!("cors_origins = ['{PAGE}']\n{more}")
}

async fn list(world: &World, query: &str) -> Value {
    let answer = ask(world, &format!("/api/payments{query}")).await;
    assert_eq!((answer.status, answer.header("cache-control")), (200, "no-store"), "{}", answer.text());
    assert_eq!(answer.header("access-control-allow-origin"), PAGE);
    assert_eq!(answer.header("access-control-allow-credentials"), "true");
    answer.json()
}

fn ids(list: &Value) -> Vec<&str> {
    list["payments"].as_array().unwrap().iter().map(|it| it["order_id"].as_str().unwrap()).collect()
}

/// An order of each kind, the newest last.
async fn filled(world: &World) {
    for order in ["waiting", "held", "paid", "refunded", "closed", "given-up"] {
        world.order(order).await;
    }
    world.hold("held", "p-held").await;
    world.pay("paid", "p-paid").await;
    world.pay("refunded", "p-refunded").await;
    world.set_time(START + 60_000);
    world.carry_out("CancelTransaction", r#"{"id":"p-refunded","reason":5}"#).await;
    world.post("/api/booth/orders/closed/cancel", "{}").await;
    world.hold("given-up", "p-given-up").await;
    world.carry_out("CancelTransaction", r#"{"id":"p-given-up","reason":3}"#).await;
}

async fn pages_and_words(world: &World) {
    filled(world).await;
    let all = list(world, "").await;
    assert_eq!((&all["total"], &all["limit"], &all["offset"]), (&json!(6), &json!(100), &json!(0)));
    assert_eq!(ids(&all), ["given-up", "closed", "refunded", "paid", "held", "waiting"], "newest first");
    let by_id = |id: &str| all["payments"].as_array().unwrap().iter().find(|it| it["order_id"] == id).unwrap().clone();
    let states = ["waiting", "held", "paid", "refunded", "closed", "given-up"].map(|id| {
        let payment = by_id(id);
        (payment["status"].as_str().unwrap().to_owned(), payment["state"].as_i64().unwrap())
    });
    let expected = [("pending", 0), ("pending", 1), ("success", 2), ("canceled", -2), ("canceled", 0), ("pending", -1)];
    assert_eq!(states, expected.map(|(status, state)| (status.to_owned(), state)));
    let paid = by_id("paid");
    let whole = json!({
        "id": paid["id"], "order_id": "paid", "transaction_id": "p-paid", "amount": 10000, "payment_type": "payme",
        "status": "success", "state": 2, "create_time": "2023-11-14T22:13:20", "perform_time": "2023-11-14T22:13:20",
        "cancel_time": null, "created_at": "2023-11-14T22:13:20", "updated_at": "2023-11-14T22:13:20",
    });
    assert_eq!(paid, whole);
    assert_eq!(by_id("refunded")["cancel_time"], "2023-11-14T22:14:20");
    for id in ["waiting", "held", "paid", "refunded", "closed"] {
        let payment = by_id(id);
        assert_eq!(ask(world, &format!("/api/payments/{}", payment["id"])).await.json(), payment);
        // The same in the answer that the contract has, under its own word for the status.
        let status = ask(world, &format!("/api/payment-status/{id}")).await.json();
        for (name, value) in payment.as_object().unwrap().iter().filter(|(name, _)| *name != "status") {
            assert_eq!(&status[name], value, "{id} {name}");
        }
    }
    assert_eq!(ids(&list(world, "?limit=2&offset=1").await), ["closed", "refunded"]);
    assert_eq!(ids(&list(world, "?limit=2&offset=6&_=1766228831243").await), [""; 0]);
    for (status, expected) in [
        ("success", &["paid"][..]),
        ("canceled", &["closed", "refunded"]),
        ("refunded", &["refunded"]),
        ("pending", &["given-up", "held", "waiting"]),
        ("failed", &[]),
    ] {
        let some = list(world, &format!("?status={status}")).await;
        assert_eq!((ids(&some), &some["total"]), (expected.to_vec(), &json!(expected.len())), "{status}");
    }
    world.set_time(START + 2_000_000);
    sweep::once(&world.app).await.unwrap();
    assert_eq!(ids(&list(world, "?status=failed&limit=10").await), ["given-up", "waiting"], "their time ran out");
}

#[tokio::test]
async fn his_list_has_every_payment_in_his_words() {
    pages_and_words(&World::new(&settings(""))).await;
}

#[tokio::test]
async fn the_same_from_a_file() {
    let folder = tempfile::tempdir().unwrap();
    let address = boothpay_store::Address::SqliteFile(folder.path().join("booth.db"));
    pages_and_words(&World::on(&settings(""), &address)).await;
}

#[tokio::test]
async fn the_same_on_postgresql() {
    let database = Cluster::shared().database();
    let address = boothpay_store::Address::parse(&database.url).unwrap();
    pages_and_words(&World::on(&settings(""), &address)).await;
}

#[tokio::test]
async fn what_cannot_be_asked_has_a_reason_and_no_answer_is_endless() {
    let world = World::new(&settings(""));
    world.order("a").await;
    for query in
        ["limit=-1", "limit=ten", "limit=", "limit=1.5", "offset=-1", "offset=x", "offset=100001", "status=paid%00"]
    {
        ask(&world, &format!("/api/payments?{query}")).await.problem(400);
    }
    for query in ["?limit=1001", "?limit=99999999999999999999"] {
        assert_eq!(list(&world, query).await["limit"], 1000, "and it says so");
    }
    assert_eq!(ids(&list(&world, "?limit=0").await), [""; 0]);
    for number in ["0", "2", "-1", "x", "1.0", "99999999999999999999", "a%20b"] {
        ask(&world, &format!("/api/payments/{number}")).await.problem(404);
    }
    ask(&world, "/api/payments/%ff").await.problem(400);
    assert_eq!(ask(&world, "/api/payments/1").await.json()["order_id"], "a");
}

#[tokio::test]
async fn in_production_the_payments_are_the_owners_to_see() {
    let world = World::new(&settings(&format!("{PRODUCTION}[admin]\ntoken = '{TOKEN}'")));
    world.order("a").await;
    for path in ["/api/payments", "/api/payments/1"] {
        ask(&world, path).await.problem(401);
        for (token, status) in [("guess-of-16-or-more", 401), (TOKEN, 200)] {
            let request = Request::get(path).header("origin", PAGE).header("authorization", format!("Bearer {token}"));
            let answer = world.send(request.body(Body::empty()).unwrap()).await;
            assert_eq!(answer.status, status, "{path} {token}");
            assert!(status == 200 || !answer.text().contains("\"a\""));
        }
    }
    let closed = World::new(PRODUCTION);
    assert!(closed.get("/api/payments").await.problem(401).contains("admin.token"));
}

#[tokio::test]
async fn his_page_finds_the_server_and_a_stranger_no_numbers() {
    let world = World::new(&settings(""));
    world.order("a").await;
    let expected =
        json!({ "status": "OK", "message": "Boothpay is running", "database": "connected", "payments_count": 1 });
    assert_eq!(ask(&world, "/api/test").await.json(), expected);
    let world = World::new(&settings(&format!("{PRODUCTION}[admin]\ntoken = '{TOKEN}'")));
    world.order("a").await;
    assert_eq!(ask(&world, "/api/test").await.json(), expected, "his page on this computer");
    let from = async |headers: &[(&str, &str)]| {
        let mut request = Request::get("/api/test").header("host", "booth.example.uz");
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let answer = world.send_from("203.0.113.9", request.body(Body::empty()).unwrap()).await;
        (answer.status, answer.json()["payments_count"].clone())
    };
    assert_eq!(from(&[]).await, (200, Value::Null));
    assert_eq!(from(&[("authorization", &format!("Bearer {TOKEN}"))]).await, (200, json!(1)));
}
