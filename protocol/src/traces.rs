//! Looking for secrets where none may be, knowing only their digests.
//!
//! The keys themselves are not kept anywhere, so a text cannot be searched for them. But a text can be taken apart, and
//! each part digested. A key is found that is a whole value or a whole word, plain or in the header that carries it. A key
//! inside a longer word is not.

use crate::secret::KeyDigest;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use serde_json::Value;

/// Texts inside texts that are opened: an account is JSON in a journal row's JSON. Deeper ones are looked at as they are.
const DEPTH_MAX: u32 = 3;

/// The digests to look for.
#[derive(Clone, Debug, Default)]
pub struct Traces {
    digests: Vec<KeyDigest>,
    in_hex: Vec<String>,
}

impl Traces {
    /// Adds a digest to look for.
    pub fn add(&mut self, digest: KeyDigest) {
        self.digests.push(digest);
        self.in_hex.push(digest.hex());
    }

    /// How many secrets are looked for.
    pub fn count(&self) -> usize {
        self.digests.len()
    }

    /// Whether a text, which may be JSON, holds one of the secrets or its digest.
    pub fn are_in(&self, text: &str) -> bool {
        !self.digests.is_empty() && self.look(text, 0)
    }

    fn look(&self, text: &str, depth: u32) -> bool {
        let opened = text.trim_start();
        if depth < DEPTH_MAX
            && opened.starts_with(['{', '['])
            && let Ok(value) = serde_json::from_str::<Value>(opened)
        {
            return self.in_value(&value, depth.saturating_add(1));
        }
        self.is_one(text.as_bytes())
            || self.in_hex.iter().any(|hex| text.to_ascii_lowercase().contains(hex))
            || text.split_whitespace().any(|word| self.is_one(word.as_bytes()) || self.is_header(word))
    }

    fn in_value(&self, value: &Value, depth: u32) -> bool {
        match value {
            Value::Null | Value::Bool(_) | Value::Number(_) => false,
            Value::String(text) => self.look(text, depth),
            Value::Array(values) => values.iter().any(|value| self.in_value(value, depth)),
            Value::Object(members) => {
                members.iter().any(|(name, value)| self.look(name, depth) || self.in_value(value, depth))
            }
        }
    }

    fn is_one(&self, bytes: &[u8]) -> bool {
        let digest = KeyDigest::of(bytes);
        self.digests.iter().any(|secret| secret.matches(&digest))
    }

    /// `login:key` in Base64.
    fn is_header(&self, word: &str) -> bool {
        let decoded = STANDARD.decode(word).or_else(|_| STANDARD_NO_PAD.decode(word));
        let Ok(decoded) = decoded else { return false };
        let mut parts = decoded.splitn(2, |byte| *byte == b':');
        let (login, key) = (parts.next(), parts.next());
        key.or(login).is_some_and(|key| self.is_one(key))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEY: &str = "k&y@with:colon?#%^=$!0123456789abcdef";

    #[test]
    fn a_key_is_found_in_every_form_in_which_it_could_come() {
        let mut traces = Traces::default();
        assert!(!traces.are_in(KEY), "nothing to look for");
        traces.add(KeyDigest::of(KEY.as_bytes()));
        let header = STANDARD.encode(format!("Paycom:{KEY}"));
        let hex = traces.in_hex[0].clone();
        let nested = serde_json::to_string(&serde_json::json!({"order_id": "a", "note": KEY})).unwrap();
        let in_journal = serde_json::to_string(&serde_json::json!({"change": "x", "account": nested})).unwrap();
        let held = [
            KEY.to_owned(),
            format!("the key is {KEY} today"),
            format!("Basic {header}"),
            header.trim_end_matches('=').to_owned(),
            format!("digest={}", hex.to_uppercase()),
            serde_json::json!({ KEY: 1 }).to_string(),
            serde_json::json!([[KEY]]).to_string(),
            nested,
            in_journal,
        ];
        for text in held {
            assert!(traces.are_in(&text), "{text}");
        }
        for clean in ["", "{}", r#"{"order_id":"a"}"#, "k&y@with", "Basic UGF5Y29tOng="] {
            assert!(!traces.are_in(clean), "{clean}");
        }
    }
}
