//! Bodies sent to our API: read up to a limit, as JSON, with reasons that a page's programmer understands.

use crate::app::App;
use crate::error::Problem;
use crate::limits::API_BYTES_MAX;
use axum::body::{Body, Bytes};
use axum::extract::{FromRequestParts, Path};
use axum::http::request::Parts;
use axum::http::{HeaderMap, StatusCode, header};
use boothpay_protocol::ledger::order::OrderId;
use http_body_util::{BodyExt, LengthLimitError, Limited};
use serde::Deserialize;
use serde_json::value::RawValue;

/// Reads a body up to its limit.
pub(crate) async fn read(app: &App, body: Body) -> Result<Bytes, Problem> {
    read_up_to(app, body, API_BYTES_MAX).await
}

/// Reads a body up to a limit of its own.
pub(crate) async fn read_up_to(app: &App, body: Body, bytes_max: usize) -> Result<Bytes, Problem> {
    let reading = Limited::new(body, bytes_max).collect();
    match tokio::time::timeout(app.settings.limits.body, reading).await {
        Ok(Ok(collected)) => Ok(collected.to_bytes()),
        Ok(Err(error)) if error.is::<LengthLimitError>() => {
            let detail = format!("the body is larger than {bytes_max} bytes");
            Err(Problem::new(StatusCode::PAYLOAD_TOO_LARGE, detail))
        }
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
    if essence.eq_ignore_ascii_case("application/json") {
        return Ok(());
    }
    Err(Problem::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, "send the body with Content-Type: application/json"))
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
