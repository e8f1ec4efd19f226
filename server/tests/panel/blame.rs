//! Whose call it was: a stranger neither hides what the wallet is refused nor paints the page red, and an older refusal does not hide a newer one.

use crate::browser::PASSWORD;
use crate::why::{WRONG, create, owner, said, standing};
use crate::world::{PRODUCTION, START, World, basic, paycom, rpc};
use axum::body::Body;
use axum::http::Request;

const UZUM: &str = "[uzum]\nservice_id = '498614'\nlogin = 'uzum'\npassword = 'password-of-uzum'\n";
const WALLET: &str = "198.51.100.9";
const STRANGER: &str = "203.0.113.66";

/// A call as Uzum makes it, to some address.
async fn uzum(world: &World, path: &str, order: &str) {
    let body = format!(r#"{{"serviceId":498614,"timestamp":{START},"params":{{"account":"{order}"}}}}"#);
    let request = Request::post(path).header("content-type", "application/json");
    let request = request.header("authorization", basic("uzum:password-of-uzum"));
    world.send_from(WALLET, request.body(Body::from(body)).unwrap()).await;
}

async fn posted(world: &World, from: &str, path: &str, body: &str) {
    world.send_from(from, Request::post(path).body(Body::from(body.to_owned())).unwrap()).await;
}

async fn looked(world: &World, pair: &str, order: &str) {
    let params = format!(r#"{{"amount":1000000,"account":{{"order_id":"{order}"}}}}"#);
    world.payme(pair, &rpc("CheckPerformTransaction", &params)).await;
}

/// How each answer of a question stands.
fn standings(page: &str, id: &str) -> Vec<String> {
    let (_, rest) = page.split_once(&format!("data-testid=\"{id}\"")).unwrap();
    let part = rest.split("<div class=\"check\"").next().unwrap().split("</section>").next().unwrap();
    part.split("data-status=\"").skip(1).map(|rest| rest.split('"').next().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn a_strangers_scan_hides_no_wallets_wrong_address() {
    let world = World::new(&format!("{PRODUCTION}{UZUM}"));
    let mut owner = owner(&world).await;
    uzum(&world, "/uzum/check", "order-1").await;
    posted(&world, STRANGER, "/wp-login.php", "log=admin&pwd=secret-of-a-stranger").await;
    let page = owner.page(&world, "/admin/why").await;
    assert_eq!(standings(&page, "q-webhook"), ["unknown", "bad"], "Payme is not blamed: {page}");
    let first = said(&page, "q-webhook");
    assert!(first.contains("/uzum/check, where") && !first.contains("wp-login"), "{first}");
    let check = said(&page, "check-misdirected");
    assert!(check.find("/uzum/check was called").unwrap() < check.find("/wp-login.php was called").unwrap(), "{check}");
    assert_eq!(standing(&page, "check-misdirected"), "look");
    // By its form it is known, also without a key; what strangers send is kept nowhere.
    let click = "click_trans_id=7&service_id=1&merchant_trans_id=order-1&amount=1000&sign_string=0123456789abcdef";
    posted(&world, WALLET, "/prepare", click).await;
    let page = owner.page(&world, "/admin/why").await;
    let numbers = page.split("/admin/why/calls/").skip(1).map(|rest| rest.split('"').next().unwrap());
    let mut calls = String::new();
    for number in numbers {
        calls += &owner.page(&world, &format!("/admin/why/calls/{number}")).await;
    }
    assert!(calls.contains("By its form it is a call of Click"), "{calls}");
    assert!(!calls.contains("secret-of-a-stranger") && !calls.contains("0123456789abcdef"), "{calls}");
}

#[tokio::test]
async fn a_bare_strangers_call_is_never_red_and_each_of_his_paths_is_told() {
    let world = World::new(PRODUCTION);
    let mut owner = owner(&world).await;
    for path in ["/wp-login.php", "/xmlrpc.php", "/boaform/admin", "/payme/old"] {
        posted(&world, STRANGER, path, "x=1").await;
    }
    let page = owner.page(&world, "/admin/why").await;
    let check = said(&page, "check-misdirected");
    for path in ["/wp-login.php", "/xmlrpc.php", "/boaform/admin", "/payme/old"] {
        assert!(check.contains(&format!("{path} was called")), "{check}");
    }
    assert_eq!(check.matches("times: 1").count(), 4, "{check}");
    // A path with the wallet's name is worth a look, and no more.
    assert!(said(&page, "q-webhook").contains("/payme/old"), "{page}");
    assert_eq!(standings(&page, "q-webhook"), ["look"]);
}

#[tokio::test]
async fn one_wrong_address_beside_a_right_one_is_told() {
    let world = World::new(&format!("{PRODUCTION}{UZUM}"));
    let mut owner = owner(&world).await;
    world.order("order-1").await;
    uzum(&world, "/api/uzum/check", "order-1").await;
    posted(&world, STRANGER, "/uzum/confirm", r#"{"serviceId":1}"#).await;
    let page = owner.page(&world, "/admin/why").await;
    assert_eq!(standings(&page, "q-webhook"), ["unknown", "good"], "that was not from where Uzum calls: {page}");
    uzum(&world, "/uzum/confirm", "order-1").await;
    let page = owner.page(&world, "/admin/why").await;
    assert!(said(&page, "q-webhook").contains("others go to /uzum/confirm"), "{page}");
}

#[tokio::test]
async fn a_key_that_became_wrong_is_not_hidden_by_an_older_refusal() {
    let world = World::new(PRODUCTION);
    let mut owner = owner(&world).await;
    looked(&world, &paycom(), "nobodys").await;
    world.set_time(START + 61_000);
    for _ in 0..3 {
        looked(&world, &format!("Paycom:{WRONG}"), "nobodys").await;
    }
    let page = owner.page(&world, "/admin/why").await;
    assert!(said(&page, "q-webhook").contains("refused. The key or the signature"), "{page}");
    assert_eq!(standing(&page, "check-wallet"), "bad");
    let check = said(&page, "check-wallet");
    assert!(check.contains("times: 3") && check.contains("nobodys was not made here"), "{check}");
    let wallet = owner.page(&world, "/admin/wallets/payme").await;
    assert!(wallet.contains("The last call of Payme was refused. The key or the signature"), "{wallet}");
}

#[tokio::test]
async fn a_stranger_hides_no_refusal_of_the_wallets_and_paints_nothing_red() {
    let world = World::new(PRODUCTION);
    let mut owner = owner(&world).await;
    looked(&world, &paycom(), "nobodys").await;
    // From the very address of the wallet, as behind a tunnel, without a key; and with one from elsewhere.
    world.post("/api/payme/webhook", &rpc("CheckTransaction", r#"{"id":"x"}"#)).await;
    let guess = Request::post("/api/payme/webhook").header("authorization", basic(&format!("Paycom:{WRONG}")));
    let body = Body::from(rpc("CheckTransaction", r#"{"id":"x"}"#));
    world.send_from(STRANGER, guess.body(body).unwrap()).await;
    let page = owner.page(&world, "/admin/why").await;
    assert!(said(&page, "q-webhook").contains("nobodys was not made here"), "{page}");
    assert_eq!(
        (standings(&page, "q-webhook"), standing(&page, "check-wallet")),
        (vec!["look".to_owned()], "look".to_owned())
    );
}

#[tokio::test]
async fn a_mere_look_at_an_unknown_order_is_no_lost_payment() {
    let world = World::new(PRODUCTION);
    let mut owner = owner(&world).await;
    looked(&world, &paycom(), "nobodys").await;
    let page = owner.page(&world, "/admin/why").await;
    assert_eq!(standings(&page, "q-page"), ["unknown"], "{page}");
    assert!(said(&page, "q-page").contains("There was no payment"), "{page}");
    world.payme(&paycom(), &create("nobodys", 1_000_000)).await;
    let page = owner.page(&world, "/admin/why").await;
    assert_eq!(standings(&page, "q-page"), ["look"], "{page}");
    assert!(said(&page, "q-page").contains("nobody has paid"), "{page}");
}

#[tokio::test]
async fn the_cure_of_a_pasted_key_leads_to_where_it_was_pasted() {
    let place = crate::wallets::Place::new();
    let world = place.start().await;
    let mut owner = owner(&world).await;
    crate::wallets::connect(&world, &mut owner, crate::world::KEY, "real").await;
    looked(&world, &format!("Paycom:{WRONG}"), "nobodys").await;
    let page = owner.page(&world, "/admin/why").await;
    for id in ["q-webhook", "check-wallet"] {
        assert!(
            said(&page, id).contains("Paste the key again on the page Wallets → Payme; it counts at once"),
            "{page}"
        );
    }
    assert!(page.contains("<a href=\"/admin/wallets/payme\">Wallets → Payme</a>"), "{page}");
    let check = said(&page, "check-wallet");
    assert!(!check.contains("payme.key") && !check.contains("start the server"), "{check}");
    // An account's field in the settings file would take the whole wallet over.
    let other = r#"{"amount":1000000,"account":{"acc":"order-1"}}"#;
    world.payme(&paycom(), &rpc("CheckPerformTransaction", other)).await;
    let page = owner.page(&world, "/admin/why").await;
    assert!(said(&page, "q-order").contains("the name order_id.") && !page.contains("payme.account_field"), "{page}");
    // An operator does not reach that page, and is shown no link there.
    let fields = [("name", "dilnoza"), ("role", "operator"), ("own_password", PASSWORD)];
    owner.press(&world, "/admin/people", "/admin/people", &fields).await;
    let mut operator = crate::browser::Browser::at("192.168.1.21");
    operator.set_password(&world, "dilnoza").await;
    assert!(!operator.page(&world, "/admin/why").await.contains("/admin/wallets/payme"));
}
