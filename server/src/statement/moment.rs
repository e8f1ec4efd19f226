//! Moments as people, programs and spreadsheets write them, in the booth's time zone where they name none.

use boothpay_protocol::number::{self, Exact};
use boothpay_protocol::time::TimeMs;
use jiff::civil::{Date, DateTime, Time, date};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

/// The days that a spreadsheet's number can be: from 1970 to 2199. Larger numbers are seconds or milliseconds since 1970.
const SERIAL_DAYS: std::ops::Range<i64> = 25_569..109_575;

/// Reads a moment; `clock` is a second column with the time of day, where there is one.
pub(super) fn read(text: &str, clock: Option<&str>, zone: &TimeZone) -> Option<TimeMs> {
    let text = text.trim().replace('\u{a0}', " ");
    let with_clock = match clock.map(str::trim).filter(|clock| !clock.is_empty()) {
        Some(clock) => format!("{text} {clock}"),
        None => text,
    };
    instant(&with_clock).or_else(|| local(&with_clock, zone))
}

/// Texts that name their zone, and numbers since 1970.
fn instant(text: &str) -> Option<TimeMs> {
    if text.bytes().all(|byte| byte.is_ascii_digit()) {
        let number: i64 = text.parse().ok()?;
        return match text.len() {
            10 => number.checked_mul(1000).map(TimeMs::new),
            13 => Some(TimeMs::new(number)),
            _ => None,
        };
    }
    text.replacen(' ', "T", 1).parse::<Timestamp>().ok().map(|time| TimeMs::new(time.as_millisecond()))
}

fn local(text: &str, zone: &TimeZone) -> Option<TimeMs> {
    let time = match serial(text) {
        Some(time) => time,
        None => {
            let (day, clock) = text.split_once([' ', 'T', ',']).unwrap_or((text, ""));
            DateTime::from_parts(day_of(day.trim())?, clock_of(clock.trim())?)
        }
    };
    Some(TimeMs::new(time.to_zoned(zone.clone()).ok()?.timestamp().as_millisecond()))
}

/// A spreadsheet's number: days since the end of 1899 with a fraction, to the nearest second.
fn serial(text: &str) -> Option<DateTime> {
    const SCALE: u8 = 9;
    let cut = match text.split_once('.') {
        Some((whole, rest)) => format!("{whole}.{}", rest.get(..rest.len().min(9)).unwrap_or_default()),
        None => text.to_owned(),
    };
    let Some(Exact::Integer(days)) = number::scaled(&cut, SCALE) else { return None };
    let one = 1_000_000_000;
    if !SERIAL_DAYS.contains(&days.checked_div(one)?) {
        return None;
    }
    let seconds = i128::from(days).checked_mul(86_400)?.checked_add(500_000_000)?.checked_div(i128::from(one))?;
    date(1899, 12, 30).at(0, 0, 0, 0).checked_add(SignedDuration::from_secs(i64::try_from(seconds).ok()?)).ok()
}

/// `2026-11-28`, `28.11.2026`, `28/11/2026`, `28-11-2026`, `28.11.26`: the day stands before the month unless the year is first.
fn day_of(text: &str) -> Option<Date> {
    let parts: Vec<&str> = text.split(['.', '-', '/']).collect();
    let number =
        |part: &&str| part.bytes().all(|byte| byte.is_ascii_digit()).then(|| part.parse::<i16>().ok()).flatten();
    let numbers: Vec<i16> = parts.iter().map(number).collect::<Option<_>>()?;
    let [first, month, last] = numbers.as_slice() else { return None };
    let small = |number: &i16| i8::try_from(*number).ok();
    match parts.iter().map(|part| part.len()).collect::<Vec<_>>().as_slice() {
        [4, _, _] => Date::new(*first, small(month)?, small(last)?).ok(),
        [_, _, 4] => Date::new(*last, small(month)?, small(first)?).ok(),
        [_, _, 2] => Date::new(last.checked_add(2000)?, small(month)?, small(first)?).ok(),
        _ => None,
    }
}

/// `15:04:05`, `15:04`, `15:04:05.123`, or nothing, which is midnight.
fn clock_of(text: &str) -> Option<Time> {
    if text.is_empty() {
        return Some(Time::midnight());
    }
    let mut parts = text.split(':');
    let number = |part: Option<&str>| part.map_or(Some(0), |part| part.parse::<i8>().ok());
    let (hour, minute) = (number(Some(parts.next()?))?, number(Some(parts.next()?))?);
    let second = parts.next().map(|seconds| seconds.split(['.', ',']).next().unwrap_or_default());
    let second = number(second)?;
    if parts.next().is_some() {
        return None;
    }
    Time::new(hour, minute, second, 0).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_moment_is_read_in_every_common_way_of_writing() {
        let zone = TimeZone::get("Asia/Tashkent").unwrap();
        // 2026-11-28 15:04:05 in Tashkent.
        let expected = TimeMs::new(1_795_860_245_000);
        let good = [
            "2026-11-28 15:04:05",
            "2026-11-28T15:04:05",
            "28.11.2026 15:04:05",
            "28/11/2026 15:04:05",
            "28.11.26, 15:04:05",
            "2026-11-28T10:04:05Z",
            "2026-11-28 15:04:05+05:00",
            "2026-11-28 15:04:05.000",
            "1795860245000",
            "1795860245",
            "46354.6278356481",
        ];
        for text in good {
            assert_eq!(read(text, None, &zone), Some(expected), "{text}");
        }
        assert_eq!(read("28.11.2026", Some("15:04:05"), &zone), Some(expected));
        for bad in [
            "",
            "yesterday",
            "11/28/2026 15:04",
            "2026-02-30",
            "28.11.2026 25:00",
            "28.11.2026 15:04:05:06",
            "1e400",
            "46354.6e1",
            "12.5",
        ] {
            assert!(read(bad, None, &zone).is_none(), "{bad}");
        }
    }
}
