//! Prepare: a payment begins (`reference/click.md §2.3, §2.6`). Nothing is debited yet, so all may be refused.
//!
//! | Click's id | its state | error | answer | change |
//! |---|---|---|---|---|
//! | known | of another order | | -5 | |
//! | known | | below 0 | -9, as by Complete | as by Complete |
//! | known | created, in time, the same sum | 0 | 0, the same number | |
//! | known | created, in time, another sum | 0 | -2 | |
//! | known | created, abandoned | 0 | -9 | cancelled, timed out |
//! | known | performed, owed | 0 | -4 | |
//! | known | cancelled, refunded, given back | 0 | -9 | |
//! | new | | below 0 | -9 | |
//! | new | no such order | 0 | -5 | |
//! | new | order paid | 0 | -4 | |
//! | new | order cancelled, refunded, expired | 0 | -9 | |
//! | new | another sum than the order's | 0 | -2 | |
//! | new | order held by another | 0 | busy code (-9) | |
//! | new | order past its time, held by nobody | 0 | -9 | |
//! | new | order's holder abandoned | 0 | 0, a new number | the holder's end; then created |
//! | new | order free | 0 | 0, a new number | created |

use super::{Answer, Decided, cancel, refuse, tell};
use crate::click::details::ClickDetails;
use crate::click::{Payment, Refusal};
use crate::ledger::holder::Holder;
use crate::ledger::journal::Change;
use crate::ledger::order::{Order, OrderStatus};
use crate::ledger::provider::Provider;
use crate::ledger::rows::{Decision, Rows};
use crate::ledger::transaction::{NewTransaction, State, Transaction};
use crate::providers::{self, Rules};
use crate::time::TimeMs;

pub(super) fn decide(payment: &Payment, rows: &Rows, now: TimeMs, rules: &Rules) -> Decided {
    match &rows.transaction {
        Some(known) if payment.order_id.as_ref() != Some(&known.order_id) => refuse(Refusal::AnotherOrder),
        Some(known) if payment.error < 0 => cancel::decide(known, payment, rows, now),
        Some(known) => repeat(known, payment, rows, now, rules),
        None if payment.error < 0 => refuse(Refusal::Cancelled),
        None => first(payment, rows, now, rules),
    }
}

fn repeat(known: &Transaction, payment: &Payment, rows: &Rows, now: TimeMs, rules: &Rules) -> Decided {
    match known.state {
        State::Created if providers::is_abandoned(known, now, rules) => {
            let changes = vec![providers::end(known)];
            let answer = Answer::about(known, Err(Refusal::Cancelled));
            Decision::change(known.order_id.clone(), rows.at(now), changes, answer)
        }
        State::Created if payment.amount != Some(known.amount) => tell(known, Err(Refusal::WrongAmount)),
        State::Created => tell(known, Ok(())),
        State::Performed { .. } | State::Owed { .. } => tell(known, Err(Refusal::Confirmed)),
        State::Cancelled { .. } | State::Refunded { .. } | State::GivenBack { .. } => {
            tell(known, Err(Refusal::Cancelled))
        }
    }
}

fn first(payment: &Payment, rows: &Rows, now: TimeMs, rules: &Rules) -> Decided {
    let order = rows.order.as_ref().filter(|order| payment.order_id.as_ref() == Some(&order.id));
    let Some(order) = order else { return refuse(Refusal::OrderNotFound) };
    let holder = providers::holder(rows, now, rules);
    if let Some(refusal) = not_payable(order, payment, &holder, now) {
        return refuse(refusal);
    }
    let details = match ClickDetails::begin(payment).keep() {
        Ok(details) => details,
        Err(error) => return refuse(error.into()),
    };
    let new = NewTransaction {
        number: rows.next_number,
        provider: Provider::Click,
        provider_id: payment.id.clone(),
        provider_time: payment.time,
        amount: order.amount,
        details,
    };
    let answer = Answer { verdict: Ok(()), number: Some(new.number) };
    let changes = match holder {
        Holder::Abandoned { end } => vec![end, Change::TransactionCreated(new)],
        Holder::Nobody | Holder::Busy => vec![Change::TransactionCreated(new)],
    };
    Decision::change(order.id.clone(), rows.at(now), changes, answer)
}

/// As [`holder::not_payable`](crate::ledger::holder::not_payable), only that Click hears of a wrong amount before it hears who holds
/// the order.
fn not_payable(order: &Order, payment: &Payment, holder: &Holder, now: TimeMs) -> Option<Refusal> {
    match order.status {
        OrderStatus::Paid => return Some(Refusal::OrderPaid),
        OrderStatus::Cancelled | OrderStatus::Refunded | OrderStatus::Expired => return Some(Refusal::OrderClosed),
        OrderStatus::Pending => {}
    }
    if payment.amount != Some(order.amount) {
        return Some(Refusal::WrongAmount);
    }
    match holder {
        Holder::Busy => Some(Refusal::OrderBusy),
        Holder::Nobody | Holder::Abandoned { .. } if order.is_past_expiry(now) => Some(Refusal::OrderClosed),
        Holder::Nobody | Holder::Abandoned { .. } => None,
    }
}
