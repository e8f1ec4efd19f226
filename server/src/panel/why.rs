//! "What is wrong": what is asked most often, decided by what was seen; every check with its state and its cure; and for the owner
//! the last calls of the wallets, of which one opens whole.
//!
//! The page is made of what is in memory, of looks that are bounded in time, and of the public address's last answer: asking that takes
//! seconds, so it is done beside the page ([`reach`]).

pub(super) mod again;
pub(crate) mod call;
pub(super) mod checks;
mod questions;

use super::form::{Form, back};
use super::frame::{self, Frame, Section, Stop, When, show};
use super::seat::Seat;
use super::words::Words;
use crate::app::App;
use crate::condition::Standing;
use crate::condition::reach::{Reach, Reached, connected, public_address};
use askama::Template;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;
use call::Row;
use checks::checks;
use questions::{Question, questions};
use std::sync::Arc;

/// Where the page says that the printer was looked at.
pub(super) const MENDED: &str = "/admin/booth/printer";

/// Calls that the page lists.
const CALLS_SHOWN: usize = 50;

/// Something that was looked at.
pub(super) struct Line {
    /// What it is about, for whoever looks for it in the page.
    pub(super) id: &'static str,
    pub(super) standing: Standing,
    pub(super) title: String,
    pub(super) said: String,
    pub(super) cure: Option<String>,
    /// Where the owner carries out the cure.
    pub(super) link: Option<Link>,
    /// More for an engineer, in English.
    pub(super) detail: Option<String>,
    /// Whether the public address can be asked again here.
    pub(super) can_ask: bool,
}

/// A page of the panel, and what it is called.
pub(crate) struct Link {
    pub(crate) address: String,
    pub(crate) name: String,
}

/// What comes by itself.
#[derive(Template)]
#[template(path = "panel/why-live.html")]
struct Live {
    words: &'static Words,
    csrf: String,
    questions: Vec<Question>,
    checks: Vec<Line>,
    /// None for an operator.
    calls: Option<Vec<Row>>,
    since: When,
}

impl Live {
    fn t<'a>(&'a self, key: &'a str) -> &'a str {
        self.words.t(key)
    }

    async fn of(app: &Arc<App>, seat: &Seat) -> Self {
        Reach::ask_if_old(app);
        let words = seat.words();
        let calls =
            || app.inspector.all_calls().iter().take(CALLS_SHOWN).map(|call| Row::of(call, app, words)).collect();
        Self {
            words,
            csrf: seat.csrf().to_owned(),
            questions: questions(app, words).await,
            checks: checks(app, words).await,
            calls: seat.is_owner().then(calls),
            since: When::of(app.inspector.since, app, words),
        }
    }
}

#[derive(Template)]
#[template(path = "panel/why.html")]
struct WhyPage {
    f: Frame,
    live: Live,
    has_printer: bool,
}

/// The page.
pub(super) async fn page(State(app): State<Arc<App>>, seat: Seat) -> Result<Response, Stop> {
    let live = Live::of(&app, &seat).await;
    show(&WhyPage { f: seat.frame(&app, Section::Why), live, has_printer: app.printer.is_some() })
}

/// The part of it that comes by itself.
pub(super) async fn live(State(app): State<Arc<App>>, seat: Seat, headers: HeaderMap) -> Result<Response, Stop> {
    frame::live(&Live::of(&app, &seat).await, &headers)
}

/// Asks the public address again, waits for what it says, and says what came of it.
pub(super) async fn reach(State(app): State<Arc<App>>, _form: Form) -> Response {
    if public_address(&app.settings).is_none() {
        return back("/admin/why", "reach_no_address");
    }
    Reach::ask(&app).await;
    let found: Vec<_> = connected(&app.settings).into_iter().map(|wallet| app.condition.reach.last(wallet)).collect();
    let done = if found.is_empty() {
        "reach_no_wallet"
    } else if found.iter().any(|reached| matches!(reached, Some(reached) if *reached != Reached::Here)) {
        "reach_not"
    } else if found.iter().all(Option::is_some) {
        "reach_here"
    } else {
        "reach_asked"
    };
    back("/admin/why", done)
}

/// Somebody has looked at the printer and says that it is in order: what its queue remembers of its last print is not believed any more.
pub(super) async fn mended(State(app): State<Arc<App>>, form: Form) -> Response {
    if let Some(printer) = &app.printer {
        tracing::info!("{} says that the printer is in order; it is looked at again", form.seat.admin.name);
        printer.is_mended(app.clock.now()).await;
    }
    back(if form.seat.at_booth.is_some() { "/admin/booth" } else { "/admin/why" }, "printer_mended")
}
