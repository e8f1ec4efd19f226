//! A kept call is judged again, rule by rule, and nothing of the ledger changes by it.

use crate::browser::Browser;
use crate::world::{PRODUCTION, START, World, basic, paycom, rpc};
use axum::body::Body;
use axum::http::Request;
use boothpay_store::Address;
use boothpay_test_support::Cluster;

/// A world on each store, with all wallets that call.
fn worlds() -> [World; 2] {
    let settings = format!(
        "{PRODUCTION}[click]\nservice_id = '155555'\nmerchant_id = '7777'\nsecret_key = 'TEST_SECRET_9'\n\
         [uzum]\nservice_id = '498614'\nlogin = 'uzum'\npassword = 'uzum-password-1'\n"
    );
    let database = Cluster::shared().database();
    let postgres = Address::parse(&database.url).unwrap();
    [World::new(&settings), World::on(&settings, &postgres)]
}

async fn owner(world: &World) -> Browser {
    let mut owner = Browser::of_owner(world).await;
    owner.send(world, "/admin/language", &[("language", "en"), ("back", "/admin")]).await;
    owner
}

/// The newest call, judged again.
async fn again(world: &World, owner: &mut Browser) -> String {
    let page = owner.page(world, "/admin/why").await;
    let number = page.split("/admin/why/calls/").nth(1).unwrap().split('"').next().unwrap().to_owned();
    assert!(owner.page(world, &format!("/admin/why/calls/{number}")).await.contains("data-testid=\"again\""));
    owner.page(world, &format!("/admin/why/calls/{number}/again")).await.replace('\u{a0}', " ")
}

/// Each rule on the page with how it stands.
fn rules(page: &str) -> Vec<(&str, &str)> {
    page.split("data-testid=\"rule-")
        .skip(1)
        .map(|part| {
            let (id, rest) = part.split_once('"').unwrap();
            (id, rest.split_once("data-standing=\"").unwrap().1.split('"').next().unwrap())
        })
        .collect()
}

fn text<'a>(page: &'a str, id: &str) -> &'a str {
    let (_, rest) = page.split_once(&format!("data-testid=\"{id}\"")).unwrap_or_else(|| panic!("no {id}: {page}"));
    rest.split_once('>').unwrap().1.split('<').next().unwrap()
}

fn create(id: &str, order: &str, amount: i64) -> String {
    rpc(
        "CreateTransaction",
        &format!(r#"{{"id":"{id}","time":{START},"amount":{amount},"account":{{"order_id":"{order}"}}}}"#),
    )
}

#[tokio::test]
async fn a_wrong_sum_is_explained_with_both_and_nothing_changes() {
    for world in worlds() {
        let mut owner = owner(&world).await;
        world.order("order-1").await;
        world.payme(&paycom(), &create("pay-1", "order-1", 10_000)).await;
        let before = world.everything().await;
        let page = again(&world, &mut owner).await;
        let expected = [
            ("key", "good"),
            ("post", "good"),
            ("method", "good"),
            ("form", "good"),
            ("order", "good"),
            ("amount", "bad"),
        ];
        assert_eq!(rules(&page)[..6], expected);
        let after = [("open", "unknown"), ("free", "unknown"), ("in_time", "unknown")];
        assert_eq!(rules(&page)[6..], after, "{page}");
        assert!(page.contains("The wallet says 100 soum, and here it is 10 000 soum."), "{page}");
        assert_eq!((text(&page, "code-then"), text(&page, "code-now")), ("-31001", "-31001"));
        assert!(page.contains("would change nothing now"), "{page}");
        assert_eq!(world.everything().await, before);
    }
}

#[tokio::test]
async fn what_has_changed_since_is_told_beside_what_was_answered() {
    for world in worlds() {
        let mut owner = owner(&world).await;
        // The order was made only after the wallet had asked for it.
        world.payme(&paycom(), &create("pay-1", "order-1", 1_000_000)).await;
        let page = again(&world, &mut owner).await;
        assert_eq!(rules(&page)[4], ("order", "bad"));
        world.order("order-1").await;
        let before = world.everything().await;
        let page = again(&world, &mut owner).await;
        assert!(rules(&page).iter().all(|(_, standing)| *standing == "good"), "{page}");
        assert_eq!((text(&page, "code-then"), text(&page, "code-now")), ("-31050", "0"));
        assert!(text(&page, "then").contains("order-1 was not made here"), "{page}");
        assert!(page.contains("would change what is stored now"), "{page}");
        assert_eq!(world.everything().await, before, "it would, and it did not");

        // Called for real, and then judged again: now the payment is known, and paid.
        world.pay("order-1", "pay-1").await;
        let before = world.everything().await;
        let page = again(&world, &mut owner).await;
        assert_eq!(rules(&page)[4..], [("state", "bad")], "{page}");
        assert!(page.contains("The payment pay-1 is now: money came."), "{page}");
        assert_eq!(text(&page, "code-now"), "-31008");
        assert_eq!(world.everything().await, before);
    }
}

#[tokio::test]
async fn each_wallet_is_judged_by_its_own_rules() {
    for world in worlds() {
        let mut owner = owner(&world).await;
        world.order("order-1").await;
        // Another service of Click's than ours.
        let click = "click_trans_id=7&service_id=155556&click_paydoc_id=1&merchant_trans_id=order-1&amount=10000&action=0&error=0\
                     &error_note=Success&sign_time=2023-11-14+22:13:20&sign_string=0123456789abcdef0123456789abcdef";
        let send = |path: &'static str, body: String| Request::post(path).body(Body::from(body)).unwrap();
        world.send(send("/api/click/prepare", click.to_owned())).await;
        let page = again(&world, &mut owner).await;
        assert_eq!(rules(&page), [("post", "good"), ("form", "good"), ("service", "bad")]);
        // Ours, with a signature that is not right.
        world.send(send("/api/click/prepare", click.replace("service_id=155556", "service_id=155555"))).await;
        let page = again(&world, &mut owner).await;
        assert_eq!(rules(&page), [("post", "good"), ("form", "good"), ("service", "good"), ("key", "bad")]);
        assert!(page.contains("The key itself is not kept"), "{page}");

        let check = r#"{"serviceId":498614,"timestamp":1700000000000,"params":{"account":"order-1"}}"#;
        let request = Request::post("/api/uzum/check").header("authorization", basic("uzum:uzum-password-1"));
        world.send(request.body(Body::from(check)).unwrap()).await;
        let page = again(&world, &mut owner).await;
        let all = ["key", "post", "method", "form", "service", "order", "open", "free", "in_time"];
        assert_eq!(rules(&page), all.map(|rule| (rule, "good")), "{page}");
        world.hold("order-1", "pay-1").await;
        let page = again(&world, &mut owner).await;
        assert_eq!(rules(&page)[6..], [("open", "good"), ("free", "bad"), ("in_time", "unknown")]);
        assert_eq!((text(&page, "code-then"), text(&page, "code-now")), ("0", "10008"));
    }
}

#[tokio::test]
async fn what_cannot_be_judged_again_says_why_and_only_the_owner_asks() {
    let world = World::new(PRODUCTION);
    let mut owner = owner(&world).await;
    world.payme(&paycom(), &rpc("GetStatement", &format!(r#"{{"from":{START},"to":{START}}}"#))).await;
    assert!(text(&again(&world, &mut owner).await, "not-again").contains("statement"));
    world.payme("Paycom:wrong", &create("pay-1", "order-1", 1)).await;
    let page = again(&world, &mut owner).await;
    assert_eq!(rules(&page), [("key", "bad")]);
    assert_eq!(text(&page, "code-now"), "-32504");
    assert_eq!(owner.get(&world, "/admin/why/calls/99/again").await.status, 404);
    assert_eq!(Browser::new().get(&world, "/admin/why/calls/1/again").await.status, 303);
    assert_eq!(owner.get(&world, "/admin/why/calls/1/again").await.status, 200);
}
