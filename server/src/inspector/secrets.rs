//! What is taken out of a call before it is kept: everything by which somebody proves who he is.
//!
//! Of headers a few are kept by name, all others are not; `Authorization` is none of them. Of bodies the values of the fields that
//! carry a signature or a key are overwritten, in JSON and in forms alike. It works on bytes, without a parser: what a stranger
//! sends need not be well-formed to hold a secret.

/// Headers that are kept.
pub(super) const HEADERS: [&str; 10] = [
    "host",
    "content-type",
    "content-length",
    "user-agent",
    "x-forwarded-for",
    "x-forwarded-proto",
    "x-forwarded-host",
    "via",
    "cf-ray",
    // Payme's sandbox says by it who it is.
    "test-operation",
];

/// Names of fields whose value is a secret, in small letters: Click's signature; Payme's new key; whatever else looks like one.
const FIELDS: [&[u8]; 12] = [
    b"sign_string",
    b"sign",
    b"signature",
    b"password",
    b"secret",
    b"secret_key",
    b"key",
    b"token",
    b"authorization",
    b"auth",
    b"access_token",
    b"api_key",
];

/// What stands in place of each byte of a secret.
const COVER: u8 = b'*';

/// Covers what is secret in a body, byte by byte, so that nothing else moves.
pub(super) fn cover(body: &mut [u8]) {
    let mut at = 0;
    while let Some((start, end)) = next_name(body, at) {
        at = end;
        let is_secret =
            body.get(start..end).is_some_and(|name| FIELDS.iter().any(|field| name.eq_ignore_ascii_case(field)));
        if !is_secret {
            continue;
        }
        let Some((from, to)) = value_behind(body, end) else { continue };
        if let Some(value) = body.get_mut(from..to) {
            value.fill(COVER);
        }
        at = to.max(end);
    }
}

/// The next run of what names are made of.
fn next_name(body: &[u8], from: usize) -> Option<(usize, usize)> {
    let is_name = |byte: &u8| byte.is_ascii_alphanumeric() || *byte == b'_' || *byte == b'-';
    let start = from.checked_add(body.get(from..)?.iter().position(is_name)?)?;
    let length = body.get(start..)?.iter().position(|byte| !is_name(byte));
    Some((start, length.map_or(body.len(), |length| start.saturating_add(length))))
}

/// Where the value of a name is that ends at `end`: behind `=` up to `&`, or behind `":` up to the next quote, comma or brace. None
/// where the word is no name.
fn value_behind(body: &[u8], end: usize) -> Option<(usize, usize)> {
    let rest = body.get(end..)?;
    let to = |from: usize, stop: &dyn Fn(u8) -> bool| {
        let length = body.get(from..).and_then(|rest| rest.iter().position(|byte| stop(*byte)));
        (from, length.map_or(body.len(), |length| from.saturating_add(length)))
    };
    if rest.first() == Some(&b'=') {
        return Some(to(end.saturating_add(1), &|byte| matches!(byte, b'&' | b'\r' | b'\n')));
    }
    let quote = rest.first().filter(|byte| matches!(byte, b'"' | b'\''))?;
    let behind = rest.iter().skip(1).position(|byte| !byte.is_ascii_whitespace())?.saturating_add(1);
    if rest.get(behind) != Some(&b':') {
        return None;
    }
    let value = rest.iter().skip(behind.saturating_add(1)).position(|byte| !byte.is_ascii_whitespace())?;
    let from = end.saturating_add(behind).saturating_add(1).saturating_add(value);
    if body.get(from) != Some(quote) {
        return Some(to(from, &|byte| matches!(byte, b',' | b'}' | b']')));
    }
    // A quote behind a backslash is part of the text.
    let mut escaped = false;
    let mut stop = from.saturating_add(1);
    while let Some(byte) = body.get(stop) {
        if !escaped && byte == quote {
            break;
        }
        escaped = !escaped && *byte == b'\\';
        stop = stop.saturating_add(1);
    }
    Some((from.saturating_add(1), stop))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn covered(text: &str) -> String {
        let mut body = text.as_bytes().to_vec();
        cover(&mut body);
        String::from_utf8(body).unwrap()
    }

    #[test]
    fn what_proves_a_caller_is_covered_and_the_rest_stays() {
        let cases = [
            (
                "click_trans_id=7&sign_time=2026-11-21+12:00:00&sign_string=0a1b2c&error=0",
                "click_trans_id=7&sign_time=2026-11-21+12:00:00&sign_string=******&error=0",
            ),
            ("sign_string=0a1b2c", "sign_string=******"),
            (
                r#"{"method":"ChangePassword","params":{"password":"a\"b,}"},"id":1}"#,
                r#"{"method":"ChangePassword","params":{"password":"******"},"id":1}"#,
            ),
            (r#"{ "Password" : "abc" , "x": 1}"#, r#"{ "Password" : "***" , "x": 1}"#),
            (r#"{"token":12345,"a":1}"#, r#"{"token":*****,"a":1}"#),
            (r#"{"sign_string":"0a"}"#, r#"{"sign_string":"**"}"#),
            (
                r#"{"account":{"order_id":"74S88WN2"},"amount":1000000}"#,
                r#"{"account":{"order_id":"74S88WN2"},"amount":1000000}"#,
            ),
            (r#"{"note":"the key is lost"}"#, r#"{"note":"the key is lost"}"#),
            (r#"{"password":"never ends"#, r#"{"password":"**********"#),
            ("", ""),
        ];
        for (text, expected) in cases {
            assert_eq!(covered(text), expected);
        }
    }

    #[test]
    fn rubbish_neither_panics_nor_grows() {
        for text in
            ["password", "password=", "password\"", "\"password\":", "\"password\" : \"", "{\"key\":\"\\", "key=="]
        {
            assert_eq!(covered(text).len(), text.len(), "{text}");
        }
    }
}
