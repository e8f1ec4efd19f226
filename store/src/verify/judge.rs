//! What was read and what is wrong with it, gathered while a database is read.

use super::examine::{self, OrderRows};
use super::fault::{Fault, Finding};
use super::invariant::Invariant;
use boothpay_protocol::payme::key::{self, ChangedKey};
use boothpay_protocol::time::TimeMs;
use boothpay_protocol::traces::Traces;

/// Findings kept with their words. A database with more is beyond reading them one by one.
const FINDINGS_MAX: usize = 1000;

/// Orders read at once: a few hundred KiB with all that belongs to them.
pub(crate) const PAGE_ORDERS: u32 = 500;

/// Findings of the database's own check: the first few say it, the rest repeats it.
pub(crate) const FILE_FINDINGS_MAX: u32 = 100;

/// What was read, and what is wrong with it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Report {
    /// Orders read.
    pub orders: u64,
    /// Transactions read.
    pub transactions: u64,
    /// Journal rows read.
    pub journal_rows: u64,
    /// When the last change was written.
    pub last_change: Option<TimeMs>,
    /// Calls of Payme that were asked again.
    pub calls_repeated: u64,
    /// Unpaid orders whose payment was tried in memory.
    pub orders_tried: u64,
    /// Texts that were searched for secrets; none when there is no secret to look for.
    pub texts_searched: u64,
    /// Payments that nobody had to prove: of development mode, and test payments.
    pub unproven_payments: u64,
    /// What is wrong; at most a thousand of them.
    pub findings: Vec<Finding>,
    /// How many more are wrong.
    pub more_findings: u64,
    broken: [u64; Invariant::ALL.len()],
}

impl Report {
    /// Whether nothing is wrong.
    pub fn is_healthy(&self) -> bool {
        self.findings.is_empty()
    }

    /// How many findings break an invariant.
    pub fn broken(&self, invariant: Invariant) -> u64 {
        self.broken.get(invariant.number().saturating_sub(1)).copied().unwrap_or(0)
    }
}

/// Judges what a backend reads.
pub(crate) struct Judge {
    pub(crate) report: Report,
    secrets: Traces,
}

impl Judge {
    /// With nothing to look for but what the database itself names.
    pub(crate) fn new() -> Self {
        Self::searching(Traces::default())
    }

    /// With keys to look for.
    pub(crate) fn searching(secrets: Traces) -> Self {
        Self { report: Report::default(), secrets }
    }

    /// Adds something that is wrong.
    pub(crate) fn add(&mut self, order: Option<&str>, fault: Fault) {
        let report = &mut self.report;
        for invariant in fault.breaks() {
            if let Some(broken) = report.broken.get_mut(invariant.number().saturating_sub(1)) {
                *broken = broken.saturating_add(1);
            }
        }
        if report.findings.len() < FINDINGS_MAX {
            report.findings.push(Finding { order: order.map(str::to_owned), fault });
        } else {
            report.more_findings = report.more_findings.saturating_add(1);
        }
    }

    /// Takes a stored setting. Of a changed key, the digests are looked for: they stand nowhere else.
    pub(crate) fn setting(&mut self, name: &str, value: &str) {
        if name != key::setting_name().as_str() {
            return;
        }
        match serde_json::from_str::<ChangedKey>(value) {
            Ok(key) => {
                self.secrets.add(key.digest);
                self.secrets.add(key.replaces);
            }
            Err(error) => {
                self.add(None, Fault::Unreadable { what: "a changed key", why: error.to_string() });
            }
        }
    }

    /// Whether texts are to be searched.
    pub(crate) fn searches(&self) -> bool {
        self.secrets.count() > 0
    }

    /// Judges an order with everything that carries its id.
    pub(crate) fn order(&mut self, rows: &OrderRows) {
        examine::order(self, rows);
    }

    /// A stored text as a finding may show it: not when it holds a key.
    pub(super) fn shown(&self, text: String) -> String {
        if self.secrets.are_in(&text) { "(a text that holds a key)".to_owned() } else { text }
    }

    pub(super) fn search(&mut self, order: &str, what: &'static str, text: &str) {
        if !self.searches() {
            return;
        }
        self.report.texts_searched = self.report.texts_searched.saturating_add(1);
        if self.secrets.are_in(text) {
            self.add(Some(order), Fault::Secret(what));
        }
    }
}
