//! A link of Uzum's, paid over real HTTP: which calls are made, with which JSON, and what happens when answers stay away.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use boothpay_sandbox::standin::{self, UzumConfig};
use serde_json::{Value, json};
use tokio::net::TcpListener;

use super::fake::{config, encode};

const PASSWORD: &str = "Uzum:password@with#signs";
const LINK: &str = "open-service?serviceId=498614&account=booth-1&amount=1000000";

/// How the merchant treats its next call; after the last one it answers properly.
enum Next {
    Proper,
    /// The call is carried out, and its answer is a server's fault of another kind.
    Lost,
    Code(&'static str),
    Status(&'static str),
}

/// A call as it arrived: the operation, the body, the `Authorization` header.
type Seen = (String, Value, String);

#[derive(Clone, Default)]
struct Fake(Arc<Mutex<(VecDeque<Next>, Vec<Seen>)>>);

struct Stage {
    fake: Fake,
    http: reqwest::Client,
    address: String,
}

impl Stage {
    async fn new(script: impl IntoIterator<Item = Next>) -> Stage {
        let fake = Fake::default();
        fake.0.lock().unwrap().0.extend(script);
        let merchant = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let base = format!("http://{}", merchant.local_addr().unwrap());
        let router = Router::new().route("/api/uzum/{operation}", post(answer)).with_state(fake.clone());
        tokio::spawn(async move { axum::serve(merchant, router).await });
        let mut config = config(format!("{base}/api/payme/webhook"));
        config.uzum = Some(UzumConfig {
            base_url: format!("{base}/api/uzum"),
            login: "uzum".into(),
            password: PASSWORD.into(),
            service_id: 498_614,
            account_key: "account".into(),
        });
        assert!(!format!("{config:?}").contains(PASSWORD));
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        tokio::spawn(standin::serve(listener, config, std::future::pending()));
        Stage { fake, http: reqwest::Client::builder().no_proxy().build().unwrap(), address }
    }

    fn operations(&self) -> Vec<String> {
        self.fake.0.lock().unwrap().1.iter().map(|(operation, ..)| operation.clone()).collect()
    }

    async fn post(&self, action: &str, body: Value) -> Value {
        let answer = self.http.post(format!("{}/app/{action}", self.address)).json(&body).send().await.unwrap();
        assert_eq!(answer.status(), StatusCode::OK);
        answer.json().await.unwrap()
    }

    async fn attempt(&self) -> String {
        let opened = self.post("check", json!({"link": LINK})).await;
        opened["attempt"].as_str().unwrap_or_else(|| panic!("{opened}")).to_owned()
    }

    async fn press(&self, action: &str, attempt: &str) -> Value {
        self.post(action, json!({"attempt": attempt})).await
    }
}

async fn answer(State(fake): State<Fake>, Path(operation): Path<String>, headers: HeaderMap, body: Bytes) -> Response {
    let body: Value = serde_json::from_slice(&body).unwrap();
    let authorization = headers["authorization"].to_str().unwrap().to_owned();
    let next = {
        let mut fake = fake.0.lock().unwrap();
        fake.1.push((operation.clone(), body.clone(), authorization));
        fake.0.pop_front().unwrap_or(Next::Proper)
    };
    let (service, id) = (&body["serviceId"], &body["transId"]);
    let said = |status: &str| {
        json!({"serviceId": service, "transId": id, "status": status, "transTime": 1_700_000_000_000_u64,
               "confirmTime": 1_700_000_001_000_u64, "reverseTime": 1_700_000_002_000_u64, "amount": 1_000_000})
    };
    let proper = match operation.as_str() {
        "check" => json!({"serviceId": service, "timestamp": 1, "status": "OK",
                          "data": {"account": body["params"]["account"].clone(), "amount": {"value": "10000"}}}),
        "create" => said("CREATED"),
        "confirm" | "status" => said("CONFIRMED"),
        "reverse" => said("REVERSED"),
        other => panic!("{other} is no call of Uzum's"),
    };
    match next {
        Next::Proper => proper.to_string().into_response(),
        Next::Lost => (StatusCode::BAD_GATEWAY, "<html>").into_response(),
        Next::Status(status) => said(status).to_string().into_response(),
        Next::Code(code) => {
            let failure = json!({"serviceId": service, "timestamp": 1, "status": "FAILED", "errorCode": code});
            (StatusCode::BAD_REQUEST, failure.to_string()).into_response()
        }
    }
}

#[tokio::test]
async fn paying_checks_creates_and_confirms() {
    let stage = Stage::new([]).await;
    let attempt = stage.attempt().await;
    let paid = stage.press("pay", &attempt).await;
    assert_eq!((&paid["screen"], &paid["time"]), (&json!("paid"), &json!(1_700_000_001_000_u64)));
    assert_eq!(stage.operations(), ["check", "create", "confirm"]);
    let seen = stage.fake.0.lock().unwrap().1.clone();
    let authorization = format!("Basic {}", encode(&format!("uzum:{PASSWORD}")));
    for (_, body, given) in &seen {
        assert_eq!((given, &body["serviceId"]), (&authorization, &json!(498_614)));
        assert!(body["timestamp"].as_u64().is_some_and(|time| time > 1_700_000_000_000));
    }
    let (_, create, _) = &seen[1];
    assert_eq!((&create["transId"], &create["amount"]), (&json!(attempt), &json!(1_000_000)));
    assert_eq!(create["params"], json!({"account": "booth-1"}));
    assert_eq!(attempt.len(), 36);
    assert!(!paid.to_string().contains(PASSWORD));
}

#[tokio::test]
async fn a_declined_card_and_a_refund_are_reversals() {
    let stage = Stage::new([]).await;
    let attempt = stage.attempt().await;
    assert_eq!(stage.press("decline", &attempt).await["screen"], "declined");
    let attempt = stage.attempt().await;
    stage.press("pay", &attempt).await;
    let answer = stage.press("refund", &attempt).await;
    assert_eq!((&answer["screen"], &answer["time"]), (&json!("refunded"), &json!(1_700_000_002_000_u64)));
    assert_eq!(stage.operations(), ["check", "create", "reverse", "check", "create", "confirm", "reverse"]);
}

#[tokio::test]
async fn a_repeat_of_what_was_done_counts_as_done() {
    use Next::{Code, Lost, Proper};
    let stage = Stage::new([Proper, Lost, Code("10010"), Proper, Lost, Code("10018"), Next::Status("REVERSED")]).await;
    let attempt = stage.attempt().await;
    assert_eq!(stage.press("pay", &attempt).await["screen"], "paid");
    assert_eq!(stage.press("refund", &attempt).await["screen"], "refunded");
    let calls = ["check", "create", "create", "confirm", "reverse", "reverse", "status"];
    assert_eq!(stage.operations(), calls);
    // A first create that was there before is somebody else's.
    let stage = Stage::new([Proper, Code("10010")]).await;
    let attempt = stage.attempt().await;
    assert_eq!(stage.press("pay", &attempt).await["screen"], "refused");
}

#[tokio::test]
async fn a_confirm_without_an_answer_is_asked_after() {
    use Next::{Code, Lost, Proper, Status};
    let stage = Stage::new([Proper, Proper, Lost, Lost, Proper]).await;
    let attempt = stage.attempt().await;
    assert_eq!(stage.press("pay", &attempt).await["screen"], "paid");
    assert_eq!(stage.operations()[2..], ["confirm", "status", "status"]);

    let stage = Stage::new([Proper, Proper, Code("99999"), Status("FAILED")]).await;
    let attempt = stage.attempt().await;
    let answer = stage.press("pay", &attempt).await;
    assert_eq!((&answer["screen"], &answer["money_back"]), (&json!("refused"), &json!(true)));
    assert_eq!(stage.operations()[2..], ["confirm", "status", "reverse"]);
}

#[tokio::test]
async fn a_refusal_has_its_code_and_no_words() {
    let stage = Stage::new([Next::Code("10008"), Next::Code("10001"), Next::Lost]).await;
    let open = async || stage.post("check", json!({"link": LINK})).await;
    let refused = open().await;
    assert_eq!((&refused["screen"], &refused["problem"]["code"]), (&json!("refused"), &json!(10_008)));
    assert_eq!((&refused["problem"]["kind"], &refused["problem"]["message"]), (&json!("refused"), &json!(null)));
    assert_eq!(open().await["problem"]["kind"], "service");
    assert_eq!(open().await["screen"], "trouble");
}

#[tokio::test]
async fn the_page_of_a_link_shows_order_and_sum_and_other_services_are_strangers() {
    let stage = Stage::new([]).await;
    let page = async |path: &str| {
        let answer = stage.http.get(format!("{}/{path}", stage.address)).send().await.unwrap();
        (answer.status(), answer.text().await.unwrap())
    };
    let (status, text) = page(&format!("{LINK}&lang=en")).await;
    assert_eq!(status, StatusCode::OK);
    assert!(text.contains("<html lang=\"en\">") && text.contains("booth-1") && text.contains("10\u{a0}000"), "{text}");
    let (status, text) = page(&LINK.replace("498614", "7")).await;
    assert!(status == StatusCode::NOT_FOUND && text.contains("498614"), "{text}");
    assert_eq!(page("open-service?serviceId=498614&amount=5").await.0, StatusCode::NOT_FOUND);
    assert_eq!(page("open-service").await.0, StatusCode::NOT_FOUND);
    assert!(stage.operations().is_empty());
}
