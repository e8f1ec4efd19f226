//! What programs of the owner's are told of: each event once, for each who wants it, and nothing else.

use crate::book::{Book, created, number, order_created};
use boothpay_protocol::ledger::event::{Event, Message, Subscription, Subscriptions};
use boothpay_protocol::ledger::journal::{Actor, Change};
use boothpay_protocol::ledger::order::{OrderId, OrderStatus};
use boothpay_protocol::ledger::provider::Provider;
use boothpay_protocol::ledger::rows::Decision;
use boothpay_protocol::ledger::task::{NewTask, TaskKind, TaskTarget};
use boothpay_protocol::time::TimeMs;

const PAYME: Actor = Actor::Provider { provider: Provider::Payme, proven: true };

fn subscription(name: &str, events: &[Event]) -> Subscription {
    Subscription { target: TaskTarget::parse(name).unwrap(), events: events.to_vec() }
}

/// The tasks of a decision about a transaction, at time 50.
fn tasks(book: &Book, asked: i64, actor: Actor, changes: Vec<Change>) -> Vec<NewTask> {
    let subscriptions =
        Subscriptions::new([subscription("all", &Event::ALL), subscription("paid", &[Event::OrderPaid])]);
    let decision = Decision::change(OrderId::parse("a").unwrap(), TimeMs::new(50), changes, ());
    subscriptions.tasks(&book.rows(asked), actor, &decision.writes)
}

fn message(task: &NewTask) -> Message {
    serde_json::from_str(&task.payload).unwrap()
}

fn performed(n: i64) -> Change {
    Change::TransactionPerformed { number: number(n), details: None }
}

fn cancelled(n: i64) -> Change {
    Change::TransactionCancelled { number: number(n), reason: None, details: None }
}

#[test]
fn each_change_that_matters_outside_is_one_event() {
    let pending = || Book::with(&[order_created()]);
    let held = || Book::with(&[order_created(), created(1)]);
    let paid = || Book::with(&[order_created(), created(1), performed(1)]);
    let closed = || Book::with(&[order_created(), created(1), cancelled(1), Change::OrderCancelled]);
    let late = Change::TransactionPerformedLate { number: number(1), details: None };
    let refunded = Change::TransactionRefunded { number: number(1), reason: None, details: None };
    let owed = || Change::MoneyOwed { number: number(1), details: None };
    let given_back = Change::MoneyGivenBack { number: number(1), reason: None, details: None };
    let failed = || Change::RefundFailed { number: number(1), why: "Click refuses".to_owned() };
    let mut owing = closed();
    owing.write(owed()).unwrap();
    let mut asked = paid();
    asked.write(Change::RefundAsked { number: number(1), reason: None }).unwrap();
    let still_owing = owing.clone();
    let cases = [
        (held(), performed(1), Event::OrderPaid, OrderStatus::Paid, true),
        (closed(), late, Event::OrderPaid, OrderStatus::Paid, true),
        (paid(), refunded, Event::OrderRefunded, OrderStatus::Refunded, true),
        (pending(), Change::OrderCancelled, Event::OrderCancelled, OrderStatus::Cancelled, false),
        (pending(), Change::OrderExpired, Event::OrderExpired, OrderStatus::Expired, false),
        (closed(), owed(), Event::MoneyOwed, OrderStatus::Cancelled, true),
        (owing, given_back, Event::MoneyGivenBack, OrderStatus::Cancelled, true),
        (still_owing, failed(), Event::RefundFailed, OrderStatus::Cancelled, true),
        (asked, failed(), Event::RefundFailed, OrderStatus::Paid, true),
    ];
    for (book, change, event, status, moves_money) in cases {
        let tasks = tasks(&book, 1, PAYME, vec![change]);
        assert_eq!(tasks.len(), if event == Event::OrderPaid { 2 } else { 1 }, "{event:?}");
        let Message { event: told, at_ms, data } = message(&tasks[0]);
        assert_eq!((told, at_ms, data.status), (event, TimeMs::new(50), status));
        assert_eq!((data.order_id.as_str(), data.amount_tiyin, data.copies), ("a", 500, 1));
        assert_eq!(data.version as usize, book.entries.len() + 1, "{event:?}");
        let reason = (event == Event::RefundFailed).then_some("Click refuses");
        assert_eq!(data.reason.as_deref(), reason, "{event:?}");
        assert_eq!(
            data.transaction.as_ref().map(|it| (it.id.as_str(), it.proven)),
            moves_money.then_some(("id-1", true))
        );
        assert!(tasks.iter().all(|task| task.kind == TaskKind::Webhook && task.created_at == TimeMs::new(50)));
    }
}

#[test]
fn nothing_else_is_told() {
    let book = Book::with(&[order_created()]);
    let chosen = Change::OrderChosen { chosen: Some(Provider::Payme), language: None };
    for change in [created(1), chosen, Change::OrderReopened { expires_at: TimeMs::new(999) }] {
        assert_eq!(tasks(&book, 0, PAYME, vec![change.clone()]), [], "{change:?}");
    }
    let paid = Book::with(&[order_created(), created(1), performed(1)]);
    assert_eq!(tasks(&paid, 1, Actor::Booth, vec![Change::OrderPrinted]), []);
    assert!(Subscriptions::default().tasks(&paid.rows(1), PAYME, &write(performed(1))).is_empty());
    // What the ledger refuses never happened.
    assert_eq!(tasks(&paid, 1, PAYME, vec![performed(1)]), []);
}

fn write(change: Change) -> boothpay_protocol::ledger::rows::Writes {
    Decision::change(OrderId::parse("a").unwrap(), TimeMs::new(50), vec![change], ()).writes
}

#[test]
fn several_changes_of_one_decision_are_told_in_their_order() {
    let book = Book::with(&[order_created()]);
    let told = tasks(&book, 0, Actor::TEST_PAYMENT, vec![created(2), performed(2)]);
    assert_eq!(told.len(), 2, "one event, two who want it");
    let data = message(&told[0]).data;
    assert_eq!((data.version, data.status), (3, OrderStatus::Paid));
    assert!(!data.transaction.unwrap().proven, "a test payment is no money");
}

#[test]
fn a_key_is_of_one_event_and_one_receiver_and_the_same_each_time() {
    let book = Book::with(&[order_created(), created(1)]);
    let once = tasks(&book, 1, PAYME, vec![performed(1)]);
    assert_eq!(once, tasks(&book, 1, PAYME, vec![performed(1)]));
    assert_ne!(once[0].key, once[1].key);
    let refunded = Change::TransactionRefunded { number: number(1), reason: None, details: None };
    let both = tasks(&book, 1, PAYME, vec![performed(1), refunded]);
    let keys: std::collections::BTreeSet<&str> = both.iter().map(|task| task.key.as_str()).collect();
    assert_eq!(keys.len(), 3, "paid for two, refunded for one");
}
