//! Uzum's suite is itself tested: a right merchant passes everything, and each wrong one is caught by the rule that names
//! its mistake.

use super::merchant::{LOGIN, PASSWORD, SERVICE, Server};
use super::mistakes::Mistake;
use crate::support::verdicts::{assert_caught, assert_one_cause, broken, skipped};
use boothpay_sandbox::suite::orders::{AccountShape, Source};
use boothpay_sandbox::suite::report::{Language, Paint, text};
use boothpay_sandbox::suite::{self, Report, Restart};
use boothpay_sandbox::uzum::{Settings, handbook, run};
use boothpay_sandbox::wire::{Target, Trust};
use std::sync::Arc;
use std::time::Duration;

fn settings(server: &Server) -> Settings {
    let url: reqwest::Url = server.url.parse().unwrap();
    let merchant = Arc::clone(&server.merchant);
    let common = suite::Settings {
        source: Source::boothpay(url.clone(), "uzum", Duration::from_secs(10), Trust::Known).unwrap(),
        shape: AccountShape { field: "account".to_owned(), extra: serde_json::Map::new(), cumulative: false },
        amount: 1_000_000,
        seed: 1,
        only: vec![],
        skip: vec![],
        restart: Restart::Hook(Arc::new(move || merchant.restart())),
        rounds: 4,
        look_first: false,
        trust: Trust::Known,
        interrupt: Arc::default(),
        pause: Duration::from_millis(5),
        timeout: Duration::from_secs(10),
        target: Target { url, login: LOGIN.to_owned(), key: Some(PASSWORD.to_owned()) },
    };
    Settings { common, service: SERVICE }
}

async fn play(settings: Settings) -> Report {
    run(settings, &mut |_, _, _| {}).await.unwrap()
}

fn words(report: &Report) -> String {
    text(report, Paint::Plain, Language::English, &handbook())
}

#[tokio::test]
async fn a_right_merchant_keeps_every_rule() {
    for errors_are_numbers in [false, true] {
        let server = Server::start(None, errors_are_numbers).await;
        let mut settings = settings(&server);
        settings.common.look_first = true;
        let report = play(settings).await;
        assert!(broken(&report).is_empty(), "{}", words(&report));
        assert!(skipped(&report).is_empty(), "{:?}", skipped(&report));
        assert!(!words(&report).contains(PASSWORD));
    }
}

#[tokio::test]
async fn each_mistake_is_caught_by_the_rule_that_names_it() {
    let mut runs = tokio::task::JoinSet::new();
    for mistake in Mistake::ALL {
        runs.spawn(async move {
            let server = Server::start(Some(*mistake), false).await;
            let mut settings = settings(&server);
            settings.common.only = vec![mistake.rule().to_owned()];
            (format!("{mistake:?}"), mistake.rule(), play(settings).await)
        });
    }
    assert_caught(runs.join_all().await, &handbook());
    assert!(Mistake::ALL.len() >= 70, "a mistake was lost");
}

/// A fault that shows in many places is one cause; the rest of the run is kept, the same, or blocked by it.
#[tokio::test]
async fn one_fault_is_one_cause() {
    let faults =
        [Mistake::Http401, Mistake::SwappedCodes, Mistake::SumInSoum, Mistake::ConfirmFails, Mistake::HtmlType];
    let mut runs = tokio::task::JoinSet::new();
    for fault in faults {
        runs.spawn(async move {
            let server = Server::start(Some(fault), false).await;
            let mut settings = settings(&server);
            settings.common.rounds = 1;
            (format!("{fault:?}"), fault.rule(), play(settings).await)
        });
    }
    assert_one_cause(runs.join_all().await, &handbook());
}
