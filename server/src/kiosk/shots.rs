//! The booth's own pictures: the layouts to choose from, a session for the shots, and the print as it will be.
//!
//! Only where the booth itself takes the pictures (`photos.source`). Shots are brought and removed by `/api/session/…`, which
//! answers for these sessions to the booth alone.

use super::orders::{Shared, at_booth};
use super::{ready, sale};
use crate::access::AtBooth;
use crate::api::body;
use crate::api::session::{IdInPath, NoSuccess, living, make, refused};
use crate::app::App;
use crate::config::PhotoSource;
use crate::error::Problem;
use crate::limits::SHOTS_LIFETIME;
use crate::net::{Kind, Visitor};
use crate::photos::sheets::{self, SheetError};
use crate::photos::{Stepped, step};
use crate::qr;
use axum::Json;
use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use boothpay_layouts::{ID_CHARS_MAX, Look, OFFERED_MAX, Template};
use boothpay_protocol::ledger::rows::Needs;
use boothpay_protocol::photos::{Choice, Refusal, Session, SessionKind};
use serde::Deserialize;
use serde_json::{Value, json};

/// Whether this booth takes pictures at all.
pub(super) fn taken_here(app: &App) -> Result<(), Problem> {
    match app.settings.photos.source {
        PhotoSource::Boothpay => Ok(()),
        PhotoSource::OwnProgram | PhotoSource::Receipt => {
            Err(Problem::not_found("this booth's pictures are not taken here: photos.source in the settings"))
        }
    }
}

/// `GET /api/booth/layouts`: what a customer chooses from, read anew each time.
pub(crate) async fn layouts(State(app): Shared, leave: AtBooth, visitor: Visitor) -> Result<Json<Value>, Problem> {
    leave.count_as(&app, &visitor, Kind::Status)?;
    taken_here(&app)?;
    let settings = app.settings.layouts.clone();
    let all = app.photos.layouts(settings.folder.clone()).await.ok_or_else(unread)?;
    let offered = all.templates.iter().filter(|template| !settings.not_offered.contains(&template.id));
    let layouts: Vec<Value> = offered.take(OFFERED_MAX).map(|template| shape(template, &settings.papers)).collect();
    Ok(Json(json!({ "layouts": layouts, "looks": Look::ALL.map(Look::word) })))
}

/// A layout by its id, read anew.
pub(super) async fn template(app: &App, id: String) -> Result<Option<Template>, Problem> {
    app.photos.layout(app.settings.layouts.folder.clone(), id).await.ok_or_else(unread)
}

fn unread() -> Problem {
    Problem::new(StatusCode::SERVICE_UNAVAILABLE, "the folder of the layouts does not answer")
        .with_closed(ready::NO_PICTURES)
}

/// A session's layout; none when its owner has taken it away since.
pub(super) async fn layout_of(app: &App, session: &Session) -> Result<Option<Template>, Problem> {
    match &session.choice {
        Some(choice) => template(app, choice.layout.clone()).await,
        None => Ok(None),
    }
}

/// `width` and `height` are pixels of what the customer holds; the places are shares of it.
pub(super) fn shape(template: &Template, papers: &boothpay_layouts::Papers) -> Value {
    let part = template.part(papers);
    let places = template.places().iter().map(
        |place| json!({ "shot": place.shot, "x": place.x, "y": place.y, "width": place.width, "height": place.height }),
    );
    json!({
        "id": template.id,
        "names": { "uz": template.names.uz, "ru": template.names.ru, "en": template.names.en },
        "width": part.width,
        "height": part.height,
        "twice": template.size.on_a_sheet() > 1,
        "shots": template.shots,
        "places": places.collect::<Vec<_>>(),
    })
}

#[derive(Deserialize)]
struct Chosen {
    layout: String,
    look: Option<String>,
}

impl Chosen {
    fn choice(self) -> Result<Choice, Problem> {
        let look = self.look.unwrap_or_else(|| Look::Colour.word().to_owned());
        if Look::from_word(&look).is_none() {
            return Err(Problem::bad_request("there is no such look"));
        }
        if self.layout.is_empty() || self.layout.len() > ID_CHARS_MAX {
            return Err(Problem::bad_request("there is no such layout"));
        }
        Ok(Choice { layout: self.layout, look, retakes: 0 })
    }
}

/// `POST /api/booth/shots`: a session for a customer's shots. Its id is for the booth's screen, and for the bot.
pub(crate) async fn begin(
    State(app): Shared,
    leave: AtBooth,
    visitor: Visitor,
    headers: HeaderMap,
    request: Body,
) -> Result<(StatusCode, Json<Value>), NoSuccess> {
    leave.count_as(&app, &visitor, Kind::Photo)?;
    taken_here(&app)?;
    body::require_json(&headers)?;
    let bytes = body::read(&app, request).await?;
    let choice = body::parse::<Chosen>(&bytes)?.choice()?;
    let session = make(&app, |id, now| Session {
        choice: Some(choice.clone()),
        ..Session::new(id, SessionKind::Upload, 1, "{}".to_owned(), now, SHOTS_LIFETIME)
    });
    let session = session.await?;
    let link = app.photos.link(&session);
    let code = link.as_deref().and_then(qr::data_uri);
    Ok((StatusCode::CREATED, Json(json!({ "id": session.id.as_str(), "telegram_url": link, "qrCode": code }))))
}

/// `POST /api/booth/shots/{id}/preview`: the print as it will be, and that the customer wants it so.
pub(crate) async fn preview(
    State(app): Shared,
    leave: AtBooth,
    visitor: Visitor,
    IdInPath(id): IdInPath,
    headers: HeaderMap,
    request: Body,
) -> Result<Json<Value>, NoSuccess> {
    leave.count_as(&app, &visitor, Kind::Photo)?;
    taken_here(&app)?;
    body::require_json(&headers)?;
    let bytes = body::read(&app, request).await?;
    let choice = body::parse::<Chosen>(&bytes)?.choice()?;
    let session = living(&app, &id).await?;
    let picture = sheets::preview(&app, &session, &choice).await.map_err(not_composed)?;
    // The customer came back from the ways to pay; or has paid before, and looks at what was taken since.
    let order = match &session.order {
        Some(order) => app.store.rows(Needs::order(order.clone())).await?.order,
        None => None,
    };
    if !at_booth(&app).awaits_shots(order.as_ref()).await? {
        sale::close_order(&app, &session).await?;
    }
    let now = app.clock.now();
    let choose = |now_there: &Session| {
        // An order that was made meanwhile pays for what its customer saw then.
        if now_there.order == session.order { now_there.choose(choice.clone(), now) } else { Err(Refusal::Changed) }
    };
    match step(&app, &id, None, |session| Ok((choose(session)?, ()))).await? {
        Stepped::Taken(..) => {}
        Stepped::Refused(_, refusal) => return Err(refused(refusal).into()),
        Stepped::Unknown | Stepped::HandledBefore => return Err(Problem::not_found("there is no such session").into()),
    }
    let picture = format!("data:image/jpeg;base64,{}", BASE64_STANDARD.encode(picture));
    Ok(Json(json!({ "picture": picture })))
}

/// Why a print cannot be made, for the page; the log has what the owner can do.
pub(super) fn not_composed(error: SheetError) -> Problem {
    match error {
        SheetError::Over | SheetError::Gone => Problem::new(StatusCode::GONE, error.to_string()),
        SheetError::Compose(_) => Problem::conflict(error.to_string()),
        SheetError::Store(error) => error.into(),
        SheetError::NoLayout(_)
        | SheetError::NoFolder
        | SheetError::Files(_)
        | SheetError::BrokeOff
        | SheetError::Add(_) => {
            tracing::error!(%error, "a print could not be composed");
            let status =
                if error.is_full() { StatusCode::INSUFFICIENT_STORAGE } else { StatusCode::SERVICE_UNAVAILABLE };
            Problem::new(status, error.to_string())
        }
    }
}
