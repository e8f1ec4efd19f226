//! The database's files are taken away under a running server: nothing is acknowledged any more, whoever watches sees red, and the
//! log says what happened and what to do.

use crate::support::{Folder, Running};
use serde_json::json;
use std::process::Command;

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

async fn paid(server: &Running, order: &str) {
    begun(server, order).await;
    let paid = server.payme("", "PerformTransaction", json!({ "id": format!("p-{order}") })).await;
    assert_eq!(paid["result"]["state"], 2, "{paid}");
}

/// Stops a server as its service does.
fn stop(server: Running) {
    assert!(Command::new("kill").args(["-TERM", &server.pid().to_string()]).status().unwrap().success());
    assert_eq!(server.finish().code, Some(0));
}

/// What the program tells its owner to do keeps what was acknowledged.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn without_its_log_or_the_logs_index_a_server_that_is_stopped_loses_nothing() {
    for gone in [&["-wal"][..], &["-shm"], &["-wal", "-shm"]] {
        let folder = Folder::new();
        let server = folder.serve(&[]);
        assert_eq!(folder.run(&["backup", "safe.db"], &[]).code, Some(0));
        paid(&server, "a").await;
        for ending in gone {
            std::fs::remove_file(folder.path().join(format!("boothpay.db{ending}"))).unwrap();
        }
        let offer = json!({ "order_id": "c", "paymentType": "payme", "amount": 10000 }).to_string();
        assert_eq!(server.post("/api/generate-qr", &offer).await.status, 503, "{gone:?}");
        assert_eq!(server.get("/readyz").await.status, 503, "{gone:?}");
        server.err.wait_for("do not kill it");
        assert!(!server.err.so_far().contains("Put the file back"), "{}", server.err.so_far());
        let here = files(&folder);
        for command in [&["order", "create", "--copies", "1"][..], &["restore", "safe.db", "--force"]] {
            let refused = folder.run(command, &[]);
            assert_eq!(refused.code, Some(1), "{gone:?}, {command:?}: {}", refused.out);
            assert!(
                refused.err.contains("Stop the server") || refused.err.contains("stop the server"),
                "{}",
                refused.err
            );
        }
        assert_eq!(files(&folder), here, "{gone:?}: nothing is made, and nothing moved");
        stop(server);
        let verified = folder.run(&["verify"], &[]);
        assert_eq!(verified.code, Some(0), "{gone:?}: {}{}", verified.out, verified.err);
        let shown = folder.run(&["order", "show", "a"], &[]);
        assert!(shown.out.contains("\"paid\""), "{gone:?}: {}{}", shown.out, shown.err);
        let server = folder.serve(&[]);
        paid(&server, "b").await;
        server.kill();
    }
}

/// Another program makes an index of its own where there is none, and commits to the same log. The server that had the old index must not
/// take the log away at its end, whether it has noticed or not.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_another_program_has_written_by_a_new_index_outlives_the_server() {
    for has_noticed in [false, true] {
        let folder = Folder::new();
        let server = folder.serve(&[]);
        paid(&server, "a").await;
        std::fs::remove_file(folder.path().join("boothpay.db-shm")).unwrap();
        let other = rusqlite::Connection::open(folder.path().join("boothpay.db")).unwrap();
        other.execute("insert into settings values ('theirs', null, 1, 1)", []).unwrap();
        if has_noticed {
            assert_eq!(server.get("/readyz").await.status, 503);
        }
        drop(other);
        stop(server);
        let shown = folder.run(&["order", "show", "a"], &[]);
        assert!(shown.out.contains("\"paid\""), "{}{}", shown.out, shown.err);
        let again = rusqlite::Connection::open(folder.path().join("boothpay.db")).unwrap();
        let theirs: i64 =
            again.query_row("select count(*) from settings where name = 'theirs'", [], |row| row.get(0)).unwrap();
        assert_eq!(theirs, 1, "noticed: {has_noticed}");
    }
}
