//! The second factor: turned on, asked for, used once, lost, taken away. Codes are made here as a phone makes them.

use crate::browser::{Browser, PASSWORD, link};
use crate::world::{Answer, KEY, PRODUCTION, START, World, rpc};
use boothpay_protocol::panel::{AdminName, Deed};
use boothpay_store::Address;
use boothpay_test_support::Cluster;
use ring::hmac;

/// Milliseconds for which a phone shows a code.
pub const STEP: i64 = 30_000;

/// The code that a phone with this secret shows at a time.
pub fn code(secret: &str, at: i64) -> String {
    let bits: String = secret
        .bytes()
        .map(|letter| format!("{:05b}", if letter >= b'A' { letter - b'A' } else { letter - b'2' + 26 }))
        .collect();
    let bytes: Vec<u8> = bits.as_bytes().chunks_exact(8).map(byte).collect();
    let key = hmac::Key::new(hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY, &bytes);
    let tag = hmac::sign(&key, &(at / STEP).to_be_bytes());
    let tag = tag.as_ref();
    let from = usize::from(tag[19] & 15);
    let number = u32::from_be_bytes(tag[from..from + 4].try_into().unwrap()) & 0x7fff_ffff;
    format!("{:06}", number % 1_000_000)
}

fn byte(bits: &[u8]) -> u8 {
    bits.iter().fold(0, |byte, bit| byte << 1 | (bit - b'0'))
}

fn between<'a>(page: &'a str, before: &str, after: &str) -> &'a str {
    page.split(before).nth(1).and_then(|rest| rest.split(after).next()).unwrap_or_else(|| panic!("{before}: {page}"))
}

/// Turns it on for whoever is in this browser; the secret and the recovery codes.
pub async fn turn_on(browser: &mut Browser, world: &World, now: i64) -> (String, Vec<String>) {
    let page = browser.page(world, "/admin/me").await;
    let secret = between(&page, "name=\"secret\" value=\"", "\"").to_owned();
    let fields = [("secret", secret.as_str()), ("code", &code(&secret, now)), ("own_password", PASSWORD)];
    let on = browser.press(world, "/admin/me", "/admin/me/second", &fields).await;
    assert_eq!(on.status, 200, "{}", on.text());
    let codes = between(on.text(), "data-testid=\"recovery\"", "</ol>").split("<code>").skip(1);
    let codes: Vec<String> = codes.map(|code| code.split('<').next().unwrap().to_owned()).collect();
    assert_eq!(codes.len(), 10);
    (secret, codes)
}

async fn second_step(browser: &mut Browser, world: &World, code: &str) -> Answer {
    browser.send(world, "/admin/login/code", &[("code", code), ("next", "/admin/orders")]).await
}

/// Gives the password in a new browser, and is asked for the code.
async fn asked(world: &World, name: &str) -> Browser {
    let mut browser = Browser::new();
    asked_in(&mut browser, world, name).await;
    browser
}

async fn asked_in(browser: &mut Browser, world: &World, name: &str) {
    let answer = browser.log_in(world, name, PASSWORD).await;
    assert_eq!((answer.status, answer.header("location")), (303, "/admin/login/code?next=%2Fadmin"));
}

async fn deeds(world: &World) -> Vec<Deed> {
    world.app.store.audit(None, None, 100).await.unwrap().into_iter().map(|(_, audit)| audit.deed).collect()
}

/// Two servers on each store; on SQLite there is one at a time, which stands for both.
fn pairs() -> Vec<Vec<World>> {
    let database = Cluster::shared().database();
    let postgres = Address::parse(&database.url).unwrap();
    let two = || World::on(PRODUCTION, &postgres);
    vec![vec![World::new(PRODUCTION)], vec![two(), two()]]
}

#[tokio::test]
async fn after_the_password_a_code_is_asked_for_and_each_counts_once() {
    for worlds in pairs() {
        let (world, other) = (&worlds[0], worlds.last().unwrap());
        let set_time = |now| worlds.iter().for_each(|world| world.set_time(now));
        let mut owner = Browser::of_owner(world).await;
        let page = owner.page(world, "/admin/me").await;
        let offered = between(&page, "name=\"secret\" value=\"", "\"").to_owned();
        let typed = [("secret", offered.as_str()), ("code", "000000"), ("own_password", PASSWORD)];
        let wrong = owner.press(world, "/admin/me", "/admin/me/second", &typed).await;
        assert_eq!(wrong.status, 422);
        assert!(wrong.text().contains(&offered), "the phone has this one already");
        let right = code(&offered, START);
        let typed = [("secret", offered.as_str()), ("code", &right), ("own_password", "not the password")];
        let wrong = owner.press(world, "/admin/me", "/admin/me/second", &typed).await;
        assert_eq!(wrong.status, 403);
        assert!(wrong.text().contains(&offered));
        assert_eq!(world.app.store.admins().await.unwrap()[0].second, None);

        let (secret, recovery) = turn_on(&mut owner, world, START).await;
        let admins = world.app.store.admins().await.unwrap();
        let kept = format!("{admins:?}");
        assert!(!kept.contains(&secret) && !kept.contains(&recovery[0]) && kept.contains("Secret(hidden)"), "{kept}");
        let digests = &admins[0].second.as_ref().unwrap().recovery;
        assert_eq!(digests.len(), 10, "of recovery codes only digests are there");
        assert!(owner.page(world, "/admin/me").await.contains("10"), "so many are left");

        let mut new = asked(world, "owner").await;
        assert_eq!(new.get(world, "/admin").await.status, 303, "the password alone opens nothing");
        assert_eq!(new.get(world, "/admin/live/today").await.status, 401);
        assert_eq!(second_step(&mut new, world, &code(&secret, START)).await.status, 403, "it turned it on");
        set_time(START + STEP);
        let next = code(&secret, START + STEP);
        let (mut second, mut third) = (asked(world, "owner").await, asked(other, "owner").await);
        let (a, b) = tokio::join!(second_step(&mut second, world, &next), second_step(&mut third, other, &next));
        let mut statuses = [a.status, b.status];
        statuses.sort_unstable();
        assert_eq!(statuses, [303, 403], "of two who bring the same code one is let in");
        let (answer, let_in) = if a.status == 303 { (a, &mut second) } else { (b, &mut third) };
        assert_eq!(answer.header("location"), "/admin/orders");
        assert_eq!(let_in.get(other, "/admin").await.status, 200);

        assert_eq!(second_step(&mut new, world, &recovery[3].to_lowercase()).await.status, 303);
        assert_eq!(new.get(world, "/admin").await.status, 200);
        let mut again = asked(other, "owner").await;
        set_time(START + 10 * 60_000);
        assert_eq!(
            second_step(&mut again, other, &recovery[4]).await.header("location"),
            "/admin/login?next=%2Fadmin%2Forders",
            "too late"
        );
        let done = deeds(world).await;
        for deed in [Deed::SecondTurnedOn, Deed::CodeAsked, Deed::CodeTaken, Deed::CodeRefused, Deed::RecoveryUsed] {
            assert!(done.contains(&deed), "{deed:?}: {done:?}");
        }
    }
}

#[tokio::test]
async fn a_recovery_code_counts_once_and_turning_off_needs_password_and_code() {
    for worlds in pairs() {
        let world = &worlds[0];
        let mut owner = Browser::of_owner(world).await;
        let (secret, recovery) = turn_on(&mut owner, world, START).await;
        let mut new = asked(world, "owner").await;
        assert_eq!(second_step(&mut new, world, &recovery[0]).await.status, 303);
        world.set_time(START + 2 * STEP);
        let off = |code: String, password: &'static str| [("code", code), ("own_password", password.to_owned())];
        for (code, password, why) in [
            (recovery[0].clone(), PASSWORD, "a code that was used"),
            (code(&secret, START + 2 * STEP), "not the password", "a wrong password"),
        ] {
            let fields = off(code, password);
            let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
            let refused = owner.press(world, "/admin/me", "/admin/me/second/off", &fields).await;
            assert_eq!(refused.status, 403, "{why}");
        }
        // Whoever changes who may get in proves himself by both, too.
        let person = [("name", "dilnoza"), ("role", "operator"), ("own_password", PASSWORD)];
        assert_eq!(owner.press(world, "/admin/people", "/admin/people", &person).await.status, 403);
        assert_eq!(world.app.store.admins().await.unwrap().len(), 1);
        let right = code(&secret, START + 2 * STEP);
        let gone = owner
            .press(world, "/admin/me", "/admin/me/second/off", &[("code", &right), ("own_password", PASSWORD)])
            .await;
        assert_eq!(gone.header("location"), "/admin/me?done=second_off");
        assert_eq!(Browser::new().log_in(world, "owner", PASSWORD).await.header("location"), "/admin");
        assert_eq!(deeds(world).await[1], Deed::SecondTurnedOff);
    }
}

#[tokio::test]
async fn who_lost_the_phone_gets_in_by_an_owner_or_by_a_link() {
    for worlds in pairs() {
        let world = &worlds[0];
        let mut owner = Browser::of_owner(world).await;
        let person = [("name", "dilnoza"), ("role", "operator"), ("own_password", PASSWORD)];
        owner.press(world, "/admin/people", "/admin/people", &person).await;
        let mut operator = Browser::new();
        operator.set_password(world, "dilnoza").await;
        turn_on(&mut operator, world, START).await;
        let sure = [("own_password", PASSWORD)];
        let other = operator.press(world, "/admin/me", "/admin/people/owner/second", &sure).await;
        assert_eq!(other.status, 403, "an operator takes nobody's away");
        asked(world, "dilnoza").await;
        assert_eq!(owner.press(world, "/admin/people", "/admin/people/owner/second", &sure).await.status, 409);
        let taken = owner.press(world, "/admin/people", "/admin/people/dilnoza/second", &sure).await;
        assert_eq!(taken.header("location"), "/admin/people?done=second_taken");
        assert_eq!(Browser::new().log_in(world, "dilnoza", PASSWORD).await.header("location"), "/admin");

        // What `boothpay admin reset` prints.
        turn_on(&mut owner, world, START).await;
        let path = link(world, "owner").await;
        asked(world, "owner").await;
        let version = async || {
            let admins = world.app.store.admins().await.unwrap();
            admins.into_iter().find(|admin| admin.name == AdminName::owner()).unwrap().version
        };
        let before = version().await;
        let mut new = Browser::new();
        let set = new.send(world, &path, &[("password", PASSWORD), ("again", PASSWORD)]).await;
        assert_eq!((set.status, set.header("location")), (303, "/admin"));
        assert_eq!(version().await, before + 1, "the old password never holds without the phone");
        assert_eq!(Browser::new().log_in(world, "owner", PASSWORD).await.header("location"), "/admin");
        let done = deeds(world).await;
        assert_eq!(done.iter().filter(|deed| **deed == Deed::SecondTakenAway).count(), 2);
    }
}

#[tokio::test(start_paused = true)]
async fn who_knows_the_password_cannot_guess_the_code_and_does_not_keep_the_owner_out() {
    // On a clock that stands PostgreSQL would seem not to answer.
    let world = World::new(PRODUCTION);
    let mut owner = Browser::of_owner(&world).await;
    let (secret, _) = turn_on(&mut owner, &world, START).await;
    let mut guessed = 0;
    for minute in 0..60 {
        world.set_time(START + minute * 60_000);
        let mut thief = Browser::at(&format!("203.0.113.{minute}"));
        thief.log_in(&world, "owner", PASSWORD).await;
        for _ in 0..3 {
            guessed += usize::from(second_step(&mut thief, &world, "not it").await.status == 403);
        }
    }
    assert_eq!(guessed, 10 + 11, "ten, and one in five minutes");
    // A browser in which he was in before has its own tries.
    let now = START + 60 * 60_000;
    world.set_time(now);
    asked_in(&mut owner, &world, "owner").await;
    assert_eq!(second_step(&mut owner, &world, &code(&secret, now)).await.status, 303);
    assert_eq!(owner.get(&world, "/admin").await.status, 200);
}

#[tokio::test]
async fn right_codes_are_no_tries() {
    let world = World::new(PRODUCTION);
    let mut owner = Browser::of_owner(&world).await;
    let (secret, recovery) = turn_on(&mut owner, &world, START).await;
    let people = "/admin/people";
    let mut typed = recovery;
    for _ in 0..8 {
        typed.push(String::new());
    }
    for (number, given) in (1..).zip(typed) {
        let now = START + number * STEP;
        world.set_time(now);
        let given = if given.is_empty() { code(&secret, now) } else { given };
        let name = format!("person{number}");
        let fields = [("name", &*name), ("role", "operator"), ("own_password", PASSWORD), ("code", &given)];
        let added = owner.press(&world, people, people, &fields).await;
        assert_eq!(added.status, 200, "{number}: {}", added.text());
    }
}

#[tokio::test]
async fn a_clock_that_is_wrong_is_named_as_the_likely_cause() {
    let world = World::new(PRODUCTION);
    let mut owner = Browser::of_owner(&world).await;
    turn_on(&mut owner, &world, START).await;
    let mut new = asked(&world, "owner").await;
    assert!(!new.page(&world, "/admin/login/code").await.contains("data-testid=\"clock\""));
    let time = START - 600_000;
    let params =
        format!(r#"{{"id":"5305e3bab097f420a62ced0b","time":{time},"amount":1000000,"account":{{"order_id":"7"}}}}"#);
    world.payme(&format!("Paycom:{KEY}"), &rpc("CreateTransaction", &params)).await;
    let page = new.page(&world, "/admin/login/code").await;
    assert!(between(&page, "data-testid=\"clock\">", "<").contains("600"), "{page}");
}
