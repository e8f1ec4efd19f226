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
use crate::ledger::details::Details;
use crate::ledger::journal::Change;
use crate::ledger::rows::{Decision, Rows};
use crate::ledger::transaction::{State, Transaction};
use crate::payme::details::{PaymeDetails, reason_of, times};
use crate::payme::rules::Rules;
use crate::payme::{Refusal, state};
use crate::time::TimeMs;

pub(super) fn decide(code: i64, rows: &Rows, now: TimeMs, rules: &Rules) -> Decided {
    match found(rows).and_then(|transaction| ended(transaction, code, rows, now, rules)) {
        Ok(decided) => decided,
        Err(refusal) => Decision::answer(Err(refusal)),
    }
}

fn ended(transaction: &Transaction, code: i64, rows: &Rows, now: TimeMs, rules: &Rules) -> Result<Decided, Refusal> {
    let (number, reason, at) = (transaction.number, reason_of(code), rows.at(now));
    let details =
        || -> Result<Option<Details>, Refusal> { Ok(Some(PaymeDetails::of(transaction)?.with_reason(code).keep()?)) };
    let cancelled = |cancel_time, state| Ok(Reply::Cancelled { transaction: number, cancel_time, state });
    Ok(match transaction.state {
        State::Created => {
            let changes = vec![Change::TransactionCancelled { number, reason, details: details()? }];
            Decision::change(transaction.order_id.clone(), at, changes, cancelled(at, -1))
        }
        State::Performed { .. } if !rules.refunds.allows(rows.order.as_ref()) => {
            return Err(Refusal::CannotCancel);
        }
        State::Performed { .. } => {
            let changes = vec![Change::TransactionRefunded { number, reason, details: details()? }];
            Decision::change(transaction.order_id.clone(), at, changes, cancelled(at, -2))
        }
        // No call of Payme's makes a transaction owed; should one be, its money goes back by this.
        State::Owed { .. } => {
            let changes = vec![Change::MoneyGivenBack { number, reason, details: details()? }];
            Decision::change(transaction.order_id.clone(), at, changes, cancelled(at, -2))
        }
        State::Cancelled { .. } | State::Refunded { .. } | State::GivenBack { .. } => {
            Decision::answer(cancelled(times(transaction).cancel, state::code(transaction.state)))
        }
    })
}
