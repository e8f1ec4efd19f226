//! What moves: every table with all its columns, as plain values. A row is moved as it stands, not through the types that
//! a decision sees, so that nothing of it is written anew.

use crate::tables::{Kind, Table};
use tokio_postgres::types::{ToSql, Type};

/// The types that are sent. The bytes of `json` are those of a text.
pub(super) fn types(table: &Table) -> Vec<Type> {
    let sent = |kind| match kind {
        Kind::Number => Type::INT8,
        Kind::Text | Kind::Json => Type::TEXT,
        Kind::Bytes => Type::BYTEA,
    };
    table.columns.iter().map(|column| sent(column.kind)).collect()
}

/// What stands in a column.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Value {
    Number(Option<i64>),
    Text(Option<String>),
    Bytes(Option<Vec<u8>>),
}

impl Value {
    /// As it is sent.
    pub(super) fn sql(&self) -> &(dyn ToSql + Sync) {
        match self {
            Self::Number(number) => number,
            Self::Text(text) => text,
            Self::Bytes(bytes) => bytes,
        }
    }

    /// Whether PostgreSQL can keep it.
    pub(super) fn can_be_kept(&self) -> bool {
        match self {
            Self::Text(Some(text)) => !text.contains('\0'),
            Self::Text(None) | Self::Number(_) | Self::Bytes(_) => true,
        }
    }
}

/// A row, column by column.
pub(super) type Row = Vec<Value>;

/// How a row begins, for a message about it: its first two columns.
pub(super) fn beginning(row: &[Value]) -> String {
    let word = |value: &Value| match value {
        Value::Text(Some(text)) => Some(text.clone()),
        Value::Number(Some(number)) => Some(number.to_string()),
        Value::Text(None) | Value::Number(None) | Value::Bytes(_) => None,
    };
    row.iter().take(2).filter_map(word).collect::<Vec<_>>().join(" ")
}

/// What is counted and summed up on both sides, as [`super::Counts`] has it.
pub(super) const COUNTS: &str = "
    select (select count(*) from orders), (select count(*) from transactions), (select count(*) from journal),
           (select count(*) from settings),
           count(*) filter (where state = 'performed'),
           cast(coalesce(sum(amount_tiyin) filter (where state = 'performed'), 0) as bigint),
           count(*) filter (where state = 'refunded'),
           cast(coalesce(sum(amount_tiyin) filter (where state = 'refunded'), 0) as bigint)
    from transactions";

/// The highest number of a task; 0 when there is none.
pub(super) const LAST_TASK: &str = "select coalesce(max(number), 0) from tasks";

/// The highest number of an audit row.
pub(super) const LAST_AUDIT: &str = "select coalesce(max(number), 0) from audit";
