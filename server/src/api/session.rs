//! `/api/session/...`: the first user's photo sessions, with the session's own id as the only key to one; and `/api/sessions/...`,
//! which are the owner's. The sessions of the booth's own pictures answer here too, but to the booth alone: their ids are in a code on
//! the screen, for the bot.

pub(crate) mod events;
pub(crate) mod owner;
pub(crate) mod photos;
mod shape;

use super::{Shared, body};
use crate::access::{self, MayOffer};
use crate::app::App;
use crate::error::Problem;
use crate::limits::{SESSION_DATA_BYTES_MAX, SESSIONS_MAX};
use crate::net::{self, Kind, Visitor};
use crate::photos::{Stepped, end, step};
use axum::Json;
use axum::body::Body;
use axum::extract::{FromRequestParts, Path, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, StatusCode};
use boothpay_protocol::photos::{Refusal, Session, SessionId, SessionKind, SessionStatus};
use boothpay_protocol::time::TimeMs;
use boothpay_store::StoreError;
use serde::Deserialize;
use serde_json::value::RawValue;
use serde_json::{Value, json};
use std::sync::Arc;

/// Tries to end a session while others change it.
const END_TRIES_MAX: u32 = 8;

/// A refusal of these calls: his page looks at `success`.
pub(crate) struct NoSuccess(Problem);

impl<T: Into<Problem>> From<T> for NoSuccess {
    fn from(problem: T) -> Self {
        Self(problem.into())
    }
}

impl axum::response::IntoResponse for NoSuccess {
    fn into_response(self) -> axum::response::Response {
        self.0.with_success(false).into_response()
    }
}

/// The id in an address. One that cannot be one is of no session.
pub(crate) struct IdInPath(pub(crate) SessionId);

/// The same, and whether the call has the booth's proof.
pub(crate) struct Key {
    id: SessionId,
    at_booth: bool,
}

impl FromRequestParts<Arc<App>> for Key {
    type Rejection = NoSuccess;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Self, NoSuccess> {
        let IdInPath(id) = IdInPath::from_request_parts(parts, app).await?;
        Ok(Self { id, at_booth: access::is_at_booth(app, parts).await? })
    }
}

impl Key {
    /// The session, if it is there and this key opens it.
    async fn session(&self, app: &App) -> Result<Session, Problem> {
        let session = app.store.session(self.id.clone()).await?.ok_or_else(unknown)?;
        if session.status == SessionStatus::Cancelled || (session.choice.is_some() && !self.at_booth) {
            return Err(unknown());
        }
        Ok(session)
    }

    /// The session, if it lives too.
    async fn living(&self, app: &App) -> Result<Session, Problem> {
        self.session(app).await.and_then(|session| alive(app, session))
    }

    /// Counts a question about it.
    fn count(&self, app: &Arc<App>, visitor: &Visitor) -> Result<(), Problem> {
        self.allow(app, Kind::Status, visitor)
    }

    /// The session, for a call that brings something or takes it away; counted as such. An id that nobody has counts as a question: whoever
    /// makes some up takes nothing from those who bring pictures.
    async fn counted(&self, app: &Arc<App>, visitor: &Visitor) -> Result<Session, Problem> {
        let session = self.session(app).await;
        self.allow(app, if session.is_ok() { Kind::Photo } else { Kind::Status }, visitor)?;
        session
    }

    fn allow(&self, app: &Arc<App>, kind: Kind, visitor: &Visitor) -> Result<(), Problem> {
        if self.at_booth { net::allow(app, kind, &visitor.as_screen()) } else { net::allow(app, kind, visitor) }
    }
}

impl FromRequestParts<Arc<App>> for IdInPath {
    type Rejection = NoSuccess;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Self, NoSuccess> {
        let Path(all) = Path::<Vec<(String, String)>>::from_request_parts(parts, app).await.map_err(|_| unknown())?;
        let id = all.into_iter().find(|(name, _)| name == "id").and_then(|(_, text)| SessionId::parse(&text));
        Ok(Self(id.ok_or_else(unknown)?))
    }
}

fn unknown() -> Problem {
    Problem::not_found("there is no such session")
}

fn alive(app: &App, session: Session) -> Result<Session, Problem> {
    if session.is_over(app.clock.now()) { Err(over()) } else { Ok(session) }
}

fn over() -> Problem {
    Problem::new(StatusCode::GONE, "the session is over, and its photos are deleted; make a new one")
}

/// A session that lives, for the booth.
pub(crate) async fn living(app: &App, id: &SessionId) -> Result<Session, Problem> {
    Key { id: id.clone(), at_booth: true }.living(app).await
}

pub(crate) fn refused(refusal: Refusal) -> Problem {
    match refusal {
        Refusal::Over => over(),
        Refusal::SomebodyElses => Problem::conflict("the session belongs to another customer"),
        Refusal::Full => Problem::conflict("the session has all the photos it may have (photos.most in the settings)"),
        Refusal::TooLarge => Problem::new(StatusCode::PAYLOAD_TOO_LARGE, "the session's photos are too large together"),
        Refusal::Completed => Problem::conflict("the session is completed: it takes no more photos"),
        Refusal::NoSuchPhoto => Problem::not_found("the session has no such photo"),
        Refusal::ComposedHere => Problem::conflict("the booth itself makes this session's picture"),
        Refusal::BeingPaidFor => Problem::conflict("an order may still pay for the session; it ends by itself"),
        Refusal::Changed => Problem::conflict("the session was changed just now; try again"),
    }
}

/// What a step came to, for who asked for it.
pub(crate) fn taken<T>(stepped: Stepped<T>) -> Result<(Session, T), Problem> {
    match stepped {
        Stepped::Taken(session, with) => Ok((session, with)),
        Stepped::Refused(_, refusal) => Err(refused(refusal)),
        Stepped::Unknown | Stepped::HandledBefore => Err(unknown()),
    }
}

#[derive(Deserialize)]
struct Asked<'a> {
    #[serde(borrow, rename = "type")]
    kind: Option<&'a RawValue>,
    #[serde(borrow)]
    kiosk_id: Option<&'a RawValue>,
    #[serde(borrow)]
    data: Option<&'a RawValue>,
}

/// Makes a session. Whoever may make orders may make sessions.
pub(crate) async fn create(
    State(app): Shared,
    leave: MayOffer,
    visitor: Visitor,
    headers: HeaderMap,
    request: Body,
) -> Result<(StatusCode, Json<Value>), NoSuccess> {
    leave.count_as(&app, &visitor, Kind::Photo)?;
    body::require_json(&headers)?;
    let bytes = body::read(&app, request).await?;
    let asked: Asked<'_> = body::parse(&bytes)?;
    let kind = match asked.kind {
        None => SessionKind::Upload,
        Some(raw) => SessionKind::from_word(&body::text(Some(raw), "type")?)
            .ok_or_else(|| Problem::bad_request("type is \"upload\" or \"download\""))?,
    };
    let kiosk_id = match asked.kiosk_id.filter(|raw| raw.get() != "null") {
        None => 1,
        Some(raw) => body::whole(raw).ok_or_else(|| Problem::bad_request("kiosk_id must be a whole number"))?,
    };
    let data = data(asked.data)?.unwrap_or_else(|| "{}".to_owned());
    let lifetime = app.settings.photos.lifetime;
    let session = make(&app, |id, now| Session::new(id, kind, kiosk_id, data, now, lifetime)).await?;
    Ok((StatusCode::CREATED, Json(json!({ "success": true, "session": shape::session(&app, &session, true) }))))
}

/// Keeps a new session that nobody has paid for, unless there are too many of them.
pub(crate) async fn make(app: &App, new: impl FnOnce(SessionId, TimeMs) -> Session) -> Result<Session, Problem> {
    if are_too_many(app).await? {
        let detail = format!("there are {SESSIONS_MAX} sessions already; try again when some are over");
        return Err(Problem::new(StatusCode::SERVICE_UNAVAILABLE, detail));
    }
    make_paid(app, new).await
}

/// Whether there are so many sessions that no order pays for that none is made any more.
pub(crate) async fn are_too_many(app: &App) -> Result<bool, StoreError> {
    Ok(app.store.unsold_sessions(app.clock.now()).await? >= SESSIONS_MAX)
}

/// Keeps a new session of an order that is paid, however many there are.
pub(crate) async fn make_paid(app: &App, new: impl FnOnce(SessionId, TimeMs) -> Session) -> Result<Session, Problem> {
    let now = app.clock.now();
    let session = new(new_id()?, now);
    if !app.store.make_session(session.clone()).await? {
        return Err(Problem::new(StatusCode::SERVICE_UNAVAILABLE, "try again"));
    }
    Ok(session)
}

fn new_id() -> Result<SessionId, Problem> {
    let mut random = [0; 16];
    let no_chance = |_| Problem::new(StatusCode::SERVICE_UNAVAILABLE, "this computer gives no random numbers now");
    getrandom::fill(&mut random).map_err(no_chance)?;
    Ok(SessionId::from_random(random))
}

/// What the page keeps with its session: a JSON object of its own.
fn data(raw: Option<&RawValue>) -> Result<Option<String>, Problem> {
    match raw {
        None => Ok(None),
        Some(raw) if raw.get() == "null" => Ok(None),
        Some(raw) if raw.get().len() > SESSION_DATA_BYTES_MAX => {
            Err(Problem::bad_request(format!("data is longer than {SESSION_DATA_BYTES_MAX} bytes")))
        }
        // PostgreSQL keeps no such character.
        Some(raw) if raw.get().starts_with('{') && !raw.get().contains("\\u0000") => Ok(Some(raw.get().to_owned())),
        Some(_) => Err(Problem::bad_request("data must be a JSON object")),
    }
}

/// How a session stands.
pub(crate) async fn show(State(app): Shared, visitor: Visitor, key: Key) -> Result<Json<Value>, NoSuccess> {
    key.count(&app, &visitor)?;
    let session = key.living(&app).await?;
    Ok(Json(json!({ "success": true, "session": shape::session(&app, &session, false) })))
}

#[derive(Deserialize)]
struct Change<'a> {
    #[serde(borrow)]
    status: Option<&'a RawValue>,
    #[serde(borrow)]
    data: Option<&'a RawValue>,
}

/// Changes what a page may change: that it is completed or given up, and what the page keeps with it. Members that only the server
/// sets are passed over: his page sends back the whole session as it got it.
pub(crate) async fn change(
    State(app): Shared,
    visitor: Visitor,
    key: Key,
    headers: HeaderMap,
    request: Body,
) -> Result<Json<Value>, NoSuccess> {
    key.counted(&app, &visitor).await?;
    body::require_json(&headers)?;
    let bytes = body::read(&app, request).await?;
    let change: Change<'_> = body::parse(&bytes)?;
    let data = data(change.data)?;
    let status = match change.status {
        None => None,
        Some(raw) => {
            let word = body::text(Some(raw), "status")?;
            let known = SessionStatus::from_word(if word == "canceled" { "cancelled" } else { &word });
            Some(known.ok_or_else(|| {
                Problem::bad_request("status is one of pending, active, completed, cancelled, expired")
            })?)
        }
    };
    key.living(&app).await?;
    if let Some(over @ (SessionStatus::Cancelled | SessionStatus::Expired)) = status {
        let session = finish(&app, &key.id, over).await?;
        return Ok(Json(json!({ "success": true, "session": shape::session(&app, &session, false) })));
    }
    let now = app.clock.now();
    let take = |session: &Session| {
        let next = match status {
            Some(SessionStatus::Completed) => session.complete(now)?,
            Some(
                SessionStatus::Pending | SessionStatus::Active | SessionStatus::Cancelled | SessionStatus::Expired,
            )
            | None => session.clone(),
        };
        let next = data.clone().map_or(next.clone(), |data| next.keep(data));
        // One writing, however many steps it is of.
        Ok((Session { version: session.version.saturating_add(1), ..next }, ()))
    };
    let (session, ()) = taken(step(&app, &key.id, None, take).await?)?;
    Ok(Json(json!({ "success": true, "session": shape::session(&app, &session, false) })))
}

/// Ends a session with its photos.
pub(crate) async fn delete(State(app): Shared, visitor: Visitor, key: Key) -> Result<Json<Value>, NoSuccess> {
    let session = key.counted(&app, &visitor).await?;
    if !session.status.is_over() {
        finish(&app, &key.id, SessionStatus::Cancelled).await?;
    }
    Ok(Json(json!({ "success": true, "message": "the session and its photos are deleted" })))
}

/// Ends it, whatever others do to it meanwhile, unless an order may still pay for it.
async fn finish(app: &App, id: &SessionId, status: SessionStatus) -> Result<Session, Problem> {
    for _ in 0..END_TRIES_MAX {
        let session = app.store.session(id.clone()).await?.ok_or_else(unknown)?;
        if session.status.is_over() {
            return Ok(session);
        }
        session.give_up(status).map_err(refused)?;
        if end(app, &session, status).await? {
            return Ok(session.end(status));
        }
    }
    Err(Problem::new(StatusCode::SERVICE_UNAVAILABLE, "the session is being changed; try again"))
}
