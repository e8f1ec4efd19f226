//! Calls at the same instant, against a listening server: one wins, and every answer fits some order of the calls.

mod loopback;
mod storm;
mod two_processes;
mod wallets;

use boothpay_protocol::ledger::journal::Change;
use loopback::{Answer, Booth, START, cancel, check, create, offer, order_request, perform, post, print, status};
use serde_json::{Value, json};

const BUSY: i64 = -31099;
const CLOSED: i64 = -31052;

fn begin(booth: &Booth, order: &str, transaction: &str) -> Value {
    assert_eq!(booth.ask(offer(order, 0)).status, 200);
    booth.ask(create(transaction, order)).outcome().unwrap().clone()
}

fn performed(change: &Change) -> bool {
    matches!(change, Change::TransactionPerformed { .. })
}

#[test]
fn one_create_sent_twenty_times_makes_one_transaction() {
    let booth = Booth::start();
    for round in 0..10 {
        let (order, id) = (format!("order-{round}"), format!("t-{round}"));
        booth.ask(offer(&order, 0));
        let answers = booth.volley(vec![create(&id, &order); 20]);
        assert_eq!(answers[0].outcome().unwrap()["state"], 1);
        assert!(answers.iter().all(|answer| answer == &answers[0]), "{answers:?}");
        let stored = booth.stored(&order);
        assert_eq!((stored.transactions.len(), stored.journal.len()), (1, 2), "an order and its one transaction");
    }
}

#[test]
fn of_fifty_payments_of_one_order_one_begins() {
    let booth = Booth::start();
    for round in 0..5 {
        let order = format!("order-{round}");
        booth.ask(offer(&order, 0));
        let ids: Vec<String> = (0..50).map(|index| format!("t-{round}-{index}")).collect();
        let answers = booth.volley(ids.iter().map(|id| create(id, &order)).collect());
        let (won, lost): (Vec<_>, Vec<_>) = ids.iter().zip(&answers).partition(|(_, answer)| answer.outcome().is_ok());
        assert_eq!((won.len(), lost.len()), (1, 49));
        for (id, answer) in lost {
            assert_eq!(answer.outcome(), Err(BUSY));
            assert_eq!(answer.body["error"]["data"], "order_id");
            assert_eq!(booth.ask(check(id)).outcome(), Err(-31003), "{id} left nothing behind");
        }
        let stored = booth.stored(&order);
        assert_eq!(stored.transactions.len(), 1);
        assert_eq!(stored.transactions[0].provider_id.as_str(), won[0].0);
    }
}

#[test]
fn one_perform_sent_twenty_times_pays_once() {
    let booth = Booth::start();
    for round in 0..10 {
        let (order, id) = (format!("order-{round}"), format!("t-{round}"));
        begin(&booth, &order, &id);
        let answers = booth.volley(vec![perform(&id); 20]);
        assert_eq!(answers[0].outcome().unwrap()["state"], 2);
        assert!(answers.iter().all(|answer| answer == &answers[0]), "{answers:?}");
        assert_eq!(booth.stored(&order).count(performed), 1);
    }
}

#[test]
fn perform_and_cancel_agree_on_who_was_first() {
    let booth = Booth::start();
    let mut performed_first = 0;
    for round in 0..100 {
        let (order, id) = (format!("order-{round}"), format!("t-{round}"));
        begin(&booth, &order, &id);
        let mut calls = vec![perform(&id), cancel(&id, 3)];
        if round % 2 == 1 {
            calls.reverse();
        }
        let mut answers = booth.volley(calls);
        if round % 2 == 1 {
            answers.reverse();
        }
        let cancelled = answers[1].outcome().unwrap();
        let stands = booth.ask(check(&id));
        let stands = stands.outcome().unwrap();
        assert_eq!((&cancelled["state"], &cancelled["cancel_time"]), (&stands["state"], &stands["cancel_time"]));
        let payments = booth.stored(&order).count(performed);
        match answers[0].outcome() {
            Ok(done) => {
                assert_eq!((&done["state"], &cancelled["state"], payments), (&json!(2), &json!(-2), 1));
                assert_eq!(done["perform_time"], stands["perform_time"]);
                performed_first += 1;
            }
            Err(code) => {
                assert_eq!((code, &cancelled["state"], payments), (-31008, &json!(-1), 0));
                assert_eq!(stands["perform_time"], 0);
            }
        }
    }
    println!("Perform was first in {performed_first} rounds of 100");
}

#[test]
fn a_payment_begins_or_the_booth_closes_the_order_never_both() {
    let booth = Booth::start();
    for round in 0..60 {
        let (order, id) = (format!("order-{round}"), format!("t-{round}"));
        booth.ask(offer(&order, 0));
        let answers = booth.volley(vec![create(&id, &order), post(&format!("/api/booth/orders/{order}/cancel"))]);
        let word = booth.ask(status(&order)).body;
        match (answers[0].outcome(), answers[1].status) {
            (Ok(_), 409) => assert_eq!((&word["status"], &word["stage"]), (&json!("pending"), &json!("processing"))),
            (Err(CLOSED), 200) => assert_eq!(word["status"], "cancelled"),
            (_, _) => panic!("both or neither: {answers:?}"),
        }
        assert_eq!(booth.stored(&order).journal.len(), 2, "the order, and one of the two");
    }
}

#[test]
fn a_payment_begins_or_the_test_payment_pays_never_both() {
    let booth = Booth::start();
    for round in 0..60 {
        let (order, id) = (format!("order-{round}"), format!("t-{round}"));
        booth.ask(offer(&order, 0));
        let answers = booth.volley(vec![create(&id, &order), post(&format!("/api/test-payment/{order}"))]);
        match (answers[0].outcome(), answers[1].status) {
            (Ok(_), 409) | (Err(CLOSED), 200) => {}
            (_, _) => panic!("both or neither: {answers:?}"),
        }
        assert_eq!(booth.stored(&order).transactions.len(), 1);
    }
}

#[test]
fn one_order_asked_for_twenty_times_is_made_once() {
    let booth = Booth::start();
    for round in 0..5 {
        let order = format!("order-{round}");
        let answers = booth.volley(vec![offer(&order, 0); 20]);
        assert_eq!(answers[0].status, 200);
        assert!(answers.iter().all(|answer| answer == &answers[0]), "the same code for everybody");
        assert_eq!(booth.stored(&order).journal.len(), 1);
    }
}

#[test]
fn of_two_prices_for_one_order_one_holds() {
    let booth = Booth::start();
    for round in 0..5 {
        let order = format!("order-{round}");
        let answers = booth.volley((0..20).map(|index| offer(&order, index % 2)).collect());
        let prices: [Vec<&Answer>; 2] =
            [0, 1].map(|price| answers.iter().skip(price).step_by(2).collect::<Vec<&Answer>>());
        let held = prices.iter().position(|answers| answers[0].status == 200).expect("one price holds");
        assert!(prices[held].iter().all(|answer| *answer == prices[held][0]));
        assert!(prices[1 - held].iter().all(|answer| answer.status == 409));
        assert_eq!(booth.stored(&order).journal.len(), 1);
    }
}

#[test]
fn sweep_and_perform_agree_on_the_last_millisecond() {
    let booth = Booth::start();
    let mut now = START;
    for round in 0..45 {
        let (order, id) = (format!("order-{round}"), format!("t-{round}"));
        let created = begin(&booth, &order, &id)["create_time"].as_i64().unwrap();
        assert_eq!(created, now);
        now = created + booth.limit() + round % 3 - 1;
        booth.set_clock(now);
        let answers = booth.volley_and_sweep(vec![perform(&id); 2]);
        assert_eq!(answers[0], answers[1]);
        let stands = booth.ask(check(&id));
        let stands = stands.outcome().unwrap();
        let times = (&stands["state"], &stands["perform_time"], &stands["cancel_time"], &stands["reason"]);
        if round % 3 < 2 {
            assert_eq!(answers[0].outcome().unwrap()["perform_time"], now);
            assert_eq!(times, (&json!(2), &json!(now), &json!(0), &Value::Null));
        } else {
            assert_eq!(answers[0].outcome(), Err(-31008));
            assert_eq!(times, (&json!(-1), &json!(0), &json!(now), &json!(4)));
            assert_eq!(booth.stored(&order).transactions.len(), 1);
        }
    }
}

#[test]
fn sweep_and_create_agree_on_an_orders_last_millisecond() {
    let booth = Booth::start();
    let mut now = START;
    for round in 0..30 {
        let (order, id) = (format!("order-{round}"), format!("t-{round}"));
        booth.ask(offer(&order, 0));
        now += booth.order_life() - 1 + round % 2;
        booth.set_clock(now);
        let answers = booth.volley_and_sweep(vec![create(&id, &order); 2]);
        assert_eq!(answers[0], answers[1]);
        let stored = booth.stored(&order);
        if round % 2 == 0 {
            assert_eq!(answers[0].outcome().unwrap()["create_time"], now);
            assert_eq!(stored.count(|change| matches!(change, Change::OrderExpired)), 0);
        } else {
            assert_eq!(answers[0].outcome(), Err(CLOSED));
            assert_eq!(stored.transactions.len(), 0);
            assert_eq!(booth.ask(status(&order)).body["status"], "expired");
        }
    }
}

#[test]
fn of_fifty_pages_that_claim_one_payment_one_prints() {
    let booth = Booth::start();
    for round in 0..5 {
        let made = booth.ask(order_request());
        let order = made.body["order_id"].as_str().unwrap().to_owned();
        assert_eq!(booth.ask(post(&format!("/api/test-payment/{order}"))).status, 200);
        let answers = booth.volley((0..50).map(|page| print(&order, &format!("page-{round}-{page}"))).collect());
        let granted: Vec<usize> = (0..50).filter(|page| answers[*page].status == 200).collect();
        assert_eq!(granted.len(), 1, "one of fifty");
        assert_eq!(answers.iter().filter(|answer| answer.status == 409).count(), 49);
        assert_eq!(booth.stored(&order).count(|change| matches!(change, Change::PrintGranted { .. })), 1);
        let again = booth.volley(vec![print(&order, &format!("page-{round}-{}", granted[0])); 10]);
        assert!(again.iter().all(|answer| answer.status == 200), "the page that has it hears so again");
    }
}
