//! Why there is no backup, in the owner's words.

use crate::error::OpenError;
use crate::room;
use crate::sqlite::owner::folder_of;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

/// Why there is no copy. Nothing was changed.
#[derive(Debug, thiserror::Error)]
pub enum BackupError {
    /// Only SQLite files are copied here.
    #[error("only a SQLite file can be backed up or restored; PostgreSQL has tools of its own")]
    NotAFile,
    /// A file has the name already.
    #[error("{} is there already and is not overwritten; give another name", .0.display())]
    Exists(PathBuf),
    /// There is no such folder.
    #[error("there is no folder {}; make it, or name another", .0.display())]
    NoFolder(PathBuf),
    /// SQLite's own name for a file beside the database.
    #[error("{} is the name of a file that the database itself has beside it while it is open; give another name", .0.display())]
    OfTheDatabase(PathBuf),
    /// The name is no file's name.
    #[error("{} is no name for a file; give one, for instance safe.db", .0.display())]
    NoName(PathBuf),
    /// A server, or another program, has the database open.
    #[error("{} is in use: stop the server (and every other program that has it open) first", .0.display())]
    InUse(PathBuf),
    /// Whoever runs this cannot make a file that the server may write.
    #[error(
        "{} belongs to {owner}, and a file that this user makes would keep the server out: run this as that user, or with sudo",
        path.display()
    )]
    OfAnother {
        /// The database.
        path: PathBuf,
        /// Whose it is, in words.
        owner: String,
    },
    /// A database cannot be read.
    #[error(transparent)]
    Open(#[from] OpenError),
    /// The copying failed.
    #[error("the database could not be copied: {}", room::words(.0))]
    Copy(rusqlite::Error),
    /// The file system refused.
    #[error("{}", told(path, cause))]
    File {
        /// Where.
        path: PathBuf,
        /// What the system said.
        cause: std::io::Error,
    },
    /// The copy, or what was to be copied, is damaged.
    #[error("{} is damaged: {first} ({findings} findings in all; `boothpay verify` lists them)", path.display())]
    Damaged {
        /// Which file.
        path: PathBuf,
        /// The first finding.
        first: String,
        /// How many there are.
        findings: u64,
    },
}

impl BackupError {
    /// The same about the file that was to be made, of which the owner has given the name; not about the one it is until it is whole.
    pub(super) fn about(self, temporary: &Path, to: &Path) -> Self {
        let mut error = self;
        if let Self::Copy(cause) | Self::Open(OpenError::File { cause, .. } | OpenError::Prepare(cause)) = &error
            && room::is_missing(folder_of(to), cause)
        {
            return Self::File { path: to.to_owned(), cause: ErrorKind::StorageFull.into() };
        }
        if let Self::File { path, .. } | Self::Open(OpenError::File { path, .. }) = &mut error
            && path == temporary
        {
            to.clone_into(path);
        }
        error
    }
}

fn told(path: &Path, cause: &std::io::Error) -> String {
    let (file, kind) = (path.display(), cause.kind());
    if kind == ErrorKind::NotFound {
        format!("there is no {file}, or its folder is not there; look at the name")
    } else if kind == ErrorKind::PermissionDenied {
        format!(
            "{file} may not be used by the user who runs this; run it as the user who may, or give this one the right to"
        )
    } else if matches!(kind, ErrorKind::StorageFull | ErrorKind::QuotaExceeded) {
        format!("there is no room for {file}; make some on its disk")
    } else {
        format!("{file}: {cause}. Look after its disk")
    }
}

impl From<rusqlite::Error> for BackupError {
    fn from(cause: rusqlite::Error) -> Self {
        Self::Copy(cause)
    }
}
