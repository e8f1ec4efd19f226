//! What the clients saw: operations with the instants at which they were sent and answered, on one monotonic clock.

use boothpay_test_support::model::{Request, Word};
use std::fmt::{self, Display, Formatter};

/// One call and what came of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Op {
    pub client: usize,
    /// Microseconds since 1970.
    pub sent: i64,
    /// The same; none when nothing is known of the outcome: the call may have happened at any time after, or never.
    pub received: Option<i64>,
    pub request: Request,
    pub reply: Option<Reply>,
    /// Some answers are two looks at the order, one after the other: the second is an operation of its own.
    pub second_part: bool,
}

/// What was answered. Times are in milliseconds since 1970; a time of 0 has not happened.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Reply {
    Offered {
        expires_at: i64,
    },
    Closed,
    /// HTTP 409.
    Conflict,
    /// HTTP 404.
    NotFound,
    Standing(Word),
    Shown {
        word: Word,
        amount: i64,
        expires_at: i64,
    },
    Allow,
    /// A payment has begun. Payme is told our number, Uzum is not.
    Created {
        number: Option<i64>,
        at: i64,
    },
    /// Its money came; likewise.
    Performed {
        number: Option<i64>,
        at: i64,
    },
    /// Payme's has ended, in its states.
    Cancelled {
        number: i64,
        at: i64,
        state: i64,
    },
    Checked {
        number: i64,
        create: i64,
        perform: i64,
        cancel: i64,
        state: i64,
        reason: Option<i64>,
    },
    /// Uzum's attempt has ended.
    Reversed {
        at: i64,
    },
    /// How Uzum's attempt stands.
    Told {
        word: &'static str,
        begun: i64,
        paid: i64,
        ended: i64,
    },
    /// To Click, which is told our number of an attempt that we know; 0 is no error.
    Click {
        error: i64,
        number: Option<i64>,
    },
    /// The code of an error, to Payme or Uzum.
    Fault(i64),
    /// Nothing that the contract or the wallets know.
    Odd(String),
}

impl Op {
    /// Whether this was over before the other began.
    pub fn precedes(&self, other: &Self) -> bool {
        let halves = self.client == other.client && self.sent == other.sent && other.second_part && !self.second_part;
        halves || self.received.is_some_and(|received| received < other.sent)
    }

    /// Whether the call was refused, so that it has changed nothing.
    pub fn refused(&self) -> bool {
        match &self.reply {
            Some(Reply::Fault(_) | Reply::Conflict | Reply::NotFound) => true,
            Some(Reply::Click { error, .. }) => *error != 0 && !self.request.gives_up(),
            _ => false,
        }
    }

    /// The same call, of which nobody knows the outcome any more.
    pub fn forgotten(&self) -> Self {
        Self { received: None, reply: None, ..self.clone() }
    }
}

impl Display for Op {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let ms = |micros: i64| format!("{}.{:03}", micros / 1000, micros % 1000);
        let until = self.received.map_or("?".to_owned(), ms);
        write!(f, "client {:2}  {} .. {until}  {:?} -> ", self.client, ms(self.sent), self.request)?;
        match &self.reply {
            Some(reply) => write!(f, "{reply:?}"),
            None => write!(f, "unknown"),
        }
    }
}
