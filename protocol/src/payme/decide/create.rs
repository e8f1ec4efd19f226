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
//! | new | order's holder abandoned | created | the holder's end (Payme's: -1, reason 4); then created |
//! | new | order free | created | created |
//!
//! Payme's id is looked up before anything else: a repeated call is answered as the first was, whatever it carries.

use super::{Decided, Reply, check_perform, refuse_abandoned};
use crate::ledger::holder::{Holder, not_payable};
use crate::ledger::journal::Change;
use crate::ledger::provider::{Provider, ProviderId};
use crate::ledger::rows::{Decision, Rows};
use crate::ledger::transaction::{NewTransaction, State, Transaction};
use crate::payme::details::PaymeDetails;
use crate::payme::{Account, AskedAmount, Refusal};
use crate::providers::{self, Rules};
use crate::time::TimeMs;

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
        State::Created if providers::is_abandoned(known, now, rules) => refuse_abandoned(known, rows, now),
        State::Created => Decision::answer(Ok(Reply::Created(known.clone()))),
        State::Performed { .. }
        | State::Cancelled { .. }
        | State::Refunded { .. }
        | State::Owed { .. }
        | State::GivenBack { .. } => Decision::answer(Err(Refusal::WrongState)),
    }
}

fn first(asked: &Asked<'_>, rows: &Rows, now: TimeMs, rules: &Rules) -> Decided {
    let order = match check_perform::named(asked.amount, asked.account, rows) {
        Ok(order) => order,
        Err(refusal) => return Decision::answer(Err(refusal)),
    };
    let holder = providers::holder(rows, now, rules);
    if let Some(why) = not_payable(order, &holder, now) {
        return Decision::answer(Err(why.into()));
    }
    if rules.payme.refuse_stale_create && now.since(asked.time) >= rules.payme.timeout {
        return Decision::answer(Err(Refusal::WrongState));
    }
    let details = match PaymeDetails::begin(&asked.account.json).and_then(|details| details.keep()) {
        Ok(details) => details,
        Err(error) => return Decision::answer(Err(error.into())),
    };
    let new = NewTransaction {
        number: rows.next_number,
        provider: Provider::Payme,
        provider_id: asked.id.clone(),
        provider_time: asked.time,
        amount: order.amount,
        details,
    };
    let at = rows.at(now);
    let created = Transaction::new(order.id.clone(), &new, at);
    let changes = match holder {
        Holder::Abandoned { end } => vec![end, Change::TransactionCreated(new)],
        Holder::Nobody | Holder::Busy => vec![Change::TransactionCreated(new)],
    };
    Decision::change(order.id.clone(), at, changes, Ok(Reply::Created(created)))
}
