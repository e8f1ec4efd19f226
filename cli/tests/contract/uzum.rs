//! A booth that takes Uzum alone: the started program, on a file and on PostgreSQL, killed in the middle of a payment.

use super::production::basic;
use super::support::{Folder, Running};
use boothpay_test_support::Cluster;
use reqwest::Method;
use serde_json::{Value, json};

const PASSWORD: &str = "uzum-p&ss:word";
const ID: &str = "3f1a2b4c-0d5e-4f60-8a7b-9c8d7e6f5a4b";
const UZUM: [(&str, &str); 3] =
    [("BOOTHPAY_UZUM_SERVICE_ID", "498614"), ("BOOTHPAY_UZUM_LOGIN", "uzum"), ("BOOTHPAY_UZUM_PASSWORD", PASSWORD)];

async fn call(booth: &Running, operation: &str, more: Value) -> (u16, Value) {
    let mut body = json!({"serviceId": 498_614, "timestamp": 1_763_700_000_000_i64, "transId": ID});
    body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    let authorization = basic("uzum", PASSWORD);
    let headers = [("Content-Type", "application/json"), ("Authorization", authorization.as_str())];
    let answer = booth.send(Method::POST, &format!("/api/uzum/{operation}"), &headers, &body.to_string()).await;
    (answer.status, answer.json())
}

#[tokio::test]
async fn a_payment_survives_the_servers_death_on_both_stores() {
    let server = Cluster::shared().database();
    for database in ["booth.db", &server.url] {
        let folder = Folder::new();
        let environment = [UZUM.as_slice(), &[("BOOTHPAY_DATABASE", database)]].concat();
        let booth = folder.serve(&environment);
        booth.err.wait_for("production mode");
        let page = booth.get("/").await.body;
        assert!(page.contains(r#""providers":["uzum"]"#), "Uzum alone is offered");
        let made =
            booth.post("/api/generate-qr", r#"{"order_id": "a-1", "paymentType": "uzum", "amount": 10000}"#).await;
        assert!(made.json()["uzumUrl"].as_str().unwrap().contains("serviceId=498614&account=a-1&amount=1000000"));
        let other = booth.post("/api/generate-qr", r#"{"order_id": "a-2", "paymentType": "payme", "amount": 1}"#).await;
        assert_eq!(other.status, 400, "Payme is not connected");

        let params = json!({"params": {"account": "a-1"}, "amount": 1_000_000});
        let (status, checked) = call(&booth, "check", params.clone()).await;
        assert_eq!((status, &checked["data"]["amount"]["value"]), (200, &json!("10000")));
        assert_eq!(call(&booth, "create", params.clone()).await.0, 200);
        booth.kill();
        let verified = folder.run(&["verify"], &environment);
        assert_eq!(verified.code, Some(0), "a payment in the middle is no damage: {}{}", verified.out, verified.err);

        let booth = folder.serve(&environment);
        let (status, again) = call(&booth, "create", params).await;
        assert_eq!((status, &again["errorCode"]), (400, &json!("10010")), "it was there before the death");
        let (status, confirmed) = call(&booth, "confirm", json!({"phone": "+998 90 123-45-67"})).await;
        assert_eq!((status, &confirmed["status"]), (200, &json!("CONFIRMED")));
        booth.err.wait_for("PAID (transaction 1)");
        let ended = booth.kill();
        assert!(!ended.err.contains(PASSWORD), "{}", ended.err);

        let booth = folder.serve(&environment);
        let (status, standing) = call(&booth, "status", json!({})).await;
        assert_eq!((status, &standing["confirmTime"]), (200, &confirmed["confirmTime"]));
        assert_eq!(call(&booth, "reverse", json!({})).await.0, 200);
        assert_eq!(booth.get("/api/payment-status/a-1").await.json()["status"], "refunded");
        drop(booth);
        let shown = folder.run(&["order", "show", "a-1"], &environment);
        assert!(
            shown.out.contains("phone_end") && shown.out.contains("4567") && !shown.out.contains("12345"),
            "{}",
            shown.out
        );
        let verified = folder.run(&["verify"], &environment);
        assert_eq!(verified.code, Some(0), "{}{}", verified.out, verified.err);
    }
}

#[test]
fn check_tells_what_is_connected_and_reminds_of_the_pair_for_tests() {
    let folder = Folder::new();
    folder.write("uzum.password", PASSWORD);
    folder.write(
        "boothpay.toml",
        "[uzum]\nservice_id = \"498614\"\nlogin = \"uzum\"\npassword_file = \"uzum.password\"\ntest_login = \"t\"\n\
         test_password = \"another-password\"\n",
    );
    let checked = folder.run(&["check"], &[]);
    let said = format!("{}{}", checked.out, checked.err);
    assert_eq!(checked.code, Some(0), "{said}");
    assert!(said.contains("service 498614") && said.contains("take it away"), "{said}");
    assert!(!said.contains(PASSWORD) && !said.contains("another-password"), "{said}");
}
