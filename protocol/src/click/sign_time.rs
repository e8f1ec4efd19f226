//! The time in a call: `YYYY-MM-DD HH:mm:ss` (`reference/click.md §2.3`). Its zone is not documented; taken for Tashkent's,
//! which is five hours ahead of UTC all year. No decision hangs on it.

use crate::time::{SpanMs, TimeMs};

/// Tashkent's distance from UTC.
const ZONE: SpanMs = SpanMs::seconds(5 * 60 * 60);

const DAY_MS: i64 = 86_400_000;

/// Reads it; `None` when it is no such time of the calendar.
pub(super) fn read(text: &str) -> Option<TimeMs> {
    let form = b"dddd-dd-dd dd:dd:dd";
    let fits = |(sign, form): (u8, &u8)| if *form == b'd' { sign.is_ascii_digit() } else { sign == *form };
    if text.len() != form.len() || !text.bytes().zip(form).all(fits) {
        return None;
    }
    let part = |from: usize, to: usize| text.get(from..to)?.parse::<i64>().ok();
    let (year, month, day) = (part(0, 4)?, part(5, 7)?, part(8, 10)?);
    let (hour, minute, second) = (part(11, 13)?, part(14, 16)?, part(17, 19)?);
    let inside = year >= 1970 && (1..=days(year, month)?).contains(&day) && hour < 24 && minute < 60 && second < 60;
    if !inside {
        return None;
    }
    let of_day = hour.checked_mul(3600)?.checked_add(minute.checked_mul(60)?)?.checked_add(second)?;
    let ms = days_since_1970(year, month, day)?.checked_mul(DAY_MS)?.checked_add(of_day.checked_mul(1000)?)?;
    Some(TimeMs::new(ms).minus(ZONE))
}

/// A time's day in Tashkent: `YYYY-MM-DD`. Days before 1970 are the first of it.
pub(super) fn day(at: TimeMs) -> String {
    let mut left = at.plus(ZONE).ms().div_euclid(DAY_MS).max(0);
    let mut year = 1970;
    loop {
        let of_year = if is_leap(year) { 366 } else { 365 };
        if left < of_year {
            break;
        }
        left = left.saturating_sub(of_year);
        year = year.saturating_add(1);
    }
    let mut month = 1;
    while let Some(of_month) = days(year, month).filter(|of_month| left >= *of_month) {
        left = left.saturating_sub(of_month);
        month = month.saturating_add(1);
    }
    format!("{year:04}-{month:02}-{:02}", left.saturating_add(1))
}

const fn is_leap(year: i64) -> bool {
    year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
}

/// Days of a month; `None` when there is no such month.
const fn days(year: i64, month: i64) -> Option<i64> {
    match month {
        1 | 3 | 5 | 7 | 8 | 10 | 12 => Some(31),
        4 | 6 | 9 | 11 => Some(30),
        2 if is_leap(year) => Some(29),
        2 => Some(28),
        _ => None,
    }
}

fn days_since_1970(year: i64, month: i64, day: i64) -> Option<i64> {
    let years = (1970..year).try_fold(0_i64, |sum, year| sum.checked_add(if is_leap(year) { 366 } else { 365 }))?;
    let months = (1..month).try_fold(0_i64, |sum, month| sum.checked_add(days(year, month)?))?;
    years.checked_add(months)?.checked_add(day)?.checked_sub(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_those_of_tashkent() {
        for (text, next) in [("1970-01-01", "1970-01-02"), ("2024-02-29", "2024-03-01"), ("2026-12-31", "2027-01-01")] {
            let (first, last) =
                (read(&format!("{text} 00:00:00")).unwrap(), read(&format!("{text} 23:59:59")).unwrap());
            assert_eq!((day(first).as_str(), day(last).as_str()), (text, text));
            assert_eq!(day(last.plus(SpanMs::seconds(1))), next);
        }
    }

    #[test]
    fn times_of_the_calendar_are_read_as_tashkents() {
        let cases = [
            ("1970-01-01 05:00:00", 0),
            ("2026-11-21 12:00:00", 1_795_244_400_000),
            ("2024-02-29 23:59:59", 1_709_233_199_000),
            ("2000-03-01 00:00:00", 951_850_800_000),
        ];
        for (text, ms) in cases {
            assert_eq!(read(text).map(TimeMs::ms), Some(ms), "{text}");
        }
    }

    #[test]
    fn other_times_are_none() {
        let bad = [
            "",
            "2026-11-21",
            "2026-11-21T12:00:00",
            "2026-11-21 12:00",
            "2026-11-21 12:00:00 ",
            "2026-13-01 00:00:00",
            "2026-00-10 00:00:00",
            "2026-02-29 00:00:00",
            "2026-04-31 00:00:00",
            "2026-11-00 00:00:00",
            "2026-11-21 24:00:00",
            "2026-11-21 12:60:00",
            "2026-11-21 12:00:60",
            "1969-12-31 23:59:59",
            "+026-11-21 12:00:00",
            "٢٠٢٦-11-21 12:00:00",
            "1795244400",
        ];
        for text in bad {
            assert_eq!(read(text), None, "{text:?}");
        }
    }
}
