//! What the transaction that holds an order means for another one that would pay it.

use super::journal::Change;

/// The holder of an order at one moment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Holder {
    /// Nobody holds it.
    Nobody,
    /// A transaction that was begun holds it, but for longer than its provider allows: it has to be ended first.
    Abandoned {
        /// What ends it.
        end: Change,
    },
    /// A transaction holds it.
    Busy,
}
