//! Alerts: where the owner is told that something is wrong, and what is wrong now. A chat of Telegram's is found by a code that is sent to
//! the bot, so nobody has to know a chat's number, and nobody else's chat can be named.

use super::form::{OwnerForm, back};
use super::frame::{Frame, Section, Stop, When, show};
use super::seat::OwnerSeat;
use crate::alerts::{by_telegram, kept, words_of};
use crate::app::App;
use crate::letters::{self, NUMBER_LETTERS};
use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use boothpay_protocol::alerts::{forget_chat, issue, setting_name};
use boothpay_protocol::ledger::journal::Actor;
use boothpay_protocol::ledger::rows::{Decision, Needs, Rows};
use boothpay_protocol::ledger::task::{TaskKey, TaskKind, TaskState};
use boothpay_protocol::panel::Deed;
use boothpay_protocol::secret::KeyDigest;
use std::sync::Arc;

/// Tasks that are looked through for the last message.
const TASKS_LOOKED_AT: u32 = 100;

struct OpenTrouble {
    title: String,
    since: When,
}

#[derive(Template)]
#[template(path = "panel/alerts.html")]
struct AlertsPage {
    f: Frame,
    has_bot: bool,
    /// Whose chat it is.
    chat: Option<String>,
    /// A code that was just made: what to open, and what to send where that does not work.
    code: Option<(Option<String>, String)>,
    webhooks: Vec<String>,
    open: Vec<OpenTrouble>,
    /// Why the last message did not get there, if it did not.
    undelivered: Option<String>,
}

/// The page.
pub(super) async fn page(State(app): State<Arc<App>>, OwnerSeat(seat): OwnerSeat) -> Result<Response, Stop> {
    shown(&app, &seat, None).await
}

async fn shown(app: &App, seat: &super::Seat, code: Option<String>) -> Result<Response, Stop> {
    let (alerts, words) = (kept(app).await?, seat.words());
    let tasks = app.store.tasks(&TaskState::WORDS, TASKS_LOOKED_AT).await?;
    let last = tasks.iter().filter(|task| task.kind == TaskKind::Telegram).max_by_key(|task| task.number);
    let undelivered =
        last.filter(|task| !matches!(task.state, TaskState::Done { .. })).and_then(|it| it.last_error.clone());
    let bot = app.photos.bot_name.get();
    let code = code.map(|code| {
        let start = format!("alerts_{code}");
        (bot.map(|bot| format!("https://t.me/{bot}?start={start}")), format!("/start {start}"))
    });
    show(&AlertsPage {
        f: seat.frame(app, Section::Alerts),
        has_bot: app.settings.telegram.is_some(),
        chat: alerts.chat.map(|chat| chat.name.unwrap_or_else(|| chat.id.to_string())),
        code,
        webhooks: app.settings.webhooks.iter().filter(|it| it.takes_alerts()).map(|it| it.name.to_string()).collect(),
        open: alerts
            .open
            .iter()
            .map(|open| OpenTrouble {
                title: words.t(&format!("alert.{}", open.trouble.word())).to_owned(),
                since: When::of(open.since, app, words),
            })
            .collect(),
        undelivered,
    })
}

/// Makes a code, and shows it this once.
pub(super) async fn make_code(State(app): State<Arc<App>>, OwnerForm(form): OwnerForm) -> Result<Response, Stop> {
    let code = letters::draw(NUMBER_LETTERS)?;
    let (digest, now) = (KeyDigest::of(code.as_bytes()), app.clock.now());
    app.store.note_audit(form.audit(&app, Deed::AlertsChanged)).await?;
    let decide = move |rows: &Rows| issue(&digest, rows, now);
    let made = app.store.transact(Needs::setting(setting_name()), Actor::Panel, decide).await?.reply;
    match made {
        Ok(()) => shown(&app, &form.seat, Some(code)).await,
        Err(_) => Err(form.refuse(&app, StatusCode::INTERNAL_SERVER_ERROR, "alerts.unreadable")),
    }
}

/// Says something in the chat, to see that it gets there.
pub(super) async fn test(State(app): State<Arc<App>>, OwnerForm(form): OwnerForm) -> Result<Response, Stop> {
    let Some(chat) = kept(&app).await?.chat else {
        return Err(form.refuse(&app, StatusCode::CONFLICT, "alerts.no_chat"));
    };
    let now = app.clock.now();
    let text = words_of(&chat).fill("alert.test", &[("booth", &app.settings.booth.name)]);
    let drawn = letters::draw(NUMBER_LETTERS)?;
    let task = by_telegram(&chat, text, TaskKey::of("alert", &["test", &drawn]), now);
    let decide = move |_: &Rows| Decision::answer(()).with_tasks(task.clone());
    app.store.transact(Needs::setting(setting_name()), Actor::Panel, decide).await?;
    Ok(back("/admin/alerts", "alert_tested"))
}

/// Tells nobody by Telegram any more.
pub(super) async fn disconnect(State(app): State<Arc<App>>, OwnerForm(form): OwnerForm) -> Result<Response, Stop> {
    let now = app.clock.now();
    app.store.note_audit(form.audit(&app, Deed::AlertsChanged)).await?;
    let decide = move |rows: &Rows| forget_chat(rows, now);
    app.store.transact(Needs::setting(setting_name()), Actor::Panel, decide).await?;
    Ok(back("/admin/alerts", "alerts_ended"))
}
