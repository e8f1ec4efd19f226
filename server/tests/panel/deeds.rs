//! What people do with orders in the panel, as the audit and the order's own page tell it: only what took effect, by whom, and past whom.

use crate::browser::Browser;
use crate::orders::{operator, owner_in_english, pay_by_click, settings, status, story};
use crate::world::{START, World};
use boothpay_protocol::ledger::journal::Actor;
use boothpay_protocol::ledger::order::OrderId;
use boothpay_protocol::ledger::task::{Attempt, Task};
use boothpay_protocol::panel::{Audit, Deed};
use boothpay_protocol::time::SpanMs;
use boothpay_server::giving_back::{self, Next};
use boothpay_store::{Address, Claim};
use boothpay_test_support::Cluster;
use tempfile::TempDir;

const DEEDS: [&str; 5] = ["cancel", "reprint", "prints-handed-over", "refund", "handed-back"];

/// What the audit has of an order, newest first: who, what, before, after.
async fn audit(world: &World, order: &str) -> Vec<(String, Deed, Option<String>, Option<String>)> {
    let rows = world.app.store.audit(Some(order.to_owned()), None, 100).await.unwrap();
    let row =
        |(_, row): (i64, Audit)| (row.who.map(|who| who.to_string()).unwrap_or_default(), row.deed, row.old, row.new);
    rows.into_iter().map(row).collect()
}

async fn press(browser: &mut Browser, world: &World, order: &str, deed: &str) -> u16 {
    let at = format!("/admin/orders/{order}");
    browser.press(world, &at, &format!("{at}/{deed}"), &[]).await.status
}

#[tokio::test]
async fn a_deed_that_was_refused_is_not_in_the_audit() {
    let database = Cluster::shared().database();
    let postgres = Address::parse(&database.url).unwrap();
    for world in [World::new(&settings(10_000)), World::on(&settings(10_000), &postgres)] {
        let mut owner = owner_in_english(&world).await;
        // Its page was opened while it could be closed; then somebody pays it.
        world.order("booth-1").await;
        world.pay("booth-1", "5f3e1c0a9d").await;
        assert_eq!(press(&mut owner, &world, "booth-1", "cancel").await, 409);
        assert_eq!(status(&world, "booth-1").await, "paid");
        assert!(audit(&world, "booth-1").await.is_empty());
        // Payme says itself when money went back; no prints are owed.
        for deed in ["handed-back", "prints-handed-over"] {
            assert_eq!(press(&mut owner, &world, "booth-1", deed).await, 409, "{deed}");
        }
        // Nobody has paid, and somebody is paying.
        world.order("booth-2").await;
        world.hold("booth-2", "5f3e1c0a9e").await;
        for deed in DEEDS {
            assert_eq!(press(&mut owner, &world, "booth-2", deed).await, 409, "{deed}");
        }
        for order in ["booth-1", "booth-2"] {
            assert!(audit(&world, order).await.is_empty(), "{order}");
        }
        // What took effect is there, with what it was before.
        world.order("booth-3").await;
        assert_eq!(press(&mut owner, &world, "booth-3", "cancel").await, 303);
        assert_eq!(press(&mut owner, &world, "booth-3", "cancel").await, 303, "it is closed: nothing more to do");
        let closed =
            ("owner".to_owned(), Deed::OrderCancelled, Some("pending".to_owned()), Some("cancelled".to_owned()));
        assert_eq!(audit(&world, "booth-3").await, [closed]);
    }
}

#[tokio::test]
async fn a_refused_deed_gives_nobody_the_deed_of_another() {
    let world = World::new(&settings(10_000));
    let mut owner = owner_in_english(&world).await;
    let mut dilnoza = operator(&world, &mut owner).await;
    world.order("booth-1").await;
    assert_eq!(press(&mut dilnoza, &world, "booth-1", "refund").await, 409, "nobody has paid");
    world.pay("booth-1", "5f3e1c0a9d").await;
    assert_eq!(press(&mut owner, &world, "booth-1", "refund").await, 303);
    let page = owner.page(&world, "/admin/orders/booth-1").await;
    assert_eq!(story(&page).last(), Some(&"Somebody asked that the money go back"));
    assert!(page.contains("· owner") && !page.contains("· dilnoza"), "{page}");
}

/// Each task that is due is tried, and this is what comes of it.
async fn attempted(world: &World, attempt: Attempt) {
    let (store, now, lease) = (&world.app.store, world.app.clock.now(), SpanMs::seconds(60));
    let claims = store.due_tasks(now).await.unwrap().into_iter().map(|lane| Claim { lane, most: 1 }).collect();
    let taken = store.exchange_tasks(Vec::new(), claims, now, lease).await.unwrap();
    assert!(!taken.is_empty(), "nothing is due");
    let after: Vec<Task> = taken.into_iter().map(|task| task.after(attempt.clone(), now)).collect();
    store.exchange_tasks(after, Vec::new(), now, lease).await.unwrap();
}

#[tokio::test]
async fn asking_a_wallet_again_is_a_deed_too() {
    let database = Cluster::shared().database();
    let postgres = Address::parse(&database.url).unwrap();
    for world in [World::new(&settings(0)), World::on(&settings(0), &postgres)] {
        let mut owner = owner_in_english(&world).await;
        world.order("booth-1").await;
        pay_by_click(&world, "booth-1", "2000000000").await;
        for _ in 0..2 {
            // The second finds it on its way.
            assert_eq!(press(&mut owner, &world, "booth-1", "refund").await, 303);
        }
        assert_eq!(audit(&world, "booth-1").await.len(), 1);
        attempted(&world, Attempt::Failed { why: "Click does not answer".to_owned(), wait: None }).await;
        let page = owner.page(&world, "/admin/orders/booth-1").await;
        assert!(page.contains("it has not worked yet: Click does not answer. The next try: 2023-11-15"), "{page}");
        assert!(!page.contains("There is nothing to do"), "{page}");
        world.set_time(START + 60 * 60_000);
        attempted(&world, Attempt::Hopeless { why: "no such payment".to_owned() }).await;
        assert_eq!(press(&mut owner, &world, "booth-1", "refund").await, 303);
        assert_eq!(audit(&world, "booth-1").await.len(), 2);
    }
}

#[tokio::test]
async fn of_two_who_ask_a_wallet_at_once_the_second_hears_that_it_is_on_its_way() {
    let database = Cluster::shared().database();
    let postgres = Address::parse(&database.url).unwrap();
    for world in [World::new(&settings(0)), World::on(&settings(0), &postgres)] {
        world.order("booth-1").await;
        pay_by_click(&world, "booth-1", "2000000000").await;
        // Both have read the order before either asked.
        let (store, now) = (&world.app.store, world.app.clock.now());
        let seen = store.story(&[OrderId::parse("booth-1").unwrap()]).await.unwrap().unwrap();
        let ask = async || giving_back::ask(store, Actor::Panel, &seen, None, now).await.unwrap().unwrap();
        let first = ask().await;
        assert!(matches!(first.as_slice(), [(_, Next::Task)]), "{first:?}");
        let second = ask().await;
        assert!(matches!(second.as_slice(), [(_, Next::OnItsWay(_, None))]), "{second:?}");
    }
}

#[tokio::test]
async fn money_that_went_past_the_wallet_is_not_looked_for_there() {
    let (folder, database) = (TempDir::new().unwrap(), Cluster::shared().database());
    let postgres = Address::parse(&database.url).unwrap();
    let file = folder.path().join("booth.db");
    let places = [(file.display().to_string(), Address::SqliteFile(file)), (database.url.clone(), postgres)];
    for (named, address) in places {
        let world = World::on(&format!("database = '{named}'\n{}", settings(0)), &address);
        let mut owner = owner_in_english(&world).await;
        world.order("booth-1").await;
        pay_by_click(&world, "booth-1", "2000000000").await;
        assert_eq!(press(&mut owner, &world, "booth-1", "handed-back").await, 303);
        let page = owner.page(&world, "/admin/orders/booth-1").await;
        assert_eq!(story(&page).last(), Some(&"The money was given back by hand, past Click"));
        assert!(page.contains("given back by hand, past the wallet"), "{page}");
        assert!(page.contains("paid <time") && page.contains("went back <time"), "{page}");
        let csv = owner.get(&world, "/admin/figures/payments.csv?day=2023-11-15").await;
        assert!(csv.text().contains("refunded by hand, past the wallet"), "{}", csv.text());
    }
}

#[tokio::test]
async fn an_order_is_found_by_the_number_of_the_customers_message_and_by_ours() {
    let database = Cluster::shared().database();
    let postgres = Address::parse(&database.url).unwrap();
    for world in [World::new(&settings(0)), World::on(&settings(0), &postgres)] {
        world.order("booth-1").await;
        pay_by_click(&world, "booth-1", "2000000000").await;
        world.order("booth-2").await;
        world.pay("booth-2", "5f3e1c0a9d").await;
        let mut owner = owner_in_english(&world).await;
        for order in ["booth-1", "booth-2"] {
            let page = owner.page(&world, &format!("/admin/orders/{order}")).await;
            let ours = page.split("ours ").nth(1).and_then(|rest| rest.split('<').next()).expect("our number");
            let found = owner.get(&world, &format!("/admin/orders?q={ours}")).await;
            assert_eq!(found.header("location"), format!("/admin/orders/{order}"), "{ours}");
        }
        let found = owner.get(&world, "/admin/orders?q=707").await;
        assert_eq!(found.header("location"), "/admin/orders/booth-1", "Click's message");
        assert_eq!(owner.get(&world, "/admin/orders?q=708").await.status, 200, "no such number");
    }
}

#[tokio::test]
async fn the_audit_is_read_in_the_owners_language() {
    let world = World::new(&settings(0));
    world.order("booth-1").await;
    let mut here = Browser::at("127.0.0.1");
    here.set_password(&world, "owner").await;
    operator(&world, &mut here).await;
    assert_eq!(press(&mut here, &world, "booth-1", "cancel").await, 303);
    for (language, cancelled, role) in [("ru", "закрыт", "оператор"), ("uz", "yopilgan", "operator")] {
        here.send(&world, "/admin/language", &[("language", language), ("back", "/admin")]).await;
        let page = here.page(&world, "/admin/audit").await.to_lowercase();
        for raw in [">pending<", ">cancelled<", "this computer"] {
            assert!(!page.contains(raw), "{raw}: {page}");
        }
        assert!(page.contains(cancelled) && page.contains(role), "{page}");
    }
}

#[tokio::test]
async fn a_refund_says_beforehand_who_has_to_send_the_money() {
    let world = World::new(&settings(0));
    for order in ["by-payme", "by-click"] {
        world.order(order).await;
    }
    world.pay("by-payme", "5f3e1c0a9d").await;
    pay_by_click(&world, "by-click", "2000000000").await;
    let mut owner = owner_in_english(&world).await;
    let page = owner.page(&world, "/admin/orders/by-payme").await;
    assert!(page.contains("cancel the payment in the wallet’s cabinet"), "{page}");
    let page = owner.page(&world, "/admin/orders/by-click").await;
    assert!(page.contains("The customer gets the money back"), "{page}");
}
