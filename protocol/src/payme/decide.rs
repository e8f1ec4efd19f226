//! What each call does: one decision table per method, in the order of `reference/payme.md §2`.

mod cancel;
mod check;
mod check_perform;
mod create;
mod fiscal;
mod password;
mod perform;

use super::auth::Keys;
use super::details::NotPaymes;
use super::{Call, Refusal, SystemFault, found, key};
use crate::ledger::holder::NotPayable;
use crate::ledger::order::Order;
use crate::ledger::provider::Provider;
use crate::ledger::rows::{Decision, Needs, Rows};
use crate::ledger::transaction::{Transaction, TransactionNumber};
use crate::providers::{self, Rules};
use crate::time::TimeMs;

/// What Payme is told when its call is accepted. A statement is not here: it is a reading of many rows, not a decision.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reply {
    /// The order may be paid.
    Allow(Order),
    /// The transaction, created now or before.
    Created(Transaction),
    /// The transaction is performed.
    Performed {
        /// Our number.
        transaction: TransactionNumber,
        /// When, the first time.
        perform_time: TimeMs,
    },
    /// The transaction is cancelled.
    Cancelled {
        /// Our number.
        transaction: TransactionNumber,
        /// When, the first time.
        cancel_time: TimeMs,
        /// -1 or -2.
        state: i64,
    },
    /// What has become of the transaction.
    Checked {
        /// The transaction.
        transaction: Transaction,
        /// Payme's reason code, once it is cancelled.
        reason: Option<i64>,
    },
    /// Done.
    Success,
}

/// What a decision on a call gives.
type Decided = Decision<Result<Reply, Refusal>>;

/// The rows that a call looks at.
pub fn needs(call: &Call) -> Needs {
    let transaction = |id: &_| Needs::transaction(Provider::Payme, Clone::clone(id));
    match call {
        Call::CheckPerform { account, .. } => Needs { order: account.order_id.clone(), ..Needs::default() },
        Call::Create { id, account, .. } => Needs { order: account.order_id.clone(), ..transaction(id) },
        Call::Perform { id } | Call::Cancel { id, .. } | Call::Check { id } | Call::SetFiscalData { id, .. } => {
            transaction(id)
        }
        Call::Statement(_) => Needs::default(),
        Call::ChangePassword { .. } => Needs::setting(key::setting_name()),
    }
}

/// Whether deciding on a call may write. The others are answered from a read-only connection.
pub fn writes(call: &Call) -> bool {
    match call {
        Call::CheckPerform { .. } | Call::Check { .. } | Call::Statement(_) => false,
        Call::Create { .. }
        | Call::Perform { .. }
        | Call::Cancel { .. }
        | Call::SetFiscalData { .. }
        | Call::ChangePassword { .. } => true,
    }
}

/// Decides on a call. `keys` are there when the caller had to prove itself; only ChangePassword looks at them.
///
/// The same rows and time always give the same decision; it may be asked more than once for one call.
pub fn decide(call: &Call, rows: &Rows, now: TimeMs, rules: &Rules, keys: Option<&Keys>) -> Decided {
    match call {
        Call::CheckPerform { amount, account } => check_perform::decide(*amount, account, rows, now, rules),
        Call::Create { id, time, amount, account } => {
            create::decide(&create::Asked { id, time: *time, amount: *amount, account }, rows, now, rules)
        }
        Call::Perform { .. } => perform::decide(rows, now, rules),
        Call::Cancel { reason, .. } => cancel::decide(*reason, rows, now, &rules.payme),
        Call::Check { .. } => check::decide(rows),
        Call::Statement(_) => Decision::answer(Err(Refusal::System(SystemFault::Bug))),
        Call::SetFiscalData { document, data, .. } => fiscal::decide(*document, data, rows, now),
        Call::ChangePassword { password } => password::decide(password, keys, rows, now),
    }
}

/// Ends a transaction that a call has found abandoned, and refuses the call (-31008).
fn refuse_abandoned(transaction: &Transaction, rows: &Rows, now: TimeMs) -> Decided {
    let changes = vec![providers::end(transaction)];
    Decision::change(transaction.order_id.clone(), rows.at(now), changes, Err(Refusal::WrongState))
}

impl From<NotPaymes> for Refusal {
    /// What is stored is damaged: our own fault, never an answer that Payme would take for final.
    fn from(_: NotPaymes) -> Self {
        Self::System(SystemFault::Store)
    }
}

impl From<NotPayable> for Refusal {
    /// `reference/payme.md §2.2` steps 5 and 6; existence and amount come before.
    fn from(why: NotPayable) -> Self {
        match why {
            NotPayable::Busy => Self::OrderBusy,
            NotPayable::Paid => Self::OrderPaid,
            NotPayable::Cancelled => Self::OrderCancelled,
            NotPayable::Expired => Self::OrderExpired,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ledger::period::Period;
    use crate::ledger::provider::ProviderId;
    use crate::payme::details::FiscalDocument;
    use crate::payme::{Account, AskedAmount};
    use crate::secret::Secret;

    #[test]
    fn reading_calls_are_known_as_such() {
        let id = || ProviderId::parse("p").unwrap();
        let account = || Account { json: "{}".to_owned(), order_id: None };
        let (amount, time) = (AskedAmount(None), TimeMs::new(1));
        let document = FiscalDocument::Perform;
        let calls = [
            (Call::CheckPerform { amount, account: account() }, false),
            (Call::Create { id: id(), time, amount, account: account() }, true),
            (Call::Perform { id: id() }, true),
            (Call::Cancel { id: id(), reason: 1 }, true),
            (Call::Check { id: id() }, false),
            (Call::Statement(Period { from: time, to: time }), false),
            (Call::SetFiscalData { id: id(), document, data: "{}".to_owned() }, true),
            (Call::ChangePassword { password: Secret::new("key").unwrap() }, true),
        ];
        for (call, may_write) in calls {
            assert_eq!(writes(&call), may_write, "{call:?}");
        }
    }
}
