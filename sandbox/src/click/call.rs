//! One call of Click's as a form: which fields are sent, which text is signed, and what stands for the signature in a
//! report.
//!
//! What is sent and what is signed are kept apart, so that a rule can change the one without the other.

use crate::wire::{Hidden, Request};
use jiff::Timestamp;
use jiff::tz::{Offset, TimeZone};
use md5::{Digest, Md5};
use reqwest::Url;
use std::fmt::Write;

/// The fields that are signed, in the order of the signature; the secret stands after `service_id`.
const SIGNED: [&str; 7] =
    ["click_trans_id", "service_id", "merchant_trans_id", "merchant_prepare_id", "amount", "action", "sign_time"];

/// One call, ready to be sent.
#[derive(Debug, Clone)]
pub struct Call {
    url: Url,
    fields: Vec<Field>,
    signature: Signature,
    blank: &'static str,
}

#[derive(Debug, Clone)]
struct Field {
    name: &'static str,
    /// What is sent; `None` leaves the field out.
    sent: Option<String>,
    /// What is signed.
    signed: String,
}

/// What goes as `sign_string`.
#[derive(Debug, Clone)]
pub enum Signature {
    /// The right one.
    Right,
    /// The right one in capital letters.
    Capital,
    /// The right one, changed by this function.
    Changed(fn(&str) -> String),
    /// Made with another secret.
    Secret(String),
    /// None at all.
    Absent,
}

impl Call {
    /// A call to this address with these fields.
    pub fn new(url: &Url, fields: Vec<(&'static str, String)>) -> Self {
        let field = |(name, value): (&'static str, String)| Field { name, sent: Some(value.clone()), signed: value };
        let fields = fields.into_iter().map(field).collect();
        Self { url: url.clone(), fields, signature: Signature::Right, blank: "+" }
    }

    /// Another value, signed as it is sent.
    #[must_use]
    pub fn set(mut self, name: &'static str, value: impl Into<String>) -> Self {
        let value = value.into();
        self.change(name, |field| (field.sent, field.signed) = (Some(value.clone()), value));
        self
    }

    /// The value as it is, but another one signed.
    #[must_use]
    pub fn signed_as(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.change(name, |field| field.signed = value.into());
        self
    }

    /// Without this field; the signature is made as if it were empty.
    #[must_use]
    pub fn without(mut self, name: &'static str) -> Self {
        self.change(name, |field| (field.sent, field.signed) = (None, String::new()));
        self
    }

    /// One more field, not signed; it may have the name of another.
    #[must_use]
    pub fn also(mut self, name: &'static str, value: impl Into<String>) -> Self {
        let field = Field { name, sent: Some(value.into()), signed: String::new() };
        self.fields.push(field);
        self
    }

    /// With another signature.
    #[must_use]
    pub fn signed(mut self, signature: Signature) -> Self {
        self.signature = signature;
        self
    }

    /// With a signature that is none: 32 hexadecimal digits, but the wrong ones.
    #[must_use]
    pub fn forged(self) -> Self {
        self.signed(Signature::Secret("not-the-secret-of-this-service".to_owned()))
    }

    /// To another address.
    #[must_use]
    pub fn to(mut self, url: &Url) -> Self {
        self.url = url.clone();
        self
    }

    /// With blanks written in this way.
    #[must_use]
    pub fn blank(mut self, blank: &'static str) -> Self {
        self.blank = blank;
        self
    }

    /// What is sent in this field.
    pub fn sent(&self, name: &str) -> &str {
        self.fields.iter().find(|field| field.name == name).and_then(|field| field.sent.as_deref()).unwrap_or_default()
    }

    fn change(&mut self, name: &'static str, change: impl FnOnce(&mut Field)) {
        if let Some(field) = self.fields.iter_mut().find(|field| field.name == name) {
            change(field);
        }
    }

    /// The parts before and after the secret.
    fn parts(&self) -> (String, String) {
        let signed = |names: &[&str]| -> String {
            let of =
                |name: &&str| self.fields.iter().find(|field| field.name == *name).map(|field| field.signed.as_str());
            names.iter().filter_map(of).collect()
        };
        (signed(&SIGNED[..2]), signed(&SIGNED[2..]))
    }

    /// The request with the signature that belongs to it.
    pub fn request(&self, secret: &str) -> Request {
        let (before, after) = self.parts();
        let right = digest(&format!("{before}{secret}{after}"));
        let (sign, hidden) = match &self.signature {
            Signature::Right => {
                let made =
                    format!("\"$(printf %s {}\"$KEY\"{} | md5sum | cut -c1-32)\"", quoted(&before), quoted(&after));
                (Some(right.clone()), Some(("<the right signature>", right, Some(made))))
            }
            Signature::Capital => {
                let capital = right.to_ascii_uppercase();
                (Some(capital.clone()), Some(("<the right signature in capital letters>", capital, None)))
            }
            Signature::Changed(change) => {
                let changed = change(&right);
                (Some(changed.clone()), Some(("<the right signature, changed>", changed, None)))
            }
            Signature::Secret(other) => (Some(digest(&format!("{before}{other}{after}"))), None),
            Signature::Absent => (None, None),
        };
        let sent = self.fields.iter().filter_map(|field| Some((field.name, field.sent.as_deref()?)));
        let mut body = String::new();
        for (name, value) in sent.chain(sign.iter().map(|sign| ("sign_string", sign.as_str()))) {
            let _ = write!(body, "{}{name}={}", if body.is_empty() { "" } else { "&" }, self.encoded(value));
        }
        let mut request = Request::form(body).to(&self.url);
        request.hidden = hidden.map(|(shown, sent, shell)| Hidden { sent: self.encoded(&sent), shown, shell });
        request
    }

    fn encoded(&self, value: &str) -> String {
        let mut text = String::with_capacity(value.len());
        for byte in value.bytes() {
            match byte {
                b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'*' => text.push(char::from(byte)),
                b' ' => text.push_str(self.blank),
                other => drop(write!(text, "%{other:02X}")),
            }
        }
        text
    }
}

/// MD5 as 32 hexadecimal digits in small letters.
fn digest(text: &str) -> String {
    Md5::digest(text.as_bytes()).iter().fold(String::new(), |mut hex, byte| {
        let _ = write!(hex, "{byte:02x}");
        hex
    })
}

/// A word for a POSIX shell; nothing needs no word.
fn quoted(text: &str) -> String {
    if text.is_empty() { String::new() } else { format!("'{}'", text.replace('\'', "'\\''")) }
}

/// The time as Click writes it, in Tashkent.
pub fn sign_time() -> String {
    sign_time_at(5)
}

/// The time as a clock this many hours ahead of UTC shows it.
pub fn sign_time_at(hours: i8) -> String {
    let zone = TimeZone::fixed(Offset::from_hours(hours).unwrap_or(Offset::UTC));
    Timestamp::now().to_zoned(zone).strftime("%Y-%m-%d %H:%M:%S").to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The two signatures that the reference computed by hand.
    #[test]
    fn signatures_are_as_the_reference_computed_them() {
        let fields = |prepare_id: Option<&str>, action: &str, time: &str| {
            let mut fields = vec![
                ("click_trans_id", "20000000001".to_owned()),
                ("service_id", "55555".to_owned()),
                ("merchant_trans_id", "PB-000417".to_owned()),
            ];
            fields.extend(prepare_id.map(|id| ("merchant_prepare_id", id.to_owned())));
            let rest = [("amount", "25000.00"), ("action", action), ("sign_time", time)];
            fields.extend(rest.map(|(name, value)| (name, value.to_owned())));
            let request = Call::new(&"http://127.0.0.1/".parse().unwrap(), fields).request("TEST_SECRET_9");
            request.hidden.unwrap().sent
        };
        assert_eq!(fields(None, "0", "2026-11-21 12:00:00"), "f62478c0f22952a0e488d5c47a0bb898");
        assert_eq!(fields(Some("417"), "1", "2026-11-21 12:00:09"), "6ec877522abb35ea2d5bc0c0a53b1b90");
    }

    #[test]
    fn a_form_is_encoded_and_its_signature_hidden() {
        let url: Url = "http://127.0.0.1/click".parse().unwrap();
        let call =
            Call::new(&url, vec![("click_trans_id", "1".to_owned()), ("sign_time", "2026-11-21 12:00:00".to_owned())]);
        let body = String::from_utf8(call.request("secret").body).unwrap();
        assert!(body.starts_with("click_trans_id=1&sign_time=2026-11-21+12%3A00%3A00&sign_string="), "{body}");
    }
}
