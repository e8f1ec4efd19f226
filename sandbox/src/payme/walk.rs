//! How far an official scenario has come: one order is walked through all its steps.

use super::reply::Reply;
use super::transaction::Transaction;
use crate::suite::Stop;
use crate::suite::orders::Order;

/// What was answered on the way so far.
#[derive(Debug, Default)]
pub struct Walk {
    /// The order of this walk.
    pub order: Option<Order>,
    /// CreateTransaction has been answered.
    pub created: Option<Transaction>,
    /// PerformTransaction has been answered.
    pub performed: Option<Reply>,
    /// CancelTransaction has been answered.
    pub cancelled: Option<Reply>,
    /// Methods whose first call broke down: what they answer later is no repeat of anything.
    pub broke: Vec<&'static str>,
}

impl Walk {
    /// Notes that the first call of this method broke down.
    pub fn stopped(&mut self, method: &'static str, stop: Stop) -> Stop {
        self.broke.push(method);
        stop
    }
}
