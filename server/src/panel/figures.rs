//! The figures of a day, a month or a year: money beside the period before, what became of the codes, a chart with its table, wallets and
//! booths; and the same as files. The figures are those of `boothpay report`.

mod chart;
mod files;

pub(super) use files::{Readings, payments, table};

use super::frame::{Frame, Section, Stop, show};
use super::say;
use super::seat::Seat;
use super::today::provider_key;
use crate::app::App;
use crate::figures::{self, Figures, Part, Period, Report, Sum, decimal_in};
use askama::Template;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use axum::response::Response;
use boothpay_protocol::ledger::language::Language;
use chart::Chart;
use serde::Deserialize;
use std::sync::Arc;

/// What an address asks for; the first of these that is there counts, and today when none is.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Asked {
    day: String,
    month: String,
    year: String,
}

/// The period that an address asks for; none when what it asks for is no period.
fn asked(query: Result<Query<Asked>, QueryRejection>, app: &App) -> Option<Period> {
    let Query(Asked { day, month, year }) = query.ok()?;
    let period = match (day.as_str(), month.as_str(), year.as_str()) {
        ("", "", "") => Ok(Period::today(&app.settings.time_zone, app.clock.now())),
        ("", "", year) => Period::year(year),
        ("", month, _) => Period::month(month),
        (day, ..) => Period::day(day),
    };
    period.ok()
}

/// The report of a period.
async fn report(app: &App, period: Period) -> Result<Report, Stop> {
    let zone = &app.settings.time_zone;
    let now = app.clock.now();
    let kept = app.store.kept_sums(Report::spans(period, zone, now)).await?;
    Ok(Report::of(&kept, period, zone, now))
}

/// How an address names a period.
fn query(period: Period) -> String {
    match period {
        Period::Day(_) => format!("?day={period}"),
        Period::Month(_) => format!("?month={period}"),
        Period::Year(_) => format!("?year={period}"),
    }
}

/// How a page names a period.
fn name(period: Period, language: Language) -> String {
    match (period, language) {
        (Period::Day(day), _) => say::day(day, language),
        (Period::Month(first), Language::Ru | Language::Uz) => first.strftime("%m.%Y").to_string(),
        (Period::Month(_), Language::En) | (Period::Year(_), _) => period.to_string(),
    }
}

/// A place to go to.
struct Link {
    name: String,
    query: String,
    is_here: bool,
}

/// A line of the money: the period, and what it is compared with. Sums in soum.
struct MoneyLine {
    label: &'static str,
    count: String,
    sum: String,
    then: String,
    is_net: bool,
}

/// A line with what stands of a part, a wallet or a booth.
struct Line {
    name: String,
    query: Option<String>,
    count: String,
    sum: String,
}

impl Line {
    fn of(name: String, query: Option<String>, sum: Sum, language: Language) -> Self {
        Self { name, query, count: say::number(sum.count), sum: say::sum(sum.tiyin, language) }
    }
}

#[derive(Template)]
#[template(path = "panel/figures.html")]
struct FiguresPage {
    f: Frame,
    w: &'static figures::Words,
    /// Whether what was asked for is no period.
    is_wrong: bool,
    /// Payments one by one are the owner's.
    is_owner: bool,
    name: String,
    query: String,
    first_day: String,
    /// Today, yesterday, this month, this year.
    shortcuts: Vec<Link>,
    previous: Link,
    /// None of one that has not begun.
    next: Option<Link>,
    compared: String,
    money: Vec<MoneyLine>,
    owed_now: Option<MoneyLine>,
    average: [String; 2],
    copies: [String; 2],
    made: String,
    percent: Option<String>,
    shown: Vec<(&'static str, String)>,
    by_part: &'static str,
    chart: Option<Chart>,
    parts: Vec<Line>,
    providers: Vec<Line>,
    booths: Vec<Line>,
}

/// The page.
pub(super) async fn page(
    State(app): State<Arc<App>>,
    seat: Seat,
    query: Result<Query<Asked>, QueryRejection>,
) -> Result<Response, Stop> {
    let asked = asked(query, &app);
    let period = asked.unwrap_or_else(|| Period::today(&app.settings.time_zone, app.clock.now()));
    let report = report(&app, period).await?;
    let mut page = FiguresPage::of(&app, seat.frame(&app, Section::Figures), &report);
    (page.is_wrong, page.is_owner) = (asked.is_none(), seat.is_owner());
    show(&page)
}

impl FiguresPage {
    fn of(app: &App, f: Frame, report: &Report) -> Self {
        let language = f.words.language();
        let (period, w) = (report.period, figures::words(language));
        let link = |name: String, to: Period| Link { name, query: query(to), is_here: to == period };
        let today = Period::today(&app.settings.time_zone, app.clock.now());
        let first = today.first_day();
        let shortcuts = vec![
            link(f.t("figures.today").to_owned(), today),
            link(f.t("figures.yesterday").to_owned(), today.previous()),
            link(f.t("figures.this_month").to_owned(), Period::Month(first.first_of_month())),
            link(f.t("figures.this_year").to_owned(), Period::Year(first.first_of_year())),
        ];
        let (before, compared) = report.compared(w);
        let line = |row: figures::MoneyRow| MoneyLine {
            label: row.label,
            count: say::number(row.now.count),
            sum: say::sum(row.now.tiyin, language),
            then: say::sum(row.then.tiyin, language),
            is_net: row.label == w.net,
        };
        let owed_now = figures::MoneyRow { label: w.owed_now, now: report.owed_now, then: Sum::default() };
        let both = |of: &dyn Fn(&Figures) -> Option<String>| {
            [&report.total, before].map(|figures| of(figures).unwrap_or_else(|| "—".to_owned()))
        };
        let is_sold = |sum: &Sum| *sum != Sum::default();
        let parts = report.parts.iter().filter(|(_, it)| *it != Figures::default());
        let providers = report.by_provider.iter().filter(|(_, money)| is_sold(&money.paid));
        let booths = report.by_booth.iter().filter(|_| report.by_booth.len() > 1);
        Self {
            w,
            is_wrong: false,
            is_owner: false,
            name: name(period, language),
            query: query(period),
            first_day: period.first_day().to_string(),
            shortcuts,
            previous: link(name(period.previous(), language), period.previous()),
            next: (period.next().first_day() <= first).then(|| link(name(period.next(), language), period.next())),
            compared,
            money: report.money_rows(w).into_iter().map(line).collect(),
            owed_now: is_sold(&report.owed_now).then(|| line(owed_now)),
            average: both(&|it| it.money.average_tiyin().map(|tiyin| say::sum(tiyin, language))),
            copies: both(&|it| it.shown.copies_hundredths().map(|number| decimal_in(number, 2, w))),
            made: say::number(report.total.shown.made),
            percent: report.total.shown.sold_of_thousand().map(|it| format!("{} %", decimal_in(it, 1, w))),
            shown: report.shown_rows(w).map(|(label, count)| (label, say::number(count))).into(),
            by_part: report.by_part(w),
            chart: Chart::of(report, f.t("frame.soum"), language),
            parts: parts.map(|(part, it)| part_line(*part, it.money.net(), language)).collect(),
            providers: providers
                .map(|(it, money)| Line::of(f.t(provider_key(*it)).to_owned(), None, money.net(), language))
                .collect(),
            booths: booths.map(|(it, of)| Line::of(it.to_string(), None, of.money.net(), language)).collect(),
            f,
        }
    }
}

/// An hour is a line; a day and a month are pages of their own as well.
fn part_line(part: Part, sum: Sum, language: Language) -> Line {
    let period = match part {
        Part::Hour(..) => return Line::of(part.to_string(), None, sum, language),
        Part::Day(day) => Period::Day(day),
        Part::Month(first) => Period::Month(first),
    };
    Line::of(name(period, language), Some(query(period)), sum, language)
}
