//! What was acknowledged before the server was restarted.

use super::reply::Reply;
use super::transaction::Transaction;

/// One transaction in each state that a restart must not change.
#[derive(Debug, Clone)]
pub struct Before {
    /// In state 1.
    pub waiting: Transaction,
    /// In state 2, with the answer to PerformTransaction.
    pub paid: (Transaction, Reply),
    /// In state -1, with the answer to CancelTransaction.
    pub cancelled: (Transaction, Reply),
}
