//! An order that pays for the booth's own pictures: which session it takes, and what its page gets to print and to show.

use super::shots::taken_here;
use crate::api::session::{living, refused};
use crate::app::App;
use crate::config::PhotoSource;
use crate::error::Problem;
use crate::orders::Orders;
use crate::photos::{Stepped, remove, sheets, step};
use crate::qr;
use axum::http::StatusCode;
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use boothpay_protocol::ledger::journal::Actor;
use boothpay_protocol::ledger::order::OrderId;
use boothpay_protocol::photos::{Session, SessionId};
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
    // The print is composed once before anything is sold, so what cannot be printed is not paid for.
    let choice = session.choice.clone().ok_or_else(gone)?;
    sheets::preview(app, &session, &choice).await.map_err(super::shots::not_composed)?;
    if let Some(before) = &session.order {
        let orders = Orders { store: &app.store, clock: &app.clock, settings: &app.settings, actor: Actor::Booth };
        let closed = orders.cancel(before.clone()).await?;
        closed.map_err(|refusal| Problem::conflict(refusal.to_string()))?;
    }
    Ok(Some(session))
}

/// Binds the session to its order.
pub(super) async fn sell(app: &App, session: &Session, order: &OrderId) -> Result<(), Problem> {
    let now = app.clock.now();
    let until = sheets::kept_until(app, now);
    match step(app, &session.id, None, |session| session.sell(order.clone(), until, now)).await? {
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

/// What the page prints of a paid order. When there is nothing, it prints the receipt with the order's number, which is the claim to it.
pub(super) async fn prints(app: &App, order: &OrderId) -> Prints {
    let released = match sheets::print_file(app, order).await {
        Ok(Some((file, session))) => {
            let (path, width, height) = (file.path.display(), file.width, file.height);
            tracing::debug!("order {order} is printed from {path}, {width} x {height} pixels");
            session
        }
        Ok(None) => return Prints::default(),
        Err(error) => {
            tracing::error!(%error, "order {order} is paid, and its print cannot be composed");
            return Prints::default();
        }
    };
    let picture = match sheets::sheet_bytes(app, &released).await {
        Ok(bytes) => Some(format!("data:image/jpeg;base64,{}", BASE64_STANDARD.encode(bytes))),
        Err(error) => {
            tracing::error!(%error, "order {order} is paid, and its print cannot be read");
            None
        }
    };
    let link = released.link.as_ref().map(|link| link.as_str());
    let address = app.settings.photos.public_address.as_ref().zip(link);
    let address = address.map(|(address, link)| format!("{address}/photo/{link}"));
    let address = address.or_else(|| app.photos.link(&released));
    Prints { picture, download: address.as_deref().and_then(qr::data_uri) }
}
