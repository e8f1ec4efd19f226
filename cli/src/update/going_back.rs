//! The note beside the database that it is to become a backup again: written before the old program gets its name back, so that
//! whichever start of the old program comes first can finish what was cut off.

use super::beside;
use crate::VERSION;
use anyhow::{Context, Result, bail};
use boothpay_store::Address;
use boothpay_store::backup::{self, Since};
use serde_json::{Value, json};
use std::fs::{self, File};
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};

/// Notes that a program of this version goes back to this backup. Without one there was no database, and there is nothing to note.
pub(super) fn note(database: &Address, backup: Option<&Path>) -> Result<()> {
    let (Some(note), Some(backup)) = (place(database), backup) else { return Ok(()) };
    let text = json!({ "program": VERSION, "backup": backup }).to_string();
    let write = || {
        let mut file = File::create(&note)?;
        file.write_all(text.as_bytes())?;
        file.sync_all()
    };
    write().with_context(|| format!("{} cannot be written", note.display()))
}

/// Puts the backup of a note in the database's place. A note that another program left says nothing to this one: that program was
/// started after all, and may have taken payments.
pub(crate) fn finish(database: &Address) -> Result<()> {
    let Some(note) = place(database) else { return Ok(()) };
    let text = match fs::read_to_string(&note) {
        Ok(text) => text,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(error).with_context(|| format!("{} cannot be read", note.display())),
    };
    // A note that was cut off was written before anything else happened.
    let noted: Value = serde_json::from_str(&text).unwrap_or_default();
    if let Some(backup) = noted["backup"].as_str().filter(|_| noted["program"] == VERSION) {
        match backup::since(Path::new(backup), database)? {
            Since::SameSchema => {}
            Since::Migrated => {
                let restored = backup::restore(Path::new(backup), database, true)?;
                let aside = restored.moved_aside.map(|aside| aside.display().to_string()).unwrap_or_default();
                tracing::warn!(
                    "an update was taken back: the database is {backup} again; what it was is kept as {aside}"
                );
            }
            Since::WentOn => bail!(
                "an update was being taken back, but {database} has orders that its backup {backup} has not, and only the newer \
                 program can read it: put that program in place again"
            ),
        }
    }
    fs::remove_file(&note).with_context(|| format!("{} cannot be removed", note.display()))
}

fn place(database: &Address) -> Option<PathBuf> {
    match database {
        Address::SqliteFile(path) => Some(beside(path, ".going-back")),
        Address::SqliteMemory | Address::Postgres(_) => None,
    }
}
