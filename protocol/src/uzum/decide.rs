//! What each call does: one decision table per operation, in the order of `reference/uzum.md §4`.

mod check;
mod confirm;
mod create;
mod reverse;
mod status;

use super::{Account, Call, Refusal};
use crate::ledger::holder::{Holder, NotPayable, not_payable};
use crate::ledger::order::{Order, OrderId};
use crate::ledger::provider::Provider;
use crate::ledger::rows::{Decision, Needs, Rows};
use crate::ledger::transaction::Transaction;
use crate::money::Tiyin;
use crate::providers::{self, Rules};
use crate::time::TimeMs;

/// What Uzum is told when its call is accepted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reply {
    /// The order may be paid.
    Payable {
        /// Which.
        order_id: OrderId,
        /// What it costs.
        amount: Tiyin,
    },
    /// The transaction is created.
    Created {
        /// When.
        trans_time: TimeMs,
        /// What it pays.
        amount: Tiyin,
    },
    /// The money has come.
    Confirmed {
        /// When.
        confirm_time: TimeMs,
        /// How much.
        amount: Tiyin,
    },
    /// The transaction has ended, or its money has gone back.
    Reversed {
        /// When.
        reverse_time: TimeMs,
        /// How much.
        amount: Tiyin,
    },
    /// What has become of the transaction.
    TransactionStatus(TransactionStatus),
}

/// What has become of a transaction, in Uzum's words and times (`reference/uzum.md §2.5`).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TransactionStatus {
    /// The word for it.
    pub status: Status,
    /// When it was created.
    pub trans_time: TimeMs,
    /// When its money came.
    pub confirm_time: Option<TimeMs>,
    /// When it was reversed. One whose time ran out was not.
    pub reverse_time: Option<TimeMs>,
    /// How much.
    pub amount: Tiyin,
    /// The order that it pays.
    pub order_id: OrderId,
}

/// Uzum's words for what has become of a transaction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    /// Begun.
    Created,
    /// The money is there.
    Confirmed,
    /// Taken back by Uzum.
    Reversed,
    /// Not confirmed in time.
    Failed,
}

impl Status {
    /// The word on the wire.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Created => "CREATED",
            Self::Confirmed => "CONFIRMED",
            Self::Reversed => "REVERSED",
            Self::Failed => "FAILED",
        }
    }
}

/// What a decision on a call gives.
type Decided = Decision<Result<Reply, Refusal>>;

/// The rows that a call looks at.
pub fn needs(call: &Call) -> Needs {
    match call {
        Call::Check { account } => Needs { order: account.order_id.clone(), ..Needs::default() },
        Call::Create { id, account, .. } => {
            Needs { order: account.order_id.clone(), ..Needs::transaction(Provider::Uzum, id.provider_id().clone()) }
        }
        Call::Confirm { id, .. } | Call::Reverse { id } | Call::Status { id } => {
            Needs::transaction(Provider::Uzum, id.provider_id().clone())
        }
    }
}

/// Whether deciding on a call may write. The others are answered from a read-only connection.
pub const fn writes(call: &Call) -> bool {
    match call {
        Call::Check { .. } | Call::Status { .. } => false,
        Call::Create { .. } | Call::Confirm { .. } | Call::Reverse { .. } => true,
    }
}

/// Decides on a call. The same rows and time always give the same decision; it may be asked more than once for one call.
pub fn decide(call: &Call, rows: &Rows, now: TimeMs, rules: &Rules) -> Decided {
    match call {
        Call::Check { account } => check::decide(account, rows, now, rules),
        Call::Create { id, time, amount, account } => {
            create::decide(&create::Asked { id, time: *time, amount: *amount, account }, rows, now, rules)
        }
        Call::Confirm { payment, .. } => confirm::decide(payment, rows, now, rules),
        Call::Reverse { .. } => reverse::decide(rows, now, &rules.uzum),
        Call::Status { .. } => status::decide(rows, now, rules),
    }
}

/// The transaction that a call is about; only Uzum's own are ever found by Uzum's calls.
fn found(rows: &Rows) -> Result<&Transaction, Refusal> {
    rows.transaction.as_ref().ok_or(Refusal::TransactionNotFound)
}

/// The order that a call names, if a payment of it may begin, with what the transaction that holds it means.
fn payable<'a>(account: &Account, rows: &'a Rows, now: TimeMs, rules: &Rules) -> Result<(&'a Order, Holder), Refusal> {
    let order = rows.order.as_ref().filter(|order| account.order_id.as_ref() == Some(&order.id));
    let order = order.ok_or(Refusal::OrderNotFound)?;
    let holder = providers::holder(rows, now, rules);
    match not_payable(order, &holder, now) {
        Some(why) => Err(why.into()),
        None => Ok((order, holder)),
    }
}

impl From<NotPayable> for Refusal {
    fn from(why: NotPayable) -> Self {
        match why {
            NotPayable::Busy => Self::OrderBusy,
            NotPayable::Paid => Self::OrderPaid,
            NotPayable::Cancelled => Self::OrderCancelled,
            NotPayable::Expired => Self::OrderExpired,
        }
    }
}
