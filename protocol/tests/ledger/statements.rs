//! What a wallet's statement puts right, and what it never does: pay an order twice.

use crate::book::{Book, created, number, order_created};
use boothpay_protocol::click;
use boothpay_protocol::click::rules::{Fiscal, Seller};
use boothpay_protocol::fiscal::FiscalItem;
use boothpay_protocol::ledger::authority::may_ask;
use boothpay_protocol::ledger::journal::{Actor, Change};
use boothpay_protocol::ledger::order::{OrderId, OrderStatus};
use boothpay_protocol::ledger::provider::{Provider, ProviderId};
use boothpay_protocol::ledger::rows::Writes;
use boothpay_protocol::ledger::task::TaskKind;
use boothpay_protocol::ledger::transaction::{NewTransaction, Reason};
use boothpay_protocol::money::Tiyin;
use boothpay_protocol::providers::Rules;
use boothpay_protocol::statement::{NotRighted, Righted, Stated, put_right};
use boothpay_protocol::time::TimeMs;
use std::sync::Arc;

/// The number that every new transaction gets here.
const NEW: i64 = 99;

/// An id as Payme's are.
const FRESH: &str = "5305e3bab097f420a62ced0b";

fn performed(at: i64) -> Change {
    Change::TransactionPerformed { number: number(at), details: None }
}

fn cancelled(at: i64) -> Change {
    Change::TransactionCancelled { number: number(at), reason: Some(Reason::TimedOut), details: None }
}

fn refunded(at: i64) -> Change {
    Change::TransactionRefunded { number: number(at), reason: Some(Reason::Refund), details: None }
}

fn owed(at: i64) -> Change {
    Change::MoneyOwed { number: number(at), details: None }
}

fn stated(id: &str) -> Stated {
    Stated {
        provider: Provider::Payme,
        id: ProviderId::parse(id).unwrap(),
        order: OrderId::parse("a").unwrap(),
        amount: Tiyin::new(500).unwrap(),
        at: TimeMs::new(3),
        by: "anna".to_owned(),
        evidence: "march.csv, row 7".to_owned(),
    }
}

/// Shows a statement with a payment of the order; `asked` is the number under which that payment is here.
fn show(book: &mut Book, asked: i64, stated: &Stated, now: i64) -> Result<Righted, NotRighted> {
    let decision = put_right(stated, &book.rows(asked), TimeMs::new(now), &Rules::default());
    if let Writes::Order { changes, .. } = &decision.writes {
        assert!(changes.iter().all(|change| may_ask(Actor::Statement, change, Provider::Payme)), "{changes:?}");
        let shown = changes.iter().filter(|change| matches!(change, Change::StatementShown { .. }));
        assert_eq!(shown.count(), 1, "each says once who showed what: {changes:?}");
    }
    book.decide(decision)
}

fn standing(book: &Book, asked: i64) -> (OrderStatus, Option<&'static str>) {
    (book.order().status, book.transaction(asked).map(|it| it.state.word()))
}

#[test]
fn a_payment_that_was_begun_here_is_performed_whatever_became_of_it() {
    let closed = Change::OrderCancelled;
    let ways: [(&[Change], Righted, (OrderStatus, &str)); 4] = [
        (&[created(1)], Righted::Paid, (OrderStatus::Paid, "performed")),
        (&[created(1), cancelled(1)], Righted::Paid, (OrderStatus::Paid, "performed")),
        (&[created(1), cancelled(1), closed], Righted::Paid, (OrderStatus::Paid, "performed")),
        (&[created(1), cancelled(1), created(3), performed(3)], Righted::Owed, (OrderStatus::Paid, "owed")),
    ];
    for (changes, righted, (status, state)) in ways {
        let mut book = Book::with(&[&[order_created()], changes].concat());
        assert_eq!(show(&mut book, 1, &stated("id-1"), 50), Ok(righted), "{changes:?}");
        assert_eq!(standing(&book, 1), (status, Some(state)));
        let shown = book.entries.iter().find_map(|entry| {
            let Change::StatementShown { by, evidence, .. } = &entry.change else { return None };
            Some((by.as_str(), evidence.as_str()))
        });
        assert_eq!(shown, Some(("anna", "march.csv, row 7")));
        let before = book.entries.len();
        assert_eq!(show(&mut book, 1, &stated("id-1"), 60), Ok(Righted::Before), "a second click");
        assert_eq!(book.entries.len(), before);
    }
}

#[test]
fn a_payment_that_is_not_here_is_begun_and_performed_where_nothing_else_pays_the_order() {
    let closed = [order_created(), Change::OrderCancelled];
    let expired = [order_created(), Change::OrderExpired];
    let abandoned = [order_created(), created(2)];
    for changes in [&[order_created()][..], &closed, &expired, &abandoned] {
        let mut book = Book::with(changes);
        assert_eq!(show(&mut book, NEW, &stated(FRESH), 5_000), Ok(Righted::Paid), "{changes:?}");
        assert_eq!(standing(&book, NEW), (OrderStatus::Paid, Some("performed")));
        let transaction = book.transaction(NEW).unwrap();
        assert_eq!(transaction.details.as_str(), r#"{"account":{"order_id":"a"}}"#);
        assert_eq!((transaction.provider_id.as_str(), transaction.provider_time), (FRESH, TimeMs::new(3)));
    }
}

#[test]
fn an_order_is_never_paid_twice_and_nothing_else_is_bent_to_fit() {
    let busy = Book::with(&[order_created(), created(1)]);
    let paid = Book::with(&[order_created(), created(1), performed(1)]);
    let gone = Book::with(&[order_created(), created(1), performed(1), refunded(1)]);
    for (book, why) in [(&busy, NotRighted::Busy), (&paid, NotRighted::PaidByOther), (&gone, NotRighted::Refunded)] {
        assert_eq!(show(&mut book.clone(), NEW, &stated(FRESH), 6), Err(why));
    }
    assert_eq!(show(&mut gone.clone(), 1, &stated("id-1"), 6), Err(NotRighted::WentBack));
    let late = [order_created(), created(1), cancelled(1), created(3), performed(3), owed(1)];
    assert_eq!(show(&mut Book::with(&late), 1, &stated("id-1"), 60), Ok(Righted::Before));
    let mut open = Book::with(&[order_created()]);
    for (other, why) in [
        (Stated { amount: Tiyin::new(499).unwrap(), ..stated(FRESH) }, NotRighted::OtherSum),
        (Stated { order: OrderId::parse("b").unwrap(), ..stated(FRESH) }, NotRighted::OtherOrder),
        (stated("receipt-7"), NotRighted::StrangeId),
        (Stated { provider: Provider::Click, ..stated(FRESH) }, NotRighted::StrangeId),
        (Stated { provider: Provider::Uzqr, ..stated(FRESH) }, NotRighted::StrangeId),
    ] {
        assert_eq!(show(&mut open, NEW, &other, 6), Err(why));
    }
    assert_eq!(open.entries.len(), 1);
    let nothing = put_right(&stated(FRESH), &Book::default().rows(NEW), TimeMs::new(1), &Rules::default());
    assert_eq!(nothing.reply, Err(NotRighted::NoOrder));
}

#[test]
fn nobody_makes_money_of_a_statement_but_whoever_shows_it() {
    let shown = Change::StatementShown { number: number(1), by: "anna".to_owned(), evidence: "a.csv".to_owned() };
    for provider in Provider::ALL {
        let wallets = [Provider::Payme, Provider::Click, Provider::Uzum, Provider::UzumQr];
        for change in [performed(1), owed(1), shown.clone()] {
            assert_eq!(may_ask(Actor::Statement, &change, provider), wallets.contains(&provider), "{change:?}");
        }
        assert!(!may_ask(Actor::Panel, &performed(1), provider), "a click alone is no evidence");
        assert!(!may_ask(Actor::Panel, &shown, provider) && !may_ask(Actor::Statement, &refunded(1), provider));
    }
}

/// The wallet's own call would have made them; none comes any more.
#[test]
fn what_follows_a_payment_follows_one_that_was_put_right() {
    let fiscal = Fiscal {
        item: FiscalItem {
            title: "Photos".to_owned(),
            code: "00702001001000001".to_owned(),
            package_code: "1500".to_owned(),
            vat_percent: 12,
            units: None,
        },
        seller: Seller::Tin("123456789".to_owned()),
    };
    let with_receipts = Rules {
        click: Arc::new(click::rules::Rules { fiscal: Some(fiscal), ..Default::default() }),
        ..Rules::default()
    };
    let of_click = |at: i64| {
        let Change::TransactionCreated(new) = created(at) else { panic!("{at} begins") };
        Change::TransactionCreated(NewTransaction { provider: Provider::Click, ..new })
    };
    let shown = Stated { provider: Provider::Click, ..stated("id-1") };
    let tasks = |changes: &[Change], rules: &Rules| {
        let mut book = Book::with(changes);
        let decision = put_right(&shown, &book.rows(1), TimeMs::new(50), rules);
        let kinds: Vec<TaskKind> = decision.tasks.iter().map(|task| task.kind).collect();
        book.decide(decision).unwrap();
        assert_eq!(put_right(&shown, &book.rows(1), TimeMs::new(60), rules).tasks, [], "a second click");
        kinds
    };
    let open = [order_created(), of_click(1)];
    assert_eq!(tasks(&open, &with_receipts), [TaskKind::Receipt]);
    assert_eq!(tasks(&open, &Rules::default()), [], "Click makes receipts by itself");
    let paid_by_another = [order_created(), of_click(1), cancelled(1), created(3), performed(3)];
    assert_eq!(tasks(&paid_by_another, &with_receipts), [TaskKind::Refund]);
}
