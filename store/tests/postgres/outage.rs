//! A server that freezes, stops, crashes or ends our sessions: an error soon, nothing hangs, nothing is applied twice, and
//! everything goes on when it is back. The bounds asserted are generous; the times measured are printed.

use crate::support::{at, id, make, offer, pay};
use boothpay_protocol::ledger::period::Period;
use boothpay_protocol::ledger::provider::Provider;
use boothpay_protocol::ledger::rows::Needs;
use boothpay_store::{Address, Store, StoreError};
use boothpay_test_support::{Cluster, Database};
use std::time::{Duration, Instant};

/// Nothing may take longer, neither an error nor the return.
const BOUND: Duration = Duration::from_secs(5);

fn own() -> (Cluster, Database, Store) {
    let cluster = Cluster::start();
    let database = cluster.database();
    let store = Store::open(&Address::parse(&database.url).unwrap()).unwrap();
    (cluster, database, store)
}

/// What a call comes to, which has to be within the bound.
async fn soon<T>(what: &str, call: impl Future<Output = Result<T, StoreError>>) -> Result<T, StoreError> {
    let started = Instant::now();
    let result = tokio::time::timeout(BOUND, call).await.unwrap_or_else(|_| panic!("{what} hangs"));
    println!("{what}: {} after {:?}", if result.is_ok() { "done" } else { "error" }, started.elapsed());
    result
}

/// Waits until everything works again.
async fn back(store: &Store, since: Instant) {
    loop {
        let lead = store.try_lead().await.is_ok();
        let write = store.probe().await.is_ok();
        let read = store.rows(Needs::order(id("a"))).await.is_ok();
        if lead && write && read {
            break;
        }
        assert!(since.elapsed() < BOUND, "not back: lead {lead}, write {write}, read {read}");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    println!("back after {:?}", since.elapsed());
}

async fn everything_fails_soon(store: &Store) {
    let all = Period { from: at(0), to: at(10) };
    let calls = tokio::join!(
        soon("a call", pay(store, "a", "p1", 1, true)),
        soon("the probe", store.probe()),
        soon("a reading", store.rows(Needs::order(id("a")))),
        soon("an overview", store.order_counts()),
        soon("a statement", store.statement(Provider::Payme, all)),
        soon("the lead", store.try_lead()),
    );
    let failed = [calls.0.is_err(), calls.1.is_err(), calls.2.is_err(), calls.3.is_err(), calls.4.is_err()];
    assert_eq!(failed, [true; 5]);
    assert!(calls.5.is_err());
    // Also when nothing else is asked together with it.
    assert!(soon("the probe alone", store.probe()).await.is_err());
}

/// The repeated call settles what the outage left open: the payment is there once.
async fn settle(store: &Store) {
    if store.transactions(id("a")).await.unwrap().is_empty() {
        pay(store, "a", "p1", 1, true).await.unwrap();
    }
    assert_eq!(store.transactions(id("a")).await.unwrap().len(), 1);
    assert_eq!(store.journal(id("a")).await.unwrap().len(), 3);
}

#[tokio::test]
async fn a_frozen_server_gives_errors_and_goes_on_when_it_thaws() {
    let (cluster, _database, store) = own();
    make(&store, "a", 1000).await;
    assert!(store.try_lead().await.unwrap());
    for _ in 0..2 {
        cluster.freeze();
        everything_fails_soon(&store).await;
        everything_fails_soon(&store).await;
        cluster.thaw();
        back(&store, Instant::now()).await;
        settle(&store).await;
    }
}

#[tokio::test]
async fn a_server_that_stops_or_crashes_is_used_again_when_it_is_back() {
    let (cluster, _database, store) = own();
    make(&store, "a", 1000).await;
    for mode in ["fast", "immediate"] {
        cluster.stop_server(mode);
        everything_fails_soon(&store).await;
        cluster.start_server();
        back(&store, Instant::now()).await;
        settle(&store).await;
    }
}

#[tokio::test]
async fn sessions_that_are_ended_lose_nothing_and_repeat_nothing() {
    const ORDERS: i64 = 200;
    let (_cluster, database, store) = own();
    let ends_all = "select pg_terminate_backend(pid) from pg_stat_activity
                    where application_name = 'boothpay' and pid <> pg_backend_pid()";
    let ending = tokio::task::spawn_blocking(move || {
        for _ in 0..20 {
            database.sql(ends_all).unwrap();
        }
    });
    let calls = (0..ORDERS).map(|n| {
        let store = store.clone();
        tokio::spawn(async move {
            let name = format!("o{n}");
            let started = Instant::now();
            // As a provider does: the same call again until there is an answer.
            while offer(&store, &name, 1000).await.is_err() {
                assert!(started.elapsed() < Duration::from_secs(60), "no answer for {name}");
            }
            loop {
                match store.transactions(id(&name)).await {
                    Ok(found) if !found.is_empty() => break,
                    Ok(_) => drop(pay(&store, &name, &format!("p{n}"), n, true).await),
                    Err(_) => {}
                }
                assert!(started.elapsed() < Duration::from_secs(60), "no answer for {name}");
            }
        })
    });
    for call in calls.collect::<Vec<_>>() {
        call.await.unwrap();
    }
    ending.await.unwrap();
    back(&store, Instant::now()).await;
    for n in 0..ORDERS {
        let journal = store.journal(id(&format!("o{n}"))).await.unwrap();
        assert_eq!(journal.iter().map(|entry| entry.version).collect::<Vec<_>>(), [1, 2, 3]);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_that_is_told_to_keep_nothing_while_it_runs_takes_no_more_payments() {
    let (cluster, database, store) = own();
    make(&store, "a", 1).await;
    let configure = |line: &str| {
        cluster.configure(line);
        database.sql("select pg_reload_conf()").unwrap();
    };
    for setting in ["fsync", "full_page_writes"] {
        configure(&format!("{setting} = off\n"));
        let since = Instant::now();
        while store.probe().await.is_ok() {
            assert!(since.elapsed() < BOUND, "{setting}: payments are taken still");
        }
        everything_fails_soon(&store).await;
        configure(&format!("{setting} = on\n"));
        back(&store, Instant::now()).await;
    }
    make(&store, "b", 2).await;
}
