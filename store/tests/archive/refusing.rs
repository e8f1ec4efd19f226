//! The database itself refuses what must never be, whoever asks: by plain SQL, on both stores.

use crate::booth::{Booth, on_both};
use boothpay_store::Address;

/// By hand; what the database said.
fn by_hand(booth: &Booth, sql: &str) -> Result<(), String> {
    match (&booth.database, &booth.address) {
        (Some(database), _) => database.sql(sql).map(drop),
        (None, Address::SqliteFile(path)) => {
            let connection = rusqlite::Connection::open(path).unwrap();
            connection.execute_batch("pragma foreign_keys = on").unwrap();
            connection.execute_batch(sql).map_err(|error| error.to_string())
        }
        (None, Address::SqliteMemory | Address::Postgres(_)) => unreachable!(),
    }
}

#[tokio::test]
async fn what_is_not_archived_does_not_leave() {
    on_both(async |booth| {
        booth.past().await;
        for (sql, words) in [
            ("delete from journal where order_id = 'printed'", "the journal is append-only"),
            ("delete from transactions where order_id = 'printed'", "only an archived transaction leaves"),
            ("delete from orders where order_id = 'printed'", "only an archived order leaves"),
        ] {
            let refused = by_hand(&booth, sql).unwrap_err();
            assert!(refused.contains(words), "{sql}: {refused}");
        }
    })
    .await;
}

/// An archived row of another version than the order has now lets nothing go.
#[tokio::test]
async fn the_journal_leaves_only_when_the_archived_row_is_the_last() {
    on_both(async |booth| {
        booth.past().await;
        let planted =
            "insert into archives (archive, file, before_ms, made_at_ms, orders, transactions, journal_rows, digest)
                           select 1, 'x', 1, 1, 1, 1, 1, (select digest from digests);
                       insert into archived_orders select order_id, amount_tiyin, copies, booth, status, created_at_ms,
                           expires_at_ms, printed_at_ms, changed_at_ms, version - 1, 0, (select digest from digests), 1
                           from orders where order_id = 'printed'";
        let digest = match &booth.database {
            Some(_) => "create temporary table digests as select decode(repeat('00', 32), 'hex') as digest; ",
            None => "create temporary table digests as select zeroblob(32) as digest; ",
        };
        by_hand(&booth, &format!("{digest}{planted}")).unwrap();
        for table in ["journal", "orders"] {
            assert!(by_hand(&booth, &format!("delete from {table} where order_id = 'printed'")).is_err(), "{table}");
        }
    })
    .await;
}

#[tokio::test]
async fn what_is_archived_is_final_and_does_not_come_back() {
    on_both(async |booth| {
        booth.past().await;
        booth.archive("old.db").await;
        for (sql, words) in [
            ("update archived_orders set status = 'paid'", "what is archived is final"),
            ("delete from archived_orders where order_id = 'printed'", "what is archived is final"),
            ("update archived_transactions set state = 2 where state = -2", "what is archived is final"),
            ("delete from archived_transactions", "what is archived is final"),
            (
                "insert into orders select order_id, amount_tiyin, copies, booth, 'pending', created_at_ms, expires_at_ms,
                     null, changed_at_ms, 1 from archived_orders where order_id = 'expired'",
                "the order is archived",
            ),
            (
                "insert into transactions select 999, provider, provider_id, 'pending', amount_tiyin, provider_time_ms,
                     create_time_ms, null, cancel_time_ms, state, reason, account, null, null
                 from archived_transactions where state = -1",
                "the transaction is archived",
            ),
            (
                "insert into transactions select number, provider, 'other', 'pending', amount_tiyin, provider_time_ms,
                     create_time_ms, null, cancel_time_ms, state, reason, account, null, null
                 from archived_transactions where state = -1",
                "the transaction is archived",
            ),
        ] {
            let refused = by_hand(&booth, sql).unwrap_err();
            assert!(refused.contains(words), "{sql}: {refused}");
        }
        assert!(by_hand(&booth, "delete from archives").is_err(), "its orders need it");
        if booth.database.is_some() {
            for table in ["archived_orders cascade", "archived_transactions"] {
                assert!(by_hand(&booth, &format!("truncate {table}")).is_err(), "{table}");
            }
        }
    })
    .await;
}

#[tokio::test]
async fn a_claim_cannot_be_archived_at_all() {
    on_both(async |booth| {
        booth.past().await;
        booth.archive("old.db").await;
        let claim = "insert into archived_orders select order_id, amount_tiyin, copies, booth, status, created_at_ms,
                         expires_at_ms, printed_at_ms, changed_at_ms, version, 0, (select digest from archives), 1
                     from orders where order_id = 'claimed'";
        assert!(by_hand(&booth, claim).unwrap_err().to_lowercase().contains("check"));
    })
    .await;
}
