//! Who may ask for which change, and who has proven who he is. A provider's transaction changes only by that provider's own
//! calls; by time: whoever comes next writes down that an abandoned one has ended; and by its wallet's statement, when a person shows
//! it. A payment by UzQR changes by people, because no bank calls us: its customer says at the booth that he has paid, or that he has
//! not; only the booth's staff and a person at the command line make money of that. A code of Uzum's on the screen is let go there, too,
//! by whoever leaves it, and by a person who closes its order.

use super::journal::{Actor, Change};
use super::provider::Provider;
use super::transaction::Reason;

/// Whether an actor may ask for a change of a provider's transaction. What is only about the order moves no money and is
/// anybody's who reaches the booth.
pub fn may_ask(actor: Actor, change: &Change, provider: Provider) -> bool {
    let is_provider = match (provider, actor) {
        (Provider::Uzqr, Actor::Staff | Actor::CommandLine) => true,
        (
            Provider::Uzqr,
            Actor::Provider { .. }
            | Actor::Booth
            | Actor::Api
            | Actor::Sweep
            | Actor::Tasks
            | Actor::Panel
            | Actor::Statement
            | Actor::Import,
        ) => false,
        (
            Provider::Payme | Provider::Click | Provider::Uzum | Provider::UzumQr | Provider::Test,
            Actor::Provider { provider: asking, .. },
        ) => asking == provider,
        (
            Provider::Payme | Provider::Click | Provider::Uzum | Provider::UzumQr | Provider::Test,
            Actor::Booth
            | Actor::Api
            | Actor::Staff
            | Actor::Sweep
            | Actor::Tasks
            | Actor::CommandLine
            | Actor::Panel
            | Actor::Statement
            | Actor::Import,
        ) => false,
    };
    let is_at_booth = matches!(actor, Actor::Booth | Actor::Api);
    let is_customer = provider == Provider::Uzqr && is_at_booth;
    let is_person = matches!(actor, Actor::CommandLine | Actor::Panel);
    // What only waits for its customer ends where its order is closed: at the booth, in the panel, at the command line.
    let may_let_go = matches!(provider, Provider::Uzqr | Provider::UzumQr) && (is_at_booth || is_person);
    let is_statement = actor == Actor::Statement && is_of_wallet(provider);
    match change {
        Change::OrderCreated(_)
        | Change::OrderReopened { .. }
        | Change::OrderChosen { .. }
        | Change::OrderCancelled
        | Change::OrderExpired
        | Change::OrderPrinted
        | Change::PrintGranted { .. }
        | Change::PrintAwaitsShots { .. }
        | Change::PrintAsked { .. }
        | Change::PrintBegun { .. }
        | Change::PrintProgress { .. }
        | Change::PrintDone
        | Change::PrintFailed { .. }
        | Change::PrintUnknown { .. }
        | Change::PrintClaimOpened { .. } => true,
        // That something came out badly, or that a customer gets his money back, is for a person to say.
        Change::ReprintAllowed | Change::RefundAsked { .. } => is_person,
        Change::RefundFailed { .. } => actor == Actor::Tasks,
        Change::TransactionCancelled { reason: Some(Reason::TimedOut), .. } => {
            matches!(actor, Actor::Sweep | Actor::Statement | Actor::Provider { .. })
        }
        Change::TransactionCancelled {
            reason: Some(Reason::Failed | Reason::Refund | Reason::ByHand) | None, ..
        } => is_provider || may_let_go,
        Change::TransactionCreated(_) => is_statement || is_provider || is_customer,
        // No wallet is asked: whoever gives it back has the money in hand.
        Change::TransactionRefunded { .. } if provider == Provider::Uzqr => is_person,
        // Money can be handed back by a person, past the provider.
        Change::MoneyGivenBack { .. } | Change::TransactionRefunded { .. } => is_provider || is_person,
        // Only an import may record what another back end did; a running server never does.
        Change::OrderTakenOver(_) | Change::TransactionTakenOver(_) => actor == Actor::Import,
        // What a statement shows besides is for its wallet to tell.
        Change::StatementShown { .. } => is_statement,
        Change::TransactionPerformed { .. } | Change::TransactionPerformedLate { .. } | Change::MoneyOwed { .. } => {
            is_provider || is_statement
        }
        Change::DetailsChanged { .. } => is_provider,
    }
}

/// Whether a provider gives statements of money that it has.
const fn is_of_wallet(provider: Provider) -> bool {
    match provider {
        Provider::Payme | Provider::Click | Provider::Uzum | Provider::UzumQr => true,
        Provider::Uzqr | Provider::Test => false,
    }
}

/// Whether an actor has proven who it is before it moved money. An unproven payment is one that anybody could have sent: a
/// call to a provider's address while nobody is asked for a key, and a test payment, always.
pub const fn is_proven(actor: Actor) -> bool {
    match actor {
        Actor::Provider { provider: Provider::Test | Provider::Uzqr, .. } => false,
        // A PIN is a proof. That the money came, nobody but staff has seen: [`Provider::is_verified`].
        Actor::Staff => true,
        Actor::Provider { provider: Provider::Payme | Provider::Click | Provider::Uzum | Provider::UzumQr, proven } => {
            proven
        }
        // Whether his server asked for proof, nobody knows here; who takes his word for it is at this computer.
        Actor::Booth
        | Actor::Api
        | Actor::Sweep
        | Actor::Tasks
        | Actor::CommandLine
        | Actor::Panel
        | Actor::Statement
        | Actor::Import => true,
    }
}

/// The journal's words for all actors that have proven nothing.
pub fn unproven_words() -> Vec<&'static str> {
    Actor::ALL.into_iter().filter(|actor| !is_proven(*actor)).map(Actor::word).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ledger::transaction::TransactionNumber;

    const PAYME: Actor = Actor::Provider { provider: Provider::Payme, proven: true };
    const UNPROVEN: Actor = Actor::Provider { provider: Provider::Payme, proven: false };
    const CLICK: Actor = Actor::Provider { provider: Provider::Click, proven: true };
    const UZUM: Actor = Actor::Provider { provider: Provider::Uzum, proven: true };
    const UZUM_QR: Actor = Actor::Provider { provider: Provider::UzumQr, proven: true };
    const TEST: Actor = Actor::Provider { provider: Provider::Test, proven: false };

    fn who(change: &Change, provider: Provider) -> Vec<Actor> {
        Actor::ALL.into_iter().filter(|actor| may_ask(*actor, change, provider)).collect()
    }

    #[test]
    fn nobody_but_a_transactions_own_provider_makes_money_of_it() {
        let number = TransactionNumber::new(1);
        let performed = Change::TransactionPerformed { number, details: None };
        let cancelled = Change::TransactionCancelled { number, reason: None, details: None };
        let timed_out = Change::TransactionCancelled { number, reason: Some(Reason::TimedOut), details: None };
        let given_back = Change::MoneyGivenBack { number, reason: None, details: None };
        assert_eq!(who(&performed, Provider::Payme), [PAYME, UNPROVEN, Actor::Statement]);
        assert_eq!(who(&performed, Provider::Test), [TEST]);
        assert_eq!(who(&cancelled, Provider::Payme), [PAYME, UNPROVEN]);
        let ended_by = who(&timed_out, Provider::Payme);
        assert!([PAYME, CLICK, UZUM, Actor::Sweep].iter().all(|actor| ended_by.contains(actor)), "{ended_by:?}");
        assert!(![Actor::Booth, Actor::Api, Actor::CommandLine].iter().any(|actor| ended_by.contains(actor)));
        let refunded = Change::TransactionRefunded { number, reason: None, details: None };
        for back in [given_back, refunded] {
            assert_eq!(who(&back, Provider::Payme), [PAYME, UNPROVEN, Actor::CommandLine, Actor::Panel]);
        }
        assert_eq!(
            who(&Change::RefundAsked { number, reason: None }, Provider::Click),
            [Actor::CommandLine, Actor::Panel]
        );
        assert_eq!(who(&Change::RefundFailed { number, why: String::new() }, Provider::Click), [Actor::Tasks]);
        assert_eq!(who(&Change::OrderPrinted, Provider::Payme), Actor::ALL);
    }

    #[test]
    fn a_customer_says_that_he_paid_by_uzqr_and_only_staff_make_money_of_it() {
        let number = TransactionNumber::new(1);
        let performed = Change::TransactionPerformed { number, details: None };
        let refunded = Change::TransactionRefunded { number, reason: None, details: None };
        let cancelled = Change::TransactionCancelled { number, reason: None, details: None };
        let people = [Actor::Staff, Actor::CommandLine];
        assert_eq!(who(&performed, Provider::Uzqr), people);
        assert_eq!(who(&refunded, Provider::Uzqr), [Actor::CommandLine, Actor::Panel]);
        let anybody_there = [Actor::Booth, Actor::Api, Actor::Staff, Actor::CommandLine, Actor::Panel];
        assert_eq!(who(&cancelled, Provider::Uzqr), anybody_there);
        assert!(!may_ask(Actor::Staff, &performed, Provider::Payme), "no PIN makes a wallet's money");
    }

    #[test]
    fn a_code_on_the_screen_is_let_go_there_and_only_uzum_makes_money_of_it() {
        let number = TransactionNumber::new(1);
        let performed = Change::TransactionPerformed { number, details: None };
        let cancelled = Change::TransactionCancelled { number, reason: None, details: None };
        assert_eq!(who(&performed, Provider::UzumQr), [UZUM_QR, Actor::Statement]);
        assert_eq!(
            who(&cancelled, Provider::UzumQr),
            [Actor::Booth, Actor::Api, UZUM_QR, Actor::CommandLine, Actor::Panel]
        );
        assert!(!may_ask(UZUM, &performed, Provider::UzumQr) && !may_ask(UZUM_QR, &performed, Provider::Uzum));
    }

    #[test]
    fn only_a_key_proves_and_a_test_payment_never_does() {
        let proven: Vec<Actor> = Actor::ALL.into_iter().filter(|actor| is_proven(*actor)).collect();
        let at_this_computer = [
            Actor::Staff,
            Actor::Sweep,
            Actor::Tasks,
            Actor::CommandLine,
            Actor::Panel,
            Actor::Statement,
            Actor::Import,
        ];
        let expected =
            [[Actor::Booth, Actor::Api].as_slice(), &[PAYME, CLICK, UZUM, UZUM_QR], &at_this_computer].concat();
        assert_eq!(proven, expected);
        assert_eq!(unproven_words(), ["payme_unproven", "click_unproven", "uzum_unproven", "test"]);
    }
}
