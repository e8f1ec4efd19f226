//! Two servers on one list of tasks, one of them killed: each message is told, and twice only under the same key.

use crate::booth::{Booth, is_paid, paid};
use crate::receiver::Answer::Status;
use crate::receiver::{Received, Receiver};
use std::collections::{BTreeMap, BTreeSet};

const PAYMENTS: usize = 40;

fn order_of(message: &Received) -> String {
    message.json()["data"]["order_id"].as_str().unwrap().to_owned()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_servers_tell_each_payment_once() {
    let mut receiver = Receiver::start(&[Status(200, "")]).await;
    for booth in Booth::on_both(&receiver.url()) {
        let servers = [booth.serve(None), booth.serve(None)];
        for number in 0..PAYMENTS {
            paid(&servers[number % 2], &format!("order-{number}")).await;
        }
        booth.until(&format!("0 open, 0 failed, {PAYMENTS} done"));
        let told: Vec<String> = receiver.rest().iter().map(order_of).collect();
        let orders: BTreeSet<&String> = told.iter().collect();
        assert_eq!((told.len(), orders.len()), (PAYMENTS, PAYMENTS));
        booth.is_healthy();
        servers.into_iter().for_each(|server| drop(server.kill()));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn when_one_of_two_is_killed_the_other_tells_the_rest() {
    let mut receiver = Receiver::start(&[Status(200, "")]).await;
    for booth in Booth::on_both(&receiver.url()) {
        let (dying, other) = (booth.serve(Some("task_carried_out:5")), booth.serve(None));
        let mut messages = Vec::new();
        for number in 0..PAYMENTS {
            let server = if number % 2 == 0 && messages.len() < 5 { &dying } else { &other };
            // Once it has died, nobody pays there any more.
            let order = format!("order-{number}");
            let body = serde_json::json!({"order_id": order, "paymentType": "payme", "amount": 10000}).to_string();
            let http = reqwest::Client::builder().no_proxy().build().unwrap();
            let made = http.post(format!("{}/api/generate-qr", server.page)).header("content-type", "application/json");
            let alive = made.body(body).send().await.is_ok();
            let pay = format!("{}/api/test-payment/{order}", server.page);
            // Without an answer it is paid or not: the server may have died before or after its commit.
            if (!alive || http.post(pay).send().await.is_err()) && !is_paid(&other, &order).await {
                paid(&other, &order).await;
            }
            messages.extend(receiver.rest());
        }
        // Five were carried out there, or it still waits for its fifth.
        booth.end_leases();
        dying.kill();
        booth.end_leases();
        booth.until(&format!("0 open, 0 failed, {PAYMENTS} done"));
        messages.extend(receiver.rest());
        let mut ids: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        for message in &messages {
            ids.entry(order_of(message)).or_default().insert(message.header("webhook-id").to_owned());
        }
        assert_eq!(ids.len(), PAYMENTS, "each was told");
        assert!(ids.values().all(|ids| ids.len() == 1), "and again only under the same key: {ids:?}");
        booth.is_healthy();
        other.kill();
    }
}
