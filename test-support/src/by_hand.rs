//! Changing a database by hand, for what would take too long otherwise or what the program never does.

use crate::postgres::Database;
use std::path::Path;
use std::time::Duration;

/// How long a writing program beside it is waited for.
const PATIENCE: Duration = Duration::from_secs(60);

/// Carries a statement out, on PostgreSQL where a database of it is given, else on a file.
pub fn sql_by_hand(postgres: Option<&Database>, file: &Path, sql: &str) {
    match postgres {
        Some(database) => drop(database.sql(sql).expect("a statement")),
        None => {
            let connection = rusqlite::Connection::open(file).expect("a database");
            connection.busy_timeout(PATIENCE).expect("a time-out");
            connection.execute(sql, []).expect("a statement");
        }
    }
}
