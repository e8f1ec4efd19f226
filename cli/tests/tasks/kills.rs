//! Killed at every named place of a task: nothing is lost, and what is told twice has the same key.

use crate::booth::{Booth, is_paid, order, paid, paid_or_dead};
use crate::receiver::Answer::Status;
use crate::receiver::Receiver;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn killed_before_the_effect_it_is_told_later() {
    let mut receiver = Receiver::start(&[Status(200, "")]).await;
    for booth in Booth::on_both(&receiver.url()) {
        let server = booth.serve(Some("task_leased:1"));
        paid_or_dead(&server, "a").await;
        let ended = server.finish();
        assert_ne!(ended.code, Some(0), "{}", ended.err);
        assert_eq!(receiver.rest().len(), 0);
        let said = booth.tasks(&["list"]);
        assert!(said.contains("being tried now") && said.contains("1 open, 0 failed, 0 done"), "{said}");
        booth.end_leases();
        let server = booth.serve(None);
        assert_eq!(receiver.next().await.json()["data"]["order_id"], "a");
        booth.until("0 open, 0 failed, 1 done");
        booth.is_healthy();
        server.kill();
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn killed_between_the_effect_and_its_record_it_is_told_again_under_the_same_key() {
    let mut receiver = Receiver::start(&[Status(200, "")]).await;
    for booth in Booth::on_both(&receiver.url()) {
        let server = booth.serve(Some("task_carried_out:1"));
        paid_or_dead(&server, "a").await;
        let first = receiver.next().await;
        server.finish();
        booth.end_leases();
        let server = booth.serve(None);
        let second = receiver.next().await;
        assert_eq!(first.header("webhook-id"), second.header("webhook-id"));
        assert_eq!(first.body, second.body);
        booth.until("0 open, 0 failed, 1 done");
        assert_eq!(receiver.rest().len(), 0);
        booth.is_healthy();
        server.kill();
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn killed_after_the_record_it_is_not_told_again() {
    let mut receiver = Receiver::start(&[Status(200, "")]).await;
    for booth in Booth::on_both(&receiver.url()) {
        let server = booth.serve(Some("task_recorded:1"));
        paid_or_dead(&server, "a").await;
        receiver.next().await;
        server.finish();
        booth.end_leases();
        let server = booth.serve(None);
        paid(&server, "b").await;
        assert_eq!(receiver.next().await.json()["data"]["order_id"], "b");
        booth.until("0 open, 0 failed, 2 done");
        assert_eq!(receiver.rest().len(), 0);
        server.kill();
    }
}

/// The task is in the payment's commit: with it, though nobody heard of the payment; or not without it.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn killed_around_the_payments_commit_payment_and_message_go_together() {
    let mut receiver = Receiver::start(&[Status(200, "")]).await;
    for (point, was_paid) in [("before_commit:1", false), ("after_commit:1", true)] {
        for booth in Booth::on_both(&receiver.url()) {
            let server = booth.serve(None);
            order(&server, "a").await;
            server.kill();
            let server = booth.serve(Some(point));
            // It gets no answer: the server is gone.
            let http = reqwest::Client::builder().no_proxy().build().unwrap();
            assert!(http.post(format!("{}/api/test-payment/a", server.page)).send().await.is_err(), "{point}");
            server.finish();
            assert_eq!(receiver.rest().len(), 0);
            let server = booth.serve(None);
            assert_eq!(is_paid(&server, "a").await, was_paid, "{point}");
            if !was_paid {
                assert!(booth.tasks(&["list", "--all"]).contains("0 open, 0 failed, 0 done"));
                assert_eq!(server.post("/api/test-payment/a", "").await.status, 200);
            }
            assert_eq!(receiver.next().await.json()["type"], "order.paid");
            booth.until("0 open, 0 failed, 1 done");
            booth.is_healthy();
            server.kill();
        }
    }
}
