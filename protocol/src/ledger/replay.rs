//! What a provider was told of a transaction, read off the journal; and what came of asking its calls again. Each provider asks its
//! own.

use super::journal::{Change, Entry};
use super::transaction::{State, Transaction, TransactionNumber};

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
        let known = told.as_mut().filter(|told| is_about(&entry.change, told.number));
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
                | Change::OrderTakenOver(_)
                | Change::TransactionTakenOver(_),
                _,
            ) => {}
        }
    }
    told
}

fn is_about(change: &Change, wanted: TransactionNumber) -> bool {
    match change {
        Change::TransactionPerformed { number, .. }
        | Change::TransactionPerformedLate { number, .. }
        | Change::TransactionCancelled { number, .. }
        | Change::TransactionRefunded { number, .. }
        | Change::MoneyOwed { number, .. }
        | Change::MoneyGivenBack { number, .. }
        | Change::DetailsChanged { number, .. } => *number == wanted,
        Change::OrderCreated(_)
        | Change::OrderReopened { .. }
        | Change::OrderChosen { .. }
        | Change::OrderCancelled
        | Change::OrderExpired
        | Change::OrderPrinted
        | Change::PrintGranted { .. }
        | Change::ReprintAllowed
        | Change::PrintAsked { .. }
        | Change::PrintBegun { .. }
        | Change::PrintProgress { .. }
        | Change::PrintDone
        | Change::PrintFailed { .. }
        | Change::PrintUnknown { .. }
        | Change::PrintClaimOpened { .. }
        | Change::RefundAsked { .. }
        | Change::RefundFailed { .. }
        | Change::OrderTakenOver(_)
        | Change::TransactionTakenOver(_)
        | Change::TransactionCreated(_) => false,
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
    use crate::money::Tiyin;
    use crate::time::TimeMs;

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
