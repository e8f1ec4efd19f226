//! Is a database what it should be? Reads all of it and changes nothing.
//!
//! Three questions, each independent of the others: is the file whole (SQLite's own check, and the rules that the schema
//! promises), are the rows what the journal folds to, and do the rows keep the invariants even if the journal lied? A
//! backend reads page by page, [`examine`] judges one order at a time, so memory does not grow with the database.

mod examine;

pub(crate) use examine::OrderRows;

use crate::{Address, OpenError, archive, sqlite};
use boothpay_protocol::order::Order;
use boothpay_protocol::time::TimeMs;
use boothpay_protocol::transaction::Transaction;

/// Findings kept with their words. A database with more is beyond reading them one by one.
const FINDINGS_KEPT: usize = 1000;

/// Reads a whole database and says what is wrong. Works beside a running server: it sees one moment. Blocks.
pub fn database(address: &Address) -> Result<Report, OpenError> {
    let mut report = sqlite::verify(address)?;
    archive::examine(address, &mut report)?;
    Ok(report)
}

/// Reads a SQLite file as it stands, whatever the settings' database is.
pub(crate) fn file(path: &std::path::Path) -> Result<Report, OpenError> {
    sqlite::verify(&Address::SqliteFile(path.to_owned()))
}

/// What was read, and what is wrong with it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Report {
    /// Orders read.
    pub orders: u64,
    /// Transactions read.
    pub transactions: u64,
    /// Journal rows read.
    pub journal_rows: u64,
    /// Archived orders of which the last rows were read.
    pub archived: u64,
    /// When the last change was written.
    pub last_change: Option<TimeMs>,
    /// What is wrong; at most a thousand of them.
    pub findings: Vec<Finding>,
    /// How many more are wrong.
    pub more_findings: u64,
}

impl Report {
    /// Whether nothing is wrong.
    pub fn is_healthy(&self) -> bool {
        self.findings.is_empty()
    }

    pub(crate) fn add(&mut self, order: Option<&str>, fault: Fault) {
        if self.findings.len() < FINDINGS_KEPT {
            self.findings.push(Finding { order: order.map(str::to_owned), fault });
        } else {
            self.more_findings = self.more_findings.saturating_add(1);
        }
    }

    /// Judges an order with everything that carries its id.
    pub(crate) fn examine(&mut self, rows: &OrderRows) {
        examine::order(self, rows);
    }

    /// Judges the last rows of an archived order.
    pub(crate) fn examine_last_rows(&mut self, order: &Order, transactions: &[Transaction]) {
        examine::invariants(self, order, &transactions.iter().collect::<Vec<_>>());
    }
}

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
    /// More than one transaction holds the order.
    #[error("{0} transactions hold it at once; only one may")]
    ManyLive(usize),
    /// The order's status and its transactions contradict each other.
    #[error("it is {status}, but has {performed} performed and {refunded} refunded transactions")]
    Standing {
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
    /// Archived, and among the orders as well.
    #[error("it is archived, but the order or a transaction of it is still among those that are not")]
    Doubled,
    /// The sums kept of archived orders are not theirs.
    #[error("the sums that are kept of archived orders are not what those orders come to")]
    ArchivedSums,
    /// An archive has not got as many orders as were moved to it.
    #[error("{noted} orders were archived in {file}, but the database knows of {found}")]
    ArchiveCount {
        /// The archive's file.
        file: String,
        /// How many were noted.
        noted: i64,
        /// How many there are.
        found: i64,
    },
    /// A file that is no archive of this database.
    #[error("none of its orders was archived from this database")]
    ArchiveUnknown,
    /// An archived order that the file should have.
    #[error("it was archived in this file, but the file does not have it")]
    ArchiveLacks,
    /// An order whose rows in the file are not those that left.
    #[error("what the file has of it is not what was archived")]
    ArchiveDiffers,
    /// An order in the file that was never archived.
    #[error("it is in the file, but was not archived from this database")]
    ArchiveStranger,
}
