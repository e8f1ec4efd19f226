//! The suite is itself tested: a right server passes everything, and each wrong one is caught by the rule that names
//! its mistake.

use crate::support::merchant::{KEY, Merchant};
use crate::support::mistakes::Mistake;
use crate::support::play::{play, settings};
use crate::support::verdicts::{assert_caught, assert_one_cause, broken, causes, skipped};
use boothpay_sandbox::payme::handbook;
use boothpay_sandbox::suite::report::{Language, Paint};
use boothpay_sandbox::suite::{Report, Verdict};
use std::sync::Arc;
use std::sync::atomic::Ordering;

fn text(report: &Report, paint: Paint) -> String {
    boothpay_sandbox::suite::report::text(report, paint, Language::English, &handbook())
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
            settings.common.only = vec![mistake.rule().to_owned()];
            (format!("{mistake:?}"), mistake.rule(), play(settings).await)
        });
    }
    assert_caught(runs.join_all().await, &handbook());
    assert!(Mistake::ALL.len() >= 100, "a mistake was lost");
}

#[tokio::test]
async fn a_one_time_server_fails_the_rules_for_cumulative_accounts() {
    let merchant = Merchant::start(None, Some(KEY), false).await;
    let mut settings = settings(&merchant);
    settings.common.shape.cumulative = true;
    settings.common.only = vec!["CUMULATIVE".to_owned()];
    let report = play(settings).await;
    assert!(broken(&report).contains(&"PAYME-CUMULATIVE-01") && broken(&report).contains(&"PAYME-CUMULATIVE-02"));
}

/// A fault that shows in many places is one cause; the rest of the run is kept, the same, or blocked by it.
#[tokio::test]
async fn one_fault_is_one_cause() {
    let faults = [
        (Mistake::Http401, "PAYME-AUTH-10"),
        (Mistake::IdMissing, "PAYME-RPC-15"),
        (Mistake::UnknownIs32504, "PAYME-CHECK-05"),
        (Mistake::PerformTimeFromClock, "PAYME-PERFORM-03"),
        (Mistake::AlwaysMinusTwo, "PAYME-CANCEL-01"),
        (Mistake::CancelCrashes, "PAYME-CANCEL-01"),
        (Mistake::OurTime, "PAYME-STATEMENT-04"),
        (Mistake::NoStatement, "PAYME-STATEMENT-01"),
        (Mistake::ItemsNameless, "PAYME-STATEMENT-01"),
        (Mistake::AccountMadeUp, "PAYME-STATEMENT-11"),
        (Mistake::OurTimeAsTime, "PAYME-STATEMENT-13"),
        (Mistake::NumberDiffers, "PAYME-PERFORM-02"),
        (Mistake::CancelOnce, "PAYME-CANCEL-03"),
        (Mistake::PerformTimeRounded, "PAYME-PERFORM-03"),
        (Mistake::CancelTimeRounded, "PAYME-CANCEL-03"),
    ];
    let mut runs = tokio::task::JoinSet::new();
    for (fault, cause) in faults {
        runs.spawn(async move {
            let merchant = Merchant::start(Some(fault), Some(KEY), false).await;
            let mut settings = settings(&merchant);
            settings.common.rounds = 1;
            (format!("{fault:?}"), cause, play(settings).await)
        });
    }
    assert_one_cause(runs.join_all().await, &handbook());
}

#[tokio::test]
async fn histories_go_on_past_a_fault_that_is_known() {
    let merchant = Merchant::start(Some(Mistake::AnswersPerformed), Some(KEY), false).await;
    let mut alone = settings(&merchant);
    alone.common.only = vec!["MODEL".to_owned()];
    assert_eq!(broken(&play(alone).await), ["PAYME-MODEL-01"]);
    let mut after = settings(&merchant);
    after.common.only = vec!["CREATE-11".to_owned(), "MODEL".to_owned()];
    let report = play(after).await;
    assert_eq!(broken(&report), ["PAYME-CREATE-11"]);
    assert!(report.of("PAYME-MODEL-01").unwrap().notes[0].contains("12 histories"), "{}", text(&report, Paint::Plain));
}

/// What a known fault has changed is asked, and believed: it does not hang on the seed how much can be judged.
#[tokio::test]
async fn histories_get_one_verdict_with_every_seed() {
    let faults = [
        (Mistake::CancelCrashes, "CANCEL-01", None),
        (Mistake::UnknownIs32504, "CHECK-05,CANCEL-06,PERFORM-05", None),
        (Mistake::CreateTimeFiner, "CHECK-10,CREATE-04", None),
        (Mistake::PerformTimeRounded, "PERFORM-03,PERFORM-10", None),
        // Two transactions hold one order: nobody says what comes then.
        (Mistake::SecondLives, "CREATE-07", Some("PAYME-CREATE-07")),
    ];
    let mut runs = tokio::task::JoinSet::new();
    for (fault, rules, blocked) in faults {
        for seed in 1..=6 {
            runs.spawn(async move {
                let merchant = Merchant::start(Some(fault), Some(KEY), false).await;
                let mut settings = settings(&merchant);
                settings.common.only = rules.split(',').chain(["MODEL"]).map(str::to_owned).collect();
                settings.common.seed = seed;
                let report = play(settings).await;
                let verdict = &report.of("PAYME-MODEL-01").unwrap().verdict;
                let right = match (verdict, blocked) {
                    (Verdict::Passed, None) => true,
                    (Verdict::Blocked { by, .. }, Some(rule)) => *by == rule,
                    _ => false,
                };
                assert!(right, "{fault:?} with seed {seed}: {}", text(&report, Paint::Plain));
            });
        }
    }
    runs.join_all().await;
}

/// A statement without Payme's ids is still asked everything else.
#[tokio::test]
async fn a_statement_without_ids_is_judged_by_the_merchants_numbers() {
    let merchant = Merchant::start(Some(Mistake::ItemsNameless), Some(KEY), false).await;
    let mut settings = settings(&merchant);
    settings.common.only = ["STATEMENT", "CREATE-06", "EXPIRY-07", "RACE-06", "RESTART"].map(str::to_owned).to_vec();
    let report = play(settings).await;
    assert_eq!(broken(&report), ["PAYME-STATEMENT-01"], "{}", text(&report, Paint::Plain));
    assert_eq!(skipped(&report), ["PAYME-STATEMENT-15", "PAYME-STATEMENT-20"]);
}

/// An error that only calls at the same instant get is told as that, not as what the rule would suspect.
#[tokio::test]
async fn calls_in_each_others_way_are_told_so() {
    let merchant = Merchant::start(Some(Mistake::RaceLocked), Some(KEY), false).await;
    let mut settings = settings(&merchant);
    settings.common.only = vec!["RACE".to_owned()];
    let report = play(settings).await;
    let causes = &report.of("PAYME-RACE-03").unwrap().failure().unwrap().causes;
    assert!(causes[0].starts_with("Calls at the same instant end in an error"), "{causes:?}");
}

/// Where a call breaks down, what it answers the second time is no repeat of the first answer.
#[tokio::test]
async fn a_repeat_of_a_call_that_broke_down_keeps_no_rule() {
    let merchant = Merchant::start(Some(Mistake::CancelCrashes), Some(KEY), false).await;
    let mut settings = settings(&merchant);
    settings.common.only = vec!["S1".to_owned()];
    let report = play(settings).await;
    assert_eq!(broken(&report), ["PAYME-S1-10"], "{}", text(&report, Paint::Plain));
    assert_eq!(skipped(&report), ["PAYME-S1-11"]);
}

/// A payment that a cancellation has overwritten has a perform_time of 0: no clock and no unit is to blame.
#[tokio::test]
async fn a_payment_that_a_race_has_lost_is_told_so() {
    let merchant = Merchant::start(Some(Mistake::RaceCancelLoses), Some(KEY), false).await;
    let mut settings = settings(&merchant);
    settings.common.only = vec!["RACE-04".to_owned()];
    let report = play(settings).await;
    let causes = &report.of("PAYME-RACE-04").unwrap().failure().unwrap().causes;
    assert!(causes[0].starts_with("The state is read and then written"), "{causes:?}");
}

/// The statement of a server that answers Payme's time as create_time goes by Payme's time.
#[tokio::test]
async fn create_time_may_be_paymes_time() {
    let merchant = Merchant::start(None, Some(KEY), false).await;
    merchant.shop.paymes_time.store(true, Ordering::Relaxed);
    let mut settings = settings(&merchant);
    settings.common.only = vec!["STATEMENT".to_owned()];
    let report = play(settings).await;
    assert!(broken(&report).is_empty(), "{}", text(&report, Paint::Plain));
}

/// The scenarios are run alone too, and then no rule beside them can explain what a step breaks.
#[tokio::test]
async fn an_official_step_blocks_those_that_need_it() {
    let merchant = Merchant::start(Some(Mistake::CreateCrashes), Some(KEY), false).await;
    let mut settings = settings(&merchant);
    settings.common.only = ["S1", "S2"].map(str::to_owned).to_vec();
    let report = play(settings).await;
    assert_eq!(causes(&report), ["PAYME-S1-06"], "{}", text(&report, Paint::Plain));
    assert!(matches!(report.of("PAYME-S1-12").unwrap().verdict, Verdict::Blocked { by: "PAYME-S1-06", .. }));
}

/// A server that answers create_time in one unit and stores it in another breaks the rules that compare the two; those
/// that ask whether a later call changed it are kept.
#[tokio::test]
async fn two_units_break_what_compares_them_and_nothing_else() {
    let merchant = Merchant::start(Some(Mistake::CreateTimeFiner), Some(KEY), false).await;
    let mut settings = settings(&merchant);
    let rules = ["S1-08", "CREATE-04", "CREATE-05", "CREATE-08", "PERFORM-10", "CHECK-10"];
    settings.common.only = rules.map(str::to_owned).to_vec();
    let report = play(settings).await;
    let said = ["PAYME-S1-08", "PAYME-CREATE-04", "PAYME-CREATE-05", "PAYME-CHECK-10"];
    assert_eq!(broken(&report), said, "{}", text(&report, Paint::Plain));
    assert_eq!(causes(&report), ["PAYME-S1-08"]);
}

/// What is never listed is not listed outside of a period either: that shows nothing.
#[tokio::test]
async fn a_transaction_that_is_nowhere_in_the_statement_keeps_no_rule() {
    let merchant = Merchant::start(Some(Mistake::OurTime), Some(KEY), false).await;
    let mut settings = settings(&merchant);
    settings.common.only = ["STATEMENT-03", "STATEMENT-04"].map(str::to_owned).to_vec();
    let report = play(settings).await;
    assert_eq!(broken(&report), ["PAYME-STATEMENT-04"]);
    assert!(matches!(report.of("PAYME-STATEMENT-03").unwrap().verdict, Verdict::Blocked { .. }));
}

/// Advice decides nothing, so no rule that decides may need what only advice asks for.
#[tokio::test]
async fn no_rule_that_decides_needs_a_period_of_one_millisecond() {
    let merchant = Merchant::start(Some(Mistake::OneInstantRefused), Some(KEY), false).await;
    let mut settings = settings(&merchant);
    settings.common.only = ["STATEMENT", "RACE-06"].map(str::to_owned).to_vec();
    assert_eq!(broken(&play(settings).await), ["PAYME-STATEMENT-08"]);
}

#[tokio::test]
async fn the_key_is_touched_only_with_leave_and_then_put_back() {
    for mistake in [Mistake::AnyKeyTaken, Mistake::AnybodyChangesKey] {
        let merchant = Merchant::start(Some(mistake), Some(KEY), false).await;
        let key = || merchant.shop.key.lock().unwrap().clone();
        let mut without = settings(&merchant);
        (without.may_change_password, without.common.only) = (false, vec!["PASSWORD".to_owned(), "AUTH".to_owned()]);
        let report = play(without).await;
        assert!(report.remarks.is_empty() && merchant.shop.key_changes() == 0, "{mistake:?}");
        let mut with = settings(&merchant);
        with.common.only = vec![mistake.rule().to_owned()];
        let report = play(with).await;
        assert_eq!(broken(&report), [mistake.rule()]);
        assert!(merchant.shop.key_changes() > 0);
        assert_eq!(key().as_deref(), Some(KEY));
        assert!(report.remarks[0].contains("own key"), "{:?}", report.remarks);
        assert!(!text(&report, Paint::Plain).contains(KEY));
    }
}

#[tokio::test]
async fn an_interrupted_run_tells_what_it_knows_and_puts_the_key_back() {
    let merchant = Merchant::start(None, Some(KEY), false).await;
    let mut settings = settings(&merchant);
    settings.common.only = ["RPC-05", "PASSWORD-04", "PASSWORD-05"].map(str::to_owned).to_vec();
    let (stop, shop) = (Arc::clone(&settings.common.interrupt), Arc::clone(&merchant.shop));
    // The moment the key has changed, somebody presses Ctrl-C.
    let pressed = tokio::spawn(async move {
        while shop.key_changes() == 0 {
            tokio::task::yield_now().await;
        }
        stop.notify_one();
    });
    let report = play(settings).await;
    pressed.await.unwrap();
    assert!(report.interrupted);
    assert_eq!(report.of("PAYME-RPC-05").unwrap().verdict, Verdict::Passed);
    assert!(report.untried() > 0 && text(&report, Paint::Plain).contains("interrupted"));
    assert_eq!(merchant.shop.key.lock().unwrap().as_deref(), Some(KEY));
}
