//! Counts and times of a run.

use super::report::Language;
use std::collections::BTreeMap;
use std::time::Duration;

/// What one connection, or all of them together, counted.
#[derive(Debug, Clone, Default)]
pub struct Tally {
    /// How long each answered call took, in microseconds, by method.
    pub micros: BTreeMap<&'static str, Vec<u32>>,
    /// How often each fault was played.
    pub faults: BTreeMap<&'static str, u64>,
    /// Calls that were repeated because of no answer, or an answer that blames the server (-32400, not HTTP 200).
    pub retries: u64,
    /// Customers who came to their end.
    pub customers: u64,
    /// Orders that ended as paid.
    pub paid: u64,
    /// Orders that ended as refunded.
    pub refunded: u64,
    /// Orders that ended unpaid.
    pub unpaid: u64,
}

impl Tally {
    /// Notes an answered call.
    pub fn answered(&mut self, method: &'static str, took: Duration) {
        let micros = u32::try_from(took.as_micros()).unwrap_or(u32::MAX);
        self.micros.entry(method).or_default().push(micros);
    }

    /// Adds what another connection counted.
    pub fn add(&mut self, other: Self) {
        for (method, micros) in other.micros {
            self.micros.entry(method).or_default().extend(micros);
        }
        for (fault, count) in other.faults {
            *self.faults.entry(fault).or_default() += count;
        }
        self.retries += other.retries;
        self.customers += other.customers;
        self.paid += other.paid;
        self.refunded += other.refunded;
        self.unpaid += other.unpaid;
    }

    /// Answered calls to the webhook.
    pub fn calls(&self) -> usize {
        self.micros.values().map(Vec::len).sum()
    }

    /// The times of every method and of all calls, a line each.
    pub fn table(&self, language: Language) -> String {
        let [milliseconds, calls, max, all] = language.table_titles();
        let mut out =
            format!("{milliseconds:<24} {calls:>9} {:>9} {:>9} {:>9} {:>9} {max:>9}\n", "p50", "p90", "p99", "p99.9");
        for method in self.micros.keys() {
            out.push_str(&row(method, self.latency(Some(method))));
        }
        out + &row(all, self.latency(None))
    }

    /// Answered calls in a second of this time.
    pub fn per_second(&self, took: Duration) -> f64 {
        let calls = u32::try_from(self.calls()).unwrap_or(u32::MAX);
        f64::from(calls) / took.as_secs_f64().max(0.001)
    }

    /// Customers who came to their end in a second of this time.
    pub fn customers_per_second(&self, took: Duration) -> f64 {
        let customers = u32::try_from(self.customers).unwrap_or(u32::MAX);
        f64::from(customers) / took.as_secs_f64().max(0.001)
    }

    /// How a server compares with the one at `url` under the same load.
    pub fn against(&self, took: Duration, other: &Self, other_took: Duration, url: &str, language: Language) -> String {
        let (ours, theirs) = (self.latency(None), other.latency(None));
        let (calls, unit) = (language.calls_per_second(), language.milliseconds());
        let (p50, p99) = (format!("p50 {unit}"), format!("p99 {unit}"));
        let ms = |micros: u32| f64::from(micros) / 1000.0;
        let rows = [
            (calls, self.per_second(took), other.per_second(other_took)),
            (p50.as_str(), ms(ours.p50), ms(theirs.p50)),
            (p99.as_str(), ms(ours.p99), ms(theirs.p99)),
        ];
        let [this, baseline, ratio] = language.comparison_titles();
        let mut out = format!("\n{}\n{:<11} {this:>10} {baseline:>10} {ratio:>9}\n", language.against(url), "");
        for (name, one, other) in rows {
            let ratio = if other > 0.0 { one / other } else { 0.0 };
            out.push_str(&format!("{name:<11} {one:>10.2} {other:>10.2} {ratio:>9.2}\n"));
        }
        out
    }

    /// The times of one method, or of all calls together.
    pub fn latency(&self, method: Option<&str>) -> Latency {
        let chosen = self.micros.iter().filter(|(name, _)| method.is_none_or(|wanted| wanted == **name));
        let mut micros: Vec<u32> = chosen.flat_map(|(_, micros)| micros.iter().copied()).collect();
        micros.sort_unstable();
        let at = |permille: usize| match micros.len() {
            0 => 0,
            count => micros[(count * permille).div_ceil(1000).clamp(1, count) - 1],
        };
        Latency { count: micros.len(), p50: at(500), p90: at(900), p99: at(990), p999: at(999), max: at(1000) }
    }
}

fn row(name: &str, latency: Latency) -> String {
    let ms = |micros: u32| format!("{:>9.2}", f64::from(micros) / 1000.0);
    let Latency { count, p50, p90, p99, p999, max } = latency;
    format!("{name:<24} {count:>9} {} {} {} {} {}\n", ms(p50), ms(p90), ms(p99), ms(p999), ms(max))
}

/// Percentiles in microseconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Latency {
    /// How many calls.
    pub count: usize,
    /// Half of them took at most this long.
    pub p50: u32,
    /// 90 %.
    pub p90: u32,
    /// 99 %.
    pub p99: u32,
    /// 99.9 %.
    pub p999: u32,
    /// All of them.
    pub max: u32,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentiles_are_values_that_came() {
        let mut tally = Tally::default();
        (1..=1000).for_each(|micros| tally.answered("CheckTransaction", Duration::from_micros(micros)));
        let latency = tally.latency(None);
        assert_eq!((latency.p50, latency.p90, latency.p99, latency.p999, latency.max), (500, 900, 990, 999, 1000));
        assert_eq!(tally.latency(Some("GetStatement")).count, 0);
    }
}
