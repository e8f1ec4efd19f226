//! PerformTransaction: the money is there (`reference/payme.md §2.4`, page performtransaction).
//!
//! | state | answer | change |
//! |---|---|---|
//! | unknown | -31003 | |
//! | 1, in time | state 2, perform_time now | 2; the order is paid |
//! | 1, timed out | -31008 | -1, reason 4; the order is free |
//! | 2 | the stored perform_time | |
//! | -1, -2 | -31008 | |
//!
//! The order's own expiry is not asked: a payment that began before it is accepted.

use super::{Decided, Reply, found, refuse_abandoned};
use crate::ledger::journal::Change;
use crate::ledger::rows::{Decision, Rows};
use crate::ledger::transaction::State;
use crate::payme::Refusal;
use crate::payme::details::times;
use crate::providers::{self, Rules};
use crate::time::TimeMs;

pub(super) fn decide(rows: &Rows, now: TimeMs, rules: &Rules) -> Decided {
    let transaction = match found(rows) {
        Ok(transaction) => transaction,
        Err(refusal) => return Decision::answer(Err(refusal)),
    };
    let number = transaction.number;
    match transaction.state {
        State::Created if providers::is_abandoned(transaction, now, rules) => refuse_abandoned(transaction, rows, now),
        State::Created => {
            let at = rows.at(now);
            let reply = Reply::Performed { transaction: number, perform_time: at };
            let changes = vec![Change::TransactionPerformed { number, details: None }];
            Decision::change(transaction.order_id.clone(), at, changes, Ok(reply))
        }
        // Owed money has come, too: Payme is told so, and a person sees to it that it goes back.
        State::Performed { .. } | State::Owed { .. } => {
            let perform_time = times(transaction).perform;
            Decision::answer(Ok(Reply::Performed { transaction: number, perform_time }))
        }
        State::Cancelled { .. } | State::Refunded { .. } | State::GivenBack { .. } => {
            Decision::answer(Err(Refusal::WrongState))
        }
    }
}
