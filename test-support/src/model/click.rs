//! What Click asks: Prepare and Complete, in the words of `reference/click.md §2`.

use super::book::Obstacle;
use super::{Answer, Book, Click, End, Rules, State, Wallet, Way, When, change, refuse, same};

const AMOUNT: i64 = -2;
const PAID: i64 = -4;
const NO_ORDER: i64 = -5;
const UNKNOWN: i64 = -6;
const CANCELLED: i64 = -9;

fn refuse_about(book: &Book, code: i64, index: usize, cell: &'static str) -> Vec<Way> {
    same(book, Answer::RefusedAbout(code, index), cell)
}

pub(super) fn prepare(rules: &Rules, book: &Book, call: &Click, now: When) -> Vec<Way> {
    if let Some(index) = book.find(Wallet::Click, call.id) {
        if book.attempts[index].order != call.order {
            return refuse(book, NO_ORDER, "click: number of another order");
        }
        return if call.error < 0 { give_up(rules, book, index, now) } else { again(rules, book, index, call, now) };
    }
    if call.error < 0 {
        return refuse(book, CANCELLED, "click-prepare: given up, unknown");
    }
    let Some(order) = book.orders.get(&call.order) else { return refuse(book, NO_ORDER, "click-prepare: no order") };
    let way = |judged: Result<Option<usize>, Obstacle>| match judged {
        Err(Obstacle::Paid) => refuse(book, PAID, "click-prepare: paid"),
        Err(Obstacle::Cancelled | Obstacle::Refunded | Obstacle::Expired) => {
            refuse(book, CANCELLED, "click-prepare: closed")
        }
        _ if call.amount != order.amount => refuse(book, AMOUNT, "click-prepare: amount"),
        Err(Obstacle::Busy) => refuse(book, rules.click_busy, "click-prepare: busy"),
        Err(Obstacle::Late) => refuse(book, CANCELLED, "click-prepare: late, not swept"),
        Ok(released) => {
            let cell = if released.is_some() { "click-prepare: new, holder over" } else { "click-prepare: new" };
            let (book, index) = book.begun(released, call.order, Wallet::Click, (call.id, 0), now);
            vec![Way { book, answer: Answer::Told(index), cell }]
        }
    };
    book.payable(rules, call.order, now).into_iter().flat_map(way).collect()
}

fn again(rules: &Rules, book: &Book, index: usize, call: &Click, now: When) -> Vec<Way> {
    let it = &book.attempts[index];
    match it.state {
        State::Begun => {
            let mut ways = match it.may_be_in_time(rules, now.from) {
                false => Vec::new(),
                true if call.amount != book.order_of(index).amount => {
                    refuse_about(book, AMOUNT, index, "click-prepare: repeat, amount")
                }
                true => same(book, Answer::Told(index), "click-prepare: repeat"),
            };
            if it.may_be_over(rules, now.to) {
                let answer = Answer::RefusedAbout(CANCELLED, index);
                let end = |book: &mut Book| book.end(index, End::OurTime, now);
                ways.extend(change(book.clone(), end, answer, "click-prepare: repeat, over"));
            }
            ways
        }
        State::Paid | State::Owed => refuse_about(book, PAID, index, "click-prepare: repeat of confirmed"),
        State::LetGo(_) | State::Refunded(_) | State::GivenBack(_) => {
            refuse_about(book, CANCELLED, index, "click-prepare: repeat of given up")
        }
    }
}

pub(super) fn complete(rules: &Rules, book: &Book, call: &Click, number: i64, now: When) -> Vec<Way> {
    let known = book.find(Wallet::Click, call.id).filter(|index| {
        let it = &book.attempts[*index];
        it.number == Some(number) && it.order == call.order
    });
    let Some(index) = known else { return refuse(book, UNKNOWN, "click-complete: unknown") };
    if call.error < 0 {
        return give_up(rules, book, index, now);
    }
    // The card was debited: not the order's time is asked, nor who holds it, and a refusal would hide the money.
    match book.attempts[index].state {
        State::LetGo(End::OurTime) if book.attempts[index].disowned => {
            refuse_about(book, CANCELLED, index, "click-complete: given up after our time")
        }
        State::Begun | State::LetGo(End::OurTime) if call.amount != book.order_of(index).amount => {
            refuse_about(book, AMOUNT, index, "click-complete: amount")
        }
        State::Begun => change(book.clone(), |book| book.pay(index, now), Answer::Told(index), "click-complete: paid"),
        State::LetGo(End::OurTime) => {
            let way = |(book, state)| {
                let cell = if state == State::Paid { "click-complete: paid late" } else { "click-complete: owed back" };
                Way { book, answer: Answer::Told(index), cell }
            };
            book.arrive(rules, index, now).into_iter().map(way).collect()
        }
        State::Paid | State::Owed => refuse_about(book, PAID, index, "click-complete: repeat"),
        State::LetGo(_) | State::Refunded(_) | State::GivenBack(_) => {
            refuse_about(book, CANCELLED, index, "click-complete: given up before")
        }
    }
}

/// An error below 0, in either call. What was confirmed stays as it is, and Click's word is noted once.
fn give_up(rules: &Rules, book: &Book, index: usize, now: When) -> Vec<Way> {
    match book.attempts[index].state {
        State::Begun => {
            let end = |book: &mut Book| book.end(index, End::Wallet, now);
            change(book.clone(), end, Answer::RefusedAbout(CANCELLED, index), "click: given up")
        }
        State::Paid | State::Owed => {
            let answer = Answer::RefusedAbout(rules.click_disowned, index);
            change(book.clone(), |book| book.disown(index, now), answer, "click: given up after it was confirmed")
        }
        State::LetGo(End::OurTime) => {
            let answer = Answer::RefusedAbout(CANCELLED, index);
            change(book.clone(), |book| book.disown(index, now), answer, "click: given up after our time")
        }
        State::LetGo(_) | State::Refunded(_) | State::GivenBack(_) => {
            refuse_about(book, CANCELLED, index, "click: given up again")
        }
    }
}
