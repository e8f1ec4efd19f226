//! Canaries: no key, token or password comes out of the program anywhere, not even from a log of everything.

use super::support::{Folder, MERCHANT_ID};
use base64::Engine;
use base64::prelude::{BASE64_STANDARD, BASE64_STANDARD_NO_PAD};
use reqwest::Method;
use serde_json::{Value, json};
use std::path::Path;

const KEY: &str = "canary-key-7f3e9d-0123456789abcdefgh";
const NEW_KEY: &str = "canary-new-key-51c2a8-0123456789abcd";
const GUESS: &str = "canary-guess-b04d11-0123456789abcdef";
const TOKEN: &str = "canary-token-c6a2f4-0123456789";

fn basic(login: &str, key: &str) -> String {
    format!("Basic {}", BASE64_STANDARD.encode(format!("{login}:{key}")))
}

/// Every form in which a secret could come out.
fn forms() -> Vec<String> {
    let mut forms = Vec::new();
    for secret in [KEY, NEW_KEY, GUESS, TOKEN] {
        forms.push(secret.to_owned());
        for text in [secret.to_owned(), format!("Paycom:{secret}"), format!("{MERCHANT_ID}:{secret}")] {
            forms.push(BASE64_STANDARD_NO_PAD.encode(text));
        }
    }
    forms
}

fn contains(hay: &[u8], needle: &str) -> bool {
    hay.windows(needle.len()).any(|window| window == needle.as_bytes())
}

fn files(folder: &Path) -> Vec<(String, Vec<u8>)> {
    let entries = std::fs::read_dir(folder).unwrap();
    entries
        .map(|it| it.unwrap().path())
        .map(|path| (path.display().to_string(), std::fs::read(&path).unwrap()))
        .collect()
}

#[tokio::test]
async fn a_whole_payment_leaves_no_secret_anywhere() {
    let folder = Folder::new();
    let environment = [
        ("BOOTHPAY_PAYME_KEY", KEY),
        ("BOOTHPAY_PAYME_MERCHANT_ID", MERCHANT_ID),
        ("BOOTHPAY_PAYME_CHANGE_PASSWORD", "true"),
        ("BOOTHPAY_ADMIN_TOKEN", TOKEN),
        ("BOOTHPAY_LOG_LEVEL", "trace"),
        ("BOOTHPAY_LOG_FORMAT", "json"),
    ];
    let booth = folder.serve(&environment);
    let mut answers: Vec<String> = Vec::new();
    let mut ask = async |method: Method, path: &str, authorization: &str, body: Value| {
        let headers = [("Content-Type", "application/json"), ("Authorization", authorization)];
        let answer = booth.send(method, path, &headers, &body.to_string()).await;
        answers.push(format!("{}\n{}", answer.headers, answer.body));
        answer
    };

    let order = json!({"order_id": "a", "paymentType": "payme", "amount": 10000});
    ask(Method::POST, "/api/generate-qr", "", order).await;
    let payme = |method: &str, params: Value| json!({"id": 1, "method": method, "params": params});
    let webhook = "/api/payme/webhook";
    let account = json!({"order_id": "a"});
    let create = json!({"id": "t1", "time": 1_700_000_000_000_i64, "amount": 1_000_000, "account": account});
    for wrong in [basic("Paycom", GUESS), basic(MERCHANT_ID, GUESS), format!("Bearer {GUESS}"), GUESS.to_owned()] {
        let answer = ask(Method::POST, webhook, &wrong, payme("CreateTransaction", create.clone())).await.json();
        assert_eq!(answer["error"]["code"], -32504);
    }
    let right = basic("Paycom", KEY);
    assert!(forms().iter().any(|form| contains(right.as_bytes(), form)), "the search would see this header");
    ask(Method::POST, webhook, &right, payme("CreateTransaction", create)).await;
    ask(Method::POST, webhook, &right, payme("PerformTransaction", json!({"id": "t1"}))).await;
    ask(Method::POST, webhook, &right, json!({"id": KEY.len(), "method": 5})).await;
    ask(Method::GET, webhook, &right, Value::Null).await;

    let change = payme("ChangePassword", json!({"password": NEW_KEY}));
    assert_eq!(ask(Method::POST, webhook, &right, change.clone()).await.json()["result"]["success"], true);
    assert_eq!(ask(Method::POST, webhook, &right, change).await.json()["error"]["code"], -32504);
    let renewed = basic("Paycom", NEW_KEY);
    let refund = payme("CancelTransaction", json!({"id": "t1", "reason": 5}));
    assert_eq!(ask(Method::POST, webhook, &renewed, refund).await.json()["result"]["state"], -2);
    let statement = payme("GetStatement", json!({"from": 0, "to": 2_000_000_000_000_i64}));
    ask(Method::POST, webhook, &renewed, statement).await;

    let bearer = format!("Bearer {TOKEN}");
    for (authorization, status) in [(bearer.as_str(), 200), ("Bearer canary-guess-b04d11-0123456789abcdef", 401)] {
        assert_eq!(ask(Method::GET, "/api/stats", authorization, Value::Null).await.status, status);
    }
    for path in ["/", "/api/payment-status/a", "/api/booth/orders/a", "/readyz", "/api/nowhere"] {
        ask(Method::GET, path, &bearer, Value::Null).await;
    }
    let while_running = files(folder.path());

    booth.err.wait_for("money returned");
    let killed = booth.kill();
    let commands: Vec<String> =
        [&["check"][..], &["config"], &["config", "--values"], &["order", "show", "a"], &["order", "list"]]
            .into_iter()
            .map(|arguments| folder.run(arguments, &environment))
            .map(|finished| finished.out + &finished.err)
            .collect();

    assert!(killed.err.contains("\"level\":\"INFO\""), "the log is there to be searched: {}", killed.err);
    let printed = answers.iter().chain(&commands).chain([&killed.out, &killed.err]);
    let printed = printed.map(|text| ("printed or answered".to_owned(), text.clone().into_bytes()));
    let everything: Vec<_> = printed.chain(while_running).chain(files(folder.path())).collect();
    assert!(everything.iter().any(|(name, bytes)| name.ends_with("boothpay.db") && !bytes.is_empty()));
    for (name, bytes) in everything {
        for form in forms() {
            assert!(!contains(&bytes, &form), "{form} in {name}: {}", String::from_utf8_lossy(&bytes));
        }
    }
}
