//! Alerts: where the owner is told that something is wrong, and what is wrong now. A chat of Telegram's is found by a code that is sent to
//! the bot, so nobody has to know a chat's number, and nobody else's chat can be named.

use super::form::{Form, OwnerForm, back};
use super::frame::{Frame, Section, Stop, When, show};
use super::login::confirm;
use super::seat::OwnerSeat;
use super::settings::{closed, refused};
use super::words::Words;
use crate::alerts::{by_telegram, cure, kept, usual_cure, words_of};
use crate::app::App;
use crate::config::TelegramSettings;
use crate::config::edited::BOT_TOKEN_FILE;
use crate::connecting::Refusal;
use crate::jobs::alerts::{LEFT_ALONE, NO_BOT, REFUSED, SILENT};
use crate::letters::{self, NUMBER_LETTERS};
use crate::{editing, telegram};
use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use boothpay_protocol::alerts::{forget_chat, issue, setting_name};
use boothpay_protocol::ledger::journal::Actor;
use boothpay_protocol::ledger::rows::{Decision, Needs, Rows};
use boothpay_protocol::ledger::task::{TaskKey, TaskKind, TaskState};
use boothpay_protocol::panel::{Deed, PASSWORD_CHARS_MAX};
use boothpay_protocol::secret::KeyDigest;
use std::sync::Arc;

/// Characters of a token that are looked at: more than any bot's has.
const TOKEN_CHARS_MAX: usize = 200;

/// Tasks that are looked through for the last message.
const TASKS_LOOKED_AT: u32 = 100;

struct OpenTrouble {
    title: String,
    /// Which other booth has it.
    booth: Option<String>,
    since: When,
    cure: String,
}

#[derive(Template)]
#[template(path = "panel/alerts.html")]
struct AlertsPage {
    f: Frame,
    has_bot: bool,
    /// The bot's name, once Telegram has said it.
    bot: Option<String>,
    /// Whether its token was given here; one of the settings file is only used.
    is_panels: bool,
    /// Why no token can be given here.
    closed: Option<&'static str>,
    most: usize,
    chars: usize,
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
    let undelivered = last.filter(|task| !matches!(task.state, TaskState::Done { .. }));
    let undelivered = undelivered.and_then(|it| it.last_error.as_deref()).map(|why| why_not(why, words));
    let bot = app.photos.bot_name();
    let code = code.map(|code| {
        let start = format!("alerts_{code}");
        (bot.as_ref().map(|bot| format!("https://t.me/{bot}?start={start}")), format!("/start {start}"))
    });
    show(&AlertsPage {
        f: seat.frame(app, Section::Alerts),
        has_bot: app.settings.telegram.is_some(),
        is_panels: app.settings.connections.sources.edited.of(BOT_TOKEN_FILE).is_some(),
        closed: closed(app),
        most: PASSWORD_CHARS_MAX,
        chars: TOKEN_CHARS_MAX,
        chat: alerts.chat.as_ref().map(|chat| chat.name.clone().unwrap_or_else(|| chat.id.to_string())),
        code,
        bot,
        webhooks: app.settings.webhooks.iter().filter(|it| it.takes_alerts()).map(|it| it.name.to_string()).collect(),
        open: alerts
            .there()
            .map(|open| {
                let other =
                    open.booth.as_ref().filter(|booth| app.store.is_shared() && booth.id != app.settings.booth.id);
                // What another server has refused, it alone knows.
                let cure =
                    if other.is_some() { usual_cure(open.trouble, words) } else { cure(app, open.trouble, words) };
                OpenTrouble {
                    title: words.t(&format!("alert.{}", open.trouble.word())).to_owned(),
                    booth: other.map(|booth| booth.name.clone()),
                    since: When::of(open.since, app, words),
                    cure: cure.replace(" ¶ ", " "),
                }
            })
            .collect(),
        undelivered,
    })
}

/// Takes the token of a bot, and asks Telegram whose it is; it is never shown again.
pub(super) async fn set_bot(State(app): State<Arc<App>>, OwnerForm(form): OwnerForm) -> Result<Response, Stop> {
    let token: String = form.get("token").chars().take(TOKEN_CHARS_MAX).collect();
    change_bot(&app, &form, Some(&token), "bot_set").await
}

/// Takes the panel's token away.
pub(super) async fn forget_bot(State(app): State<Arc<App>>, OwnerForm(form): OwnerForm) -> Result<Response, Stop> {
    change_bot(&app, &form, None, "bot_forgotten").await
}

async fn change_bot(app: &App, form: &Form, token: Option<&str>, done: &str) -> Result<Response, Stop> {
    if let Some(why) = closed(app) {
        return Err(form.refuse(app, StatusCode::CONFLICT, why));
    }
    let refuse = |why| Err(form.refuse(app, StatusCode::UNPROCESSABLE_ENTITY, why));
    confirm(app, form).await?;
    // A Telegram that is away now is asked later: the bot introduces itself when it can.
    let judge = async |settings: &TelegramSettings| match telegram::ask(settings).await {
        Ok(_) | Err((_, false)) => None,
        Err((_, true)) => Some(()),
    };
    let audit = form.audit(app, Deed::AlertsChanged);
    match editing::change_bot(app, token, &form.seat.admin.name, audit, judge).await {
        Ok(None) => Ok(back("/admin/alerts", done)),
        Ok(Some(())) => refuse("alerts.bot_unknown"),
        Err(Refusal::Findings(findings)) if findings.iter().any(|it| it.setting.starts_with("telegram.")) => {
            let stands =
                app.settings.connections.sources.edited.of(BOT_TOKEN_FILE).is_none() && app.settings.telegram.is_some();
            refuse(if stands { "alerts.bot_stands" } else { "alerts.bot_wrong" })
        }
        Err(refusal) => Err(refused(app, form, refusal)),
    }
}

/// Why a message did not get there; what Telegram itself says stays in its words.
fn why_not(why: &str, words: &Words) -> String {
    if let Some(seconds) = why.strip_prefix(LEFT_ALONE).and_then(|rest| rest.strip_suffix(" s")) {
        return words.fill("alerts.left_alone", &[("seconds", seconds)]);
    }
    if let Some(said) = why.strip_prefix(REFUSED) {
        return words.fill("alerts.refused", &[("said", said)]);
    }
    match why {
        SILENT => words.t("alerts.silent").to_owned(),
        NO_BOT => words.t("alerts.bot_gone").to_owned(),
        other => other.to_owned(),
    }
}

/// Makes a code, and shows it this once.
pub(super) async fn make_code(State(app): State<Arc<App>>, OwnerForm(form): OwnerForm) -> Result<Response, Stop> {
    let code = letters::draw(NUMBER_LETTERS)?;
    let (digest, now) = (KeyDigest::of(code.as_bytes()), app.clock.now());
    let decide = move |rows: &Rows| issue(&digest, rows, now);
    let store = app.store.noting(form.audit(&app, Deed::AlertsChanged));
    let made = store.transact(Needs::setting(setting_name()), Actor::Panel, decide).await?.reply;
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
    let decide = move |rows: &Rows| forget_chat(rows, now);
    app.store
        .noting(form.audit(&app, Deed::AlertsChanged))
        .transact(Needs::setting(setting_name()), Actor::Panel, decide)
        .await?;
    Ok(back("/admin/alerts", "alerts_ended"))
}
