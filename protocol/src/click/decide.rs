//! What each call does: one decision table per action (`reference/click.md §2.6`).

mod cancel;
mod complete;
mod prepare;

use super::details::{ClickDetails, NotClicks};
use super::{Call, Payment, Refusal};
use crate::fault::SystemFault;
use crate::ledger::details::Details;
use crate::ledger::provider::Provider;
use crate::ledger::rows::{Decision, Needs, Rows};
use crate::ledger::transaction::{Transaction, TransactionNumber};
use crate::providers::Rules;
use crate::time::TimeMs;

/// What Click is told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// Whether it went well.
    pub verdict: Result<(), Refusal>,
    /// Our number of the attempt, where there is one.
    pub number: Option<TransactionNumber>,
}

impl Answer {
    /// A refusal of something that we have no number for.
    pub const fn refused(refusal: Refusal) -> Self {
        Self { verdict: Err(refusal), number: None }
    }

    const fn about(transaction: &Transaction, verdict: Result<(), Refusal>) -> Self {
        Self { verdict, number: Some(transaction.number) }
    }
}

type Decided = Decision<Answer>;

/// The rows that a call looks at.
pub fn needs(call: &Call) -> Needs {
    let payment = call.payment();
    Needs { order: payment.order_id.clone(), ..Needs::transaction(Provider::Click, payment.id.clone()) }
}

/// Decides on a call.
///
/// The same rows and time always give the same decision; it may be asked more than once for one call.
pub fn decide(call: &Call, rows: &Rows, now: TimeMs, rules: &Rules) -> Decided {
    match call {
        Call::Prepare(payment) => prepare::decide(payment, rows, now, rules),
        Call::Complete { payment, prepare_id } => complete::decide(payment, *prepare_id, rows, now, rules),
    }
}

fn refuse(refusal: Refusal) -> Decided {
    Decision::answer(Answer::refused(refusal))
}

/// Answers about an attempt that is known, without writing.
fn tell(transaction: &Transaction, verdict: Result<(), Refusal>) -> Decided {
    Decision::answer(Answer::about(transaction, verdict))
}

/// The details with the payment's number as Click says it now, where that is another; it may not have had one at first.
fn with_paydoc(transaction: &Transaction, payment: &Payment) -> Result<Option<Details>, NotClicks> {
    let details = ClickDetails::of(transaction)?;
    if details.click_paydoc_id == payment.paydoc_id {
        return Ok(None);
    }
    ClickDetails { click_paydoc_id: payment.paydoc_id, ..details }.keep().map(Some)
}

impl From<NotClicks> for Refusal {
    /// What is stored is damaged: our own fault.
    fn from(_: NotClicks) -> Self {
        Self::System(SystemFault::Store)
    }
}
