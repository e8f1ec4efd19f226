//! Where the providers call. Each provider's file turns HTTP into its wire type and back; the rules are in `protocol`. Here is
//! what all of them do alike: read a body, meet a stranger, answer with JSON.

pub(crate) mod click;
pub(crate) mod payme;
pub(crate) mod uzum;

use crate::api::body;
use crate::app::App;
use crate::inspector::note::Note;
use crate::limits::{WEBHOOK_BYTES_MAX, WRONG_KEY_DELAY};
use crate::net::{Address, Kind, Trouble};
use axum::body::{Body, Bytes};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use boothpay_protocol::fault::SystemFault;
use boothpay_store::StoreError;
use http_body_util::{BodyExt, LengthLimitError, Limited};

/// Why a body is not there.
enum Unread {
    /// It is larger than any call is.
    TooLong,
    /// Its bytes are not the text that they stand for; why.
    Unreadable(&'static str),
    /// It is not whole; why.
    NotWhole(SystemFault),
}

/// Reads a body up to its limit. One that announces more is refused without being read.
async fn read_body(app: &App, headers: &HeaderMap, body: Body) -> Result<Bytes, Unread> {
    let announced = headers.get(header::CONTENT_LENGTH).and_then(|length| length.to_str().ok()?.parse::<u64>().ok());
    if announced.is_some_and(|length| length > u64::try_from(WEBHOOK_BYTES_MAX).unwrap_or(u64::MAX)) {
        return Err(Unread::TooLong);
    }
    let reading = Limited::new(body, WEBHOOK_BYTES_MAX).collect();
    match tokio::time::timeout(app.settings.limits.body, reading).await {
        Ok(Ok(collected)) => match body::unreadable(headers) {
            None => Ok(collected.to_bytes()),
            Some(why) => Err(Unread::Unreadable(why)),
        },
        Ok(Err(error)) if error.is::<LengthLimitError>() => Err(Unread::TooLong),
        Ok(Err(error)) if body::has_bad_chunks(&*error) => Err(Unread::NotWhole(SystemFault::BadChunks)),
        Ok(Err(_)) => Err(Unread::NotWhole(SystemFault::BrokenOff)),
        Err(_) => Err(Unread::NotWhole(SystemFault::Timeout)),
    }
}

/// Whoever comes without proof again and again has to wait for the same answer. Whoever proves himself never waits, wherever
/// he comes from. `tell` writes the line of the first one from an address.
async fn turn_away(app: &App, note: &Note<'_>, had_credentials: bool, tell: impl FnOnce(Address)) {
    if note.is_own() {
        return;
    }
    let visitor = note.visitor();
    let (now, address) = (app.clock.now(), visitor.address);
    let trouble = if had_credentials { Trouble::WrongKey } else { Trouble::NoKey };
    if app.net.strangers.note(trouble, address, now) {
        tell(address);
    }
    if app.net.allow(Kind::WrongKey, visitor, app.settings.mode, now).is_err() {
        visitor.made_to_wait();
        tokio::time::sleep(WRONG_KEY_DELAY).await;
    }
}

fn fault_of(error: &StoreError) -> SystemFault {
    match error {
        StoreError::Overloaded => SystemFault::Overload,
        StoreError::Failed(_) | StoreError::Suspect(_) | StoreError::Damaged(_) | StoreError::Closed => {
            SystemFault::Store
        }
        StoreError::Forbidden(_) | StoreError::Bug => SystemFault::Bug,
    }
}

/// What is left of a body that was not read would be taken for the next request.
fn close_after(response: &mut Response) {
    response.headers_mut().insert(header::CONNECTION, HeaderValue::from_static("close"));
}

/// HTTP 200, whatever the answer is: Payme and Click take any other status for a broken merchant.
fn json(note: &mut Note<'_>, body: String) -> Response {
    answer_with(note, StatusCode::OK, body)
}

fn answer_with(note: &mut Note<'_>, status: StatusCode, body: String) -> Response {
    let body = Bytes::from(body);
    note.answered(status, body.clone());
    answered(status, Body::from(body))
}

fn answered(status: StatusCode, body: Body) -> Response {
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static("application/json; charset=UTF-8")),
        (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
        (header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
    ];
    (status, headers, body).into_response()
}
