//! A code is shown, paid, and its money given back; whatever Uzum answers, loses or repeats.

use crate::booth::{Booth, KEY, asks, coded, journal, told};
use boothpay_sandbox::standin::click_api::Manner::{
    ActsAndIsSilent, Refuses, RefusesAndActs, Repeats, Says, SaysDone, Silent, Slow,
};
use boothpay_sandbox::standin::uzum_qr_api::Call;
use serde_json::json;
use std::time::Duration;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_code_is_shown_waits_and_is_paid_and_refunded() {
    for booth in Booth::on_both().await {
        let server = booth.serve(None);
        let first = coded(&server, "photo-1").await;
        let codes = booth.uzum.codes();
        assert_eq!(first["uzumUrl"], format!("https://qr.example/{}", codes[0]), "{first}");
        assert!(codes[0].starts_with("photo-1-"), "{codes:?}");
        let again = coded(&server, "photo-1").await;
        assert_eq!((&again["uzumUrl"], booth.uzum.codes().len()), (&first["uzumUrl"], 1), "the code stays");
        assert_eq!(told(&server, "photo-1").await, "pending", "nobody has begun to pay");
        assert_eq!(booth.show("photo-1")["status"], "pending");
        assert!(booth.uzum.pay(&codes[0]));
        let shown = booth.has_status("photo-1", "paid");
        assert_eq!(journal(&shown).last().unwrap(), "transaction_performed by uzum_qr");
        assert!(!shown.to_string().contains("998901234567"), "a phone's last digits are kept, and no more");
        assert_eq!(told(&server, "photo-1").await, "success");
        let paid = asks(&server, "photo-1", "uzum").await;
        assert_eq!(paid.status, 409);

        let asked = booth.refund(&["photo-1"]);
        assert!(
            asked.code == Some(0) && asked.err.contains("the server asks Uzum to give 10000 soum back"),
            "{}",
            asked.err
        );
        booth.has_status("photo-1", "refunded");
        assert_eq!((booth.uzum.reversals_of(&codes[0]), booth.uzum.status_of(&codes[0])), (1, Some("REVERSED")));
        booth.all_is_done();
        booth.is_healthy();
        let ended = server.kill();
        assert!(ended.err.contains("a code of Uzum's is shown for it") && !ended.err.contains(KEY), "{}", ended.err);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn answers_that_are_late_wrong_or_repeated_pay_an_order_once() {
    let booth = Booth::on_sqlite().await;
    let server = booth.serve(None);
    coded(&server, "photo-1").await;
    let code = booth.uzum.codes()[0].clone();
    booth.uzum.answers(
        Call::Status,
        [
            Silent,
            Says(502, ""),
            Says(200, "{\"error_code\":0,\"payment_status\":\"SUCCESS\"}"),
            Says(200, "{\"error_code\":0,\"payment_id\":\"p\",\"payment_status\":\"PAID\"}"),
            Says(200, "{\"error_code\":0,\"payment_id\":\"p\",\"payment_status\":\"PARTIAL_CANCELLED\"}"),
            Slow(Duration::from_millis(200)),
            Repeats,
        ],
    );
    let asked = |booth: &Booth| booth.uzum.seen().iter().filter(|call| call.starts_with("status-by-order")).count();
    let shown = booth.until("photo-1", |_| asked(&booth) > 6);
    assert_eq!(shown["status"], "pending", "nothing of that was a payment");
    assert!(booth.uzum.pay(&code));
    let shown = booth.has_status("photo-1", "paid");
    booth.all_is_done();
    assert_eq!(journal(&booth.show("photo-1")), journal(&shown));
    let performed = journal(&shown).iter().filter(|row| row.starts_with("transaction_performed")).count();
    assert_eq!(performed, 1);
    let ended = server.kill();
    assert!(ended.err.contains("Uzum does not say what became of its code of order photo-1"), "{}", ended.err);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_code_that_uzum_does_not_make_stops_no_other_wallet() {
    let booth = Booth::on_sqlite().await;
    let server = booth.serve(None);
    let bad = "{\"error_code\":0,\"payment_link\":\"javascript:alert(1)\"}";
    booth
        .uzum
        .answers(Call::Create, [Silent, Refuses(503, "service"), Says(200, bad), Says(200, "{\"error_code\":0}")]);
    for _ in 0..4 {
        let refused = asks(&server, "photo-1", "uzum").await;
        assert_eq!(refused.status, 503, "{}", refused.body);
        assert!(refused.body.contains("choose another way to pay"), "{}", refused.body);
        assert_eq!(refused.json()["wallet"], "uzum_qr", "a page can say whose fault it is");
    }
    assert_eq!(asks(&server, "photo-1", "payme").await.status, 200);
    // One that was made, while its answer was lost, was never shown.
    booth.uzum.answers(Call::Create, [ActsAndIsSilent]);
    assert_eq!(asks(&server, "photo-1", "uzum").await.status, 503);
    let shown = coded(&server, "photo-1").await;
    assert_eq!(shown["uzumUrl"], format!("https://qr.example/{}", booth.uzum.codes()[1]));
    let ended = server.kill();
    assert!(ended.err.contains("Uzum makes no code for it"), "{}", ended.err);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whatever_uzum_says_of_a_reversal_the_money_goes_back_once() {
    let booth = Booth::on_sqlite().await;
    let server = booth.serve(None);
    let manners = [vec![ActsAndIsSilent], vec![Silent], vec![RefusesAndActs(400, "No")], vec![SaysDone], vec![Repeats]];
    for (n, manners) in (0..).zip(manners) {
        let (order, about) = (format!("photo-{n}"), format!("{manners:?}"));
        coded(&server, &order).await;
        let code = booth.uzum.codes()[n].clone();
        assert!(booth.uzum.pay(&code));
        booth.has_status(&order, "paid");
        booth.uzum.answers(Call::Reversal, manners);
        assert_eq!(booth.refund(&[&order]).code, Some(0), "{about}");
        let shown = booth.has_status(&order, "refunded");
        assert_eq!((booth.uzum.reversals_of(&code), &shown["owed_back"]), (1, &json!([])), "{about}");
    }
    booth.is_healthy();
    server.kill();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn killed_when_uzum_has_said_it_a_payment_is_recorded_once() {
    for booth in Booth::on_both().await {
        for (n, place) in (0..).zip(["code_paid:1", "task_carried_out:1"]) {
            let order = format!("photo-{n}");
            let server = booth.serve(Some(place));
            coded(&server, &order).await;
            assert!(booth.uzum.pay(&booth.uzum.codes()[n]));
            booth.pauses_end();
            let ended = server.finish();
            assert_ne!(ended.code, Some(0), "{place}: {}", ended.err);
            booth.pauses_end();
            let server = booth.serve(None);
            let shown = booth.has_status(&order, "paid");
            let performed = journal(&shown).iter().filter(|row| row.starts_with("transaction_performed")).count();
            assert_eq!(performed, 1, "{place}");
            booth.all_is_done();
            booth.is_healthy();
            server.kill();
        }
    }
}
