//! CancelTransaction: the payment ends, or the money goes back (`reference/payme.md §2.5`, page canceltransaction).
//!
//! | state | refund policy | answer | change |
//! |---|---|---|---|
//! | unknown | | -31003 | |
//! | 1 | | state -1, cancel_time now | -1 with the reason; the order is free |
//! | 2 | allows it | state -2, cancel_time now | -2 with the reason; the order is refunded |
//! | 2 | does not | -31007 | |
//! | -1, -2 | | the stored cancel_time and state | |

use super::{Decided, Reply, found};
use crate::journal::Change;
use crate::order::Order;
use crate::payme::Refusal;
use crate::payme::rules::{RefundPolicy, Rules};
use crate::rows::{Decision, Rows};
use crate::time::TimeMs;
use crate::transaction::State;

pub(super) fn decide(reason: i64, rows: &Rows, now: TimeMs, rules: &Rules) -> Decided {
    let transaction = match found(rows) {
        Ok(transaction) => transaction,
        Err(refusal) => return Decision::answer(Err(refusal)),
    };
    let number = transaction.number;
    let at = rows.at(now);
    let cancelled = |cancel_time, state| Ok(Reply::Cancelled { transaction: number, cancel_time, state });
    let state = transaction.state.code();
    match transaction.state {
        State::Created => {
            let changes = vec![Change::TransactionCancelled { number, reason }];
            Decision::change(transaction.order_id.clone(), at, changes, cancelled(at, -1))
        }
        State::Performed { .. } if !refundable(rows.order.as_ref(), rules.refunds) => {
            Decision::answer(Err(Refusal::CannotCancel))
        }
        State::Performed { .. } => {
            let changes = vec![Change::TransactionRefunded { number, reason }];
            Decision::change(transaction.order_id.clone(), at, changes, cancelled(at, -2))
        }
        State::Cancelled { cancel_time, .. } | State::Refunded { cancel_time, .. } => {
            Decision::answer(cancelled(cancel_time, state))
        }
    }
}

fn refundable(order: Option<&Order>, policy: RefundPolicy) -> bool {
    match policy {
        RefundPolicy::Always => true,
        RefundPolicy::BeforePrinting => order.is_some_and(|order| order.printed_at.is_none()),
        RefundPolicy::Never => false,
    }
}
