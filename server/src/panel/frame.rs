//! The frame around every page: head, menu, languages, what was just done; and the pages that say why there is no other.

use super::at_booth::stays::IDLE_SECONDS;
use super::say;
use super::seat::{Guest, Seat};
use super::words::Words;
use crate::api;
use crate::app::App;
use askama::Template;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use axum::response::{Html, IntoResponse, Redirect, Response};
use boothpay_protocol::ledger::language::Language;
use boothpay_protocol::panel::{Admin, PASSWORD_CHARS_MAX, Role};
use boothpay_protocol::time::TimeMs;
use boothpay_store::StoreError;
use std::borrow::Cow;
use std::hash::{DefaultHasher, Hasher};
use std::sync::Arc;

/// A place in the menu.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Section {
    /// For who stands at the booth.
    Booth,
    /// The first page.
    Today,
    /// A day, a month or a year.
    Figures,
    /// Every order.
    Orders,
    /// Why something does not work.
    Why,
    /// What the wallets say.
    Books,
    /// Where alerts go.
    Alerts,
    /// How the wallets are connected.
    Wallets,
    /// What the settings are.
    Settings,
    /// Who may get in.
    People,
    /// What was done.
    Audit,
    /// A page that has no place there.
    None,
}

impl Section {
    /// The menu in its order: address, key of its name, and who sees it.
    const MENU: [(Self, &'static str, &'static str, Role); 10] = [
        (Self::Today, "/admin", "nav.today", Role::Operator),
        (Self::Figures, "/admin/figures", "nav.figures", Role::Operator),
        (Self::Orders, "/admin/orders", "nav.orders", Role::Operator),
        (Self::Why, "/admin/why", "nav.why", Role::Operator),
        (Self::Books, "/admin/books", "nav.books", Role::Operator),
        (Self::Alerts, "/admin/alerts", "nav.alerts", Role::Owner),
        (Self::Wallets, "/admin/wallets", "nav.wallets", Role::Owner),
        (Self::Settings, "/admin/settings", "nav.settings", Role::Owner),
        (Self::People, "/admin/people", "nav.people", Role::Owner),
        (Self::Audit, "/admin/audit", "nav.audit", Role::Owner),
    ];

    /// The menu at the booth's screen.
    const AT_BOOTH: [(Self, &'static str, &'static str); 2] =
        [(Self::Booth, "/admin/booth", "nav.booth"), (Self::Orders, "/admin/orders", "nav.orders")];
}

/// A line of the menu.
pub(crate) struct Item {
    pub(crate) address: &'static str,
    pub(crate) name: &'static str,
    pub(crate) is_here: bool,
}

/// A language of the switch.
pub(crate) struct Choice {
    pub(crate) code: &'static str,
    pub(crate) name: &'static str,
    pub(crate) is_chosen: bool,
}

/// The languages, one of them chosen by its code.
pub(super) fn choices(chosen: &str) -> [Choice; 3] {
    Language::ALL.map(|language| Choice {
        code: language.code(),
        name: match language {
            Language::Ru => "Русский",
            Language::Uz => "O‘zbekcha",
            Language::En => "English",
        },
        is_chosen: language.code() == chosen,
    })
}

/// What every page's template needs.
pub(crate) struct Frame {
    pub(crate) words: &'static Words,
    pub(crate) booth: String,
    /// The word of the mode, when it is not production: money is not real.
    pub(crate) mode: Option<&'static str>,
    /// Who is in.
    pub(crate) who: Option<Admin>,
    /// What a form has to carry.
    pub(crate) csrf: String,
    pub(crate) menu: Vec<Item>,
    /// This page's own address, for the switch of languages; none where it has none.
    pub(crate) address: Option<String>,
    /// What was just done.
    pub(crate) done: Option<&'static str>,
    /// The name of who is in by a PIN at the booth's screen: there the page leaves by itself.
    pub(crate) at_booth: Option<String>,
}

impl Frame {
    pub(super) fn new(app: &App, guest: &Guest, seat: Option<(&Admin, &str, Section)>) -> Self {
        let words = guest.words;
        let menu = seat.map_or_else(Vec::new, |(admin, _, here)| {
            let seen = |least: Role| least == Role::Operator || admin.role == Role::Owner;
            let item = |(section, address, name, _): (Section, _, &'static str, _)| Item {
                address,
                name: words.t(name),
                is_here: section == here,
            };
            Section::MENU.into_iter().filter(|(.., least)| seen(*least)).map(item).collect()
        });
        Self {
            words,
            booth: app.settings.booth.name.clone(),
            mode: match app.settings.mode {
                crate::config::Mode::Production => None,
                crate::config::Mode::Development | crate::config::Mode::Demo => Some("frame.play"),
            },
            who: seat.map(|(admin, ..)| admin.clone()),
            csrf: seat.map(|(_, csrf, _)| csrf.to_owned()).unwrap_or_default(),
            menu,
            done: done(&guest.address, words),
            at_booth: None,
            address: guest.is_at_address.then(|| guest.address.clone()),
        }
    }

    /// The same at the booth's screen: the menu for who stands there, and a page that leaves by itself.
    pub(super) fn at_booth(self, here: Section, name: &str) -> Self {
        let words = self.words;
        let item = |(section, address, name): (Section, _, &'static str)| Item {
            address,
            name: words.t(name),
            is_here: section == here,
        };
        let menu = Section::AT_BOOTH.into_iter().map(item).collect();
        Self { menu, at_booth: Some(name.to_owned()), ..self }
    }

    /// Seconds without a touch after which a page at the booth's screen leaves.
    pub(crate) const fn idle_seconds(&self) -> u32 {
        IDLE_SECONDS
    }

    /// The first page of who is in.
    pub(crate) const fn home(&self) -> &'static str {
        if self.at_booth.is_some() { "/admin/booth" } else { "/admin" }
    }

    /// A text.
    pub(crate) fn t<'a>(&'a self, key: &'a str) -> &'a str {
        self.words.t(key)
    }

    /// A text with one place filled.
    pub(crate) fn fill(&self, key: &str, name: &str, value: &str) -> String {
        self.words.fill(key, &[(name, value)])
    }

    /// Whether who is in proves himself by a code, too.
    pub(crate) fn asks_code(&self) -> bool {
        self.who.as_ref().is_some_and(|who| who.second.is_some())
    }

    /// The language's code.
    pub(crate) fn lang(&self) -> &'static str {
        self.words.language().code()
    }

    /// The languages to choose from.
    pub(crate) fn languages(&self) -> [Choice; 3] {
        choices(self.lang())
    }

    /// The page that says why there is no other.
    pub(crate) fn stop(self, status: StatusCode, why: &'static str) -> Stop {
        self.stop_with(status, why, Way::default())
    }

    /// The same, with the way on from there.
    pub(super) fn stop_with(self, status: StatusCode, why: impl Into<Cow<'static, str>>, way: Way) -> Stop {
        let page = StopPage { why: why.into(), way, most: PASSWORD_CHARS_MAX, f: self };
        match page.render() {
            Ok(html) => Stop::with((status, Html(html))),
            Err(error) => cannot_be_made(&error),
        }
    }
}

/// A time as a page shows it.
pub(crate) struct When {
    pub(crate) text: String,
    pub(crate) machine: String,
}

impl When {
    /// In the booth's zone.
    pub(crate) fn of(at: TimeMs, app: &App, words: &Words) -> Self {
        Self { text: say::time(at, app, words.language()), machine: say::machine_time(at) }
    }
}

/// What stands in `?done=` of an address, if there are words for it: nothing else of an address is ever shown.
fn done(address: &str, words: &'static Words) -> Option<&'static str> {
    let (_, query) = address.split_once('?')?;
    let (_, word) = form_urlencoded::parse(query.as_bytes()).find(|(name, _)| name == "done")?;
    words.known(&format!("done.{word}"))
}

/// Why there is no page: an answer in itself.
pub(crate) struct Stop(Box<Response>);

impl Stop {
    /// Some answer.
    pub(super) fn with(answer: impl IntoResponse) -> Self {
        Self(Box::new(answer.into_response()))
    }

    /// Whether it sends the browser to another page.
    pub(super) fn leads_elsewhere(&self) -> bool {
        self.0.status().is_redirection()
    }

    /// A status alone.
    pub(super) fn status(status: StatusCode) -> Self {
        Self::with(status)
    }
}

impl IntoResponse for Stop {
    fn into_response(self) -> Response {
        *self.0
    }
}

impl From<StoreError> for Stop {
    fn from(error: StoreError) -> Self {
        tracing::error!(%error, "a page of the panel could not be made: the database failed");
        let html = include_str!("../../templates/panel/no-database.html");
        Self::with((StatusCode::SERVICE_UNAVAILABLE, Html(html)))
    }
}

/// Where it goes on from a page that says why nothing was done.
#[derive(Default)]
pub(super) struct Way {
    /// The page on which it was tried.
    pub(super) back: Option<String>,
    /// The form, to be sent once more.
    pub(super) again: Option<Again>,
    /// What was typed and can be sent by nobody any more, with the key of what it is called.
    pub(super) typed: Option<(&'static str, String)>,
}

/// A form that was refused, with what was typed: whoever mistypes one thing types only that again. No password and no key is in it.
pub(super) struct Again {
    pub(super) action: String,
    /// What is sent as it was.
    pub(super) kept: Vec<(String, String)>,
    /// What has to be put right: the key of what it is called, its name, its value.
    pub(super) edited: Option<(&'static str, &'static str, String)>,
    pub(super) asks_password: bool,
}

/// The page on which the form of an address stands.
pub(super) fn page_of(path: &str) -> String {
    let mut parts = path.strip_prefix("/admin").unwrap_or("").split('/').filter(|part| !part.is_empty());
    match (parts.next(), parts.next()) {
        (Some(place @ ("orders" | "wallets")), Some(one)) => format!("/admin/{place}/{one}"),
        (
            Some(
                place @ ("orders" | "wallets" | "settings" | "people" | "alerts" | "books" | "why" | "me" | "layouts"),
            ),
            _,
        ) => {
            format!("/admin/{place}")
        }
        _ => "/admin".to_owned(),
    }
}

/// An address that only takes forms, asked for as a page: a browser that is sent back to it, or a line of its history. It leads to where the form
/// stands.
pub(super) async fn wrong_method(State(app): State<Arc<App>>, request: Request) -> Response {
    if matches!(*request.method(), Method::GET | Method::HEAD) {
        return Redirect::to(&page_of(request.uri().path())).into_response();
    }
    api::wrong_method(State(app), request).await.into_response()
}

#[derive(Template)]
#[template(path = "panel/stop.html")]
struct StopPage {
    f: Frame,
    why: Cow<'static, str>,
    way: Way,
    /// The most characters of a password.
    most: usize,
}

/// Renders a page.
pub(crate) fn show(page: &impl Template) -> Result<Response, Stop> {
    page.render().map(|html| Html(html).into_response()).map_err(|error| cannot_be_made(&error))
}

/// Renders a part of a page that is asked for again and again: "nothing new" when it is what the browser has.
pub(crate) fn live(part: &impl Template, headers: &HeaderMap) -> Result<Response, Stop> {
    let html = part.render().map_err(|error| cannot_be_made(&error))?;
    let mut digest = DefaultHasher::new();
    digest.write(html.as_bytes());
    let tag = format!("\"{:016x}\"", digest.finish());
    let is_known = headers.get(header::IF_NONE_MATCH).is_some_and(|known| known.as_bytes() == tag.as_bytes());
    let tag = HeaderValue::from_str(&tag).map_err(|_| Stop::status(StatusCode::INTERNAL_SERVER_ERROR))?;
    if is_known {
        return Ok((StatusCode::NOT_MODIFIED, [(header::ETAG, tag)]).into_response());
    }
    Ok(([(header::ETAG, tag)], Html(html)).into_response())
}

fn cannot_be_made(error: &askama::Error) -> Stop {
    tracing::error!(%error, "a page of the panel could not be made");
    Stop::status(StatusCode::INTERNAL_SERVER_ERROR)
}

/// To the page where one gets in, and back afterwards.
pub(super) fn to_login(back: &str) -> Stop {
    let back: String = form_urlencoded::byte_serialize(back.as_bytes()).collect();
    Stop::with(Redirect::to(&format!("/admin/login?next={back}")))
}

/// An address of the panel at which there is nothing.
pub(super) async fn nothing_here(State(app): State<Arc<App>>, seat: Seat) -> Stop {
    seat.frame(&app, Section::None).stop(StatusCode::NOT_FOUND, "stop.nothing")
}
