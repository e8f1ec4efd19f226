//! Whose word moves money: a provider's transaction changes only by that provider's own calls, and by time.

use crate::journal::{Actor, Change};
use crate::transaction::Provider;

/// Whether an actor may have asked for a change of a provider's transaction. What is only about the order moves no money
/// and is anybody's who reaches the booth.
pub fn may(actor: Actor, change: &Change, provider: Provider) -> bool {
    let is_provider = match provider {
        Provider::Payme => matches!(actor, Actor::Payme | Actor::PaymeUnproven),
        Provider::Test => actor == Actor::TestPayment,
    };
    match change {
        Change::OrderCreated { .. }
        | Change::OrderReopened { .. }
        | Change::OrderCancelled
        | Change::OrderExpired
        | Change::OrderPrinted
        | Change::PrintGranted { .. } => true,
        // That something came out badly is for a person to say.
        Change::ReprintAllowed => actor == Actor::CommandLine,
        Change::TransactionCancelled { .. } => is_provider || actor == Actor::Sweep,
        Change::TransactionCreated { .. }
        | Change::TransactionPerformed { .. }
        | Change::TransactionRefunded { .. }
        | Change::FiscalDataSet { .. } => is_provider,
    }
}

/// Whether an actor has proven who it is before it moved money.
pub const fn is_proven(actor: Actor) -> bool {
    match actor {
        Actor::PaymeUnproven | Actor::TestPayment => false,
        Actor::Booth | Actor::Api | Actor::Payme | Actor::Sweep | Actor::CommandLine => true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::transaction::TransactionNumber;

    #[test]
    fn nobody_but_a_transactions_own_provider_makes_money_of_it() {
        let number = TransactionNumber::new(1);
        let performed = Change::TransactionPerformed { number };
        let cancelled = Change::TransactionCancelled { number, reason: 4 };
        let who = |change: &Change, provider| -> Vec<Actor> {
            Actor::ALL.into_iter().filter(|actor| may(*actor, change, provider)).collect()
        };
        assert_eq!(who(&performed, Provider::Payme), [Actor::Payme, Actor::PaymeUnproven]);
        assert_eq!(who(&performed, Provider::Test), [Actor::TestPayment]);
        assert_eq!(who(&cancelled, Provider::Payme), [Actor::Payme, Actor::PaymeUnproven, Actor::Sweep]);
        assert_eq!(who(&Change::OrderPrinted, Provider::Payme), Actor::ALL);
    }
}
