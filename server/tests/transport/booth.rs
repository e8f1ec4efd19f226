//! The booth's own API: the server's price, and an order's life as the screen sees it.

use crate::world::{START, World};
use axum::body::Body;
use axum::http::Request;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use boothpay_protocol::ledger::journal::Actor;
use boothpay_protocol::ledger::order::OrderId;
use boothpay_server::orders::{Orders, Reprint};
use serde_json::{Value, json};

const ORDERS: &str = "/api/booth/orders";

/// What a checkout link says.
fn plain(link: &Value) -> String {
    let encoded = link.as_str().unwrap().rsplit('/').next().unwrap();
    String::from_utf8(STANDARD.decode(encoded).unwrap()).unwrap()
}

async fn refused(body: &str, status: u16) -> String {
    let world = World::development();
    let before = world.everything().await;
    let reason = world.post(ORDERS, body).await.problem(status);
    assert_eq!(world.everything().await, before, "{body}");
    reason
}

#[tokio::test]
async fn the_price_is_the_servers() {
    let world = World::development();
    for (copies, soum) in [(1, "20000"), (2, "30000"), (6, "70000")] {
        let body = format!(r#"{{"copies":{copies},"paymentType":"payme","amount":1,"price":1,"amount_soum":"1"}}"#);
        let order = world.post(ORDERS, &body).await;
        assert_eq!(order.status, 200, "{}", order.text());
        let order = order.json();
        let id = order["order_id"].as_str().unwrap();
        assert!(id.len() == 8 && id.bytes().all(|byte| byte.is_ascii_alphanumeric()), "{id}");
        let link = format!("m=000000000000000000000000;ac.order_id={id};a={soum}00");
        assert_eq!(plain(&order["paymentUrl"]), link);
        let mut rest = order.clone();
        for random in ["order_id", "qrCode", "paymentUrl"] {
            rest.as_object_mut().unwrap().remove(random).unwrap();
        }
        let expected = json!({
            "status": "pending", "stage": "waiting", "copies": copies, "amount_soum": soum,
            "expires_at": START + 900_000, "now": START, "printed": false, "provider": null,
        });
        assert_eq!(rest, expected);
        assert_eq!(world.get(&format!("{ORDERS}/{id}")).await.json(), order, "looked at again");
    }
}

#[tokio::test]
async fn order_requests_that_cannot_be_are_refused() {
    for copies in ["0", "7", "1.5", "\"2\"", "-1", "null", "true", "[1]", "65536", "1e400", "{}"] {
        let reason = refused(&format!(r#"{{"copies":{copies},"paymentType":"payme"}}"#), 400).await;
        assert!(reason.contains("copies"), "{copies}: {reason}");
    }
    for body in [
        "",
        "null",
        "[]",
        "{",
        r#"{"paymentType":"payme"}"#,
        r#"{"copies":1}"#,
        r#"{"copies":1,"paymentType":"test"}"#,
        r#"{"copies":1,"paymentType":null}"#,
        r#"{"copies":1,"copies":2,"paymentType":"payme"}"#,
        r#"{"copies":1,"paymentType":"payme","lang":"de"}"#,
        r#"{"copies":1,"paymentType":"payme","lang":1}"#,
    ] {
        refused(body, 400).await;
    }
    refused(&format!(r#"{{"copies":1,"paymentType":"payme","x":"{}"}}"#, "x".repeat(16 * 1024)), 413).await;
}

#[tokio::test]
async fn codes_open_in_the_customers_language() {
    let world = World::development();
    for language in ["ru", "uz", "en"] {
        let body = format!(r#"{{"copies":1,"paymentType":"payme","lang":"{language}"}}"#);
        let order = world.post(ORDERS, &body).await.json();
        assert!(plain(&order["paymentUrl"]).ends_with(&format!(";l={language}")));
    }
}

#[tokio::test]
async fn only_pages_that_may_send_json_change_anything() {
    let world = World::development();
    world.order("a").await;
    let before = world.everything().await;
    let paths = [ORDERS, "/api/booth/orders/a/cancel", "/api/booth/orders/a/new-code", "/api/booth/orders/a/printed"];
    for path in paths {
        for kind in
            [None, Some("text/plain"), Some("application/x-www-form-urlencoded"), Some("application/jsonp"), Some("")]
        {
            let mut request = Request::post(path);
            if let Some(kind) = kind {
                request = request.header("content-type", kind);
            }
            let body = Body::from(r#"{"copies":1,"paymentType":"payme"}"#);
            world.send(request.body(body).unwrap()).await.problem(415);
        }
    }
    assert_eq!(world.everything().await, before);
    let request = Request::post(ORDERS).header("content-type", "Application/JSON; charset=utf-8");
    let body = Body::from(r#"{"copies":1,"paymentType":"payme"}"#);
    assert_eq!(world.send(request.body(body).unwrap()).await.status, 200);
}

#[tokio::test]
async fn a_held_order_cannot_be_closed_and_says_how_it_stands() {
    let world = World::development();
    world.order("a").await;
    world.hold("a", "p-1").await;
    let before = world.everything().await;
    let answer = world.post("/api/booth/orders/a/cancel", "{}").await;
    answer.problem(409);
    let order = &answer.json()["order"];
    let stands = (&order["order_id"], &order["status"], &order["stage"]);
    assert_eq!(stands, (&json!("a"), &json!("pending"), &json!("processing")));
    assert_eq!(world.everything().await, before);
    world.carry_out("CancelTransaction", r#"{"id":"p-1","reason":3}"#).await;
    for _ in 0..2 {
        let closed = world.post("/api/booth/orders/a/cancel", "{}").await;
        assert_eq!((closed.status, &closed.json()["status"]), (200, &json!("cancelled")));
        assert_eq!(closed.json().get("paymentUrl"), None, "a closed order has no code");
    }
}

#[tokio::test]
async fn a_paid_order_is_printed_once_and_never_closed() {
    let world = World::development();
    world.order("a").await;
    let before = world.everything().await;
    let answer = world.post("/api/booth/orders/a/printed", "{}").await;
    answer.problem(409);
    assert_eq!(answer.json()["order"]["printed"], json!(false));
    assert_eq!(world.everything().await, before, "nobody has paid");
    world.pay("a", "p-1").await;
    let answer = world.post("/api/booth/orders/a/cancel", "{}").await;
    answer.problem(409);
    assert_eq!(answer.json()["order"]["status"], json!("success"));
    let printed = world.post("/api/booth/orders/a/printed", "{}").await.json();
    let stands = (&printed["status"], &printed["printed"], &printed["provider"], printed.get("paymentUrl"));
    assert_eq!(stands, (&json!("success"), &json!(true), &json!("payme"), None));
    let before = world.everything().await;
    assert_eq!(world.post("/api/booth/orders/a/printed", "{}").await.status, 200);
    assert_eq!(world.everything().await, before, "it was printed already");
    world.carry_out("CancelTransaction", r#"{"id":"p-1","reason":5}"#).await;
    world.post("/api/booth/orders/a/printed", "{}").await.problem(409);
}

#[tokio::test]
async fn a_new_code_opens_an_unpaid_order_again() {
    let world = World::development();
    world.order("a").await;
    world.set_time(START + 900_000);
    let over = world.get("/api/booth/orders/a").await.json();
    assert_eq!((&over["status"], over.get("qrCode")), (&json!("expired"), None));
    let again = world.post("/api/booth/orders/a/new-code", r#"{"lang":"uz"}"#).await.json();
    assert_eq!((&again["status"], &again["expires_at"]), (&json!("pending"), &json!(START + 1_800_000)));
    assert!(plain(&again["paymentUrl"]).ends_with(";a=1000000;l=uz"));
    world.pay("a", "p-1").await;
    let before = world.everything().await;
    let answer = world.post("/api/booth/orders/a/new-code", "{}").await;
    answer.problem(409);
    assert_eq!(answer.json()["order"]["status"], json!("success"));
    for body in ["", "[]", r#"{"lang":"de"}"#, r#"{"lang":7}"#] {
        world.post("/api/booth/orders/a/new-code", body).await.problem(400);
    }
    assert_eq!(world.everything().await, before);
}

#[tokio::test]
async fn nobodys_order_is_not_found() {
    let world = World::development();
    let before = world.everything().await;
    for action in ["cancel", "new-code", "printed"] {
        world.post(&format!("{ORDERS}/nobody/{action}"), "{}").await.problem(404);
        world.post(&format!("{ORDERS}/a%20b/{action}"), "{}").await.problem(400);
    }
    world.get("/api/booth/orders/nobody").await.problem(404);
    world.get("/api/booth/orders/a%20b").await.problem(400);
    assert_eq!(world.everything().await, before);
}

#[tokio::test]
async fn a_number_in_an_address_may_be_written_as_people_write_it() {
    let world = World::new("[api]\nclaim_at_screen = true");
    world.order("74S88WN2").await;
    for written in ["74s88wn2", "74S8%208WN2", "74s8-8wn2", "74S8%C2%A08WN2", "%2074s88wn2%20"] {
        let path = format!("{ORDERS}/{written}");
        let calls = [
            world.get(&path).await,
            world.post(&format!("{path}/cancel"), "{}").await,
            world.post(&format!("{path}/new-code"), "{}").await,
        ];
        for answer in calls {
            assert_eq!((answer.status, answer.json()["order_id"].as_str().unwrap()), (200, "74S88WN2"), "{written}");
        }
        for action in ["print", "printed"] {
            let refused = world.post(&format!("{path}/{action}"), PAGE).await;
            refused.problem(409);
            assert_eq!(refused.json()["order"]["order_id"], "74S88WN2", "{written}, {action}");
        }
    }
    // An order of exactly this id is meant before one whose number can be written so.
    world.order("74s88wn2").await;
    for (written, order) in [("74s88wn2", "74s88wn2"), ("74S88WN2", "74S88WN2"), ("74s8%208wn2", "74S88WN2")] {
        assert_eq!(world.get(&format!("{ORDERS}/{written}")).await.json()["order_id"], order, "{written}");
    }
}

const PAGE: &str = r#"{"page":"page-of-the-booth"}"#;
const OTHER: &str = r#"{"page":"page-of-a-friend"}"#;

/// An order of the booth's screen, paid; its path.
async fn paid_here(world: &World, tiyin: i64) -> String {
    let order = world.post(ORDERS, r#"{"copies":1,"paymentType":"payme"}"#).await.json();
    let id = order["order_id"].as_str().unwrap().to_owned();
    let account = format!(r#""account":{{"order_id":"{id}"}}"#);
    let params = format!(r#"{{"id":"t-{id}","time":{START},"amount":{tiyin},{account}}}"#);
    world.carry_out("CreateTransaction", &params).await;
    world.carry_out("PerformTransaction", &format!(r#"{{"id":"t-{id}"}}"#)).await;
    format!("{ORDERS}/{id}")
}

#[tokio::test]
async fn a_payment_is_printed_once_by_the_page_that_asks_first() {
    let world = World::development();
    let order = paid_here(&world, 2_000_000).await;
    let print = format!("{order}/print");
    let granted = world.post(&print, PAGE).await;
    assert_eq!((granted.status, &granted.json()["printed"]), (200, &json!(true)));
    let before = world.everything().await;
    assert_eq!(world.post(&print, PAGE).await.status, 200, "its answer was lost, or it was loaded again");
    let refused = world.post(&print, OTHER).await;
    assert!(refused.problem(409).contains("printed already"));
    assert_eq!(refused.json()["order"]["status"], "success");
    assert_eq!(world.everything().await, before);
    for body in ["", "{}", "[]", r#"{"page":1}"#, r#"{"page":""}"#, r#"{"page":"a b c d e f"}"#] {
        world.post(&print, body).await.problem(400);
    }
}

#[tokio::test]
async fn staff_may_have_it_printed_once_more() {
    let world = World::development();
    let order = paid_here(&world, 2_000_000).await;
    let print = format!("{order}/print");
    assert_eq!(world.post(&print, PAGE).await.status, 200);
    world.post(&print, OTHER).await.problem(409);
    let app = &world.app;
    let id = OrderId::parse(order.rsplit('/').next().unwrap()).unwrap();
    let staff = Orders { store: &app.store, clock: &app.clock, settings: &app.settings, actor: Actor::CommandLine };
    assert_eq!(staff.reprint(id.clone()).await.unwrap(), Ok(Reprint::AtTheScreen));
    assert_eq!(world.get(&order).await.json()["printed"], json!(false));
    assert_eq!(staff.reprint(id).await.unwrap(), Ok(Reprint::NotYetPrinted), "one leave is one print");
    assert_eq!(world.post(&print, OTHER).await.status, 200);
    world.post(&print, PAGE).await.problem(409);
}

#[tokio::test]
async fn what_is_not_paid_is_not_printed() {
    let world = World::development();
    let order = world.post(ORDERS, r#"{"copies":1,"paymentType":"payme"}"#).await.json();
    let print = format!("{ORDERS}/{}/print", order["order_id"].as_str().unwrap());
    let before = world.everything().await;
    world.post(&print, PAGE).await.problem(409);
    world.post("/api/booth/orders/nobody/print", PAGE).await.problem(404);
    assert_eq!(world.everything().await, before);
}

#[tokio::test]
async fn what_was_made_through_the_api_is_printed_at_the_screen_only_if_the_owner_allows() {
    for (settings, status) in [("", 403), ("[api]\nclaim_at_screen = true", 200)] {
        let world = World::new(settings);
        let offer = r#"{"order_id":"ABCDEFGH","paymentType":"payme","amount":0.01,"copies":6}"#;
        assert_eq!(world.post("/api/generate-qr", offer).await.status, 200);
        assert_eq!(world.post("/api/test-payment/ABCDEFGH", "").await.status, 200);
        let before = world.everything().await;
        assert_eq!(world.post("/api/booth/orders/ABCDEFGH/print", PAGE).await.status, status, "{settings}");
        assert_eq!(world.everything().await == before, status == 403);
    }
}

#[tokio::test]
async fn a_price_that_the_page_no_longer_has_is_refused_with_the_new_ones() {
    let world = World::new("[booth]\nbase_price = 30000\nextra_copy_price = 5000\nmax_copies = 2");
    let before = world.everything().await;
    let prices = json!({ "base_soum": "30000", "extra_copy_soum": "5000", "max_copies": 2 });
    for (body, status) in [
        (r#"{"copies":1,"paymentType":"payme","shown_soum":"25000"}"#, 409),
        (r#"{"copies":1,"paymentType":"payme","shown_soum":"rubbish"}"#, 409),
        (r#"{"copies":3,"paymentType":"payme","shown_soum":"45000"}"#, 400),
    ] {
        let answer = world.post(ORDERS, body).await;
        answer.problem(status);
        assert_eq!(answer.json()["prices"], prices, "{body}");
    }
    assert_eq!(world.everything().await, before);
    let body = r#"{"copies":2,"paymentType":"payme","shown_soum":"35000"}"#;
    assert_eq!(world.post(ORDERS, body).await.json()["amount_soum"], "35000");
}

/// What the camera of a phone reads from a picture.
fn scanned(picture: &[u8]) -> String {
    let mut decoder = png::Decoder::new(std::io::Cursor::new(picture));
    decoder.set_transformations(png::Transformations::EXPAND);
    let mut reader = decoder.read_info().unwrap();
    let mut pixels = vec![0; reader.output_buffer_size().unwrap()];
    let side = usize::try_from(reader.next_frame(&mut pixels).unwrap().width).unwrap();
    let mut image = rqrr::PreparedImage::prepare_from_greyscale(side, side, |x, y| pixels[y * side + x]);
    image.detect_grids()[0].decode().unwrap().1
}

#[tokio::test]
async fn a_number_to_keep_comes_as_a_code_for_the_phone() {
    for (settings, rest) in [
        ("", "\nPhotobooth"),
        ("[booth]\nname = 'Будка'\nsupport_phone = '+998 90 123-45-67'", "\nБудка\n+998 90 123-45-67"),
    ] {
        let world = World::new(settings);
        for (order, shown) in [("74S88WN2", "74S8 8WN2"), ("photo-1", "photo-1")] {
            world.order(order).await;
            let answer = world.get(&format!("{ORDERS}/{order}/number.png")).await;
            assert_eq!((answer.status, answer.header("content-type")), (200, "image/png"));
            assert_eq!(scanned(&answer.body), format!("{shown}{rest}"));
        }
        world.get(&format!("{ORDERS}/nobody/number.png")).await.problem(404);
    }
}
