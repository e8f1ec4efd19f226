//! What one process hears of another, and who of several leads.

use crate::support::{id, make, postgres};
use boothpay_store::Store;
use std::time::{Duration, Instant};
use tokio::sync::broadcast::error::RecvError;

#[tokio::test]
async fn a_change_is_heard_in_the_other_process_once() {
    let (_database, address) = postgres();
    let (here, there) = (Store::open(&address).unwrap(), Store::open(&address).unwrap());
    let (mut heard_here, mut heard_there) = (here.changes(), there.changes());
    for name in ["first", "second"] {
        make(&here, name, 1000).await;
        assert_eq!(heard_there.recv().await, Ok(id(name)));
        assert_eq!(heard_here.recv().await, Ok(id(name)));
    }
}

#[tokio::test]
async fn of_several_processes_one_leads_and_another_takes_over() {
    let (_database, address) = postgres();
    let (first, second) = (Store::open(&address).unwrap(), Store::open(&address).unwrap());
    for _ in 0..3 {
        assert!(first.try_lead().await.unwrap());
        assert!(!second.try_lead().await.unwrap());
    }
    drop(first);
    let gone = Instant::now();
    while !second.try_lead().await.unwrap() {
        assert!(gone.elapsed() < Duration::from_secs(5), "nobody leads");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

#[tokio::test]
async fn who_may_have_missed_something_is_told_to_look_again() {
    let (database, address) = postgres();
    let store = Store::open(&address).unwrap();
    let mut heard = store.changes();
    let ours = "select pg_terminate_backend(pid) from pg_stat_activity
                where datname = current_database() and pid <> pg_backend_pid()";
    database.sql(ours).unwrap();
    let told = tokio::time::timeout(Duration::from_secs(5), heard.recv()).await.expect("silence");
    assert_eq!(told, Err(RecvError::Closed));
    let mut heard = store.changes();
    make(&store, "after", 1000).await;
    assert_eq!(heard.recv().await, Ok(id("after")));
}
