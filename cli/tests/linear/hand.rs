//! Short words for histories made by hand. Times are in milliseconds.

use crate::history::{Op, Reply};
use crate::model::{ORDER, Rules};
use boothpay_test_support::model::{self, Click, Id, Request, Word};

/// A transaction waits a second, an order ten; the clocks agree to the millisecond.
pub const RULES: Rules = Rules {
    wallets: model::Rules {
        limit: 1_000,
        click_hold: 1_000,
        uzum_limit: 1_000,
        order_life: 10_000,
        ..model::Rules::DEFAULT
    },
    slack: 0,
};

pub const A: Id = 0;
pub const B: Id = 1;
pub const C: Id = 2;

/// The price of the order.
pub const PRICE: i64 = 100;

/// Sent, answered, what, and the answer; without an answer its time means nothing.
pub type Line = (i64, i64, Request, Option<Reply>);

/// No answer came.
pub const LOST: Option<Reply> = None;

pub fn history(lines: &[Line]) -> Vec<Op> {
    let op = |(client, (sent, received, request, reply)): (usize, &Line)| Op {
        client,
        sent: sent * 1000,
        received: reply.is_some().then_some(received * 1000),
        request: request.clone(),
        reply: reply.clone(),
        second_part: false,
    };
    lines.iter().enumerate().map(op).collect()
}

pub fn offer() -> Request {
    offer_at(PRICE)
}

pub fn offer_at(amount: i64) -> Request {
    Request::Offer { order: ORDER, amount, chosen: true }
}

pub const STATUS: Request = Request::Status(ORDER);
pub const CLOSE: Request = Request::Close(ORDER);
pub const LOOK: Request = Request::Look(ORDER);

pub fn check_perform() -> Request {
    check_perform_at(PRICE)
}

pub fn check_perform_at(amount: i64) -> Request {
    Request::CheckPerform { order: Some(ORDER), amount: Some(amount) }
}

pub fn create(id: Id) -> Request {
    create_at(id, PRICE)
}

pub fn create_at(id: Id, amount: i64) -> Request {
    Request::Create { id, time: 0, order: Some(ORDER), amount: Some(amount) }
}

pub fn prepare(id: Id) -> Request {
    Request::Prepare(Click { id, order: ORDER, amount: PRICE, error: 0 })
}

pub fn complete(id: Id, number: i64) -> Request {
    Request::Complete(Click { id, order: ORDER, amount: PRICE, error: 0 }, number)
}

pub fn give_up(id: Id, number: i64) -> Request {
    Request::Complete(Click { id, order: ORDER, amount: PRICE, error: -1 }, number)
}

pub fn uzum_create(id: Id) -> Request {
    Request::UzumCreate { id, order: Some(ORDER), amount: PRICE }
}

pub fn confirm(id: Id) -> Request {
    Request::Confirm { id }
}

pub fn reverse(id: Id) -> Request {
    Request::Reverse { id }
}

/// What Click is told: the error, and our number.
pub fn click(error: i64, number: Option<i64>) -> Option<Reply> {
    Some(Reply::Click { error, number })
}

/// What Uzum is told when a payment begins, comes, ends.
pub fn begun_at(at: i64) -> Option<Reply> {
    Some(Reply::Created { number: None, at })
}

pub fn confirmed(at: i64) -> Option<Reply> {
    Some(Reply::Performed { number: None, at })
}

pub fn reversed(at: i64) -> Option<Reply> {
    Some(Reply::Reversed { at })
}

/// How Uzum's attempt stands, and when it began, was paid, ended.
pub fn told(word: &'static str, [begun, paid, ended]: [i64; 3]) -> Option<Reply> {
    Some(Reply::Told { word, begun, paid, ended })
}

pub fn perform(id: Id) -> Request {
    Request::Perform { id }
}

pub fn cancel(id: Id) -> Request {
    Request::Cancel { id, reason: 5 }
}

pub fn check(id: Id) -> Request {
    Request::Check { id }
}

pub fn offered(expires_at: i64) -> Option<Reply> {
    Some(Reply::Offered { expires_at })
}

pub fn created(number: i64, at: i64) -> Option<Reply> {
    Some(Reply::Created { number: Some(number), at })
}

pub fn performed(number: i64, at: i64) -> Option<Reply> {
    Some(Reply::Performed { number: Some(number), at })
}

pub fn cancelled(number: i64, at: i64, state: i64) -> Option<Reply> {
    Some(Reply::Cancelled { number, at, state })
}

/// A state, and the times of creation, performing and cancelling. The reason is that of [`cancel`].
pub fn checked(number: i64, state: i64, times: [i64; 3]) -> Option<Reply> {
    let reason = (state < 0).then_some(5);
    reasoned(number, state, times, reason)
}

/// The same with a reason of its own.
pub fn reasoned(number: i64, state: i64, [create, perform, cancel]: [i64; 3], reason: Option<i64>) -> Option<Reply> {
    Some(Reply::Checked { number, create, perform, cancel, state, reason })
}

pub fn stands(word: Word) -> Option<Reply> {
    Some(Reply::Standing(word))
}

pub fn fault(code: i64) -> Option<Reply> {
    Some(Reply::Fault(code))
}

pub const ALLOW: Option<Reply> = Some(Reply::Allow);
pub const CLOSED: Option<Reply> = Some(Reply::Closed);
pub const CONFLICT: Option<Reply> = Some(Reply::Conflict);
pub const NOT_FOUND: Option<Reply> = Some(Reply::NotFound);
