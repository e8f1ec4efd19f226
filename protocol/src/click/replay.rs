//! What Click was told, as the journal has it, held against what the stored rows would make us tell it now. For whoever looks at
//! a database that is at rest.

use super::details::ClickDetails;
use super::{Answer, Call, Payment, Refusal, decide};
use crate::ledger::journal::Entry;
use crate::ledger::order::Order;
use crate::ledger::replay::{self, Differs, Replayed};
use crate::ledger::rows::{Rows, Writes};
use crate::ledger::transaction::{Reason, State, Transaction};
use crate::providers::Rules;

/// A negative error, as Click gives it when a customer's bank refuses.
const GIVEN_UP: i64 = -5017;

/// Asks again every call whose answer the journal settles, of one of Click's transactions. `order`, `transaction` and `holder`
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
    for (method, call, verdict) in settled(&told) {
        replayed.asked = replayed.asked.saturating_add(1);
        // At the time of its creation no attempt is abandoned.
        let decided = decide(&call, &rows, told.create_time, &rules);
        let now = match decided.writes {
            Writes::Nothing => words(&decided.reply, &rules),
            Writes::Order { .. } | Writes::Setting { .. } => "another change".to_owned(),
        };
        let told = words(&Answer { verdict, number: Some(told.number) }, &rules);
        if now != told {
            replayed.differing.push(Differs { method, told, now });
        }
    }
    replayed
}

/// The calls whose answer no later time and no setting changes, with that answer. None when the journal's own details are not
/// Click's.
fn settled(told: &Transaction) -> Vec<(&'static str, Call, Result<(), Refusal>)> {
    let Ok(details) = ClickDetails::of(told) else { return Vec::new() };
    let payment = |error| Payment {
        id: told.provider_id.clone(),
        click_trans_id: details.click_trans_id,
        service_id: details.service_id,
        paydoc_id: details.click_paydoc_id,
        order_id: Some(told.order_id.clone()),
        amount: Some(told.amount),
        error,
        time: told.provider_time,
    };
    let prepare_id = told.number.get();
    let prepare = || Call::Prepare(payment(0));
    let complete = |error| Call::Complete { payment: payment(error), prepare_id };
    match told.state {
        State::Created => vec![("Prepare", prepare(), Ok(()))],
        State::Performed { .. } | State::Owed { .. } => {
            vec![("Prepare", prepare(), Err(Refusal::Confirmed)), ("Complete", complete(0), Err(Refusal::Confirmed))]
        }
        // Money that comes after our own time ran out may still be taken.
        State::Cancelled { reason: Some(Reason::TimedOut), .. } => vec![
            ("Prepare", prepare(), Err(Refusal::Cancelled)),
            ("Complete", complete(GIVEN_UP), Err(Refusal::Cancelled)),
        ],
        State::Cancelled { .. } | State::Refunded { .. } | State::GivenBack { .. } => vec![
            ("Prepare", prepare(), Err(Refusal::Cancelled)),
            ("Complete", complete(0), Err(Refusal::Cancelled)),
            ("Complete", complete(GIVEN_UP), Err(Refusal::Cancelled)),
        ],
    }
}

/// An answer for a finding.
fn words(answer: &Answer, rules: &Rules) -> String {
    let code = match &answer.verdict {
        Ok(()) => 0,
        Err(refusal) => refusal.code(&rules.click).number(),
    };
    match answer.number {
        Some(number) => format!("error {code} for number {number}"),
        None => format!("error {code}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ledger::provider::Provider;
    use crate::ledger::replay::examples;
    use crate::time::TimeMs;

    const DETAILS: &str = r#"{"service_id":5,"click_trans_id":77,"click_paydoc_id":78}"#;

    fn differing(change: impl Fn(&mut Transaction)) -> Vec<Vec<&'static str>> {
        examples::stories(Provider::Click, "5:77", DETAILS)
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
    fn rows_answer_as_told_and_a_changed_state_is_noticed() {
        assert_eq!(differing(|_| {}), vec![Vec::<&str>::new(); 3]);
        let paid = differing(|it| it.state = State::Performed { perform_time: TimeMs::new(300) });
        assert_eq!(paid, [vec!["Prepare"], vec![], vec!["Prepare", "Complete", "Complete"]]);
        let waits = differing(|it| it.state = State::Created);
        assert_eq!(waits[1], ["Prepare", "Complete"]);
    }
}
