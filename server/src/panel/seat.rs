//! Who is in: the session behind a browser's cookie. A handler that takes a [`Seat`] is for those who are in; one that takes an
//! [`OwnerSeat`] is the owner's.

use super::frame::{Frame, Section, Stop};
use super::words::{self, Words};
use super::{at_booth, code, cookies, frame, looks};
use crate::app::App;
use crate::net::Visitor;
use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{Method, StatusCode, header};
use axum::response::Redirect;
use boothpay_protocol::panel::{Admin, PanelSession, Role};
use boothpay_protocol::secret::KeyDigest;
use ring::hmac;
use std::convert::Infallible;
use std::sync::Arc;

/// What asks again by itself, so that it is no click of anybody's.
const LIVE: &str = "/admin/live/";

/// Anybody, with his language and the address that he asked for.
pub(crate) struct Guest {
    pub(super) words: &'static Words,
    /// The path and query.
    pub(super) address: String,
    /// Whether the address leads back to this page. The answer of most forms is at none: there the languages are not offered, so nobody
    /// loses by them a link that is shown once.
    pub(super) is_at_address: bool,
}

/// Somebody who is in.
pub(crate) struct Seat {
    pub(super) guest: Guest,
    pub(crate) admin: Admin,
    pub(super) session: PanelSession,
    csrf: String,
    /// The name of who is in by a PIN, at the booth's screen.
    pub(super) at_booth: Option<String>,
}

/// The owner, who is in.
pub(crate) struct OwnerSeat(pub(crate) Seat);

impl Guest {
    pub(super) fn of(parts: &Parts, app: &App) -> Self {
        let asked = parts.headers.get(header::ACCEPT_LANGUAGE).and_then(|value| words::asked_for(value.to_str().ok()?));
        let language = cookies::language(parts).or(asked).unwrap_or(app.settings.language);
        let address = parts.uri.path_and_query().map_or("/admin", |it| it.as_str()).to_owned();
        let path = parts.uri.path();
        let is_login = path == "/admin/login" || path == code::ADDRESS;
        let is_at_address = parts.method == Method::GET || is_login || path.starts_with("/admin/link/");
        Self { words: Words::of(language), address, is_at_address }
    }

    /// The frame of a page for somebody who is not in.
    pub(super) fn frame(&self, app: &App) -> Frame {
        Frame::new(app, self, None)
    }
}

impl Seat {
    /// The frame of a page.
    pub(crate) fn frame(&self, app: &App, section: Section) -> Frame {
        let frame = Frame::new(app, &self.guest, Some((&self.admin, &self.csrf, section)));
        match &self.at_booth {
            Some(name) => frame.at_booth(section, name),
            None => frame,
        }
    }

    /// The words in the language of who is in.
    pub(crate) const fn words(&self) -> &'static Words {
        self.guest.words
    }

    /// His first page.
    pub(super) const fn home(&self) -> &'static str {
        if self.at_booth.is_some() { "/admin/booth" } else { "/admin" }
    }

    /// What a form has to carry.
    pub(super) fn csrf(&self) -> &str {
        &self.csrf
    }

    pub(super) fn csrf_fits(&self, given: &str) -> bool {
        KeyDigest::of(given.as_bytes()).matches(&KeyDigest::of(self.csrf.as_bytes()))
    }

    /// The same, where the page is one for who is in by a PIN.
    fn at_booths_pages(self, app: &App, path: &str) -> Result<Self, Stop> {
        if at_booth::is_there(path) {
            Ok(self)
        } else if path.trim_end_matches('/') == "/admin" {
            Err(Stop::with(Redirect::to("/admin/booth")))
        } else {
            Err(self.frame(app, Section::None).stop(StatusCode::FORBIDDEN, "stop.booth"))
        }
    }

    /// Whether he may do everything.
    pub(crate) fn is_owner(&self) -> bool {
        self.admin.role == Role::Owner
    }
}

/// Where it goes on for a browser whose stay at the booth's screen is over: to the customers' first screen, and not to a password that none of
/// them has. The panel's own first page asks for one all the same.
fn at_booth_outside(guest: &Guest, is_live: bool) -> Stop {
    if is_live {
        Stop::status(StatusCode::UNAUTHORIZED)
    } else if guest.address.trim_end_matches('/') == "/admin" {
        frame::to_login("/admin")
    } else {
        Stop::with(Redirect::to("/"))
    }
}

/// What a page's forms have to carry: made of what only this browser carries, so no other site can know it.
fn csrf(token: &str) -> String {
    let key = hmac::Key::new(hmac::HMAC_SHA256, token.as_bytes());
    cookies::hex(hmac::sign(&key, b"a form of the panel").as_ref())
}

impl FromRequestParts<Arc<App>> for Guest {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Self, Infallible> {
        Ok(Self::of(parts, app))
    }
}

impl FromRequestParts<Arc<App>> for Seat {
    type Rejection = Stop;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Self, Stop> {
        let guest = Guest::of(parts, app);
        let is_live = parts.uri.path().starts_with(LIVE);
        let outside = |guest: &Guest| {
            if is_live {
                return Stop::status(StatusCode::UNAUTHORIZED);
            }
            let form = frame::page_of(parts.uri.path());
            frame::to_login(if parts.method == Method::GET { guest.address.as_str() } else { form.as_str() })
        };
        let Some(token) = cookies::session(parts) else { return Err(outside(&guest)) };
        let (now, digest) = (app.clock.now(), KeyDigest::of(token.as_bytes()));
        if at_booth::is_token(token) {
            let Some(seated) = at_booth::seated(app, parts, &digest, !is_live).await? else {
                return Err(at_booth_outside(&guest, is_live));
            };
            let at_booth::Seated { name, admin, session } = seated;
            let seat = Self { guest, admin, session, csrf: csrf(token), at_booth: Some(name) };
            return seat.at_booths_pages(app, parts.uri.path());
        }
        if !app.panel.found.has(&digest) {
            looks::before_look(app, &Visitor::of(&parts.extensions, &parts.headers)).await;
        }
        let found = app.store.panel_session(digest).await?;
        let Some((session, admin)) = found.filter(|(session, _)| !session.awaits_code && !session.is_over(now)) else {
            app.panel.found.remove(&digest);
            return Err(outside(&guest));
        };
        app.panel.found.add(&digest);
        if !is_live && session.is_worth_noting(now) {
            app.store.see_panel_session(session.digest, now).await?;
        }
        Ok(Self { guest, admin, session, csrf: csrf(token), at_booth: None })
    }
}

impl FromRequestParts<Arc<App>> for OwnerSeat {
    type Rejection = Stop;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Self, Stop> {
        let seat = Seat::from_request_parts(parts, app).await?;
        if seat.is_owner() {
            Ok(Self(seat))
        } else {
            Err(seat.frame(app, Section::None).stop(StatusCode::FORBIDDEN, "stop.owner"))
        }
    }
}
