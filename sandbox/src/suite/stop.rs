//! Why a check ended early.

/// Why a check ended early.
#[derive(Debug, Clone)]
pub enum Stop {
    /// The rule does not apply to this server: an optional method, another kind of account.
    Skip(String),
    /// The rule applies, but could not be tried: no order, no key, a command that failed.
    Untried(String),
    /// The server broke the rule.
    Fail {
        /// The exchange that shows it.
        at: usize,
        /// What had to come.
        expected: String,
        /// What came.
        got: String,
        /// What the failed step is about, where it is not this rule's own question.
        about: Option<About>,
        /// What is wrong, where the answer itself shows it.
        because: Option<String>,
    },
}

/// The rules whose subject a failed step is. Where one of them is broken, this failure says nothing new.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum About {
    /// A step on the way to the question: the question was not reached.
    Step(&'static [&'static str]),
    /// The same question in another place, if the same answer came.
    SameAnswer(&'static [&'static str]),
}

impl Stop {
    /// The rule is broken, as the exchange with this number shows.
    pub fn fail(at: usize, expected: impl Into<String>, got: impl Into<String>) -> Self {
        Self::Fail { at, expected: expected.into(), got: got.into(), about: None, because: None }
    }

    /// Says what the failed step is about, unless an inner step said so before.
    #[must_use]
    pub fn about(self, what: About) -> Self {
        match self {
            Self::Fail { at, expected, got, about, because } => {
                Self::Fail { at, expected, got, about: about.or(Some(what)), because }
            }
            Self::Skip(_) | Self::Untried(_) => self,
        }
    }

    /// Says what is wrong: then no other cause is guessed, and all failures with these words are one fault.
    #[must_use]
    pub fn because(self, words: impl Into<String>) -> Self {
        match self {
            Self::Fail { at, expected, got, about, .. } => {
                Self::Fail { at, expected, got, about, because: Some(words.into()) }
            }
            Self::Skip(_) | Self::Untried(_) => self,
        }
    }

    /// Takes back what the answer alone would tell, because the run has shown otherwise.
    #[must_use]
    pub fn without_because(self) -> Self {
        match self {
            Self::Fail { at, expected, got, about, .. } => Self::Fail { at, expected, got, about, because: None },
            Self::Skip(_) | Self::Untried(_) => self,
        }
    }

    /// The failure happened on the way, in a step that these rules are about.
    #[must_use]
    pub fn step(self, rules: &'static [&'static str]) -> Self {
        self.about(About::Step(rules))
    }
}
