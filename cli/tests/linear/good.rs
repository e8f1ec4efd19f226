//! Histories made by hand that are right, some of them though they do not look it.

use crate::hand::*;
use crate::history::Reply;
use crate::search::explain;
use boothpay_test_support::model::Word;

/// An order made in the first 10 ms.
fn made() -> Line {
    (0, 10, offer(), offered(10_005))
}

fn cases() -> Vec<(&'static str, Vec<Line>)> {
    vec![
        ("nothing", vec![]),
        (
            "a payment from its order to its refund",
            vec![
                (0, 10, offer(), offered(10_005)),
                (20, 30, check_perform(), ALLOW),
                (40, 50, create(A), created(7, 45)),
                (60, 70, perform(A), performed(7, 65)),
                (80, 90, STATUS, stands(Word::Paid)),
                (100, 110, cancel(A), cancelled(7, 105, -2)),
                (120, 130, check(A), checked(7, -2, [45, 65, 105])),
                (140, 150, offer(), CONFLICT),
            ],
        ),
        (
            "nobody knows an order that was never made",
            vec![
                (0, 10, STATUS, NOT_FOUND),
                (20, 30, CLOSE, NOT_FOUND),
                (40, 50, check_perform(), fault(-31050)),
                (60, 70, create(A), fault(-31050)),
                (80, 90, perform(A), fault(-31003)),
            ],
        ),
        (
            "of two overlapping payments the one sent later begins, and the loser hears first",
            vec![made(), (20, 60, create(A), fault(-31099)), (30, 90, create(B), created(1, 40))],
        ),
        (
            "the same create twice at once is one transaction",
            vec![made(), (20, 60, create(A), created(1, 41)), (40, 50, create(A), created(1, 41))],
        ),
        (
            "perform before an overlapping cancel",
            vec![
                made(),
                (20, 30, create(A), created(1, 25)),
                (40, 80, cancel(A), cancelled(1, 60, -2)),
                (50, 70, perform(A), performed(1, 55)),
            ],
        ),
        (
            "cancel before an overlapping perform",
            vec![
                made(),
                (20, 30, create(A), created(1, 25)),
                (40, 80, cancel(A), cancelled(1, 60, -1)),
                (50, 70, perform(A), fault(-31008)),
            ],
        ),
        (
            "a look during a perform sees what was before, though it is answered later",
            vec![
                made(),
                (20, 30, create(A), created(1, 25)),
                (40, 50, perform(A), performed(1, 45)),
                (45, 90, STATUS, stands(Word::Processing)),
            ],
        ),
        (
            "a look during a perform sees what comes, though it is answered first",
            vec![
                made(),
                (20, 30, create(A), created(1, 25)),
                (40, 90, perform(A), performed(1, 45)),
                (50, 60, STATUS, stands(Word::Paid)),
            ],
        ),
        (
            "overlapping looks may disagree",
            vec![
                made(),
                (20, 30, create(A), created(1, 25)),
                (40, 100, perform(A), performed(1, 45)),
                (50, 70, STATUS, stands(Word::Paid)),
                (60, 80, STATUS, stands(Word::Processing)),
            ],
        ),
        (
            "a lost create that takes effect after somebody has looked",
            vec![
                made(),
                (20, 0, create(A), LOST),
                (30, 40, check(A), fault(-31003)),
                (50, 60, check(A), checked(1, 1, [22, 0, 0])),
            ],
        ),
        (
            "a lost create that never takes effect",
            vec![
                made(),
                (20, 0, create(A), LOST),
                (30, 40, create(B), created(1, 35)),
                (50, 60, perform(B), performed(1, 55)),
            ],
        ),
        (
            "the repeat of a lost perform tells the first time",
            vec![
                made(),
                (20, 30, create(A), created(1, 25)),
                (40, 0, perform(A), LOST),
                (900, 910, perform(A), performed(1, 43)),
            ],
        ),
        (
            "the repeat of a lost perform is the first",
            vec![
                made(),
                (20, 30, create(A), created(1, 25)),
                (40, 0, perform(A), LOST),
                (900, 910, perform(A), performed(1, 905)),
            ],
        ),
        (
            "a lost create takes effect once another's cancel has made room for it",
            vec![
                made(),
                (20, 30, create(A), created(1, 25)),
                (40, 0, create(B), LOST),
                (50, 60, cancel(A), cancelled(1, 55, -1)),
                (70, 80, create(C), fault(-31099)),
                (90, 100, check(B), checked(2, 1, [56, 0, 0])),
            ],
        ),
        (
            "a lost cancel takes effect between two looks",
            vec![
                made(),
                (20, 30, create(A), created(1, 25)),
                (40, 0, cancel(A), LOST),
                (50, 60, STATUS, stands(Word::Processing)),
                (70, 80, STATUS, stands(Word::Waiting)),
                (90, 100, check(A), checked(1, -1, [25, 0, 66])),
            ],
        ),
        (
            "three lost calls, all of which took effect in the order in which nobody sent them",
            vec![
                made(),
                (20, 0, perform(A), LOST),
                (21, 0, cancel(A), LOST),
                (22, 0, create(A), LOST),
                (90, 100, check(A), checked(1, -2, [30, 31, 32])),
            ],
        ),
        (
            "a cancelled payment leaves the order to the next",
            vec![
                made(),
                (20, 30, create(A), created(1, 25)),
                (40, 50, cancel(A), cancelled(1, 45, -1)),
                (60, 70, check_perform(), ALLOW),
                (80, 90, create(B), created(2, 85)),
                (100, 110, create(A), fault(-31008)),
            ],
        ),
        (
            "everything in one millisecond",
            vec![
                (5, 5, offer(), offered(10_005)),
                (5, 5, create(A), created(1, 5)),
                (5, 5, perform(A), performed(1, 5)),
                (5, 5, cancel(A), cancelled(1, 5, -2)),
            ],
        ),
        (
            "wrong amounts are refused and change nothing",
            vec![
                made(),
                (20, 30, offer_at(PRICE + 1), CONFLICT),
                (40, 50, check_perform_at(PRICE + 1), fault(-31001)),
                (60, 70, create_at(A, PRICE + 1), fault(-31001)),
                (80, 90, check(A), fault(-31003)),
                (100, 110, offer(), offered(10_005)),
            ],
        ),
        (
            "of two overlapping prices the one answered later holds",
            vec![
                (0, 30, offer_at(PRICE + 1), offered(10_003)),
                (10, 20, offer(), CONFLICT),
                (40, 50, LOOK, Some(Reply::Shown { word: Word::Waiting, amount: PRICE + 1, expires_at: 10_003 })),
            ],
        ),
        (
            "a closed order is opened again with a new time",
            vec![
                made(),
                (20, 30, CLOSE, CLOSED),
                (40, 50, create(A), fault(-31052)),
                (60, 70, offer(), offered(10_066)),
                (80, 90, create(A), created(1, 85)),
                (100, 110, CLOSE, CONFLICT),
            ],
        ),
        (
            "the second of two overlapping closes had something to close",
            vec![
                made(),
                (20, 90, CLOSE, CLOSED),
                (30, 100, CLOSE, CLOSED),
                (40, 50, offer(), offered(10_045)),
                (110, 120, LOOK, Some(Reply::Shown { word: Word::Cancelled, amount: PRICE, expires_at: 10_045 })),
            ],
        ),
        (
            "a lost close and an overlapping create: the close came too late",
            vec![made(), (20, 0, CLOSE, LOST), (30, 40, create(A), created(1, 35)), (50, 60, CLOSE, CONFLICT)],
        ),
        (
            "a perform finds that the time is over",
            vec![
                made(),
                (20, 30, create(A), created(1, 25)),
                (1_030, 1_040, perform(A), fault(-31008)),
                (1_050, 1_060, check(A), reasoned(1, -1, [25, 0, 1_033], Some(4))),
            ],
        ),
        (
            "the sweep finds that the time is over",
            vec![
                made(),
                (20, 30, create(A), created(1, 25)),
                (1_500, 1_510, check(A), reasoned(1, -1, [25, 0, 1_200], Some(4))),
                (1_520, 1_530, create(B), created(2, 1_525)),
            ],
        ),
        (
            "a new payment takes over from one whose time is over",
            vec![
                made(),
                (20, 30, create(A), created(1, 25)),
                (1_026, 1_040, create(B), created(2, 1_030)),
                (1_050, 1_060, check(A), reasoned(1, -1, [25, 0, 1_030], Some(4))),
            ],
        ),
        (
            "in the last millisecond a payment is still performed",
            vec![made(), (20, 30, create(A), created(1, 25)), (1_020, 1_040, perform(A), performed(1, 1_025))],
        ),
        (
            "an order whose time is over is closed, swept or not, until somebody asks for its code",
            vec![
                made(),
                (10_005, 10_010, STATUS, stands(Word::Expired)),
                (10_020, 10_030, create(A), fault(-31052)),
                (10_040, 10_050, offer(), offered(20_045)),
                (10_060, 10_070, create(A), created(1, 10_065)),
            ],
        ),
        (
            "Click pays while Payme and Uzum are refused in their own words",
            vec![
                made(),
                (20, 60, prepare(A), click(0, Some(1))),
                (30, 90, create(A), fault(-31099)),
                (40, 80, uzum_create(A), fault(10008)),
                (100, 110, complete(A, 1), click(0, Some(1))),
                (120, 130, complete(A, 1), click(-4, Some(1))),
                (140, 150, uzum_create(B), fault(10008)),
                (160, 170, STATUS, stands(Word::Paid)),
            ],
        ),
        (
            "what Click had prepared and was given up pays an order that nobody else is paying",
            vec![
                made(),
                (20, 30, prepare(A), click(0, Some(1))),
                (1_100, 1_110, prepare(A), click(-9, Some(1))),
                (1_120, 1_130, complete(A, 1), click(0, Some(1))),
                (1_140, 1_150, STATUS, stands(Word::Paid)),
            ],
        ),
        (
            "money of Click's that came too late is owed back, and the other wallet's payment stands",
            vec![
                made(),
                (20, 30, prepare(A), click(0, Some(1))),
                (1_100, 1_110, uzum_create(A), begun_at(1_105)),
                (1_120, 1_130, confirm(A), confirmed(1_125)),
                (1_140, 1_150, complete(A, 1), click(0, Some(1))),
                (1_160, 1_170, reverse(A), reversed(1_165)),
                (1_180, 1_190, STATUS, stands(Word::Refunded)),
            ],
        ),
        (
            "of Uzum and Payme at the same instant one begins",
            vec![made(), (20, 60, create(A), created(1, 40)), (20, 60, uzum_create(A), fault(10008))],
        ),
        (
            "a payment that began in time is accepted after the order's time",
            vec![
                made(),
                (9_900, 9_910, create(A), created(1, 9_905)),
                (10_100, 10_110, perform(A), performed(1, 10_105)),
            ],
        ),
    ]
}

#[test]
fn every_good_history_is_accepted() {
    let cases = cases();
    assert!(cases.len() >= 20, "{}", cases.len());
    let rejected: Vec<String> = cases
        .iter()
        .filter_map(|(name, lines)| Some(format!("{name}: {:?}", explain(&RULES, &history(lines)).err()?)))
        .collect();
    assert_eq!(rejected, [""; 0]);
}

#[test]
fn the_second_part_of_an_answer_comes_after_the_first() {
    let seen = |word| Reply::Shown { word, amount: PRICE, expires_at: 10_005 };
    let closes = |word| {
        let mut ops = history(&[made(), (20, 30, CLOSE, CLOSED), (20, 30, LOOK, Some(seen(word)))]);
        ops[2].client = ops[1].client;
        ops[2].second_part = true;
        ops
    };
    assert!(explain(&RULES, &closes(Word::Cancelled)).is_ok());
    assert!(explain(&RULES, &closes(Word::Waiting)).is_err(), "as two calls of two clients it would do");
}
