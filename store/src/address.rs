//! Where the database is: the `database` setting.

mod postgres;

pub use postgres::PostgresAddress;

use std::path::{Path, PathBuf};

/// A database's address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Address {
    /// A SQLite file.
    SqliteFile(PathBuf),
    /// SQLite in memory: gone with the program. For tests.
    SqliteMemory,
    /// A database on a PostgreSQL server.
    Postgres(Box<PostgresAddress>),
}

/// Why a text is no address. The texts repeat nothing of what stood there: it may hold a password.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AddressError {
    /// No text.
    #[error("the database setting is empty: give a file name, for instance boothpay.db")]
    Empty,
    /// Some other scheme.
    #[error(
        "the database setting has an unknown kind {0:?}: give a file name, sqlite:FILE, or \
         postgres://USER:PASSWORD@HOST/DATABASE"
    )]
    UnknownKind(String),
    /// Not the address of a PostgreSQL database.
    #[error(
        "the database setting cannot be read: {0}. The form is postgres://USER:PASSWORD@HOST:PORT/DATABASE; write \
         characters other than letters and digits in a password as %XX, for instance @ as %40"
    )]
    Postgres(&'static str),
    /// Money over an open line.
    #[error(
        "the database setting asks for sslmode=disable with a server on another machine: payments would travel \
         unencrypted and unverified. Leave sslmode out; for a server with a certificate of your own, add \
         sslrootcert=FILE"
    )]
    Unencrypted,
}

impl Address {
    /// A file name, `sqlite:FILE`, `sqlite::memory:`, or `postgres://USER:PASSWORD@HOST:PORT/DATABASE`.
    pub fn parse(text: &str) -> Result<Self, AddressError> {
        let text = text.trim();
        if text.starts_with("postgres://") || text.starts_with("postgresql://") {
            return Ok(Self::Postgres(Box::new(PostgresAddress::parse(text)?)));
        }
        let path = text.strip_prefix("sqlite:").unwrap_or(text);
        let path = path.strip_prefix("//").unwrap_or(path);
        if path.is_empty() {
            return Err(AddressError::Empty);
        }
        if path == ":memory:" {
            return Ok(Self::SqliteMemory);
        }
        match path.split_once("://") {
            Some((kind, _)) => Err(AddressError::UnknownKind(kind.to_owned())),
            None => Ok(Self::SqliteFile(PathBuf::from(path))),
        }
    }

    /// The file, if it is one.
    pub(crate) fn file(&self) -> Option<&Path> {
        match self {
            Self::SqliteFile(path) => Some(path),
            Self::SqliteMemory | Self::Postgres(_) => None,
        }
    }
}

impl std::fmt::Display for Address {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::SqliteFile(path) => write!(f, "{}", path.display()),
            Self::SqliteMemory => f.write_str("memory"),
            Self::Postgres(postgres) => postgres.fmt(f),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_file_names_with_or_without_a_scheme() {
        let file = |path: &str| Ok(Address::SqliteFile(PathBuf::from(path)));
        assert_eq!(Address::parse("boothpay.db"), file("boothpay.db"));
        assert_eq!(Address::parse("sqlite:data/booth.db"), file("data/booth.db"));
        assert_eq!(Address::parse("sqlite:///var/booth.db"), file("/var/booth.db"));
        assert_eq!(Address::parse(r"C:\booth\boothpay.db"), file(r"C:\booth\boothpay.db"));
        assert_eq!(Address::parse("sqlite::memory:"), Ok(Address::SqliteMemory));
        assert_eq!(Address::parse("mysql://x"), Err(AddressError::UnknownKind("mysql".to_owned())));
        assert_eq!(Address::parse("  "), Err(AddressError::Empty));
    }
}
