//! Archiving: settled orders move to a file of their own, with their transactions and their journal.
//!
//! The copy comes first: written, synced, read back, compared and verified; then it is entered in the database, gets its
//! name, which it never takes from another file, and only then do the orders leave the database, a few at a time. Each
//! such step looks again whether the orders are exactly those in the file, and leaves their last rows behind in the same
//! commit. So at every instant each order is whole in the database, or whole in a verified file and final in the database;
//! a run that was killed is finished by the next one.

mod check;
mod full;
mod live;
mod run;

pub use check::{Agreement, compare};
pub(crate) use check::{examine, examine_on_server};
pub(crate) use full::{Digest, Full, Line, Totals};
pub(crate) use live::{Archives, Batch, Kept, Live, Registered, Sums};
pub use run::{AGE_DAYS_MIN, Moved, Outcome, Wish, run};

use crate::backup::BackupError;
use crate::{OpenError, StoreError, sqlite};
use boothpay_protocol::journal::Entry;
use boothpay_protocol::order::{Order, OrderId};
use boothpay_protocol::transaction::Transaction;
use std::path::{Path, PathBuf};

/// An order as an archive's file has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ArchivedOrder {
    /// The order.
    pub order: Order,
    /// All its transactions, in the order of creation.
    pub transactions: Vec<Transaction>,
    /// Its journal, from its first row.
    pub journal: Vec<Entry>,
}

/// Looks an order up in an archive's file, which is only read. Blocks.
pub fn look(file: &Path, id: &OrderId) -> Result<Option<ArchivedOrder>, ArchiveError> {
    let found = sqlite::ArchiveFile::open(file)?.find(id)?;
    Ok(found.map(|full| ArchivedOrder {
        order: full.order,
        transactions: full.transactions,
        journal: full.journal.into_iter().map(|line| line.entry).collect(),
    }))
}

/// Why nothing more was archived. What an earlier part of the run has moved stays moved, and no order is lost or doubled:
/// the next run goes on from there.
#[derive(Debug, thiserror::Error)]
pub enum ArchiveError {
    /// Nothing that lasts.
    #[error("a database in memory cannot be archived")]
    InMemory,
    /// There is no such file; archiving makes none.
    #[error("the database {} is not there", .0.display())]
    NoDatabase(PathBuf),
    /// Orders that may still be refunded or reconciled.
    #[error(
        "the date must lie at least {AGE_DAYS_MIN} days in the past: until then payments may be refunded, and Payme's \
         statements are compared"
    )]
    TooYoung,
    /// The file cannot be written, or its name is taken.
    #[error(transparent)]
    File(#[from] BackupError),
    /// A database cannot be opened.
    #[error(transparent)]
    Open(#[from] OpenError),
    /// Reading or writing failed.
    #[error("the database could not be read or written: {0}. Nothing is lost; run it again")]
    Failed(String),
    /// A row does not have the form that this program writes.
    #[error("the database holds something unexpected: {0}. Run `boothpay verify`")]
    Unreadable(String),
    /// The copy is not what was read.
    #[error("the copy of the orders is not as it should be, so nothing was moved: {0}. Run `boothpay verify`")]
    BadCopy(String),
    /// The file of an archive that is under way has gone.
    #[error(
        "an earlier archiving was interrupted, and its file {} is not there any more. Put it back, then run this again: \
         orders have been moved to it",
        .0.display()
    )]
    Missing(PathBuf),
    /// The file of an archive that is under way is another one.
    #[error(
        "an earlier archiving was interrupted, and its file {} is not what was written then. Put the right one back, then \
         run this again: orders have been moved to it",
        .0.display()
    )]
    Changed(PathBuf),
    /// Somebody else archives.
    #[error("another archiving of this database is going on; wait for its end")]
    Elsewhere,
    /// Somebody held on to an order all the time.
    #[error("some orders are held by somebody all the time. Nothing is lost; run it again")]
    Held,
    /// An order is in the file, and the database knows nothing of it.
    #[error(
        "order {0} is in the archive's file, but neither among the orders nor among the archived ones. Run `boothpay verify`"
    )]
    Lost(OrderId),
}

impl From<rusqlite::Error> for ArchiveError {
    fn from(error: rusqlite::Error) -> Self {
        // As the store judges it.
        StoreError::from(error).into()
    }
}

impl From<tokio_postgres::Error> for ArchiveError {
    fn from(error: tokio_postgres::Error) -> Self {
        let words = crate::error::postgres_words(&error);
        // The server's class of errors for what must never be: a damaged page, a damaged index.
        let is_damage = error.as_db_error().is_some_and(|refused| refused.code().code().starts_with("XX"));
        if is_damage { Self::Unreadable(words) } else { Self::Failed(words) }
    }
}

impl From<StoreError> for ArchiveError {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Damaged(why) => Self::Unreadable(why.to_string()),
            StoreError::Failed(why) => Self::Failed(why.to_string()),
            StoreError::Overloaded
            | StoreError::Suspect(_)
            | StoreError::Forbidden(_)
            | StoreError::Bug
            | StoreError::Closed => Self::Failed(error.to_string()),
        }
    }
}
