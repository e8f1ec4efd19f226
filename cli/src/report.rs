//! `boothpay report`: what the booth earned in a day, a month or a year. Leaves nothing behind, works beside a running server.

use crate::out;
use crate::settings::{self, Choice};
use anyhow::{Context, Result};
use boothpay_protocol::ledger::language::Language;
use boothpay_server::clock::Clock;
use boothpay_server::figures::{Period, Report};
use boothpay_store::visit;
use clap::{Args, ValueEnum};

/// Of what, and how.
#[derive(Args)]
pub(crate) struct ReportArguments {
    /// A day, as 2026-11-28. Without this, --month and --year: today.
    #[arg(long, value_name = "DATE", conflicts_with_all = ["month", "year"])]
    day: Option<String>,
    /// A month, as 2026-11.
    #[arg(long, value_name = "MONTH", conflicts_with = "year")]
    month: Option<String>,
    /// A year, as 2026.
    #[arg(long, value_name = "YEAR")]
    year: Option<String>,
    /// As a CSV file for a spreadsheet: a row for each hour, day or month.
    #[arg(long, conflicts_with = "json")]
    csv: bool,
    /// As JSON, the same as `report` in GET /api/stats.
    #[arg(long)]
    json: bool,
    /// The language, instead of the booth's (`language` in the settings).
    #[arg(long, value_name = "LANGUAGE")]
    language: Option<Tongue>,
}

/// Languages of what an owner reads.
#[derive(Clone, Copy, ValueEnum)]
pub(crate) enum Tongue {
    Ru,
    Uz,
    En,
}

impl From<Tongue> for Language {
    fn from(tongue: Tongue) -> Self {
        match tongue {
            Tongue::Ru => Self::Ru,
            Tongue::Uz => Self::Uz,
            Tongue::En => Self::En,
        }
    }
}

/// Reads the sums and prints the report.
pub(crate) fn run(choice: &Choice, arguments: &ReportArguments) -> Result<()> {
    let settings = settings::checked(choice)?;
    settings::existing(&settings.database)?;
    let (zone, now) = (&settings.time_zone, Clock::System.now());
    let period = match (&arguments.day, &arguments.month, &arguments.year) {
        (Some(day), _, _) => Period::day(day).with_context(|| format!("--day {day}"))?,
        (None, Some(month), _) => Period::month(month).with_context(|| format!("--month {month}"))?,
        (None, None, Some(year)) => Period::year(year).with_context(|| format!("--year {year}"))?,
        (None, None, None) => Period::today(zone, now),
    };
    let kept = visit::kept_sums(&settings.database, &Report::spans(period, zone, now))?;
    let report = Report::of(&kept, period, zone, now);
    let language = arguments.language.map_or(settings.language, Language::from);
    if arguments.json {
        out::print_json(&serde_json::to_value(&report)?);
    } else if arguments.csv {
        // As it is: the mark at its beginning is for the spreadsheet, and the words are ours.
        out::pass_on(&mut report.csv(language).as_bytes())?;
    } else {
        out::print(format_args!("{}", report.text(language)));
    }
    Ok(())
}
