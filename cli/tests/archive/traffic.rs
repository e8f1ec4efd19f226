//! A server takes money, and answers about old orders, while they are being moved out: nobody notices.

use crate::past::both;
use crate::support::Running;
use serde_json::{Value, json};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// Old orders: enough for some dozen commits.
const OLD: usize = 1500;

/// Customers at the same time.
const CUSTOMERS: usize = 4;

async fn pay(server: &Running, order: &str) {
    let offer = json!({"order_id": order, "paymentType": "payme", "amount": 10000}).to_string();
    let offered = server.post("/api/generate-qr", &offer).await;
    assert_eq!(offered.status, 200, "{}", offered.body);
    let create =
        json!({"id": order, "time": 1_700_000_000_000_i64, "amount": 1_000_000, "account": {"order_id": order}});
    let created = server.payme("", "CreateTransaction", create).await;
    assert_eq!(created["result"]["state"], 1, "{created}");
    let performed = server.payme("", "PerformTransaction", json!({ "id": order })).await;
    assert_eq!(performed["result"]["state"], 2, "{performed}");
    let status = server.get(&format!("/api/payment-status/{order}")).await;
    assert_eq!(status.json()["status"], "success");
}

/// Everything that somebody may ask about an old order.
async fn ask(server: &Running, order: &str) -> [Value; 5] {
    let id = json!({ "id": order });
    let again = json!({"order_id": order, "paymentType": "payme", "amount": 10000}).to_string();
    [
        server.payme("", "CheckTransaction", id.clone()).await,
        server.payme("", "PerformTransaction", id).await,
        server
            .payme(
                "",
                "CreateTransaction",
                json!({"id": "other", "time": 1, "amount": 1_000_000, "account": {"order_id": order}}),
            )
            .await,
        server.get(&format!("/api/payment-status/{order}")).await.json(),
        json!(server.post("/api/generate-qr", &again).await.status),
    ]
}

async fn old_ones(server: &Running) -> (usize, Value, Value) {
    let statement =
        server.payme("", "GetStatement", json!({"from": 1_590_000_000_000_i64, "to": 1_600_000_000_000_i64})).await;
    let stats = server.get("/api/stats").await.json();
    let days = stats["by_day"].as_array().unwrap();
    let old_day = days.iter().find(|day| day["day"] == "2020-06-01").cloned().unwrap();
    (statement["result"]["transactions"].as_array().unwrap().len(), statement, old_day)
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_notices_an_archiving() {
    for booth in both() {
        booth.sold(OLD).await;
        let server = Arc::new(booth.folder.serve(&[("BOOTHPAY_DATABASE", &booth.url)]));
        let asked = ask(&server, "old-700").await;
        assert_eq!(asked[4], 409);
        let before = old_ones(&server).await;
        assert_eq!(before.0, OLD);

        let over = Arc::new(AtomicBool::new(false));
        let mut busy = tokio::task::JoinSet::new();
        for customer in 0..CUSTOMERS {
            let (server, over) = (Arc::clone(&server), Arc::clone(&over));
            busy.spawn(async move {
                let mut paid = 0_usize;
                while !over.load(Ordering::SeqCst) {
                    pay(&server, &format!("new-{customer}-{paid}")).await;
                    paid += 1;
                }
                paid
            });
        }
        let (curious, told, end) = (Arc::clone(&server), before.clone(), Arc::clone(&over));
        busy.spawn(async move {
            while !end.load(Ordering::SeqCst) {
                assert_eq!(ask(&curious, "old-700").await, asked);
                assert!(old_ones(&curious).await == told, "the statement or the overview has changed");
            }
            assert_eq!(ask(&curious, "old-700").await, asked);
            0
        });
        let archived = tokio::task::block_in_place(|| booth.archive(&[]));
        over.store(true, Ordering::SeqCst);
        let mut paid = 0;
        while let Some(customer) = busy.join_next().await {
            paid += customer.unwrap();
        }
        assert_eq!(archived.code, Some(0), "{}", archived.err);
        assert!(archived.out.contains("1500 orders were moved"), "{}", archived.out);
        assert!(paid > CUSTOMERS, "{paid} customers paid meanwhile");
        assert!(old_ones(&server).await == before);
        let new =
            server.payme("", "GetStatement", json!({"from": 1_700_000_000_000_i64, "to": 1_700_000_000_000_i64})).await;
        assert_eq!(new["result"]["transactions"].as_array().unwrap().len(), paid);
        drop(server);
        if booth.is_sqlite() {
            let verified = booth.says(&["verify"]);
            assert!(verified.contains(&format!("{paid} orders, {paid} transactions")), "{verified}");
            assert!(verified.contains("1500 archived orders"), "{verified}");
        }
        assert!(booth.says(&["verify", "--archive", "old.db"]).contains("1500 orders were archived in it"));
    }
}
