//! A check finds every way in which a database, its archived rows and an archive's file can disagree.

use crate::booth::{Booth, on_both};
use boothpay_store::verify::{self, Fault, Finding};
use boothpay_store::{Address, Store};
use rusqlite::Connection;
use std::path::Path;

/// Carries SQL out with every rule of a file switched off, and puts the rules back.
fn plant(path: &Path, sql: &str) {
    let by_hand = Connection::open(path).unwrap();
    by_hand.execute_batch("pragma foreign_keys = off; pragma ignore_check_constraints = on").unwrap();
    let triggers: Vec<(String, String)> = by_hand
        .prepare("select name, sql from sqlite_schema where type = 'trigger'")
        .unwrap()
        .query_map([], |row| Ok((row.get(0)?, row.get(1)?)))
        .unwrap()
        .collect::<Result<_, _>>()
        .unwrap();
    for (name, _) in &triggers {
        by_hand.execute_batch(&format!("drop trigger {name}")).unwrap();
    }
    by_hand.execute_batch(sql).unwrap_or_else(|error| panic!("{error}: {sql}"));
    for (_, sql) in &triggers {
        by_hand.execute_batch(sql).unwrap();
    }
}

fn has(findings: &[Finding], order: Option<&str>, wanted: &Fault) -> bool {
    findings.iter().any(|it| it.order.as_deref() == order && it.fault == *wanted)
}

async fn archived() -> Booth {
    let folder = tempfile::tempdir().unwrap();
    let address = Address::SqliteFile(folder.path().join("boothpay.db"));
    let store = Store::open(&address).unwrap();
    let booth = Booth { folder, address, database: None, store };
    booth.past().await;
    booth.archive("old.db").await;
    booth
}

#[tokio::test]
async fn verify_finds_what_is_wrong_with_the_archived_rows() {
    let order = "order_id, amount_tiyin, copies, booth, status, created_at_ms, expires_at_ms, printed_at_ms, changed_at_ms, version";
    let doubled = format!("insert into orders select {order} from archived_orders where order_id = 'expired'");
    let count = |noted, found| Fault::ArchiveCount { file: String::new(), noted, found };
    let cases = [
        (doubled.as_str(), Some("expired"), Fault::Doubled),
        (
            "insert into transactions select * from archived_transactions where order_id = 'tried'",
            Some("tried"),
            Fault::Doubled,
        ),
        ("update transactions set provider_id = 't1' where order_id = 'claimed'", Some("printed"), Fault::Doubled),
        ("update archived_counts set orders = orders + 1 where status = 'paid'", None, Fault::ArchivedSums),
        ("update archived_takings set paid_tiyin = paid_tiyin - 1", None, Fault::ArchivedSums),
        ("delete from archived_takings", None, Fault::ArchivedSums),
        ("update archives set moved_orders = 7, file = ''", None, count(7, 8)),
        ("delete from archived_orders where order_id = 'expired'; update archives set file = ''", None, count(8, 7)),
        (
            "update archived_orders set status = 'refunded' where order_id = 'printed'",
            Some("printed"),
            Fault::Standing { status: "refunded", performed: 1, refunded: 0 },
        ),
        (
            "update archived_transactions set amount_tiyin = 5 where order_id = 'printed'",
            Some("printed"),
            Fault::Amount { number: 1, transaction: 5, order: 1_000_000 },
        ),
    ];
    let booth = archived().await;
    drop(booth.store);
    for (sql, order, fault) in cases {
        let copy = booth.folder.path().join("copy.db");
        std::fs::copy(booth.folder.path().join("boothpay.db"), &copy).unwrap();
        let address = Address::SqliteFile(copy.clone());
        assert_eq!(verify::database(&address).unwrap().findings, []);
        plant(&copy, sql);
        let findings = verify::database(&address).unwrap().findings;
        assert!(has(&findings, order, &fault), "{sql}: {findings:?}");
    }
}

#[tokio::test]
async fn a_comparison_finds_what_an_archives_file_should_not_be() {
    on_both(async |booth| {
        booth.past().await;
        booth.archive("old.db").await;
        let copy = booth.file("copy.db");
        // Each leaves a file that is healthy in itself: only the database can tell.
        let order = "update orders set booth = 'Else' where order_id = 'expired';
                     update journal set change = replace(change, 'Test', 'Else') where order_id = 'expired'";
        let gone = "delete from journal where order_id = 'expired'; delete from orders where order_id = 'expired'";
        let more = "insert into orders select 'stranger', amount_tiyin, copies, booth, status, created_at_ms,
                        expires_at_ms, printed_at_ms, changed_at_ms, version from orders where order_id = 'expired';
                    insert into journal select 'stranger', version, at_ms, actor, change from journal
                        where order_id = 'expired'";
        let text =
            "update journal set change = replace(change, '\":', '\": ') where order_id = 'printed' and version = 1";
        let cases = [
            (order, "expired", Fault::ArchiveDiffers),
            (gone, "expired", Fault::ArchiveLacks),
            (more, "stranger", Fault::ArchiveStranger),
            (text, "printed", Fault::ArchiveDiffers),
        ];
        for (sql, order, fault) in cases {
            std::fs::copy(booth.file("old.db"), &copy).unwrap();
            assert_eq!(booth.compare(&copy).await.report.findings, [], "moved and renamed, and yet the same");
            plant(&copy, sql);
            assert_eq!(verify::database(&Address::SqliteFile(copy.clone())).unwrap().findings, []);
            let findings = booth.compare(&copy).await.report.findings;
            assert!(has(&findings, Some(order), &fault) && findings.len() == 1, "{sql}: {findings:?}");
        }
        // A file that is not healthy in itself is found out before.
        std::fs::copy(booth.file("old.db"), &copy).unwrap();
        plant(&copy, "delete from journal where order_id = 'printed' and version = 2");
        assert!(booth.compare(&copy).await.report.findings.iter().any(|it| matches!(it.fault, Fault::Gap { .. })));
    })
    .await;
}

#[tokio::test]
async fn the_file_of_another_booth_is_no_archive_of_this_one() {
    on_both(async |booth| {
        booth.past().await;
        booth.archive("old.db").await;
        let stranger = booth.file("another.db");
        let other = Store::open(&Address::SqliteFile(stranger.clone())).unwrap();
        crate::support::make(&other, "elsewhere", 1000).await;
        drop(other);
        let findings = booth.compare(&stranger).await.report.findings;
        assert!(has(&findings, None, &Fault::ArchiveUnknown) && findings.len() == 1, "{findings:?}");
    })
    .await;
}
