//! Uzum Bank's Merchant API: what it asks by its five webhooks, what that does, and what it is told.
//!
//! The way of a call: [`auth`] says who asks, [`wire`] turns address and body into a [`Call`], [`needs`] says which rows the
//! call looks at, [`decide()`] makes of rows and time the changes and the [`Reply`], and [`wire`] turns that into a body and
//! a kind of HTTP status. Every rule names its place in `reference/uzum.md`; what that page leaves open is decided in
//! `docs/decisions/0015-uzum.md`.

pub mod auth;
mod decide;
pub mod details;
mod error;
pub mod limits;
pub mod link;
pub mod replay;
pub mod rules;
mod trans_id;
pub mod wire;

pub use decide::{Reply, decide, needs, writes};
pub use error::{Code, Refusal};
pub use trans_id::TransId;

use crate::ledger::order::OrderId;
use crate::money::{AmountError, Tiyin};
use crate::time::TimeMs;
use details::Payment;

/// What Uzum can ask, each at an address of its own (`reference/uzum.md §2`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Operation {
    /// May this order be paid, and what does it cost?
    Check,
    /// A payment begins.
    Create,
    /// The customer was debited.
    Confirm,
    /// The payment ends, or goes back.
    Reverse,
    /// How does it stand?
    Status,
}

impl Operation {
    /// All of them.
    pub const ALL: [Self; 5] = [Self::Check, Self::Create, Self::Confirm, Self::Reverse, Self::Status];

    /// The last part of its address.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Check => "check",
            Self::Create => "create",
            Self::Confirm => "confirm",
            Self::Reverse => "reverse",
            Self::Status => "status",
        }
    }

    /// Takes back what [`Operation::name`] gave.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|operation| operation.name() == name)
    }
}

/// A call whose form is right. Whether its values are is for [`decide()`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Call {
    /// `reference/uzum.md §2.1`
    Check {
        /// What the customer's link named.
        account: Account,
    },
    /// `reference/uzum.md §2.2`
    Create {
        /// Uzum's id.
        id: TransId,
        /// Uzum's time.
        time: TimeMs,
        /// What is to be paid.
        amount: AskedAmount,
        /// What the customer's link named.
        account: Account,
    },
    /// `reference/uzum.md §2.3`
    Confirm {
        /// Uzum's id.
        id: TransId,
        /// What Uzum says about the payment.
        payment: Payment,
    },
    /// `reference/uzum.md §2.4`
    Reverse {
        /// Uzum's id.
        id: TransId,
    },
    /// `reference/uzum.md §2.5`
    Status {
        /// Uzum's id.
        id: TransId,
    },
}

impl Call {
    /// Which operation it asks for.
    pub const fn operation(&self) -> Operation {
        match self {
            Self::Check { .. } => Operation::Check,
            Self::Create { .. } => Operation::Create,
            Self::Confirm { .. } => Operation::Confirm,
            Self::Reverse { .. } => Operation::Reverse,
            Self::Status { .. } => Operation::Status,
        }
    }
}

/// An `amount` as asked, in tiyin, or why no order can cost that.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AskedAmount(pub Result<Tiyin, AmountError>);

/// The `params` as received.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Account {
    /// The whole object, as JSON text.
    pub json: String,
    /// The order that its configured member names; `None` when the value can be no order's id.
    pub order_id: Option<OrderId>,
}
