//! How long a transaction may hold its order, for every provider.

use crate::book::{Book, created, order_created};
use boothpay_protocol::ledger::journal::Change;
use boothpay_protocol::ledger::provider::Provider;
use boothpay_protocol::ledger::rows::Decision;
use boothpay_protocol::ledger::transaction::{Reason, State};
use boothpay_protocol::payme::rules::{Rules as PaymeRules, TimeoutBase};
use boothpay_protocol::providers::{self, Rules};
use boothpay_protocol::time::{SpanMs, TimeMs};

fn rules(timeout_base: TimeoutBase) -> Rules {
    let payme = PaymeRules { timeout: SpanMs::new(100), timeout_base, ..PaymeRules::default() };
    Rules { payme: payme.into(), ..Rules::default() }
}

/// Payme's transaction 1 is created at 2 by our time and at 1 by Payme's; the test payment's 2 at 2.
fn ended(provider: Provider, rules: &Rules, now: i64) -> bool {
    let (payme, test) = (1, 2);
    let number = match provider {
        Provider::Payme => payme,
        // The others' would be like the test payment's: what differs is their patience.
        Provider::Click | Provider::Uzum | Provider::UzumQr | Provider::Uzqr | Provider::Test => test,
    };
    let mut book = Book::with(&[order_created(), created(number)]);
    let decision = providers::time_out(&book.rows(number), TimeMs::new(now), rules);
    let ended = book.decide(decision);
    let state = book.transaction(number).unwrap().state;
    let timed_out = matches!(state, State::Cancelled { reason: Some(Reason::TimedOut), .. });
    assert_eq!(timed_out, ended, "{state:?}");
    assert!(ended || state == State::Created);
    ended
}

#[test]
fn an_abandoned_transaction_of_any_provider_ends_just_after_its_time() {
    let (ours, paymes) = (rules(TimeoutBase::CreateTime), rules(TimeoutBase::PaymeTime));
    assert_eq!([102, 103].map(|now| ended(Provider::Payme, &ours, now)), [false, true]);
    assert_eq!([101, 102].map(|now| ended(Provider::Payme, &paymes, now)), [false, true]);
    assert_eq!([2, 3].map(|now| ended(Provider::Test, &ours, now)), [false, true]);
}

#[test]
fn payme_hears_of_the_timeout_as_reason_4() {
    let mut book = Book::with(&[order_created(), created(1)]);
    let decision = providers::time_out(&book.rows(1), TimeMs::new(1000), &rules(TimeoutBase::CreateTime));
    assert!(book.decide(decision));
    assert_eq!(book.transaction(1).unwrap().details.as_str(), r#"{"account":{},"reason":4}"#);
}

#[test]
fn what_is_performed_or_free_is_left_alone() {
    let rules = rules(TimeoutBase::CreateTime);
    let performed = Change::TransactionPerformed { number: crate::book::number(1), details: None };
    for changes in [vec![order_created()], vec![order_created(), created(1), performed]] {
        let book = Book::with(&changes);
        assert_eq!(providers::time_out(&book.rows(1), TimeMs::new(10_000), &rules), Decision::answer(false));
    }
}
