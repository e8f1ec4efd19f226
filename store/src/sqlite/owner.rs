//! Who may use the files of a database. SQLite says only that it cannot write; which file, whose it is and what to do is what
//! an owner needs to hear.

use crate::error::OpenError;
use crate::room;
use crate::shell::quoted;
use rusqlite::ErrorCode;
use std::fs::OpenOptions;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

/// What somebody wants to do with the files.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Access {
    Read,
    Write,
}

/// A file that SQLite keeps beside a database.
pub(crate) fn companion(path: &Path, ending: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(ending);
    PathBuf::from(name)
}

/// The error, or the file that whoever runs this may not use when that is the reason, or the folder without room.
pub(crate) fn explain(path: &Path, access: Access, error: OpenError) -> OpenError {
    let mut error = error;
    // Told with the folder that has none.
    if let OpenError::Prepare(cause) = error {
        let no_room = room::is_missing(folder_of(path), &cause);
        error = if no_room { OpenError::File { path: path.to_owned(), cause } } else { OpenError::Prepare(cause) };
    }
    let (OpenError::File { cause, .. } | OpenError::Prepare(cause)) = &error else { return error };
    // An index of the log that cannot be written makes SQLite wait for whoever writes it, and give up, as it does with a lock.
    let is_about_rights = matches!(
        cause.sqlite_error_code(),
        Some(
            ErrorCode::ReadOnly
                | ErrorCode::CannotOpen
                | ErrorCode::PermissionDenied
                | ErrorCode::FileLockingProtocolFailed
        )
    );
    let files = [path.to_owned(), companion(path, "-wal"), companion(path, "-shm")];
    match files.into_iter().find(|file| is_about_rights && is_denied(file, access)) {
        Some(file) => OpenError::NotAllowed {
            owner: words(&file),
            access: match access {
                Access::Read => "read",
                Access::Write => "write",
            },
            cure: cure(path, &file, access),
            file,
        },
        None => error,
    }
}

/// Whose a file is, as a person says it.
pub(crate) fn words(file: &Path) -> String {
    owner(file).unwrap_or_else(|| "another user".to_owned())
}

/// Whether whoever runs this may not do that with a file.
pub(crate) fn is_denied(file: &Path, access: Access) -> bool {
    let opened = OpenOptions::new().read(access == Access::Read).append(access == Access::Write).open(file);
    opened.is_err_and(|error| error.kind() == ErrorKind::PermissionDenied)
}

pub(crate) fn folder_of(path: &Path) -> &Path {
    path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

fn cure(path: &Path, file: &Path, access: Access) -> String {
    match access {
        Access::Write if file != path => format!(
            "Stop every program that uses the database, then give the file to the owner of the others: \
             sudo chown --reference={} {}. Do not delete it, it may hold payments",
            quoted(path),
            quoted(file)
        ),
        Access::Read | Access::Write => format!(
            "Run this as that user, or as the user who runs the server. If another user made it by mistake, give it to whoever the folder \
             is: sudo chown --reference={} {}",
            quoted(folder_of(path)),
            quoted(path)
        ),
    }
}

#[cfg(unix)]
fn owner(file: &Path) -> Option<String> {
    use std::os::unix::fs::MetadataExt;
    let number = std::fs::metadata(file).ok()?.uid().to_string();
    let users = std::fs::read_to_string("/etc/passwd").unwrap_or_default();
    let named = users.lines().find_map(|user| {
        let mut fields = user.split(':');
        let (name, _, of) = (fields.next()?, fields.next()?, fields.next()?);
        (of == number).then(|| format!("the user {name}"))
    });
    Some(named.unwrap_or_else(|| format!("the user with the number {number}")))
}

#[cfg(not(unix))]
fn owner(_: &Path) -> Option<String> {
    None
}
