//! The cookie that a paired browser carries: not readable by scripts, never sent by pages of other sites.

use super::ends;
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, header};

/// Seconds that a browser keeps it: the most that browsers keep any, 400 days. Each visit of the page begins them anew.
const AGE_SECONDS: u32 = 400 * 86_400;

/// The token in a request's cookie.
pub(crate) fn read(parts: &Parts) -> Option<&str> {
    find(&parts.headers, &name(parts))
}

/// The value of a cookie.
pub(crate) fn find<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    let all = headers.get_all(header::COOKIE).iter().filter_map(|value| value.to_str().ok());
    all.flat_map(|value| value.split(';')).find_map(|pair| pair.trim().strip_prefix(name)?.strip_prefix('='))
}

/// The header that gives a browser its token. Over HTTPS, at a proxy in front, it is for HTTPS only.
pub(crate) fn set(parts: &Parts, token: &str) -> Option<HeaderValue> {
    let secure = if is_https(&parts.headers) { "; Secure" } else { "" };
    let name = name(parts);
    let text = format!("{name}={token}; Path=/; Max-Age={AGE_SECONDS}; HttpOnly; SameSite=Strict{secure}");
    HeaderValue::from_str(&text).ok()
}

/// With the port, because browsers share cookies between all ports of a computer, and two servers must not take each
/// other's place.
fn name(parts: &Parts) -> String {
    match ends::local_port(parts) {
        Some(port) => format!("boothpay-booth-{port}"),
        None => "boothpay-booth".to_owned(),
    }
}

pub(crate) fn is_https(headers: &HeaderMap) -> bool {
    headers.get("x-forwarded-proto").is_some_and(|scheme| scheme.as_bytes().eq_ignore_ascii_case(b"https"))
}
