//! Where the settings come from when the program is started by a person.

use anyhow::{Context, Result, bail};
use boothpay_server::config::{self, Config, Finding, Settings, Sources};
use std::path::{Path, PathBuf};

/// The file that is read when none is named.
const DEFAULT_FILE: &str = "boothpay.toml";

/// The settings as written: the named file, or the default one if it is there, and the environment.
pub(crate) fn read(file: Option<&Path>) -> Result<Config> {
    Ok(config::load(&Sources { file: read_file(file)?, environment: environment()? })?)
}

/// The settings as values, or everything that is wrong with them.
pub(crate) fn checked(file: Option<&Path>) -> Result<Settings> {
    match Settings::from_config(&read(file)?) {
        Ok(settings) => Ok(settings),
        Err(findings) => bail!("the settings cannot be used:\n{}", in_words(&findings)),
    }
}

/// Findings as lines.
pub(crate) fn in_words(findings: &[Finding]) -> String {
    let lines: Vec<String> = findings.iter().map(|it| format!("  {}: {}", it.setting, it.advice)).collect();
    lines.join("\n")
}

/// The file that [`read`] would read, with its text.
fn read_file(file: Option<&Path>) -> Result<Option<(PathBuf, String)>> {
    let path = file.unwrap_or(Path::new(DEFAULT_FILE));
    match std::fs::read_to_string(path) {
        Ok(text) => Ok(Some((path.to_owned(), text))),
        Err(error) if file.is_none() && error.kind() == std::io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error).with_context(|| format!("the settings file {} cannot be read", path.display())),
    }
}

/// The whole environment. A variable of ours that is not Unicode is an error rather than a setting lost in silence.
fn environment() -> Result<Vec<(String, String)>> {
    let mut variables = Vec::new();
    for (name, value) in std::env::vars_os() {
        let Some(name) = name.to_str() else { continue };
        match value.into_string() {
            Ok(value) => variables.push((name.to_owned(), value)),
            Err(_) if name.starts_with("BOOTHPAY_") => bail!("the environment variable {name} is not readable text"),
            Err(_) => {}
        }
    }
    Ok(variables)
}
