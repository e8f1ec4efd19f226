//! The flows, and the files with which each begins.

use crate::steps::{Step, ask};
use boothpay_store::{Address, Store};
use std::path::{Path, PathBuf};
use tempfile::TempDir;

/// What SQLite's log has to hold so that one of the next commits moves it into the database, which happens at 1000 pages.
const NEARLY_FULL_LOG_BYTES: u64 = 985 * (24 + 4096);

/// Its name in its folder.
pub const DATABASE: &str = "booth.db";

/// The files at the beginning.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Files {
    /// None.
    Nothing,
    /// A database with a paid order, closed in order.
    Closed,
    /// The same, killed: everything is in the log.
    Killed,
    /// A log that is about to be moved into the database.
    LongLog,
}

/// Something that is done with a store.
#[derive(Debug)]
pub struct Flow {
    pub name: &'static str,
    pub files: Files,
    /// Whether the fault is in force already when the store is opened.
    pub opens_with_fault: bool,
    pub steps: &'static [Step],
}

use Step::{Cancel, Check, Create, Offer, Perform, Probe, Statement, Sweep};

pub const FLOWS: &[Flow] = &[
    Flow {
        name: "pay",
        files: Files::Closed,
        opens_with_fault: false,
        steps: &[Offer("a"), Create("a"), Perform("a"), Check("a")],
    },
    Flow {
        name: "give up",
        files: Files::Closed,
        opens_with_fault: false,
        steps: &[Offer("a"), Create("a"), Cancel("a"), Statement],
    },
    Flow {
        name: "expire",
        files: Files::Closed,
        opens_with_fault: false,
        steps: &[Offer("a"), Offer("b"), Create("b"), Sweep],
    },
    Flow {
        name: "refund",
        files: Files::Killed,
        opens_with_fault: false,
        steps: &[Probe, Cancel("paid"), Check("paid")],
    },
    Flow {
        name: "move the log",
        files: Files::LongLog,
        opens_with_fault: false,
        steps: &[Offer("a"), Create("a"), Perform("a"), Check("a")],
    },
    Flow { name: "migrate", files: Files::Nothing, opens_with_fault: true, steps: &[Offer("a")] },
    Flow { name: "open", files: Files::Closed, opens_with_fault: true, steps: &[Check("paid"), Offer("a")] },
    Flow { name: "recover", files: Files::Killed, opens_with_fault: true, steps: &[Check("paid"), Offer("a")] },
];

/// The files with which flows begin, made once.
pub struct Beginnings {
    folder: TempDir,
}

impl Beginnings {
    pub async fn make() -> Self {
        let folder = folder();
        let made = Self { folder };
        let closed = made.path(Files::Closed);
        let store = open(&closed);
        for step in [Offer("paid"), Create("paid"), Perform("paid")] {
            ask(&store, step, &mut Vec::new()).await.unwrap();
        }
        copy(&closed, &made.path(Files::Killed));
        drop(store);
        let growing = made.folder.path().join("growing");
        std::fs::create_dir(&growing).unwrap();
        let store = open(&growing);
        let log = growing.join(format!("{DATABASE}-wal"));
        for n in 0.. {
            if std::fs::metadata(&log).unwrap().len() > NEARLY_FULL_LOG_BYTES {
                break;
            }
            let name: &'static str = Box::leak(format!("filling-{n}").into_boxed_str());
            ask(&store, Offer(name), &mut Vec::new()).await.unwrap();
        }
        copy(&growing, &made.path(Files::LongLog));
        made
    }

    /// A new folder with the files.
    pub fn begin(&self, files: Files) -> TempDir {
        let new = folder();
        copy(&self.path(files), new.path());
        new
    }

    fn path(&self, files: Files) -> PathBuf {
        let path = self.folder.path().join(format!("{files:?}"));
        std::fs::create_dir_all(&path).unwrap();
        path
    }
}

/// Nothing here loses power, so memory will do where the system offers it as a folder.
fn folder() -> TempDir {
    let memory = Path::new("/dev/shm");
    let made = if memory.is_dir() { TempDir::new_in(memory) } else { TempDir::new() };
    made.unwrap()
}

/// Database and log; never the shared memory, which does not outlive a kill.
fn copy(from: &Path, to: &Path) {
    for name in [DATABASE.to_owned(), format!("{DATABASE}-wal")] {
        if from.join(&name).exists() {
            std::fs::copy(from.join(&name), to.join(&name)).unwrap();
        }
    }
}

fn open(folder: &Path) -> Store {
    Store::open(&address(folder)).unwrap()
}

pub fn address(folder: &Path) -> Address {
    Address::SqliteFile(folder.join(DATABASE))
}
