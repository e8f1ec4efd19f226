//! The owner's own lines, verbatim, in development mode: what is in his notes works as it stands there.

use super::support::{Folder, MERCHANT_ID};
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use serde_json::{Value, json};

/// `m=670a6af1a048b8a82254e446;ac.order_id=photobooth-test-123;a=1000000`, as Payme's documentation encodes it.
const LINK: &str = "https://checkout.paycom.uz/\
                    bT02NzBhNmFmMWEwNDhiOGE4MjI1NGU0NDY7YWMub3JkZXJfaWQ9cGhvdG9ib290aC10ZXN0LTEyMzthPTEwMDAwMDA=";
const GENERATE: &str = r#"{"order_id": "photobooth-test-123", "paymentType": "payme", "amount": 10000}"#;
const CHECK: &str = r#"{"id": 1, "method": "CheckPerformTransaction", "params": {"account": {"order_id": "photobooth-test-123"}, "amount": 1000000}}"#;
const CREATE: &str = r#"{"id": 2, "method": "CreateTransaction", "params": {"id": "transaction_id_from_payme", "time": 1640000000000, "amount": 1000000, "account": {"order_id": "photobooth-test-123"}}}"#;
const PERFORM: &str = r#"{"id": 3, "method": "PerformTransaction", "params": {"id": "transaction_id_from_payme"}}"#;
const CANCEL: &str =
    r#"{"id": 4, "method": "CancelTransaction", "params": {"id": "transaction_id_from_payme", "reason": 1}}"#;

/// What a QR code in a PNG data URI says.
fn read_code(data_uri: &str) -> String {
    let encoded = data_uri.strip_prefix("data:image/png;base64,").expect("a PNG data URI");
    let bytes = BASE64_STANDARD.decode(encoded).unwrap();
    let mut decoder = png::Decoder::new(std::io::Cursor::new(bytes));
    decoder.set_transformations(png::Transformations::normalize_to_color8());
    let mut reader = decoder.read_info().unwrap();
    let mut pixels = vec![0; reader.output_buffer_size().unwrap()];
    let info = reader.next_frame(&mut pixels).unwrap();
    let (width, height) = (info.width as usize, info.height as usize);
    let samples = info.color_type.samples();
    let mut image =
        rqrr::PreparedImage::prepare_from_greyscale(width, height, |x, y| pixels[(y * width + x) * samples]);
    let grids = image.detect_grids();
    assert_eq!(grids.len(), 1, "one code in the picture");
    grids[0].decode().unwrap().1
}

#[tokio::test]
async fn an_order_goes_through_its_life_as_the_notes_say() {
    let folder = Folder::new();
    let environment = [("BOOTHPAY_LISTEN", "127.0.0.1:0"), ("BOOTHPAY_PAYME_MERCHANT_ID", MERCHANT_ID)];
    let booth = folder.start(&["serve", "--development"], &environment);
    booth.out.wait_for("DEVELOPMENT MODE: no wallet is connected");

    let answer = booth.post("/api/generate-qr", GENERATE).await;
    assert_eq!(answer.status, 200);
    let made = answer.json();
    assert_eq!(made["paymeUrl"], LINK);
    assert_eq!(made["paymentUrl"], LINK);
    assert_eq!(read_code(made["qrCode"].as_str().unwrap()), LINK);
    assert_eq!(booth.post("/api/generate-qr", GENERATE).await.json(), made, "asked again, the same answer");

    // The contract's members stand first, to the letter; more may follow.
    let says = async |members: &str| {
        let body = booth.get("/api/payment-status/photobooth-test-123").await.body;
        assert!(body.starts_with(&format!("{{{members},")), "{body}");
    };
    says(r#""status":"pending","order_id":"photobooth-test-123""#).await;
    let status = async || booth.get("/api/payment-status/photobooth-test-123").await.json();

    let webhook = async |body: &str| {
        let answer = booth.post("/api/payme/webhook", body).await;
        assert_eq!(answer.status, 200);
        answer.json()
    };
    assert_eq!(webhook(CHECK).await, json!({"id": 1, "result": {"allow": true}}));

    let created = webhook(CREATE).await;
    let create_time = created["result"]["create_time"].as_i64().unwrap();
    assert_eq!(created["result"]["transaction"], "1");
    assert_eq!(created["result"]["state"], 1);
    assert_eq!(webhook(CREATE).await, created);
    says(r#""status":"pending","order_id":"photobooth-test-123","stage":"processing""#).await;

    let performed = webhook(PERFORM).await;
    let perform_time = performed["result"]["perform_time"].as_i64().unwrap();
    assert!(perform_time >= create_time);
    assert_eq!(performed, json!({"id": 3, "result": {"transaction": "1", "perform_time": perform_time, "state": 2}}));
    assert_eq!(webhook(PERFORM).await, performed);
    assert_eq!(status().await["status"], "success");

    let cancelled = webhook(CANCEL).await;
    let cancel_time = cancelled["result"]["cancel_time"].as_i64().unwrap();
    assert!(cancel_time >= perform_time);
    assert_eq!(cancelled, json!({"id": 4, "result": {"transaction": "1", "cancel_time": cancel_time, "state": -2}}));
    assert_eq!(status().await["status"], "refunded");
}

#[tokio::test]
async fn a_test_payment_leads_to_success_and_into_the_totals() {
    let folder = Folder::new();
    let booth = folder.serve(&[]);
    booth.post("/api/generate-qr", GENERATE).await;
    let other = r#"{"order_id": "another", "paymentType": "payme", "amount": 5000.50}"#;
    assert_eq!(booth.post("/api/generate-qr", other).await.status, 200);

    let paid = booth.post("/api/test-payment/photobooth-test-123", "").await;
    assert_eq!((paid.status, &paid.json()["status"]), (200, &json!("ok")));
    let status = booth.get("/api/payment-status/photobooth-test-123").await.json();
    assert_eq!((&status["status"], &status["order_id"]), (&json!("success"), &json!("photobooth-test-123")));
    assert_eq!(paid.json()["payment"]["status"], "success");
    assert_eq!(booth.post("/api/test-payment/nobody", "").await.status, 404);

    let stats = booth.get("/api/stats").await.json();
    assert_eq!((&stats["orders"]["pending"], &stats["orders"]["paid"]), (&json!(1), &json!(1)));
    assert_eq!((&stats["paid_today_soum"], &stats["paid_total_soum"]), (&json!(10000), &json!(10000)));
    assert_eq!((&stats["by_day"][0]["paid"], &stats["by_day"][0]["paid_soum"]), (&json!(1), &json!(10000)));
    assert_eq!(stats["by_provider"]["test"]["paid_soum"], 10000);
}

#[tokio::test]
async fn what_cannot_be_is_refused_with_a_reason() {
    let folder = Folder::new();
    let booth = folder.serve(&[]);
    let unknown = booth.get("/api/payment-status/nobody").await;
    assert_eq!((unknown.status, unknown.json()["status"].clone()), (404, json!("not_found")));

    let long = "x".repeat(65);
    let order = |id: Value, amount: Value| json!({"order_id": id, "paymentType": "payme", "amount": amount});
    let bad = [
        json!({"paymentType": "payme", "amount": 10000}),
        json!({"order_id": "a", "amount": 10000}),
        json!({"order_id": "a", "paymentType": "payme"}),
        json!({"order_id": "a", "paymentType": "cash", "amount": 10000}),
        json!({"order_id": "a", "paymentType": "test", "amount": 10000}),
        order(json!(""), json!(10000)),
        order(json!(long), json!(10000)),
        order(json!("with blank"), json!(10000)),
        order(json!("semicolon;a=1"), json!(10000)),
        order(json!(17), json!(10000)),
        order(json!("a"), json!(0)),
        order(json!("a"), json!(-10000)),
        order(json!("a"), json!("1e4")),
        order(json!("a"), json!(" 10000")),
        order(json!("a"), json!(10000.005)),
        order(json!("a"), json!(1e18)),
        order(json!("a"), Value::Null),
        json!([]),
    ];
    for body in bad {
        let answer = booth.post("/api/generate-qr", &body.to_string()).await;
        assert_eq!(answer.status, 400, "{body}: {}", answer.body);
        assert!(answer.headers.contains("application/problem+json"), "{body}");
        let problem = answer.json();
        assert_eq!(problem["status"], 400, "{body}");
        assert!(problem["detail"].as_str().is_some_and(|detail| detail.len() > 10), "{body}: {problem}");
    }
    assert_eq!(booth.get("/api/payment-status/a").await.status, 404, "nothing was stored");

    assert_eq!(booth.post("/api/generate-qr", GENERATE).await.status, 200);
    let dearer = r#"{"order_id": "photobooth-test-123", "paymentType": "payme", "amount": 10000.01}"#;
    assert_eq!(booth.post("/api/generate-qr", dearer).await.status, 409);
    booth.post("/api/test-payment/photobooth-test-123", "").await;
    assert_eq!(booth.post("/api/generate-qr", GENERATE).await.status, 409, "a paid order has no code");
}
