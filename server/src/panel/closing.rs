//! Closing the booth by hand, and opening it again: the sign on the first page and at the booth, and its two buttons. An operator may, too: who
//! stands at a booth that is wet or on fire does not wait for its owner.

use super::form::{Form, back};
use super::frame::Stop;
use super::say;
use super::seat::Seat;
use super::words::Words;
use crate::app::App;
use crate::closing::{Closed, Unchanged};
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use boothpay_protocol::panel::Deed;
use std::sync::Arc;

/// Where it is asked for.
pub(super) const ADDRESS: &str = "/admin/closing";

/// What a page shows of it.
pub(super) struct Sign {
    pub(super) words: &'static Words,
    pub(super) csrf: String,
    /// Who closed it, and when, in a sentence; none while it is open.
    pub(super) closed: Option<String>,
}

impl Sign {
    pub(super) fn of(app: &App, seat: &Seat) -> Self {
        let (words, csrf) = (seat.words(), seat.csrf().to_owned());
        let closed = app.closing.closed().map(|closed| match closed {
            Closed { by: Some(by), since_ms: Some(since) } => {
                words.fill("closing.by", &[("who", &by), ("time", &say::time(since, app, words.language()))])
            }
            Closed { .. } => words.t("closing.by_somebody").to_owned(),
        });
        Self { words, csrf, closed }
    }
}

/// Closes it, or opens it.
pub(super) async fn change(State(app): State<Arc<App>>, form: Form) -> Result<Response, Stop> {
    let who = form.seat.admin.name.to_string();
    let (to, deed, done) = match form.get("to") {
        "closed" => {
            let closed = Closed { by: Some(who.clone()), since_ms: Some(app.clock.now()) };
            (Some(closed), Deed::BoothClosed, "booth_closed")
        }
        "open" => (None, Deed::BoothOpened, "booth_opened"),
        _ => return Err(form.refuse(&app, StatusCode::BAD_REQUEST, "stop.form")),
    };
    match app.closing.change(&app, to, form.audit(&app, deed)).await {
        Ok(true) => tracing::warn!("{}: {who}, in the owner's panel", deed.word().replace('_', " ")),
        Ok(false) => {}
        Err(Unchanged::Store(error)) => return Err(error.into()),
        Err(error @ Unchanged::Unwritten(..)) => {
            tracing::error!(%error, "the booth was not closed or opened: {error}");
            return Err(form.refuse(&app, StatusCode::INTERNAL_SERVER_ERROR, "closing.unwritten"));
        }
    }
    Ok(back(form.seat.home(), done))
}
