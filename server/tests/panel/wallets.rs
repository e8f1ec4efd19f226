//! Connecting a wallet by clicking: what is pasted is looked at, what is set is in force with the next call and after a restart, nothing shows
//! the key, and nobody pays by what was let in before.

use crate::browser::{Browser, PASSWORD};
use crate::world::{KEY, PRODUCTION, START, World, paycom, rpc};
use axum::body::{Body, Bytes};
use axum::http::Request;
use boothpay_protocol::connecting::{setting_name, steps_setting_name};
use boothpay_protocol::ledger::provider::Provider;
use boothpay_protocol::ledger::rows::Needs;
use boothpay_server::config::{Finding, Mode, Settings, Sources, connected};
use boothpay_server::{check_connections, follow_connections};
use boothpay_store::{Address, Store};
use boothpay_test_support::Cluster;
use futures_util::{StreamExt, stream};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use tempfile::TempDir;
use tokio::sync::oneshot;

const MERCHANT: &str = "587f72c72cac0d162c722ae2";
pub const REAL_KEY: &str = "r&al@with:colon?#%^=$!0123456789abcd";
pub const PAYME: &str = "/admin/wallets/payme";

/// A booth's folder, whose server can be started again and again.
pub struct Place {
    folder: TempDir,
    settings: String,
    database: Address,
}

impl Place {
    pub fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let database = Address::SqliteFile(folder.path().join("boothpay.db"));
        Self { folder, settings: String::new(), database }
    }

    fn file(&self) -> PathBuf {
        self.folder.path().join("boothpay.wallets.toml")
    }

    /// The settings as a start would read them.
    fn read(&self) -> Result<Settings, Vec<Finding>> {
        let database = match &self.database {
            Address::SqliteFile(file) => format!("database = '{}'\n", file.display()),
            Address::SqliteMemory | Address::Postgres(_) => String::new(),
        };
        let text = format!("{database}{}[admin]\nwallets_file = '{}'\n", self.settings, self.file().display());
        let file = Some((self.folder.path().join("boothpay.toml"), text));
        let mut sources = Sources { file, ..Sources::default() };
        connected::load(&mut sources).map_err(|finding| vec![finding])?;
        Settings::read(&sources)
    }

    pub async fn start(&self) -> World {
        let settings = self.read().unwrap();
        let store = Store::open(&self.database).unwrap();
        let (settings, _) = check_connections(settings, &store).await.unwrap();
        drop(store);
        let world = World::with(settings, &self.database);
        follow_connections(&world.app).await.unwrap();
        world
    }
}

pub async fn owner(world: &World) -> Browser {
    let mut owner = Browser::of_owner(world).await;
    owner.send(world, "/admin/language", &[("language", "en"), ("back", "/admin")]).await;
    owner
}

/// Connects Payme with a key.
pub async fn connect(world: &World, owner: &mut Browser, key: &str, r#use: &str) {
    let fields = [("merchant_id", MERCHANT), ("key", key), ("use", r#use), ("own_password", PASSWORD)];
    let answer = owner.press(world, PAYME, PAYME, &fields).await;
    assert_eq!(answer.header("location"), format!("{PAYME}?done=wallet_connected"), "{}", answer.text());
}

fn create(order: &str) -> String {
    rpc(
        "CreateTransaction",
        &format!(r#"{{"id":"pay-{order}","time":{START},"amount":1000000,"account":{{"order_id":"{order}"}}}}"#),
    )
}

fn perform(order: &str) -> String {
    rpc("PerformTransaction", &format!(r#"{{"id":"pay-{order}"}}"#))
}

async fn unproven(world: &World, body: &str) -> i64 {
    world.post("/api/payme/webhook", body).await.code()
}

async fn is_paid(world: &World, order: &str) -> bool {
    world.get(&format!("/api/payment-status/{order}")).await.json()["status"] == "success"
}

#[tokio::test]
async fn a_wallet_that_is_pasted_is_in_force_with_the_next_call_and_after_a_restart() {
    let place = Place::new();
    let world = place.start().await;
    assert_eq!(world.app.settings.mode, Mode::Development);
    world.order("order-1").await;
    world.order("order-2").await;
    assert_eq!(unproven(&world, &create("order-1")).await, 0, "development mode asks for no proof");
    let mut owner = owner(&world).await;
    let before = owner.page(&world, PAYME).await;
    assert!(before.contains("data-testid=\"ends-play\""), "{before}");
    assert!(before.contains("/api/payme/webhook") && before.contains("public_address"), "{before}");
    connect(&world, &mut owner, KEY, "try").await;

    assert_eq!(world.app.settings.mode, Mode::Production);
    assert_eq!(world.app.settings.offered(), [Provider::Payme]);
    assert_eq!(unproven(&world, &perform("order-1")).await, -32504, "nobody is believed without the key any more");
    assert_eq!(world.post("/api/test-payment/order-1", "").await.status, 404);
    assert!(!is_paid(&world, "order-1").await);
    assert_eq!(world.payme(&paycom(), &perform("order-1")).await.code(), 0);
    assert!(is_paid(&world, "order-1").await);
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        assert_eq!(std::fs::metadata(place.file()).unwrap().permissions().mode() & 0o777, 0o600);
    }

    // The key is in its file and nowhere else: no page, no audit, no stored setting.
    let pages = [PAYME, "/admin/wallets", "/admin/audit", "/admin/why", "/admin/live/wallets/payme"];
    let mut shown = format!("{:?}", world.app.store.audit(None, None, 100).await.unwrap());
    for name in [setting_name(), steps_setting_name()] {
        shown += &format!("{:?}", world.app.store.rows(Needs::setting(name)).await.unwrap().setting);
    }
    for page in pages {
        shown += &owner.page(&world, page).await;
    }
    assert!(!shown.contains(&KEY[4..20]), "{shown}");
    assert!(
        shown.contains("not connected") && shown.contains(&format!("merchant_id={MERCHANT}, to be tried")),
        "{shown}"
    );
    assert!(shown.contains("connected for trying") && shown.contains("A key is set"), "{shown}");

    drop(world);
    let again = place.start().await;
    assert_eq!(again.app.settings.mode, Mode::Production);
    assert_eq!(unproven(&again, &create("order-2")).await, -32504);
    assert_eq!(again.payme(&paycom(), &create("order-2")).await.code(), 0);
}

#[tokio::test]
async fn what_cannot_be_right_is_told_in_a_sentence_and_changes_nothing() {
    let place = Place::new();
    let world = place.start().await;
    let mut owner = owner(&world).await;
    let quoted = format!("\"{KEY}\"");
    let cases = [
        ("587f72c7", KEY, "wrong-merchant_id", "The id has 24 characters, this has 8"),
        (MERCHANT, &KEY[1..], "wrong-key", "It has 35 characters"),
        (MERCHANT, "TEST_KEY", "wrong-key", "This is a word for the key"),
        (MERCHANT, quoted.as_str(), "wrong-key", "It stands in quotes"),
        (MERCHANT, "", "wrong-key", "Fill this in"),
    ];
    for (merchant, key, id, said) in cases {
        let fields = [("merchant_id", merchant), ("key", key), ("use", "try"), ("own_password", PASSWORD)];
        let answer = owner.press(&world, PAYME, PAYME, &fields).await;
        let page = answer.text();
        assert_eq!(answer.status, 422);
        assert!(page.contains(id) && page.contains(said), "{said}: {page}");
        assert!(page.contains(&format!("value=\"{merchant}\"")), "what is no secret stays: {page}");
        assert!(!page.contains(&KEY[4..20]), "{page}");
    }
    let wrong = [("merchant_id", MERCHANT), ("key", KEY), ("use", "try"), ("own_password", "another password")];
    assert_eq!(owner.press(&world, PAYME, PAYME, &wrong).await.status, 403);
    let nothing = [("merchant_id", MERCHANT), ("key", KEY), ("use", "both"), ("own_password", PASSWORD)];
    assert_eq!(owner.press(&world, PAYME, PAYME, &nothing).await.status, 422);
    assert_eq!(owner.get(&world, "/admin/wallets/uzqr").await.status, 404);
    assert_eq!((world.app.settings.mode, place.file().exists()), (Mode::Development, false));

    // Where the key cannot be written, nothing is changed either.
    std::fs::create_dir(place.file()).unwrap();
    let right = [("merchant_id", MERCHANT), ("key", KEY), ("use", "try"), ("own_password", PASSWORD)];
    let answer = owner.press(&world, PAYME, PAYME, &right).await;
    assert!(answer.status == 500 && answer.text().contains("cannot be written"), "{}", answer.text());
    assert_eq!(world.app.settings.mode, Mode::Development);
}

#[tokio::test]
async fn strangers_operators_and_foreign_forms_connect_nothing() {
    let place = Place::new();
    let world = place.start().await;
    let mut owner = owner(&world).await;
    let fields = [("merchant_id", MERCHANT), ("key", KEY), ("use", "try"), ("own_password", PASSWORD)];
    let mut stranger = Browser::new();
    assert_eq!(stranger.get(&world, "/admin/wallets").await.status, 303);
    assert_eq!(stranger.get(&world, "/admin/live/wallets/payme").await.status, 401);
    assert_eq!(stranger.send(&world, PAYME, &fields).await.status, 303);
    assert_eq!(owner.send(&world, PAYME, &fields).await.status, 403, "without the form's token");

    let added = [("name", "dilnoza"), ("role", "operator"), ("own_password", PASSWORD)];
    owner.press(&world, "/admin/people", "/admin/people", &added).await;
    let mut operator = Browser::at("192.168.1.21");
    operator.set_password(&world, "dilnoza").await;
    for page in ["/admin/wallets", PAYME, "/admin/live/wallets/payme"] {
        assert_eq!(operator.get(&world, page).await.status, 403, "{page}");
    }
    assert!(!operator.page(&world, "/admin").await.contains("/admin/wallets"));
    for form in [PAYME, "/admin/wallets/payme/offer", "/admin/wallets/payme/forget"] {
        assert_eq!(operator.press(&world, "/admin/orders", form, &fields).await.status, 403, "{form}");
    }
    assert_eq!((world.app.settings.mode, place.file().exists()), (Mode::Development, false));
}

#[tokio::test]
async fn the_settings_file_wins_and_the_page_says_so() {
    let mut place = Place::new();
    let world = place.start().await;
    let mut browser = owner(&world).await;
    connect(&world, &mut browser, KEY, "try").await;
    drop(world);
    // The same cashbox stands in the settings now, with another key.
    place.settings = PRODUCTION.replace(KEY, REAL_KEY);
    let world = place.start().await;
    world.order("order-1").await;
    assert_eq!(world.payme(&paycom(), &create("order-1")).await.code(), -32504);
    assert_eq!(world.payme(&format!("Paycom:{REAL_KEY}"), &create("order-1")).await.code(), 0);
    let mut browser = owner(&world).await;
    let page = browser.page(&world, PAYME).await;
    assert!(page.contains("that wins over this page") && page.contains("boothpay.toml, line 4"), "{page}");
    assert!(!page.contains("name=\"key\""), "nothing is offered that would not count: {page}");
    assert!(browser.page(&world, "/admin/wallets").await.contains("connected in the settings"));
    let fields = [("merchant_id", MERCHANT), ("key", KEY), ("use", "try"), ("own_password", PASSWORD)];
    let token = crate::browser::token(&browser.page(&world, "/admin/people").await);
    let fields: Vec<(&str, &str)> = fields.into_iter().chain([("csrf", token.as_str())]).collect();
    assert_eq!(browser.send(&world, PAYME, &fields).await.status, 409);
    // Another wallet can be connected beside it.
    assert!(browser.page(&world, "/admin/wallets/click").await.contains("name=\"secret_key\""));
}

#[tokio::test]
async fn a_call_that_was_let_in_before_pays_nothing_after() {
    let place = Place::new();
    let world = Arc::new(place.start().await);
    world.order("order-1").await;
    assert_eq!(unproven(&world, &create("order-1")).await, 0);
    let mut owner = owner(&world).await;
    for (pair, key) in [(None, KEY), (Some(paycom()), REAL_KEY)] {
        // The body of a call that is let in already comes only after the wallet was connected, or its key changed.
        let (begun, has_begun) = oneshot::channel();
        let (go, wait) = oneshot::channel::<()>();
        let slow = Arc::clone(&world);
        let call = tokio::spawn(async move {
            let body = stream::once(async move {
                begun.send(()).unwrap();
                wait.await.unwrap();
                Ok::<_, std::io::Error>(Bytes::from(perform("order-1")))
            });
            let mut request = Request::post("/api/payme/webhook");
            if let Some(pair) = pair {
                request = request.header("authorization", crate::world::basic(&pair));
            }
            slow.send(request.body(Body::from_stream(body.boxed())).unwrap()).await.code()
        });
        has_begun.await.unwrap();
        connect(&world, &mut owner, key, "try").await;
        go.send(()).unwrap();
        assert_eq!(call.await.unwrap(), -32400, "it is asked again, and judged anew");
        assert!(!is_paid(&world, "order-1").await);
    }
    assert_eq!(world.payme(&paycom(), &perform("order-1")).await.code(), -32504);
    assert_eq!(world.payme(&format!("Paycom:{REAL_KEY}"), &perform("order-1")).await.code(), 0);
}

#[tokio::test]
async fn a_wallet_that_is_taken_from_the_screen_still_hears_its_answers_until_its_key_is_forgotten() {
    let place = Place::new();
    let world = place.start().await;
    let mut owner = owner(&world).await;
    connect(&world, &mut owner, KEY, "real").await;
    world.order("order-1").await;
    world.order("order-2").await;
    assert_eq!(world.payme(&paycom(), &create("order-1")).await.code(), 0);
    let sure = [("own_password", PASSWORD)];
    let early = owner.press(&world, PAYME, "/admin/wallets/payme/forget", &sure).await;
    assert!(early.status == 409 && early.text().contains("First take the wallet"), "{}", early.text());

    let end = [("own_password", PASSWORD), ("offered", "no")];
    let ended = owner.press(&world, PAYME, "/admin/wallets/payme/offer", &end).await;
    assert_eq!(ended.header("location"), "/admin/wallets/payme?done=wallet_ended");
    assert!(world.app.settings.offered().is_empty());
    let ready = world.get("/api/booth/ready").await.json();
    assert_eq!((&ready["ready"], &ready["closed"]), (&false.into(), &"wallet".into()));
    let page = owner.page(&world, PAYME).await;
    assert!(page.contains("no longer offered") && page.contains("not over: 1"), "{page}");
    let open = owner.press(&world, PAYME, "/admin/wallets/payme/forget", &sure).await;
    assert!(open.status == 409 && open.text().contains("needed until they are over"), "{}", open.text());
    assert_eq!(world.payme(&paycom(), &perform("order-1")).await.code(), 0, "what has begun is paid");

    let forgotten = owner.press(&world, PAYME, "/admin/wallets/payme/forget", &sure).await;
    assert_eq!(forgotten.header("location"), "/admin/wallets/payme?done=wallet_forgotten");
    assert_eq!(world.payme(&paycom(), &create("order-2")).await.code(), -32504);
    assert_eq!(world.app.settings.mode, Mode::Production, "play money never comes back");
    assert!(!std::fs::read_to_string(place.file()).unwrap().contains(&KEY[4..20]));
    drop(world);
    let again = place.start().await;
    assert_eq!((again.app.settings.mode, again.app.settings.offered()), (Mode::Production, vec![]));
    assert_eq!(unproven(&again, &create("order-2")).await, -32504);
}

#[tokio::test]
async fn a_lost_or_an_older_file_opens_nothing_and_the_wallet_can_be_connected_again() {
    let place = Place::new();
    let world = place.start().await;
    let mut browser = owner(&world).await;
    connect(&world, &mut browser, KEY, "try").await;
    let old = std::fs::read(place.file()).unwrap();
    connect(&world, &mut browser, REAL_KEY, "real").await;
    drop(world);
    for file in [None, Some(old)] {
        match &file {
            None => std::fs::remove_file(place.file()).unwrap(),
            Some(old) => std::fs::write(place.file(), old).unwrap(),
        }
        let world = place.start().await;
        assert_eq!(world.app.settings.mode, Mode::Production);
        world.order("order-1").await;
        assert_eq!(unproven(&world, &create("order-1")).await, -32504);
        assert_eq!(
            world.payme(&paycom(), &create("order-1")).await.code(),
            -32504,
            "a key that was replaced stays void"
        );
        let mut browser = owner(&world).await;
        assert!(browser.page(&world, "/admin/wallets").await.contains("data-testid=\"lost\""));
        connect(&world, &mut browser, REAL_KEY, "real").await;
        assert_eq!(world.payme(&format!("Paycom:{REAL_KEY}"), &create("order-1")).await.code(), 0);
        assert!(!browser.page(&world, "/admin/wallets").await.contains("data-testid=\"lost\""));
    }
    // Another database beside the same file: the file counts.
    let place = Place { database: Address::SqliteFile(place.folder.path().join("new.db")), ..place };
    let world = place.start().await;
    assert_eq!(world.app.settings.mode, Mode::Production);
    let found = format!("{:?}", world.app.store.audit(None, None, 10).await.unwrap());
    assert!(found.contains("the file of the wallets was found"), "{found}");
}

#[tokio::test]
async fn servers_on_one_database_follow_each_other_and_one_without_the_file_takes_nothing() {
    let database = Cluster::shared().database();
    let address = Address::parse(&database.url).unwrap();
    let place = || {
        let settings = format!("database = \"{}\"\n", database.url);
        Place { settings, database: address.clone(), ..Place::new() }
    };
    let (here, there) = (place(), place());
    let (first, second, third) = (here.start().await, here.start().await, there.start().await);
    let mut owner = owner(&first).await;
    connect(&first, &mut owner, KEY, "try").await;
    first.order("order-1").await;
    for world in [&second, &third] {
        follow_connections(&world.app).await.unwrap();
        assert_eq!(world.app.settings.mode, Mode::Production);
        assert_eq!(unproven(world, &create("order-1")).await, -32504);
    }
    assert_eq!(second.payme(&paycom(), &create("order-1")).await.code(), 0, "they share the file");
    assert_eq!(third.payme(&paycom(), &perform("order-1")).await.code(), -32504);
    // The file is copied there; then a key that was replaced is void everywhere.
    std::fs::copy(here.file(), there.file()).unwrap();
    follow_connections(&third.app).await.unwrap();
    assert_eq!(third.payme(&paycom(), &perform("order-1")).await.code(), 0);
    connect(&first, &mut owner, REAL_KEY, "real").await;
    for world in [&second, &third] {
        follow_connections(&world.app).await.unwrap();
        assert_eq!(world.payme(&paycom(), &perform("order-1")).await.code(), -32504);
    }
    assert_eq!(second.payme(&format!("Paycom:{REAL_KEY}"), &perform("order-1")).await.code(), 0);
}

/// The state of each step on a page.
fn seen(page: &str) -> Vec<String> {
    let steps = page.split("data-testid=\"step-").skip(1);
    steps
        .filter(|step| step.contains("data-seen=\"true\""))
        .map(|step| step.split('"').next().unwrap().to_owned())
        .collect()
}

#[tokio::test]
async fn the_sandboxs_steps_are_ticked_as_they_come_and_stay_ticked() {
    let place = Place::new();
    let world = place.start().await;
    let mut browser = owner(&world).await;
    connect(&world, &mut browser, KEY, "try").await;
    let page = browser.page(&world, PAYME).await;
    assert!(page.contains("Waiting for the first call of Payme") && seen(&page).is_empty(), "{page}");
    world.order("order-1").await;
    world.order("order-2").await;
    let pair = paycom();
    let check = |order: &str, amount: i64| {
        rpc("CheckPerformTransaction", &format!(r#"{{"amount":{amount},"account":{{"order_id":"{order}"}}}}"#))
    };
    let cancel = |order: &str| rpc("CancelTransaction", &format!(r#"{{"id":"pay-{order}","reason":3}}"#));
    let look = |order: &str| rpc("CheckTransaction", &format!(r#"{{"id":"pay-{order}"}}"#));
    let wrong = |order: &str, amount: i64| create(order).replace("1000000", &amount.to_string());
    world.payme("Paycom:Uzcard:somekey", &check("order-1", 50_000)).await;
    for call in [
        check("order-1", 3),
        wrong("order-1", 3),
        check("nobodys", 1_000_000),
        create("nobodys"),
        check("order-1", 1_000_000),
        create("order-1"),
        create("order-1"),
        create("order-1").replace("pay-order-1", "another"),
        look("order-1"),
        cancel("order-1"),
    ] {
        world.payme(&pair, &call).await;
    }
    let live = browser.page(&world, "/admin/live/wallets/payme").await;
    assert_eq!(seen(&live).len(), 9, "the first scenario: {live}");
    for call in [create("order-2"), perform("order-2"), perform("order-2"), cancel("order-2")] {
        world.payme(&pair, &call).await;
    }
    world.payme(&pair, &rpc("GetStatement", &format!(r#"{{"from":{START},"to":{START}}}"#))).await;
    let live = browser.page(&world, "/admin/live/wallets/payme").await;
    assert_eq!(seen(&live).len(), 13, "{live}");
    assert!(live.contains("The sandbox is through"), "{live}");
    drop(world);

    let world = place.start().await;
    let mut browser = owner(&world).await;
    assert_eq!(seen(&browser.page(&world, PAYME).await).len(), 13, "also after a restart");
    // TEST_KEY does not become the real key, and the sandbox does not call with it unnoticed.
    for key in ["", KEY] {
        let fields = [("merchant_id", MERCHANT), ("key", key), ("use", "real"), ("own_password", PASSWORD)];
        let answer = browser.press(&world, PAYME, PAYME, &fields).await;
        assert!(answer.status == 422 && answer.text().contains("TEST_KEY with which you tried"), "{}", answer.text());
    }
    connect(&world, &mut browser, REAL_KEY, "real").await;
    let page = browser.page(&world, PAYME).await;
    assert!(page.contains("connected for real") && page.contains("Pay one real order"), "{page}");
    let request = Request::post("/api/payme/webhook").header("test-operation", "Paycom");
    let request = request.header("authorization", crate::world::basic(&format!("Paycom:{REAL_KEY}")));
    world.send(request.body(Body::from(look("order-1"))).unwrap()).await;
    assert!(browser.page(&world, "/admin/live/wallets/payme").await.contains("So this is TEST_KEY"));
}

#[tokio::test]
async fn click_and_uzum_are_connected_in_the_same_way() {
    let place = Place::new();
    let world = place.start().await;
    let mut owner = owner(&world).await;
    let click = [
        ("service_id", "12345"),
        ("merchant_id", "6789"),
        ("merchant_user_id", ""),
        ("secret_key", "secret-of-click"),
        ("use", "try"),
        ("own_password", PASSWORD),
    ];
    let answer = owner.press(&world, "/admin/wallets/click", "/admin/wallets/click", &click).await;
    assert_eq!(answer.header("location"), "/admin/wallets/click?done=wallet_connected", "{}", answer.text());
    let uzum = [
        ("service_id", "498614"),
        ("account_key", "order"),
        ("login", "fotobox"),
        ("password", "password-of-uzum"),
        ("use", "try"),
        ("own_password", PASSWORD),
    ];
    let answer = owner.press(&world, "/admin/wallets/uzum", "/admin/wallets/uzum", &uzum).await;
    assert_eq!(answer.header("location"), "/admin/wallets/uzum?done=wallet_connected", "{}", answer.text());
    assert_eq!(world.app.settings.offered(), [Provider::Click, Provider::Uzum]);
    assert_eq!(world.app.settings.uzum.rules.account_key, "order");
    assert_eq!(world.app.settings.click.services.first().map(|service| service.id), Some(12_345));
    world.order("order-1").await;
    let call = r#"{"serviceId":498614,"timestamp":1700000000000,"params":{"order":"order-1"}}"#;
    let request = Request::post("/api/uzum/check").header("content-type", "application/json");
    let request = request.header("authorization", crate::world::basic("fotobox:password-of-uzum"));
    assert_eq!(world.send(request.body(Body::from(call)).unwrap()).await.status, 200);
    assert_eq!(seen(&owner.page(&world, "/admin/wallets/uzum").await), ["uzum.check"]);
    let wrong = "click_trans_id=1&service_id=12345&click_paydoc_id=2&merchant_trans_id=order-1&amount=10000&action=0&error=0&\
                 error_note=Success&sign_time=2023-11-14+22:13:20&sign_string=00000000000000000000000000000000";
    let request = Request::post("/api/click/prepare").header("content-type", "application/x-www-form-urlencoded");
    world.send(request.body(Body::from(wrong)).unwrap()).await;
    assert_eq!(seen(&owner.page(&world, "/admin/wallets/click").await), ["click.sign"]);
    assert!(Path::new(&place.file()).exists());
}
