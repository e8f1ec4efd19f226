//! The faults that were found in the paid paths of other photobooths, as far as they concern prints: none of them is ours.

use crate::booth::{Booth, next, order, paid, printed, says};
use serde_json::json;

/// thermal-vendo ends every session past its time, also those that are paid and being printed.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_end_of_an_orders_time_takes_nothing_from_who_has_paid() {
    let booth = Booth::with("");
    let server = booth.serve(None);
    paid(&server, "photo-1", 1).await;
    let job = next(&server, "").await.unwrap();
    booth.sql("update orders set expires_at_ms = 1");
    // The sweep has passed when it has closed another order.
    order(&server, "photo-2", 1).await;
    booth.sql("update orders set expires_at_ms = 1 where order_id = 'photo-2'");
    server.err.wait_for("order photo-2: not paid in time");
    assert_eq!(booth.show("photo-1")["status"], "paid");
    printed(&server, &job).await;
    server.kill();
}

/// thermal-vendo and Photonic count a print as done when the printer's bridge has taken the command.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_job_that_was_taken_is_not_printed_yet() {
    let booth = Booth::with("");
    let server = booth.serve(None);
    paid(&server, "photo-1", 2).await;
    next(&server, "").await.unwrap();
    let shown = booth.show("photo-1");
    assert_eq!((&shown["print"], &shown["copies_printed"]), (&json!("printing"), &json!(0)));
    server.kill();
}

/// PR #1500 keeps one job in one file, and the next guest overwrites it; a late payment prints whoever is on the screen.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn each_job_names_its_own_order_however_many_pay() {
    let booth = Booth::with("");
    let server = booth.serve(None);
    order(&server, "photo-1", 1).await;
    paid(&server, "photo-2", 3).await;
    assert_eq!(server.post("/api/test-payment/photo-1", "{}").await.status, 200);
    let jobs = [next(&server, "").await.unwrap(), next(&server, "").await.unwrap()];
    let of = |job: &serde_json::Value| (job["order_id"].clone(), job["copies"].clone());
    assert_eq!(jobs.each_ref().map(of), [(json!("photo-2"), json!(3)), (json!("photo-1"), json!(1))]);
    printed(&server, &jobs[1]).await;
    assert_eq!(booth.show("photo-2")["print"], "printing");
    server.kill();
}

/// PhotoboothProject counts a print although the command failed.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_copy_that_failed_is_not_counted() {
    let booth = Booth::with("");
    let server = booth.serve(None);
    paid(&server, "photo-1", 2).await;
    let job = next(&server, "").await.unwrap();
    says(&server, &job, json!({ "result": "failed" })).await;
    assert_eq!(booth.show("photo-1")["copies_printed"], 0);
    server.kill();
}
