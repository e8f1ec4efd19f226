//! For tests only: lets the n-th operation on a SQLite database's files fail, once or from then on.
//!
//! [`install`] puts a thin layer over SQLite's own access to files, for the whole program; connections that are opened later
//! go through it and need to know nothing. A [`Watch`] counts the operations on the files of one folder and lets some fail,
//! as a [`Fault`] says. Everything else, locks and shared memory included, is SQLite's own.
//!
//! Nothing loses power here, so a sync that is let through does nothing, which makes thousands of cases quick.
#![cfg(unix)]

mod vfs;

pub use vfs::install;

use std::ops::Range;
use std::os::unix::ffi::OsStrExt;
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// How an operation fails.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// EIO on a write, a truncation or a removal; nothing of it happens.
    Write,
    /// Half of a write happens, then the disk is full.
    ShortWrite,
    /// The disk is full; nothing of the write happens.
    Full,
    /// EIO on a sync; what was written stays visible.
    Sync,
    /// EIO on a sync; what was written to the file since its last sync is gone, as when the system throws the pages away.
    LostSync,
    /// EIO on a read, or on asking for the size.
    Read,
    /// A lock cannot be taken because the system fails (not because somebody has it), on the file or in the shared memory.
    Lock,
    /// A file, or shared memory, cannot be opened.
    Open,
}

impl Kind {
    /// All of them.
    pub const ALL: [Self; 8] =
        [Self::Write, Self::ShortWrite, Self::Full, Self::Sync, Self::LostSync, Self::Read, Self::Lock, Self::Open];

    /// Whether it lets an operation fail.
    fn concerns(self, operation: Operation) -> bool {
        use Operation::{
            Delete, FileLock, OpenFile, ReadBytes, SharedLock, SharedMap, Size, SyncFile, Truncate, WriteBytes,
        };
        match self {
            Self::Write => matches!(operation, WriteBytes | Truncate | Delete),
            Self::ShortWrite | Self::Full => operation == WriteBytes,
            Self::Sync | Self::LostSync => operation == SyncFile,
            Self::Read => matches!(operation, ReadBytes | Size),
            Self::Lock => matches!(operation, FileLock | SharedLock),
            Self::Open => matches!(operation, OpenFile | SharedMap),
        }
    }
}

/// What SQLite does with a file. Letting go of a lock is not here: it does not fail.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Operation {
    OpenFile,
    ReadBytes,
    WriteBytes,
    SyncFile,
    Truncate,
    Delete,
    FileLock,
    Size,
    SharedMap,
    SharedLock,
}

/// Which operations fail, and how.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fault {
    /// How.
    pub kind: Kind,
    /// The first that fails, counting from one, of those that the kind is about.
    pub nth: u64,
    /// Whether all that follow fail too, until the fault is lifted.
    pub for_ever: bool,
}

/// What happened while a fault was in force.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Seen {
    /// Operations that failed.
    pub failed: u64,
    /// Writes to a log or journal through a handle on which a sync had failed that had something to write: nobody knows what
    /// such a file holds, so nothing may be built on it. (A database whose sync failed is written to again: all that was not
    /// synced is still in the log, and is copied from there once more.)
    pub writes_after_a_failed_sync: u64,
}

/// Watches the files of one folder until it is dropped.
pub struct Watch(Arc<Watched>);

struct Watched {
    folder: Vec<u8>,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    fault: Option<Fault>,
    /// Operations that the fault is about.
    counted: u64,
    seen: Seen,
    files: Vec<File>,
}

/// A file by its path, whoever has it open.
struct File {
    path: Vec<u8>,
    is_written: bool,
    /// What was there before each write since the last sync, kept for [`Kind::LostSync`].
    before: Vec<Before>,
}

/// A part of a file as it was, and the file's size at that time.
struct Before {
    offset: i64,
    bytes: Vec<u8>,
    size: i64,
}

static WATCHES: Mutex<Vec<Arc<Watched>>> = Mutex::new(Vec::new());

impl Watch {
    /// Watches whatever is opened in a folder from now on.
    pub fn folder(folder: &Path) -> Self {
        let watched = Arc::new(Watched { folder: folder.as_os_str().as_bytes().to_owned(), state: Mutex::default() });
        watches().push(Arc::clone(&watched));
        Self(watched)
    }

    /// Puts a fault in force; operations are counted from here.
    pub fn fail(&self, fault: Fault) {
        let mut state = self.0.state();
        state.fault = Some(fault);
        state.counted = 0;
        state.seen = Seen::default();
    }

    /// Ends the fault; what happened meanwhile.
    pub fn lift(&self) -> Seen {
        let mut state = self.0.state();
        state.fault = None;
        state.files.iter_mut().for_each(|file| file.before.clear());
        state.seen
    }

    /// What happened since the last fault was put in force.
    pub fn seen(&self) -> Seen {
        self.0.state().seen
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        watches().retain(|watched| !Arc::ptr_eq(watched, &self.0));
    }
}

fn watches() -> MutexGuard<'static, Vec<Arc<Watched>>> {
    WATCHES.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Who watches a path.
fn watching(path: &[u8]) -> Option<Arc<Watched>> {
    let is_inside = |folder: &[u8]| path.strip_prefix(folder).is_some_and(|rest| rest.starts_with(b"/"));
    watches().iter().find(|watched| is_inside(&watched.folder)).cloned()
}

impl Watched {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Counts an operation; how it has to fail, if it has to.
    fn fate(&self, operation: Operation) -> Option<Kind> {
        let mut state = self.state();
        let fault = state.fault.filter(|fault| fault.kind.concerns(operation))?;
        state.counted += 1;
        let fails = if fault.for_ever { state.counted >= fault.nth } else { state.counted == fault.nth };
        state.seen.failed += u64::from(fails);
        fails.then_some(fault.kind)
    }

    fn keeps_what_was_before(&self) -> bool {
        self.state().fault.is_some_and(|fault| fault.kind == Kind::LostSync)
    }

    /// The file's place in the list.
    fn file(&self, path: &[u8]) -> usize {
        let mut state = self.state();
        state.files.iter().position(|file| file.path == path).unwrap_or_else(|| {
            state.files.push(File { path: path.to_owned(), is_written: false, before: Vec::new() });
            state.files.len() - 1
        })
    }

    fn written(&self, file: usize, before: Option<Before>, is_distrusted: bool) {
        let mut state = self.state();
        let path = &state.files[file].path;
        let is_log = path.ends_with(b"-wal") || path.ends_with(b"-journal");
        state.seen.writes_after_a_failed_sync += u64::from(is_distrusted && is_log);
        state.files[file].is_written = true;
        state.files[file].before.extend(before);
    }

    fn synced(&self, file: usize) {
        let mut state = self.state();
        state.files[file].is_written = false;
        state.files[file].before.clear();
    }

    /// Whether the sync that failed had anything to write; and what was there before, for the sync that loses it.
    fn sync_failed(&self, file: usize) -> (bool, Vec<Before>) {
        let mut state = self.state();
        let file = &mut state.files[file];
        (std::mem::take(&mut file.is_written), std::mem::take(&mut file.before))
    }
}

/// The bytes that a write of so many bytes at an offset, or a cut at `offset`, takes away from a file of this size.
fn taken_away(offset: i64, length: Option<i64>, size: i64) -> Range<i64> {
    let end = length.map_or(size, |length| (offset + length).min(size));
    offset..end.max(offset)
}
