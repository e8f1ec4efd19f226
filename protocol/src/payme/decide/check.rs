//! CheckTransaction: what has become of it? Reads only (`reference/payme.md §2.6`, page checkperformtransaction).

use super::{Decided, Reply, found};
use crate::ledger::rows::{Decision, Rows};
use crate::payme::details::PaymeDetails;

pub(super) fn decide(rows: &Rows) -> Decided {
    Decision::answer(found(rows).and_then(|transaction| {
        let reason = PaymeDetails::of(transaction)?.reason;
        Ok(Reply::Checked { transaction: transaction.clone(), reason })
    }))
}
