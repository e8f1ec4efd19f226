//! Orders in the panel, on both stores: finding the one that a customer stands there with, its story, and what can be done with it.

use crate::browser::{Browser, PASSWORD, token};
use crate::world::{PRODUCTION, START, World};
use axum::body::Body;
use axum::http::Request;
use boothpay_protocol::click::signature::{Unsigned, sign};
use boothpay_protocol::ledger::journal::Actor;
use boothpay_protocol::ledger::order::OrderId;
use boothpay_protocol::ledger::provider::{Provider, ProviderId};
use boothpay_protocol::ledger::rows::Needs;
use boothpay_protocol::ledger::task::TaskKind;
use boothpay_protocol::panel::Deed;
use boothpay_protocol::secret::Secret;
use boothpay_protocol::uzum_qr::{self, Code, api};
use boothpay_store::Address;
use boothpay_test_support::Cluster;
use serde_json::Value;

const MINUTE_MS: i64 = 60_000;

const UZUM: Actor = Actor::Provider { provider: Provider::UzumQr, proven: true };

/// Production with Payme and Click; an operator may give back up to 10 000 soum, the price of the orders here.
pub fn settings(operator_refund: u32) -> String {
    format!(
        "{PRODUCTION}[click]\nservice_id = '155555'\nmerchant_id = '7777'\nsecret_key = 'SECRET_9'\n\
         [admin]\noperator_refund = {operator_refund}\n"
    )
}

/// A call of Click's about an order of 10 000 soum: Prepare, or Complete with the number that Prepare gave and Click's error.
async fn click(world: &World, order: &str, attempt: &str, complete: Option<(&str, i64)>) -> Value {
    let (prepare_id, error) = complete.unwrap_or(("", 0));
    let (path, action) = if complete.is_some() { ("complete", "1") } else { ("prepare", "0") };
    let unsigned = Unsigned {
        click_trans_id: attempt,
        service_id: "155555",
        merchant_trans_id: order,
        prepare_id,
        amount: "10000.00",
        action,
        sign_time: "2026-11-21 12:00:00",
    };
    let signature = sign(&unsigned, &Secret::new("SECRET_9").unwrap());
    let prepared = if prepare_id.is_empty() { String::new() } else { format!("&merchant_prepare_id={prepare_id}") };
    let body = format!(
        "click_trans_id={attempt}&service_id=155555&click_paydoc_id=707&merchant_trans_id={order}{prepared}\
         &amount=10000.00&action={action}&error={error}&error_note=Success&sign_time=2026-11-21+12:00:00&sign_string={signature}"
    );
    let request =
        Request::post(format!("/api/click/{path}")).header("content-type", "application/x-www-form-urlencoded");
    world.send(request.body(Body::from(body)).unwrap()).await.json()
}

async fn prepare(world: &World, order: &str, attempt: &str) -> String {
    let prepared = click(world, order, attempt, None).await;
    assert_eq!(prepared["error"], 0, "{prepared}");
    prepared["merchant_prepare_id"].to_string()
}

/// Has Click pay an order.
pub async fn pay_by_click(world: &World, order: &str, attempt: &str) {
    let prepare_id = prepare(world, order, attempt).await;
    let completed = click(world, order, attempt, Some((&prepare_id, 0))).await;
    assert_eq!(completed["error"], 0, "{completed}");
}

pub async fn owner_in_english(world: &World) -> Browser {
    let mut owner = Browser::of_owner(world).await;
    owner.send(world, "/admin/language", &[("language", "en"), ("back", "/admin")]).await;
    owner
}

pub async fn operator(world: &World, owner: &mut Browser) -> Browser {
    let fields = [("name", "dilnoza"), ("role", "operator"), ("own_password", PASSWORD)];
    let made = owner.press(world, "/admin/people", "/admin/people", &fields).await;
    let path = made.text().split("data-copy=\"").nth(1).and_then(|rest| rest.split('"').next()).unwrap().to_owned();
    let mut operator = Browser::new();
    operator.send(world, &path, &[("password", PASSWORD), ("again", PASSWORD)]).await;
    operator.send(world, "/admin/language", &[("language", "en"), ("back", "/admin")]).await;
    operator
}

/// The orders in a list, newest first.
fn listed(page: &str) -> Vec<&str> {
    page.split("<li><a href=\"/admin/orders/").skip(1).map(|rest| rest.split('"').next().unwrap()).collect()
}

/// What the story tells, from the first step.
pub fn story(page: &str) -> Vec<&str> {
    let (_, rest) = page.split_once("<ol class=\"story\">").unwrap();
    let steps = rest.split("<li data-tone=").skip(1);
    steps.map(|step| step.split("<b>").nth(1).unwrap().split("</b>").next().unwrap()).collect()
}

pub async fn status(world: &World, id: &str) -> &'static str {
    let story = world.app.store.story(&[OrderId::parse(id).unwrap()]).await.unwrap().unwrap();
    story.order.status.word()
}

#[tokio::test]
async fn an_order_is_found_by_what_the_customer_has() {
    let database = Cluster::shared().database();
    let postgres = Address::parse(&database.url).unwrap();
    for world in [World::new(&settings(0)), World::on(&settings(0), &postgres)] {
        world.order("74S88WN2").await;
        world.pay("74S88WN2", "5f3e1c0a9d").await;
        world.set_time(START + 2 * 86_400_000);
        world.order("74S88WN3").await;
        let mut owner = owner_in_english(&world).await;
        for written in ["74S88WN2", "74s8 8wn2", "74S8%208wn2", " 74s8-8WN2 ", "5f3e1c0a9d"] {
            let written: String =
                written.bytes().map(|byte| format!("%{byte:02x}")).collect::<String>().replace("%25%32%30", "%20");
            let answer = owner.get(&world, &format!("/admin/orders?q={written}")).await;
            assert_eq!((answer.status, answer.header("location")), (303, "/admin/orders/74S88WN2"), "{written}");
        }
        let none = owner.page(&world, "/admin/orders?q=9999ZZZZ").await;
        assert!(none.contains("There is no order or payment of this number."), "{none}");
        for (query, found) in [
            ("", vec!["74S88WN3", "74S88WN2"]),
            ("?status=paid", vec!["74S88WN2"]),
            ("?status=pending", vec!["74S88WN3"]),
            ("?status=refunded", vec![]),
            ("?provider=payme", vec!["74S88WN2"]),
            ("?provider=click", vec![]),
            ("?sum=10%20000", vec!["74S88WN3", "74S88WN2"]),
            ("?sum=10001", vec![]),
            ("?day=2023-11-15", vec!["74S88WN2"]),
            ("?day=2023-11-17", vec!["74S88WN3"]),
            ("?day=2023-11-16", vec![]),
            ("?day=2023-11-15&status=paid&provider=payme&sum=10000", vec!["74S88WN2"]),
        ] {
            assert_eq!(listed(&owner.page(&world, &format!("/admin/orders{query}")).await), found, "{query}");
        }
        let odd = owner.page(&world, "/admin/orders?sum=x&day=y&before=z&status=%27--").await;
        assert!(odd.contains("cannot be read"), "{odd}");
    }
}

#[tokio::test]
async fn a_long_list_goes_on_where_it_ended() {
    let world = World::new(&settings(0));
    for number in 0..120 {
        world.order(&format!("order-{number:03}")).await;
    }
    let mut owner = owner_in_english(&world).await;
    let (mut address, mut all) = ("/admin/orders".to_owned(), Vec::new());
    for _ in 0..3 {
        let page = owner.page(&world, &address).await;
        all.extend(listed(&page).into_iter().map(str::to_owned));
        let older = page.split("href=\"/admin/orders?").nth(1).map(|rest| rest.split('"').next().unwrap());
        let Some(older) = older else { break };
        address = format!("/admin/orders?{}", older.replace("&#38;", "&"));
    }
    assert_eq!(all, (0..120).rev().map(|number| format!("order-{number:03}")).collect::<Vec<_>>());
}

#[tokio::test]
async fn what_was_paid_by_click_goes_back_by_its_own_call_and_is_owed_until_then() {
    let world = World::new(&settings(0));
    world.order("booth-1").await;
    pay_by_click(&world, "booth-1", "2000000000").await;
    let mut owner = owner_in_english(&world).await;
    for written in ["2000000000", "155555:2000000000"] {
        let found = owner.get(&world, &format!("/admin/orders?q={written}")).await;
        assert_eq!(found.header("location"), "/admin/orders/booth-1", "{written}");
    }
    assert!(!owner.page(&world, "/admin").await.contains("data-testid=\"owed\""));
    world.set_time(START + 5 * MINUTE_MS);
    let at = "/admin/orders/booth-1";
    let bad = owner.press(&world, at, "/admin/orders/booth-1/refund", &[("reason", "card 8600069195406311")]).await;
    assert_eq!(bad.status, 422, "a card's number stays nowhere");
    let asked = owner.press(&world, at, "/admin/orders/booth-1/refund", &[("reason", "the paper was empty")]).await;
    assert_eq!(asked.header("location"), "/admin/orders/booth-1?done=refund_asked");
    world.set_time(START + 95 * MINUTE_MS);
    let page = owner.page(&world, at).await;
    assert!(page.contains("The server is asking the wallet") && page.contains("the paper was empty"), "{page}");
    assert_eq!(story(&page).last(), Some(&"Somebody asked that the money go back"));
    assert!(!page.contains("booth-1/refund") && !page.contains("booth-1/handed-back"), "not twice");
    let today = owner.page(&world, "/admin").await;
    let owed = today.find("data-testid=\"owed\"").expect("what is owed is there");
    assert!(owed < today.find("data-testid=\"taken\"").unwrap(), "and first");
    assert!(today.contains("<b>1 h</b>"), "{today}");
    assert!(owner.page(&world, "/admin/owed").await.contains("/admin/orders/booth-1"));
    let audit = world.app.store.audit(Some("booth-1".to_owned()), None, 10).await.unwrap();
    let (_, row) = &audit[0];
    assert_eq!((row.deed, row.new.as_deref()), (Deed::RefundAsked, Some("the paper was empty")));
    assert_eq!(row.who.as_ref().unwrap().as_str(), "owner");
    assert!(page.contains("· owner"), "the story says which person it was: {page}");
}

/// Has Uzum make a code for an order, which the screen shows from then on.
async fn show_code(world: &World, order: &str, code: &str) {
    let code = Code { id: ProviderId::parse(code).unwrap(), link: format!("https://qr.example/{code}") };
    let (rules, now) = (world.app.settings.rules(), world.app.clock.now());
    let needs = Needs::order(OrderId::parse(order).unwrap());
    let shown = world.app.store.transact(needs, UZUM, move |rows| uzum_qr::show(&code, rows, now, &rules)).await;
    assert!(shown.unwrap().reply.is_ok());
}

#[tokio::test]
async fn an_order_whose_code_of_uzums_is_only_shown_may_be_closed_and_what_it_paid_goes_back_by_uzums_call() {
    let world = World::new(&format!(
        "{}[uzum_qr]\nservice_id = '498614'\nuser_id = 'till-1'\nsecret_key = 'uzums-own-secret'\n",
        settings(0)
    ));
    for order in ["left", "paid"] {
        world.order(order).await;
        show_code(&world, order, &format!("{order}-23456789")).await;
    }
    let mut owner = owner_in_english(&world).await;
    let page = owner.page(&world, "/admin/orders/left").await;
    assert!(page.contains("data-status=\"pending\""), "nobody has begun to pay it: {page}");
    owner.press(&world, "/admin/orders/left", "/admin/orders/left/cancel", &[]).await;
    assert_eq!(status(&world, "left").await, "cancelled");
    let page = owner.page(&world, "/admin/orders/left").await;
    assert!(page.contains("Uzum QR made the code left-23456789"), "{page}");
    assert!(page.contains("The code was taken off the screen"), "{page}");

    let payment = api::Payment {
        id: "f2a7".to_owned(),
        status: api::PaymentStatus::Success,
        phone: None,
        reference: None,
        card: None,
    };
    let (rules, now) = (world.app.settings.rules(), world.app.clock.now());
    let needs = Needs::transaction(Provider::UzumQr, ProviderId::parse("paid-23456789").unwrap());
    world.app.store.transact(needs, UZUM, move |rows| uzum_qr::paid(&payment, rows, now, &rules)).await.unwrap();
    assert_eq!(status(&world, "paid").await, "paid");
    owner.press(&world, "/admin/orders/paid", "/admin/orders/paid/refund", &[("reason", "no paper")]).await;
    let page = owner.page(&world, "/admin/orders/paid").await;
    assert!(page.contains("The server is asking the wallet"), "{page}");
    assert!(!page.contains("paid/refund") && !page.contains("paid/handed-back"), "not twice");
    let story = world.app.store.story(&[OrderId::parse("paid").unwrap()]).await.unwrap().unwrap();
    let tasks: Vec<_> = story.refunds.iter().map(|task| (task.kind, task.target.as_str())).collect();
    assert_eq!(tasks, [(TaskKind::Refund, "uzum_qr")]);
}

#[tokio::test]
async fn the_story_tells_a_payment_that_click_gave_up_from_one_that_it_took_back() {
    let world = World::new(&settings(0));
    for order in ["let-go", "taken-back"] {
        world.order(order).await;
    }
    pay_by_click(&world, "taken-back", "3000000001").await;
    let prepare_id = prepare(&world, "let-go", "3000000002").await;
    let number = world.app.store.story(&[OrderId::parse("taken-back").unwrap()]).await.unwrap().unwrap();
    let number = number.transactions[0].number.to_string();
    assert_eq!(click(&world, "taken-back", "3000000001", Some((&number, -5017))).await["error"], -9);
    world.set_time(START + 60 * MINUTE_MS);
    boothpay_server::sweep::once(&world.app).await.unwrap();
    assert_eq!(click(&world, "let-go", "3000000002", Some((&prepare_id, -5017))).await["error"], -9);
    let mut owner = owner_in_english(&world).await;
    let page = owner.page(&world, "/admin/orders/let-go").await;
    let given_up = "Click gave the payment up, too, after its time had run out here";
    assert_eq!(story(&page).last(), Some(&given_up), "{page}");
    let page = owner.page(&world, "/admin/orders/taken-back").await;
    let taken_back = "Click cancelled a confirmed payment: see in its cabinet whether the money went back";
    assert_eq!(story(&page).last(), Some(&taken_back), "{page}");
}

#[tokio::test]
async fn of_payme_the_page_says_where_and_closes_it_when_payme_tells() {
    let world = World::new(&settings(0));
    world.order("booth-1").await;
    world.pay("booth-1", "5f3e1c0a9d").await;
    let mut owner = owner_in_english(&world).await;
    let at = "/admin/orders/booth-1";
    owner.press(&world, at, "/admin/orders/booth-1/refund", &[]).await;
    let page = owner.page(&world, at).await;
    assert!(page.contains("open Payme Business, find the payment 5f3e1c0a9d"), "{page}");
    assert!(!page.contains("booth-1/handed-back"), "Payme tells by itself");
    assert_eq!(status(&world, "booth-1").await, "paid");
    world.carry_out("CancelTransaction", r#"{"id":"5f3e1c0a9d","reason":5}"#).await;
    let page = owner.page(&world, at).await;
    assert!(!page.contains("card alarm") && page.contains("data-status=\"refunded\""), "{page}");
    assert_eq!(story(&page).last(), Some(&"The money went back by Payme"));
    assert!(!owner.page(&world, "/admin").await.contains("data-testid=\"owed\""));
}

#[tokio::test]
async fn an_order_that_nobody_pays_is_closed_and_a_note_stays_in_its_story() {
    let world = World::new(&settings(0));
    world.order("booth-1").await;
    world.order("booth-2").await;
    world.hold("booth-2", "5f3e1c0a9d").await;
    let mut owner = owner_in_english(&world).await;
    let closed = owner.press(&world, "/admin/orders/booth-1", "/admin/orders/booth-1/cancel", &[]).await;
    assert_eq!(closed.status, 303);
    assert_eq!(status(&world, "booth-1").await, "cancelled");
    let held = owner.press(&world, "/admin/orders/booth-2", "/admin/orders/booth-2/cancel", &[]).await;
    assert_eq!((held.status, status(&world, "booth-2").await), (409, "pending"), "somebody is paying it");
    for (note, expected) in [("He came back at six <b>", 303), ("", 422), ("card 8600 0691 9540 6311", 422)] {
        let answer =
            owner.press(&world, "/admin/orders/booth-1", "/admin/orders/booth-1/note", &[("note", note)]).await;
        assert_eq!(answer.status, expected, "{note}");
    }
    let page = owner.page(&world, "/admin/orders/booth-1").await;
    assert_eq!(story(&page), ["Order made: 10\u{a0}000 soum, copies: 1", "Closed", "Note"]);
    assert!(page.contains("He came back at six &#60;b&#62;"), "{page}");
    for none in ["/admin/orders/nobody", "/admin/orders/%20", "/admin/orders/%FF"] {
        assert_eq!(owner.get(&world, none).await.status, 404, "{none}");
    }
}

#[tokio::test]
async fn an_operator_gives_back_up_to_his_sum() {
    for (limit, expected) in [(10_000, 303), (9_999, 403)] {
        let world = World::new(&settings(limit));
        world.order("booth-1").await;
        world.pay("booth-1", "5f3e1c0a9d").await;
        let mut owner = owner_in_english(&world).await;
        let mut operator = operator(&world, &mut owner).await;
        let page = operator.page(&world, "/admin/orders/booth-1").await;
        assert_eq!(page.contains("/admin/orders/booth-1/refund"), expected == 303, "{page}");
        assert_eq!(page.contains("Only the owner may give back this much."), expected == 403, "{page}");
        let fields = [("csrf", token(&page))];
        let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
        assert_eq!(operator.send(&world, "/admin/orders/booth-1/refund", &fields).await.status, expected);
        let asked = world.app.store.story(&[OrderId::parse("booth-1").unwrap()]).await.unwrap().unwrap();
        assert_eq!(asked.order.refund_asked_at.is_some(), expected == 303);
    }
}

/// Where a print job prints: how far it is, what is owed, and the ways to settle it.
#[tokio::test]
async fn prints_that_did_not_come_out_are_owed_until_somebody_settles_it() {
    let database = Cluster::shared().database();
    let postgres = Address::parse(&database.url).unwrap();
    let settings = format!("{}[prints]\nby = 'own program'\n", settings(0));
    for world in [World::new(&settings), World::on(&settings, &postgres)] {
        let mut owner = owner_in_english(&world).await;
        let at = "/admin/orders/booth-1";
        world.order("booth-1").await;
        world.pay("booth-1", "5f3e1c0a9d").await;
        let page = owner.page(&world, at).await;
        assert!(page.contains("wait to be printed, 0 of 1 came out"), "{page}");
        assert!(!page.contains("booth-1/reprint") && !page.contains("booth-1/prints-handed-over"), "{page}");
        assert!(!owner.page(&world, "/admin").await.contains("data-testid=\"owed\""));

        // Nobody takes the job.
        world.set_time(START + 10 * MINUTE_MS);
        boothpay_server::print_jobs::once(&world.app).await.unwrap();
        world.set_time(START + 70 * MINUTE_MS);
        let page = owner.page(&world, at).await;
        assert!(page.contains("Prints to hand over: copies: 1"), "{page}");
        assert!(page.contains("owed to the customer, 0 of 1 came out"), "{page}");
        assert_eq!(story(&page).last(), Some(&"Paid and not printed: the customer has a claim"));
        let today = owner.page(&world, "/admin").await;
        assert!(today.contains("data-testid=\"owed\"") && today.contains("<b>1 h</b>"), "{today}");
        assert!(owner.page(&world, "/admin/owed").await.contains(at));

        let again = owner.press(&world, at, "/admin/orders/booth-1/reprint", &[]).await;
        assert_eq!(again.header("location"), "/admin/orders/booth-1?done=reprint_asked");
        let page = owner.page(&world, at).await;
        assert_eq!(story(&page).last(), Some(&"Waits to be printed"));
        assert!(page.contains("· owner") && !page.contains("booth-1/reprint"), "{page}");
        assert!(!owner.page(&world, "/admin").await.contains("data-testid=\"owed\""), "it is being printed");

        world.set_time(START + 90 * MINUTE_MS);
        boothpay_server::print_jobs::once(&world.app).await.unwrap();
        let settled = owner.press(&world, at, "/admin/orders/booth-1/prints-handed-over", &[]).await;
        assert_eq!(settled.header("location"), "/admin/orders/booth-1?done=prints_handed_over");
        let page = owner.page(&world, at).await;
        assert_eq!(story(&page).last(), Some(&"All prints came out"));
        assert!(page.contains("booth-1/reprint") && !page.contains("booth-1/prints-handed-over"), "{page}");
        assert!(!owner.page(&world, "/admin").await.contains("data-testid=\"owed\""));
        let audit = world.app.store.audit(Some("booth-1".to_owned()), None, 10).await.unwrap();
        assert_eq!(audit[0].1.deed, Deed::PrintsHandedOver);
    }
}

#[tokio::test]
async fn nobody_outside_sees_or_does_anything_with_orders() {
    let world = World::new(&settings(0));
    world.order("booth-1").await;
    let mut stranger = Browser::new();
    for path in ["/admin/orders", "/admin/orders/booth-1", "/admin/owed", "/admin/orders?q=booth-1"] {
        assert_eq!(stranger.get(&world, path).await.status, 303, "{path}");
        assert!(stranger.get(&world, path).await.header("location").starts_with("/admin/login"), "{path}");
    }
    let mut owner = owner_in_english(&world).await;
    for deed in ["cancel", "reprint", "prints-handed-over", "refund", "handed-back", "note"] {
        let path = format!("/admin/orders/booth-1/{deed}");
        assert_eq!(stranger.send(&world, &path, &[("note", "x")]).await.status, 303, "{path}");
        assert_eq!(owner.send(&world, &path, &[("note", "x")]).await.status, 403, "{path}: without the token");
    }
    assert_eq!(status(&world, "booth-1").await, "pending");
}
