//! The first page: what is owed back, how many orders there are of each kind, what was taken today. It brings itself up to date.

use super::frame::{self, Frame, Section, Stop, show};
use super::say;
use super::seat::Seat;
use super::words::Words;
use crate::app::App;
use askama::Template;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;
use boothpay_protocol::ledger::provider::Provider;
use boothpay_store::Takings;
use std::collections::BTreeMap;
use std::sync::Arc;

const HOUR_MS: i64 = 3_600_000;

/// What one provider brought.
#[derive(Clone, Copy, Default)]
struct Tally {
    paid: i64,
    paid_tiyin: i64,
    refunded: i64,
    refunded_tiyin: i64,
}

impl Tally {
    fn add(&mut self, takings: &Takings) {
        self.paid = self.paid.saturating_add(takings.paid_count);
        self.paid_tiyin = self.paid_tiyin.saturating_add(takings.paid_tiyin);
        self.refunded = self.refunded.saturating_add(takings.refunded_count);
        self.refunded_tiyin = self.refunded_tiyin.saturating_add(takings.refunded_tiyin);
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
    taken: String,
    paid: String,
    refunded: String,
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
        let mut days: BTreeMap<(bool, &'static str), Tally> = BTreeMap::new();
        let mut sum = Tally::default();
        for takings in app.store.kept_sums(since_hour..i64::MAX).await?.takings {
            let Some(hour) = takings.hour else { continue };
            let day = say::local(boothpay_protocol::time::TimeMs::new(hour.saturating_mul(HOUR_MS)), app).date();
            if day == today {
                sum.add(&takings);
            }
            if day == today || day == yesterday {
                days.entry((day == today, takings.provider.word())).or_default().add(&takings);
            }
        }
        let tally =
            |is_today: bool, provider: Provider| days.get(&(is_today, provider.word())).copied().unwrap_or_default();
        let offered = app.settings.offered();
        let shown = |provider: &Provider| {
            offered.contains(provider) || tally(true, *provider).paid > 0 || tally(false, *provider).paid > 0
        };
        let line = |provider: Provider| {
            let (now, before) = (tally(true, provider), tally(false, provider));
            Line {
                name: words.t(provider_key(provider)),
                today: say::soum(now.paid_tiyin),
                today_count: say::number(now.paid),
                yesterday: say::soum(before.paid_tiyin),
                yesterday_count: say::number(before.paid),
            }
        };
        Ok(Self {
            words,
            day: say::day(today, words.language()),
            taken: say::soum(sum.paid_tiyin),
            paid: say::number(sum.paid),
            refunded: say::number(sum.refunded),
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
