//! What was answered survives the program's end, sudden or asked for; and a start that cannot work says why.

use super::support::{Folder, Running};
use serde_json::{Value, json};

async fn offer(booth: &Running, id: &str) {
    let body = json!({"order_id": id, "paymentType": "payme", "amount": 10000}).to_string();
    assert_eq!(booth.post("/api/generate-qr", &body).await.status, 200);
}

fn create(id: &str, order: &str) -> Value {
    json!({"id": id, "time": 1_700_000_000_000_i64, "amount": 1_000_000, "account": {"order_id": order}})
}

#[tokio::test]
async fn every_answer_survives_being_killed_at_once_after_it() {
    let folder = Folder::new();
    let booth = folder.serve(&[]);
    offer(&booth, "a").await;
    booth.kill();

    let booth = folder.serve(&[]);
    assert_eq!(booth.get("/api/payment-status/a").await.json()["status"], "pending");
    let created = booth.payme("", "CreateTransaction", create("t1", "a")).await;
    booth.kill();

    let booth = folder.serve(&[]);
    assert_eq!(booth.payme("", "CreateTransaction", create("t1", "a")).await, created);
    let performed = booth.payme("", "PerformTransaction", json!({"id": "t1"})).await;
    assert_eq!(performed["result"]["state"], 2);
    booth.kill();

    let booth = folder.serve(&[]);
    assert_eq!(booth.payme("", "PerformTransaction", json!({"id": "t1"})).await, performed);
    assert_eq!(booth.get("/api/payment-status/a").await.json()["status"], "success");
    let refunded = booth.payme("", "CancelTransaction", json!({"id": "t1", "reason": 5})).await;
    booth.kill();

    let booth = folder.serve(&[]);
    assert_eq!(booth.payme("", "CancelTransaction", json!({"id": "t1", "reason": 2})).await, refunded);
    let stands = booth.payme("", "CheckTransaction", json!({"id": "t1"})).await;
    let expected = json!({
        "create_time": created["result"]["create_time"],
        "perform_time": performed["result"]["perform_time"],
        "cancel_time": refunded["result"]["cancel_time"],
        "transaction": "1", "state": -2, "reason": 5,
    });
    assert_eq!(stands["result"], expected);
}

#[cfg(unix)]
mod asked_to_stop {
    use super::*;
    use std::io::{Read, Write};
    use std::net::TcpStream;
    use std::process::Command;

    fn signal(booth: &Running, name: &str) {
        let sent = Command::new("kill").args([name, &booth.pid().to_string()]).status().unwrap();
        assert!(sent.success());
    }

    #[tokio::test]
    async fn a_call_under_way_is_finished_first() {
        let folder = Folder::new();
        let booth = folder.serve(&[]);
        offer(&booth, "a").await;

        // "100 Continue" says that the call has been taken and its body is waited for.
        let body = json!({"id": 1, "method": "CreateTransaction", "params": create("t1", "a")}).to_string();
        let mut phone = TcpStream::connect(booth.page.trim_start_matches("http://")).unwrap();
        write!(
            phone,
            "POST /api/payme/webhook HTTP/1.1\r\nHost: booth\r\nContent-Type: application/json\r\n\
             Expect: 100-continue\r\nContent-Length: {}\r\n\r\n",
            body.len()
        )
        .unwrap();
        let mut taken = [0; 25];
        phone.read_exact(&mut taken).unwrap();
        assert_eq!(&taken, b"HTTP/1.1 100 Continue\r\n\r\n");

        signal(&booth, "-INT");
        booth.err.wait_for("stopping");
        phone.write_all(body.as_bytes()).unwrap();
        let mut answer = String::new();
        phone.read_to_string(&mut answer).unwrap();
        assert!(answer.starts_with("HTTP/1.1 200 OK\r\n"), "{answer}");
        let answer: Value = serde_json::from_str(answer.split_once("\r\n\r\n").unwrap().1).unwrap();
        assert_eq!(answer["result"]["state"], 1);
        let finished = booth.finish();
        assert_eq!(finished.code, Some(0), "{}", finished.err);

        let booth = folder.serve(&[]);
        let again = booth.payme("", "CreateTransaction", create("t1", "a")).await;
        assert_eq!(again["result"], answer["result"]);
    }

    #[tokio::test]
    async fn a_service_manager_is_heard_too_and_a_watching_page_does_not_hold_the_program_up() {
        let folder = Folder::new();
        let booth = folder.serve(&[]);
        offer(&booth, "a").await;
        let mut page = TcpStream::connect(booth.page.trim_start_matches("http://")).unwrap();
        page.write_all(b"GET /api/booth/orders/a/events HTTP/1.1\r\nHost: booth\r\n\r\n").unwrap();
        let mut first = [0; 12];
        page.read_exact(&mut first).unwrap();
        assert_eq!(&first, b"HTTP/1.1 200");

        signal(&booth, "-TERM");
        let finished = booth.finish();
        assert_eq!(finished.code, Some(0));
        assert!(!finished.err.contains("are cut"), "{}", finished.err);
    }
}

#[test]
fn a_port_that_is_taken_is_named() {
    let folder = Folder::new();
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port().to_string();
    let finished = folder.run(&["serve"], &[("BOOTHPAY_LISTEN", &format!("127.0.0.1:{port}"))]);
    assert_eq!(finished.code, Some(1));
    let expected = format!("is another program, or another Boothpay, using port {port}?");
    assert!(finished.err.contains(&expected), "{}", finished.err);
    assert!(finished.out.is_empty(), "no page was promised: {}", finished.out);
}

#[test]
fn a_file_that_is_no_database_is_left_alone() {
    let folder = Folder::new();
    folder.write("boothpay.db", "holiday photographs, not a database, and longer than one header");
    let finished = folder.run(&["serve"], &[("BOOTHPAY_LISTEN", "127.0.0.1:0")]);
    assert_eq!(finished.code, Some(1));
    assert!(finished.err.contains("boothpay.db"), "{}", finished.err);
    let text = std::fs::read_to_string(folder.path().join("boothpay.db")).unwrap();
    assert!(text.starts_with("holiday photographs"));
}
