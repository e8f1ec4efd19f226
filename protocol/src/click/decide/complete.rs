//! Complete: the card was debited, or the payment was given up (`reference/click.md §2.4, §2.6`).
//!
//! | attempt | its state | error | answer | change |
//! |---|---|---|---|---|
//! | unknown, or another number or order | | | -6 | |
//! | known | created | below 0 | -9 | cancelled; the order is free |
//! | known | performed, owed | below 0 | cancel code (-9) | Click's word is noted, once |
//! | known | ended by our time | below 0 | -9 | Click's word is noted, once |
//! | known | cancelled, refunded, given back | below 0 | -9 | |
//! | known | created, or ended by our time; another sum | 0 | -2 | |
//! | known | created | 0 | 0 | performed; the order is paid; a task for its receipt, where that is set |
//! | known | ended by our time, the order can be paid | 0 | 0 | performed late; the order is paid; the same task |
//! | known | ended by our time, the order is another's or paid | 0 | 0 | owed back, and a task that gives it back |
//! | known | performed, owed | 0 | -4 | |
//! | known | cancelled by Click, also after our time, refunded, given back | 0 | -9 | |
//!
//! After the debit Click accepts only 0, -4 and -9; any other answer goes to Click's staff. So nothing else is asked: not
//! whether the order has run out of time, nor who holds it. Money that cannot pay the order is accepted, because only a
//! completed payment can be given back. -6 and -2 mean that the call is not about a payment that we know: another attempt than
//! was prepared, or another sum than the attempt's.

use super::{Answer, Decided, cancel, refuse, tell, with_paydoc};
use crate::click::details::ClickDetails;
use crate::click::{Payment, Refusal};
use crate::ledger::arrival;
use crate::ledger::rows::{Decision, Rows};
use crate::ledger::transaction::{Reason, State, Transaction};
use crate::providers::{self, Rules};
use crate::time::TimeMs;

pub(super) fn decide(payment: &Payment, prepare_id: i64, rows: &Rows, now: TimeMs, rules: &Rules) -> Decided {
    let known = rows.transaction.as_ref();
    let known = known.filter(|known| known.number.get() == prepare_id);
    let known = known.filter(|known| payment.order_id.as_ref() == Some(&known.order_id));
    match known {
        None => refuse(Refusal::TransactionNotFound),
        Some(known) if payment.error < 0 => cancel::decide(known, payment, rows, now),
        Some(known) => debited(known, payment, rows, now, rules),
    }
}

fn debited(known: &Transaction, payment: &Payment, rows: &Rows, now: TimeMs, rules: &Rules) -> Decided {
    match known.state {
        State::Cancelled { .. } if ClickDetails::of(known).is_ok_and(|details| details.given_up.is_some()) => {
            tell(known, Err(Refusal::Cancelled))
        }
        State::Created | State::Cancelled { reason: Some(Reason::TimedOut), .. } => {
            if payment.amount == Some(known.amount) {
                arrived(known, payment, rows, now, rules)
            } else {
                tell(known, Err(Refusal::WrongAmount))
            }
        }
        State::Performed { .. } | State::Owed { .. } => tell(known, Err(Refusal::Confirmed)),
        State::Cancelled { .. } | State::Refunded { .. } | State::GivenBack { .. } => {
            tell(known, Err(Refusal::Cancelled))
        }
    }
}

fn arrived(known: &Transaction, payment: &Payment, rows: &Rows, now: TimeMs, rules: &Rules) -> Decided {
    // Details that cannot be read stay as they are: the money does not depend on them.
    let details = with_paydoc(known, payment).unwrap_or_default();
    let holder = providers::holder(rows, now, rules);
    match arrival::record(rows, holder, details, now) {
        Some(decision) => {
            let task = providers::follows(decision.reply, known, rows.at(now), rules);
            decision.map(|_| Answer::about(known, Ok(()))).with_tasks(task)
        }
        None => Decision::answer(Answer::refused(Refusal::TransactionNotFound)),
    }
}
