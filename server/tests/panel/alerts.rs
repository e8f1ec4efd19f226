//! Alerts: one message for one trouble and one when it is over, at the right hours, to the chat that brought the code and to the
//! owner's programs; against a stand-in of Telegram that is slow, wants to be left alone, and does not want to hear.

use crate::browser::Browser;
use crate::world::{PRODUCTION, START, World, rpc};
use boothpay_protocol::alerts::{CODE_TRIES_MAX, Chat, issue, redeem, setting_name};
use boothpay_protocol::ledger::journal::Actor;
use boothpay_protocol::ledger::rows::{Needs, Rows};
use boothpay_protocol::ledger::task::{TaskKind, TaskState};
use boothpay_protocol::secret::KeyDigest;
use boothpay_protocol::time::TimeMs;
use boothpay_server::{alert_job, print_jobs, tasks};
use boothpay_store::Address;
use boothpay_test_support::Cluster;
use boothpay_test_support::{BotApi, Trouble};
use serde_json::Value;
use std::sync::Arc;
use tokio::net::TcpListener;

const MINUTE: i64 = 60_000;
const HOUR: i64 = 60 * MINUTE;
const OWNER: i64 = 7;

const HOOK: &str = "[[webhooks]]\nurl = 'http://127.0.0.1:9/told'\nsecret = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'\nallow_private = true\nname = 'mine'\n";

/// The chat is the owner's, without the way through Telegram.
async fn with_chat(world: &World) {
    let (code, now) = (KeyDigest::of(b"ABCDEFGH"), world.app.clock.now());
    let needs = || Needs::setting(setting_name());
    let store = &world.app.store;
    store.transact(needs(), Actor::Panel, move |rows: &Rows| issue(&code, rows, now)).await.unwrap().reply.unwrap();
    let chat = Chat { id: OWNER, name: Some("owner".to_owned()), language: "en".to_owned(), since: now };
    let taken =
        store.transact(needs(), Actor::Tasks, move |rows: &Rows| redeem(&code, &chat, rows, now)).await.unwrap();
    assert!(taken.reply);
}

/// Looks at a time, and says what has been told until then: to whom, and what.
async fn told_at(world: &World, at: i64) -> Vec<(TaskKind, String)> {
    world.set_time(at);
    alert_job::once(&world.app).await.unwrap();
    let mut all = world.app.store.tasks(&TaskState::WORDS, 100).await.unwrap();
    all.reverse();
    all.iter().map(|task| (task.kind, tasks::said(task).unwrap())).collect()
}

async fn wrong_key(world: &World) {
    world.payme("Paycom:a-wrong-key-of-thirty-six-characters", &rpc("CheckTransaction", r#"{"id":"x"}"#)).await;
}

#[tokio::test]
async fn a_wrong_key_is_one_message_to_the_chat_and_one_to_the_program_and_one_when_it_is_over() {
    trouble_and_its_end(&World::new(&format!("{PRODUCTION}{HOOK}"))).await;
}

#[tokio::test]
async fn the_cure_of_a_refused_wallet_is_that_of_its_last_refusal() {
    let world = World::new(&format!("{PRODUCTION}[alerts]\nsummary = ''\n"));
    with_chat(&world).await;
    world.order("order-1").await;
    let account = r#"{"amount":1000000,"account":{"acc":"order-1"}}"#;
    world.payme(&crate::world::paycom(), &rpc("CheckPerformTransaction", account)).await;
    let told = told_at(&world, START + MINUTE).await;
    let text = &told.first().expect("it is told").1;
    assert!(text.contains("under another name: acc instead of order_id") && text.contains("account_field"), "{text}");
    assert!(!text.contains("key"), "{text}");
    let mut owner = Browser::of_owner(&world).await;
    owner.send(&world, "/admin/language", &[("language", "en"), ("back", "/admin")]).await;
    let page = owner.page(&world, "/admin/alerts").await;
    assert!(page.contains("under another name: acc") && page.contains("href=\"/admin/why\""), "{page}");
}

#[tokio::test]
async fn postgresql_tells_the_same() {
    let database = Cluster::shared().database();
    trouble_and_its_end(&World::on(&format!("{PRODUCTION}{HOOK}"), &Address::parse(&database.url).unwrap())).await;
}

async fn trouble_and_its_end(world: &World) {
    with_chat(world).await;
    assert!(told_at(world, START + MINUTE).await.is_empty(), "nothing is wrong");
    for minute in 1..10 {
        wrong_key(world).await;
        let told = told_at(world, START + minute * MINUTE).await;
        assert_eq!(told.len(), 2, "{told:?}");
    }
    let told = told_at(world, START + 10 * MINUTE).await;
    let by = |kind: TaskKind| told.iter().find(|(other, _)| *other == kind).unwrap().1.clone();
    let (chat, program) = (by(TaskKind::Telegram), by(TaskKind::Webhook));
    assert!(chat.contains("Payme’s calls are refused") && chat.contains("What is wrong"), "{chat}");
    let program: Value = serde_json::from_str(&program).unwrap();
    assert_eq!((&program["type"], &program["data"]["trouble"]), (&"alert.raised".into(), &"refused_payme".into()));
    assert_eq!(program["data"]["since_ms"], START + MINUTE);
    // The key is right again; ten minutes later it is over, and said once.
    world.set_time(START + 11 * MINUTE);
    world.payme(&crate::world::paycom(), &rpc("CheckTransaction", r#"{"id":"x"}"#)).await;
    world.order("order-1").await;
    world.hold("order-1", "t-1").await;
    let right = rpc("CheckTransaction", r#"{"id":"t-1"}"#);
    world.payme(&crate::world::paycom(), &right).await;
    assert_eq!(told_at(world, START + 12 * MINUTE).await.len(), 2);
    assert_eq!(told_at(world, START + 21 * MINUTE).await.len(), 2);
    let told = told_at(world, START + 23 * MINUTE).await;
    assert_eq!(told.len(), 4, "{told:?}");
    assert!(told.iter().any(|(kind, text)| *kind == TaskKind::Telegram && text.contains("over")), "{told:?}");
    assert!(told.iter().any(|(_, text)| text.contains("alert.over")));
    assert_eq!(told_at(world, START + 60 * MINUTE).await.len(), 4);
}

#[tokio::test]
async fn at_night_nobody_is_woken_and_in_the_morning_is_told_what_is_still_wrong() {
    // 2023-11-14, 22:13:20 UTC: 03:13 in Tashkent.
    let world = World::new(&format!("{PRODUCTION}[alerts]\nquiet = '22:00-08:00'\nsummary = ''\n"));
    with_chat(&world).await;
    wrong_key(&world).await;
    assert!(told_at(&world, START + MINUTE).await.is_empty());
    assert!(
        told_at(&world, START + 4 * HOUR + 30 * MINUTE).await.is_empty(),
        "07:43, and an hour later it is no alarm"
    );
    world.set_time(START + 4 * HOUR + 40 * MINUTE);
    wrong_key(&world).await;
    assert!(told_at(&world, START + 4 * HOUR + 41 * MINUTE).await.is_empty(), "07:54");
    assert_eq!(told_at(&world, START + 4 * HOUR + 48 * MINUTE).await.len(), 1, "08:01");
}

#[tokio::test]
async fn orders_that_no_wallet_asks_about_are_an_alarm_and_a_payment_ends_it() {
    let world = World::new(&format!("{PRODUCTION}[alerts]\nsilence_minutes = 30\nsummary = ''\n"));
    with_chat(&world).await;
    world.set_time(START + 40 * MINUTE);
    for number in 0..3 {
        assert!(told_at(&world, START + 40 * MINUTE).await.is_empty(), "{number} orders");
        world.order(&format!("order-{number}")).await;
    }
    let told = told_at(&world, START + 41 * MINUTE).await;
    assert!(told.len() == 1 && told[0].1.contains("no wallet has called"), "{told:?}");
    world.hold_at("order-2", "t-2", START + 42 * MINUTE).await;
    world.set_time(START + 42 * MINUTE);
    assert_eq!(told_at(&world, START + 43 * MINUTE).await.len(), 1);
    assert!(told_at(&world, START + 54 * MINUTE).await[1].1.contains("over"));
}

#[tokio::test]
async fn money_that_is_owed_is_an_alarm_and_yesterday_is_summed_up_once() {
    let world = World::new(&format!("{PRODUCTION}[alerts]\nsummary = '09:00'\n"));
    with_chat(&world).await;
    world.order("order-1").await;
    world.pay("order-1", "t-1").await;
    let page = "/admin/orders/order-1";
    Browser::of_owner(&world).await.press(&world, page, &format!("{page}/refund"), &[]).await;
    let told = told_at(&world, START + MINUTE).await;
    assert!(told.len() == 1 && told[0].1.contains("money has to go back"), "{told:?}");
    // 09:13 of the day in which the chat was found: nothing to say of a day before it.
    assert_eq!(told_at(&world, START + 6 * HOUR).await.len(), 1);
    // 08:13 and 09:13 of the next day.
    assert_eq!(told_at(&world, START + 29 * HOUR).await.len(), 1);
    let told = told_at(&world, START + 30 * HOUR).await;
    let text = told.last().unwrap().1.replace('\u{a0}', " ");
    assert!(told.len() == 2 && text.contains("Paid: 10 000 soum (payments: 1)"), "{told:?}");
    assert_eq!(told_at(&world, START + 31 * HOUR).await.len(), 2);
}

#[tokio::test]
async fn a_code_is_tried_five_times_and_ten_minutes() {
    let world = World::new(PRODUCTION);
    let (code, chat) = (KeyDigest::of(b"ABCDEFGH"), |id| Chat {
        id,
        name: None,
        language: "ru".to_owned(),
        since: TimeMs::new(START),
    });
    let brought = |given: &'static [u8], at: i64| {
        let (given, now) = (KeyDigest::of(given), TimeMs::new(at));
        let decide = move |rows: &Rows| redeem(&given, &chat(1), rows, now);
        let store = &world.app.store;
        async move { store.transact(Needs::setting(setting_name()), Actor::Tasks, decide).await.unwrap().reply }
    };
    let make = || {
        let decide = move |rows: &Rows| issue(&code, rows, TimeMs::new(START));
        let store = &world.app.store;
        async move { store.transact(Needs::setting(setting_name()), Actor::Panel, decide).await.unwrap().reply.unwrap() }
    };
    assert!(!brought(b"ABCDEFGH", START).await, "nobody has made one");
    make().await;
    assert!(!brought(b"ABCDEFGH", START + 10 * MINUTE).await, "too late");
    for (guesses, is_taken) in [(CODE_TRIES_MAX, false), (5, true)] {
        make().await;
        for _ in 0..guesses {
            assert!(!brought(b"23456789", START).await);
        }
        assert_eq!(brought(b"ABCDEFGH", START).await, is_taken, "after {guesses} of strangers");
    }
    assert!(!brought(b"ABCDEFGH", START).await, "it works once");
}

/// The whole way: the code in the panel, the bot, a chat; a test message through a Telegram that is difficult.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn the_chat_that_brings_the_code_is_told_whatever_telegram_does() {
    let bot = BotApi::start();
    let world = World::new(&format!("{PRODUCTION}{}", bot.settings()));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let running = tokio::spawn(boothpay_server::run(Arc::clone(&world.app), listener, 64));
    let wait = |words: &'static str| tokio::task::block_in_place(|| bot.until_said(OWNER, words));
    let mut owner = Browser::of_owner(&world).await;
    owner.send(&world, "/admin/language", &[("language", "en"), ("back", "/admin")]).await;

    let made = owner.press(&world, "/admin/alerts", "/admin/alerts/code", &[]).await;
    let (_, rest) = made.text().split_once("data-testid=\"code\">").unwrap();
    let start = rest.split('<').next().unwrap().to_owned();
    bot.text_in(8, "en", "/start alerts_WRONGONE");
    tokio::task::block_in_place(|| {
        bot.until("the stranger is refused", |sent| sent.iter().any(|sent| sent.customer == 8).then_some(()));
    });
    bot.text_in(OWNER, "en", &start);
    wait("Done: alerts of this photobooth come here");
    let page = owner.page(&world, "/admin/alerts").await;
    assert!(page.contains("data-testid=\"chat\""), "{page}");

    // It wants to be left alone for a second, then is slow; the message arrives.
    bot.next("sendMessage", Trouble::TooOften(1));
    bot.next("sendMessage", Trouble::Slow(300));
    let tested = owner.press(&world, "/admin/alerts", "/admin/alerts/test", &[]).await;
    assert_eq!(tested.status, 303);
    // The clock stands still but for this: the pause after the first try.
    for step in 1..300 {
        if bot.sent().iter().any(|sent| sent.customer == OWNER && sent.text.contains("a test. Alerts come here")) {
            break;
        }
        world.set_time(START + step * 10_000);
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    wait("a test. Alerts come here");
    assert!(bot.calls("sendMessage") >= 4, "once in vain");

    // The owner has blocked the bot: the panel says so, and nothing is tried for ever.
    bot.next("sendMessage", Trouble::Blocked);
    owner.press(&world, "/admin/alerts", "/admin/alerts/test", &[]).await;
    let mut page = String::new();
    for _ in 0..200 {
        page = owner.page(&world, "/admin/alerts").await;
        if page.contains("The last message did not arrive") {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    assert!(page.contains("blocked"), "{page}");

    let ended = owner.press(&world, "/admin/alerts", "/admin/alerts/disconnect", &[]).await;
    assert_eq!(ended.status, 303);
    assert!(!owner.page(&world, "/admin/alerts").await.contains("data-testid=\"chat\""));
    assert_eq!(owner.press(&world, "/admin/alerts", "/admin/alerts/code", &[]).await.status, 200);
    world.shutdown.stop();
    running.await.unwrap().unwrap();
}

#[tokio::test]
async fn prints_that_are_owed_are_an_alarm_that_says_so() {
    let world = World::new(&format!("{PRODUCTION}[prints]\nby = 'own program'\n[alerts]\nsummary = ''\n"));
    with_chat(&world).await;
    world.order("order-1").await;
    world.pay("order-1", "t-1").await;
    world.set_time(START + 10 * MINUTE);
    print_jobs::once(&world.app).await.unwrap();
    alert_job::once(&world.app).await.unwrap();
    let all = world.app.store.tasks(&TaskState::WORDS, 100).await.unwrap();
    let told: Vec<String> = all.iter().filter(|task| task.kind == TaskKind::Telegram).filter_map(tasks::said).collect();
    assert!(told.len() == 1 && told[0].contains("prints have to be handed over"), "{told:?}");
}

/// The troubles that the page names.
async fn shown(owner: &mut Browser, world: &World) -> usize {
    owner.page(world, "/admin/alerts").await.matches("data-testid=\"trouble\"").count()
}

#[tokio::test]
async fn what_is_wrong_is_on_the_page_where_nobody_is_told_and_goes_when_it_is_over() {
    let database = tempfile::tempdir().unwrap();
    let address = Address::SqliteFile(database.path().join("alerts.db"));
    let lines = format!("{PRODUCTION}[alerts]\nsummary = ''\n");
    let world = World::on(&lines, &address);
    let mut owner = crate::orders::owner_in_english(&world).await;
    assert!(told_at(&world, START).await.is_empty());
    assert_eq!(shown(&mut owner, &world).await, 0);
    world.order("order-1").await;
    world.pay("order-1", "t-1").await;
    owner.press(&world, "/admin/orders/order-1", "/admin/orders/order-1/refund", &[]).await;
    for minute in 1..4 {
        assert!(told_at(&world, START + minute * MINUTE).await.is_empty(), "nobody is told");
        assert_eq!(shown(&mut owner, &world).await, 1);
    }
    assert!(owner.page(&world, "/admin/alerts").await.contains("money has to go back"));
    // A chat that comes later is told of it, once.
    with_chat(&world).await;
    for minute in 4..7 {
        let told = told_at(&world, START + minute * MINUTE).await;
        assert!(told.len() == 1 && told[0].1.contains("money has to go back"), "{told:?}");
    }
    // It goes away, the money goes back, and the server starts anew: nothing is left on the page, and nothing is told.
    owner.press(&world, "/admin/alerts", "/admin/alerts/disconnect", &[]).await;
    drop(world);
    let world = World::on(&lines, &address);
    world.set_time(START + 8 * MINUTE);
    world.carry_out("CancelTransaction", r#"{"id":"t-1","reason":5}"#).await;
    let mut owner = crate::orders::owner_in_english(&world).await;
    for minute in [8, 9, 20, 30] {
        let told = told_at(&world, START + minute * MINUTE).await;
        assert_eq!(told.len(), 1, "{told:?}");
        assert_eq!(shown(&mut owner, &world).await, 0, "{minute}");
    }
    with_chat(&world).await;
    assert_eq!(told_at(&world, START + 31 * MINUTE).await.len(), 1, "what is over is news to nobody");
}

#[tokio::test]
async fn where_no_wallet_ever_calls_its_silence_is_no_alarm() {
    let world = World::new(
        "[uzum_qr]\nservice_id = '498614'\nuser_id = 'till-1'\nsecret_key = 'uzums-own-secret'\n\
         [alerts]\nsilence_minutes = 30\nsummary = ''\n",
    );
    with_chat(&world).await;
    world.set_time(START + 40 * MINUTE);
    for number in 0..3 {
        world.order(&format!("order-{number}")).await;
    }
    let told = told_at(&world, START + 41 * MINUTE).await;
    assert!(told.is_empty(), "{told:?}");
}

#[tokio::test]
async fn what_is_wrong_at_a_booth_is_told_by_its_own_server_and_another_does_not_say_that_it_is_over() {
    let database = Cluster::shared().database();
    let address = Address::parse(&database.url).unwrap();
    let world = |id: &str| {
        let lines = format!("{PRODUCTION}[alerts]\nsummary = ''\n[booth]\nid = '{id}'\nname = 'Booth {id}'\n");
        World::on(&lines, &address)
    };
    let (leading, other) = (world("here"), world("there"));
    with_chat(&leading).await;
    let told_by_both = async |at: i64| {
        told_at(&leading, at).await;
        told_at(&other, at).await
    };
    assert!(told_by_both(START + MINUTE).await.is_empty());
    for minute in 2..30 {
        wrong_key(&other).await;
        let told = told_by_both(START + minute * MINUTE).await;
        assert!(told.len() == 1 && told[0].1.contains("Booth there"), "{minute}: {told:?}");
    }
    let mut owner = crate::orders::owner_in_english(&leading).await;
    let page = owner.page(&leading, "/admin/alerts").await;
    assert!(page.contains("Booth there: Payme’s calls are refused"), "{page}");
    // The same at the first one is another trouble, and over when its own server says so.
    wrong_key(&leading).await;
    let told = told_by_both(START + 31 * MINUTE).await;
    assert!(told.len() == 2 && told[1].1.contains("Booth here"), "{told:?}");
    // What all share is told once.
    leading.order("order-1").await;
    leading.pay("order-1", "t-1").await;
    owner.press(&leading, "/admin/orders/order-1", "/admin/orders/order-1/refund", &[]).await;
    for minute in 32..35 {
        let told = told_by_both(START + minute * MINUTE).await;
        assert!(told.len() == 3 && told[2].1.contains("money has to go back"), "{told:?}");
    }
}

/// A booth whose pictures appear in a folder.
fn with_camera(folder: &std::path::Path, more: &str) -> World {
    std::fs::create_dir(folder.join("camera")).unwrap();
    let lines = format!(
        "{PRODUCTION}[alerts]\nsummary = ''\n[photos]\nsource = \"boothpay\"\nfolder = '{}'\n[camera]\nfolder = '{}'\n{more}",
        folder.join("photos").display(),
        folder.join("camera").display()
    );
    World::new(&lines)
}

#[tokio::test]
async fn a_cameras_folder_that_is_gone_is_one_message_and_one_when_it_is_back() {
    let folder = tempfile::tempdir().unwrap();
    let world = with_camera(folder.path(), "");
    with_chat(&world).await;
    let camera = folder.path().join("camera");
    assert!(told_at(&world, START + MINUTE).await.is_empty());
    std::fs::remove_dir(&camera).unwrap();
    assert!(told_at(&world, START + 2 * MINUTE).await.is_empty(), "its program may be starting");
    std::fs::create_dir(&camera).unwrap();
    assert!(told_at(&world, START + 3 * MINUTE).await.is_empty());
    std::fs::remove_dir(&camera).unwrap();
    for minute in 4..7 {
        assert!(told_at(&world, START + minute * MINUTE).await.is_empty(), "{minute}: the time begins anew");
    }
    for minute in 7..20 {
        let told = told_at(&world, START + minute * MINUTE).await;
        assert!(told.len() == 1 && told[0].1.contains("the camera is gone"), "{told:?}");
        assert!(told[0].1.contains("[camera]"), "{told:?}");
    }
    std::fs::create_dir(&camera).unwrap();
    assert_eq!(told_at(&world, START + 20 * MINUTE).await.len(), 1);
    let told = told_at(&world, START + 31 * MINUTE).await;
    assert!(told.len() == 2 && told[1].1.contains("over"), "{told:?}");
    assert_eq!(told_at(&world, START + 60 * MINUTE).await.len(), 2);
}

#[tokio::test]
async fn a_camera_that_brings_no_picture_several_times_in_a_row_is_an_alarm() {
    let folder = tempfile::tempdir().unwrap();
    let world = with_camera(folder.path(), "command = ['false']\n");
    with_chat(&world).await;
    let mut screen = crate::at_booth::screen(&world).await;
    let begun = crate::at_booth::post(&mut screen, &world, "/api/booth/shots", r#"{"layout":"single"}"#, &[]).await;
    let id = begun.json()["id"].as_str().unwrap().to_owned();
    for shot in 1..=5 {
        assert!(told_at(&world, START + MINUTE).await.is_empty(), "{shot} shots");
        let body = r#"{"order_index":0,"customer":"anna"}"#;
        let path = format!("/api/booth/shots/{id}/camera");
        let taken = crate::at_booth::post(&mut screen, &world, &path, body, &[]).await;
        assert_eq!(taken.status, 504, "{}", taken.text());
    }
    let told = told_at(&world, START + 2 * MINUTE).await;
    assert!(told.len() == 1 && told[0].1.contains("the camera is gone"), "{told:?}");
}
