//! What was read and what is wrong with it, gathered while a database is read.

use super::examine::{self, OrderRows};
use super::fault::{Fault, Finding};
use super::invariant::Invariant;
use crate::error::StoreError;
use crate::sums::Sums;
use crate::tables::{self, Columns, task};
use boothpay_protocol::alerts;
use boothpay_protocol::ledger::chain::{Content, Head};
use boothpay_protocol::ledger::order::OrderId;
use boothpay_protocol::ledger::task::{Task, TaskKind};
use boothpay_protocol::pairing;
use boothpay_protocol::payme::key::{self, ChangedKey};
use boothpay_protocol::print::jobs::{Job, Jobs};
use boothpay_protocol::print::rules;
use boothpay_protocol::staff;
use boothpay_protocol::time::TimeMs;
use boothpay_protocol::traces::Traces;
use std::collections::{BTreeMap, BTreeSet};

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
    /// Calls of the wallets that were asked again.
    pub calls_repeated: u64,
    /// Unpaid orders whose payment was tried in memory.
    pub orders_tried: u64,
    /// Texts that were searched for secrets; none when there is no secret to look for.
    pub texts_searched: u64,
    /// Payments that nobody had to prove: of development mode, and test payments.
    pub unproven_payments: u64,
    /// Payments of which nobody but the booth's own people has said that the money came.
    pub unverified_payments: u64,
    /// Where the journal's chains end.
    pub heads: Vec<Head>,
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
#[derive(Clone)]
pub(crate) struct Judge {
    pub(crate) report: Report,
    pub(super) sums: Sums,
    /// Where the chain that is being read has got to.
    chain: Head,
    /// Heads that the journal has to have, as far as they were not met yet.
    named: Vec<Head>,
    secrets: Traces,
    /// Orders whose prints are on their way, with the job that has to be there for each.
    print_jobs: BTreeMap<String, u32>,
}

impl Judge {
    /// With nothing to look for but what the database itself names.
    pub(crate) fn new() -> Self {
        Self::against(Traces::default(), Vec::new())
    }

    /// With keys to look for, and heads that the journal has to have.
    pub(crate) fn against(secrets: Traces, named: Vec<Head>) -> Self {
        Self {
            report: Report::default(),
            sums: Sums::default(),
            chain: Head::start(0),
            named,
            secrets,
            print_jobs: BTreeMap::new(),
        }
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
        if name == pairing::setting_name().as_str()
            && let Err(error) = serde_json::from_str::<pairing::Pairings>(value)
        {
            self.add(None, Fault::Unreadable { what: "the paired screens", why: error.to_string() });
        }
        if name == staff::setting_name().as_str()
            && let Err(error) = serde_json::from_str::<staff::Staff>(value)
        {
            self.add(None, Fault::Unreadable { what: "the staff's PINs", why: error.to_string() });
        }
        if name == alerts::setting_name().as_str()
            && let Err(error) = serde_json::from_str::<alerts::Alerts>(value)
        {
            self.add(None, Fault::Unreadable { what: "what is kept of alerts", why: error.to_string() });
        }
        if name.strip_prefix(rules::SETTING).is_some_and(|rest| rest.starts_with('.'))
            && let Err(error) = serde_json::from_str::<Jobs>(value)
        {
            self.add(None, Fault::Unreadable { what: "how a booth prints", why: error.to_string() });
        }
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

    /// Takes the journal's next row, read as the order's id and then all columns.
    pub(crate) fn journal_row(&mut self, row: &impl tables::Row) {
        let mut columns = Columns::from(row, 0);
        let mut read = || {
            let (order_id, writer, sequence) = (columns.text()?, columns.number()?, columns.number()?);
            columns.number()?;
            let (version, at_ms, actor) = (columns.number()?, columns.number()?, columns.text()?);
            let content = Content { writer, sequence, order_id, version, at_ms, actor, change: columns.text()? };
            Ok((content, columns.bytes()?))
        };
        match read() {
            Ok((content, digest)) => self.link(&content, digest),
            Err(error) => self.add(None, Fault::Unreadable { what: "a journal row", why: examine::why(error) }),
        }
    }

    /// A sum as it was read; one that cannot be read is a finding.
    pub(crate) fn sum<T>(&mut self, read: Result<T, StoreError>) -> Option<T> {
        match read {
            Ok(sum) => Some(sum),
            Err(error) => {
                self.add(None, Fault::Unreadable { what: "a sum", why: examine::why(error) });
                None
            }
        }
    }

    /// Takes the journal's next row, in the order of its chain: chain after chain, each from its first row. `digest` is the one
    /// that stands there.
    fn link(&mut self, content: &Content<'_>, digest: &[u8]) {
        let Content { writer, sequence, .. } = *content;
        if self.chain.writer != writer {
            let ended = std::mem::replace(&mut self.chain, Head::start(writer));
            self.end_chain(ended);
        }
        let expected = self.chain.sequence.saturating_add(1);
        if sequence != expected {
            self.add(None, Fault::ChainGap { writer, expected, found: sequence });
        } else if content.digest(&self.chain.digest) != digest {
            self.add(Some(content.order_id), Fault::ChainBroken { writer, sequence });
        }
        match Head::of(writer, sequence, digest) {
            Some(head) => self.chain = head,
            None => self.add(None, Fault::Unreadable { what: "a digest", why: "its size is wrong".to_owned() }),
        }
        let named = self.named.iter().position(|head| (head.writer, head.sequence) == (writer, sequence));
        if let Some(position) = named {
            let head = self.named.swap_remove(position);
            if head != self.chain {
                self.add(None, Fault::OtherHead { writer, sequence });
            }
        }
    }

    /// After the journal's last row.
    pub(crate) fn end_of_chains(&mut self) {
        let ended = std::mem::replace(&mut self.chain, Head::start(0));
        self.end_chain(ended);
        for Head { writer, sequence, .. } in std::mem::take(&mut self.named) {
            let heads = self.report.heads.iter();
            let found = heads.filter(|head| head.writer == writer).map(|head| head.sequence).max().unwrap_or(0);
            self.add(None, Fault::CutOff { writer, expected: sequence, found });
        }
    }

    fn end_chain(&mut self, ended: Head) {
        if ended.sequence > 0 {
            self.report.heads.push(ended);
        }
    }

    /// Takes the sums that the database keeps, after all orders were judged.
    pub(crate) fn kept_sums(&mut self, kept: Sums) {
        let counted = std::mem::take(&mut self.sums).without_nothing();
        let kept = kept.without_nothing();
        for of in counted.orders.keys().chain(kept.orders.keys()).collect::<BTreeSet<_>>() {
            let counts = |sums: &Sums| sums.orders.get(of).copied().unwrap_or_default();
            let (row, rows) = (counts(&kept), counts(&counted));
            if row != rows {
                let begun = if of.begun { "begun" } else { "never begun" };
                let what = format!("{} orders ({begun}) of booth {} in {}", of.status, of.booth, of.hours);
                self.add(None, Fault::Sum { what, kept: format!("{row:?}"), counted: format!("{rows:?}") });
            }
        }
        for of in counted.takings.keys().chain(kept.takings.keys()).collect::<BTreeSet<_>>() {
            let amounts = |sums: &Sums| sums.takings.get(of).copied().unwrap_or_default();
            let (row, rows) = (amounts(&kept), amounts(&counted));
            if row != rows {
                let what = format!("{} at booth {} in {}", of.provider.word(), of.booth, of.hours);
                self.add(None, Fault::Sum { what, kept: format!("{row:?}"), counted: format!("{rows:?}") });
            }
        }
    }

    /// Takes a task's row. Tasks follow from no journal: each is judged by itself.
    pub(crate) fn task_row(&mut self, row: &impl tables::Row) {
        match task::read(row) {
            Ok(task) => {
                self.note_job(&task);
                let order = task.order_id.as_ref().map_or("", OrderId::as_str);
                self.search(order, "a task", &task.payload);
                self.search(order, "a task's error", task.last_error.as_deref().unwrap_or_default());
            }
            Err(error) => self.add(None, Fault::Unreadable { what: "a task", why: examine::why(error) }),
        }
    }

    /// An order's prints wait for a job, or are in one.
    pub(super) fn expect_job(&mut self, order: &OrderId, job: u32) {
        self.print_jobs.insert(order.to_string(), job);
    }

    fn note_job(&mut self, task: &Task) {
        if let (TaskKind::Print, Some(_), Some(order)) = (task.kind, task.state.due(), &task.order_id)
            && let (Some(there), Some(expected)) = (Job::read(&task.payload), self.print_jobs.get(order.as_str()))
            && there.job == *expected
        {
            self.print_jobs.remove(order.as_str());
        }
    }

    /// After the last task.
    pub(crate) fn end_of_tasks(&mut self) {
        for (order, job) in std::mem::take(&mut self.print_jobs) {
            self.add(Some(&order), Fault::NoJob(job));
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
