//! Limits as handlers ask them: what is beyond becomes an answer and a line of the log.

use super::rate::Wait;
use super::{Kind, Trouble, Visitor};
use crate::app::App;
use crate::error::Problem;
use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use boothpay_protocol::time::TimeMs;
use std::convert::Infallible;
use std::sync::Arc;

impl<S: Send + Sync> FromRequestParts<S> for Visitor {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        Ok(Self::of(&parts.extensions, &parts.headers))
    }
}

/// Counts a call against its caller's limit. Whoever has proved himself is not to be asked here.
pub(crate) fn allow(app: &Arc<App>, kind: Kind, visitor: &Visitor) -> Result<(), Problem> {
    let now = app.clock.now();
    app.net.allow(kind, visitor, app.settings.mode, now).map_err(|wait| refuse(app, kind, visitor, now, wait))
}

/// Whether one more would be allowed: for what is counted only when it turns out to be wrong.
pub(crate) fn may(app: &Arc<App>, kind: Kind, visitor: &Visitor) -> Result<(), Problem> {
    let now = app.clock.now();
    app.net.may(kind, visitor, app.settings.mode, now).map_err(|wait| refuse(app, kind, visitor, now, wait))
}

fn refuse(app: &App, kind: Kind, visitor: &Visitor, now: TimeMs, wait: Wait) -> Problem {
    let (trouble, what, setting) = match kind {
        Kind::Order => (Trouble::Orders, "orders", "orders_per_minute"),
        Kind::Claim => (Trouble::Claims, "order numbers that nobody has", "claims_per_minute"),
        Kind::Status => (Trouble::Statuses, "questions", "statuses_per_minute"),
        Kind::Photo => (Trouble::Photos, "photos", "orders_per_minute"),
        Kind::WrongKey => (Trouble::WrongKey, "calls with a wrong key", "wrong_keys_per_minute"),
    };
    let address = visitor.address;
    if app.net.strangers.note(trouble, address, now) {
        tracing::warn!(
            "too many {what} from {address} in a short time: some are refused. If these are your customers, raise {setting} in \
             [limits]; if it is a proxy's address, name it in trusted_proxies"
        );
    }
    Problem::too_often(format!("too many {what} in a short time; try again in {} s", wait.0), wait.0)
}
