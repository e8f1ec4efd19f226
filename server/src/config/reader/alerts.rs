//! Alerts: the hours in which nothing is told, and when yesterday is summed up.

use super::Reader;
use crate::config::raw::Alerts;
use crate::config::settings::AlertSettings;
use boothpay_protocol::time::SpanMs;

/// Minutes of silence that may be an alarm: from a queue of customers to a day.
pub(in crate::config) const SILENCE_MINUTES: std::ops::RangeInclusive<u32> = 10..=1440;

impl Reader {
    pub(super) fn alerts(&mut self, alerts: &Alerts) -> Option<AlertSettings> {
        let quiet = match alerts.quiet.trim() {
            "" => Some(None),
            text => match text.split_once('-').map(|(from, to)| (minutes(from), minutes(to))) {
                Some((Some(from), Some(to))) if from != to => Some(Some((from, to))),
                _ => self.wrong("alerts.quiet", "give two times of the day, for instance \"22:00-08:00\", or nothing"),
            },
        };
        let summary = match alerts.summary.trim() {
            "" => Some(None),
            text => match minutes(text) {
                Some(at) => Some(Some(at)),
                None => self.wrong("alerts.summary", "give a time of the day, for instance \"09:00\", or nothing"),
            },
        };
        let silence = self.number("alerts.silence_minutes", alerts.silence_minutes, SILENCE_MINUTES);
        // In such hours nothing is told from then to midnight, and after it the time has not come yet.
        if let (Some(Some((from, to))), Some(Some(at))) = (quiet, summary)
            && from > to
            && at >= from
        {
            return self.wrong(
                "alerts.summary",
                "alerts.quiet has nothing told from then until midnight, so it would never be sent; give a time outside of it, for \
                 instance \"09:00\", or nothing",
            );
        }
        Some(AlertSettings { quiet: quiet?, summary: summary?, silence: SpanMs::seconds(silence?.saturating_mul(60)) })
    }
}

/// Minutes from midnight of `HH:MM`.
fn minutes(text: &str) -> Option<u32> {
    let (hours, minutes) = text.trim().split_once(':')?;
    let (hours, minutes): (u32, u32) = (hours.parse().ok()?, minutes.parse().ok()?);
    (hours < 24 && minutes < 60).then(|| hours.saturating_mul(60).saturating_add(minutes))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_of_the_day_are_read() {
        assert_eq!((minutes("22:00"), minutes(" 8:05 "), minutes("00:00")), (Some(1320), Some(485), Some(0)));
        for wrong in ["", "24:00", "8", "8:60", "eight", "-1:00"] {
            assert_eq!(minutes(wrong), None, "{wrong}");
        }
    }
}
