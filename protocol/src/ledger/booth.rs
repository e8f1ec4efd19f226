//! The booth: the place that sells an order. One server can have many.

use super::limits::BOOTH_ID_CHARS_MAX;
use serde::{Deserialize, Serialize};
use std::fmt;
use std::sync::Arc;

/// A booth's id: 1 to 32 characters of `[a-z0-9-]`. It stays the same when the name that people see is changed.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct BoothId(Arc<str>);

/// Why a text is not a booth's id.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a booth's id has 1 to {BOOTH_ID_CHARS_MAX} characters, each of a-z 0-9 -")]
pub struct BoothIdError;

impl BoothId {
    /// The id of a booth whose owner has only one and gave it none.
    pub fn main() -> Self {
        Self("main".into())
    }

    /// Checks a text.
    pub fn parse(text: &str) -> Result<Self, BoothIdError> {
        let allowed = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
        if text.is_empty() || text.len() > BOOTH_ID_CHARS_MAX || !text.bytes().all(allowed) {
            return Err(BoothIdError);
        }
        Ok(Self(text.into()))
    }

    /// The id as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for BoothId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl TryFrom<String> for BoothId {
    type Error = BoothIdError;

    fn try_from(text: String) -> Result<Self, BoothIdError> {
        Self::parse(&text)
    }
}

impl From<BoothId> for String {
    fn from(id: BoothId) -> Self {
        id.as_str().to_owned()
    }
}

/// The booth of an order. The name is the one that it had when the order was made: what the customer saw, and what the
/// receipt says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Booth {
    /// Which booth.
    pub id: BoothId,
    /// What people call it.
    pub name: String,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_of_booths_can_be_typed() {
        for good in ["main", "1", "chilonzor-2", &"x".repeat(32)] {
            assert_eq!(BoothId::parse(good).map(String::from), Ok(good.to_owned()));
        }
        for bad in ["", &"x".repeat(33), "Main", "a b", "a/b", "ў", "a_b"] {
            assert_eq!(BoothId::parse(bad), Err(BoothIdError), "{bad:?}");
        }
    }
}
