//! Alerts: what is wrong now, in words, and the tasks that tell the owner, by Telegram and by his webhooks. When something is told, and
//! that it is told once, is `boothpay_protocol::alerts`; the job that looks is `jobs::alerts`.

use crate::app::App;
use crate::condition::disk::Use;
use crate::condition::reach::connected;
use crate::condition::wallets::Known;
use crate::condition::{Standing, disk, last_backup};
use crate::config::PrintBy;
use crate::figures::{Period, Report};
use crate::inspector::WALLETS;
use crate::limits::{
    ALERT_BACKUP_AGE, ALERT_CAMERA_AGE, ALERT_CERTIFICATE_AGE, ALERT_ORDERS_MIN, ALERT_PRINTER_AGE, ALERT_REFUSED_AGE,
};
use crate::panel::say;
use crate::panel::why::call;
use crate::panel::words::Words;
use crate::public::Certificate;
use boothpay_protocol::alerts::{self, Alerts, Chat, Data, Message, News, Telegram, Trouble};
use boothpay_protocol::ledger::event::Event;
use boothpay_protocol::ledger::language::Language;
use boothpay_protocol::ledger::provider::Provider;
use boothpay_protocol::ledger::task::{NewTask, TaskKey, TaskKind, TaskTarget};
use boothpay_protocol::time::TimeMs;
use boothpay_store::StoreError;

/// Newest orders that are asked whether any wallet came for them.
const ORDERS_ASKED: u32 = 50;

/// What is wrong now, as far as this server sees it.
pub(crate) async fn look(app: &App) -> Result<Vec<Trouble>, StoreError> {
    let mut found = shared(app).await?;
    found.extend(at_booth(app).await);
    Ok(found)
}

/// What is wrong for all booths on the database. Whether a wallet came for the orders, the orders themselves say: its calls may have reached
/// another server.
pub(crate) async fn shared(app: &App) -> Result<Vec<Trouble>, StoreError> {
    let mut found = Vec::new();
    let owed = |late| app.store.owed_orders(late, 1);
    if !owed(false).await?.is_empty() || !owed(true).await?.is_empty() {
        found.push(Trouble::Owed);
    }
    if is_silent(app, app.clock.now()).await? {
        found.push(Trouble::Silent);
    }
    Ok(found)
}

/// What is wrong with this booth's computer and what hangs on it, and with the calls that came to this server: only its own memory has them.
pub(crate) async fn at_booth(app: &App) -> Vec<Trouble> {
    let (now, mut found) = (app.clock.now(), Vec::new());
    // Whoever knocks at the address of a wallet that is not connected is a stranger.
    let wallets = connected(&app.settings).into_iter();
    found.extend(wallets.filter(|wallet| is_refused(app, *wallet, now)).filter_map(refused));
    found.extend(disk::filling(disk::look(&app.settings).await).into_iter().map(|disk| match disk.used_for {
        Use::Database => Trouble::DiskDatabase,
        Use::Photos => Trouble::DiskPhotos,
        Use::Backups => Trouble::DiskBackups,
    }));
    if let Some(backup) = &app.settings.backup {
        // Right after the start the first one is being made.
        let is_new = now.since(app.inspector.since).ms() < backup.every.ms().min(ALERT_BACKUP_AGE.ms());
        if !is_new && last_backup(app).await.standing(backup.every, now) == Standing::Bad {
            found.push(Trouble::Backup);
        }
    }
    // Whoever changes the paper needs no message.
    if app.printer.as_ref().is_some_and(|printer| printer.is_hindered_for(ALERT_PRINTER_AGE, now)) {
        found.push(Trouble::Printer);
    }
    if is_paper_low(app, now) {
        found.push(Trouble::PaperLow);
    }
    if let Some(tether) = &app.tether
        && tether.is_lost_for(ALERT_CAMERA_AGE, now).await
    {
        found.push(Trouble::Camera);
    }
    if app
        .public
        .as_ref()
        .is_some_and(|public| lacks_certificate(public.certificate().as_deref(), app.inspector.since, now))
    {
        found.push(Trouble::Certificate);
    }
    found
}

/// Whether the printer says that few sheets are left.
fn is_paper_low(app: &App, now: TimeMs) -> bool {
    let PrintBy::Printer(settings) = &app.settings.prints.by else { return false };
    let left = app.printer.as_ref().and_then(|printer| printer.left(now));
    left.is_some_and(|left| left.is_low(settings.low_at))
}

/// Whether the one that there is ends soon, or none has come for long after the start.
fn lacks_certificate(certificate: Option<&Certificate>, started: TimeMs, now: TimeMs) -> bool {
    match certificate {
        Some(certificate) => certificate.alarm() <= now,
        None => now.since(started) >= ALERT_CERTIFICATE_AGE,
    }
}

/// Whether customers make orders, and no wallet has asked about any for long.
async fn is_silent(app: &App, now: TimeMs) -> Result<bool, StoreError> {
    let since = now.minus(app.settings.alerts.silence);
    let offered = app.settings.offered();
    // Of Uzum QR and UzQR no calls come.
    if !WALLETS.iter().any(|wallet| offered.contains(wallet)) || app.inspector.since > since {
        return Ok(false);
    }
    let called = |wallet| app.inspector.of(wallet).iter().any(|call| call.at >= since && call.is_well());
    if WALLETS.into_iter().any(called) {
        return Ok(false);
    }
    let orders = app.store.orders(None, ORDERS_ASKED).await?;
    let newer: Vec<_> = orders.iter().filter(|row| row.order.created_at >= since).collect();
    Ok(newer.len() >= ALERT_ORDERS_MIN && newer.iter().all(|row| row.holder.is_none()))
}

/// Whether the last that came from a wallet was turned away, or could not be served, and it was not long ago.
fn is_refused(app: &App, wallet: Provider, now: TimeMs) -> bool {
    Known::of(app, wallet)
        .refused
        .is_some_and(|(call, _)| call.standing() == Standing::Bad && now.since(call.at).ms() < ALERT_REFUSED_AGE.ms())
}

const fn refused(wallet: Provider) -> Option<Trouble> {
    match wallet {
        Provider::Payme => Some(Trouble::RefusedPayme),
        Provider::Click => Some(Trouble::RefusedClick),
        Provider::Uzum => Some(Trouble::RefusedUzum),
        Provider::UzumQr | Provider::Uzqr | Provider::Test => None,
    }
}

/// Minutes from midnight, in the booth's zone.
pub(crate) fn minute_of_day(app: &App, now: TimeMs) -> u32 {
    let local = say::local(now, app);
    let of = |part: i8| u32::try_from(part).unwrap_or(0);
    of(local.hour()).saturating_mul(60).saturating_add(of(local.minute()))
}

/// Whether nothing is told now.
pub(crate) fn is_quiet(app: &App, now: TimeMs) -> bool {
    let Some((from, to)) = app.settings.alerts.quiet else { return false };
    let minute = minute_of_day(app, now);
    if from < to { (from..to).contains(&minute) } else { minute >= from || minute < to }
}

/// What the owner reads of a trouble: what it is and the cure.
pub(crate) fn text(app: &App, news: News, words: &Words) -> String {
    let booth = &app.settings.booth.name;
    let title = words.t(&format!("alert.{}", news.trouble.word())).to_owned();
    let since = say::time(news.since, app, words.language());
    if news.is_over {
        return words.fill("alert.over", &[("booth", booth), ("title", &title), ("since", &since)]);
    }
    let cure = cure(app, news.trouble, words);
    in_lines(&words.fill("alert.raised", &[("booth", booth), ("title", &title), ("cure", &cure)]))
}

/// What to do about a trouble. Of a wallet that is refused, the last refusal says why, as the page of troubles says it: what it most often is may not
/// be what it is now.
pub(crate) fn cure(app: &App, trouble: Trouble, words: &Words) -> String {
    let call = WALLETS.into_iter().find(|wallet| refused(*wallet) == Some(trouble));
    let call = call.and_then(|wallet| Known::of(app, wallet).refused).map(|(call, _)| call);
    let said = call.and_then(|call| {
        let parts = [call::reason(&call, app, words), call::cure(&call, app, words)];
        let parts: Vec<String> = parts.into_iter().flatten().collect();
        (!parts.is_empty()).then(|| format!("{} {}", parts.join(" "), words.t("alert.open_why")))
    });
    said.unwrap_or_else(|| usual_cure(trouble, words))
}

/// What most often is to be done about a trouble.
pub(crate) fn usual_cure(trouble: Trouble, words: &Words) -> String {
    words.t(&format!("alert.cure_{}", trouble.word())).to_owned()
}

/// A text with its lines apart. The words are read as they stand in their files, which have no line ends within a text.
fn in_lines(text: &str) -> String {
    text.replace(" ¶ ", "\n")
}

/// The tasks that tell it to whoever wants to know.
pub(crate) fn tasks(app: &App, kept: &Alerts, news: &[News], now: TimeMs) -> Vec<NewTask> {
    let mut tasks = Vec::new();
    for one in news {
        let (event, since) = (if one.is_over { Event::AlertOver } else { Event::AlertRaised }, one.since.to_string());
        // Two booths may have the same trouble at the same time.
        let booth = app.settings.booth.id.as_str();
        let key = |target: &str| TaskKey::of("alert", &[one.trouble.word(), event.word(), &since, booth, target]);
        if let Some(chat) = &kept.chat {
            // Without a target, so that no webhook's name can be the same.
            let key = TaskKey::of("alert", &[one.trouble.word(), event.word(), &since, booth]);
            tasks.extend(by_telegram(chat, text(app, *one, words_of(chat)), key, now));
        }
        let data = Data {
            trouble: one.trouble,
            booth: (!one.trouble.is_shared()).then(|| app.settings.booth.clone()),
            since_ms: one.since,
            text: text(app, *one, Words::of(Language::En)),
        };
        let Ok(payload) = serde_json::to_string(&Message { event, at_ms: now, data }) else { continue };
        for webhook in app.settings.webhooks.iter().filter(|webhook| webhook.events.contains(&event)) {
            tasks.push(NewTask {
                key: key(webhook.name.as_str()),
                kind: TaskKind::Webhook,
                target: webhook.name.clone(),
                order_id: None,
                payload: payload.clone(),
                created_at: now,
            });
        }
    }
    tasks
}

/// The words of a chat's language.
pub(crate) fn words_of(chat: &Chat) -> &'static Words {
    Words::of(Language::from_code(&chat.language).unwrap_or(Language::Ru))
}

/// The task that says something in a chat.
pub(crate) fn by_telegram(chat: &Chat, text: String, key: TaskKey, now: TimeMs) -> Option<NewTask> {
    let payload = serde_json::to_string(&Telegram { chat: chat.id, text }).ok()?;
    let target = TaskTarget::parse("telegram").ok()?;
    Some(NewTask { key, kind: TaskKind::Telegram, target, order_id: None, payload, created_at: now })
}

/// Yesterday in a few lines, if it is time and it was not sent yet: what is kept then, and the task.
pub(crate) async fn summary(
    app: &App,
    kept: &Alerts,
    now: TimeMs,
) -> Result<Option<(Alerts, Option<NewTask>)>, StoreError> {
    let (Some(at), Some(chat)) = (app.settings.alerts.summary, &kept.chat) else { return Ok(None) };
    let today = say::local(now, app).date();
    let is_sent = kept.summary.as_deref() == Some(today.to_string().as_str());
    if is_sent || minute_of_day(app, now) < at || is_quiet(app, now) {
        return Ok(None);
    }
    let mut next = kept.clone();
    next.summary = Some(today.to_string());
    // A chat that was found today hears of today tomorrow.
    if kept.summary.is_none() || say::local(chat.since, app).date() == today {
        return Ok(Some((next, None)));
    }
    let (zone, yesterday) = (&app.settings.time_zone, today.yesterday().unwrap_or(today));
    let period = Period::Day(yesterday);
    let report = Report::of(&app.store.kept_sums(Report::spans(period, zone, now)).await?, period, zone, now);
    let (money, words) = (report.total.money, words_of(chat));
    let text = words.fill(
        "alert.summary",
        &[
            ("booth", &app.settings.booth.name),
            ("day", &say::day(yesterday, words.language())),
            ("paid", &say::sum(money.paid.tiyin, words.language())),
            ("count", &say::number(money.paid.count)),
            ("refunded", &say::sum(money.refunded.tiyin, words.language())),
            ("net", &say::sum(money.net().tiyin, words.language())),
            ("owed", &say::sum(report.owed_now.tiyin, words.language())),
        ],
    );
    let key = TaskKey::of("alert", &["summary", &today.to_string(), &chat.id.to_string()]);
    Ok(Some((next, by_telegram(chat, in_lines(&text), key, now))))
}

/// What is kept now.
pub(crate) async fn kept(app: &App) -> Result<Alerts, StoreError> {
    use boothpay_protocol::ledger::rows::Needs;
    let rows = app.store.rows(Needs::setting(alerts::setting_name())).await?;
    // What cannot be read begins anew; `boothpay verify` tells of it.
    Ok(Alerts::of(rows.setting.as_ref()).unwrap_or_default())
}
