//! Where the database is: the `database` setting.

use std::path::PathBuf;

/// A database's address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Address {
    /// A SQLite file.
    SqliteFile(PathBuf),
    /// SQLite in memory: gone with the program. For tests.
    SqliteMemory,
}

/// Why a text is no address.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AddressError {
    /// No text.
    #[error("the database setting is empty: give a file name, for instance boothpay.db")]
    Empty,
    /// Some other scheme.
    #[error("the database setting has an unknown kind {0:?}: give a file name, or sqlite:FILE")]
    UnknownKind(String),
}

impl Address {
    /// A file name, `sqlite:FILE`, or `sqlite::memory:`.
    pub fn parse(text: &str) -> Result<Self, AddressError> {
        let text = text.trim();
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
}

impl std::fmt::Display for Address {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::SqliteFile(path) => write!(f, "{}", path.display()),
            Self::SqliteMemory => f.write_str("memory"),
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
