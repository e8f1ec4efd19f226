//! The languages of customers: of the booth's page, and of the provider's page that a code opens.

use serde::{Deserialize, Serialize};

/// A customer's language.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Language {
    /// Russian.
    Ru,
    /// Uzbek.
    Uz,
    /// English.
    En,
}

impl Language {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Ru, Self::Uz, Self::En];

    /// Two letters, as in links, in the pages and in the database.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Ru => "ru",
            Self::Uz => "uz",
            Self::En => "en",
        }
    }

    /// Takes back what [`Language::code`] gave.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|language| language.code() == code)
    }
}
