//! A rule is data: a stable id, one sentence, where it comes from, a grade, a likely cause. A test is a rule with its
//! check.

use super::stop::Stop;
use std::pin::Pin;

/// One rule of a catalogue.
#[derive(Debug)]
pub struct Rule {
    /// Stable; scripts and reports name rules by it.
    pub id: &'static str,
    /// The title of its group.
    pub group: &'static str,
    /// Whether a failure decides the exit code.
    pub grade: Grade,
    /// The address of the page that it comes from.
    pub source: &'static str,
    /// What has to be true.
    pub sentence: &'static str,
    /// What is usually wrong in a server that fails it.
    pub cause: &'static str,
}

/// A rule with the check that finds out.
pub struct Test<C: 'static> {
    /// The rule.
    pub rule: Rule,
    /// Plays its calls.
    pub check: for<'c> fn(&'c C) -> Checking<'c>,
}

/// The future of one check.
pub type Checking<'c> = Pin<Box<dyn Future<Output = Result<(), Stop>> + Send + 'c>>;

/// How binding a rule is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Grade {
    /// The documentation says so.
    Required,
    /// The provider's sandbox looks at it, or its documentation implies it.
    Expected,
    /// Good practice; a failure does not decide the exit code.
    Advice,
}

impl Grade {
    /// All grades, the strictest first.
    pub const ALL: [Self; 3] = [Self::Required, Self::Expected, Self::Advice];

    /// The word in reports.
    pub fn word(self) -> &'static str {
        match self {
            Self::Required => "required",
            Self::Expected => "expected",
            Self::Advice => "advice",
        }
    }

    /// Whether a failure makes the run fail.
    pub fn decides(self) -> bool {
        match self {
            Self::Required | Self::Expected => true,
            Self::Advice => false,
        }
    }
}
