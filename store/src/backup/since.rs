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
    /// The schema is the backup's, or there still is no database: whoever made the backup can go on with what there is.
    SameSchema,
    /// It has a newer schema, and nothing was taken since: the backup can stand in its place, or nothing where there was nothing.
    Migrated,
    /// It has a newer schema, and orders or payments were taken since, which the backup does not know.
    WentOn,
}

/// Compares a database that nobody has open with its backup; without one, with no database, of which this program would make one of
/// its own schema. Blocks.
pub fn since(backup: Option<&Path>, address: &Address) -> Result<Since, BackupError> {
    let path = file(address)?;
    let before = match backup {
        Some(backup) => Look::at(backup)?,
        None if !path.try_exists().map_err(files::at(path))? => return Ok(Since::SameSchema),
        None => Look { schema: connect::schema_version(), journal_rows: 0 },
    };
    let now = Look::at(path)?;
    Ok(if now.schema <= before.schema {
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
        // One whose making was cut off has none yet.
        let has_journal: bool = connection.query_row(
            "select exists (select 1 from sqlite_schema where type = 'table' and name = 'journal')",
            [],
            |row| row.get(0),
        )?;
        Ok(Self {
            schema: connection.query_row("pragma user_version", [], |row| row.get(0))?,
            journal_rows: if has_journal {
                connection.query_row("select count(*) from journal", [], |row| row.get(0))?
            } else {
                0
            },
        })
    }
}
