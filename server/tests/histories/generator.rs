//! Histories from a seed: the owner's settings and the steps. The weights keep transactions alive long enough for
//! everything to happen to them; the coverage table says whether they still do.

use boothpay_test_support::Random;
use boothpay_test_support::model::{Id, Refunds, Rules, Wallet};

use crate::step::{Account, Amount, Bound, Call, ClickCall, Jump, MALFORMED, PRICES, PaymeTime, Step, UzumCall};

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
    // One wallet's customer is busier than the others'. Most begin with a payment of it under way, or little would ever be paid
    // and go back.
    let lead = random.weighted(&[(5, Wallet::Payme), (2, Wallet::Click), (2, Wallet::Uzum)]);
    let mut recent = usize::try_from(random.below(4)).unwrap();
    if random.percent(65) {
        steps.push(begin(random, lead, recent));
        if lead != Wallet::Payme && random.percent(35) {
            steps.extend(late_money(random, lead, recent % 2));
        }
    }
    for _ in 0..count {
        let step = step(random, lead, recent);
        if let Step::Payme(Call::Create { id, .. }) = step {
            recent = id;
        }
        steps.push(step);
    }
    History { rules, steps }
}

fn begin(random: &mut Random, wallet: Wallet, recent: usize) -> Step {
    let order = recent % 2;
    match wallet {
        Wallet::Click => Step::Click(ClickCall::PREPARE.of(0, order)),
        Wallet::Uzum => Step::Uzum(UzumCall::Create { id: 0, order, beside: 0 }),
        Wallet::Payme | Wallet::Test => {
            let (amount, account) = (Amount::Right(order), Account::Order(order));
            Step::Payme(Call::Create { id: recent, time: payme_time(random), amount, account })
        }
    }
}

/// The customer's money comes when we have let go of the order; perhaps another wallet has the order by then, or has paid it.
fn late_money(random: &mut Random, wallet: Wallet, order: usize) -> Vec<Step> {
    let mut steps = vec![Step::Clock(Jump::Limit(wallet, 0, 1))];
    let look =
        |random: &mut Random| (wallet == Wallet::Uzum && random.percent(40)).then_some(Step::Uzum(UzumCall::Status(0)));
    steps.extend(look(random));
    if random.percent(75) {
        steps.push(Step::Sweep);
        steps.extend(look(random));
    }
    // Some have been given up by their wallet as well by then.
    if random.percent(25) {
        steps.push(match wallet {
            Wallet::Click => {
                let error = random.one_of(&[-1, -5017]);
                Step::Click(ClickCall { complete: true, error, ..ClickCall::PREPARE.of(0, order) })
            }
            Wallet::Payme | Wallet::Uzum | Wallet::Test => Step::Uzum(UzumCall::Reverse(0)),
        });
    }
    if random.percent(50) {
        steps.push(Step::Make { order, beside: 0 });
        if wallet == Wallet::Click {
            steps.push(Step::Uzum(UzumCall::Create { id: 1, order, beside: 0 }));
            steps.push(Step::Uzum(UzumCall::Confirm(1)));
        } else {
            steps.push(Step::Click(ClickCall::PREPARE.of(1, order)));
            steps.push(Step::Click(ClickCall { complete: true, ..ClickCall::PREPARE.of(1, order) }));
        }
        if random.percent(50) {
            steps.pop();
        }
    }
    steps.push(match wallet {
        Wallet::Click => Step::Click(ClickCall { complete: true, ..ClickCall::PREPARE.of(0, order) }),
        Wallet::Payme | Wallet::Uzum | Wallet::Test => Step::Uzum(UzumCall::Confirm(0)),
    });
    steps
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
        click_hold: random.weighted(&[(3, HOUR / 12), (1, HOUR)]),
        click_busy: random.weighted(&[(3, -9), (1, -4), (1, -5)]),
        click_disowned: random.weighted(&[(2, -9), (1, -4)]),
        uzum_limit: random.weighted(&[(3, HOUR / 2), (1, HOUR / 60)]),
        uzum_busy: random.weighted(&[(3, 10008), (1, 10007), (1, 10009)]),
        uzum_refunds: random.weighted(&[(2, Refunds::Always), (2, Refunds::BeforePrinting), (1, Refunds::Never)]),
    }
}

#[derive(Clone, Copy)]
enum Kind {
    Click,
    Uzum,
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
fn step(random: &mut Random, lead: Wallet, recent: usize) -> Step {
    // Where another wallet leads, a wallet makes a fifth of its calls.
    let of = |wallet: Wallet, weight: u64| if lead == wallet { weight } else { weight.div_ceil(5) };
    let payme = |weight| of(Wallet::Payme, weight);
    // Steps that are answered with a picture of a code are rare: drawing takes longer than all else together.
    let kinds = [
        (of(Wallet::Click, 120), Kind::Click),
        (of(Wallet::Uzum, 120), Kind::Uzum),
        (payme(18), Kind::CheckPerform),
        (payme(44), Kind::Create),
        (payme(30), Kind::Perform),
        (payme(20), Kind::Cancel),
        (payme(14), Kind::Check),
        (payme(10), Kind::Statement),
        (payme(10), Kind::Fiscal),
        (payme(4), Kind::Odd),
        (16, Kind::Again),
        (12, Kind::Make),
        (1, Kind::Offer),
        (3, Kind::Close),
        (1, Kind::NewCode),
        (if lead == Wallet::Uzum { 48 } else { 24 }, Kind::Print),
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
        Kind::Click => Step::Click(click(random, order)),
        Kind::Uzum => Step::Uzum(uzum(random, order)),
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
        Kind::Clock => Step::Clock(jump(random, lead, Id::try_from(id).unwrap(), order)),
        Kind::Restart => Step::Restart,
    }
}

/// Most attempts of a wallet keep to one order; the rest makes them meet. So do the wallets: all of them are mostly on the
/// first two orders.
fn attempt(random: &mut Random, order: usize) -> (Id, usize) {
    let id = random.weighted(&[(6, 0), (3, 1), (1, 2)]);
    (id, if random.percent(85) { usize::from(id) % 2 } else { order })
}

fn click(random: &mut Random, order: usize) -> ClickCall {
    let (id, order) = attempt(random, order);
    ClickCall {
        complete: random.percent(55),
        id,
        order,
        beside: random.weighted(&[(14, 0), (1, 1), (1, 100)]),
        error: random.weighted(&[(7, 0), (1, -1), (1, -5017)]),
        wrong_number: random.percent(5),
    }
}

fn uzum(random: &mut Random, order: usize) -> UzumCall {
    let (id, order) = attempt(random, order);
    match random.below(100) {
        0..12 => UzumCall::Check(order),
        12..46 => {
            let other = [1, 100, -PRICES[order], 100_000_000_000];
            let beside = if random.percent(80) { 0 } else { random.one_of(&other) };
            UzumCall::Create { id, order, beside }
        }
        46..72 => UzumCall::Confirm(id),
        72..86 => UzumCall::Reverse(id),
        _ => UzumCall::Status(id),
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

fn jump(random: &mut Random, lead: Wallet, id: Id, order: usize) -> Jump {
    match random.below(20) {
        0..6 => {
            let id = if lead == Wallet::Payme { id } else { random.weighted(&[(4, 0), (3, 1), (1, 2)]) };
            Jump::Limit(lead, id, random.one_of(&[-1, 0, 1, 1]))
        }
        6..11 => Jump::Expiry(order, random.one_of(&[-1, 0, 1, 1000])),
        11..16 => Jump::By(random.one_of(&[1, 2, 500, 4_000, 61_000])),
        16..17 => Jump::By(random.one_of(&[HOUR, 13 * HOUR])),
        _ => Jump::By(-random.one_of(&[1, 700, 60_000, HOUR, 20 * HOUR])),
    }
}
