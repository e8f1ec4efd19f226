//! The `database` setting, looked at before it is taken for a file's name: it may hold a password.

use super::paths;
use boothpay_store::Address;
use std::path::Path;

/// Reads the setting; relative files start from the folder. The error is advice that shows nothing of what stood there.
pub(super) fn read(text: &str, source: &str, folder: &Path) -> Result<Address, String> {
    let text = text.trim();
    if text.is_empty() {
        return Err("give a file's name, for instance \"boothpay.db\"".to_owned());
    }
    let right = ["postgres://", "postgresql://"].iter().any(|scheme| text.starts_with(scheme));
    if !right && is_a_servers(text.strip_prefix("sqlite:").unwrap_or(text)) {
        return Err("this looks like the address of a PostgreSQL server, but not in its form, so it would become the name of a \
                    file. The form is postgres://USER:PASSWORD@HOST:PORT/DATABASE, in small letters up to the //; in a \
                    password other characters than letters and digits are written as %XX, for instance @ as %40"
            .to_owned());
    }
    if !right {
        let path = text.strip_prefix("sqlite:").unwrap_or(text);
        if text.contains("://") && !text.starts_with("sqlite://") {
            return Err("only SQLite files and PostgreSQL servers can be used: give a file's name, or \
                        postgres://USER:PASSWORD@HOST/DATABASE"
                .to_owned());
        }
        if path != ":memory:" {
            paths::judge(path, source)?;
            paths::of_another_system(path).map_or(Ok(()), |advice| Err(advice.to_owned()))?;
        }
    }
    match Address::parse(text) {
        Ok(Address::SqliteFile(path)) => Ok(Address::SqliteFile(folder.join(path))),
        Ok(Address::Postgres(server)) => Ok(Address::Postgres(Box::new(server.from_folder(folder)))),
        Ok(Address::SqliteMemory) => Ok(Address::SqliteMemory),
        Err(error) => Err(error.to_string()),
    }
}

/// Whether a text is meant for a database server: it names one, or has a user and a password.
fn is_a_servers(text: &str) -> bool {
    let lower = text.to_lowercase();
    let scheme = lower.split([':', '/', ' ']).next().unwrap_or("");
    let is_scheme = scheme.len() < lower.len()
        && (scheme.starts_with("postg")
            || matches!(scheme, "pg" | "pgsql" | "psql" | "jdbc" | "potgres" | "posgres" | "pstgres"));
    let word = |name: &str| lower.split([' ', ';', '&', '?', ',']).any(|part| part.trim_start().starts_with(name));
    let words = ["host=", "password=", "passwd=", "pwd=", "dbname=", "user=", "hostaddr="].into_iter().any(word);
    // "user:password@host/database" without its beginning; a Windows drive has one letter.
    let credentials =
        text.split_once('@').is_some_and(|(before, _)| before.split_once(':').is_some_and(|(user, _)| user.len() > 1));
    is_scheme || words || credentials
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_servers_address_never_becomes_a_file_and_its_password_is_never_shown() {
        for text in [
            "host=db.example.uz user=anna password=canary dbname=booth",
            "dbname=booth password=canary",
            "postgres:/anna:canary@db/booth",
            "postgres:anna:canary@db/booth",
            "postgres//anna:canary@db/booth",
            "Postgres://anna:canary@db/booth",
            "postgress://anna:canary@db/booth",
            "postgre://anna:canary@db/booth",
            "postgresql:anna:canary@db",
            "pgsql://anna:canary@db/booth",
            "jdbc:postgresql://db/booth?user=anna&password=canary",
            "anna:canary@db.example.uz/booth",
            "anna:ca/nary@db.example.uz/booth",
            "anna:canary@db://booth",
            "//anna:canary@db/booth",
            "sqlite:postgres://anna:canary@db/booth",
            "mysql://anna:canary@db/booth",
            "http://canary",
        ] {
            let advice = read(text, "", Path::new("")).unwrap_err();
            assert!(advice.contains("postgres://USER:PASSWORD@HOST"), "{text}: {advice}");
            assert!(!advice.contains("canary") && !advice.contains("anna"), "{advice}");
        }
    }

    #[test]
    fn files_keep_their_names_and_start_from_the_settings_folder() {
        let folder = Path::new("/booth");
        for name in ["boothpay.db", "data/касса.db", "user@home/booth.db", "postgres.db", "host.db"] {
            assert_eq!(read(name, "", folder), Ok(Address::SqliteFile(folder.join(name))), "{name}");
        }
        assert_eq!(read("sqlite:a.db", "", folder), Ok(Address::SqliteFile(folder.join("a.db"))));
        assert_eq!(read("/var/a.db", "", folder), Ok(Address::SqliteFile("/var/a.db".into())));
        let of_windows = read("D:\\booth@home\\a.db", "'D:\\booth@home\\a.db'", folder);
        assert_eq!(of_windows.is_ok(), cfg!(windows), "settings that were copied from a Windows computer");
        let server =
            |file: &str, folder| read(&format!("postgres://anna@db/booth?sslrootcert={file}"), "", Path::new(folder));
        assert_eq!(server("ca.pem", "/booth"), server("/booth/ca.pem", "/elsewhere"), "so does a server's certificate");
        assert_eq!(read(":memory:", "", folder), Ok(Address::SqliteMemory));
    }
}
