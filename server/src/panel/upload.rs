//! A form with files. Who sends it is known before they are taken in, so strangers cannot fill the memory; and one such form is taken in
//! at a time.

use super::form::{Fields, Form, is_ours};
use super::frame::{Section, Stop};
use super::layouts;
use super::seat::{Guest, Seat};
use crate::api::body;
use crate::app::App;
use crate::limits::UPLOAD_BYTES_MAX;
use axum::body::Bytes;
use axum::extract::{FromRequest, FromRequestParts, Request};
use axum::http::{HeaderMap, StatusCode, header};
use std::collections::HashMap;
use std::sync::Arc;
use tokio::sync::{Semaphore, SemaphorePermit};

/// Parts of a form, its fields and files. Ours have less than thirty.
const PARTS_MAX: usize = 64;

/// Bytes of a field that is no file.
const FIELD_BYTES_MAX: usize = 4096;

/// Files that are in memory at a time.
static PLACES: Semaphore = Semaphore::const_new(1);

/// A file of a form.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Uploaded {
    /// What the browser calls it.
    pub(super) name: String,
    /// What is in it.
    pub(super) bytes: Bytes,
}

/// A form with files, which the owner sent.
pub(super) struct Upload {
    pub(super) form: Form,
    /// Its files. A browser sends an empty one without a name where none was chosen.
    pub(super) files: Vec<Uploaded>,
    /// As long as this is there, no other form is taken in.
    pub(super) place: SemaphorePermit<'static>,
}

impl FromRequest<Arc<App>> for Upload {
    type Rejection = Stop;

    async fn from_request(request: Request, app: &Arc<App>) -> Result<Self, Stop> {
        let (mut parts, body) = request.into_parts();
        let guest = Guest::of(&parts, app);
        if !is_ours(app, &parts.headers) {
            return Err(guest.frame(app).stop(StatusCode::FORBIDDEN, "stop.form"));
        }
        let seat = Seat::from_request_parts(&mut parts, app).await?;
        let (section, not_whole) = match parts.uri.path() {
            layouts::ADDRESS => (Section::Settings, "layouts.not_whole"),
            _ => (Section::Books, "books.not_whole"),
        };
        let stop = |status, why| seat.frame(app, section).stop(status, why);
        if !seat.is_owner() {
            return Err(stop(StatusCode::FORBIDDEN, "stop.owner"));
        }
        let place = PLACES.acquire().await.map_err(|_| Stop::status(StatusCode::SERVICE_UNAVAILABLE))?;
        let bytes = body::read_up_to(app, body, UPLOAD_BYTES_MAX)
            .await
            .map_err(|_| stop(StatusCode::PAYLOAD_TOO_LARGE, not_whole))?;
        let form = boundary(&parts.headers).and_then(|boundary| read(&bytes, &boundary));
        let Some(Multipart { fields, files }) = form else {
            return Err(stop(StatusCode::BAD_REQUEST, "stop.form"));
        };
        let fields = Fields::of(fields);
        if !seat.csrf_fits(fields.get("csrf")) {
            return Err(stop(StatusCode::FORBIDDEN, "stop.form"));
        }
        Ok(Self { form: Form { seat, fields, parts }, files, place })
    }
}

/// What stands between the parts of a form, by its head.
fn boundary(headers: &HeaderMap) -> Option<String> {
    let kind = headers.get(header::CONTENT_TYPE)?.to_str().ok()?;
    let (essence, rest) = kind.split_once(';')?;
    if !essence.trim().eq_ignore_ascii_case("multipart/form-data") {
        return None;
    }
    let (_, boundary) =
        rest.split(';').filter_map(|it| it.trim().split_once('=')).find(|(name, _)| *name == "boundary")?;
    let boundary = boundary.trim_matches('"');
    // RFC 2046, 5.1.1: 1 to 70 characters.
    ((1..=70).contains(&boundary.len())).then(|| boundary.to_owned())
}

#[derive(Debug, Default, PartialEq, Eq)]
struct Multipart {
    fields: HashMap<String, String>,
    files: Vec<Uploaded>,
}

/// Reads a form (RFC 7578) as browsers send it; none when it is not whole. A field that comes twice counts as it came first.
fn read(bytes: &Bytes, boundary: &str) -> Option<Multipart> {
    let opening = format!("--{boundary}");
    let between = format!("\r\n--{boundary}");
    let mut form = Multipart::default();
    let mut at = find(bytes, opening.as_bytes(), 0)?.checked_add(opening.len())?;
    for _ in 0..PARTS_MAX {
        let rest = bytes.get(at..)?;
        if rest.starts_with(b"--") {
            return Some(form);
        }
        let head = at.checked_add(2).filter(|_| rest.starts_with(b"\r\n"))?;
        let end_of_head = find(bytes, b"\r\n\r\n", at)?;
        let (name, file_name) = disposition(std::str::from_utf8(bytes.get(head..end_of_head)?).ok()?)?;
        let begin = end_of_head.checked_add(4)?;
        let end = find(bytes, between.as_bytes(), begin)?;
        match file_name {
            Some(name) => form.files.push(Uploaded { name, bytes: bytes.slice(begin..end) }),
            None => {
                let value = bytes.get(begin..end).filter(|value| value.len() <= FIELD_BYTES_MAX)?;
                let value = std::str::from_utf8(value).ok()?;
                form.fields.entry(name).or_insert_with(|| value.to_owned());
            }
        }
        at = end.checked_add(between.len())?;
    }
    None
}

fn find(bytes: &[u8], wanted: &[u8], from: usize) -> Option<usize> {
    let found = bytes.get(from..)?.windows(wanted.len()).position(|window| window == wanted)?;
    from.checked_add(found)
}

/// The name of a part, and that of its file if it is one. Browsers write a quote in a name as `%22`.
fn disposition(head: &str) -> Option<(String, Option<String>)> {
    let line = head.split("\r\n").find(|line| line.to_ascii_lowercase().starts_with("content-disposition:"))?;
    let value = |name: &str| {
        let (_, rest) = line.split_once(&format!("; {name}=\""))?;
        rest.split_once('"').map(|(value, _)| value.replace("%22", "\""))
    };
    Some((value("name")?, value("filename")))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn form(parts: &[&str], end: &str) -> Bytes {
        let parts: String = parts.iter().map(|part| format!("--X-1\r\n{part}\r\n")).collect();
        Bytes::from(format!("{parts}{end}"))
    }

    const FIELD: &str = "Content-Disposition: form-data; name=\"csrf\"\r\n\r\nabc";
    const FILE: &str = "Content-Disposition: form-data; name=\"file\"; filename=\"a %22b%22.csv\"\r\nContent-Type: text/csv\r\n\r\nid;sum\r\n--X\r\n1;2";

    #[test]
    fn fields_and_the_file_are_read_as_browsers_send_them() {
        let read = read(&form(&[FIELD, FILE], "--X-1--\r\n"), "X-1").unwrap();
        assert_eq!(read.fields, HashMap::from([("csrf".to_owned(), "abc".to_owned())]));
        let file = Uploaded { name: "a \"b\".csv".to_owned(), bytes: Bytes::from("id;sum\r\n--X\r\n1;2") };
        assert_eq!(read.files, [file]);
    }

    #[test]
    fn what_is_not_whole_is_no_form() {
        let long = format!("Content-Disposition: form-data; name=\"csrf\"\r\n\r\n{}", "x".repeat(5000));
        for bad in [
            form(&[FIELD], ""),
            form(&[FIELD], "--X-1"),
            form(&["no head"], "--X-1--"),
            form(&["Content-Disposition: form-data\r\n\r\nx"], "--X-1--"),
            form(&[&long], "--X-1--"),
            form(&[FIELD; 70], "--X-1--"),
            Bytes::new(),
        ] {
            assert_eq!(read(&bad, "X-1"), None, "{bad:?}");
        }
    }

    #[test]
    fn the_boundary_stands_in_the_head() {
        let of = |kind: &str| {
            let mut headers = HeaderMap::new();
            headers.insert(header::CONTENT_TYPE, kind.parse().unwrap());
            boundary(&headers)
        };
        assert_eq!(of("multipart/form-data; boundary=----WebKit7").as_deref(), Some("----WebKit7"));
        assert_eq!(of("Multipart/Form-Data; charset=utf-8; boundary=\"a b\"").as_deref(), Some("a b"));
        for bad in ["multipart/form-data", "multipart/form-data; boundary=", "text/plain; boundary=a"] {
            assert_eq!(of(bad), None, "{bad}");
        }
    }
}
