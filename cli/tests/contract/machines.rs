//! Several programs on one PostgreSQL database: what one has answered, the others know, also when it is killed.

use super::support::{Finished, Folder};
use boothpay_test_support::Cluster;
use serde_json::json;

/// The password in the cluster's addresses.
const PASSWORD: &str = "cluster-secret";

fn says_no_password(finished: &Finished) {
    assert!(!finished.out.contains(PASSWORD) && !finished.err.contains(PASSWORD), "{}{}", finished.out, finished.err);
}

#[test]
fn the_database_is_named_without_its_password() {
    let (folder, database) = (Folder::new(), Cluster::shared().database());
    let checked = folder.run(&["check"], &[("BOOTHPAY_DATABASE", &database.url)]);
    assert_eq!(checked.code, Some(0), "{}", checked.out);
    assert!(checked.out.contains("postgres://127.0.0.1:"), "{}", checked.out);
    says_no_password(&checked);

    let wrong = database.url.replace("/test_", "/none_");
    let served = folder.run(&["serve"], &[("BOOTHPAY_DATABASE", &wrong), ("BOOTHPAY_LISTEN", "127.0.0.1:0")]);
    assert_eq!(served.code, Some(1));
    assert!(served.err.contains("cannot be reached"), "{}", served.err);
    says_no_password(&served);

    let open_line = "postgres://booth:cluster-secret@db.example.uz/booth?sslmode=disable";
    let refused = folder.run(&["check"], &[("BOOTHPAY_DATABASE", open_line)]);
    assert_eq!(refused.code, Some(1));
    assert!(refused.out.contains("unencrypted"), "{}", refused.out);
    says_no_password(&refused);
}

#[tokio::test]
async fn what_one_program_answered_the_other_knows_after_the_first_is_killed() {
    let (folder, database) = (Folder::new(), Cluster::shared().database());
    let environment = [("BOOTHPAY_DATABASE", database.url.as_str())];
    let (first, second) = (folder.serve(&environment), folder.serve(&environment));
    assert!(first.greeting("Database:").starts_with("postgres://127.0.0.1:"));
    let order = json!({"order_id": "a", "paymentType": "payme", "amount": 10000}).to_string();
    assert_eq!(first.post("/api/generate-qr", &order).await.status, 200);
    let create = json!({"id": "t", "time": 1_700_000_000_000_i64, "amount": 1_000_000, "account": {"order_id": "a"}});
    let created = second.payme("", "CreateTransaction", create.clone()).await;
    assert_eq!(first.payme("", "CreateTransaction", create).await, created);
    let performed = first.payme("", "PerformTransaction", json!({"id": "t"})).await;
    assert_eq!(performed["result"]["state"], 2);
    says_no_password(&first.kill());
    assert_eq!(second.payme("", "PerformTransaction", json!({"id": "t"})).await, performed);
    assert_eq!(second.get("/api/payment-status/a").await.json()["status"], "success");
    assert_eq!(second.get("/readyz").await.status, 200);
    let shown = folder.run(&["order", "show", "a"], &environment);
    assert!(shown.out.contains("transaction_performed"), "{}{}", shown.out, shown.err);
}
