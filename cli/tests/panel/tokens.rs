//! What programs with tokens of their own have done stands under their names, at the started program on both stores.

use crate::support::{MERCHANT_ID, Running};
use crate::{Browser, base64, on_both};
use reqwest::Method;
use serde_json::json;

const KEY: &str = "k:ey&@?#%^=$!-of-36-characters-xxxxx";
const SETTINGS: [(&str, &str); 3] = [
    ("BOOTHPAY_PAYME_KEY", KEY),
    ("BOOTHPAY_PAYME_MERCHANT_ID", MERCHANT_ID),
    ("BOOTHPAY_API_TOKEN", "whole-token-for-programs"),
];
const TOKENS: &str = "[prints]\nby = \"own program\"\n\
                      [api.tokens.shop]\ntoken = \"canary-token-of-shop\"\nscopes = [\"orders\"]\n\
                      [api.tokens.lab]\ntoken = \"canary-token-of-lab\"\nscopes = [\"prints\"]\n";

async fn ask(booth: &Running, method: Method, path: &str, token: &str, body: &str) -> (u16, String) {
    let bearer = format!("Bearer {token}");
    let headers = [("Content-Type", "application/json"), ("Authorization", bearer.as_str())];
    let answer = booth.send(method, path, &headers, body).await;
    (answer.status, answer.body)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_token_that_acted_is_named_beside_each_step_and_in_the_audit() {
    for (folder, _database) in on_both() {
        let database = std::fs::read_to_string(folder.path().join("boothpay.toml")).unwrap_or_default();
        folder.write("boothpay.toml", &format!("{database}{TOKENS}"));
        let server = folder.serve(&SETTINGS);
        let mut owner = Browser::new();
        owner.set_password(&server, &server.greeting("Set its password:")).await;
        let offer = |id: &str| json!({"amount": 20_000, "order_id": id, "paymentType": "payme"}).to_string();
        for (id, token) in [
            ("own-1", "canary-token-of-shop"),
            ("own-1", "canary-token-of-shop"),
            ("own-2", "whole-token-for-programs"),
        ] {
            let (status, body) = ask(&server, Method::POST, "/api/generate-qr", token, &offer(id)).await;
            assert_eq!(status, 200, "{body}");
        }
        let proven = format!("Basic {}", base64(&format!("Paycom:{KEY}")));
        let id = "6709f1b0f5a2d1c3e4b5a697";
        let create =
            json!({"id": id, "time": 1_795_285_991_058_i64, "amount": 2_000_000, "account": {"order_id": "own-1"}});
        assert_eq!(server.payme(&proven, "CreateTransaction", create).await["result"]["state"], 1);
        assert_eq!(server.payme(&proven, "PerformTransaction", json!({"id": id})).await["result"]["state"], 2);
        let (status, job) =
            ask(&server, Method::GET, "/api/prints/next?program=printer", "canary-token-of-lab", "").await;
        assert_eq!(status, 200, "{job}");
        let job: serde_json::Value = serde_json::from_str(&job).unwrap();
        let path = format!("/api/prints/{}", job["job"].as_str().unwrap());
        let (status, body) = ask(&server, Method::POST, &path, "canary-token-of-lab", r#"{"result": "printed"}"#).await;
        assert_eq!(status, 200, "{body}");

        let page = async |path: &str| owner.get(&format!("{}{path}", server.page)).await.text().await.unwrap();
        let one = page("/admin/orders/own-1").await;
        assert_eq!((one.matches("token.shop").count(), one.matches("token.lab").count()), (1, 2), "{one}");
        let two = page("/admin/orders/own-2").await;
        assert!(!two.contains("token.") && two.contains("своя страница или программа"), "{two}");
        let people = page("/admin/audit").await;
        assert!(!people.contains("token.") && people.contains("?programs=true"), "{people}");
        let audit = page("/admin/audit?programs=true").await;
        assert_eq!((audit.matches("token.shop").count(), audit.matches("token.lab").count()), (1, 2), "{audit}");
        assert!(audit.contains("POST /api/generate-qr") && audit.contains("заказ изменён через API"), "{audit}");
        let ended = server.kill();
        assert!(!ended.err.contains("canary"), "{}", ended.err);
        let verified = folder.run(&["verify"], &SETTINGS);
        assert_eq!(verified.code, Some(0), "{}{}", verified.out, verified.err);
    }
}
