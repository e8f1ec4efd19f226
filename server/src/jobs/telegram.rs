//! Runs the bot: asks Telegram for what is new and keeps it, has it handled, and has finished pictures sent. The three go side by
//! side, so that a slow download holds up no news, and no customer another.
//!
//! Of several servers on one database, one runs the bot.

use crate::app::App;
use crate::config::TelegramSettings;
use crate::limits::{
    TELEGRAM_AT_ONCE_MAX, TELEGRAM_LOOK_PERIOD, TELEGRAM_PAUSE_MAX, TELEGRAM_PAUSE_MIN, TELEGRAM_PERSON_PAUSE,
    TELEGRAM_STEP_MAX, TELEGRAM_TRIES_MAX, TELEGRAM_WAIT_MAX,
};
use crate::telegram::api::{Bot, Failure};
use crate::telegram::deliver::deliver;
use crate::telegram::handle::{NotYet, handle};
use crate::telegram::incoming;
use crate::telegram::often::{Allowed, Often};
use crate::telegram::words::{Say, words};
use boothpay_protocol::ledger::language::Language;
use boothpay_protocol::photos::{Session, SessionId};
use boothpay_store::{StoreError, Update, UpdateKey};
use serde_json::value::RawValue;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::Notify;
use tokio::task::{Id, JoinError, JoinSet};
use tokio::time::{Instant, sleep};

/// Runs until the program is asked to stop. The bot may come, go, or be another one meanwhile: the owner changes it in the panel.
pub async fn run(app: Arc<App>) {
    let mut stopping = app.stopping.clone();
    let working = async {
        loop {
            let settings = app.settings.telegram.clone();
            app.photos.name_bot(None);
            tokio::select! {
                () = with_bot(&app, settings.clone()) => {}
                () = another(&app, settings.as_ref()) => {}
            }
        }
    };
    tokio::select! {
        () = working => {}
        // What is under way is not marked as handled, so it is handled after the next start.
        _ = stopping.wait_for(|stop| *stop) => {}
    }
}

/// Runs one bot, for as long as it is the owner's; with none, waits.
async fn with_bot(app: &Arc<App>, settings: Option<TelegramSettings>) {
    let Some(settings) = settings else { return std::future::pending().await };
    let (bot, kept) = (Bot::new(settings), Notify::new());
    let bot_id = introduce(app, &bot).await;
    tokio::join!(listen(app, &bot, bot_id, &kept), serve(app, &bot, bot_id, &kept), send(app, &bot));
}

/// Waits until the settings have another bot than this one.
async fn another(app: &App, settings: Option<&TelegramSettings>) {
    while app.settings.telegram.as_ref() == settings {
        sleep(TELEGRAM_LOOK_PERIOD).await;
    }
}

/// Waits until this process is the one that runs the bot.
async fn lead(app: &App) {
    while !matches!(app.store.try_lead().await, Ok(true)) {
        sleep(TELEGRAM_LOOK_PERIOD).await;
    }
}

/// What the log has said of Telegram: each trouble once, and that it is over.
#[derive(Default)]
struct Told(Option<String>);

impl Told {
    /// Tells of a failure, and says how long to wait before the next try.
    fn failure(&mut self, failure: &Failure, pause: &mut Duration) -> Duration {
        let words = match failure {
            Failure::Silent(why) => format!(
                "Telegram cannot be reached: {why}. It is tried again; photos that customers send meanwhile come then, and payments do not wait for it"
            ),
            Failure::TooOften(_) => "Telegram asks the bot to be slower; nothing is lost".to_owned(),
            Failure::WrongToken => format!(
                "{failure}. Put it into telegram.token_file (or BOOTHPAY_TELEGRAM_TOKEN) and start the server again. Payments are not touched"
            ),
            Failure::AnotherPoller(why) => format!(
                "another program takes what customers send to this bot ({why}). Only one may: end the other one, for instance the old bot's window on another computer, or give this server a bot of its own. It is tried again all the time"
            ),
            Failure::Unread(why) => {
                format!("a finished picture cannot be sent to its customer yet: {why}. It is tried again")
            }
            Failure::Refused(why) => format!("Telegram does not do what the bot asks: {why}"),
        };
        let kind = words.split(':').next().unwrap_or_default().to_owned();
        if self.0.as_ref() != Some(&kind) {
            tracing::warn!("{words}");
            self.0 = Some(kind);
        }
        let backing_off = *pause;
        *pause = pause.saturating_mul(2).min(TELEGRAM_PAUSE_MAX);
        match failure {
            Failure::TooOften(seconds) => Duration::from_secs((*seconds).into()).min(TELEGRAM_WAIT_MAX),
            Failure::WrongToken | Failure::AnotherPoller(_) => TELEGRAM_PERSON_PAUSE,
            Failure::Silent(_) | Failure::Unread(_) | Failure::Refused(_) => backing_off,
        }
    }

    fn success(&mut self, pause: &mut Duration) {
        *pause = TELEGRAM_PAUSE_MIN;
        if self.0.take().is_some() {
            tracing::info!("the bot hears from Telegram again");
        }
    }
}

/// Learns who the bot is, however long that takes: its name stands behind each code. Its number.
async fn introduce(app: &App, bot: &Bot) -> i64 {
    let (mut told, mut pause) = (Told::default(), TELEGRAM_PAUSE_MIN);
    let user = loop {
        match bot.get_me().await {
            Ok(user) => break user,
            Err(failure) => sleep(told.failure(&failure, &mut pause)).await,
        }
    };
    told.success(&mut pause);
    let name = user.username.unwrap_or_default();
    tracing::info!("photos come by https://t.me/{name}");
    app.photos.name_bot(Some(name));
    for (code, language) in [(None, Language::En), (Some("ru"), Language::Ru), (Some("uz"), Language::Uz)] {
        let commands = [
            ("start", Say::MenuStart),
            ("help", Say::MenuHelp),
            ("language", Say::MenuLanguage),
            ("cancel", Say::MenuCancel),
        ];
        // A menu is a comfort.
        let _ = bot.set_commands(code, commands.map(|(name, say)| (name, words(language, say)))).await;
    }
    i64::try_from(user.id).unwrap_or(i64::MAX)
}

/// Takes what is new and keeps it. Only then, with the next question, may Telegram forget it.
async fn listen(app: &Arc<App>, bot: &Bot, bot_id: i64, kept: &Notify) {
    let (mut told, mut pause, mut often) = (Told::default(), TELEGRAM_PAUSE_MIN, Often::default());
    let mut offset = None;
    loop {
        lead(app).await;
        let updates = match bot.get_updates(offset).await {
            Ok(updates) => updates,
            Err(failure) => {
                sleep(told.failure(&failure, &mut pause)).await;
                continue;
            }
        };
        told.success(&mut pause);
        let Some((last, new)) = sort(app, bot, bot_id, &updates, &mut often).await else {
            // Nothing, or nothing with a number: asked again without haste, so that it is no endless loop.
            if !updates.is_empty() {
                sleep(TELEGRAM_PAUSE_MIN).await;
            }
            continue;
        };
        match app.store.keep_updates(new).await {
            Ok(_) => {
                offset = Some(last.saturating_add(1));
                kept.notify_one();
            }
            Err(error) => {
                // Telegram keeps them, and they come again.
                tracing::warn!(%error, "what customers sent could not be kept now; it comes again");
                sleep(TELEGRAM_LOOK_PERIOD).await;
            }
        }
    }
}

/// The last number of a batch, and what of it is handled. Who sends too much is told so once.
async fn sort(
    app: &Arc<App>,
    bot: &Bot,
    bot_id: i64,
    updates: &[Box<RawValue>],
    often: &mut Often,
) -> Option<(i64, Vec<Update>)> {
    let (mut last, mut kept, now) = (None, Vec::new(), app.clock.now());
    for (update_id, incoming) in updates.iter().filter_map(|raw| incoming::read(raw)) {
        last = last.max(Some(update_id));
        let Some(incoming) = incoming else { continue };
        match often.take(incoming.customer, now) {
            Allowed::Yes => {}
            Allowed::NoAndTell => {
                let _ = bot.say(incoming.customer, words(incoming.language, Say::SlowDown), &Vec::new()).await;
                continue;
            }
            Allowed::No => continue,
        }
        let Ok(content) = serde_json::to_string(&incoming) else { continue };
        let key = UpdateKey { bot_id, update_id };
        kept.push(Update { key, customer_id: incoming.customer, received_at: now, content });
    }
    Some((last?, kept))
}

/// Has what is kept handled: of each customer one after the other, of several customers side by side.
async fn serve(app: &Arc<App>, bot: &Bot, bot_id: i64, kept: &Notify) {
    let mut serving = Serving::default();
    loop {
        tokio::select! {
            () = kept.notified() => {}
            () = sleep(serving.pause()) => {}
            Some(ended) = serving.running.join_next_with_id() => serving.note(app, ended).await,
        }
        lead(app).await;
        if let Err(error) = serving.begin(app, bot, bot_id).await {
            tracing::debug!(%error, "what customers sent cannot be looked at now");
            sleep(TELEGRAM_LOOK_PERIOD).await;
        }
    }
}

#[derive(Default)]
struct Serving {
    running: JoinSet<Result<(), NotYet>>,
    updates: BTreeMap<Id, Update>,
    /// What did not work yet: how often it was tried, and when it is tried again.
    tried: BTreeMap<UpdateKey, (u32, Instant)>,
}

impl Serving {
    /// Until the first is tried again, or it is worth looking.
    fn pause(&self) -> Duration {
        // What is being tried at this moment ends by itself, and wakes whoever waits.
        let running: BTreeSet<UpdateKey> = self.updates.values().map(|update| update.key).collect();
        let resting = self.tried.iter().filter(|(key, _)| !running.contains(key));
        let next = resting.map(|(_, (_, at))| at.saturating_duration_since(Instant::now())).min();
        next.unwrap_or(TELEGRAM_LOOK_PERIOD).clamp(Duration::from_millis(10), TELEGRAM_LOOK_PERIOD)
    }

    async fn begin(&mut self, app: &Arc<App>, bot: &Bot, bot_id: i64) -> Result<(), StoreError> {
        if self.running.len() >= TELEGRAM_AT_ONCE_MAX {
            return Ok(());
        }
        let waiting = app.store.waiting_updates(bot_id, TELEGRAM_STEP_MAX).await?;
        let mut busy: BTreeSet<i64> = self.updates.values().map(|update| update.customer_id).collect();
        for (place, update) in waiting.iter().enumerate() {
            if self.running.len() >= TELEGRAM_AT_ONCE_MAX {
                break;
            }
            // In order: what comes later of the same customer waits for it.
            if !busy.insert(update.customer_id) {
                continue;
            }
            let (tries, at) = self.tried.get(&update.key).copied().unwrap_or((0, Instant::now()));
            if at > Instant::now() {
                continue;
            }
            let later = waiting.iter().skip(place.saturating_add(1));
            let is_last = !later.clone().any(|later| later.customer_id == update.customer_id);
            let is_last_try = tries.saturating_add(1) >= TELEGRAM_TRIES_MAX;
            let (app, bot, given) = (Arc::clone(app), bot.clone(), update.clone());
            let begun = self.running.spawn(async move { handle(&app, &bot, &given, is_last, is_last_try).await });
            self.updates.insert(begun.id(), update.clone());
        }
        Ok(())
    }

    async fn note(&mut self, app: &App, ended: Result<(Id, Result<(), NotYet>), JoinError>) {
        let (id, outcome) = match ended {
            Ok((id, outcome)) => (id, Some(outcome)),
            Err(error) => (error.id(), None),
        };
        let Some(update) = self.updates.remove(&id) else { return };
        let tries = self.tried.get(&update.key).map_or(0, |(tries, _)| *tries).saturating_add(1);
        let failed = match outcome {
            Some(Ok(())) => None,
            Some(Err(error)) => Some(error),
            None => {
                // A bug that would come again with each try, and hold up this customer for ever.
                tracing::error!("the bot failed at something that a customer sent (a bug); it is passed over");
                let _ = app.store.handled(update.key, app.clock.now()).await;
                None
            }
        };
        let Some(error) = failed else {
            self.tried.remove(&update.key);
            return;
        };
        // A database that is away is no fault of the update's.
        let counts = match &error {
            NotYet::Telegram(_) => tries,
            NotYet::Store(_) => tries.saturating_sub(1),
        };
        let wait = match error {
            NotYet::Telegram(Failure::TooOften(seconds)) => Duration::from_secs(seconds.into()).min(TELEGRAM_WAIT_MAX),
            NotYet::Telegram(_) | NotYet::Store(_) => {
                let doubled = TELEGRAM_PAUSE_MIN.saturating_mul(2_u32.saturating_pow(tries.saturating_sub(1).min(10)));
                doubled.min(TELEGRAM_PAUSE_MAX)
            }
        };
        tracing::debug!(%error, tries, "what a customer sent could not be handled yet");
        let at = Instant::now().checked_add(wait).unwrap_or_else(Instant::now);
        self.tried.insert(update.key, (counts, at));
    }
}

/// Has finished pictures sent, one customer after the other.
async fn send(app: &Arc<App>, bot: &Bot) {
    let mut later: BTreeMap<SessionId, (Duration, Instant)> = BTreeMap::new();
    let mut told = Told::default();
    loop {
        tokio::select! {
            () = app.photos.to_send.notified() => {}
            () = sleep(TELEGRAM_LOOK_PERIOD) => {}
        }
        lead(app).await;
        let due: Vec<Session> = match app.store.sessions_to_send(app.clock.now(), TELEGRAM_STEP_MAX).await {
            Ok(due) => due,
            Err(_) => continue,
        };
        later.retain(|id, _| due.iter().any(|session| session.id == *id));
        for session in &due {
            let known = later.get(&session.id).copied();
            if known.is_some_and(|(_, at)| at > Instant::now()) {
                continue;
            }
            let mut pause = known.map_or(TELEGRAM_PAUSE_MIN, |(pause, _)| pause);
            match deliver(app, bot, session).await {
                Ok(()) => drop(later.remove(&session.id)),
                Err(failure) => {
                    let wait = told.failure(&failure, &mut pause);
                    let at = Instant::now().checked_add(wait).unwrap_or_else(Instant::now);
                    later.insert(session.id.clone(), (pause, at));
                }
            }
        }
        if later.is_empty() {
            told.success(&mut Duration::from_secs(0));
        }
    }
}
