//! The tables and their columns, each named once. Whatever reads, writes, compares, moves or digests rows goes by these
//! lists, on both stores: for a new column, add one line to the list, one in `cells` and one in `read`.

pub(crate) mod difference;
pub(crate) mod journal;
pub(crate) mod order;
pub(crate) mod panel;
pub(crate) mod photo;
pub(crate) mod setting;
pub(crate) mod sums;
pub(crate) mod task;
pub(crate) mod transaction;

use crate::error::StoreError;

/// A table, as far as it is the same on both stores.
pub(crate) struct Table {
    pub(crate) name: &'static str,
    pub(crate) columns: &'static [Column],
    /// Columns by which rows are read in the same order on both stores.
    pub(crate) order: &'static str,
}

/// A column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Column {
    pub(crate) name: &'static str,
    pub(crate) kind: Kind,
    /// What a finding calls it.
    pub(crate) label: &'static str,
    /// Whether a row's next version may have another value.
    pub(crate) changes: bool,
}

/// What a column holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Number,
    Text,
    /// Text that PostgreSQL keeps as `json`, which leaves it as it is.
    Json,
    Bytes,
}

const fn column(name: &'static str, kind: Kind, label: &'static str) -> Column {
    Column { name, kind, label, changes: false }
}

const fn changing(name: &'static str, kind: Kind, label: &'static str) -> Column {
    Column { name, kind, label, changes: true }
}

/// All tables, in an order in which no row points at one that comes later.
pub(crate) const TABLES: [&Table; 15] = [
    &order::TABLE,
    &transaction::TABLE,
    &journal::TABLE,
    &setting::TABLE,
    &setting::CHANGES,
    &sums::ORDERS,
    &sums::TAKINGS,
    &task::TABLE,
    &photo::SESSIONS,
    &photo::UPDATES,
    &panel::ADMINS,
    &panel::SESSIONS,
    &panel::AUDIT,
    &difference::TABLE,
    &difference::DAYS,
];

impl Table {
    /// The columns' names, for a list.
    pub(crate) fn names(&self) -> String {
        self.listed(|column| column.name.to_owned())
    }

    /// The columns of the table under another name, as they are read.
    pub(crate) fn read_as(&self, alias: &str) -> String {
        self.listed(|column| match column.kind {
            // PostgreSQL gives text as what it is; SQLite has nothing else.
            Kind::Json => format!("cast({alias}.{} as text)", column.name),
            Kind::Number | Kind::Text | Kind::Bytes => format!("{alias}.{}", column.name),
        })
    }

    /// The columns that may change.
    pub(crate) fn changing(&self) -> impl Iterator<Item = (usize, &'static Column)> {
        self.columns.iter().enumerate().filter(|(_, column)| column.changes)
    }

    fn listed(&self, one: impl Fn(&Column) -> String) -> String {
        self.columns.iter().map(one).collect::<Vec<_>>().join(", ")
    }
}

/// A value in a column; `None` is null.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Cell<'a> {
    Number(Option<i64>),
    Text(Option<&'a str>),
    Bytes(Option<&'a [u8]>),
}

impl Cell<'_> {
    pub(crate) const fn number(number: i64) -> Self {
        Self::Number(Some(number))
    }
}

impl<'a> Cell<'a> {
    pub(crate) const fn text(text: &'a str) -> Self {
        Self::Text(Some(text))
    }

    /// For people.
    pub(crate) fn words(self) -> String {
        match self {
            Self::Number(Some(number)) => number.to_string(),
            Self::Text(Some(text)) => text.to_owned(),
            Self::Bytes(Some(bytes)) => format!("{} bytes", bytes.len()),
            Self::Number(None) | Self::Text(None) | Self::Bytes(None) => "not set".to_owned(),
        }
    }
}

/// A row of either store. A value of another type than asked for is damage.
pub(crate) trait Row {
    fn number(&self, index: usize) -> Result<Option<i64>, StoreError>;
    fn text(&self, index: usize) -> Result<Option<&str>, StoreError>;
    fn bytes(&self, index: usize) -> Result<Option<&[u8]>, StoreError>;
}

/// Reads a row's columns one after the other, in the order of their list.
pub(crate) struct Columns<'r, R> {
    row: &'r R,
    next: usize,
}

impl<'r, R: Row> Columns<'r, R> {
    /// From a column on.
    pub(crate) const fn from(row: &'r R, first: usize) -> Self {
        Self { row, next: first }
    }

    fn take(&mut self) -> usize {
        let index = self.next;
        self.next = index.saturating_add(1);
        index
    }

    pub(crate) fn maybe_number(&mut self) -> Result<Option<i64>, StoreError> {
        let index = self.take();
        self.row.number(index)
    }

    pub(crate) fn number(&mut self) -> Result<i64, StoreError> {
        self.maybe_number()?.ok_or_else(|| damage("a number is missing"))
    }

    pub(crate) fn maybe_text(&mut self) -> Result<Option<&'r str>, StoreError> {
        let index = self.take();
        self.row.text(index)
    }

    pub(crate) fn text(&mut self) -> Result<&'r str, StoreError> {
        self.maybe_text()?.ok_or_else(|| damage("a text is missing"))
    }

    pub(crate) fn bytes(&mut self) -> Result<&'r [u8], StoreError> {
        let index = self.take();
        self.row.bytes(index)?.ok_or_else(|| damage("bytes are missing"))
    }

    /// A text that stands for something, or for nothing when it is null.
    pub(crate) fn maybe_word<T>(
        &mut self,
        read: impl FnOnce(&str) -> Option<T>,
        what: &'static str,
    ) -> Result<Option<T>, StoreError> {
        match self.maybe_text()? {
            Some(word) => read(word).map(Some).ok_or_else(|| damage(what)),
            None => Ok(None),
        }
    }

    /// A text that stands for something.
    pub(crate) fn word<T>(
        &mut self,
        read: impl FnOnce(&str) -> Option<T>,
        what: &'static str,
    ) -> Result<T, StoreError> {
        read(self.text()?).ok_or_else(|| damage(what))
    }
}

/// A row that does not fit its type is damage, never a default.
pub(crate) fn damage(cause: impl ToString) -> StoreError {
    StoreError::Damaged(cause.to_string().into())
}
