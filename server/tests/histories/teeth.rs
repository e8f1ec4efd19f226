//! Shows that the comparison has teeth: a model with other settings and answers that were tampered with are noticed.

use std::sync::atomic::{AtomicU64, Ordering};

use boothpay_test_support::model::{Refunds, Rules};
use serde_json::{Value, json};

use crate::driver::{Cells, Play, play, runtime};
use crate::generator::history;
use crate::judge::{NOTICED, Tamper};
use crate::program::base;

/// How often each answer is tampered with.
const TIMES: u64 = 3;

/// Histories in which a difference must show.
const ENOUGH: u64 = 1_500;

type Spoil = fn(&mut Rules);
type Change = fn(&mut Value) -> bool;

#[test]
fn a_model_that_believes_in_other_rules_is_caught() {
    let wrong: [(&str, Spoil); 14] = [
        ("the limit comes 1 ms later", |rules| rules.limit += 1),
        ("the limit comes 1 ms earlier", |rules| rules.limit -= 1),
        ("the limit counts from the other time", |rules| rules.limit_from_payme = !rules.limit_from_payme),
        ("orders live 1 ms longer", |rules| rules.order_life += 1),
        ("busy and closed are mixed up", |rules| std::mem::swap(&mut rules.busy_code, &mut rules.closed_code)),
        ("busy orders are checked otherwise", |rules| rules.check_refuses_busy = !rules.check_refuses_busy),
        ("stale creates are taken otherwise", |rules| rules.refuse_stale = !rules.refuse_stale),
        ("refunds are always possible", |rules| rules.refunds = Refunds::Always),
        ("refunds are never possible", |rules| rules.refunds = Refunds::Never),
        ("Click's hold is 1 ms longer", |rules| rules.click_hold += 1),
        ("Click has another code for busy orders", |rules| rules.click_busy = -4),
        ("Uzum's limit comes 1 ms earlier", |rules| rules.uzum_limit -= 1),
        ("Uzum has another code for busy orders", |rules| rules.uzum_busy = 10009),
        ("Uzum can never reverse", |rules| rules.uzum_refunds = Refunds::Never),
    ];
    let base = base();
    let runtime = runtime();
    for (name, spoil) in wrong {
        let caught = (0..ENOUGH).find(|seed| {
            let history = history(*seed);
            let mut rules = history.rules;
            spoil(&mut rules);
            let how = Play { model_rules: Some(rules), ..Play::default() };
            let goes = |how| runtime.block_on(play(&base, &history, how, &mut Cells::new())).is_ok();
            rules != history.rules && !goes(&how) && goes(&Play::default())
        });
        assert!(caught.is_some(), "{name}: unnoticed in {ENOUGH} histories");
    }
}

#[test]
fn answers_that_were_tampered_with_are_caught() {
    // Each changes an answer in which it finds what it changes, and says so.
    let tampers: [(&str, Change); 19] = [
        ("a code is another", |it| set(it, "/error/code", |code| json!(code.as_i64().unwrap() - 1))),
        ("a fault's data is gone", |it| remove(it, "/error", "data")),
        ("a fault's message has no Uzbek", |it| remove(it, "/error/message", "uz")),
        ("a message is plain text", |it| set(it, "/error/message", |_| json!("Order not found"))),
        ("perform_time is lost in a refund", |it| {
            it["result"]["state"] == -2 && set(it, "/result/perform_time", |_| json!(0))
        }),
        ("reason is lost", |it| !it["result"]["reason"].is_null() && set(it, "/result/reason", |_| Value::Null)),
        ("create_time is 1 ms later", |it| set(it, "/result/create_time", |time| json!(time.as_i64().unwrap() + 1))),
        ("transaction is a number", |it| {
            set(it, "/result/transaction", |text| json!(text.as_str().unwrap().parse::<i64>().unwrap()))
        }),
        ("allow is text", |it| set(it, "/result/allow", |_| json!("true"))),
        ("the id is not repeated", |it| it.get("id").is_some_and(Value::is_number) && set(it, "/id", |_| Value::Null)),
        ("a member too many", |it| it.as_object_mut().unwrap().insert("extra".to_owned(), Value::Null).is_none()),
        ("a statement lacks its last", |it| {
            it.pointer_mut("/result/transactions")
                .and_then(Value::as_array_mut)
                .is_some_and(|items| items.pop().is_some())
        }),
        ("a statement is turned round", |it| {
            it.pointer_mut("/result/transactions").and_then(Value::as_array_mut).is_some_and(|items| {
                items.reverse();
                items.len() > 1
            })
        }),
        ("Click's code is another", |it| {
            it["error"].is_i64() && set(it, "/error", |code| json!(code.as_i64().unwrap() - 1))
        }),
        ("Click is told another number", |it| {
            set(it, "/merchant_prepare_id", |number| json!(number.as_i64().unwrap() + 1))
        }),
        ("Uzum's code is a number", |it| {
            set(it, "/errorCode", |code| json!(code.as_str().unwrap().parse::<i64>().unwrap()))
        }),
        ("confirmTime is 1 ms later", |it| set(it, "/confirmTime", |time| json!(time.as_i64().unwrap() + 1))),
        ("reverseTime is lost", |it| set(it, "/reverseTime", |_| Value::Null)),
        ("a status is another", |it| it["status"] == "success" && set(it, "/status", |_| json!("pending"))),
    ];
    let base = base();
    let runtime = runtime();
    for (name, tamper) in tampers {
        let (done, noticed) = (AtomicU64::new(0), AtomicU64::new(0));
        let counting = |answer: &mut Value| {
            let mut tampered = answer.clone();
            let changed = tamper(&mut tampered);
            if changed {
                *answer = tampered;
                done.fetch_add(1, Ordering::Relaxed);
            }
            changed
        };
        let counting: Tamper<'_> = &counting;
        for seed in 0..ENOUGH {
            let how = Play { tamper: Some(counting), ..Play::default() };
            let failure = runtime.block_on(play(&base, &history(seed), &how, &mut Cells::new())).err();
            noticed.fetch_add(u64::from(failure.is_some_and(|it| it.what == NOTICED)), Ordering::Relaxed);
            if done.load(Ordering::Relaxed) >= TIMES {
                break;
            }
        }
        let (done, noticed) = (done.into_inner(), noticed.into_inner());
        assert!(done >= TIMES, "{name}: nothing to tamper with");
        assert_eq!(done, noticed, "{name}");
    }
}

fn set(value: &mut Value, path: &str, change: impl FnOnce(&Value) -> Value) -> bool {
    match value.pointer_mut(path) {
        None | Some(Value::Null) => false,
        Some(slot) => {
            *slot = change(slot);
            true
        }
    }
}

fn remove(value: &mut Value, path: &str, name: &str) -> bool {
    let members = value.pointer_mut(path).and_then(Value::as_object_mut);
    members.is_some_and(|members| members.remove(name).is_some())
}
