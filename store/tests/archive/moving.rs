//! What is moved and what stays, and wishes that are refused.

use crate::booth::{DAY, NOW, PAST, SETTLED, STAYING, on_both};
use crate::support::{at, id};
use boothpay_protocol::order::OrderStatus;
use boothpay_protocol::rows::Needs;
use boothpay_store::archive::{self, ArchiveError, Outcome, Wish};
use boothpay_store::{Address, Store, verify};

#[tokio::test]
async fn what_is_settled_is_moved_and_everything_else_stays() {
    on_both(async |booth| {
        booth.past().await;
        let moved = booth.archive("old.db").await;
        let mut orders = moved.orders.clone();
        orders.sort_by_key(|(status, _, _)| status.word());
        let expected = [
            (OrderStatus::Cancelled, 1, 1_000_000),
            (OrderStatus::Expired, 1, 1_000_000),
            (OrderStatus::Paid, 4, 4_000_000),
            (OrderStatus::Refunded, 2, 2_000_000),
        ];
        assert_eq!(orders, expected);
        assert_eq!((moved.stayed, moved.transactions, moved.resumed), (0, 7, false));
        assert_eq!(moved.file, booth.file("old.db"));
        for order in SETTLED {
            assert!(booth.store.rows(Needs::order(id(order))).await.unwrap().archived, "{order}");
        }
        for order in STAYING {
            assert!(!booth.store.rows(Needs::order(id(order))).await.unwrap().archived, "{order}");
            assert!(!booth.store.journal(id(order)).await.unwrap().is_empty(), "{order}");
        }
        let agreement = booth.compare(&booth.file("old.db")).await;
        assert_eq!(agreement.report.findings, []);
        assert_eq!((agreement.archived, agreement.stayed, agreement.report.orders), (8, 0, 8));
        if booth.database.is_none() {
            let report = verify::database(&booth.address).unwrap();
            assert_eq!(report.findings, []);
            assert_eq!((report.orders, report.archived), (4, 8));
        }
    })
    .await;
}

#[tokio::test]
async fn a_second_archive_takes_what_has_been_settled_since() {
    on_both(async |booth| {
        booth.past().await;
        assert_eq!(booth.archive_before(PAST, "none.db").await.unwrap(), Outcome::Nothing);
        assert!(!booth.file("none.db").exists());
        booth.archive("first.db").await;
        assert_eq!(booth.archive_before(NOW - 90 * DAY, "none.db").await.unwrap(), Outcome::Nothing);
        booth.print("claimed", PAST + 3 * DAY).await;
        let second = booth.archive("second.db").await;
        assert_eq!(second.orders, [(OrderStatus::Paid, 1, 1_000_000)]);
        for (file, archived) in [("first.db", 8), ("second.db", 1)] {
            let agreement = booth.compare(&booth.file(file)).await;
            assert_eq!((agreement.report.findings, agreement.archived), (vec![], archived), "{file}");
        }
        assert_eq!(std::fs::read_dir(booth.folder.path()).unwrap().filter(is_part).count(), 0);
    })
    .await;
}

fn is_part(entry: &std::io::Result<std::fs::DirEntry>) -> bool {
    entry.as_ref().unwrap().file_name().to_string_lossy().ends_with(".part")
}

#[tokio::test]
async fn a_wish_that_cannot_be_is_refused_and_changes_nothing() {
    on_both(async |booth| {
        booth.past().await;
        std::fs::write(booth.file("there.db"), "something else").unwrap();
        let refused = booth.archive_before(NOW - 90 * DAY, "there.db").await.unwrap_err();
        assert!(refused.to_string().contains("is there already and is not overwritten"), "{refused}");
        assert_eq!(std::fs::read_to_string(booth.file("there.db")).unwrap(), "something else");
        let refused = booth.archive_before(NOW - 90 * DAY + 1, "old.db").await.unwrap_err();
        assert!(matches!(refused, ArchiveError::TooYoung), "{refused}");
        assert!(booth.archive_before(NOW - 90 * DAY, "no/such/folder.db").await.is_err());
        for order in SETTLED {
            assert!(!booth.store.rows(Needs::order(id(order))).await.unwrap().archived, "{order}");
        }
        // None of it is in the way of the next.
        booth.archive("old.db").await;
    })
    .await;
}

#[test]
fn only_a_database_that_is_there_is_archived() {
    let folder = tempfile::tempdir().unwrap();
    let wish = Wish { before: at(PAST), to: folder.path().join("old.db"), now: at(NOW) };
    assert!(matches!(archive::run(&Address::SqliteMemory, &wish), Err(ArchiveError::InMemory)));
    let missing = folder.path().join("missing.db");
    assert!(matches!(archive::run(&Address::SqliteFile(missing), &wish), Err(ArchiveError::NoDatabase(_))));
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
}

#[tokio::test]
async fn many_orders_leave_in_several_commits() {
    on_both(async |booth| {
        for number in 0..250 {
            let order = format!("o{number}");
            booth.offer(&order, PAST).await.unwrap();
            booth.create(&order, &order, PAST + 1).await;
            booth.perform(&order, PAST + 2).await;
            booth.print(&order, PAST + 3).await;
        }
        let moved = booth.archive("old.db").await;
        assert_eq!(moved.orders, [(OrderStatus::Paid, 250, 250_000_000)]);
        assert_eq!((moved.transactions, moved.journal_rows), (250, 1000));
        assert_eq!(booth.store.takings().await.unwrap()[0].paid_count, 250);
        let agreement = booth.compare(&booth.file("old.db")).await;
        assert_eq!((agreement.report.findings, agreement.archived), (vec![], 250));
        drop(Store::open(&booth.address).unwrap());
    })
    .await;
}
