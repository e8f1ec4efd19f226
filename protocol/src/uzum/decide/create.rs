//! Create: a payment begins (`reference/uzum.md §4.2`).
//!
//! | transId | order | amount | answer | change |
//! |---|---|---|---|---|
//! | known, in any state | | | 10010 | |
//! | new | refused as by check | | the same code | |
//! | new | payable | below 1 tiyin | 10012 | |
//! | new | payable | above any order's | 10013 | |
//! | new | payable | not its price | 10011 | |
//! | new | payable, its holder abandoned | its price | CREATED | the holder's end; then created |
//! | new | payable | its price | CREATED | created |
//!
//! A repeated create has a code of its own and is never answered as the first was. Of two at the same
//! moment a unique index lets one in; the other is decided again, and finds the first.

use super::{Decided, Reply, payable};
use crate::fault::SystemFault;
use crate::ledger::holder::Holder;
use crate::ledger::journal::Change;
use crate::ledger::order::Order;
use crate::ledger::provider::Provider;
use crate::ledger::rows::{Decision, Rows};
use crate::ledger::transaction::NewTransaction;
use crate::money::AmountError;
use crate::providers::Rules;
use crate::time::TimeMs;
use crate::uzum::details::UzumDetails;
use crate::uzum::{Account, AskedAmount, Refusal, TransId};

/// The call's parameters.
pub(super) struct Asked<'a> {
    pub(super) id: &'a TransId,
    pub(super) time: TimeMs,
    pub(super) amount: AskedAmount,
    pub(super) account: &'a Account,
}

pub(super) fn decide(asked: &Asked<'_>, rows: &Rows, now: TimeMs, rules: &Rules) -> Decided {
    match begin(asked, rows, now, rules) {
        Ok(decided) => decided,
        Err(refusal) => Decision::answer(Err(refusal)),
    }
}

fn begin(asked: &Asked<'_>, rows: &Rows, now: TimeMs, rules: &Rules) -> Result<Decided, Refusal> {
    if rows.transaction.is_some() {
        return Err(Refusal::AlreadyCreated);
    }
    let (order, holder) = payable(asked.account, rows, now, rules)?;
    at_its_price(asked.amount, order)?;
    let details = UzumDetails::begin(&asked.account.json).and_then(|details| details.keep());
    let new = NewTransaction {
        number: rows.next_number,
        provider: Provider::Uzum,
        provider_id: asked.id.provider_id().clone(),
        provider_time: asked.time,
        amount: order.amount,
        // The params were read as JSON before, so this does not happen.
        details: details.map_err(|_| Refusal::System(SystemFault::Bug))?,
    };
    let at = rows.at(now);
    let reply = Reply::Created { trans_time: at, amount: order.amount };
    let changes = match holder {
        Holder::Abandoned { end } => vec![end, Change::TransactionCreated(new)],
        Holder::Nobody | Holder::Busy => vec![Change::TransactionCreated(new)],
    };
    Ok(Decision::change(order.id.clone(), at, changes, Ok(reply)))
}

fn at_its_price(asked: AskedAmount, order: &Order) -> Result<(), Refusal> {
    match asked.0 {
        Ok(amount) if amount == order.amount => Ok(()),
        Ok(_) | Err(AmountError::FractionOfTiyin) => Err(Refusal::WrongAmount),
        Err(AmountError::NotPositive) => Err(Refusal::AmountTooSmall),
        Err(AmountError::TooLarge) => Err(Refusal::AmountTooLarge),
    }
}
