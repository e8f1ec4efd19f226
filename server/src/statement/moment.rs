//! Moments as people, programs and spreadsheets write them, in the booth's time zone where they name none.

use boothpay_protocol::number::{self, Exact};
use boothpay_protocol::time::TimeMs;
use jiff::civil::{Date, DateTime, Time, date};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

/// The days that a spreadsheet's number can be: from 1970 to 2199. Larger numbers are seconds or milliseconds since 1970.
const SERIAL_DAYS: std::ops::Range<i64> = 25_569..109_575;

/// Which of the two cells has no moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum BadMoment {
    /// The one with the day.
    Day,
    /// The one with the time of day.
    Clock,
}

/// Reads a moment; `clock` is a second column with the time of day, where there is one. Either may be a text or a spreadsheet's number.
/// Where the day's own cell has the time of day, that one counts.
pub(super) fn read(text: &str, clock: Option<&str>, zone: &TimeZone) -> Result<TimeMs, BadMoment> {
    if let Some(time) = instant(text) {
        return Ok(time);
    }
    let day = local(text).ok_or(BadMoment::Day)?;
    let time = match clock {
        Some(clock) if day.time() == Time::midnight() => {
            DateTime::from_parts(day.date(), beside(day, clock).ok_or(BadMoment::Clock)?)
        }
        Some(_) | None => day,
    };
    let zoned = time.to_zoned(zone.clone()).map_err(|_| BadMoment::Day)?;
    Ok(TimeMs::new(zoned.timestamp().as_millisecond()))
}

/// Whether a text is a time of day without its day.
pub(super) fn is_clock(text: &str) -> bool {
    clock_of(text).or_else(|| fraction(text).map(|time| time.time())).is_some()
}

/// The time of day of a cell beside the one with the day: a time alone, or a moment of the same day.
fn beside(day: DateTime, clock: &str) -> Option<Time> {
    if let Some(time) = clock_of(clock) {
        return Some(time);
    }
    let whole = fraction(clock).or_else(|| local(clock))?;
    [day.date(), BEGINNING].contains(&whole.date()).then(|| whole.time())
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

fn local(text: &str) -> Option<DateTime> {
    if let Some(time) = days(text) {
        return (time.year() >= 1970).then_some(time);
    }
    let (day, clock) = text.split_once([' ', 'T', ',']).unwrap_or((text, ""));
    let clock = clock.trim();
    let time = if clock.is_empty() { Time::midnight() } else { clock_of(clock)? };
    Some(DateTime::from_parts(day_of(day.trim())?, time))
}

/// The day that a spreadsheet counts from.
const BEGINNING: Date = date(1899, 12, 30);

/// A spreadsheet's number of less than a day. What would round to the next day is the last second of this one.
fn fraction(text: &str) -> Option<DateTime> {
    let time = days(text).filter(|time| time.year() < 1970)?;
    Some(if time.date() == BEGINNING { time } else { BEGINNING.at(23, 59, 59, 0) })
}

/// A spreadsheet's number: days since the end of 1899 with a fraction, to the nearest second. Less than a day, or a day of our times.
fn days(text: &str) -> Option<DateTime> {
    const SCALE: u8 = 9;
    let text = plain(text)?;
    let cut = match text.split_once('.') {
        Some((whole, rest)) => format!("{whole}.{}", rest.get(..rest.len().min(9)).unwrap_or_default()),
        None => text,
    };
    let Some(Exact::Integer(days)) = number::scaled(&cut, SCALE) else { return None };
    let one = 1_000_000_000;
    let whole = days.checked_div(one)?;
    if days < 0 || (whole != 0 && !SERIAL_DAYS.contains(&whole)) {
        return None;
    }
    let seconds = i128::from(days).checked_mul(86_400)?.checked_add(500_000_000)?.checked_div(i128::from(one))?;
    BEGINNING.at(0, 0, 0, 0).checked_add(SignedDuration::from_secs(i64::try_from(seconds).ok()?)).ok()
}

/// A number without an exponent: spreadsheets write the first seconds after midnight as `1.1574074074074073E-5`.
fn plain(text: &str) -> Option<String> {
    let Some((size, exponent)) = text.split_once(['e', 'E']) else { return Some(text.to_owned()) };
    let places: usize = exponent.strip_prefix('-')?.parse().ok().filter(|places| (1..=20).contains(places))?;
    let (whole, rest) = size.split_once('.').unwrap_or((size, ""));
    (whole.len() == 1).then(|| format!("0.{}{whole}{rest}", "0".repeat(places.saturating_sub(1))))
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

/// `15:04:05`, `15:04`, `15:04:05.123`.
fn clock_of(text: &str) -> Option<Time> {
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
            assert_eq!(read(text, None, &zone), Ok(expected), "{text}");
        }
        for day in ["28.11.2026", "2026-11-28", "46354", "46354.0", "28.11.2026 00:00:00"] {
            for clock in ["15:04:05", "0.6278356481", "0.627835648148148", "46354.6278356481", "28.11.2026 15:04:05"] {
                assert_eq!(read(day, Some(clock), &zone), Ok(expected), "{day} and {clock}");
            }
            for clock in ["25:00", "soon", "46355.6278356481", "27.11.2026 15:04:05", "12.5", "-0.5"] {
                assert_eq!(read(day, Some(clock), &zone), Err(BadMoment::Clock), "{day} and {clock}");
            }
        }
        for day in ["28.11.2026 15:04:05", "46354.6278356481", "2026-11-28T10:04:05Z"] {
            assert_eq!(read(day, Some("09:00"), &zone), Ok(expected), "{day} has its time of day");
        }
        let after_midnight = |clock| read("46354", Some(clock), &zone).map(|time| time.ms());
        assert_eq!(after_midnight("1.1574074074074073E-5"), Ok(expected.ms() - 54_244_000));
        assert_eq!(after_midnight("0.99999999"), Ok(expected.ms() - 54_245_000 + 86_399_000));
        assert_eq!(read("0.5", Some("15:04:05"), &zone), Err(BadMoment::Day));
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
            assert_eq!(read(bad, None, &zone), Err(BadMoment::Day), "{bad}");
        }
    }
}
