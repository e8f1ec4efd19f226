//! Files and folders named in the settings: the ways in which a Windows path goes wrong in TOML.

use super::syntax::{backslash_advice, invisible};
use std::path::{Path, PathBuf};

/// Whether a path is what its owner meant. `source` is how it is written in the file, with its quotes.
pub(super) fn judge(path: &str, source: &str) -> Result<(), String> {
    // In double quotes TOML makes one character of \f, \b, \t, \n and others; nothing is left of the path but its sense.
    let escaped = source.starts_with('"') && source.replace("\\\\", "").contains('\\');
    if escaped || path.chars().any(char::is_control) {
        return Err(match meant(source) {
            Some(meant) => format!("{}. Here: \"{meant}\"", backslash_advice()),
            None => backslash_advice().to_owned(),
        });
    }
    let share = source.strip_prefix("\"\\\\").is_some_and(|rest| !rest.starts_with('\\'));
    if share {
        return Err("in double quotes each \\ has to be written twice, so a network folder begins with four. Write it in single \
                    quotes: '\\\\SERVER\\FOLDER'"
            .to_owned());
    }
    let quote = |c: char| "\"'“”„«»".contains(c);
    if path.starts_with(quote) && path.ends_with(quote) {
        return Err("the quotes are part of the name here; take one pair away".to_owned());
    }
    if let Some(what) = invisible(path) {
        return Err(format!("there is {what} in this name; type it again"));
    }
    if path.starts_with("~/") || path.contains("%USERPROFILE%") || path.contains("$HOME") {
        return Err("write the folder out in full: ~ and variables are not replaced here".to_owned());
    }
    if path != path.trim() {
        return Err("there is a blank at the beginning or the end of this name; take it away".to_owned());
    }
    Ok(())
}

/// Settings that were copied from a Windows computer: elsewhere its paths are names inside a folder that nobody asked for.
pub(super) fn of_another_system(path: &str) -> Option<&'static str> {
    let mut letters = path.chars();
    let drive = letters.next().is_some_and(|first| first.is_ascii_alphabetic()) && letters.next() == Some(':');
    (!cfg!(windows) && (drive || path.starts_with("\\\\"))).then_some(
        "this is a path of a Windows computer, and this computer is another: here it would be a name inside the folder of the \
         settings. Write where it is to be on this one, for instance \"/var/lib/boothpay/boothpay.db\", or a name without a folder",
    )
}

/// Whether two paths are the same folder, also under two names.
pub(super) fn same(one: &Path, other: &Path) -> bool {
    let here = |path: &Path| if path.as_os_str().is_empty() { PathBuf::from(".") } else { path.to_owned() };
    match (std::fs::canonicalize(here(one)), std::fs::canonicalize(here(other))) {
        (Ok(one), Ok(other)) => one == other,
        (_, _) => one == other,
    }
}

/// The path with forward slashes, if showing it can show no secret.
fn meant(source: &str) -> Option<String> {
    let path = source.trim_matches('"').replace("\\\\", "/").replace('\\', "/");
    let is_whole = path.get(1..3) == Some(":/") || path.starts_with("//");
    let plain = is_whole && !path.contains(['@', '=', '%']) && path.get(2..).is_some_and(|rest| !rest.contains(':'));
    plain.then_some(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_of_windows_is_none_elsewhere() {
        for path in ["D:/fotobox", "D:\\fotobox\\x.db", "c:x", r"\\server\share"] {
            assert_eq!(of_another_system(path).is_some(), !cfg!(windows), "{path}");
        }
        for path in ["/var/lib/boothpay", "backups", "a", "", "данные/касса.db", "data:old/x.db"] {
            assert_eq!(of_another_system(path), None, "{path}");
        }
    }

    #[test]
    fn what_toml_makes_of_backslashes_is_seen() {
        let read = |source: &str| {
            let table: toml::Table = format!("x = {source}").parse().unwrap();
            judge(table["x"].as_str().unwrap(), source)
        };
        let advice = read(r#""D:\fotobox\backups""#).unwrap_err();
        assert!(advice.ends_with("Here: \"D:/fotobox/backups\""), "{advice}");
        for source in
            [r#""C:\temp\new""#, r#""D:\x41""#, r#""D:\e""#, r#""\\server\\share""#, "\"'D:/x'\"", "\"~/x\"", "\" x\""]
        {
            assert!(read(source).is_err(), "{source}");
        }
        for source in
            [r#""D:/fotobox/backups""#, r"'D:\fotobox\backups'", r#""D:\\fotobox""#, r"'\\server\share'", "\"Копии\""]
        {
            assert_eq!(read(source), Ok(()), "{source}");
        }
    }
}
