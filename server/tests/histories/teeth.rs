//! Shows that the comparison has teeth: a model with other settings and answers that were tampered with are noticed.

use std::sync::atomic::{AtomicU64, Ordering};

use serde_json::{Value, json};

use crate::driver::{Cells, Play, play, runtime};
use crate::generator::history;
use crate::judge::{NOTICED, Tamper};
use crate::model::{Refunds, Rules};
use crate::program::base;

/// Histories in which a difference must show.
const ENOUGH: u64 = 1_500;

type Spoil = fn(&mut Rules);
type Change = fn(&mut Value) -> bool;

#[test]
fn a_model_that_believes_in_other_rules_is_caught() {
    let wrong: [(&str, Spoil); 9] = [
        ("the limit comes 1 ms later", |rules| rules.limit += 1),
        ("the limit comes 1 ms earlier", |rules| rules.limit -= 1),
        ("the limit counts from the other time", |rules| rules.limit_from_payme = !rules.limit_from_payme),
        ("orders live 1 ms longer", |rules| rules.order_life += 1),
        ("busy and closed are mixed up", |rules| std::mem::swap(&mut rules.busy_code, &mut rules.closed_code)),
        ("busy orders are checked otherwise", |rules| rules.check_refuses_busy = !rules.check_refuses_busy),
        ("stale creates are taken otherwise", |rules| rules.refuse_stale = !rules.refuse_stale),
        ("refunds are always possible", |rules| rules.refunds = Refunds::Always),
        ("refunds are never possible", |rules| rules.refunds = Refunds::Never),
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
    let tampers: [(&str, Change); 14] = [
        ("a code is another", |it| set(&mut it["error"]["code"], |code| json!(code.as_i64().unwrap() - 1))),
        ("a fault's data is gone", |it| remove(&mut it["error"], "data")),
        ("a fault's message has no Uzbek", |it| remove(&mut it["error"]["message"], "uz")),
        ("a message is plain text", |it| set(&mut it["error"]["message"], |_| json!("Order not found"))),
        ("perform_time is lost in a refund", |it| {
            it["result"]["state"] == -2 && set(&mut it["result"]["perform_time"], |_| json!(0))
        }),
        ("reason is lost", |it| !it["result"]["reason"].is_null() && set(&mut it["result"]["reason"], |_| Value::Null)),
        ("create_time is 1 ms later", |it| {
            set(&mut it["result"]["create_time"], |time| json!(time.as_i64().unwrap() + 1))
        }),
        ("transaction is a number", |it| {
            set(&mut it["result"]["transaction"], |text| json!(text.as_str().unwrap().parse::<i64>().unwrap()))
        }),
        ("allow is text", |it| set(&mut it["result"]["allow"], |_| json!("true"))),
        ("the id is not repeated", |it| {
            it.get("id").is_some_and(Value::is_number) && set(&mut it["id"], |_| Value::Null)
        }),
        ("a member too many", |it| it.as_object_mut().unwrap().insert("extra".to_owned(), Value::Null).is_none()),
        ("a statement lacks its last", |it| {
            it["result"]["transactions"].as_array_mut().is_some_and(|items| items.pop().is_some())
        }),
        ("a statement is turned round", |it| {
            it["result"]["transactions"].as_array_mut().is_some_and(|items| {
                items.reverse();
                items.len() > 1
            })
        }),
        ("a status is another", |it| it["status"] == "success" && set(&mut it["status"], |_| json!("pending"))),
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
            if done.load(Ordering::Relaxed) >= 5 {
                break;
            }
        }
        let (done, noticed) = (done.into_inner(), noticed.into_inner());
        assert!(done >= 5, "{name}: nothing to tamper with");
        assert_eq!(done, noticed, "{name}");
    }
}

fn set(slot: &mut Value, change: impl FnOnce(&Value) -> Value) -> bool {
    if slot.is_null() {
        return false;
    }
    *slot = change(slot);
    true
}

fn remove(value: &mut Value, name: &str) -> bool {
    value.as_object_mut().is_some_and(|members| members.remove(name).is_some())
}
