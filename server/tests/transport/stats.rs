//! `GET /api/stats`: the owner's totals, by the booth's own day, and for the owner's eyes only.

use crate::world::{Answer, PRODUCTION, World};
use axum::body::Body;
use axum::http::Request;
use boothpay_server::sweep;
use serde_json::{Value, json};

/// Midnight in Tashkent between 2023-11-15 and 2023-11-16: 19:00 UTC.
const MIDNIGHT: i64 = 1_700_074_800_000;

const TOKEN: &str = "a-token-of-16-or-more";

async fn stats(world: &World) -> Value {
    let answer = world.get("/api/stats").await;
    assert_eq!((answer.status, answer.header("cache-control")), (200, "no-store"));
    let mut said = answer.json();
    let (orders, paid) = (said["orders"].clone(), said["paid_total_soum"].clone());
    let count = |words: &[&str]| words.iter().map(|word| orders[word].as_i64().unwrap()).sum::<i64>();
    // Under the first user's names, the same again.
    let his = [
        ("total_payments", json!(count(&["pending", "paid", "cancelled", "refunded", "expired"]))),
        ("success_payments", json!(count(&["paid"]))),
        ("pending_payments", json!(count(&["pending"]))),
        ("canceled_payments", json!(count(&["cancelled", "refunded"]))),
        ("total_revenue", paid),
    ];
    for (name, expected) in his {
        assert_eq!(said.as_object_mut().unwrap().remove(name), Some(expected), "{name}");
    }
    // Today's, which adds up to the same.
    let report = said.as_object_mut().unwrap().remove("report").unwrap();
    assert_eq!(report["total"]["net_soum"], said["paid_today_soum"]);
    let today = said["by_day"].as_array().unwrap().iter().find(|day| day["day"] == report["period"]).unwrap();
    assert_eq!((&today["paid_soum"], &today["refunded"]), (&report["total"]["net_soum"], &report["total"]["refunded"]));
    said
}

fn sums(paid: i64, paid_soum: Value, refunded: i64, refunded_soum: Value) -> Value {
    json!({
        "paid": paid, "paid_soum": paid_soum, "unverified": 0, "unverified_soum": 0,
        "refunded": refunded, "refunded_soum": refunded_soum,
    })
}

fn none() -> Value {
    sums(0, json!(0), 0, json!(0))
}

fn day(day: &str, mut sums: Value) -> Value {
    sums["day"] = json!(day);
    sums
}

#[tokio::test]
async fn an_empty_database_has_zeros() {
    let world = World::development();
    world.set_time(MIDNIGHT);
    let expected = json!({
        "orders": { "pending": 0, "paid": 0, "cancelled": 0, "refunded": 0, "expired": 0 },
        "paid_today_soum": 0, "paid_total_soum": 0, "refunded_total_soum": 0,
        "unverified_today_soum": 0, "unverified_total_soum": 0,
        "by_day": [day("2023-11-16", none())],
        "by_provider": { "payme": none(), "click": none(), "uzum": none(), "uzum_qr": none(), "uzqr": none(), "test": none() },
    });
    assert_eq!(stats(&world).await, expected);
}

#[tokio::test]
async fn a_day_begins_at_the_booths_midnight() {
    let world = World::development();
    for (order, transaction, time) in [("a", "p-1", MIDNIGHT - 1), ("b", "p-2", MIDNIGHT), ("c", "p-3", MIDNIGHT + 1)] {
        world.set_time(time);
        world.order(order).await;
        world.pay(order, transaction).await;
    }
    let expected = json!({
        "orders": { "pending": 0, "paid": 3, "cancelled": 0, "refunded": 0, "expired": 0 },
        "paid_today_soum": 20000, "paid_total_soum": 30000, "refunded_total_soum": 0,
        "unverified_today_soum": 0, "unverified_total_soum": 0,
        "by_day": [
            day("2023-11-16", sums(2, json!(20000), 0, json!(0))),
            day("2023-11-15", sums(1, json!(10000), 0, json!(0))),
        ],
        "by_provider": { "payme": sums(3, json!(30000), 0, json!(0)), "click": none(), "uzum": none(), "uzum_qr": none(), "uzqr": none(), "test": none() },
    });
    assert_eq!(stats(&world).await, expected);
    world.set_time(MIDNIGHT - 1);
    assert_eq!(stats(&world).await["paid_today_soum"], 10000, "seen from the day before");
    world.set_time(MIDNIGHT + 24 * 3_600_000 - 1);
    assert_eq!(stats(&world).await["paid_today_soum"], 20000, "to the last millisecond of the day");
    world.set_time(MIDNIGHT + 24 * 3_600_000);
    let tomorrow = stats(&world).await;
    assert_eq!((&tomorrow["paid_today_soum"], &tomorrow["by_day"][0]["day"]), (&json!(0), &json!("2023-11-17")));
}

#[tokio::test]
async fn the_day_is_that_of_the_configured_zone() {
    let world = World::new("[booth]\ntime_zone = 'UTC'");
    for (order, time) in [("a", MIDNIGHT - 1), ("b", MIDNIGHT)] {
        world.set_time(time);
        world.order(order).await;
        world.pay(order, &format!("p-{order}")).await;
    }
    assert_eq!(stats(&world).await["by_day"], json!([day("2023-11-15", sums(2, json!(20000), 0, json!(0)))]));
}

#[tokio::test]
async fn every_kind_of_order_is_counted_and_refunds_are_no_takings() {
    let world = World::development();
    world.set_time(MIDNIGHT);
    for order in ["waiting", "held", "paid", "tested", "refunded", "closed", "late"] {
        world.order(order).await;
    }
    world.hold("held", "p-1").await;
    world.pay("paid", "p-2").await;
    world.pay("refunded", "p-3").await;
    world.carry_out("CancelTransaction", r#"{"id":"p-3","reason":5}"#).await;
    world.post("/api/test-payment/tested", "").await;
    world.post("/api/booth/orders/closed/cancel", "{}").await;
    world.set_time(MIDNIGHT + 900_000);
    assert_eq!(sweep::once(&world.app).await.unwrap(), 2, "`waiting` and `late` are over");
    world.order("new").await;
    let odd = r#"{"order_id":"odd","paymentType":"payme","amount":0.05}"#;
    assert_eq!(world.post("/api/generate-qr", odd).await.status, 200);
    assert_eq!(world.post("/api/test-payment/odd", "").await.status, 200);
    let expected = json!({
        "orders": { "pending": 2, "paid": 3, "cancelled": 1, "refunded": 1, "expired": 2 },
        "paid_today_soum": 20000.05, "paid_total_soum": 20000.05, "refunded_total_soum": 10000,
        "unverified_today_soum": 0, "unverified_total_soum": 0,
        "by_day": [day("2023-11-16", sums(3, json!(20000.05), 1, json!(10000)))],
        "by_provider": {
            "click": none(),
            "uzum": none(),
            "uzum_qr": none(),
            "uzqr": none(),
            "payme": sums(1, json!(10000), 1, json!(10000)),
            "test": sums(2, json!(10000.05), 0, json!(0)),
        },
    });
    assert_eq!(stats(&world).await, expected);
}

#[tokio::test]
async fn a_report_can_be_asked_of_a_day_a_month_or_a_year() {
    let world = World::development();
    for (order, time) in [("a", MIDNIGHT - 1), ("b", MIDNIGHT), ("c", MIDNIGHT + 7 * 24 * 3_600_000)] {
        world.set_time(time);
        world.order(order).await;
        world.pay(order, &format!("p-{order}")).await;
    }
    world.set_time(MIDNIGHT + 400 * 24 * 3_600_000);
    let report = async |query: &str| world.get(&format!("/api/stats{query}")).await.json()["report"].clone();
    let asked = [
        ("?day=2023-11-15", "2023-11-15", 1, 24, 0),
        ("?day=2023-11-23", "2023-11-23", 1, 24, 1),
        ("?month=2023-11", "2023-11", 3, 30, 0),
        ("?year=2024", "2024", 0, 12, 3),
        ("?_=17&day=2023-11-16", "2023-11-16", 1, 24, 0),
        ("", "2024-12-20", 0, 24, 0),
    ];
    for (query, period, paid, parts, before) in asked {
        let report = report(query).await;
        let said = (&report["period"], &report["total"]["paid"], &report["before"]["total"]["sold"]);
        assert_eq!(said, (&json!(period), &json!(paid), &json!(before)), "{query}");
        assert_eq!(report["parts"].as_array().unwrap().len(), parts, "{query}");
    }
    for query in [
        "?day=2023-11-15&month=2023-11",
        "?day=2023-11-15&day=2023-11-16",
        "?day=yesterday",
        "?day=2023-11",
        "?month=2023-11-16",
        "?year=",
        "?day=2023-02-30",
    ] {
        world.get(&format!("/api/stats{query}")).await.problem(400);
    }
}

#[tokio::test]
async fn it_is_known_where_customers_gave_up() {
    let world = World::development();
    world.set_time(MIDNIGHT);
    for order in ["left", "closed", "tried-and-closed", "tried-and-left", "paid"] {
        world.order(order).await;
    }
    for (order, transaction) in [("tried-and-closed", "p-1"), ("tried-and-left", "p-2")] {
        world.hold(order, transaction).await;
        world.carry_out("CancelTransaction", &format!(r#"{{"id":"{transaction}","reason":3}}"#)).await;
    }
    for order in ["closed", "tried-and-closed"] {
        world.post(&format!("/api/booth/orders/{order}/cancel"), "{}").await;
    }
    world.pay("paid", "p-3").await;
    world.set_time(MIDNIGHT + 900_000);
    sweep::once(&world.app).await.unwrap();
    let report = world.get("/api/stats").await.json()["report"]["total"].clone();
    let ends =
        ["orders", "sold", "waiting", "cancelled_unscanned", "cancelled_begun", "expired_unscanned", "expired_begun"];
    assert_eq!(ends.map(|end| report[end].as_i64().unwrap()), [5, 1, 0, 1, 1, 1, 1], "{report}");
    assert_eq!((&report["sold_percent"], &report["copies_per_order"]), (&json!(20.0), &json!(1.0)));
}

async fn with(world: &World, authorization: &str) -> Answer {
    let request = Request::get("/api/stats").header("authorization", authorization);
    world.send(request.body(Body::empty()).unwrap()).await
}

#[tokio::test]
async fn in_production_the_takings_need_the_owners_token() {
    let world = World::new(&format!("{PRODUCTION}[admin]\ntoken = '{TOKEN}'"));
    let refused = world.get("/api/stats").await;
    refused.problem(401);
    assert_eq!(refused.header("www-authenticate"), "Bearer");
    let wrong = [
        "Bearer",
        "Bearer ",
        "Bearer wrong",
        "Bearer a-token-of-16-or-mor",
        "Bearer a-token-of-16-or-more2",
        "Bearer A-TOKEN-OF-16-OR-MORE",
        "Basic a-token-of-16-or-more",
        TOKEN,
        &crate::world::basic(&crate::world::paycom()),
    ];
    for header in wrong {
        with(&world, header).await.problem(401);
    }
    assert_eq!(with(&world, &format!("Bearer {TOKEN}")).await.status, 200);
    assert_eq!(world.get(&format!("/api/stats?token={TOKEN}")).await.status, 401);
}

#[tokio::test]
async fn in_production_without_a_token_the_takings_are_closed() {
    let world = World::new(PRODUCTION);
    for header in ["Bearer ", "Bearer", "Bearer x"] {
        with(&world, header).await.problem(401);
    }
}
