//! Killed at any point, an archiving loses nothing and doubles nothing, and the next run brings it to its end.

use crate::past::{Booth, both, sqlite};
use serde_json::json;
use std::path::Path;

/// More than two commits.
const ORDERS: usize = 250;

/// Where it dies, and whether the next run has something to finish there, or starts over.
const POINTS: [(&str, bool); 8] = [
    ("archive_copied:1", false),
    ("archive_registered:1", false),
    ("archive_named:1", true),
    ("in_archive_batch:1", true),
    ("archive_batch_moved:1", true),
    ("in_archive_batch:3", true),
    ("archive_batch_moved:3", true),
    ("archive_moved:1", true),
];

fn verified(booth: &Booth) -> String {
    if booth.is_sqlite() {
        booth.says(&["verify"]);
    }
    booth.says(&["verify", "--archive", "old.db"])
}

fn parts(folder: &Path) -> usize {
    let names = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name());
    names.filter(|name| name.to_string_lossy().contains(".part")).count()
}

#[tokio::test(flavor = "multi_thread")]
async fn killed_at_any_point_it_is_finished_by_the_next_run() {
    for (point, is_resumed) in POINTS {
        for booth in both() {
            booth.sold(ORDERS).await;
            let before = booth.totals().await;
            let killed = booth.archive(&[("CRASH_AT", point)]);
            assert_eq!(killed.code, None, "{point}: it ends by a signal: {}{}", killed.out, killed.err);
            assert_eq!(booth.totals().await, before, "{point}, killed");
            if booth.is_sqlite() {
                booth.says(&["verify"]);
            }
            let finished = booth.archive(&[]);
            assert_eq!(finished.code, Some(0), "{point}: {}", finished.err);
            assert_eq!(finished.out.contains("had been interrupted"), is_resumed, "{point}: {}", finished.out);
            assert!(finished.out.contains("250 orders were moved from"), "{point}: {}", finished.out);
            assert_eq!(booth.totals().await, before, "{point}, finished");
            let agrees = verified(&booth);
            assert!(agrees.contains("250 orders were archived in it"), "{point}: {agrees}");
            assert_eq!(parts(booth.folder.path()), 0, "{point}");
            assert!(booth.store().orders(None, 1000).await.unwrap().iter().all(|row| row.archived_in.is_some()));
            let again = booth.run(&["archive", "--before", crate::past::BEFORE, "--to", "more.db"], &[]);
            assert!(again.out.contains("No order was settled before"), "{point}: {}{}", again.out, again.err);
        }
    }
}

/// Between the copy and the move money goes back: the order stays, with its refund.
#[tokio::test(flavor = "multi_thread")]
async fn an_order_that_changes_after_it_was_copied_stays() {
    for booth in both() {
        booth.sold(3).await;
        assert_eq!(booth.archive(&[("CRASH_AT", "archive_named:1")]).code, None);
        let server = booth.folder.serve(&[("BOOTHPAY_DATABASE", &booth.url)]);
        let refund = server.payme("", "CancelTransaction", json!({"id": "old-1", "reason": 5})).await;
        assert_eq!(refund["result"]["state"], -2, "{refund}");
        let finished = booth.archive(&[]);
        assert_eq!(finished.code, Some(0), "{}", finished.err);
        assert!(finished.out.contains("2 orders were moved from"), "{}", finished.out);
        assert!(finished.out.contains("1 more have changed meanwhile and stay in the database"), "{}", finished.out);
        let again = server.payme("", "CancelTransaction", json!({"id": "old-1", "reason": 5})).await;
        assert_eq!(again, refund);
        let other = server.payme("", "CancelTransaction", json!({"id": "old-0", "reason": 5})).await;
        assert_eq!(other["error"]["code"], -31007, "{other}");
        let agrees = verified(&booth);
        assert!(agrees.contains("2 orders were archived in it"), "{agrees}");
        assert!(agrees.contains("1 more changed after they were copied"), "{agrees}");
        let shown = booth.says(&["order", "show", "old-1"]);
        assert!(shown.contains("transaction_refunded") && !shown.contains("archived_in"), "{shown}");
        server.kill();
        // And it can be archived later, in another file; both files still agree.
        let more = booth.run(&["archive", "--before", crate::past::BEFORE, "--to", "more.db"], &[]);
        assert!(more.out.contains("No order was settled"), "its refund is of today: {}{}", more.out, more.err);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn without_the_file_that_it_was_moving_to_nothing_more_is_moved() {
    for booth in both() {
        booth.sold(150).await;
        let before = booth.totals().await;
        assert_eq!(booth.archive(&[("CRASH_AT", "archive_batch_moved:1")]).code, None);
        let (file, aside) = (booth.folder.path().join("old.db"), booth.folder.path().join("aside.db"));
        std::fs::rename(&file, &aside).unwrap();
        let refused = booth.archive(&[]);
        assert_eq!(refused.code, Some(1));
        assert!(refused.err.contains("is not there any more. Put it back"), "{}", refused.err);
        std::fs::write(&file, "another file").unwrap();
        let refused = booth.archive(&[]);
        assert_eq!(refused.code, Some(1));
        assert!(refused.err.contains("is not what was written then"), "{}", refused.err);
        assert_eq!(std::fs::read_to_string(&file).unwrap(), "another file");
        std::fs::rename(&aside, &file).unwrap();
        assert_eq!(booth.archive(&[]).code, Some(0));
        assert_eq!(booth.totals().await, before);
        verified(&booth);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_went_before_anything_was_moved_is_made_again() {
    let booth = sqlite();
    booth.sold(3).await;
    assert_eq!(booth.archive(&[("CRASH_AT", "archive_named:1")]).code, None);
    std::fs::remove_file(booth.folder.path().join("old.db")).unwrap();
    let finished = booth.archive(&[]);
    assert_eq!(finished.code, Some(0), "{}", finished.err);
    assert!(!finished.out.contains("interrupted"), "{}", finished.out);
    verified(&booth);
}
