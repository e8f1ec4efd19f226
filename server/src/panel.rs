//! The owner's panel at `/admin`: pages made on the server, in three languages, for a phone and a desktop.
//!
//! **How a page is added.**
//! 1. A file here with the page's data and its handler: `async fn page(State(app), seat: Seat) -> Result<Response, Stop>`. A [`Seat`]
//!    says who is in; [`seat::OwnerSeat`] lets the owner in alone. Both refuse everybody else, so a page without one does not exist.
//! 2. A template in `templates/panel` that extends `panel/frame.html` and has a member `f: Frame`, made by
//!    `seat.frame(&app, Section::…)`; [`frame::show`] renders it. Words are `f.t("key")`, with values `f.fill("key", …)`; sums are
//!    [`say::sum`], times [`say::time`]. askama escapes everything; `|safe` is not used here.
//! 3. Its words in `panel/words/*.json`, all three. A test looks that each key that is used is there, and the other way round.
//! 4. A line in [`routes`], and, if it has a place in the menu, a [`frame::Section`].
//!
//! **What changes something** is a form whose handler takes a [`form::Form`] (or [`form::OwnerForm`]): it has checked the origin and
//! the token that `{{ f.csrf }}` gave the page in a hidden field `csrf`. It writes a row of the audit ([`form::Form::audit`]) in
//! the commit of the change (`Store::noting`), and answers with [`form::back`], so that loading the page anew does nothing twice. A form with files is an
//! [`upload::Upload`], which takes them in only from the owner. A new kind of deed is a line in
//! `boothpay_protocol::panel::Deed` and its words `deed.…`.
//!
//! **What comes by itself** is a part of a page with `data-live="/admin/live/…"` that the script asks for again; its handler answers
//! with [`frame::live`], which says "nothing new" by an `ETag`.
//!
//! Nothing here is on a payment's way: passwords are judged on threads of their own ([`password`]), and lists are bounded.

mod alerts;
mod at_booth;
mod attempts;
mod audit;
mod books;
mod closing;
mod code;
mod cookies;
mod figures;
pub(crate) mod form;
pub(crate) mod frame;
mod layouts;
mod link;
mod login;
mod looks;
mod me;
mod order;
mod orders;
mod owed;
mod password;
mod people;
pub(crate) mod say;
mod seat;
mod settings;
mod story;
mod today;
mod totp;
mod unanswered;
mod upload;
mod wallets;
pub(crate) mod why;
pub(crate) mod words;

pub use link::{FirstLink, LinkError, NewLink, first_link, new_link};
pub(crate) use seat::Seat;

use crate::access;
use crate::access::refusals::Refusals;
use crate::api;
use crate::app::App;
use crate::config::PanelReach;
use crate::net::is_passed_on;
use at_booth::stays::Stays;
use attempts::Attempts;
use axum::Router;
use axum::extract::{Request, State};
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use figures::Readings;
use looks::Found;
use owed::LateMoney;
use password::Passwords;
use seat::Guest;
use std::sync::Arc;
use tower_http::set_header::SetResponseHeaderLayer;

/// As strict as the booth's page, but forms may be sent to this server.
const CONTENT_SECURITY_POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; \
                                       connect-src 'self'; font-src 'self'; base-uri 'none'; form-action 'self'; \
                                       frame-ancestors 'none'";

/// What the panel keeps in memory.
#[derive(Default)]
pub(crate) struct Panel {
    /// Who is in at a booth's screen.
    stays: Stays,
    /// Who tried passwords lately.
    attempts: Attempts,
    /// Where passwords are judged.
    passwords: Passwords,
    /// Sessions that nobody made up.
    found: Found,
    /// What was told lately. Its own: whoever fills the one that foreign pages fill does not silence the audit of wrong passwords.
    pub(crate) refusals: Refusals,
    /// Which orders have late money.
    late_money: LateMoney,
    /// Who reads payments as a file.
    readings: Readings,
    /// Held from the count of what a PIN has done in a day to the end of its next such deed.
    counted_deeds: tokio::sync::Mutex<()>,
}

/// The endings of the files in which the panel keeps what no database has: wallets, changed settings, the bot's token, and that the
/// booth is closed by hand. Before each stands what the wallets' file begins with, which is the database's name.
pub const FILE_ENDINGS: [&str; 4] = [
    crate::config::connected::ENDING,
    crate::config::edited::ENDING,
    crate::config::edited::BOT_TOKEN_ENDING,
    crate::closing::ENDING,
];

/// The panel's routes: everything under `/admin`.
pub(crate) fn routes(app: &Arc<App>) -> Router<Arc<App>> {
    Router::new()
        .route("/admin", get(today::page))
        .route("/admin/", get(today::page))
        .route("/admin/live/today", get(today::live))
        .route(closing::ADDRESS, post(closing::change))
        .route("/admin/login", get(login::page).post(login::enter))
        .route(code::ADDRESS, get(code::page).post(code::enter))
        .route("/admin/logout", post(login::leave))
        .route("/admin/language", post(login::language))
        .route("/admin/link/{token}", get(link::page).post(link::redeem))
        .route("/admin/owed", get(owed::page))
        .route("/admin/figures", get(figures::page))
        .route("/admin/figures/table.csv", get(figures::table))
        .route("/admin/figures/{kind}", get(figures::payments))
        .route("/admin/orders", get(orders::page))
        .route("/admin/orders/{id}", get(order::page))
        .route("/admin/orders/{id}/cancel", post(order::cancel))
        .route("/admin/orders/{id}/reprint", post(order::reprint))
        .route("/admin/orders/{id}/prints-handed-over", post(order::hand_over))
        .route("/admin/orders/{id}/refund", post(order::refund))
        .route("/admin/orders/{id}/handed-back", post(order::handed_back))
        .route("/admin/orders/{id}/note", post(order::write_note))
        .route("/admin/why", get(why::page))
        .route("/admin/live/why", get(why::live))
        .route("/admin/why/reach", post(why::reach))
        .route(why::MENDED, post(why::mended))
        .route("/admin/why/calls/{number}", get(why::call::page))
        .route("/admin/why/calls/{number}/again", get(why::again::page))
        .route("/admin/books", get(books::page).post(books::compare))
        .route("/admin/books/difference", post(books::change))
        .route("/admin/books/right", post(books::put_right))
        .route("/admin/alerts", get(alerts::page))
        .route("/admin/alerts/code", post(alerts::make_code))
        .route("/admin/alerts/test", post(alerts::test))
        .route("/admin/alerts/disconnect", post(alerts::disconnect))
        .route("/admin/alerts/bot", post(alerts::set_bot))
        .route("/admin/alerts/bot/away", post(alerts::forget_bot))
        .route("/admin/wallets", get(wallets::page))
        .route("/admin/wallets/{wallet}", get(wallets::one).post(wallets::connect))
        .route("/admin/live/wallets/{wallet}", get(wallets::live))
        .route("/admin/wallets/{wallet}/offer", post(wallets::offer))
        .route("/admin/wallets/{wallet}/forget", post(wallets::forget))
        .route("/admin/wallets/{wallet}/test-order", post(wallets::test_order::make))
        .route("/admin/settings", get(settings::page))
        .route("/admin/settings/{part}", post(settings::change))
        .route(layouts::ADDRESS, get(layouts::page).post(layouts::add))
        .route("/admin/layouts/offered", post(layouts::offer))
        .route("/admin/layouts/away", post(layouts::take_away))
        .route("/admin/layouts/{id}/picture", get(layouts::picture))
        .route("/admin/people", get(people::page).post(people::add))
        .route("/admin/people/{name}/link", post(people::new_link))
        .route("/admin/people/{name}/remove", post(people::remove))
        .route("/admin/people/{name}/second", post(people::take_second))
        .route("/admin/me", get(me::page))
        .route("/admin/me/second", post(me::turn_on))
        .route("/admin/me/second/off", post(me::turn_off))
        .route("/admin/booth", get(at_booth::page).post(at_booth::enter))
        .route("/admin/live/booth", get(at_booth::live))
        .route(at_booth::TOUCHED, get(at_booth::touched))
        .route("/admin/audit", get(audit::page))
        .route("/admin/{*rest}", get(frame::nothing_here))
        .method_not_allowed_fallback(frame::wrong_method)
        .layer((
            middleware::from_fn_with_state(Arc::clone(app), within_reach),
            header_of(header::CACHE_CONTROL, "no-store"),
            header_of(header::CONTENT_SECURITY_POLICY, CONTENT_SECURITY_POLICY),
            // With "no-referrer" a browser hides the origin of a form, by which we know that it is ours.
            header_of(header::REFERRER_POLICY, "same-origin"),
            middleware::from_fn_with_state(Arc::clone(app), under_own_name),
        ))
}

/// Who is out of the panel's reach meets an address at which there is nothing.
async fn within_reach(State(app): State<Arc<App>>, request: Request, next: Next) -> Response {
    let reached = match app.settings.panel.reach {
        PanelReach::Any => true,
        PanelReach::Direct => !is_passed_on(request.headers()),
        PanelReach::Off => false,
    };
    if reached {
        return next.run(request).await;
    }
    if app.settings.panel.reach == PanelReach::Direct && app.panel.refusals.is_news("the panel through a proxy") {
        tracing::warn!(
            "the owner's panel was asked for through a proxy or a tunnel and did not answer. If that was you, set \
             admin.panel = \"any\" in boothpay.toml, use https there, and start the server again"
        );
    }
    api::unknown(State(app), request).await.into_response()
}

/// A page of elsewhere can make a name of its own lead to this computer, and try passwords from here by its reader's browser. So the
/// panel answers under an address in numbers, `localhost`, and the names in `host_names`.
async fn under_own_name(State(app): State<Arc<App>>, request: Request, next: Next) -> Response {
    let (parts, body) = request.into_parts();
    if access::refuse_strange_name(&app, &parts).is_err() {
        return Guest::of(&parts, &app).frame(&app).stop(StatusCode::FORBIDDEN, "stop.name").into_response();
    }
    next.run(Request::from_parts(parts, body)).await
}

fn header_of(name: HeaderName, value: &'static str) -> SetResponseHeaderLayer<HeaderValue> {
    SetResponseHeaderLayer::if_not_present(name, HeaderValue::from_static(value))
}
