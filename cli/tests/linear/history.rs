//! What the clients saw: operations with the instants at which they were sent and answered, on one monotonic clock.

use std::fmt::{self, Display, Formatter};

/// Payme's ids of one order's transactions: 0 is `a`, 1 is `b`.
pub type Id = u8;

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

/// What was asked, about one order.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Request {
    /// `generate-qr`; tiyin.
    Offer {
        amount: i64,
    },
    /// `payment-status`.
    Status,
    /// The booth closes the order.
    Close,
    /// The booth looks at it.
    Look,
    CheckPerform {
        amount: i64,
    },
    Create {
        id: Id,
        amount: i64,
    },
    Perform {
        id: Id,
    },
    Cancel {
        id: Id,
        reason: i64,
    },
    Check {
        id: Id,
    },
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
    Created {
        number: i64,
        at: i64,
    },
    Performed {
        number: i64,
        at: i64,
    },
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
    /// A JSON-RPC error.
    Fault(i64),
    /// Nothing that the contract or Payme knows.
    Odd(String),
}

/// How an order stands for its customer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Word {
    Waiting,
    Processing,
    Paid,
    Cancelled,
    Refunded,
    Expired,
}

impl Request {
    /// Whether it never changes anything.
    pub fn reads(&self) -> bool {
        match self {
            Self::Status | Self::Look | Self::CheckPerform { .. } | Self::Check { .. } => true,
            Self::Offer { .. } | Self::Close | Self::Create { .. } | Self::Perform { .. } | Self::Cancel { .. } => {
                false
            }
        }
    }
}

impl Op {
    /// Whether this was over before the other began.
    pub fn precedes(&self, other: &Self) -> bool {
        let halves = self.client == other.client && self.sent == other.sent && other.second_part && !self.second_part;
        halves || self.received.is_some_and(|received| received < other.sent)
    }

    /// Whether the call was refused, so that it has changed nothing.
    pub fn refused(&self) -> bool {
        matches!(self.reply, Some(Reply::Fault(_) | Reply::Conflict | Reply::NotFound))
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
