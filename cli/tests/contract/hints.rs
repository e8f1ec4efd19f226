//! What the log tells an owner whose cabinet and settings do not fit together.

use super::support::Folder;
use reqwest::Method;
use serde_json::json;

#[tokio::test]
async fn a_refusal_says_what_came_and_what_was_expected() {
    let folder = Folder::new();
    let booth = folder.serve(&[]);
    let order = r#"{"order_id": "an-order", "paymentType": "payme", "amount": 10000}"#;
    assert_eq!(booth.post("/api/generate-qr", order).await.status, 200);
    let cases = [
        (
            json!({"orderId": "an-order", "phone": "998901234567"}),
            1_000_000,
            "came with orderId, phone, and not with order_id: give the field the same name in payme.account_field",
        ),
        (json!({}), 1_000_000, "came with no field at all, and not with order_id"),
        (json!({"order_id": "4111111111111111"}), 1_000_000, "order_id has no value that an order could have"),
        (json!({"order_id": "an-order"}), 500_000, "Payme asked for 5000 soum, the order costs 10000 soum"),
        (json!({"order_id": "an-order"}), -1, "a sum that is no price; the order costs 10000 soum"),
        (
            json!({"order_id": "elsewhere"}),
            1_000_000,
            "Was its code made by another server, with a database of its own?",
        ),
        (
            json!({"a\u{202e}b\n2026 ERROR forged": 1}),
            1_000_000,
            "came with a\\u{202e}b\\u{a}2026 ERROR forged, and not",
        ),
    ];
    for (account, amount, expected) in cases {
        for method in ["CheckPerformTransaction", "CreateTransaction"] {
            let params = json!({"id": "p-1", "time": 1_700_000_000_000_i64, "amount": amount, "account": account});
            let call = json!({"id": 1, "method": method, "params": params}).to_string();
            let answer = booth.post("/api/payme/webhook", &call).await.json();
            assert!(answer.get("error").is_some(), "{answer}");
        }
        booth.err.wait_for(expected);
    }
    let log = booth.err.so_far();
    assert!(!log.contains("4111111111111111") && !log.contains("998901234567"), "{log}");
}

#[tokio::test]
async fn a_number_of_a_card_is_no_order_id() {
    let folder = Folder::new();
    let booth = folder.serve(&[]);
    for id in ["4111111111111111", "5555555555554444", "4222222222222", "6304000000000000000"] {
        let order = json!({"order_id": id, "paymentType": "payme", "amount": 10000}).to_string();
        let answer = booth.post("/api/generate-qr", &order).await;
        assert_eq!(answer.status, 400);
        assert!(answer.body.contains("put a letter in front"), "{}", answer.body);
        assert_eq!(booth.send(Method::GET, &format!("/api/payment-status/{id}"), &[], "").await.status, 404);
        let order = json!({"order_id": format!("a{id}"), "paymentType": "payme", "amount": 10000}).to_string();
        assert_eq!(booth.post("/api/generate-qr", &order).await.status, 200);
    }
}

#[tokio::test]
async fn an_id_that_hides_something_is_shown_in_the_log_and_on_the_terminal_by_its_numbers() {
    let folder = Folder::new();
    let booth = folder.serve(&[]);
    let order = r#"{"order_id": "an-order", "paymentType": "payme", "amount": 10000}"#;
    assert_eq!(booth.post("/api/generate-qr", order).await.status, 200);
    let id = "p\u{202e}1\u{200b}";
    let account = json!({"order_id": "an-order"});
    let create = json!({"id": id, "time": 1_700_000_000_000_i64, "amount": 1_000_000, "account": account});
    assert_eq!(booth.payme("", "CreateTransaction", create).await["result"]["state"], 1);
    booth.payme("", "PerformTransaction", json!({"id": id})).await;
    booth.err.wait_for("PAID");
    let unknown = "x\u{2066}2";
    booth.payme("", "PerformTransaction", json!({"id": unknown})).await;
    booth.err.wait_for("x\\u{2066}2");
    let log = booth.kill().err;
    let shown = folder.run(&["order", "show", "an-order"], &[]).out;
    for text in [&log, &shown] {
        assert!(!text.contains(['\u{202e}', '\u{200b}', '\u{2066}']), "{text}");
    }
    let shown: serde_json::Value = serde_json::from_str(&shown).unwrap();
    assert_eq!(shown["transactions"][0]["id"], id, "and says the same");
}
