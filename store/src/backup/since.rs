//! What has become of a database since a backup of it was made, asked by a program that may be older than the database's schema.

use super::error::BackupError;
use super::{file, files};
use crate::address::Address;
use crate::sqlite::connect;
use rusqlite::Connection;
use std::path::Path;

/// What a newer program has made of a database.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Since {
    /// The schema is the backup's: whoever made the backup can go on with the database as it is.
    SameSchema,
    /// It has another schema, and nothing was taken since: the backup can stand in its place.
    Migrated,
    /// It has another schema, and orders or payments were taken since, which the backup does not know.
    WentOn,
}

/// Compares a database that nobody has open with its backup. Blocks.
pub fn since(backup: &Path, address: &Address) -> Result<Since, BackupError> {
    let path = file(address)?;
    let (before, now) = (Look::at(backup)?, Look::at(path)?);
    Ok(if before.schema == now.schema {
        Since::SameSchema
    } else if now.journal_rows <= before.journal_rows {
        Since::Migrated
    } else {
        Since::WentOn
    })
}

/// What every version of the schema has.
struct Look {
    schema: i64,
    /// The journal only grows, and every order and payment is a row of it.
    journal_rows: i64,
}

impl Look {
    fn at(path: &Path) -> Result<Self, BackupError> {
        // SQLite would make an empty database of a name that is not there.
        files::size(path)?;
        let connection: Connection = connect::reading(path)?;
        Ok(Self {
            schema: connection.query_row("pragma user_version", [], |row| row.get(0))?,
            journal_rows: connection.query_row("select count(*) from journal", [], |row| row.get(0))?,
        })
    }
}
