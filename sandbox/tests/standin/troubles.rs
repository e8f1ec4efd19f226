//! Lost answers, refusals, and answers that are none.

use serde_json::json;

use super::fake::{Next, Stage};

#[tokio::test]
async fn lost_answers_are_asked_for_again_with_the_same_id_and_time() {
    let stage = Stage::new([
        Next::Proper,
        Next::Lost,
        Next::Status(502),
        Next::Proper,
        Next::Error(json!({"code": -32400, "message": "database"})),
        Next::Lost,
        Next::Proper,
    ])
    .await;
    let attempt = stage.attempt().await;
    let answer = stage.press("pay", &attempt).await;
    assert_eq!(answer["screen"], "paid");
    let seen = stage.seen();
    assert_eq!(stage.methods()[1..], [["CreateTransaction"; 3], ["PerformTransaction"; 3]].concat());
    assert!(seen[1..4].iter().all(|call| call.params() == seen[1].params()));
    assert!(seen[4..].iter().all(|call| call.params() == &json!({"id": attempt})));
    let outcomes: Vec<_> = answer["calls"].as_array().unwrap().iter().map(|call| &call["outcome"]).collect();
    assert_eq!(outcomes[0], "-31622: the connection broke before the answer was whole");
    assert_eq!(outcomes[1], "-31623: HTTP 502 instead of 200");
    assert_eq!(outcomes[2], "ok");
}

#[tokio::test]
async fn a_create_that_stays_lost_can_be_tried_again_as_the_same_payment() {
    let stage = Stage::new([Next::Proper, Next::Lost, Next::Lost, Next::Lost]).await;
    let attempt = stage.attempt().await;
    let answer = stage.press("pay", &attempt).await;
    assert_eq!((&answer["screen"], &answer["stage"]), (&json!("trouble"), &json!("create")));
    assert_eq!(answer["problem"]["code"], -31622);
    assert_eq!(stage.seen().len(), 4, "it gives up after the last pause");
    assert_eq!(stage.press("pay", &attempt).await["screen"], "paid");
    assert_eq!(stage.seen()[4].params(), stage.seen()[1].params());
}

#[tokio::test]
async fn a_perform_that_stays_lost_is_finished_without_a_second_create() {
    let stage = Stage::new([Next::Proper, Next::Proper, Next::Lost, Next::Lost, Next::Raw("{}")]).await;
    let attempt = stage.attempt().await;
    let answer = stage.press("pay", &attempt).await;
    assert_eq!((&answer["screen"], &answer["stage"]), (&json!("trouble"), &json!("perform")));
    assert_eq!(stage.press("pay", &attempt).await["screen"], "paid");
    assert_eq!(stage.methods()[5..], ["PerformTransaction"]);
}

#[tokio::test]
async fn a_cancel_that_stays_lost_is_sent_again_and_never_becomes_a_payment() {
    let stage = Stage::new([Next::Proper, Next::Proper, Next::Lost, Next::Lost, Next::Lost]).await;
    let attempt = stage.attempt().await;
    let answer = stage.press("decline", &attempt).await;
    assert_eq!((&answer["screen"], &answer["stage"]), (&json!("trouble"), &json!("cancel")));
    assert_eq!(stage.press("pay", &attempt).await["screen"], "declined");
    assert_eq!(stage.seen()[5].params(), &json!({"id": attempt, "reason": 2}));
}

#[tokio::test]
async fn a_refused_perform_gives_the_money_back_with_reason_3() {
    let stage = Stage::new([Next::Proper, Next::Proper, Next::Error(json!({"code": -31008}))]).await;
    let attempt = stage.attempt().await;
    let answer = stage.press("pay", &attempt).await;
    assert_eq!((&answer["screen"], &answer["money_back"]), (&json!("refused"), &json!(true)));
    assert_eq!(stage.methods()[2..], ["PerformTransaction", "CancelTransaction"]);
    assert_eq!(stage.seen()[3].params(), &json!({"id": attempt, "reason": 3}));
}

#[tokio::test]
async fn a_refusal_keeps_the_merchants_words_in_every_language() {
    let message = json!({"ru": "Заказ не найден", "uz": "Buyurtma topilmadi", "en": "Order not found"});
    let error = json!({"code": -31050, "message": message, "data": "order_id"});
    let stage = Stage::new([Next::Error(error)]).await;
    let answer = stage.open().await;
    assert_eq!(answer["screen"], "refused");
    let problem = &answer["problem"];
    assert_eq!(
        (&problem["kind"], &problem["code"], &problem["data"], &problem["message"]),
        (&json!("refused"), &json!(-31050), &json!("order_id"), &message)
    );
    assert_eq!(answer.get("attempt"), None);
}

#[tokio::test]
async fn a_wrong_key_is_the_sellers_fault_not_the_payers() {
    let stage = Stage::new([Next::Error(json!({"code": -32504, "message": "No"}))]).await;
    let answer = stage.open().await;
    assert_eq!((&answer["screen"], &answer["problem"]["kind"]), (&json!("refused"), &json!("service")));
}

#[tokio::test]
async fn nobody_at_the_webhooks_address_is_unavailable() {
    let answer = Stage::alone().await.open().await;
    assert_eq!((&answer["screen"], &answer["stage"]), (&json!("trouble"), &json!("check")));
    assert_eq!((&answer["problem"]["kind"], &answer["problem"]["code"]), (&json!("unavailable"), &json!(-31622)));
}

#[tokio::test]
async fn answers_that_are_none_are_misbehaviour() {
    let wrong = [
        Next::Status(500),
        Next::Status(301),
        Next::Status(401),
        Next::Raw("<!doctype html>"),
        Next::Raw(r#"{"result":{"allow":true}}"#),
        Next::Result(json!({"allow": false})),
        Next::Result(json!({"allow": "true"})),
        Next::Error(json!("no")),
    ];
    let count = wrong.len();
    let stage = Stage::new(wrong).await;
    for turn in 0..count {
        let answer = stage.open().await;
        assert_eq!((&answer["screen"], &answer["problem"]["code"]), (&json!("trouble"), &json!(-31623)), "{turn}");
    }
    assert_eq!(stage.open().await["screen"], "ready");
}
