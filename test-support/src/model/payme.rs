//! What Payme asks: the table of each method, in the words of `reference/payme.md §2`.

use super::book::Obstacle;
use super::{Answer, Book, End, Id, Payable, Place, Refunds, Rules, State, Wallet, Way, When, change, refuse, same};

const NO_ORDER: i64 = -31050;
const AMOUNT: i64 = -31001;
const UNKNOWN: i64 = -31003;
const WRONG_STATE: i64 = -31008;
const CANNOT_CANCEL: i64 = -31007;

/// The checks that CheckPerform and a new Create share: the order, and who has to let go; or the refusal with its cell.
fn payable(
    rules: &Rules,
    book: &Book,
    order: Option<Place>,
    amount: Option<i64>,
    creating: bool,
    now: When,
) -> Vec<Payable<(Answer, &'static str)>> {
    let pick = |check, create| if creating { create } else { check };
    let Some((order, it)) = order.and_then(|order| Some((order, book.orders.get(&order)?))) else {
        let cell = pick("check-perform: no order -31050", "create: no order -31050");
        return vec![Err((Answer::RefusedOrder(NO_ORDER), cell))];
    };
    if amount != Some(it.amount) {
        return vec![Err((Answer::Refused(AMOUNT), pick("check-perform: amount -31001", "create: amount -31001")))];
    }
    let way = |payable| match payable {
        Ok(released) => Ok((order, released)),
        // Whoever may be told that all is well hears it although another is paying.
        Err(Obstacle::Busy) if !creating && !rules.check_refuses_busy => Ok((order, book.holder(order))),
        Err(obstacle) => {
            let (code, cell) = match obstacle {
                Obstacle::Busy => (rules.busy_code, pick("check-perform: busy", "create: busy")),
                Obstacle::Paid => (rules.closed_code, pick("check-perform: paid", "create: paid")),
                Obstacle::Refunded => (rules.closed_code, pick("check-perform: refunded", "create: refunded")),
                Obstacle::Cancelled => (rules.closed_code, pick("check-perform: cancelled", "create: cancelled")),
                Obstacle::Expired => (rules.closed_code, pick("check-perform: expired", "create: expired")),
                Obstacle::Late => {
                    (rules.closed_code, pick("check-perform: late, not swept", "create: late, not swept"))
                }
            };
            Err((Answer::RefusedOrder(code), cell))
        }
    };
    book.payable(rules, order, now).into_iter().map(way).collect()
}

pub(super) fn check_perform(
    rules: &Rules,
    book: &Book,
    order: Option<Place>,
    amount: Option<i64>,
    now: When,
) -> Vec<Way> {
    let way = |judged| match judged {
        Ok((order, None)) => same(book, Answer::Allow(order), "check-perform: allow"),
        Ok((order, Some(_))) => same(book, Answer::Allow(order), "check-perform: allow though held"),
        Err((answer, cell)) => same(book, answer, cell),
    };
    payable(rules, book, order, amount, false, now).into_iter().flat_map(way).collect()
}

/// What happens to an attempt in its time, and that it is given up afterwards.
fn by_the_clock(
    rules: &Rules,
    book: &Book,
    index: usize,
    now: When,
    in_time: Vec<Way>,
    over: &'static str,
) -> Vec<Way> {
    let it = &book.attempts[index];
    let mut ways = if it.may_be_in_time(rules, now.from) { in_time } else { Vec::new() };
    if it.may_be_over(rules, now.to) {
        ways.extend(change(
            book.clone(),
            |book| book.end(index, End::OurTime, now),
            Answer::Refused(WRONG_STATE),
            over,
        ));
    }
    ways
}

pub(super) fn create(
    rules: &Rules,
    book: &Book,
    (id, time): (Id, i64),
    order: Option<Place>,
    amount: Option<i64>,
    now: When,
) -> Vec<Way> {
    if let Some(index) = book.find(Wallet::Payme, id) {
        return match book.attempts[index].state {
            State::Begun => {
                let repeat = same(book, Answer::Told(index), "create: repeat");
                by_the_clock(rules, book, index, now, repeat, "create: repeat, over -31008")
            }
            State::Paid | State::Owed => refuse(book, WRONG_STATE, "create: repeat of performed -31008"),
            State::LetGo(_) => refuse(book, WRONG_STATE, "create: repeat of cancelled -31008"),
            State::Refunded(_) | State::GivenBack(_) => refuse(book, WRONG_STATE, "create: repeat of refunded -31008"),
        };
    }
    let way = |judged| {
        let (order, released) = match judged {
            Ok(payable) => payable,
            Err((answer, cell)) => return same(book, answer, cell),
        };
        if rules.refuse_stale && now.from - time >= rules.limit {
            return refuse(book, WRONG_STATE, "create: stale -31008");
        }
        let cell = match released {
            Some(_) => "create: new, holder over",
            None if book.attempts.iter().any(|it| it.order == order) => "create: new after a cancelled one",
            None => "create: new",
        };
        let (book, index) = book.begun(released, order, Wallet::Payme, (id, time), now);
        vec![Way { book, answer: Answer::Told(index), cell }]
    };
    payable(rules, book, order, amount, true, now).into_iter().flat_map(way).collect()
}

pub(super) fn perform(rules: &Rules, book: &Book, id: Id, now: When) -> Vec<Way> {
    let Some(index) = book.find(Wallet::Payme, id) else { return refuse(book, UNKNOWN, "perform: unknown -31003") };
    match book.attempts[index].state {
        State::Begun => {
            // What began in time may end well, however late it is for the order.
            let cell =
                if book.order_of(index).may_be_early(now) { "perform: done" } else { "perform: order's time over" };
            let done = change(book.clone(), |book| book.pay(index, now), Answer::Told(index), cell);
            by_the_clock(rules, book, index, now, done, "perform: over -31008")
        }
        State::Paid | State::Owed => same(book, Answer::Told(index), "perform: repeat"),
        State::LetGo(_) => refuse(book, WRONG_STATE, "perform: cancelled -31008"),
        State::Refunded(_) | State::GivenBack(_) => refuse(book, WRONG_STATE, "perform: refunded -31008"),
    }
}

pub(super) fn cancel(rules: &Rules, book: &Book, id: Id, reason: i64, now: When) -> Vec<Way> {
    let Some(index) = book.find(Wallet::Payme, id) else { return refuse(book, UNKNOWN, "cancel: unknown -31003") };
    let printed = book.order_of(index).printed;
    let cell = match (book.attempts[index].state, rules.refunds) {
        (State::Begun, _) => "cancel: created",
        (State::Paid, Refunds::Never) => return refuse(book, CANNOT_CANCEL, "cancel: never -31007"),
        (State::Paid, Refunds::BeforePrinting) if printed => {
            return refuse(book, CANNOT_CANCEL, "cancel: printed -31007");
        }
        (State::Paid | State::Owed, _) => "cancel: performed",
        (State::LetGo(_), _) => return same(book, Answer::Told(index), "cancel: repeat of cancelled"),
        (State::Refunded(_) | State::GivenBack(_), _) => {
            return same(book, Answer::Told(index), "cancel: repeat of refunded");
        }
    };
    change(book.clone(), |book| book.end(index, End::Payme(reason), now), Answer::Told(index), cell)
}

pub(super) fn check(book: &Book, id: Id) -> Vec<Way> {
    let Some(index) = book.find(Wallet::Payme, id) else { return refuse(book, UNKNOWN, "check: unknown -31003") };
    let cell = match book.attempts[index].state {
        State::Begun => "check: 1",
        State::Paid | State::Owed => "check: 2",
        State::LetGo(_) => "check: -1",
        State::Refunded(_) | State::GivenBack(_) => "check: -2",
    };
    same(book, Answer::Told(index), cell)
}
