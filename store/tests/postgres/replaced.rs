//! The database is made anew, restored from an older backup, or another server gets its address, while a store has it open:
//! nothing is acknowledged that is in the wrong one, and when the right one is back, the store goes on.

use crate::support::{at, id, make, offer, pay};
use boothpay_protocol::ledger::journal::Actor;
use boothpay_protocol::ledger::rows::{Needs, Rows};
use boothpay_protocol::secret::KeyDigest;
use boothpay_protocol::staff;
use boothpay_store::{Address, Store, StoreError};
use boothpay_test_support::{Cluster, Database};
use std::time::{Duration, Instant};

/// Until a new session notices that it may go on.
const BOUND: Duration = Duration::from_secs(5);

struct Booth {
    cluster: &'static Cluster,
    database: Database,
    name: String,
    /// A copy of the database as it was before its last order.
    older: String,
    store: Store,
}

fn name_of(database: &Database) -> String {
    database.url.rsplit('/').next().unwrap().to_owned()
}

impl Booth {
    async fn open() -> Self {
        let cluster = Cluster::shared();
        let database = cluster.database();
        let address = Address::parse(&database.url).unwrap();
        make(&Store::open(&address).unwrap(), "before", 1000).await;
        let (name, older) = (name_of(&database), name_of(&cluster.copy_of(&database)));
        let booth = Self { cluster, database, name, older, store: Store::open(&address).unwrap() };
        make(&booth.store, "after", 2000).await;
        pay(&booth.store, "after", "p1", 2500, true).await.unwrap();
        booth
    }

    /// Gives the database another name, and the other one this name.
    fn swap(&self, by: &Database, other: &str, to: &str) {
        let name = &self.name;
        by.sql(&format!("alter database {name} allow_connections false")).unwrap();
        let end =
            format!("select count(pg_terminate_backend(pid, 5000)) from pg_stat_activity where datname = '{name}'");
        by.sql(&end).unwrap();
        by.sql(&format!("alter database {name} rename to {to}")).unwrap();
        by.sql(&format!("alter database {to} allow_connections true")).unwrap();
        by.sql(&format!("alter database {other} rename to {name}")).unwrap();
    }

    async fn refuses(&self, why: &str) {
        let calls = [
            ("an order", offer(&self.store, "later", 3000).await),
            ("a repeated payment", pay(&self.store, "after", "p1", 2500, true).await.map(drop)),
            ("readiness", self.store.probe().await),
            ("a look", self.store.rows(Needs::order(id("after"))).await.map(drop)),
        ];
        for (what, refused) in calls {
            let Err(StoreError::Suspect(words)) = refused else { panic!("{why}, {what}: {refused:?}") };
            assert!(words.contains(&self.name) && words.contains("Put the right database back"), "{words}");
        }
    }

    async fn goes_on(&self) {
        let begun = Instant::now();
        while self.store.probe().await.is_err() {
            assert!(begun.elapsed() < BOUND, "it does not go on");
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        make(&self.store, "on", 4000).await;
        assert_eq!(self.store.journal(id("after")).await.unwrap().len(), 3);
    }
}

#[tokio::test]
async fn an_older_backup_in_its_place_is_not_taken_for_it_and_the_right_one_is_served_again() {
    let booth = Booth::open().await;
    let by = booth.cluster.database();
    let away = format!("{}_away", booth.name);
    booth.swap(&by, &booth.older, &away);
    booth.refuses("older").await;
    booth.swap(&by, &away, &format!("{}_wrong", booth.name));
    booth.goes_on().await;
}

/// As `pg_restore --clean` does it: the sessions stay, and find other tables under the old names.
#[tokio::test]
async fn tables_that_were_restored_under_living_sessions_are_noticed() {
    let booth = Booth::open().await;
    let gone = "set session_replication_role = replica; delete from journal where at_ms >= 2000";
    booth.database.sql(gone).unwrap();
    booth.refuses("the last rows are gone").await;

    let booth = Booth::open().await;
    booth.database.sql("drop schema public cascade; create schema public").unwrap();
    booth.refuses("the tables are gone").await;
    let another = Store::open(&Address::parse(&booth.database.url).unwrap()).unwrap();
    booth.refuses("made anew by another server").await;
    make(&another, "elsewhere", 5000).await;
    booth.refuses("used by another server").await;
}

#[tokio::test]
async fn a_database_that_was_dropped_is_told_apart_from_a_server_that_is_away() {
    let booth = Booth::open().await;
    let by = booth.cluster.database();
    by.sql(&format!("drop database {} with (force)", booth.name)).unwrap();
    booth.refuses("dropped").await;
    by.sql(&format!("create database {}", booth.name)).unwrap();
    booth.refuses("made anew, empty").await;
    let _another = Store::open(&Address::parse(&booth.database.url).unwrap()).unwrap();
    booth.refuses("made anew, with tables").await;
}

/// Nothing of this process is in the chains yet: what was there at its start stands witness.
#[tokio::test]
async fn a_store_that_has_written_nothing_yet_notices_too() {
    let cluster = Cluster::shared();
    let database = cluster.database();
    let address = Address::parse(&database.url).unwrap();
    make(&Store::open(&address).unwrap(), "before", 1000).await;
    let store = Store::open(&address).unwrap();
    store.probe().await.unwrap();
    database.sql("set session_replication_role = replica; delete from journal").unwrap();
    let Err(StoreError::Suspect(_)) = offer(&store, "next", at(3000).ms()).await else { panic!("not noticed") };
}

/// A setting stands in no chain: a session that has written nothing else has no row there that could stand witness.
#[tokio::test]
async fn a_store_whose_first_change_is_a_setting_goes_on() {
    let database = Cluster::shared().database();
    let store = Store::open(&Address::parse(&database.url).unwrap()).unwrap();
    let digest = KeyDigest::of(b"135790");
    let decide = move |rows: &Rows| staff::give("anna", &digest, "salt", rows, at(1000));
    let committed = store.transact(Needs::setting(staff::setting_name()), Actor::CommandLine, decide).await.unwrap();
    committed.reply.unwrap();
    make(&store, "after", 2000).await;
    pay(&store, "after", "p1", 2500, true).await.unwrap();
}
