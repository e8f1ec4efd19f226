//! What tasks promise, on SQLite and on PostgreSQL: stored with what makes them necessary or not at all, taken by one process at
//! a time, taken again when that process died, and removed when nobody needs them any more.

mod support;

use boothpay_protocol::ledger::event::{Event, Subscription, Subscriptions};
use boothpay_protocol::ledger::journal::{Actor, Change};
use boothpay_protocol::ledger::rows::{Decision, Needs, Rows};
use boothpay_protocol::ledger::task::{Attempt, NewTask, Task, TaskKey, TaskKind, TaskNumber, TaskState, TaskTarget};
use boothpay_protocol::shop;
use boothpay_protocol::time::{SpanMs, TimeMs};
use boothpay_store::{Address, Claim, Lane, Remove, Store, TaskCounts, verify};
use std::collections::BTreeSet;
use support::{at, id, make, pay, postgres};

const LEASE: SpanMs = SpanMs::seconds(60);

/// When the payments of `support` happen.
const PAID: TimeMs = TimeMs::new(5_000_000);

fn target(name: &str) -> TaskTarget {
    TaskTarget::parse(name).unwrap()
}

fn lane(name: &str) -> Lane {
    Lane { kind: TaskKind::Webhook, target: target(name) }
}

fn told(store: Store, names: &[&str]) -> Store {
    let all = |name: &&str| Subscription { target: target(name), events: Event::ALL.to_vec() };
    store.telling(Subscriptions::new(names.iter().map(all)))
}

/// Two stores on one database of each kind, as two processes have them.
async fn on_both<F: Future<Output = ()>>(test: impl Fn(Store, Store, Address) -> F) {
    let folder = tempfile::tempdir().unwrap();
    let file = Address::SqliteFile(folder.path().join("tasks.db"));
    for address in [file, postgres().1] {
        let open = || told(Store::open(&address).unwrap(), &["one"]);
        test(open(), open(), address.clone()).await;
    }
}

async fn paid(store: &Store, name: &str) {
    make(store, name, 1000).await;
    pay(store, name, name, 77, true).await.unwrap();
}

async fn take(store: &Store, now: TimeMs, most: u32) -> Vec<Task> {
    store.exchange_tasks(Vec::new(), vec![Claim { lane: lane("one"), most }], now, LEASE).await.unwrap()
}

async fn settle(store: &Store, task: Task, attempt: Attempt, now: TimeMs) {
    store.exchange_tasks(vec![task.after(attempt, now)], Vec::new(), now, LEASE).await.unwrap();
}

fn failure(why: &str) -> Attempt {
    Attempt::Failed { why: why.to_owned(), wait: None }
}

#[tokio::test]
async fn a_task_is_stored_with_what_makes_it_necessary() {
    on_both(async |store, _, address| {
        paid(&store, "a").await;
        let tasks = store.tasks(&["waiting"], 10).await.unwrap();
        let [task] = &tasks[..] else { panic!("{tasks:?}") };
        assert_eq!((task.target.as_str(), task.order_id.clone(), task.attempts), ("one", Some(id("a")), 0));
        assert_eq!((task.state, task.created_at), (TaskState::NEW, PAID));
        assert_eq!(store.due_tasks(at(1)).await.unwrap(), [lane("one")], "also with a clock that was set back");
        // What is refused leaves nothing.
        assert!(pay(&store, "a", "again", 78, true).await.is_err());
        assert_eq!(store.task_counts().await.unwrap(), TaskCounts { open: 1, done: 0, failed: 0 });
        assert_eq!(store.task(task.number).await.unwrap().as_ref(), Some(task));
        assert!(verify::database(&address).unwrap().is_healthy());
    })
    .await;
}

#[tokio::test]
async fn where_nobody_is_told_nothing_is_stored() {
    let folder = tempfile::tempdir().unwrap();
    for address in [Address::SqliteFile(folder.path().join("quiet.db")), postgres().1] {
        let store = Store::open(&address).unwrap();
        paid(&store, "a").await;
        assert_eq!(store.task_counts().await.unwrap(), TaskCounts::default());
    }
}

/// A decision may ask for an effect that follows from no change.
#[tokio::test]
async fn a_decision_asks_for_tasks_of_its_own_and_for_none_twice() {
    on_both(async |store, _, _| {
        make(&store, "a", 1000).await;
        let ask = async |key: &str| {
            let task = NewTask {
                key: TaskKey::of("test", &[key]),
                kind: TaskKind::Webhook,
                target: target("one"),
                order_id: Some(id("a")),
                payload: "{}".to_owned(),
                created_at: at(7),
            };
            let decide = move |rows: &Rows| {
                let changes = vec![Change::OrderChosen { chosen: None, language: None }];
                Decision::change(id("a"), rows.at(at(2000)), changes, ()).with_tasks([task.clone()])
            };
            store.transact(Needs::order(id("a")), Actor::Booth, decide).await
        };
        ask("first").await.unwrap();
        assert!(ask("first").await.is_err());
        ask("second").await.unwrap();
        assert_eq!(store.journal(id("a")).await.unwrap().len(), 3, "the refused one has changed nothing");
        assert_eq!(store.tasks(&["waiting"], 10).await.unwrap().len(), 2);
    })
    .await;
}

#[tokio::test]
async fn two_processes_take_each_task_once() {
    on_both(async |one, other, _| {
        for number in 0..40 {
            paid(&one, &format!("order-{number}")).await;
        }
        let mut seen = BTreeSet::new();
        loop {
            let (here, there) = tokio::join!(take(&one, PAID, 7), take(&other, PAID, 5));
            assert!(here.len() <= 7 && there.len() <= 5);
            if here.is_empty() && there.is_empty() {
                break;
            }
            for task in here.iter().chain(&there) {
                assert_eq!((task.state, task.attempts), (TaskState::Leased { until: PAID.plus(LEASE) }, 1));
                assert!(seen.insert(task.number), "taken twice: {task:?}");
            }
        }
        assert_eq!(seen.len(), 40);
        assert_eq!(one.due_tasks(PAID).await.unwrap(), []);
    })
    .await;
}

#[tokio::test]
async fn who_died_is_followed_and_who_was_slow_is_not_heard_any_more() {
    on_both(async |one, other, _| {
        paid(&one, "a").await;
        let slow = take(&one, PAID, 8).await.pop().unwrap();
        assert_eq!(take(&other, PAID.plus(SpanMs::seconds(59)), 8).await, []);
        let later = PAID.plus(LEASE);
        let next = take(&other, later, 8).await.pop().unwrap();
        assert_eq!((next.number, &next.key, next.attempts), (slow.number, &slow.key, 2));
        settle(&one, slow, failure("too late"), later).await;
        assert_eq!(one.task(next.number).await.unwrap().unwrap().state, next.state);
        settle(&other, next.clone(), Attempt::Done, later).await;
        let done = one.task(next.number).await.unwrap().unwrap();
        assert_eq!((done.state, done.last_error), (TaskState::Done { at: later }, None));
        // And what is done is done.
        settle(&other, next, failure("again"), later).await;
        assert_eq!(one.task_counts().await.unwrap(), TaskCounts { open: 0, done: 1, failed: 0 });
    })
    .await;
}

#[tokio::test]
async fn a_failed_task_waits_and_a_person_may_ask_for_it() {
    on_both(async |store, _, _| {
        paid(&store, "a").await;
        let task = take(&store, PAID, 1).await.pop().unwrap();
        let number = task.number;
        assert!(!store.retry_task(number, PAID).await.unwrap(), "somebody is at it");
        settle(&store, task, failure("no answer"), PAID).await;
        let waiting = store.task(number).await.unwrap().unwrap();
        let due = waiting.state.due().unwrap();
        assert!(due > PAID && matches!(waiting.state, TaskState::Waiting { .. }));
        assert_eq!(take(&store, PAID, 1).await, []);
        assert!(store.retry_task(number, PAID).await.unwrap());
        let task = take(&store, PAID, 1).await.pop().unwrap();
        assert_eq!((task.attempts, task.last_error.as_deref()), (1, Some("no answer")));
        settle(&store, task, Attempt::Hopeless { why: "gone".to_owned() }, PAID).await;
        assert_eq!(store.task_counts().await.unwrap(), TaskCounts { open: 0, done: 0, failed: 1 });
        assert!(store.retry_task(number, at(6_000_000)).await.unwrap());
        let task = take(&store, at(6_000_000), 1).await.pop().unwrap();
        settle(&store, task, Attempt::Done, at(6_000_000)).await;
        assert!(!store.retry_task(number, PAID).await.unwrap(), "what is done is not done again");
        assert!(!store.retry_task(TaskNumber::new(999), PAID).await.unwrap());
    })
    .await;
}

/// Who has given the money back by hand closes the task first: either that holds, or that somebody has it tried again.
#[tokio::test]
async fn a_task_that_was_given_up_is_closed_or_tried_again_and_never_both() {
    on_both(async |store, _, _| {
        paid(&store, "a").await;
        let task = take(&store, PAID, 1).await.pop().unwrap();
        let number = task.number;
        assert!(!store.close_failed_task(number, PAID).await.unwrap(), "somebody is at it");
        settle(&store, task, Attempt::Hopeless { why: "gone".to_owned() }, PAID).await;
        assert!(store.retry_task(number, PAID).await.unwrap());
        assert!(!store.close_failed_task(number, PAID).await.unwrap(), "it is tried again");
        let task = take(&store, PAID, 1).await.pop().unwrap();
        settle(&store, task, Attempt::Hopeless { why: "gone".to_owned() }, PAID).await;
        assert!(store.close_failed_task(number, PAID).await.unwrap());
        assert!(!store.retry_task(number, PAID).await.unwrap(), "it is closed");
        assert_eq!(store.task_counts().await.unwrap(), TaskCounts { open: 0, done: 1, failed: 0 });
    })
    .await;
}

#[tokio::test]
async fn finished_tasks_go_when_their_time_is_over_and_others_stay() {
    on_both(async |store, _, _| {
        for name in ["a", "b", "c", "d"] {
            paid(&store, name).await;
        }
        let [first, second, third]: [Task; 3] = take(&store, PAID, 3).await.try_into().unwrap();
        settle(&store, first, Attempt::Done, at(10)).await;
        settle(&store, second, Attempt::Done, at(20)).await;
        settle(&store, third, Attempt::Hopeless { why: "gone".to_owned() }, at(10)).await;
        let remove = |done, failed, most| Remove { done_before: at(done), failed_before: at(failed), most };
        assert_eq!(store.remove_tasks(remove(10, 10, 9)).await.unwrap(), 0, "not yet");
        assert_eq!(store.remove_tasks(remove(11, 10, 9)).await.unwrap(), 1);
        assert_eq!(store.task_counts().await.unwrap(), TaskCounts { open: 1, done: 1, failed: 1 });
        assert_eq!(store.remove_tasks(remove(100, 100, 1)).await.unwrap(), 1, "no more than asked for");
        assert_eq!(store.remove_tasks(remove(100, 100, 9)).await.unwrap(), 1);
        assert_eq!(store.task_counts().await.unwrap(), TaskCounts { open: 1, done: 0, failed: 0 });
    })
    .await;
}

/// Lookups are answered from memory as long as nobody else has written; a task that is taken or settled is no reason to forget.
#[tokio::test]
async fn orders_are_found_between_tasks() {
    on_both(async |one, other, _| {
        for name in ["a", "b", "c"] {
            paid(&one, name).await;
            let task = take(&other, PAID, 1).await.pop().unwrap();
            settle(&one, task, Attempt::Done, PAID).await;
            for store in [&one, &other] {
                let rows = store.rows(Needs::order(id(name))).await.unwrap();
                assert_eq!(rows.order.unwrap().status.word(), "paid");
            }
            make(&other, &format!("{name}-2"), 1000).await;
            assert!(one.rows(Needs::order(id(&format!("{name}-2")))).await.unwrap().order.is_some());
        }
    })
    .await;
}

#[tokio::test]
async fn whoever_waits_for_tasks_is_woken_by_a_commit() {
    on_both(async |store, _, _| {
        make(&store, "a", 1000).await;
        let woken = async {
            store.task_committed().await;
            store.task_counts().await.unwrap().open
        };
        let cancel = store.transact(Needs::order(id("a")), Actor::Booth, |rows| shop::cancel(rows, at(2000)));
        let (open, cancelled) = tokio::join!(tokio::time::timeout(std::time::Duration::from_secs(10), woken), cancel);
        cancelled.unwrap().reply.unwrap();
        assert_eq!(open, Ok(1));
    })
    .await;
}

#[tokio::test]
async fn a_damaged_task_is_found() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("damaged.db");
    let address = Address::SqliteFile(path.clone());
    let store = told(Store::open(&address).unwrap(), &["one"]);
    paid(&store, "a").await;
    drop(store);
    let by_hand = rusqlite::Connection::open(&path).unwrap();
    by_hand.execute("update tasks set attempts = 5000000000", []).unwrap();
    let report = verify::database(&address).unwrap();
    assert!(report.findings[0].to_string().starts_with("a task cannot be read"), "{:?}", report.findings);
}
