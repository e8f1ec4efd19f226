//! What the first page says of money, and that it is asked for again and again at little cost.

use crate::browser::Browser;
use crate::world::{PRODUCTION, START, World};
use axum::body::Body;
use axum::http::Request;
use boothpay_server::staff;
use boothpay_store::Address;
use boothpay_test_support::Cluster;
use serde_json::{Value, json};

const PIN: &str = "135790";
const DAY_MS: i64 = 86_400_000;

/// What an element with a test id says.
fn shown<'a>(page: &'a str, id: &str) -> &'a str {
    let (_, rest) = page.split_once(&format!("data-testid=\"{id}\">")).unwrap_or_else(|| panic!("no {id}: {page}"));
    rest.split('<').next().unwrap()
}

/// The line of a provider: today's sum and count, yesterday's sum and count.
fn line<'a>(page: &'a str, name: &str) -> Vec<&'a str> {
    let (_, rest) = page.split_once(&format!("<th scope=\"row\">{name}</th>")).unwrap_or_else(|| panic!("{page}"));
    let cells = rest.split("</tr>").next().unwrap().split("<td").skip(1);
    cells.map(|cell| cell.split('>').nth(1).unwrap().split('<').next().unwrap()).collect()
}

async fn post(world: &World, path: &str, body: &Value) -> Value {
    let request = Request::post(path).header("content-type", "application/json");
    let request = request.header("authorization", "Bearer a-token-of-the-owners");
    world.send(request.body(Body::from(body.to_string())).unwrap()).await.json()
}

/// A payment of 20 000 soum that somebody says came, and staff confirm.
async fn pay_by_uzqr(world: &World) {
    let made = post(world, "/api/booth/orders", &json!({"copies": 1, "paymentType": "uzqr"})).await;
    let id = made["order_id"].as_str().unwrap();
    post(world, &format!("/api/booth/orders/{id}/report-paid"), &json!({})).await;
    let paid = post(world, &format!("/api/booth/orders/{id}/confirm"), &json!({ "pin": PIN })).await;
    assert_eq!(paid["status"], "success", "{paid}");
}

#[tokio::test]
async fn today_tells_what_was_paid_what_went_back_and_what_nobody_has_verified() {
    todays_sums(&World::new(&settings())).await;
}

#[tokio::test]
async fn postgresql_has_the_same_sums() {
    let database = Cluster::shared().database();
    let world = World::on(PRODUCTION, &Address::parse(&database.url).unwrap());
    world.order("order-0").await;
    world.pay("order-0", "t-0").await;
    let page = Browser::of_owner(&world).await.page(&world, "/admin").await;
    assert_eq!((shown(&page, "taken"), shown(&page, "refunded")), ("10\u{a0}000", "0"));
    assert_eq!(line(&page, "Payme"), ["10\u{a0}000", "1", "0", "0"]);
}

fn settings() -> String {
    format!("{PRODUCTION}[uzqr]\ntext = '00020101021126'\n[api]\ntoken = 'a-token-of-the-owners'\n")
}

async fn todays_sums(world: &World) {
    staff::give_pin(&world.app.store, &world.app.clock, "anna", PIN).await.unwrap().unwrap();
    world.order("order-0").await;
    world.pay("order-0", "t-0").await;
    world.set_time(START + DAY_MS);
    for number in 1..=3 {
        world.order(&format!("order-{number}")).await;
        world.hold_at(&format!("order-{number}"), &format!("t-{number}"), START + DAY_MS).await;
        world.carry_out("PerformTransaction", &format!(r#"{{"id":"t-{number}"}}"#)).await;
    }
    world.carry_out("CancelTransaction", r#"{"id":"t-3","reason":5}"#).await;
    pay_by_uzqr(world).await;

    let mut owner = Browser::of_owner(world).await;
    let english = [("language", "en"), ("back", "/admin")];
    owner.send(world, "/admin/language", &english).await;
    let page = owner.page(world, "/admin").await;
    // Three times 10 000 by Payme, of which one went back, and 20 000 by UzQR.
    assert_eq!(shown(&page, "taken"), "40\u{a0}000");
    assert_eq!(shown(&page, "paid"), "50\u{a0}000");
    assert_eq!(shown(&page, "refunded"), "10\u{a0}000");
    assert_eq!(shown(&page, "unverified"), "20\u{a0}000");
    assert_eq!(line(&page, "Payme"), ["20\u{a0}000", "2", "10\u{a0}000", "1"]);
    assert_eq!(line(&page, "UzQR (unverified)"), ["20\u{a0}000", "1", "0", "0"]);
    assert!(page.contains("<th scope=\"col\">soum</th><th scope=\"col\">payments</th>"), "{page}");

    // The part that is asked for every three seconds: nothing new as long as nothing is.
    let first = owner.get(world, "/admin/live/today").await;
    assert_eq!(shown(first.text(), "taken"), "40\u{a0}000");
    let tag = first.header("etag").to_owned();
    let again = |tag: &str| Request::get("/admin/live/today").header("if-none-match", tag);
    let same = owner.ask(world, again(&tag), Body::empty()).await;
    assert_eq!((same.status, same.body.len()), (304, 0));
    pay_by_uzqr(world).await;
    let new = owner.ask(world, again(&tag), Body::empty()).await;
    assert_eq!((new.status, shown(new.text(), "taken")), (200, "60\u{a0}000"));
    assert_ne!(new.header("etag"), tag);
}

#[tokio::test]
async fn a_booth_without_uzqr_has_no_word_of_it() {
    let world = World::new(PRODUCTION);
    let page = Browser::of_owner(&world).await.page(&world, "/admin").await;
    assert!(!page.contains("unverified") && !page.contains("UzQR"), "{page}");
}
