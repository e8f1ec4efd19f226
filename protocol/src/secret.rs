//! Secrets: text that never prints, and the digest under which a key is kept and compared.

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::fmt::{self, Write};
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
#[derive(Clone, Copy, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct KeyDigest([u8; 32]);

impl KeyDigest {
    /// Digest of the bytes presented.
    pub fn of(bytes: &[u8]) -> Self {
        Self(Sha256::digest(bytes).into())
    }

    /// The digest itself, for signatures that it is the key of.
    pub const fn bytes(&self) -> &[u8] {
        &self.0
    }

    /// For the database: 64 hexadecimal digits.
    pub fn hex(&self) -> String {
        let mut hex = String::with_capacity(64);
        for byte in self.0 {
            // Writing to a text cannot fail.
            let _ = write!(hex, "{byte:02x}");
        }
        hex
    }

    /// Takes back what [`KeyDigest::hex`] gave; `None` unless it is 64 hexadecimal digits.
    pub fn from_hex(hex: &str) -> Option<Self> {
        let mut bytes = [0_u8; 32];
        if hex.len() != 64 || !hex.is_ascii() {
            return None;
        }
        for (at, byte) in bytes.iter_mut().enumerate() {
            let digits = hex.get(at.saturating_mul(2)..at.saturating_mul(2).saturating_add(2))?;
            if !digits.bytes().all(|digit| digit.is_ascii_hexdigit()) {
                return None;
            }
            *byte = u8::from_str_radix(digits, 16).ok()?;
        }
        Some(Self(bytes))
    }

    /// Compares in constant time.
    pub fn matches(&self, other: &Self) -> bool {
        self.0.ct_eq(&other.0).into()
    }
}

impl TryFrom<String> for KeyDigest {
    type Error = &'static str;

    fn try_from(hex: String) -> Result<Self, Self::Error> {
        Self::from_hex(&hex).ok_or("a key's digest has 64 hexadecimal digits")
    }
}

impl From<KeyDigest> for String {
    fn from(digest: KeyDigest) -> Self {
        digest.hex()
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
    fn a_digest_is_read_back_from_its_digits_only() {
        let digest = KeyDigest::of(b"abcdef");
        let hex = digest.hex();
        assert_eq!(KeyDigest::from_hex(&hex), Some(digest));
        assert_eq!(KeyDigest::from_hex(&hex.to_uppercase()), Some(digest));
        for wrong in ["", &hex[1..], &format!("{hex}0"), &hex.replace(&hex[..2], "+1"), &"é".repeat(32)] {
            assert_eq!(KeyDigest::from_hex(wrong), None, "{wrong}");
        }
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
