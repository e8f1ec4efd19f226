//! The tables of the settings that are kept in the database: as they are, and every change of them.

use super::{Cell, Column, Columns, Kind, Row, Table, changing, column, damage};
use crate::error::StoreError;
use boothpay_protocol::ledger::setting::{Setting, SettingName};
use boothpay_protocol::time::TimeMs;

/// The setting that says from which number on transactions and orders of our own are counted.
pub(crate) const FIRST_NUMBER: &str = "numbers.first";

/// How many columns there are.
pub(crate) const COLUMNS: usize = 4;

pub(crate) const TABLE: Table = Table { name: "settings", columns: &LIST, order: "name" };

const LIST: [Column; COLUMNS] = [
    column("name", Kind::Text, "name"),
    changing("value", Kind::Text, "value"),
    changing("version", Kind::Number, "version"),
    changing("changed_at_ms", Kind::Number, "time of the last change"),
];

/// Who changed a setting, when and to what.
pub(crate) const CHANGES: Table = Table {
    name: "setting_changes",
    columns: &[
        column("name", Kind::Text, "name"),
        column("version", Kind::Number, "version"),
        column("at_ms", Kind::Number, "time"),
        column("actor", Kind::Text, "actor"),
        column("value", Kind::Text, "value"),
    ],
    order: "name, version",
};

/// As it is written.
pub(crate) fn cells(setting: &Setting) -> [Cell<'_>; COLUMNS] {
    [
        Cell::text(setting.name.as_str()),
        Cell::Text(setting.value.as_deref()),
        Cell::number(setting.version.into()),
        Cell::number(setting.changed_at.ms()),
    ]
}

/// As its change is written.
pub(crate) fn change_cells<'a>(setting: &'a Setting, actor: &'a str) -> [Cell<'a>; 5] {
    [
        Cell::text(setting.name.as_str()),
        Cell::number(setting.version.into()),
        Cell::number(setting.changed_at.ms()),
        Cell::text(actor),
        Cell::Text(setting.value.as_deref()),
    ]
}

/// Reads a row.
pub(crate) fn read(row: &impl Row) -> Result<Setting, StoreError> {
    let mut columns = Columns::from(row, 0);
    Ok(Setting {
        name: SettingName::parse(columns.text()?).map_err(damage)?,
        value: columns.maybe_text()?.map(str::to_owned),
        version: u32::try_from(columns.number()?).map_err(damage)?,
        changed_at: TimeMs::new(columns.number()?),
    })
}
