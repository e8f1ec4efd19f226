//! What a run did, in numbers: printed, and added as a part of its own to the file that `CRASH_REPORT` names.

use crate::judge::Verdict;
use crate::load::Met;
use boothpay_test_support::report;
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::time::{Duration, Instant};

const HEAD: &str = "# Crash runs\n\n\
    Each part is one run of `cargo test -p boothpay --test crash`: a client that keeps its own synced record loads the\n\
    server, something is killed, and what the database and the restarted server say is held against the record. One fault\n\
    ends a run.\n";

/// What is counted in every run.
pub struct Totals {
    /// What was killed, and on what database.
    pub subject: &'static str,
    pub seed: u64,
    started: Instant,
    /// How often something died where.
    pub deaths: BTreeMap<String, u64>,
    pub verdict: Verdict,
    pub met: Met,
    /// The longest times of a run, by what was waited for.
    pub slowest: BTreeMap<&'static str, Duration>,
}

/// A number that the environment may set.
pub fn from_environment(name: &str, default: u64) -> u64 {
    std::env::var(name).map_or(default, |text| text.parse().unwrap_or_else(|_| panic!("{name} must be a number")))
}

impl Totals {
    pub fn new(subject: &'static str) -> Self {
        let seed = from_environment("CRASH_SEED", 1);
        let (deaths, verdict, met) = (BTreeMap::new(), Verdict::default(), Met::default());
        Self { subject, seed, started: Instant::now(), deaths, verdict, met, slowest: BTreeMap::new() }
    }

    pub fn died(&mut self, place: &str) {
        *self.deaths.entry(place.to_owned()).or_default() += 1;
    }

    pub fn kills(&self) -> u64 {
        self.deaths.values().sum()
    }

    pub fn took(&mut self, what: &'static str, time: Duration) {
        let slowest = self.slowest.entry(what).or_default();
        *slowest = (*slowest).max(time);
    }

    pub fn fault(&mut self, words: String) {
        self.verdict.faults.push(words);
    }

    /// Tells of the run, then ends the test if anything was not as it should be, or, in a run whose report is kept, slower than allowed:
    /// how fast a server is back says something only where nothing else keeps the machine busy.
    pub fn conclude(mut self, limits: &[(&'static str, Duration)]) {
        let is_kept = std::env::var_os("CRASH_REPORT").is_some();
        for (what, limit) in limits {
            let slowest = self.slowest.get(what).copied().unwrap_or_default();
            if is_kept && slowest > *limit {
                self.fault(format!("{what}: {} ms, and {} ms are allowed", slowest.as_millis(), limit.as_millis()));
            }
        }
        let part = self.part();
        println!("{part}");
        report::keep("CRASH_REPORT", HEAD, &part);
        let Self { seed, verdict, .. } = self;
        assert!(verdict.faults.is_empty(), "seed {seed}:\n{}", verdict.faults.join("\n"));
    }

    fn part(&self) -> String {
        let (seconds, kills) = (self.started.elapsed().as_secs(), self.kills());
        let mut part = format!(
            "\n## {}: {kills} kills\n\n{}, {seconds} s, seed {}\n\n| What | |\n|---|---:|\n",
            self.subject,
            report::tested(),
            self.seed
        );
        let Verdict { faults, acknowledged, unanswered_there, unanswered_absent } = &self.verdict;
        let deaths = self.deaths.iter().map(|(place, count)| (format!("Kills: {place}"), count.to_string()));
        let counts = [
            ("Looks for an acknowledged effect, for each one again after every later kill", acknowledged.to_string()),
            ("Asks without an answer that were there, whole", unanswered_there.to_string()),
            ("Asks without an answer that were not there at all", unanswered_absent.to_string()),
            ("Asks that a repeat settled while something was dead", self.met.repeated.to_string()),
            ("System errors (-32400, 503) that said so", self.met.system_errors.to_string()),
        ];
        let counts = counts.into_iter().map(|(what, count)| (what.to_owned(), count));
        let times =
            self.slowest.iter().map(|(what, time)| (format!("At most: {what}"), format!("{} ms", time.as_millis())));
        let lines = deaths.chain(counts).chain(times).chain([("Faults".to_owned(), faults.len().to_string())]);
        for (what, value) in lines {
            writeln!(part, "| {what} | {value} |").unwrap();
        }
        for fault in faults {
            writeln!(part, "\n- {fault}").unwrap();
        }
        part
    }
}
