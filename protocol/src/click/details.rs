//! What Click's transactions keep beside the ledger's own members: Click's own numbers, for its cabinet and its API.

use super::Payment;
use crate::ledger::details::Details;
use crate::ledger::transaction::Transaction;
use serde::{Deserialize, Serialize};

/// Click's form of [`Details`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClickDetails {
    /// The service that is paid.
    pub service_id: i64,
    /// Click's number of the attempt.
    pub click_trans_id: i64,
    /// The number of the payment that the customer sees; Click's support and its API know the payment by it.
    pub click_paydoc_id: i64,
    /// The error with which Click gave the payment up after it had confirmed it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cancelled_after_payment: Option<i64>,
    /// The error with which Click gave the payment up after our time for it had run out. Then it is not confirmed any more.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub given_up: Option<i64>,
    /// That Click has what was sold, for the tax receipt.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub receipt: Option<Receipt>,
}

/// Click's word about a tax receipt.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Receipt {
    /// Where the customer sees it; Click may not know yet.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
}

/// The stored details are not Click's: damage, or a bug.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a Click transaction's details are not in Click's form")]
pub struct NotClicks;

impl ClickDetails {
    /// Of a payment that begins.
    pub const fn begin(payment: &Payment) -> Self {
        Self {
            service_id: payment.service_id,
            click_trans_id: payment.click_trans_id,
            click_paydoc_id: payment.paydoc_id,
            cancelled_after_payment: None,
            given_up: None,
            receipt: None,
        }
    }

    /// Reads them.
    pub fn of(transaction: &Transaction) -> Result<Self, NotClicks> {
        serde_json::from_str(transaction.details.as_str()).map_err(|_| NotClicks)
    }

    /// For the ledger to keep.
    pub fn keep(&self) -> Result<Details, NotClicks> {
        serde_json::to_string(self).map(Details::new).map_err(|_| NotClicks)
    }
}
