//! The booth's own pictures at the started program: shots, a print that is composed and paid for, printed once and taken home, and
//! nothing that one customer leaves for the next.

use crate::booth::{Booth, PHONE, call, data_url};
use crate::support::{MERCHANT_ID, Running};
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use reqwest::Method;
use serde_json::{Value, json};

const SOURCE: &str = "[photos]\nsource = \"boothpay\"\npublic_address = \"https://booth.example.uz\"\n";

pub const PAGE: &str = "{\"page\": \"0123456789abcdef0123456789abcdef\"}";

pub async fn begin(server: &Running, layout: &str) -> String {
    let begun = call(server, Method::POST, "/api/booth/shots", &json!({ "layout": layout })).await;
    assert_eq!(begun.status, 201, "{}", begun.body);
    begun.json()["id"].as_str().unwrap().to_owned()
}

pub async fn bring(server: &Running, id: &str, shot: u32) {
    let body = json!({ "photo_data": data_url(PHONE), "order_index": shot });
    let brought = call(server, Method::POST, &format!("/api/session/{id}/photos"), &body).await;
    assert_eq!(brought.status, 201, "{}", brought.body);
}

async fn order(server: &Running, id: &str) -> (u16, Value) {
    let body = json!({ "copies": 2, "paymentType": "payme", "session": id });
    let made = call(server, Method::POST, "/api/booth/orders", &body).await;
    (made.status, made.json())
}

fn decoded(source: &Value, kind: &str) -> Vec<u8> {
    let text = source.as_str().unwrap();
    BASE64_STANDARD.decode(text.strip_prefix(&format!("data:image/{kind};base64,")).unwrap()).unwrap()
}

/// Width and height of a JPEG, from its frame's head.
fn size(jpeg: &[u8]) -> (u16, u16) {
    let at = jpeg.windows(2).position(|pair| pair == [0xff, 0xc0]).unwrap();
    let number = |from: usize| u16::from_be_bytes([jpeg[from], jpeg[from + 1]]);
    (number(at + 7), number(at + 5))
}

/// What a code says.
fn read_code(source: &Value) -> String {
    let mut decoder = png::Decoder::new(std::io::Cursor::new(decoded(source, "png")));
    decoder.set_transformations(png::Transformations::EXPAND);
    let mut reader = decoder.read_info().unwrap();
    let mut pixels = vec![0; reader.output_buffer_size().unwrap()];
    let frame = reader.next_frame(&mut pixels).unwrap();
    let (width, height) = (frame.width as usize, frame.height as usize);
    let mut image = rqrr::PreparedImage::prepare_from_greyscale(width, height, |x, y| pixels[y * width + x]);
    image.detect_grids()[0].decode().unwrap().1
}

#[tokio::test]
async fn a_print_is_composed_paid_for_printed_once_and_taken_home() {
    for booth in Booth::on_both(SOURCE) {
        let server = booth.serve();
        let layouts = server.get("/api/booth/layouts").await.json();
        let ids: Vec<&str> =
            layouts["layouts"].as_array().unwrap().iter().map(|it| it["id"].as_str().unwrap()).collect();
        assert_eq!(ids, ["single", "strip", "grid"]);

        let id = begin(&server, "single").await;
        assert_eq!(order(&server, &id).await.0, 409, "there is nothing to print yet");
        bring(&server, &id, 0).await;
        let preview = format!("/api/booth/shots/{id}/preview");
        let shown = call(&server, Method::POST, &preview, &json!({ "layout": "single", "look": "bw" })).await;
        assert_eq!(size(&decoded(&shown.json()["picture"], "jpeg")), (1200, 800), "{}", shown.body.len());

        let (status, made) = order(&server, &id).await;
        assert_eq!(status, 200, "{made}");
        let number = made["order_id"].as_str().unwrap();
        let print = format!("/api/booth/orders/{number}/print");
        assert_eq!(server.post(&print, PAGE).await.status, 409, "it is not paid");
        assert_eq!(server.post(&format!("/api/test-payment/{number}"), "{}").await.status, 200);
        let printed = server.post(&print, PAGE).await;
        assert_eq!(printed.status, 200, "{}", printed.body);
        let printed = printed.json();
        let picture = decoded(&printed["picture"], "jpeg");
        assert_eq!(size(&picture), (1800, 1200));
        assert_eq!(booth.files(), 1, "the shots are gone, the print is kept");

        let again = server.post(&print, PAGE).await.json();
        assert_eq!(again["picture"], printed["picture"], "an answer that was lost");
        let other = server.post(&print, "{\"page\": \"ffffffffffffffffffffffffffffffff\"}").await;
        assert_eq!(other.status, 409);
        assert!(!other.body.contains("data:image/jpeg"), "another page prints nothing");
        let snapshot = server.get(&format!("/api/booth/orders/{number}")).await;
        assert!(!snapshot.body.contains("data:image/jpeg"), "whoever knows the number sees no picture");

        let link = read_code(&printed["download"]);
        let token = link.strip_prefix("https://booth.example.uz/photo/").unwrap();
        assert_eq!(token.len(), 32, "128 random bits");
        for entry in std::fs::read_dir(booth.folder.path().join("photos")).unwrap() {
            let name = entry.unwrap().file_name().into_string().unwrap();
            assert!(!name.contains(token) && !name.contains(number) && !name.contains(&id), "{name}");
        }
        let home = reqwest::get(format!("{}/photo/{token}", server.page)).await.unwrap();
        assert_eq!(
            (home.status(), home.headers()["content-type"].to_str().unwrap()),
            (200.try_into().unwrap(), "image/jpeg")
        );
        assert!(home.bytes().await.unwrap() == picture);
        for wrong in 0..40 {
            assert_eq!(server.get(&format!("/photo/{wrong:032x}")).await.status, 404);
        }
        let claim = server.get(&format!("/api/booth/orders/{number}")).await;
        assert_eq!(claim.status, 200, "wrong links are no wrong numbers: who has paid is still served");
        booth.sql("update photo_sessions set expires_at_ms = 1, version = version + 1");
        assert_eq!(server.get(&format!("/photo/{token}")).await.status, 404, "the link ends");
        crate::booth::until("the file is gone", async || (booth.files() == 0).then_some(())).await;
    }
}

/// Where the owner's own program prints what the booth's page has taken.
#[tokio::test]
async fn the_owners_program_gets_the_picture_and_the_page_only_the_code_to_take_it_home() {
    for booth in Booth::on_both(&format!("{SOURCE}[prints]\nby = \"own program\"\n")) {
        let server = booth.serve();
        let id = begin(&server, "single").await;
        bring(&server, &id, 0).await;
        let preview = format!("/api/booth/shots/{id}/preview");
        call(&server, Method::POST, &preview, &json!({ "layout": "single", "look": "bw" })).await;
        let (status, made) = order(&server, &id).await;
        assert_eq!(status, 200, "{made}");
        let number = made["order_id"].as_str().unwrap().to_owned();
        assert_eq!(server.post(&format!("/api/test-payment/{number}"), "{}").await.status, 200);

        let answer = server.post(&format!("/api/booth/orders/{number}/print"), PAGE).await;
        assert_eq!((answer.status, answer.json()["print"]["state"].as_str()), (200, Some("asked")), "{}", answer.body);
        assert!(!answer.body.contains("data:image/jpeg"), "the page prints nothing");
        assert!(read_code(&answer.json()["download"]).starts_with("https://booth.example.uz/photo/"));

        let job = server.get("/api/prints/next").await.json();
        let picture = &job["picture"];
        assert_eq!((&picture["width"], &picture["height"]), (&json!(1800), &json!(1200)), "{job:#}");
        let on_disk = std::fs::read(picture["file"].as_str().unwrap()).unwrap();
        let address = format!("{}{}", server.page, picture["address"].as_str().unwrap());
        let fetched = reqwest::get(address).await.unwrap().bytes().await.unwrap();
        assert!(fetched == on_disk && size(&on_disk) == (1800, 1200));
        assert_eq!(server.get("/api/prints/print_0/picture").await.status, 404);

        // Twice nothing came out. The claim outlives the time for which pictures are kept, and so does the picture.
        let jam = json!({ "result": "failed", "why": "jam" });
        let answer = |job: &Value| format!("/api/prints/{}", job["job"].as_str().unwrap());
        call(&server, Method::POST, &answer(&job), &jam).await;
        let second = server.get("/api/prints/next").await.json();
        assert_eq!(second["picture"]["file"], picture["file"]);
        let failed = call(&server, Method::POST, &answer(&second), &jam).await;
        assert_eq!(failed.json()["print"], "claim", "{}", failed.body);
        booth.sql("update photo_sessions set expires_at_ms = 1, version = version + 1");
        let claimed = crate::booth::until("the picture is kept for its claim", async || {
            let answer = server.post(&format!("/api/booth/orders/{number}/print"), PAGE).await;
            (answer.status == 200 && answer.json().get("download").is_some()).then_some(answer)
        });
        let claimed = claimed.await.json();
        assert_eq!(claimed["print"]["state"], "asked");
        let link = read_code(&claimed["download"]);
        let token = link.strip_prefix("https://booth.example.uz/photo/").unwrap();
        // He came after the time for which pictures are kept.
        booth.age_files();
        let third = server.get("/api/prints/next").await.json();
        assert_eq!((&third["copies"], &third["picture"]["file"]), (&json!(2), &picture["file"]));
        call(&server, Method::POST, &answer(&third), &json!({ "result": "printed" })).await;
        booth.leave_an_old_file();
        crate::booth::until("what no session knows is gone", async || (booth.files() < 2).then_some(())).await;
        assert_eq!(server.get(&format!("/photo/{token}")).await.status, 200, "it is his as long as its claim lasts");
        booth.sql("update photo_sessions set expires_at_ms = 1, version = version + 1");
        crate::booth::until("the picture is gone", async || (booth.files() == 0).then_some(())).await;
    }
}

#[tokio::test]
async fn a_print_that_nobody_has_paid_for_is_shown_to_nobody() {
    let booth = Booth::on_sqlite(SOURCE);
    let server = booth.serve();
    let id = begin(&server, "single").await;
    bring(&server, &id, 0).await;
    let (_, made) = order(&server, &id).await;
    let number = made["order_id"].as_str().unwrap();
    // Composed for an order, and the answer to its page lost before it was the customer's.
    booth.sql("update photo_sessions set photos = replace(photos, '\"uploaded\"', '\"sheet\"'), version = version + 1");
    assert_eq!(server.get(&format!("/api/session/{id}/photos/1")).await.status, 404);
    let listed = server.get(&format!("/api/session/{id}/photos")).await.json();
    assert_eq!(listed["photos"].as_array().unwrap().len(), 0);
    assert_eq!(server.get(&format!("/api/session/{id}/result")).await.status, 404);
    let body = json!({ "photo_data": data_url(PHONE), "photo_type": "sheet" });
    assert_eq!(call(&server, Method::POST, &format!("/api/session/{id}/photos"), &body).await.status, 400);
    assert_eq!(server.post(&format!("/api/booth/orders/{number}/print"), PAGE).await.status, 409);
}

#[tokio::test]
async fn nothing_is_sold_without_pictures_and_nothing_is_left_of_who_goes() {
    let booth = Booth::on_sqlite(SOURCE);
    let server = booth.serve();
    let bare = call(&server, Method::POST, "/api/booth/orders", &json!({ "copies": 1, "paymentType": "payme" })).await;
    assert_eq!(bare.status, 410, "{}", bare.body);
    let id = begin(&server, "grid").await;
    for shot in 0..3 {
        bring(&server, &id, shot).await;
    }
    assert_eq!(order(&server, &id).await.0, 409, "the fourth shot is missing");
    bring(&server, &id, 3).await;
    assert_eq!(booth.files(), 4);
    assert_eq!(call(&server, Method::DELETE, &format!("/api/session/{id}"), &Value::Null).await.status, 200);
    assert_eq!(booth.files(), 0);
    assert_eq!(order(&server, &id).await.0, 410);
    let preview = json!({ "layout": "grid" });
    assert_eq!(call(&server, Method::POST, &format!("/api/booth/shots/{id}/preview"), &preview).await.status, 404);

    let others = Booth::on_sqlite("");
    let server = others.serve();
    assert_eq!(server.get("/api/booth/layouts").await.status, 404, "a booth that only takes payments has none of this");
    assert_eq!(call(&server, Method::POST, "/api/booth/shots", &json!({ "layout": "grid" })).await.status, 404);
    assert!(server.get("/").await.body.contains("\"pictures\":null"));
}

/// The code for the bot is on the screen: who photographs it has the session's id, and nothing else.
#[tokio::test]
async fn the_id_alone_opens_nothing_of_the_booths_own_pictures() {
    let booth = Booth::on_sqlite(SOURCE);
    let server = booth.folder.serve(&[
        ("BOOTHPAY_PAYME_KEY", "k:ey&@?#%^=$!-of-36-characters-xxxxx"),
        ("BOOTHPAY_PAYME_MERCHANT_ID", MERCHANT_ID),
        ("BOOTHPAY_API_TOKEN", "token-of-the-owners-programs"),
    ]);
    let as_booth = [("Content-Type", "application/json"), ("Authorization", "Bearer token-of-the-owners-programs")];
    let as_anybody = &as_booth[..1];
    let layout = json!({ "layout": "single" }).to_string();
    let begun = server.send(Method::POST, "/api/booth/shots", &as_booth, &layout).await;
    assert_eq!(begun.status, 201, "{}", begun.body);
    let session = format!("/api/session/{}", begun.json()["id"].as_str().unwrap());
    let photos = format!("{session}/photos");
    let shot = json!({ "photo_data": data_url(PHONE) }).to_string();
    assert_eq!(server.send(Method::POST, &photos, &as_booth, &shot).await.status, 201);
    let calls = [
        (Method::GET, session.clone(), String::new()),
        (Method::GET, photos.clone(), String::new()),
        (Method::GET, format!("{photos}/1"), String::new()),
        (Method::GET, format!("{session}/result"), String::new()),
        (Method::GET, format!("{session}/events"), String::new()),
        (Method::POST, photos.clone(), shot.clone()),
        (Method::POST, format!("{session}/result"), shot.clone()),
        (Method::PUT, session.clone(), json!({ "status": "cancelled" }).to_string()),
        (Method::DELETE, format!("{photos}/1"), String::new()),
        (Method::DELETE, session.clone(), String::new()),
    ];
    for (method, path, body) in calls {
        let answer = server.send(method.clone(), &path, as_anybody, &body).await;
        assert_eq!(answer.status, 404, "{method} {path}: {}", answer.body);
    }
    assert_eq!(server.send(Method::GET, "/api/booth/layouts", as_anybody, "").await.status, 401);
    assert_eq!(server.send(Method::GET, "/api/booth/layouts", &as_booth, "").await.status, 200);
    let kept = server.send(Method::GET, &session, &as_booth, "").await.json();
    assert_eq!(kept["session"]["uploaded_count"], 1, "{kept}");
    let result = server.send(Method::POST, &format!("{session}/result"), &as_booth, &shot).await;
    assert_eq!(result.status, 409, "the booth composes it: {}", result.body);
}

#[tokio::test]
async fn a_paid_print_that_cannot_be_had_now_is_asked_for_again_and_comes() {
    let booth = Booth::on_sqlite(SOURCE);
    let server = booth.serve();
    let id = begin(&server, "single").await;
    bring(&server, &id, 0).await;
    let number = order(&server, &id).await.1["order_id"].as_str().unwrap().to_owned();
    assert_eq!(server.post(&format!("/api/test-payment/{number}"), "{}").await.status, 200);
    let (photos, away) = (booth.folder.path().join("photos"), booth.folder.path().join("unplugged"));
    std::fs::rename(&photos, &away).unwrap();
    let print = format!("/api/booth/orders/{number}/print");
    let refused = server.post(&print, PAGE).await;
    assert_eq!(refused.status, 503, "{}", refused.body);
    std::fs::rename(&away, &photos).unwrap();
    // By another screen: who could not have it has no leave that nobody else gets.
    let other = r#"{"page":"page-of-another-screen"}"#;
    let printed = server.post(&print, other).await.json();
    assert_eq!(size(&decoded(&printed["picture"], "jpeg")), (1800, 1200));
    for file in std::fs::read_dir(&photos).unwrap() {
        std::fs::rename(file.unwrap().path(), booth.folder.path().join("print.jpg")).unwrap();
    }
    let refused = server.post(&print, other).await;
    assert_eq!((refused.status, &refused.json()["order"]["shots_due"]), (409, &json!(true)), "{}", refused.body);
}

/// keep_hours may be shorter than a payment takes.
#[tokio::test]
async fn pictures_stay_as_long_as_money_for_them_may_come() {
    for booth in Booth::on_both(SOURCE) {
        let server = booth.serve();
        let mut numbers = Vec::new();
        for _ in 0..2 {
            let id = begin(&server, "single").await;
            bring(&server, &id, 0).await;
            numbers.push(order(&server, &id).await.1["order_id"].as_str().unwrap().to_owned());
        }
        let [waiting, given_up] = &numbers[..] else { panic!("two orders") };
        assert_eq!(server.post(&format!("/api/booth/orders/{given_up}/cancel"), "{}").await.status, 200);
        assert_eq!(booth.files(), 2);
        drop(server);
        booth.sql("update photo_sessions set expires_at_ms = 1, version = version + 1");
        let server = booth.serve();
        crate::booth::until("the pictures of who gave up are gone", async || (booth.files() == 1).then_some(())).await;
        assert_eq!(server.post(&format!("/api/test-payment/{waiting}"), "{}").await.status, 200);
        let printed = server.post(&format!("/api/booth/orders/{waiting}/print"), PAGE).await;
        assert_eq!(size(&decoded(&printed.json()["picture"], "jpeg")), (1800, 1200), "{}", printed.status);
    }
}

/// One global job file, overwritten by the next guest, printed the wrong person's photo elsewhere.
#[tokio::test]
async fn each_order_prints_its_own_customers_picture() {
    let booth = Booth::on_sqlite(SOURCE);
    let server = booth.serve();
    let mut numbers = Vec::new();
    for layout in ["single", "strip"] {
        let id = begin(&server, layout).await;
        for shot in 0..4 {
            bring(&server, &id, shot).await;
        }
        numbers.push(order(&server, &id).await.1["order_id"].as_str().unwrap().to_owned());
    }
    // The first customer's money comes while the second one stands before the screen.
    for (number, expected) in numbers.iter().zip([(1800, 1200), (1200, 1800)]) {
        assert_eq!(server.post(&format!("/api/test-payment/{number}"), "{}").await.status, 200);
        let printed = server.post(&format!("/api/booth/orders/{number}/print"), PAGE).await.json();
        assert_eq!(size(&decoded(&printed["picture"], "jpeg")), expected);
    }
}

/// Another way to pay is another order; the picture goes along, and the first order cannot be paid any more.
#[tokio::test]
async fn a_picture_is_paid_for_by_one_order() {
    let booth = Booth::on_sqlite(SOURCE);
    let server = booth.serve();
    let id = begin(&server, "single").await;
    bring(&server, &id, 0).await;
    let first = order(&server, &id).await.1["order_id"].as_str().unwrap().to_owned();
    let second = order(&server, &id).await.1["order_id"].as_str().unwrap().to_owned();
    let closed = server.get(&format!("/api/booth/orders/{first}")).await.json();
    assert_eq!(closed["status"], "cancelled", "{closed}");
    let gone = call(&server, Method::DELETE, &format!("/api/session/{id}"), &Value::Null).await;
    assert_eq!(gone.status, 409, "somebody may be paying for it: {}", gone.body);
    let preview = json!({ "layout": "single", "look": "sepia" });
    let shown = call(&server, Method::POST, &format!("/api/booth/shots/{id}/preview"), &preview).await;
    assert_eq!(shown.status, 200, "the customer came back for another look: {}", shown.body.len());
    let closed = server.get(&format!("/api/booth/orders/{second}")).await.json();
    assert_eq!(closed["status"], "cancelled", "what was chosen before is not paid for: {closed}");
    let third = order(&server, &id).await.1["order_id"].as_str().unwrap().to_owned();
    assert_eq!(server.post(&format!("/api/test-payment/{third}"), "{}").await.status, 200);
    let late = call(&server, Method::POST, &format!("/api/booth/shots/{id}/preview"), &preview).await;
    assert_eq!(late.status, 409, "what is paid is printed as it was chosen: {}", late.body.len());
    assert_eq!(order(&server, &id).await.0, 409, "what is paid is sold no second time");
    let printed = server.post(&format!("/api/booth/orders/{third}/print"), PAGE).await.json();
    assert_eq!(size(&decoded(&printed["picture"], "jpeg")), (1800, 1200));
}
