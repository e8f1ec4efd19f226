//! What Uzum was told, as the journal has it, held against what the stored rows would make us tell it now. For whoever looks at
//! a database that is at rest.

use super::decide::{Reply, Status, TransactionStatus};
use super::details::{self, Payment};
use super::{Call, Refusal, TransId, decide};
use crate::ledger::journal::Entry;
use crate::ledger::order::Order;
use crate::ledger::replay::{self, Replayed, Settled, Stored};
use crate::ledger::rows::Rows;
use crate::ledger::transaction::{Reason, State, Transaction};
use crate::providers::Rules;

/// Asks again every call whose answer the journal settles, of one of Uzum's transactions. `order`, `transaction` and `holder`
/// are the rows as stored; the journal is the order's, from its first row.
pub fn answers(order: &Order, transaction: &Transaction, holder: Option<&Transaction>, journal: &[&Entry]) -> Replayed {
    let Some(told) = replay::told(transaction, journal) else { return Replayed::default() };
    let rules = Rules::default();
    let stored = Stored { order, transaction, holder };
    let ask = |call: &Call, rows: &Rows, at| decide(call, rows, at, &rules);
    replay::ask(&stored, &told, settled(&told), ask, |answer| words(answer, &rules))
}

/// The calls whose answer no later time and no setting changes, with that answer. What his server before knew of Uzum's had
/// other ids: nobody asks about those.
fn settled(told: &Transaction) -> Vec<Settled<Call, Result<Reply, Refusal>>> {
    let Some(id) = TransId::parse(told.provider_id.as_str()) else { return Vec::new() };
    let settled = |call: Call, told| Settled { method: call.operation().name(), call, told };
    let confirm = |refusal| settled(Call::Confirm { id: id.clone(), payment: Payment::default() }, Err(refusal));
    let reverse = |refusal| settled(Call::Reverse { id: id.clone() }, Err(refusal));
    let status = |status, reverse_time| {
        let status = TransactionStatus {
            status,
            trans_time: told.create_time,
            confirm_time: told.state.perform_time(),
            reverse_time,
            amount: told.amount,
            order_id: told.order_id.clone(),
        };
        settled(Call::Status { id: id.clone() }, Ok(Reply::TransactionStatus(status)))
    };
    match told.state {
        State::Created => vec![status(Status::Created, None)],
        State::Performed { .. } | State::Owed { .. } => {
            vec![status(Status::Confirmed, None), confirm(Refusal::AlreadyConfirmed)]
        }
        // Money that comes after our own time ran out may still be taken, as long as Uzum has not taken it back.
        State::Cancelled { reason: Some(Reason::TimedOut), .. } if !details::is_reversed(told) => {
            vec![status(Status::Failed, None)]
        }
        State::Cancelled { reason: Some(Reason::TimedOut), .. } => vec![
            status(Status::Failed, None),
            confirm(Refusal::TransactionCancelled),
            reverse(Refusal::AlreadyReversed),
        ],
        State::Cancelled { cancel_time, .. }
        | State::Refunded { cancel_time, .. }
        | State::GivenBack { cancel_time, .. } => vec![
            status(Status::Reversed, Some(cancel_time)),
            confirm(Refusal::TransactionCancelled),
            reverse(Refusal::AlreadyReversed),
        ],
    }
}

/// An answer for a finding.
fn words(answer: &Result<Reply, Refusal>, rules: &Rules) -> String {
    match answer {
        Ok(Reply::TransactionStatus(it)) => format!(
            "{} (transTime {}, confirmTime {:?}, reverseTime {:?}, {} tiyin for {})",
            it.status.word(),
            it.trans_time.ms(),
            it.confirm_time.map(|time| time.ms()),
            it.reverse_time.map(|time| time.ms()),
            it.amount.tiyin(),
            it.order_id
        ),
        Ok(Reply::Payable { .. } | Reply::Created { .. } | Reply::Confirmed { .. } | Reply::Reversed { .. }) => {
            "another answer".to_owned()
        }
        Err(refusal) => format!("errorCode {}", refusal.code(&rules.uzum).number()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ledger::provider::Provider;
    use crate::ledger::replay::examples;
    use crate::time::TimeMs;

    const ID: &str = "3f1a2b4c-0d5e-4f60-8a7b-9c8d7e6f5a4b";

    fn differing(change: impl Fn(&mut Transaction)) -> Vec<Vec<&'static str>> {
        examples::differing(examples::stories(Provider::Uzum, ID, r#"{"params":{}}"#), answers, change)
    }

    #[test]
    fn rows_answer_as_told_and_a_changed_one_is_noticed() {
        assert_eq!(differing(|_| {}), vec![Vec::<&str>::new(); 3]);
        let paid = differing(|it| it.state = State::Performed { perform_time: TimeMs::new(301) });
        assert_eq!(paid, [vec!["status"], vec!["status"], vec!["status", "confirm", "reverse"]]);
        let earlier = differing(|it| it.create_time = TimeMs::new(199));
        assert_eq!(earlier, vec![vec!["status"]; 3]);
    }
}
