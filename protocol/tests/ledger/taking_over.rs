//! Steps of what is taken over from another back end: which the journal takes, and what becomes of order and transaction.

use crate::book::{Book, created, number, order_created};
use boothpay_protocol::ledger::details::Details;
use boothpay_protocol::ledger::journal::Change;
use boothpay_protocol::ledger::order::OrderStatus;
use boothpay_protocol::ledger::provider::{Provider, ProviderId};
use boothpay_protocol::ledger::takeover::{TakenOrder, TakenTransaction};
use boothpay_protocol::ledger::transaction::{NewTransaction, Reason, State};
use boothpay_protocol::money::Tiyin;
use boothpay_protocol::time::TimeMs;

const CREATED: State = State::Created;
const PERFORMED: State = State::Performed { perform_time: time(20) };
const CANCELLED: State = State::Cancelled { cancel_time: time(30), reason: None };
const REFUNDED: State = State::Refunded { perform_time: time(20), cancel_time: time(30), reason: Some(Reason::Refund) };

const fn time(ms: i64) -> TimeMs {
    TimeMs::new(ms)
}

fn taken(state: State) -> TakenTransaction {
    let transaction = NewTransaction {
        number: number(1),
        provider: Provider::Payme,
        provider_id: ProviderId::parse("id-1").unwrap(),
        provider_time: time(10),
        amount: Tiyin::new(500).unwrap(),
        details: Details::new(r#"{"account":{}}"#.to_owned()),
    };
    TakenTransaction { transaction, create_time: time(10), state }
}

fn over(state: State) -> Change {
    Change::TransactionTakenOver(taken(state))
}

/// An order made at 5 that is taken over at 1000, with what follows.
fn book(changes: &[Change]) -> Book {
    let Change::OrderCreated(order) = order_created() else { unreachable!() };
    let mut book = Book::default();
    book.write_at(time(1000), Change::OrderTakenOver(TakenOrder { order, created_at: time(5) })).unwrap();
    for change in changes {
        book.write(change.clone()).unwrap_or_else(|why| panic!("{why}: {change:?}"));
    }
    book
}

#[test]
fn an_order_keeps_the_time_at_which_it_was_made_and_changes_at_that_of_the_taking_over() {
    let order = book(&[]).order().clone();
    assert_eq!((order.created_at, order.changed_at, order.version), (time(5), time(1000), 1));
    let Change::OrderCreated(new) = order_created() else { unreachable!() };
    let late = Change::OrderTakenOver(TakenOrder { order: new, created_at: time(1001) });
    assert!(Book::default().write_at(time(1000), late.clone()).is_err(), "made after it was taken over");
    assert!(book(&[]).write(late).is_err(), "it is there");
}

#[test]
fn each_past_takes_what_can_follow_it_and_nothing_else() {
    let states = [("begun", CREATED), ("paid", PERFORMED), ("given up", CANCELLED), ("refunded", REFUNDED)];
    let takes = |book: &Book| {
        let takes = |state: State| book.clone().write(over(state)).is_ok();
        states.iter().filter(|(_, state)| takes(*state)).map(|(name, _)| *name).collect::<Vec<_>>()
    };
    let all = ["begun", "paid", "given up", "refunded"];
    assert_eq!(takes(&book(&[])), all);
    for over_here in [Change::OrderCancelled, Change::OrderExpired] {
        assert_eq!(takes(&book(&[over_here])), all[1..], "money is never refused, a beginning is");
    }
    assert_eq!(takes(&book(&[over(CREATED)])), all[1..]);
    assert_eq!(takes(&book(&[over(PERFORMED)])), ["refunded"]);
    assert_eq!(takes(&book(&[over(CANCELLED)])), [""; 0]);
    assert_eq!(takes(&book(&[over(REFUNDED)])), [""; 0]);
    // Held, or paid, by a transaction of our own.
    assert_eq!(takes(&book(&[created(3)])), ["given up"]);
    let paid = Change::TransactionPerformed { number: number(3), details: None };
    assert_eq!(takes(&book(&[created(3), paid])), ["given up"]);
}

#[test]
fn what_is_taken_over_pays_refunds_and_can_go_on() {
    let status = |changes: &[Change]| book(changes).order().status;
    assert_eq!(status(&[over(CREATED)]), OrderStatus::Pending);
    assert_eq!(status(&[over(PERFORMED)]), OrderStatus::Paid);
    assert_eq!(status(&[over(CREATED), over(CANCELLED)]), OrderStatus::Pending);
    assert_eq!(status(&[Change::OrderExpired, over(PERFORMED), over(REFUNDED)]), OrderStatus::Refunded);
    let here = book(&[over(CREATED), Change::TransactionPerformed { number: number(1), details: None }]);
    let transaction = here.transaction(1).unwrap();
    assert_eq!((transaction.create_time, transaction.state.perform_time()), (time(10), Some(time(1002))));
    let other_time = State::Refunded { perform_time: time(21), cancel_time: time(30), reason: None };
    assert!(book(&[over(PERFORMED)]).write(over(other_time)).is_err(), "the time at which it was paid is set once");
}

#[test]
fn what_does_not_fit_its_order_is_refused() {
    let change = |change: fn(&mut TakenTransaction)| {
        let mut taken = taken(CREATED);
        change(&mut taken);
        book(&[over(CREATED)]).write(Change::TransactionTakenOver(taken.clone())).is_ok()
            || book(&[]).write(Change::TransactionTakenOver(taken)).is_ok()
    };
    assert!(change(|_| {}), "as it is, it fits");
    assert!(!change(|taken| taken.transaction.amount = Tiyin::new(501).unwrap()));
    assert!(!change(|taken| taken.create_time = time(4)), "before its order");
    assert!(!change(|taken| taken.state = State::Performed { perform_time: time(5000) }), "still to come");
    for state in [
        State::Owed { perform_time: time(20) },
        State::GivenBack { perform_time: time(20), cancel_time: time(30), reason: None },
    ] {
        assert!(book(&[]).write(over(state)).is_err(), "no back end but ours knows that");
    }
    let mut other = taken(PERFORMED);
    other.transaction.provider_id = ProviderId::parse("other").unwrap();
    assert!(book(&[over(CREATED)]).write(Change::TransactionTakenOver(other)).is_err(), "the number is another's");
}

#[test]
fn the_journals_text_is_read_back_as_it_was_written() {
    for state in [CREATED, PERFORMED, CANCELLED, REFUNDED] {
        let change = over(state);
        let text = serde_json::to_string(&change).unwrap();
        assert_eq!(serde_json::from_str::<Change>(&text).unwrap(), change);
        assert!(text.starts_with(r#"{"change":"transaction_taken_over","#), "{text}");
    }
    let text = serde_json::to_string(&over(PERFORMED)).unwrap().replace("performed", "cancelled");
    assert!(serde_json::from_str::<Change>(&text).is_err(), "a state and times that do not fit");
}
