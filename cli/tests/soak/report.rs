//! What a run counted: printed, and added as a part of its own to the file that `SOAK_REPORT` names.

use boothpay_test_support::report;
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::time::Instant;

const HEAD: &str = "# Soak runs\n\n\
    Each part is one run of `cargo test -p boothpay --test soak`, with so many orders as it says: customers buy at booths whose\n\
    servers are killed and whose printers jam, run out of paper, lose answers and their power, while wallets call late and twice. At\n\
    the end the wallets' money, the ledger and the sheets that the printers printed are held against each other.\n";

/// The faults that are told; of many, the first say as much as all.
const FAULTS_TOLD_MAX: usize = 20;

/// What is counted, by its words.
#[derive(Default)]
pub struct Counts {
    numbers: BTreeMap<&'static str, u64>,
    /// What must not be.
    pub faults: Vec<String>,
}

impl Counts {
    pub fn add(&mut self, what: &'static str, number: u64) {
        *self.numbers.entry(what).or_default() += number;
    }
}

/// A whole run.
pub struct Totals {
    seed: u64,
    orders: u64,
    booths: u64,
    started: Instant,
    counts: Counts,
}

/// A number that the environment may set.
pub fn from_environment(name: &str, default: u64) -> u64 {
    std::env::var(name).map_or(default, |text| text.parse().unwrap_or_else(|_| panic!("{name} must be a number")))
}

impl Totals {
    pub fn new(seed: u64, orders: u64, booths: u64) -> Self {
        Self { seed, orders, booths, started: Instant::now(), counts: Counts::default() }
    }

    pub fn add(&mut self, counts: Counts) {
        counts.numbers.into_iter().for_each(|(what, number)| self.counts.add(what, number));
        self.counts.faults.extend(counts.faults);
    }

    /// Tells of the run, then ends the test if anything was not as it should be.
    pub fn conclude(self) {
        let part = self.part();
        println!("{part}");
        report::keep("SOAK_REPORT", HEAD, &part);
        let Self { seed, counts, .. } = self;
        let told: Vec<String> = counts.faults.iter().take(FAULTS_TOLD_MAX).cloned().collect();
        assert!(told.is_empty(), "seed {seed}, {} faults:\n{}", counts.faults.len(), told.join("\n"));
    }

    fn part(&self) -> String {
        let mut part = format!(
            "\n## {} orders at {} booths\n\n{}, {} s, seed {}\n\n| What | |\n|---|---:|\n",
            self.orders,
            self.booths,
            report::tested(),
            self.started.elapsed().as_secs(),
            self.seed
        );
        for (what, number) in &self.counts.numbers {
            writeln!(part, "| {what} | {number} |").unwrap();
        }
        writeln!(part, "| Faults | {} |", self.counts.faults.len()).unwrap();
        part
    }
}
