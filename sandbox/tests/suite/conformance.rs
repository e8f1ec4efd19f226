//! The suite is itself tested: a right server passes everything, and each wrong one is caught by the rule that names
//! its mistake.

use crate::support::merchant::{KEY, Merchant};
use crate::support::mistakes::Mistake;
use crate::support::play::{play, settings};
use boothpay_sandbox::conformance::report::{Paint, text};
use boothpay_sandbox::conformance::{Report, Verdict};

fn broken(report: &Report) -> Vec<&'static str> {
    report.results.iter().filter(|result| result.failed()).map(|result| result.rule.id).collect()
}

fn skipped(report: &Report) -> Vec<&'static str> {
    let skipped = report.results.iter().filter(|result| matches!(result.verdict, Verdict::Skipped(_)));
    skipped.map(|result| result.rule.id).collect()
}

#[tokio::test]
async fn a_right_server_keeps_every_rule() {
    let merchant = Merchant::start(None, Some(KEY), false).await;
    let report = play(settings(&merchant)).await;
    assert!(broken(&report).is_empty(), "{}", text(&report, Paint::Plain));
    // Every rule was really tried, apart from those for cumulative accounts.
    assert!(skipped(&report).iter().all(|id| id.starts_with("PAYME-CUMULATIVE")), "{:?}", skipped(&report));
}

#[tokio::test]
async fn a_right_server_without_a_key_keeps_every_rule() {
    let merchant = Merchant::start(None, None, false).await;
    let report = play(settings(&merchant)).await;
    assert!(broken(&report).is_empty(), "{}", text(&report, Paint::Plain));
}

#[tokio::test]
async fn a_right_server_with_cumulative_accounts_keeps_every_rule() {
    let merchant = Merchant::start(None, Some(KEY), true).await;
    let report = play(settings(&merchant)).await;
    assert!(broken(&report).is_empty(), "{}", text(&report, Paint::Plain));
    assert!(!skipped(&report).iter().any(|id| id.starts_with("PAYME-CUMULATIVE")));
}

#[tokio::test]
async fn each_mistake_is_caught_by_the_rule_that_names_it() {
    let mut runs = tokio::task::JoinSet::new();
    for mistake in Mistake::ALL {
        runs.spawn(async move {
            let merchant = Merchant::start(Some(*mistake), Some(KEY), false).await;
            let mut settings = settings(&merchant);
            settings.only = vec![mistake.rule().to_owned()];
            (*mistake, play(settings).await)
        });
    }
    let mut missed = Vec::new();
    for (mistake, report) in runs.join_all().await {
        if broken(&report) != [mistake.rule()] {
            missed.push(format!("{mistake:?} was not caught by {}: {:?}", mistake.rule(), report.results[0].verdict));
        }
    }
    assert!(missed.is_empty(), "{}", missed.join("\n"));
    assert!(Mistake::ALL.len() >= 100, "a mistake was lost");
}

#[tokio::test]
async fn a_one_time_server_fails_the_rules_for_cumulative_accounts() {
    let merchant = Merchant::start(None, Some(KEY), false).await;
    let mut settings = settings(&merchant);
    settings.shape.cumulative = true;
    settings.only = vec!["CUMULATIVE".to_owned()];
    let report = play(settings).await;
    assert!(broken(&report).contains(&"PAYME-CUMULATIVE-01") && broken(&report).contains(&"PAYME-CUMULATIVE-02"));
}
