//! Calls at the same moment and calls repeated after a restart: one winner, one story, the same answer
//! (`reference/payme.md §5.5`, C3, C5, F6, F7, X7).

use crate::world::{Answer, World, rpc};
use boothpay_protocol::ledger::order::OrderId;
use boothpay_store::Address;
use std::sync::Arc;

fn create(id: &str) -> String {
    let params = format!(r#"{{"id":"{id}","time":1700000000000,"amount":1000000,"account":{{"order_id":"booth-1"}}}}"#);
    rpc("CreateTransaction", &params)
}

fn perform() -> String {
    rpc("PerformTransaction", r#"{"id":"p-1"}"#)
}

/// Sends all requests at the same moment; their answers, in the order of the requests.
async fn requests_at_once(world: &Arc<World>, requests: Vec<(&'static str, String)>) -> Vec<Answer> {
    let calls = requests.into_iter().map(|(path, body)| {
        let world = Arc::clone(world);
        tokio::spawn(async move { world.post(path, &body).await })
    });
    let mut answers = Vec::new();
    for call in calls.collect::<Vec<_>>() {
        answers.push(call.await.unwrap());
    }
    answers
}

/// Sends all of Payme's calls at the same moment; their answers, in the order of the calls.
async fn at_once(world: &Arc<World>, bodies: Vec<String>) -> Vec<String> {
    let requests = bodies.into_iter().map(|body| ("/api/payme/webhook", body)).collect();
    requests_at_once(world, requests).await.iter().map(|answer| answer.text().to_owned()).collect()
}

async fn world() -> (tempfile::TempDir, Arc<World>) {
    let folder = tempfile::tempdir().unwrap();
    let world = World::on("", &Address::SqliteFile(folder.path().join("booth.db")));
    world.order("booth-1").await;
    (folder, Arc::new(world))
}

/// How often a word stands in the order's journal.
async fn in_journal(world: &World, change: &str) -> usize {
    let journal = world.app.store.journal(OrderId::parse("booth-1").unwrap()).await.unwrap();
    journal.iter().filter(|entry| format!("{:?}", entry.change).starts_with(change)).count()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_same_create_at_once_is_one_transaction() {
    let (_folder, world) = world().await;
    let answers = at_once(&world, vec![create("p-1"); 20]).await;
    assert!(answers.iter().all(|answer| answer.contains(r#""state":1"#) && *answer == answers[0]), "{answers:#?}");
    assert_eq!(in_journal(&world, "TransactionCreated").await, 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_fifty_transactions_one_gets_the_order() {
    let (_folder, world) = world().await;
    let answers = at_once(&world, (0..50).map(|number| create(&format!("p-{number}"))).collect()).await;
    assert_eq!(answers.iter().filter(|answer| answer.contains(r#""state":1"#)).count(), 1);
    assert_eq!(answers.iter().filter(|answer| answer.contains(r#""code":-31099"#)).count(), 49);
    assert_eq!(in_journal(&world, "TransactionCreated").await, 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_same_perform_at_once_pays_once() {
    let (_folder, world) = world().await;
    world.hold("booth-1", "p-1").await;
    let answers = at_once(&world, vec![perform(); 20]).await;
    assert!(answers.iter().all(|answer| answer.contains(r#""state":2"#) && *answer == answers[0]), "{answers:#?}");
    assert_eq!(in_journal(&world, "TransactionPerformed").await, 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn perform_and_cancel_at_once_agree_on_a_story() {
    for round in 0..20 {
        let (_folder, world) = world().await;
        world.hold("booth-1", "p-1").await;
        let cancel = rpc("CancelTransaction", r#"{"id":"p-1","reason":3}"#);
        let mut bodies = vec![perform(), cancel];
        if round % 2 == 1 {
            bodies.reverse();
        }
        let answers = at_once(&world, bodies).await.join(" ");
        let check = world.post("/api/payme/webhook", &rpc("CheckTransaction", r#"{"id":"p-1"}"#)).await.json();
        match check["result"]["state"].as_i64() {
            // Performed, then refunded.
            Some(-2) => assert!(answers.contains(r#""state":2"#) && answers.contains(r#""state":-2"#), "{answers}"),
            // Cancelled; the other came too late.
            Some(-1) => assert!(answers.contains(r#""state":-1"#) && answers.contains("-31008"), "{answers}"),
            other => panic!("state {other:?} after {answers}"),
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_same_order_asked_for_at_once_is_one_order() {
    let (_folder, world) = world().await;
    let body = |amount: u32| format!(r#"{{"order_id":"new","paymentType":"payme","amount":{amount}}}"#);
    let same = vec![("/api/generate-qr", body(5000)); 20];
    let answers = requests_at_once(&world, same).await;
    assert!(answers.iter().all(|answer| answer.status == 200 && answer.body == answers[0].body));

    let other = (1..=20).map(|amount| ("/api/generate-qr", body(amount).replace("new", "other"))).collect();
    let answers = requests_at_once(&world, other).await;
    assert_eq!(answers.iter().filter(|answer| answer.status == 200).count(), 1, "one amount wins");
    assert_eq!(answers.iter().filter(|answer| answer.status == 409).count(), 19);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_order_closed_and_paid_at_once_is_one_of_both() {
    for round in 0..20 {
        let (_folder, world) = world().await;
        let mut requests =
            vec![("/api/payme/webhook", create("p-1")), ("/api/booth/orders/booth-1/cancel", "{}".to_owned())];
        if round % 2 == 1 {
            requests.reverse();
        }
        let answers = requests_at_once(&world, requests).await;
        let texts = format!("{} {}", answers[0].text(), answers[1].text());
        let status = world.get("/api/payment-status/booth-1").await.json();
        match status["status"].as_str() {
            Some("cancelled") => assert!(texts.contains("-31052"), "{texts}"),
            Some("pending") => {
                assert!(status["stage"] == "processing" && texts.contains(r#""status":409"#), "{texts}");
            }
            other => panic!("{other:?} after {texts}"),
        }
    }
}

#[tokio::test]
async fn answers_are_the_same_after_a_restart() {
    let folder = tempfile::tempdir().unwrap();
    let address = Address::SqliteFile(folder.path().join("booth.db"));
    let world = World::on("", &address);
    world.order("booth-1").await;
    let created = world.post("/api/payme/webhook", &create("p-1")).await.body;
    drop(world);
    // The answer may have been lost with the program: the repeated call gets it.
    let world = World::on("", &address);
    world.set_time(1_700_000_111_000);
    assert_eq!(world.post("/api/payme/webhook", &create("p-1")).await.body, created);
    let performed = world.post("/api/payme/webhook", &perform()).await.body;
    let before = world.everything().await;
    drop(world);
    let world = World::on("", &address);
    assert_eq!(world.post("/api/payme/webhook", &perform()).await.body, performed);
    assert_eq!(world.everything().await, before, "the repeated call writes nothing");
}
