//! What moving promises, looked at from both sides with plain SQL: every table and value arrives, a text that cannot be
//! kept stops everything, and whatever stops it leaves the file a database and the target empty.

mod support;

use boothpay_protocol::ledger::booth::{Booth, BoothId};
use boothpay_protocol::ledger::journal::Actor;
use boothpay_protocol::ledger::rows::{Needs, Rows};
use boothpay_protocol::shop::{self, OrderRequest};
use boothpay_protocol::time::TimeMs;
use boothpay_store::moving::{self, Counts, MoveError, Outcome};
use boothpay_store::{Address, OpenError, Store, verify};
use boothpay_test_support::{Database, Ids, Past, fill_sqlite};
use rusqlite::Connection;
use std::path::{Path, PathBuf};
use std::time::Instant;
use support::{at, id, make, pay, postgres, request};

const AT: TimeMs = TimeMs::new(1_795_000_000_000);

fn address(path: &Path) -> Address {
    Address::SqliteFile(path.to_owned())
}

fn migrate(path: &Path, to: &Address) -> Result<Outcome, MoveError> {
    moving::run(&address(path), to, AT, &mut |_| {})
}

fn is_untouched(path: &Path, database: &Database) {
    Store::open(&address(path)).map(drop).unwrap();
    assert_eq!(database.sql("select count(*) from orders").as_deref().unwrap_or("0"), "0");
}

async fn small(folder: &Path) -> PathBuf {
    let path = folder.join("booth.db");
    let store = Store::open(&address(&path)).unwrap();
    for (name, performs) in [("a", true), ("b", false)] {
        make(&store, name, 1000).await;
        pay(&store, name, name, 77, performs).await.unwrap();
    }
    make(&store, "c", 1000).await;
    path
}

/// Orders with all that belongs to them, as the program would have made them.
fn many(folder: &Path, orders: u32) -> PathBuf {
    let path = folder.join("many.db");
    drop(Store::open(&address(&path)).unwrap());
    fill_sqlite(&path, &Past { orders: orders.into(), ids: Ids::Numbers });
    path
}

/// Orders in the long move. For a measurement: `MOVE_ORDERS=100000 cargo test -p boothpay-store --test moving -- --nocapture`.
fn how_many() -> u32 {
    std::env::var("MOVE_ORDERS").ok().map_or(3000, |orders| orders.parse().expect("MOVE_ORDERS is a number"))
}

#[test]
fn many_orders_move_and_both_sides_are_the_same() {
    let (folder, (database, to)) = (tempfile::tempdir().unwrap(), postgres());
    let orders = how_many();
    let path = many(folder.path(), orders);
    let begun = Instant::now();
    let Outcome::Moved(moved) = migrate(&path, &to).unwrap() else { panic!("there was nothing there") };
    println!("{moved:?} in {:.1?}", begun.elapsed());
    assert_eq!(moved.orders, i64::from(orders));
    let sums = "select count(*) filter (where state = 'performed'), sum(amount_tiyin) filter (where state = 'performed'),
                       count(*) filter (where state = 'refunded'), sum(amount_tiyin) filter (where state = 'refunded') from transactions";
    let here: (i64, i64, i64, i64) = Connection::open(&path)
        .unwrap()
        .query_row(sums, [], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?)))
        .unwrap();
    let Counts { performed, performed_tiyin, refunded, refunded_tiyin, .. } = moved;
    assert_eq!((performed, performed_tiyin, refunded, refunded_tiyin), here);
    assert_eq!(database.sql(sums).unwrap(), format!("{}|{}|{}|{}", here.0, here.1, here.2, here.3));
    // Each side's own words for its whole journal.
    let text = "select '' || order_row || version || at_ms || actor || change from journal order by sequence";
    let in_file = Connection::open(&path).unwrap();
    let mut statement = in_file.prepare(text).unwrap();
    let lines: Vec<String> = statement.query_map([], |row| row.get(0)).unwrap().collect::<Result<_, _>>().unwrap();
    assert_eq!(database.sql(&text.replace("|| change", "|| change::text")).unwrap(), lines.join("\n"));
    let begun = Instant::now();
    let report = verify::database(&to).unwrap();
    println!("verified {} orders in {:.1?}", report.orders, begun.elapsed());
    assert!(report.is_healthy(), "{:?}", report.findings);
}

#[tokio::test]
async fn every_table_of_the_schema_moves() {
    let (folder, (database, to)) = (tempfile::tempdir().unwrap(), postgres());
    let path = small(folder.path()).await;
    let by_hand = Connection::open(&path).unwrap();
    by_hand.execute("insert into settings values ('booth.name', '{}', 1, 9223372036854775807)", []).unwrap();
    by_hand.execute("insert into setting_changes values ('booth.name', 1, 5, 'payme', '{}')", []).unwrap();
    by_hand
        .execute(
            "insert into tasks (number, key, kind, target, payload, created_at_ms, state, attempts, due_at_ms)
             values (41, 'msg_1', 'webhook', 'example.uz', '{}', 5, 'waiting', 2, 7)",
            [],
        )
        .unwrap();
    by_hand
        .execute(
            "insert into photo_sessions (id, kind, kiosk_id, status, created_at_ms, expires_at_ms, data, photos, numbered, version)
             values ('abababab-abab-abab-abab-abababababab', 'upload', 1, 'pending', 5, 6, '{}', '[]', 0, 1)",
            [],
        )
        .unwrap();
    by_hand.execute("insert into telegram_updates values (7, 8, 9, 10, '{}', null)", []).unwrap();
    by_hand
        .execute("insert into admins (name, role, created_at_ms, version) values ('owner', 'owner', 5, 1)", [])
        .unwrap();
    by_hand.execute("insert into admin_sessions values (hex(randomblob(32)), 'owner', 5, 6, 0)", []).unwrap();
    by_hand
        .execute("insert into differences values ('payme', 'twice p', 'twice', 5, 'p', null, 1, 2, 'a.csv', 'open', null, null, 5, 5, 1)", [])
        .unwrap();
    by_hand.execute("insert into compared_days values ('payme', '2026-11-28', 1, 2, 3, 4, 1, 'a.csv', 5)", []).unwrap();
    by_hand.execute("insert into audit (number, at_ms, deed) values (51, 5, 'logged_in')", []).unwrap();
    let tables: String = by_hand
        .query_row("select group_concat(name, ' ') from sqlite_schema where type = 'table'", [], |row| row.get(0))
        .unwrap();
    let tables: Vec<&str> = tables.split(' ').collect();
    assert!(tables.len() >= 7, "{tables:?}");
    let counts: Vec<i64> = tables
        .iter()
        .map(|table| by_hand.query_row(&format!("select count(*) from {table}"), [], |row| row.get(0)).unwrap())
        .collect();
    assert!(counts.iter().all(|count| *count > 0), "each table has a row to lose: {tables:?} {counts:?}");
    drop(by_hand);
    migrate(&path, &to).unwrap();
    for (table, count) in tables.iter().zip(counts) {
        assert_eq!(database.sql(&format!("select count(*) from {table}")).unwrap(), count.to_string(), "{table}");
    }
    assert_eq!(database.sql("select nextval('task_numbers')").as_deref(), Ok("42"));
    assert_eq!(database.sql("select nextval('audit_numbers')").as_deref(), Ok("52"));
    make(&Store::open(&to).unwrap(), "new", 4_999_000).await;
    pay(&Store::open(&to).unwrap(), "new", "new", 4_999_000, false).await.unwrap();
    assert_eq!(
        database.sql("select number from transactions join orders using (order_row) where order_id = 'new'").as_deref(),
        Ok("3")
    );
}

#[tokio::test]
async fn a_text_that_cannot_be_kept_stops_the_move_and_names_its_row() {
    let (folder, (database, to)) = (tempfile::tempdir().unwrap(), postgres());
    let path = small(folder.path()).await;
    let store = Store::open(&address(&path)).unwrap();
    let booth = Booth { id: BoothId::main(), name: "a\0".to_owned() };
    let request = OrderRequest { booth, ..request("d") };
    let decide = move |rows: &Rows| shop::offer(&request, rows, at(1000));
    store.transact(Needs::order(id("d")), Actor::Booth, decide).await.unwrap().reply.unwrap();
    drop(store);
    let refused = migrate(&path, &to).unwrap_err();
    assert!(matches!(&refused, MoveError::Text { table: "orders", row } if row == "4 d"), "{refused}");
    is_untouched(&path, &database);
}

#[tokio::test]
async fn what_the_target_would_change_is_noticed_before_the_commit() {
    let folder = tempfile::tempdir().unwrap();
    let path = small(folder.path()).await;
    // Between copying and comparing, somebody with the right to do so changes what arrives.
    for (change, table) in [
        (
            "create function spoil() returns event_trigger language plpgsql as
          'begin update transactions set reason = null, amount_tiyin = amount_tiyin + 1 where number = 1; end';",
            "transactions",
        ),
        (
            "create function spoil() returns event_trigger language plpgsql as
          'begin set local session_replication_role = replica; delete from transactions where number = 2;
           set local session_replication_role = origin; end';",
            "transactions",
        ),
        (
            "create function spoil() returns event_trigger language plpgsql as
          'begin update orders set booth_name = booth_name || '' '' where order_id = ''c''; end';",
            "orders",
        ),
    ] {
        let (database, to) = postgres();
        drop(Store::open(&to).unwrap());
        database.sql(change).unwrap();
        database
            .sql(
                "create event trigger spoil on ddl_command_end when tag in ('ALTER SEQUENCE') execute function spoil()",
            )
            .unwrap();
        let refused = migrate(&path, &to).unwrap_err();
        assert!(matches!(&refused, MoveError::Differs { table: at, .. } if *at == table), "{refused}");
        is_untouched(&path, &database);
    }
}

#[tokio::test]
async fn a_moved_file_goes_nowhere_else_until_the_move_is_taken_back() {
    let (folder, (_database, to), (_other, elsewhere)) = (tempfile::tempdir().unwrap(), postgres(), postgres());
    let path = small(folder.path()).await;
    assert!(matches!(migrate(&path, &to).unwrap(), Outcome::Moved(_)));
    let refused = Store::open(&address(&path)).map(drop).unwrap_err();
    let words = refused.to_string();
    assert!(matches!(refused, OpenError::Moved { .. }) && words.contains("on 2026-11-18 11:06 UTC"), "{words}");
    assert!(matches!(migrate(&path, &elsewhere).unwrap_err(), MoveError::MovedBefore { .. }));
    // Nobody has worked there yet.
    assert!(matches!(migrate(&path, &to).unwrap(), Outcome::WasThere(Counts { orders: 3, performed: 1, .. })));
    make(&Store::open(&to).unwrap(), "later", 9_000_000).await;
    assert!(matches!(migrate(&path, &to).unwrap_err(), MoveError::Differs { table: "orders", .. }));
    moving::undo(&address(&path), None).unwrap();
    assert!(matches!(migrate(&path, &to).unwrap_err(), MoveError::NotEmpty(_)));
    assert!(matches!(migrate(&path, &elsewhere).unwrap(), Outcome::Moved(_)));
}

#[tokio::test]
async fn nobody_can_open_the_file_while_it_is_moved() {
    let (folder, (database, to)) = (tempfile::tempdir().unwrap(), postgres());
    let path = small(folder.path()).await;
    let mut asked = 0;
    moving::run(&address(&path), &to, AT, &mut |_| {
        asked += 1;
        let by_hand = Connection::open(&path).unwrap();
        by_hand.busy_timeout(std::time::Duration::ZERO).unwrap();
        let read = by_hand.query_row("select count(*) from orders", [], |row| row.get::<_, i64>(0));
        let busy = Some(rusqlite::ErrorCode::DatabaseBusy);
        assert_eq!(read.unwrap_err().sqlite_error_code(), busy);
    })
    .unwrap();
    assert_eq!(asked, 4, "at every step");
    assert_eq!(database.sql("select count(*) from orders").as_deref(), Ok("3"));
}
