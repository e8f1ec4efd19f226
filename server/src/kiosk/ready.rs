//! `GET /api/booth/ready`: whether the booth can sell now, and how many prints it can make: nobody has closed it by hand, and
//! there is a printer that prints, a wallet to pay with, and room for the pictures. No money is asked while that is not so.

use super::orders::Shared;
use super::tether;
use crate::access::Asker;
use crate::api::{health, session};
use crate::app::App;
use crate::condition::disk;
use crate::config::{PayTime, PhotoSource};
use crate::error::Problem;
use crate::limits::{BOOTH_READY_PERIOD, PICTURES_ROOM};
use crate::net::{Kind, Visitor};
use crate::printer::trouble::Hindrance;
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use serde_json::{Value, json};
use std::sync::Arc;

/// Why the booth is closed that somebody closed by hand.
pub(crate) const BY_HAND: &str = "hand";

/// Why the booth is closed whose owner offers no wallet.
pub(crate) const NO_WALLET: &str = "wallet";

/// Why it is closed while the camera cannot be used that the server has take the pictures.
pub(crate) const NO_CAMERA: &str = "camera";

/// Why it is closed while there is no room for pictures.
pub(crate) const NO_ROOM: &str = "room";

/// Why it is closed while pictures cannot be worked on: a disk hangs.
pub(crate) const NO_PICTURES: &str = "pictures";

/// Why it is closed while the database cannot be written to.
const NO_DATABASE: &str = "server";

/// Answers; `closed` says in a word why not.
pub(crate) async fn handle(State(app): Shared, visitor: Visitor, asker: Asker) -> Result<Json<Value>, Problem> {
    asker.count(&app, &visitor, Kind::Status)?;
    let ready = match must_be(&app).await {
        // An order that could not be kept is refused where it is made; the page asks before its customer has begun.
        Ok(()) => may_begin(&app).await,
        closed => closed,
    };
    Ok(Json(match (ready, copies_left(&app)) {
        (Ok(()), Some(left)) => json!({ "ready": true, "left": left }),
        (Ok(()), None) => json!({ "ready": true }),
        (Err(closed), _) => json!({ "ready": false, "closed": closed.closed() }),
    }))
}

/// Refuses whom nothing could be kept of: no order, or no photo session.
async fn may_begin(app: &Arc<App>) -> Result<(), Problem> {
    health::database(app, BOOTH_READY_PERIOD).await.map_err(|problem| problem.with_closed(NO_DATABASE))?;
    if app.settings.photos.source != PhotoSource::Boothpay {
        return Ok(());
    }
    match session::are_too_many(app).await {
        Ok(false) => Ok(()),
        Ok(true) => {
            let detail = "too many photo sessions are open, so no other begins; they end by themselves";
            Err(Problem::new(StatusCode::SERVICE_UNAVAILABLE, detail).with_closed(NO_ROOM))
        }
        Err(error) => Err(Problem::from(error).with_closed(NO_DATABASE)),
    }
}

/// Refuses to sell what cannot be printed, or paid, or kept.
pub(crate) async fn must_be(app: &App) -> Result<(), Problem> {
    must_be_open(app)?;
    if app.settings.offered().is_empty() {
        let detail = "no wallet is offered, so nothing is sold; connect one in the owner's panel, under Wallets";
        return Err(Problem::new(StatusCode::SERVICE_UNAVAILABLE, detail).with_closed(NO_WALLET));
    }
    match hindrance(app) {
        None => {
            pictures_must_be_made(app)?;
            tether::must_be_there(app).await?;
            pictures_must_have_room(app).await
        }
        Some(Hindrance { kind, why, .. }) => {
            let detail = format!("the printer cannot print now, so nothing is sold: {why}");
            Err(Problem::new(StatusCode::SERVICE_UNAVAILABLE, detail).with_closed(kind.word()))
        }
    }
}

/// Refuses to sell where somebody has closed the booth by hand.
pub(crate) fn must_be_open(app: &App) -> Result<(), Problem> {
    match app.closing.closed() {
        Some(_) => {
            let detail = "the booth is closed by hand, so nothing is sold; it is opened again in the owner's panel";
            Err(Problem::new(StatusCode::SERVICE_UNAVAILABLE, detail).with_closed(BY_HAND))
        }
        None => Ok(()),
    }
}

/// Refuses to sell pictures that could not be composed.
fn pictures_must_be_made(app: &App) -> Result<(), Problem> {
    if app.settings.photos.source != PhotoSource::Boothpay || !app.photos.hang() {
        return Ok(());
    }
    let detail = "no pictures can be made, so none are sold: layouts.folder does not answer, or the work on a picture does not end; \
                  look whether the folder's disk, or the network drive, is there";
    Err(Problem::new(StatusCode::SERVICE_UNAVAILABLE, detail).with_closed(NO_PICTURES))
}

/// Refuses to sell pictures for which there would be no room: on the disk, and, where they are taken after the payment, among the photos.
/// The print itself, and shots that are there before the payment, wait for no room among the photos.
async fn pictures_must_have_room(app: &App) -> Result<(), Problem> {
    if app.settings.photos.source != PhotoSource::Boothpay {
        return Ok(());
    }
    let why = match disk::of_photos(&app.settings).await {
        None => "photos.folder does not answer; look whether its disk, or the network drive, is there".to_owned(),
        Some(disk) if disk.free.is_some_and(|free| free < PICTURES_ROOM) => {
            format!("the disk of photos.folder is full: less than {} MB are free", PICTURES_ROOM / 1_000_000)
        }
        Some(_) if app.settings.photos.pay != PayTime::First => return Ok(()),
        Some(_) => match app.photos.files.has_room(PICTURES_ROOM).await {
            Ok(true) => return Ok(()),
            Ok(false) => "the photos take nearly all the room they may (photos.disk_mb)".to_owned(),
            Err(error) => format!("photos.folder cannot be looked at: {error}"),
        },
    };
    let detail = format!("there is no room for pictures now, so none are sold: {why}");
    Err(Problem::new(StatusCode::SERVICE_UNAVAILABLE, detail).with_closed(NO_ROOM))
}

/// For how many copies there is paper, where the printer says it.
pub(super) fn copies_left(app: &App) -> Option<u32> {
    app.printer.as_ref()?.left(app.clock.now())?.copies()
}

fn hindrance(app: &App) -> Option<Hindrance> {
    app.printer.as_ref()?.hindrance(app.clock.now())
}
