//! The nine invariants, what of them can be judged from stored rows, and what was looked at to do so.
//!
//! What cannot be judged here is tested elsewhere: that two processes give one answer (`store/tests/postgres/races.rs`);
//! that no acknowledged payment disappears together with all its traces (`cli/tests/crash`, against a client's own record);
//! that a fault is answered as one (`server/tests/transport/faults.rs`); that no secret is in a log, an error or a page
//! (`cli/tests/contract/secrets.rs`).

use super::judge::Report;

/// What has to hold of every database at every moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Invariant {
    /// An order has at most one performed transaction, over all providers, and is never paid and cancelled at once.
    Once,
    /// The performed amount is the order's, in whole tiyin.
    Amount,
    /// States and times only go forwards, and each time is set once.
    States,
    /// The same call gets the same answer.
    Answers,
    /// After a cancel or a timeout of an unpaid transaction the order can be paid again.
    Payable,
    /// What is there is there whole.
    Whole,
    /// A system fault is never remembered.
    Faults,
    /// The rows are the fold of the journal, and the journal has no gaps.
    Fold,
    /// No effect without an authenticated request; no secret is stored.
    Authentic,
}

impl Invariant {
    /// All of them, by number.
    pub const ALL: [Self; 9] = [
        Self::Once,
        Self::Amount,
        Self::States,
        Self::Answers,
        Self::Payable,
        Self::Whole,
        Self::Faults,
        Self::Fold,
        Self::Authentic,
    ];

    /// Its number, from 1.
    pub const fn number(self) -> usize {
        match self {
            Self::Once => 1,
            Self::Amount => 2,
            Self::States => 3,
            Self::Answers => 4,
            Self::Payable => 5,
            Self::Whole => 6,
            Self::Faults => 7,
            Self::Fold => 8,
            Self::Authentic => 9,
        }
    }

    /// What it says, for the owner.
    pub const fn sentence(self) -> &'static str {
        match self {
            Self::Once => "an order is paid at most once",
            Self::Amount => "for its own amount, in whole tiyin",
            Self::States => "states and times only go forwards",
            Self::Answers => "a repeated call gets the answer it got",
            Self::Payable => "an unpaid order can still be paid",
            Self::Whole => "nothing is missing or half written",
            Self::Faults => "no fault is kept as an outcome",
            Self::Fold => "rows are what the journal says",
            Self::Authentic => "whoever moved money may; no secret is kept",
        }
    }

    /// What was looked at to judge it, in words.
    pub fn looked_at(self, report: &Report) -> String {
        let Report { orders, transactions, journal_rows, .. } = report;
        match self {
            Self::Once | Self::Whole => format!("{orders} orders, {transactions} transactions"),
            Self::Amount => format!("{transactions} transactions"),
            Self::States | Self::Faults | Self::Fold => format!("{journal_rows} journal rows"),
            Self::Answers => format!("{} calls asked again", report.calls_repeated),
            Self::Payable => format!("{} unpaid orders tried", report.orders_tried),
            Self::Authentic => match report.texts_searched {
                0 => format!("{journal_rows} journal rows; no key is set, none was looked for"),
                texts => format!("{journal_rows} journal rows; {texts} texts searched for keys"),
            },
        }
    }
}
