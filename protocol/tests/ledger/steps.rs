//! The table of steps: every change in every situation is either taken or refused.

use crate::book::{Book, EXPIRES_AT, created, number, order_created};
use boothpay_protocol::ledger::details::Details;
use boothpay_protocol::ledger::journal::{Actor, Change};
use boothpay_protocol::ledger::language::Language;
use boothpay_protocol::ledger::order::OrderStatus;
use boothpay_protocol::ledger::provider::Provider;
use boothpay_protocol::ledger::refunds::RefundPolicy;
use boothpay_protocol::ledger::transaction::{Reason, State};
use boothpay_protocol::print::PageId;
use boothpay_protocol::time::TimeMs;

const PERFORMED: Change = Change::TransactionPerformed { number: number_of(1), details: None };
const LATE: Change = Change::TransactionPerformedLate { number: number_of(1), details: None };
const CANCELLED: Change = Change::TransactionCancelled { number: number_of(1), reason: None, details: None };
const REFUNDED: Change = Change::TransactionRefunded { number: number_of(1), reason: None, details: None };
const OWED: Change = Change::MoneyOwed { number: number_of(1), details: None };
const GIVEN_BACK: Change = Change::MoneyGivenBack { number: number_of(1), reason: None, details: None };
const ASKED: Change = Change::RefundAsked { number: number_of(1), reason: None };
const FAILED: Change = Change::RefundFailed { number: number_of(1), why: String::new() };
const REOPENED: Change = Change::OrderReopened { expires_at: TimeMs::new(5000) };

const fn number_of(number: i64) -> boothpay_protocol::ledger::transaction::TransactionNumber {
    boothpay_protocol::ledger::transaction::TransactionNumber::new(number)
}

fn changes() -> Vec<(&'static str, Change)> {
    let granted = Change::PrintGranted { page: PageId::parse("page-one").unwrap() };
    vec![
        ("order", order_created()),
        ("reopen", REOPENED),
        ("close", Change::OrderCancelled),
        ("expire", Change::OrderExpired),
        ("print", Change::OrderPrinted),
        ("grant", granted),
        ("again", Change::ReprintAllowed),
        ("begin", created(2)),
        ("perform", PERFORMED),
        ("late", LATE),
        ("cancel", CANCELLED),
        ("refund", REFUNDED),
        ("owe", OWED),
        ("give", GIVEN_BACK),
        ("ask", ASKED),
        ("fail", FAILED),
    ]
}

/// Which changes the journal takes in a situation; what is chosen and kept beside is always possible.
fn taken(situation: &[Change]) -> Vec<&'static str> {
    let book = Book::with(situation);
    let takes = |change: &Change| book.clone().write(change.clone()).is_ok();
    assert!(takes(&Change::OrderChosen { chosen: None, language: Some(Language::Uz) }));
    changes().iter().filter(|(_, change)| takes(change)).map(|(name, _)| *name).collect()
}

#[test]
fn every_situation_takes_its_own_steps_and_no_other() {
    let order = order_created();
    let begun = [order.clone(), created(1)];
    let with = |more: &[Change]| [begun.as_slice(), more].concat();
    assert_eq!(taken(std::slice::from_ref(&order)), ["reopen", "close", "expire", "begin"]);
    assert_eq!(taken(&[order.clone(), Change::OrderCancelled]), ["reopen"]);
    assert_eq!(taken(&[order, Change::OrderExpired]), ["reopen"]);
    assert_eq!(taken(&begun), ["perform", "cancel"], "nothing closes or opens what a transaction holds");
    assert_eq!(taken(&with(&[PERFORMED])), ["print", "grant", "refund", "ask"]);
    assert_eq!(taken(&with(&[PERFORMED, Change::OrderPrinted])), ["again", "refund", "ask"], "it is printed once");
    assert_eq!(taken(&with(&[PERFORMED, ASKED])), ["refund", "fail"], "what is owed back is not printed");
    assert_eq!(taken(&with(&[PERFORMED, ASKED, FAILED])), ["refund", "fail"]);
    assert_eq!(taken(&with(&[PERFORMED, ASKED, REFUNDED])), [""; 0]);
    assert_eq!(taken(&with(&[PERFORMED, REFUNDED])), [""; 0]);
    assert_eq!(taken(&with(&[CANCELLED])), ["reopen", "close", "expire", "begin", "late", "owe"]);
    assert_eq!(taken(&with(&[CANCELLED, Change::OrderCancelled])), ["reopen", "late", "owe"]);
    assert_eq!(taken(&with(&[CANCELLED, Change::OrderExpired])), ["reopen", "late", "owe"]);
    assert_eq!(taken(&with(&[CANCELLED, created(3)])), ["owe"], "another transaction holds it");
    assert_eq!(taken(&with(&[CANCELLED, LATE])), ["print", "grant", "refund", "ask"]);
    assert_eq!(taken(&with(&[CANCELLED, OWED])), ["reopen", "close", "expire", "begin", "give", "fail"]);
    assert_eq!(taken(&with(&[CANCELLED, OWED, GIVEN_BACK])), ["reopen", "close", "expire", "begin"]);
}

#[test]
fn each_step_sets_its_own_times_reason_and_details() {
    let details = || Some(Details::new(r#"{"account":{},"reason":4}"#.to_owned()));
    let reason = Some(Reason::TimedOut);
    let mut book = Book::with(&[order_created(), created(1)]);
    let at = |book: &Book| book.order().changed_at;
    book.write(Change::TransactionCancelled { number: number(1), reason, details: details() }).unwrap();
    let (it, cancel_time) = (book.transaction(1).unwrap().clone(), at(&book));
    assert_eq!((it.state, Some(it.details)), (State::Cancelled { cancel_time, reason }, details()));
    book.write(OWED).unwrap();
    let perform_time = at(&book);
    let it = book.transaction(1).unwrap().clone();
    assert_eq!((it.state, Some(it.details)), (State::Owed { perform_time }, details()), "no new details: the old stay");
    assert_eq!(book.order().status, OrderStatus::Pending);
    let refund = Some(Reason::Refund);
    book.write(Change::MoneyGivenBack { number: number(1), reason: refund, details: None }).unwrap();
    let cancel_time = at(&book);
    let given_back = State::GivenBack { perform_time, cancel_time, reason: refund };
    assert_eq!((book.transaction(1).unwrap().state, book.order().status), (given_back, OrderStatus::Pending));
    book.write(REOPENED).unwrap();
    assert_eq!(book.order().expires_at, TimeMs::new(5000));
    let chosen = Change::OrderChosen { chosen: Some(Provider::Payme), language: Some(Language::En) };
    book.write(chosen).unwrap();
    assert_eq!((book.order().chosen, book.order().language), (Some(Provider::Payme), Some(Language::En)));
}

#[test]
fn versions_times_and_transactions_have_to_follow() {
    let mut book = Book::default();
    assert!(book.write(Change::OrderPrinted).is_err(), "an order begins by being made");
    let mut book = Book::with(&[order_created(), created(1)]);
    let last = book.order().changed_at;
    assert!(book.write_at(TimeMs::new(last.ms() - 1), CANCELLED).unwrap_err().contains("backwards"));
    assert!(book.clone().write_at(last, CANCELLED).is_ok(), "the same instant is possible");
    let another = Change::TransactionCancelled { number: number(7), reason: None, details: None };
    assert!(book.write(another).unwrap_err().contains("no such transaction"));
    let mut skipped = book.clone();
    skipped.entries.push(skipped.entries[0].clone());
    assert!(skipped.write(CANCELLED).unwrap_err().contains("gap"));
    assert!(book.order().is_past_expiry(EXPIRES_AT) && !book.order().is_past_expiry(TimeMs::new(EXPIRES_AT.ms() - 1)));
}

#[test]
fn actors_and_states_have_words_that_lead_back_to_them() {
    let words = Actor::ALL.map(Actor::word);
    let wallets = ["payme", "payme_unproven", "click", "click_unproven", "uzum", "uzum_unproven"];
    let expected = [
        ["booth", "api"].as_slice(),
        &wallets,
        &["uzum_qr", "test", "staff", "sweep", "tasks", "command_line", "panel", "statement", "import"],
    ]
    .concat();
    assert_eq!(words, expected.as_slice());
    for actor in Actor::ALL {
        assert_eq!(Actor::from_word(actor.word()), Some(actor));
    }
    assert_eq!(Actor::from_word("bank"), None);
}

/// A wallet takes money back only as long as the customer surely has no prints; a later job that fails changes nothing of that.
#[test]
fn prints_that_came_out_stay_out_whatever_becomes_of_a_later_job() {
    let until = TimeMs::new(5000);
    let asked = Change::PrintAsked { until, round: 1 };
    let begun = Change::PrintBegun { by: "lab".to_owned(), until };
    let failed = Change::PrintFailed { done: 0, why: String::new() };
    let unknown = Change::PrintUnknown { done: 0, why: String::new(), stuck_until: None };
    let allows = |prints: &[Change]| {
        let changes = [&[order_created(), created(1), PERFORMED][..], prints].concat();
        RefundPolicy::BeforePrinting.allows(Book::with(&changes).story.order.as_ref())
    };
    assert!(allows(std::slice::from_ref(&asked)));
    assert!(!allows(&[asked.clone(), begun.clone()]));
    assert!(!allows(&[asked.clone(), begun.clone(), unknown]));
    assert!(allows(&[asked.clone(), begun.clone(), failed.clone()]), "nothing came out");
    assert!(!allows(&[asked.clone(), begun.clone(), Change::PrintDone, asked, begun, failed]), "he has them");
}
