//! Production mode: with a key set, only its holder is Payme, and play money does not exist.

use super::support::{Folder, MERCHANT_ID, Running};
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use reqwest::Method;
use serde_json::{Value, json};

const KEY: &str = "k:ey&@?#%^=$!-of-36-characters-xxxxx";
const TOKEN: &str = "owners-token-of-more-than-16";
const ORDER: &str = r#"{"order_id": "photobooth-test-123", "paymentType": "payme", "amount": 10000}"#;

fn production() -> [(&'static str, &'static str); 3] {
    [("BOOTHPAY_PAYME_KEY", KEY), ("BOOTHPAY_PAYME_MERCHANT_ID", MERCHANT_ID), ("BOOTHPAY_ADMIN_TOKEN", TOKEN)]
}

pub fn basic(login: &str, key: &str) -> String {
    format!("Basic {}", BASE64_STANDARD.encode(format!("{login}:{key}")))
}

async fn check_perform(booth: &Running, authorization: &str) -> Value {
    let params = json!({"account": {"order_id": "photobooth-test-123"}, "amount": 1_000_000});
    booth.payme(authorization, "CheckPerformTransaction", params).await
}

#[tokio::test]
async fn only_the_holder_of_the_key_is_payme() {
    let folder = Folder::new();
    let booth = folder.serve(&production());
    booth.err.wait_for("production mode");
    assert!(!booth.out.so_far().contains("DEVELOPMENT"));
    assert_eq!(booth.post("/api/generate-qr", ORDER).await.status, 200);

    for good in [basic("Paycom", KEY), basic(MERCHANT_ID, KEY), basic("Paycom", KEY).replace("Basic", "basic")] {
        assert_eq!(check_perform(&booth, &good).await["result"], json!({"allow": true}), "{good}");
    }
    let bad = [
        String::new(),
        "Basic".to_owned(),
        "Basic %%%".to_owned(),
        basic("Paycom", ""),
        basic("Paycom", &KEY[..KEY.len() - 1]),
        basic("Paycom", &format!("{KEY}x")),
        basic("Paycom", "ey&@?#%^=$!-of-36-characters-xxxxx"),
        basic("paycom", KEY),
        basic("", KEY),
        basic("somebody", KEY),
        basic("Paycom", KEY).replace("Basic", "Bearer"),
        format!("Bearer {TOKEN}"),
    ];
    for bad in bad {
        let answer = check_perform(&booth, &bad).await;
        assert_eq!(answer["error"]["code"], -32504, "{bad}: {answer}");
        assert_eq!((&answer["id"], &answer["jsonrpc"]), (&json!(7), &json!("2.0")));
        assert!(answer.get("result").is_none());
    }
    let bare = booth.post("/api/payme/webhook", r#"{"id": 9, "method": "Nonsense", "params": []}"#).await;
    assert_eq!((bare.status, &bare.json()["error"]["code"]), (200, &json!(-32504)), "who asks comes before what");

    // Wrong credentials have no effect, whatever the method.
    let create = json!({"id": "t1", "time": 1_700_000_000_000_i64, "amount": 1_000_000,
                        "account": {"order_id": "photobooth-test-123"}});
    for (method, params) in [
        ("CreateTransaction", create),
        ("PerformTransaction", json!({"id": "t1"})),
        ("CancelTransaction", json!({"id": "t1", "reason": 1})),
        ("CheckTransaction", json!({"id": "t1"})),
        ("GetStatement", json!({"from": 0, "to": 1})),
        ("SetFiscalData", json!({})),
        ("ChangePassword", json!({"password": "x"})),
    ] {
        assert_eq!(booth.payme(&basic("Paycom", "guess"), method, params).await["error"]["code"], -32504, "{method}");
    }
    let unknown = booth.payme(&basic("Paycom", KEY), "CheckTransaction", json!({"id": "t1"})).await;
    assert_eq!(unknown["error"]["code"], -31003, "nothing was created");
}

#[tokio::test]
async fn play_money_and_open_totals_do_not_exist() {
    let folder = Folder::new();
    let booth = folder.serve(&production());
    assert_eq!(booth.post("/api/generate-qr", ORDER).await.status, 200);
    let token = format!("Bearer {TOKEN}");
    let with_token = [("Authorization", token.as_str())];
    let path = "/api/test-payment/photobooth-test-123";
    assert_eq!(booth.post(path, "").await.status, 404);
    assert_eq!(booth.send(Method::POST, path, &with_token, "").await.status, 404);
    assert_eq!(booth.get("/api/payment-status/photobooth-test-123").await.json()["status"], "pending");

    assert_eq!(booth.get("/api/stats").await.status, 401);
    assert_eq!(booth.send(Method::GET, "/api/stats", &[("Authorization", "Bearer guess")], "").await.status, 401);
    let stats = booth.send(Method::GET, "/api/stats", &with_token, "").await;
    assert_eq!((stats.status, &stats.json()["orders"]["pending"]), (200, &json!(1)));
}

#[tokio::test]
async fn the_merchant_id_stops_being_a_login_when_the_owner_says_so() {
    let folder = Folder::new();
    folder.write("key.txt", &format!("{KEY}\n"));
    let booth = folder.serve(&[
        ("BOOTHPAY_PAYME_KEY_FILE", "key.txt"),
        ("BOOTHPAY_PAYME_MERCHANT_ID", MERCHANT_ID),
        ("BOOTHPAY_PAYME_MERCHANT_ID_AS_LOGIN", "false"),
    ]);
    assert_eq!(check_perform(&booth, &basic(MERCHANT_ID, KEY)).await["error"]["code"], -32504);
    let known = check_perform(&booth, &basic("Paycom", KEY)).await;
    assert_eq!(known["error"]["code"], -31050, "the key from the file is good; only the order is not there");
}

#[tokio::test]
async fn the_second_address_shows_the_world_nothing_but_the_webhook() {
    let folder = Folder::new();
    let mut environment = production().to_vec();
    environment.push(("BOOTHPAY_WEBHOOK_LISTEN", "127.0.0.1:0"));
    let booth = folder.serve(&environment);
    let webhook = booth.greeting("Only webhooks:");
    assert_ne!(webhook, booth.greeting("Payme webhook:"));
    assert_eq!(booth.post("/api/generate-qr", ORDER).await.status, 200);

    let key = basic("Paycom", KEY);
    let params = json!({"account": {"order_id": "photobooth-test-123"}, "amount": 1_000_000});
    let check = json!({"id": 1, "method": "CheckPerformTransaction", "params": params}).to_string();
    let proven = booth.send(Method::POST, &webhook, &[("Authorization", &key)], &check).await;
    assert_eq!(proven.json(), json!({"id": 1, "result": {"allow": true}}));
    assert_eq!(booth.post(&webhook, &check).await.json()["error"]["code"], -32504);
    let elsewhere = webhook.replace("/api/payme/webhook", "/api/payment-status/photobooth-test-123");
    assert_eq!(booth.get(&elsewhere).await.status, 404);
    assert!(booth.get(&elsewhere).await.json().get("order_id").is_none(), "not even whether there is such an order");
}
