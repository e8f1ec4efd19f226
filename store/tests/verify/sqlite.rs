//! On SQLite: each kind of damage planted by plain SQL with the database's rules switched off, and pages overwritten.

use crate::damage::{DAMAGE, Damage};
use crate::stories::{make, stories};
use boothpay_protocol::secret::KeyDigest;
use boothpay_protocol::time::TimeMs;
use boothpay_protocol::traces::Traces;
use boothpay_store::verify::{self, Fault, Invariant, Report};
use boothpay_store::{Address, OpenError, Store};
use std::path::{Path, PathBuf};

fn address(path: &Path) -> Address {
    Address::SqliteFile(path.to_owned())
}

fn report(path: &Path) -> Report {
    verify::database(&Address::SqliteFile(path.to_owned())).unwrap()
}

/// Carries SQL out with every rule of the database switched off, and puts the rules back.
fn plant(path: &Path, sql: &str) {
    let by_hand = rusqlite::Connection::open(path).unwrap();
    by_hand.execute_batch("pragma foreign_keys = off; pragma ignore_check_constraints = on").unwrap();
    let rules: Vec<(String, String, String)> = by_hand
        .prepare("select type, name, sql from sqlite_schema where type = 'trigger' or name like 'one_holder%'")
        .unwrap()
        .query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))
        .unwrap()
        .collect::<Result<_, _>>()
        .unwrap();
    for (kind, name, _) in &rules {
        by_hand.execute_batch(&format!("drop {kind} {name}")).unwrap();
    }
    by_hand.execute_batch(&sql.replace("JSON", "")).unwrap_or_else(|error| panic!("{error}: {sql}"));
    for (_, name, sql) in &rules {
        let back = by_hand.execute_batch(sql);
        // Two holders do not let their index come back; then it stays away, which is a finding as well.
        // Nor does a rule of a table that is gone.
        assert!(back.is_ok() || name.starts_with("one_holder") || name.starts_with("setting_changes"), "{back:?}");
    }
}

#[tokio::test]
async fn a_healthy_database_passes_beside_its_writer_and_after_it() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("healthy.db");
    let store = stories(&address(&path)).await;
    let beside = report(&path);
    assert_eq!(beside.findings, []);
    assert_eq!((beside.orders, beside.transactions, beside.journal_rows), (8, 7, 26));
    assert_eq!(beside.last_change, Some(TimeMs::new(6000)));
    make(&store, "another").await;
    drop(store);
    let after = report(&path);
    assert!(after.is_healthy() && after.orders == 9, "{after:?}");
}

#[tokio::test]
async fn more_orders_than_a_page_are_all_read() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("many.db");
    let store = Store::open(&Address::SqliteFile(path.clone())).unwrap();
    for n in 0..1200 {
        make(&store, &format!("order-{n}")).await;
    }
    plant(&path, "update orders set booth_name = 'Elsewhere' where order_id in ('order-0', 'order-999', 'order-731')");
    let report = report(&path);
    assert_eq!((report.orders, report.findings.len()), (1200, 3));
}

const SQLITE_DAMAGE: &[Damage] = &[
    ("insert into settings values ('payme.key', '{}', 1, 1)", |it| {
        matches!(it, Fault::Unreadable { what: "a changed key", .. })
    }),
    ("create trigger theirs after insert on orders begin select 1; end", |it| matches!(it, Fault::Rule(_))),
    (
        "pragma writable_schema = on;
      update sqlite_schema set rootpage = (select rootpage from sqlite_schema where name = 'orders_pending_by_expiry')
      where name = 'transactions_by_order'",
        |it| matches!(it, Fault::File(_)),
    ),
];

#[tokio::test]
async fn every_kind_of_damage_is_found_by_name() {
    let folder = tempfile::tempdir().unwrap();
    let healthy = folder.path().join("healthy.db");
    drop(stories(&address(&healthy)).await);
    for (n, (sql, is_it)) in DAMAGE.iter().chain(SQLITE_DAMAGE).enumerate() {
        let path: PathBuf = folder.path().join(format!("damaged-{n}.db"));
        std::fs::copy(&healthy, &path).unwrap();
        assert!(report(&path).is_healthy(), "before: {sql}");
        plant(&path, sql);
        let found = report(&path);
        assert!(found.findings.iter().any(|finding| is_it(&finding.fault)), "{sql}\n{:#?}", found.findings);
    }
}

#[tokio::test]
async fn a_page_of_the_file_overwritten_is_found() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("bytes.db");
    drop(stories(&address(&path)).await);
    let whole = std::fs::read(&path).unwrap();
    for page in 1..whole.len() / 4096 {
        let mut bytes = whole.clone();
        bytes[page * 4096..page * 4096 + 64].fill(0x5a);
        std::fs::write(&path, &bytes).unwrap();
        assert!(!report(&path).is_healthy(), "page {page}");
    }
}

#[test]
fn what_is_no_database_of_ours_is_refused_and_nothing_is_made() {
    let folder = tempfile::tempdir().unwrap();
    let missing = folder.path().join("missing.db");
    let refused = verify::database(&Address::SqliteFile(missing.clone())).unwrap_err();
    assert!(matches!(refused, OpenError::Missing(_)), "{refused}");
    assert!(!missing.exists());

    let empty = folder.path().join("empty.db");
    std::fs::write(&empty, "").unwrap();
    let refused = verify::database(&Address::SqliteFile(empty)).unwrap_err();
    assert!(matches!(refused, OpenError::Empty(_)), "{refused}");

    let foreign = folder.path().join("foreign.db");
    rusqlite::Connection::open(&foreign).unwrap().execute_batch("create table theirs (x)").unwrap();
    let refused = verify::database(&Address::SqliteFile(foreign)).unwrap_err();
    assert!(matches!(refused, OpenError::Foreign(_)), "{refused}");
}

#[tokio::test]
async fn every_invariant_is_looked_at_and_counts_its_findings() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("counted.db");
    drop(stories(&address(&path)).await);
    let healthy = report(&path);
    assert!(Invariant::ALL.iter().all(|invariant| healthy.broken(*invariant) == 0));
    // Payme's five transactions: one waits, two are performed, two are over; Click's, performed; Uzum's, over. And two orders that
    // nobody has paid, and one held.
    let calls = (3 + 2 * 4 + 2 * 5) + 2 + 3;
    assert_eq!((healthy.calls_repeated, healthy.orders_tried, healthy.unproven_payments), (calls, 3, 0));
    assert_eq!(healthy.texts_searched, 0);
    plant(&path, "update orders set amount_tiyin = 999999 where order_id = 'paid'");
    let damaged = report(&path);
    assert_eq!(damaged.broken(Invariant::Amount), 1);
    assert!(damaged.broken(Invariant::Fold) >= 1);
    assert_eq!(damaged.broken(Invariant::Authentic), 0);
}

#[tokio::test]
async fn a_key_is_found_wherever_it_stands_and_a_test_payment_is_counted() {
    const KEY: &str = "canary-key-7f3e9d-0123456789abcdefgh";
    let mut keys = Traces::default();
    keys.add(KeyDigest::of(KEY.as_bytes()));
    let places = [
        "update transactions set details = '{\"account\":{\"order_id\":\"paid\",\"note\":\"KEY\"}}' where provider_id = 'p1'",
        "update transactions set details = '{\"account\":{},\"fiscal_perform\":[\"KEY\"]}' where provider_id = 'p1'",
        "update transactions set provider_id = 'KEY' where provider_id = 'p1'",
        "update orders set booth_name = 'Booth KEY' where order_id = 'waiting'",
        "update journal set change = replace(change, '\"Test\"', '\"KEY\"')
             where order_row = (select order_row from orders where order_id = 'waiting')",
    ];
    let folder = tempfile::tempdir().unwrap();
    for (n, place) in places.iter().enumerate() {
        let path = folder.path().join(format!("secret-{n}.db"));
        drop(stories(&address(&path)).await);
        let clean = verify::searching(&address(&path), &keys).unwrap();
        assert!(clean.is_healthy() && clean.texts_searched > 10, "{clean:?}");
        plant(&path, &place.replace("KEY", KEY));
        let found = verify::searching(&address(&path), &keys).unwrap();
        assert!(found.findings.iter().any(|it| matches!(it.fault, Fault::Secret(_))), "{place}: {:?}", found.findings);
        assert!(found.broken(Invariant::Authentic) > 0);
        assert!(!format!("{:?}", found.findings).contains(KEY), "{place}");
    }

    // A key that Payme changed is looked for without being told.
    let path = folder.path().join("changed.db");
    drop(stories(&address(&path)).await);
    let digest = KeyDigest::of(KEY.as_bytes()).hex();
    let value = format!(r#"{{"digest":"{digest}","replaces":"{}"}}"#, "00".repeat(32));
    plant(&path, &format!("insert into settings values ('payme.key', '{value}', 1, 1)"));
    assert!(report(&path).is_healthy() && report(&path).texts_searched > 10);
    plant(&path, &format!("update orders set booth_name = '{digest}' where order_id = 'waiting'"));
    assert!(report(&path).findings.iter().any(|it| it.fault == Fault::Secret("its booth's name")));

    plant(
        &path,
        "update journal set actor = 'payme_unproven' where order_row = (select order_row from orders where order_id = 'paid')",
    );
    assert_eq!(report(&path).unproven_payments, 1);
}
