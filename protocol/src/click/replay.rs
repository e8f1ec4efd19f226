//! What Click was told, as the journal has it, held against what the stored rows would make us tell it now. For whoever looks at
//! a database that is at rest.

use super::details::ClickDetails;
use super::{Answer, Call, Payment, Refusal, decide};
use crate::ledger::journal::Entry;
use crate::ledger::order::Order;
use crate::ledger::replay::{self, Replayed, Settled, Stored};
use crate::ledger::rows::Rows;
use crate::ledger::transaction::{Reason, State, Transaction};
use crate::providers::Rules;

/// A negative error, as Click gives it when a customer's bank refuses.
const GIVEN_UP: i64 = -5017;

/// Asks again every call whose answer the journal settles, of one of Click's transactions. `order`, `transaction` and `holder`
/// are the rows as stored; the journal is the order's, from its first row.
pub fn answers(order: &Order, transaction: &Transaction, holder: Option<&Transaction>, journal: &[&Entry]) -> Replayed {
    let Some(told) = replay::told(transaction, journal) else { return Replayed::default() };
    let rules = Rules::default();
    let stored = Stored { order, transaction, holder };
    let ask = |call: &Call, rows: &Rows, at| decide(call, rows, at, &rules);
    replay::ask(&stored, &told, settled(&told), ask, |answer| words(answer, &rules))
}

/// The calls whose answer no later time and no setting changes, with that answer. None when the journal's own details are not
/// Click's.
fn settled(told: &Transaction) -> Vec<Settled<Call, Answer>> {
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
    let answer = |verdict| Answer { verdict, number: Some(told.number) };
    let prepare = |verdict| Settled { method: "Prepare", call: Call::Prepare(payment(0)), told: answer(verdict) };
    let complete = |error, refusal| {
        let call = Call::Complete { payment: payment(error), prepare_id };
        Settled { method: "Complete", call, told: answer(Err(refusal)) }
    };
    match told.state {
        State::Created => vec![prepare(Ok(()))],
        State::Performed { .. } | State::Owed { .. } => {
            vec![prepare(Err(Refusal::Confirmed)), complete(0, Refusal::Confirmed)]
        }
        // Money that comes after our own time ran out may still be taken, as long as Click has not given it up as well.
        State::Cancelled { reason: Some(Reason::TimedOut), .. } if details.given_up.is_none() => {
            vec![prepare(Err(Refusal::Cancelled))]
        }
        State::Cancelled { .. } | State::Refunded { .. } | State::GivenBack { .. } => vec![
            prepare(Err(Refusal::Cancelled)),
            complete(0, Refusal::Cancelled),
            complete(GIVEN_UP, Refusal::Cancelled),
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
        examples::differing(examples::stories(Provider::Click, "5:77", DETAILS), answers, change)
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
