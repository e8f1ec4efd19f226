//! Backups and restoring: whole, verified, never over another file, never under a running server.

use boothpay_protocol::ledger::booth::Booth;
use boothpay_protocol::ledger::booth::BoothId;
use boothpay_protocol::ledger::journal::Actor;
use boothpay_protocol::ledger::order::{Copies, OrderId};
use boothpay_protocol::ledger::rows::{Needs, Rows};
use boothpay_protocol::money::Tiyin;
use boothpay_protocol::shop::{self, OrderRequest};
use boothpay_protocol::time::{SpanMs, TimeMs};
use boothpay_store::backup::{self, BackupError};
use boothpay_store::{Address, Store, verify};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

async fn make(store: &Store, name: &str) {
    let id = OrderId::parse(name).unwrap();
    let request = OrderRequest {
        id: id.clone(),
        amount: Tiyin::new(1_000_000).unwrap(),
        copies: Copies::ONE,
        booth: Booth { id: BoothId::main(), name: "Test".to_owned() },
        chosen: None,
        language: None,
        lifetime: SpanMs::seconds(900),
    };
    let decide = move |rows: &Rows| shop::offer(&request, rows, TimeMs::new(1000));
    store.transact(Needs::order(id), Actor::Booth, decide).await.unwrap().reply.unwrap();
}

fn address(path: &Path) -> Address {
    Address::SqliteFile(path.to_owned())
}

fn orders(path: &Path) -> u64 {
    let report = verify::database(&address(path)).unwrap();
    assert!(report.is_healthy(), "{:?}", report.findings);
    report.orders
}

fn names(folder: &Path) -> Vec<String> {
    let mut names: Vec<String> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .filter(|name| !name.starts_with("booth.db"))
        .collect();
    names.sort();
    names
}

struct Place {
    folder: tempfile::TempDir,
    database: PathBuf,
}

impl Place {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let database = folder.path().join("booth.db");
        Self { folder, database }
    }

    fn open(&self) -> Store {
        Store::open(&address(&self.database)).unwrap()
    }

    fn at(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_backup_under_load_is_one_moment_and_has_all_that_was_acknowledged_before_it() {
    let place = Place::new();
    let store = place.open();
    let (stop, made) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicU64::new(0)));
    let loads: Vec<_> = (0..8)
        .map(|worker| {
            let (store, stop, made) = (store.clone(), Arc::clone(&stop), Arc::clone(&made));
            tokio::spawn(async move {
                let mut n = 0;
                while !stop.load(Ordering::SeqCst) {
                    make(&store, &format!("order-{worker}-{n}")).await;
                    made.fetch_add(1, Ordering::SeqCst);
                    n += 1;
                }
            })
        })
        .collect();
    for n in 0..5 {
        while made.load(Ordering::SeqCst) < (n + 1) * 50 {
            tokio::task::yield_now().await;
        }
        let floor = made.load(Ordering::SeqCst);
        let (from, to) = (address(&place.database), place.at(&format!("copy-{n}.db")));
        let copied = tokio::task::spawn_blocking(move || backup::make(&from, &to)).await.unwrap().unwrap();
        let ceiling = made.load(Ordering::SeqCst) + 8;
        assert!((floor..=ceiling).contains(&copied.report.orders), "{floor} {} {ceiling}", copied.report.orders);
    }
    stop.store(true, Ordering::SeqCst);
    for load in loads {
        load.await.unwrap();
    }
    // One file each: nothing beside it, nothing unfinished.
    assert_eq!(names(place.folder.path()), ["copy-0.db", "copy-1.db", "copy-2.db", "copy-3.db", "copy-4.db"]);
}

#[tokio::test]
async fn a_backup_overwrites_nothing_and_leaves_nothing_when_it_fails() {
    let place = Place::new();
    make(&place.open(), "a").await;
    let to = place.at("copy.db");
    std::fs::write(&to, "something else").unwrap();
    let refused = backup::make(&address(&place.database), &to).unwrap_err();
    assert!(matches!(refused, BackupError::Exists(_)), "{refused}");
    assert_eq!(std::fs::read_to_string(&to).unwrap(), "something else");

    let nowhere = backup::make(&address(&place.database), &place.at("no/such/folder/copy.db")).unwrap_err();
    assert!(matches!(nowhere, BackupError::NoFolder(_)), "{nowhere}");

    rusqlite::Connection::open(&place.database)
        .unwrap()
        .execute("update orders set booth_name = 'Elsewhere'", [])
        .unwrap();
    let damaged = backup::make(&address(&place.database), &place.at("damaged.db")).unwrap_err();
    assert!(matches!(damaged, BackupError::Damaged { findings: 1, .. }), "{damaged}");
    assert_eq!(names(place.folder.path()), ["copy.db"]);
}

#[tokio::test]
async fn what_a_killed_backup_left_is_removed_by_the_next() {
    let place = Place::new();
    make(&place.open(), "a").await;
    for left in ["copy.db.1.part", "copy.db.77.part"] {
        std::fs::write(place.at(left), "half a file").unwrap();
    }
    std::fs::write(place.at("mine.part"), "somebody's").unwrap();
    backup::make(&address(&place.database), &place.at("copy.db")).unwrap();
    assert_eq!(names(place.folder.path()), ["copy.db", "mine.part"]);
}

#[tokio::test]
async fn restoring_gives_the_orders_of_the_backup_back() {
    let place = Place::new();
    let copy = place.at("copy.db");
    let store = place.open();
    make(&store, "a").await;
    backup::make(&address(&place.database), &copy).unwrap();
    make(&store, "b").await;

    let in_use = backup::restore(&copy, &address(&place.database), true).unwrap_err();
    assert!(matches!(in_use, BackupError::InUse(_)), "{in_use}");
    make(&store, "c").await;
    drop(store);

    let there = backup::restore(&copy, &address(&place.database), false).unwrap_err();
    assert!(matches!(there, BackupError::Exists(_)), "{there}");
    assert_eq!(orders(&place.database), 3);

    let restored = backup::restore(&copy, &address(&place.database), true).unwrap();
    assert_eq!((restored.report.orders, orders(&place.database)), (1, 1));
    let aside = restored.moved_aside.unwrap();
    assert_eq!(orders(&aside), 3, "what was there is kept, with everything in it");

    // Where nothing is, nothing needs to be allowed; and the backup itself is still one.
    let elsewhere = place.at("elsewhere.db");
    assert_eq!(backup::restore(&copy, &address(&elsewhere), false).unwrap().moved_aside, None);
    let store = Store::open(&address(&elsewhere)).unwrap();
    make(&store, "d").await;
    drop(store);
    assert_eq!((orders(&elsewhere), orders(&copy)), (2, 1));
}

#[tokio::test]
async fn a_damaged_backup_is_not_restored() {
    let place = Place::new();
    let copy = place.at("copy.db");
    let store = place.open();
    make(&store, "a").await;
    backup::make(&address(&place.database), &copy).unwrap();
    drop(store);
    rusqlite::Connection::open(&copy).unwrap().execute("update orders set copies = 7", []).unwrap();
    let refused = backup::restore(&copy, &address(&place.database), true).unwrap_err();
    assert!(matches!(refused, BackupError::Damaged { .. }), "{refused}");
    std::fs::write(&copy, "not a database, but long enough to have a header like one has").unwrap();
    assert!(backup::restore(&copy, &address(&place.database), true).is_err());
    assert_eq!(orders(&place.database), 1);
    assert_eq!(names(place.folder.path()), ["copy.db"]);
}

#[tokio::test]
async fn a_damaged_database_is_moved_aside_with_what_belongs_to_it() {
    let place = Place::new();
    let copy = place.at("copy.db");
    let store = place.open();
    make(&store, "a").await;
    backup::make(&address(&place.database), &copy).unwrap();
    drop(store);
    let image = std::fs::read(&copy).unwrap();
    for nonsense in ["nonsense".to_owned(), "nonsense".repeat(4096)] {
        std::fs::write(&place.database, &nonsense).unwrap();
        std::fs::write(place.at("booth.db-wal"), "a log that belongs to the damaged file").unwrap();
        let restored = backup::restore(&copy, &address(&place.database), true).unwrap();
        assert_eq!(orders(&place.database), 1);
        let aside = restored.moved_aside.unwrap();
        assert_eq!(std::fs::read_to_string(&aside).unwrap(), nonsense);
        let log = aside.with_file_name(format!("{}-wal", aside.file_name().unwrap().to_str().unwrap()));
        assert!(std::fs::read_to_string(&log).unwrap().starts_with("a log"));
        for file in [aside, log] {
            std::fs::remove_file(file).unwrap();
        }
    }
    assert_eq!(std::fs::read(&copy).unwrap(), image);
}
