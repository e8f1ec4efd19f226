//! The tax receipt of a payment by Click: what was sold is told to Click once the order is paid, by a task, and what came of it is kept
//! with the transaction (`reference/click.md §2.10`).
//!
//! | transaction | Click has the items | what is recorded |
//! |---|---|---|
//! | performed | for the first time, or with an address that we did not know | that it has them, and the receipt's address if it gives one |
//! | performed | as we know | nothing |
//! | any other | | nothing: there is nothing sold |

use super::details::{ClickDetails, Receipt};
use crate::ledger::journal::Change;
use crate::ledger::provider::{Provider, ProviderId};
use crate::ledger::rows::{Decision, Rows};
use crate::ledger::task::{NewTask, TaskKey, TaskKind, TaskTarget};
use crate::ledger::transaction::{State, Transaction};
use crate::time::TimeMs;
use serde::{Deserialize, Serialize};

/// Whose receipt it is: the payload of a task. Everything else is read anew at each attempt.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReceiptOf {
    /// The provider's id of the transaction.
    pub id: ProviderId,
}

impl ReceiptOf {
    /// Reads a task's payload.
    pub fn read(payload: &str) -> Option<Self> {
        serde_json::from_str(payload).ok()
    }
}

/// The task that has a transaction's receipt made.
pub(crate) fn task(transaction: &Transaction, at: TimeMs) -> Option<NewTask> {
    let id = transaction.provider_id.clone();
    Some(NewTask {
        key: TaskKey::of("receipt", &[Provider::Click.word(), id.as_str()]),
        kind: TaskKind::Receipt,
        target: TaskTarget::parse(Provider::Click.word()).ok()?,
        order_id: Some(transaction.order_id.clone()),
        payload: serde_json::to_string(&ReceiptOf { id }).ok()?,
        created_at: at,
    })
}

/// Records that Click has the items. The reply says whether that was new.
pub fn made(url: Option<String>, rows: &Rows, now: TimeMs) -> Decision<bool> {
    let sold = rows.transaction.as_ref().filter(|transaction| matches!(transaction.state, State::Performed { .. }));
    let noted = sold.and_then(|transaction| {
        let details = ClickDetails::of(transaction).ok()?;
        // An address that is known stays, whatever Click says later.
        let known = details.receipt.as_ref().and_then(|receipt| receipt.url.clone());
        let receipt = Some(Receipt { url: known.or(url) });
        let is_new = details.receipt != receipt;
        let details = ClickDetails { receipt, ..details }.keep().ok().filter(|_| is_new)?;
        Some((transaction, details))
    });
    match noted {
        Some((transaction, details)) => {
            let changes = vec![Change::DetailsChanged { number: transaction.number, details }];
            Decision::change(transaction.order_id.clone(), rows.at(now), changes, true)
        }
        None => Decision::answer(false),
    }
}
