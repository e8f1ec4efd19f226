//! What a browser is told: whose pages may call, and what the booth's page may do.

use crate::world::{Answer, World};
use axum::body::Body;
use axum::http::Request;
use serde_json::Value;

const OURS: &str = "https://booth.example.uz";
const SETTINGS: &str = "cors_origins = ['https://booth.example.uz', 'null']";

/// What the first user's page sends along.
const ASKED_HEADERS: &str = "cache-control,content-type,ngrok-skip-browser-warning";

/// A request as a page of an origin sends it.
async fn from(world: &World, origin: &str, method: &str, path: &str) -> Answer {
    let mut request = Request::builder().method(method).uri(path).header("origin", origin);
    if method == "OPTIONS" {
        request = request
            .header("access-control-request-method", "POST")
            .header("access-control-request-headers", ASKED_HEADERS)
            .header("access-control-request-private-network", "true");
    }
    world.send(request.body(Body::empty()).unwrap()).await
}

#[tokio::test]
async fn configured_origins_may_call_the_contract() {
    let world = World::new(SETTINGS);
    world.order("a").await;
    for origin in [OURS, "null"] {
        let answer = from(&world, origin, "GET", "/api/payment-status/a").await;
        assert_eq!((answer.status, answer.header("access-control-allow-origin")), (200, origin));
        assert_eq!(answer.header("access-control-allow-credentials"), "true", "the page sends its cookies along");
        assert!(answer.headers.get_all("vary").iter().any(|vary| vary.to_str().unwrap().contains("origin")));
        // Before a page may post JSON, its browser asks.
        let asked = from(&world, origin, "OPTIONS", "/api/generate-qr").await;
        assert_eq!((asked.status, asked.header("access-control-allow-origin")), (200, origin));
        assert_eq!(
            asked.header("access-control-allow-methods"),
            "GET,POST,PUT,DELETE",
            "sessions are changed and deleted"
        );
        assert_eq!(asked.header("access-control-allow-headers"), ASKED_HEADERS, "whatever it asks for");
        assert_eq!(asked.header("access-control-allow-credentials"), "true");
        assert_eq!(asked.header("access-control-allow-private-network"), "true");
    }
}

#[tokio::test]
async fn a_page_of_elsewhere_cannot_mark_an_order_paid() {
    let world = World::new(SETTINGS);
    world.order("a").await;
    let before = world.everything().await;
    let post = |origin: &str| {
        let request = Request::post("/api/test-payment/a").header("host", "127.0.0.1:5000").header("origin", origin);
        request.body(Body::empty()).unwrap()
    };
    for origin in ["https://evil.example", "http://127.0.0.1:5001", "http://localhost.evil.example"] {
        world.send(post(origin)).await.problem(403);
    }
    // A form can send text, but nothing that calls itself JSON.
    let form = Request::post("/api/generate-qr").header("content-type", "text/plain");
    let form = form.body(Body::from(r#"{"order_id":"b","paymentType":"payme","amount":1}"#)).unwrap();
    world.send(form).await.problem(415);
    assert_eq!(world.everything().await, before);
    for origin in ["http://127.0.0.1:5000", OURS] {
        assert_eq!(world.send(post(origin)).await.status, 200, "{origin}");
    }
}

#[tokio::test]
async fn addresses_that_are_not_text_get_a_reason() {
    let world = World::development();
    for path in ["/api/payment-status/%ff", "/api/booth/orders/%ff", "/api/booth/orders/%ff/events", "/assets/%ff"] {
        world.get(path).await.problem(400);
    }
    world.post("/api/test-payment/%ff", "").await.problem(400);
}

#[tokio::test]
async fn other_origins_are_told_nothing() {
    let others =
        ["https://evil.example", "http://booth.example.uz", "https://booth.example.uz.evil.example", "https://x"];
    for settings in ["", SETTINGS] {
        let world = World::new(settings);
        world.order("a").await;
        let before = world.everything().await;
        for origin in others {
            for (method, path) in
                [("GET", "/api/payment-status/a"), ("OPTIONS", "/api/generate-qr"), ("OPTIONS", "/api/test-payment/a")]
            {
                let answer = from(&world, origin, method, path).await;
                assert_eq!(answer.header("access-control-allow-origin"), "", "{origin} {method} {path}");
                assert_eq!(answer.header("access-control-allow-private-network"), "", "{origin} {method} {path}");
            }
        }
        assert_eq!(world.everything().await, before);
    }
    let world = World::development();
    world.order("a").await;
    let answer = from(&world, "null", "GET", "/api/payment-status/a").await;
    assert_eq!(answer.header("access-control-allow-origin"), "", "files are origins only when configured");
}

#[tokio::test]
async fn webhook_and_booth_are_open_to_no_page_of_elsewhere() {
    let world = World::new(SETTINGS);
    world.order("a").await;
    for path in ["/api/payme/webhook", "/api/booth/orders", "/api/booth/orders/a/cancel", "/"] {
        let answer = from(&world, OURS, "OPTIONS", path).await;
        assert_eq!(answer.header("access-control-allow-origin"), "", "{path}");
    }
}

#[tokio::test]
async fn every_answer_that_a_browser_may_show_carries_the_security_headers() {
    let world = World::development();
    world.order("a").await;
    let answers = [
        world.get("/").await,
        world.get("/assets/kiosk/js/app.js").await,
        world.get("/api/payment-status/a").await,
        world.get("/api/booth/orders/a").await,
        world.get("/nowhere").await,
        world.post("/api/generate-qr", "{").await,
    ];
    for answer in answers {
        assert_eq!(answer.header("x-content-type-options"), "nosniff");
        assert_eq!(answer.header("referrer-policy"), "no-referrer");
        assert_eq!(answer.header("cross-origin-opener-policy"), "same-origin");
        let policy = answer.header("content-security-policy");
        for rule in ["default-src 'none'", "script-src 'self';", "frame-ancestors 'none'", "base-uri 'none'"] {
            assert!(policy.contains(rule), "{policy}");
        }
        assert!(!policy.contains("unsafe"), "{policy}");
    }
}

/// No page ever comes from there, so nothing is said about pages.
#[tokio::test]
async fn the_webhooks_answers_are_neither_kept_nor_taken_for_something_else() {
    let answer = World::development().get("/api/payme/webhook").await;
    assert_eq!(answer.header("x-content-type-options"), "nosniff");
    assert_eq!(answer.header("cache-control"), "no-store");
    assert_eq!(answer.header("content-type"), "application/json; charset=UTF-8");
}

#[tokio::test]
async fn the_page_is_html_that_is_never_kept() {
    let answer = World::development().get("/").await;
    assert_eq!((answer.status, answer.header("cache-control")), (200, "no-store"));
    assert_eq!(answer.header("content-type"), "text/html; charset=utf-8");
    assert!(!answer.text().contains("onclick=") && !answer.text().contains("<style"), "nothing runs inline");
}

#[tokio::test]
async fn no_name_of_a_booth_breaks_out_of_the_page() {
    let name = "</script><script>alert('1')</script>\\\"<!--";
    let world = World::new(&format!("[booth]\nname = '''{name}'''"));
    let page = world.get("/").await.text().to_owned();
    assert!(!page.contains("<script>alert") && !page.contains("<!--"), "the name is markup");
    // The settings that travel with the page are JSON still, and hold the name as it is.
    let blocks = page.split("<script").filter_map(|block| block.split_once('>')?.1.split("</script>").next());
    let named =
        blocks.filter_map(|text| serde_json::from_str::<Value>(text).ok()).any(|json| json["booth"]["name"] == name);
    assert!(named, "the name is not in the page's settings");
}

#[tokio::test]
async fn files_are_served_from_one_place_only() {
    let world = World::development();
    let script = world.get("/assets/kiosk/js/app.js").await;
    assert_eq!((script.status, script.header("content-type")), (200, "text/javascript; charset=utf-8"));
    let request = Request::get("/assets/kiosk/js/app.js").header("if-none-match", script.header("etag"));
    let again = world.send(request.body(Body::empty()).unwrap()).await;
    assert_eq!((again.status, again.body.len()), (304, 0));
    for path in [
        "nothing.js",
        "../Cargo.toml",
        "%2e%2e/Cargo.toml",
        "..%2fCargo.toml",
        "kiosk/../../Cargo.toml",
        "%2fetc%2fpasswd",
        "kiosk%00",
    ] {
        world.get(&format!("/assets/{path}")).await.problem(404);
    }
}
