//! Secrets: text that never prints, and the digest under which a key is kept and compared.

use sha2::{Digest, Sha256};
use std::fmt;
use subtle::ConstantTimeEq;

/// A key or token. `Debug` hides it and there is no `Display`, so it cannot reach a log or an error by accident.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    /// Wraps a secret; `None` for an empty one, because an empty key must never match an empty password.
    pub fn new(text: impl Into<String>) -> Option<Self> {
        let text = text.into();
        if text.is_empty() { None } else { Some(Self(text)) }
    }

    /// The secret itself. Every caller of this is a place to look at when asking where secrets go.
    pub fn reveal(&self) -> &str {
        &self.0
    }

    /// The digest to keep and compare.
    pub fn digest(&self) -> KeyDigest {
        KeyDigest::of(self.0.as_bytes())
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(hidden)")
    }
}

/// SHA-256 of a key. Keys are long and random, so a plain digest is enough to keep them out of the database; comparing
/// digests also takes the same time whatever was presented, even a text of another length.
#[derive(Clone, Copy)]
pub struct KeyDigest([u8; 32]);

impl KeyDigest {
    /// Digest of the bytes presented.
    pub fn of(bytes: &[u8]) -> Self {
        Self(Sha256::digest(bytes).into())
    }

    /// Takes back what [`KeyDigest::bytes`] gave; `None` unless it is 32 bytes.
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        bytes.try_into().ok().map(Self)
    }

    /// For the database.
    pub fn bytes(&self) -> &[u8] {
        &self.0
    }

    /// Compares in constant time.
    pub fn matches(&self, other: &Self) -> bool {
        self.0.ct_eq(&other.0).into()
    }
}

impl PartialEq for KeyDigest {
    fn eq(&self, other: &Self) -> bool {
        self.matches(other)
    }
}

impl Eq for KeyDigest {}

impl fmt::Debug for KeyDigest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("KeyDigest(hidden)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_empty_key_is_no_key() {
        assert_eq!(Secret::new(""), None);
    }

    #[test]
    fn debug_shows_nothing_of_a_secret() {
        let secret = Secret::new("canary-key").unwrap();
        assert_eq!(format!("{secret:?} {:?}", secret.digest()), "Secret(hidden) KeyDigest(hidden)");
    }

    #[test]
    fn a_prefix_or_a_longer_text_does_not_match() {
        let key = Secret::new("abcdef").unwrap().digest();
        assert!(key.matches(&KeyDigest::of(b"abcdef")));
        for wrong in ["", "abcde", "abcdefg", "Abcdef", "abcdef "] {
            assert!(!key.matches(&KeyDigest::of(wrong.as_bytes())), "{wrong:?}");
        }
    }
}
