//! The files that a run reads and writes besides its orders: the report, the faults that are known, an earlier report.

use crate::suite::Handbook;
use serde_json::Value;
use std::collections::BTreeSet;
use std::fs::{File, OpenOptions};
use std::io::{Seek, Write};
use std::path::{Path, PathBuf};

/// Where the report goes. A file is opened before the run, so that minutes of testing are not lost to a typing mistake.
pub enum Destination {
    /// The standard output.
    Standard,
    /// This file.
    File(PathBuf, File),
}

impl Destination {
    /// Opens the file, if one was named. What is in it stays until the report is there.
    pub fn open(path: Option<PathBuf>) -> Result<Self, String> {
        let Some(path) = path else { return Ok(Self::Standard) };
        let opened = OpenOptions::new().create(true).write(true).truncate(false).open(&path);
        let file = opened.map_err(|error| format!("--output {}: {error}", path.display()))?;
        Ok(Self::File(path, file))
    }

    /// Writes the report. A closed pipe (`| head`) is no reason to fail.
    pub fn write(self, text: &str) -> Result<(), String> {
        match self {
            Self::Standard => drop(std::io::stdout().write_all(text.as_bytes())),
            Self::File(path, mut file) => {
                let written =
                    file.set_len(0).and_then(|()| file.rewind()).and_then(|()| file.write_all(text.as_bytes()));
                written.map_err(|error| format!("--output {}: {error}", path.display()))?;
            }
        }
        Ok(())
    }
}

/// The rules in a file of `--known`: one id a line; what stands behind `#` is for people.
pub fn known(path: Option<&Path>, book: &Handbook) -> Result<BTreeSet<&'static str>, String> {
    let Some(path) = path else { return Ok(BTreeSet::new()) };
    let text = std::fs::read_to_string(path).map_err(|error| format!("--known {}: {error}", path.display()))?;
    let words = text.lines().map(|line| line.split('#').next().unwrap_or_default().trim());
    let find = |word: &str| {
        let rule = book.find(word);
        rule.map(|rule| rule.id).ok_or_else(|| format!("--known {}: no rule is called `{word}`", path.display()))
    };
    words.filter(|word| !word.is_empty()).map(find).collect()
}

/// The rules of a JSON report that failed, were blocked or could not be tried.
pub fn failed_in(path: &Path, book: &Handbook) -> Result<Vec<String>, String> {
    let name = || format!("--rerun-failed {}", path.display());
    let text = std::fs::read_to_string(path).map_err(|error| format!("{}: {error}", name()))?;
    let report: Value =
        serde_json::from_str(&text).map_err(|error| format!("{}: not a JSON report: {error}", name()))?;
    let rules = report.get("rules").and_then(Value::as_array);
    let rules = rules.ok_or_else(|| format!("{}: not a report of --format json", name()))?;
    // A report of another wallet has rules that this one does not know.
    if let Some(suite) = report.get("suite").and_then(Value::as_str).filter(|suite| *suite != book.command) {
        return Err(format!(
            "{}: this is a report of `{suite}`, and cannot be tried again with `{}`",
            name(),
            book.command
        ));
    }
    let again = |rule: &&Value| matches!(rule["verdict"].as_str(), Some("failed" | "blocked" | "untried"));
    Ok(rules.iter().filter(again).filter_map(|rule| Some(rule["id"].as_str()?.to_owned())).collect())
}
