//! What is wrong or odd about the settings: where it stands, what it is, and what to write instead. No finding repeats a
//! value that could be a secret.

use std::fmt;

/// How much a finding weighs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Weight {
    /// The server does not start with it.
    Mistake,
    /// It works, but is probably not what the owner wants.
    Remark,
}

/// Where a setting was written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Place {
    /// In the settings file; both count from 1.
    File {
        /// The line.
        line: usize,
        /// The column, in characters.
        column: usize,
    },
    /// In the environment, under this name.
    Environment(String),
    /// In the owner's panel, by which a wallet was connected or a setting changed.
    Panel,
    /// Nowhere: the default holds, or it is about the whole.
    Nowhere,
}

/// Something about the settings that the owner should know, in the owner's words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// Whether the server starts all the same.
    pub weight: Weight,
    /// Where it was written.
    pub place: Place,
    /// The setting's path, for instance `payme.key`; empty when it is not about one.
    pub setting: String,
    /// What is wrong and what to do.
    pub advice: String,
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (&self.place, self.setting.as_str()) {
            (Place::File { line, column }, "") => write!(f, "line {line}, column {column}: ")?,
            (Place::File { line, column }, setting) => write!(f, "line {line}, column {column}, {setting}: ")?,
            (Place::Environment(variable), _) => write!(f, "{variable} in the environment: ")?,
            (Place::Panel, setting) => write!(f, "{setting}, as it was set in the owner's panel: ")?,
            (Place::Nowhere, "") => {}
            (Place::Nowhere, setting) => write!(f, "{setting}: ")?,
        }
        f.write_str(&self.advice)
    }
}

/// Where in a text a byte lies: line and column, both from 1.
pub(super) fn place_of(text: &str, offset: usize) -> Place {
    let before = text.get(..offset).unwrap_or(text);
    let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
    let column = before.get(line_start..).map_or(0, |line| line.chars().count()) + 1;
    Place::File { line: before.matches('\n').count() + 1, column }
}

/// In the order in which a person goes through them: the file from its top, then the environment, then the rest.
pub(super) fn sort(findings: &mut [Finding]) {
    findings.sort_by_key(|finding| match &finding.place {
        Place::File { line, column } => (0, *line, *column),
        Place::Environment(_) => (1, 0, 0),
        Place::Panel => (2, 0, 0),
        Place::Nowhere => (3, 0, 0),
    });
}
