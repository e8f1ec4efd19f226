//! The files of an update: the program, the new one and the old one beside it. The program's name always stands for a whole file.

use super::{remove_if_there, sync_folder};
use crate::files;
use anyhow::{Context, Error, Result, bail};
use boothpay_protocol::secret::KeyDigest;
use boothpay_store::rights::{Rights, for_owner};
use std::fs::{self, File, TryLockError};
use std::io;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::thread;
use std::time::Duration;

/// How often, and how long each time, a program that still runs is waited for: Windows lets nobody replace it meanwhile.
const HELD_WAITS: u32 = 30;
const HELD_PAUSE: Duration = Duration::from_millis(200);

/// A program, and the names beside it.
pub(super) struct Place {
    program: PathBuf,
    pub(super) new: PathBuf,
    pub(super) old: PathBuf,
    /// Beside them, empty: whoever has it locked updates the program.
    lock: PathBuf,
}

/// The program's only update, until this goes. The system ends it with the process, however that ends.
pub(super) struct Turn {
    _locked: File,
}

/// A new program, copied beside the old one.
pub(super) struct Staged {
    digest: KeyDigest,
}

impl Place {
    pub(super) fn of(program: &Path) -> Result<Self> {
        // A link, as in /usr/local/bin, stays one: what it leads to is replaced. Windows makes other names of the names of files.
        let whole = if cfg!(windows) { std::path::absolute(program) } else { fs::canonicalize(program) };
        let program = whole.with_context(|| format!("there is no program {}", program.display()))?;
        let name = program.file_stem().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        let named = |word: &str| program.with_file_name(format!("{name}-{word}{}", std::env::consts::EXE_SUFFIX));
        Ok(Self {
            new: named("new"),
            old: named("old"),
            lock: program.with_file_name(format!("{name}.update-lock")),
            program,
        })
    }

    /// A file that a package manager put there is its own to replace.
    pub(super) fn refuse_packages(&self) -> Result<()> {
        let mut asked = Command::new("dpkg-query");
        asked.arg("--search").arg(&self.program).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        if cfg!(target_os = "linux") && asked.status().is_ok_and(|found| found.success()) {
            bail!(
                "{} belongs to a package, which makes a verified backup itself when it is upgraded: \
                 sudo apt install ./boothpay_VERSION_amd64.deb",
                self.program.display()
            );
        }
        Ok(())
    }

    /// Keeps every other update of this program away: both would copy to one name, and put in place what the other has tried. The file
    /// stays: whoever removed it could remove another's.
    pub(super) fn turn(&self) -> Result<Turn> {
        let opened = for_owner().write(true).create(true).truncate(false).open(&self.lock);
        let locked = opened.map_err(|error| self.unwritten(error, &self.lock, "cannot be made"))?;
        match locked.try_lock() {
            Ok(()) => Ok(Turn { _locked: locked }),
            Err(TryLockError::WouldBlock) => {
                bail!("another update of {} is under way; wait until it has ended", self.program.display())
            }
            Err(TryLockError::Error(error)) => Err(self.unwritten(error, &self.lock, "cannot be locked")),
        }
    }

    /// Copies the new program beside the old one, whole and on the disk, with the old one's owner and rights: a service may run it.
    pub(super) fn stage(&self, file: &Path) -> Result<Staged> {
        if !file.is_file() {
            bail!(
                "there is no file {}; name the new program, for instance /home/anna/Downloads/boothpay",
                file.display()
            );
        }
        if is_same_name(file, &self.new) {
            bail!(
                "{} has the name that an update gives to its own copy: give it another one, or put it into another folder, and \
                 name that",
                file.display()
            );
        }
        if is_same_name(file, &self.program) || is_same_file(file, &self.program) {
            bail!("{} is the program itself: name the file of another version", file.display());
        }
        let opened = File::open(file).map_err(|error| Error::msg(files::unreadable(file, &error)));
        let mut source = opened?;
        let mut copy = || {
            // A new file: what stands there may be another name of the very file that is copied.
            remove_if_there(&self.new)?;
            io::copy(&mut source, &mut File::create_new(&self.new)?)?;
            // Windows syncs only what is open for writing.
            let made = File::options().write(true).open(&self.new)?;
            Rights::of(&self.program)?.give(&made)?;
            fs::set_permissions(&self.new, fs::metadata(&self.program)?.permissions())?;
            made.sync_all()?;
            fs::read(&self.new).map(|bytes| Staged { digest: KeyDigest::of(&bytes) })
        };
        copy().map_err(|error| {
            self.forget_new();
            self.unwritten(error, &self.new, "cannot be made")
        })
    }

    fn unwritten(&self, error: io::Error, file: &Path, what: &str) -> Error {
        let cure = files::cure(&error);
        Error::new(error).context(format!("{} {what}; {cure}", file.display()))
    }

    /// Whether the new program is the one that is here.
    pub(super) fn is_here(&self, staged: &Staged) -> Result<bool> {
        let program = fs::read(&self.program).map_err(|error| Error::msg(files::unreadable(&self.program, &error)))?;
        Ok(KeyDigest::of(&program).matches(&staged.digest))
    }

    pub(super) fn forget_new(&self) {
        // It only takes room.
        let _ = fs::remove_file(&self.new);
    }

    /// Keeps the old program under its other name and gives its name to the new one.
    pub(super) fn exchange(&self, rehearsed: &Staged) -> Result<()> {
        let new = fs::read(&self.new).map_err(|error| Error::msg(files::unreadable(&self.new, &error)))?;
        if !KeyDigest::of(&new).matches(&rehearsed.digest) {
            bail!("{} is not the file any more that was tried: something else has written it", self.new.display());
        }
        let keep = || {
            remove_if_there(&self.old)?;
            // A memory stick knows no second names.
            fs::hard_link(&self.program, &self.old).or_else(|_| fs::copy(&self.program, &self.old).map(drop))
        };
        keep().map_err(|error| {
            let cure = if self.old.is_dir() { "move away what stands there" } else { files::cure(&error) };
            Error::new(error).context(format!("the old program cannot be kept as {}; {cure}", self.old.display()))
        })?;
        take(&self.new, &self.program)?;
        synced(&self.program).inspect_err(|_| {
            // A power cut could bring the old program back after the new one has changed the database. It fails as the disk does.
            let _ = take(&self.old, &self.program);
        })
    }

    /// Gives the old program its name back.
    pub(super) fn go_back(&self) -> Result<()> {
        take(&self.old, &self.program)?;
        synced(&self.program)
    }
}

/// Whether two names lead to one place, by whatever links.
fn is_same_name(one: &Path, other: &Path) -> bool {
    fs::canonicalize(one).is_ok_and(|one| fs::canonicalize(other).is_ok_and(|other| one == other))
}

/// Whether two names are of one file.
#[cfg(unix)]
fn is_same_file(one: &Path, other: &Path) -> bool {
    use std::os::unix::fs::MetadataExt;
    let number = |path| fs::metadata(path).map(|found| (found.dev(), found.ino())).ok();
    number(one).is_some_and(|one| number(other) == Some(one))
}

/// Windows does not say it without unsafe code; a copy of the program onto itself changes nothing there.
#[cfg(not(unix))]
fn is_same_file(_: &Path, _: &Path) -> bool {
    false
}

fn synced(program: &Path) -> Result<()> {
    sync_folder(program).context("the program's folder cannot be synced; look after the disk (dmesg)")
}

/// One file takes another's name in one step.
fn take(from: &Path, to: &Path) -> Result<()> {
    let mut waits = if cfg!(windows) { HELD_WAITS } else { 0 };
    loop {
        match fs::rename(from, to) {
            Err(error) if waits > 0 && error.kind() == io::ErrorKind::PermissionDenied => {
                waits = waits.saturating_sub(1);
                thread::sleep(HELD_PAUSE);
            }
            Ok(()) => return Ok(()),
            Err(error) => {
                let kind = error.kind();
                let cure = if kind == io::ErrorKind::NotFound {
                    "there is nothing to put in its place"
                } else if cfg!(windows) && kind == io::ErrorKind::PermissionDenied {
                    "end whatever runs it, also the booth's screen"
                } else {
                    files::cure(&error)
                };
                return Err(Error::new(error).context(format!("{} cannot be replaced; {cure}", to.display())));
            }
        }
    }
}
