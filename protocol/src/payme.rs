//! Payme's Merchant API: what it asks, what that does, and what it is told.
//!
//! The way of a call: [`auth`] says who asks, [`wire`] turns the body into a [`Call`], [`needs`] says which rows the call
//! looks at, [`decide()`] makes of rows and time the changes and the [`Reply`], and [`wire`] turns that into JSON.
//! Every rule names its place in `reference/payme.md`, which in turn names the official page.

pub mod auth;
pub mod checkout;
mod decide;
pub mod details;
mod error;
pub mod key;
pub mod limits;
pub mod replay;
pub mod rules;
pub mod state;
pub mod wire;

pub use crate::fault::SystemFault;
pub use decide::{Reply, decide, needs, writes};
pub use error::Refusal;

use crate::ledger::order::OrderId;
use crate::ledger::period::Period;
use crate::ledger::provider::ProviderId;
use crate::ledger::rows::Rows;
use crate::ledger::transaction::Transaction;
use crate::money::Tiyin;
use crate::secret::Secret;
use crate::time::TimeMs;
use details::FiscalDocument;

/// The methods of the Merchant API (`reference/payme.md §2`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Method {
    /// May this order be paid?
    CheckPerformTransaction,
    /// A payment begins.
    CreateTransaction,
    /// The money is there.
    PerformTransaction,
    /// The payment ends, or goes back.
    CancelTransaction,
    /// How does it stand?
    CheckTransaction,
    /// All payments of a period.
    GetStatement,
    /// A fiscal document.
    SetFiscalData,
    /// A new cashbox key.
    ChangePassword,
}

impl Method {
    /// All of them.
    pub const ALL: [Self; 8] = [
        Self::CheckPerformTransaction,
        Self::CreateTransaction,
        Self::PerformTransaction,
        Self::CancelTransaction,
        Self::CheckTransaction,
        Self::GetStatement,
        Self::SetFiscalData,
        Self::ChangePassword,
    ];

    /// The name on the wire.
    pub const fn name(self) -> &'static str {
        match self {
            Self::CheckPerformTransaction => "CheckPerformTransaction",
            Self::CreateTransaction => "CreateTransaction",
            Self::PerformTransaction => "PerformTransaction",
            Self::CancelTransaction => "CancelTransaction",
            Self::CheckTransaction => "CheckTransaction",
            Self::GetStatement => "GetStatement",
            Self::SetFiscalData => "SetFiscalData",
            Self::ChangePassword => "ChangePassword",
        }
    }

    /// Takes back what [`Method::name`] gave.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|method| method.name() == name)
    }
}

/// A call whose form is right. Whether its values are is for [`decide()`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Call {
    /// `reference/payme.md §2.2`
    CheckPerform {
        /// What Payme believes the order costs.
        amount: AskedAmount,
        /// What the customer's link named.
        account: Account,
    },
    /// `reference/payme.md §2.3`
    Create {
        /// Payme's id.
        id: ProviderId,
        /// Payme's time.
        time: TimeMs,
        /// What Payme believes the order costs.
        amount: AskedAmount,
        /// What the customer's link named.
        account: Account,
    },
    /// `reference/payme.md §2.4`
    Perform {
        /// Payme's id.
        id: ProviderId,
    },
    /// `reference/payme.md §2.5`
    Cancel {
        /// Payme's id.
        id: ProviderId,
        /// Payme's reason; any integer.
        reason: i64,
    },
    /// `reference/payme.md §2.6`
    Check {
        /// Payme's id.
        id: ProviderId,
    },
    /// `reference/payme.md §2.7`. The period is in Payme's time.
    Statement(Period),
    /// `reference/payme.md §2.8`
    SetFiscalData {
        /// Payme's id.
        id: ProviderId,
        /// Which document.
        document: FiscalDocument,
        /// The document as received, as JSON text.
        data: String,
    },
    /// `reference/payme.md §2.9`
    ChangePassword {
        /// The new key.
        password: Secret,
    },
}

impl Call {
    /// Which method it calls.
    pub const fn method(&self) -> Method {
        match self {
            Self::CheckPerform { .. } => Method::CheckPerformTransaction,
            Self::Create { .. } => Method::CreateTransaction,
            Self::Perform { .. } => Method::PerformTransaction,
            Self::Cancel { .. } => Method::CancelTransaction,
            Self::Check { .. } => Method::CheckTransaction,
            Self::Statement(_) => Method::GetStatement,
            Self::SetFiscalData { .. } => Method::SetFiscalData,
            Self::ChangePassword { .. } => Method::ChangePassword,
        }
    }
}

/// An `amount` as asked: an amount in tiyin, or a JSON number that can be no order's price (zero, negative, fractional,
/// beyond the limit). The latter is a wrong amount (-31001), not a malformed call (`reference/payme.md §2.2` step 1).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AskedAmount(pub Option<Tiyin>);

/// An `account` as received.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Account {
    /// The whole object, as JSON text, for the statement.
    pub json: String,
    /// The order that its configured field names; `None` when the field is missing or can be no order's id.
    pub order_id: Option<OrderId>,
}

/// A transaction together with the rows it was found with; only Payme's own are ever found by Payme's calls.
fn found(rows: &Rows) -> Result<&Transaction, Refusal> {
    rows.transaction.as_ref().ok_or(Refusal::TransactionNotFound)
}
