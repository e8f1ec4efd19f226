//! The sums of a day and its differences tell the same: a day agrees when nothing differs, and then both sums are equal; and whatever money
//! differs is what one sum has more than the other.

use super::compare::{Here, belonging, compare, period};
use super::tests::{LATER, NOON, here, there, transaction, zone};
use super::{Line, Meaning};
use boothpay_protocol::difference::DifferenceKind as Kind;
use boothpay_protocol::ledger::transaction::{Reason, State, Transaction};
use boothpay_protocol::time::TimeMs;
use jiff::Timestamp;

const DAY_MS: i64 = 86_400_000;

/// One payment, or what is a difference because it is on one side alone.
struct Case {
    lines: Vec<Line>,
    here: Vec<Here>,
    kinds: Vec<Kind>,
    /// What stays of it at the wallet and here, in soum.
    stays: (i64, i64),
}

fn by_hand(id: &str, order: &str, soum: i64, at: i64) -> Here {
    let time = TimeMs::new(at);
    let state = State::Refunded { perform_time: time, cancel_time: time, reason: Some(Reason::ByHand) };
    Here::of(&Transaction { state, ..transaction(id, order, soum, at, false) }, false).unwrap()
}

/// How many cases there are.
const CASES: u64 = 20;

fn case(which: u64, n: u64, at: i64) -> Case {
    use Kind::*;
    let (id, order, soum) = (format!("p{n}"), format!("O{n}"), 10 + i64::try_from(n).unwrap());
    let paid = there(&id, &order, soum, at, false);
    let back = there(&id, &order, soum, at + 5000, true);
    let part = there(&id, &order, 4, at + 5000, true);
    let void = Line { meaning: Meaning::Skip, ..paid.clone() };
    let of_sum = |soum: i64| there(&id, &order, soum, at, false);
    let came = || vec![here(&id, &order, soum, at, false)];
    let went = || vec![here(&id, &order, soum, at, true)];
    let handed = || vec![by_hand(&id, &order, soum, at)];
    let (lines, here, kinds, stays) = match which {
        0 => (vec![paid], came(), vec![], (soum, soum)),
        1 => (vec![paid, back], went(), vec![], (0, 0)),
        2 => (vec![back], went(), vec![], (0, 0)),
        3 => (vec![void], went(), vec![], (0, 0)),
        4 => (vec![paid], handed(), vec![], (soum, soum)),
        5 => (vec![void], handed(), vec![], (0, 0)),
        6 => (vec![paid, back], handed(), vec![], (0, 0)),
        7 => (vec![paid], vec![], vec![MissingHere], (soum, 0)),
        8 => (vec![], came(), vec![MissingThere], (0, soum)),
        9 => (vec![of_sum(soum + 3)], came(), vec![OtherSum], (soum + 3, soum)),
        10 => (vec![Line { order: Some("other".to_owned()), ..paid }], came(), vec![OtherOrder], (soum, soum)),
        11 => (vec![paid, back], came(), vec![RefundedThere], (0, soum)),
        12 => (vec![back], came(), vec![RefundedThere], (0, soum)),
        13 => (vec![void], came(), vec![RefundedThere], (0, soum)),
        14 => (vec![paid, part], came(), vec![PartBack], (soum - 4, soum)),
        15 => (vec![paid, part], went(), vec![PartBack], (soum - 4, 0)),
        16 => (vec![paid], went(), vec![RefundedHere], (soum, 0)),
        17 => (vec![paid.clone(), paid], came(), vec![Twice], (2 * soum, soum)),
        18 => (vec![paid, part], vec![], vec![MissingHere, PartBack], (soum - 4, 0)),
        _ => (vec![paid, back], vec![], vec![], (0, 0)),
    };
    Case { lines, here, kinds, stays }
}

/// Numbers that look drawn, the same in every run.
struct Drawn(u64);

impl Drawn {
    fn next(&mut self, below: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % below
    }
}

#[test]
fn whatever_differs_changes_a_sum_but_the_order() {
    for which in 0..CASES {
        // One that agrees stands beside it, so that the day is in the statement.
        let cases = [case(0, 1, NOON), case(which, 2, NOON + 60_000)];
        let lines: Vec<Line> = cases.iter().flat_map(|it| it.lines.clone()).collect();
        let here: Vec<Here> = cases.iter().flat_map(|it| it.here.clone()).collect();
        let compared = compare(&lines, &here, &period(&lines, &zone(), LATER), &zone());
        let found: Vec<Kind> = compared.differences.iter().map(|it| it.kind).collect();
        assert_eq!(found, cases[1].kinds, "{which}");
        let day = compared.days.values().next().unwrap();
        let is_about_no_money = cases[1].kinds == [Kind::OtherOrder];
        assert_eq!(day.there == day.here, found.is_empty() || is_about_no_money, "{which}: {day:?}");
        assert_eq!(compared.by_hand.len(), usize::from(which == 4), "{which}");
    }
}

#[test]
fn the_sums_of_days_differ_by_their_differences() {
    for seed in 0..200 {
        let (mut drawn, mut lines, mut here, mut kinds) = (Drawn(seed), Vec::new(), Vec::new(), Vec::new());
        // Of each day: what stays there and here, how many that is, and how many differ.
        let mut planned = [([0_i64; 2], [0_i64; 2], 0_i64); 4];
        for (day, plan) in (0_i64..).zip(&mut planned) {
            for n in 0..=drawn.next(12) {
                let which = if n == 0 { 0 } else { drawn.next(CASES) };
                let number = n + 100 * u64::try_from(day).unwrap();
                let at = NOON + day * DAY_MS + i64::try_from(n).unwrap() * 60_000;
                let case = case(which, number, at);
                let (there_tiyin, here_tiyin) = (case.stays.0 * 100, case.stays.1 * 100);
                plan.0[0] += there_tiyin;
                plan.0[1] += here_tiyin;
                // A payment that stands twice is two there.
                plan.1[0] += i64::from(there_tiyin != 0) + i64::from(case.kinds == [Kind::Twice]);
                plan.1[1] += i64::from(here_tiyin != 0);
                plan.2 += i64::try_from(case.kinds.len()).unwrap();
                kinds.extend(case.kinds);
                lines.extend(case.lines);
                here.extend(case.here);
            }
        }
        let middle = usize::try_from(drawn.next(u64::try_from(lines.len()).unwrap())).unwrap();
        lines.rotate_left(middle);
        let compared = compare(&lines, &here, &period(&lines, &zone(), LATER), &zone());
        let mut found: Vec<Kind> = compared.differences.iter().map(|it| it.kind).collect();
        found.sort_unstable();
        kinds.sort_unstable();
        assert_eq!(found, kinds, "{seed}");
        for (day, (sums, counts, differences)) in (0_i64..).zip(planned) {
            let date = Timestamp::from_millisecond(NOON + day * DAY_MS).unwrap().to_zoned(zone()).date();
            let said = compared.days[&date];
            assert_eq!((said.there, said.here), ((counts[0], sums[0]), (counts[1], sums[1])), "{seed}, {date}");
            assert_eq!(said.differences, differences, "{seed}, {date}");
            assert!(said.differences > 0 || said.there == said.here, "{seed}, {date}: agrees with unequal sums");
        }
    }
}

/// A payment that went back here so much later.
fn gone_after(id: &str, order: &str, soum: i64, at: i64, later: i64) -> Here {
    let (perform_time, cancel_time) = (TimeMs::new(at), TimeMs::new(at + later));
    let state = State::Refunded { perform_time, cancel_time, reason: None };
    Here::of(&Transaction { state, ..transaction(id, order, soum, at, false) }, false).unwrap()
}

#[test]
fn money_that_goes_back_on_another_day_changes_no_sum_of_that_day_and_differs_nowhere_when_both_sides_have_it() {
    use Kind::*;
    let (paid, kept) = (there("p", "A", 10, NOON, false), there("k", "K", 5, NOON, false));
    let next = there("k2", "K2", 7, NOON + DAY_MS, false);
    let alone = |soum: i64| Line { is_minus: true, ..there("p", "A", soum, NOON + DAY_MS, true) };
    let own_number = Line { id: Some("r".to_owned()), ..alone(10) };
    let others = [here("k", "K", 5, NOON, false), here("k2", "K2", 7, NOON + DAY_MS, false)];
    let (back, stays) = (gone_after("p", "A", 10, NOON, DAY_MS), here("p", "A", 10, NOON, false));
    let same_day = gone_after("p", "A", 10, NOON, 3_600_000);
    // Of each day, in soum: how many there and their sum, and here.
    type Sums = [((i64, i64), (i64, i64)); 1];
    let both = |count: i64, soum: i64| -> Sums { [((count, soum * 100), (count, soum * 100))] };
    type Case = (&'static str, Vec<Line>, Here, Vec<Kind>, Sums);
    let cases: [Case; 8] = [
        ("the first day, back later", vec![paid.clone(), kept.clone()], back.clone(), vec![], both(2, 15)),
        ("the first day, back then", vec![paid, kept], same_day, vec![RefundedHere], [((2, 1500), (1, 500))]),
        ("the second day", vec![next.clone(), alone(10)], back.clone(), vec![], both(1, 7)),
        ("the second day, by a number of its own", vec![next.clone(), own_number], back.clone(), vec![], both(1, 7)),
        ("here it stays", vec![next.clone(), alone(10)], stays.clone(), vec![RefundedThere], both(1, 7)),
        ("a part", vec![next.clone(), alone(4)], stays.clone(), vec![PartBack], both(1, 7)),
        ("nothing but a part", vec![alone(4)], stays, vec![PartBack], [((0, 0), (1, 700))]),
        ("twice", vec![next, alone(10), alone(10)], back, vec![Twice], both(1, 7)),
    ];
    for (name, lines, payment, kinds, sums) in cases {
        let all = [&others[..], &[payment]].concat();
        let compared = compare(&lines, &all, &period(&lines, &zone(), LATER), &zone());
        let mut found: Vec<Kind> = compared.differences.iter().map(|it| it.kind).collect();
        if name == "nothing but a part" {
            found.retain(|kind| *kind != MissingThere);
        }
        assert_eq!(found, kinds, "{name}");
        let days: Vec<_> = compared.days.values().map(|day| (day.there, day.here)).collect();
        assert_eq!(days, sums, "{name}");
        assert_eq!(compared.later_back.len(), usize::from(name == "the first day, back later"), "{name}");
        let is_shown = name.starts_with("the second day") || name == "twice";
        assert_eq!(compared.back_on_both.contains(&"p".to_owned()), is_shown, "{name}");
    }
}

#[test]
fn a_statement_is_another_wallets_by_ids_that_are_there_and_not_here() {
    let lines = [there("p", "A", 10, NOON, false), there("q", "B", 10, NOON, false), there("", "C", 10, NOON, false)];
    let void = Line { meaning: Meaning::Skip, ..there("p", "A", 10, NOON, false) };
    let all = [&lines[..], &[void]].concat();
    let payments = ["p", "q", "r"].into_iter().zip(["A", "B", "C"]).map(|(id, order)| here(id, order, 10, NOON, false));
    let payments: Vec<Here> = payments.collect();
    assert_eq!(belonging(&all, &payments, &[]), (3, 0));
    assert_eq!(belonging(&all, &[], &payments), (0, 3));
    // Each order was paid with both wallets; the statement's ids are the other's, and its orders say nothing of that.
    let twins: Vec<Here> =
        ["A", "B", "C"].iter().map(|order| here(&format!("x-{order}"), order, 10, NOON, false)).collect();
    assert_eq!(belonging(&lines[..2], &[], &twins), (0, 0), "an id that is nowhere is no other wallet's");
}
