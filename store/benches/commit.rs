//! What a committed call costs in the store: `cargo bench --bench commit`.
//!
//! Callers in great number create and perform payments through [`Store::transact`], on SQLite on disk with
//! `synchronous=FULL`, each waiting for its commit before its next call. Next to it, in turns, what SQLite alone can do with
//! the same number of rows in a commit: one row into a bare table of one index, by one prepared statement. Another number
//! of callers with `COMMIT_CALLERS`, another store with `COMMIT_DATABASE`: the address of an empty PostgreSQL database, or
//! just `postgres` for a private server with the settings that Debian gives it.

use boothpay_protocol::ledger::booth::{Booth, BoothId};
use boothpay_protocol::ledger::journal::Actor;
use boothpay_protocol::ledger::order::{Copies, OrderId};
use boothpay_protocol::ledger::provider::{Provider, ProviderId};
use boothpay_protocol::ledger::rows::Needs;
use boothpay_protocol::money::Tiyin;
use boothpay_protocol::payme::{self, Account, AskedAmount, Call};
use boothpay_protocol::providers::Rules;
use boothpay_protocol::shop::{self, OrderRequest};
use boothpay_protocol::time::{SpanMs, TimeMs};
use boothpay_store::{Address, Store};
use boothpay_test_support::Cluster;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

/// Callers at the same time.
const CALLERS: u64 = 256;
/// How long each turn lasts.
const TURN: Duration = Duration::from_secs(2);
const TURNS: u64 = 3;
/// Orders made before each turn: more than a turn can pay.
const ORDERS: u64 = 150_000;
const NOW: TimeMs = TimeMs::new(1_795_285_991_058);

/// Who pays.
const PAYME: Actor = Actor::Provider { provider: Provider::Payme, proven: true };

fn main() {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().expect("a runtime");
    let folder = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).expect("a folder on the disk");
    let callers = std::env::var("COMMIT_CALLERS").ok().and_then(|n| n.parse().ok()).unwrap_or(CALLERS);
    // Kept until the end: a private server ends with it.
    let mut cluster = None;
    let address = match std::env::var("COMMIT_DATABASE").as_deref() {
        Ok("postgres") => {
            let cluster = cluster.insert(Cluster::start());
            cluster.configure("shared_buffers = 128MB\nsynchronous_commit = on\n");
            cluster.stop_server("fast");
            cluster.start_server();
            Address::parse(&cluster.database().url).expect("an address")
        }
        Ok(address) => Address::parse(address).expect("a database address"),
        Err(_) => Address::SqliteFile(folder.path().join("bench.db")),
    };
    let store = Store::open(&address).expect("a database");
    let (mut calls, mut calls_time) = (0, Duration::ZERO);
    let (mut rows, mut rows_time) = (0, Duration::ZERO);
    for turn in 0..TURNS {
        let (done, took) = bare(&folder.path().join(format!("bare-{turn}.db")), callers);
        rows += done;
        rows_time += took;
        let first = turn * ORDERS;
        runtime.block_on(make_orders(&store, first));
        let before = cpu("sqlite-writer");
        let (done, took) = runtime.block_on(pay(&store, first, callers));
        let spent = cpu("sqlite-writer").saturating_sub(before);
        println!("turn {turn}: the writing thread worked {:.1} µs per call", micros(spent) / done as f64);
        calls += done;
        calls_time += took;
    }
    let per_second = |count: u64, time: Duration| count as f64 / time.as_secs_f64();
    println!("callers                       {callers}");
    println!("SQLite alone, one row each    {:>8.0} rows/s", per_second(rows, rows_time));
    println!("create and perform            {:>8.0} calls/s", per_second(calls, calls_time));
    println!("ratio                         {:.2}", per_second(calls, calls_time) / per_second(rows, rows_time));
}

/// Rows into a bare table, as many in a commit as there are callers.
fn bare(path: &std::path::Path, callers: u64) -> (u64, Duration) {
    let connection = rusqlite::Connection::open(path).expect("a database");
    connection
        .execute_batch(
            "pragma journal_mode = wal; pragma synchronous = full;
             create table bare (id text primary key, amount integer not null, body text not null) strict",
        )
        .expect("a table");
    let body = "x".repeat(100);
    let started = Instant::now();
    let mut rows = 0_u64;
    while started.elapsed() < TURN {
        connection.execute_batch("begin immediate").expect("a transaction");
        let mut insert = connection.prepare_cached("insert into bare values (?1, ?2, ?3)").expect("a statement");
        for _ in 0..callers {
            rows += 1;
            insert.execute(rusqlite::params![format!("row-{rows:020}"), 1000, body]).expect("a row");
        }
        drop(insert);
        connection.execute_batch("commit").expect("a commit");
    }
    (rows, started.elapsed())
}

fn order_id(n: u64) -> OrderId {
    OrderId::parse(&format!("bench-{n:012}")).expect("an id")
}

async fn make_orders(store: &Store, first: u64) {
    let mut tasks = tokio::task::JoinSet::new();
    for n in first..first + ORDERS {
        let store = store.clone();
        tasks.spawn(async move {
            let request = OrderRequest {
                id: order_id(n),
                amount: Tiyin::new(1_000_000).expect("an amount"),
                copies: Copies::ONE,
                booth: Booth { id: BoothId::main(), name: "bench".to_owned() },
                chosen: None,
                language: None,
                lifetime: SpanMs::new(86_400_000),
            };
            let decide = move |rows: &_| shop::offer(&request, rows, NOW);
            store
                .transact(Needs::order(order_id(n)), Actor::Api, decide)
                .await
                .expect("a store")
                .reply
                .expect("an order");
        });
        if tasks.len() >= 2048 {
            tasks.join_next().await;
        }
    }
    tasks.join_all().await;
}

/// Pays orders until the turn is over; the calls made and the time they took.
async fn pay(store: &Store, first: u64, callers: u64) -> (u64, Duration) {
    let next = Arc::new(AtomicU64::new(first));
    let started = Instant::now();
    let mut tasks = tokio::task::JoinSet::new();
    for _ in 0..callers {
        let (store, next) = (store.clone(), Arc::clone(&next));
        tasks.spawn(async move {
            let mut calls = 0_u64;
            while started.elapsed() < TURN {
                let n = next.fetch_add(1, Ordering::Relaxed);
                assert!(n < first + ORDERS, "more orders are needed than were made");
                let id = ProviderId::parse(&format!("{n:024x}")).expect("an id");
                let account =
                    Account { json: format!(r#"{{"order_id":"{}"}}"#, order_id(n)), order_id: Some(order_id(n)) };
                let amount = AskedAmount(Some(Tiyin::new(1_000_000).expect("an amount")));
                for call in [Call::Create { id: id.clone(), time: NOW, amount, account }, Call::Perform { id }] {
                    let needs = payme::needs(&call);
                    let decide = move |rows: &_| payme::decide(&call, rows, NOW, &Rules::default(), None);
                    store.transact(needs, PAYME, decide).await.expect("a store").reply.expect("a payment");
                    calls += 1;
                }
            }
            calls
        });
    }
    let calls = tasks.join_all().await.into_iter().sum();
    (calls, started.elapsed())
}

fn micros(time: Duration) -> f64 {
    time.as_secs_f64() * 1e6
}

/// The processor time of this process's threads of that name so far; Linux only, elsewhere nothing.
fn cpu(name: &str) -> Duration {
    let Ok(threads) = std::fs::read_dir("/proc/self/task") else { return Duration::ZERO };
    let nanos = threads.flatten().filter_map(|thread| {
        let called = std::fs::read_to_string(thread.path().join("comm")).ok()?;
        let stat = std::fs::read_to_string(thread.path().join("schedstat")).ok()?;
        (called.trim() == name).then(|| stat.split_whitespace().next()?.parse::<u64>().ok()).flatten()
    });
    Duration::from_nanos(nanos.sum())
}
