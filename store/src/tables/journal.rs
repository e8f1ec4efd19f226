//! The journal's table. Each row is a link in the chain of whoever wrote it.

use super::order::RowNumber;
use super::{Cell, Column, Columns, Kind, Row, Table, column, damage};
use crate::error::StoreError;
use boothpay_protocol::ledger::chain::Head;
use boothpay_protocol::ledger::journal::{Actor, Entry};
use boothpay_protocol::ledger::order::OrderId;
use boothpay_protocol::time::TimeMs;

/// Whether a wallet that proved itself has ever changed anything here, staff or a person at the command line have confirmed a
/// payment, or payments were taken over. Payments that nobody had to prove do not count.
pub(crate) const PROVEN_CALLS: &str = "select exists (
    select 1 from journal where actor in ('payme', 'click', 'uzum', 'uzum_qr', 'staff', 'import')
    or (actor = 'command_line' and change ->> 'change' = 'transaction_performed'))";

/// A journal row that is about to be written.
pub(crate) struct Link {
    head: Head,
    version: u32,
    at: TimeMs,
    actor: &'static str,
    change: String,
}

impl Link {
    /// The next row of a chain.
    pub(crate) fn add(head: &mut Head, entry: &Entry) -> Result<Self, StoreError> {
        let change = serde_json::to_string(&entry.change).map_err(|_| StoreError::Bug)?;
        head.add(entry, &change);
        Ok(Self { head: head.clone(), version: entry.version, at: entry.at, actor: entry.actor.word(), change })
    }
}

/// Reads where a chain ends: `writer, sequence, digest`.
pub(crate) fn read_head(row: &impl Row) -> Result<Head, StoreError> {
    let mut columns = Columns::from(row, 0);
    let head = Head::of(columns.number()?, columns.number()?, columns.bytes()?);
    head.ok_or_else(|| damage("a digest has a wrong size"))
}

/// How many columns there are.
pub(crate) const COLUMNS: usize = 8;

pub(crate) const TABLE: Table = Table { name: "journal", columns: &LIST, order: "writer, sequence" };

const LIST: [Column; COLUMNS] = [
    column("writer", Kind::Number, "writer"),
    column("sequence", Kind::Number, "number in its chain"),
    column("order_row", Kind::Number, "order"),
    column("version", Kind::Number, "version"),
    column("at_ms", Kind::Number, "time"),
    column("actor", Kind::Text, "actor"),
    column("change", Kind::Json, "change"),
    column("digest", Kind::Bytes, "digest"),
];

/// Where the change stands, behind the first column of a row.
pub(crate) const CHANGE: usize = 6;

/// As it is written.
pub(crate) fn cells(order: RowNumber, link: &Link) -> [Cell<'_>; COLUMNS] {
    [
        Cell::number(link.head.writer),
        Cell::number(link.head.sequence),
        Cell::number(order.0),
        Cell::number(link.version.into()),
        Cell::number(link.at.ms()),
        Cell::text(link.actor),
        Cell::text(&link.change),
        Cell::Bytes(Some(&link.head.digest)),
    ]
}

/// Reads a row whose columns begin at `first`. The order's id stands in the order's own row.
pub(crate) fn read(row: &impl Row, first: usize, order_id: OrderId) -> Result<Entry, StoreError> {
    let mut columns = Columns::from(row, first.saturating_add(3));
    Ok(Entry {
        order_id,
        version: u32::try_from(columns.number()?).map_err(damage)?,
        at: TimeMs::new(columns.number()?),
        actor: columns.word(Actor::from_word, "a journal row has an unknown actor")?,
        change: serde_json::from_str(columns.text()?).map_err(damage)?,
    })
}
