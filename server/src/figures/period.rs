//! What a report is about: a day, a month or a year of the booth's time zone, as hours since 1970-01-01 UTC.

use boothpay_protocol::time::TimeMs;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};
use std::fmt;
use std::ops::Range;

const HOUR_MS: i64 = 3_600_000;

/// What a report is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Period {
    /// One day.
    Day(Date),
    /// A month, by its first day.
    Month(Date),
    /// A year, by its first day.
    Year(Date),
}

/// A part of a period.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// An hour of a day, by its first minute, as the clock on the wall has it.
    Hour(i8, i8),
    /// A day of a month.
    Day(Date),
    /// A month of a year, by its first day.
    Month(Date),
}

/// Why a text is no period.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PeriodError {
    /// No such day.
    #[error("there is no such day; a day is written like 2026-11-28")]
    Day,
    /// No such month.
    #[error("there is no such month; a month is written like 2026-11")]
    Month,
    /// No such year.
    #[error("there is no such year; a year is written like 2026, from 1970 to 9000")]
    Year,
    /// More than one was asked for.
    #[error("ask for one day, one month or one year, not for several at once")]
    Several,
}

impl Period {
    /// The day that it is now.
    pub fn today(zone: &TimeZone, now: TimeMs) -> Self {
        let now = Timestamp::from_millisecond(now.ms()).unwrap_or(Timestamp::UNIX_EPOCH);
        Self::Day(now.to_zoned(zone.clone()).date())
    }

    /// `2026-11-28`.
    pub fn day(text: &str) -> Result<Self, PeriodError> {
        numbers(text, &[4, 2, 2]).and_then(|date| in_range(&date)).map(Self::Day).ok_or(PeriodError::Day)
    }

    /// `2026-11`.
    pub fn month(text: &str) -> Result<Self, PeriodError> {
        numbers(text, &[4, 2]).and_then(|date| in_range(&date)).map(Self::Month).ok_or(PeriodError::Month)
    }

    /// `2026`.
    pub fn year(text: &str) -> Result<Self, PeriodError> {
        numbers(text, &[4]).and_then(|date| in_range(&date)).map(Self::Year).ok_or(PeriodError::Year)
    }

    /// The same kind of period to compare with: of a day the same weekday of the week before.
    #[must_use]
    pub fn before(self) -> Self {
        match self {
            Self::Day(day) => Self::Day(day.saturating_sub(7.days())),
            Self::Month(first) => Self::Month(first.saturating_sub(1.month())),
            Self::Year(first) => Self::Year(first.saturating_sub(1.year())),
        }
    }

    /// The next one.
    #[must_use]
    pub fn next(self) -> Self {
        match self {
            Self::Day(day) => Self::Day(day.saturating_add(1.day())),
            Self::Month(first) => Self::Month(first.saturating_add(1.month())),
            Self::Year(first) => Self::Year(first.saturating_add(1.year())),
        }
    }

    /// The one just before.
    #[must_use]
    pub fn previous(self) -> Self {
        match self {
            Self::Day(day) => Self::Day(day.saturating_sub(1.day())),
            Self::Month(_) | Self::Year(_) => self.before(),
        }
    }

    /// Its first day.
    pub const fn first_day(self) -> Date {
        match self {
            Self::Day(day) | Self::Month(day) | Self::Year(day) => day,
        }
    }

    /// Its hours: those that begin in it.
    pub fn hours(self, zone: &TimeZone) -> Range<i64> {
        first_hour(self.first_day(), zone)..first_hour(self.next().first_day(), zone)
    }

    /// Its first instant, and that of the next one.
    pub fn instants(self, zone: &TimeZone) -> Range<TimeMs> {
        TimeMs::new(midnight(self.first_day(), zone))..TimeMs::new(midnight(self.next().first_day(), zone))
    }

    /// How many of its hours have begun by now; `None` when it is over or has not begun.
    pub(super) fn passed(self, zone: &TimeZone, now: TimeMs) -> Option<i64> {
        let (hours, hour) = (self.hours(zone), now.ms().div_euclid(HOUR_MS));
        hours.contains(&hour).then(|| hour.saturating_sub(hours.start).saturating_add(1))
    }

    /// Its parts in order, each with the hour at which it begins.
    pub(super) fn parts(self, zone: &TimeZone) -> Vec<(Part, i64)> {
        match self {
            Self::Day(_) => self.hours(zone).map(|hour| (clock_hour(hour, zone), hour)).collect(),
            Self::Month(first) => {
                days_until(first, self.next().first_day()).map(|day| (Part::Day(day), first_hour(day, zone))).collect()
            }
            Self::Year(first) => (0..12)
                .map(|months| first.saturating_add(months.months()))
                .map(|month| (Part::Month(month), first_hour(month, zone)))
                .collect(),
        }
    }
}

impl fmt::Display for Period {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Day(day) => write!(f, "{day}"),
            Self::Month(first) => f.write_str(&year_and_month(*first)),
            Self::Year(first) => write!(f, "{:04}", first.year()),
        }
    }
}

impl fmt::Display for Part {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Hour(hour, minute) => write!(f, "{hour:02}:{minute:02}"),
            Self::Day(day) => write!(f, "{day}"),
            Self::Month(first) => f.write_str(&year_and_month(*first)),
        }
    }
}

fn year_and_month(date: Date) -> String {
    format!("{:04}-{:02}", date.year(), date.month())
}

fn days_until(first: Date, end: Date) -> impl Iterator<Item = Date> {
    std::iter::successors(Some(first), |day| day.tomorrow().ok()).take_while(move |day| *day < end)
}

fn midnight(day: Date, zone: &TimeZone) -> i64 {
    day.to_zoned(zone.clone()).map_or(0, |start| start.timestamp().as_millisecond())
}

/// The first hour that begins on a day. Where a zone is not whole hours away from UTC, days begin up to an hour late.
fn first_hour(day: Date, zone: &TimeZone) -> i64 {
    midnight(day, zone).saturating_add(HOUR_MS.saturating_sub(1)).div_euclid(HOUR_MS)
}

fn clock_hour(hour: i64, zone: &TimeZone) -> Part {
    let begins = Timestamp::from_millisecond(hour.saturating_mul(HOUR_MS)).unwrap_or(Timestamp::UNIX_EPOCH);
    let time = begins.to_zoned(zone.clone()).time();
    Part::Hour(time.hour(), time.minute())
}

/// Numbers of exactly so many digits with a hyphen between them.
fn numbers(text: &str, digits: &[usize]) -> Option<Vec<i16>> {
    let parts: Vec<&str> = text.split('-').collect();
    let fits = |(part, digits): (&&str, &usize)| part.len() == *digits && part.bytes().all(|it| it.is_ascii_digit());
    if parts.len() != digits.len() || !parts.iter().zip(digits).all(fits) {
        return None;
    }
    parts.iter().map(|part| part.parse().ok()).collect()
}

/// A date of which a missing month or day is the first. Years in which everything around it can be computed.
fn in_range(numbers: &[i16]) -> Option<Date> {
    let part = |index: usize| numbers.get(index).map_or(Some(1), |number| i8::try_from(*number).ok());
    let year = numbers.first().copied().filter(|year| (1970..=9000).contains(year))?;
    Date::new(year, part(1)?, part(2)?).ok()
}
