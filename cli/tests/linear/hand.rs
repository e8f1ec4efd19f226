//! Short words for histories made by hand. Times are in milliseconds.

use crate::history::{Id, Op, Reply, Request, Word};
use crate::model::Rules;

/// A transaction waits a second, an order ten; the clocks agree to the millisecond.
pub const RULES: Rules = Rules { limit: 1_000, life: 10_000, slack: 0 };

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
    Request::Offer { amount: PRICE }
}

pub fn check_perform() -> Request {
    Request::CheckPerform { amount: PRICE }
}

pub fn create(id: Id) -> Request {
    Request::Create { id, amount: PRICE }
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
    Some(Reply::Created { number, at })
}

pub fn performed(number: i64, at: i64) -> Option<Reply> {
    Some(Reply::Performed { number, at })
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
