//! Forms: the only way by which the panel changes something.

use super::frame::{Again, Section, Stop, Way, page_of};
use super::seat::{Guest, Seat};
use super::{at_booth, cookies};
use crate::access::origin::{Sender, sender};
use crate::api::body;
use crate::app::App;
use crate::net::Visitor;
use axum::extract::{FromRequest, FromRequestParts, Request};
use axum::http::request::Parts;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Redirect, Response};
use boothpay_protocol::panel::{Audit, Deed};
use std::borrow::Cow;
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
        self.stop(app, status, why, None)
    }

    /// The same with the form once more, for who has mistyped the proof of who he is. Of a form with fields that are not known to be harmless
    /// nothing is given back.
    pub(super) fn refuse_proof(&self, app: &App, status: StatusCode, why: String) -> Stop {
        let again = self.kept("").map(|kept| self.again(kept, None));
        self.stop(app, status, why, again)
    }

    /// The same with the form once more, for who has to put one field right: the key of what it is called, and its name.
    pub(super) fn refuse_field(
        &self,
        app: &App,
        status: StatusCode,
        why: &'static str,
        (label, name): (&'static str, &'static str),
    ) -> Stop {
        let again = self.kept(name).map(|kept| self.again(kept, Some((label, name, self.get(name).to_owned()))));
        self.stop(app, status, why, again)
    }

    fn again(&self, kept: Vec<(String, String)>, edited: Option<(&'static str, &'static str, String)>) -> Again {
        let asks_password = self.fields.all().any(|(name, _)| name == OWN_PASSWORD);
        Again { action: self.parts.uri.path().to_owned(), kept, edited, asks_password }
    }

    /// The other fields as they came; none where one of them may be a secret.
    fn kept(&self, edited: &str) -> Option<Vec<(String, String)>> {
        let others = self.fields.all().filter(|(name, _)| *name != edited && !PROOFS.contains(name));
        let mut kept: Vec<(String, String)> = others.map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
        kept.sort();
        let is_shown = self.parts.uri.path() == WITHOUT_SECRETS || kept.iter().all(|(name, _)| is_harmless(name));
        is_shown.then_some(kept)
    }

    fn stop(&self, app: &App, status: StatusCode, why: impl Into<Cow<'static, str>>, again: Option<Again>) -> Stop {
        let back = Some(page_of(self.parts.uri.path())).filter(|back| back != "/admin");
        self.seat.frame(app, Section::None).stop_with(status, why, Way { back, again, typed: None })
    }
}

/// The field in which somebody proves once more who he is.
const OWN_PASSWORD: &str = "own_password";

/// What is asked for anew each time.
const PROOFS: [&str; 3] = ["csrf", OWN_PASSWORD, "code"];

/// Words of a person's own that he would have to type again, with the keys of what they are called.
const WRITTEN: [(&str, &str); 2] = [("note", "order.note"), ("reason", "order.reason")];

/// The form of a difference: its `key` is a name, and nothing in it opens anything.
const WITHOUT_SECRETS: &str = "/admin/books/difference";

/// Whether a field may stand in a page again: none that holds a key or a password is named so.
fn is_harmless(name: &str) -> bool {
    matches!(name, "name" | "role" | "offered")
        || ["booth.", "alerts.", "prints.", "texts."].iter().any(|it| name.starts_with(it))
}

/// Where somebody's session is over: what he wrote, so that it is not lost, and the way in. Not at the booth's screen, where the next one is a customer.
fn written(app: &App, parts: &Parts, fields: &Fields) -> Option<Stop> {
    cookies::session(parts).filter(|token| !at_booth::is_token(token))?;
    let (name, label) = WRITTEN.into_iter().find(|(name, _)| !fields.get(name).trim().is_empty())?;
    let next: String = form_urlencoded::byte_serialize(page_of(parts.uri.path()).as_bytes()).collect();
    let way = Way {
        back: Some(format!("/admin/login?next={next}")),
        again: None,
        typed: Some((label, fields.get(name).to_owned())),
    };
    Some(Guest::of(parts, app).frame(app).stop_with(StatusCode::UNAUTHORIZED, "stop.session_over", way))
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
        let seat = match Seat::from_request_parts(&mut parts, app).await {
            Ok(seat) => seat,
            Err(stop) if stop.leads_elsewhere() => return Err(written(app, &parts, &fields).unwrap_or(stop)),
            Err(stop) => return Err(stop),
        };
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
