//! What Payme's transactions keep beside the ledger's own members: the account as received, the reason code of a cancel,
//! the fiscal documents.

use crate::ledger::details::Details;
use crate::ledger::transaction::{Reason, Transaction};
use crate::time::TimeMs;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

/// Payme's form of [`Details`]. What was received stays to the byte as it was sent.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub struct PaymeDetails<'a> {
    /// The `account` object as received.
    #[serde(borrow)]
    pub account: &'a RawValue,
    /// Payme's reason code of a cancelled transaction: any integer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<i64>,
    /// The fiscal document of the payment.
    #[serde(borrow, default, skip_serializing_if = "Option::is_none")]
    pub fiscal_perform: Option<&'a RawValue>,
    /// The fiscal document of its cancellation.
    #[serde(borrow, default, skip_serializing_if = "Option::is_none")]
    pub fiscal_cancel: Option<&'a RawValue>,
    /// What another back end told Payme before the transaction was taken over.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub told: Option<ToldTimes>,
}

/// Times that Payme was told by another back end and remembers, each where it is not the ledger's; 0 for a time that it was
/// told there is none.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ToldTimes {
    /// Instead of the create time.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub create_time: Option<TimeMs>,
    /// Instead of the perform time.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub perform_time: Option<TimeMs>,
    /// Instead of the cancel time.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cancel_time: Option<TimeMs>,
}

/// A transaction's times as Payme knows them; 0 for what has not happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Times {
    /// When it was created.
    pub create: TimeMs,
    /// When it was performed.
    pub perform: TimeMs,
    /// When it was cancelled.
    pub cancel: TimeMs,
}

/// The times that Payme hears: the ledger's, unless it has heard others before. Details that cannot be read say nothing.
pub fn times(transaction: &Transaction) -> Times {
    let told = PaymeDetails::of(transaction).ok().and_then(|details| details.told).unwrap_or_default();
    let happened = |time: Option<TimeMs>, told: Option<TimeMs>| match time {
        Some(time) => told.unwrap_or(time),
        None => TimeMs::new(0),
    };
    Times {
        create: told.create_time.unwrap_or(transaction.create_time),
        perform: happened(transaction.state.perform_time(), told.perform_time),
        cancel: happened(transaction.state.cancel_time(), told.cancel_time),
    }
}

/// The stored details are not Payme's: damage, or a bug.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a Payme transaction's details are not in Payme's form")]
pub struct NotPaymes;

/// Which of a transaction's two fiscal documents (`reference/payme.md §2.8`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FiscalDocument {
    /// Of the payment.
    Perform,
    /// Of its cancellation.
    Cancel,
}

/// Payme's reason code for a timeout (`reference/payme.md §3`, Cancel reasons).
const REASON_TIMEOUT: i64 = 4;

impl<'a> PaymeDetails<'a> {
    /// Of a transaction that begins: the account as received, as JSON text.
    pub fn begin(account: &'a str) -> Result<Self, NotPaymes> {
        let account = serde_json::from_str(account).map_err(|_| NotPaymes)?;
        Ok(Self { account, reason: None, fiscal_perform: None, fiscal_cancel: None, told: None })
    }

    /// Reads them.
    pub fn of(transaction: &'a Transaction) -> Result<Self, NotPaymes> {
        serde_json::from_str(transaction.details.as_str()).map_err(|_| NotPaymes)
    }

    /// With a reason code.
    pub fn with_reason(self, reason: i64) -> Self {
        Self { reason: Some(reason), ..self }
    }

    /// With what Payme was told before; nothing of it when that is what the ledger has.
    pub fn with_told(self, told: ToldTimes) -> Self {
        Self { told: Some(told).filter(|told| *told != ToldTimes::default()), ..self }
    }

    /// With a fiscal document.
    pub fn with_document(self, document: FiscalDocument, data: &'a RawValue) -> Self {
        match document {
            FiscalDocument::Perform => Self { fiscal_perform: Some(data), ..self },
            FiscalDocument::Cancel => Self { fiscal_cancel: Some(data), ..self },
        }
    }

    /// One of the documents.
    pub const fn document(&self, document: FiscalDocument) -> Option<&'a RawValue> {
        match document {
            FiscalDocument::Perform => self.fiscal_perform,
            FiscalDocument::Cancel => self.fiscal_cancel,
        }
    }

    /// For the ledger to keep.
    pub fn keep(&self) -> Result<Details, NotPaymes> {
        serde_json::to_string(self).map(Details::new).map_err(|_| NotPaymes)
    }
}

/// The details of a transaction whose time has run out. Details that cannot be read stay as they are: the timeout itself
/// does not depend on them.
pub(crate) fn timed_out(transaction: &Transaction) -> Option<Details> {
    PaymeDetails::of(transaction).and_then(|details| details.with_reason(REASON_TIMEOUT).keep()).ok()
}

/// What Payme's reason code means in the ledger's words (`reference/payme.md §3`, Cancel reasons); `None` for codes that say
/// nothing.
pub const fn reason_of(code: i64) -> Option<Reason> {
    match code {
        1..=3 => Some(Reason::Failed),
        REASON_TIMEOUT => Some(Reason::TimedOut),
        5 => Some(Reason::Refund),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_received_stays_to_the_byte() {
        let (account, document) = (r#"{ "order_id":"a",  "n":1.0e2 }"#, r#"{"b" : 1,"a":[ ]}"#);
        let data: &RawValue = serde_json::from_str(document).unwrap();
        let details = PaymeDetails::begin(account).unwrap().with_reason(5).with_document(FiscalDocument::Cancel, data);
        let kept = details.keep().unwrap();
        let read: PaymeDetails<'_> = serde_json::from_str(kept.as_str()).unwrap();
        assert_eq!((read.account.get(), read.reason), (account, Some(5)));
        assert_eq!(read.document(FiscalDocument::Cancel).map(RawValue::get), Some(document));
        assert!(read.document(FiscalDocument::Perform).is_none());
    }

    #[test]
    fn reason_codes_have_the_ledgers_words() {
        let words = [1, 2, 3, 4, 5, 10, 0, -4].map(|code| reason_of(code).map(Reason::word));
        let failed = Some("failed");
        assert_eq!(words, [failed, failed, failed, Some("timed_out"), Some("refund"), None, None, None]);
    }
}
