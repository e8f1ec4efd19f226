//! Uzum's webhooks over HTTP: who may call and how, the life of a payment, and calls at the same moment, also beside another
//! wallet's, on both stores (`reference/uzum.md §1, §2, §4`).

use crate::click::{CLICK, Call, PREPARE};
use crate::world::{Answer, KEY, PRODUCTION, START, World, basic, rpc};
use axum::body::Body;
use axum::http::Request;
use boothpay_protocol::ledger::order::OrderId;
use boothpay_protocol::uzum::Operation;
use boothpay_server::{sweep, webhook_router};
use boothpay_store::Address;
use boothpay_test_support::Cluster;
use http_body_util::BodyExt;
use serde_json::{Value, json};
use std::sync::Arc;
use tower::ServiceExt;

const PAIR: &str = "uzum:p&y@with:colon?#%^=$!";
const TEST_PAIR: &str = "uzum-test:another-password";
const ID: &str = "3f1a2b4c-0d5e-4f60-8a7b-9c8d7e6f5a4b";

/// All wallets, each with its key.
fn settings() -> String {
    format!(
        "{PRODUCTION}{CLICK}[uzum]\nservice_id = '498614'\nlogin = 'uzum'\npassword = 'p&y@with:colon?#%^=$!'\n\
         test_service_id = '7'\ntest_login = 'uzum-test'\ntest_password = 'another-password'\n"
    )
}

async fn world() -> World {
    let world = World::new(&settings());
    world.order("booth-1").await;
    world
}

fn body(operation: Operation, id: &str, order: &str) -> String {
    let mut body = json!({"serviceId": 498_614, "timestamp": START, "transId": id});
    match operation {
        Operation::Check => body["params"] = json!({"account": order}),
        Operation::Create => {
            body["params"] = json!({"account": order});
            body["amount"] = json!(1_000_000);
        }
        Operation::Confirm => {
            body["paymentSource"] = json!("UZCARD");
            body["phone"] = json!("+998 90 123-45-67");
        }
        Operation::Reverse | Operation::Status => {}
    }
    body.to_string()
}

fn path(operation: Operation) -> String {
    format!("/api/uzum/{}", operation.name())
}

async fn send(world: &World, path: &str, header: Option<&str>, body: &str) -> Answer {
    let form = path.starts_with("/api/click");
    let kind = if form { "application/x-www-form-urlencoded" } else { "application/json" };
    let mut request = Request::post(path).header("content-type", kind);
    if let Some(header) = header {
        request = request.header("authorization", header);
    }
    world.send(request.body(Body::from(body.to_owned())).unwrap()).await
}

/// Calls as Uzum does; the status that a success has, or the code of a failure, each with the HTTP status that belongs to it.
async fn uzum(world: &World, operation: Operation, id: &str) -> String {
    let answer = send(world, &path(operation), Some(&basic(PAIR)), &body(operation, id, "booth-1")).await;
    outcome(&answer)
}

fn outcome(answer: &Answer) -> String {
    assert_eq!(answer.header("content-type"), "application/json; charset=UTF-8");
    assert_eq!(answer.header("cache-control"), "no-store");
    let said = answer.json();
    match said["errorCode"].as_str() {
        Some(code) => {
            assert_eq!((answer.status, &said["status"]), (400, &json!("FAILED")), "{said}");
            code.to_owned()
        }
        None => {
            assert_eq!(answer.status, 200, "{said}");
            said["status"].as_str().unwrap().to_owned()
        }
    }
}

#[tokio::test]
async fn a_payment_lives_from_check_to_reverse() {
    use Operation::{Check, Confirm, Create, Reverse, Status};
    let world = world().await;
    let mut told = Vec::new();
    for operation in [Status, Check, Create, Create, Status, Check, Confirm, Confirm, Status, Check] {
        told.push(uzum(&world, operation, ID).await);
    }
    let expected = ["10014", "OK", "CREATED", "10010", "CREATED", "10008", "CONFIRMED", "10016", "CONFIRMED", "10008"];
    assert_eq!(told, expected);
    assert_eq!(world.get("/api/payment-status/booth-1").await.json()["status"], "success");
    assert_eq!(uzum(&world, Reverse, ID).await, "REVERSED");
    assert_eq!(uzum(&world, Reverse, ID).await, "10018");
    assert_eq!(uzum(&world, Confirm, ID).await, "10015");
    assert_eq!(world.get("/api/payment-status/booth-1").await.json()["status"], "refunded");
    let everything = world.everything().await;
    assert!(everything.contains("phone_end") && !everything.contains("123-45"), "{everything}");
}

#[tokio::test]
async fn an_abandoned_payment_is_swept_and_its_late_money_is_not_lost() {
    let world = world().await;
    assert_eq!(uzum(&world, Operation::Create, ID).await, "CREATED");
    world.set_time(START + 1_800_001);
    assert_eq!(uzum(&world, Operation::Status, ID).await, "FAILED");
    assert!(sweep::once(&world.app).await.unwrap() > 0);
    assert_eq!(world.get("/api/payment-status/booth-1").await.json()["status"], "expired");
    assert_eq!(uzum(&world, Operation::Status, ID).await, "FAILED");
    assert_eq!(uzum(&world, Operation::Confirm, ID).await, "CONFIRMED");
    assert_eq!(world.get("/api/payment-status/booth-1").await.json()["status"], "success");
}

#[tokio::test]
async fn no_operation_is_open_to_anybody_without_the_pair() {
    let world = world().await;
    assert_eq!(uzum(&world, Operation::Create, ID).await, "CREATED");
    let before = world.everything().await;
    let headers = [
        None,
        Some(String::new()),
        Some("Basic %%%".to_owned()),
        Some(basic("uzum:")),
        Some(basic(":")),
        Some(basic("uzum:another-password")),
        Some(basic(&format!("{PAIR} "))),
        Some(basic(&PAIR.to_uppercase())),
        Some(basic(&format!("Paycom:{KEY}"))),
        Some(format!("Bearer {}", &PAIR[5..])),
    ];
    for operation in Operation::ALL {
        for header in &headers {
            let answer = send(&world, &path(operation), header.as_deref(), &body(operation, ID, "booth-1")).await;
            assert_eq!(outcome(&answer), "10001", "{operation:?} {header:?}");
            assert_eq!((&answer.json()["serviceId"], &answer.json()["transId"]), (&json!(498_614), &json!(ID)));
        }
        let twice =
            Request::post(path(operation)).header("authorization", basic(PAIR)).header("authorization", basic(PAIR));
        let twice = world.send(twice.body(Body::from(body(operation, ID, "booth-1"))).unwrap()).await;
        assert_eq!(outcome(&twice), "10001");
    }
    // Who calls is judged before how and what.
    for (method, path) in [("GET", "/api/uzum/check"), ("POST", "/api/uzum/pay"), ("DELETE", "/api/uzum/")] {
        let request = Request::builder().method(method).uri(path).body(Body::from("{")).unwrap();
        assert_eq!(outcome(&world.send(request).await), "10001", "{method} {path}");
    }
    assert_eq!(world.everything().await, before);
}

#[tokio::test]
async fn what_comes_before_the_body_has_its_code() {
    let world = world().await;
    let before = world.everything().await;
    for method in ["GET", "PUT", "DELETE", "PATCH", "OPTIONS"] {
        let request = Request::builder().method(method).uri("/api/uzum/create").header("authorization", basic(PAIR));
        let answer = world.send(request.body(Body::from(body(Operation::Create, ID, "booth-1"))).unwrap()).await;
        assert_eq!(outcome(&answer), "10003", "{method}");
    }
    for path in ["/api/uzum/pay", "/api/uzum/Check", "/api/uzum/check/x", "/api/uzum/create%20"] {
        let answer = send(&world, path, Some(&basic(PAIR)), &body(Operation::Create, ID, "booth-1")).await;
        assert_eq!(outcome(&answer), "10003", "{path}");
    }
    let long = format!("{{\"x\":\"{}\"}}", "x".repeat(100_000));
    let answer = send(&world, "/api/uzum/create", Some(&basic(PAIR)), &long).await;
    assert_eq!((outcome(&answer).as_str(), answer.header("connection")), ("10002", "close"));
    let other = body(Operation::Create, ID, "booth-1").replace("498614", "498615");
    assert_eq!(outcome(&send(&world, "/api/uzum/create", Some(&basic(PAIR)), &other).await), "10006");
    assert_eq!(world.everything().await, before);
    // A slash at the end is the same address.
    let check = body(Operation::Check, ID, "booth-1");
    assert_eq!(outcome(&send(&world, "/api/uzum/check/", Some(&basic(PAIR)), &check).await), "OK");
}

#[tokio::test]
async fn uzums_engineers_test_with_a_pair_and_a_service_of_their_own() {
    let world = world().await;
    let check = body(Operation::Check, ID, "booth-1").replace("498614", "7");
    let answer = send(&world, "/api/uzum/check", Some(&basic(TEST_PAIR)), &check).await;
    assert_eq!((outcome(&answer).as_str(), &answer.json()["serviceId"]), ("OK", &json!(7)));
    let data = json!({"account": {"value": "booth-1"}, "amount": {"value": "10000"}});
    assert_eq!(answer.json()["data"], data);
}

#[tokio::test]
async fn where_uzum_is_not_connected_nobody_is_uzum() {
    let world = World::new(PRODUCTION);
    world.order("booth-1").await;
    for pair in [":", "uzum:", PAIR] {
        let answer = send(&world, "/api/uzum/check", Some(&basic(pair)), &body(Operation::Check, ID, "booth-1")).await;
        assert_eq!(outcome(&answer), "10001", "{pair}");
    }
    let asked = r#"{"order_id": "booth-2", "paymentType": "uzum", "amount": 10000}"#;
    assert!(world.post("/api/generate-qr", asked).await.problem(400).contains("uzum is not connected here"));
}

#[tokio::test]
async fn the_code_carries_uzums_link_and_the_webhook_address_has_its_calls() {
    let world = World::new(&settings());
    let asked = r#"{"order_id": "booth-2", "paymentType": "uzum", "amount": 10000}"#;
    let answer = world.post("/api/generate-qr", asked).await;
    let link = "https://www.uzumbank.uz/open-service?serviceId=498614&account=booth-2&amount=1000000";
    let answer: Value = answer.json();
    assert_eq!((&answer["uzumUrl"], &answer["paymentUrl"]), (&json!(link), &json!(link)));
    assert!(answer.get("paymeUrl").is_none() && answer["qrCode"].as_str().unwrap().starts_with("data:image/png"));

    let call = Request::post("/api/uzum/check").header("authorization", basic(PAIR));
    let call = call.body(Body::from(body(Operation::Check, ID, "booth-2"))).unwrap();
    let answer = webhook_router(Arc::clone(&world.app)).oneshot(call).await.unwrap();
    assert_eq!(answer.status(), 200);
    let text = answer.into_body().collect().await.unwrap().to_bytes();
    assert!(text.starts_with(br#"{"serviceId":498614,"timestamp":"#), "{text:?}");
}

/// Sends all requests at the same moment; their answers, in the order of the requests.
async fn at_once(world: &Arc<World>, requests: Vec<(String, String, String)>) -> Vec<Answer> {
    let calls = requests.into_iter().map(|(path, pair, body)| {
        let world = Arc::clone(world);
        tokio::spawn(async move { send(&world, &path, Some(&basic(&pair)), &body).await })
    });
    let mut answers = Vec::new();
    for call in calls.collect::<Vec<_>>() {
        answers.push(call.await.unwrap());
    }
    answers
}

fn asked(operation: Operation, id: &str) -> (String, String, String) {
    (path(operation), PAIR.to_owned(), body(operation, id, "booth-1"))
}

fn paymes(method: &str, params: &str) -> (String, String, String) {
    ("/api/payme/webhook".to_owned(), format!("Paycom:{KEY}"), rpc(method, params))
}

async fn in_journal(world: &World, change: &str) -> usize {
    let journal = world.app.store.journal(OrderId::parse("booth-1").unwrap()).await.unwrap();
    journal.iter().filter(|entry| format!("{:?}", entry.change).starts_with(change)).count()
}

/// The same races on a file and on PostgreSQL.
async fn on_both_stores(race: impl AsyncFn(Arc<World>)) {
    let folder = tempfile::tempdir().unwrap();
    let server = Cluster::shared().database();
    let file = Address::SqliteFile(folder.path().join("booth.db"));
    for address in [file, Address::parse(&server.url).unwrap()] {
        let world = World::on(&settings(), &address);
        world.order("booth-1").await;
        race(Arc::new(world)).await;
    }
}

fn count(answers: &[Answer], word: &str) -> usize {
    answers.iter().filter(|answer| outcome(answer) == word).count()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_same_call_at_once_is_done_once_and_the_others_hear_so() {
    on_both_stores(async |world| {
        let answers = at_once(&world, vec![asked(Operation::Create, ID); 20]).await;
        assert_eq!((count(&answers, "CREATED"), count(&answers, "10010")), (1, 19));
        let answers = at_once(&world, vec![asked(Operation::Confirm, ID); 20]).await;
        assert_eq!((count(&answers, "CONFIRMED"), count(&answers, "10016")), (1, 19));
        let answers = at_once(&world, vec![asked(Operation::Reverse, ID); 20]).await;
        assert_eq!((count(&answers, "REVERSED"), count(&answers, "10018")), (1, 19));
        for change in ["TransactionCreated", "TransactionPerformed", "TransactionRefunded"] {
            assert_eq!(in_journal(&world, change).await, 1, "{change}");
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_three_wallets_at_once_one_gets_the_order() {
    on_both_stores(async |world| {
        let mut calls = Vec::new();
        for number in 0..10 {
            calls.push(asked(Operation::Create, &format!("3f1a2b4c-0d5e-4f60-8a7b-9c8d7e6f5a0{number}")));
            let account = r#"{"order_id":"booth-1"}"#;
            let params = format!(r#"{{"id":"p-{number}","time":{START},"amount":1000000,"account":{account}}}"#);
            calls.push(paymes("CreateTransaction", &params));
            let attempt = format!("20000000{number}");
            let prepare = Call { attempt: &attempt, ..PREPARE };
            calls.push((prepare.path.to_owned(), PAIR.to_owned(), prepare.body()));
        }
        let mut won = 0;
        for (place, answer) in at_once(&world, calls).await.iter().enumerate() {
            // The losers hear it in their own wallet's words.
            let (is_winner, is_loser) = match place % 3 {
                0 => (outcome(answer) == "CREATED", outcome(answer) == "10008"),
                1 => (answer.code() == 0, answer.code() == -31099),
                _ => (answer.json()["error"] == 0, answer.json()["error"] == -9),
            };
            assert!(is_winner != is_loser, "{}", answer.text());
            won += usize::from(is_winner);
        }
        assert_eq!((won, in_journal(&world, "TransactionCreated").await), (1, 1));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn late_money_and_another_wallets_payment_at_once_never_pay_twice_and_none_is_lost() {
    on_both_stores(async |world| {
        assert_eq!(uzum(&world, Operation::Create, ID).await, "CREATED");
        world.set_time(START + 1_800_001);
        // The sweep lets the order go; it has expired meanwhile, so the customer asks for a new code.
        sweep::once(&world.app).await.unwrap();
        world.order("booth-1").await;
        let time = START + 1_800_001;
        world.hold_at("booth-1", "p-1", time).await;
        let perform = paymes("PerformTransaction", r#"{"id":"p-1"}"#);
        let answers = at_once(&world, vec![perform, asked(Operation::Confirm, ID)]).await;
        assert_eq!((answers[0].code(), outcome(&answers[1]).as_str()), (0, "CONFIRMED"));
        assert_eq!(in_journal(&world, "TransactionPerformed").await, 1, "Payme's");
        assert_eq!(in_journal(&world, "MoneyOwed").await, 1, "Uzum's");
        assert_eq!(uzum(&world, Operation::Status, ID).await, "CONFIRMED");
        assert_eq!(uzum(&world, Operation::Reverse, ID).await, "REVERSED");
        assert_eq!(in_journal(&world, "MoneyGivenBack").await, 1);
        assert_eq!(world.get("/api/payment-status/booth-1").await.json()["status"], "success", "still Payme's");
    })
    .await;
}
