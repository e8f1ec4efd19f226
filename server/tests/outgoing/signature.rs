//! The convention's signature, computed here from its text alone: no code of the server's, and not its library.

use crate::receiver::Received;
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use boothpay_protocol::secret::KeyDigest;

/// SHA-256's block, in bytes.
const BLOCK: usize = 64;

/// HMAC-SHA256 (RFC 2104) of a text, in base64.
fn hmac(key: &[u8], text: &str) -> String {
    assert!(key.len() <= BLOCK);
    let padded = |pad: u8| -> Vec<u8> { (0..BLOCK).map(|at| key.get(at).copied().unwrap_or(0) ^ pad).collect() };
    let digest = |parts: &[&[u8]]| KeyDigest::of(&parts.concat()).bytes().to_vec();
    let inner = digest(&[&padded(0x36), text.as_bytes()]);
    BASE64_STANDARD.encode(digest(&[&padded(0x5c), &inner]))
}

/// As a receiver checks it: one of the signatures has to be of the one secret that it knows.
pub fn is_signed(message: &Received, secret: &str) -> bool {
    let key = BASE64_STANDARD.decode(secret.strip_prefix("whsec_").unwrap()).unwrap();
    let (id, timestamp) = (message.header("webhook-id"), message.header("webhook-timestamp"));
    let expected = format!("v1,{}", hmac(&key, &format!("{id}.{timestamp}.{}", message.body)));
    message.header("webhook-signature").split(' ').any(|signature| signature == expected)
}

/// The example that the convention's libraries are tested with.
#[test]
fn what_is_computed_here_is_the_conventions() {
    let key = BASE64_STANDARD.decode("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw").unwrap();
    let content = r#"msg_p5jXN8AQM9LWM0D4loKWxJek.1614265330.{"test": 2432232314}"#;
    assert_eq!(hmac(&key, content), "g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
}
