//! An order that pays for the booth's own pictures: which session it takes, and what its page gets to print and to show.

use super::orders::{at_booth, conflict};
use super::paid_first;
use super::shots::{layout_of, taken_here};
use super::staff;
use crate::api::session::{living, refused};
use crate::app::App;
use crate::config::PhotoSource;
use crate::error::Problem;
use crate::photos::sheets::{self, SheetError};
use crate::photos::{Stepped, remove, step};
use crate::qr;
use axum::http::StatusCode;
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use boothpay_protocol::ledger::order::{Order, OrderId, OrderStatus};
use boothpay_protocol::ledger::rows::Needs;
use boothpay_protocol::photos::{Refusal, Session, SessionId};
use serde::Serialize;

/// What a page gets that prints an order.
#[derive(Default, Serialize)]
pub(crate) struct Prints {
    /// The composed picture, as a data address.
    #[serde(skip_serializing_if = "Option::is_none")]
    picture: Option<String>,
    /// The code by which the customer takes it home, as a data address.
    #[serde(skip_serializing_if = "Option::is_none")]
    download: Option<String>,
}

fn gone() -> Problem {
    Problem::new(StatusCode::GONE, "the pictures of this order are not there any more; take them again")
}

/// The session that an order is to pay for. A booth that takes pictures sells nothing without them.
pub(super) async fn wanted(app: &App, text: Option<&str>) -> Result<Option<Session>, Problem> {
    let takes_pictures = app.settings.photos.source == PhotoSource::Boothpay;
    let text = match text {
        Some(text) => text,
        None if takes_pictures => return Err(gone()),
        None => return Ok(None),
    };
    taken_here(app)?;
    let id = SessionId::parse(text).ok_or_else(gone)?;
    let session = living(app, &id).await.map_err(|problem| if problem.is_not_found() { gone() } else { problem })?;
    let choice = session.choice.clone().ok_or_else(gone)?;
    if paid_first::is_set(app) {
        layout_of(app, &session).await?.ok_or_else(gone)?;
        close_order(app, &session).await?;
        return Ok(Some(session));
    }
    // The print is composed once before anything is sold, so what cannot be printed is not paid for.
    sheets::preview(app, &session, &choice).await.map_err(super::shots::not_composed)?;
    close_order(app, &session).await?;
    Ok(Some(session))
}

/// Closes the order that pays for a session, so that another choice or another order may take its place.
pub(super) async fn close_order(app: &App, session: &Session) -> Result<(), Problem> {
    let Some(before) = &session.order else { return Ok(()) };
    let order = app.store.rows(Needs::order(before.clone())).await?.order;
    let was_open = order.is_some_and(|order| order.status == OrderStatus::Pending);
    at_booth(app).cancel(before.clone()).await?.map_err(|refusal| Problem::conflict(refusal.to_string()))?;
    if was_open { staff::void_code(app, before).await } else { Ok(()) }
}

/// Binds the session to its order: with its shots, or before they are taken.
pub(super) async fn bind(app: &App, session: &Session, order: &OrderId) -> Result<(), Problem> {
    if paid_first::is_set(app) {
        paid_first::reserve(app, session, order).await
    } else {
        sell(app, session, order).await
    }
}

/// Binds it with its shots, if it still is what was composed before.
async fn sell(app: &App, session: &Session, order: &OrderId) -> Result<(), Problem> {
    let now = app.clock.now();
    let until = sheets::kept_until(app, now);
    let sell = |now_there: &Session| {
        if now_there.version == session.version {
            now_there.sell(order.clone(), until, now)
        } else {
            Err(Refusal::Changed)
        }
    };
    match step(app, &session.id, None, sell).await? {
        Stepped::Taken(_, stale) => {
            if let Some(stale) = stale {
                remove(app, &stale).await;
            }
            Ok(())
        }
        Stepped::Refused(_, refusal) => Err(refused(refusal)),
        Stepped::Unknown | Stepped::HandledBefore => Err(gone()),
    }
}

/// What the page prints of a paid order that it has the leave for. Of one without pictures, or whose pictures have ended since, it is the
/// receipt with the order's number.
pub(super) async fn prints(app: &App, order: &Order) -> Result<Prints, Problem> {
    let (session, bytes) = match printed(app, &order.id).await {
        Ok(Some(printed)) => printed,
        Ok(None) | Err(SheetError::Over) => return Ok(Prints::default()),
        Err(error) => return Err(owed(app, order, &error).await),
    };
    let picture = Some(format!("data:image/jpeg;base64,{}", BASE64_STANDARD.encode(bytes)));
    Ok(Prints { picture, download: download(app, &session) })
}

/// Makes sure that there is something to print before anybody gets the leave to it. Where there is not, its customer has a claim.
pub(super) async fn must_be_had(app: &App, order: &Order) -> Result<(), Problem> {
    let here = app.settings.photos.source == PhotoSource::Boothpay && !order.by_api;
    match printed(app, &order.id).await {
        Ok(Some(_)) => Ok(()),
        Ok(None) if here => Err(owed(app, order, &SheetError::Gone).await),
        Ok(None) => Ok(()),
        // Where nobody takes them again the receipt is the claim.
        Err(error) if error.is_gone() && !here => Ok(()),
        Err(error) => Err(owed(app, order, &error).await),
    }
}

async fn printed(app: &App, order: &OrderId) -> Result<Option<(Session, Vec<u8>)>, SheetError> {
    let Some((file, session)) = sheets::print_file(app, order).await? else { return Ok(None) };
    let (path, width, height) = (file.path.display(), file.width, file.height);
    tracing::debug!("order {order} is printed from {path}, {width} x {height} pixels");
    let bytes = sheets::sheet_bytes(app, &session).await?;
    Ok(Some((session, bytes)))
}

/// The print of a paid order cannot be had: its customer has a claim, which the owner sees. Pictures that are gone are taken again, what
/// passes the page asks for again, and what cannot be composed waits for a person.
async fn owed(app: &App, order: &Order, error: &SheetError) -> Problem {
    let id = &order.id;
    tracing::error!(%error, "order {id} is paid, and its print cannot be had now; its customer has a claim to it");
    let (why, said) = if error.is_gone() {
        ("its pictures are gone", Some("the pictures of this order are not there any more; take them again"))
    } else if matches!(error, SheetError::Compose(_)) {
        ("its print cannot be composed", Some("the print of this order cannot be composed"))
    } else {
        ("its print cannot be had", None)
    };
    if let Err(error) = at_booth(app).owe_print(id.clone(), why).await {
        return error.into();
    }
    match said {
        Some(said) => conflict(app, id.clone(), said.to_owned()).await,
        None => Problem::new(StatusCode::SERVICE_UNAVAILABLE, "the print cannot be had now; ask again"),
    }
}

/// Whether an order pays for this photo session: then who names it is its customer.
pub(super) async fn is_of(app: &App, order: &OrderId, session: Option<&str>) -> Result<bool, Problem> {
    let Some(named) = session else { return Ok(false) };
    let session = app.store.session_of_order(order.clone()).await?;
    Ok(session.is_some_and(|session| session.id.as_str() == named))
}

/// What the page gets of a paid order that a print job prints: the code, and no picture, because the page prints nothing. A picture that
/// cannot be composed is the print job's trouble, which ends as a claim.
pub(super) async fn taken_home(app: &App, order: &OrderId) -> Prints {
    match sheets::print_file(app, order).await {
        Ok(Some((_, session))) => Prints { picture: None, download: download(app, &session) },
        Ok(None) => Prints::default(),
        Err(error) => {
            tracing::warn!(%error, "order {order}: there is no code for its picture now");
            Prints::default()
        }
    }
}

/// The code by which a picture goes home.
fn download(app: &App, released: &Session) -> Option<String> {
    let link = released.link.as_ref().map(|link| link.as_str());
    let address = app.settings.photos.public_address.as_ref().zip(link);
    let address = address.map(|(address, link)| format!("{address}/photo/{link}"));
    let address = address.or_else(|| app.photos.link(released));
    address.as_deref().and_then(qr::data_uri)
}
