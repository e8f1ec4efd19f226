//! Putting right: a wallet's statement has a payment that is not paid here. A person shows the statement, and the payment counts as if its
//! wallet had told us; a row of the journal says who showed what.
//!
//! | the payment here | its order | what is recorded |
//! |---|---|---|
//! | begun | held by it | performed; the order is paid |
//! | cancelled | unpaid, held by nobody or by an abandoned one | that one's end; performed late; the order is paid |
//! | cancelled | held, paid or refunded | owed back |
//! | performed, or owed | | nothing: it is recorded already |
//! | refunded, given back | | refused: its money came and went back |
//! | not here | unpaid, held by nobody or by an abandoned one | that one's end; begun and performed; the order is paid |
//! | not here | held | refused until that has ended |
//! | not here | paid, or refunded | refused: its money has to go back at the wallet |
//!
//! Another sum, or another order than the statement's, is always refused. So is what is not here and has an id by which its wallet would
//! not find it: what the wallet says of it later has to meet the same transaction.

use crate::difference;
use crate::ledger::arrival::{self, Arrived};
use crate::ledger::details::Details;
use crate::ledger::holder::Holder;
use crate::ledger::journal::Change;
use crate::ledger::limits::EVIDENCE_CHARS_MAX;
use crate::ledger::order::{Order, OrderId, OrderStatus};
use crate::ledger::provider::{Provider, ProviderId};
use crate::ledger::rows::{Decision, Needs, Rows, Writes};
use crate::ledger::transaction::{NewTransaction, TransactionNumber};
use crate::money::Tiyin;
use crate::payme::details::PaymeDetails;
use crate::providers::{self, Rules};
use crate::time::TimeMs;
use crate::uzum::TransId;
use crate::uzum::details::UzumDetails;
use std::collections::BTreeMap;

/// Hexadecimal digits of Payme's ids (`reference/payme.md §3`).
const PAYME_ID_CHARS: usize = 24;

/// A payment as a statement has it, and who shows the statement.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stated {
    /// Whose statement it is.
    pub provider: Provider,
    /// The wallet's id of the payment, as the ledger keeps it.
    pub id: ProviderId,
    /// The order that it paid.
    pub order: OrderId,
    /// How much.
    pub amount: Tiyin,
    /// When, by the wallet's clock.
    pub at: TimeMs,
    /// Who says so: the name of a person, or where he sat.
    pub by: String,
    /// On which evidence: the file, its row and its digest.
    pub evidence: String,
}

/// What came of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Righted {
    /// The order is paid by it now.
    Paid,
    /// It cannot pay the order any more: it is owed back now.
    Owed,
    /// It was recorded before.
    Before,
}

/// Why nothing was recorded.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotRighted {
    /// No such order.
    #[error("there is no such order here")]
    NoOrder,
    /// The payment here is of another order.
    #[error("this payment belongs to another order here")]
    OtherOrder,
    /// The sums differ.
    #[error("the order costs another sum here")]
    OtherSum,
    /// Somebody is paying the order.
    #[error("somebody is just paying this order; try again when that has ended")]
    Busy,
    /// It is paid by another payment.
    #[error("this order is already paid by another payment; give this one back in the wallet's cabinet")]
    PaidByOther,
    /// It was paid, and the money went back.
    #[error("this order was paid and refunded; if this payment is another one, give it back in the wallet's cabinet")]
    Refunded,
    /// The payment is here, and its money went back.
    #[error("the money of this payment came and went back; if the wallet still has it, write to its support")]
    WentBack,
    /// Not known here, and the id is none by which the wallet would find it.
    #[error(
        "this payment was never begun here, and the statement's id is not the one that its wallet calls us with; ask the wallet's support \
         to send its call again"
    )]
    StrangeId,
}

/// The rows that it needs.
pub fn needs(stated: &Stated) -> Needs {
    Needs { transaction: Some((stated.provider, stated.id.clone())), ..Needs::order(stated.order.clone()) }
}

/// Whether a payment that is not here could be begun under this id, in small letters.
pub fn could_begin(provider: Provider, id: &str) -> bool {
    match provider {
        Provider::Payme => id.len() == PAYME_ID_CHARS && id.bytes().all(|byte| byte.is_ascii_hexdigit()),
        Provider::Uzum => TransId::parse(id).is_some_and(|parsed| parsed.provider_id().as_str() == id),
        // Click's and Uzum QR's details have numbers of theirs which no statement has together.
        Provider::Click | Provider::UzumQr | Provider::Uzqr | Provider::Test => false,
    }
}

/// Decides.
pub fn put_right(stated: &Stated, rows: &Rows, now: TimeMs, rules: &Rules) -> Decision<Result<Righted, NotRighted>> {
    let Some(order) = &rows.order else { return Decision::answer(Err(NotRighted::NoOrder)) };
    if order.id != stated.order {
        return Decision::answer(Err(NotRighted::OtherOrder));
    }
    if order.amount != stated.amount {
        return Decision::answer(Err(NotRighted::OtherSum));
    }
    let holder = providers::holder(rows, now, rules);
    match &rows.transaction {
        Some(known) => {
            let shown = shown(stated, known.number);
            arrival::record(rows, holder, None, now).map_or_else(
                || Decision::answer(Err(NotRighted::NoOrder)),
                |decision| {
                    let is_new = decision.writes != Writes::Nothing;
                    let task = providers::follows(decision.reply, known, rows.at(now), rules).filter(|_| is_new);
                    let decision = decision.with_tasks(task);
                    with_evidence(decision, shown).map(|arrived| match (arrived, is_new) {
                        (Arrived::Paid, true) => Ok(Righted::Paid),
                        (Arrived::Owed, true) => Ok(Righted::Owed),
                        (Arrived::Paid | Arrived::Owed, false) => Ok(Righted::Before),
                        (Arrived::WentBack, _) => Err(NotRighted::WentBack),
                    })
                },
            )
        }
        None => match begun(stated, order, rows, holder, now, rules) {
            Ok(changes) => Decision::change(order.id.clone(), rows.at(now), changes, Ok(Righted::Paid)),
            Err(why) => Decision::answer(Err(why)),
        },
    }
}

/// The row about the evidence comes before what follows from it.
fn with_evidence<R>(mut decision: Decision<R>, shown: Change) -> Decision<R> {
    if let Writes::Order { changes, .. } = &mut decision.writes {
        changes.insert(0, shown);
    }
    decision
}

fn shown(stated: &Stated, number: TransactionNumber) -> Change {
    let kept = |text: &str| difference::kept(text, EVIDENCE_CHARS_MAX);
    Change::StatementShown { number, by: kept(&stated.by), evidence: kept(&stated.evidence) }
}

/// What begins and performs a payment that is not here.
fn begun(
    stated: &Stated,
    order: &Order,
    rows: &Rows,
    holder: Holder,
    now: TimeMs,
    rules: &Rules,
) -> Result<Vec<Change>, NotRighted> {
    let mut changes = Vec::new();
    match (order.status, holder) {
        (OrderStatus::Paid, _) => return Err(NotRighted::PaidByOther),
        (OrderStatus::Refunded, _) => return Err(NotRighted::Refunded),
        (_, Holder::Busy) => return Err(NotRighted::Busy),
        (_, Holder::Abandoned { end }) => changes.push(end),
        (OrderStatus::Cancelled | OrderStatus::Expired, Holder::Nobody) => {
            changes.push(Change::OrderReopened { expires_at: rows.at(now) });
        }
        (OrderStatus::Pending, Holder::Nobody) => {}
    }
    let (number, details) = (rows.next_number, details(stated, rules).ok_or(NotRighted::StrangeId)?);
    changes.push(Change::TransactionCreated(NewTransaction {
        number,
        provider: stated.provider,
        provider_id: stated.id.clone(),
        provider_time: stated.at,
        amount: stated.amount,
        details,
    }));
    changes.push(shown(stated, number));
    changes.push(Change::TransactionPerformed { number, details: None });
    Ok(changes)
}

/// The details of a payment that its wallet never told us of; none where the wallet would not find it again by this id.
fn details(stated: &Stated, rules: &Rules) -> Option<Details> {
    if !could_begin(stated.provider, stated.id.as_str()) {
        return None;
    }
    let named = |field: &str| serde_json::to_string(&BTreeMap::from([(field, stated.order.as_str())])).ok();
    match stated.provider {
        Provider::Payme => PaymeDetails::begin(&named(&rules.payme.account_field)?).ok()?.keep().ok(),
        Provider::Uzum => UzumDetails::begin(&named(&rules.uzum.account_key)?).ok()?.keep().ok(),
        Provider::Click | Provider::UzumQr | Provider::Uzqr | Provider::Test => None,
    }
}
