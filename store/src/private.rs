//! A folder for passing files that nobody else may read or have made: the system's own folder for them is everybody's, and whoever
//! works here may be root.

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

/// The file in each that is locked as long as its maker lives, however that ends.
const LOCK: &str = ".lock";

/// How old a folder has to be before it may be what a killed program left: its maker locks it at once.
const MAKING: Duration = Duration::from_secs(60);

/// A new folder; gone, with all that is in it, when this is dropped. What a killed program left goes when the next one is made for the
/// same.
#[derive(Debug)]
pub struct PrivateFolder {
    path: PathBuf,
    lock: Option<File>,
}

impl PrivateFolder {
    /// Makes one, or gives the name that could not be made. One that is there already is somebody else's, and refused.
    pub fn make(what_for: &str) -> Result<Self, (PathBuf, io::Error)> {
        Self::make_in(&std::env::temp_dir(), what_for, SystemTime::now())
    }

    fn make_in(place: &Path, what_for: &str, now: SystemTime) -> Result<Self, (PathBuf, io::Error)> {
        let since = now.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
        let prefix = format!("boothpay-{what_for}-");
        let path = place.join(format!("{prefix}{}-{}", std::process::id(), since.as_nanos()));
        let made = create(&path).and_then(|()| File::create_new(path.join(LOCK)));
        let lock = made.map_err(|cause| (path.clone(), cause))?;
        // Where files cannot be locked, nobody takes a folder for one that was left.
        let _ = lock.try_lock();
        clear(place, &prefix, &path, now);
        Ok(Self { path, lock: Some(lock) })
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.path
    }
}

impl Drop for PrivateFolder {
    fn drop(&mut self) {
        // Windows removes no folder with an open file.
        self.lock = None;
        // What is left of it is in the system's own place for such things.
        let _ = fs::remove_dir_all(&self.path);
    }
}

/// Removes folders of the same name and the same user as `new` whose makers have ended. Removing is tidiness: one that stays does no harm.
fn clear(place: &Path, prefix: &str, new: &Path, now: SystemTime) {
    for entry in fs::read_dir(place).into_iter().flatten().flatten() {
        let is_named = entry.file_name().to_string_lossy().starts_with(prefix);
        if is_named && entry.path() != new && is_left(&entry.path(), new, now) {
            let _ = fs::remove_dir_all(entry.path());
        }
    }
}

/// Whether nobody works in a folder any more. Another user's, and what is no folder, are not looked into.
fn is_left(folder: &Path, new: &Path, now: SystemTime) -> bool {
    let (Ok(about), Ok(ours)) = (fs::symlink_metadata(folder), fs::symlink_metadata(new)) else { return false };
    let is_old = about.modified().ok().and_then(|made| now.duration_since(made).ok()).is_some_and(|age| age > MAKING);
    if !about.is_dir() || !is_of_one(&about, &ours) || !is_old {
        return false;
    }
    match File::open(folder.join(LOCK)) {
        Ok(lock) => lock.try_lock().is_ok(),
        Err(error) => error.kind() == io::ErrorKind::NotFound,
    }
}

#[cfg(unix)]
fn is_of_one(one: &fs::Metadata, other: &fs::Metadata) -> bool {
    use std::os::unix::fs::MetadataExt;
    one.uid() == other.uid()
}

/// Everybody has a place of his own there.
#[cfg(not(unix))]
fn is_of_one(_: &fs::Metadata, _: &fs::Metadata) -> bool {
    true
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_killed_program_left_goes_and_what_is_under_way_stays() {
        let place = tempfile::tempdir().unwrap();
        let now = SystemTime::now();
        let under_way = PrivateFolder::make_in(place.path(), "rehearsal", now).unwrap();
        let left = place.path().join("boothpay-rehearsal-1-1");
        fs::create_dir(&left).unwrap();
        fs::write(left.join(LOCK), "").unwrap();
        fs::write(left.join("boothpay.db"), "a copy").unwrap();
        let others = place.path().join("boothpay-import-1-1");
        fs::create_dir(&others).unwrap();
        let soon = PrivateFolder::make_in(place.path(), "rehearsal", now + MAKING / 2).unwrap();
        assert!(left.exists(), "its maker may not have locked it yet");
        let later = PrivateFolder::make_in(place.path(), "rehearsal", now + MAKING * 2).unwrap();
        assert!(!left.exists());
        assert!([under_way.path(), soon.path(), later.path(), &others].iter().all(|folder| folder.exists()));
        let was = later.path().to_owned();
        drop(later);
        assert!(!was.exists());
    }
}
