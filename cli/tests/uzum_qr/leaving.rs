//! A customer leaves a code, or chooses another wallet; the code is let go at once, made void behind that, and what is paid all the
//! same is not lost.

use crate::booth::{Booth, asks, coded, journal, leaves, payme_pays, told};
use boothpay_sandbox::standin::click_api::Manner::{Refuses, SaysDone, Silent};
use boothpay_sandbox::standin::uzum_qr_api::Call;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_code_that_is_left_is_made_void() {
    for booth in Booth::on_both().await {
        let server = booth.serve(None);
        coded(&server, "photo-1").await;
        let code = booth.uzum.codes()[0].clone();
        booth.uzum.answers(Call::Cancel, [Silent, Refuses(400, "operation.is.inProcess")]);
        let left = leaves(&server, "photo-1").await;
        assert_eq!((left.status, &left.json()["status"]), (200, &"cancelled".into()), "at once, whatever Uzum does");
        booth.all_is_done();
        assert_eq!(booth.uzum.status_of(&code), Some("CANCELLED"));
        assert!(!booth.uzum.pay(&code), "nobody pays it any more");
        let shown = booth.show("photo-1");
        let last = journal(&shown).split_off(2);
        assert_eq!(last, ["transaction_cancelled by booth", "order_cancelled by booth"]);
        booth.is_healthy();
        server.kill();
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn another_wallet_has_the_order_at_once_and_what_uzum_took_all_the_same_goes_back() {
    for booth in Booth::on_both().await {
        let server = booth.serve(None);
        coded(&server, "photo-1").await;
        let code = booth.uzum.codes()[0].clone();
        // Uzum says that it is void, and it is not.
        booth.uzum.answers(Call::Cancel, vec![SaysDone; 100]);
        let changed = asks(&server, "photo-1", "payme").await;
        assert_eq!(changed.status, 200, "{}", changed.body);
        assert_eq!(payme_pays(&server, "photo-1").await, [1, 2], "Payme begins at once");
        assert!(booth.uzum.pay(&code), "the customer had scanned it before");
        let owed = |shown: &serde_json::Value| journal(shown).iter().any(|row| row.starts_with("money_given_back"));
        let shown = booth.until("photo-1", owed);
        assert_eq!(shown["status"], "paid", "by Payme, and it stays so");
        assert_eq!(booth.uzum.reversals_of(&code), 1);
        booth.all_is_done();
        booth.is_healthy();
        server.kill();
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_order_that_was_left_is_paid_if_its_customer_had_paid() {
    let booth = Booth::on_sqlite().await;
    let server = booth.serve(None);
    coded(&server, "photo-1").await;
    assert!(booth.uzum.pay(&booth.uzum.codes()[0]));
    // On a slow machine the booth has asked Uzum before the customer leaves, and refuses.
    let left = leaves(&server, "photo-1").await;
    assert!(matches!(left.status, 200 | 409), "{}: {}", left.status, left.body);
    let shown = booth.has_status("photo-1", "paid");
    assert!(journal(&shown).last().unwrap().starts_with("transaction_performed"), "{:?}", journal(&shown));
    booth.all_is_done();
    server.kill();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_code_whose_payment_failed_leaves_the_order_free() {
    let booth = Booth::on_sqlite().await;
    let server = booth.serve(None);
    coded(&server, "photo-1").await;
    let code = booth.uzum.codes()[0].clone();
    booth.uzum.answers(Call::Cancel, [Silent, Refuses(400, "operation.is.inProcess")]);
    assert!(booth.uzum.becomes(&code, "CREATED", "FAILED"));
    let ended = |shown: &serde_json::Value| journal(shown).last().unwrap() == "transaction_cancelled by uzum_qr";
    booth.until("photo-1", ended);
    assert_eq!(told(&server, "photo-1").await, "pending");
    coded(&server, "photo-1").await;
    assert_eq!(booth.uzum.codes().len(), 2, "a new code, under a new number");
    assert!(booth.uzum.pay(&booth.uzum.codes()[1]));
    booth.has_status("photo-1", "paid");
    booth.all_is_done();
    assert_eq!(booth.uzum.status_of(&code), Some("CANCELLED"), "a second try of the first code is not possible");
    server.kill();
}
