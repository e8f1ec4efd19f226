//! Every method of Payme's with everything that is not its credentials (`reference/payme.md §1.3, §5.2` step 1.1).

use crate::world::{KEY, PRODUCTION, World, basic, paycom, rpc, words};
use axum::body::Body;
use axum::http::Request;
use boothpay_server::config::{Mode, Settings};
use boothpay_store::Address;
use serde_json::json;

/// A good call of each method, each of which would be answered, and most of which would write.
const CALLS: [(&str, &str); 8] = [
    ("CheckPerformTransaction", r#"{"amount":1000000,"account":{"order_id":"booth-1"}}"#),
    ("CreateTransaction", r#"{"id":"p-2","time":1700000000000,"amount":1000000,"account":{"order_id":"booth-1"}}"#),
    ("PerformTransaction", r#"{"id":"p-1"}"#),
    ("CancelTransaction", r#"{"id":"p-1","reason":3}"#),
    ("CheckTransaction", r#"{"id":"p-1"}"#),
    ("GetStatement", r#"{"from":1,"to":2000000000000}"#),
    ("SetFiscalData", r#"{"id":"p-1","type":"PERFORM","fiscal_data":{"receipt_id":1}}"#),
    ("ChangePassword", r#"{"password":"another-key-0000000000000000000000000"}"#),
];

async fn world() -> World {
    let world = World::new(&format!("{PRODUCTION}change_password = true\n"));
    world.order("booth-1").await;
    world.order("booth-2").await;
    world.hold("booth-2", "p-1").await;
    world
}

#[tokio::test]
async fn no_method_is_open_to_anybody_without_the_key() {
    let world = world().await;
    let before = world.everything().await;
    let headers = [
        None,
        Some(String::new()),
        Some(basic("Paycom:Uzcard:somerandomtext")),
        Some(basic("Paycom:")),
        Some(basic(":")),
        Some(basic("")),
        Some(basic(&format!("Uzcard:{KEY}"))),
        Some(basic(&format!("Paycom:{KEY}:"))),
        Some(format!("Bearer {KEY}")),
        Some("Basic %%%".to_owned()),
    ];
    for (method, params) in CALLS {
        for header in &headers {
            let mut request = Request::post("/api/payme/webhook");
            if let Some(header) = header {
                request = request.header("authorization", header);
            }
            let answer = world.send(request.body(Body::from(rpc(method, params))).unwrap()).await;
            assert_eq!(answer.code(), -32504, "{method} with {header:?}");
            let expected = json!({ "error": { "code": -32504, "message": words("not-authorised") }, "id": 1 });
            assert_eq!(answer.json(), expected, "{method}: only authorisation is -32504, and it says nothing else");
        }
    }
    assert_eq!(world.everything().await, before);
}

/// "No key" is development mode when somebody says so, never by itself (`reference/payme.md §1.3`).
#[tokio::test]
async fn without_a_key_nobody_is_payme_in_production() {
    for mode in [Mode::Production, Mode::Demo] {
        let settings = Settings { mode, ..World::development().app.settings.clone() };
        assert!(settings.payme.key.is_none());
        let world = World::with(settings, &Address::SqliteMemory);
        world.order("booth-1").await;
        let before = world.everything().await;
        for (method, params) in CALLS {
            for pair in [":", "Paycom:", "Paycom:x"] {
                assert_eq!(world.payme(pair, &rpc(method, params)).await.code(), -32504, "{method}");
            }
            assert_eq!(world.post("/api/payme/webhook", &rpc(method, params)).await.code(), -32504, "{method}");
        }
        assert_eq!(world.everything().await, before);
    }
}

#[tokio::test]
async fn every_method_is_open_to_payme() {
    for (method, params) in CALLS {
        assert_eq!(world().await.payme(&paycom(), &rpc(method, params)).await.code(), 0, "{method}");
    }
}

#[tokio::test]
async fn refusals_have_no_other_status_than_200() {
    let world = world().await;
    let before = world.everything().await;
    for (params, code) in [(r#"{"id":"nobody"}"#, -31003), ("[]", -32600), ("{}", -32600)] {
        for method in ["PerformTransaction", "CheckTransaction"] {
            assert_eq!(world.payme(&paycom(), &rpc(method, params)).await.code(), code);
        }
    }
    assert_eq!(world.everything().await, before);
}
