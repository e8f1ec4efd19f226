//! The days that a statement is of, as a person says them: its file may end too early, or have no payment at all.

use crate::figures::{Period, PeriodError};
use boothpay_protocol::time::{SpanMs, TimeMs};
use jiff::civil::Date;
use jiff::tz::TimeZone;
use std::ops::Range;

/// Days that are noted as compared although there is no payment: ten years of them, far more than any statement.
const DAYS_NOTED_MAX: usize = 3660;

/// The first and the last day, where they are said.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Told {
    from: Option<Date>,
    to: Option<Date>,
}

/// Why no days were said.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadDays {
    /// No such day.
    #[error(transparent)]
    Day(#[from] PeriodError),
    /// The first is after the last.
    #[error("the first day is after the last")]
    Backwards,
}

impl Told {
    /// Of days as `2026-11-28`; an empty text says none.
    pub fn of(from: &str, to: &str) -> Result<Self, BadDays> {
        let day = |text: &str| -> Result<Option<Date>, PeriodError> {
            if text.is_empty() { Ok(None) } else { Period::day(text).map(|day| Some(day.first_day())) }
        };
        let told = Self { from: day(from)?, to: day(to)? };
        match (told.from, told.to) {
            (Some(from), Some(to)) if from > to => Err(BadDays::Backwards),
            (Some(_) | None, Some(_) | None) => Ok(told),
        }
    }

    /// The instants of these days, and of the rows, which may reach further. A day that is not over is in it only up to its last row.
    pub fn with(self, rows: Option<Range<TimeMs>>, zone: &TimeZone, now: TimeMs) -> Option<Range<TimeMs>> {
        let of_day = |day: Date| Period::Day(day).instants(zone);
        let today = Period::today(zone, now).instants(zone).start;
        let (first, last) = rows.map_or((None, None), |rows| (Some(rows.start), Some(rows.end)));
        let start = self.from.map(|day| of_day(day).start).into_iter().chain(first).min()?;
        let end = self.to.map(|day| of_day(day).end.min(today)).into_iter().chain(last).max()?;
        (start < end).then_some(start..end)
    }

    /// The days of these instants; none where nobody has said any.
    pub fn days(self, instants: &Range<TimeMs>, zone: &TimeZone) -> impl Iterator<Item = Date> {
        let is_told = self != Self::default();
        let (first, last) = ends(instants, zone);
        first.series(jiff::Span::new().days(1)).take_while(move |day| is_told && *day <= last).take(DAYS_NOTED_MAX)
    }
}

/// The first and the last day of instants.
pub fn ends(instants: &Range<TimeMs>, zone: &TimeZone) -> (Date, Date) {
    let day = |at: TimeMs| Period::today(zone, at).first_day();
    (day(instants.start), day(instants.end.minus(SpanMs::new(1))))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_days_that_are_said_and_those_of_the_rows_are_compared() {
        let zone = TimeZone::get("Asia/Tashkent").unwrap();
        let at = |text: &str| {
            let time: jiff::civil::DateTime = text.parse().unwrap();
            TimeMs::new(time.to_zoned(zone.clone()).unwrap().timestamp().as_millisecond())
        };
        let now = at("2025-12-25T15:00:00");
        let rows = || Some(at("2025-12-20T00:00:00")..at("2025-12-24T00:00:00"));
        for (from, to, rows, first, last) in [
            ("", "", rows(), "2025-12-20", "2025-12-23"),
            ("2025-12-19", "", rows(), "2025-12-19", "2025-12-23"),
            ("", "2025-12-24", rows(), "2025-12-20", "2025-12-24"),
            ("2025-12-21", "2025-12-22", rows(), "2025-12-20", "2025-12-23"),
            ("2025-12-22", "2025-12-30", rows(), "2025-12-20", "2025-12-24"),
            ("2025-12-24", "2025-12-25", None, "2025-12-24", "2025-12-24"),
        ] {
            let told = Told::of(from, to).unwrap();
            let period = told.with(rows, &zone, now).unwrap();
            let (begin, end) = ends(&period, &zone);
            assert_eq!((begin.to_string().as_str(), end.to_string().as_str()), (first, last), "{from} to {to}");
            let days = told.days(&period, &zone).count();
            assert_eq!(days == 0, from.is_empty() && to.is_empty(), "{from} to {to}: {days}");
        }
        for (from, to) in [("", ""), ("2025-12-20", ""), ("", "2025-12-20"), ("2025-12-25", "2025-12-25")] {
            assert_eq!(Told::of(from, to).unwrap().with(None, &zone, now), None, "no whole day: {from} to {to}");
        }
        assert_eq!(Told::of("2025-12-21", "2025-12-20"), Err(BadDays::Backwards));
        assert!(matches!(Told::of("20.12.2025", ""), Err(BadDays::Day(_))));
    }
}
