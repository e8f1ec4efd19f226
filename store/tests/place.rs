//! The database's files are removed, renamed or replaced while a store has them open: nothing is acknowledged that nobody will
//! find, no new file is made, and when the file is back, the store goes on.
#![cfg(unix)]

mod support;

use boothpay_store::{Address, Store, StoreError};
use std::path::{Path, PathBuf};
use support::{make, offer};

struct Booth {
    folder: tempfile::TempDir,
    store: Store,
}

impl Booth {
    async fn open() -> Self {
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir(folder.path().join("data")).unwrap();
        let store = Store::open(&Address::SqliteFile(folder.path().join("data/booth.db"))).unwrap();
        make(&store, "before", 1000).await;
        Self { folder, store }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Whatever is asked is refused, readiness too, with the file's name and the cure; and nothing is made in its place.
    async fn refuses(&self, why: &str) {
        for refused in [offer(&self.store, "after", 2000).await, self.store.probe().await] {
            let Err(StoreError::Suspect(words)) = refused else { panic!("{why}: {refused:?}") };
            assert!(words.contains("booth.db") && words.contains("restore the last backup"), "{words}");
        }
    }

    async fn goes_on(&self) {
        self.store.probe().await.unwrap();
        make(&self.store, "later", 3000).await;
        assert!(self.store.orders(None, 10).await.unwrap().iter().any(|row| row.order.id.as_str() == "later"));
    }
}

fn is_there(path: &Path) -> bool {
    path.try_exists().unwrap()
}

#[tokio::test]
async fn a_file_that_was_removed_is_noticed_and_none_is_made() {
    for name in ["data/booth.db", "data/booth.db-wal", "data/booth.db-shm"] {
        let booth = Booth::open().await;
        booth.store.probe().await.unwrap();
        std::fs::remove_file(booth.path(name)).unwrap();
        booth.refuses(name).await;
        assert!(!is_there(&booth.path(name)), "{name}");
    }
}

#[tokio::test]
async fn a_file_that_is_back_is_served_again() {
    let booth = Booth::open().await;
    std::fs::rename(booth.path("data/booth.db"), booth.path("data/away.db")).unwrap();
    booth.refuses("renamed").await;
    assert!(!is_there(&booth.path("data/booth.db")));
    std::fs::rename(booth.path("data/away.db"), booth.path("data/booth.db")).unwrap();
    booth.goes_on().await;
}

#[tokio::test]
async fn another_file_in_its_place_is_not_taken_for_it() {
    let booth = Booth::open().await;
    let other = Address::SqliteFile(booth.path("other.db"));
    drop(Store::open(&other).unwrap());
    std::fs::rename(booth.path("data/booth.db"), booth.path("data/away.db")).unwrap();
    std::fs::copy(booth.path("other.db"), booth.path("data/booth.db")).unwrap();
    booth.refuses("replaced").await;
    std::fs::rename(booth.path("data/away.db"), booth.path("data/booth.db")).unwrap();
    booth.goes_on().await;
}

#[tokio::test]
async fn a_folder_that_was_taken_away_is_noticed() {
    let booth = Booth::open().await;
    std::fs::rename(booth.path("data"), booth.path("unmounted")).unwrap();
    booth.refuses("no folder").await;
    std::fs::create_dir(booth.path("data")).unwrap();
    booth.refuses("an empty folder, as below a mount").await;
    assert!(!is_there(&booth.path("data/booth.db")));
    std::fs::remove_dir(booth.path("data")).unwrap();
    std::fs::rename(booth.path("unmounted"), booth.path("data")).unwrap();
    booth.goes_on().await;
}
