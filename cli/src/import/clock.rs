//! The times in the table of the back end before: UTC, and told to Payme as if they were the time of his machine's zone.

use boothpay_protocol::takeover::HisTime;
use boothpay_protocol::time::TimeMs;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;

/// Characters of a time up to its seconds.
const UP_TO_SECONDS: usize = "2025-12-20 11:07:11".len();

/// Reads `2025-12-20 11:07:11.243556`, with a blank or a `T`, with up to nine decimals or none. Parts of a millisecond are
/// dropped, as his server dropped them.
pub(super) fn read(text: &str, zone: &TimeZone) -> Option<HisTime> {
    let is_plain = |(place, byte): (usize, u8)| match byte {
        b'-' => place == 4 || place == 7,
        b' ' | b'T' => place == 10,
        b':' => place == 13 || place == 16,
        b'.' => place == UP_TO_SECONDS,
        other => other.is_ascii_digit(),
    };
    // No zone, no date alone, nothing around it.
    if text.len() < UP_TO_SECONDS
        || text.len() == UP_TO_SECONDS.saturating_add(1)
        || !text.bytes().enumerate().all(is_plain)
    {
        return None;
    }
    let column: DateTime = text.parse().ok()?;
    let at = |zone: &TimeZone| {
        let time = column.to_zoned(zone.clone()).ok()?.timestamp();
        Some(TimeMs::new(time.as_millisecond()))
    };
    Some(HisTime { utc: at(&TimeZone::UTC)?, told: at(zone)? })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_column_is_utc_and_was_told_as_local_time() {
        let tashkent = TimeZone::get("Asia/Tashkent").unwrap();
        for text in ["2025-12-20 11:07:11.243556", "2025-12-20T11:07:11.243999", "2025-12-20 11:07:11.243"] {
            let time = read(text, &tashkent).unwrap();
            assert_eq!((time.utc.ms(), time.told.ms()), (1_766_228_831_243, 1_766_210_831_243), "{text}");
        }
        let whole = read("2025-12-20 11:07:11", &TimeZone::UTC).unwrap();
        assert_eq!((whole.utc.ms(), whole.told.ms()), (1_766_228_831_000, 1_766_228_831_000));
    }

    #[test]
    fn what_is_no_such_time_is_not_guessed_at() {
        let bad = [
            "",
            "2025-12-20",
            "2025-12-20 11:07",
            "2025-12-20 11:07:11.",
            "2025-12-20 11:07:11Z",
            "2025-12-20 11:07:11+05:00",
            "2025-02-30 11:07:11",
            "2025-12-20 24:07:11",
            "20.12.2025 11:07:11",
            " 2025-12-20 11:07:11",
            "1766228831243",
            "2025-12-20 11:07:11.1234567890",
            "вчера",
        ];
        for text in bad {
            assert_eq!(read(text, &TimeZone::UTC), None, "{text:?}");
        }
    }
}
