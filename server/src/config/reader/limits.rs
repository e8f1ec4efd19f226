//! What strangers may do, as far as the owner may say so.

use super::Reader;
use crate::config::Limits;
use crate::config::limits::Rates;
use crate::config::raw;
use crate::limits::{CONNECTIONS_MIN, STREAMS_KEPT};
use crate::net::Rate;
use std::ops::RangeInclusive;
use std::time::Duration;

/// The highest of several limits: ports of an address, behind which no more connections can be told apart.
const PORTS: u32 = 65_535;

/// Guesses a minute from one address above which an order's number, of which there are 9e8 a day, is no secret for long.
const CLAIMS_MAX: u32 = 1000;

/// Questions a minute of three pages that wait.
const STATUSES_MIN: u32 = 60;

impl Reader {
    pub(super) fn limits(&mut self, limits: &raw::Limits) -> Option<Limits> {
        let fewest = u32::try_from(CONNECTIONS_MIN).unwrap_or(PORTS);
        let connections = self.number("limits.connections", limits.connections, fewest..=PORTS);
        let by_address = self.number("limits.connections_by_address", limits.connections_by_address, 4..=PORTS);
        let fewest = u32::try_from(STREAMS_KEPT.saturating_mul(2)).unwrap_or(PORTS);
        let watchers = self.number("limits.watchers", limits.watchers, fewest..=PORTS / 2);
        let watchers_by_address = self.number("limits.watchers_by_address", limits.watchers_by_address, 1..=PORTS / 2);
        self.room_for_calls(connections?, watchers?);
        self.one_may_take_all("limits.connections_by_address", by_address?, "limits.connections", connections?);
        self.one_may_take_all("limits.watchers_by_address", watchers_by_address?, "limits.watchers", watchers?);
        let head = self.seconds("limits.head_seconds", limits.head_seconds, 2..=120);
        let body = self.seconds("limits.body_seconds", limits.body_seconds, 2..=120);
        let keep_alive = self.seconds("limits.keep_alive_seconds", limits.keep_alive_seconds, 5..=86_400);
        let orders = self.rate("limits.orders_per_minute", limits.orders_per_minute, 1..=100_000);
        let claims = self.rate("limits.claims_per_minute", limits.claims_per_minute, 1..=CLAIMS_MAX);
        let statuses = self.rate("limits.statuses_per_minute", limits.statuses_per_minute, STATUSES_MIN..=1_000_000);
        let wrong_keys = self.rate("limits.wrong_keys_per_minute", limits.wrong_keys_per_minute, 1..=100_000);
        let behind_proxy = self.number("limits.addresses_behind_proxy", limits.addresses_behind_proxy, 1..=10_000);
        let many = |number: u32| usize::try_from(number).ok();
        Some(Limits {
            connections: many(connections?)?,
            connections_by_address: many(by_address?)?,
            watchers: many(watchers?)?,
            watchers_by_address: many(watchers_by_address?)?,
            head: head?,
            body: body?,
            keep_alive: keep_alive?,
            rates: Rates {
                orders: orders?,
                claims: claims?,
                statuses: statuses?,
                wrong_keys: wrong_keys?,
                addresses_behind_proxy: behind_proxy?,
            },
        })
    }

    fn seconds(&mut self, setting: &'static str, value: i64, range: RangeInclusive<u32>) -> Option<Duration> {
        self.number(setting, value, range).map(|seconds| Duration::from_secs(seconds.into()))
    }

    fn rate(&mut self, setting: &'static str, value: i64, range: RangeInclusive<u32>) -> Option<Rate> {
        self.number(setting, value, range).map(Rate::per_minute)
    }

    /// A page that watches keeps its connection, and calls need some too.
    fn room_for_calls(&mut self, connections: u32, watchers: u32) {
        if watchers <= connections / 2 {
            return;
        }
        // Whichever of the two the owner wrote.
        let setting =
            if self.origins.contains_key("limits.watchers") { "limits.watchers" } else { "limits.connections" };
        let advice = format!(
            "each page that watches keeps a connection, so limits.watchers ({watchers}) may be at most half of \
             limits.connections ({connections}): the other half is for calls"
        );
        self.wrong::<()>(setting, advice);
    }

    fn one_may_take_all(&mut self, setting: &'static str, one: u32, of: &str, all: u32) {
        if one >= all {
            self.remark(setting, format!("it is not below {of} ({all}), so one address may take all there are"));
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::config::{Finding, Judged, Settings, Sources, Weight};
    use std::path::PathBuf;

    fn judge(limits: &str) -> Judged {
        let file = Some((PathBuf::from("boothpay.toml"), format!("[limits]\n{limits}")));
        Settings::judge(&Sources { file, development: true, ..Sources::default() })
    }

    fn said(judged: &Judged, weight: Weight) -> Vec<String> {
        let about = |finding: &&Finding| finding.weight == weight && !finding.setting.starts_with("payme");
        judged.findings.iter().filter(about).map(ToString::to_string).collect()
    }

    #[test]
    fn limits_are_within_their_bounds_and_fit_each_other() {
        let judged = judge("connections = 20000\norders_per_minute = 600\nbody_seconds = 60");
        let limits = judged.settings.unwrap().limits;
        assert_eq!((limits.connections, limits.body.as_secs(), limits.head.as_secs()), (20_000, 60, 10));
        for (written, words) in [
            ("connections = 63", "from 64 to 65535"),
            ("connections_by_address = 3", "from 4 to 65535"),
            ("watchers = 63", "from 64 to 32767"),
            ("watchers_by_address = 0", "from 1 to 32767"),
            ("head_seconds = 1", "from 2 to 120"),
            ("body_seconds = 121", "from 2 to 120"),
            ("keep_alive_seconds = 4", "from 5 to 86400"),
            ("orders_per_minute = 0", "from 1 to 100000"),
            ("claims_per_minute = 1001", "from 1 to 1000"),
            ("statuses_per_minute = 59", "from 60 to 1000000"),
            ("wrong_keys_per_minute = -1", "from 1 to 100000"),
            ("addresses_behind_proxy = 0", "from 1 to 10000"),
            ("watchers = 1025", "at most half of limits.connections (2048)"),
            ("connections = 500", "limits.watchers (256) may be at most half of limits.connections (500)"),
            ("orders_per_minutes = 5", "did you mean \"orders_per_minute\"?"),
        ] {
            let mistakes = said(&judge(written), Weight::Mistake);
            assert!(mistakes.len() == 1 && mistakes[0].contains("line 2"), "{written}: {mistakes:#?}");
            assert!(mistakes[0].contains(words), "{written}: {mistakes:#?}");
        }
        for written in ["connections_by_address = 4096", "watchers_by_address = 256"] {
            let remarks = said(&judge(written), Weight::Remark);
            assert!(remarks.len() == 1 && remarks[0].contains("one address may take all there are"), "{remarks:#?}");
        }
    }
}
