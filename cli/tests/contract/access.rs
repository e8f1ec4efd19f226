//! Who may change orders at a started program in production: the booth's browser, the owner's page and curl lines on this
//! computer, a program with the token; nobody else.

use super::support::{Answer, Folder, MERCHANT_ID, Running};
use boothpay_test_support::own_port;
use reqwest::Method;

const KEY: &str = "k:ey&@?#%^=$!-of-36-characters-xxxxx";
const TOKEN: &str = "token-of-the-owners-programs";
const ORDER_BODY: &str = r#"{"copies": 1, "paymentType": "payme"}"#;

fn offer(id: &str) -> String {
    format!(r#"{{"order_id": "{id}", "paymentType": "payme", "amount": 10000}}"#)
}

fn production(folder: &Folder, port: u16) -> Running {
    folder.serve(&[
        ("BOOTHPAY_LISTEN", &format!("127.0.0.1:{port}")),
        ("BOOTHPAY_PAYME_KEY", KEY),
        ("BOOTHPAY_PAYME_MERCHANT_ID", MERCHANT_ID),
        ("BOOTHPAY_API_TOKEN", TOKEN),
        ("BOOTHPAY_CORS_ORIGINS", "http://localhost:5173"),
    ])
}

async fn ask(booth: &Running, path: &str, headers: &[(&str, &str)], body: &str) -> Answer {
    let headers = [&[("Content-Type", "application/json")], headers].concat();
    booth.send(Method::POST, path, &headers, body).await
}

#[tokio::test]
async fn the_owners_page_and_his_curl_line_work_on_this_computer_and_nobody_elses_does() {
    let folder = Folder::new();
    let booth = production(&folder, 0);
    assert_eq!(ask(&booth, "/api/generate-qr", &[], &offer("curl")).await.status, 200);
    let page = [("Origin", "http://localhost:5173"), ("Cookie", "theme=dark"), ("ngrok-skip-browser-warning", "1")];
    let answer = ask(&booth, "/api/generate-qr", &page, &offer("page")).await;
    assert_eq!(answer.status, 200);
    assert!(answer.headers.contains("http://localhost:5173"), "{}", answer.headers);

    let strangers: [&[(&str, &str)]; 5] = [
        &[("X-Forwarded-For", "203.0.113.9")],
        &[("X-Forwarded-For", "203.0.113.9"), ("Origin", "http://localhost:5173")],
        &[("Host", "evil.example")],
        &[("Origin", "https://evil.example")],
        &[("Authorization", "Bearer guess")],
    ];
    for headers in strangers {
        let answer = ask(&booth, "/api/generate-qr", headers, &offer("stranger")).await;
        assert!(matches!(answer.status, 401 | 403), "{headers:?}: {}", answer.status);
        assert!(answer.headers.contains("application/problem+json"));
    }
    assert_eq!(booth.get("/api/payment-status/stranger").await.status, 404, "nothing was stored");
    booth.err.wait_for("add \"https://evil.example\" to cors_origins");

    let token = format!("bearer {TOKEN}");
    let remote = [("Authorization", token.as_str()), ("X-Forwarded-For", "203.0.113.9")];
    assert_eq!(ask(&booth, "/api/generate-qr", &remote, &offer("program")).await.status, 200);
}

#[tokio::test]
async fn a_browser_here_is_the_booths_and_pairs_itself_again_after_a_restart() {
    let (folder, port) = (Folder::new(), own_port());
    let booth = production(&folder, port);
    assert_eq!(ask(&booth, "/api/booth/orders", &[], ORDER_BODY).await.status, 401);
    for path in ["/api/booth/orders/a/cancel", "/api/booth/orders/a/print", "/api/booth/orders/a/printed"] {
        assert_eq!(ask(&booth, path, &[], "{}").await.status, 401, "{path}");
    }
    let pair = async |booth: &Running| {
        let answer = ask(booth, "/api/booth/pair", &[], "{}").await;
        assert_eq!(answer.status, 200, "{}", answer.body);
        let start = answer.headers.find("boothpay-booth-").unwrap();
        answer.headers[start..].split(';').next().unwrap().to_owned()
    };
    let cookie = pair(&booth).await;
    assert!(cookie.starts_with(&format!("boothpay-booth-{port}=")), "{cookie}");
    assert_eq!(ask(&booth, "/api/booth/orders", &[("Cookie", &cookie)], ORDER_BODY).await.status, 200);
    booth.kill();

    let booth = folder.serve(&[
        ("BOOTHPAY_LISTEN", &format!("127.0.0.1:{port}")),
        ("BOOTHPAY_PAYME_KEY", KEY),
        ("BOOTHPAY_PAYME_MERCHANT_ID", MERCHANT_ID),
    ]);
    assert_eq!(ask(&booth, "/api/booth/orders", &[("Cookie", &cookie)], ORDER_BODY).await.status, 401);
    let cookie = pair(&booth).await;
    assert_eq!(ask(&booth, "/api/booth/orders", &[("Cookie", &cookie)], ORDER_BODY).await.status, 200);
}
