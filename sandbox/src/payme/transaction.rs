//! A transaction that the server has accepted.

use super::reply::Reply;
use crate::suite::orders::Order;
use serde_json::Value;

/// A transaction that the server has accepted.
#[derive(Debug, Clone)]
pub struct Transaction {
    /// Payme's id.
    pub id: String,
    /// Payme's time.
    pub time: i64,
    /// What it pays.
    pub order: Order,
    /// The answer to CreateTransaction.
    pub created: Reply,
}

impl Transaction {
    /// A member of the answer to CreateTransaction.
    pub fn answered(&self, name: &str) -> Option<&Value> {
        self.created.result()?.get(name)
    }
}
