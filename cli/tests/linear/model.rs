//! How an order can be after a call that was answered so: the ways of [`boothpay_test_support::model`] whose values are those of the
//! reply.
//!
//! What the server chooses (numbers, times) is not predicted. A time is the range in which it can lie, from the call that set
//! it; the first reply that shows it narrows it to one value, and every later reply must show that.

use crate::history::{Op, Reply};
use boothpay_test_support::model::{self, Answer, Book, End, NEVER, Request, State, Status, Wallet, Way, When, act};

/// The settings that the rules depend on.
#[derive(Clone, Copy, Debug)]
pub struct Rules {
    pub wallets: model::Rules,
    /// How far the server's clock may be from the history's, in milliseconds.
    pub slack: i64,
}

/// The one order of a history.
pub const ORDER: usize = 0;

impl Rules {
    /// When the server may have looked at its clock for a call that took effect before `latest`, in microseconds.
    fn now(&self, op: &Op, latest: i64) -> When {
        let until = op.received.unwrap_or(NEVER).min(latest);
        let to = if until == NEVER { NEVER } else { until / 1000 + self.slack };
        When { from: op.sent / 1000 - self.slack, to }
    }
}

/// Every state in which the order can be after a call that takes effect next, and not after `latest` (microseconds); none
/// when its reply fits nowhere.
pub fn follow(rules: &Rules, state: &Book, op: &Op, latest: i64) -> Vec<Book> {
    let now = rules.now(op, latest);
    let mut ends: Vec<Book> = Vec::new();
    for start in time_passes(rules, state, now.to) {
        for way in act(&rules.wallets, &start, &op.request, now) {
            let end = match &op.reply {
                Some(reply) => shown_as(way, &op.request, reply),
                None => Some(way.book),
            };
            let end = end.and_then(|end| settled(rules, end));
            ends.extend(end.filter(|end| !ends.contains(end)));
        }
    }
    ends
}

/// What the background sweep may have made of a state by a time: nothing, or what is due.
pub fn time_passes(rules: &Rules, state: &Book, until: i64) -> Vec<Book> {
    let mut states = vec![state.clone()];
    let Some(order) = state.orders.get(&ORDER) else { return states };
    if let Some(holder) = state.holder(ORDER)
        && state.attempts[holder].may_be_over(&rules.wallets, until)
    {
        let mut state = state.clone();
        let due = state.attempts[holder].limit(&rules.wallets).from.saturating_add(1);
        state.end(holder, End::OurTime, When { from: due, to: until });
        states.push(state);
    }
    for mut state in states.clone() {
        if order.status == Status::Pending && state.holder(ORDER).is_none() && until >= order.expires_at.from {
            state.stamp(ORDER, When { from: order.expires_at.from, to: until });
            state.order_mut(ORDER).status = Status::Expired;
            states.push(state);
        }
    }
    states
}

/// The state, with what the reply shows of it; none when it is another reply.
fn shown_as(way: Way, request: &Request, reply: &Reply) -> Option<Book> {
    let Way { mut book, answer, .. } = way;
    let shown_about = |book: &mut Book, index: usize, number: Option<i64>| match number {
        Some(number) => *book.attempts[index].number.get_or_insert(number) == number,
        None => true,
    };
    let fits = match (answer, reply) {
        (Answer::Shown(_), Reply::Closed) => matches!(request, Request::Close(_)),
        (Answer::Conflict(_), Reply::Conflict)
        | (Answer::NotFound, Reply::NotFound)
        | (Answer::Allow(_), Reply::Allow) => true,
        (Answer::Offered, Reply::Offered { expires_at }) => book.order_mut(ORDER).expires_at.learn(*expires_at),
        (Answer::Shown(word), Reply::Standing(shown)) => word == *shown,
        (Answer::Shown(word), Reply::Shown { word: shown, amount, expires_at }) => {
            let order = book.order_mut(ORDER);
            word == *shown && order.amount == *amount && order.expires_at.learn(*expires_at)
        }
        (Answer::Told(index), Reply::Created { number, at }) => {
            shown_about(&mut book, index, *number) && book.attempts[index].begun.learn(*at)
        }
        (Answer::Told(index), Reply::Performed { number, at }) => {
            shown_about(&mut book, index, *number) && shown(&mut book.attempts[index].paid, *at)
        }
        (Answer::Told(index), Reply::Cancelled { number, at, state }) => {
            let it = &mut book.attempts[index];
            it.state.in_payme() == *state && shown(&mut it.ended, *at) && shown_about(&mut book, index, Some(*number))
        }
        (Answer::Told(index), Reply::Checked { number, create, perform, cancel, state, reason }) => {
            let it = &mut book.attempts[index];
            it.state.in_payme() == *state
                && it.state.paymes_reason() == *reason
                && it.begun.learn(*create)
                && shown(&mut it.paid, *perform)
                && shown(&mut it.ended, *cancel)
                && shown_about(&mut book, index, Some(*number))
        }
        (Answer::Told(index), Reply::Reversed { at }) => shown(&mut book.attempts[index].ended, *at),
        (Answer::Told(index), Reply::Told { word, begun, paid, ended }) => {
            let it = &mut book.attempts[index];
            it.state.in_uzum() == *word
                && it.begun.learn(*begun)
                && shown(&mut it.paid, *paid)
                && shown(&mut it.ended, *ended)
        }
        (Answer::Failed(index), Reply::Told { word, begun, paid: 0, ended: 0 }) => {
            *word == "FAILED" && book.attempts[index].begun.learn(*begun)
        }
        (Answer::Told(index), Reply::Click { error: 0, number: Some(number) }) => {
            shown_about(&mut book, index, Some(*number))
        }
        (Answer::RefusedAbout(code, index), Reply::Click { error, number: Some(number) }) => {
            code == *error && shown_about(&mut book, index, Some(*number))
        }
        (Answer::Refused(code), Reply::Click { error, number: None }) => code == *error,
        (Answer::Refused(code) | Answer::RefusedOrder(code), Reply::Fault(shown)) => code == *shown,
        (_, _) => false,
    };
    fits.then_some(book)
}

/// A time that may not have happened, which is shown as 0.
fn shown(time: &mut Option<When>, value: i64) -> bool {
    match time {
        Some(time) => time.learn(value),
        None => value == 0,
    }
}

/// Draws what follows for the ranges: times of one order never run backwards, Payme's attempt is performed within its time and
/// any is given up only after it, numbers rise. None when that cannot be.
fn settled(rules: &Rules, mut state: Book) -> Option<Book> {
    let mut times: Vec<&mut When> = Vec::new();
    let mut late: Vec<&mut When> = Vec::new();
    for it in &mut state.attempts {
        times.push(&mut it.begun);
        // Money that came late came at any time after; others may have begun and ended meanwhile.
        let ends = if it.late { &mut late } else { &mut times };
        ends.extend(it.paid.as_mut());
        ends.extend(it.ended.as_mut());
    }
    if !in_order(&mut times) || !late.iter().all(|time| time.from <= time.to) {
        return None;
    }
    let within = state.attempts.iter().all(|it| {
        let limit = it.limit(&rules.wallets);
        let performed = it.wallet != Wallet::Payme || it.paid.is_none_or(|at| at.from <= limit.to);
        let given_up = it.state != State::LetGo(End::OurTime) || it.ended.is_none_or(|at| at.to > limit.from);
        performed && given_up
    });
    let numbers = state.attempts.iter().filter_map(|it| it.number);
    let rising = numbers.is_sorted_by(|earlier, later| earlier < later);
    (within && rising).then_some(state)
}

/// Narrows times that follow each other; false when they cannot.
fn in_order(times: &mut [&mut When]) -> bool {
    let mut from = i64::MIN;
    for time in times.iter_mut() {
        time.from = time.from.max(from);
        from = time.from;
    }
    let mut to = NEVER;
    for time in times.iter_mut().rev() {
        time.to = time.to.min(to);
        to = time.to;
    }
    times.iter().all(|time| time.from <= time.to)
}
