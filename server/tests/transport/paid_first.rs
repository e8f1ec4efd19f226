//! Orders that are paid before their pictures are taken: the ledger knows how far they are, and no clock, second page or late payment
//! makes one of them paid for nothing.

use crate::world::{START, World};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use boothpay_protocol::ledger::order::OrderId;
use boothpay_protocol::photos::{Session, SessionId, SessionKind};
use boothpay_protocol::time::{SpanMs, TimeMs};
use boothpay_server::config::{PayTime, PhotoSource, Settings, Sources};
use boothpay_server::print_jobs;
use boothpay_store::Address;
use serde_json::{Value, json};
use std::path::PathBuf;
use tempfile::TempDir;

const PHONE: &[u8] = include_bytes!("../../src/photos/samples/phone.jpg");

const MINUTE: i64 = 60_000;

pub struct Booth {
    pub world: World,
    folder: TempDir,
}

impl Booth {
    fn new() -> Self {
        let folder = TempDir::new().unwrap();
        let mut settings = Settings::read(&Sources { development: true, ..Sources::default() }).unwrap();
        settings.photos.source = PhotoSource::Boothpay;
        settings.photos.pay = PayTime::First;
        settings.photos.folder = folder.path().to_owned();
        settings.prints = settings.prints.paid_first();
        Self { world: World::with(settings, &Address::SqliteMemory), folder }
    }

    /// One that takes pictures, with more settings.
    pub fn on(settings: &str) -> Self {
        let folder = TempDir::new().unwrap();
        let photos = folder.path().join("photos");
        let settings = format!("[photos]\nsource = \"boothpay\"\nfolder = {photos:?}\n{settings}");
        Self { world: World::new(&settings), folder }
    }

    /// Where its pictures are, and where they can be put aside.
    pub fn folders(&self) -> (PathBuf, PathBuf) {
        (self.folder.path().join("photos"), self.folder.path().join("away"))
    }

    pub async fn call(&self, path: &str, body: &Value) -> Value {
        let answer = self.world.post(path, &body.to_string()).await;
        assert!(answer.status < 300, "{path}: {}", answer.text());
        answer.json()
    }

    /// The status of a call that may be refused, and the reason.
    pub async fn ask(&self, path: &str, body: &Value) -> (u16, String) {
        let answer = self.world.post(path, &body.to_string()).await;
        (answer.status, answer.text().to_owned())
    }

    /// A layout is chosen, and an order is made of it.
    async fn order(&self, copies: u16) -> String {
        let session = self.call("/api/booth/shots", &json!({ "layout": "single" })).await;
        let wanted = json!({ "copies": copies, "paymentType": "payme", "session": session["id"] });
        self.call("/api/booth/orders", &wanted).await["order_id"].as_str().unwrap().to_owned()
    }

    pub async fn paid(&self, copies: u16) -> String {
        let number = self.order(copies).await;
        self.call(&format!("/api/test-payment/{number}"), &json!({})).await;
        number
    }

    pub async fn stands(&self, number: &str) -> (String, bool) {
        let order = self.world.get(&format!("/api/booth/orders/{number}")).await.json();
        (order["print"]["state"].as_str().unwrap_or_default().to_owned(), order["shots_due"] == true)
    }

    pub async fn owed(&self) -> Vec<OrderId> {
        self.world.app.store.owed_orders(false, 10).await.unwrap()
    }

    /// Takes the pictures, and looks at the print.
    async fn shoot(&self, number: &str) -> Value {
        let taken = self.call(&format!("/api/booth/orders/{number}/shots"), &json!({})).await;
        let id = taken["id"].as_str().unwrap();
        self.bring(id).await;
        self.call(&format!("/api/booth/shots/{id}/preview"), &json!({ "layout": "single", "look": "bw" })).await;
        taken
    }

    pub async fn bring(&self, session: &str) {
        let picture = format!("data:image/jpeg;base64,{}", STANDARD.encode(PHONE));
        self.call(&format!("/api/session/{session}/photos"), &json!({ "photo_data": picture })).await;
    }
}

pub fn page(name: &str) -> Value {
    json!({ "page": name })
}

#[tokio::test]
async fn the_pictures_are_taken_after_the_payment_and_printed_once() {
    let booth = Booth::new();
    let number = booth.paid(2).await;
    let print = format!("/api/booth/orders/{number}/print");
    assert_eq!(booth.stands(&number).await, ("shots".to_owned(), true));
    let (status, said) = booth.ask(&print, &page("page-number-one")).await;
    assert!(status == 409 && said.contains("not taken yet"), "nothing is printed of nothing: {said}");
    let taken = booth.shoot(&number).await;
    assert_eq!((&taken["layout"]["id"], &taken["complete"]), (&json!("single"), &json!(false)));
    let granted = booth.call(&print, &page("page-number-one")).await;
    assert!(granted["picture"].as_str().unwrap().starts_with("data:image/jpeg"), "{granted}");
    assert_eq!(granted["copies"], 2);
    assert_eq!(booth.ask(&print, &page("page-number-two")).await.0, 409, "one payment, one set of prints");
    let (status, said) = booth.ask(&format!("/api/booth/orders/{number}/shots"), &json!({ "anew": true })).await;
    assert_eq!(status, 409, "and no other pictures: {said}");
}

#[tokio::test]
async fn pictures_that_nobody_takes_become_a_claim_in_time_and_the_owner_sees_it() {
    let booth = Booth::new();
    let number = booth.paid(1).await;
    booth.world.set_time(START + 10 * MINUTE - 1);
    print_jobs::once(&booth.world.app).await.unwrap();
    assert_eq!((booth.stands(&number).await.0, booth.owed().await.len()), ("shots".to_owned(), 0));
    booth.world.set_time(START + 10 * MINUTE);
    print_jobs::once(&booth.world.app).await.unwrap();
    assert_eq!(booth.stands(&number).await, ("claim".to_owned(), true));
    assert_eq!(booth.owed().await, [OrderId::parse(&number).unwrap()]);

    booth.shoot(&number).await;
    let granted = booth.call(&format!("/api/booth/orders/{number}/print"), &page("page-number-one")).await;
    assert!(granted["picture"].is_string() && booth.owed().await.is_empty(), "{granted}");
}

#[tokio::test]
async fn a_claim_whose_days_are_over_is_opened_again_by_its_owner_alone() {
    let booth = Booth::new();
    let number = booth.paid(1).await;
    let shots = format!("/api/booth/orders/{number}/shots");
    let later = booth.call(&format!("/api/booth/orders/{number}/later"), &json!({})).await;
    booth.world.set_time(later["print"]["claim_until"].as_i64().unwrap());
    assert_eq!(booth.ask(&shots, &json!({})).await.0, 409);
    let app = &booth.world.app;
    let actor = boothpay_protocol::ledger::journal::Actor::CommandLine;
    let orders =
        boothpay_server::orders::Orders { store: &app.store, clock: &app.clock, settings: &app.settings, actor };
    let allowed = orders.reprint(OrderId::parse(&number).unwrap()).await.unwrap();
    assert_eq!(allowed, Ok(boothpay_server::orders::Reprint::AtTheScreen));
    assert_eq!(booth.ask(&shots, &json!({})).await.0, 200);
}

#[tokio::test]
async fn money_that_comes_when_the_time_is_long_over_is_a_claim() {
    let booth = Booth::new();
    let number = booth.order(1).await;
    let hold = format!(r#"{{"id":"p1","time":{START},"amount":2000000,"account":{{"order_id":"{number}"}}}}"#);
    booth.world.carry_out("CreateTransaction", &hold).await;
    booth.world.set_time(START + 60 * MINUTE);
    booth.world.carry_out("PerformTransaction", r#"{"id":"p1"}"#).await;
    assert_eq!(booth.stands(&number).await, ("claim".to_owned(), true));
    booth.shoot(&number).await;
    assert_eq!(booth.ask(&format!("/api/booth/orders/{number}/print"), &page("page-number-one")).await.0, 200);
}

#[tokio::test]
async fn retakes_are_counted_where_no_reload_forgets_them_and_halves_are_not_counted() {
    let booth = Booth::new();
    let number = booth.paid(1).await;
    let shots = format!("/api/booth/orders/{number}/shots");
    let first = booth.shoot(&number).await;
    for n in 1..=2 {
        let again = booth.call(&shots, &json!({ "anew": true })).await;
        assert_eq!((&again["retakes"], &again["complete"]), (&json!(n), &json!(false)));
        assert_ne!(again["id"], first["id"], "a shot that is late comes to a session that is over");
        booth.bring(again["id"].as_str().unwrap()).await;
        let looked = booth.call(&shots, &json!({})).await;
        assert_eq!((&looked["id"], &looked["complete"], &looked["retakes"]), (&again["id"], &json!(true), &json!(n)));
    }
    let (status, said) = booth.ask(&shots, &json!({ "anew": true })).await;
    assert!(status == 409 && said.contains("as often"), "{said}");
    let late = booth.world.get(&format!("/api/session/{}", first["id"].as_str().unwrap())).await;
    assert_eq!(late.status, 404);
}

#[tokio::test]
async fn a_customer_whose_money_goes_back_takes_no_pictures() {
    let booth = Booth::new();
    let number = booth.order(1).await;
    let hold = format!(r#"{{"id":"p1","time":{START},"amount":2000000,"account":{{"order_id":"{number}"}}}}"#);
    booth.world.carry_out("CreateTransaction", &hold).await;
    booth.world.carry_out("PerformTransaction", r#"{"id":"p1"}"#).await;
    assert_eq!(booth.stands(&number).await, ("shots".to_owned(), true));
    booth.world.carry_out("CancelTransaction", r#"{"id":"p1","reason":5}"#).await;
    assert_eq!(booth.stands(&number).await, ("stopped".to_owned(), false));
    assert_eq!(booth.ask(&format!("/api/booth/orders/{number}/shots"), &json!({})).await.0, 409);
}

#[tokio::test]
async fn no_pictures_are_sold_for_which_there_is_no_room() {
    let booth = Booth::new();
    let filler = booth.world.app.settings.photos.folder.join("filler");
    std::fs::File::create(&filler).unwrap().set_len(booth.world.app.settings.photos.disk_bytes - 1000).unwrap();
    let ready = booth.world.get("/api/booth/ready").await.json();
    assert_eq!((&ready["ready"], &ready["closed"]), (&json!(false), &json!("room")));
    let session = booth.call("/api/booth/shots", &json!({ "layout": "single" })).await;
    let wanted = json!({ "copies": 1, "paymentType": "payme", "session": session["id"] });
    assert_eq!(booth.ask("/api/booth/orders", &wanted).await.0, 503);
    std::fs::remove_file(filler).unwrap();
    assert_eq!(booth.ask("/api/booth/orders", &wanted).await.0, 200);
}

/// What `limits.rs` has of sessions that no order pays for.
const SESSIONS_MAX: u32 = 2000;

#[tokio::test]
async fn who_has_paid_takes_his_pictures_however_many_sessions_there_are_and_before_that_no_money_is_asked() {
    let booth = Booth::new();
    let store = &booth.world.app.store;
    let number = booth.paid(1).await;
    let session = |at: u32, order: Option<String>| {
        let id = SessionId::from_random(u128::from(at).to_be_bytes());
        let (now, day) = (TimeMs::new(START), SpanMs::seconds(86_400));
        let new = Session::new(id, SessionKind::Upload, 1, "{}".to_owned(), now, day);
        Session { order: order.map(|id| OrderId::parse(&id).unwrap()), ..new }
    };
    for at in 0..SESSIONS_MAX {
        store.make_session(session(at, Some(format!("kept-{at}")))).await.unwrap();
    }
    let layout = json!({ "layout": "single" });
    assert_eq!(booth.ask("/api/booth/shots", &layout).await.0, 201, "what is only kept is in nobody's way");
    assert_eq!(booth.world.get("/api/booth/ready").await.json(), json!({ "ready": true }));
    for at in SESSIONS_MAX..2 * SESSIONS_MAX {
        store.make_session(session(at, None)).await.unwrap();
    }
    assert_eq!(booth.ask("/api/booth/shots", &layout).await.0, 503);
    let ready = booth.world.get("/api/booth/ready").await.json();
    assert_eq!(ready, json!({ "ready": false, "closed": "room" }));
    booth.shoot(&number).await;
    let again = booth.call(&format!("/api/booth/orders/{number}/shots"), &json!({ "anew": true })).await;
    assert_eq!(again["complete"], false, "another session, for who has paid");
}
