//! Shots with a camera that does not hang on the browser (`[camera]`): whether it is there for this customer, and one shot.

use super::orders::Shared;
use super::ready::NO_CAMERA;
use super::shots::taken_here;
use crate::access::AtBooth;
use crate::api::body;
use crate::api::session::photos::not_kept;
use crate::api::session::{IdInPath, NoSuccess, living, taken};
use crate::app::App;
use crate::error::Problem;
use crate::limits::CAMERA_CUSTOMER_CHARS_MAX;
use crate::net::{Kind, Visitor};
use crate::photos::{Origin, add};
use crate::tether::{ShotError, Tether};
use axum::Json;
use axum::body::Body;
use axum::extract::{Query, State};
use axum::http::{HeaderMap, StatusCode};
use boothpay_protocol::photos::{PhotoKind, SessionId};
use serde::Deserialize;
use serde_json::{Value, json};
use std::time::Instant;

/// Refuses to sell pictures while the camera cannot be used that would take them.
pub(super) async fn must_be_there(app: &App) -> Result<(), Problem> {
    let Some(tether) = &app.tether else { return Ok(()) };
    match tether.absence().await {
        None => Ok(()),
        Some(why) => Err(Problem::new(StatusCode::SERVICE_UNAVAILABLE, why.to_string()).with_closed(NO_CAMERA)),
    }
}

fn tether(app: &App) -> Result<&Tether, Problem> {
    taken_here(app)?;
    app.tether.as_ref().ok_or_else(|| Problem::not_found("the browser's camera takes the pictures here"))
}

/// Who stands before the camera, as the page names him: one customer may have several photo sessions, because he takes his pictures anew.
#[derive(Deserialize)]
pub(crate) struct Customer {
    customer: String,
}

impl Customer {
    fn name(self) -> Result<String, Problem> {
        let fits = (1..=CAMERA_CUSTOMER_CHARS_MAX).contains(&self.customer.chars().count());
        let wrong =
            || Problem::bad_request(format!("customer is a text of 1 to {CAMERA_CUSTOMER_CHARS_MAX} characters"));
        fits.then_some(self.customer).ok_or_else(wrong)
    }
}

/// `GET /api/booth/shots/{id}/camera`: whether the camera is there, and free: nothing of an earlier customer's may still come.
pub(crate) async fn look(
    State(app): Shared,
    leave: AtBooth,
    visitor: Visitor,
    IdInPath(id): IdInPath,
    Query(customer): Query<Customer>,
) -> Result<Json<Value>, NoSuccess> {
    leave.count_as(&app, &visitor, Kind::Status)?;
    let tether = tether(&app)?;
    living(&app, &id).await?;
    let is_free = tether.is_free_for(&customer.name()?, Instant::now());
    Ok(Json(json!({ "there": tether.absence().await.is_none(), "free": is_free })))
}

#[derive(Deserialize)]
struct Shot {
    /// Its place among the shots, from 0.
    order_index: u32,
    #[serde(flatten)]
    customer: Customer,
}

/// `POST /api/booth/shots/{id}/camera`: takes a shot and keeps it. The answer comes when its picture is there, or does not come in time.
pub(crate) async fn take(
    State(app): Shared,
    leave: AtBooth,
    visitor: Visitor,
    IdInPath(id): IdInPath,
    headers: HeaderMap,
    request: Body,
) -> Result<(StatusCode, Json<Value>), NoSuccess> {
    leave.count_as(&app, &visitor, Kind::Photo)?;
    tether(&app)?;
    body::require_json(&headers)?;
    let bytes = body::read(&app, request).await?;
    let Shot { order_index, customer } = body::parse(&bytes)?;
    let customer = customer.name()?;
    living(&app, &id).await?;
    // A page that is closed meanwhile does not end it in the middle: what the camera still brings has to be waited for.
    let working = tokio::spawn(async move { take_and_keep(&app, &id, order_index, &customer).await });
    let number = working.await.map_err(|_| not_taken(&ShotError::BrokeOff))??;
    Ok((StatusCode::CREATED, Json(json!({ "number": number }))))
}

async fn take_and_keep(app: &App, id: &SessionId, order_index: u32, customer: &str) -> Result<Option<u32>, Problem> {
    let shot = order_index.saturating_add(1);
    let taking = tether(app)?.take(&app.photos, customer, shot);
    let picture = taking.await.map_err(|error| not_taken(&error))?;
    let origin =
        Origin { kind: PhotoKind::Uploaded, order_index: Some(order_index), telegram_file_id: None, handles: None };
    let (session, ()) = taken(add(app, id, picture, origin).await.map_err(not_kept)?)?;
    Ok(session.photos.iter().map(|photo| photo.number).max())
}

/// The page says that the camera brought no picture, or is not there; the log has the reason.
fn not_taken(error: &ShotError) -> Problem {
    let status = match error.cause() {
        ShotError::Late => StatusCode::CONFLICT,
        // A camera that was lost may be back in a moment: this shot can be tried again.
        ShotError::Command(_) | ShotError::Refused(_) | ShotError::Nothing(_) | ShotError::Camera(_) => {
            StatusCode::GATEWAY_TIMEOUT
        }
        ShotError::Folder(_) | ShotError::BrokeOff | ShotError::NotReleased(_) => StatusCode::SERVICE_UNAVAILABLE,
    };
    tracing::warn!(%error, "a shot brought no picture: {error}");
    Problem::new(status, error.to_string())
}
