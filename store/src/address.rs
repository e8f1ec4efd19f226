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
        if text.get(..8).is_some_and(|begin| begin.eq_ignore_ascii_case("postgres")) && text.contains([':', '=']) {
            return Err(AddressError::Postgres("it does not begin with postgres://"));
        }
        let path = text.strip_prefix("sqlite:").unwrap_or(text);
        let path = path.strip_prefix("//").unwrap_or(path);
        if path.is_empty() {
            return Err(AddressError::Empty);
        }
        if path == ":memory:" {
            return Ok(Self::SqliteMemory);
        }
        refuse_servers(path)?;
        Ok(Self::SqliteFile(PathBuf::from(path)))
    }

    /// The same, with the file itself where the name is a link: SQLite keeps its log beside the file, and what is looked for, set aside
    /// or protected beside the name would be somewhere else.
    #[must_use]
    pub fn followed(self) -> Self {
        match self {
            Self::SqliteFile(path) => Self::SqliteFile(file_itself(&path)),
            Self::SqliteMemory | Self::Postgres(_) => self,
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

/// Links that lead to links; Linux follows as many.
const LINKS_MAX: usize = 40;

/// The file that a name leads to, also one that is not there yet. A name that is no link stays as it is. SQLite for Windows keeps its log
/// beside the link.
pub(crate) fn file_itself(path: &Path) -> PathBuf {
    let folder_of = |file: &Path| file.parent().map(Path::to_owned).unwrap_or_default();
    let mut file = path.to_owned();
    for _ in 0..LINKS_MAX {
        match std::fs::read_link(&file) {
            Ok(target) if cfg!(unix) => file = folder_of(&file).join(target),
            Ok(_) | Err(_) => break,
        }
    }
    match (folder_of(&file).canonicalize(), file.file_name()) {
        (Ok(folder), Some(name)) if file != path => folder.join(name),
        (_, _) => file,
    }
}

/// What PostgreSQL's own tools take: `host=db user=anna password=…`.
const SERVER_WORDS: [&str; 8] = ["host", "hostaddr", "port", "user", "password", "dbname", "sslmode", "passfile"];

/// Refuses what was meant for a server and would make a file of that name, with its password for everybody to read.
fn refuse_servers(path: &str) -> Result<(), AddressError> {
    let begin = path.split(['/', '\\']).next().unwrap_or_default();
    let names_a_setting = |word: &str| {
        word.split_once('=').is_some_and(|(name, _)| SERVER_WORDS.contains(&name.trim().to_ascii_lowercase().as_str()))
    };
    if path.split([' ', ';', '&', '?']).any(names_a_setting) {
        return Err(AddressError::Postgres("it is in the form host=… password=…"));
    }
    if begin.contains('@') && begin.contains(':') {
        return Err(AddressError::Postgres("it does not begin with postgres://"));
    }
    match begin.split_once(':') {
        // A drive of Windows.
        None => Ok(()),
        Some((drive, _)) if drive.len() == 1 => Ok(()),
        Some((kind, _)) if kind.len() <= KIND_CHARS_MAX && kind.bytes().all(|byte| byte.is_ascii_alphanumeric()) => {
            Err(AddressError::UnknownKind(kind.to_owned()))
        }
        Some(_) => Err(AddressError::Postgres("it has a colon where none belongs")),
    }
}

/// Characters of a kind that are repeated in a message: longer ones may be something else.
const KIND_CHARS_MAX: usize = 12;

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
        assert_eq!(Address::parse("file:booth.db"), Err(AddressError::UnknownKind("file".to_owned())));
        assert_eq!(Address::parse("a=b.db"), file("a=b.db"));
    }

    #[cfg(unix)]
    #[test]
    fn a_link_stands_for_the_file_it_leads_to_also_one_that_is_not_there_yet() {
        use std::os::unix::fs::symlink;
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().canonicalize().unwrap().join(name);
        std::fs::create_dir_all(at("booth")).unwrap();
        std::fs::create_dir_all(at("data")).unwrap();
        symlink("../data/real.db", at("data/second.db")).unwrap();
        symlink("../data/second.db", at("booth/boothpay.db")).unwrap();
        symlink("round.db", at("booth/round.db")).unwrap();
        for _ in 0..2 {
            let link = Address::SqliteFile(at("booth/boothpay.db"));
            assert_eq!(link.followed(), Address::SqliteFile(at("data/real.db")));
            std::fs::write(at("data/real.db"), "").unwrap();
        }
        for name in [at("booth/round.db"), at("data/real.db"), at("none/x.db"), PathBuf::from("x.db")] {
            assert_eq!(file_itself(&name), name);
        }
    }

    #[test]
    fn a_mistyped_address_of_a_server_makes_no_file_and_shows_no_password() {
        for mistyped in [
            "host=db.example.uz user=anna password=canary dbname=booth",
            "dbname=booth password=canary",
            "sqlite:host=db password=canary",
            "postgres:/anna:canary@db/booth",
            "postgres:anna:canary@db/booth",
            "Postgres://anna:canary@db/booth",
            "postgresql:/anna:canary@db/booth",
            "postgres//anna:canary@db/booth",
            "postgre://anna:canary@db/booth",
            "pg://anna:canary@db/booth",
            "anna:canary@db/booth",
            "//anna:canary@db/booth",
            "canary-canary-canary:x",
            "mysql://anna:canary@db/booth",
        ] {
            let refused = Address::parse(mistyped).unwrap_err();
            assert!(!format!("{refused} {refused:?}").contains("canary"), "{mistyped}: {refused}");
        }
    }
}
