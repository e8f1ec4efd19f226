//! Bodies sent to our API: read up to a limit, as JSON, with reasons that a page's programmer understands.

use crate::app::App;
use crate::error::Problem;
use crate::limits::API_BYTES_MAX;
use axum::body::{Body, Bytes};
use axum::extract::{FromRequestParts, Path};
use axum::http::request::Parts;
use axum::http::{HeaderMap, StatusCode, header};
use boothpay_protocol::fault::SystemFault;
use boothpay_protocol::ledger::order::OrderId;
use http_body_util::{BodyExt, LengthLimitError, Limited};
use serde::Deserialize;
use serde_json::value::RawValue;
use std::error::Error;
use std::io;

/// Beginnings of the names of charsets whose letters are no bytes of ASCII, without their hyphens. All others are read as UTF-8, and say so where they
/// are not.
const WIDE_CHARSETS: [&str; 4] = ["utf16", "utf32", "ucs2", "ucs4"];

/// Reads a body up to its limit.
pub(crate) async fn read(app: &App, body: Body) -> Result<Bytes, Problem> {
    read_up_to(app, body, API_BYTES_MAX).await
}

/// Reads a body up to a limit of its own.
pub(crate) async fn read_up_to(app: &App, body: Body, bytes_max: usize) -> Result<Bytes, Problem> {
    read_counted(app, body, bytes_max, |_| Ok(())).await
}

/// The same; each piece is counted as it comes, and what has no room for it says so.
pub(crate) async fn read_counted(
    app: &App,
    body: Body,
    bytes_max: usize,
    mut count: impl FnMut(usize) -> Result<(), Problem>,
) -> Result<Bytes, Problem> {
    let mut body = Limited::new(body, bytes_max);
    let reading = async {
        let mut bytes = Vec::new();
        while let Some(frame) = body.frame().await {
            if let Ok(piece) = frame?.into_data() {
                if let Err(problem) = count(piece.len()) {
                    return Ok(Err(problem));
                }
                // Not kept as they came: a piece of one byte would take fifty.
                bytes.extend_from_slice(&piece);
            }
        }
        Ok::<_, axum::BoxError>(Ok(Bytes::from(bytes)))
    };
    match tokio::time::timeout(app.settings.limits.body, reading).await {
        Ok(Ok(read)) => read,
        Ok(Err(error)) if error.is::<LengthLimitError>() => {
            let detail = format!("the body is larger than {bytes_max} bytes");
            Err(Problem::new(StatusCode::PAYLOAD_TOO_LARGE, detail))
        }
        Ok(Err(error)) if has_bad_chunks(&*error) => Err(Problem::bad_request(SystemFault::BadChunks.explain())),
        Ok(Err(_)) => Err(Problem::bad_request("the body did not arrive whole")),
        Err(_) => Err(Problem::new(StatusCode::REQUEST_TIMEOUT, "the body did not arrive in time")),
    }
}

/// Reads a JSON object. Nothing else: the reader would take a list for the members in their order.
pub(crate) fn parse<'a, T: Deserialize<'a>>(bytes: &'a [u8]) -> Result<T, Problem> {
    if bytes.trim_ascii_start().first().is_some_and(|byte| *byte != b'{') {
        return Err(Problem::bad_request("the body is not a JSON object"));
    }
    serde_json::from_slice(bytes)
        .map_err(|error| Problem::bad_request(format!("the body is not the JSON expected: {error}")))
}

/// Requires `Content-Type: application/json`. A page of another site cannot send that without asking first, so it cannot
/// make a customer's browser change orders here.
pub(crate) fn require_json(headers: &HeaderMap) -> Result<(), Problem> {
    let kind = headers.get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or("");
    let essence = kind.split(';').next().unwrap_or("").trim();
    let why = match unreadable(headers) {
        None if essence.eq_ignore_ascii_case("application/json") => return Ok(()),
        None => "send the body with Content-Type: application/json",
        Some(why) => why,
    };
    Err(Problem::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, why))
}

/// Why the bytes of a body are not the text that they stand for, by the headers; nothing where they are.
pub(crate) fn unreadable(headers: &HeaderMap) -> Option<&'static str> {
    let plain = |coding: &str| coding.is_empty() || coding.eq_ignore_ascii_case("identity");
    let mut codings = headers.get_all(header::CONTENT_ENCODING).iter();
    if !codings.all(|value| value.to_str().is_ok_and(|text| text.split(',').map(str::trim).all(plain))) {
        return Some("the body is compressed (Content-Encoding): send it as it is");
    }
    let kind = headers.get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or("");
    let named = kind.split(';').skip(1).filter_map(|parameter| parameter.split_once('='));
    let mut charsets = named.filter(|(name, _)| name.trim().eq_ignore_ascii_case("charset"));
    let is_wide = charsets.any(|(_, value)| {
        let letters: String = value.chars().filter(char::is_ascii_alphanumeric).collect();
        WIDE_CHARSETS.iter().any(|wide| letters.get(..wide.len()).is_some_and(|it| it.eq_ignore_ascii_case(wide)))
    });
    is_wide.then_some("the body is not in UTF-8 (charset of Content-Type): send it in UTF-8")
}

/// Whether a body could not be read because its chunks are not as HTTP says.
pub(crate) fn has_bad_chunks(error: &(dyn Error + 'static)) -> bool {
    let causes = std::iter::successors(Some(error), |&error| error.source());
    let mut kinds = causes.filter_map(|cause| cause.downcast_ref::<io::Error>()).map(io::Error::kind);
    kinds.any(|kind| matches!(kind, io::ErrorKind::InvalidInput | io::ErrorKind::InvalidData))
}

/// What an address names: an order's id, a number, a print job, a link.
pub(crate) struct OrderIdText(pub(crate) String);

impl<S: Send + Sync> FromRequestParts<S> for OrderIdText {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        match Path::<String>::from_request_parts(parts, state).await {
            Ok(Path(text)) => Ok(Self(text)),
            Err(_) => Err(Problem::bad_request("the address is not readable text")),
        }
    }
}

/// A member that must be a string.
pub(crate) fn text(raw: Option<&RawValue>, name: &str) -> Result<String, Problem> {
    let raw = raw.ok_or_else(|| Problem::bad_request(format!("{name} is missing")))?;
    serde_json::from_str(raw.get()).map_err(|_| Problem::bad_request(format!("{name} must be a string")))
}

/// A whole number. `2.0` is one in JSON: some languages write every number so.
pub(crate) fn whole<T: std::str::FromStr>(raw: &RawValue) -> Option<T> {
    let text = raw.get();
    let digits = match text.split_once('.') {
        Some((whole, zeros)) if zeros.bytes().all(|digit| digit == b'0') => whole,
        Some(_) | None => text,
    };
    digits.parse().ok()
}

/// An order id from a body or an address.
pub(crate) fn order_id(text: &str) -> Result<OrderId, Problem> {
    OrderId::parse(text).map_err(|error| Problem::bad_request(error.to_string()))
}
