//! Settings in the panel: every one is shown with where it came from and no secret, the owner changes prices and what the screen says, it is
//! in force at once and after a restart, the last change counts, and an order costs what its screen said.

use crate::browser::{Browser, PASSWORD};
use crate::second::{STEP, code, turn_on};
use crate::world::{KEY, START, World};
use boothpay_protocol::panel::Deed;
use boothpay_server::config::{Finding, Settings, Sources, connected};
use boothpay_server::settle_edits;
use boothpay_store::Address;
use boothpay_test_support::Cluster;
use std::path::PathBuf;
use tempfile::TempDir;

/// With a wallet's key in the file.
const WITH_KEY: &str = "base_price = 25000\n[payme]\nmerchant_id = '587f72c72cac0d162c722ae2'\n\
                        key = 'k&y@with:colon?#%^=$!0123456789abcde'\n";

const PAGE: &str = "/admin/settings";
const PRICES: &str = "/admin/settings/prices";

/// A booth's folder, whose server can be started again and again with another settings file.
struct Place {
    folder: TempDir,
    booth: &'static str,
    database: Address,
    /// Where PostgreSQL is, if that is the database.
    url: Option<String>,
}

impl Place {
    fn new(booth: &'static str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let database = Address::SqliteFile(folder.path().join("boothpay.db"));
        Self { folder, booth, database, url: None }
    }

    fn file(&self) -> PathBuf {
        self.folder.path().join("boothpay.panel.toml")
    }

    fn read(&self) -> Result<Settings, Vec<Finding>> {
        let file = self.folder.path().join("boothpay.db").display().to_string();
        let database = format!("database = '{}'\n", self.url.as_ref().unwrap_or(&file));
        let wallets = self.folder.path().join("boothpay.wallets.toml");
        let text = format!("{database}[admin]\nwallets_file = '{}'\n[booth]\n{}", wallets.display(), self.booth);
        let file = Some((self.folder.path().join("boothpay.toml"), text));
        let mut sources = Sources { file, ..Sources::default() };
        connected::load(&mut sources).map_err(|finding| vec![finding])?;
        Settings::read(&sources)
    }

    async fn start(&self) -> World {
        let world = World::with(self.read().unwrap(), &self.database);
        settle_edits(&world.app).await.unwrap();
        world
    }
}

async fn owner(world: &World) -> Browser {
    let mut owner = Browser::of_owner(world).await;
    owner.send(world, "/admin/language", &[("language", "en"), ("back", "/admin")]).await;
    owner
}

fn prices<'a>(base: &'a str, extra: &'a str, most: &'a str) -> [(&'a str, &'a str); 4] {
    [
        ("booth.base_price", base),
        ("booth.extra_copy_price", extra),
        ("booth.max_copies", most),
        ("own_password", PASSWORD),
    ]
}

/// Presses "Save" under the prices, and says where the browser was sent.
async fn save(world: &World, owner: &mut Browser, fields: &[(&str, &str)]) -> String {
    let answer = owner.press(world, PAGE, PRICES, fields).await;
    assert_eq!(answer.status, 303, "{}", answer.text());
    answer.header("location").to_owned()
}

/// What the booth's screen makes of two copies whose price it shows as so much.
async fn two_copies(world: &World, shown: &str) -> (u16, serde_json::Value) {
    let body = format!(r#"{{"copies":2,"paymentType":"payme","shown_soum":"{shown}"}}"#);
    let answer = world.post("/api/booth/orders", &body).await;
    (answer.status, answer.json())
}

fn base_soum(world: &World) -> i64 {
    world.app.settings.prices.base.tiyin() / 100
}

async fn changes(world: &World) -> Vec<(Option<String>, String, String)> {
    let rows = world.app.store.audit(None, None, 100).await.unwrap();
    let rows = rows.into_iter().map(|(_, audit)| audit).filter(|audit| audit.deed == Deed::SettingsChanged);
    rows.map(|it| (it.who.map(|who| who.to_string()), it.old.unwrap(), it.new.unwrap())).collect()
}

async fn changed_price(place: Place) {
    let world = place.start().await;
    let mut owner = owner(&world).await;
    assert_eq!(two_copies(&world, "35000").await.0, 200);
    assert_eq!(save(&world, &mut owner, &prices("30 000", "10000", "4")).await, format!("{PAGE}?done=settings_saved"));

    // In force at once; who was shown the older price is told the new one, and pays nothing that he has not seen.
    let (status, refusal) = two_copies(&world, "35000").await;
    assert_eq!((status, &refusal["prices"]["base_soum"]), (409, &"30000".into()), "{refusal}");
    let (status, order) = two_copies(&world, "40000").await;
    assert_eq!((status, &order["amount_soum"]), (200, &"40000".into()), "{order}");
    let page = world.get("/").await;
    assert!(page.text().contains("\"base_soum\":\"30000\""), "the next start takes it");

    let owners = Some("owner".to_owned());
    let old = "booth.base_price = 25000, booth.max_copies = 6".to_owned();
    let new = "booth.base_price = 30000, booth.max_copies = 4".to_owned();
    assert_eq!(changes(&world).await, [(owners, old, new)], "what stayed is not in it");
    let shown = owner.page(&world, PAGE).await;
    assert!(
        shown.contains("set in this panel (owner, ") && shown.contains("without it 25000 (boothpay.toml, line "),
        "{shown}"
    );
    assert_eq!(save(&world, &mut owner, &prices("30000", "10000", "4")).await, format!("{PAGE}?done=settings_same"));
    assert_eq!(changes(&world).await.len(), 1);

    drop(world);
    let again = place.start().await;
    assert_eq!((base_soum(&again), again.app.settings.prices.max_copies), (30_000, 4));
    assert_eq!(changes(&again).await.len(), 1, "a start changes nothing");
}

#[tokio::test]
async fn a_price_is_in_force_at_once_and_after_a_restart_and_an_order_costs_what_its_screen_said() {
    changed_price(Place::new("base_price = 25000\n")).await;
}

#[tokio::test]
async fn the_same_on_postgresql() {
    let database = Cluster::shared().database();
    let url = Some(database.url.clone());
    let place = Place { url, database: Address::parse(&database.url).unwrap(), ..Place::new("base_price = 25000\n") };
    changed_price(place).await;
}

#[tokio::test]
async fn the_last_change_counts_and_what_was_overtaken_does_not_come_back() {
    let mut place = Place::new("base_price = 25000\n");
    let world = place.start().await;
    let mut browser = owner(&world).await;
    save(&world, &mut browser, &prices("30000", "10000", "6")).await;
    drop(world);

    place.booth = "base_price = 26000\n";
    let world = place.start().await;
    assert_eq!(base_soum(&world), 26_000, "the file was changed last");
    let rows = changes(&world).await;
    assert_eq!(rows[0], (None, "booth.base_price = 30000".to_owned(), "booth.base_price = 26000".to_owned()));
    drop(world);

    place.booth = "base_price = 25000\n";
    let world = place.start().await;
    assert_eq!(base_soum(&world), 25_000);
    // Set to what the file says, it is the file's again.
    save(&world, &mut browser, &prices("31000", "10000", "6")).await;
    save(&world, &mut browser, &prices("25000", "10000", "6")).await;
    let page = browser.page(&world, PAGE).await;
    assert!(!page.contains("set in this panel"), "{page}");
    assert_eq!(changes(&world).await.len(), 4);
}

#[tokio::test]
async fn wrong_input_is_told_beside_its_field_and_changes_nothing() {
    let place = Place::new("base_price = 25000\n");
    let world = place.start().await;
    let mut owner = owner(&world).await;
    let cases = [
        (prices("0", "0", "6"), "booth.base_price", "Whole soum, from 1 to"),
        (prices("25000.50", "0", "6"), "booth.base_price", "Whole soum, from 1 to"),
        (prices("25000", "-1", "6"), "booth.extra_copy_price", "Whole soum, from 0 to"),
        (prices("25000", "0", "1000"), "booth.max_copies", "A number from 1 to 999"),
        (
            prices("1000000000", "1", "2"),
            "booth.max_copies",
            "the largest order may cost 1\u{a0}000\u{a0}000\u{a0}000 soum",
        ),
        (prices("<script>", "0", "6"), "booth.base_price", "Whole soum"),
    ];
    for (fields, wrong, said) in cases {
        let answer = owner.press(&world, PAGE, PRICES, &fields).await;
        let page = answer.text();
        assert_eq!(answer.status, 422, "{fields:?}");
        assert!(page.contains(&format!("wrong-{wrong}")) && page.contains(said), "{fields:?}: {page}");
        assert!(!page.contains("<script>"), "what is typed is escaped");
    }
    let screen = [
        ("booth.name", " "),
        ("booth.support_phone", "+998"),
        ("booth.language", "de"),
        ("booth.payment_screen_seconds", "29"),
        ("booth.idle_seconds", "9"),
        ("own_password", PASSWORD),
    ];
    let page = owner.press(&world, PAGE, "/admin/settings/screen", &screen).await;
    for wrong in ["booth.name", "booth.language", "booth.payment_screen_seconds", "booth.idle_seconds"] {
        assert!(page.text().contains(&format!("wrong-{wrong}")), "{wrong}: {}", page.text());
    }
    let alerts = [
        ("alerts.quiet", "22-8"),
        ("alerts.summary", "noon"),
        ("alerts.silence_minutes", "5"),
        ("own_password", PASSWORD),
    ];
    let page = owner.press(&world, PAGE, "/admin/settings/alerts", &alerts).await;
    for wrong in ["alerts.quiet", "alerts.summary", "alerts.silence_minutes"] {
        assert!(page.text().contains(&format!("wrong-{wrong}")), "{wrong}: {}", page.text());
    }
    let mistaken = [("booth.base_price", "30000"), ("booth.extra_copy_price", "0"), ("booth.max_copies", "6")];
    let mistaken: Vec<_> = mistaken.into_iter().chain([("own_password", "another password")]).collect();
    assert_eq!(owner.press(&world, PAGE, PRICES, &mistaken).await.status, 403);
    assert_eq!((base_soum(&world), place.file().exists()), (25_000, false));

    // Where nothing can be written, nothing is changed either.
    std::fs::create_dir(place.file()).unwrap();
    let answer = owner.press(&world, PAGE, PRICES, &prices("30000", "0", "6")).await;
    assert!(answer.status == 500 && answer.text().contains("cannot be written"), "{}", answer.text());
    assert_eq!((base_soum(&world), changes(&world).await.len()), (25_000, 0));
}

#[tokio::test]
async fn what_the_screen_says_and_when_alerts_come_is_changed_too() {
    let place = Place::new("base_price = 25000\n");
    let world = place.start().await;
    let mut owner = owner(&world).await;
    let screen = [
        ("booth.name", "Fotobox <Chilonzor>"),
        ("booth.support_phone", "+998 90 123-45-67"),
        ("booth.language", "uz"),
        ("booth.payment_screen_seconds", "240"),
        ("booth.idle_seconds", "90"),
        ("own_password", PASSWORD),
    ];
    owner.press(&world, PAGE, "/admin/settings/screen", &screen).await;
    let alerts = [
        ("alerts.quiet", "22:00-08:00"),
        ("alerts.summary", ""),
        ("alerts.silence_minutes", "30"),
        ("own_password", PASSWORD),
    ];
    owner.press(&world, PAGE, "/admin/settings/alerts", &alerts).await;
    let settings = &world.app.settings;
    assert_eq!((settings.booth.name.as_str(), settings.idle_seconds), ("Fotobox <Chilonzor>", 90));
    assert_eq!((settings.alerts.quiet, settings.alerts.summary), (Some((1320, 480)), None));
    let screen = world.get("/").await;
    assert!(screen.text().contains("lang=\"uz\"") && screen.text().contains("+998 90 123-45-67"), "{}", screen.text());
    let page = owner.page(&world, PAGE).await;
    assert!(page.contains("Fotobox &#60;Chilonzor&#62;") && !page.contains("<Chilonzor>"), "{page}");
    // A price that is probably a slip is asked about, and taken.
    save(&world, &mut owner, &prices("2500000", "0", "2")).await;
    assert!(owner.page(&world, PAGE).await.contains("data-testid=\"odd-booth.base_price\""));
}

#[tokio::test]
async fn strangers_operators_and_foreign_forms_see_and_change_nothing() {
    let place = Place::new("base_price = 25000\n");
    let world = place.start().await;
    let mut owner = owner(&world).await;
    let fields = prices("30000", "0", "6");
    let mut stranger = Browser::new();
    assert_eq!(stranger.get(&world, PAGE).await.status, 303);
    assert_eq!(stranger.send(&world, PRICES, &fields).await.status, 303);
    assert_eq!(owner.send(&world, PRICES, &fields).await.status, 403, "without the form's token");
    assert_eq!(owner.press(&world, PAGE, "/admin/settings/listen", &fields).await.status, 404);

    let added = [("name", "dilnoza"), ("role", "operator"), ("own_password", PASSWORD)];
    owner.press(&world, "/admin/people", "/admin/people", &added).await;
    let mut operator = Browser::at("192.168.1.21");
    operator.set_password(&world, "dilnoza").await;
    assert_eq!(operator.get(&world, PAGE).await.status, 403);
    assert_eq!(operator.press(&world, "/admin", PRICES, &fields).await.status, 403);
    assert!(!operator.page(&world, "/admin").await.contains(PAGE));
    assert_eq!((base_soum(&world), place.file().exists()), (25_000, false));
}

#[tokio::test]
async fn every_setting_is_shown_with_its_place_and_no_secret() {
    let place = Place::new(WITH_KEY);
    let world = place.start().await;
    let mut owner = owner(&world).await;
    let page = owner.page(&world, PAGE).await;
    assert!(!page.contains(&KEY[4..20]), "{page}");
    for shown in
        ["[booth]", "[limits]", "order_seconds", "900 s", "the default", "set, and not shown", "boothpay.toml, line 5"]
    {
        assert!(page.contains(shown), "{shown}: {page}");
    }
}

#[tokio::test]
async fn with_the_second_step_on_every_form_that_asks_for_the_password_asks_for_a_code() {
    let place = Place::new("base_price = 25000\n");
    let world = place.start().await;
    let mut owner = owner(&world).await;
    let (secret, _) = turn_on(&mut owner, &world, START).await;
    for path in [PAGE, "/admin/people", "/admin/wallets/payme", "/admin/me"] {
        let page = owner.page(&world, path).await;
        let fields = |name: &str| page.matches(&format!("name=\"{name}\"")).count();
        assert!(fields("own_password") > 0 && fields("own_password") == fields("code"), "{path}: {page}");
    }
    let typed = prices("30000", "10000", "6");
    assert_eq!(owner.press(&world, PAGE, PRICES, &typed).await.status, 403);
    assert_eq!(base_soum(&world), 25_000);
    world.set_time(START + STEP);
    let code = code(&secret, START + STEP);
    let with_code = [&typed[..], &[("code", code.as_str())]].concat();
    assert_eq!(save(&world, &mut owner, &with_code).await, format!("{PAGE}?done=settings_saved"));
    assert_eq!(base_soum(&world), 30_000);
}

#[tokio::test]
async fn without_a_place_for_changes_there_is_no_form() {
    let world = World::new("database = ':memory:'");
    let mut owner = owner(&world).await;
    let page = owner.page(&world, PAGE).await;
    assert!(page.contains("data-testid=\"closed\"") && !page.contains(PRICES), "{page}");
}

#[tokio::test]
async fn the_screen_says_what_the_owner_wants_in_each_language_and_ours_where_he_says_nothing() {
    let place = Place::new("base_price = 25000\n[texts.en]\nthanks = \"Come again\"\n");
    let world = place.start().await;
    let mut owner = owner(&world).await;
    let page = world.get("/").await.text().to_owned();
    assert!(page.contains("Come again") && page.contains("Фото на память"), "{page}");
    let form = "/admin/settings/texts_uz";
    let fields = |title| {
        [
            ("texts.uz.title", title),
            ("texts.uz.lead", ""),
            ("texts.uz.consent", "Suratlar\r\n faqat  sizniki </script>"),
            ("texts.uz.thanks", ""),
            ("own_password", PASSWORD),
        ]
    };
    // As long as the smallest screen has room for, and nothing that hides.
    let too_long = "x".repeat(41);
    for wrong in [too_long.as_str(), "a\u{202e}b"] {
        let answer = owner.press(&world, PAGE, form, &fields(wrong)).await;
        assert!(answer.status == 422 && answer.text().contains("wrong-texts.uz.title"), "{}", answer.text());
    }
    let answer = owner.press(&world, PAGE, form, &fields("To‘y suratlari")).await;
    assert_eq!(answer.header("location"), format!("{PAGE}?done=settings_saved"), "{}", answer.text());
    let page = world.get("/").await.text().to_owned();
    assert!(page.contains("To‘y suratlari") && page.contains("Suratlar faqat sizniki \\u003c/script>"), "{page}");
    let (_, old, new) = changes(&world).await.remove(0);
    assert!(
        old.contains("texts.uz.title = \"\"") && new.contains("texts.uz.title = \"To‘y suratlari\""),
        "{old}: {new}"
    );
    drop(world);
    let again = place.start().await;
    assert!(again.get("/").await.text().contains("To‘y suratlari"), "after a restart, too");
}
