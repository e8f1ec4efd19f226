//! The page's stylesheet, script, and icon, embedded in the binary.

use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};

pub(super) async fn css() -> Response {
    asset("text/css; charset=utf-8", include_str!("assets/standin.css"))
}

pub(super) async fn js() -> Response {
    asset("text/javascript; charset=utf-8", include_str!("assets/standin.js"))
}

pub(super) async fn icon() -> Response {
    asset("image/svg+xml", include_str!("assets/icon.svg"))
}

/// The browser asks again each time: a restarted program may bring other files.
fn asset(content_type: &'static str, body: &'static str) -> Response {
    ([(CONTENT_TYPE, content_type), (CACHE_CONTROL, "no-cache")], body).into_response()
}
