//! Judges the judge that reads the journal: stories made by hand with their journals, right ones and wrong ones.

use crate::hand::*;
use crate::journal::{Rows, judge};
use crate::wire::provider_id;
use boothpay_test_support::model::{Wallet, Word};
use serde_json::{Value, json};

/// What happened to the order, and when: the versions count by themselves.
type Changes = Vec<(i64, Value)>;

/// A transaction's row: number, letter, state, times of creation, performing and cancelling, reason.
type Row = (i64, char, i64, [Option<i64>; 3], Option<i64>);

struct Case {
    name: &'static str,
    lines: Vec<Line>,
    changes: Changes,
    /// What the rows say in the end.
    status: &'static str,
    transactions: Vec<Row>,
    /// The state of Click's transaction in [`owed`].
    owed: Option<&'static str>,
}

impl Case {
    fn rows(&self) -> Rows {
        let journal = self.changes.iter().enumerate();
        let journal: Vec<Value> =
            journal.map(|(index, (at, change))| json!({"version": index + 1, "at": at, "change": change})).collect();
        let opened = self.changes.iter().rev().find_map(|(_, change)| change["expires_at"].as_i64());
        let version = journal.len();
        let order = json!({"status": self.status, "amount": PRICE, "expires_at": opened, "version": version});
        let transaction = |(number, letter, state, [create, perform, cancel], reason): &Row| {
            let word = [(1, "created"), (2, "performed"), (-1, "cancelled"), (-2, "refunded")];
            let word = word.into_iter().find(|(code, _)| code == state).map(|(_, word)| word);
            json!({"number": number, "provider": "payme", "id": format!("order-{letter}"), "state": word, "amount": PRICE,
                   "create": create, "perform": perform, "cancel": cancel, "reason": reason.map(stored),
                   "details": {"reason": reason}})
        };
        let clicks = self.owed.map(|owed| {
            json!({"number": 1, "provider": "click", "id": provider_id("order", Wallet::Click, A), "state": owed,
                   "amount": PRICE, "create": 13, "perform": 1_145, "cancel": null, "reason": null, "details": {}})
        });
        let transactions = clicks.into_iter().chain(self.transactions.iter().map(transaction)).collect();
        Rows { journal, order: opened.map(|_| order), transactions }
    }

    fn judged(&self) -> Result<(), String> {
        judge(&RULES, "order", &history(&self.lines), &self.rows())
    }
}

fn order_created(at: i64) -> (i64, Value) {
    (at, json!({"change": "order_created", "amount": PRICE, "expires_at": at + RULES.wallets.order_life}))
}

fn begins(at: i64, number: i64, letter: char) -> (i64, Value) {
    (
        at,
        json!({"change": "transaction_created", "number": number, "provider": "payme", "provider_time": 0,
          "provider_id": format!("order-{letter}")}),
    )
}

fn ends(at: i64, kind: &str, number: i64, reason: i64) -> (i64, Value) {
    (
        at,
        json!({"change": format!("transaction_{kind}"), "number": number, "reason": stored(reason),
          "details": json!({"reason": reason}).to_string()}),
    )
}

/// The ledger's word for a reason of Payme's.
fn stored(reason: i64) -> &'static str {
    match reason {
        4 => "timed_out",
        5 => "refund",
        _ => "failed",
    }
}

/// An order, paid.
fn paid() -> Case {
    Case {
        name: "a payment",
        lines: vec![
            (0, 10, offer(), offered(10_005)),
            (20, 30, create(A), created(1, 25)),
            (40, 50, perform(A), performed(1, 45)),
            (60, 70, STATUS, stands(Word::Paid)),
            (80, 90, create(B), fault(-31052)),
        ],
        changes: vec![order_created(5), begins(25, 1, 'a'), ends(45, "performed", 1, 0)],
        status: "paid",
        transactions: vec![(1, 'a', 2, [Some(25), Some(45), None], None)],
        owed: None,
    }
}

/// An order, and a payment that has begun; without the calls that began it.
fn begun(name: &'static str, more: Vec<Line>) -> Case {
    let mut case = Case { name, status: "pending", ..paid() };
    case.lines.truncate(1);
    case.lines.extend(more);
    case.changes.truncate(2);
    case.transactions = vec![(1, 'a', 1, [Some(25), None, None], None)];
    case
}

/// Click's money comes when Payme has paid the order: it is owed back.
fn owed() -> Case {
    let mut case = Case {
        name: "late money is owed back",
        owed: Some("owed"),
        lines: vec![
            (0, 10, offer(), offered(10_005)),
            (11, 15, prepare(A), click(0, Some(1))),
            (1_100, 1_110, create(A), created(2, 1_105)),
            (1_120, 1_130, perform(A), performed(2, 1_125)),
            (1_140, 1_150, complete(A, 1), click(0, Some(1))),
        ],
        changes: vec![
            order_created(5),
            (
                13,
                json!({"change": "transaction_created", "number": 1, "provider": "click", "provider_time": 7,
                       "provider_id": provider_id("order", Wallet::Click, A)}),
            ),
            (1_105, json!({"change": "transaction_cancelled", "number": 1, "reason": "timed_out"})),
            begins(1_105, 2, 'a'),
            ends(1_125, "performed", 2, 0),
            (1_145, json!({"change": "money_owed", "number": 1})),
        ],
        ..paid()
    };
    case.transactions = vec![(2, 'a', 2, [Some(1_105), Some(1_125), None], None)];
    case
}

fn good() -> Vec<Case> {
    let nothing = Case {
        name: "nothing",
        lines: vec![(0, 10, STATUS, NOT_FOUND), (20, 30, create(A), fault(-31050))],
        changes: vec![],
        status: "",
        transactions: vec![],
        owed: None,
    };
    let mut swept = begun(
        "given up by the sweep",
        vec![(20, 30, create(A), created(1, 25)), (2_000, 2_010, perform(A), fault(-31008))],
    );
    swept.changes.push(ends(1_026, "cancelled", 1, 4));
    swept.transactions = vec![(1, 'a', -1, [Some(25), None, Some(1_026)], Some(4))];
    vec![
        nothing,
        paid(),
        owed(),
        begun("a lost create took effect", vec![(20, 0, create(A), LOST), (60, 70, STATUS, stands(Word::Processing))]),
        begun(
            "overlapping looks see either side",
            vec![
                (20, 60, create(A), created(1, 25)),
                (22, 70, STATUS, stands(Word::Processing)),
                (23, 80, STATUS, stands(Word::Waiting)),
            ],
        ),
        swept,
    ]
}

/// A case that was right before something was done to it.
fn spoilt(name: &'static str, spoil: impl FnOnce(&mut Case)) -> Case {
    let mut case = Case { name, ..paid() };
    spoil(&mut case);
    case
}

fn bad() -> Vec<Case> {
    vec![
        spoilt("the reply has another time", |it| it.lines[2].3 = performed(1, 46)),
        spoilt("the reply has another number", |it| it.lines[1].3 = created(2, 25)),
        spoilt("a look sees what was, too late", |it| it.lines[3].3 = stands(Word::Processing)),
        spoilt("a look sees what comes, too early", |it| it.lines.insert(1, (11, 15, STATUS, stands(Word::Paid)))),
        spoilt("two looks one after the other, the later sees the older", |it| {
            it.lines[2].1 = 75;
            it.lines[3] = (46, 50, STATUS, stands(Word::Paid));
            it.lines[4] = (60, 70, STATUS, stands(Word::Processing));
        }),
        spoilt("nobody asked for the payment", |it| drop(it.lines.remove(2))),
        spoilt("it happened before it was asked for", |it| {
            it.lines[2] = (46, 50, perform(A), performed(1, 45));
        }),
        spoilt("it happened after it was answered", |it| {
            it.changes[2].0 = 51;
            it.transactions[0].3[1] = Some(51);
            it.lines[2].3 = performed(1, 51);
        }),
        spoilt("the refused call took effect after all", |it| {
            it.lines.truncate(2);
            it.lines.extend([(40, 50, create(B), fault(-31099)), (60, 70, cancel(A), cancelled(1, 65, -1))]);
            it.changes.truncate(2);
            it.changes.extend([ends(65, "cancelled", 1, 5), begins(66, 2, 'b')]);
            it.status = "pending";
            it.transactions =
                vec![(1, 'a', -1, [Some(25), None, Some(65)], Some(5)), (2, 'b', 1, [Some(66), None, None], None)];
        }),
        spoilt("an acknowledged close is not there", |it| {
            it.lines = vec![(0, 10, offer(), offered(10_005)), (20, 30, CLOSE, CLOSED)];
            it.changes.truncate(1);
            it.status = "pending";
            it.transactions.clear();
        }),
        spoilt("given up before its time", |it| {
            it.lines.truncate(2);
            it.changes[2] = ends(1_025, "cancelled", 1, 4);
            it.status = "pending";
            it.transactions[0] = (1, 'a', -1, [Some(25), None, Some(1_025)], Some(4));
        }),
        spoilt("the order's row is not what the journal comes to", |it| it.status = "pending"),
        spoilt("a transaction's row has another time", |it| it.transactions[0].3[1] = Some(46)),
        spoilt("a transaction has no journal", |it| it.transactions.push((2, 'b', 1, [Some(50), None, None], None))),
        spoilt("a transaction has no row", |it| it.transactions.clear()),
        Case { name: "money that is owed back is stored as cancelled", owed: Some("cancelled"), ..owed() },
        Case { name: "late money is not there", changes: owed().changes[..5].to_vec(), ..owed() },
        spoilt("a change that nobody knows", |it| it.changes.push((99, json!({"change": "order_blessed"})))),
    ]
}

#[test]
fn every_good_journal_is_accepted() {
    let rejected: Vec<String> =
        good().iter().filter_map(|it| Some(format!("{}: {}", it.name, it.judged().err()?))).collect();
    assert_eq!(rejected, [""; 0]);
}

#[test]
fn every_bad_journal_is_rejected() {
    let accepted: Vec<&str> = bad().iter().filter(|it| it.judged().is_ok()).map(|it| it.name).collect();
    assert_eq!(accepted, [""; 0]);
}

#[test]
fn a_journal_with_a_gap_is_rejected() {
    let case = paid();
    let mut rows = case.rows();
    rows.journal[2]["version"] = json!(4);
    rows.order.as_mut().unwrap()["version"] = json!(4);
    assert!(judge(&RULES, "order", &history(&case.lines), &rows).is_err_and(|why| why.contains("gap")));
}
