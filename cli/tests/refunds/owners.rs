//! A refund as an owner meets it: the command, what it refuses, wallets that have no call for it, and money that came too late.

use crate::booth::{Booth, click_calls, journal, order};
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use serde_json::{Value, json};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_refund_is_asked_for_once_and_goes_through_also_when_the_server_starts_later() {
    for booth in Booth::on_both().await {
        let server = booth.serve(None);
        booth.paid(&server, "photo-1", 1).await;
        server.kill();
        let asked = booth.refund(&["photo-1", "--reason", "the paper was empty"]);
        assert_eq!(asked.code, Some(0), "{}", asked.err);
        assert!(asked.err.contains("boothpay order show photo-1") && asked.err.contains("10000 soum"), "{}", asked.err);
        let shown: Value = serde_json::from_str(&asked.out).unwrap();
        assert_eq!((&shown["status"], shown["refund_asked_at"].is_number()), (&json!("paid"), true));
        assert_eq!(shown["owed_back"][0]["task_state"], "waiting");
        assert_eq!(shown["journal"][3]["what"]["reason"], "the paper was empty");
        let again = booth.refund(&["photo-1"]);
        assert_eq!(again.code, Some(0));
        assert!(again.err.contains("asked for before") && again.err.contains("task 1"), "{}", again.err);
        let not_yet = booth.refund(&["photo-1", "--handed-back"]);
        assert_eq!(not_yet.code, Some(1));
        assert!(not_yet.err.contains("the money could go back twice"), "{}", not_yet.err);
        assert_eq!(booth.folder.json(&["order", "list", "--owed"])[0]["order_id"], "photo-1");
        let reprint = booth.folder.run(&["order", "reprint", "photo-1"], &[]);
        assert!(reprint.err.contains("goes back to its customer"), "{}", reprint.err);

        let server = booth.serve(None);
        let told = server.get("/api/payment-status/photo-1").await.json();
        assert_eq!(told["status"], "refunded", "nobody prints it, also while Click is still at it");
        booth.is_refunded("photo-1");
        server.err.wait_for("order photo-1: money returned, refund");
        for arguments in [["photo-1"].as_slice(), &["photo-1", "--handed-back"]] {
            let refused = booth.refund(arguments);
            assert_eq!(refused.code, Some(1));
            assert!(
                refused.err.contains("order photo-1: the money of this order has gone back already"),
                "{}",
                refused.err
            );
        }
        assert_eq!(booth.click.reversals_of(1), 1);
        let done = booth.folder.run(&["tasks", "list", "--all"], &[]).out;
        assert!(done.contains("click") && done.contains("0 open, 0 failed, 1 done"), "{done}");
        server.kill();
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_cannot_be_refunded_is_refused_in_words_and_nothing_is_written() {
    let booth = Booth::on_sqlite().await;
    let server = booth.serve(None);
    order(&server, "photo-1").await;
    let refused = |arguments: &[&str], words: &str| {
        let finished = booth.refund(arguments);
        assert_eq!(finished.code, Some(1), "{arguments:?}: {}", finished.out);
        assert!(finished.err.contains(words), "{arguments:?}: {}", finished.err);
    };
    refused(&["photo-1"], "nobody has paid for this order");
    refused(&["photo-1", "--handed-back"], "nobody has paid for this order");
    refused(&["nowhere"], "there is no order nowhere");
    booth.paid(&server, "photo-2", 2).await;
    refused(&["photo-2", "--reason", "card 4111 1111 1111 1111"], "the number of a card");
    refused(&["photo-2", "--reason", " "], "1 to 200 characters");
    refused(&["photo-2", "--reason", "two\nlines"], "one line");
    assert_eq!(journal(&booth.show("photo-2")).len(), 3);
    assert_eq!(booth.folder.json(&["order", "list", "--owed"]), json!([]));
    server.kill();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn without_a_user_of_clicks_api_the_owner_is_told_at_once() {
    let booth = Booth::on_sqlite().await;
    let settings = std::fs::read_to_string(booth.folder.path().join("boothpay.toml")).unwrap();
    booth.folder.write("boothpay.toml", &settings.replace("merchant_user_id = \"42\"", ""));
    let checked = booth.folder.run(&["check"], &[]);
    assert!(checked.out.contains("click.merchant_user_id is not set"), "{}", checked.out);
    let server = booth.serve(None);
    booth.paid(&server, "photo-1", 1).await;
    let asked = booth.refund(&["photo-1"]);
    assert!(asked.err.contains("click.merchant_user_id is not set"), "{}", asked.err);
    let shown = booth.until("photo-1", |shown| shown["owed_back"][0]["task_state"] == "failed");
    assert!(shown["owed_back"][0]["last_error"].as_str().unwrap().contains("click.merchant_user_id"), "{shown:#}");
    server.kill();
    // Mended, it goes through.
    booth.folder.write("boothpay.toml", &settings);
    let server = booth.serve(None);
    assert_eq!(booth.refund(&["photo-1"]).code, Some(0));
    booth.is_refunded("photo-1");
    assert_eq!(booth.click.reversals_of(1), 1);
    server.kill();
}

/// Payme has no call for it: the command notes that the owner asks, so his Payme may take the money back whatever the settings say.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn for_payme_the_command_says_what_to_do_and_payme_closes_it() {
    let payme = "[payme]\nmerchant_id = \"0123456789abcdef01234567\"\nkey = \"0123456789012345678901234567890123456\"\nrefunds = \"never\"\n";
    let booth = Booth::with(payme).await;
    let server = booth.serve(None);
    let made =
        server.post("/api/generate-qr", r#"{"order_id": "photo-1", "paymentType": "payme", "amount": 10000}"#).await;
    assert_eq!(made.status, 200);
    let key = BASE64_STANDARD.encode("Paycom:0123456789012345678901234567890123456");
    let authorization = format!("Basic {key}");
    let call = async |method: &str, params: Value| server.payme(&authorization, method, params).await;
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap().as_millis();
    let time = i64::try_from(now).unwrap();
    let create = json!({"id": "5305e3bab097f420a62ced0b", "time": time, "amount": 1_000_000, "account": {"order_id": "photo-1"}});
    assert_eq!(call("CreateTransaction", create).await["result"]["state"], 1);
    let this = json!({"id": "5305e3bab097f420a62ced0b"});
    assert_eq!(call("PerformTransaction", this).await["result"]["state"], 2);
    let cancel = json!({"id": "5305e3bab097f420a62ced0b", "reason": 5});
    assert_eq!(call("CancelTransaction", cancel.clone()).await["error"]["code"], -31007, "the settings say never");

    let asked = booth.refund(&["photo-1"]);
    assert_eq!(asked.code, Some(0), "{}", asked.err);
    assert!(asked.err.contains("Payme Business") && asked.err.contains("5305e3bab097f420a62ced0b"), "{}", asked.err);
    let refused = booth.refund(&["photo-1", "--handed-back"]);
    assert!(refused.err.contains("its wallet tells this server"), "{}", refused.err);
    assert_eq!(booth.folder.json(&["order", "list", "--owed"])[0]["owed_back"][0]["task"], Value::Null);
    assert_eq!(call("CancelTransaction", cancel).await["result"]["state"], -2);
    let shown = booth.show("photo-1");
    assert_eq!(shown["status"], "refunded");
    assert_eq!(journal(&shown).split_off(3), ["refund_asked by command_line", "transaction_refunded by payme"]);
    booth.is_healthy();
    server.kill();
}

/// Two attempts at one order: the second pays it, the first turns out to be paid as well. That money goes back by itself.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn money_that_came_too_late_goes_back_by_itself_and_the_other_stays() {
    for booth in Booth::on_both().await {
        let server = booth.serve(None);
        order(&server, "photo-1").await;
        let first = click_calls(&server, "photo-1", 1, None).await["merchant_prepare_id"].as_i64();
        server.kill();
        // As if five minutes had passed.
        booth.sql("update transactions set create_time_ms = create_time_ms - 600000");
        let server = booth.serve(None);
        let second = click_calls(&server, "photo-1", 2, None).await["merchant_prepare_id"].as_i64();
        for payment in [1, 2] {
            booth.click.has(payment, crate::booth::SERVICE, "photo-1", 2);
        }
        assert_eq!(click_calls(&server, "photo-1", 2, second).await["error"], 0);
        assert_eq!(click_calls(&server, "photo-1", 1, first).await["error"], 0, "the money is there: no refusal");
        let shown = booth.until("photo-1", |shown| shown["transactions"][0]["state"] == "given_back");
        assert_eq!((&shown["status"], &shown["transactions"][1]["state"]), (&json!("paid"), &json!("performed")));
        assert_eq!((booth.click.reversals_of(1), booth.click.reversals_of(2)), (1, 0));
        assert_eq!(journal(&shown).split_off(6), ["money_given_back by click"], "{shown:#}");
        server.kill();
    }
}
