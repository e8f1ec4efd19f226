//! Money that comes at any moment: never refused, never hidden, and an order is paid at most once.

use crate::book::{Book, created, number, order_created};
use boothpay_protocol::ledger::arrival::{self, Arrived};
use boothpay_protocol::ledger::journal::Change;
use boothpay_protocol::ledger::order::OrderStatus;
use boothpay_protocol::ledger::transaction::State;
use boothpay_protocol::providers::{self, Rules};
use boothpay_protocol::time::TimeMs;
use proptest::prelude::*;
use std::collections::BTreeSet;

/// What the world does to an order with up to four transactions.
#[derive(Clone, Copy, Debug)]
enum Act {
    Begin(i64),
    Cancel(i64),
    /// Money comes; also again, and for what was cancelled.
    Money(i64),
    Refund(i64),
    GiveBack(i64),
    Close,
    Expire,
    Reopen,
    Print,
    /// Time passes until every transaction that waits is abandoned.
    Wait,
}

fn acts() -> impl Strategy<Value = Vec<Act>> {
    let n = 1_i64..=4;
    let act = prop_oneof![
        3 => n.clone().prop_map(Act::Begin),
        3 => n.clone().prop_map(Act::Cancel),
        4 => n.clone().prop_map(Act::Money),
        1 => n.clone().prop_map(Act::Refund),
        1 => n.prop_map(Act::GiveBack),
        1 => Just(Act::Close),
        1 => Just(Act::Expire),
        1 => Just(Act::Reopen),
        1 => Just(Act::Print),
        1 => Just(Act::Wait),
    ];
    prop::collection::vec(act, 0..40)
}

proptest! {
    #[test]
    fn money_that_came_is_paid_owed_or_gone_back(acts in acts()) {
        let rules = Rules::default();
        let mut book = Book::with(&[order_created()]);
        let mut now = TimeMs::new(1);
        // Whose money is with us, and whose has gone back, as an independent bookkeeper has it.
        let (mut here, mut back) = (BTreeSet::new(), BTreeSet::new());
        for act in acts {
            now = now.max(book.order().changed_at);
            match act {
                Act::Begin(n) if book.transaction(n).is_none() => drop(book.write_at(now, created(n))),
                Act::Begin(_) => {}
                Act::Cancel(n) => {
                    let change = Change::TransactionCancelled { number: number(n), reason: None, details: None };
                    drop(book.write_at(now, change));
                }
                Act::Money(n) => {
                    let rows = book.rows(n);
                    let holder = providers::holder(&rows, now, &rules);
                    match arrival::record(&rows, holder, None, now) {
                        Some(decision) => {
                            let arrived = book.decide(decision);
                            if !back.contains(&n) {
                                here.insert(n);
                            }
                            prop_assert_eq!(arrived == Arrived::WentBack, back.contains(&n));
                        }
                        None => prop_assert!(book.transaction(n).is_none()),
                    }
                }
                Act::Refund(n) => {
                    let change = Change::TransactionRefunded { number: number(n), reason: None, details: None };
                    if book.write_at(now, change).is_ok() {
                        prop_assert!(here.remove(&n) && back.insert(n));
                    }
                }
                Act::GiveBack(n) => {
                    if let Some(transaction) = book.transaction(n).cloned() {
                        let decision = arrival::give_back(&transaction, &book.rows(n), None, None, now);
                        if book.decide(decision) {
                            prop_assert!(here.remove(&n) && back.insert(n));
                        }
                    }
                }
                Act::Close => drop(book.write_at(now, Change::OrderCancelled)),
                Act::Expire => drop(book.write_at(now, Change::OrderExpired)),
                Act::Reopen => drop(book.write_at(now, Change::OrderReopened { expires_at: now })),
                Act::Print => drop(book.write_at(now, Change::OrderPrinted)),
                Act::Wait => now = now.plus(boothpay_protocol::time::SpanMs::seconds(100_000)),
            }
            let transactions = &book.story.transactions;
            let count = |wanted: fn(&State) -> bool| transactions.iter().filter(|it| wanted(&it.state)).count();
            let performed = count(|state| matches!(state, State::Performed { .. }));
            prop_assert!(count(|state| state.holds()) <= 1);
            prop_assert_eq!(performed == 1, book.order().status == OrderStatus::Paid);
            for it in transactions {
                let n = it.number.get();
                let is_here = matches!(it.state, State::Performed { .. } | State::Owed { .. });
                let is_back = matches!(it.state, State::Refunded { .. } | State::GivenBack { .. });
                prop_assert_eq!((is_here, is_back), (here.contains(&n), back.contains(&n)), "{:?}", it);
            }
        }
    }
}

/// A cancelled transaction 1 of Payme's, then what happened since; what its money then comes to.
fn late(since: &[Change], now: i64) -> (Arrived, Book) {
    let cancelled = Change::TransactionCancelled { number: number(1), reason: None, details: None };
    let mut book = Book::with(&[&[order_created(), created(1), cancelled], since].concat());
    let rows = book.rows(1);
    let holder = providers::holder(&rows, TimeMs::new(now), &Rules::default());
    let decision = arrival::record(&rows, holder, None, TimeMs::new(now)).unwrap();
    (book.decide(decision), book)
}

#[test]
fn late_money_pays_what_can_still_be_paid() {
    for since in [vec![], vec![Change::OrderCancelled], vec![Change::OrderExpired]] {
        let (arrived, book) = late(&since, 100);
        assert_eq!((arrived, book.order().status), (Arrived::Paid, OrderStatus::Paid), "{since:?}");
    }
}

#[test]
fn late_money_is_owed_when_another_transaction_has_the_order() {
    let (arrived, book) = late(&[created(3)], 100);
    assert_eq!((arrived, book.order().status), (Arrived::Owed, OrderStatus::Pending));
    let paid = Change::TransactionPerformed { number: number(3), details: None };
    let (arrived, book) = late(&[created(3), paid], 100);
    assert_eq!((arrived, book.order().status), (Arrived::Owed, OrderStatus::Paid));
    assert!(matches!(book.transaction(1).unwrap().state, State::Owed { .. }));
}

#[test]
fn late_money_takes_the_order_from_an_abandoned_transaction() {
    let (arrived, book) = late(&[created(3)], 1_000_000_000);
    assert_eq!((arrived, book.order().status), (Arrived::Paid, OrderStatus::Paid));
    assert!(matches!(book.transaction(3).unwrap().state, State::Cancelled { .. }));
}
