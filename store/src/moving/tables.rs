//! What moves: every table with all its columns, as plain values. A row is moved as it stands, not through the types that
//! a decision sees, so that nothing of it is written anew.

use tokio_postgres::types::{ToSql, Type};

/// A table, in an order in which no row points at one that comes later.
pub(crate) struct Table {
    pub(crate) name: &'static str,
    pub(crate) columns: &'static [(&'static str, Kind)],
    /// By which its rows are read on both sides: columns that compare the same there.
    pub(crate) order: &'static str,
}

/// What a column holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Number,
    Text,
    /// Text that PostgreSQL keeps as `json`, which leaves it as it is.
    Json,
}

pub(crate) const TABLES: [Table; 5] = [
    Table {
        name: "orders",
        columns: &[
            ("order_id", Kind::Text),
            ("amount_tiyin", Kind::Number),
            ("copies", Kind::Number),
            ("booth_id", Kind::Text),
            ("booth", Kind::Text),
            ("chosen", Kind::Text),
            ("language", Kind::Text),
            ("status", Kind::Text),
            ("created_at_ms", Kind::Number),
            ("expires_at_ms", Kind::Number),
            ("printed_at_ms", Kind::Number),
            ("changed_at_ms", Kind::Number),
            ("version", Kind::Number),
        ],
        order: "order_id",
    },
    Table {
        name: "transactions",
        columns: &[
            ("number", Kind::Number),
            ("provider", Kind::Text),
            ("provider_id", Kind::Text),
            ("order_id", Kind::Text),
            ("amount_tiyin", Kind::Number),
            ("provider_time_ms", Kind::Number),
            ("create_time_ms", Kind::Number),
            ("perform_time_ms", Kind::Number),
            ("cancel_time_ms", Kind::Number),
            ("state", Kind::Text),
            ("reason", Kind::Text),
            ("details", Kind::Text),
        ],
        order: "number",
    },
    Table {
        name: "journal",
        columns: &[
            ("order_id", Kind::Text),
            ("version", Kind::Number),
            ("at_ms", Kind::Number),
            ("actor", Kind::Text),
            ("change", Kind::Json),
        ],
        order: "order_id, version",
    },
    Table {
        name: "settings",
        columns: &[
            ("name", Kind::Text),
            ("value", Kind::Text),
            ("version", Kind::Number),
            ("changed_at_ms", Kind::Number),
        ],
        order: "name",
    },
    Table {
        name: "setting_changes",
        columns: &[
            ("name", Kind::Text),
            ("version", Kind::Number),
            ("at_ms", Kind::Number),
            ("actor", Kind::Text),
            ("value", Kind::Text),
        ],
        order: "name, version",
    },
];

impl Table {
    /// The columns' names, for a list.
    pub(crate) fn names(&self) -> String {
        self.columns.iter().map(|(name, _)| *name).collect::<Vec<_>>().join(", ")
    }

    /// The columns as they are read back from PostgreSQL.
    pub(crate) fn read_back(&self) -> String {
        let read = |(name, kind): &(&str, Kind)| match kind {
            Kind::Json => format!("{name}::text"),
            Kind::Number | Kind::Text => (*name).to_owned(),
        };
        self.columns.iter().map(read).collect::<Vec<_>>().join(", ")
    }

    /// The types that are sent. The bytes of `json` are those of a text.
    pub(crate) fn types(&self) -> Vec<Type> {
        let sent = |kind| match kind {
            Kind::Number => Type::INT8,
            Kind::Text | Kind::Json => Type::TEXT,
        };
        self.columns.iter().map(|(_, kind)| sent(*kind)).collect()
    }
}

/// What stands in a column.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Value {
    Number(Option<i64>),
    Text(Option<String>),
}

impl Value {
    /// As it is sent.
    pub(crate) fn sql(&self) -> &(dyn ToSql + Sync) {
        match self {
            Self::Number(number) => number,
            Self::Text(text) => text,
        }
    }

    /// Whether PostgreSQL can keep it.
    pub(crate) fn can_be_kept(&self) -> bool {
        match self {
            Self::Text(Some(text)) => !text.contains('\0'),
            Self::Text(None) | Self::Number(_) => true,
        }
    }
}

/// A row, column by column.
pub(crate) type Row = Vec<Value>;

/// How a row begins, for a message about it.
pub(crate) fn beginning(row: &[Value]) -> String {
    match row.first() {
        Some(Value::Text(Some(text))) => text.clone(),
        Some(Value::Number(Some(number))) => number.to_string(),
        Some(Value::Text(None) | Value::Number(None)) | None => String::new(),
    }
}

/// What is counted and summed up on both sides, as [`super::Moved`] has it.
pub(crate) const COUNTS: &str = "
    select (select count(*) from orders), (select count(*) from transactions), (select count(*) from journal),
           (select count(*) from settings),
           count(*) filter (where state = 'performed'),
           cast(coalesce(sum(amount_tiyin) filter (where state = 'performed'), 0) as bigint),
           count(*) filter (where state = 'refunded'),
           cast(coalesce(sum(amount_tiyin) filter (where state = 'refunded'), 0) as bigint)
    from transactions";

/// The highest number of a transaction; 0 when there is none.
pub(crate) const LAST_NUMBER: &str = "select coalesce(max(number), 0) from transactions";
