//! The address of a database on a PostgreSQL server. Its password never prints.

use super::AddressError;
use std::net::IpAddr;
use std::path::{Path, PathBuf};
use tokio_postgres::Config;
use tokio_postgres::config::{Host, SslMode};

/// PostgreSQL's own port, when the address names none.
const PORT: u16 = 5432;

/// Where a PostgreSQL database is, and who we are there.
#[derive(Clone, PartialEq, Eq)]
pub struct PostgresAddress {
    config: Config,
    root_certificate: Option<PathBuf>,
}

impl PostgresAddress {
    /// Reads `postgres://…`. Adds what must not be left to chance: encryption with verification to any other machine.
    pub(super) fn parse(text: &str) -> Result<Self, AddressError> {
        // A question mark before the `@` belongs to the password.
        let (us, rest) = text.split_once('@').map_or(("", text), |(us, rest)| (us, rest));
        let at = if us.is_empty() { "" } else { "@" };
        let (base, query) = rest.split_once('?').unwrap_or((rest, ""));
        let mut root_certificate = None;
        let mut kept = Vec::new();
        for parameter in query.split('&').filter(|parameter| !parameter.is_empty()) {
            match parameter.split_once('=') {
                Some(("sslrootcert", file)) => root_certificate = Some(PathBuf::from(file)),
                // Verification is not a matter of choice here, so these ask for nothing more than "require" does.
                Some(("sslmode", "verify-full" | "verify-ca")) => kept.push("sslmode=require"),
                Some(_) | None => kept.push(parameter),
            }
        }
        let mark = if kept.is_empty() { "" } else { "?" };
        let text = format!("{us}{at}{base}{mark}{}", kept.join("&"));
        // The library's own words could quote a piece of the password.
        let mut config: Config = text.parse().map_err(|_| AddressError::Postgres("it is not in the form"))?;
        if config.get_hosts().is_empty() {
            return Err(AddressError::Postgres("the server's name is missing"));
        }
        // An `@` left in the password would make a piece of it the server's name.
        let is_odd = |host: &Host| match host {
            Host::Tcp(name) => name.contains('@'),
            #[cfg(unix)]
            Host::Unix(_) => false,
        };
        if config.get_hosts().iter().any(is_odd) {
            return Err(AddressError::Postgres("there is more than one @"));
        }
        if config.get_dbname().is_none_or(str::is_empty) {
            return Err(AddressError::Postgres("the database's name is missing"));
        }
        let mode = match (is_local(&config), config.get_ssl_mode()) {
            (true, SslMode::Require) | (false, SslMode::Prefer | SslMode::Require) => SslMode::Require,
            (true, _) => SslMode::Disable,
            (false, _) => return Err(AddressError::Unencrypted),
        };
        config.ssl_mode(mode);
        Ok(Self { config, root_certificate })
    }

    /// The same address, with files that it names without a whole path looked for in a folder.
    #[must_use]
    pub fn from_folder(mut self, folder: &Path) -> Self {
        self.root_certificate = self.root_certificate.map(|file| folder.join(file));
        self
    }

    /// What the library needs.
    pub(crate) fn config(&self) -> &Config {
        &self.config
    }

    /// A file with the certificates to trust instead of the world's.
    pub(crate) fn root_certificate(&self) -> Option<&Path> {
        self.root_certificate.as_deref()
    }
}

/// Whether nothing leaves this machine on the way to the server.
fn is_local(config: &Config) -> bool {
    if !config.get_hostaddrs().is_empty() {
        return config.get_hostaddrs().iter().all(IpAddr::is_loopback);
    }
    config.get_hosts().iter().all(|host| match host {
        Host::Tcp(name) => {
            name.eq_ignore_ascii_case("localhost") || name.parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback())
        }
        #[cfg(unix)]
        Host::Unix(_) => true,
    })
}

/// Hosts, port and database; neither user nor password.
impl std::fmt::Display for PostgresAddress {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("postgres://")?;
        for (index, host) in self.config.get_hosts().iter().enumerate() {
            if index > 0 {
                f.write_str(",")?;
            }
            match host {
                Host::Tcp(name) if name.contains(':') => write!(f, "[{name}]")?,
                Host::Tcp(name) => f.write_str(name)?,
                #[cfg(unix)]
                Host::Unix(path) => write!(f, "{}", path.display())?,
            }
            let ports = self.config.get_ports();
            write!(f, ":{}", ports.get(index).or(ports.first()).unwrap_or(&PORT))?;
        }
        write!(f, "/{}", self.config.get_dbname().unwrap_or_default())
    }
}

impl std::fmt::Debug for PostgresAddress {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "PostgresAddress({self})")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::address::Address;

    fn postgres(text: &str) -> PostgresAddress {
        PostgresAddress::parse(text).unwrap()
    }

    #[test]
    fn a_password_never_prints() {
        for text in [
            "postgres://anna:canary@db.example.uz/booth",
            "postgres://anna:canary?sslmode=disable@db.example.uz/booth",
            "postgresql://anna:canary@db.example.uz:6000/booth?connect_timeout=3",
            "postgres://db.example.uz/booth?user=anna&password=canary",
        ] {
            let address = Address::parse(text).unwrap();
            let printed = format!("{address} {address:?} {address:#?}");
            assert!(!printed.contains("canary") && !printed.contains("anna"), "{printed}");
            assert!(printed.contains("db.example.uz") && printed.contains("booth"), "{printed}");
        }
        for broken in ["postgres://anna:x@canary@db/booth", "postgres://anna:canary@db:canary/booth"] {
            let error = Address::parse(broken).unwrap_err();
            assert!(!format!("{error} {error:?}").contains("canary"), "{error}");
        }
    }

    #[test]
    fn the_line_to_another_machine_is_encrypted() {
        let mode = |text: &str| PostgresAddress::parse(text).map(|address| address.config.get_ssl_mode());
        for local in [
            "postgres://anna@localhost/booth",
            "postgres://anna@127.0.0.1/booth",
            "postgres://anna@[::1]/booth",
            "postgres://anna@%2Frun%2Fpostgresql/booth",
            "postgres://anna@db/booth?hostaddr=127.0.0.1",
        ] {
            assert_eq!(mode(local), Ok(SslMode::Disable), "{local}");
        }
        assert_eq!(mode("postgres://anna@localhost/booth?sslmode=require"), Ok(SslMode::Require));
        for remote in ["", "?sslmode=prefer", "?sslmode=require", "?sslmode=verify-full", "?hostaddr=10.0.0.7"] {
            assert_eq!(mode(&format!("postgres://anna@db.example.uz/booth{remote}")), Ok(SslMode::Require), "{remote}");
        }
        assert_eq!(mode("postgres://anna@localhost,db.example.uz/booth"), Ok(SslMode::Require));
        assert_eq!(mode("postgres://anna@localhost/booth?hostaddr=10.0.0.7"), Ok(SslMode::Require));
        assert_eq!(mode("postgres://anna@db.example.uz/booth?sslmode=disable"), Err(AddressError::Unencrypted));
    }

    #[test]
    fn an_address_names_a_server_and_a_database() {
        assert!(matches!(PostgresAddress::parse("postgres:///booth"), Err(AddressError::Postgres(_))));
        assert!(matches!(PostgresAddress::parse("postgres://anna@db"), Err(AddressError::Postgres(_))));
        assert!(matches!(PostgresAddress::parse("postgres://db:x/booth"), Err(AddressError::Postgres(_))));
        let own = postgres("postgres://anna@db/booth?sslmode=verify-full&sslrootcert=ca.pem");
        assert_eq!(own.root_certificate(), Some(Path::new("ca.pem")));
        assert_eq!(postgres("postgres://db/booth").to_string(), "postgres://db:5432/booth");
        assert_eq!(postgres("postgres://db:6000/booth").to_string(), "postgres://db:6000/booth");
    }
}
