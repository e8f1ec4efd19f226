//! `GET /api/stats`: totals for the booth's owner. Open in development; in production it needs the administrator's token,
//! because the server is then reachable from outside and the takings are nobody else's business.

use super::Shared;
use crate::access;
use crate::app::App;
use crate::error::Problem;
use crate::limits::OVERVIEW_DAYS_MAX;
use axum::Json;
use axum::extract::State;
use axum::http::request::Parts;
use boothpay_protocol::money::Soum;
use boothpay_protocol::order::OrderStatus;
use boothpay_protocol::secret::KeyDigest;
use boothpay_protocol::transaction::Provider;
use boothpay_store::Takings;
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use serde::Serialize;
use serde_json::value::RawValue;
use std::collections::BTreeMap;

#[derive(Serialize)]
pub(crate) struct Stats {
    orders: BTreeMap<&'static str, i64>,
    paid_today_soum: Box<RawValue>,
    paid_total_soum: Box<RawValue>,
    refunded_total_soum: Box<RawValue>,
    by_day: Vec<Day>,
    by_provider: BTreeMap<&'static str, Sums>,
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
    refunded: i64,
    refunded_soum: Box<RawValue>,
}

#[derive(Clone, Copy, Default)]
struct Tally {
    paid: i64,
    paid_tiyin: i64,
    refunded: i64,
    refunded_tiyin: i64,
}

impl Tally {
    fn add(&mut self, takings: &Takings) {
        self.paid += takings.paid_count;
        self.paid_tiyin += takings.paid_tiyin;
        self.refunded += takings.refunded_count;
        self.refunded_tiyin += takings.refunded_tiyin;
    }

    fn sums(self) -> Sums {
        Sums {
            paid: self.paid,
            paid_soum: soum(self.paid_tiyin),
            refunded: self.refunded,
            refunded_soum: soum(self.refunded_tiyin),
        }
    }
}

/// Answers with the totals as they are now.
pub(crate) async fn handle(State(app): Shared, parts: Parts) -> Result<Json<Stats>, Problem> {
    authorise(&app, &parts)?;
    let mut orders: BTreeMap<&'static str, i64> = OrderStatus::ALL.map(|status| (status.word(), 0)).into();
    orders.extend(app.store.order_counts().await?.into_iter().map(|(status, count)| (status.word(), count)));
    let takings = app.store.takings().await?;
    let zone = &app.settings.time_zone;
    let today = day_of(app.clock.now().ms(), zone);
    let mut total = Tally::default();
    let mut days: BTreeMap<Date, Tally> = BTreeMap::from([(today, Tally::default())]);
    let mut providers: BTreeMap<&'static str, Tally> = Provider::ALL.map(|it| (it.word(), Tally::default())).into();
    for hour in &takings {
        total.add(hour);
        days.entry(day_of(hour.hour.saturating_mul(3_600_000), zone)).or_default().add(hour);
        providers.entry(hour.provider.word()).or_default().add(hour);
    }
    let paid_today = days.get(&today).map_or(0, |tally| tally.paid_tiyin);
    let newest_first = days.into_iter().rev().take(OVERVIEW_DAYS_MAX);
    Ok(Json(Stats {
        orders,
        paid_today_soum: soum(paid_today),
        paid_total_soum: soum(total.paid_tiyin),
        refunded_total_soum: soum(total.refunded_tiyin),
        by_day: newest_first.map(|(day, tally)| Day { day: day.to_string(), sums: tally.sums() }).collect(),
        by_provider: providers.into_iter().map(|(provider, tally)| (provider, tally.sums())).collect(),
    }))
}

fn authorise(app: &App, parts: &Parts) -> Result<(), Problem> {
    if access::is_open(app, parts)? {
        return Ok(());
    }
    let Some(expected) = app.settings.admin_token else {
        return Err(Problem::unauthorised("the overview is closed: set admin.token, then send it as a Bearer token"));
    };
    match access::bearer(&parts.headers) {
        Some(token) if KeyDigest::of(token).matches(&expected) => Ok(()),
        Some(_) | None => Err(Problem::unauthorised("send the administrator's token: Authorization: Bearer ...")),
    }
}

fn day_of(ms: i64, zone: &TimeZone) -> Date {
    Timestamp::from_millisecond(ms).unwrap_or(Timestamp::UNIX_EPOCH).to_zoned(zone.clone()).date()
}

/// A sum as a JSON number, exactly.
fn soum(tiyin: i64) -> Box<RawValue> {
    RawValue::from_string(Soum::from_tiyin(tiyin).to_string()).unwrap_or_else(|_| RawValue::NULL.to_owned())
}
