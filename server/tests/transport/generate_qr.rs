//! `POST /api/generate-qr`: the contract's words, and everything that is not an order.

use crate::api::status;
use crate::world::{START, World, rpc};
use axum::body::Body;
use axum::http::Request;
use serde_json::{Value, json};

const PATH: &str = "/api/generate-qr";

fn body(order_id: &str, amount: &str) -> String {
    format!(r#"{{"order_id":"{order_id}","paymentType":"payme","amount":{amount}}}"#)
}

/// A call with other JSON texts.
fn raw(order_id: &str, payment_type: &str, amount: &str) -> String {
    format!(r#"{{"order_id":{order_id},"paymentType":{payment_type},"amount":{amount}}}"#)
}

/// Sends a body that has to be refused with 400; the reason.
async fn bad(body: impl Into<Vec<u8>>) -> String {
    let world = World::development();
    world.order("old").await;
    let before = world.everything().await;
    let request = Request::post(PATH).header("content-type", "application/json");
    let reason = world.send(request.body(Body::from(body.into())).unwrap()).await.problem(400);
    assert_eq!(world.everything().await, before, "{reason}");
    reason
}

/// The order's price in tiyin, as Payme would have to name it.
async fn price_is(world: &World, order_id: &str, tiyin: i64) {
    let params = format!(r#"{{"amount":{tiyin},"account":{{"order_id":"{order_id}"}}}}"#);
    let answer = world.post("/api/payme/webhook", &rpc("CheckPerformTransaction", &params)).await;
    assert_eq!(answer.json()["result"], json!({ "allow": true }), "{order_id} does not cost {tiyin}");
}

#[tokio::test]
async fn the_contracts_own_call_gets_the_contracts_own_answer() {
    let world = World::new("[payme]\nmerchant_id = '670a6af1a048b8a82254e446'");
    let answer =
        world.post(PATH, r#"{"order_id": "photobooth-test-123", "paymentType": "payme", "amount": 10000}"#).await;
    assert_eq!((answer.status, answer.header("content-type")), (200, "application/json"));
    let answer = answer.json();
    let link = "https://checkout.paycom.uz/bT02NzBhNmFmMWEwNDhiOGE4MjI1NGU0NDY7YWMub3JkZXJfaWQ9cGhvdG9ib290aC10ZXN0LTEyMzthPTEwMDAwMDA=";
    assert_eq!((&answer["paymeUrl"], &answer["paymentUrl"]), (&Value::from(link), &Value::from(link)));
    assert!(answer["qrCode"].as_str().unwrap().starts_with("data:image/png;base64,iVBORw0KG"));
    let expected = json!({ "status": "pending", "order_id": "photobooth-test-123" });
    assert_eq!(status(&world, "photobooth-test-123").await, expected);
    price_is(&world, "photobooth-test-123", 1_000_000).await;
}

#[tokio::test]
async fn amounts_are_read_to_the_tiyin() {
    let world = World::development();
    let amounts = [
        ("1e4", 1_000_000),
        ("10000.00", 1_000_000),
        ("1E+2", 10_000),
        ("100.5", 10_050),
        ("0.29", 29),
        ("0.01", 1),
        ("1.1", 110),
        ("4503599.63", 450_359_963),
        ("1000000000", 100_000_000_000),
        ("100000e-2", 100_000),
        // As the first user's page sends it.
        ("\"10000\"", 1_000_000),
        ("\"10000.5\"", 1_000_050),
        ("\"0.01\"", 1),
    ];
    for (number, (amount, tiyin)) in amounts.into_iter().enumerate() {
        let id = format!("order-{number}");
        assert_eq!(world.post(PATH, &body(&id, amount)).await.status, 200, "{amount}");
        price_is(&world, &id, tiyin).await;
    }
}

#[tokio::test]
async fn what_is_no_amount_is_refused_with_a_reason() {
    let cases = [
        ("0", "positive"),
        ("-0", "positive"),
        ("0.00", "positive"),
        ("-1", "positive"),
        ("-1e400", "positive"),
        ("0.001", "decimals"),
        ("25.000", "25000"),
        ("\"25.000\"", "25000"),
        ("100.505", "decimals"),
        ("1e-3", "tiyin"),
        ("1e-400", "tiyin"),
        ("1000000000.01", "large"),
        ("9223372036854775808", "large"),
        ("1e400", "large"),
        ("\"1e3\"", "digits"),
        ("\"1E3\"", "digits"),
        ("\"١٠٠٠\"", "digits"),
        ("\" 10000\"", "digits"),
        ("\"10000 \"", "digits"),
        ("\"10 000\"", "digits"),
        ("\"10,000\"", "digits"),
        ("\"+10000\"", "digits"),
        ("\"010000\"", "digits"),
        ("\"-10000\"", "positive"),
        ("\"0\"", "positive"),
        ("\"10000.001\"", "decimals"),
        ("\"1000000000.01\"", "large"),
        ("\"99999999999999999999\"", "large"),
        ("\"NaN\"", "digits"),
        ("\"0x10\"", "digits"),
        ("\"\\ud800\"", "text"),
        ("\"\"", "digits"),
        ("true", "digits"),
        ("[10000]", "digits"),
        ("{}", "digits"),
        ("null", "amount"),
    ];
    for (amount, word) in cases {
        let reason = bad(body("new", amount)).await;
        assert!(reason.contains(word), "{amount}: {reason}");
    }
    let digits = "9".repeat(400);
    assert!(bad(body("new", &digits)).await.contains("large"));
}

#[tokio::test]
async fn order_ids_are_what_the_contract_allows() {
    let world = World::development();
    for id in ["a", "A.b_c-9", &"x".repeat(64), "0", "order-1"] {
        assert_eq!(world.post(PATH, &body(id, "1")).await.status, 200, "{id}");
        assert_eq!(status(&world, id).await, json!({ "status": "pending", "order_id": id }));
    }
    let long = format!("\"{}\"", "x".repeat(65));
    let odd =
        ["a b", " a", "a ", "a/b", "a;b", "a:b", "a%20b", "a+b", "a\\u0000", "a\\n", "ж", "a\\\"b", "'--", "😀", "<b>"];
    let mut refused: Vec<String> = odd.into_iter().map(|id| format!("\"{id}\"")).collect();
    refused.extend(["\"\"", long.as_str(), "null", "7", "true", "[\"a\"]", "{}", "\"\\ud800\""].map(str::to_owned));
    for id in refused {
        let reason = bad(raw(&id, "\"payme\"", "1")).await;
        assert!(reason.contains("order"), "{id}: {reason}");
    }
}

#[tokio::test]
async fn only_known_providers_are_offered() {
    for kind in
        ["\"cash\"", "\"Click\"", "\"test\"", "\"Payme\"", "\"\"", "null", "1", "true", "[\"payme\"]", "\" payme\""]
    {
        let reason = bad(raw("\"new\"", kind, "1")).await;
        assert!(reason.contains("paymentType"), "{kind}: {reason}");
    }
}

#[tokio::test]
async fn members_that_are_missing_or_doubled_are_refused() {
    let cases = [
        (r#"{"paymentType":"payme","amount":1}"#, "order_id"),
        (r#"{"order_id":"new","amount":1}"#, "paymentType"),
        (r#"{"order_id":"new","paymentType":"payme"}"#, "amount"),
        (r#"{"order_id":"new","order_id":"other","paymentType":"payme","amount":1}"#, "order_id"),
        (r#"{"order_id":"new","paymentType":"payme","amount":1,"amount":2}"#, "amount"),
        ("{}", "order_id"),
    ];
    for (body, word) in cases {
        let reason = bad(body).await;
        assert!(reason.contains(word), "{body}: {reason}");
    }
    for copies in ["0", "-1", "1.5", "\"2\"", "7", "1000", "true", "[]"] {
        let body = format!(r#"{{"order_id":"new","paymentType":"payme","amount":1,"copies":{copies}}}"#);
        assert!(bad(body).await.contains("copies"), "{copies}");
    }
}

#[tokio::test]
async fn what_is_no_json_object_is_refused() {
    let good = body("new", "1");
    for body in ["", " ", "null", "true", "5", "\"new\"", "[]", "{", "order_id=new&amount=1", "{'order_id':'new'}"] {
        bad(body).await;
    }
    bad(format!("{good}x")).await;
    bad(format!("\u{feff}{good}")).await;
    bad(good.replace("new", "n\0w")).await;
    bad([b"\xff".as_slice(), good.as_bytes()].concat()).await;
    bad(good.replace("\"new\"", &format!("{}{}", "[".repeat(4_000), "]".repeat(4_000)))).await;
}

#[tokio::test]
async fn members_that_nobody_knows_are_ignored() {
    let world = World::development();
    let body = r#"{"order_id":"new","paymentType":"payme","amount":1,"copies":3.0,"price":[1,{"a":null}],"Amount":5}"#;
    assert_eq!(world.post(PATH, body).await.status, 200);
    price_is(&world, "new", 100).await;
}

#[tokio::test]
async fn the_same_call_again_gets_the_same_answer() {
    let world = World::development();
    let first = world.post(PATH, &body("a", "10000")).await;
    let before = world.everything().await;
    world.set_time(START + 60_000);
    for amount in ["10000", "10000.0", "1e4"] {
        assert_eq!(world.post(PATH, &body("a", amount)).await.body, first.body, "{amount}");
    }
    assert_eq!(world.everything().await, before);
    world.hold("a", "p-1").await;
    assert_eq!(world.post(PATH, &body("a", "10000")).await.body, first.body, "while somebody is paying");
}

#[tokio::test]
async fn another_amount_or_a_paid_order_is_a_conflict() {
    let world = World::development();
    world.order("a").await;
    for amount in ["10000.01", "9999.99", "1"] {
        let before = world.everything().await;
        let reason = world.post(PATH, &body("a", amount)).await.problem(409);
        assert!(reason.contains("10000"), "{reason}");
        assert_eq!(world.everything().await, before);
    }
    world.pay("a", "p-1").await;
    let before = world.everything().await;
    assert!(world.post(PATH, &body("a", "10000")).await.problem(409).contains("paid"));
    assert_eq!(world.everything().await, before);
    world.carry_out("CancelTransaction", r#"{"id":"p-1","reason":5}"#).await;
    let before = world.everything().await;
    assert!(world.post(PATH, &body("a", "10000")).await.problem(409).contains("refunded"));
    assert_eq!(world.everything().await, before);
}

#[tokio::test]
async fn an_order_whose_time_ran_out_can_be_asked_for_again() {
    let world = World::development();
    let first = world.post(PATH, &body("a", "10000")).await.json();
    let expires = first["expires_at"].as_i64().unwrap();
    assert_eq!(expires, START + 900_000);
    world.set_time(expires);
    assert_eq!(world.get("/api/payment-status/a").await.json()["status"], "expired");
    let again = world.post(PATH, &body("a", "10000")).await.json();
    assert_eq!(again["paymeUrl"], first["paymeUrl"]);
    assert_eq!(again["expires_at"].as_i64(), Some(expires + 900_000));
    assert_eq!(world.get("/api/payment-status/a").await.json()["status"], "pending");
    world.post("/api/booth/orders/a/cancel", "{}").await;
    assert_eq!(world.get("/api/payment-status/a").await.json()["status"], "cancelled");
    assert_eq!(world.post(PATH, &body("a", "10000")).await.status, 200);
    price_is(&world, "a", 1_000_000).await;
}

#[tokio::test]
async fn what_only_looks_like_an_order_is_refused() {
    // A list is not an object, even when its members come in the right order.
    bad(r#"["new","payme",10000,1]"#).await;
    // An address that ends so leads elsewhere: nobody could ask how such an order stands.
    for dots in [".", ".."] {
        assert!(bad(body(dots, "10000")).await.contains("cannot be"), "{dots}");
    }
}
