//! What is new about a payment of his, beside what is here.
//!
//! | here | in the file | outcome |
//! |---|---|---|
//! | no such order | anything | new |
//! | the order at another price; his number, or the wallet's id, for another | | refused |
//! | the order | not begun | as before |
//! | the order, open | closed | went on: closed |
//! | the order, open or over, unpaid | a transaction that is not here | went on: it is taken over |
//! | the order, held or paid by another | a transaction that is not here, of money | refused |
//! | the transaction | the same, or an earlier state of it | as before |
//! | the transaction | a later state of it | went on |
//! | the transaction, ended otherwise | | refused |

use super::problem::Clash;
use super::{HisTransaction, Past, Payment};
use crate::click::details::ClickDetails;
use crate::ledger::booth::Booth;
use crate::ledger::details::Details;
use crate::ledger::journal::Change;
use crate::ledger::order::{Copies, NewOrder, Order, OrderStatus};
use crate::ledger::provider::{Provider, ProviderId};
use crate::ledger::rows::{Decision, Needs, Rows};
use crate::ledger::takeover::{TakenOrder, TakenTransaction, goes_on, is_same};
use crate::ledger::transaction::{NewTransaction, State, Transaction, TransactionNumber};
use crate::payme::details::{PaymeDetails, ToldTimes};
use crate::time::{SpanMs, TimeMs};

/// What comes of a payment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It was not here.
    New,
    /// It is here, and nothing about it is new.
    AsBefore,
    /// It is here, and went on since.
    WentOn,
    /// It contradicts what is here.
    Refused(Clash),
}

/// What the payments here are made of, as far as his rows do not say.
#[derive(Clone, Debug)]
pub struct Here {
    /// The booth that sold them.
    pub booth: Booth,
    /// How long an order may wait to be paid.
    pub lifetime: SpanMs,
    /// The field of Payme's account that names the order.
    pub account_field: String,
}

/// The transaction that has a number here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Numbered {
    /// Whose.
    pub provider: Provider,
    /// Its id there.
    pub provider_id: ProviderId,
}

/// The payment under the id that its transaction has here: one that was taken over while Click's service was not known is the same
/// payment once it is.
pub fn as_known(mut payment: Payment, numbered: Option<&Numbered>) -> Payment {
    if let (Provider::Click, Past::Transaction(his), Some(known)) = (payment.provider, &mut payment.past, numbered)
        && known.provider == Provider::Click
        && is_same_attempt(&known.provider_id, &his.id)
    {
        his.id.clone_from(&known.provider_id);
    }
    payment
}

/// Whether two of Click's ids name one attempt: the same number, and of one of them no service is known.
fn is_same_attempt(one: &ProviderId, other: &ProviderId) -> bool {
    let no_service = super::judge::NO_SERVICE.to_string();
    match (one.as_str().split_once(':'), other.as_str().split_once(':')) {
        (Some((service, attempt)), Some((other_service, other_attempt))) => {
            attempt == other_attempt && (service == no_service || other_service == no_service)
        }
        _ => false,
    }
}

/// The rows that a payment is compared with.
pub fn needs(payment: &Payment) -> Needs {
    let transaction = match &payment.past {
        Past::Transaction(his) => Some((payment.provider, his.id.clone())),
        Past::Open | Past::Closed => None,
    };
    Needs { transaction, order: Some(payment.order_id.clone()), ..Needs::default() }
}

/// Decides. `numbered` is the transaction that has his number here, if any.
pub fn decide(
    payment: &Payment,
    numbered: Option<&Numbered>,
    here: &Here,
    rows: &Rows,
    now: TimeMs,
) -> Decision<Outcome> {
    let changes = match changes(payment, numbered, here, rows, now) {
        Ok(changes) => changes,
        Err(clash) => return Decision::answer(Outcome::Refused(clash)),
    };
    let outcome = match (&rows.order, changes.is_empty()) {
        (_, true) => return Decision::answer(Outcome::AsBefore),
        (None, false) => Outcome::New,
        (Some(_), false) => Outcome::WentOn,
    };
    Decision::change(payment.order_id.clone(), rows.at(now), changes, outcome)
}

fn changes(
    payment: &Payment,
    numbered: Option<&Numbered>,
    here: &Here,
    rows: &Rows,
    now: TimeMs,
) -> Result<Vec<Change>, Clash> {
    if let Some(known) = &rows.transaction
        && known.order_id != payment.order_id
    {
        return Err(Clash::OtherOrder(known.order_id.to_string()));
    }
    if let Some(order) = &rows.order
        && order.amount != payment.amount
    {
        return Err(Clash::Amount(order.amount.soum().to_string()));
    }
    let mut changes = Vec::new();
    if rows.order.is_none() {
        changes.push(made(payment, here));
    }
    let is_open = rows.order.as_ref().is_none_or(|order| order.status == OrderStatus::Pending && rows.holder.is_none());
    match &payment.past {
        Past::Open => {}
        Past::Closed if is_open => changes.push(Change::OrderCancelled),
        Past::Closed => {}
        Past::Transaction(his) => {
            let taken = taken(payment, his, here);
            let new = taken.of_order(payment.order_id.clone());
            let goes_over = match &rows.transaction {
                Some(known) => goes_over(known, &new)?,
                None => {
                    is_free(&new, numbered, rows)?;
                    true
                }
            };
            if goes_over {
                changes.push(Change::TransactionTakenOver(taken));
            }
        }
    }
    if rows.order.is_none() && is_over(payment, here, now) {
        changes.push(Change::OrderExpired);
    }
    Ok(changes)
}

/// Whether a payment of his is unpaid and its time has run out: its order is closed at once, not found by the sweep and told
/// about as if it had happened today.
fn is_over(payment: &Payment, here: &Here, now: TimeMs) -> bool {
    let is_unpaid = match &payment.past {
        Past::Open => true,
        Past::Closed => false,
        Past::Transaction(his) => matches!(his.state, State::Cancelled { .. }),
    };
    is_unpaid && now >= payment.created_at.plus(here.lifetime)
}

fn made(payment: &Payment, here: &Here) -> Change {
    let chosen = match payment.provider {
        Provider::Test => None,
        Provider::Payme | Provider::Click | Provider::Uzum | Provider::UzumQr | Provider::Uzqr => {
            Some(payment.provider)
        }
    };
    let order = NewOrder {
        amount: payment.amount,
        copies: Copies::ONE,
        booth: here.booth.clone(),
        chosen,
        language: None,
        expires_at: payment.created_at.plus(here.lifetime),
    };
    Change::OrderTakenOver(TakenOrder { order, created_at: payment.created_at })
}

fn taken(payment: &Payment, his: &HisTransaction, here: &Here) -> TakenTransaction {
    let transaction = NewTransaction {
        number: TransactionNumber::new(payment.id),
        provider: payment.provider,
        provider_id: his.id.clone(),
        // Payme's own time was not kept; it was a moment before.
        provider_time: his.create_time,
        amount: payment.amount,
        details: details(payment, his, here),
    };
    TakenTransaction { transaction, create_time: his.create_time, state: his.state }
}

fn details(payment: &Payment, his: &HisTransaction, here: &Here) -> Details {
    match payment.provider {
        Provider::Payme => {
            let account = serde_json::json!({ here.account_field.as_str(): payment.order_id.as_str() }).to_string();
            let kept = PaymeDetails::begin(&account).and_then(|details| details.with_told(told(his)).keep());
            kept.unwrap_or_else(|_| Details::none())
        }
        Provider::Click => {
            let (service, attempt) = his.id.as_str().split_once(':').unwrap_or_default();
            let details = ClickDetails {
                service_id: service.parse().unwrap_or_default(),
                click_trans_id: attempt.parse().unwrap_or_default(),
                // Not kept there; Click says it again with its next call.
                click_paydoc_id: 0,
                cancelled_after_payment: None,
                given_up: None,
                receipt: None,
            };
            details.keep().unwrap_or_else(|_| Details::none())
        }
        Provider::Uzum | Provider::UzumQr | Provider::Uzqr | Provider::Test => Details::none(),
    }
}

/// What Payme was told, where it is not what the ledger has.
fn told(his: &HisTransaction) -> ToldTimes {
    let other = |told: Option<TimeMs>, ledger: Option<TimeMs>| told.filter(|told| Some(*told) != ledger);
    ToldTimes {
        create_time: other(his.told.create_time, Some(his.create_time)),
        perform_time: other(his.told.perform_time, his.state.perform_time()),
        cancel_time: other(his.told.cancel_time, his.state.cancel_time()),
    }
}

/// Whether a transaction that is here is to go on as his did.
fn goes_over(known: &Transaction, new: &Transaction) -> Result<bool, Clash> {
    if !is_same(known, new) || !was_told_alike(known, new) {
        return Err(Clash::OtherTimes { number: known.number.get() });
    }
    if goes_on(known.state, new.state) {
        return Ok(true);
    }
    let two_ways = || Clash::WentTwoWays { here: known.state.word(), there: new.state.word() };
    match (known.state, new.state) {
        // Went on here, from where he left it.
        (_, State::Created) => Ok(false),
        (State::Performed { .. }, State::Performed { .. })
        | (State::Cancelled { .. }, State::Cancelled { .. })
        | (State::Refunded { .. }, State::Refunded { .. } | State::Performed { .. }) => Ok(false),
        (
            State::Created
            | State::Performed { .. }
            | State::Cancelled { .. }
            | State::Refunded { .. }
            | State::Owed { .. }
            | State::GivenBack { .. },
            _,
        ) => Err(two_ways()),
    }
}

/// Whether both say that Payme was told the same time of creation: it differs when another zone was given.
fn was_told_alike(known: &Transaction, new: &Transaction) -> bool {
    let told = |transaction: &Transaction| match transaction.provider {
        Provider::Payme => crate::payme::details::times(transaction).create,
        Provider::Click | Provider::Uzum | Provider::UzumQr | Provider::Uzqr | Provider::Test => {
            transaction.create_time
        }
    };
    told(known) == told(new)
}

/// Whether a transaction that is not here has a place.
fn is_free(new: &Transaction, numbered: Option<&Numbered>, rows: &Rows) -> Result<(), Clash> {
    if numbered.is_some() {
        return Err(Clash::Number(new.number.get()));
    }
    let Some(Order { status, .. }) = &rows.order else { return Ok(()) };
    let is_money = match new.state {
        State::Cancelled { .. } => false,
        State::Created
        | State::Performed { .. }
        | State::Refunded { .. }
        | State::Owed { .. }
        | State::GivenBack { .. } => true,
    };
    let is_settled = match status {
        OrderStatus::Paid | OrderStatus::Refunded => true,
        // What was begun there and not finished is not begun here once the order is over.
        OrderStatus::Cancelled | OrderStatus::Expired => new.state == State::Created,
        OrderStatus::Pending => false,
    };
    if is_money && (is_settled || rows.holder.is_some()) {
        return Err(Clash::OtherPayment(status.word()));
    }
    Ok(())
}
