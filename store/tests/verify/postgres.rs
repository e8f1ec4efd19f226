//! On PostgreSQL: the same damage, found by the same words, and what only a server can lose: an index that is not valid, a
//! check that was never made, a trigger that is switched off.

use crate::damage::{DAMAGE, Damage};
use crate::stories::{begin, change, make, stories};
use boothpay_protocol::ledger::journal::Change;
use boothpay_protocol::ledger::rows::Rows;
use boothpay_protocol::time::TimeMs;
use boothpay_store::verify::{self, Fault, Report};
use boothpay_store::{Address, OpenError, Store};
use boothpay_test_support::{Cluster, Database};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

fn address(database: &Database) -> Address {
    Address::parse(&database.url).unwrap()
}

fn report(database: &Database) -> Report {
    verify::database(&address(database)).unwrap()
}

/// Switches the database's rules off, as far as rows go, and carries SQL out.
fn plant(database: &Database, sql: &str) {
    let lawless = "set session_replication_role = replica;
        do $$
        declare rule record;
        begin
            for rule in select conname, conrelid::regclass as place from pg_constraint
                        where conrelid in ('orders'::regclass, 'transactions'::regclass, 'journal'::regclass,
                                           'settings'::regclass) and contype in ('c', 'f') loop
                execute format('alter table %s drop constraint %I', rule.place, rule.conname);
            end loop;
        end $$;
        drop index one_holder_per_order;";
    database
        .sql(&format!("{lawless} {}", sql.replace("JSON", "::json")))
        .unwrap_or_else(|error| panic!("{error}: {sql}"));
}

const ROWS: &[Damage] = &[
    ("insert into settings values ('payme.key', '{}', 1, 1)", |it| {
        matches!(it, Fault::Unreadable { what: "a changed key", .. })
    }),
    (
        "alter table transactions drop constraint transactions_pkey,
          drop constraint transactions_provider_provider_id_key;
      insert into transactions select number, order_row, provider, provider_id, amount_tiyin, provider_time_ms,
          create_time_ms, perform_time_ms, cancel_time_ms, state, reason, details
      from transactions where provider_id = 'p4'",
        |it| matches!(it, Fault::Repeated { what, .. } if what == "transaction 4"),
    ),
    (
        "alter table orders drop constraint orders_pkey cascade, drop constraint orders_order_id_key; insert into orders select * from orders where order_id = 'paid'",
        |it| matches!(it, Fault::Repeated { what, times: 2 } if what == "the order"),
    ),
    ("alter sequence transaction_numbers restart with 7", |it| {
        matches!(it, Fault::Numbers { what: "transaction", next: 7, last: 7 })
    }),
    ("update orders set copies = 70000 where order_id = 'waiting'", |it| {
        matches!(it, Fault::Unreadable { what: "the order", .. })
    }),
];

/// Planted with all rules in force, and the rule that has to be named.
const RULES: &[(&str, &str)] = &[
    (
        "update pg_index set indisvalid = false where indexrelid = 'transactions_by_provider_time'::regclass",
        "index transactions_by_provider_time is not as it was made",
    ),
    (
        "alter table transactions drop constraint transactions_amount_tiyin_check;
      alter table transactions add constraint transactions_amount_tiyin_check check (amount_tiyin > 0) not valid",
        "constraint transactions_amount_tiyin_check of transactions is not as it was made",
    ),
    ("alter table orders drop constraint orders_status_check", "constraint orders_status_check of orders is missing"),
    (
        "alter table transactions drop constraint transactions_order_row_fkey",
        "constraint transactions_order_row_fkey of transactions is missing",
    ),
    (
        "alter table journal disable trigger journal_is_not_rewritten",
        "trigger journal_is_not_rewritten is not as it was made",
    ),
    ("drop trigger journal_is_not_emptied on journal", "trigger journal_is_not_emptied is missing"),
    ("alter table transactions disable trigger all", "checking of references of transactions is not as it was made"),
    (
        "create or replace function rows_stay() returns trigger language plpgsql as
      'begin return new; end'",
        "function rows_stay is not as it was made",
    ),
    ("create rule quiet as on insert to journal do instead nothing", "rule quiet of journal is none of ours"),
    ("alter table setting_changes set unlogged", "table setting_changes is not as it was made"),
    (
        "alter table transactions alter column details drop not null",
        "column transactions.details is not as it was made",
    ),
    ("drop index one_holder_per_order", "index one_holder_per_order is missing"),
    ("create index theirs on orders (booth_name)", "index theirs is none of ours"),
    ("alter sequence transaction_numbers increment by -1", "sequence transaction_numbers is not as it was made"),
];

#[tokio::test]
async fn every_kind_of_damage_is_found_by_name() {
    let healthy = Cluster::shared().database();
    drop(stories(&address(&healthy)).await);
    assert_eq!(report(&healthy).findings, []);
    for (sql, is_it) in DAMAGE.iter().chain(ROWS) {
        let damaged = Cluster::shared().copy_of(&healthy);
        plant(&damaged, sql);
        let found = report(&damaged);
        assert!(found.findings.iter().any(|finding| is_it(&finding.fault)), "{sql}\n{:#?}", found.findings);
    }
}

#[tokio::test]
async fn every_rule_that_is_gone_is_named_and_nothing_else() {
    let healthy = Cluster::shared().database();
    drop(stories(&address(&healthy)).await);
    for (sql, rule) in RULES {
        let damaged = Cluster::shared().copy_of(&healthy);
        damaged.sql(sql).unwrap_or_else(|error| panic!("{error}: {sql}"));
        let found = report(&damaged);
        let words: Vec<String> = found.findings.iter().map(ToString::to_string).collect();
        assert!(words.iter().any(|line| line.ends_with(rule)), "{sql}\n{words:#?}");
        assert!(found.findings.iter().all(|finding| matches!(finding.fault, Fault::Rule(_))), "{words:#?}");
    }
}

#[tokio::test]
async fn a_row_that_no_index_leads_to_is_missed() {
    let database = Cluster::shared().database();
    drop(stories(&address(&database)).await);
    let index = |ready: bool| {
        let set = format!("update pg_index set indisready = {ready} where indexrelid = 'orders_pkey'::regclass");
        database.sql(&set).unwrap();
    };
    index(false);
    database
        .sql(
            "insert into orders (order_row, order_id, amount_tiyin, copies, booth_id, booth_name, status, created_at_ms,
                                 expires_at_ms, changed_at_ms, version)
             values (99, 'hidden', 5, 1, 'main', 'b', 'pending', 1, 1, 1, 1)",
        )
        .unwrap();
    index(true);
    let found = report(&database);
    let unreached = Fault::Unreached { table: "orders", rows: 9, reached: 8 };
    assert!(found.findings.iter().any(|finding| finding.fault == unreached), "{:#?}", found.findings);
}

#[tokio::test]
async fn a_healthy_database_passes_beside_its_servers_and_after_them() {
    let database = Cluster::shared().database();
    let store = stories(&address(&database)).await;
    let beside = report(&database);
    assert_eq!(beside.findings, []);
    assert_eq!((beside.orders, beside.transactions, beside.journal_rows), (8, 7, 26));
    assert_eq!(beside.last_change, Some(TimeMs::new(6000)));
    make(&store, "another").await;
    drop(store);
    assert_eq!(report(&database).orders, 9);
    assert_eq!(database.sql("select count(*) from pg_namespace where nspname like 'boothpay%'").as_deref(), Ok("0"));
}

/// Everything of an order changes in one commit, so only a reading of several moments would see half a change.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_reading_under_load_is_one_moment() {
    let database = Cluster::shared().database();
    let store = Store::open(&address(&database)).unwrap();
    let (stop, made) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicU64::new(0)));
    let loads: Vec<_> = (0..8)
        .map(|worker| {
            let (store, stop, made) = (store.clone(), Arc::clone(&stop), Arc::clone(&made));
            tokio::spawn(async move {
                let mut n = 0;
                while !stop.load(Ordering::SeqCst) {
                    let name = format!("order-{}-{worker}-{n}", (worker + n) % 10);
                    make(&store, &name).await;
                    begin(&store, &name, &name).await;
                    let perform = |rows: &Rows| Change::TransactionPerformed {
                        number: rows.holder.clone().unwrap().number,
                        details: None,
                    };
                    change(&store, &name, 3000, perform).await;
                    made.fetch_add(1, Ordering::SeqCst);
                    n += 1;
                }
            })
        })
        .collect();
    for n in 0..6 {
        while made.load(Ordering::SeqCst) < (n + 1) * 200 {
            tokio::task::yield_now().await;
        }
        let floor = made.load(Ordering::SeqCst);
        let address = address(&database);
        let report = tokio::task::spawn_blocking(move || verify::database(&address)).await.unwrap().unwrap();
        assert_eq!(report.findings, [], "reading {n}");
        assert!(report.orders >= floor, "{floor} {}", report.orders);
    }
    stop.store(true, Ordering::SeqCst);
    for load in loads {
        load.await.unwrap();
    }
}

#[test]
fn what_is_no_database_of_ours_is_refused_and_nothing_is_made() {
    let empty = Cluster::shared().database();
    let refused = verify::database(&address(&empty)).unwrap_err();
    assert!(matches!(refused, OpenError::EmptyServer(_)), "{refused}");
    assert_eq!(
        empty.sql("select count(*) from pg_class where relnamespace = 'public'::regnamespace").as_deref(),
        Ok("0")
    );
    let foreign = Cluster::shared().database();
    foreign.sql("create table orders (theirs text)").unwrap();
    let refused = verify::database(&address(&foreign)).unwrap_err();
    assert!(matches!(refused, OpenError::Occupied(_)), "{refused}");
    let refused = verify::database(&Address::SqliteMemory).unwrap_err();
    assert!(matches!(refused, OpenError::InMemory), "{refused}");
}
