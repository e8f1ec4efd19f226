//! What is wrong with a template: where it stands and what to write instead, in its owner's words.

use std::fmt;

/// A mistake in a template.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// The line of the file, from 1; none when it is about the whole file.
    pub line: Option<usize>,
    /// What is wrong and what to do.
    pub advice: String,
}

impl Fault {
    pub(crate) fn of_file(advice: impl Into<String>) -> Self {
        Self { line: None, advice: advice.into() }
    }

    /// At the line in which a byte of the text lies.
    pub(crate) fn at(text: &str, byte: usize, advice: impl Into<String>) -> Self {
        let before = text.as_bytes().iter().take(byte);
        let line = before.filter(|byte| **byte == b'\n').count().saturating_add(1);
        Self { line: Some(line), advice: advice.into() }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(line) = self.line {
            write!(f, "line {line}: ")?;
        }
        f.write_str(&self.advice)
    }
}
