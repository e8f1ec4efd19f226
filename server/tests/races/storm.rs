//! Many callers at once on few orders, and readers who look on: what they see never goes back or comes apart.

use crate::loopback::{Booth, Request, START, cancel, check, create, offer, perform, post, status};
use serde_json::{Value, json};

#[test]
fn a_reader_never_sees_an_order_between_two_states() {
    let booth = Booth::start();
    for round in 0..30 {
        let (order, id) = (format!("order-{round}"), format!("t-{round}"));
        booth.ask(offer(&order, 0));
        booth.ask(create(&id, &order)).outcome().unwrap();
        let mut calls = vec![perform(&id)];
        calls.extend(vec![status(&order); 12]);
        let answers = booth.volley(calls);
        assert_eq!(answers[0].outcome().unwrap()["state"], 2);
        for seen in &answers[1..] {
            let word = (seen.body["status"].as_str().unwrap(), seen.body.get("stage").and_then(Value::as_str));
            assert!(matches!(word, ("pending", Some("processing")) | ("success", None)), "{word:?}");
        }
        assert_eq!(booth.ask(status(&order)).body["status"], "success", "what was answered is there for everybody");
    }
}

#[test]
fn check_and_perform_tell_one_story() {
    let booth = Booth::start();
    for round in 0..30 {
        let (order, id) = (format!("order-{round}"), format!("t-{round}"));
        booth.ask(offer(&order, 0));
        let created = booth.ask(create(&id, &order)).outcome().unwrap()["create_time"].clone();
        booth.set_clock(START + round + 1);
        let mut calls = vec![perform(&id)];
        calls.extend(vec![check(&id); 12]);
        let answers = booth.volley(calls);
        let done = answers[0].outcome().unwrap()["perform_time"].clone();
        let transaction = (round + 1).to_string();
        let stands = |state: i64, perform_time: &Value| {
            json!({"create_time": created, "perform_time": perform_time, "cancel_time": 0,
                   "transaction": transaction, "state": state, "reason": null})
        };
        for seen in &answers[1..] {
            let seen = seen.outcome().unwrap();
            assert!([stands(1, &json!(0)), stands(2, &done)].contains(seen), "{seen}");
        }
    }
}

#[test]
fn a_storm_on_two_orders_leaves_whole_stories() {
    let booth = Booth::start();
    for round in 0..12 {
        let orders = [format!("a-{round}"), format!("b-{round}")];
        let mut calls: Vec<Request> = Vec::new();
        for index in 0..48 {
            let order = &orders[index % 2];
            let id = format!("t-{round}-{}", index % 6);
            calls.push(match (index / 6 + round) % 8 {
                0 | 1 => offer(order, 0),
                2 | 3 => create(&id, order),
                4 => perform(&id),
                5 => cancel(&id, 5),
                6 => post(&format!("/api/booth/orders/{order}/cancel")),
                _ => create(&id, &orders[(index + 1) % 2]),
            });
        }
        let answers = booth.volley(calls);
        assert!(answers.iter().all(|answer| matches!(answer.status, 200 | 404 | 409)), "{answers:?}");
        let faults = answers.iter().filter(|answer| answer.body["error"]["code"] == -32400).count();
        assert_eq!(faults, 0, "a race is no fault of the system");
        // `stored` checks what must hold at all times.
        let numbers = orders.iter().flat_map(|order| booth.stored(order).transactions).map(|it| it.number.get());
        let mut numbers: Vec<i64> = numbers.collect();
        let count = numbers.len();
        numbers.sort_unstable();
        numbers.dedup();
        assert_eq!(numbers.len(), count, "every transaction has a number of its own");
    }
}
