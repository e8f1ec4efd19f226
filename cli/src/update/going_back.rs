//! The note beside the database that it is to become a backup again, or nothing again where there was none: written before the old
//! program gets its name back, so that whichever start of the old program comes first can finish what was cut off.

use super::{beside, remove_if_there, sync_folder};
use crate::{VERSION, files};
use anyhow::{Context, Result, bail};
use boothpay_store::Address;
use boothpay_store::backup::{self, Since};
use boothpay_store::rights::Rights;
use serde_json::{Value, json};
use std::fs::{self, File};
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};

/// Notes that a program of this version goes back to this backup, which lies beside the database; without one, to no database.
pub(super) fn note(database: &Path, backup: Option<&Path>) -> Result<()> {
    let note = name(database);
    let backup = backup.and_then(Path::file_name).map(|name| name.to_string_lossy());
    let text = json!({ "program": VERSION, "backup": backup }).to_string();
    let write = || {
        // A new file: what stands there may lead to another one.
        remove_if_there(&note)?;
        let mut file = File::create_new(&note)?;
        // The server's user reads it, whoever runs this.
        Rights::of(database)?.give(&file)?;
        file.write_all(text.as_bytes())?;
        file.sync_all()?;
        sync_folder(&note)
    };
    write().map_err(|error| {
        let cure = files::cure(&error);
        anyhow::Error::new(error).context(format!("{} cannot be written: {cure}", note.display()))
    })
}

/// Puts the backup of a note in the database's place, and says so. A note that another program left says nothing to this one: that
/// program was started after all, and may have taken payments.
pub(crate) fn finish(address: &Address) -> Result<Option<String>> {
    let database = match address {
        Address::SqliteFile(path) => path,
        Address::SqliteMemory | Address::Postgres(_) => return Ok(None),
    };
    let note = name(database);
    let text = match fs::read_to_string(&note) {
        Ok(text) => text,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
        Err(error) => {
            return Err(error).with_context(|| {
                format!("{} cannot be read; let the server's user read it (sudo chown)", note.display())
            });
        }
    };
    // A note that was cut off was written before anything else happened.
    let noted: Value = serde_json::from_str(&text).unwrap_or_default();
    let words = if noted["program"] == VERSION {
        let backup = noted["backup"].as_str().map(|name| database.with_file_name(name));
        take_back(address, backup.as_deref())?
    } else {
        None
    };
    fs::remove_file(&note).with_context(|| {
        format!("{} cannot be removed; let the server's user write in its folder (sudo chown)", note.display())
    })?;
    Ok(words)
}

fn take_back(address: &Address, backup: Option<&Path>) -> Result<Option<String>> {
    let (is_now, aside) = match (backup::since(backup, address)?, backup) {
        (Since::SameSchema, _) => return Ok(None),
        (Since::Migrated, Some(backup)) => {
            let aside = backup::restore(backup, address, true)?.moved_aside;
            (format!("the database is {} again", backup.display()), aside)
        }
        (Since::Migrated, None) => ("there is no database, as before".to_owned(), Some(backup::put_aside(address)?)),
        (Since::WentOn, _) => bail!(
            "an update was being taken back, but {address} has orders that were not there before it, and only the newer program \
             can read it: put that program in place again"
        ),
    };
    let aside = aside.map(|aside| format!("; what the newer program made of it is kept as {}", aside.display()));
    Ok(Some(format!("an update was taken back: {is_now}{}", aside.unwrap_or_default())))
}

fn name(database: &Path) -> PathBuf {
    beside(database, ".going-back")
}
