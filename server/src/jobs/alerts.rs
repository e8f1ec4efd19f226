//! Looks whether something is wrong, keeps it for the panel, and has the owner told. What is kept and the tasks that tell it are one commit, so he is told once,
//! whenever the program ends. Of several servers on one database each looks at what is its own booth's, and one at what they share; of several of one booth, one looks.

use crate::alerts::{at_booth, is_quiet, kept, shared, summary, tasks};
use crate::app::App;
use crate::limits::{ALERT_MESSAGE_PATIENCE, ALERT_WAIT_SECONDS_MAX, ALERTS_PERIOD};
use crate::outgoing::line::Caller;
use crate::telegram::api::{Bot, Failure};
use boothpay_protocol::alerts::{Alerts, Ear, Scope, Telegram, setting_name};
use boothpay_protocol::ledger::journal::Actor;
use boothpay_protocol::ledger::rows::{Decision, Needs, Rows};
use boothpay_protocol::ledger::task::{Attempt, NewTask, Task};
use boothpay_protocol::time::SpanMs;
use boothpay_store::StoreError;
use std::sync::Arc;
use tokio::time::{MissedTickBehavior, timeout};

/// Why a message did not get there, as a task keeps it. The page of the alerts says these in its own language.
pub(crate) const NO_BOT: &str = "the settings have no bot any more (telegram.token)";
pub(crate) const SILENT: &str = "Telegram does not answer";
/// Before what Telegram said.
pub(crate) const REFUSED: &str = "Telegram refused it: ";
/// Before the seconds.
pub(crate) const LEFT_ALONE: &str = "Telegram asks to be left alone for ";

/// Looks until the program is asked to stop.
pub async fn run(app: Arc<App>) {
    let mut stopping = app.stopping.clone();
    let mut ticks = tokio::time::interval(ALERTS_PERIOD);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            _ = ticks.tick() => {}
            _ = stopping.wait_for(|stop| *stop) => return,
        }
        if let Err(error) = once(&app).await {
            tracing::debug!(%error, "whether something is wrong could not be looked at");
        }
    }
}

/// One look, at what is this server's to look at.
pub async fn once(app: &App) -> Result<(), StoreError> {
    let own = &app.settings.booth;
    let booth = app.store.try_lead_booth(&own.id).await?.then_some(own);
    let scope = Scope { booth, shared: app.store.try_lead().await?, alone: !app.store.is_shared() };
    if booth.is_none() && !scope.shared {
        return Ok(());
    }
    let (before, now) = (kept(app).await?, app.clock.now());
    // Where nobody is told, the panel says what is wrong all the same.
    let is_told = before.chat.is_some() || app.settings.webhooks.iter().any(crate::config::Webhook::takes_alerts);
    let ear = match (is_told, is_quiet(app, now)) {
        (false, _) => Ear::Nobody,
        (true, true) => Ear::Quiet,
        (true, false) => Ear::Open,
    };
    let mut found = if scope.shared { shared(app).await? } else { Vec::new() };
    if booth.is_some() {
        found.extend(at_booth(app).await);
    }
    let (mut next, news) = before.step(&found, scope, ear, now);
    let mut told = tasks(app, &before, &news, now);
    if scope.shared
        && let Some((summed, task)) = summary(app, &next, now).await?
    {
        next = summed;
        told.extend(task);
    }
    if next != before && keep(app, before, next, told).await? {
        for one in &news {
            let trouble = one.trouble.word();
            tracing::warn!(trouble, "the owner is told: {trouble}{}", if one.is_over { " is over" } else { "" });
        }
    }
    Ok(())
}

/// Keeps it, unless somebody has changed it meanwhile: then the next look does. Whether it was kept.
async fn keep(app: &App, before: Alerts, next: Alerts, told: Vec<NewTask>) -> Result<bool, StoreError> {
    let now = app.clock.now();
    let decide = move |rows: &Rows| {
        if Alerts::of(rows.setting.as_ref()).unwrap_or_default() == before {
            next.store(now, true).with_tasks(told.clone())
        } else {
            Decision::answer(false)
        }
    };
    Ok(app.store.transact(Needs::setting(setting_name()), Actor::Tasks, decide).await?.reply)
}

/// Says what a task says, in its chat.
pub(super) async fn carry_out(app: &App, caller: &Caller, task: &Task) -> Attempt {
    let Some(settings) = app.settings.telegram.clone() else {
        return Attempt::Failed { why: NO_BOT.to_owned(), wait: None };
    };
    let Ok(Telegram { chat, text }) = serde_json::from_str(&task.payload) else {
        return Attempt::Hopeless { why: "its message cannot be read".to_owned() };
    };
    let bot = Bot::over(settings, caller.clone());
    match timeout(ALERT_MESSAGE_PATIENCE, bot.say(chat, &text, &Vec::new())).await {
        Ok(Ok(())) => Attempt::Done,
        Ok(Err(Failure::TooOften(seconds))) => Attempt::Failed {
            why: format!("{LEFT_ALONE}{seconds} s"),
            wait: Some(SpanMs::seconds(seconds.min(ALERT_WAIT_SECONDS_MAX))),
        },
        Ok(Err(Failure::Refused(why))) => Attempt::Hopeless { why: format!("{REFUSED}{why}") },
        Ok(Err(failure)) => Attempt::Failed { why: failure.to_string(), wait: None },
        Err(_) => Attempt::Failed { why: SILENT.to_owned(), wait: None },
    }
}

/// What such a task says.
pub(super) fn said(payload: &str) -> Option<String> {
    serde_json::from_str::<Telegram>(payload).ok().map(|message| message.text)
}
