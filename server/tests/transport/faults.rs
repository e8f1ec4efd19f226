//! When the database fails, Payme gets its system error in three languages, and a repeated call settles it
//! (`reference/payme.md §1.6`).

use crate::world::{World, rpc, words};
use boothpay_store::Address;
use serde_json::json;

const CALLS: [(&str, &str); 7] = [
    ("CheckPerformTransaction", r#"{"amount":1000000,"account":{"order_id":"booth-1"}}"#),
    ("CreateTransaction", r#"{"id":"p-2","time":1700000000000,"amount":1000000,"account":{"order_id":"booth-1"}}"#),
    ("CheckTransaction", r#"{"id":"p-1"}"#),
    ("PerformTransaction", r#"{"id":"p-1"}"#),
    ("SetFiscalData", r#"{"id":"p-1","type":"PERFORM","fiscal_data":{"receipt_id":1}}"#),
    ("CancelTransaction", r#"{"id":"p-1","reason":3}"#),
    ("GetStatement", r#"{"from":1,"to":2000000000000}"#),
];

/// A server on a file, and another connection to it that can take the transactions and their sums away and bring them back.
async fn broken() -> (tempfile::TempDir, World, rusqlite::Connection) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("booth.db");
    let world = World::on("", &Address::SqliteFile(path.clone()));
    world.order("booth-1").await;
    world.order("booth-2").await;
    world.hold("booth-2", "p-1").await;
    let by_hand = rusqlite::Connection::open(&path).unwrap();
    by_hand
        .execute_batch("alter table transactions rename to taken_away; alter table takings rename to sums_away")
        .unwrap();
    (folder, world, by_hand)
}

#[tokio::test]
async fn every_method_answers_the_system_error_and_works_afterwards() {
    let (_folder, world, by_hand) = broken().await;
    for (method, params) in CALLS {
        let answer = world.post("/api/payme/webhook", &rpc(method, params)).await;
        assert_eq!(answer.code(), -32400, "{method}");
        let expected = json!({ "error": { "code": -32400, "message": words("system") }, "id": 1 });
        assert_eq!(answer.json(), expected, "{method}: the answer names no cause");
    }
    by_hand
        .execute_batch("alter table taken_away rename to transactions; alter table sums_away rename to takings")
        .unwrap();
    for (method, params) in CALLS {
        let answer = world.post("/api/payme/webhook", &rpc(method, params)).await;
        assert_eq!(answer.code(), 0, "{method} afterwards: {}", answer.text());
    }
}

#[tokio::test]
async fn nothing_is_left_of_a_call_that_failed() {
    let (_folder, world, by_hand) = broken().await;
    let create = rpc(CALLS[1].0, CALLS[1].1);
    assert_eq!(world.post("/api/payme/webhook", &create).await.code(), -32400);
    by_hand
        .execute_batch("alter table taken_away rename to transactions; alter table sums_away rename to takings")
        .unwrap();
    assert!(!world.everything().await.contains("p-2"));
}

#[tokio::test]
async fn a_failure_to_write_is_a_system_error_too() {
    let (_folder, world, by_hand) = broken().await;
    let sql = "alter table taken_away rename to transactions; alter table sums_away rename to takings;
               create trigger full_disk before insert on journal begin select raise(abort, 'disk full'); end";
    by_hand.execute_batch(sql).unwrap();
    let before = world.everything().await;
    for (method, params) in [CALLS[1], CALLS[3], CALLS[4], CALLS[5]] {
        let answer = world.post("/api/payme/webhook", &rpc(method, params)).await;
        assert_eq!(answer.code(), -32400, "{method}");
        assert!(!answer.text().contains("disk"), "the cause is for the log");
    }
    world.post("/api/generate-qr", r#"{"order_id":"new","paymentType":"payme","amount":1}"#).await.problem(503);
    assert_eq!(world.everything().await, before);
    by_hand.execute_batch("drop trigger full_disk").unwrap();
    assert_eq!(world.post("/api/payme/webhook", &rpc(CALLS[3].0, CALLS[3].1)).await.code(), 0);
}

#[tokio::test]
async fn our_own_api_says_that_it_is_unavailable() {
    let (_folder, world, _by_hand) = broken().await;
    let reasons = [
        world.get("/api/payment-status/booth-1").await.problem(503),
        world.get("/api/stats").await.problem(503),
        world.get("/api/booth/orders/booth-1").await.problem(503),
        world
            .post("/api/generate-qr", r#"{"order_id":"booth-1","paymentType":"payme","amount":10000}"#)
            .await
            .problem(503),
        world.post("/api/test-payment/booth-1", "").await.problem(503),
        world.post("/api/booth/orders/booth-1/cancel", "{}").await.problem(503),
    ];
    for reason in reasons {
        assert!(!reason.contains("transactions"), "the cause is for the log: {reason}");
    }
}
