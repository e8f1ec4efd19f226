//! CreateTransaction: a payment begins (`reference/payme.md §2.3`, page createtransaction).
//!
//! | Payme's id | its state | answer | change |
//! |---|---|---|---|
//! | known | 1, in time | the stored one | |
//! | known | 1, timed out | -31008 | -1, reason 4 |
//! | known | 2, -1, -2 | -31008 | |
//! | new | order, amount or status refused as by CheckPerformTransaction | the same code | |
//! | new | order held by another | busy code | |
//! | new | Payme's time too old (a setting) | -31008 | |
//! | new | order's holder timed out | created | the holder: -1, reason 4; then created |
//! | new | order free | created | created |
//!
//! Payme's id is looked up before anything else: a repeated call is answered as the first was, whatever it carries.

use super::{Decided, Hold, Reply, check_perform, hold, is_timed_out, not_payable, refuse_timed_out, timeout_of};
use crate::journal::Change;
use crate::payme::rules::Rules;
use crate::payme::{Account, AskedAmount, Refusal};
use crate::rows::{Decision, Rows};
use crate::time::TimeMs;
use crate::transaction::{Provider, ProviderId, State, Transaction};

/// The call's parameters.
pub(super) struct Asked<'a> {
    pub(super) id: &'a ProviderId,
    pub(super) time: TimeMs,
    pub(super) amount: AskedAmount,
    pub(super) account: &'a Account,
}

pub(super) fn decide(asked: &Asked<'_>, rows: &Rows, now: TimeMs, rules: &Rules) -> Decided {
    match &rows.transaction {
        Some(known) => repeat(known, rows, now, rules),
        None => first(asked, rows, now, rules),
    }
}

fn repeat(known: &Transaction, rows: &Rows, now: TimeMs, rules: &Rules) -> Decided {
    match known.state {
        State::Created if is_timed_out(known, now, rules) => refuse_timed_out(known, rows, now),
        State::Created => Decision::answer(Ok(Reply::Created(known.clone()))),
        State::Performed { .. } | State::Cancelled { .. } | State::Refunded { .. } => {
            Decision::answer(Err(Refusal::WrongState))
        }
    }
}

fn first(asked: &Asked<'_>, rows: &Rows, now: TimeMs, rules: &Rules) -> Decided {
    let order = match check_perform::named(asked.amount, asked.account, rows) {
        Ok(order) => order,
        Err(refusal) => return Decision::answer(Err(refusal)),
    };
    let hold = hold(rows, now, rules);
    if let Some(refusal) = not_payable(order, &hold, now) {
        return Decision::answer(Err(refusal));
    }
    if rules.refuse_stale_create && now.since(asked.time) >= rules.timeout {
        return Decision::answer(Err(Refusal::WrongState));
    }
    let mut changes = match hold {
        Hold::TimedOut(holder) => vec![timeout_of(holder)],
        Hold::Free | Hold::Busy => Vec::new(),
    };
    let at = rows.at(now);
    let created = Transaction {
        number: rows.next_number,
        provider: Provider::Payme,
        provider_id: asked.id.clone(),
        order_id: order.id.clone(),
        amount: order.amount,
        provider_time: asked.time,
        create_time: at,
        state: State::Created,
        account: asked.account.json.clone(),
        fiscal_perform: None,
        fiscal_cancel: None,
    };
    changes.push(Change::TransactionCreated {
        number: created.number,
        provider: created.provider,
        provider_id: created.provider_id.clone(),
        provider_time: created.provider_time,
        amount: created.amount,
        account: created.account.clone(),
    });
    Decision::change(order.id.clone(), at, changes, Ok(Reply::Created(created)))
}
