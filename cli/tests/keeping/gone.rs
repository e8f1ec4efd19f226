//! The database's files are taken away under a running server: nothing is acknowledged any more, whoever watches sees red, and the
//! log says what happened and what to do.

use crate::support::{Folder, Running};
use serde_json::json;

fn files(folder: &Folder) -> Vec<String> {
    let names =
        std::fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
    names.filter(|name| name.starts_with("boothpay.db")).collect()
}

async fn begun(server: &Running, order: &str) {
    let offer = json!({ "order_id": order, "paymentType": "payme", "amount": 10000 }).to_string();
    assert_eq!(server.post("/api/generate-qr", &offer).await.status, 200);
    let account = json!({ "order_id": order });
    let create =
        json!({ "id": format!("p-{order}"), "time": 1_700_000_000_000_i64, "amount": 1_000_000, "account": account });
    assert_eq!(server.payme("", "CreateTransaction", create).await["result"]["state"], 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_database_that_was_removed_takes_no_more_money_and_is_said_to_be_gone() {
    let folder = Folder::new();
    let server = folder.serve(&[]);
    begun(&server, "a").await;
    for name in files(&folder) {
        std::fs::remove_file(folder.path().join(name)).unwrap();
    }
    let refused = server.payme("", "PerformTransaction", json!({ "id": "p-a" })).await;
    assert_eq!(refused["error"]["code"], -32400, "{refused}");
    assert_eq!(server.get("/readyz").await.status, 503);
    server.err.wait_for("boothpay.db");
    server.err.wait_for("restore the last backup");
    assert_eq!(files(&folder), [""; 0], "no new file is made");
    server.kill();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_database_that_is_put_back_is_paid_into_again() {
    let folder = Folder::new();
    let server = folder.serve(&[]);
    begun(&server, "a").await;
    let away = folder.path().join("away");
    std::fs::create_dir(&away).unwrap();
    let names = files(&folder);
    for name in &names {
        std::fs::rename(folder.path().join(name), away.join(name)).unwrap();
    }
    let refused = server.payme("", "PerformTransaction", json!({ "id": "p-a" })).await;
    assert_eq!(refused["error"]["code"], -32400, "{refused}");
    for name in &names {
        std::fs::rename(away.join(name), folder.path().join(name)).unwrap();
    }
    let paid = server.payme("", "PerformTransaction", json!({ "id": "p-a" })).await;
    assert_eq!(paid["result"]["state"], 2, "{paid}");
    server.kill();
    let verified = folder.run(&["verify"], &[]);
    assert_eq!(verified.code, Some(0), "{}{}", verified.out, verified.err);
}
