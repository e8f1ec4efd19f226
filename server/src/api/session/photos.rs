//! A session's photos: brought by the page, listed for it, shown one by one; and the finished picture.

use super::super::{Shared, body};
use super::{Key, NoSuccess, alive, refused, shape, taken, unknown};
use crate::app::App;
use crate::error::Problem;
use crate::limits::{PICTURE_BODY_BYTES_MAX, PICTURE_BODY_RETRY};
use crate::net::Visitor;
use crate::photos::files::KeepError;
use crate::photos::pictures::{Form, PictureError, inspect, prepare};
use crate::photos::{AddError, Origin, Room, add, remove, step};
use axum::Json;
use axum::body::{Body, Bytes};
use axum::extract::{Path, RawQuery, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use boothpay_protocol::photos::{Photo, PhotoKind, Refusal, Session, SessionId};
use serde_json::value::RawValue;
use serde_json::{Value, json};
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::io::{self, ErrorKind};
use std::sync::Arc;

/// How a picture begins in a text.
const DATA_PICTURE: &str = "data:image/";

/// Takes a photo that the page brings.
pub(crate) async fn bring(
    State(app): Shared,
    visitor: Visitor,
    key: Key,
    headers: HeaderMap,
    request: Body,
) -> Result<(StatusCode, Json<Value>), NoSuccess> {
    let brought = read(&app, &visitor, &key, &headers, request).await?;
    let kind = match brought.text("photo_type")?.as_deref() {
        None => PhotoKind::Uploaded,
        Some(word) => PhotoKind::from_word(word)
            .ok_or_else(|| Problem::bad_request("photo_type is \"uploaded\" or \"result\""))?,
    };
    let answer = keep(&app, &key.id, brought, kind).await?;
    Ok((StatusCode::CREATED, Json(answer)))
}

/// Takes the finished picture. The last one counts; a customer of the session's gets it at once.
pub(crate) async fn finish(
    State(app): Shared,
    visitor: Visitor,
    key: Key,
    headers: HeaderMap,
    request: Body,
) -> Result<(StatusCode, Json<Value>), NoSuccess> {
    let brought = read(&app, &visitor, &key, &headers, request).await?;
    let answer = keep(&app, &key.id, brought, PhotoKind::Result).await?;
    Ok((StatusCode::CREATED, Json(answer)))
}

/// What a page sent.
struct Brought {
    bytes: Bytes,
    /// What it takes in memory, until its picture is kept.
    room: Room,
}

impl Brought {
    fn members(&self) -> Result<BTreeMap<Cow<'_, str>, &RawValue>, Problem> {
        body::parse(&self.bytes)
    }

    fn text(&self, name: &str) -> Result<Option<String>, Problem> {
        match self.members()?.get(name) {
            Some(raw) if raw.get() != "null" => body::text(Some(raw), name).map(Some),
            Some(_) | None => Ok(None),
        }
    }

    fn number(&self, name: &str) -> Result<Option<u32>, Problem> {
        match self.members()?.get(name) {
            Some(raw) if raw.get() != "null" => body::whole(raw)
                .map(Some)
                .ok_or_else(|| Problem::bad_request(format!("{name} must be a whole number, zero or more"))),
            Some(_) | None => Ok(None),
        }
    }

    /// The picture: `photo_data`, or whatever member holds one.
    fn picture(&self) -> Result<Vec<u8>, Problem> {
        let members = self.members()?;
        let named = members.get("photo_data").filter(|raw| raw.get() != "null").copied();
        let holds_one = |raw: &&&RawValue| raw.get().trim_start_matches('"').starts_with(DATA_PICTURE);
        let raw = named.or_else(|| members.values().find(holds_one).copied());
        let raw = raw.ok_or_else(|| Problem::bad_request("photo_data is missing: data:image/jpeg;base64,..."))?;
        let text: Cow<'_, str> =
            serde_json::from_str(raw.get()).map_err(|_| Problem::bad_request("photo_data must be a string"))?;
        let encoded = match text.split_once(',') {
            Some((head, rest)) if head.starts_with("data:") && head.ends_with(";base64") => rest,
            Some(_) => return Err(Problem::bad_request("photo_data begins with data:image/jpeg;base64,")),
            None => &text,
        };
        BASE64_STANDARD.decode(encoded.trim()).map_err(|_| Problem::bad_request("photo_data is not base64"))
    }
}

/// Reads a body that brings a picture; of a session that lives, so that nobody else fills the memory.
async fn read(
    app: &Arc<App>,
    visitor: &Visitor,
    key: &Key,
    headers: &HeaderMap,
    request: Body,
) -> Result<Brought, Problem> {
    let session = key.counted(app, visitor).await?;
    body::require_json(headers)?;
    alive(app, session)?;
    let busy = |detail| Problem::busy(detail, PICTURE_BODY_RETRY);
    let turn = app.photos.bodies.turn(&key.id, app.settings.limits.body).await;
    let _turn = turn.ok_or_else(|| busy("another picture of this session is still coming; try again"))?;
    let mut room = app.photos.bodies.room(key.at_booth);
    let no_room = || busy("too many pictures are coming just now; try again in some seconds");
    let count = |bytes| if room.take(bytes) { Ok(()) } else { Err(no_room()) };
    let bytes = body::read_counted(app, request, PICTURE_BODY_BYTES_MAX, count).await?;
    Ok(Brought { bytes, room })
}

async fn keep(app: &Arc<App>, id: &SessionId, brought: Brought, kind: PhotoKind) -> Result<Value, Problem> {
    let order_index = brought.number("order_index")?;
    let telegram_file_id = brought.text("telegram_file_id")?.map(|id| id.chars().take(256).collect());
    let work = move || {
        let bytes = brought.picture()?;
        // The text of it is not needed while it is decoded; its room is then the picture's.
        Ok::<_, Problem>((bytes, brought.room))
    };
    let decoded = tokio::task::spawn_blocking(work).await;
    let (bytes, _room) = decoded.map_err(|_| Problem::bad_request("photo_data cannot be read"))??;
    let picture = app.photos.work(move || match kind {
        PhotoKind::Uploaded => prepare(&bytes),
        PhotoKind::Result | PhotoKind::Sheet => inspect(bytes),
    });
    let picture = picture.await.map_err(not_taken)?;
    let origin = Origin { kind, order_index, telegram_file_id, handles: None };
    let stepped = add(app, id, picture, origin).await.map_err(not_kept)?;
    let (session, ()) = taken(stepped)?;
    let newest = session.photos.iter().max_by_key(|photo| photo.number).ok_or_else(unknown)?;
    Ok(json!({
        "success": true,
        "session_id": session.id.as_str(),
        "photo": shape::photo(&session, newest, None),
        "photos_count": session.photos.len(),
    }))
}

fn not_taken(error: PictureError) -> Problem {
    let status = match error {
        PictureError::TooHeavy | PictureError::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
        PictureError::NoPicture | PictureError::UnreadableHeif => StatusCode::UNSUPPORTED_MEDIA_TYPE,
        PictureError::Damaged => StatusCode::BAD_REQUEST,
    };
    Problem::new(status, error.to_string())
}

pub(crate) fn not_kept(error: AddError) -> Problem {
    match error {
        AddError::Store(error) => error.into(),
        AddError::Keep(error @ KeepError::Full) => {
            tracing::warn!("a photo was refused: {error}");
            Problem::new(StatusCode::INSUFFICIENT_STORAGE, error.to_string())
        }
        AddError::Keep(KeepError::Disk(error)) => {
            tracing::error!(%error, "a photo could not be written into photos.folder");
            Problem::new(StatusCode::INSUFFICIENT_STORAGE, "the photo could not be written; the server's log says why")
        }
    }
}

/// The photos of a session, with their bytes. `type` chooses a kind; `data=none` leaves the bytes to their own addresses.
pub(crate) async fn list(
    State(app): Shared,
    visitor: Visitor,
    key: Key,
    RawQuery(query): RawQuery,
) -> Result<Json<Value>, NoSuccess> {
    key.count(&app, &visitor)?;
    let query = query.unwrap_or_default();
    let asked = |name: &str| query.split('&').find_map(|pair| pair.strip_prefix(name)?.strip_prefix('='));
    let kind = match asked("type") {
        None | Some("" | "all") => None,
        Some(word) => {
            Some(PhotoKind::from_word(word).ok_or_else(|| Problem::bad_request("type is \"uploaded\" or \"result\""))?)
        }
    };
    let session = key.living(&app).await?;
    let chosen = match kind {
        Some(kind) => session.of_kind(kind),
        None => [session.uploaded(), session.result().into_iter().collect()].concat(),
    };
    let photos = shapes(&app, &session, &chosen, asked("data") != Some("none")).await?;
    Ok(Json(json!({ "success": true, "session_id": session.id.as_str(), "photos": photos })))
}

async fn shapes(app: &App, session: &Session, photos: &[&Photo], with_data: bool) -> Result<Vec<Value>, Problem> {
    if !with_data {
        return Ok(photos.iter().map(|photo| shape::photo(session, photo, None)).collect());
    }
    let _place = app.photos.answers.acquire().await.map_err(|_| unknown())?;
    let mut shapes = Vec::with_capacity(photos.len());
    for photo in photos {
        // One that was changed or removed just now is not listed any more.
        match app.photos.files.read(&photo.file).await {
            Ok(bytes) => shapes.push(shape::photo(session, photo, Some(&bytes))),
            Err(error) if error.kind() == ErrorKind::NotFound => {}
            Err(error) => return Err(unread(&error)),
        }
    }
    Ok(shapes)
}

/// The finished picture.
pub(crate) async fn result(State(app): Shared, visitor: Visitor, key: Key) -> Result<Json<Value>, NoSuccess> {
    key.count(&app, &visitor)?;
    let session = key.living(&app).await?;
    let picture = session.result().ok_or_else(|| Problem::not_found("the session has no finished picture yet"))?;
    let shape = shapes(&app, &session, &[picture], true).await?.pop().ok_or_else(|| refused(Refusal::NoSuchPhoto))?;
    Ok(Json(json!({ "success": true, "session_id": session.id.as_str(), "photo": shape })))
}

/// One picture as a file.
pub(crate) async fn one(
    State(app): Shared,
    visitor: Visitor,
    key: Key,
    Path((_, number)): Path<(String, String)>,
) -> Result<Response, NoSuccess> {
    key.count(&app, &visitor)?;
    let session = key.living(&app).await?;
    let photo = number.parse().ok().and_then(|number| session.photo(number));
    // A print that nobody has paid for is shown by nobody but the booth.
    let photo = photo.filter(|photo| photo.kind != PhotoKind::Sheet);
    let photo = photo.ok_or_else(|| refused(Refusal::NoSuchPhoto))?;
    let bytes = app.photos.files.read(&photo.file).await.map_err(|error| unread(&error))?;
    let kind = HeaderValue::from_static(Form::of_file(photo.file.as_str()).media_type());
    Ok(([(header::CONTENT_TYPE, kind)], bytes).into_response())
}

/// What is said of a file that is gone, or cannot be read now.
pub(crate) fn unread(error: &io::Error) -> Problem {
    if error.kind() == ErrorKind::NotFound {
        return refused(Refusal::NoSuchPhoto);
    }
    tracing::error!(%error, "a picture cannot be read now");
    Problem::new(StatusCode::SERVICE_UNAVAILABLE, "the picture cannot be read now; try again")
}

/// Removes a photo of the customer's.
pub(crate) async fn take_away(
    State(app): Shared,
    visitor: Visitor,
    key: Key,
    Path((_, number)): Path<(String, String)>,
) -> Result<Json<Value>, NoSuccess> {
    alive(&app, key.counted(&app, &visitor).await?)?;
    let number: u32 = number.parse().map_err(|_| refused(Refusal::NoSuchPhoto))?;
    let (session, file) = taken(step(&app, &key.id, None, |session| session.remove(number, app.clock.now())).await?)?;
    remove(&app, &file).await;
    Ok(Json(json!({ "success": true, "photos_count": session.photos.len() })))
}
