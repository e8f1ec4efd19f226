//! The tables of the comparison with the wallets' statements: what differs, and which days were compared.

use super::{Cell, Column, Columns, Kind, Row, Table, changing, column, damage};
use crate::error::StoreError;
use boothpay_protocol::difference::{ComparedDay, Difference, DifferenceKind, DifferenceState};
use boothpay_protocol::ledger::provider::Provider;
use boothpay_protocol::panel::AdminName;
use boothpay_protocol::time::TimeMs;

const COLUMNS: usize = 15;

const DAY_COLUMNS: usize = 9;

pub(crate) const TABLE: Table = Table { name: "differences", columns: &LIST, order: "provider, key" };

const LIST: [Column; COLUMNS] = [
    column("provider", Kind::Text, "provider"),
    column("key", Kind::Text, "key"),
    changing("kind", Kind::Text, "kind"),
    changing("at_ms", Kind::Number, "time"),
    changing("payment", Kind::Text, "payment"),
    changing("order_id", Kind::Text, "order"),
    changing("here_tiyin", Kind::Number, "sum here"),
    changing("there_tiyin", Kind::Number, "sum there"),
    changing("evidence", Kind::Text, "evidence"),
    changing("state", Kind::Text, "state"),
    changing("owner", Kind::Text, "owner"),
    changing("note", Kind::Text, "note"),
    changing("found_at_ms", Kind::Number, "time of finding"),
    changing("changed_at_ms", Kind::Number, "time of the last change"),
    changing("version", Kind::Number, "version"),
];

pub(crate) const DAYS: Table = Table { name: "compared_days", columns: &DAY_LIST, order: "provider, day" };

const DAY_LIST: [Column; DAY_COLUMNS] = [
    column("provider", Kind::Text, "provider"),
    column("day", Kind::Text, "day"),
    changing("here_count", Kind::Number, "payments here"),
    changing("here_tiyin", Kind::Number, "sum here"),
    changing("there_count", Kind::Number, "payments there"),
    changing("there_tiyin", Kind::Number, "sum there"),
    changing("differences", Kind::Number, "differences"),
    changing("evidence", Kind::Text, "evidence"),
    changing("compared_at_ms", Kind::Number, "time"),
];

/// A difference as it is written.
pub(crate) fn cells(difference: &Difference) -> [Cell<'_>; COLUMNS] {
    [
        Cell::text(difference.provider.word()),
        Cell::text(&difference.key),
        Cell::text(difference.kind.word()),
        Cell::number(difference.at.ms()),
        Cell::Text(difference.payment.as_deref()),
        Cell::Text(difference.order.as_deref()),
        Cell::Number(difference.here),
        Cell::Number(difference.there),
        Cell::text(&difference.evidence),
        Cell::text(difference.state.word()),
        Cell::Text(difference.owner.as_ref().map(AdminName::as_str)),
        Cell::Text(difference.note.as_deref()),
        Cell::number(difference.found_at.ms()),
        Cell::number(difference.changed_at.ms()),
        Cell::number(difference.version.into()),
    ]
}

/// A day as it is written.
pub(crate) fn day_cells(day: &ComparedDay) -> [Cell<'_>; DAY_COLUMNS] {
    [
        Cell::text(day.provider.word()),
        Cell::text(&day.day),
        Cell::number(day.here.0),
        Cell::number(day.here.1),
        Cell::number(day.there.0),
        Cell::number(day.there.1),
        Cell::number(day.differences),
        Cell::text(&day.evidence),
        Cell::number(day.compared_at.ms()),
    ]
}

/// Reads a difference.
pub(crate) fn read(row: &impl Row) -> Result<Difference, StoreError> {
    let mut columns = Columns::from(row, 0);
    Ok(Difference {
        provider: columns.word(Provider::from_word, "a difference is of an unknown provider")?,
        key: columns.text()?.to_owned(),
        kind: columns.word(DifferenceKind::from_word, "a difference is of an unknown kind")?,
        at: TimeMs::new(columns.number()?),
        payment: columns.maybe_text()?.map(str::to_owned),
        order: columns.maybe_text()?.map(str::to_owned),
        here: columns.maybe_number()?,
        there: columns.maybe_number()?,
        evidence: columns.text()?.to_owned(),
        state: columns.word(DifferenceState::from_word, "a difference is in an unknown state")?,
        owner: columns.maybe_text()?.map(AdminName::parse).transpose().map_err(damage)?,
        note: columns.maybe_text()?.map(str::to_owned),
        found_at: TimeMs::new(columns.number()?),
        changed_at: TimeMs::new(columns.number()?),
        version: u32::try_from(columns.number()?).map_err(damage)?,
    })
}

/// Reads a day.
pub(crate) fn read_day(row: &impl Row) -> Result<ComparedDay, StoreError> {
    let mut columns = Columns::from(row, 0);
    Ok(ComparedDay {
        provider: columns.word(Provider::from_word, "a day was compared with an unknown provider")?,
        day: columns.text()?.to_owned(),
        here: (columns.number()?, columns.number()?),
        there: (columns.number()?, columns.number()?),
        differences: columns.number()?,
        evidence: columns.text()?.to_owned(),
        compared_at: TimeMs::new(columns.number()?),
    })
}
