//! Who may change orders, and from where.
//!
//! In development and in the demonstration everybody who reaches the server may, except a page of another site, and except
//! under a name that somebody made to lead here (DNS rebinding). In production a call has to prove itself:
//!
//! | Proof | What it may do |
//! |---|---|
//! | the booth's browser: a cookie that pairing gave it | what the booth's screen does, at the booth's prices |
//! | `api.token`, from anywhere | the same, and orders at prices of its own |
//! | a token of `[api.tokens]`, from anywhere | what its scopes say (`scope.rs`), and nothing else, whatever else the call has |
//! | a page whose origin `cors_origins` names, or a program that is no browser, on this very computer and not through a proxy | orders at prices of its own; where the owner's own program prints, print jobs |
//!
//! What is refused has changed nothing, and is told in the owner's words what to do.

pub(crate) mod acting;
pub(crate) mod cookie;
pub(crate) mod ends;
pub(crate) mod origin;
pub(crate) mod pairing;
pub(crate) mod refusals;
pub(crate) mod scope;

use crate::app::App;
use crate::config::{Mode, Scope};
use crate::error::Problem;
use crate::net::{self, Kind, Visitor};
use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderMap, Method, header};
use boothpay_protocol::secret::KeyDigest;
use origin::Sender;
use std::convert::Infallible;
use std::sync::Arc;

pub(crate) const CURE_FOR_BROWSERS: &str = "this browser is not paired with the booth. On the booth's own computer open \
                                 http://127.0.0.1 with the booth's port; for another one run `boothpay booth pair` there, and \
                                 type its code at the page. A program sends api.token: Authorization: Bearer ...";

const CURE_FOR_PROGRAMS: &str = "orders from here need the API token: set api.token in boothpay.toml (or BOOTHPAY_API_TOKEN) \
                                 and send it: Authorization: Bearer ...";

/// What lets a call change something.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Proof {
    /// The mode asks for none.
    Open,
    /// `api.token`, or one with the scope that is needed.
    Token,
    /// The cookie of a paired browser.
    Cookie,
    /// It comes straight from this computer.
    ThisComputer,
}

/// Leave to make an order through the API, at the caller's price.
pub(crate) struct MayOffer(Proof);

/// Leave to do what the booth's screen does.
pub(crate) struct AtBooth(Proof);

/// Leave to take print jobs and to say what came of them. Where the owner's own program prints, whoever may make orders may: it is
/// that program.
pub(crate) struct MayPrint(Proof);

impl MayPrint {
    /// Counts a question for a job.
    pub(crate) fn count(&self, app: &Arc<App>, visitor: &Visitor) -> Result<(), Problem> {
        self.0.count(app, visitor, Kind::Status)
    }
}

impl MayOffer {
    /// Counts an order against its caller's limit.
    pub(crate) fn count(&self, app: &Arc<App>, visitor: &Visitor) -> Result<(), Problem> {
        self.0.count(app, visitor, Kind::Order)
    }

    /// Counts something else that whoever may make orders may do.
    pub(crate) fn count_as(&self, app: &Arc<App>, visitor: &Visitor, kind: Kind) -> Result<(), Problem> {
        self.0.count(app, visitor, kind)
    }
}

impl AtBooth {
    /// Counts something else that the booth's screen does.
    pub(crate) fn count_as(&self, app: &Arc<App>, visitor: &Visitor, kind: Kind) -> Result<(), Problem> {
        self.0.count(app, visitor, kind)
    }

    /// Counts an order against its caller's limit.
    pub(crate) fn count(&self, app: &Arc<App>, visitor: &Visitor) -> Result<(), Problem> {
        self.0.count(app, visitor, Kind::Order)
    }
}

impl Proof {
    /// Programs with the token set their own pace. A screen has the limit of its address, because anybody can stand before
    /// it, and of nobody else.
    fn count(self, app: &Arc<App>, visitor: &Visitor, kind: Kind) -> Result<(), Problem> {
        match self {
            Self::Token => Ok(()),
            Self::Cookie => net::allow(app, kind, &visitor.as_screen()),
            Self::Open | Self::ThisComputer => net::allow(app, kind, visitor),
        }
    }
}

/// Leave to see the takings and the payments: the owner's, by `admin.token`, and a program's whose token has the route's scope. In
/// development everybody's who may try things.
pub(crate) struct Owner;

/// Whether a caller may know how many payments there are: the owner, and whoever makes orders on this very computer.
pub(crate) struct MayCount(pub(crate) bool);

impl FromRequestParts<Arc<App>> for Owner {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Self, Problem> {
        if is_open(app, parts)? {
            return Ok(Self);
        }
        let given = bearer(&parts.headers);
        let digest = given.map(KeyDigest::of);
        let is_whole = digest.zip(app.settings.admin_token).is_some_and(|(given, expected)| given.matches(&expected));
        if is_whole {
            ends::prove(parts);
            return Ok(Self);
        }
        if let Some(judged) = digest.and_then(|given| scope::judged(app, parts, &given)) {
            return judged.map(|()| Self);
        }
        match (app.settings.admin_token, given) {
            (Some(_), Some(_)) => Err(unproven(app, parts, "send the owner's token: it is not the one in admin.token")),
            (Some(_), None) => Err(Problem::unauthorised("send the owner's token: Authorization: Bearer ...")),
            (None, _) => {
                Err(Problem::unauthorised("this is closed: set admin.token, then send it: Authorization: Bearer ..."))
            }
        }
    }
}

impl FromRequestParts<Arc<App>> for MayCount {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Self, Infallible> {
        let is_owner = bearer(&parts.headers).map(KeyDigest::of).is_some_and(|given| {
            let is_whole = app.settings.admin_token.is_some_and(|expected| given.matches(&expected));
            is_whole || scope::has(app, &given, Scope::Payments)
        });
        let is_here = match origin::sender(&app.settings, &parts.headers) {
            Sender::Nobody | Sender::Named => app.settings.trust_this_computer && ends::is_direct(parts),
            Sender::OwnPage | Sender::Elsewhere(_) => false,
        };
        Ok(Self(is_owner || is_here || matches!(is_open(app, parts), Ok(true))))
    }
}

/// Who asks how an order stands. Asking needs no proof; with one, fewer limits count.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Asker {
    /// A program with the API's token: it sets its own pace.
    Program,
    /// A paired screen of the booth: somebody types wrong numbers there, and the order that is being paid is still shown.
    Screen,
    /// Anybody else.
    Anybody,
}

impl Asker {
    /// Counts a question, or a wrong number.
    pub(crate) fn count(self, app: &Arc<App>, visitor: &Visitor, kind: Kind) -> Result<(), Problem> {
        match self {
            Self::Program => Ok(()),
            Self::Screen => net::allow(app, kind, &visitor.as_screen()),
            Self::Anybody => net::allow(app, kind, visitor),
        }
    }
}

impl FromRequestParts<Arc<App>> for Asker {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Self, Infallible> {
        if matches!(open_or_token(app, parts), Ok(Some(Proof::Token))) {
            return Ok(Self::Program);
        }
        let is_own = matches!(origin::sender(&app.settings, &parts.headers), Sender::Nobody | Sender::OwnPage);
        let is_screen = is_own && pairing::is_paired(app, parts).await.unwrap_or(false);
        Ok(if is_screen { Self::Screen } else { Self::Anybody })
    }
}

/// Whether a call has the booth's proof. One without it is not counted as a wrong key: other callers need none.
pub(crate) async fn is_at_booth(app: &Arc<App>, parts: &Parts) -> Result<bool, Problem> {
    if matches!(is_open(app, parts), Ok(true)) {
        return Ok(true);
    }
    let is_known = bearer(&parts.headers).map(KeyDigest::of).is_some_and(|given| {
        let is_whole = app.settings.api_token.is_some_and(|expected| given.matches(&expected));
        is_whole || scope::has(app, &given, Scope::Booth)
    });
    if is_known {
        ends::prove(parts);
        return Ok(true);
    }
    match origin::sender(&app.settings, &parts.headers) {
        Sender::Nobody | Sender::OwnPage => Ok(pairing::is_paired(app, parts).await?),
        Sender::Named | Sender::Elsewhere(_) => Ok(false),
    }
}

/// Leave to pay without money. In production nobody has it, and the address does not exist.
pub(crate) struct MayPretend;

impl FromRequestParts<Arc<App>> for MayOffer {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Self, Problem> {
        if let Some(proof) = open_or_token(app, parts)? {
            return Ok(Self(proof));
        }
        match origin::sender(&app.settings, &parts.headers) {
            Sender::Elsewhere(origin) => Err(foreign(app, &origin)),
            Sender::Nobody | Sender::Named if app.settings.trust_this_computer && ends::is_direct(parts) => {
                Ok(Self(Proof::ThisComputer))
            }
            Sender::Nobody | Sender::OwnPage if pairing::is_paired(app, parts).await? => Ok(Self(Proof::Cookie)),
            Sender::Nobody | Sender::Named | Sender::OwnPage => Err(unproven(app, parts, CURE_FOR_PROGRAMS)),
        }
    }
}

impl FromRequestParts<Arc<App>> for MayPrint {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Self, Problem> {
        if app.settings.prints.by.is_own_program() {
            MayOffer::from_request_parts(parts, app).await.map(|MayOffer(proof)| Self(proof))
        } else {
            AtBooth::from_request_parts(parts, app).await.map(|AtBooth(proof)| Self(proof))
        }
    }
}

impl FromRequestParts<Arc<App>> for AtBooth {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Self, Problem> {
        if let Some(proof) = open_or_token(app, parts)? {
            return Ok(Self(proof));
        }
        match origin::sender(&app.settings, &parts.headers) {
            Sender::Elsewhere(origin) => Err(foreign(app, &origin)),
            Sender::Nobody | Sender::OwnPage if pairing::is_paired(app, parts).await? => Ok(Self(Proof::Cookie)),
            Sender::Nobody | Sender::OwnPage | Sender::Named => Err(unproven(app, parts, CURE_FOR_BROWSERS)),
        }
    }
}

impl FromRequestParts<Arc<App>> for MayPretend {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Self, Problem> {
        if is_open(app, parts)? {
            Ok(Self)
        } else {
            Err(Problem::not_found("test payments do not exist in production"))
        }
    }
}

/// Whether the mode asks for no proof. Even then no page of another site may act through somebody's browser.
pub(crate) fn is_open(app: &App, parts: &Parts) -> Result<bool, Problem> {
    match app.settings.mode {
        Mode::Production => return Ok(false),
        Mode::Development | Mode::Demo => {}
    }
    refuse_strange_name(app, parts)?;
    match origin::sender(&app.settings, &parts.headers) {
        Sender::Elsewhere(origin) => Err(foreign(app, &origin)),
        Sender::Nobody | Sender::Named | Sender::OwnPage => Ok(true),
    }
}

/// Whether a wallet's webhook takes a call that proves nothing: in development alone, and there from no page of another site. By which name
/// it comes is the same: a wallet's sandbox calls through a tunnel, and a page says where it is from, whatever its name leads to.
pub(crate) fn takes_unproven(app: &App, parts: &Parts) -> bool {
    match (app.settings.mode, origin::sender(&app.settings, &parts.headers)) {
        // What is no POST does nothing, and its answer says so.
        (Mode::Development, _) if parts.method != Method::POST => true,
        (Mode::Development, Sender::Nobody | Sender::Named) => true,
        // A page whose name somebody made lead to this computer takes itself for ours.
        (Mode::Development, Sender::OwnPage) => refuse_strange_name(app, parts).is_ok(),
        (Mode::Development, Sender::Elsewhere(origin)) => {
            tell_foreign(app, &origin);
            false
        }
        (Mode::Production | Mode::Demo, _) => false,
    }
}

/// Refuses a call under a name that nobody set up: a page of elsewhere can make a name of its own lead to this computer,
/// and its browser then takes our answers for that page's own.
pub(crate) fn refuse_strange_name(app: &App, parts: &Parts) -> Result<(), Problem> {
    let Err(name) = ends::check_host(parts, &app.settings.host_names) else { return Ok(()) };
    let detail = format!(
        "this server is not known as {name}; if that is right, add it to host_names in boothpay.toml and start the server again"
    );
    if app.refusals.is_news(&name) {
        tracing::warn!("a call under the name {name} was refused: {detail}");
    }
    Err(Problem::forbidden(detail))
}

/// The token of an `Authorization: Bearer` header; the scheme's case is the sender's choice (RFC 9110, 11.1).
pub(crate) fn bearer(headers: &HeaderMap) -> Option<&[u8]> {
    let value = headers.get(header::AUTHORIZATION)?.as_bytes();
    let (scheme, token) = value.split_at_checked(b"bearer ".len())?;
    scheme.eq_ignore_ascii_case(b"bearer ").then(|| token.trim_ascii())
}

/// What needs no look at where a call comes from. A token that is wrong is refused whatever else the call has, so that a
/// mistake shows.
fn open_or_token(app: &Arc<App>, parts: &Parts) -> Result<Option<Proof>, Problem> {
    if is_open(app, parts)? {
        return Ok(Some(Proof::Open));
    }
    let Some(given) = bearer(&parts.headers).map(KeyDigest::of) else { return Ok(None) };
    if let Some(judged) = scope::judged(app, parts, &given) {
        return judged.map(|()| Some(Proof::Token));
    }
    match app.settings.api_token {
        Some(expected) if given.matches(&expected) => {
            ends::prove(parts);
            Ok(Some(Proof::Token))
        }
        Some(_) => Err(unproven(app, parts, "the token is wrong: compare it with api.token in boothpay.toml")),
        None => Err(unproven(app, parts, CURE_FOR_PROGRAMS)),
    }
}

/// A browser acts for a page that nobody named.
pub(crate) fn foreign(app: &App, origin: &str) -> Problem {
    tell_foreign(app, origin);
    Problem::forbidden(foreign_in_words(origin))
}

/// Tells the log of a page that was refused, with the cure.
pub(crate) fn tell_foreign(app: &App, origin: &str) {
    if app.refusals.is_news(origin) {
        tracing::warn!("a page was refused: {}", foreign_in_words(origin));
    }
}

fn foreign_in_words(origin: &str) -> String {
    format!(
        "pages of {origin} may not call this server; if the page is yours, add \"{origin}\" to cors_origins in boothpay.toml \
         and start the server again"
    )
}

/// Refuses, and counts it: who goes on guessing is made to wait.
pub(crate) fn unproven(app: &Arc<App>, parts: &Parts, cure: &str) -> Problem {
    let visitor = Visitor::of(&parts.extensions, &parts.headers);
    if let Err(too_often) = net::allow(app, Kind::WrongKey, &visitor) {
        return too_often;
    }
    let from = visitor.address.to_string();
    if app.refusals.is_news(&from) {
        let (method, path) = (&parts.method, crate::text::visible(&crate::text::without_secret(parts.uri.path())));
        tracing::warn!("{method} {path} from {from} was refused, nothing was changed: {cure}");
    }
    Problem::unauthorised(cure)
}
