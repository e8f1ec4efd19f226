//! Who may change orders in production, and what a page of elsewhere may do in any mode.

use crate::world::{Answer, PRODUCTION, START, World};
use axum::body::Body;
use axum::http::Request;
use axum::http::request::Builder;
use boothpay_server::screens;
use serde_json::{Value, json};

const TOKEN: &str = "a-token-for-programs-of-16-or-more";
const OFFER: &str = r#"{"order_id":"new","paymentType":"payme","amount":10000}"#;
const ORDER_BODY: &str = r#"{"copies":1,"paymentType":"payme"}"#;

/// Settings of a booth in production with a page of the owner's own and programs elsewhere.
fn settings() -> String {
    format!(
        "cors_origins = ['http://localhost:5173', 'file://', 'app://booth']\nhost_names = ['booth.example.uz']\n{PRODUCTION}[api]\ntoken = '{TOKEN}'"
    )
}

fn post(path: &str) -> Builder {
    Request::post(path).header("content-type", "application/json")
}

fn with(request: Builder, headers: &[(&str, &str)], body: &str) -> Request<Body> {
    let request = headers.iter().fold(request, |request, (name, value)| request.header(*name, *value));
    request.body(Body::from(body.to_owned())).unwrap()
}

/// Every call that changes something.
const CHANGES: [(&str, &str); 6] = [
    ("/api/generate-qr", OFFER),
    ("/api/booth/orders", ORDER_BODY),
    ("/api/booth/orders/a/cancel", "{}"),
    ("/api/booth/orders/a/new-code", "{}"),
    ("/api/booth/orders/a/print", r#"{"page":"page-of-a-stranger"}"#),
    ("/api/booth/orders/a/printed", "{}"),
];

/// The cookie of a browser that was paired on this computer.
async fn paired(world: &World) -> String {
    let answer = world.post("/api/booth/pair", "{}").await;
    assert_eq!((answer.status, answer.json()), (200, json!({ "paired": true })));
    let cookie = answer.header("set-cookie");
    for part in ["HttpOnly", "SameSite=Strict", "Path=/", "boothpay-booth-5000="] {
        assert!(cookie.contains(part), "{cookie}");
    }
    assert!(!cookie.contains("Secure"), "the booth's own computer speaks plain HTTP");
    cookie.split(';').next().unwrap().to_owned()
}

#[tokio::test]
async fn a_stranger_in_the_network_changes_nothing() {
    let world = World::new(&settings());
    world.order("a").await;
    let before = world.everything().await;
    let strangers: [(&str, &[(&str, &str)]); 8] = [
        ("192.168.1.7", &[("host", "192.168.1.5:5000")]),
        ("192.168.1.7", &[("host", "127.0.0.1:5000")]),
        ("192.168.1.7", &[("host", "127.0.0.1:5000"), ("origin", "http://localhost:5173")]),
        ("192.168.1.7", &[("authorization", "Basic UGF5Y29tOng=")]),
        ("127.0.0.1", &[("x-forwarded-for", "203.0.113.9")]),
        ("127.0.0.1", &[("host", "booth.example.uz")]),
        ("192.168.1.7", &[("cookie", "boothpay-booth-5000=guess")]),
        ("fe80::1", &[]),
    ];
    for (peer, headers) in strangers {
        for (path, body) in CHANGES {
            let reason = world.send_from(peer, with(post(path), headers, body)).await.problem(401);
            assert!(reason.contains("api.token"), "{path}: {reason}");
        }
    }
    assert_eq!(world.everything().await, before);
}

#[tokio::test]
async fn no_header_of_a_proxy_and_no_other_host_is_this_computer() {
    let world = World::new(&settings());
    let before = world.everything().await;
    for header in [
        "forwarded",
        "via",
        "x-forwarded-for",
        "x-forwarded-host",
        "x-forwarded-proto",
        "x-real-ip",
        "cf-connecting-ip",
        "true-client-ip",
        "x-original-host",
    ] {
        world.send(with(post("/api/generate-qr"), &[(header, "x")], OFFER)).await.problem(401);
        world.send(with(post("/api/booth/pair"), &[(header, "x")], "{}")).await.problem(401);
    }
    for host in ["127.0.0.1", "127.0.0.1:5001", "192.168.1.5:5000", "[::2]:5000", "booth.example.uz:5000"] {
        world.send(with(post("/api/generate-qr"), &[("host", host)], OFFER)).await.problem(401);
        world.send(with(post("/api/booth/pair"), &[("host", host)], "{}")).await.problem(401);
    }
    // A name that leads here since its owner said so (DNS rebinding), and what only begins like this computer.
    for host in ["evil.example:5000", "localhost.evil.example:5000", "127.0.0.1.evil.example:5000", "a@localhost:5000"]
    {
        world.send(with(post("/api/generate-qr"), &[("host", host)], OFFER)).await.problem(401);
        world.send(with(post("/api/booth/pair"), &[("host", host)], "{}")).await.problem(403);
    }
    assert_eq!(world.everything().await, before);
    for host in ["127.0.0.1:5000", "localhost:5000", "LOCALHOST:5000", "[::1]:5000", "127.8.8.8:5000"] {
        assert_eq!(world.send(with(post("/api/generate-qr"), &[("host", host)], OFFER)).await.status, 200, "{host}");
    }
}

#[tokio::test]
async fn the_booths_browser_pairs_itself_on_this_computer_and_then_does_its_work() {
    let world = World::new(&settings());
    let page = world.get("/").await;
    assert!(page.text().contains(r#"data-access="itself""#));
    assert_eq!(page.header("set-cookie"), "", "looking at the page gives nothing away");
    world.post("/api/booth/orders", ORDER_BODY).await.problem(401);
    let cookie = paired(&world).await;
    let own: [(&str, &str); 2] = [("cookie", &cookie), ("origin", "http://127.0.0.1:5000")];
    let page = world.send(with(Request::get("/"), &own[..1], "")).await;
    assert!(page.text().contains(r#"data-access="paired""#));
    assert!(page.header("set-cookie").starts_with(&cookie), "and the cookie's time begins anew");
    let made = world.send(with(post("/api/booth/orders"), &own, ORDER_BODY)).await.json();
    let path = format!("/api/booth/orders/{}/cancel", made["order_id"].as_str().unwrap());
    world.post(&path, "{}").await.problem(401);
    let closed = world.send(with(post(&path), &own, "{}")).await.json();
    assert_eq!(closed["status"], "cancelled");
    // Another server knows nothing of it.
    World::new(&settings()).send(with(post("/api/booth/orders"), &own, ORDER_BODY)).await.problem(401);
}

#[tokio::test]
async fn a_cookie_is_no_use_to_pages_of_elsewhere() {
    let world = World::new(&settings());
    world.order("a").await;
    let cookie = paired(&world).await;
    let before = world.everything().await;
    for origin in ["https://evil.example", "http://127.0.0.1:5001", "http://localhost:5000", "null-but-not"] {
        for (path, body) in CHANGES {
            let headers = [("cookie", cookie.as_str()), ("origin", origin)];
            world.send(with(post(path), &headers, body)).await.problem(403);
        }
        world.send(with(post("/api/booth/pair"), &[("origin", origin)], "{}")).await.problem(403);
    }
    for site in ["cross-site", "same-site"] {
        let headers = [("cookie", cookie.as_str()), ("sec-fetch-site", site)];
        world.send(with(post("/api/booth/orders"), &headers, ORDER_BODY)).await.problem(403);
    }
    // A form sends its cookies to its own site, but no JSON.
    let form = [("cookie", cookie.as_str()), ("content-type", "text/plain")];
    world.send(with(Request::post("/api/booth/orders"), &form, ORDER_BODY)).await.problem(415);
    assert_eq!(world.everything().await, before);
}

#[tokio::test]
async fn the_owners_page_on_this_computer_works_unchanged() {
    let world = World::new(&settings());
    for (number, origin) in ["http://localhost:5173", "null", "file://", "app://booth"].into_iter().enumerate() {
        let body = format!(r#"{{"order_id":"photobooth-{number}","paymentType":"payme","amount":"10000"}}"#);
        let headers = [
            ("origin", origin),
            ("sec-fetch-site", "cross-site"),
            ("cookie", "theme=dark"),
            ("cache-control", "no-cache"),
            ("ngrok-skip-browser-warning", "1"),
        ];
        let answer = world.send(with(post("/api/generate-qr"), &headers, &body)).await;
        assert_eq!((answer.status, answer.header("access-control-allow-origin")), (200, origin), "{}", answer.text());
        assert_eq!(answer.header("access-control-allow-credentials"), "true");
        // It makes orders; what the booth's screen does is not its business.
        let answer = world.send(with(post("/api/booth/orders/photobooth-0/cancel"), &headers, "{}")).await;
        answer.problem(401);
    }
    let reason =
        world.send(with(post("/api/generate-qr"), &[("origin", "http://localhost:3000")], OFFER)).await.problem(403);
    assert!(reason.contains("\"http://localhost:3000\" to cors_origins"), "{reason}");
}

#[tokio::test]
async fn programs_on_this_computer_need_no_token_unless_the_owner_says_so() {
    let world = World::new(&settings());
    assert_eq!(world.post("/api/generate-qr", OFFER).await.status, 200, "the owner's curl line");
    let strict = World::new(&format!("{}\ntrust_this_computer = false", settings()));
    let before = strict.everything().await;
    strict.post("/api/generate-qr", OFFER).await.problem(401);
    strict.send(with(post("/api/generate-qr"), &[("origin", "http://localhost:5173")], OFFER)).await.problem(401);
    strict.post("/api/booth/pair", "{}").await.problem(401);
    assert!(strict.get("/").await.text().contains(r#"data-access="code""#));
    assert_eq!(strict.everything().await, before);
}

#[tokio::test]
async fn the_token_opens_everything_from_anywhere() {
    let world = World::new(&settings());
    let remote = [("host", "booth.example.uz"), ("x-forwarded-for", "203.0.113.9")];
    for (number, scheme) in ["Bearer", "bearer", "BEARER"].into_iter().enumerate() {
        let token = format!("{scheme} {TOKEN}");
        let headers = [&remote[..], &[("authorization", token.as_str())]].concat();
        let ask = async |path: &str, body: &str| world.send_from("192.168.1.7", with(post(path), &headers, body)).await;
        let body = format!(r#"{{"order_id":"a{number}","paymentType":"payme","amount":10000}}"#);
        assert_eq!(ask("/api/generate-qr", &body).await.status, 200);
        assert_eq!(ask("/api/booth/orders", ORDER_BODY).await.status, 200);
        assert_eq!(ask(&format!("/api/booth/orders/a{number}/cancel"), "{}").await.json()["status"], "cancelled");
    }
    let before = world.everything().await;
    for wrong in ["Bearer guess", "Bearer", "Bearer ", &format!("Bearer {TOKEN}x"), &format!("Bearer  x{TOKEN}")] {
        let headers = [("authorization", wrong), ("host", "192.168.1.5:5000")];
        for (path, body) in CHANGES {
            world.send_from("192.168.1.7", with(post(path), &headers, body)).await.problem(401);
        }
    }
    // Without a token in the settings none is right, and an empty one least of all.
    let closed = World::new(PRODUCTION);
    for token in ["Bearer ", "Bearer x"] {
        let headers = [("authorization", token), ("host", "192.168.1.5:5000")];
        closed.send_from("192.168.1.7", with(post("/api/generate-qr"), &headers, OFFER)).await.problem(401);
    }
    assert_eq!(world.everything().await, before);
}

#[tokio::test]
async fn in_development_no_other_name_and_no_other_page_changes_anything() {
    let world = World::new("cors_origins = ['http://localhost:5173']\nhost_names = ['booth.example.uz']");
    world.order("a").await;
    let before = world.everything().await;
    let mut changes = CHANGES.to_vec();
    changes.push(("/api/test-payment/a", ""));
    for (path, body) in &changes {
        for host in ["evil.example:5000", "localhost.evil.example"] {
            let reason = world.send(with(post(path), &[("host", host)], body)).await.problem(403);
            assert!(reason.contains("host_names"), "{reason}");
        }
        for origin in ["https://evil.example", "null", "http://127.0.0.1:5001"] {
            world.send(with(post(path), &[("origin", origin)], body)).await.problem(403);
        }
        world.send(with(post(path), &[("sec-fetch-site", "cross-site")], body)).await.problem(403);
    }
    world.send(with(Request::get("/api/stats"), &[("host", "evil.example")], "")).await.problem(403);
    assert_eq!(world.everything().await, before);
    for host in ["localhost:5000", "192.168.1.5:5000", "[::1]", "Booth.example.uz"] {
        let body = format!(r#"{{"order_id":"b-{}","paymentType":"payme","amount":1}}"#, host.len());
        assert_eq!(world.send(with(post("/api/generate-qr"), &[("host", host)], &body)).await.status, 200, "{host}");
    }
}

#[tokio::test]
async fn what_strangers_write_comes_back_visible() {
    let world = World::development();
    let answer = world.get("/api/payment-status/a%E2%80%AEb%E2%80%8B").await;
    assert_eq!((answer.status, answer.json()["order_id"].clone()), (404, Value::from("a\\u{202e}b\\u{200b}")));
    let answer: Answer = world.get("/api/%E2%80%AE").await;
    assert!(answer.problem(404).is_ascii());
    let offer = "{\"order_id\":\"a\u{202e}b\",\"paymentType\":\"payme\",\"amount\":1}";
    assert!(world.post("/api/generate-qr", offer).await.problem(400).is_ascii());
}

#[tokio::test]
async fn a_screen_in_the_network_is_paired_by_the_token_and_stays_so_until_it_is_changed() {
    let tablet = [("host", "192.168.1.5:5000"), ("origin", "http://192.168.1.5:5000")];
    let ask = async |world: &World, path: &str, headers: &[(&str, &str)], body: &str| {
        let headers = [&tablet[..], headers].concat();
        world.send_from("192.168.1.7", with(post(path), &headers, body)).await
    };
    let world = World::new(&settings());
    for wrong in ["{}", r#"{"token":""}"#, r#"{"token":"guess"}"#] {
        ask(&world, "/api/booth/pair", &[], wrong).await.problem(401);
    }
    let paired = ask(&world, "/api/booth/pair", &[], &format!(r#"{{"token":"{TOKEN}"}}"#)).await;
    assert_eq!(paired.status, 200, "{}", paired.text());
    let cookie = paired.header("set-cookie").split(';').next().unwrap().to_owned();
    assert!(!cookie.contains(TOKEN), "who takes the browser has no token");
    assert_eq!(ask(&world, "/api/booth/orders", &[("cookie", &cookie)], ORDER_BODY).await.status, 200);
    // Through a proxy, after a restart, and no longer once the token is another.
    let forwarded = [("cookie", cookie.as_str()), ("x-forwarded-for", "192.168.1.7")];
    assert_eq!(ask(&World::new(&settings()), "/api/booth/orders", &forwarded, ORDER_BODY).await.status, 200);
    let changed = World::new(&settings().replace(TOKEN, "another-token-of-16-or-more"));
    ask(&changed, "/api/booth/orders", &[("cookie", &cookie)], ORDER_BODY).await.problem(401);
    // Without a token in the settings nobody is paired by one.
    for token in ["", "x"] {
        ask(&World::new(PRODUCTION), "/api/booth/pair", &[], &format!(r#"{{"token":"{token}"}}"#)).await.problem(401);
    }
    let page = world.send_from("192.168.1.7", with(Request::get("/"), &[tablet[0], ("cookie", &cookie)], "")).await;
    assert!(page.text().contains(r#"data-access="paired""#));
}

/// What a tablet in the booth's network sends.
async fn tablet(world: &World, path: &str, headers: &[(&str, &str)], body: &str) -> Answer {
    let own = [("host", "192.168.1.5:5000"), ("origin", "http://192.168.1.5:5000")];
    world.send_from("192.168.1.7", with(post(path), &[&own[..], headers].concat(), body)).await
}

async fn code(world: &World, name: &str) -> String {
    screens::issue_code(&world.app.store, &world.app.clock, Some(name)).await.unwrap().unwrap().0
}

#[tokio::test]
async fn a_screen_in_the_network_is_paired_by_a_code_once_until_its_owner_takes_that_back() {
    let world = World::new(PRODUCTION);
    let pair = async |code: &str| tablet(&world, "/api/booth/pair", &[], &json!({ "code": code }).to_string()).await;
    pair("2345 6789").await.problem(401);
    let first = code(&world, "hall").await;
    // As people type it.
    let paired = pair(&format!(" {} ", first.to_lowercase().replace(' ', "-"))).await;
    assert_eq!(paired.status, 200, "{}", paired.text());
    let reason = pair(&first).await.problem(401);
    assert!(reason.contains("boothpay booth pair"), "{reason}");
    let cookie = paired.header("set-cookie").split(';').next().unwrap().to_owned();
    let sells =
        async |world: &World| tablet(world, "/api/booth/orders", &[("cookie", &cookie)], ORDER_BODY).await.status;
    assert_eq!(sells(&world).await, 200);
    let page = with(Request::get("/"), &[("host", "192.168.1.5:5000"), ("cookie", &cookie)], "");
    assert!(world.send_from("192.168.1.7", page).await.text().contains(r#"data-access="paired""#));
    assert_eq!(sells(&World::new(PRODUCTION)).await, 401, "another booth's database knows nothing of it");

    // Another screen under the same name takes its place; another name does not.
    for (name, status) in [("kitchen", 200), ("hall", 401)] {
        let next = code(&world, name).await;
        assert_eq!(pair(&next).await.status, 200);
        assert_eq!(sells(&world).await, status, "{name}");
    }
    let next = code(&world, "tablet").await;
    let paired = pair(&next).await;
    let cookie = paired.header("set-cookie").split(';').next().unwrap().to_owned();
    let sells = async || tablet(&world, "/api/booth/orders", &[("cookie", &cookie)], ORDER_BODY).await.status;
    assert_eq!(sells().await, 200);
    screens::unpair(&world.app.store, &world.app.clock, "tablet").await.unwrap().unwrap();
    assert_eq!(sells().await, 401);
}

#[tokio::test]
async fn a_code_is_neither_late_nor_guessed_nor_used_by_a_page_of_elsewhere() {
    let world = World::new(PRODUCTION);
    let pair = async |code: &str| tablet(&world, "/api/booth/pair", &[], &json!({ "code": code }).to_string()).await;
    let late = code(&world, "hall").await;
    world.set_time(START + 600_000);
    pair(&late).await.problem(401);

    // Guesses of strangers do not void it, however soon they come.
    let guessed = code(&world, "hall").await;
    for guess in ["22222222", "33333333", "44444444", "55555555", "66666666", "77777777"] {
        pair(guess).await.problem(401);
    }
    assert_eq!(pair(&guessed).await.status, 200);
    // What is no code at all costs the right one nothing.
    let kept = code(&world, "hall").await;
    for rubbish in ["", "short", "0000 0000 0000", "\u{202e}", &"x".repeat(10_000)] {
        pair(rubbish).await.problem(401);
    }
    let body = json!({ "code": kept }).to_string();
    for (header, value) in [("origin", "https://evil.example"), ("sec-fetch-site", "cross-site")] {
        let headers = [("host", "192.168.1.5:5000"), (header, value)];
        world.send_from("192.168.1.7", with(post("/api/booth/pair"), &headers, &body)).await.problem(403);
    }
    assert_eq!(pair(&kept).await.status, 200);

    // Who goes on guessing is not heard any more, and does not use up the next code.
    let next = code(&world, "hall").await;
    while pair("short").await.status != 429 {}
    for _ in 0..10 {
        pair("77777777").await.problem(429);
    }
    assert_eq!(
        world
            .send_from("192.168.1.8", with(post("/api/booth/pair"), &[], &json!({ "code": next }).to_string()))
            .await
            .status,
        200
    );
}

#[tokio::test]
async fn in_development_no_page_of_elsewhere_plays_a_wallet() {
    let world = World::development();
    world.order("booth-1").await;
    let before = world.everything().await;
    let create = r#"{"id":1,"method":"CreateTransaction","params":{"id":"p","time":1700000000000,"amount":1000000,"account":{"order_id":"booth-1"}}}"#;
    let uzum = r#"{"serviceId":1,"timestamp":1700000000000,"transId":"3f1a2b4c-0d5e-4f60-8a7b-9c8d7e6f5a4b","params":{"account":"booth-1"},"amount":1000000}"#;
    let click = crate::click::PREPARE.body();
    let strangers = [[("origin", "https://evil.example")], [("sec-fetch-site", "cross-site")]];
    for stranger in &strangers {
        let ask = async |path: &str, body: &str| world.send(with(post(path), stranger, body)).await;
        assert_eq!(ask("/api/payme/webhook", create).await.code(), -32504, "{stranger:?}");
        let prepared = world.send(with(Request::post("/api/click/prepare"), stranger, &click)).await;
        assert_eq!(prepared.json()["error"], -1, "{stranger:?}");
        assert_eq!(ask("/api/uzum/create", uzum).await.json()["errorCode"], "10001", "{stranger:?}");
    }
    assert_eq!(world.everything().await, before);
    // The owner's own lines, his tunnel, and his own page.
    for own in [("x-nothing", ""), ("host", "tunnel.example"), ("origin", "http://127.0.0.1:5000")] {
        assert_eq!(world.send(with(post("/api/payme/webhook"), &[own], create)).await.code(), 0, "{own:?}");
    }
}
