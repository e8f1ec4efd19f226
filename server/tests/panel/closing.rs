//! The booth closed by hand: nobody is asked for money, what is begun may be paid, it outlives a restart, holds for one booth of several on one
//! database, is first on the first page, and opens again with one press.

use crate::at_booth::{PIN, audit, give_pin, opened, post, screen};
use crate::browser::Browser;
use crate::world::{KEY, START, World, paycom, rpc};
use boothpay_protocol::panel::Deed;
use boothpay_server::config::{Settings, Sources, connected};
use boothpay_store::Address;
use boothpay_test_support::Cluster;
use std::path::PathBuf;
use tempfile::TempDir;

const ORDER: &str = r#"{"copies":1,"paymentType":"payme"}"#;

/// A booth's folder, whose server can be started again and again.
struct Place {
    folder: TempDir,
    database: Address,
}

impl Place {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let database = Address::SqliteFile(folder.path().join("boothpay.db"));
        Self { folder, database }
    }

    fn on_postgres(url: &str) -> Self {
        Self { database: Address::parse(url).unwrap(), ..Self::new() }
    }

    fn file(&self) -> PathBuf {
        self.folder.path().join("boothpay.closed.toml")
    }

    fn start(&self) -> World {
        let wallets = self.folder.path().join("boothpay.wallets.toml");
        let text = format!(
            "[admin]\nwallets_file = '{}'\n[payme]\nmerchant_id = '587f72c72cac0d162c722ae2'\nkey = '{KEY}'\n",
            wallets.display()
        );
        let mut sources = Sources { file: Some((PathBuf::from("boothpay.toml"), text)), ..Sources::default() };
        connected::load(&mut sources).unwrap();
        World::with(Settings::read(&sources).unwrap(), &self.database)
    }
}

fn offer(id: &str) -> String {
    format!(r#"{{"order_id":"{id}","paymentType":"payme","amount":10000}}"#)
}

async fn press(world: &World, browser: &mut Browser, on: &str, to: &str) -> String {
    let answer = browser.press(world, on, "/admin/closing", &[("to", to)]).await;
    assert_eq!(answer.status, 303, "{}", answer.text());
    answer.header("location").to_owned()
}

async fn ready(world: &World) -> serde_json::Value {
    world.get("/api/booth/ready").await.json()
}

#[tokio::test]
async fn a_closed_booth_asks_nobody_for_money_and_takes_what_was_asked_before() {
    let place = Place::new();
    let world = place.start();
    let mut owner = Browser::of_owner(&world).await;
    let mut screen = screen(&world).await;
    let made = post(&mut screen, &world, "/api/booth/orders", ORDER, &[]).await;
    assert_eq!(made.status, 200, "{}", made.text());
    let first = world.post("/api/generate-qr", &offer("order-1")).await;
    assert_eq!(first.status, 200);
    assert_eq!(ready(&world).await["ready"], true);

    let page = owner.page(&world, "/admin").await;
    assert!(page.contains("booth-open") && !page.contains("booth-closed"), "{page}");
    assert_eq!(press(&world, &mut owner, "/admin", "closed").await, "/admin?done=booth_closed");
    assert_eq!(ready(&world).await, serde_json::json!({ "ready": false, "closed": "hand" }));
    for (path, body) in [("/api/booth/orders", ORDER.to_owned()), ("/api/generate-qr", offer("order-2"))] {
        let refused = post(&mut screen, &world, path, &body, &[]).await;
        assert!(refused.problem(503).contains("closed by hand"), "{path}");
        assert_eq!(refused.json()["closed"], "hand", "{path}");
    }
    assert_eq!(world.get("/api/payment-status/order-2").await.status, 404, "nothing was stored");

    // What was asked before is answered as before, and paid.
    let again = world.post("/api/generate-qr", &offer("order-1")).await;
    assert_eq!((again.status, again.json()), (200, first.json()));
    let amount = r#""amount":1000000,"account":{"order_id":"order-1"}"#;
    let create = rpc("CreateTransaction", &format!(r#"{{"id":"t-1","time":{START},{amount}}}"#));
    assert_eq!(world.payme(&paycom(), &create).await.code(), 0);
    assert_eq!(world.payme(&paycom(), &rpc("PerformTransaction", r#"{"id":"t-1"}"#)).await.code(), 0);
    assert_eq!(world.get("/api/payment-status/order-1").await.json()["status"], "success");
    let id = made.json()["order_id"].as_str().unwrap().to_owned();
    assert_eq!(world.get(&format!("/api/booth/orders/{id}")).await.json()["status"], "pending");
    // Its time is over: a new code would ask for money anew.
    world.set_time(START + 86_400_000);
    let anew = post(&mut screen, &world, &format!("/api/booth/orders/{id}/new-code"), r#"{"lang":"ru"}"#, &[]).await;
    assert!(anew.problem(503).contains("closed by hand"));
    assert_eq!(world.post("/api/generate-qr", &offer(&id)).await.status, 503);
}

#[tokio::test]
async fn it_stays_closed_over_a_restart_is_first_on_the_first_page_and_opens_with_one_press() {
    let place = Place::new();
    let world = place.start();
    let mut owner = Browser::of_owner(&world).await;
    press(&world, &mut owner, "/admin", "closed").await;
    press(&world, &mut owner, "/admin", "closed").await;
    let cookies = owner.cookies.clone();
    drop(world);

    let world = place.start();
    assert_eq!(ready(&world).await["closed"], "hand");
    let mut owner = Browser { cookies, ..Browser::new() };
    owner.send(&world, "/admin/language", &[("language", "en"), ("back", "/admin")]).await;
    for path in ["/admin", "/admin/live/today"] {
        let page = owner.page(&world, path).await;
        let (closed, taken) = (page.find("owner closed it").unwrap(), page.find("data-testid=\"taken\"").unwrap());
        assert!(closed < taken && !page.contains("booth-open"), "{page}");
    }
    assert!(owner.page(&world, "/admin/why").await.contains("closed by hand"));
    assert_eq!(press(&world, &mut owner, "/admin", "open").await, "/admin?done=booth_opened");
    assert!(!place.file().exists());
    assert_eq!(ready(&world).await["ready"], true);
    assert_eq!(world.post("/api/generate-qr", &offer("order-1")).await.status, 200);
    let [closed] = &*audit(&world, Deed::BoothClosed).await else { panic!("closed once") };
    let [opened] = &*audit(&world, Deed::BoothOpened).await else { panic!("opened once") };
    assert_eq!(closed.who.as_ref().unwrap().as_str(), "owner");
    assert_eq!(opened.address.as_deref(), Some("192.168.1.20"));
}

#[tokio::test]
async fn of_two_booths_on_one_database_one_is_closed() {
    let database = Cluster::shared().database();
    let (one, other) = (Place::on_postgres(&database.url), Place::on_postgres(&database.url));
    let (here, there) = (one.start(), other.start());
    let mut owner = Browser::of_owner(&here).await;
    press(&here, &mut owner, "/admin", "closed").await;
    assert_eq!((&ready(&here).await["ready"], &ready(&there).await["ready"]), (&false.into(), &true.into()));
    assert!(one.file().exists() && !other.file().exists());
}

#[tokio::test]
async fn whoever_is_at_the_booth_by_a_pin_may_too_and_nobody_else() {
    let place = Place::new();
    let world = place.start();
    give_pin(&world, "Anna", PIN).await;
    let mut anna = opened(&world).await;
    assert_eq!(press(&world, &mut anna, "/admin/booth", "closed").await, "/admin/booth?done=booth_closed");
    let page = anna.page(&world, "/admin/booth").await;
    assert!(page.find("booth-closed").unwrap() < page.find("check-selling").unwrap(), "{page}");
    assert!(page.contains("Нажмите выше «Открыть будку»"), "the first page of the panel is not hers: {page}");
    assert!(page.contains("Для владельца: Адрес в кабинете кошелька"), "nor are the wallets: {page}");
    let [closed] = &*audit(&world, Deed::BoothClosed).await else { panic!("closed once") };
    assert!(closed.who.as_ref().unwrap().as_str().starts_with("pin.anna"));

    let stranger = Browser::new().send(&world, "/admin/closing", &[("to", "open")]).await;
    assert_eq!((stranger.status, stranger.header("location").starts_with("/admin/login")), (303, true));
    assert_eq!(anna.send(&world, "/admin/closing", &[("to", "open")]).await.status, 403, "another site's form");
    assert_eq!(anna.press(&world, "/admin/booth", "/admin/closing", &[("to", "sold")]).await.status, 400);
    assert_eq!(ready(&world).await["closed"], "hand");
    press(&world, &mut anna, "/admin/booth", "open").await;
    assert_eq!(ready(&world).await["ready"], true);
}

#[tokio::test]
async fn what_cannot_be_kept_is_not_done_and_what_cannot_be_read_is_closed() {
    let place = Place::new();
    let world = place.start();
    let mut owner = Browser::of_owner(&world).await;
    // In the way of the file that is written first.
    let in_the_way = place.folder.path().join("boothpay.closed.toml.new");
    std::fs::create_dir_all(in_the_way.join("full")).unwrap();
    let refused = owner.press(&world, "/admin", "/admin/closing", &[("to", "closed")]).await;
    assert_eq!(refused.status, 500, "{}", refused.text());
    assert_eq!(ready(&world).await["ready"], true);
    assert!(audit(&world, Deed::BoothClosed).await.is_empty());
    drop(world);

    std::fs::write(place.file(), "by = 7").unwrap();
    let world = place.start();
    assert_eq!(ready(&world).await["closed"], "hand");
    assert!(owner.page(&world, "/admin").await.contains("booth-closed"));
    press(&world, &mut owner, "/admin", "open").await;
    assert_eq!(ready(&world).await["ready"], true);
}
