//! `GET /api/stats`: totals for the booth's owner, and a report ([`crate::figures`]) of today, or of the day, month or year that is
//! asked for. Open in development; in production it needs the administrator's token, because the server is then reachable from
//! outside and the takings are nobody else's business.

use super::Shared;
use super::first_page::{Totals, soum};
use crate::access::Owner;
use crate::error::Problem;
use crate::figures::{Money, Period, PeriodError, Report};
use crate::limits::OVERVIEW_DAYS_MAX;
use axum::Json;
use axum::extract::{RawQuery, State};
use boothpay_protocol::ledger::order::OrderStatus;
use boothpay_protocol::ledger::provider::Provider;
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use serde::Serialize;
use serde_json::value::RawValue;
use std::collections::BTreeMap;
use std::ops::Range;

const HOUR_MS: i64 = 3_600_000;

#[derive(Serialize)]
pub(crate) struct Stats {
    orders: BTreeMap<&'static str, i64>,
    paid_today_soum: Box<RawValue>,
    paid_total_soum: Box<RawValue>,
    /// Of these sums, what nobody but the booth's staff has seen: payments by UzQR.
    unverified_today_soum: Box<RawValue>,
    unverified_total_soum: Box<RawValue>,
    refunded_total_soum: Box<RawValue>,
    by_day: Vec<Day>,
    by_provider: BTreeMap<&'static str, Sums>,
    #[serde(flatten)]
    totals: Totals,
    report: Report,
}

#[derive(Serialize)]
struct Day {
    day: String,
    #[serde(flatten)]
    sums: Sums,
}

/// What stands, and what went back.
#[derive(Serialize)]
struct Sums {
    paid: i64,
    paid_soum: Box<RawValue>,
    /// Of these, unverified.
    unverified: i64,
    unverified_soum: Box<RawValue>,
    refunded: i64,
    refunded_soum: Box<RawValue>,
}

impl From<Money> for Sums {
    fn from(money: Money) -> Self {
        let (stands, unverified, refunded) = (money.net(), money.unverified, money.refunded);
        Self {
            paid: stands.count,
            paid_soum: soum(stands.tiyin),
            unverified: unverified.count,
            unverified_soum: soum(unverified.tiyin),
            refunded: refunded.count,
            refunded_soum: soum(refunded.tiyin),
        }
    }
}

/// Answers with the totals as they are now.
pub(crate) async fn handle(
    State(app): Shared,
    _owner: Owner,
    RawQuery(query): RawQuery,
) -> Result<Json<Stats>, Problem> {
    let zone = &app.settings.time_zone;
    let now = app.clock.now();
    let period =
        period(query.as_deref().unwrap_or_default()).map_err(|error| Problem::bad_request(error.to_string()))?;
    let period = period.unwrap_or_else(|| Period::today(zone, now));
    let today = day_of(now.ms(), zone);
    let kept = app.store.kept_sums(last_days(today, zone)).await?;
    let report = Report::of(&app.store.kept_sums(Report::spans(period, zone, now)).await?, period, zone, now);
    let mut orders: BTreeMap<&'static str, i64> = OrderStatus::ALL.map(|status| (status.word(), 0)).into();
    for sums in kept.orders.iter().filter(|sums| sums.hour.is_none()) {
        let count = orders.entry(sums.status.word()).or_default();
        *count = count.saturating_add(sums.orders);
    }
    let mut total = Money::default();
    let mut days: BTreeMap<Date, Money> = BTreeMap::from([(today, Money::default())]);
    let mut providers: BTreeMap<&'static str, Money> = Provider::ALL.map(|it| (it.word(), Money::default())).into();
    for takings in &kept.takings {
        let money = Money::from(takings);
        match takings.hour {
            Some(hour) => *days.entry(day_of(hour.saturating_mul(HOUR_MS), zone)).or_default() += money,
            None => {
                total += money;
                *providers.entry(takings.provider.word()).or_default() += money;
            }
        }
    }
    let of_today = days.get(&today).copied().unwrap_or_default();
    let newest_first = days.into_iter().rev().take(OVERVIEW_DAYS_MAX);
    let totals = Totals::of(&orders, total.net().tiyin);
    Ok(Json(Stats {
        orders,
        paid_today_soum: soum(of_today.net().tiyin),
        paid_total_soum: soum(total.net().tiyin),
        unverified_today_soum: soum(of_today.unverified.tiyin),
        unverified_total_soum: soum(total.unverified.tiyin),
        refunded_total_soum: soum(total.refunded.tiyin),
        by_day: newest_first.map(|(day, money)| Day { day: day.to_string(), sums: money.into() }).collect(),
        by_provider: providers.into_iter().map(|(provider, money)| (provider, money.into())).collect(),
        totals,
        report,
    }))
}

/// The hours of the days that are shown, and after them those that have not begun: the clock may have been wrong before.
fn last_days(today: Date, zone: &TimeZone) -> Vec<Range<i64>> {
    let days = std::iter::successors(Some(today), |day| day.yesterday().ok()).take(OVERVIEW_DAYS_MAX);
    let mut spans: Vec<_> = days.map(|day| Period::Day(day).hours(zone)).collect();
    spans.extend(spans.first().map(|today| today.end..i64::MAX));
    spans
}

/// The period that a query asks a report of: `day=2026-11-28`, `month=2026-11` or `year=2026`; the last one counts.
fn period(query: &str) -> Result<Option<Period>, PeriodError> {
    let mut period = None;
    for (name, value) in form_urlencoded::parse(query.as_bytes()) {
        let asked = match &*name {
            "day" => Period::day(&value)?,
            "month" => Period::month(&value)?,
            "year" => Period::year(&value)?,
            _ => continue,
        };
        if period.replace(asked).is_some() {
            return Err(PeriodError::Several);
        }
    }
    Ok(period)
}

fn day_of(ms: i64, zone: &TimeZone) -> Date {
    Timestamp::from_millisecond(ms).unwrap_or(Timestamp::UNIX_EPOCH).to_zoned(zone.clone()).date()
}
