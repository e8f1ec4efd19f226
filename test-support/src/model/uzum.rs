//! What Uzum asks: its five operations, in the words of `reference/uzum.md §4`.

use super::book::Obstacle;
use super::{Answer, Book, End, Id, Payable, Place, Refunds, Rules, State, Wallet, Way, When, change, refuse, same};

const NO_ORDER: i64 = 10007;
const PAID: i64 = 10008;
const CLOSED: i64 = 10009;
const CREATED_BEFORE: i64 = 10010;
const AMOUNT: i64 = 10011;
const TOO_SMALL: i64 = 10012;
const TOO_LARGE: i64 = 10013;
const UNKNOWN: i64 = 10014;
const CANCELLED: i64 = 10015;
const CONFIRMED_BEFORE: i64 = 10016;
const CANNOT_REVERSE: i64 = 10017;
const REVERSED_BEFORE: i64 = 10018;

/// The least that no order can cost, in tiyin: more than a thousand million soum.
const TOO_DEAR: i64 = 100_000_000_001;

/// The checks that check and create share: the order, and who has to let go; or the refusal with its cell.
fn payable(rules: &Rules, book: &Book, order: Option<Place>, now: When) -> Vec<Payable<(i64, &'static str)>> {
    let Some(order) = order.filter(|order| book.orders.contains_key(order)) else {
        return vec![Err((NO_ORDER, "uzum: no order 10007"))];
    };
    let way = |payable: Result<Option<usize>, Obstacle>| {
        payable.map(|released| (order, released)).map_err(|obstacle| match obstacle {
            Obstacle::Paid => (PAID, "uzum: paid 10008"),
            Obstacle::Cancelled | Obstacle::Refunded | Obstacle::Expired => (CLOSED, "uzum: closed 10009"),
            Obstacle::Late => (CLOSED, "uzum: late, not swept 10009"),
            Obstacle::Busy => (rules.uzum_busy, "uzum: busy"),
        })
    };
    book.payable(rules, order, now).into_iter().map(way).collect()
}

pub(super) fn check(rules: &Rules, book: &Book, order: Option<Place>, now: When) -> Vec<Way> {
    let way = |judged| match judged {
        Ok((order, _)) => same(book, Answer::Allow(order), "uzum-check: allow"),
        Err((code, cell)) => refuse(book, code, cell),
    };
    payable(rules, book, order, now).into_iter().flat_map(way).collect()
}

pub(super) fn create(rules: &Rules, book: &Book, id: Id, order: Option<Place>, amount: i64, now: When) -> Vec<Way> {
    if book.find(Wallet::Uzum, id).is_some() {
        return refuse(book, CREATED_BEFORE, "uzum-create: repeat 10010");
    }
    let way = |judged: Result<(Place, Option<usize>), _>| {
        let (order, released) = match judged {
            Ok(payable) => payable,
            Err((code, cell)) => return refuse(book, code, cell),
        };
        match amount {
            ..1 => return refuse(book, TOO_SMALL, "uzum-create: too small 10012"),
            TOO_DEAR.. => return refuse(book, TOO_LARGE, "uzum-create: too large 10013"),
            amount if amount != book.orders[&order].amount => return refuse(book, AMOUNT, "uzum-create: amount 10011"),
            _ => {}
        }
        let cell = if released.is_some() { "uzum-create: new, holder over" } else { "uzum-create: new" };
        let (book, index) = book.begun(released, order, Wallet::Uzum, (id, 0), now);
        vec![Way { book, answer: Answer::Told(index), cell }]
    };
    payable(rules, book, order, now).into_iter().flat_map(way).collect()
}

/// The customer was debited: only what Uzum itself took back is refused.
pub(super) fn confirm(rules: &Rules, book: &Book, id: Id, now: When) -> Vec<Way> {
    let Some(index) = book.find(Wallet::Uzum, id) else { return refuse(book, UNKNOWN, "uzum-confirm: unknown 10014") };
    match book.attempts[index].state {
        State::LetGo(End::OurTime) if book.attempts[index].disowned => {
            refuse(book, CANCELLED, "uzum-confirm: reversed after our time 10015")
        }
        State::Begun => {
            let late = book.attempts[index].may_be_over(rules, now.from);
            let cell = if late { "uzum-confirm: paid, its time over" } else { "uzum-confirm: paid" };
            change(book.clone(), |book| book.pay(index, now), Answer::Told(index), cell)
        }
        State::LetGo(End::OurTime) => {
            let way = |(book, state)| {
                let cell = if state == State::Paid { "uzum-confirm: paid late" } else { "uzum-confirm: owed back" };
                Way { book, answer: Answer::Told(index), cell }
            };
            book.arrive(rules, index, now).into_iter().map(way).collect()
        }
        State::Paid | State::Owed => refuse(book, CONFIRMED_BEFORE, "uzum-confirm: repeat 10016"),
        State::LetGo(_) | State::Refunded(_) | State::GivenBack(_) => {
            refuse(book, CANCELLED, "uzum-confirm: reversed before 10015")
        }
    }
}

pub(super) fn reverse(rules: &Rules, book: &Book, id: Id, now: When) -> Vec<Way> {
    let Some(index) = book.find(Wallet::Uzum, id) else { return refuse(book, UNKNOWN, "uzum-reverse: unknown 10014") };
    let printed = book.order_of(index).printed;
    let cell = match (book.attempts[index].state, rules.uzum_refunds) {
        (State::Begun, _) => "uzum-reverse: begun",
        (State::Paid, Refunds::Never) => return refuse(book, CANNOT_REVERSE, "uzum-reverse: never 10017"),
        (State::Paid, Refunds::BeforePrinting) if printed => {
            return refuse(book, CANNOT_REVERSE, "uzum-reverse: printed 10017");
        }
        (State::Paid, _) => "uzum-reverse: refunded",
        (State::Owed, _) => "uzum-reverse: given back",
        (State::LetGo(End::OurTime), _) => {
            let answer = Answer::Refused(REVERSED_BEFORE);
            let note = |book: &mut Book| book.disown(index, now);
            return change(book.clone(), note, answer, "uzum-reverse: after our time 10018");
        }
        (State::LetGo(_) | State::Refunded(_) | State::GivenBack(_), _) => {
            return refuse(book, REVERSED_BEFORE, "uzum-reverse: repeat 10018");
        }
    };
    change(book.clone(), |book| book.end(index, End::Wallet, now), Answer::Told(index), cell)
}

pub(super) fn status(rules: &Rules, book: &Book, id: Id, now: When) -> Vec<Way> {
    let Some(index) = book.find(Wallet::Uzum, id) else { return refuse(book, UNKNOWN, "uzum-status: unknown 10014") };
    let it = &book.attempts[index];
    match it.state {
        State::Begun => {
            let mut ways = match it.may_be_in_time(rules, now.from) {
                true => same(book, Answer::Told(index), "uzum-status: CREATED"),
                false => Vec::new(),
            };
            if it.may_be_over(rules, now.to) {
                ways.extend(same(book, Answer::Failed(index), "uzum-status: FAILED, not swept"));
            }
            ways
        }
        State::LetGo(End::OurTime) => same(book, Answer::Failed(index), "uzum-status: FAILED"),
        State::Paid | State::Owed => same(book, Answer::Told(index), "uzum-status: CONFIRMED"),
        State::LetGo(_) => same(book, Answer::Told(index), "uzum-status: REVERSED"),
        State::Refunded(_) | State::GivenBack(_) => {
            same(book, Answer::Told(index), "uzum-status: REVERSED after CONFIRMED")
        }
    }
}
