//! The names of sessions and of files. Both are 128 random bits, so nobody guesses one; they are drawn apart from each other, so
//! none leads to the other.

use serde::{Deserialize, Serialize};
use std::fmt;

/// Bytes of a name.
const BYTES: usize = 16;

/// Where the first user's form of an id has its dashes.
const DASHES: [usize; 4] = [8, 13, 18, 23];

/// Characters of an id, with its dashes.
const ID_CHARS: usize = 36;

/// A session's id: 128 random bits in the form of a UUID. Whoever knows it may do with the session what the booth's page does.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SessionId(String);

impl SessionId {
    /// From random bytes.
    pub fn from_random(bytes: [u8; BYTES]) -> Self {
        let mut text = hex(bytes);
        for place in DASHES {
            text.insert(place, '-');
        }
        Self(text)
    }

    /// Reads one; letters may be capitals.
    pub fn parse(text: &str) -> Option<Self> {
        let proper = |(place, byte): (usize, u8)| {
            if DASHES.contains(&place) { byte == b'-' } else { byte.is_ascii_hexdigit() }
        };
        let is_one = text.len() == ID_CHARS && text.bytes().enumerate().all(proper);
        is_one.then(|| Self(text.to_ascii_lowercase()))
    }

    /// As it is written.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// As much of it as a log may tell: it names a session, and is no key to it.
impl fmt::Debug for SessionId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}…", self.0.get(..8).unwrap_or_default())
    }
}

/// What is behind the link by which a customer takes the finished picture home: 128 random bits, drawn apart from all others.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LinkToken(String);

impl LinkToken {
    /// From random bytes.
    pub fn from_random(bytes: [u8; BYTES]) -> Self {
        Self(hex(bytes))
    }

    /// Reads one.
    pub fn parse(text: &str) -> Option<Self> {
        let is_one = text.len() == BYTES * 2 && text.bytes().all(|byte| byte.is_ascii_hexdigit());
        is_one.then(|| Self(text.to_ascii_lowercase()))
    }

    /// As it is written.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// As much of it as a log may tell.
impl fmt::Debug for LinkToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}…", self.0.get(..8).unwrap_or_default())
    }
}

/// The name of a picture's file, without its folder.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct FileName(String);

impl FileName {
    /// From random bytes, with the ending of the picture's form.
    pub fn from_random(bytes: [u8; BYTES], ending: &str) -> Self {
        Self(format!("{}.{ending}", hex(bytes)))
    }

    /// As the file is called.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// A name that leads out of the folder is none, whoever wrote it into the database.
impl TryFrom<String> for FileName {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        let mut parts = text.split('.');
        let proper = |part: Option<&str>| {
            part.is_some_and(|part| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_alphanumeric()))
        };
        let is_one = proper(parts.next()) && proper(parts.next()) && parts.next().is_none();
        if is_one { Ok(Self(text)) } else { Err("a photo's file has a name that none can have") }
    }
}

impl From<FileName> for String {
    fn from(name: FileName) -> Self {
        name.0
    }
}

fn hex(bytes: [u8; BYTES]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_is_read_as_it_is_written_and_nothing_else_is() {
        let id = SessionId::from_random([0xab; BYTES]);
        assert_eq!(id.as_str(), "abababab-abab-abab-abab-abababababab");
        assert_eq!(SessionId::parse("ABABABAB-abab-abab-abab-abababababab"), Some(id.clone()));
        for other in
            ["", "abababab", "abababab-abab-abab-abab-abababababa", "abababababab-abab-abab-abab-abababab", "../x"]
        {
            assert_eq!(SessionId::parse(other), None, "{other}");
        }
        assert_eq!(format!("{id:?}"), "abababab…", "the whole of it is a key");
    }

    #[test]
    fn a_file_stays_in_its_folder() {
        let name = FileName::from_random([1; BYTES], "jpg");
        assert_eq!(name.as_str(), "01010101010101010101010101010101.jpg");
        assert_eq!(FileName::try_from(name.as_str().to_owned()), Ok(name));
        for other in ["", "a", "../a.jpg", "a/b.jpg", "a.b.jpg", ".jpg", "a.", "a\\b.jpg"] {
            assert!(FileName::try_from(other.to_owned()).is_err(), "{other}");
        }
    }
}
