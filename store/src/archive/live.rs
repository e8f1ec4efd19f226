//! What archiving asks of a database, whichever it is.

use super::{ArchiveError, Digest, Full, Totals};
use crate::Takings;
use boothpay_protocol::order::{Order, OrderId, OrderStatus};
use boothpay_protocol::time::TimeMs;
use boothpay_protocol::transaction::{Provider, State, Transaction};
use std::collections::BTreeMap;
use std::path::PathBuf;

/// Milliseconds in an hour.
const HOUR_MS: i64 = 3_600_000;

/// A file that was entered in the database.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Registered {
    /// Its number.
    pub(crate) archive: i64,
    /// Where it was made.
    pub(crate) file: PathBuf,
    /// The digest of what is in it.
    pub(crate) digest: Digest,
    /// Orders that were moved to it, once it is finished.
    pub(crate) moved: Option<i64>,
}

/// Moving orders out. Each function is a commit of its own.
pub(crate) trait Live {
    /// The archive that was begun and not finished.
    fn under_way(&mut self) -> Result<Option<Registered>, ArchiveError>;

    /// Reads all settled orders as of one moment, in the order of their ids, a page at a time.
    fn settled(
        &mut self,
        before: TimeMs,
        page: &mut dyn FnMut(Vec<Full>) -> Result<(), ArchiveError>,
    ) -> Result<(), ArchiveError>;

    /// Enters a file; refused while another is under way.
    fn register(&mut self, file: &str, before: TimeMs, at: TimeMs, totals: &Totals)
    -> Result<Registered, ArchiveError>;

    /// Takes a file that nothing was moved to out again.
    fn forget(&mut self, archive: &Registered) -> Result<(), ArchiveError>;

    /// How many orders were moved to a file.
    fn moved(&mut self, archive: &Registered) -> Result<i64, ArchiveError>;

    /// Moves orders out whose rows are exactly these. Those that were moved before are passed over, and so are those that
    /// have changed since they were copied.
    fn move_batch(&mut self, archive: &Registered, batch: &[Full]) -> Result<(), ArchiveError>;

    /// Notes that all is moved, and says how many orders of each status with which sum in tiyin.
    fn finish(&mut self, archive: &Registered, at: TimeMs) -> Result<Vec<(OrderStatus, i64, i64)>, ArchiveError>;
}

/// The last rows of an archived order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Kept {
    pub(crate) order: Order,
    pub(crate) transactions: Vec<Transaction>,
    pub(crate) unproven: bool,
    pub(crate) digest: Digest,
    pub(crate) archive: i64,
}

/// Reading what is archived, all of it as of one moment.
pub(crate) trait Archives {
    /// All files.
    fn archives(&mut self) -> Result<Vec<Registered>, ArchiveError>;

    /// Archived orders behind an id, in the order of their ids; of one archive or of all.
    fn kept_after(&mut self, archive: Option<i64>, after: &str) -> Result<Vec<Kept>, ArchiveError>;

    /// The archive in which an order is.
    fn archive_of(&mut self, id: &OrderId) -> Result<Option<i64>, ArchiveError>;

    /// The version of an order that is not archived.
    fn version(&mut self, id: &OrderId) -> Result<Option<u32>, ArchiveError>;

    /// Ids of orders that are both archived and not, or have a transaction that is; a few of them.
    fn doubled(&mut self) -> Result<Vec<String>, ArchiveError>;

    /// The sums that the database keeps of what is archived: orders by status, and takings.
    fn sums(&mut self) -> Result<Sums, ArchiveError>;
}

/// Orders by status, and takings by provider and hour.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Sums {
    pub(crate) orders: BTreeMap<&'static str, i64>,
    pub(crate) takings: BTreeMap<(&'static str, i64), Takings>,
}

impl Sums {
    pub(crate) fn add(&mut self, order: &Order, transactions: &[Transaction]) {
        let orders = self.orders.entry(order.status.word()).or_default();
        *orders = orders.saturating_add(1);
        for it in transactions {
            let (paid, refunded, time) = match it.state {
                State::Performed { perform_time } => (1, 0, perform_time),
                State::Refunded { perform_time, .. } => (0, 1, perform_time),
                State::Created | State::Cancelled { .. } => continue,
            };
            // Towards zero, as the databases divide.
            let hour = time.ms().checked_div(HOUR_MS).unwrap_or(0);
            let sum = self.takings.entry((it.provider.word(), hour)).or_insert_with(|| empty(it.provider, hour));
            sum.paid_count = sum.paid_count.saturating_add(paid);
            sum.paid_tiyin = sum.paid_tiyin.saturating_add(it.amount.tiyin().saturating_mul(paid));
            sum.refunded_count = sum.refunded_count.saturating_add(refunded);
            sum.refunded_tiyin = sum.refunded_tiyin.saturating_add(it.amount.tiyin().saturating_mul(refunded));
        }
    }
}

const fn empty(provider: Provider, hour: i64) -> Takings {
    Takings { provider, hour, paid_count: 0, paid_tiyin: 0, refunded_count: 0, refunded_tiyin: 0 }
}

/// Which orders of a batch are to be moved: decided on their rows as they are inside the transaction that moves them.
pub(crate) struct Batch<'a> {
    /// With the digests that they leave behind.
    pub(crate) leaving: Vec<(&'a Full, Digest)>,
    /// What they come to.
    pub(crate) sums: Sums,
}

impl<'a> Batch<'a> {
    /// `now` are the rows of those that are still there, `gone` the ids of those that are archived.
    pub(crate) fn of(copied: &'a [Full], now: &BTreeMap<String, Full>, gone: &[String]) -> Result<Self, ArchiveError> {
        let mut batch = Self { leaving: Vec::new(), sums: Sums::default() };
        for full in copied {
            let id = full.order.id.as_str();
            match now.get(id) {
                Some(same) if same == full => {
                    batch.sums.add(&full.order, &full.transactions);
                    batch.leaving.push((full, full.digest()));
                }
                Some(_) => tracing::warn!(order = id, "order {id} has changed since it was copied; it stays"),
                None if gone.iter().any(|gone| gone == id) => {}
                None => return Err(ArchiveError::Lost(full.order.id.clone())),
            }
        }
        Ok(batch)
    }

    pub(crate) fn ids(&self) -> Vec<&'a str> {
        self.leaving.iter().map(|(full, _)| full.order.id.as_str()).collect()
    }
}
