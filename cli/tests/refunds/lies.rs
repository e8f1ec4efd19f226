//! What Click answers is not believed alone: payments whose reversal is slow, lost, refused, lied about or repeated.

use crate::booth::{Booth, KEY, journal};
use boothpay_sandbox::standin::click_api::Manner::{
    self, ActsAndIsSilent, Refuses, RefusesAndActs, Repeats, Says, SaysDone, Silent, Slow,
};
use std::time::Duration;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whatever_click_says_the_money_goes_back_once() {
    let long: &'static str = Box::leak("x".repeat(70_000).into_boxed_str());
    let reversals: Vec<Vec<Manner>> = vec![
        vec![ActsAndIsSilent],
        vec![Silent, Slow(Duration::from_secs(1))],
        vec![RefusesAndActs(-100, "No")],
        vec![SaysDone, SaysDone],
        vec![Repeats],
        vec![Says(200, "<html>maintenance</html>"), Says(503, "")],
        vec![Says(401, ""), Says(200, "{\"error_code\":0,\"payment_id\":77}"), Says(200, long)],
    ];
    for booth in Booth::on_both().await {
        let server = booth.serve(None);
        for (payment, manners) in (1..).zip(reversals.clone()) {
            let (order, told) =
                (format!("photo-{payment}"), format!("{manners:?}").chars().take(200).collect::<String>());
            booth.paid(&server, &order, payment).await;
            booth.click.reverses(manners);
            assert_eq!(booth.refund(&[&order]).code, Some(0), "{told}");
            let shown = booth.is_refunded(&order);
            assert_eq!(booth.click.reversals_of(payment), 1, "{told}");
            assert_eq!(shown["owed_back"], serde_json::json!([]), "{told}");
            let last = journal(&shown).split_off(3);
            assert_eq!(last, ["refund_asked by command_line", "transaction_refunded by click"], "{told}");
        }
        booth.is_healthy();
        let ended = server.kill();
        assert!(ended.err.contains("has not gone back yet"), "{}", ended.err);
        assert!(!ended.err.contains(KEY));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn questions_without_an_answer_move_no_money() {
    let booth = Booth::on_sqlite().await;
    let server = booth.serve(None);
    booth.paid(&server, "photo-1", 1).await;
    // Click does not answer, is not finished, speaks of another payment, and answers at last.
    let says = |body| Says(200, body);
    booth.click.answers([
        Silent,
        Says(502, ""),
        says("[]"),
        says("{\"error_code\":0,\"payment_id\":1,\"payment_status\":1}"),
        says("{\"error_code\":0,\"payment_id\":2,\"payment_status\":2}"),
        says("{\"error_code\":0,\"payment_id\":1,\"payment_status\":\"two\"}"),
    ]);
    assert_eq!(booth.refund(&["photo-1"]).code, Some(0));
    booth.is_refunded("photo-1");
    let reversals = booth.click.seen().iter().filter(|call| call.starts_with("DELETE")).count();
    assert_eq!((booth.click.reversals_of(1), reversals), (1, 1));
    server.kill();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn each_call_is_signed_anew_and_a_payment_that_went_back_is_not_reversed_again() {
    let booth = Booth::on_sqlite().await;
    let server = booth.serve(None);
    booth.paid(&server, "photo-1", 1).await;
    booth.click.has(1, crate::booth::SERVICE, "photo-1", -1);
    assert_eq!(booth.refund(&["photo-1"]).code, Some(0));
    booth.is_refunded("photo-1");
    assert_eq!(booth.click.reversals_of(1), 0, "somebody had done it in the cabinet");
    booth.paid(&server, "photo-2", 2).await;
    booth.click.reverses([Silent]);
    assert_eq!(booth.refund(&["photo-2"]).code, Some(0));
    booth.is_refunded("photo-2");
    let seen = booth.click.seen();
    assert!(seen[0].starts_with("GET /v2/merchant/payment/status/155555/1 42:"), "{seen:?}");
    let reversals = seen.iter().filter(|call| call.starts_with("DELETE /v2/merchant/payment/reversal/155555/2 42:"));
    assert_eq!(reversals.count(), 2, "{seen:?}");
    server.kill();
}

/// Where the number that the customer sees is not Click's number of the payment, it is found by the order.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_payment_that_click_knows_by_another_number_is_found_by_its_order() {
    let booth = Booth::on_sqlite().await;
    let server = booth.serve(None);
    crate::booth::order(&server, "photo-1").await;
    let prepared = crate::booth::click_calls(&server, "photo-1", 1, None).await["merchant_prepare_id"].as_i64();
    assert_eq!(crate::booth::click_calls(&server, "photo-1", 1, prepared).await["error"], 0);
    booth.click.has(900_001, crate::booth::SERVICE, "photo-1", 2);
    assert_eq!(booth.refund(&["photo-1"]).code, Some(0));
    booth.is_refunded("photo-1");
    assert_eq!(booth.click.reversals_of(900_001), 1);
    server.kill();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_click_refuses_is_owed_until_a_person_has_seen_to_it() {
    for booth in Booth::on_both().await {
        let server = booth.serve(None);
        booth.paid(&server, "photo-1", 1).await;
        booth
            .click
            .reverses([Refuses(-301, "The payment is of another month"), Refuses(-301, "Still of another month")]);
        assert_eq!(booth.refund(&["photo-1"]).code, Some(0));
        let failed = |shown: &serde_json::Value| shown["owed_back"][0]["task_state"] == "failed";
        let shown = booth.until("photo-1", failed);
        assert_eq!(shown["status"], "paid");
        let owed = &shown["owed_back"][0];
        assert_eq!(owed["last_error"], "Click refuses: The payment is of another month (error -301)");
        assert!(owed["next"].as_str().unwrap().contains("boothpay order refund photo-1 --handed-back"), "{owed}");
        server.err.wait_for("boothpay tasks retry 1");
        let listed = booth.folder.json(&["order", "list", "--owed"]);
        assert_eq!((listed.as_array().unwrap().len(), &listed[0]["order_id"]), (1, &shown["order_id"]));
        let task = booth.folder.run(&["tasks", "show", "1"], &[]).out;
        assert!(task.contains("somebody has to look") && task.contains("--handed-back"), "{task}");

        // Asked again it is tried again, and refused again.
        assert_eq!(booth.refund(&["photo-1"]).code, Some(0));
        let again = |shown: &serde_json::Value| {
            failed(shown) && shown["owed_back"][0]["last_error"].to_string().contains("Still")
        };
        booth.until("photo-1", again);
        assert_eq!(booth.click.reversals_of(1), 0);

        let done = booth.refund(&["photo-1", "--handed-back"]);
        assert_eq!(done.code, Some(0), "{}", done.err);
        let shown = booth.show("photo-1");
        assert_eq!((&shown["status"], shown["owed_back"].as_array().unwrap().len()), (&"refunded".into(), 0));
        let last = journal(&shown).split_off(3);
        let expected = ["refund_asked by command_line", "refund_failed by tasks", "refund_failed by tasks"];
        assert_eq!(last, [expected.as_slice(), &["transaction_refunded by command_line"]].concat());
        assert_eq!(booth.folder.json(&["order", "list", "--owed"]), serde_json::json!([]));
        booth.is_healthy();
        server.kill();
    }
}
