//! The simulator agrees with a right server whatever happens on the line, and finds each kind of lie.

use crate::support::merchant::{KEY, Merchant};
use crate::support::mistakes::Mistake;
use crate::support::verdicts::english_lines;
use boothpay_sandbox::payme::handbook;
use boothpay_sandbox::payme::simulator::{self, Outcome, Session, Settings};
use boothpay_sandbox::suite::orders::{AccountShape, Source};
use boothpay_sandbox::suite::report::Language;
use boothpay_sandbox::suite::{Interrupt, Limit};
use boothpay_sandbox::wire::{Target, Trust};
use std::time::Duration;

const CUSTOMERS: u64 = 300;

fn text(outcome: &Outcome) -> String {
    simulator::text(outcome, Language::English, &handbook())
}

fn session(merchant: &Merchant, seed: u64, faults_percent: u64) -> Session {
    let target = Target { url: merchant.url.parse().unwrap(), login: "Paycom".to_owned(), key: Some(KEY.to_owned()) };
    let cumulative = merchant.shop.cumulative;
    Session::new(Settings {
        source: Source::boothpay(target.url.clone(), "payme", Duration::from_secs(10), Trust::Known).unwrap(),
        shape: AccountShape { field: "order_id".to_owned(), extra: serde_json::Map::new(), cumulative },
        amount: 1_000_000,
        seed,
        connections: 8,
        faults_percent,
        timeout: Duration::from_secs(10),
        trust: Trust::Known,
        interrupt: Interrupt::default(),
        target,
    })
    .unwrap()
}

async fn traffic(mistake: Option<Mistake>, cumulative: bool) -> Outcome {
    let merchant = Merchant::start(mistake, Some(KEY), cumulative).await;
    let mut session = session(&merchant, 7, 40);
    session.load(Limit::Customers(CUSTOMERS)).await;
    session.audit().await
}

#[tokio::test]
async fn a_right_server_agrees_with_everything_it_acknowledged() {
    for cumulative in [false, true] {
        let outcome = traffic(None, cumulative).await;
        assert!(outcome.findings.is_empty(), "{}", text(&outcome));
        assert_eq!(outcome.tally.customers, CUSTOMERS);
        assert_eq!(outcome.tally.paid + outcome.tally.refunded + outcome.tally.unpaid, CUSTOMERS);
        // The run was worth something: every fault was played, money was paid, and everything was read back.
        assert_eq!(outcome.tally.faults.len(), 5, "{:?}", outcome.tally.faults);
        assert!(outcome.tally.paid > 0 && outcome.tally.refunded > 0 && outcome.tally.unpaid > 0);
        assert!(outcome.audit.listed > 200 && outcome.audit.acknowledged_tiyin > 0);
        assert_eq!(outcome.audit.acknowledged_tiyin, outcome.audit.statement_tiyin);
    }
}

#[tokio::test]
async fn every_lie_is_found() {
    let lies = [
        (Mistake::Forgets, "wrong answer to PerformTransaction"),
        (Mistake::RaceTwoWinners, "wrong answer to CreateTransaction"),
        (Mistake::RacePerformTwice, "wrong answer to PerformTransaction"),
        (Mistake::PerformTimeFromClock, "wrong answer to PerformTransaction"),
        (Mistake::SecondLives, "an order was paid twice"),
        (Mistake::TakesOver, "wrong answer to CreateTransaction"),
        (Mistake::CancelOverwrites, "wrong answer to CancelTransaction"),
        (Mistake::ReasonFixed, "CheckTransaction disagrees with what was acknowledged"),
        (Mistake::PerformTimeLost, "wrong answer to CheckTransaction"),
        (Mistake::CreatesBeforeAuth, "the statement lists a transaction that was refused"),
        (Mistake::PerformsBeforeAuth, "wrong answer to CancelTransaction"),
        (Mistake::OnlyPerformed, "the statement lacks a transaction that was acknowledged"),
        (Mistake::InsertionOrder, "the statement is not in order"),
        (Mistake::BoundIgnored, "the statement reaches beyond its period"),
        (Mistake::FloatAmount, "money is not conserved"),
        (Mistake::AccountMadeUp, "the statement has another value than was sent"),
        (Mistake::StatementDiffers, "the statement disagrees with what was acknowledged"),
        (Mistake::RefusedListed, "the statement lists a transaction that was refused"),
    ];
    for (lie, what) in lies {
        let outcome = traffic(Some(lie), false).await;
        let found = outcome.findings.iter().any(|finding| finding.what == what);
        assert!(found, "{lie:?} should give `{what}`, gave {}", text(&outcome));
        for language in [Language::Russian, Language::Uzbek] {
            let left = english_lines(&simulator::text(&outcome, language, &handbook()));
            assert!(left.is_empty(), "{lie:?}: {left:?}");
        }
    }
}

#[tokio::test]
async fn a_seed_repeats_its_customers_on_any_number_of_rounds() {
    let merchant = Merchant::start(None, Some(KEY), false).await;
    let mut faults = Vec::new();
    for rounds in [1, 2] {
        let mut session = session(&merchant, 11, 30);
        for _ in 0..rounds {
            session.load(Limit::Customers(100 / rounds)).await;
        }
        faults.push(session.audit().await.tally.faults);
    }
    assert_eq!(faults[0], faults[1]);
}

#[tokio::test]
async fn the_plain_load_has_no_faults_and_ends_in_time() {
    let merchant = Merchant::start(None, Some(KEY), false).await;
    let mut session = session(&merchant, 1, 0);
    session.load(Limit::Duration(Duration::from_millis(200))).await;
    let outcome = session.audit().await;
    assert!(outcome.findings.is_empty() && outcome.tally.faults.is_empty(), "{}", text(&outcome));
    assert_eq!(outcome.tally.paid, outcome.tally.customers);
    assert!(outcome.tally.customers > 0 && outcome.took < Duration::from_secs(5));
}

#[tokio::test]
async fn a_server_that_sends_no_id_is_played_and_told() {
    let outcome = traffic(Some(Mistake::IdMissing), false).await;
    assert!(outcome.findings.is_empty(), "{}", text(&outcome));
    assert!(outcome.without_id > 0 && text(&outcome).contains("PAYME-RPC-15"));
}

#[tokio::test]
async fn findings_are_grouped_and_an_early_end_is_told() {
    let outcome = traffic(Some(Mistake::PerformTimeFromClock), false).await;
    let written = text(&outcome);
    assert!(written.contains("WRONG  wrong answer to PerformTransaction ("), "{written}");
    assert_eq!(outcome.trouble.is_some(), outcome.findings.len() >= 100, "{written}");
}
