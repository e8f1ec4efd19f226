//! The first page: what is owed back, how many orders there are of each kind, what was taken today. It brings itself up to date.

use super::frame::{self, Frame, Section, Stop, show};
use super::owed::{self, OwedOrder};
use super::say;
use super::seat::Seat;
use super::words::Words;
use crate::app::App;
use askama::Template;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;
use boothpay_protocol::ledger::order::OrderStatus;
use boothpay_protocol::ledger::provider::Provider;
use boothpay_protocol::time::TimeMs;
use boothpay_store::Takings;
use jiff::civil::Date;
use std::collections::BTreeMap;
use std::sync::Arc;

const HOUR_MS: i64 = 3_600_000;

/// Orders with owed money that the first page shows; the list has all.
const OWED_SHOWN: usize = 5;

/// What one provider brought on one day.
#[derive(Clone, Copy, Default)]
struct Tally {
    paid: i64,
    paid_tiyin: i64,
    refunded: i64,
}

impl Tally {
    fn add(&mut self, other: Self) {
        self.paid = self.paid.saturating_add(other.paid);
        self.paid_tiyin = self.paid_tiyin.saturating_add(other.paid_tiyin);
        self.refunded = self.refunded.saturating_add(other.refunded);
    }

    const fn of(takings: &Takings) -> Self {
        Self { paid: takings.paid_count, paid_tiyin: takings.paid_tiyin, refunded: takings.refunded_count }
    }
}

/// A line of the table: one provider, today and yesterday.
struct Line {
    name: &'static str,
    today: String,
    today_count: String,
    yesterday: String,
    yesterday_count: String,
}

/// What comes by itself.
#[derive(Template)]
#[template(path = "panel/today-live.html")]
struct Live {
    words: &'static Words,
    day: String,
    /// The first few orders with owed money, and how many there are.
    owed: Vec<OwedOrder>,
    owed_count: usize,
    taken: String,
    /// How many orders of a kind: the number, the key of its name, and a name for machines.
    figures: Vec<(String, &'static str, &'static str)>,
    lines: Vec<Line>,
}

impl Live {
    fn t<'a>(&'a self, key: &'a str) -> &'a str {
        self.words.t(key)
    }

    async fn of(app: &App, words: &'static Words) -> Result<Self, Stop> {
        let now = app.clock.now();
        let today = say::local(now, app).date();
        let yesterday = today.yesterday().unwrap_or(today);
        // Two days, whichever hour in UTC they begin with, and one to be safe.
        let since_hour = now.ms().div_euclid(HOUR_MS).saturating_sub(3 * 24);
        let kept = app.store.kept_sums(since_hour..i64::MAX).await?;
        let takings = kept.takings;
        let mut days: BTreeMap<(Date, &'static str), Tally> = BTreeMap::new();
        for one in &takings {
            let Some(hour) = one.hour else { continue };
            let day = say::local(TimeMs::new(hour.saturating_mul(HOUR_MS)), app).date();
            days.entry((day, one.provider.word())).or_default().add(Tally::of(one));
        }
        let tally = |day: Date, provider: Provider| days.get(&(day, provider.word())).copied().unwrap_or_default();
        let offered = app.settings.offered();
        let shown = |provider: &Provider| {
            let was_paid = [today, yesterday].into_iter().any(|day| tally(day, *provider).paid > 0);
            offered.contains(provider) || was_paid
        };
        let line = |provider: Provider| {
            let (now, before) = (tally(today, provider), tally(yesterday, provider));
            Line {
                name: words.t(provider_key(provider)),
                today: say::soum(now.paid_tiyin),
                today_count: say::number(now.paid),
                yesterday: say::soum(before.paid_tiyin),
                yesterday_count: say::number(before.paid),
            }
        };
        let mut sum = Tally::default();
        for provider in Provider::ALL {
            sum.add(tally(today, provider));
        }
        let mut owed = owed::orders(app, &takings, words).await?;
        let owed_count = owed.len();
        owed.truncate(OWED_SHOWN);
        let is_todays = |hour: Option<i64>| {
            hour.is_some_and(|hour| say::local(TimeMs::new(hour.saturating_mul(HOUR_MS)), app).date() == today)
        };
        let count = |status: OrderStatus| {
            let of_today = kept.orders.iter().filter(|sums| sums.status == status && is_todays(sums.hour));
            of_today.fold(0_i64, |count, sums| count.saturating_add(sums.orders))
        };
        let not_paid = count(OrderStatus::Cancelled).saturating_add(count(OrderStatus::Expired));
        let figures = [
            (sum.paid, "today.paid", "paid"),
            (count(OrderStatus::Pending), "today.pending", "pending"),
            (not_paid, "today.not_paid", "not-paid"),
            (sum.refunded, "today.refunded", "refunded"),
        ];
        Ok(Self {
            words,
            day: say::day(today, words.language()),
            owed,
            owed_count,
            taken: say::soum(sum.paid_tiyin),
            figures: figures.map(|(count, key, name)| (say::number(count), key, name)).into(),
            lines: Provider::ALL.into_iter().filter(shown).map(line).collect(),
        })
    }
}

/// The key of a provider's name.
pub(super) const fn provider_key(provider: Provider) -> &'static str {
    match provider {
        Provider::Payme => "provider.payme",
        Provider::Click => "provider.click",
        Provider::Uzum => "provider.uzum",
        Provider::Uzqr => "provider.uzqr",
        Provider::Test => "provider.test",
    }
}

#[derive(Template)]
#[template(path = "panel/today.html")]
struct TodayPage {
    f: Frame,
    live: Live,
}

/// The page.
pub(super) async fn page(State(app): State<Arc<App>>, seat: Seat) -> Result<Response, Stop> {
    let live = Live::of(&app, seat.words()).await?;
    show(&TodayPage { f: seat.frame(&app, Section::Today), live })
}

/// The part of it that comes by itself.
pub(super) async fn live(State(app): State<Arc<App>>, seat: Seat, headers: HeaderMap) -> Result<Response, Stop> {
    frame::live(&Live::of(&app, seat.words()).await?, &headers)
}
