//! How often somebody may ask, by address; and that whoever has the right key never pays for it.

use crate::world::{Answer, KEY, PRODUCTION, START, World, basic, paycom, rpc};
use axum::body::Body;
use axum::http::{Method, Request};
use boothpay_server::net::Peer;
use boothpay_server::router;
use std::sync::Arc;
use tower::ServiceExt;

/// What one address of the network may ask at once, and what it may type.
const ORDERS: usize = 30;
const STATUSES: usize = 300;
const CLAIMS: usize = 20;
const WRONG_KEYS: usize = 30;

async fn send(world: &World, from: &str, method: Method, path: &str, headers: &[(&str, &str)], body: &str) -> Answer {
    let mut request = Request::builder().method(method).uri(path).header("content-type", "application/json");
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let mut request = request.body(Body::from(body.to_owned())).unwrap();
    request.extensions_mut().insert(Peer::at(from.parse().unwrap()));
    world.send(request).await
}

async fn status(world: &World, from: &str) -> Answer {
    send(world, from, Method::GET, "/api/payment-status/a", &[], "").await
}

async fn offer(world: &World, from: &str, number: usize) -> Answer {
    let body = format!(r#"{{"order_id": "o-{number}", "paymentType": "payme", "amount": 10000}}"#);
    send(world, from, Method::POST, "/api/generate-qr", &[], &body).await
}

fn refused(answer: &Answer) {
    let seconds: u32 = answer.header("retry-after").parse().unwrap();
    let detail = answer.problem(429);
    assert!((1..=60).contains(&seconds) && detail.contains(&format!("{seconds} s")), "{detail}");
}

#[tokio::test]
async fn an_address_asks_for_statuses_at_its_rate_and_others_do_not_notice() {
    let world = World::new(PRODUCTION);
    world.order("a").await;
    for _ in 0..STATUSES {
        assert_eq!(status(&world, "203.0.113.7").await.status, 200);
    }
    refused(&status(&world, "203.0.113.7").await);
    for other in ["203.0.113.8", "2001:db8::1", "127.0.0.1"] {
        assert_eq!(status(&world, other).await.status, 200, "{other}");
    }
    world.set_time(START + 60_000);
    assert_eq!(status(&world, "203.0.113.7").await.status, 200);
}

#[tokio::test]
async fn an_ipv6_address_is_as_many_as_its_owner_has() {
    let world = World::new(PRODUCTION);
    for number in 0..STATUSES {
        status(&world, &format!("2001:db8:1:2::{number:x}")).await;
    }
    refused(&status(&world, "2001:db8:1:2:ffff::1").await);
    assert_ne!(status(&world, "2001:db8:1:3::1").await.status, 429);
}

#[tokio::test]
async fn orders_of_strangers_are_few_and_the_store_is_not_asked_beyond() {
    let world = World::new(PRODUCTION);
    for number in 0..ORDERS {
        assert_ne!(offer(&world, "203.0.113.7", number).await.status, 429);
    }
    let before = world.everything().await;
    for number in 0..100 {
        refused(&offer(&world, "203.0.113.7", 1000 + number).await);
    }
    assert_eq!(world.everything().await, before);
}

#[tokio::test]
async fn whoever_guesses_numbers_learns_nothing_more_and_whoever_watches_his_order_is_not_disturbed() {
    let world = World::new(PRODUCTION);
    world.order("a").await;
    let show = async |order: &str| {
        let path = format!("/api/booth/orders/{order}");
        send(&world, "203.0.113.7", Method::GET, &path, &[], "").await
    };
    for _ in 0..100 {
        assert_eq!(show("a").await.status, 200);
    }
    for number in 0..CLAIMS {
        show(&format!("guess-{number}")).await.problem(404);
    }
    refused(&show("guess").await);
    refused(&show("a").await);
    world.set_time(START + 60_000);
    assert_eq!(show("a").await.status, 200);
}

#[tokio::test]
async fn watching_is_no_way_around_the_limit_of_guesses() {
    let world = World::new(PRODUCTION);
    let watch = async |number: usize| {
        let path = format!("/api/booth/orders/guess-{number}/events");
        send(&world, "203.0.113.7", Method::GET, &path, &[], "").await
    };
    for number in 0..CLAIMS {
        watch(number).await.problem(404);
    }
    refused(&watch(CLAIMS).await);
    send(&world, "203.0.113.8", Method::GET, "/api/booth/orders/guess/events", &[], "").await.problem(404);
}

#[tokio::test]
async fn wrong_numbers_typed_at_a_screen_do_not_close_its_own_order() {
    let token = "a-token-for-programs-of-16-or-more";
    let world = World::new(&format!("{PRODUCTION}[api]\ntoken = '{token}'"));
    world.order("a").await;
    let body = format!(r#"{{"token":"{token}"}}"#);
    let paired = send(&world, "203.0.113.7", Method::POST, "/api/booth/pair", &[], &body).await;
    let cookie = paired.header("set-cookie").split(';').next().unwrap().to_owned();
    let show = async |order: &str, cookie: &str| {
        let path = format!("/api/booth/orders/{order}");
        send(&world, "203.0.113.7", Method::GET, &path, &[("cookie", cookie)], "").await
    };
    for number in 0..CLAIMS {
        show(&format!("guess-{number}"), &cookie).await.problem(404);
    }
    refused(&show("guess", &cookie).await);
    assert_eq!(show("a", &cookie).await.status, 200);
    let watched = Request::get("/api/booth/orders/a/events").header("cookie", &cookie);
    let mut watched = watched.body(Body::empty()).unwrap();
    let here = Some("127.0.0.1:5000".parse().unwrap());
    watched.extensions_mut().insert(Peer::between("203.0.113.7".parse().unwrap(), here));
    assert_eq!(router(Arc::clone(&world.app)).oneshot(watched).await.unwrap().status(), 200);
    // Who has no proof learns nothing more, beside it or with a cookie of his own making.
    for other in ["", "boothpay-booth-5000=guess"] {
        refused(&show("a", other).await);
    }
}

#[tokio::test]
async fn an_owner_may_set_how_often_somebody_asks() {
    let limits = "[limits]\norders_per_minute = 2\nwrong_keys_per_minute = 4\nclaims_per_minute = 3\nstatuses_per_minute = 60\nwatchers_by_address = 1\n\
                  addresses_behind_proxy = 2\n";
    let open = World::new(limits);
    for number in 0..2 {
        assert_eq!(offer(&open, "203.0.113.7", number).await.status, 200);
    }
    refused(&offer(&open, "203.0.113.7", 2).await);
    let world = World::new(&format!("{PRODUCTION}{limits}"));
    world.order("a").await;
    for number in 0..4 {
        offer(&world, "203.0.113.7", number).await.problem(401);
    }
    refused(&offer(&world, "203.0.113.7", 4).await);
    for _ in 0..60 {
        assert_eq!(status(&world, "203.0.113.8").await.status, 200);
    }
    refused(&status(&world, "203.0.113.8").await);
    let show = async |order: &str| {
        send(&world, "203.0.113.9", Method::GET, &format!("/api/booth/orders/{order}"), &[], "").await
    };
    for number in 0..3 {
        show(&format!("guess-{number}")).await.problem(404);
    }
    refused(&show("guess").await);
    // Through a proxy that names another address with every call.
    let mut through = 0;
    for number in 0..130 {
        let forwarded = format!("198.51.100.{number}");
        let headers = [("x-forwarded-for", forwarded.as_str())];
        through += i32::from(
            send(&world, "127.0.0.1", Method::GET, "/api/payment-status/a", &headers, "").await.status == 200,
        );
    }
    assert_eq!(through, 120, "two addresses' worth");
    let watch = async || {
        let mut request = Request::get("/api/booth/orders/a/events").body(Body::empty()).unwrap();
        request.extensions_mut().insert(Peer::at("203.0.113.10".parse().unwrap()));
        router(Arc::clone(&world.app)).oneshot(request).await.unwrap()
    };
    let first = watch().await;
    assert_eq!((first.status().as_u16(), watch().await.status().as_u16()), (200, 503));
}

#[tokio::test]
async fn strangers_behind_the_same_proxy_take_nothing_from_a_paired_screen() {
    let (token, folder) = ("a-token-for-programs-of-16-or-more", tempfile::TempDir::new().unwrap());
    let photos = folder.path().join("photos");
    let world = World::new(&format!(
        "{PRODUCTION}[api]\ntoken = '{token}'\n[photos]\nsource = 'boothpay'\nfolder = {photos:?}\n[limits]\norders_per_minute = 2\n\
         statuses_per_minute = 60\naddresses_behind_proxy = 2\n"
    ));
    world.order("a").await;
    let through = async |from: &str, cookie: &str, method: Method, path: &str, body: &str| {
        let headers = [("x-forwarded-for", from), ("cookie", cookie)];
        send(&world, "127.0.0.1", method, path, &headers, body).await
    };
    let screen = "198.51.100.7";
    let body = format!(r#"{{"token":"{token}"}}"#);
    let paired = through(screen, "", Method::POST, "/api/booth/pair", &body).await;
    let cookie = paired.header("set-cookie").split(';').next().unwrap().to_owned();
    let made_up = "/api/session/00000000-0000-4000-8000-000000000000";
    let flood = async |method: Method, path: &str| {
        let mut last = 0;
        for number in 0..200 {
            last = through(&format!("2001:db8:{number:x}::1"), "", method.clone(), path, "").await.status;
        }
        last
    };
    assert_eq!(flood(Method::DELETE, made_up).await, 429);
    assert_eq!(flood(Method::GET, "/api/payment-status/a").await, 429);
    for (method, path, body, status) in [
        (Method::GET, "/api/booth/orders/a", "", 200),
        (Method::GET, "/api/payment-status/a", "", 200),
        (Method::GET, "/api/booth/ready", "", 200),
        (Method::GET, "/api/booth/layouts", "", 200),
        (Method::POST, "/api/booth/shots", r#"{"layout":"single"}"#, 201),
        (Method::DELETE, made_up, "", 404),
    ] {
        let answer = through(screen, &cookie, method, path, body).await;
        assert_eq!(answer.status, status, "{path}: {}", answer.text());
    }
    // Nor does it have more than its address: anybody can stand before it.
    let mut seen = 0;
    for _ in 0..80 {
        seen += usize::from(through(screen, &cookie, Method::GET, "/api/booth/orders/a", "").await.status == 200);
    }
    assert!(seen < 60, "{seen}");
}

#[tokio::test]
async fn load_tests_in_development_are_not_limited() {
    let world = World::development();
    for number in 0..3000 {
        assert_eq!(offer(&world, "127.0.0.1", number).await.status, 200);
    }
}

#[tokio::test]
async fn wrong_keys_are_answered_in_form_and_a_right_key_never_waits_for_them() {
    let world = World::new(PRODUCTION);
    let call = |pair: &str| {
        let (world, pair) = (&world, basic(pair));
        async move {
            let (path, body) = ("/api/payme/webhook", rpc("CheckTransaction", r#"{"id": "nobody"}"#));
            let headers = [("authorization", pair.as_str())];
            send(world, "203.0.113.7", Method::POST, path, &headers, &body).await.code()
        }
    };
    tokio::time::pause();
    let begun = tokio::time::Instant::now();
    for _ in 0..WRONG_KEYS {
        assert_eq!(call("Paycom:wrong").await, -32504);
    }
    assert_eq!(begun.elapsed().as_secs(), 0);
    for _ in 0..10 {
        assert_eq!(call("Paycom:wrong").await, -32504);
    }
    assert_eq!(begun.elapsed().as_secs(), 10, "each is held back a second");
    tokio::time::resume();
    let begun = std::time::Instant::now();
    assert_eq!(call(&paycom()).await, -31003, "{KEY} is right");
    assert!(begun.elapsed().as_secs() < 1);
}
