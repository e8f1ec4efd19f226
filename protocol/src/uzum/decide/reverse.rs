//! Reverse: the payment ends, or the money goes back (`reference/uzum.md §4.4`).
//!
//! | transaction | refund policy | answer | change |
//! |---|---|---|---|
//! | unknown | | 10014 | |
//! | created | | REVERSED, reverseTime now | cancelled; the order is free |
//! | confirmed | allows it | REVERSED, reverseTime now | refunded; the order is refunded |
//! | confirmed | does not | 10017 | |
//! | owed back | | REVERSED, reverseTime now | given back |
//! | its time ran out | | 10018 | that Uzum took it back is noted, once: it is not confirmed any more |
//! | reversed | | 10018 | |

use super::{Decided, Reply, found};
use crate::ledger::journal::Change;
use crate::ledger::rows::{Decision, Rows};
use crate::ledger::transaction::{Reason, State};
use crate::time::TimeMs;
use crate::uzum::Refusal;
use crate::uzum::details;
use crate::uzum::rules::Rules;

pub(super) fn decide(rows: &Rows, now: TimeMs, rules: &Rules) -> Decided {
    let transaction = match found(rows) {
        Ok(transaction) => transaction,
        Err(refusal) => return Decision::answer(Err(refusal)),
    };
    let number = transaction.number;
    let change = match transaction.state {
        // Without a reason: that tells Uzum's own reversal from a time that ran out.
        State::Created => Change::TransactionCancelled { number, reason: None, details: None },
        State::Performed { .. } if !rules.refunds.allows(rows.order.as_ref()) => {
            return Decision::answer(Err(Refusal::CannotReverse));
        }
        State::Performed { .. } => Change::TransactionRefunded { number, reason: Some(Reason::Refund), details: None },
        State::Owed { .. } => Change::MoneyGivenBack { number, reason: Some(Reason::Refund), details: None },
        State::Cancelled { reason: Some(Reason::TimedOut), .. } => {
            let refusal = Err(Refusal::AlreadyReversed);
            return match details::reversed(transaction) {
                Some(details) => {
                    let noted = vec![Change::DetailsChanged { number, details }];
                    Decision::change(transaction.order_id.clone(), rows.at(now), noted, refusal)
                }
                None => Decision::answer(refusal),
            };
        }
        State::Cancelled { .. } | State::Refunded { .. } | State::GivenBack { .. } => {
            return Decision::answer(Err(Refusal::AlreadyReversed));
        }
    };
    let (at, amount) = (rows.at(now), transaction.amount);
    let reply = Ok(Reply::Reversed { reverse_time: at, amount });
    Decision::change(transaction.order_id.clone(), at, vec![change], reply)
}
