//! `boothpay demo`: a person without Payme makes an order on the booth's page and pays it at the stand-in.

use super::support::Folder;
use serde_json::json;

#[tokio::test]
async fn an_order_is_paid_at_the_stand_in() {
    let folder = Folder::new();
    let booth = folder.start(&["demo", "--port", "0", "--folder", "trial"], &[]);
    let standin = booth.greeting("Wallets' apps:").trim_end_matches('/').to_owned();
    let page = booth.get("/").await;
    assert_eq!(page.status, 200);
    assert!(page.headers.contains("text/html") && page.body.contains("</html>"));
    assert!(folder.path().join("trial").join("boothpay.db").exists());

    let made = booth.post("/api/booth/orders", r#"{"copies": 2, "paymentType": "payme"}"#).await.json();
    let order = made["order_id"].as_str().unwrap();
    let link = made["paymentUrl"].as_str().unwrap();
    let path = link.strip_prefix(&format!("{standin}/")).expect("the code leads to the stand-in");
    let shown = booth.get(link).await;
    assert_eq!(shown.status, 200, "what a phone opens");

    let opened = booth.post(&format!("{standin}/app/check"), &json!({"link": path}).to_string()).await.json();
    assert_eq!(opened["screen"], "ready", "{opened}");
    let status = async || booth.get(&format!("/api/payment-status/{order}")).await.json()["status"].clone();
    assert_eq!(status().await, "pending");
    let pressed = json!({"attempt": opened["attempt"]}).to_string();
    let paid = booth.post(&format!("{standin}/app/pay"), &pressed).await.json();
    assert_eq!(paid["screen"], "paid", "{paid}");
    assert_eq!(status().await, "success");
    let refunded = booth.post(&format!("{standin}/app/refund"), &pressed).await.json();
    assert_eq!(refunded["screen"], "refunded", "{refunded}");
    assert_eq!(status().await, "refunded");

    let bare = r#"{"id": 1, "method": "CheckTransaction", "params": {"id": "x"}}"#;
    let refused = booth.post("/api/payme/webhook", bare).await.json();
    assert_eq!(refused["error"]["code"], -32504, "the demonstration proves itself as Payme does");
}

#[test]
fn a_real_key_does_not_belong_there() {
    let folder = Folder::new();
    let finished = folder.run(&["demo", "--port", "0"], &[("BOOTHPAY_PAYME_KEY", "canary-real-key")]);
    assert_eq!(finished.code, Some(1));
    assert!(finished.err.contains("a real key does not belong in the demonstration"), "{}", finished.err);
    assert!(!finished.err.contains("canary-real-key"));
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
}
