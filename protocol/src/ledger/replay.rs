//! What a provider was told of a transaction, read off the journal; and what came of asking its calls again. Each provider asks its
//! own.

use super::journal::{Change, Entry};
use super::order::Order;
use super::rows::{Decision, Rows, Writes};
use super::transaction::{State, Transaction};
use crate::time::TimeMs;

/// What came of asking again.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Replayed {
    /// How many calls were asked again.
    pub asked: u64,
    /// Those that would get another answer.
    pub differing: Vec<Differs>,
}

/// A call that would not get the answer that it got.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Differs {
    /// Which call, as the provider calls it.
    pub method: &'static str,
    /// What the provider was told.
    pub told: String,
    /// What it would be told now.
    pub now: String,
}

/// The transaction as the journal's rows about it say; `None` when none does.
pub(crate) fn told(transaction: &Transaction, journal: &[&Entry]) -> Option<Transaction> {
    let mut told: Option<Transaction> = None;
    for entry in journal {
        let at = entry.at;
        let known = told.as_mut().filter(|told| entry.change.transaction() == Some(told.number));
        match (&entry.change, known) {
            (Change::TransactionCreated(new), _) if new.number == transaction.number => {
                told = Some(Transaction::new(entry.order_id.clone(), new, at));
            }
            (Change::TransactionTakenOver(taken), _) if taken.transaction.number == transaction.number => {
                told = Some(taken.of_order(entry.order_id.clone()));
            }
            (
                Change::TransactionPerformed { details, .. } | Change::TransactionPerformedLate { details, .. },
                Some(told),
            ) => told.enter(State::Performed { perform_time: at }, details),
            (Change::TransactionCancelled { reason, details, .. }, Some(told)) => {
                told.enter(State::Cancelled { cancel_time: at, reason: *reason }, details);
            }
            (Change::TransactionRefunded { reason, details, .. }, Some(told)) => {
                let perform_time = told.state.perform_time()?;
                told.enter(State::Refunded { perform_time, cancel_time: at, reason: *reason }, details);
            }
            (Change::MoneyGivenBack { reason, details, .. }, Some(told)) => {
                let perform_time = told.state.perform_time()?;
                told.enter(State::GivenBack { perform_time, cancel_time: at, reason: *reason }, details);
            }
            (Change::MoneyOwed { details, .. }, Some(told)) => told.enter(State::Owed { perform_time: at }, details),
            (Change::DetailsChanged { details, .. }, Some(told)) => told.details = details.clone(),
            (
                Change::OrderCreated(_)
                | Change::OrderReopened { .. }
                | Change::OrderChosen { .. }
                | Change::OrderCancelled
                | Change::OrderExpired
                | Change::OrderPrinted
                | Change::PrintGranted { .. }
                | Change::ReprintAllowed
                | Change::PrintAwaitsShots { .. }
                | Change::PrintAsked { .. }
                | Change::PrintBegun { .. }
                | Change::PrintProgress { .. }
                | Change::PrintDone
                | Change::PrintFailed { .. }
                | Change::PrintUnknown { .. }
                | Change::PrintClaimOpened { .. }
                | Change::TransactionCreated(_)
                | Change::TransactionPerformed { .. }
                | Change::TransactionPerformedLate { .. }
                | Change::TransactionCancelled { .. }
                | Change::TransactionRefunded { .. }
                | Change::RefundAsked { .. }
                | Change::RefundFailed { .. }
                | Change::MoneyOwed { .. }
                | Change::MoneyGivenBack { .. }
                | Change::DetailsChanged { .. }
                | Change::StatementShown { .. }
                | Change::OrderTakenOver(_)
                | Change::TransactionTakenOver(_),
                _,
            ) => {}
        }
    }
    told
}

/// A call whose answer the journal settles, with that answer.
pub(crate) struct Settled<C, R> {
    /// Which call, as the provider calls it.
    pub(crate) method: &'static str,
    /// The call.
    pub(crate) call: C,
    /// What the provider was told.
    pub(crate) told: R,
}

/// The rows as stored that a call about a transaction finds.
pub(crate) struct Stored<'a> {
    /// The order.
    pub(crate) order: &'a Order,
    /// The transaction.
    pub(crate) transaction: &'a Transaction,
    /// The one that holds the order.
    pub(crate) holder: Option<&'a Transaction>,
}

/// Asks the calls again of the rows as stored, at the time when the transaction was created: none is abandoned then. `words`
/// writes an answer for a finding.
pub(crate) fn ask<C, R>(
    stored: &Stored<'_>,
    told: &Transaction,
    settled: Vec<Settled<C, R>>,
    decide: impl Fn(&C, &Rows, TimeMs) -> Decision<R>,
    words: impl Fn(&R) -> String,
) -> Replayed {
    let rows = Rows {
        transaction: Some(stored.transaction.clone()),
        order: Some(stored.order.clone()),
        holder: stored.holder.cloned(),
        ..Rows::none(told.number)
    };
    let mut replayed = Replayed::default();
    for Settled { method, call, told: expected } in settled {
        let decided = decide(&call, &rows, told.create_time);
        let now = match decided.writes {
            Writes::Nothing => words(&decided.reply),
            Writes::Order { .. } | Writes::Setting { .. } => "another change".to_owned(),
        };
        replayed.compare(method, words(&expected), now);
    }
    replayed
}

impl Replayed {
    /// Takes in one more answer that was asked for again.
    pub(crate) fn compare(&mut self, method: &'static str, told: String, now: String) {
        self.asked = self.asked.saturating_add(1);
        if now != told {
            self.differing.push(Differs { method, told, now });
        }
    }
}

#[cfg(test)]
pub(crate) mod examples {
    //! A payment that begins, is performed and refunded, of any provider.

    use super::super::booth::{Booth, BoothId};
    use super::super::details::Details;
    use super::super::journal::{self, Actor, Change, Entry};
    use super::super::order::{Copies, NewOrder, Order, OrderId};
    use super::super::provider::{Provider, ProviderId};
    use super::super::transaction::{NewTransaction, Reason, Transaction, TransactionNumber};
    use super::Replayed;
    use crate::money::Tiyin;
    use crate::time::TimeMs;

    /// The calls that would get another answer once the stored transaction was changed like this: when the payment has begun,
    /// was performed, was refunded.
    pub(crate) fn differing(
        stories: Vec<(Order, Transaction, Vec<Entry>)>,
        answers: fn(&Order, &Transaction, Option<&Transaction>, &[&Entry]) -> Replayed,
        change: impl Fn(&mut Transaction),
    ) -> Vec<Vec<&'static str>> {
        let calls = |(order, mut transaction, journal): (Order, Transaction, Vec<Entry>)| {
            change(&mut transaction);
            let journal: Vec<&Entry> = journal.iter().collect();
            let holder = Some(&transaction).filter(|it| it.state.holds());
            let replayed = answers(&order, &transaction, holder, &journal);
            assert!(replayed.asked > 0);
            replayed.differing.into_iter().map(|differs| differs.method).collect()
        };
        stories.into_iter().map(calls).collect()
    }

    /// The order, the transaction and the journal when it has begun, was performed, was refunded.
    pub(crate) fn stories(provider: Provider, id: &str, details: &str) -> Vec<(Order, Transaction, Vec<Entry>)> {
        let number = TransactionNumber::new(4);
        let with_reason = details.replacen('{', "{\"reason\":5,", 1);
        let refunded = (provider == Provider::Payme).then(|| Details::new(with_reason));
        let changes = [
            Change::OrderCreated(NewOrder {
                amount: Tiyin::new(500).unwrap(),
                copies: Copies::ONE,
                booth: Booth { id: BoothId::main(), name: "Test".to_owned() },
                chosen: None,
                language: None,
                expires_at: TimeMs::new(900),
            }),
            Change::TransactionCreated(NewTransaction {
                number,
                provider,
                provider_id: ProviderId::parse(id).unwrap(),
                provider_time: TimeMs::new(7),
                amount: Tiyin::new(500).unwrap(),
                details: Details::new(details.to_owned()),
            }),
            Change::TransactionPerformed { number, details: None },
            Change::TransactionRefunded { number, reason: Some(Reason::Refund), details: refunded },
        ];
        let entry = |(version, change): (u32, Change)| Entry {
            order_id: OrderId::parse("a").unwrap(),
            version,
            at: TimeMs::new(i64::from(version) * 100),
            actor: Actor::Provider { provider, proven: true },
            change,
        };
        let entries: Vec<Entry> = (1..).zip(changes).map(entry).collect();
        let story = |rows: usize| {
            let journal = entries[..rows].to_vec();
            let story = journal::fold(&journal).unwrap();
            (story.order.unwrap(), story.transactions[0].clone(), journal)
        };
        (2..=4).map(story).collect()
    }
}
