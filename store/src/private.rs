//! A folder for passing files that nobody else may read or have made: the system's own folder for them is everybody's, and whoever
//! works here may be root.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

/// A new folder; gone, with all that is in it, when this is dropped.
#[derive(Debug)]
pub struct PrivateFolder(PathBuf);

impl PrivateFolder {
    /// Makes one, or gives the name that could not be made. One that is there already is somebody else's, and refused.
    pub fn make(what_for: &str) -> Result<Self, (PathBuf, io::Error)> {
        let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
        let name = format!("boothpay-{what_for}-{}-{}", std::process::id(), since.as_nanos());
        let folder = std::env::temp_dir().join(name);
        match create(&folder) {
            Ok(()) => Ok(Self(folder)),
            Err(cause) => Err((folder, cause)),
        }
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.0
    }
}

impl Drop for PrivateFolder {
    fn drop(&mut self) {
        // What is left of it is in the system's own place for such things.
        let _ = fs::remove_dir_all(&self.0);
    }
}

#[cfg(unix)]
fn create(folder: &Path) -> io::Result<()> {
    use std::os::unix::fs::DirBuilderExt;
    fs::DirBuilder::new().mode(0o700).create(folder)
}

#[cfg(not(unix))]
fn create(folder: &Path) -> io::Result<()> {
    fs::create_dir(folder)
}
