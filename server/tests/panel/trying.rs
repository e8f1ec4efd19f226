//! A wallet that is tried: the screen keeps customers from it, its tests can be made by clicking, and the page says what they cost the figures.

use crate::at_booth::audit;
use crate::browser::{Browser, PASSWORD};
use crate::wallets::{PAYME, Place, REAL_KEY, connect, owner};
use crate::world::{KEY, START, World, paycom, rpc};
use boothpay_protocol::panel::Deed;

const WARNING: &str = "stand in the day’s figures";

async fn connect_click(world: &World, owner: &mut Browser) {
    let fields = [
        ("service_id", "12345"),
        ("merchant_id", "6789"),
        ("merchant_user_id", ""),
        ("secret_key", "secret-of-click"),
        ("use", "real"),
        ("own_password", PASSWORD),
    ];
    let answer = owner.press(world, "/admin/wallets/click", "/admin/wallets/click", &fields).await;
    assert_eq!(answer.status, 303, "{}", answer.text());
}

async fn on_screen(world: &World, wallets: &str) -> bool {
    world.get("/").await.text().contains(&format!("\"providers\":[{wallets}]"))
}

#[tokio::test]
async fn the_screen_offers_no_wallet_that_is_tried_while_there_is_another() {
    let place = Place::new();
    let world = place.start().await;
    let mut owner = owner(&world).await;
    connect(&world, &mut owner, KEY, "try").await;
    assert!(on_screen(&world, r#""payme""#).await, "there is no other");
    assert!(owner.page(&world, PAYME).await.contains("nobody can pay by it yet"));
    connect_click(&world, &mut owner).await;
    assert!(on_screen(&world, r#""click""#).await);
    assert!(owner.page(&world, PAYME).await.contains("the booth’s screen does not offer it"));

    // Its own tests are as they were.
    let offer = r#"{"order_id":"order-1","paymentType":"payme","amount":10000}"#;
    let made = world.post("/api/generate-qr", offer).await;
    assert!(made.status == 200 && made.json()["paymeUrl"].is_string(), "{}", made.text());
    let params = format!(r#"{{"id":"t-1","time":{START},"amount":1000000,"account":{{"order_id":"order-1"}}}}"#);
    assert_eq!(world.payme(&paycom(), &rpc("CreateTransaction", &params)).await.code(), 0);
    assert_eq!(world.payme(&paycom(), &rpc("PerformTransaction", r#"{"id":"t-1"}"#)).await.code(), 0);

    connect(&world, &mut owner, REAL_KEY, "real").await;
    assert!(on_screen(&world, r#""payme","click""#).await);
}

#[tokio::test]
async fn what_the_tests_do_to_the_figures_is_said_before_them_for_every_wallet() {
    let place = Place::new();
    let world = place.start().await;
    let mut owner = owner(&world).await;
    for wallet in ["payme", "click", "uzum"] {
        let page = owner.page(&world, &format!("/admin/wallets/{wallet}")).await;
        assert!(page.contains(WARNING) && page.contains("BOOTHPAY_DATABASE=trial.db"), "{wallet}: {page}");
    }
    connect(&world, &mut owner, KEY, "try").await;
    let page = owner.page(&world, PAYME).await;
    assert_eq!(page.matches(WARNING).count(), 1, "said once: {page}");
    assert!(owner.page(&world, "/admin/live/wallets/payme").await.contains(WARNING));
}

#[tokio::test]
async fn orders_for_the_tests_are_made_by_a_button_and_need_no_terminal() {
    let place = Place::new();
    let world = place.start().await;
    let mut owner = owner(&world).await;
    let button = "/admin/wallets/payme/test-order";
    assert!(!owner.page(&world, PAYME).await.contains(button), "it is not connected");
    assert_eq!(owner.press(&world, PAYME, button, &[]).await.status, 409);
    connect(&world, &mut owner, KEY, "try").await;

    let pressed = owner.press(&world, PAYME, button, &[]).await;
    let (address, order) = pressed.header("location").split_once("&order=").unwrap();
    assert_eq!(address, format!("{PAYME}?done=test_order"));
    let page = owner.page(&world, pressed.header("location")).await;
    let cost = world.app.settings.prices.price(1).unwrap().1.tiyin();
    assert!(page.contains(&format!("data-testid=\"test-order-id\">{order}<")), "{page}");
    assert!(page.contains(&format!("Its sum: {cost} tiyin (")), "{page}");
    let params = format!(r#"{{"amount":{cost},"account":{{"order_id":"{order}"}}}}"#);
    assert_eq!(world.payme(&paycom(), &rpc("CheckPerformTransaction", &params)).await.code(), 0);
    let [row] = &*audit(&world, Deed::TestOrderMade).await else { panic!("made once") };
    assert_eq!((row.about.as_deref(), row.new.as_deref()), (Some(order), Some("payme")));
    let story = owner.page(&world, &format!("/admin/orders/{order}")).await;
    assert!(story.contains("owner"), "who made it: {story}");

    // Nobody else, and no page of elsewhere.
    assert_eq!(owner.send(&world, button, &[]).await.status, 403, "without the form's token");
    let fields = [("name", "dilnoza"), ("role", "operator"), ("own_password", PASSWORD)];
    owner.press(&world, "/admin/people", "/admin/people", &fields).await;
    let mut operator = Browser::at("192.168.1.21");
    operator.set_password(&world, "dilnoza").await;
    assert_eq!(operator.press(&world, "/admin/orders", button, &[]).await.status, 403);
    // Once it is real and has called, its orders are customers'.
    connect(&world, &mut owner, REAL_KEY, "real").await;
    assert!(!owner.page(&world, PAYME).await.contains(button));
    assert_eq!(owner.press(&world, PAYME, button, &[]).await.status, 409);
    assert_eq!(audit(&world, Deed::TestOrderMade).await.len(), 1);
}
