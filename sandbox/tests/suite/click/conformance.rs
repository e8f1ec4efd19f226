//! Click's suite is itself tested: a right shop passes everything, and each wrong one is caught by the rule that names its
//! mistake.

use super::mistakes::Mistake;
use super::shop::{SECRET, SERVICE, Server};
use crate::support::verdicts::{assert_caught, assert_one_cause, broken, skipped};
use boothpay_sandbox::click::{Settings, handbook, run};
use boothpay_sandbox::suite::orders::{AccountShape, Source};
use boothpay_sandbox::suite::report::{Language, Paint, text};
use boothpay_sandbox::suite::{self, Report, Restart};
use boothpay_sandbox::wire::{Target, Trust};
use std::sync::Arc;
use std::time::Duration;

fn settings(server: &Server, one_address: bool) -> Settings {
    let at = |path: &str| format!("{}{}", server.url, if one_address { "" } else { path }).parse().unwrap();
    let (prepare, complete): (reqwest::Url, reqwest::Url) = (at("/prepare"), at("/complete"));
    let shop = Arc::clone(&server.shop);
    let common = suite::Settings {
        source: Source::boothpay(prepare.clone(), "click", Duration::from_secs(10), Trust::Known).unwrap(),
        shape: AccountShape { field: "order_id".to_owned(), extra: serde_json::Map::new(), cumulative: false },
        amount: 1_000_000,
        seed: 1,
        only: vec![],
        skip: vec![],
        restart: Restart::Hook(Arc::new(move || shop.restart())),
        rounds: 4,
        look_first: false,
        trust: Trust::Known,
        interrupt: Arc::default(),
        pause: Duration::from_millis(5),
        timeout: Duration::from_secs(10),
        target: Target { url: prepare, login: String::new(), key: Some(SECRET.to_owned()) },
    };
    Settings { common, service: SERVICE.to_owned(), complete }
}

async fn play(settings: Settings) -> Report {
    run(settings, &mut |_, _, _| {}).await.unwrap()
}

fn words(report: &Report) -> String {
    text(report, Paint::Plain, Language::English, &handbook())
}

#[tokio::test]
async fn a_right_shop_keeps_every_rule() {
    for one_address in [false, true] {
        let server = Server::start(None).await;
        let mut settings = settings(&server, one_address);
        settings.common.look_first = true;
        let report = play(settings).await;
        assert!(broken(&report).is_empty(), "{}", words(&report));
        let not = if one_address { vec!["CLICK-FIELD-08", "CLICK-FIELD-09"] } else { vec![] };
        assert_eq!(skipped(&report), not);
        assert!(!words(&report).contains(SECRET));
    }
}

#[tokio::test]
async fn each_mistake_is_caught_by_the_rule_that_names_it() {
    let mut runs = tokio::task::JoinSet::new();
    for mistake in Mistake::ALL {
        runs.spawn(async move {
            let server = Server::start(Some(*mistake)).await;
            let mut settings = settings(&server, false);
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
    let faults = [
        Mistake::PrepareUnsigned,
        Mistake::SampleMinusFour,
        Mistake::IdIsText,
        Mistake::PriceInTiyin,
        Mistake::CompleteFails,
        Mistake::RepeatSucceeds,
        Mistake::CompleteAnySum,
        Mistake::ErrorIsText,
        Mistake::MissingCrashes,
        Mistake::RevivesCancelled,
    ];
    let mut runs = tokio::task::JoinSet::new();
    for fault in faults {
        runs.spawn(async move {
            let server = Server::start(Some(fault)).await;
            let mut settings = settings(&server, false);
            settings.common.rounds = 1;
            (format!("{fault:?}"), fault.rule(), play(settings).await)
        });
    }
    assert_one_cause(runs.join_all().await, &handbook());
}

/// The line for a shell makes the signature from the secret in the environment, and never holds it.
#[tokio::test]
async fn a_report_shows_no_signature_but_how_to_make_it() {
    let server = Server::start(Some(Mistake::CompleteFails)).await;
    let mut settings = settings(&server, false);
    settings.common.only = vec!["COMPLETE-01".to_owned()];
    let report = play(settings).await;
    let evidence = report.results[0].evidence().unwrap();
    assert!(evidence.request.contains("sign_string=<the right signature>"), "{}", evidence.request);
    let line = evidence.curl.clone().unwrap();
    assert!(line.contains("md5sum") && !line.contains(SECRET), "{line}");
    // What the shell sends is what the suite sent: the shop's answer is the same.
    let ran = tokio::process::Command::new("sh").arg("-c").arg(&line).env("KEY", SECRET).output().await;
    if let Ok(output) = ran.as_ref().map(|output| String::from_utf8_lossy(&output.stdout).into_owned()) {
        assert!(output.is_empty() || output.contains("\"error\":-7"), "{output}");
    }
}
