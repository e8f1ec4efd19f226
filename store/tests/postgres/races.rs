//! Two stores on one database stand for two processes: they share nothing else.

use crate::support::{at, id, make, offer, pay, postgres};
use boothpay_protocol::ledger::booth::Booth;
use boothpay_protocol::ledger::booth::BoothId;
use boothpay_protocol::ledger::details::Details;
use boothpay_protocol::ledger::journal::{Actor, Change, fold};
use boothpay_protocol::ledger::order::{Copies, OrderStatus};
use boothpay_protocol::ledger::provider::{Provider, ProviderId};
use boothpay_protocol::ledger::rows::{Decision, Needs, Rows};
use boothpay_protocol::ledger::transaction::NewTransaction;
use boothpay_protocol::ledger::transaction::Reason;
use boothpay_protocol::ledger::transaction::State;
use boothpay_protocol::money::Tiyin;
use boothpay_protocol::shop::{self, OrderRequest};
use boothpay_protocol::time::SpanMs;
use boothpay_store::{Store, StoreError};
use boothpay_test_support::Database;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

/// Who pays.
const PAYME: Actor = Actor::Provider { provider: Provider::Payme, proven: true };

/// The server's own counting may be this late.
const COUNTED_WITHIN: Duration = Duration::from_secs(20);

fn two_stores() -> (Database, [Store; 2]) {
    let (database, address) = postgres();
    let stores = [Store::open(&address).unwrap(), Store::open(&address).unwrap()];
    (database, stores)
}

/// Creates a transaction when nobody holds the order; true when it holds it then.
async fn create(store: &Store, order: &str, provider_id: &str) -> Result<bool, StoreError> {
    let provider_id = ProviderId::parse(provider_id).unwrap();
    let needs = Needs { transaction: Some((Provider::Payme, provider_id.clone())), ..Needs::order(id(order)) };
    let decide = move |rows: &Rows| match (&rows.transaction, &rows.holder, &rows.order) {
        (Some(_), _, _) => Decision::answer(true),
        (None, None, Some(order)) if order.status == OrderStatus::Pending => {
            let created = Change::TransactionCreated(NewTransaction {
                number: rows.next_number,
                provider: Provider::Payme,
                provider_id: provider_id.clone(),
                provider_time: at(1),
                amount: order.amount,
                details: Details::new(r#"{"account":{}}"#.to_owned()),
            });
            Decision::change(order.id.clone(), rows.at(at(2000)), vec![created], true)
        }
        (None, _, _) => Decision::answer(false),
    };
    store.transact(needs, PAYME, decide).await.map(|committed| committed.reply)
}

/// Moves a transaction on: performs it, cancels it, or gives its money back, whatever is next.
async fn move_on(store: &Store, provider_id: &str, cancel: bool) -> Result<(), StoreError> {
    let provider_id = ProviderId::parse(provider_id).unwrap();
    let needs = Needs { transaction: Some((Provider::Payme, provider_id)), ..Needs::default() };
    let decide = move |rows: &Rows| {
        let Some(transaction) = &rows.transaction else { return Decision::answer(()) };
        let number = transaction.number;
        let change = match (transaction.state, cancel) {
            (State::Created, false) => Change::TransactionPerformed { number, details: None },
            (State::Created, true) => {
                Change::TransactionCancelled { number, reason: Some(Reason::Failed), details: None }
            }
            (State::Performed { .. }, true) => {
                Change::TransactionRefunded { number, reason: Some(Reason::Refund), details: None }
            }
            (State::Performed { .. }, false)
            | (State::Cancelled { .. } | State::Refunded { .. } | State::Owed { .. } | State::GivenBack { .. }, _) => {
                return Decision::answer(());
            }
        };
        Decision::change(transaction.order_id.clone(), rows.at(at(3000)), vec![change], ())
    };
    store.transact(needs, PAYME, decide).await.map(drop)
}

/// The rows of an order are what its journal folds to, and the journal has no gaps.
async fn check(store: &Store, order: &str) {
    let journal = store.journal(id(order)).await.unwrap();
    let versions: Vec<u32> = journal.iter().map(|entry| entry.version).collect();
    assert_eq!(versions, (1..=u32::try_from(journal.len()).unwrap()).collect::<Vec<_>>());
    let folded = fold(&journal).unwrap();
    assert_eq!(folded.order, store.rows(Needs::order(id(order))).await.unwrap().order);
    assert_eq!(folded.transactions, store.transactions(id(order)).await.unwrap());
}

#[tokio::test]
async fn of_fifty_transactions_on_one_order_exactly_one_gets_it() {
    let (_database, stores) = two_stores();
    make(&stores[0], "wanted", 1000).await;
    let calls = (0..50).map(|n| {
        let store = stores[n % 2].clone();
        tokio::spawn(async move { create(&store, "wanted", &format!("p{n}")).await })
    });
    let mut holders = 0;
    for call in calls.collect::<Vec<_>>() {
        holders += u32::from(call.await.unwrap().unwrap());
    }
    assert_eq!(holders, 1);
    assert_eq!(stores[1].transactions(id("wanted")).await.unwrap().len(), 1);
    check(&stores[0], "wanted").await;
}

#[tokio::test]
async fn fifty_repeats_of_one_call_make_one_transaction() {
    let (_database, stores) = two_stores();
    make(&stores[0], "wanted", 1000).await;
    let calls = (0..50).map(|n| {
        let store = stores[n % 2].clone();
        tokio::spawn(async move { create(&store, "wanted", "same").await })
    });
    for call in calls.collect::<Vec<_>>() {
        assert!(call.await.unwrap().unwrap());
    }
    assert_eq!(stores[1].transactions(id("wanted")).await.unwrap().len(), 1);
}

#[tokio::test]
async fn orders_hammered_from_two_sides_stay_what_their_journal_says() {
    const ORDERS: u32 = 20;
    const CALLERS: u32 = 32;
    let (database, stores) = two_stores();
    let calls = (0..CALLERS).map(|caller| {
        let store = stores[usize::try_from(caller % 2).unwrap()].clone();
        tokio::spawn(async move {
            for n in (caller..2_000).step_by(usize::try_from(CALLERS).unwrap()) {
                // Scattered, and the same in every run.
                let dice = n.wrapping_mul(2_654_435_761) >> 8;
                let (order, attempt) = (dice % ORDERS, dice / ORDERS % 6);
                let (name, provider_id) = (format!("o{order}"), format!("o{order}-{attempt}"));
                match dice / 128 % 6 {
                    0 => offer(&store, &name, 1000).await.unwrap(),
                    1 | 2 => drop(create(&store, &name, &provider_id).await.unwrap()),
                    3 | 4 => move_on(&store, &provider_id, true).await.unwrap(),
                    _ => move_on(&store, &provider_id, dice.is_multiple_of(2)).await.unwrap(),
                }
            }
        })
    });
    for call in calls.collect::<Vec<_>>() {
        call.await.unwrap();
    }
    for order in 0..ORDERS {
        check(&stores[0], &format!("o{order}")).await;
    }
    let rows: u32 = database.sql("select count(*) from journal").unwrap().parse().unwrap();
    assert!(rows > 5 * ORDERS, "only {rows} journal rows: the hammer hit nothing");
}

#[tokio::test]
async fn a_lost_race_is_decided_again_on_fresh_rows() {
    let (database, stores) = two_stores();
    let decided = Arc::new(AtomicU32::new(0));
    let request = OrderRequest {
        id: id("raced"),
        amount: Tiyin::new(1_000_000).unwrap(),
        copies: Copies::ONE,
        booth: Booth { id: BoothId::main(), name: "Test".to_owned() },
        chosen: None,
        language: None,
        lifetime: SpanMs::seconds(900),
    };
    let counter = Arc::clone(&decided);
    let decide = move |rows: &Rows| {
        if counter.fetch_add(1, Ordering::SeqCst) == 0 {
            // Somebody else makes the order between the look and the write.
            let other = "insert into orders (order_row, order_id, amount_tiyin, copies, booth_id, booth_name, status,
                                             created_at_ms, expires_at_ms, changed_at_ms, version)
                values (7000, 'raced', 1000000, 1, 'main', 'Other', 'pending', 1, 901000, 1, 1)";
            database.sql(other).unwrap();
        }
        shop::offer(&request, rows, at(1000))
    };
    let committed = stores[0].transact(Needs::order(id("raced")), Actor::Booth, decide).await.unwrap();
    assert_eq!(committed.reply.unwrap().booth.name, "Other");
    assert!(decided.load(Ordering::SeqCst) > 1);
}

#[tokio::test]
async fn a_race_that_is_lost_every_time_ends_in_an_error() {
    let (_database, stores) = two_stores();
    make(&stores[0], "first", 1000).await;
    make(&stores[0], "second", 1000).await;
    pay(&stores[0], "first", "taken", 1, true).await.unwrap();
    let decided = Arc::new(AtomicU32::new(0));
    let counter = Arc::clone(&decided);
    let decide = move |rows: &Rows| {
        counter.fetch_add(1, Ordering::SeqCst);
        let created = Change::TransactionCreated(NewTransaction {
            number: rows.next_number,
            provider: Provider::Payme,
            provider_id: ProviderId::parse("taken").unwrap(),
            provider_time: at(1),
            amount: Tiyin::new(1_000_000).unwrap(),
            details: Details::new(r#"{"account":{}}"#.to_owned()),
        });
        Decision::change(id("second"), at(5_000_000), vec![created], ())
    };
    let lost = stores[0].transact(Needs::order(id("second")), PAYME, decide).await;
    assert!(matches!(lost, Err(StoreError::Failed(_))), "{lost:?}");
    // Six attempts, each of which decides twice: without and with a number.
    assert_eq!(decided.load(Ordering::SeqCst), 12);
}

#[tokio::test]
async fn a_call_that_the_database_refuses_harms_no_neighbour() {
    let (_database, stores) = two_stores();
    for n in 0..60 {
        make(&stores[0], &format!("o{n}"), 1000).await;
    }
    let calls = (0..60).map(|n| {
        let store = stores[n % 2].clone();
        // Ten of them want the same provider's id for different orders without having looked for it.
        let provider_id = if n < 10 { "same".to_owned() } else { format!("p{n}") };
        tokio::spawn(async move {
            let decide = move |rows: &Rows| {
                let order = rows.order.clone().unwrap();
                let created = Change::TransactionCreated(NewTransaction {
                    number: rows.next_number,
                    provider: Provider::Payme,
                    provider_id: ProviderId::parse(&provider_id).unwrap(),
                    provider_time: at(1),
                    amount: order.amount,
                    details: Details::new(r#"{"account":{}}"#.to_owned()),
                });
                Decision::change(order.id, at(5_000_000), vec![created], ())
            };
            store.transact(Needs::order(id(&format!("o{n}"))), PAYME, decide).await.is_ok()
        })
    });
    let mut done = Vec::new();
    for call in calls.collect::<Vec<_>>() {
        done.push(call.await.unwrap());
    }
    assert_eq!(done.iter().take(10).filter(|done| **done).count(), 1, "{done:?}");
    assert!(done.iter().skip(10).all(|done| *done), "{done:?}");
}

#[tokio::test]
async fn an_order_that_somebody_holds_on_to_holds_up_nobody_else() {
    let (database, stores) = two_stores();
    for n in 0..40 {
        make(&stores[0], &format!("o{n}"), 1000).await;
    }
    let (locked, is_locked) = std::sync::mpsc::channel();
    let holding = std::thread::spawn(move || {
        // A process that stopped in the middle: longer than any call is patient.
        let hold = "begin; select 1 from orders where order_id = 'o0' for update; select pg_sleep(3)";
        let held = std::thread::spawn({
            let database = database.clone();
            move || database.sql(hold).unwrap()
        });
        let asleep =
            "select count(*) from pg_stat_activity where wait_event = 'PgSleep' and datname = current_database()";
        while database.sql(asleep).unwrap() == "0" {}
        locked.send(()).unwrap();
        held.join().unwrap();
    });
    is_locked.recv().unwrap();
    let calls = (0..40).map(|n| {
        let store = stores[0].clone();
        tokio::spawn(async move { pay(&store, &format!("o{n}"), &format!("p{n}"), 1, true).await.is_ok() })
    });
    let mut done = Vec::new();
    for call in calls.collect::<Vec<_>>() {
        done.push(call.await.unwrap());
    }
    assert!(!done[0] && done.iter().skip(1).all(|done| *done), "{done:?}");
    holding.join().unwrap();
    // What was given up is not carried out behind the caller's back.
    assert_eq!(stores[0].transactions(id("o0")).await.unwrap(), []);
    pay(&stores[1], "o0", "p0", 1, true).await.unwrap();
}

#[tokio::test]
async fn numbers_follow_the_order_of_creation_without_gaps_in_quiet_times() {
    let (_database, stores) = two_stores();
    for n in 0..6 {
        make(&stores[n % 2], &format!("o{n}"), 1000).await;
        pay(&stores[n % 2], &format!("o{n}"), &format!("p{n}"), 1, true).await.unwrap();
        let transactions = stores[0].transactions(id(&format!("o{n}"))).await.unwrap();
        assert_eq!(transactions[0].number.get(), i64::try_from(n).unwrap() + 1);
    }
}

/// What makes a payment cheap: its later versions stay beside the first ones and no index gets a new entry. An index on
/// the state, or on a time that is set later, would undo it without changing any answer.
#[tokio::test]
async fn a_transaction_moves_on_without_touching_an_index() {
    let (database, stores) = two_stores();
    for n in 0..5 {
        make(&stores[0], &format!("o{n}"), 1000).await;
        pay(&stores[0], &format!("o{n}"), &format!("p{n}"), 1, false).await.unwrap();
        move_on(&stores[0], &format!("p{n}"), false).await.unwrap();
    }
    let started = Instant::now();
    // The server counts a little later than it works.
    let counts = "select n_tup_upd || ' ' || n_tup_hot_upd from pg_stat_user_tables where relname = 'transactions'";
    while database.sql(counts).unwrap() != "5 5" {
        assert!(started.elapsed() < COUNTED_WITHIN, "updates, and those in place: {}", database.sql(counts).unwrap());
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

/// A batch looks before it locks, so what another process does in between must count: the decision is made again.
#[tokio::test]
async fn what_another_process_changes_between_look_and_write_is_not_overwritten() {
    let (_database, stores) = two_stores();
    make(&stores[0], "raced", 1000).await;
    let (mut decided, other, runtime) = (0, stores[1].clone(), tokio::runtime::Handle::current());
    let (seen, versions) = std::sync::mpsc::channel();
    let decide = move |rows: &Rows| {
        decided += 1;
        let order = rows.order.clone().unwrap();
        seen.send((order.version, rows.holder.is_some())).unwrap();
        if decided == 1 {
            let (other, runtime) = (other.clone(), runtime.clone());
            let paying = std::thread::spawn(move || runtime.block_on(pay(&other, "raced", "theirs", 1, false)));
            paying.join().unwrap().unwrap();
        }
        match rows.holder {
            Some(_) => Decision::answer(false),
            None => Decision::change(order.id, at(5_000_000), vec![Change::OrderCancelled], true),
        }
    };
    let mine = stores[0].transact(Needs::order(id("raced")), Actor::Booth, decide).await.unwrap();
    assert!(!mine.reply);
    assert_eq!(versions.iter().collect::<Vec<_>>(), [(1, false), (2, true)]);
    check(&stores[0], "raced").await;
}
