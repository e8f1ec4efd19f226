//! A screen on another computer, from the owner's command to the first order.

use super::support::{Answer, Folder, MERCHANT_ID, Running};
use reqwest::Method;
use serde_json::{Value, json};

const KEY: &str = "k:ey&@?#%^=$!-of-36-characters-xxxxx";
const PRODUCTION: [(&str, &str); 2] = [("BOOTHPAY_PAYME_KEY", KEY), ("BOOTHPAY_PAYME_MERCHANT_ID", MERCHANT_ID)];

/// What a browser behind a proxy sends: it is not on the server's computer.
async fn from_elsewhere(booth: &Running, path: &str, cookie: &str, body: &Value) -> Answer {
    let headers = [("Content-Type", "application/json"), ("X-Forwarded-For", "203.0.113.9"), ("Cookie", cookie)];
    booth.send(Method::POST, path, &headers, &body.to_string()).await
}

fn json_of(folder: &Folder, arguments: &[&str]) -> Value {
    let finished = folder.run(arguments, &PRODUCTION);
    assert_eq!(finished.code, Some(0), "{}", finished.err);
    serde_json::from_str(&finished.out).unwrap()
}

#[tokio::test]
async fn a_screen_is_paired_listed_and_taken_back_beside_a_running_server() {
    let folder = Folder::new();
    let without = folder.run(&["booth", "list"], &PRODUCTION);
    assert!(without.code == Some(1) && without.err.contains("there is no database"), "{}", without.err);
    let booth = folder.serve(&PRODUCTION);
    let order = json!({ "copies": 1, "paymentType": "payme" });
    assert_eq!(from_elsewhere(&booth, "/api/booth/orders", "", &order).await.status, 401);

    let printed = folder.run(&["booth", "pair", "hall"], &PRODUCTION);
    assert_eq!(printed.code, Some(0), "{}", printed.err);
    let code = printed.out.lines().find_map(|line| line.strip_prefix("Code: ")).unwrap();
    assert!(printed.out.contains("within 10 minutes") && printed.out.contains("\"hall\""), "{}", printed.out);
    let waiting = json_of(&folder, &["booth", "list"]);
    assert!(waiting["screens"] == json!([]) && waiting["code_until"].is_i64(), "{waiting}");
    for file in ["boothpay.db", "boothpay.db-wal"] {
        let bytes = std::fs::read(folder.path().join(file)).unwrap();
        let plain = code.replace(' ', "");
        assert!(!bytes.windows(8).any(|letters| letters == plain.as_bytes()), "the code is in {file}");
    }

    let paired = from_elsewhere(&booth, "/api/booth/pair", "", &json!({ "code": code })).await;
    assert_eq!(paired.status, 200, "{}", paired.body);
    let cookie = paired.headers.split("boothpay-booth-").nth(1).unwrap().split(';').next().unwrap();
    let cookie = format!("boothpay-booth-{cookie}");
    assert_eq!(from_elsewhere(&booth, "/api/booth/orders", &cookie, &order).await.status, 200);
    let listed = json_of(&folder, &["booth", "list"]);
    assert_eq!((&listed["screens"][0]["name"], &listed["code_until"]), (&json!("hall"), &json!(null)));
    booth.err.wait_for("is paired now, as hall");
    assert!(!booth.err.so_far().contains(code), "a code is no word for the log");

    let taken = folder.run(&["booth", "unpair", "hall"], &PRODUCTION);
    assert_eq!(taken.code, Some(0), "{}", taken.err);
    assert_eq!(from_elsewhere(&booth, "/api/booth/orders", &cookie, &order).await.status, 401);
    let again = folder.run(&["booth", "unpair", "hall"], &PRODUCTION);
    assert!(again.code == Some(1) && again.err.contains("no screen is called hall"), "{}", again.err);
    assert!(folder.run(&["verify"], &PRODUCTION).out.contains("as it should be"));
}

#[tokio::test]
async fn the_suite_makes_its_orders_with_the_token_where_that_is_asked_for() {
    let folder = Folder::new();
    let token = "a-token-for-programs-of-16-or-more";
    let strict = [("BOOTHPAY_API_TOKEN", token), ("BOOTHPAY_API_TRUST_THIS_COMPUTER", "false")];
    let booth = folder.serve(&[&PRODUCTION[..], &strict].concat());
    let url = format!("{}/api/payme/webhook", booth.page);
    let words = ["sandbox", "payme", "--boothpay", "--only", "CREATE-01", "--url", &url];
    let key = ("BOOTHPAY_SANDBOX_KEY", KEY);
    let refused = folder.run(&words, &[key]);
    assert_ne!(refused.code, Some(0));
    assert!(refused.out.contains("401") || refused.err.contains("401"), "{}{}", refused.out, refused.err);
    let by_argument = [&words[..], &["--api-token", token]].concat();
    for (words, environment) in
        [(&by_argument[..], &[key][..]), (&words, &[key, ("BOOTHPAY_SANDBOX_API_TOKEN", token)])]
    {
        let finished = folder.run(words, environment);
        assert_eq!(finished.code, Some(0), "{}{}", finished.out, finished.err);
        assert!(!finished.out.contains(token) && !finished.err.contains(token));
    }
}
