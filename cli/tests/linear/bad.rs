//! Histories made by hand that are wrong in one way each. That way is what the checker must object to: with one reply put
//! right, each of them is accepted.

use crate::hand::*;
use crate::history::Reply;
use crate::search::explain;
use crate::shrink;
use boothpay_test_support::model::{Request, Word};

struct Bad {
    name: &'static str,
    lines: Vec<Line>,
    /// Which line would have to be answered otherwise, and how.
    cure: (usize, Option<Reply>),
}

fn bad(name: &'static str, lines: Vec<Line>, cure: (usize, Option<Reply>)) -> Bad {
    Bad { name, lines, cure }
}

/// An order, and a payment of it that has begun: the first two lines of most.
fn begun(more: Vec<Line>) -> Vec<Line> {
    let mut lines = vec![(0, 10, offer(), offered(10_005)), (20, 30, create(A), created(1, 25))];
    lines.extend(more);
    lines
}

fn payments() -> Vec<Bad> {
    vec![
        bad(
            "lost update: an acknowledged perform is gone",
            begun(vec![(40, 50, perform(A), performed(1, 45)), (60, 70, check(A), checked(1, 1, [25, 0, 0]))]),
            (3, checked(1, 2, [25, 45, 0])),
        ),
        bad(
            "double perform: two transactions pay one order",
            begun(vec![
                (40, 50, perform(A), performed(1, 45)),
                (60, 0, create(B), LOST),
                (70, 80, perform(B), performed(2, 75)),
            ]),
            (4, fault(-31003)),
        ),
        bad("two live transactions", begun(vec![(40, 50, create(B), created(2, 45))]), (2, fault(-31099))),
        bad(
            "two live transactions at once, when both calls overlap",
            vec![
                (0, 10, offer(), offered(10_005)),
                (20, 40, create(A), created(1, 25)),
                (20, 40, create(B), created(2, 25)),
            ],
            (2, fault(-31099)),
        ),
        bad(
            "an acknowledged create vanishes",
            begun(vec![(40, 50, check(A), fault(-31003))]),
            (2, checked(1, 1, [25, 0, 0])),
        ),
        bad(
            "an acknowledged cancel vanishes",
            begun(vec![(40, 50, cancel(A), cancelled(1, 45, -1)), (60, 70, STATUS, stands(Word::Processing))]),
            (3, stands(Word::Waiting)),
        ),
        bad(
            "a cancelled transaction is performed",
            begun(vec![(40, 50, cancel(A), cancelled(1, 45, -1)), (60, 70, perform(A), performed(1, 65))]),
            (3, fault(-31008)),
        ),
        bad(
            "effect of a refused call: the busy create is there after all",
            begun(vec![
                (40, 50, create(B), fault(-31099)),
                (60, 70, cancel(A), cancelled(1, 65, -1)),
                (80, 90, check(B), checked(2, 1, [66, 0, 0])),
            ]),
            (4, fault(-31003)),
        ),
        bad(
            "a wrong amount is taken",
            vec![(0, 10, offer(), offered(10_005)), (20, 30, create_at(A, 99), created(1, 25))],
            (1, fault(-31001)),
        ),
        bad(
            "busy without anybody who pays",
            vec![(0, 10, offer(), offered(10_005)), (20, 30, create(A), fault(-31099))],
            (1, created(1, 25)),
        ),
        bad("allowed while somebody pays", begun(vec![(40, 50, check_perform(), ALLOW)]), (2, fault(-31099))),
        bad(
            "after a cancel the order can never be paid again",
            begun(vec![(40, 50, cancel(A), cancelled(1, 45, -1)), (60, 70, create(B), fault(-31052))]),
            (3, created(2, 65)),
        ),
        bad(
            "refunded, and nobody asked for it",
            begun(vec![(40, 50, perform(A), performed(1, 45)), (60, 70, STATUS, stands(Word::Refunded))]),
            (3, stands(Word::Paid)),
        ),
        bad(
            "a refund that calls itself a cancel",
            begun(vec![(40, 50, perform(A), performed(1, 45)), (60, 70, cancel(A), cancelled(1, 65, -1))]),
            (3, cancelled(1, 65, -2)),
        ),
    ]
}

/// Two wallets at one order.
fn wallets() -> Vec<Bad> {
    let prepared = |more: Vec<Line>| {
        let mut lines = vec![(0, 10, offer(), offered(10_005)), (20, 30, prepare(A), click(0, Some(1)))];
        lines.extend(more);
        lines
    };
    vec![
        bad("two wallets hold one order", prepared(vec![(40, 50, uzum_create(A), begun_at(45))]), (2, fault(10008))),
        bad(
            "two wallets at once hold one order",
            begun(vec![(21, 29, prepare(A), click(0, Some(2)))]),
            (1, fault(-31099)),
        ),
        bad(
            "two wallets pay one order",
            prepared(vec![
                (40, 50, complete(A, 1), click(0, Some(1))),
                (60, 0, uzum_create(A), LOST),
                (70, 80, confirm(A), confirmed(75)),
            ]),
            (4, fault(10014)),
        ),
        bad(
            "Click's money is refused",
            prepared(vec![
                (1_100, 1_110, prepare(A), click(-9, Some(1))),
                (1_120, 1_130, complete(A, 1), click(-9, Some(1))),
            ]),
            (3, click(0, Some(1))),
        ),
        bad(
            "Click's repeat is taken for a second payment",
            prepared(vec![(40, 50, complete(A, 1), click(0, Some(1))), (60, 70, complete(A, 1), click(0, Some(1)))]),
            (3, click(-4, Some(1))),
        ),
        bad(
            "what Click gave up is paid",
            prepared(vec![(40, 50, give_up(A, 1), click(-9, Some(1))), (60, 70, complete(A, 1), click(0, Some(1)))]),
            (3, click(-9, Some(1))),
        ),
        bad(
            "late money is owed back although the order is free",
            prepared(vec![
                (1_100, 1_110, prepare(A), click(-9, Some(1))),
                (1_120, 1_130, complete(A, 1), click(0, Some(1))),
                (1_140, 1_150, uzum_create(A), begun_at(1_145)),
            ]),
            (4, fault(10008)),
        ),
        bad(
            "Uzum's create is answered twice",
            vec![
                (0, 10, offer(), offered(10_005)),
                (20, 30, uzum_create(A), begun_at(25)),
                (40, 50, uzum_create(A), begun_at(25)),
            ],
            (2, fault(10010)),
        ),
        bad(
            "what Uzum reversed is confirmed",
            vec![
                (0, 10, offer(), offered(10_005)),
                (20, 30, uzum_create(A), begun_at(25)),
                (40, 50, reverse(A), reversed(45)),
                (60, 70, confirm(A), confirmed(65)),
            ],
            (3, fault(10015)),
        ),
        bad(
            "the time of Uzum's confirm changes",
            vec![
                (0, 10, offer(), offered(10_005)),
                (20, 30, uzum_create(A), begun_at(25)),
                (40, 50, confirm(A), confirmed(45)),
                (60, 70, Request::UzumStatus { id: A }, told("CONFIRMED", [25, 46, 0])),
            ],
            (3, told("CONFIRMED", [25, 45, 0])),
        ),
    ]
}

fn replies() -> Vec<Bad> {
    vec![
        bad(
            "reply changed on retry: the create's time",
            begun(vec![(40, 50, create(A), created(1, 26))]),
            (2, created(1, 25)),
        ),
        bad(
            "reply changed on retry: the transaction's number",
            begun(vec![(40, 50, perform(A), performed(2, 45))]),
            (2, performed(1, 45)),
        ),
        bad(
            "reply changed on retry: the perform's time",
            begun(vec![(40, 50, perform(A), performed(1, 45)), (60, 70, perform(A), performed(1, 65))]),
            (3, performed(1, 45)),
        ),
        bad(
            "time set twice: the cancel's",
            begun(vec![
                (40, 50, cancel(A), cancelled(1, 45, -1)),
                (60, 70, cancel(A), cancelled(1, 45, -1)),
                (80, 90, check(A), checked(1, -1, [25, 0, 46])),
            ]),
            (4, checked(1, -1, [25, 0, 45])),
        ),
        bad(
            "time set twice: the perform's, when it goes back",
            begun(vec![
                (40, 50, perform(A), performed(1, 45)),
                (60, 70, cancel(A), cancelled(1, 65, -2)),
                (80, 90, check(A), checked(1, -2, [25, 65, 65])),
            ]),
            (4, checked(1, -2, [25, 45, 65])),
        ),
        bad(
            "the reason of a cancel changes",
            begun(vec![
                (40, 50, cancel(A), cancelled(1, 45, -1)),
                (60, 70, check(A), reasoned(1, -1, [25, 0, 45], Some(3))),
            ]),
            (3, checked(1, -1, [25, 0, 45])),
        ),
        bad(
            "performed before it was created",
            vec![
                (0, 10, offer(), offered(10_005)),
                (20, 60, create(A), created(1, 55)),
                (20, 60, perform(A), performed(1, 54)),
            ],
            (2, performed(1, 55)),
        ),
        bad(
            "cancelled before it was performed",
            begun(vec![(40, 60, perform(A), performed(1, 55)), (40, 60, cancel(A), cancelled(1, 54, -2))]),
            (3, cancelled(1, 55, -2)),
        ),
        bad(
            "created after the reply that says so",
            vec![(0, 10, offer(), offered(10_005)), (20, 30, create(A), created(1, 31))],
            (1, created(1, 30)),
        ),
        bad(
            "the later transaction has the lower number",
            begun(vec![(40, 50, cancel(A), cancelled(1, 45, -1)), (60, 70, create(B), created(0, 65))]),
            (3, created(2, 65)),
        ),
        bad(
            "an answer that nobody knows",
            begun(vec![(40, 50, check(A), Some(Reply::Odd("{}".to_owned())))]),
            (2, checked(1, 1, [25, 0, 0])),
        ),
    ]
}

fn looks() -> Vec<Bad> {
    vec![
        bad(
            "stale read: paid is told as being paid",
            begun(vec![(40, 50, perform(A), performed(1, 45)), (51, 60, STATUS, stands(Word::Processing))]),
            (3, stands(Word::Paid)),
        ),
        bad(
            "two looks, the later sees the older, while the call is still under way",
            begun(vec![
                (40, 200, perform(A), performed(1, 45)),
                (50, 60, STATUS, stands(Word::Paid)),
                (70, 80, check(A), checked(1, 1, [25, 0, 0])),
            ]),
            (4, checked(1, 2, [25, 45, 0])),
        ),
        bad(
            "effect before its cause",
            vec![
                (0, 10, offer(), offered(10_005)),
                (20, 30, check(A), checked(1, 1, [25, 0, 0])),
                (31, 40, create(A), created(1, 35)),
            ],
            (1, fault(-31003)),
        ),
        bad(
            "a lost call takes effect and is undone",
            begun(vec![
                (40, 0, cancel(A), LOST),
                (50, 60, STATUS, stands(Word::Waiting)),
                (70, 80, STATUS, stands(Word::Processing)),
            ]),
            (4, stands(Word::Waiting)),
        ),
        bad(
            "one lost call takes effect twice",
            begun(vec![
                (40, 0, CLOSE, LOST),
                (50, 60, cancel(A), cancelled(1, 55, -1)),
                (70, 80, STATUS, stands(Word::Cancelled)),
                (90, 100, offer(), offered(10_095)),
                (110, 120, STATUS, stands(Word::Cancelled)),
            ]),
            (6, stands(Word::Waiting)),
        ),
        bad(
            "a lost call takes effect before it was sent",
            begun(vec![(40, 50, STATUS, stands(Word::Paid)), (60, 0, perform(A), LOST)]),
            (2, stands(Word::Processing)),
        ),
    ]
}

fn orders() -> Vec<Bad> {
    vec![
        bad(
            "paid and cancelled: the booth closes a paid order",
            begun(vec![(40, 50, perform(A), performed(1, 45)), (60, 70, CLOSE, CLOSED)]),
            (3, CONFLICT),
        ),
        bad(
            "paid and cancelled: closed and performed at once",
            begun(vec![(40, 60, perform(A), performed(1, 45)), (40, 60, CLOSE, CLOSED)]),
            (3, CONFLICT),
        ),
        bad("the booth closes an order that is being paid", begun(vec![(40, 50, CLOSE, CLOSED)]), (2, CONFLICT)),
        bad(
            "a closed order is paid",
            vec![(0, 10, offer(), offered(10_005)), (20, 30, CLOSE, CLOSED), (40, 50, create(A), created(1, 45))],
            (2, fault(-31052)),
        ),
        bad(
            "an acknowledged order vanishes",
            vec![(0, 10, offer(), offered(10_005)), (20, 30, STATUS, NOT_FOUND)],
            (1, stands(Word::Waiting)),
        ),
        bad(
            "the price changes",
            vec![(0, 10, offer(), offered(10_005)), (20, 30, offer_at(99), offered(10_005))],
            (1, CONFLICT),
        ),
        bad(
            "the page shows another price",
            vec![
                (0, 10, offer(), offered(10_005)),
                (20, 30, LOOK, Some(Reply::Shown { word: Word::Waiting, amount: 99, expires_at: 10_005 })),
            ],
            (1, Some(Reply::Shown { word: Word::Waiting, amount: PRICE, expires_at: 10_005 })),
        ),
        bad(
            "the time to pay grows by itself",
            vec![(0, 10, offer(), offered(10_005)), (20, 30, offer(), offered(10_025))],
            (1, offered(10_005)),
        ),
        bad(
            "un-expired: an order is payable again and nobody asked for its code",
            vec![
                (0, 10, offer(), offered(10_005)),
                (10_020, 10_030, STATUS, stands(Word::Expired)),
                (10_040, 10_050, check_perform(), ALLOW),
            ],
            (2, fault(-31052)),
        ),
        bad(
            "expired before its time",
            vec![(0, 10, offer(), offered(10_005)), (9_900, 10_004, STATUS, stands(Word::Expired))],
            (1, stands(Word::Waiting)),
        ),
        bad(
            "un-timed-out: given up and then performed",
            begun(vec![(1_100, 1_110, perform(A), fault(-31008)), (1_120, 1_130, perform(A), performed(1, 1_125))]),
            (3, fault(-31008)),
        ),
        bad("given up before its time", begun(vec![(900, 910, perform(A), fault(-31008))]), (2, performed(1, 905))),
        bad(
            "performed after its time",
            begun(vec![(1_020, 1_040, perform(A), performed(1, 1_026))]),
            (2, fault(-31008)),
        ),
        bad(
            "given up for lack of time in time",
            begun(vec![
                (1_020, 1_040, perform(A), fault(-31008)),
                (1_050, 1_060, check(A), reasoned(1, -1, [25, 0, 1_025], Some(4))),
            ]),
            (3, reasoned(1, -1, [25, 0, 1_026], Some(4))),
        ),
    ]
}

fn cases() -> Vec<Bad> {
    [payments(), wallets(), replies(), looks(), orders()].into_iter().flatten().collect()
}

#[test]
fn every_bad_history_is_rejected() {
    let cases = cases();
    assert!(cases.len() >= 20, "{}", cases.len());
    let rejected = |lines: &[Line]| explain(&RULES, &history(lines)).is_err_and(|stuck| !stuck.gave_up);
    let accepted: Vec<&str> = cases.iter().filter(|it| !rejected(&it.lines)).map(|it| it.name).collect();
    assert_eq!(accepted, [""; 0]);
}

#[test]
fn every_bad_history_is_bad_in_that_one_way() {
    let mut incurable = Vec::new();
    for Bad { name, mut lines, cure: (index, reply) } in cases() {
        lines[index].3 = reply;
        if let Err(stuck) = explain(&RULES, &history(&lines)) {
            incurable.push(format!("{name}: {stuck:?}"));
        }
    }
    assert_eq!(incurable, [""; 0]);
}

#[test]
fn what_is_shown_of_a_bad_history_is_little_and_still_bad() {
    let mut lines = begun(vec![
        (40, 50, check_perform(), fault(-31099)),
        (60, 70, create(B), fault(-31099)),
        (80, 90, perform(A), performed(1, 85)),
        (100, 110, STATUS, stands(Word::Paid)),
        (120, 130, check(A), checked(1, 1, [25, 0, 0])),
        (140, 150, cancel(A), cancelled(1, 145, -2)),
    ]);
    let mut left = shrink::shortest(&RULES, &history(&lines));
    assert!(explain(&RULES, &left).is_err());
    left.retain(|op| op.reply.is_some());
    let asked: Vec<&Request> = left.iter().map(|op| &op.request).collect();
    assert_eq!(asked, [&perform(A), &check(A)], "the perform and the look that does not see it");
    // Nothing is left of a history that is bad in no way.
    lines.remove(6);
    assert!(explain(&RULES, &history(&lines)).is_ok());
}
