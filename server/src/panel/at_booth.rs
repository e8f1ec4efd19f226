//! The panel at the booth's own screen, for who stands there and has a PIN: what he can do there is an operator's, and less.
//!
//! The first screen's page sends the PIN here ([`enter`]), from the same address as the panel: where the panel does not answer, nothing is
//! opened, and `webhook_listen` has neither. What opens is a stay ([`stays`]): it ends when nobody touches the screen (the page itself leaves
//! earlier, `assets/panel/panel.js`), after a quarter of an hour in any case, and with the PIN. It holds at the screen at which it began and
//! nowhere else, and for what [`is_there`] names and nothing else. `docs/decisions/0038-panel-at-the-booth.md` argues it.

pub(super) mod stays;

use super::closing::{self, Sign};
use super::cookies;
use super::frame::{self, Frame, Section, Stop, When, show};
use super::orders::Row;
use super::owed::{self, OwedOrder};
use super::seat::Seat;
use super::why::Line;
use super::why::MENDED;
use super::why::checks;
use super::words::Words;
use crate::access::{AtBooth, CURE_FOR_BROWSERS, pairing};
use crate::api::body;
use crate::app::App;
use crate::config::PhotoSource;
use crate::error::Problem;
use crate::kiosk::staff::{pin, refused};
use crate::net::Visitor;
use crate::{staff, story};
use askama::Template;
use axum::Json;
use axum::body::Body;
use axum::extract::State;
use axum::http::header::SET_COOKIE;
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{AppendHeaders, IntoResponse, Response};
use boothpay_protocol::ledger::language::Language;
use boothpay_protocol::ledger::rows::Needs;
use boothpay_protocol::panel::{Admin, AdminName, Audit, Deed, PanelSession, Role};
use boothpay_protocol::secret::KeyDigest;
use boothpay_protocol::staff::{Staff, StaffRefusal, judge_pin, setting_name};
use boothpay_protocol::time::TimeMs;
use boothpay_store::{OrderSearch, StoreError};
use serde_json::json;
use std::sync::Arc;

/// Where the page says that somebody touches it.
pub(super) const TOUCHED: &str = "/admin/booth/touched";

/// How the token of a stay begins. A browser keeps this much of it when the stay is over: at the booth's screen nobody is asked for a password.
const MARK: &str = "pin-";

/// Orders that the page shows: those of whoever is still at the booth.
const ORDERS_SHOWN: u32 = 12;

/// Orders with owed money that it shows; the list has all.
const OWED_SHOWN: usize = 5;

/// Rows of the audit in which it is looked up when a PIN opened the panel last.
const OPENED_ROWS: u32 = 20;

/// Whether a browser carries the token of a stay, be it over or not.
pub(super) fn is_token(token: &str) -> bool {
    token.starts_with(MARK)
}

/// What is there for who is in by a PIN. For everything else one gets in by a password.
pub(super) fn is_there(path: &str) -> bool {
    let pages = [
        "/admin/booth",
        "/admin/live/booth",
        TOUCHED,
        "/admin/owed",
        "/admin/orders",
        "/admin/logout",
        closing::ADDRESS,
        MENDED,
    ];
    pages.contains(&path) || path.starts_with("/admin/orders/")
}

/// `POST /admin/booth`: opens the panel in the booth's own browser.
pub(super) async fn enter(
    State(app): State<Arc<App>>,
    _leave: AtBooth,
    parts: Parts,
    request: Body,
) -> Result<Response, Problem> {
    body::require_json(&parts.headers)?;
    let screen = pairing::screen(&app, &parts).await?.ok_or_else(|| Problem::unauthorised(CURE_FOR_BROWSERS))?;
    let pin = pin(&app, request).await?;
    // What nobody can have is what children type: it costs no try, and nobody hears of it.
    if judge_pin(&pin).is_err() {
        return Err(refused(StaffRefusal::Wrong));
    }
    let from = Visitor::of(&parts.extensions, &parts.headers).address.to_string();
    let name = match staff::enter(&app, pin).await? {
        Ok(name) => name,
        Err(refusal) => {
            story::uzqr::tell_no_entry(&app, refusal);
            if refusal == StaffRefusal::Wrong {
                app.store.note_audit(Audit::of(None, Deed::PinRefused, app.clock.now()).from(&from)).await?;
            }
            return Err(refused(refusal));
        }
    };
    let no_chance = || Problem::new(StatusCode::SERVICE_UNAVAILABLE, "the system gives no random numbers");
    let token = pairing::new_token().ok_or_else(no_chance)?;
    let token = format!("{MARK}{}", token.reveal());
    let now = app.clock.now();
    let audit = |who: &AdminName, deed| Audit::of(Some(who.clone()), deed, now).from(&from);
    // Whoever was in here before is out: it may have been somebody else.
    if let Some(before) = cookies::session(&parts).map(|token| KeyDigest::of(token.as_bytes())) {
        app.panel.stays.end(&before);
        if let Some((_, who)) = app.store.panel_session(before).await? {
            app.store.end_panel_session(before, audit(&who.name, Deed::LoggedOut)).await?;
        }
    }
    app.store.note_audit(audit(&AdminName::at_booth(&name), Deed::OpenedAtBooth).about(&name)).await?;
    app.panel.stays.begin(KeyDigest::of(token.as_bytes()), &name, screen, now);
    tracing::info!("{name} opened the owner's panel by a PIN at the booth's screen");
    let chosen = language(&parts).and_then(|language| cookies::set_language(&parts, language));
    let set = cookies::set_stay(&parts, &token).into_iter().chain(chosen).map(|cookie| (SET_COOKIE, cookie));
    Ok((AppendHeaders(set), Json(json!({ "address": "/admin/booth" }))).into_response())
}

/// The language in which the screen stands: whoever opens the panel there reads it.
fn language(parts: &Parts) -> Option<Language> {
    let query = parts.uri.query()?;
    let (_, code) = form_urlencoded::parse(query.as_bytes()).find(|(name, _)| name == "language")?;
    Language::from_code(&code)
}

/// Ends the stay of a browser. The cookie by which it is still known for the booth's screen.
pub(super) fn end(app: &App, parts: &Parts, digest: &KeyDigest) -> Option<HeaderValue> {
    app.panel.stays.end(digest);
    cookies::set_stay(parts, MARK)
}

/// Somebody who is in by a PIN.
pub(super) struct Seated {
    /// As staff are called.
    pub(super) name: String,
    /// As the panel knows people.
    pub(super) admin: Admin,
    pub(super) session: PanelSession,
}

/// Who is in by this token, at this screen. He is out as soon as his PIN is taken back, or is another.
pub(super) async fn seated(
    app: &App,
    parts: &Parts,
    digest: &KeyDigest,
    is_touch: bool,
) -> Result<Option<Seated>, StoreError> {
    let Some(screen) = pairing::screen(app, parts).await? else { return Ok(None) };
    let Some(stay) = app.panel.stays.find(digest, &screen, is_touch, app.clock.now()) else { return Ok(None) };
    let rows = app.store.rows(Needs::setting(setting_name())).await?;
    if !Staff::known(&rows).is_ok_and(|staff| staff.still_has(&stay.name, stay.begun)) {
        app.panel.stays.end(digest);
        return Ok(None);
    }
    let admin = Admin::new(AdminName::at_booth(&stay.name), Role::Operator, stay.begun);
    let (digest, created_at, seen_at) = (stay.digest, stay.begun, stay.seen);
    let session = PanelSession { digest, admin: admin.name.clone(), created_at, seen_at, awaits_code: false };
    Ok(Some(Seated { name: stay.name, admin, session }))
}

/// What comes by itself.
#[derive(Template)]
#[template(path = "panel/booth-live.html")]
struct Live {
    words: &'static Words,
    /// Whether the booth is closed by hand, and the button for the other.
    sign: Sign,
    /// What is owed to customers, the oldest first, and of how many orders.
    owed: Vec<OwedOrder>,
    owed_count: usize,
    /// How the booth is.
    checks: Vec<Line>,
    /// The last orders.
    rows: Vec<Row>,
}

impl Live {
    fn t<'a>(&'a self, key: &'a str) -> &'a str {
        self.words.t(key)
    }

    async fn of(app: &App, seat: &Seat) -> Result<Self, Stop> {
        let words = seat.words();
        let takings = app.store.kept_sums(Vec::new()).await?.takings;
        let (owed, owed_count) = owed::orders(app, &takings, words, OWED_SHOWN).await?;
        let found = app.store.find_orders(OrderSearch::default(), ORDERS_SHOWN).await?;
        Ok(Self {
            words,
            sign: Sign::of(app, seat),
            owed,
            owed_count,
            checks: checks::at_booth(app, seat.at_booth.is_some(), words).await,
            rows: found.rows.iter().map(|row| Row::of(row, app, words)).collect(),
        })
    }
}

#[derive(Template)]
#[template(path = "panel/booth.html")]
struct BoothPage {
    f: Frame,
    live: Live,
    /// Whether the page may be asked for the camera: it hangs on the computer of the booth's screen.
    has_camera: bool,
    has_printer: bool,
    /// When this PIN opened the panel before; none for who is in by a password.
    before: Option<When>,
}

/// What somebody needs who stands at the booth: what customers are owed, how the booth is, the last orders.
pub(super) async fn page(State(app): State<Arc<App>>, seat: Seat) -> Result<Response, Stop> {
    let live = Live::of(&app, &seat).await?;
    let before = match &seat.at_booth {
        Some(name) => opened_before(&app, name).await?.map(|at| When::of(at, &app, seat.words())),
        None => None,
    };
    let photos = app.settings.photos.source == PhotoSource::Boothpay;
    // Where a program of its own drives the camera, the browser's shows the live view alone, if anything.
    let by_browser = app.settings.camera.as_ref().is_none_or(|camera| camera.has_live_view);
    let has_camera = seat.at_booth.is_some() && photos && by_browser;
    let has_printer = app.printer.is_some();
    show(&BoothPage { f: seat.frame(&app, Section::Booth), live, has_camera, has_printer, before })
}

/// The part of it that comes by itself.
pub(super) async fn live(State(app): State<Arc<App>>, seat: Seat, headers: HeaderMap) -> Result<Response, Stop> {
    frame::live(&Live::of(&app, &seat).await?, &headers)
}

/// Somebody touches a page without asking for another.
pub(super) async fn touched(State(app): State<Arc<App>>, _seat: Seat) -> StatusCode {
    app.condition.screens.use_one(app.clock.now());
    StatusCode::NO_CONTENT
}

/// When somebody's PIN opened the panel, the time before this one: he sees there whether another has his PIN.
async fn opened_before(app: &App, name: &str) -> Result<Option<TimeMs>, StoreError> {
    let rows = app.store.audit(Some(name.to_owned()), None, OPENED_ROWS).await?;
    Ok(rows.into_iter().filter(|(_, row)| row.deed == Deed::OpenedAtBooth).nth(1).map(|(_, row)| row.at))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_is_in_by_a_pin_meets_orders_and_the_booth_and_nothing_else() {
        for there in ["/admin/booth", "/admin/owed", "/admin/orders", "/admin/orders/74S88WN2/refund"] {
            assert!(is_there(there), "{there}");
        }
        for not in [
            "/admin",
            "/admin/",
            "/admin/figures",
            "/admin/books/right",
            "/admin/wallets/payme",
            "/admin/settings/prices",
            "/admin/people",
            "/admin/why",
            "/admin/audit",
            "/admin/me/second",
            "/admin/ordersx",
            "/admin/login",
        ] {
            assert!(!is_there(not), "{not}");
        }
    }
}
