//! What the operating system allows the program, and says of it.

use anyhow::{Context, Result};
use std::path::PathBuf;

/// Files that are asked for: more than the highest number of connections that can be set, at two listeners, and a database need.
#[cfg(unix)]
const FILES_WANTED: u64 = 1 << 18;

/// Keeps the memory, and with it the cashbox key, out of the files that a crash would leave. Where the system does not
/// know such files, there is nothing to do.
pub(crate) fn no_core_dumps() {
    #[cfg(unix)]
    {
        // A system that refuses this is asked for nothing dangerous; the program does its work all the same.
        let _ = rlimit::Resource::CORE.set(0, 0);
    }
}

/// Where this program stands.
pub(crate) fn own_file() -> Result<PathBuf> {
    std::env::current_exe().context(
        "the system does not say where this program stands; is it there still? Start it by its whole name, for instance \
         /usr/local/bin/boothpay or C:\\Boothpay\\boothpay.exe",
    )
}

/// Raises how many files and connections may be open at once, as far as that needs nobody's permission, and says how many
/// that is. `None` where the system has no such limit.
pub(crate) fn raise_file_limit() -> Option<u64> {
    #[cfg(unix)]
    {
        match rlimit::increase_nofile_limit(FILES_WANTED) {
            Ok(files) => Some(files),
            Err(error) => {
                tracing::warn!(%error, "the limit of open files cannot be raised");
                rlimit::Resource::NOFILE.get_soft().ok()
            }
        }
    }
    #[cfg(not(unix))]
    None
}
