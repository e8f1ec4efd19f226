//! What an owner is told of a file that he has named and that cannot be read or made: what to do, not the system's number for it.

use anyhow::{Result, bail};
use std::io::{Error, ErrorKind};
use std::path::Path;

/// What a file holds.
pub(crate) fn read(path: &Path) -> Result<Vec<u8>> {
    match std::fs::read(path) {
        Ok(bytes) => Ok(bytes),
        Err(error) => bail!("{}", unreadable(path, &error)),
    }
}

/// Why it cannot be read, and what to do.
pub(crate) fn unreadable(path: &Path, error: &Error) -> String {
    let name = path.display();
    if path.is_dir() {
        return format!("{name} is a folder; name the file in it");
    }
    let kind = error.kind();
    if kind == ErrorKind::NotFound {
        format!("there is no file {name}; look at its name, and in which folder it lies")
    } else if kind == ErrorKind::PermissionDenied {
        format!("{name} may not be read by the user who runs this; give that user the right to")
    } else {
        format!("{name} cannot be read: {error}. Look after its disk")
    }
}

/// Why it cannot be made or written, and what to do.
pub(crate) fn unwritable(path: &Path, error: &Error) -> String {
    let name = path.display();
    if path.is_dir() {
        return format!("{name} is a folder; name a file in it that is not there yet");
    }
    let kind = error.kind();
    if kind == ErrorKind::AlreadyExists {
        format!("{name} is there already and is not overwritten; give another name")
    } else if kind == ErrorKind::NotFound {
        format!("the folder of {name} is not there; make it, or name another")
    } else if kind == ErrorKind::PermissionDenied {
        format!("the user who runs this may not write {name}; name a file in a folder of that user's")
    } else if is_full(error) {
        format!("there is no room for {name}; make some on its disk")
    } else {
        format!("{name} cannot be written: {error}. Look after its disk")
    }
}

/// What helps where a file has its place and could not be made, written or removed there.
pub(crate) fn cure(error: &Error) -> &'static str {
    let kind = error.kind();
    if is_full(error) {
        "there is no room: make some on its disk"
    } else if kind == ErrorKind::PermissionDenied {
        "run this as whoever may write there (sudo, or a terminal started as administrator)"
    } else if kind == ErrorKind::ReadOnlyFilesystem {
        "its disk can only be read: let it be written to"
    } else {
        "look after its disk"
    }
}

/// Whether there is no room, on the disk or in what a user may take of it.
pub(crate) fn is_full(error: &Error) -> bool {
    matches!(error.kind(), ErrorKind::StorageFull | ErrorKind::QuotaExceeded)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_reason_has_a_cure_and_no_number() {
        let folder = tempfile::tempdir().unwrap();
        let missing = folder.path().join("no/such");
        let said = |path: &Path| read(path).unwrap_err().to_string();
        assert!(said(&missing).contains("look at its name"), "{}", said(&missing));
        assert!(said(folder.path()).contains("name the file in it"), "{}", said(folder.path()));
        let not_made = |path: &Path| unwritable(path, &std::fs::File::create_new(path).unwrap_err());
        let there = folder.path().join("there");
        std::fs::write(&there, "").unwrap();
        for (path, cure) in [(&there, "give another name"), (&missing, "make it, or name another")] {
            let said = not_made(path);
            assert!(said.contains(cure) && !said.contains("os error"), "{said}");
        }
        assert!(not_made(folder.path()).contains("name a file in it"));
        let denied = Error::from(ErrorKind::PermissionDenied);
        assert!(unreadable(&missing, &denied).contains("give that user the right to"));
        assert!(unwritable(&missing, &denied).contains("may not write"));
        assert!(cure(&denied).contains("sudo"));
        for full in [ErrorKind::StorageFull, ErrorKind::QuotaExceeded].map(Error::from) {
            assert!(unwritable(&missing, &full).contains("make some on its disk"));
            assert!(cure(&full).contains("make some on its disk") && !cure(&full).contains("sudo"));
        }
    }
}
