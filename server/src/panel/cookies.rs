//! The panel's cookies: who is in, which device was in before, which language. Scripts read none of them, and no page of another site
//! makes a browser send the first two.

use crate::access::{cookie, ends};
use axum::http::HeaderValue;
use axum::http::request::Parts;
use boothpay_protocol::ledger::language::Language;
use boothpay_protocol::panel::{Admin, AdminName, SESSION_LIFETIME};
use boothpay_protocol::secret::KeyDigest;
use ring::hmac;

/// Seconds that a device stays known, and a language chosen: the most that browsers keep a cookie, 400 days.
const LONG_SECONDS: i64 = 400 * 86_400;

/// Bytes of a device's mark: nobody guesses so many, and no two are the same.
const MARK_BYTES: usize = 16;

/// What tells one device from another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct DeviceMark(pub(super) [u8; MARK_BYTES]);

/// A cookie of the panel.
#[derive(Clone, Copy)]
enum Name<'a> {
    Session,
    /// Of one person: a browser that several people use knows each of them.
    Device(&'a AdminName),
    Language,
}

impl Name<'_> {
    /// With the port, as browsers share cookies between all ports of a computer.
    fn text(self, parts: &Parts) -> String {
        let name = match self {
            Self::Session => "boothpay-panel".to_owned(),
            Self::Device(name) => format!("boothpay-device-{name}"),
            Self::Language => "boothpay-language".to_owned(),
        };
        match ends::local_port(parts) {
            Some(port) => format!("{name}-{port}"),
            None => name,
        }
    }
}

fn read<'a>(parts: &'a Parts, name: Name<'_>) -> Option<&'a str> {
    cookie::find(&parts.headers, &name.text(parts))
}

fn set(parts: &Parts, name: Name<'_>, value: &str, seconds: i64) -> Option<HeaderValue> {
    with_age(parts, name, value, &format!("; Max-Age={seconds}"))
}

fn with_age(parts: &Parts, name: Name<'_>, value: &str, age: &str) -> Option<HeaderValue> {
    let (name, secure) = (name.text(parts), if cookie::is_https(&parts.headers) { "; Secure" } else { "" });
    let text = format!("{name}={value}; Path=/admin{age}; HttpOnly; SameSite=Strict{secure}");
    HeaderValue::from_str(&text).ok()
}

/// What the browser of somebody who is in carries.
pub(super) fn session(parts: &Parts) -> Option<&str> {
    read(parts, Name::Session)
}

pub(super) fn set_session(parts: &Parts, token: &str) -> Option<HeaderValue> {
    set(parts, Name::Session, token, SESSION_LIFETIME.ms() / 1000)
}

/// The session at the booth's screen: it ends with the browser.
pub(super) fn set_stay(parts: &Parts, token: &str) -> Option<HeaderValue> {
    with_age(parts, Name::Session, token, "")
}

pub(super) fn drop_session(parts: &Parts) -> Option<HeaderValue> {
    set(parts, Name::Session, "", 0)
}

/// The language that was chosen in this browser.
pub(super) fn language(parts: &Parts) -> Option<Language> {
    Language::from_code(read(parts, Name::Language)?)
}

pub(super) fn set_language(parts: &Parts, language: Language) -> Option<HeaderValue> {
    set(parts, Name::Language, language.code(), LONG_SECONDS)
}

/// The mark of a browser in which this person was in before, since his password is what it is. It lets nobody in.
pub(super) fn device(parts: &Parts, admin: &Admin) -> Option<DeviceMark> {
    let (mark, proof) = read(parts, Name::Device(&admin.name))?.split_once('.')?;
    let mark: [u8; MARK_BYTES] = from_hex(mark)?.try_into().ok()?;
    hmac::verify(&key(admin)?, &said(admin, &mark), &from_hex(proof)?).ok()?;
    Some(DeviceMark(mark))
}

/// Makes a browser known.
pub(super) fn set_device(parts: &Parts, admin: &Admin) -> Option<HeaderValue> {
    let mut mark = [0_u8; MARK_BYTES];
    getrandom::fill(&mut mark).ok()?;
    let proof = hmac::sign(&key(admin)?, &said(admin, &mark));
    set(parts, Name::Device(&admin.name), &format!("{}.{}", hex(&mark), hex(proof.as_ref())), LONG_SECONDS)
}

/// Made of the password as it is kept: a new password makes all devices unknown, and nothing more has to be kept.
fn key(admin: &Admin) -> Option<hmac::Key> {
    let password = admin.password.as_ref()?;
    let digest = KeyDigest::of(format!("a device of the panel: {password}").as_bytes());
    Some(hmac::Key::new(hmac::HMAC_SHA256, digest.bytes()))
}

fn said(admin: &Admin, mark: &[u8]) -> Vec<u8> {
    [admin.name.as_str().as_bytes(), b"|", mark].concat()
}

pub(super) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn from_hex(text: &str) -> Option<Vec<u8>> {
    let digits = |at: usize| text.get(at..at.saturating_add(2));
    let byte = |at| u8::from_str_radix(digits(at)?, 16).ok();
    if !text.bytes().all(|digit| digit.is_ascii_hexdigit()) || !text.len().is_multiple_of(2) {
        return None;
    }
    (0..text.len()).step_by(2).map(byte).collect()
}
