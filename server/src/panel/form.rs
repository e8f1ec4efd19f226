//! Forms: the only way by which the panel changes something.

use super::frame::{Section, Stop};
use super::seat::{Guest, Seat};
use crate::access::origin::{Sender, sender};
use crate::api::body;
use crate::app::App;
use crate::net::Visitor;
use axum::extract::{FromRequest, FromRequestParts, Request};
use axum::http::request::Parts;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Redirect, Response};
use boothpay_protocol::panel::{Audit, Deed};
use std::collections::HashMap;
use std::sync::Arc;

/// The fields of a form, as they came.
#[derive(Debug, Default)]
pub(super) struct Fields(HashMap<String, String>);

impl Fields {
    /// Those that were read.
    pub(super) const fn of(fields: HashMap<String, String>) -> Self {
        Self(fields)
    }

    /// All of them, in an order of their own.
    pub(super) fn all(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }

    /// A field; empty where it is missing.
    pub(super) fn get(&self, name: &str) -> &str {
        self.0.get(name).map_or("", String::as_str)
    }
}

/// A form that somebody sent who is in: its origin and its token are checked.
pub(crate) struct Form {
    pub(crate) seat: Seat,
    pub(super) fields: Fields,
    pub(super) parts: Parts,
}

/// The same, of the owner.
pub(crate) struct OwnerForm(pub(crate) Form);

/// A form that somebody sent who is not in: its origin is checked.
pub(super) struct OpenForm {
    pub(super) guest: Guest,
    pub(super) fields: Fields,
    pub(super) parts: Parts,
}

impl Form {
    /// A field; empty where it is missing.
    pub(crate) fn get(&self, name: &str) -> &str {
        self.fields.get(name).trim()
    }

    /// A row of the audit that says that he did something, now, from where he is.
    pub(crate) fn audit(&self, app: &App, deed: Deed) -> Audit {
        Audit::of(Some(self.seat.admin.name.clone()), deed, app.clock.now()).from(&self.visitor().address.to_string())
    }

    /// Who sent it.
    pub(super) fn visitor(&self) -> Visitor {
        Visitor::of(&self.parts.extensions, &self.parts.headers)
    }

    /// Back to a page that says why nothing was done.
    pub(crate) fn refuse(&self, app: &App, status: StatusCode, why: &'static str) -> Stop {
        self.seat.frame(app, Section::None).stop(status, why)
    }
}

/// Back to a page that says what was done: the word of a key `done.…`.
pub(crate) fn back(address: &str, done: &str) -> Response {
    Redirect::to(&format!("{address}?done={done}")).into_response()
}

/// Only a page of this very server may send a form here.
pub(super) fn is_ours(app: &App, headers: &HeaderMap) -> bool {
    match sender(&app.settings, headers) {
        Sender::OwnPage | Sender::Nobody => true,
        Sender::Named | Sender::Elsewhere(_) => false,
    }
}

impl FromRequest<Arc<App>> for OpenForm {
    type Rejection = Stop;

    async fn from_request(request: Request, app: &Arc<App>) -> Result<Self, Stop> {
        let (parts, body) = request.into_parts();
        let guest = Guest::of(&parts, app);
        if !is_ours(app, &parts.headers) {
            return Err(guest.frame(app).stop(StatusCode::FORBIDDEN, "stop.form"));
        }
        let bytes = body::read(app, body).await.map_err(Stop::with)?;
        // A field that comes twice counts as it came first.
        let mut fields = HashMap::new();
        for (name, value) in form_urlencoded::parse(&bytes) {
            fields.entry(name.into_owned()).or_insert_with(|| value.into_owned());
        }
        Ok(Self { guest, fields: Fields(fields), parts })
    }
}

impl FromRequest<Arc<App>> for Form {
    type Rejection = Stop;

    async fn from_request(request: Request, app: &Arc<App>) -> Result<Self, Stop> {
        let OpenForm { fields, mut parts, .. } = OpenForm::from_request(request, app).await?;
        let seat = Seat::from_request_parts(&mut parts, app).await?;
        if !seat.csrf_fits(fields.get("csrf")) {
            return Err(seat.frame(app, Section::None).stop(StatusCode::FORBIDDEN, "stop.form"));
        }
        Ok(Self { seat, fields, parts })
    }
}

impl FromRequest<Arc<App>> for OwnerForm {
    type Rejection = Stop;

    async fn from_request(request: Request, app: &Arc<App>) -> Result<Self, Stop> {
        let form = Form::from_request(request, app).await?;
        if form.seat.is_owner() { Ok(Self(form)) } else { Err(form.refuse(app, StatusCode::FORBIDDEN, "stop.owner")) }
    }
}
