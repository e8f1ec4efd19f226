//! Sums and times as the panel says them.

use super::words::Words;
use crate::app::App;
use boothpay_protocol::ledger::language::Language;
use boothpay_protocol::money::Soum;
use boothpay_protocol::time::TimeMs;
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;

/// Stands between thousands: a blank at which no line breaks.
const THIN: char = '\u{a0}';

/// A sum in soum, in groups of three: `1 250 000`, and tiyin only where there are some.
fn soum(tiyin: i64) -> String {
    let text = Soum::from_tiyin(tiyin).to_string();
    let (whole, rest) = match text.split_once('.') {
        Some((whole, part)) => (whole, format!(".{part}")),
        None => (text.as_str(), String::new()),
    };
    let (sign, digits) = whole.strip_prefix('-').map_or(("", whole), |digits| ("−", digits));
    format!("{sign}{}{rest}", grouped(digits))
}

/// The same with the decimal mark of a language: a comma but in English.
pub(crate) fn sum(tiyin: i64, language: Language) -> String {
    let text = soum(tiyin);
    match language {
        Language::Ru | Language::Uz => text.replace('.', ","),
        Language::En => text,
    }
}

/// A number in groups of three.
pub(crate) fn number(number: i64) -> String {
    let text = number.to_string();
    match text.strip_prefix('-') {
        Some(digits) => format!("−{}", grouped(digits)),
        None => grouped(&text),
    }
}

fn grouped(digits: &str) -> String {
    let mut grouped = String::with_capacity(digits.len().saturating_mul(2));
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && digits.len().saturating_sub(at).is_multiple_of(3) {
            grouped.push(THIN);
        }
        grouped.push(digit);
    }
    grouped
}

/// An order's number as the screens show it: in groups of four, if it is one that was made here.
pub(crate) fn order(id: &str) -> String {
    match crate::orders::number_as_written(id) {
        Some(number) if number.as_str() == id => {
            let (first, second) = id.split_at_checked(4).unwrap_or((id, ""));
            format!("{first}{THIN}{second}")
        }
        Some(_) | None => id.to_owned(),
    }
}

/// A day.
pub(crate) fn day(day: Date, language: Language) -> String {
    let form = match language {
        Language::Ru | Language::Uz => "%d.%m.%Y",
        Language::En => "%Y-%m-%d",
    };
    day.strftime(form).to_string()
}

/// A time in the booth's zone, to the second.
pub(crate) fn time(at: TimeMs, app: &App, language: Language) -> String {
    let form = match language {
        Language::Ru | Language::Uz => "%d.%m.%Y %H:%M:%S",
        Language::En => "%Y-%m-%d %H:%M:%S",
    };
    local(at, app).strftime(form).to_string()
}

/// The same for a machine: of a `time` element.
pub(crate) fn machine_time(at: TimeMs) -> String {
    Timestamp::from_millisecond(at.ms()).unwrap_or(Timestamp::UNIX_EPOCH).to_string()
}

/// A time in the booth's zone.
pub(crate) fn local(at: TimeMs, app: &App) -> jiff::Zoned {
    let zone: TimeZone = app.settings.time_zone.clone();
    Timestamp::from_millisecond(at.ms()).unwrap_or(Timestamp::UNIX_EPOCH).to_zoned(zone)
}

/// From when to when a day is, in the booth's zone.
pub(crate) fn bounds(day: Date, app: &App) -> Option<(TimeMs, TimeMs)> {
    let begins = |day: Date| {
        let at = day.to_zoned(app.settings.time_zone.clone()).ok()?;
        Some(TimeMs::new(at.timestamp().as_millisecond()))
    };
    Some((begins(day)?, begins(day.tomorrow().ok()?)?))
}

/// How long ago something was, in one unit.
pub(crate) fn age(since: TimeMs, now: TimeMs, words: &Words) -> String {
    let minutes = now.since(since).ms().max(0) / 60_000;
    let (key, count) = match minutes {
        0..60 => ("age.minutes", minutes),
        60..2880 => ("age.hours", minutes / 60),
        _ => ("age.days", minutes / 1440),
    };
    words.fill(key, &[("count", &number(count))])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sums_are_in_groups_and_tiyin_are_not_lost() {
        assert_eq!(soum(2_500_000), "25\u{a0}000");
        assert_eq!(soum(125_000_050), "1\u{a0}250\u{a0}000.50");
        assert_eq!(soum(0), "0");
        assert_eq!(soum(-100_000), "−1\u{a0}000");
        assert_eq!(sum(125_000_050, Language::Ru), "1\u{a0}250\u{a0}000,50");
        assert_eq!(sum(125_000_050, Language::En), "1\u{a0}250\u{a0}000.50");
        assert_eq!(number(-1_234), "−1\u{a0}234");
        assert_eq!(order("74S88WN2"), "74S8\u{a0}8WN2");
        assert_eq!(order("photobooth-1"), "photobooth-1");
    }
}
