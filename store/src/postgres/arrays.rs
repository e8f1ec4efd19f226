//! Several rows in one statement: each column is an array, of which the server makes rows again.

use super::trouble::Trouble;
use crate::error::StoreError;
use crate::tables::{Cell, Column, Kind, Table};
use tokio_postgres::types::ToSql;
use tokio_postgres::{Client, Statement};

/// Makes the rows of a table.
pub(super) fn insert(table: &Table) -> String {
    let columns: Vec<&Column> = table.columns.iter().collect();
    let as_stored = |column: &&Column| match column.kind {
        Kind::Json => format!("{}::json", column.name),
        Kind::Number | Kind::Text | Kind::Bytes => column.name.to_owned(),
    };
    format!(
        "insert into {} ({}) select {} from unnest({}) as new ({})",
        table.name,
        table.names(),
        columns.iter().map(as_stored).collect::<Vec<_>>().join(", "),
        places(columns.iter().map(|column| column.kind)),
        table.names()
    )
}

/// Sets all columns that may change, of the rows with those keys in which the column `seen` is what it was.
pub(super) fn update(table: &Table, key: &str, seen: &str) -> String {
    let kind_of = |name: &str| table.columns.iter().find(|column| column.name == name).map_or(Kind::Text, |it| it.kind);
    let changing: Vec<&Column> = table.changing().map(|(_, column)| column).collect();
    let names: Vec<&str> = changing.iter().map(|column| column.name).collect();
    let kinds = [kind_of(key)].into_iter().chain(changing.iter().map(|it| it.kind)).chain([kind_of(seen)]);
    format!(
        "update {table} set {sets} from unnest({places}) as new ({key}, {names}, seen)
         where {table}.{key} = new.{key} and {table}.{seen} = new.seen",
        table = table.name,
        sets = names.iter().map(|name| format!("{name} = new.{name}")).collect::<Vec<_>>().join(", "),
        places = places(kinds),
        names = names.join(", "),
    )
}

/// Adds to the rows with the same fixed columns, or makes them.
pub(super) fn add(table: &Table) -> String {
    let fixed: Vec<&str> = table.columns.iter().filter(|column| !column.changes).map(|column| column.name).collect();
    let sums: Vec<String> = table
        .changing()
        .map(|(_, column)| format!("{name} = {table}.{name} + excluded.{name}", name = column.name, table = table.name))
        .collect();
    format!("{} on conflict ({}) do update set {}", insert(table), fixed.join(", "), sums.join(", "))
}

/// `$1::bigint[], $2::text[]` and so on.
fn places(kinds: impl Iterator<Item = Kind>) -> String {
    let place = |(place, kind): (usize, Kind)| match kind {
        Kind::Number => format!("${place}::bigint[]"),
        Kind::Text | Kind::Json => format!("${place}::text[]"),
        Kind::Bytes => format!("${place}::bytea[]"),
    };
    (1..).zip(kinds).map(place).collect::<Vec<_>>().join(", ")
}

/// One column of several rows.
#[derive(Debug)]
enum Array<'a> {
    Numbers(Vec<Option<i64>>),
    Texts(Vec<Option<&'a str>>),
    Bytes(Vec<Option<&'a [u8]>>),
}

impl<'a> Array<'a> {
    const fn of(kind: Kind) -> Self {
        match kind {
            Kind::Number => Self::Numbers(Vec::new()),
            Kind::Text | Kind::Json => Self::Texts(Vec::new()),
            Kind::Bytes => Self::Bytes(Vec::new()),
        }
    }

    /// A cell of another kind than the column would leave the arrays of different lengths, which the server takes for nulls:
    /// the table refuses them.
    fn push(&mut self, cell: Cell<'a>) {
        match (self, cell) {
            (Self::Numbers(numbers), Cell::Number(number)) => numbers.push(number),
            (Self::Texts(texts), Cell::Text(text)) => texts.push(text),
            (Self::Bytes(all), Cell::Bytes(bytes)) => all.push(bytes),
            (Self::Numbers(_) | Self::Texts(_) | Self::Bytes(_), _) => {}
        }
    }

    fn sql(&self) -> &(dyn ToSql + Sync) {
        match self {
            Self::Numbers(numbers) => numbers,
            Self::Texts(texts) => texts,
            Self::Bytes(bytes) => bytes,
        }
    }
}

/// Rows on their way.
pub(super) struct Rows<'a> {
    /// Which of a row's cells are sent.
    sent: Vec<usize>,
    arrays: Vec<Array<'a>>,
    /// What was seen in each row before it was changed.
    seen: Option<Array<'a>>,
    count: usize,
}

impl<'a> Rows<'a> {
    /// With all columns, for [`insert`] and [`add`].
    pub(super) fn all(table: &Table) -> Self {
        Self::of(table, (0..table.columns.len()).collect())
    }

    /// With the key and what may change, for [`update`].
    pub(super) fn changes(table: &Table, key: &str) -> Self {
        let key = table.columns.iter().position(|column| column.name == key);
        Self::of(table, key.into_iter().chain(table.changing().map(|(index, _)| index)).collect())
    }

    fn of(table: &Table, sent: Vec<usize>) -> Self {
        let kinds = sent.iter().filter_map(|index| table.columns.get(*index));
        let arrays = kinds.map(|column| Array::of(column.kind)).collect();
        Self { sent, arrays, seen: None, count: 0 }
    }

    pub(super) fn add(&mut self, cells: &[Cell<'a>], seen: Option<Cell<'a>>) {
        self.count = self.count.saturating_add(1);
        for (index, array) in self.sent.iter().zip(&mut self.arrays) {
            if let Some(cell) = cells.get(*index) {
                array.push(*cell);
            }
        }
        if let Some(cell) = seen {
            let kind = match cell {
                Cell::Number(_) => Kind::Number,
                Cell::Text(_) => Kind::Text,
                Cell::Bytes(_) => Kind::Bytes,
            };
            self.seen.get_or_insert_with(|| Array::of(kind)).push(cell);
        }
    }

    /// As a statement takes them.
    pub(super) fn columns(&self) -> Vec<&(dyn ToSql + Sync)> {
        self.arrays.iter().chain(&self.seen).map(Array::sql).collect()
    }

    /// Carries a statement out over all rows. When it did not apply to every one of them, somebody else was faster.
    pub(super) async fn send(&self, client: &Client, sql: &Statement) -> Result<(), Trouble> {
        if self.count == 0 {
            return Ok(());
        }
        let applied = client.execute(sql, &self.columns()).await?;
        if u64::try_from(self.count) == Ok(applied) {
            return Ok(());
        }
        Err(Trouble::LostRace(StoreError::Failed("a row has changed since it was looked at".into())))
    }
}
