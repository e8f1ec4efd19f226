//! The first page: that the booth is closed by hand, if it is; what is owed back to customers, what stands of today's money, what was paid
//! and what went back, by wallet, beside yesterday. The figures are those of `boothpay report`. It brings itself up to date.

use super::closing::Sign;
use super::frame::{self, Frame, Section, Stop, show};
use super::owed::{self, OwedOrder};
use super::say;
use super::seat::Seat;
use super::words::Words;
use crate::app::App;
use crate::figures::{Money, Period, Report, Sum};
use askama::Template;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;
use boothpay_protocol::ledger::provider::Provider;
use boothpay_store::WhichDifferences;
use std::sync::Arc;

/// Orders with owed money that the first page shows; the list has all.
const OWED_SHOWN: usize = 5;
/// Open differences that it counts; of more it says "100+".
const DIFFERENCES_COUNTED_MAX: u32 = 100;

/// A line of the table: what stands of one provider's money, today and yesterday.
struct Line {
    name: &'static str,
    today: String,
    today_count: String,
    yesterday: String,
    yesterday_count: String,
}

/// What comes by itself. Sums are in soum.
#[derive(Template)]
#[template(path = "panel/today-live.html")]
struct Live {
    words: &'static Words,
    /// Whether the booth is closed by hand, and the button for the other.
    sign: Sign,
    day: String,
    /// The first few orders with owed money, and how many there are.
    owed: Vec<OwedOrder>,
    owed_count: usize,
    /// Differences with statements that nobody has settled, in words; none where there are none.
    differences: Option<String>,
    net: String,
    paid: String,
    refunded: String,
    /// What went back today, where it is not what went back of today's money.
    went_back: Option<String>,
    /// What stands and no bank has confirmed; none where UzQR is not offered and brought nothing.
    unverified: Option<String>,
    lines: Vec<Line>,
}

impl Live {
    fn t<'a>(&'a self, key: &'a str) -> &'a str {
        self.words.t(key)
    }

    async fn of(app: &App, seat: &Seat) -> Result<Self, Stop> {
        let words = seat.words();
        let (now, zone) = (app.clock.now(), &app.settings.time_zone);
        let day = say::local(now, app).date();
        let (today, yesterday) = (Period::Day(day), Period::Day(day.yesterday().unwrap_or(day)));
        let spans = [yesterday, today].map(|day| Report::spans(day, zone, now)).concat();
        let kept = app.store.kept_sums(spans).await?;
        let (owed, owed_count) = owed::orders(app, &kept.takings, words, OWED_SHOWN).await?;
        let [today, yesterday] = [today, yesterday].map(|day| Report::of(&kept, day, zone, now));
        let open = app.store.differences(WhichDifferences::Open, DIFFERENCES_COUNTED_MAX).await?.len();
        let offered = app.settings.offered();
        let is_shown = |provider| {
            let brought = |report: &Report| money_of(report, provider).paid.count > 0;
            offered.contains(&provider) || brought(&today) || brought(&yesterday)
        };
        let line = |provider| {
            let (today, yesterday) = (money_of(&today, provider).net(), money_of(&yesterday, provider).net());
            Line {
                name: words.t(provider_key(provider)),
                today: soum(today, words),
                today_count: say::number(today.count),
                yesterday: soum(yesterday, words),
                yesterday_count: say::number(yesterday.count),
            }
        };
        let money = today.total.money;
        Ok(Self {
            words,
            sign: Sign::of(app, seat),
            day: say::day(day, words.language()),
            owed,
            owed_count,
            differences: differences(open, words),
            net: soum(money.net(), words),
            paid: soum(money.paid, words),
            refunded: soum(money.refunded, words),
            went_back: (money.went_back != money.refunded).then(|| soum(money.went_back, words)),
            unverified: is_shown(Provider::Uzqr).then(|| soum(money.unverified, words)),
            lines: Provider::ALL.into_iter().filter(|provider| is_shown(*provider)).map(line).collect(),
        })
    }
}

fn differences(open: usize, words: &'static Words) -> Option<String> {
    let mark = if u32::try_from(open).is_ok_and(|open| open < DIFFERENCES_COUNTED_MAX) { "" } else { "+" };
    (open > 0).then(|| words.fill("today.differences", &[("count", &format!("{open}{mark}"))]))
}

fn money_of(report: &Report, provider: Provider) -> Money {
    let found = report.by_provider.iter().find(|(other, _)| *other == provider);
    found.map(|(_, money)| *money).unwrap_or_default()
}

fn soum(sum: Sum, words: &Words) -> String {
    say::sum(sum.tiyin, words.language())
}

/// The key of a provider's name.
pub(super) const fn provider_key(provider: Provider) -> &'static str {
    match provider {
        Provider::Payme => "provider.payme",
        Provider::Click => "provider.click",
        Provider::Uzum => "provider.uzum",
        Provider::UzumQr => "provider.uzum_qr",
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
    let live = Live::of(&app, &seat).await?;
    show(&TodayPage { f: seat.frame(&app, Section::Today), live })
}

/// The part of it that comes by itself.
pub(super) async fn live(State(app): State<Arc<App>>, seat: Seat, headers: HeaderMap) -> Result<Response, Stop> {
    frame::live(&Live::of(&app, &seat).await?, &headers)
}
