//! A token with scopes, as a value: a program that may do a part of what the API's whole tokens may.

use boothpay_protocol::secret::KeyDigest;

/// What a token may be used for. Which calls each one opens is the table of `access/scope.rs`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope {
    /// Make orders.
    Orders,
    /// Do what the booth's screen does with orders: close them, show a new code, print them.
    Booth,
    /// Take print jobs, and say what came of them.
    Prints,
    /// Make sessions for customers' photos.
    Sessions,
    /// See all of these sessions, and end those that are over.
    AllSessions,
    /// See what was earned.
    Figures,
    /// See the payments one by one.
    Payments,
}

impl Scope {
    /// All of them.
    pub const ALL: [Self; 7] =
        [Self::Orders, Self::Booth, Self::Prints, Self::Sessions, Self::AllSessions, Self::Figures, Self::Payments];

    /// The word in the settings, in refusals and in the description.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Orders => "orders",
            Self::Booth => "booth",
            Self::Prints => "prints",
            Self::Sessions => "sessions",
            Self::AllSessions => "all-sessions",
            Self::Figures => "figures",
            Self::Payments => "payments",
        }
    }

    /// Takes back what [`Scope::word`] gave.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|scope| scope.word() == word)
    }
}

/// A token with scopes. Of the token itself only its digest is kept.
#[derive(Clone, Debug)]
pub struct ScopedToken {
    /// What its owner calls it: all that is ever shown of it.
    pub name: String,
    /// The token's digest.
    pub digest: KeyDigest,
    /// What it may be used for.
    pub scopes: Vec<Scope>,
}

impl ScopedToken {
    /// Whether it has a scope.
    pub fn may(&self, scope: Scope) -> bool {
        self.scopes.contains(&scope)
    }
}
