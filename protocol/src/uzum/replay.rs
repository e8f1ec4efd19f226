//! What Uzum was told, as the journal has it, held against what the stored rows would make us tell it now. For whoever looks at
//! a database that is at rest.

use super::decide::{Reply, Status, TransactionStatus};
use super::details::Payment;
use super::{Call, Refusal, TransId, decide};
use crate::ledger::journal::Entry;
use crate::ledger::order::Order;
use crate::ledger::replay::{self, Differs, Replayed};
use crate::ledger::rows::{Rows, Writes};
use crate::ledger::transaction::{Reason, State, Transaction};
use crate::providers::Rules;

/// Asks again every call whose answer the journal settles, of one of Uzum's transactions. `order`, `transaction` and `holder`
/// are the rows as stored; the journal is the order's, from its first row.
pub fn answers(order: &Order, transaction: &Transaction, holder: Option<&Transaction>, journal: &[&Entry]) -> Replayed {
    let mut replayed = Replayed::default();
    let Some(told) = replay::told(transaction, journal) else { return replayed };
    let rules = Rules::default();
    let rows = Rows {
        transaction: Some(transaction.clone()),
        order: Some(order.clone()),
        holder: holder.cloned(),
        ..Rows::none(told.number)
    };
    for (call, expected) in settled(&told) {
        replayed.asked = replayed.asked.saturating_add(1);
        // At the time of its creation no transaction is abandoned.
        let decided = decide(&call, &rows, told.create_time, &rules);
        let now = match decided.writes {
            Writes::Nothing => words(&decided.reply, &rules),
            Writes::Order { .. } | Writes::Setting { .. } => "another change".to_owned(),
        };
        let told = words(&expected, &rules);
        if now != told {
            replayed.differing.push(Differs { method: call.operation().name(), told, now });
        }
    }
    replayed
}

/// The calls whose answer no later time and no setting changes, with that answer. What his server before knew of Uzum's had
/// other ids: nobody asks about those.
fn settled(told: &Transaction) -> Vec<(Call, Result<Reply, Refusal>)> {
    let Some(id) = TransId::parse(told.provider_id.as_str()) else { return Vec::new() };
    let confirm = || Call::Confirm { id: id.clone(), payment: Payment::default() };
    let reverse = || Call::Reverse { id: id.clone() };
    let status = |status, reverse_time| {
        let status = TransactionStatus {
            status,
            trans_time: told.create_time,
            confirm_time: told.state.perform_time(),
            reverse_time,
            amount: told.amount,
            order_id: told.order_id.clone(),
        };
        (Call::Status { id: id.clone() }, Ok(Reply::TransactionStatus(status)))
    };
    match told.state {
        State::Created => vec![status(Status::Created, None)],
        State::Performed { .. } | State::Owed { .. } => {
            vec![status(Status::Confirmed, None), (confirm(), Err(Refusal::AlreadyConfirmed))]
        }
        // Money that comes after our own time ran out may still be taken.
        State::Cancelled { reason: Some(Reason::TimedOut), .. } => {
            vec![status(Status::Failed, None), (reverse(), Err(Refusal::AlreadyReversed))]
        }
        State::Cancelled { cancel_time, .. }
        | State::Refunded { cancel_time, .. }
        | State::GivenBack { cancel_time, .. } => vec![
            status(Status::Reversed, Some(cancel_time)),
            (confirm(), Err(Refusal::TransactionCancelled)),
            (reverse(), Err(Refusal::AlreadyReversed)),
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
        examples::stories(Provider::Uzum, ID, r#"{"params":{}}"#)
            .into_iter()
            .map(|(order, mut transaction, journal)| {
                change(&mut transaction);
                let journal: Vec<&Entry> = journal.iter().collect();
                let holder = Some(&transaction).filter(|it| it.state.holds());
                let replayed = answers(&order, &transaction, holder, &journal);
                assert!(replayed.asked > 0);
                replayed.differing.into_iter().map(|differs| differs.method).collect()
            })
            .collect()
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
