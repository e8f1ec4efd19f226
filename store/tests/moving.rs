//! What moving promises, looked at from both sides with plain SQL: every table and value arrives, a text that cannot be
//! kept stops everything, and whatever stops it leaves the file a database and the target empty.

mod support;

use boothpay_protocol::time::TimeMs;
use boothpay_store::moving::{self, Counts, MoveError, Outcome};
use boothpay_store::{Address, OpenError, Store, verify};
use boothpay_test_support::Database;
use rusqlite::Connection;
use std::path::{Path, PathBuf};
use std::time::Instant;
use support::{make, pay, postgres};

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

/// Orders with all that belongs to them, as the program would have made them: paid, refunded, waiting and closed ones.
fn many(folder: &Path, orders: u32) -> PathBuf {
    let path = folder.join("many.db");
    drop(Store::open(&address(&path)).unwrap());
    let by_hand = Connection::open(&path).unwrap();
    let made = by_hand.execute_batch(&format!(
        r#"begin;
        create temp table n as
            with recursive n(n) as (select 1 union all select n + 1 from n where n < {orders})
            select n, printf('o-%08x', n * 2654435761 % 4294967296) as id, n % 4 as kind, 1000000 + n as amount,
                   n * 1000 as at from n;
        insert into orders
            select id, amount, 1, 'main', 'Чилонзор ' || n, null, null, case kind when 0 then 'paid' when 1 then 'refunded'
                       when 2 then 'pending' else 'cancelled' end, at, at + 900000, null,
                   at + case kind when 3 then 2 else kind + 2 end * 10, case kind when 1 then 4 when 0 then 3 else 2 end
            from n;
        update orders set changed_at_ms = created_at_ms + (version - 1) * 10;
        insert into transactions
            select n, 'payme', 'p' || n, id, amount, at, at + 10, case when kind < 2 then at + 20 end,
                   case kind when 1 then at + 30 end, case kind when 0 then 'performed' when 1 then 'refunded' else 'created' end,
                   case kind when 1 then 'refund' end,
                   '{{"account":{{"order_id":"' || id || '"}}' || case kind when 1 then ',"reason":5' else '' end || '}}'
            from n where kind < 3;
        insert into journal
            select id, 1, at, 'booth', json_object('change', 'order_created', 'amount', amount, 'copies', 1,
                'booth', json_object('id', 'main', 'name', 'Чилонзор ' || n), 'expires_at', at + 900000) from n;
        insert into journal
            select id, 2, at + 10, 'payme', json_object('change', 'transaction_created', 'number', n, 'provider', 'payme',
                'provider_id', 'p' || n, 'provider_time', at, 'amount', amount,
                'details', '{{"account":{{"order_id":"' || id || '"}}}}') from n where kind < 3;
        insert into journal
            select id, 3, at + 20, 'payme', json_object('change', 'transaction_performed', 'number', n) from n where kind < 2;
        insert into journal
            select id, 4, at + 30, 'payme', json_object('change', 'transaction_refunded', 'number', n, 'reason', 'refund',
                'details', '{{"account":{{"order_id":"' || id || '"}},"reason":5}}')
            from n where kind = 1;
        insert into journal select id, 2, at + 10, 'booth', json_object('change', 'order_cancelled') from n where kind = 3;
        commit"#
    ));
    made.unwrap();
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
    let text = "select order_id || version || at_ms || actor || change from journal order by order_id, version";
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
    by_hand.execute("insert into settings values ('payme.key', '{}', 1, 9223372036854775807)", []).unwrap();
    by_hand.execute("insert into setting_changes values ('payme.key', 1, 5, 'payme', '{}')", []).unwrap();
    let tables: String = by_hand
        .query_row("select group_concat(name, ' ') from sqlite_schema where type = 'table'", [], |row| row.get(0))
        .unwrap();
    let tables: Vec<&str> = tables.split(' ').collect();
    assert!(tables.len() >= 4, "{tables:?}");
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
    make(&Store::open(&to).unwrap(), "new", 4_999_000).await;
    pay(&Store::open(&to).unwrap(), "new", "new", 4_999_000, false).await.unwrap();
    assert_eq!(database.sql("select number from transactions where order_id = 'new'").as_deref(), Ok("3"));
}

#[tokio::test]
async fn a_text_that_cannot_be_kept_stops_the_move_and_names_its_row() {
    let (folder, (database, to)) = (tempfile::tempdir().unwrap(), postgres());
    let path = small(folder.path()).await;
    let with_zero = |at: &str| {
        // Rows and journal alike, so that only the move can mind.
        let by_hand = Connection::open(&path).unwrap();
        by_hand.execute("update orders set booth = 'a' || char(0) where order_id = 'c'", []).unwrap();
        by_hand.execute_batch("drop trigger journal_is_not_rewritten").unwrap();
        let change = "update journal set change = replace(change, '\"Test\"', '\"a\\u0000\"') where order_id = 'c'";
        by_hand.execute(change, []).unwrap();
        by_hand.execute_batch(at).unwrap();
    };
    with_zero(
        "create trigger journal_is_not_rewritten before update on journal
begin
    select raise(abort, 'the journal is append-only');
end",
    );
    let refused = migrate(&path, &to).unwrap_err();
    assert!(matches!(&refused, MoveError::Text { table: "orders", row } if row == "c"), "{refused}");
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
          'begin update orders set booth = booth || '' '' where order_id = ''c''; end';",
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
    moving::undo(&address(&path)).unwrap();
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
