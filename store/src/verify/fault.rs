//! What can be wrong with a database, in words, and which invariants it breaks.

use super::Invariant;

/// One thing that is wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// With which order; none when it is about the whole database.
    pub order: Option<String>,
    /// What.
    pub fault: Fault,
}

impl std::fmt::Display for Finding {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match &self.order {
            Some(order) => write!(f, "order {order}: {}", self.fault),
            None => write!(f, "{}", self.fault),
        }
    }
}

/// What can be wrong. `row` is what the database holds, `journal` what it should hold.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    /// The database's own check found damage.
    #[error("the file is damaged: {0}")]
    File(String),
    /// A row points at a row that is not there.
    #[error("a row of table {table} belongs to a row of {parent} that is not there")]
    Dangling {
        /// Whose row.
        table: String,
        /// Where the other should be.
        parent: String,
    },
    /// An index leads past rows that are there.
    #[error("an index of table {table} is damaged: it leads to {reached} rows of {rows}")]
    Unreached {
        /// Which table.
        table: &'static str,
        /// How many rows it has.
        rows: u64,
        /// How many were found by their order's id.
        reached: u64,
    },
    /// A table, index or trigger of the schema is missing or another.
    #[error("a rule of the database is missing or changed: {0}")]
    Rule(String),
    /// A row does not have the form that this program writes.
    #[error("{what} cannot be read: {why}")]
    Unreadable {
        /// Which row.
        what: &'static str,
        /// Why.
        why: String,
    },
    /// A row that can only be there once is there again.
    #[error("{what} is there {times} times")]
    Repeated {
        /// Which row.
        what: String,
        /// How often.
        times: u64,
    },
    /// Journal rows or transactions of an order that is not there.
    #[error("the order is not there, but {0}")]
    NoOrder(&'static str),
    /// An order without a journal.
    #[error("there is no journal of it")]
    NoJournal,
    /// Journal rows are missing.
    #[error("the journal has a gap: row {expected} is missing, row {found} follows")]
    Gap {
        /// The version that should come.
        expected: u32,
        /// The version that comes.
        found: u32,
    },
    /// The journal tells of a step that is not allowed.
    #[error("the journal tells what cannot be: {0}")]
    Step(String),
    /// The order's row is not what the journal says.
    #[error("its {column} is {row}, but the journal says {journal}")]
    OrderDiffers {
        /// Which column.
        column: &'static str,
        /// What is there.
        row: String,
        /// What should be there.
        journal: String,
    },
    /// A transaction of the journal has no row.
    #[error("transaction {0} is in the journal, but its row is missing")]
    TransactionMissing(i64),
    /// A transaction's row that no journal row tells of.
    #[error("transaction {0} is there, but no journal row tells of it")]
    TransactionUnknown(i64),
    /// A transaction's row is not what the journal says.
    #[error("transaction {number}: its {column} is {row}, but the journal says {journal}")]
    TransactionDiffers {
        /// Which transaction.
        number: i64,
        /// Which column.
        column: &'static str,
        /// What is there.
        row: String,
        /// What should be there.
        journal: String,
    },
    /// A provider would not get the answer that it got.
    #[error("transaction {number}: {method} would answer {now}, but {provider} was told {told}")]
    Answer {
        /// Which transaction.
        number: i64,
        /// Whose.
        provider: &'static str,
        /// Which call.
        method: &'static str,
        /// What the journal says was told.
        told: String,
        /// What the rows make of it.
        now: String,
    },
    /// Prints that wait for a job, and no such job is there: they would never come out.
    #[error("its prints wait for job {0}, which is not there")]
    NoJob(u32),
    /// An unpaid order that nobody could pay any more.
    #[error("it is unpaid, but could not be paid any more: {0}")]
    Unpayable(String),
    /// The next transaction would get a number that is taken.
    #[error("the next {what} would get number {next}, but number {last} is taken: none could be made")]
    Numbers {
        /// The next what.
        what: &'static str,
        /// What the sequence would give.
        next: i64,
        /// The highest number there is.
        last: i64,
    },
    /// More than one transaction holds the order.
    #[error("{0} transactions hold it at once; only one may")]
    ManyHolders(usize),
    /// The order's status and its transactions contradict each other.
    #[error("it is {status}, but has {performed} performed and {refunded} refunded transactions")]
    Unfit {
        /// The order's status.
        status: &'static str,
        /// How many transactions are in state 2.
        performed: usize,
        /// How many transactions are in state -2.
        refunded: usize,
    },
    /// A transaction is over another amount than its order.
    #[error("transaction {number} is over {transaction} tiyin, the order over {order}")]
    Amount {
        /// Which transaction.
        number: i64,
        /// Its amount.
        transaction: i64,
        /// The order's.
        order: i64,
    },
    /// A transaction's times are not in their order.
    #[error("transaction {0}: its times are not in the order created, performed, cancelled")]
    Times(i64),
    /// Money was moved by somebody who may not.
    #[error("journal row {version} moves money of {provider}, but was asked for by {actor}, who may not")]
    Authority {
        /// Which row.
        version: u32,
        /// Whose transaction.
        provider: &'static str,
        /// Who asked.
        actor: &'static str,
    },
    /// Rows of a chain are missing.
    #[error("the journal's chain {writer} has a gap: row {expected} is missing, row {found} follows")]
    ChainGap {
        /// Whose chain.
        writer: i64,
        /// The row that should come.
        expected: i64,
        /// The row that comes.
        found: i64,
    },
    /// A journal row, or the one before it, is not what was written.
    #[error("row {sequence} of the journal's chain {writer}, or the row before it, was changed after it was written")]
    ChainBroken {
        /// Whose chain.
        writer: i64,
        /// Which row.
        sequence: i64,
    },
    /// A chain ends before a head that was kept elsewhere.
    #[error("the journal's chain {writer} was cut off: it had {expected} rows, and has {found}")]
    CutOff {
        /// Whose chain.
        writer: i64,
        /// How many rows the head names.
        expected: i64,
        /// How many there are.
        found: i64,
    },
    /// A chain has another row where a head was kept elsewhere.
    #[error(
        "row {sequence} of the journal's chain {writer} is not the one that the given head names: the journal was rewritten"
    )]
    OtherHead {
        /// Whose chain.
        writer: i64,
        /// Which row.
        sequence: i64,
    },
    /// A sum that is kept is not what the rows come to.
    #[error("the sum that is kept of {what} is {kept}, but the rows come to {counted}")]
    Sum {
        /// Of what.
        what: String,
        /// What is kept.
        kept: String,
        /// What it should be.
        counted: String,
    },
    /// A key, or its digest, stands where it may not.
    #[error("{0} holds a secret key or its digest")]
    Secret(&'static str),
}

impl Fault {
    /// The invariants that it breaks; none when it is about the database's own rules, which guard all of them.
    pub fn breaks(&self) -> &'static [Invariant] {
        use Invariant::{Amount, Answers, Authentic, Faults, Fold, Once, Payable, States, Whole};
        match self {
            Self::File(_) | Self::Dangling { .. } | Self::Unreached { .. } | Self::NoOrder(_) | Self::NoJob(_) => {
                &[Whole]
            }
            Self::ChainGap { .. } | Self::CutOff { .. } => &[Whole, Fold],
            Self::ChainBroken { .. } | Self::OtherHead { .. } | Self::Sum { .. } => &[Fold],
            Self::Rule(_) => &[],
            Self::Unreadable { .. } => &[Faults, Fold],
            Self::Repeated { .. } => &[Once, Fold],
            Self::NoJournal | Self::Gap { .. } | Self::TransactionMissing(_) | Self::TransactionUnknown(_) => {
                &[Whole, Fold]
            }
            Self::Step(_) => &[States, Fold],
            Self::OrderDiffers { .. } | Self::TransactionDiffers { .. } => &[Fold],
            Self::Answer { .. } => &[Answers],
            Self::Unpayable(_) | Self::Numbers { .. } => &[Payable],
            Self::ManyHolders(_) | Self::Unfit { .. } => &[Once],
            Self::Amount { .. } => &[Amount],
            Self::Times(_) => &[States],
            Self::Authority { .. } | Self::Secret(_) => &[Authentic],
        }
    }
}
