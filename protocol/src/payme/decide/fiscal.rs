//! SetFiscalData: the tax receipt of a payment or of its cancellation (`reference/payme.md §2.8`, page setfiscaldata).
//!
//! | transaction | the same document | answer | change |
//! |---|---|---|---|
//! | unknown | | -32001 | |
//! | known | stored already, equal | success | |
//! | known | none, or another | success | stored |

use super::{Decided, Reply};
use crate::journal::{Change, FiscalDocument};
use crate::payme::Refusal;
use crate::rows::{Decision, Rows};
use crate::time::TimeMs;

pub(super) fn decide(document: FiscalDocument, data: &str, rows: &Rows, now: TimeMs) -> Decided {
    let Some(transaction) = &rows.transaction else { return Decision::answer(Err(Refusal::ReceiptNotFound)) };
    let stored = match document {
        FiscalDocument::Perform => &transaction.fiscal_perform,
        FiscalDocument::Cancel => &transaction.fiscal_cancel,
    };
    if stored.as_deref() == Some(data) {
        return Decision::answer(Ok(Reply::Success));
    }
    let change = Change::FiscalDataSet { number: transaction.number, document, data: data.to_owned() };
    Decision::change(transaction.order_id.clone(), rows.at(now), vec![change], Ok(Reply::Success))
}
