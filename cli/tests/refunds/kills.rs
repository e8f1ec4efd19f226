//! Killed at every named place of a refund: the money goes back once, and nobody forgets it.

use crate::booth::{Booth, journal};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn killed_anywhere_the_money_goes_back_once() {
    let places = [("task_leased:1", 0), ("money_reversed:1", 1), ("task_carried_out:1", 1), ("task_recorded:1", 1)];
    for booth in Booth::on_both().await {
        for (payment, (place, reversed)) in (1..).zip(places) {
            let order = format!("photo-{payment}");
            let server = booth.serve(Some(place));
            booth.paid(&server, &order, payment).await;
            let asked = booth.refund(&[&order]);
            assert_eq!(asked.code, Some(0), "{place}: {}", asked.err);
            let ended = server.finish();
            assert_ne!(ended.code, Some(0), "{place}: {}", ended.err);
            assert_eq!(booth.click.reversals_of(payment), reversed, "{place}");
            booth.pauses_end();
            let server = booth.serve(None);
            let shown = booth.is_refunded(&order);
            let refunds = journal(&shown).iter().filter(|row| row.starts_with("transaction_refunded")).count();
            assert_eq!((refunds, booth.click.reversals_of(payment)), (1, 1), "{place}");
            booth.is_healthy();
            server.kill();
        }
    }
}

/// The command and the server are two processes: the one that asks may die, too, with its question in the database or not.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn killed_around_the_commit_of_the_question_it_is_asked_or_it_is_not() {
    for booth in Booth::on_both().await {
        let server = booth.serve(None);
        booth.paid(&server, "photo-1", 1).await;
        for (place, is_asked) in [("before_commit:1", false), ("after_commit:1", true)] {
            let asked = booth.folder.run(&["order", "refund", "photo-1"], &[("CRASH_AT", place)]);
            assert_ne!(asked.code, Some(0), "{place}");
            assert_eq!(booth.show("photo-1")["refund_asked_at"].is_number(), is_asked, "{place}");
        }
        booth.is_refunded("photo-1");
        assert_eq!(booth.click.reversals_of(1), 1);
        booth.is_healthy();
        server.kill();
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_servers_on_one_database_give_each_payment_back_once() {
    let [_, booth] = Booth::on_both().await;
    let servers = [booth.serve(None), booth.serve(None)];
    for payment in 1..=4 {
        let order = format!("photo-{payment}");
        booth.paid(&servers[0], &order, payment).await;
        assert_eq!(booth.refund(&[&order]).code, Some(0));
    }
    for payment in 1..=4 {
        booth.is_refunded(&format!("photo-{payment}"));
        let reversals = format!("DELETE /v2/merchant/payment/reversal/155555/{payment} ");
        let asked = booth.click.seen().iter().filter(|call| call.starts_with(&reversals)).count();
        assert_eq!((asked, booth.click.reversals_of(payment)), (1, 1));
    }
    booth.is_healthy();
    for server in servers {
        server.kill();
    }
}
