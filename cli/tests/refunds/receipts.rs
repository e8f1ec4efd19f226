//! What was sold is told to Click for the tax receipt, whatever Click answers, loses or repeats.

use crate::booth::{Booth, journal};
use boothpay_sandbox::standin::click_api::Manner::{self, ActsAndIsSilent, Refuses, Says, Silent};
use serde_json::json;
use std::time::{Duration, Instant};

const FISCAL: &str = "[click.fiscal]\ntitle = \"Print\"\ncode = \"00702001001000001\"\npackage_code = \"1500\"\nvat_percent = 12\n\
                      units = 796\ntin = \"123456789\"\n";

fn has_receipt(shown: &serde_json::Value) -> bool {
    journal(shown).last().is_some_and(|row| row == "details_changed by click")
}

/// Waits until no task is open any more.
fn all_is_done(booth: &Booth) {
    let begun = Instant::now();
    while !booth.folder.run(&["tasks", "list"], &[]).out.contains("0 open") {
        assert!(begun.elapsed() < Duration::from_secs(60), "{}", booth.folder.run(&["tasks", "list"], &[]).out);
        booth.pauses_end();
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_sold_is_told_once_and_the_receipts_address_is_kept() {
    for booth in Booth::on_both_with(FISCAL).await {
        let server = booth.serve(None);
        let all: Vec<Vec<Manner>> = vec![vec![], vec![ActsAndIsSilent], vec![Silent, Says(502, ""), Says(200, "[]")]];
        for (payment, manners) in (1..).zip(all) {
            let (order, told) = (format!("photo-{payment}"), format!("{manners:?}"));
            booth.click.takes_items(manners);
            booth.paid(&server, &order, payment).await;
            let shown = booth.until(&order, has_receipt);
            assert_eq!(shown["status"], "paid");
            assert!(shown.to_string().contains(&format!("https://ofd.example/{payment}")), "{told}: {shown:#}");
            let sold = booth.click.sold_by(payment);
            assert_eq!(sold.len(), 1, "{told}");
            assert_eq!((&sold[0]["received_ecash"], &sold[0]["items"][0]["VAT"]), (&json!(1_000_000), &json!(107_143)));
            all_is_done(&booth);
        }
        booth.is_healthy();
        server.kill();
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn killed_when_click_was_told_it_is_told_once() {
    let booth = Booth::with_fiscal(FISCAL).await;
    let server = booth.serve(Some("items_told:1"));
    booth.paid(&server, "photo-1", 1).await;
    booth.pauses_end();
    let ended = server.finish();
    assert_ne!(ended.code, Some(0), "{}", ended.err);
    booth.pauses_end();
    let server = booth.serve(None);
    booth.until("photo-1", has_receipt);
    assert_eq!(booth.click.sold_by(1).len(), 1);
    all_is_done(&booth);
    booth.is_healthy();
    server.kill();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_refusal_is_for_a_person_and_stops_no_payment() {
    let booth = Booth::with_fiscal(FISCAL).await;
    let server = booth.serve(None);
    booth.click.takes_items([Refuses(-3, "SPIC is not known")]);
    booth.paid(&server, "photo-1", 1).await;
    all_is_done(&booth);
    let shown = booth.show("photo-1");
    assert_eq!((&shown["status"], has_receipt(&shown)), (&json!("paid"), false));
    let listed = booth.folder.run(&["tasks", "list"], &[]);
    assert!(listed.out.contains("SPIC is not known"), "{}", listed.out);
    // What was refunded before Click took it is not told any more.
    booth.click.takes_items(vec![Silent; 3]);
    booth.paid(&server, "photo-2", 2).await;
    assert_eq!(booth.refund(&["photo-2"]).code, Some(0));
    booth.is_refunded("photo-2");
    all_is_done(&booth);
    assert_eq!(booth.click.sold_by(2).len(), 0);
    let ended = server.kill();
    assert!(ended.err.contains("no tax receipt of order photo-1"), "{}", ended.err);
}
