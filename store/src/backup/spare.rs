//! Which of the files that are named as backups may go when there are too many.

use crate::address::Address;
use std::fs::File;
use std::io::Read;
use std::path::Path;

/// Where in a SQLite file its head says how it is written, and what stands there for write-ahead logging.
const HOW_WRITTEN: usize = 18;
const WITH_A_LOG: u8 = 2;

/// Whether a file with a backup's name is one, and can go. A person may have named it as the `database` where it lies: then it is the database,
/// whatever it is called. Any server, also another one, keeps a log beside the file that it works on, and writes that down in it; a backup
/// consists of itself alone.
pub fn is_spare(path: &Path, database: &Address) -> bool {
    let is_database = match database {
        Address::SqliteFile(database) => is_same(path, database),
        Address::SqliteMemory | Address::Postgres(_) => false,
    };
    !is_database && !is_worked_on(path)
}

/// Whether two names lead to one file. Nothing is opened: to close a file again would take SQLite's locks on it away from this program.
fn is_same(one: &Path, other: &Path) -> bool {
    match (identity(one), identity(other)) {
        (Some(one), Some(other)) => one == other,
        (_, _) => one == other,
    }
}

#[cfg(unix)]
fn identity(path: &Path) -> Option<(u64, u64)> {
    use std::os::unix::fs::MetadataExt;
    let found = std::fs::metadata(path).ok()?;
    Some((found.dev(), found.ino()))
}

#[cfg(not(unix))]
fn identity(path: &Path) -> Option<std::path::PathBuf> {
    std::fs::canonicalize(path).ok()
}

fn is_worked_on(path: &Path) -> bool {
    let mut head = [0; HOW_WRITTEN + 1];
    let read = File::open(path).and_then(|mut file| file.read_exact(&mut head));
    read.is_ok() && head.last() == Some(&WITH_A_LOG)
}
