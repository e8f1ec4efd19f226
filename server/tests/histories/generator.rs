//! Histories from a seed: the owner's settings and the steps. The weights keep transactions alive long enough for
//! everything to happen to them; the coverage table says whether they still do.

use crate::model::{Refunds, Rules};
use crate::random::Random;
use crate::step::{Account, Amount, Bound, Call, Jump, MALFORMED, PaymeTime, Step};

const HOUR: i64 = 3_600_000;

/// One history.
pub struct History {
    pub rules: Rules,
    pub steps: Vec<Step>,
}

/// The history of a seed.
pub fn history(seed: u64) -> History {
    let random = &mut Random::new(seed);
    let rules = rules(random);
    let count = 12 + random.below(10);
    let mut steps: Vec<Step> = (0..2).map(|order| Step::Make { order, beside: 0 }).collect();
    // Most begin with a payment under way, or little would ever be paid and go back.
    let mut recent = usize::try_from(random.below(4)).unwrap();
    if random.percent(60) {
        let (amount, account) = (Amount::Right(recent % 2), Account::Order(recent % 2));
        steps.push(Step::Payme(Call::Create { id: recent, time: payme_time(random), amount, account }));
    }
    for _ in 0..count {
        let step = step(random, recent);
        if let Step::Payme(Call::Create { id, .. }) = step {
            recent = id;
        }
        steps.push(step);
    }
    History { rules, steps }
}

fn rules(random: &mut Random) -> Rules {
    Rules {
        busy_code: random.weighted(&[(3, -31099), (1, -31008), (1, -31050)]),
        closed_code: random.weighted(&[(3, -31052), (1, -31008), (1, -31099)]),
        check_refuses_busy: random.percent(60),
        refunds: random.weighted(&[(2, Refunds::Always), (2, Refunds::BeforePrinting), (1, Refunds::Never)]),
        // Twelve hours as it is; sometimes less than an order's life, so that one can outlive the other.
        limit: random.weighted(&[(4, 12 * HOUR), (2, HOUR / 12)]),
        limit_from_payme: random.percent(30),
        refuse_stale: random.percent(30),
        order_life: random.weighted(&[(4, HOUR / 4), (1, 24 * HOUR)]),
    }
}

#[derive(Clone, Copy)]
enum Kind {
    CheckPerform,
    Create,
    Perform,
    Cancel,
    Check,
    Statement,
    Fiscal,
    Odd,
    Again,
    Make,
    Offer,
    Close,
    NewCode,
    Print,
    Look,
    Status,
    TestPay,
    Sweep,
    Clock,
    Restart,
}

/// The next step. `recent` is the id with which Payme last began to pay something: what follows is mostly about it.
fn step(random: &mut Random, recent: usize) -> Step {
    // Steps that are answered with a picture of a code are rare: drawing takes longer than all else together.
    let kinds = [
        (18, Kind::CheckPerform),
        (44, Kind::Create),
        (30, Kind::Perform),
        (20, Kind::Cancel),
        (14, Kind::Check),
        (10, Kind::Statement),
        (10, Kind::Fiscal),
        (4, Kind::Odd),
        (16, Kind::Again),
        (12, Kind::Make),
        (1, Kind::Offer),
        (3, Kind::Close),
        (1, Kind::NewCode),
        (12, Kind::Print),
        (1, Kind::Look),
        (10, Kind::Status),
        (4, Kind::TestPay),
        (10, Kind::Sweep),
        (26, Kind::Clock),
        (16, Kind::Restart),
    ];
    let order = order(random);
    let any_id = random.weighted(&[(8, 0), (6, 1), (4, 2), (3, 3)]);
    let id = if random.percent(70) { recent } else { any_id };
    match random.weighted(&kinds) {
        Kind::CheckPerform => {
            let (amount, account) = (amount(random, order), account(random, order));
            Step::Payme(Call::CheckPerform { amount, account })
        }
        Kind::Create => {
            // Most ids pay always the same order; the rest makes them meet.
            let id = if random.percent(30) { recent } else { any_id };
            let order = if random.percent(70) { id % 2 } else { order };
            let (amount, account, time) = (amount(random, order), account(random, order), payme_time(random));
            Step::Payme(Call::Create { id, time, amount, account })
        }
        Kind::Perform => Step::Payme(Call::Perform(id)),
        Kind::Cancel => Step::Payme(Call::Cancel { id, reason: random.one_of(&[1, 2, 3, 4, 5, 10, 99, 0, -7]) }),
        Kind::Check => Step::Payme(Call::Check(id)),
        Kind::Statement => Step::Payme(Call::Statement { from: bound(random, false), to: bound(random, true) }),
        Kind::Fiscal => {
            let kind = random.weighted(&[(5, "PERFORM"), (3, "CANCEL"), (1, "REFUND")]);
            Step::Payme(Call::Fiscal { id, kind, receipt: random.one_of(&[121, 122]) })
        }
        Kind::Odd if random.percent(20) => Step::Payme(Call::ChangePassword),
        Kind::Odd => Step::Payme(Call::Malformed(usize::try_from(random.below(MALFORMED as u64)).unwrap())),
        Kind::Again => Step::Again(usize::try_from(random.below(5)).unwrap()),
        Kind::Make => Step::Make { order, beside: random.weighted(&[(5, 0), (1, 1), (1, 100)]) },
        Kind::Offer => Step::Offer { order, beside: random.weighted(&[(4, 0), (1, 1), (1, 100)]) },
        Kind::Close => Step::Close(order),
        Kind::NewCode => Step::NewCode(order),
        Kind::Print => {
            let order = if random.percent(80) { recent % 2 } else { order };
            Step::Print { order, quietly: random.percent(90) }
        }
        Kind::Look => Step::Look(order),
        Kind::Status => Step::Status(order),
        Kind::TestPay => Step::TestPay(order),
        Kind::Sweep => Step::Sweep,
        Kind::Clock => Step::Clock(jump(random, id, order)),
        Kind::Restart => Step::Restart,
    }
}

fn order(random: &mut Random) -> usize {
    random.weighted(&[(10, 0), (7, 1), (3, 2), (2, 3)])
}

fn amount(random: &mut Random, order: usize) -> Amount {
    match random.below(100) {
        0..80 => Amount::Right(order),
        80..86 => Amount::RightWithZeros(order),
        86..94 => Amount::Beside(order, random.one_of(&[1, -1, 99 * 1_000_000, -1_000_000, -2_000_050])),
        94..96 => Amount::Fraction,
        96..98 => Amount::Text,
        _ => Amount::Missing,
    }
}

fn account(random: &mut Random, order: usize) -> Account {
    match random.below(100) {
        0..72 => Account::Order(order),
        72..78 => Account::More(order),
        78..86 => Account::Number(order),
        86..90 => Account::Blanks(order),
        90..92 => Account::Empty,
        92..95 => Account::OtherField,
        95..97 => Account::Null,
        97..98 => Account::NoObject,
        _ => Account::Order(3),
    }
}

fn payme_time(random: &mut Random) -> PaymeTime {
    match random.below(10) {
        0..6 => PaymeTime::Now(random.one_of(&[0, 0, -1, -250, 3, -HOUR])),
        6..8 => PaymeTime::Old,
        _ => PaymeTime::Limit(random.one_of(&[-1, 0, 1, 1000])),
    }
}

fn bound(random: &mut Random, upper: bool) -> Bound {
    let id = usize::try_from(random.below(4)).unwrap();
    match random.below(10) {
        0..5 => Bound::At(id, random.one_of(&[-1, 0, 0, 1])),
        5 => Bound::Now,
        _ if upper => Bound::Far,
        _ => Bound::Zero,
    }
}

fn jump(random: &mut Random, id: usize, order: usize) -> Jump {
    match random.below(20) {
        0..6 => Jump::Limit(id, random.one_of(&[-1, 0, 1, 1])),
        6..11 => Jump::Expiry(order, random.one_of(&[-1, 0, 1, 1000])),
        11..16 => Jump::By(random.one_of(&[1, 2, 500, 4_000, 61_000])),
        16..17 => Jump::By(random.one_of(&[HOUR, 13 * HOUR])),
        _ => Jump::By(-random.one_of(&[1, 700, 60_000, HOUR, 20 * HOUR])),
    }
}
