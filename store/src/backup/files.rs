//! Names and moves of backups, each safe at every instant: a name is either not there or stands for a whole file.

use super::error::BackupError;
use crate::rights::{Rights, for_owner};
use std::fs::{self, OpenOptions};
use std::io;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// The end of a name under which a copy is being written.
const PART: &str = ".part";

/// How often, and how long each time, a file that another program holds is waited for: two seconds in all.
const HELD_WAITS: u32 = 20;
const HELD_PAUSE: Duration = Duration::from_millis(100);

/// What SQLite keeps beside a file.
const COMPANIONS: [&str; 2] = ["-wal", "-shm"];

/// What SQLite keeps beside a copy while it is written.
const WRITING: [&str; 3] = ["-journal", "-wal", "-shm"];

/// What to say about a failure at a path.
pub(crate) fn at(path: &Path) -> impl Fn(io::Error) -> BackupError {
    move |cause| BackupError::File { path: path.to_owned(), cause }
}

/// Refuses a name that is taken, or in a folder that is not there.
pub(crate) fn refuse_existing(to: &Path) -> Result<(), BackupError> {
    if to.try_exists().map_err(at(to))? {
        return Err(BackupError::Exists(to.to_owned()));
    }
    match folder_of(to) {
        Some(folder) if !folder.try_exists().map_err(at(folder))? => Err(BackupError::NoFolder(folder.to_owned())),
        Some(_) | None => Ok(()),
    }
}

/// Refuses the names of what SQLite has beside a database: it would take the copy for its own.
pub(super) fn refuse_companions(database: &Path, to: &Path) -> Result<(), BackupError> {
    let (ours, theirs) = (name_of(database)?, name_of(to)?);
    let is_companion = WRITING.iter().any(|ending| theirs.eq_ignore_ascii_case(&format!("{ours}{ending}")));
    if is_companion && in_one_folder(database, to) { Err(BackupError::OfTheDatabase(to.to_owned())) } else { Ok(()) }
}

/// Whether two files are beside each other.
pub(super) fn in_one_folder(one: &Path, other: &Path) -> bool {
    let folder = |path| folder_of(path).and_then(|folder| fs::canonicalize(folder).ok());
    folder(one).is_some_and(|one| folder(other) == Some(one))
}

/// Makes an empty file, and gives it these rights before anything is in it; else it is for whoever makes it. What stands under the name
/// already is not written to.
pub(super) fn create(path: &Path, rights: Option<&Rights>) -> Result<(), BackupError> {
    let made = for_owner().write(true).create_new(true).open(path);
    made.and_then(|file| rights.map_or(Ok(()), |rights| rights.give(&file))).map_err(at(path))
}

/// A name beside `to` that no other process uses.
pub(crate) fn temporary(to: &Path) -> Result<PathBuf, BackupError> {
    Ok(to.with_file_name(format!("{}.{}{PART}", name_of(to)?, std::process::id())))
}

/// Removes what a killed backup to this very name has left.
pub(crate) fn remove_leftovers_of(to: &Path) {
    if let (Some(folder), Ok(name)) = (folder_of(to), name_of(to)) {
        remove_leftovers(folder, &format!("{name}."));
    }
}

pub(super) fn remove_leftovers(folder: &Path, prefix: &str) {
    let Ok(entries) = fs::read_dir(folder) else { return };
    for entry in entries.flatten() {
        let name = entry.file_name();
        let name = name.to_string_lossy();
        let is_part = |name: &str| name.starts_with(prefix) && name.ends_with(PART);
        if is_part(&name) || WRITING.iter().any(|companion| name.strip_suffix(companion).is_some_and(is_part)) {
            remove_file(&entry.path());
        }
    }
}

/// Removes an unfinished copy with what SQLite keeps beside it while it is written.
pub(crate) fn remove(path: &Path) {
    remove_file(path);
    for companion in WRITING {
        if let Ok(beside) = with_companion(path, companion) {
            remove_file(&beside);
        }
    }
}

/// Removing is tidiness: a file that stays does no harm, because its name says what it is.
fn remove_file(path: &Path) {
    if let Err(error) = fs::remove_file(path)
        && error.kind() != io::ErrorKind::NotFound
    {
        tracing::debug!(%error, "an unfinished copy could not be removed: {}", path.display());
    }
}

/// The bytes of a file are on the disk when this returns.
pub(crate) fn sync(path: &Path) -> Result<(), BackupError> {
    // Windows syncs only what is open for writing.
    OpenOptions::new().write(true).open(path).and_then(|file| file.sync_all()).map_err(at(path))
}

/// Gives a finished copy its name, which must be free. A second name for the same file is refused by the system when the
/// name is taken; file systems without that (memory sticks) can only be asked beforehand.
pub(crate) fn give_name(temporary: &Path, to: &Path) -> Result<(), BackupError> {
    match fs::hard_link(temporary, to) {
        Ok(()) => remove(temporary),
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
            remove(temporary);
            return Err(BackupError::Exists(to.to_owned()));
        }
        Err(_) if to.try_exists().map_err(at(to))? => {
            remove(temporary);
            return Err(BackupError::Exists(to.to_owned()));
        }
        Err(_) => rename(temporary, to)?,
    }
    sync_folder(to)
}

/// Puts a finished copy in the place of a file whose other name [`set_aside`] has made.
pub(super) fn replace(temporary: &Path, to: &Path) -> Result<(), BackupError> {
    rename(temporary, to)?;
    sync_folder(to)
}

/// Moves a file. On Windows a virus scanner or an indexer may hold a new file for a moment, which is waited for.
fn rename(from: &Path, to: &Path) -> Result<(), BackupError> {
    let mut waits = if cfg!(windows) { HELD_WAITS } else { 0 };
    loop {
        match fs::rename(from, to) {
            Err(error) if waits > 0 && error.kind() == io::ErrorKind::PermissionDenied => {
                waits = waits.saturating_sub(1);
                std::thread::sleep(HELD_PAUSE);
            }
            outcome => return outcome.map_err(at(to)),
        }
    }
}

/// Keeps a database under another name. The file stays where it is too, where the file system allows that, until the new
/// one takes its place in one step: at no instant is there nothing, of which a server would make an empty database. What
/// SQLite keeps beside it goes along, because it would be taken for the new file's.
pub(super) fn set_aside(path: &Path) -> Result<PathBuf, BackupError> {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_secs();
    let name = format!("{}.before-restore-{since}", name_of(path)?);
    let (mut aside, mut number) = (path.with_file_name(&name), 1_u32);
    // Another one of the same second.
    while aside.try_exists().map_err(at(&aside))? {
        number = number.saturating_add(1);
        aside = path.with_file_name(format!("{name}-{number}"));
    }
    for companion in COMPANIONS {
        let from = with_companion(path, companion)?;
        if from.try_exists().map_err(at(&from))? {
            fs::rename(&from, with_companion(&aside, companion)?).map_err(at(&from))?;
        }
    }
    match fs::hard_link(path, &aside) {
        Ok(()) => {}
        Err(_) => fs::rename(path, &aside).map_err(at(path))?,
    }
    sync_folder(path)?;
    Ok(aside)
}

/// Takes the name away from a file whose other name [`set_aside`] has made.
pub(super) fn take_name(path: &Path) -> Result<(), BackupError> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(at(path)(error)),
        Ok(()) | Err(_) => sync_folder(path),
    }
}

pub(crate) fn size(path: &Path) -> Result<u64, BackupError> {
    Ok(fs::metadata(path).map_err(at(path))?.len())
}

fn with_companion(path: &Path, companion: &str) -> Result<PathBuf, BackupError> {
    Ok(path.with_file_name(format!("{}{companion}", name_of(path)?)))
}

fn name_of(path: &Path) -> Result<&str, BackupError> {
    path.file_name().and_then(|name| name.to_str()).ok_or_else(|| BackupError::NoName(path.to_owned()))
}

pub(super) fn folder_of(path: &Path) -> Option<&Path> {
    path.parent().map(|folder| if folder.as_os_str().is_empty() { Path::new(".") } else { folder })
}

/// The names in a folder are on the disk when this returns.
#[cfg(unix)]
fn sync_folder(path: &Path) -> Result<(), BackupError> {
    let Some(folder) = folder_of(path) else { return Ok(()) };
    fs::File::open(folder).and_then(|folder| folder.sync_all()).map_err(at(folder))
}

/// Windows opens no folders as files; NTFS keeps a journal of names itself.
#[cfg(not(unix))]
fn sync_folder(_: &Path) -> Result<(), BackupError> {
    Ok(())
}
