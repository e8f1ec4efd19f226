//! The signature of a message, by the Standard Webhooks convention: HMAC-SHA256 over `id.timestamp.body`, in base64, behind
//! `v1,`. A secret is written as `whsec_` and its bytes in base64.

use crate::limits::{WEBHOOK_SECRET_BYTES_MAX, WEBHOOK_SECRET_BYTES_MIN};
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use boothpay_protocol::secret::KeyDigest;
use ring::hmac;
use std::fmt;

/// What a secret begins with.
const PREFIX: &str = "whsec_";

/// Bytes of a secret that is made here.
const NEW_SECRET_BYTES: usize = 32;

/// A secret that signs.
#[derive(Clone)]
pub struct SigningKey {
    key: hmac::Key,
    digest: KeyDigest,
}

impl SigningKey {
    /// Reads a secret as it is written; else what is wrong with it, without repeating it.
    pub(crate) fn parse(text: &str) -> Result<Self, &'static str> {
        let Some(encoded) = text.strip_prefix(PREFIX) else {
            return Err("a webhook's secret begins with whsec_; `boothpay tasks secret` makes a new one");
        };
        let Ok(bytes) = BASE64_STANDARD.decode(encoded) else {
            return Err("what follows whsec_ is not whole base64: copy the secret again, to its last sign");
        };
        if !(WEBHOOK_SECRET_BYTES_MIN..=WEBHOOK_SECRET_BYTES_MAX).contains(&bytes.len()) {
            return Err(
                "a webhook's secret has 24 to 64 bytes, so 32 to 88 signs after whsec_; `boothpay tasks secret` makes \
                        one",
            );
        }
        Ok(Self { key: hmac::Key::new(hmac::HMAC_SHA256, &bytes), digest: KeyDigest::of(text.as_bytes()) })
    }

    /// A new secret, as it is written. `None` when the system gives no random numbers.
    pub fn draw() -> Option<String> {
        let mut bytes = [0_u8; NEW_SECRET_BYTES];
        getrandom::fill(&mut bytes).ok()?;
        Some(format!("{PREFIX}{}", BASE64_STANDARD.encode(bytes)))
    }

    /// Under which it is looked for where it may not be.
    pub const fn digest(&self) -> KeyDigest {
        self.digest
    }
}

impl fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SigningKey(hidden)")
    }
}

/// The header's value: one signature for each secret, so that a receiver may know the new one or still the old.
pub(crate) fn sign(keys: &[SigningKey], id: &str, timestamp: i64, body: &str) -> String {
    let content = format!("{id}.{timestamp}.{body}");
    let one = |key: &SigningKey| format!("v1,{}", BASE64_STANDARD.encode(hmac::sign(&key.key, content.as_bytes())));
    keys.iter().map(one).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The example that the convention's libraries are tested with.
    #[test]
    fn the_conventions_own_example() {
        let key = SigningKey::parse("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw").unwrap();
        let signed = sign(&[key], "msg_p5jXN8AQM9LWM0D4loKWxJek", 1_614_265_330, r#"{"test": 2432232314}"#);
        assert_eq!(signed, "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
    }

    #[test]
    fn each_secret_signs() {
        let keys: Vec<SigningKey> = (0..2).map(|_| SigningKey::parse(&SigningKey::draw().unwrap()).unwrap()).collect();
        let both = sign(&keys, "msg_1", 1, "{}");
        let one_by_one: Vec<String> =
            keys.iter().map(|key| sign(std::slice::from_ref(key), "msg_1", 1, "{}")).collect();
        assert_eq!(both, one_by_one.join(" "));
        assert_ne!(one_by_one[0], one_by_one[1]);
    }

    #[test]
    fn what_is_no_secret_is_told_without_showing_it() {
        let short = format!("whsec_{}", BASE64_STANDARD.encode([7; 23]));
        let long = format!("whsec_{}", BASE64_STANDARD.encode([7; 65]));
        for text in ["canary-canary-canary-canary-canary", "whsec_canary!", "whsec_", &short, &long] {
            let said = SigningKey::parse(text).unwrap_err();
            assert!(!said.contains("canary"), "{said}");
        }
        assert_eq!(format!("{:?}", SigningKey::parse(&SigningKey::draw().unwrap()).unwrap()), "SigningKey(hidden)");
    }
}
