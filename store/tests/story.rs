//! The store's promises, on SQLite in memory and on disk and on PostgreSQL: what was committed is there, whole, under its
//! rules, after the store is opened again.

mod support;

use boothpay_protocol::ledger::details::Details;
use boothpay_protocol::ledger::journal::{Actor, Change, fold};
use boothpay_protocol::ledger::order::OrderStatus;
use boothpay_protocol::ledger::period::Period;
use boothpay_protocol::ledger::provider::{Provider, ProviderId};
use boothpay_protocol::ledger::rows::{Decision, Needs, Rows};
use boothpay_protocol::ledger::transaction::NewTransaction;
use boothpay_protocol::money::Tiyin;
use boothpay_protocol::providers::WaitingSince;
use boothpay_protocol::shop;
use boothpay_store::{Address, Store, StoreError};
use support::{at, id, make, pay, postgres};

/// Who pays.
const PAYME: Actor = Actor::Provider { provider: Provider::Payme, proven: true };

/// Runs a story on every kind of store.
async fn on_every_store<F: Future<Output = ()>>(story: impl Fn(Store) -> F) {
    story(Store::open(&Address::SqliteMemory).unwrap()).await;
    let folder = tempfile::tempdir().unwrap();
    story(Store::open(&Address::SqliteFile(folder.path().join("story.db"))).unwrap()).await;
    story(Store::open(&postgres().1).unwrap()).await;
}

#[tokio::test]
async fn rows_are_what_the_journal_folds_to() {
    on_every_store(async |store| {
        make(&store, "a", 1000).await;
        pay(&store, "a", "p1", 77, true).await.unwrap();
        store.transact(Needs::order(id("a")), Actor::Booth, |rows| shop::printed(rows, at(6_000_000))).await.unwrap();
        let journal = store.journal(id("a")).await.unwrap();
        assert_eq!(journal.iter().map(|entry| entry.version).collect::<Vec<_>>(), [1, 2, 3, 4]);
        let folded = fold(&journal).unwrap();
        let rows = store.rows(Needs::order(id("a"))).await.unwrap();
        assert_eq!(folded.order, rows.order);
        assert_eq!(folded.transactions, store.transactions(id("a")).await.unwrap());
        assert_eq!(rows.order.unwrap().status, OrderStatus::Paid);
    })
    .await;
}

/// Panics where it is put away: in the thread, or the task, that writes.
struct Bomb;

impl Drop for Bomb {
    fn drop(&mut self) {
        panic!("as asked");
    }
}

#[tokio::test]
async fn a_panic_of_whoever_writes_stops_nothing_and_loses_nothing() {
    on_every_store(async |store| {
        make(&store, "a", 1000).await;
        for number in 0..3 {
            let bomb = Bomb;
            let decide = move |_: &Rows| {
                let _held = &bomb;
                Decision::answer(())
            };
            // What it was answered does not matter here: it asked for nothing.
            let _ = store.transact(Needs::order(id("a")), Actor::Booth, decide).await;
            make(&store, &format!("after-{number}"), 1000).await;
        }
        pay(&store, "a", "p1", 77, true).await.unwrap();
        assert_eq!(store.rows(Needs::order(id("a"))).await.unwrap().order.unwrap().status, OrderStatus::Paid);
        let mut counts = store.order_counts().await.unwrap();
        counts.sort_by_key(|(status, _)| status.word());
        assert_eq!(counts, [(OrderStatus::Paid, 1), (OrderStatus::Pending, 3)]);
    })
    .await;
}

/// An owner may copy it away like any other file.
#[tokio::test]
async fn a_file_that_was_closed_has_everything_in_itself() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("closed.db");
    let store = Store::open(&Address::SqliteFile(path.clone())).unwrap();
    make(&store, "a", 1000).await;
    pay(&store, "a", "p1", 77, true).await.unwrap();
    // Looked up, listed, added up: by every kind of connection.
    assert_eq!(store.rows(Needs::order(id("a"))).await.unwrap().order.unwrap().status, OrderStatus::Paid);
    assert!(store.rows(Needs::order(id("b"))).await.unwrap().order.is_none());
    assert_eq!(store.journal(id("a")).await.unwrap().len(), 3);
    assert_eq!(store.order_counts().await.unwrap(), [(OrderStatus::Paid, 1)]);
    drop(store);
    let names: Vec<_> = std::fs::read_dir(folder.path()).unwrap().map(|it| it.unwrap().file_name()).collect();
    assert_eq!(names, ["closed.db"]);
}

#[tokio::test]
async fn a_second_holder_is_refused_and_changes_nothing() {
    on_every_store(async |store| {
        make(&store, "a", 1000).await;
        pay(&store, "a", "p1", 77, false).await.unwrap();
        let before = store.journal(id("a")).await.unwrap();
        assert!(pay(&store, "a", "p2", 78, false).await.is_err());
        assert_eq!(store.journal(id("a")).await.unwrap(), before);
        assert_eq!(store.transactions(id("a")).await.unwrap().len(), 1);
    })
    .await;
}

#[tokio::test]
async fn one_providers_id_cannot_be_used_twice() {
    on_every_store(async |store| {
        make(&store, "a", 1000).await;
        make(&store, "b", 1000).await;
        pay(&store, "a", "same", 77, false).await.unwrap();
        // The needs name the other order, so only the database can notice.
        let decide = |rows: &Rows| {
            let created = Change::TransactionCreated(NewTransaction {
                number: rows.next_number,
                provider: Provider::Payme,
                provider_id: ProviderId::parse("same").unwrap(),
                provider_time: at(1),
                amount: Tiyin::new(1_000_000).unwrap(),
                details: Details::new(r#"{"account":{}}"#.to_owned()),
            });
            Decision::change(id("b"), at(5_000_000), vec![created], ())
        };
        assert!(store.transact(Needs::order(id("b")), PAYME, decide).await.is_err());
        assert_eq!(store.transactions(id("b")).await.unwrap(), []);
    })
    .await;
}

#[tokio::test]
async fn calls_committed_together_do_not_harm_each_other() {
    on_every_store(async |store| {
        let calls = (0..200).map(|n| {
            let store = store.clone();
            tokio::spawn(async move {
                let name = format!("order-{n}");
                make(&store, &name, 1000).await;
                match n % 4 {
                    0 => {
                        let panics = store
                            .transact(Needs::order(id(&name)), Actor::Booth, |_: &Rows| -> Decision<()> {
                                panic!("a planted bug")
                            })
                            .await;
                        assert!(matches!(panics, Err(StoreError::Bug)), "{panics:?}");
                    }
                    1 => {
                        // Not allowed on an order that nobody has paid.
                        let forbidden = store
                            .transact(Needs::order(id(&name)), Actor::Booth, |rows: &Rows| {
                                let order = rows.order.clone().unwrap();
                                Decision::change(order.id, at(2000), vec![Change::OrderPrinted], ())
                            })
                            .await;
                        assert!(matches!(forbidden, Err(StoreError::Forbidden(_))), "{forbidden:?}");
                    }
                    _ => pay(&store, &name, &format!("p{n}"), n, true).await.unwrap(),
                }
            })
        });
        for call in calls.collect::<Vec<_>>() {
            call.await.unwrap();
        }
        let counts = store.order_counts().await.unwrap();
        assert!(
            counts.contains(&(OrderStatus::Paid, 100)) && counts.contains(&(OrderStatus::Pending, 100)),
            "{counts:?}"
        );
    })
    .await;
}

#[tokio::test]
async fn a_statement_is_by_the_providers_time_with_both_bounds() {
    on_every_store(async |store| {
        for (n, provider_time) in [(1, 300), (2, 100), (3, 200), (4, 200), (5, 400)] {
            make(&store, &format!("o{n}"), 1000).await;
            pay(&store, &format!("o{n}"), &format!("p{n}"), provider_time, n % 2 == 0).await.unwrap();
        }
        let ids = async |from, to| {
            let period = Period { from: at(from), to: at(to) };
            let mut pages = store.statement(Provider::Payme, period).await.unwrap();
            let mut ids = Vec::new();
            while let Some(page) = pages.recv().await {
                ids.extend(page.unwrap().into_iter().map(|transaction| transaction.provider_id.to_string()));
            }
            ids
        };
        assert_eq!(ids(100, 300).await, ["p2", "p3", "p4", "p1"]);
        assert_eq!(ids(200, 200).await, ["p3", "p4"]);
        assert_eq!(ids(401, 500).await, [""; 0]);
        assert_eq!(ids(300, 100).await, [""; 0]);
        assert_eq!(ids(i64::MIN, i64::MAX).await.len(), 5);
    })
    .await;
}

#[tokio::test]
async fn a_long_statement_comes_whole_and_in_order() {
    on_every_store(async |store| {
        for n in 0..600 {
            make(&store, &format!("o{n}"), 1000).await;
            pay(&store, &format!("o{n}"), &format!("p{n}"), n, true).await.unwrap();
        }
        let all = Period { from: at(0), to: at(10_000) };
        let mut pages = store.statement(Provider::Payme, all).await.unwrap();
        let mut times = Vec::new();
        while let Some(page) = pages.recv().await {
            times.extend(page.unwrap().into_iter().map(|transaction| transaction.provider_time.ms()));
        }
        assert_eq!(times, (0..600).collect::<Vec<_>>());
    })
    .await;
}

#[tokio::test]
async fn a_statement_shows_one_moment() {
    on_every_store(async |store| {
        for n in 0..600 {
            make(&store, &format!("o{n}"), 1000).await;
            pay(&store, &format!("o{n}"), &format!("p{n}"), n, false).await.unwrap();
        }
        let mut pages = store.statement(Provider::Payme, Period { from: at(0), to: at(10_000) }).await.unwrap();
        make(&store, "late", 1000).await;
        pay(&store, "late", "late", 9_999, true).await.unwrap();
        let mut seen = 0;
        while let Some(page) = pages.recv().await {
            seen += page.unwrap().len();
        }
        assert_eq!(seen, 600);
    })
    .await;
}

#[tokio::test]
async fn what_is_due_is_found() {
    on_every_store(async |store| {
        make(&store, "free", 1000).await;
        make(&store, "held", 1000).await;
        pay(&store, "held", "p1", 50, false).await.unwrap();
        assert_eq!(store.expired_orders(at(900_999), 10).await.unwrap(), []);
        assert_eq!(store.expired_orders(at(901_000), 10).await.unwrap(), [id("free")]);
        let waiting =
            async |since, before| store.waiting_transactions(Provider::Payme, since, at(before), 10).await.unwrap();
        assert_eq!(waiting(WaitingSince::CreateTime, 5_000_000).await, []);
        assert_eq!(waiting(WaitingSince::CreateTime, 5_000_001).await, [id("held")]);
        assert_eq!(waiting(WaitingSince::ProviderTime, 51).await, [id("held")]);
    })
    .await;
}

#[tokio::test]
async fn everything_is_there_after_opening_again() {
    let folder = tempfile::tempdir().unwrap();
    for address in [Address::SqliteFile(folder.path().join("again.db")), postgres().1] {
        let store = Store::open(&address).unwrap();
        make(&store, "a", 1000).await;
        pay(&store, "a", "p1", 77, true).await.unwrap();
        let before = (store.rows(Needs::order(id("a"))).await.unwrap(), store.journal(id("a")).await.unwrap());
        drop(store);
        let store = Store::open(&address).unwrap();
        let after = (store.rows(Needs::order(id("a"))).await.unwrap(), store.journal(id("a")).await.unwrap());
        assert_eq!(after, before);
    }
}

#[tokio::test]
async fn the_database_itself_refuses_what_must_never_be() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("rules.db");
    let store = Store::open(&Address::SqliteFile(path.clone())).unwrap();
    make(&store, "a", 1000).await;
    pay(&store, "a", "p1", 77, true).await.unwrap();
    let by_hand = rusqlite::Connection::open(&path).unwrap();
    by_hand.execute_batch("pragma foreign_keys = on").unwrap();
    let (database, address) = postgres();
    let store = Store::open(&address).unwrap();
    make(&store, "a", 1000).await;
    pay(&store, "a", "p1", 77, true).await.unwrap();
    let insert = |rest: &str| {
        format!(
            "insert into transactions (number, provider, provider_id, order_row, amount_tiyin, provider_time_ms,
               create_time_ms, details, state, perform_time_ms, cancel_time_ms, reason) values {rest}"
        )
    };
    let refused = [
        insert("(9, 'payme', 'second', 1, 1, 1, 1, '{}', 'created', null, null, null)"),
        insert("(9, 'test', 'second', 1, 1, 1, 1, '{}', 'performed', 5, null, null)"),
        insert("(9, 'payme', 'p1', 1, 1, 1, 1, '{}', 'cancelled', null, 2, 'failed')"),
        insert("(9, 'payme', 'x', 99, 1, 1, 1, '{}', 'cancelled', null, 2, 'failed')"),
        insert("(9, 'payme', 'x', 1, 0, 1, 1, '{}', 'cancelled', null, 2, 'failed')"),
        insert("(9, 'payme', 'x', 1, 1, 1, 9, '{}', 'cancelled', null, 2, 'failed')"),
        insert("(9, 'payme', 'x', 1, 1, 1, 1, '{}', 'cancelled', null, null, 'failed')"),
        insert("(9, 'payme', 'x', 1, 1, 1, 1, '{}', 'held', null, null, null)"),
        "update journal set at_ms = 0".to_owned(),
        "delete from journal".to_owned(),
        "update orders set amount_tiyin = -1".to_owned(),
        "update orders set status = 'free'".to_owned(),
    ];
    for sql in refused {
        assert!(by_hand.execute(&sql, []).is_err(), "SQLite accepted: {sql}");
        assert!(database.sql(&sql).is_err(), "PostgreSQL accepted: {sql}");
    }
    let accepted = insert("(9, 'payme', 'x', 1, 1, 1, 1, '{}', 'cancelled', null, 2, 'failed')");
    assert_eq!(by_hand.execute(&accepted, []), Ok(1));
    assert_eq!(database.sql(&accepted).as_deref(), Ok(""));
    assert!(database.sql("truncate journal").is_err());
}

#[tokio::test]
async fn changes_are_announced_after_the_commit() {
    on_every_store(async |store| {
        let mut changes = store.changes();
        make(&store, "a", 1000).await;
        assert_eq!(changes.recv().await.unwrap(), id("a"));
    })
    .await;
}
