//! SetFiscalData: the tax receipt of a payment or of its cancellation (`reference/payme.md §2.8`, page setfiscaldata).
//!
//! | transaction | the same document | answer | change |
//! |---|---|---|---|
//! | unknown | | -32001 | |
//! | known | stored already, equal | success | |
//! | known | none, or another | success | stored |

use super::{Decided, Reply};
use crate::ledger::details::Details;
use crate::ledger::journal::Change;
use crate::ledger::rows::{Decision, Rows};
use crate::ledger::transaction::Transaction;
use crate::payme::Refusal;
use crate::payme::details::{FiscalDocument, NotPaymes, PaymeDetails};
use crate::time::TimeMs;
use serde_json::value::RawValue;

pub(super) fn decide(document: FiscalDocument, data: &str, rows: &Rows, now: TimeMs) -> Decided {
    let Some(transaction) = &rows.transaction else { return Decision::answer(Err(Refusal::ReceiptNotFound)) };
    match with_document(transaction, document, data) {
        Ok(None) => Decision::answer(Ok(Reply::Success)),
        Ok(Some(details)) => {
            let change = Change::DetailsChanged { number: transaction.number, details };
            Decision::change(transaction.order_id.clone(), rows.at(now), vec![change], Ok(Reply::Success))
        }
        Err(error) => Decision::answer(Err(error.into())),
    }
}

/// The details with the document; `None` when they have it already.
fn with_document(
    transaction: &Transaction,
    document: FiscalDocument,
    data: &str,
) -> Result<Option<Details>, NotPaymes> {
    let details = PaymeDetails::of(transaction)?;
    if details.document(document).is_some_and(|stored| stored.get() == data) {
        return Ok(None);
    }
    let data: &RawValue = serde_json::from_str(data).map_err(|_| NotPaymes)?;
    details.with_document(document, data).keep().map(Some)
}
