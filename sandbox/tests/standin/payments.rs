//! Payments that end as the person wants: which calls are made, and with which JSON.

use std::sync::Arc;

use serde_json::{Value, json};
use tokio::sync::Notify;

use super::fake::{KEY, Next, ORDER, Stage, encode};

#[tokio::test]
async fn paying_checks_creates_and_performs() {
    let stage = Stage::new([]).await;
    let attempt = stage.attempt().await;
    let answer = stage.press("pay", &attempt).await;
    assert_eq!(answer["screen"], "paid");
    assert_eq!(
        (&answer["transaction"], &answer["payment"], &answer["time"]),
        (&json!("41"), &json!(attempt), &json!(1_700_000_001_000_u64))
    );

    let seen = stage.seen();
    let [check, create, perform] = seen.as_slice() else { panic!("{seen:?}") };
    let account = json!({"order_id": ORDER});
    assert_eq!(check.params(), &json!({"amount": 1_000_000, "account": account}));
    let time = create.params()["time"].as_u64().unwrap();
    assert_eq!(create.params(), &json!({"id": attempt, "time": time, "amount": 1_000_000, "account": account}));
    assert_eq!(perform.params(), &json!({"id": attempt}));
    assert!(attempt.len() == 24 && attempt.bytes().all(|byte| byte.is_ascii_hexdigit()));
    assert_eq!(time.to_string().len(), 13, "milliseconds");

    let authorization = format!("Basic {}", encode(&format!("Paycom:{KEY}")));
    for (call, method) in seen.iter().zip(["CheckPerformTransaction", "CreateTransaction", "PerformTransaction"]) {
        assert_eq!(call.authorization, authorization);
        assert_eq!(call.content_type, "application/json; charset=UTF-8");
        let id = call.body["id"].as_i64().unwrap();
        assert_eq!(call.body, json!({"jsonrpc": "2.0", "id": id, "method": method, "params": call.params()}));
    }
}

#[tokio::test]
async fn opening_only_reads() {
    let stage = Stage::new([]).await;
    let answer = stage.open().await;
    assert_eq!(answer["screen"], "ready");
    assert_eq!(stage.methods(), ["CheckPerformTransaction"]);
    assert_eq!(answer["calls"][0]["method"], "CheckPerformTransaction");
    assert_eq!(answer["calls"][0]["outcome"], "ok");
}

#[tokio::test]
async fn a_declined_card_is_cancelled_with_reason_2() {
    let stage = Stage::new([]).await;
    let attempt = stage.attempt().await;
    assert_eq!(stage.press("decline", &attempt).await["screen"], "declined");
    assert_eq!(stage.methods()[1..], ["CreateTransaction", "CancelTransaction"]);
    assert_eq!(stage.seen()[2].params(), &json!({"id": attempt, "reason": 2}));
}

#[tokio::test]
async fn a_refund_is_a_cancel_with_reason_5() {
    let stage = Stage::new([]).await;
    let attempt = stage.attempt().await;
    stage.press("pay", &attempt).await;
    let answer = stage.press("refund", &attempt).await;
    assert_eq!((&answer["screen"], &answer["time"]), (&json!("refunded"), &json!(1_700_000_002_000_u64)));
    assert_eq!(stage.seen()[3].params(), &json!({"id": attempt, "reason": 5}));
    assert_eq!(stage.press("refund", &attempt).await["screen"], "refunded");
    assert_eq!(stage.seen().len(), 4, "a second press makes no call");
}

#[tokio::test]
async fn a_refused_refund_leaves_the_payment_paid() {
    let refusal =
        json!({"code": -31007, "message": {"ru": "Уже напечатано", "uz": "Bosib chiqarilgan", "en": "Printed"}});
    let stage = Stage::new([Next::Proper, Next::Proper, Next::Proper, Next::Error(refusal)]).await;
    let attempt = stage.attempt().await;
    stage.press("pay", &attempt).await;
    let answer = stage.press("refund", &attempt).await;
    assert_eq!((&answer["screen"], &answer["refund"]["code"]), (&json!("paid"), &json!(-31007)));
    assert_eq!(answer["refund"]["message"]["uz"], "Bosib chiqarilgan");
}

#[tokio::test]
async fn a_double_click_makes_one_payment() {
    let stage = Stage::new([]).await;
    let attempt = stage.attempt().await;
    let (one, two) = tokio::join!(stage.press("pay", &attempt), stage.press("pay", &attempt));
    let without_calls = |answer: Value| (answer["screen"].clone(), answer["payment"].clone());
    assert_eq!(without_calls(one), without_calls(two));
    assert_eq!(stage.methods(), ["CheckPerformTransaction", "CreateTransaction", "PerformTransaction"]);
}

#[tokio::test]
async fn once_paid_nothing_else_can_be_pressed() {
    let stage = Stage::new([]).await;
    let attempt = stage.attempt().await;
    stage.press("pay", &attempt).await;
    assert_eq!(stage.press("decline", &attempt).await["screen"], "paid");
    assert_eq!(stage.seen().len(), 3);
}

#[tokio::test]
async fn two_pages_are_two_attempts_and_the_merchant_decides() {
    let busy = json!({"code": -31099, "message": {"ru": "Занят", "uz": "Band", "en": "Busy"}, "data": "order_id"});
    let stage = Stage::new([Next::Proper, Next::Proper, Next::Proper, Next::Proper, Next::Error(busy)]).await;
    let (first, second) = (stage.attempt().await, stage.attempt().await);
    assert_ne!(first, second);
    assert_eq!(stage.press("pay", &first).await["screen"], "paid");
    let answer = stage.press("pay", &second).await;
    assert_eq!((&answer["screen"], &answer["problem"]["code"]), (&json!("refused"), &json!(-31099)));
    assert_eq!(answer["money_back"], json!(false));
}

#[tokio::test]
async fn a_page_of_an_earlier_run_is_out_of_date() {
    let stage = Stage::new([]).await;
    assert_eq!(stage.press("pay", "0123456789abcdef01234567").await["screen"], "stale");
    assert!(stage.seen().is_empty());
}

#[tokio::test]
async fn a_phone_that_goes_away_does_not_stop_its_payment() {
    let release = Arc::new(Notify::new());
    let stage = Arc::new(Stage::new([Next::Proper, Next::Held(release.clone())]).await);
    let attempt = stage.attempt().await;
    let phone = tokio::spawn({
        let (stage, attempt) = (stage.clone(), attempt.clone());
        async move { stage.press("pay", &attempt).await }
    });
    stage.calls(2).await;
    phone.abort();
    assert!(phone.await.unwrap_err().is_cancelled());
    release.notify_one();
    stage.calls(3).await;
    assert_eq!(stage.press("pay", &attempt).await["screen"], "paid");
    assert_eq!(stage.methods()[1..], ["CreateTransaction", "PerformTransaction"]);
}

#[tokio::test]
async fn the_key_is_in_no_answer_for_the_page() {
    let stage = Stage::new([Next::Error(json!({"code": -32504}))]).await;
    let refused = stage.open().await.to_string();
    let attempt = stage.attempt().await;
    let paid = stage.press("pay", &attempt).await.to_string();
    for text in [refused, paid] {
        assert!(!text.contains(KEY) && !text.contains(&encode(&format!("Paycom:{KEY}"))), "{text}");
    }
}
