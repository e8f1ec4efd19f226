//! The wire: what is sent to a merchant server, byte for byte, and what came back.
//!
//! An [`Exchange`] is evidence for the report, so it keeps the request and the answer as they were. The secret, and what is
//! made from it, are never in it: a report is often pasted into a public issue.

mod client;
mod cut;
mod held;
mod http;
mod trust;

pub use client::{AtOnce, Client};
pub use cut::{cut_mid_body, hang_up};
pub use http::{HeaderNames, Http, SetupError};
pub use trust::Trust;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use flate2::read::GzDecoder;
use reqwest::{Method, Url};
use serde_json::{Value, json};
use std::borrow::Cow;
use std::io::Read;
use std::time::Duration;

/// The server under test and what a wallet knows about it.
#[derive(Clone)]
pub struct Target {
    /// The address that the wallet calls.
    pub url: Url,
    /// The login that goes with the key: at Payme `Paycom`; Click's signature has none.
    pub login: String,
    /// The secret: Payme's cashbox key, Click's SECRET_KEY, Uzum's password. `None` for a server that runs without one while
    /// it is being developed.
    pub key: Option<String>,
}

impl Target {
    /// The value of the `Authorization` header for this login and key.
    pub fn basic(login: &str, key: &str) -> String {
        format!("Basic {}", STANDARD.encode(format!("{login}:{key}")))
    }

    /// The `Authorization` header that goes with these credentials, if any.
    fn header(&self, authorization: &Authorization) -> Option<String> {
        match authorization {
            Authorization::Right => self.key.as_ref().map(|key| Self::basic(&self.login, key)),
            Authorization::Absent => None,
            Authorization::Other { header, .. } => Some(header.clone()),
        }
    }
}

/// Which credentials a request carries.
#[derive(Debug, Clone)]
pub enum Authorization {
    /// Login and key of the target; no header when the target has no key.
    Right,
    /// No `Authorization` header.
    Absent,
    /// A header that is wrong on purpose.
    Other {
        /// What is sent.
        header: String,
        /// What a report says about it, without the secret.
        shown: String,
    },
}

/// One request as literal bytes.
#[derive(Debug, Clone)]
pub struct Request {
    /// POST, except where the wrong verb is the point.
    pub verb: Method,
    /// Another address than the target's, for the rule about trailing slashes.
    pub url: Option<Url>,
    /// The `Content-Type`, if any.
    pub content_type: Option<&'static str>,
    /// The credentials.
    pub authorization: Authorization,
    /// More headers.
    pub headers: Vec<(&'static str, &'static str)>,
    /// The body.
    pub body: Vec<u8>,
    /// A part of the body that no report shows.
    pub hidden: Option<Hidden>,
}

/// A part of a body that is made from the secret, and what stands for it.
#[derive(Debug, Clone)]
pub struct Hidden {
    /// What is sent.
    pub sent: String,
    /// What a report shows.
    pub shown: &'static str,
    /// What makes it in a shell, from the secret in `KEY`; without it there is no line for a shell.
    pub shell: Option<String>,
}

impl Request {
    /// A call of Payme's as its sandbox sends it.
    pub fn call(id: i64, method: &str, params: &Value) -> Self {
        Self::json(&json!({"jsonrpc": "2.0", "id": id, "method": method, "params": params}))
    }

    /// Any JSON as the body.
    pub fn json(body: &Value) -> Self {
        Self::bytes(body.to_string())
    }

    /// Any bytes as the body.
    pub fn bytes(body: impl Into<Vec<u8>>) -> Self {
        Self {
            verb: Method::POST,
            url: None,
            content_type: Some("application/json; charset=UTF-8"),
            authorization: Authorization::Right,
            headers: Vec::new(),
            body: body.into(),
            hidden: None,
        }
    }

    /// A form as the body, without credentials.
    pub fn form(body: impl Into<Vec<u8>>) -> Self {
        Self {
            content_type: Some("application/x-www-form-urlencoded"),
            authorization: Authorization::Absent,
            ..Self::bytes(body)
        }
    }

    /// The same request to another address.
    #[must_use]
    pub fn to(mut self, url: &Url) -> Self {
        self.url = Some(url.clone());
        self
    }

    /// The same request with other credentials.
    #[must_use]
    pub fn with(mut self, authorization: Authorization) -> Self {
        self.authorization = authorization;
        self
    }
}

/// What the server answered.
#[derive(Debug, Clone)]
pub struct Answer {
    /// The HTTP status; Payme reads anything but 200 as a fault.
    pub status: u16,
    /// The `Content-Type`, if any.
    pub content_type: Option<String>,
    /// The `Content-Encoding`, if any; none is ever asked for.
    pub encoding: Option<String>,
    /// The server wants to close the connection after this answer.
    pub closes: bool,
    /// Where a redirect leads.
    pub location: Option<String>,
    /// The body.
    pub body: Vec<u8>,
}

impl Answer {
    /// The body as JSON, if it is. Wrappings are taken off, so that they break the one rule about them and no other.
    pub fn json(&self) -> Option<Value> {
        serde_json::from_slice(&self.plain()).ok()
    }

    /// What the body is wrapped in although nobody asked for it.
    pub fn wrapping(&self) -> Option<Wrapping> {
        match self.body.as_slice() {
            [0x1f, 0x8b, ..] => Some(Wrapping::Gzip),
            [0xef, 0xbb, 0xbf, ..] => Some(Wrapping::ByteOrderMark),
            _ => None,
        }
    }

    /// The body without what it is wrapped in.
    pub fn plain(&self) -> Cow<'_, [u8]> {
        const LARGEST: u64 = 64 * 1024 * 1024;
        match self.wrapping() {
            None => Cow::Borrowed(&self.body),
            Some(Wrapping::ByteOrderMark) => Cow::Borrowed(self.body.get(3..).unwrap_or_default()),
            Some(Wrapping::Gzip) => {
                let mut plain = Vec::new();
                let read = GzDecoder::new(self.body.as_slice()).take(LARGEST).read_to_end(&mut plain);
                if read.is_ok() { Cow::Owned(plain) } else { Cow::Borrowed(&self.body) }
            }
        }
    }
}

/// What stands between a reader and the JSON of a body.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wrapping {
    /// The three bytes EF BB BF, which editors on Windows put before a source file.
    ByteOrderMark,
    /// The body is compressed.
    Gzip,
}

impl Wrapping {
    /// What it is, for a sentence.
    pub fn words(self) -> &'static str {
        match self {
            Self::ByteOrderMark => "a byte order mark (EF BB BF) before the JSON",
            Self::Gzip => "a body compressed with gzip, although the request did not ask for it",
        }
    }
}

/// A request and what came of it.
#[derive(Debug, Clone)]
pub struct Exchange {
    /// The request line, the headers that matter, and the body.
    pub request: String,
    /// The same as a line for a shell, where one can be written.
    pub curl: Option<String>,
    /// The answer, or why there was none.
    pub answer: Result<Answer, String>,
    /// From the first byte sent to the last byte received.
    pub took: Duration,
}

impl Exchange {
    /// The answer as text: status line, type and body.
    pub fn answer_text(&self) -> String {
        const SHOWN_BYTES: usize = 4000;
        match &self.answer {
            Err(reason) => format!("(no answer: {reason})"),
            Ok(answer) => {
                let body = answer.plain();
                let shown = &body[..body.len().min(SHOWN_BYTES)];
                let rest = body.len() - shown.len();
                let mut text = format!("HTTP {}", answer.status);
                if let Some(kind) = &answer.content_type {
                    text.push_str(&format!("\nContent-Type: {kind}"));
                }
                if let Some(wrapping) = answer.wrapping() {
                    text.push_str(&format!("\n({})", wrapping.words()));
                }
                if let Some(location) = &answer.location {
                    text.push_str(&format!("\nLocation: {location}"));
                }
                text.push_str(&format!("\n\n{}", String::from_utf8_lossy(shown)));
                if rest > 0 {
                    text.push_str(&format!("… ({rest} bytes more)"));
                }
                text
            }
        }
    }
}
