//! Click's SHOP API: what it asks, what that does, and what it is told.
//!
//! The way of a call: [`wire`] turns the body into a [`wire::Request`], [`signature`] says whether Click sent it,
//! [`wire::Request::call`] makes of it a [`Call`], [`needs`] says which rows the call looks at, [`decide()`] makes of rows and
//! time the changes and the [`Answer`], and [`wire`] turns that into JSON. [`api`] is the other way: what we ask Click. Every rule
//! names its place in `reference/click.md`, which in turn names the official page.

pub mod api;
pub mod checkout;
mod code;
mod decide;
pub mod details;
pub mod limits;
pub mod receipt;
pub mod replay;
pub mod rules;
mod sign_time;
pub mod signature;
pub mod wire;

pub use code::{Code, Refusal};
pub use decide::{Answer, decide, needs};

use crate::ledger::order::OrderId;
use crate::ledger::provider::{ProviderId, ProviderIdError};
use crate::money::Tiyin;
use crate::time::TimeMs;

/// What Click does, in the order in which it does it (`reference/click.md §2.3, §2.4`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Action {
    /// 0: may this order be paid? From then on it is held.
    Prepare,
    /// 1: the card was debited, or the payment was given up.
    Complete,
}

impl Action {
    /// Both of them.
    pub const ALL: [Self; 2] = [Self::Prepare, Self::Complete];

    /// The number on the wire.
    pub const fn number(self) -> &'static str {
        match self {
            Self::Prepare => "0",
            Self::Complete => "1",
        }
    }

    /// Takes back what [`Action::number`] gave.
    pub fn from_number(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|action| action.number() == text)
    }

    /// What people call it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Prepare => "Prepare",
            Self::Complete => "Complete",
        }
    }
}

/// A call whose form and signature are right. Whether its values are is for [`decide()`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Call {
    /// `reference/click.md §2.3`
    Prepare(Payment),
    /// `reference/click.md §2.4`
    Complete {
        /// What is paid, as in the Prepare before it.
        payment: Payment,
        /// Our number, which Click has from our answer to the Prepare.
        prepare_id: i64,
    },
}

impl Call {
    /// Which of the two it is.
    pub const fn action(&self) -> Action {
        match self {
            Self::Prepare(_) => Action::Prepare,
            Self::Complete { .. } => Action::Complete,
        }
    }

    /// What it is about.
    pub const fn payment(&self) -> &Payment {
        match self {
            Self::Prepare(payment) | Self::Complete { payment, .. } => payment,
        }
    }
}

/// What both calls say.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Payment {
    /// Under which id the ledger knows it.
    pub id: ProviderId,
    /// Click's number of this attempt.
    pub click_trans_id: i64,
    /// The service that is paid.
    pub service_id: i64,
    /// The number of the payment that the customer sees.
    pub paydoc_id: i64,
    /// The order that the customer's link named; `None` when it can be no order's id.
    pub order_id: Option<OrderId>,
    /// The sum; `None` when it can be no order's price.
    pub amount: Option<Tiyin>,
    /// Click's own word: 0, or negative when the payment was given up.
    pub error: i64,
    /// Click's time.
    pub time: TimeMs,
}

/// The ledger's id of an attempt. Each service counts by itself, for all that is documented.
pub fn provider_id(service_id: i64, click_trans_id: i64) -> Result<ProviderId, ProviderIdError> {
    ProviderId::parse(&format!("{service_id}:{click_trans_id}"))
}
