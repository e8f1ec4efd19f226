//! Payme's numbers for what has become of a transaction (`reference/payme.md §3`, Transaction state).

use crate::ledger::transaction::State;

/// The number on the wire. Money that is owed back is money that we have: 2.
pub const fn code(state: State) -> i64 {
    match state {
        State::Created => 1,
        State::Performed { .. } | State::Owed { .. } => 2,
        State::Cancelled { .. } => -1,
        State::Refunded { .. } | State::GivenBack { .. } => -2,
    }
}
