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
    /// How certain the source is, where that was recorded.
    pub certainty: Option<Certainty>,
    /// What has to be true.
    pub sentence: &'static str,
    /// What is usually wrong in a server that fails it.
    pub cause: &'static str,
}

/// How we know what a source says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Certainty {
    /// The provider's own page was read.
    Official,
    /// The page itself was not seen; at least two independent readers of it agree.
    Read,
    /// One integrator says so.
    Single,
    /// Nobody says so; it follows from what is said.
    Inferred,
}

impl Certainty {
    /// All of them, the surest first.
    pub const ALL: [Self; 4] = [Self::Official, Self::Read, Self::Single, Self::Inferred];

    /// The sign in lists.
    pub fn sign(self) -> &'static str {
        match self {
            Self::Official => "[O]",
            Self::Read => "[R]",
            Self::Single => "[1]",
            Self::Inferred => "[I]",
        }
    }

    /// What the sign means.
    pub fn words(self) -> &'static str {
        match self {
            Self::Official => "the provider's own page says so",
            Self::Read => "at least two independent readers of the page agree; the page itself was not seen",
            Self::Single => "one integrator says so",
            Self::Inferred => "no document says so; it follows from what the documents say",
        }
    }
}

impl Rule {
    /// The source with how certain it is.
    pub fn reference(&self) -> String {
        match self.certainty {
            Some(certainty) => format!("{} {}", self.source, certainty.sign()),
            None => self.source.to_owned(),
        }
    }
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
