//! Whether the files under the database's name still are those that this program has open.
//!
//! On Unix a file can be removed, renamed or replaced, and its folder unmounted, while it is open. Then commits succeed and are
//! gone with the program, or are in a file that nobody will look for. So the writer checks the files before every answer: three calls
//! of the system, far cheaper than the commit before them. Windows lets nobody take a file away that is open.

use super::owner::companion;
use crate::error::StoreError;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

/// What SQLite has beside the file while it is open: the log, in which the last commits are, and the log's index, by which
/// programs see each other.
const COMPANIONS: [&str; 2] = ["-wal", "-shm"];

/// Which file it is, whatever its name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Identity {
    device: u64,
    inode: u64,
}

/// The place of an open database.
pub(super) struct Place {
    files: Vec<PathBuf>,
    /// What each file was when it was first seen.
    seen: Mutex<Vec<Option<Identity>>>,
}

impl Place {
    /// Of a database that has just been opened.
    pub(super) fn of(path: &Path) -> Self {
        let beside = COMPANIONS.iter().map(|ending| companion(path, ending));
        let files: Vec<PathBuf> = [path.to_owned()].into_iter().chain(beside).collect();
        let seen = files.iter().map(|file| identity(file)).collect();
        Self { files, seen: Mutex::new(seen) }
    }

    /// After the connection was given up: whoever is the last to close a database takes its companions away, and the next one to
    /// open it makes new ones.
    pub(super) fn forget_companions(&self) {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner).iter_mut().skip(1).for_each(|seen| *seen = None);
    }

    /// An error when another file, or none, is where ours was. When ours is back, all is well again.
    pub(super) fn check(&self) -> Result<(), StoreError> {
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        for (file, seen) in self.files.iter().zip(seen.iter_mut()) {
            let now = identity(file);
            match seen {
                None => *seen = now,
                Some(_) if *seen == now => {}
                Some(_) => return Err(gone(file, self.files.first() == Some(file), now.is_some())),
            }
        }
        Ok(())
    }

    /// Whether the log still is the one that is open and its index is not: then another program may have made an index of its own and
    /// added to the log what ours does not know.
    pub(super) fn may_others_write(&self) -> bool {
        let seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        let mut is_ours = self.files.iter().zip(seen.iter()).skip(1).map(|(file, seen)| *seen == identity(file));
        is_ours.next() == Some(true) && is_ours.next() == Some(false)
    }
}

fn gone(file: &Path, is_database: bool, is_another: bool) -> StoreError {
    let what = if is_another { "is another file than the one that was opened" } else { "is not there any more" };
    let cure = if is_database {
        "Put the file back with its name, and the server goes on by itself; or stop the server and restore the last backup"
    } else {
        "Stop the server, and do not kill it: at its end it writes everything that it has taken into the database, or leaves it in the \
         log. Then run boothpay verify, and start the server again. Only if verify finds something wrong, restore the last backup"
    };
    let file = file.display();
    StoreError::Suspect(
        format!("{file} {what}: it was removed, renamed or replaced, or its folder was taken away. No payment is taken. {cure}").into(),
    )
}

#[cfg(unix)]
fn identity(file: &Path) -> Option<Identity> {
    use std::os::unix::fs::MetadataExt;
    let found = std::fs::metadata(file).ok()?;
    Some(Identity { device: found.dev(), inode: found.ino() })
}

#[cfg(not(unix))]
fn identity(_: &Path) -> Option<Identity> {
    None
}
