//! Files that the panel writes: after whatever happens they are the old one or the new one. What is the server's own is read by its user
//! alone.

use std::fs::{self, File};
use std::io::{self, ErrorKind, Write};
use std::path::{Path, PathBuf};

/// Writes a file anew beside, has it on the disk, and gives it the name.
pub(crate) fn write(file: &Path, text: &str) -> io::Result<()> {
    replace(file, text.as_bytes(), &for_its_owner())
}

/// The same for a file that is the booth's owner's, who reads it with programs of his own.
pub(crate) fn write_for_all(file: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut options = File::options();
    options.write(true).create_new(true);
    replace(file, bytes, &options)
}

fn replace(file: &Path, bytes: &[u8], options: &fs::OpenOptions) -> io::Result<()> {
    let mut beside = file.as_os_str().to_owned();
    beside.push(".new");
    let beside = PathBuf::from(beside);
    // One that was left over may have another owner's rights.
    match fs::remove_file(&beside) {
        Err(error) if error.kind() != ErrorKind::NotFound => return Err(error),
        Ok(()) | Err(_) => {}
    }
    let mut new = options.open(&beside)?;
    new.write_all(bytes)?;
    new.sync_all()?;
    drop(new);
    fs::rename(&beside, file)?;
    sync_folder(file)
}

/// Whether a name is a link, also one that leads nowhere: then what it led to is lost, which is not the same as never made.
pub(crate) fn is_link(file: &Path) -> bool {
    fs::symlink_metadata(file).is_ok_and(|found| found.is_symlink())
}

/// Takes a file away for good; one that is not there is away.
pub(crate) fn remove(file: &Path) -> io::Result<()> {
    match fs::remove_file(file) {
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(()),
        Err(error) => Err(error),
        Ok(()) => sync_folder(file),
    }
}

#[cfg(unix)]
fn for_its_owner() -> fs::OpenOptions {
    use std::os::unix::fs::OpenOptionsExt;
    let mut options = File::options();
    options.write(true).create_new(true).mode(0o600);
    options
}

/// Windows keeps rights in lists, which a new file has from its folder.
#[cfg(not(unix))]
fn for_its_owner() -> fs::OpenOptions {
    let mut options = File::options();
    options.write(true).create_new(true);
    options
}

/// A name that a power cut takes back would lead to what was before.
#[cfg(unix)]
fn sync_folder(file: &Path) -> io::Result<()> {
    let folder = file.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or_else(|| Path::new("."));
    File::open(folder)?.sync_all()
}

/// Windows writes names with what they name.
#[cfg(not(unix))]
fn sync_folder(_: &Path) -> io::Result<()> {
    Ok(())
}
