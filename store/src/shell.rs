//! Names in commands that an owner is told to run: he copies them as they stand.

use std::path::Path;

/// Signs that no shell takes for anything else.
const PLAIN: &str = if cfg!(windows) { "/._-+:,@\\" } else { "/._-+:,@=%" };

/// A file's name as one word of a command.
pub fn quoted(path: &Path) -> String {
    let name = path.display().to_string();
    if !name.is_empty() && name.chars().all(|sign| sign.is_alphanumeric() || PLAIN.contains(sign)) {
        name
    } else if cfg!(windows) {
        format!("\"{name}\"")
    } else {
        format!("'{}'", name.replace('\'', r"'\''"))
    }
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    #[test]
    fn a_shell_reads_a_name_as_it_is() {
        for (name, written) in [
            ("/var/lib/boothpay/boothpay.db", "/var/lib/boothpay/boothpay.db"),
            ("касса.db", "касса.db"),
            ("foto box/b.db", "'foto box/b.db'"),
            ("o'b/$HOME `x` \"y\".db", r#"'o'\''b/$HOME `x` "y".db'"#),
            ("~b.db", "'~b.db'"),
        ] {
            assert_eq!(quoted(Path::new(name)), written);
            let said = std::process::Command::new("sh").args(["-c", &format!("printf %s {written}")]).output().unwrap();
            assert_eq!(String::from_utf8(said.stdout).unwrap(), name);
        }
    }
}
