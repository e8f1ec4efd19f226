//! CheckTransaction: how does it stand? Reads only (`reference/payme.md §2.6`, page checkperformtransaction).

use super::{Decided, Reply, found};
use crate::rows::{Decision, Rows};

pub(super) fn decide(rows: &Rows) -> Decided {
    Decision::answer(found(rows).map(|transaction| Reply::Checked(transaction.clone())))
}
