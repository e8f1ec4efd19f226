//! Giving a customer's money back: because a person asks for it, or because it came and could not pay its order.
//!
//! | transaction | order | a person asks for it | it went back | it was handed back past the wallet | its task was given up |
//! |---|---|---|---|---|---|
//! | performed | paid | asked, and a task where the provider has a call for it | refunded | refunded, where no wallet tells us | |
//! | performed, asked for | paid | nothing new | refunded | refunded, where no wallet tells us | noted |
//! | owed | any | the caller looks at its task | given back | given back | noted |
//! | refunded, given back | | refused: it went back | nothing new | refused | |
//! | created, cancelled | | refused: no money | nothing | refused | |
//!
//! Whoever learns that money went back says so here, so it is recorded once, however many learn of it. Who hands it back says so only of
//! what nobody has asked the wallet for since he looked.

use super::arrival;
use super::journal::Change;
use super::limits::TASK_ERROR_CHARS_MAX;
use super::order::OrderStatus;
use super::printing::PrintState;
use super::provider::{Provider, ProviderId};
use super::rows::{Decision, Rows};
use super::task::{NewTask, TaskKey, TaskKind, TaskTarget};
use super::transaction::{Reason, State, Transaction};
use crate::providers::{WayBack, way_back};
use crate::time::TimeMs;
use serde::{Deserialize, Serialize};

/// Whose money goes back: the payload of a task. Everything else is read anew at each attempt.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct GiveBack {
    /// Who brought it.
    pub provider: Provider,
    /// The provider's id of the transaction.
    pub id: ProviderId,
}

impl GiveBack {
    /// Reads a task's payload.
    pub fn read(payload: &str) -> Option<Self> {
        serde_json::from_str(payload).ok()
    }
}

/// The key of the one task that a transaction's money may have.
pub fn key(transaction: &Transaction) -> TaskKey {
    TaskKey::of("refund", &[transaction.provider.word(), transaction.provider_id.as_str()])
}

/// The task that gives a transaction's money back; `None` where its provider has no call for that.
pub fn task(transaction: &Transaction, at: TimeMs) -> Option<NewTask> {
    let (provider, id) = (transaction.provider, transaction.provider_id.clone());
    match way_back(provider) {
        WayBack::Task => Some(NewTask {
            key: key(transaction),
            kind: TaskKind::Refund,
            target: TaskTarget::parse(provider.word()).ok()?,
            order_id: Some(transaction.order_id.clone()),
            payload: serde_json::to_string(&GiveBack { provider, id }).ok()?,
            created_at: at,
        }),
        WayBack::Cabinet | WayBack::ByHand | WayBack::NoMoney => None,
    }
}

/// What came of asking.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Asked {
    /// It is asked for by this.
    Now,
    /// It was asked for before.
    Before,
}

/// Why no money goes back.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NoRefund {
    /// No such order.
    #[error("there is no such order")]
    NotFound,
    /// Nobody has paid for it.
    #[error("nobody has paid for this order, so there is no money to give back")]
    NotPaid,
    /// It has gone back.
    #[error("the money of this order has gone back already")]
    WentBack,
    /// It was a test payment.
    #[error("this order was paid by a test payment, which is no money")]
    NoMoney,
    /// Its prints are just being made.
    #[error("its prints are just being made; ask again when they have come out or failed")]
    Printing,
    /// Its print job may still be in the printer.
    #[error(
        "its print job may still be in the printer, which does not answer, and come out: switch the printer on, so that this server takes \
         it back, and ask again; without an answer of the printer it is possible after a day"
    )]
    Stuck,
    /// Somebody has asked its wallet for it since the caller looked.
    #[error("somebody has just asked its wallet to give it back, so it could go back twice; look at the order again")]
    AskedMeanwhile,
    /// Its wallet tells us itself.
    #[error("its wallet tells this server when the money has gone back; nobody else can say so")]
    WalletTells,
}

/// The transaction whose money paid an order that is paid.
fn paid_by(rows: &Rows) -> Result<&Transaction, NoRefund> {
    let order = rows.order.as_ref().ok_or(NoRefund::NotFound)?;
    match order.status {
        OrderStatus::Refunded => Err(NoRefund::WentBack),
        OrderStatus::Pending | OrderStatus::Cancelled | OrderStatus::Expired => Err(NoRefund::NotPaid),
        OrderStatus::Paid => {
            let holder = rows.holder.as_ref().filter(|holder| matches!(holder.state, State::Performed { .. }));
            let holder = holder.ok_or(NoRefund::NotPaid)?;
            match way_back(holder.provider) {
                WayBack::NoMoney => Err(NoRefund::NoMoney),
                WayBack::Task | WayBack::Cabinet | WayBack::ByHand => Ok(holder),
            }
        }
    }
}

/// A person asks that a paid order's money go back.
pub fn ask(rows: &Rows, reason: Option<String>, now: TimeMs) -> Decision<Result<Asked, NoRefund>> {
    let transaction = match paid_by(rows) {
        Ok(transaction) => transaction,
        Err(why) => return Decision::answer(Err(why)),
    };
    if rows.order.as_ref().is_some_and(|order| order.refund_asked_at.is_some()) {
        return Decision::answer(Ok(Asked::Before));
    }
    match rows.order.as_ref().and_then(|order| order.printing).map(|it| it.state) {
        Some(PrintState::Begun { .. }) => return Decision::answer(Err(NoRefund::Printing)),
        Some(PrintState::Stuck { .. }) => return Decision::answer(Err(NoRefund::Stuck)),
        Some(
            PrintState::Shots { .. }
            | PrintState::Asked { .. }
            | PrintState::Printed
            | PrintState::Failed
            | PrintState::Unknown
            | PrintState::Claim { .. }
            | PrintState::Stopped,
        )
        | None => {}
    }
    let at = rows.at(now);
    let asked = Change::RefundAsked { number: transaction.number, reason };
    Decision::change(transaction.order_id.clone(), at, vec![asked], Ok(Asked::Now)).with_tasks(task(transaction, at))
}

/// Whether the money of `rows.transaction` is to go back, and has not.
pub fn is_owed(rows: &Rows) -> bool {
    match rows.transaction.as_ref().map(|transaction| transaction.state) {
        Some(State::Performed { .. }) => rows.order.as_ref().is_some_and(|order| order.refund_asked_at.is_some()),
        Some(State::Owed { .. }) => true,
        Some(State::Created | State::Cancelled { .. } | State::Refunded { .. } | State::GivenBack { .. }) | None => {
            false
        }
    }
}

/// A task for owed money that has none any more. The reply says whether there is such money.
pub fn ask_again(rows: &Rows, now: TimeMs) -> Decision<bool> {
    let owed = rows.transaction.as_ref().filter(|_| is_owed(rows));
    let task = owed.and_then(|transaction| task(transaction, rows.at(now)));
    Decision::answer(task.is_some()).with_tasks(task)
}

/// Records that the money of `rows.transaction` went back. The reply says whether it is by this that it is recorded.
pub fn went_back(rows: &Rows, now: TimeMs) -> Decision<bool> {
    back_for(Reason::Refund, rows, now)
}

fn back_for(reason: Reason, rows: &Rows, now: TimeMs) -> Decision<bool> {
    let reason = Some(reason);
    let Some(transaction) = &rows.transaction else { return Decision::answer(false) };
    let number = transaction.number;
    match transaction.state {
        State::Performed { .. } => {
            let refunded = Change::TransactionRefunded { number, reason, details: None };
            Decision::change(transaction.order_id.clone(), rows.at(now), vec![refunded], true)
        }
        State::Owed { .. } => arrival::give_back(transaction, rows, reason, None, now),
        State::Created | State::Cancelled { .. } | State::Refunded { .. } | State::GivenBack { .. } => {
            Decision::answer(false)
        }
    }
}

/// A person has handed back what `rows.transaction` brought, past the wallet. `asked_at` is when its order's money was asked back, as far as
/// the caller knew when he looked for the task of that: whoever asks meanwhile has made a task of which he knows nothing.
pub fn handed_back(rows: &Rows, asked_at: Option<TimeMs>, now: TimeMs) -> Decision<Result<(), NoRefund>> {
    let Some(transaction) = &rows.transaction else { return Decision::answer(Err(NoRefund::NotFound)) };
    if matches!(transaction.state, State::Performed { .. })
        && rows.order.as_ref().is_some_and(|order| order.refund_asked_at != asked_at)
    {
        return Decision::answer(Err(NoRefund::AskedMeanwhile));
    }
    match (transaction.state, way_back(transaction.provider)) {
        (State::Performed { .. }, WayBack::Cabinet) => Decision::answer(Err(NoRefund::WalletTells)),
        (State::Performed { .. }, WayBack::NoMoney) => Decision::answer(Err(NoRefund::NoMoney)),
        (State::Performed { .. }, WayBack::Task | WayBack::ByHand) | (State::Owed { .. }, _) => {
            back_for(Reason::ByHand, rows, now).map(|_| Ok(()))
        }
        (State::Created | State::Cancelled { .. }, _) => Decision::answer(Err(NoRefund::NotPaid)),
        (State::Refunded { .. } | State::GivenBack { .. }, _) => Decision::answer(Err(NoRefund::WentBack)),
    }
}

/// Records that the task for it was given up. The reply says whether the money is still owed.
pub fn failed(rows: &Rows, why: &str, now: TimeMs) -> Decision<bool> {
    let Some(transaction) = rows.transaction.as_ref().filter(|_| is_owed(rows)) else {
        return Decision::answer(false);
    };
    let why = why.chars().map(|c| if c.is_control() { ' ' } else { c }).take(TASK_ERROR_CHARS_MAX).collect();
    let failed = Change::RefundFailed { number: transaction.number, why };
    Decision::change(transaction.order_id.clone(), rows.at(now), vec![failed], true)
}
