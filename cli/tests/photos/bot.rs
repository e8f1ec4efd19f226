//! Customers and the bot: photos come, are changed and removed; the finished picture goes.

use crate::booth::{Booth, HEIC, PHONE, call, data_url, id, photos, session, until};
use crate::support::Running;
use boothpay_test_support::{BOT, BotApi, Trouble};
use reqwest::Method;
use serde_json::{Value, json};

const ANNA: i64 = 7_000_000_001;
const BORIS: i64 = 42;

/// What a customer's phone makes of the code on the screen.
fn code(session: &Value) -> String {
    format!("/start {}_{}", session["type"].as_str().unwrap(), id(session))
}

async fn until_photos(server: &Running, session: &Value, count: usize) -> Vec<Value> {
    until(&format!("{count} photos"), async || {
        let photos = photos(server, id(session)).await;
        (photos.len() == count).then_some(photos)
    })
    .await
}

fn numbers(photos: &[Value]) -> Vec<u64> {
    photos.iter().map(|photo| photo["id"].as_u64().unwrap()).collect()
}

#[tokio::test]
async fn a_customer_brings_photos_and_changes_them() {
    let api = BotApi::start();
    for (booth, anna) in Booth::on_both(&api.settings()).into_iter().zip([ANNA, ANNA + 1]) {
        let server = booth.serve();
        server.err.wait_for(&format!("photos come by https://t.me/{BOT}"));
        let made = session(&server, "upload").await;
        let link = format!("https://t.me/{BOT}?start=upload_{}", id(&made));
        assert_eq!(made["telegram_url"], link);
        assert!(made["qrCode"].as_str().unwrap().starts_with("data:image/png;base64,"));

        api.text_in(anna, "en", &code(&made));
        api.until_said(anna, "Send your photos: 3 are needed, up to 5 are possible");
        let seen = server.get(&format!("/api/session/{}", id(&made))).await.json()["session"].clone();
        assert_eq!((&seen["status"], &seen["telegram_user_id"]), (&json!("active"), &json!(anna)));
        assert_eq!(seen["telegram_username"], format!("customer{anna}"));

        api.photo(anna, PHONE);
        api.until_said(anna, "1 of 3");
        api.document(anna, "IMG_0001.HEIC", HEIC);
        api.until_said(anna, "2 of 3");
        api.photos(anna, &[PHONE, PHONE]);
        api.until_said(anna, "4 photos are there. Go back to the photobooth's screen. You may send 1 more.");
        let all = until_photos(&server, &made, 4).await;
        assert!(all.iter().all(|photo| photo["width"] == 64 && photo["height"] == 96), "upright: {all:?}");
        assert_eq!(numbers(&all), [1, 2, 3, 4]);

        api.press(anna, "Change 2");
        api.until_said(anna, "in place of photo 2");
        api.photo(anna, PHONE);
        let changed = until("the second is another", async || {
            let now = numbers(&photos(&server, id(&made)).await);
            (now == [1, 5, 3, 4]).then_some(())
        });
        changed.await;
        api.press(anna, "Remove 1");
        api.until_said(anna, "The booth has 3 now");
        assert_eq!(numbers(&until_photos(&server, &made, 3).await), [5, 3, 4]);
        assert_eq!(booth.files(), 3, "nothing is left of the others");

        api.document(anna, "IMG_0002.HEIC", b"\0\0\0\x18ftypheic\0\0\0\0heicmif1");
        api.until_said(anna, "cannot be opened. Send it as a photo instead of a file");
        api.document(anna, "tickets.pdf", b"%PDF-1.7");
        api.until_said(anna, "This is no photo");
        api.text(anna, "/language");
        api.until_said(anna, "Which language");
        api.press(anna, "Русский");
        api.until_said(anna, "Говорим по-русски");
        api.photos(anna, &[PHONE, PHONE, PHONE]);
        api.until_said(anna, "больше не поместится");
        assert_eq!(until_photos(&server, &made, 5).await.len(), 5);

        api.text(anna, "/cancel");
        api.until_said(anna, "удалены из фотобудки");
        assert_eq!((server.get(&format!("/api/session/{}", id(&made))).await.status, booth.files()), (404, 0));
    }
}

#[tokio::test]
async fn a_session_is_the_first_customers_and_codes_that_do_not_fit_are_told() {
    let api = BotApi::start();
    let booth = Booth::on_sqlite(&api.settings());
    let server = booth.serve();
    let made = session(&server, "upload").await;
    api.text(ANNA, "/start");
    api.until_said(ANNA, "kodni skanerlang");
    api.photo(ANNA, PHONE);
    api.until_said(ANNA, "Avval kabina ekranidagi kodni");
    api.text(ANNA, &code(&made));
    api.until_said(ANNA, "Suratlarni yuboring");
    api.text_in(BORIS, "ru-RU", &code(&made));
    api.until_said(BORIS, "уже открыл кто-то другой");
    api.text_in(BORIS, "ru-RU", "/start upload_00000000-0000-0000-0000-000000000000");
    api.until_said(BORIS, "код не подходит");
    api.photo(ANNA, PHONE);
    api.until_said(ANNA, "3 tadan 1 ta");
    api.press_data(BORIS, &format!("r:{}:1", id(&made)));
    api.until("a strange button", |all| all.iter().any(|sent| sent.method == "answerCallbackQuery").then_some(()));
    assert_eq!(photos(&server, id(&made)).await.len(), 1, "only its owner removes a photo");
    booth.sql("update photo_sessions set expires_at_ms = created_at_ms");
    api.text(ANNA, &code(&made));
    api.until_said(ANNA, "Bu seans tugadi");
}

#[tokio::test]
async fn the_finished_picture_goes_home_and_once_more() {
    let api = BotApi::start();
    for (booth, anna) in Booth::on_both(&api.settings()).into_iter().zip([ANNA, ANNA + 1]) {
        let server = booth.serve();
        let made = session(&server, "download").await;
        let path = format!("/api/session/{}/result", id(&made));
        api.text(anna, &code(&made));
        api.until_said(anna, "Tayyor surat budka uni tayyorlashi bilan");
        let result = json!({"photo_data": data_url(PHONE)});
        assert_eq!(call(&server, Method::POST, &path, &result).await.status, 201);
        let documents = |times: usize| {
            api.until("the picture as a file", |all| {
                let to_anna = all.iter().filter(|sent| sent.customer == anna && sent.method == "sendDocument");
                let files: Vec<_> = to_anna.filter_map(|sent| sent.file.clone()).collect();
                (files.len() == times).then_some(files)
            })
        };
        assert_eq!(documents(1), [("photobooth.jpg".to_owned(), PHONE.to_vec())], "as the booth made it");
        let preview = api.until_said(anna, "Suratingiz tayyor");
        assert_eq!(preview.method, "sendPhoto");
        api.press(anna, "Yana yuborish");
        documents(2);
        // Who comes when the picture is ready gets it at once.
        let late = session(&server, "upload").await;
        let path = format!("/api/session/{}/result", id(&late));
        assert_eq!(call(&server, Method::POST, &path, &result).await.status, 201);
        api.next("sendDocument", Trouble::TooOften(1));
        api.text(anna, &code(&late));
        documents(3);
    }
}

#[tokio::test]
async fn a_picture_that_cannot_be_read_for_a_moment_comes_when_it_can() {
    let api = BotApi::start();
    let booth = Booth::on_sqlite(&api.settings());
    let server = booth.serve();
    let made = session(&server, "download").await;
    let result = json!({"photo_data": data_url(PHONE)});
    let path = format!("/api/session/{}/result", id(&made));
    assert_eq!(call(&server, Method::POST, &path, &result).await.status, 201);
    // A disk that fails: the name is there, and nothing can be read of it.
    let photos = booth.folder.path().join("photos");
    let file = std::fs::read_dir(&photos).unwrap().next().unwrap().unwrap().path();
    let away = booth.folder.path().join("away");
    std::fs::rename(&file, &away).unwrap();
    std::fs::create_dir(&file).unwrap();
    api.text(ANNA, &code(&made));
    server.err.wait_for("a finished picture cannot be sent to its customer yet");
    let shown = server.get(&format!("/api/session/{}/result", id(&made))).await;
    assert_eq!(shown.status, 503, "{}", shown.body);
    std::fs::remove_dir(&file).unwrap();
    std::fs::rename(&away, &file).unwrap();
    api.until("the picture as a file", |all| {
        all.iter().find(|sent| sent.customer == ANNA && sent.method == "sendDocument").map(|_| ())
    });
}

#[tokio::test]
async fn a_photo_that_is_sent_while_the_server_is_down_or_dies_is_there_once() {
    let api = BotApi::start();
    for (booth, anna) in Booth::on_both(&api.settings()).into_iter().zip([ANNA, ANNA + 1]) {
        let server = booth.serve();
        let made = session(&server, "upload").await;
        api.text(anna, &code(&made));
        api.until_said(anna, "Suratlarni yuboring");
        api.photo(anna, PHONE);
        api.until_said(anna, "3 tadan 1 ta");
        server.kill();
        api.photo(anna, PHONE);
        let server = booth.serve();
        until_photos(&server, &made, 2).await;
        // Dies in the middle of a download, with Telegram told to forget what it was about.
        let (downloads, polls) = (api.calls("download"), api.calls("getUpdates"));
        api.next("download", Trouble::Slow(600_000));
        api.photo(anna, PHONE);
        api.until_called("download", downloads + 1);
        api.until_called("getUpdates", polls + 1);
        server.kill();
        let server = booth.serve();
        until_photos(&server, &made, 3).await;
        api.repeat_all();
        api.skip_numbers(1000);
        api.photo(anna, PHONE);
        until_photos(&server, &made, 4).await;
        api.until_said(anna, "Kabinada 4 ta surat");
        assert_eq!((photos(&server, id(&made)).await.len(), booth.files()), (4, 4), "what came again was handled once");
    }
}

#[tokio::test]
async fn trouble_on_the_way_to_telegram_loses_nothing_and_holds_up_no_payment() {
    let api = BotApi::start();
    let booth = Booth::on_sqlite(&api.settings());
    let server = booth.serve();
    let made = session(&server, "upload").await;
    api.text(ANNA, &code(&made));
    api.until_said(ANNA, "Suratlarni yuboring");
    for (method, trouble) in [
        ("getFile", Trouble::BadGateway),
        ("download", Trouble::Cut),
        ("getUpdates", Trouble::Cut),
        ("getFile", Trouble::TooOften(1)),
        ("sendMessage", Trouble::TooOften(1)),
        ("getUpdates", Trouble::BadGateway),
    ] {
        api.next(method, trouble);
    }
    api.update(json!({"something_new": {"that": "nobody understands"}}));
    api.photo(ANNA, PHONE);
    api.until_said(ANNA, "3 tadan 1 ta");
    until_photos(&server, &made, 1).await;
    // Telegram hangs, then it is gone; money comes all the same.
    api.always(Some(Trouble::BadGateway));
    api.photo(ANNA, PHONE);
    server.err.wait_for("Telegram cannot be reached");
    for number in 0..20 {
        let order = json!({"order_id": format!("o-{number}"), "paymentType": "payme", "amount": 10000}).to_string();
        assert_eq!(server.post("/api/generate-qr", &order).await.status, 200);
        assert_eq!(server.post(&format!("/api/test-payment/o-{number}"), "").await.status, 200);
    }
    assert_eq!(server.get("/readyz").await.status, 200);
    api.always(None);
    server.err.wait_for("the bot hears from Telegram again");
    until_photos(&server, &made, 2).await;
    let said = server.err.so_far();
    let times = |words: &str| said.matches(words).count();
    // Each trouble is told once. The end of the last one may not be told yet: what was kept before it is handled meanwhile.
    let (told, ended) = (times("Telegram cannot be reached"), times("the bot hears from Telegram again"));
    assert!(told == ended || told == ended + 1, "{said}");
}

#[tokio::test]
async fn what_only_a_person_can_mend_is_told_in_the_owners_words() {
    let api = BotApi::start();
    let booth = Booth::on_sqlite(&api.settings());
    api.always(Some(Trouble::AnotherPoller));
    api.next("getMe", Trouble::WrongToken);
    let checked = booth.folder.run(&["check"], &[]);
    assert!(checked.code == Some(1) && checked.out.contains("@BotFather"), "{}", checked.out);
    api.always(None);
    let checked = booth.folder.run(&["check"], &[]);
    assert!(checked.code == Some(0) && checked.out.contains(&format!("https://t.me/{BOT}")), "{}", checked.out);
    for _ in 0..2 {
        api.next("getUpdates", Trouble::AnotherPoller);
    }
    let polls = api.calls("getUpdates");
    let server = booth.serve();
    server.err.wait_for("another program takes what customers send to this bot");
    let made = session(&server, "upload").await;
    api.text(ANNA, &code(&made));
    api.until_said(ANNA, "Suratlarni yuboring");
    api.until_called("getUpdates", polls + 3);
    let said = server.err.so_far();
    assert_eq!(said.matches("another program takes").count(), 1, "{said}");
    assert!(!said.contains(boothpay_test_support::TOKEN) && !said.contains(id(&made)), "no key is in the log");
    drop(server);
    api.next("getMe", Trouble::WrongToken);
    let server = booth.serve();
    server.err.wait_for("telegram.token_file");
    server.err.wait_for("photos come by");
}

#[tokio::test]
async fn who_sends_too_much_is_told_once_and_others_are_served() {
    let api = BotApi::start();
    let booth = Booth::on_sqlite(&api.settings());
    let server = booth.serve();
    for _ in 0..60 {
        api.text(ANNA, "hello");
    }
    api.text_in(BORIS, "en", "/help");
    api.until_said(BORIS, "Scan the code");
    api.until_said(ANNA, "Bir daqiqa kuting");
    let told = api.sent().iter().filter(|sent| sent.text.contains("Bir daqiqa kuting")).count();
    assert_eq!(told, 1);
    assert_eq!(server.get("/livez").await.status, 200);
}
