//! How things stand, looked at when somebody asks. What cannot be known now is left out; the rest is told all the same.

use super::counts::Labels;
use crate::alerts;
use crate::api::health;
use crate::app::App;
use crate::condition::disk::{self, Use};
use crate::condition::wallets::{Known, wallets};
use crate::condition::{Backup, clock, last_backup};
use crate::figures::Money;
use crate::limits::{ANSWER_PATIENCE, METRICS_DIFFERENCES_MAX};
use axum::extract::State;
use boothpay_protocol::alerts::Trouble;
use boothpay_protocol::ledger::order::OrderStatus;
use boothpay_protocol::ledger::provider::Provider;
use boothpay_protocol::time::TimeMs;
use boothpay_store::{Kept, Size, StoreError, TaskCounts, WhichDifferences};
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::{ConstGauge, Gauge};
use prometheus_client::registry::{Registry, Unit};
use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::AtomicU64;
use tokio::time::timeout;

/// Puts everything into a registry.
pub(super) async fn register(app: &Arc<App>, registry: &mut Registry) {
    let build = [("version", env!("CARGO_PKG_VERSION")), ("mode", app.settings.mode.word())];
    gauges(registry, "build_info", "Which program this is, and its mode", [(build, 1)]);
    stamp(registry, "start_timestamp", "When the program started", Some(app.inspector.since));
    let is_ready = health::ready(State(Arc::clone(app))).await.is_ok();
    gauge(registry, "ready", "1 when the database can be written to and every job runs", Some(i64::from(is_ready)));
    network(app, registry);
    memory(app, registry);
    disks(app, registry).await;
    // A database that does not answer is told of by `ready`.
    if let Ok(Ok(database)) = timeout(ANSWER_PATIENCE, Database::look(app)).await {
        database.register(registry);
    }
    if let Some(tether) = &app.tether {
        let is_well = tether.absence().await.is_none() && !tether.is_in_vain();
        gauge(
            registry,
            "camera_ready",
            "1 when the camera's folder can be read and shots bring pictures",
            Some(is_well.into()),
        );
    }
    if let Ok(Ok(found)) = timeout(ANSWER_PATIENCE, alerts::look(app)).await {
        let troubles = Trouble::ALL.map(|it| ([("trouble", it.word())], i64::from(found.contains(&it))));
        gauges(registry, "trouble", "1 while this is wrong: what the owner is alerted to", troubles);
    }
}

/// Connections, answers, and what strangers do.
fn network(app: &App, registry: &mut Registry) {
    let doors = app.net.doors();
    let here = doors.iter().map(|(listener, door)| ([("listener", *listener)], whole(door.connections())));
    gauges(registry, "connections", "Connections there are now, by listener", here);
    let most = doors.iter().map(|(listener, door)| ([("listener", *listener)], whole(door.most())));
    gauges(registry, "connections_max", "Connections there may be, by listener", most);
    let answered = doors.iter().flat_map(|(listener, door)| {
        door.answered().map(|(class, times)| ([("listener", *listener), ("status", class)], times))
    });
    counters(registry, "http_responses", "Answers, by listener and class of their status", answered);
    gauge(registry, "watchers", "Pages that watch an order", Some(whole(app.net.streams.count())));
    let strangers = app.net.strangers.counted().map(|(what, times)| ([("what", what)], times));
    counters(registry, "strangers", "What was refused to strangers, or done by them", strangers);
}

/// What the program remembers of wallets, screen, printer and certificate.
fn memory(app: &App, registry: &mut Registry) {
    let now = app.clock.now();
    let calls = wallets(app).into_iter().filter_map(|wallet| Some((wallet, Known::of(app, wallet).well?.at)));
    let calls = calls.map(|(wallet, at)| ([("provider", wallet.word())], seconds(at)));
    stamps(registry, "last_call_timestamp", "When each wallet's last call was that went well", calls);
    if let Some(ahead) = clock::ahead(app) {
        let help = "How far this computer's clock is ahead of the wallets' clocks";
        registry.register_with_unit("clock_ahead", help, Unit::Seconds, ConstGauge::new(parts(ahead.ms())));
    }
    let screen = app.condition.screens.last().map(|(at, _)| at);
    stamp(registry, "screen_timestamp", "When the booth's screen last asked something", screen);
    let is_open = i64::from(app.closing.closed().is_none());
    gauge(registry, "open", "1 unless the booth is closed by hand", Some(is_open));
    let printer = app.printer.as_ref().map(|printer| i64::from(printer.hindrance(now).is_none()));
    gauge(registry, "printer_ready", "1 when the printer can print", printer);
    let until = app.public.as_ref().and_then(|public| public.certificate()).map(|certificate| certificate.until);
    stamp(registry, "certificate_end_timestamp", "When the certificate ends", until);
    let queued = app.store.queued().map(whole);
    gauge(registry, "database_queue", "Changes that wait for their turn to be written", queued);
}

/// Room, and the last backup.
async fn disks(app: &App, registry: &mut Registry) {
    let free = disk::look(&app.settings).await.into_iter().filter_map(|disk| {
        let used_for = match disk.used_for {
            Use::Database => "database",
            Use::Photos => "photos",
            Use::Backups => "backups",
        };
        Some(([("used_for", used_for)], i64::try_from(disk.free?).unwrap_or(i64::MAX)))
    });
    gauges(registry, "disk_free_bytes", "Room on the disk, by what is written to it", free);
    if let Backup::Last(at) = last_backup(app).await {
        stamp(registry, "backup_timestamp", "When the last backup was made and verified", Some(at));
    }
}

/// What the database says, of one look.
struct Database {
    kept: Kept,
    tasks: TaskCounts,
    differences: usize,
    sessions: i64,
    size: Option<Size>,
}

impl Database {
    async fn look(app: &App) -> Result<Self, StoreError> {
        Ok(Self {
            kept: app.store.kept_sums(Vec::new()).await?,
            tasks: app.store.task_counts().await?,
            differences: app.store.differences(WhichDifferences::Open, METRICS_DIFFERENCES_MAX).await?.len(),
            sessions: app.store.living_sessions(app.clock.now()).await?,
            size: app.store.size().await?,
        })
    }

    fn register(self, registry: &mut Registry) {
        let (mut orders, mut asked_back) = (BTreeMap::from(OrderStatus::ALL.map(|it| (it.word(), 0))), (0, 0));
        for sums in &self.kept.orders {
            let count: &mut i64 = orders.entry(sums.status.word()).or_default();
            *count = count.saturating_add(sums.orders);
            asked_back = add(asked_back, (sums.asked_back_count, sums.asked_back_tiyin));
        }
        let orders = orders.into_iter().map(|(status, count)| ([("status", status)], count));
        gauges(registry, "orders", "Orders, by status", orders);
        let mut money: BTreeMap<&'static str, Money> = Provider::ALL.map(|it| (it.word(), Money::default())).into();
        for takings in &self.kept.takings {
            *money.entry(takings.provider.word()).or_default() += Money::from(takings);
        }
        let each = |of: fn(&Money) -> i64| {
            let money = money.iter().map(move |(provider, money)| ([("provider", *provider)], of(money)));
            money.collect::<Vec<_>>()
        };
        let count = |registry: &mut Registry, name, help, of| {
            let values = each(of).into_iter().map(|(labels, value)| (labels, u64::try_from(value).unwrap_or_default()));
            counters(registry, name, help, values);
        };
        count(registry, "payments_received", "Payments that came, also too late for their order", |it| received(it).0);
        count(registry, "received_tiyin", "Their sum, in tiyin", |it| received(it).1);
        count(registry, "payments_returned", "Of these, payments that went back", |it| returned(it).0);
        count(registry, "returned_tiyin", "Their sum, in tiyin", |it| returned(it).1);
        let owed = money.values().fold(asked_back, |owed, it| add(owed, (it.owed.count, it.owed.tiyin)));
        gauge(registry, "owed_payments", "Payments that have to go back to customers", Some(owed.0));
        gauge(registry, "owed_tiyin", "Their sum, in tiyin", Some(owed.1));
        let tasks = [([("state", "open")], self.tasks.open), ([("state", "failed")], self.tasks.failed)];
        gauges(registry, "tasks", "What has to happen outside the database: open, or given up", tasks);
        let help = "Differences between statements and the ledger that somebody has to see to, at most 1000";
        gauge(registry, "differences", help, Some(whole(self.differences)));
        gauge(registry, "photo_sessions", "Photo sessions that go on", Some(self.sessions));
        let size = self.size.map(|size| [("tables", Some(size.tables)), ("log", size.log)]);
        let size = size
            .into_iter()
            .flatten()
            .filter_map(|(part, bytes)| Some(([("part", part)], i64::try_from(bytes?).unwrap_or(i64::MAX))));
        gauges(registry, "database_bytes", "How large the database is", size);
    }
}

/// How many payments, and their sum in tiyin.
type Pair = (i64, i64);

fn add(one: Pair, other: Pair) -> Pair {
    (one.0.saturating_add(other.0), one.1.saturating_add(other.1))
}

fn received(money: &Money) -> Pair {
    [money.paid, money.owed, money.given_back].into_iter().fold((0, 0), |all, it| add(all, (it.count, it.tiyin)))
}

fn returned(money: &Money) -> Pair {
    [money.refunded, money.given_back].into_iter().fold((0, 0), |all, it| add(all, (it.count, it.tiyin)))
}

fn gauge(registry: &mut Registry, name: &str, help: &str, value: Option<i64>) {
    if let Some(value) = value {
        registry.register(name, help, ConstGauge::new(value));
    }
}

/// A time; its name gets `_seconds`.
fn stamp(registry: &mut Registry, name: &str, help: &str, at: Option<TimeMs>) {
    if let Some(at) = at {
        registry.register_with_unit(name, help, Unit::Seconds, ConstGauge::new(seconds(at)));
    }
}

fn stamps<const N: usize>(
    registry: &mut Registry,
    name: &str,
    help: &str,
    values: impl IntoIterator<Item = (Labels<N>, f64)>,
) {
    let family = Family::<Labels<N>, Gauge<f64, AtomicU64>>::default();
    for (labels, value) in values {
        family.get_or_create(&labels).set(value);
    }
    registry.register_with_unit(name, help, Unit::Seconds, family);
}

fn gauges<const N: usize>(
    registry: &mut Registry,
    name: &str,
    help: &str,
    values: impl IntoIterator<Item = (Labels<N>, i64)>,
) {
    let family = Family::<Labels<N>, Gauge>::default();
    for (labels, value) in values {
        family.get_or_create(&labels).set(value);
    }
    registry.register(name, help, family);
}

fn counters<const N: usize>(
    registry: &mut Registry,
    name: &str,
    help: &str,
    values: impl IntoIterator<Item = (Labels<N>, u64)>,
) {
    let family = Family::<Labels<N>, Counter>::default();
    for (labels, value) in values {
        family.get_or_create(&labels).inc_by(value);
    }
    registry.register(name, help, family);
}

fn whole(count: usize) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}

fn seconds(at: TimeMs) -> f64 {
    parts(at.ms())
}

/// Milliseconds as seconds. Times of this century have no more than 42 bits, so none is lost.
fn parts(ms: i64) -> f64 {
    std::time::Duration::from_millis(ms.unsigned_abs()).as_secs_f64() * if ms < 0 { -1.0 } else { 1.0 }
}
