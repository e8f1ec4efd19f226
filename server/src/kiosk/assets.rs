//! `GET /assets/…`: the page's scripts, styles, drawings and letters, built into the program.

use crate::error::Problem;
use axum::extract::Path;
use axum::extract::rejection::PathRejection;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use rust_embed::{EmbeddedFile, RustEmbed};
use std::hash::Hasher;

#[derive(RustEmbed)]
#[folder = "assets/"]
struct Assets;

/// Answers with a file. A browser keeps it and asks whether it is still the same.
pub(crate) async fn handle(path: Result<Path<String>, PathRejection>, headers: HeaderMap) -> Result<Response, Problem> {
    let Path(path) = path.map_err(|_| Problem::bad_request("the address is not readable text"))?;
    let file = Assets::get(&path).ok_or_else(|| Problem::not_found("there is no such file"))?;
    let tag = tag(&file);
    let fresh = headers.get(header::IF_NONE_MATCH).is_some_and(|known| known.as_bytes() == tag.as_bytes());
    let tag = HeaderValue::from_str(&tag).map_err(|_| Problem::not_found("there is no such file"))?;
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static(content_type(&path))),
        (header::CACHE_CONTROL, HeaderValue::from_static("no-cache")),
        (header::ETAG, tag),
    ];
    if fresh {
        return Ok((StatusCode::NOT_MODIFIED, headers).into_response());
    }
    Ok((headers, file.data).into_response())
}

/// Adds what every file holds, so that a program with other files is told apart.
pub(super) fn digest(into: &mut impl Hasher) {
    for path in Assets::iter() {
        into.write(path.as_bytes());
        if let Some(file) = Assets::get(&path) {
            into.write(&file.metadata.sha256_hash());
        }
    }
}

fn tag(file: &EmbeddedFile) -> String {
    let hash: String = file.metadata.sha256_hash().iter().take(16).map(|byte| format!("{byte:02x}")).collect();
    format!("\"{hash}\"")
}

fn content_type(path: &str) -> &'static str {
    match path.rsplit('.').next() {
        Some("css") => "text/css; charset=utf-8",
        Some("js") => "text/javascript; charset=utf-8",
        Some("svg") => "image/svg+xml",
        Some("png") => "image/png",
        Some("webp") => "image/webp",
        Some("woff2") => "font/woff2",
        Some("txt") => "text/plain; charset=utf-8",
        Some(_) | None => "application/octet-stream",
    }
}
