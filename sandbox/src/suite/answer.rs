//! What reports say about an answer.

use super::stop::Stop;
use crate::wire::Answer;
use serde_json::Value;

/// A value for a sentence: short, and "missing" when it is not there.
pub fn shown(value: Option<&Value>) -> String {
    const SHOWN_CHARACTERS: usize = 300;
    let Some(value) = value else { return "missing".to_owned() };
    let text = value.to_string();
    match text.char_indices().nth(SHOWN_CHARACTERS) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text,
    }
}

/// The failure of an answer that is not JSON.
pub fn not_json(at: usize, answer: &Answer) -> Stop {
    let kind = match answer.body.trim_ascii_start().first() {
        None => "an empty body",
        Some(b'<') => "an HTML page",
        Some(_) => "a body that is not JSON",
    };
    Stop::fail(at, "a JSON body", format!("HTTP {} with {kind}", answer.status))
}

/// Requires a JSON Content-Type.
pub fn json_type(at: usize, answer: &Answer) -> Result<(), Stop> {
    let kind = answer.content_type.as_deref().unwrap_or_default().to_ascii_lowercase();
    match kind.split(';').next().map(str::trim) {
        Some("application/json" | "text/json") => Ok(()),
        Some(_) | None => Err(Stop::fail(at, "Content-Type application/json or text/json", format!("`{kind}`"))),
    }
}

/// Requires the JSON alone: no byte order mark, no compression that was not asked for.
pub fn bare_json(at: usize, answer: &Answer) -> Result<(), Stop> {
    match answer.wrapping() {
        Some(wrapping) => Err(Stop::fail(at, "the JSON alone", wrapping.words())),
        None => Ok(()),
    }
}

/// Requires an answer that leads nowhere else.
pub fn no_redirect(at: usize, answer: &Answer) -> Result<(), Stop> {
    match answer.status {
        300..=399 => Err(Stop::fail(at, "no redirect", format!("HTTP status {}", answer.status))),
        _ => Ok(()),
    }
}

/// The address with a slash at its end, or without the one that it has.
pub fn other_slash(url: &reqwest::Url) -> Result<reqwest::Url, Stop> {
    let path = match url.path().strip_suffix('/') {
        Some("") => return Err(Stop::Skip("the address has no path".to_owned())),
        Some(without) => without.to_owned(),
        None => format!("{}/", url.path()),
    };
    let mut other = url.clone();
    other.set_path(&path);
    Ok(other)
}
