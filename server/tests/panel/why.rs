//! "What is wrong": each trouble of the owner's notes is brought about, and the page has to name it and the cure.

use crate::browser::{Browser, PASSWORD};
use crate::world::{Answer, KEY, PRODUCTION, START, World, basic, paycom, rpc};
use axum::body::Body;
use axum::http::Request;
use boothpay_server::router;
use boothpay_test_support::own_port;
use std::sync::Arc;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

pub const WRONG: &str = "a-wrong-key-that-must-never-be-shown";

/// What is said of something: the text of the element with a test id, without its tags, every blank as one.
pub fn said(page: &str, id: &str) -> String {
    let (_, rest) = page.split_once(&format!("data-testid=\"{id}\"")).unwrap_or_else(|| panic!("no {id}: {page}"));
    let part = rest.split("<div class=\"check\"").next().unwrap().split("</section>").next().unwrap();
    let mut text = String::new();
    let mut inside = true;
    for c in part.chars() {
        match c {
            '<' => inside = true,
            '>' => inside = false,
            _ if !inside => text.push(c),
            _ => {}
        }
    }
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

pub fn standing(page: &str, id: &str) -> String {
    let (_, rest) =
        page.split_once(&format!("data-testid=\"{id}\" data-standing=\"")).unwrap_or_else(|| panic!("{page}"));
    rest.split('"').next().unwrap().to_owned()
}

pub async fn owner(world: &World) -> Browser {
    let mut owner = Browser::of_owner(world).await;
    owner.send(world, "/admin/language", &[("language", "en"), ("back", "/admin")]).await;
    owner
}

pub fn create(order: &str, amount: i64) -> String {
    rpc(
        "CreateTransaction",
        &format!(r#"{{"id":"pay-{order}","time":{START},"amount":{amount},"account":{{"order_id":"{order}"}}}}"#),
    )
}

/// The page of the newest call.
async fn newest_call(world: &World, owner: &mut Browser) -> String {
    let page = owner.page(world, "/admin/why").await;
    let (_, rest) = page.split_once("/admin/why/calls/").expect("a call is listed");
    let number = rest.split('"').next().unwrap().to_owned();
    owner.page(world, &format!("/admin/why/calls/{number}")).await
}

#[tokio::test]
async fn before_anybody_calls_the_page_says_where_to_call() {
    let world = World::new(PRODUCTION);
    let mut owner = owner(&world).await;
    let page = owner.page(&world, "/admin/why").await;
    assert_eq!(standing(&page, "check-wallet"), "unknown");
    assert!(said(&page, "q-webhook").contains("/api/payme/webhook"), "{page}");
    assert_eq!(standing(&page, "check-reach"), "unknown");
    assert!(said(&page, "check-reach").contains("photos.public_address"));
    assert!(said(&page, "q-order").contains("No call was refused so"));
    assert!(page.contains("Nobody has called yet."));
    assert_eq!(standing(&page, "check-ready"), "good");
    assert_eq!(
        (standing(&page, "check-backup"), standing(&page, "check-clock").is_empty()),
        ("look".to_owned(), false)
    );
}

#[tokio::test]
async fn a_wrong_key_is_named_with_its_cure_and_shown_nowhere() {
    let world = World::new(PRODUCTION);
    let mut owner = owner(&world).await;
    let pair = format!("Paycom:{WRONG}");
    for _ in 0..3 {
        world.payme(&pair, &rpc("CheckTransaction", r#"{"id":"x"}"#)).await;
    }
    let page = owner.page(&world, "/admin/why").await;
    assert_eq!(standing(&page, "check-wallet"), "bad");
    let line = said(&page, "check-wallet");
    assert!(line.contains("key") && line.contains("TEST_KEY") && line.contains("times: 3"), "{line}");
    assert!(said(&page, "q-webhook").contains("calls arrive and are refused"), "{page}");
    let call = newest_call(&world, &mut owner).await;
    for (page, name) in [(&page, "page"), (&call, "call")] {
        let encoded = basic(&pair);
        let encoded = encoded.trim_start_matches("Basic ");
        assert!(!page.contains(WRONG) && !page.contains(encoded) && !page.contains(KEY), "{name}");
    }
    assert!(call.contains("-32504") && call.contains("not proven"), "{call}");
    // The right one: the page says that calls arrive.
    world.payme(&paycom(), &rpc("CheckTransaction", r#"{"id":"x"}"#)).await;
    world.order("order-1").await;
    world.payme(&paycom(), &create("order-1", 1_000_000)).await;
    let page = owner.page(&world, "/admin/why").await;
    assert_eq!(standing(&page, "check-wallet"), "good", "{page}");
    assert!(said(&page, "q-webhook").contains("Payme: calls arrive"));
    assert!(said(&page, "q-page").contains("began a payment"));
    assert_eq!(standing(&page, "check-clock"), "good", "Payme's time and this clock agree");
}

#[tokio::test]
async fn every_reason_of_refusals_is_told_and_not_the_last_alone() {
    let world = World::new(PRODUCTION);
    let mut owner = owner(&world).await;
    for _ in 0..3 {
        world.payme(&format!("Paycom:{WRONG}"), &rpc("CheckTransaction", r#"{"id":"x"}"#)).await;
    }
    let other = r#"{"amount":1000000,"account":{"acc":"order-1"}}"#;
    world.payme(&paycom(), &rpc("CheckPerformTransaction", other)).await;
    let page = owner.page(&world, "/admin/why").await;
    let line = said(&page, "check-wallet");
    assert!(line.contains("another name: acc") && line.contains("times: 1"), "{line}");
    assert!(line.contains("The key or the signature") && line.contains("times: 3"), "{line}");
    assert!(line.contains("account_field") && line.contains("TEST_KEY"), "both cures: {line}");
}

#[tokio::test]
async fn another_login_and_no_key_at_all_are_told_apart_and_a_browser_is_no_wallet() {
    let world = World::new(PRODUCTION);
    let mut owner = owner(&world).await;
    world.get("/api/payme/webhook").await;
    let page = owner.page(&world, "/admin/why").await;
    assert_eq!(standing(&page, "check-wallet"), "unknown", "who opens the address is nobody's call");
    world.post("/api/payme/webhook", &rpc("CheckTransaction", r#"{"id":"x"}"#)).await;
    let page = owner.page(&world, "/admin/why").await;
    assert!(said(&page, "check-wallet").contains("drops the Authorization header"), "{page}");
    world.payme(&format!("proxy:{KEY}"), &rpc("CheckTransaction", r#"{"id":"x"}"#)).await;
    let page = owner.page(&world, "/admin/why").await;
    assert!(said(&page, "check-wallet").contains("another login"), "{page}");
    assert!(!page.contains(KEY));
}

#[tokio::test]
async fn an_account_field_of_another_name_is_named_with_both_names() {
    let world = World::new(PRODUCTION);
    let mut owner = owner(&world).await;
    world.order("order-1").await;
    let params = r#"{"amount":1000000,"account":{"nomer":"order-1"}}"#;
    world.payme(&paycom(), &rpc("CheckPerformTransaction", params)).await;
    let page = owner.page(&world, "/admin/why").await;
    for id in ["check-wallet", "q-order", "q-webhook"] {
        let line = said(&page, id);
        assert!(line.contains("nomer instead of order_id") && line.contains("payme.account_field"), "{id}: {line}");
    }
    assert_eq!(standing(&page, "check-wallet"), "bad");
}

#[tokio::test]
async fn an_order_that_another_server_made_explains_why_the_page_sees_nothing() {
    let world = World::new(PRODUCTION);
    let mut owner = owner(&world).await;
    world.payme(&paycom(), &create("order-of-elsewhere", 1_000_000)).await;
    let page = owner.page(&world, "/admin/why").await;
    assert!(said(&page, "q-order").contains("order-of-elsewhere was not made here"), "{page}");
    assert!(said(&page, "q-page").contains("another server with a database of its own"), "{page}");
}

#[tokio::test]
async fn a_wrong_sum_is_told_with_both_sums() {
    let world = World::new(PRODUCTION);
    let mut owner = owner(&world).await;
    world.order("order-1").await;
    world.payme(&paycom(), &create("order-1", 10_000)).await;
    let page = owner.page(&world, "/admin/why").await;
    let line = said(&page, "check-wallet").replace('\u{a0}', " ");
    assert!(line.contains("100 soum were asked for, the order costs 10 000 soum"), "{line}");
    let order = owner.page(&world, "/admin/orders/order-1").await;
    assert!(said(&order, "calls").contains("CreateTransaction"), "{order}");
}

#[tokio::test]
async fn a_call_to_a_wrong_address_is_named_with_the_right_one() {
    let world = World::new(&format!("{PRODUCTION}[photos]\npublic_address = 'https://booth.example.uz/pay'\n"));
    let mut owner = owner(&world).await;
    let from = "185.234.113.7";
    for path in ["/webhook/payme", "/"] {
        world.send_from(from, Request::post(path).body(Body::from("{}")).unwrap()).await;
        let page = owner.page(&world, "/admin/why").await;
        let line = said(&page, "check-misdirected");
        assert!(line.contains(path) && line.contains(from), "{line}");
        assert!(line.contains("https://booth.example.uz/pay/api/payme/webhook"), "{line}");
        assert!(said(&page, "q-webhook").contains("there is nothing"), "{page}");
    }
    // Scanners that look for other programs are not told as wallets.
    let quiet = World::new(PRODUCTION);
    quiet.get("/wp-login.php").await;
    let mut owner = crate::why::owner(&quiet).await;
    assert!(!owner.page(&quiet, "/admin/why").await.contains("check-misdirected"));
}

#[tokio::test]
async fn another_wallets_call_is_known_by_its_form() {
    let world = World::new(PRODUCTION);
    let mut owner = owner(&world).await;
    let click = "click_trans_id=7&service_id=1&merchant_trans_id=order-1&amount=1000&sign_string=0123456789abcdef";
    world.send(Request::post("/api/payme/webhook").body(Body::from(click)).unwrap()).await;
    let page = owner.page(&world, "/admin/why").await;
    assert!(said(&page, "check-wallet").contains("/api/click/prepare"), "{page}");
    let call = newest_call(&world, &mut owner).await;
    assert!(!call.contains("0123456789abcdef") && call.contains("sign_string=****************"), "{call}");
}

#[tokio::test]
async fn a_new_key_that_payme_sends_is_not_kept() {
    let world = World::new(
        "[payme]\nkey = 'k&y@with:colon?#%^=$!0123456789abcde'\nmerchant_id = '587f72c72cac0d162c722ae2'\nchange_password = true\n",
    );
    let mut owner = owner(&world).await;
    world.payme(&paycom(), &rpc("ChangePassword", r#"{"password":"the-new-key-of-36-characters-0123456"}"#)).await;
    let call = newest_call(&world, &mut owner).await;
    assert!(call.contains("ChangePassword") && !call.contains("the-new-key"), "{call}");
}

#[tokio::test]
async fn a_payment_that_no_page_asks_about_is_told_until_one_does() {
    let world = World::new(PRODUCTION);
    let mut owner = owner(&world).await;
    world.order("order-1").await;
    world.payme(&paycom(), &create("order-1", 1_000_000)).await;
    world.payme(&paycom(), &rpc("PerformTransaction", r#"{"id":"pay-order-1"}"#)).await;
    let page = owner.page(&world, "/admin/why").await;
    assert!(said(&page, "q-page").contains("known in a few seconds"), "{page}");
    world.set_time(START + 60_000);
    let page = owner.page(&world, "/admin/why").await;
    assert!(said(&page, "q-page").contains("no page has asked for it since"), "{page}");
    world.get("/api/payment-status/order-1").await;
    let page = owner.page(&world, "/admin/why").await;
    assert!(said(&page, "q-page").contains("the page has learnt it"), "{page}");
}

#[tokio::test]
async fn an_operator_sees_what_is_wrong_and_no_calls() {
    let world = World::new(PRODUCTION);
    let mut owner = owner(&world).await;
    world.order("order-1").await;
    world.payme(&paycom(), &create("order-1", 1_000_000)).await;
    let fields = [("name", "dilnoza"), ("role", "operator"), ("own_password", PASSWORD)];
    let made = owner.press(&world, "/admin/people", "/admin/people", &fields).await;
    let path = made.text().split("data-copy=\"").nth(1).and_then(|rest| rest.split('"').next()).unwrap().to_owned();
    let mut operator = Browser::new();
    operator.send(&world, &path, &[("password", PASSWORD), ("again", PASSWORD)]).await;
    for path in ["/admin/why", "/admin/live/why", "/admin/orders/order-1"] {
        let page = operator.page(&world, path).await;
        assert!(!page.contains("/admin/why/calls/"), "{path}");
    }
    assert_eq!(operator.get(&world, "/admin/why/calls/1").await.status, 403);
    assert_eq!(owner.get(&world, "/admin/why/calls/1").await.status, 200);
    for path in ["/admin/why/calls/99", "/admin/why/calls/x"] {
        assert_eq!(owner.get(&world, path).await.status, 404);
    }
    assert_eq!(Browser::new().get(&world, "/admin/why").await.status, 303);
}

#[tokio::test]
async fn what_strangers_send_is_text_in_the_pages() {
    let world = World::new(PRODUCTION);
    let mut owner = owner(&world).await;
    let evil = "<img src=x onerror=alert(1)>";
    let body = format!(
        r#"{{"method":"CheckPerformTransaction","params":{{"amount":1,"account":{{"{evil}":"8600 1234 5678 9012 3"}}}}}}"#
    );
    world.payme(&paycom(), &body).await;
    let request = Request::post("/api/payme/x").header("user-agent", evil).body(Body::empty()).unwrap();
    world.send(request).await;
    for page in [owner.page(&world, "/admin/why").await, newest_call(&world, &mut owner).await] {
        assert!(page.contains("img src=x onerror") && !page.contains("<img src=x"), "{page}");
    }
}

/// A server at an address of its own, as the world's proxy would reach it.
async fn listening(world: &World, listener: TcpListener) {
    let app = Arc::clone(&world.app);
    tokio::spawn(async move {
        boothpay_server::serve(&app, listener, router(Arc::clone(&app)), 64).await;
    });
}

fn with_address(address: std::net::SocketAddr) -> String {
    format!("{PRODUCTION}[photos]\npublic_address = 'http://{address}'\n")
}

/// How it stands after the button was pressed, what is said of it, and what the page says was done.
async fn asked(world: &World) -> (String, String, String) {
    let mut owner = owner(world).await;
    let pressed: Answer = owner.press(world, "/admin", "/admin/why/reach", &[]).await;
    assert_eq!(pressed.status, 303);
    let page = owner.page(world, pressed.header("location")).await;
    assert!(page.contains("action=\"/admin/why/reach\""), "it can be asked again: {page}");
    let done = pressed.header("location").split_once("?done=").unwrap().1.to_owned();
    (standing(&page, "check-reach"), said(&page, "check-reach"), done)
}

#[tokio::test]
async fn the_public_address_is_asked_through_itself() {
    // It leads here.
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let world = World::new(&with_address(listener.local_addr().unwrap()));
    listening(&world, listener).await;
    let (stands, text, done) = asked(&world).await;
    assert_eq!((stands.as_str(), done.as_str()), ("good", "reach_here"), "{text}");
    let page = owner(&world).await.page(&world, "/admin/why").await;
    assert!(page.contains("Nobody has called yet."), "its own question is no call: {page}");

    // Another Boothpay has it.
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let (address, other) = (listener.local_addr().unwrap(), World::new(PRODUCTION));
    listening(&other, listener).await;
    let (stands, text, done) = asked(&World::new(&with_address(address))).await;
    assert!(stands == "look" && done == "reach_not" && text.contains("Another Boothpay"), "{text}");

    // Something redirects; nothing is there.
    let listener = TcpListener::bind(("127.0.0.1", own_port())).await.unwrap();
    let address = listener.local_addr().unwrap();
    let redirects = tokio::spawn(async move {
        let (mut line, _) = listener.accept().await.unwrap();
        let mut head = [0; 4096];
        let _ = line.read(&mut head).await.unwrap();
        line.write_all(b"HTTP/1.1 301 Moved\r\nlocation: https://x/\r\ncontent-length: 0\r\n\r\n").await.unwrap();
    });
    let (stands, text, _) = asked(&World::new(&with_address(address))).await;
    redirects.await.unwrap();
    assert!(stands == "bad" && text.contains("redirection (HTTP 301)"), "{text}");
    let (stands, text, done) = asked(&World::new(&with_address(address))).await;
    assert!(stands == "bad" && done == "reach_not" && text.contains("nobody listens"), "{text}");
}

#[tokio::test]
async fn without_an_address_nothing_says_that_one_was_asked() {
    let world = World::new(PRODUCTION);
    let mut owner = owner(&world).await;
    assert!(!owner.page(&world, "/admin/why").await.contains("/admin/why/reach"), "there is no button");
    let pressed = owner.press(&world, "/admin", "/admin/why/reach", &[]).await;
    assert_eq!(pressed.header("location"), "/admin/why?done=reach_no_address");
    assert!(owner.page(&world, pressed.header("location")).await.contains("There is no address to ask"));
}
