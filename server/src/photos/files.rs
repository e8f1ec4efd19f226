//! The files of photos: one folder, names that nobody guesses, a bound of what all of them may take.

use boothpay_protocol::photos::FileName;
use std::collections::HashSet;
use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, SystemTime};

/// A folder of photos. Clones share it.
#[derive(Clone)]
pub(crate) struct Files {
    folder: Arc<Path>,
    /// Bytes that all files together may take.
    bytes_max: u64,
    /// Whoever adds a file first looks how much room there is, one after the other.
    adding: Arc<Mutex<()>>,
}

/// Why a photo was not kept.
#[derive(Debug, thiserror::Error)]
pub(crate) enum KeepError {
    /// All photos together take what they may take.
    #[error("the photos take all the room they may (photos.disk_mb)")]
    Full,
    /// The disk, or the right to write to it.
    #[error("{0}")]
    Disk(#[from] io::Error),
}

impl Files {
    pub(crate) fn new(folder: PathBuf, bytes_max: u64) -> Self {
        Self { folder: folder.into(), bytes_max, adding: Arc::default() }
    }

    /// Writes a file, to the disk itself: what the database then says of it is true.
    pub(crate) async fn add(&self, bytes: Vec<u8>, ending: &'static str) -> Result<FileName, KeepError> {
        let files = self.clone();
        blocking(move || files.add_now(&bytes, ending, files.bytes_max)).await?
    }

    /// The same for what a customer has paid for, which waits for no room: the shots that it is made of go after it.
    pub(crate) async fn add_paid(&self, bytes: Vec<u8>, ending: &'static str) -> Result<FileName, KeepError> {
        let files = self.clone();
        blocking(move || files.add_now(&bytes, ending, u64::MAX)).await?
    }

    fn add_now(&self, bytes: &[u8], ending: &str, bytes_max: u64) -> Result<FileName, KeepError> {
        let _alone = self.adding.lock().unwrap_or_else(PoisonError::into_inner);
        self.make_folder()?;
        let new = u64::try_from(bytes.len()).unwrap_or(u64::MAX);
        if self.size()?.saturating_add(new) > bytes_max {
            return Err(KeepError::Full);
        }
        let mut random = [0; 16];
        getrandom::fill(&mut random).map_err(|error| io::Error::other(error.to_string()))?;
        let name = FileName::from_random(random, ending);
        let path = self.folder.join(name.as_str());
        let written = write(&path, bytes);
        if written.is_err() {
            // Half a picture is none.
            let _ = fs::remove_file(&path);
        }
        written?;
        Ok(name)
    }

    /// Only this user looks into it.
    fn make_folder(&self) -> io::Result<()> {
        if self.folder.is_dir() {
            return Ok(());
        }
        fs::create_dir_all(&self.folder)?;
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            fs::set_permissions(&self.folder, fs::Permissions::from_mode(0o700))?;
        }
        Ok(())
    }

    fn size(&self) -> io::Result<u64> {
        let sizes = fs::read_dir(&self.folder)?.filter_map(|entry| entry.ok()?.metadata().ok());
        Ok(sizes.filter(fs::Metadata::is_file).fold(0, |sum, file| sum.saturating_add(file.len())))
    }

    /// Whether so many bytes more may be kept.
    pub(crate) async fn has_room(&self, bytes: u64) -> io::Result<bool> {
        let files = self.clone();
        blocking(move || {
            files.make_folder()?;
            Ok(files.size()?.saturating_add(bytes) <= files.bytes_max)
        })
        .await?
    }

    /// What a file holds. "Not found" is said of a file that is gone, and of nothing else.
    pub(crate) async fn read(&self, name: &FileName) -> io::Result<Vec<u8>> {
        let (folder, name) = (Arc::clone(&self.folder), name.clone());
        blocking(move || fs::read(folder.join(name.as_str())).map_err(|error| told_apart(&folder, error))).await?
    }

    /// Whether a file is there. An error where that cannot be known now.
    pub(crate) async fn has(&self, name: &FileName) -> io::Result<bool> {
        let (folder, name) = (Arc::clone(&self.folder), name.clone());
        blocking(move || has(&folder, &name)).await?
    }

    /// Removes a file. One that is not there any more is removed.
    pub(crate) async fn remove(&self, name: &FileName) -> io::Result<()> {
        let path = self.folder.join(name.as_str());
        match blocking(move || fs::remove_file(path)).await? {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
            Ok(()) | Err(_) => Ok(()),
        }
    }

    /// Files that are older than an age.
    pub(crate) async fn older(&self, age: Duration) -> io::Result<HashSet<FileName>> {
        let folder = Arc::clone(&self.folder);
        blocking(move || older(&folder, age, SystemTime::now())).await?
    }
}

/// Whether a file is there. An error where that cannot be known now. Blocks.
pub(super) fn has(folder: &Path, name: &FileName) -> io::Result<bool> {
    match fs::metadata(folder.join(name.as_str())).map_err(|error| told_apart(folder, error)) {
        Ok(_) => Ok(true),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
        Err(error) => Err(error),
    }
}

/// A file that is not there is gone only where its folder is there: a share that is not mounted comes back with all that it holds.
fn told_apart(folder: &Path, error: io::Error) -> io::Error {
    if error.kind() == io::ErrorKind::NotFound && !folder.is_dir() {
        return io::Error::other("photos.folder is not there; look whether its disk, or the network drive, is there");
    }
    error
}

fn write(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut options = fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt;
        options.mode(0o600);
    }
    let mut file = options.open(path)?;
    file.write_all(bytes)?;
    file.sync_all()?;
    // On Unix a new name is in its folder for certain when the folder is synced; other systems keep names themselves.
    #[cfg(unix)]
    if let Some(folder) = path.parent() {
        fs::File::open(folder)?.sync_all()?;
    }
    Ok(())
}

fn older(folder: &Path, age: Duration, now: SystemTime) -> io::Result<HashSet<FileName>> {
    let entries = match fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(HashSet::new()),
        Err(error) => return Err(error),
    };
    let mut older = HashSet::new();
    for entry in entries {
        let entry = entry?;
        // What is not named as ours are is the owner's.
        let Some(name) = entry.file_name().into_string().ok().filter(|name| name.len() > 32) else { continue };
        let Ok(name) = FileName::try_from(name) else { continue };
        let written = match entry.metadata().and_then(|about| about.modified()) {
            Ok(written) => written,
            // Its session ended just now.
            Err(error) if error.kind() == io::ErrorKind::NotFound => continue,
            Err(error) => return Err(error),
        };
        if now.duration_since(written).is_ok_and(|passed| passed > age) {
            older.insert(name);
        }
    }
    Ok(older)
}

/// What waits for the disk has a thread that may wait.
async fn blocking<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> io::Result<T> {
    tokio::task::spawn_blocking(work).await.map_err(io::Error::other)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_file_is_kept_and_removed_and_all_of_them_have_a_bound() {
        let folder = tempfile::tempdir().unwrap();
        let files = Files::new(folder.path().join("photos"), 10);
        let name = files.add(vec![7; 6], "jpg").await.unwrap();
        assert_eq!(files.read(&name).await.unwrap(), [7; 6]);
        assert!(matches!(files.add(vec![7; 5], "jpg").await, Err(KeepError::Full)));
        files.remove(&name).await.unwrap();
        files.remove(&name).await.unwrap();
        assert!(files.read(&name).await.is_err());
        assert!(files.add(vec![7; 5], "png").await.unwrap().as_str().ends_with(".png"));
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            let mode = fs::metadata(folder.path().join("photos")).unwrap().permissions().mode();
            assert_eq!(mode & 0o777, 0o700, "nobody else looks into it");
        }
    }

    #[tokio::test]
    async fn old_files_are_told_from_new_ones_and_from_the_owners() {
        let folder = tempfile::tempdir().unwrap();
        let files = Files::new(folder.path().to_owned(), 1000);
        let name = files.add(vec![7], "jpg").await.unwrap();
        fs::write(folder.path().join("template.png"), "the owner's").unwrap();
        let (hour, now) = (Duration::from_secs(3600), SystemTime::now());
        assert!(older(folder.path(), hour, now).unwrap().is_empty());
        assert_eq!(older(folder.path(), hour, now + hour + hour).unwrap(), HashSet::from([name]));
        assert!(older(&folder.path().join("missing"), hour, now).unwrap().is_empty());
    }

    #[tokio::test]
    async fn a_file_is_gone_only_where_its_folder_is_there() {
        let folder = tempfile::tempdir().unwrap();
        let (photos, away) = (folder.path().join("photos"), folder.path().join("unmounted"));
        let files = Files::new(photos.clone(), 1000);
        let name = files.add(vec![7], "jpg").await.unwrap();
        assert!(files.has(&name).await.unwrap());
        fs::rename(&photos, &away).unwrap();
        assert!(files.has(&name).await.is_err());
        assert_ne!(files.read(&name).await.unwrap_err().kind(), io::ErrorKind::NotFound);
        fs::rename(&away, &photos).unwrap();
        files.remove(&name).await.unwrap();
        assert!(!files.has(&name).await.unwrap());
        assert_eq!(files.read(&name).await.unwrap_err().kind(), io::ErrorKind::NotFound);
    }
}
