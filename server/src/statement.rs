//! A provider's statement: the file that its cabinet gives, CSV or XLSX, read and compared with what is here.
//!
//! A file comes from outside: it may be anything. Whatever it is, the sums are right or the file is refused with the row and the cure.
//! Money never passes through a floating number.

mod columns;
pub mod compare;
mod decimal;
mod grid;
mod known;
mod moment;
mod there;
pub mod told;
mod trouble;
mod workbook;

pub use columns::{Columns, Field, Meaning};
pub use trouble::{StatementError, Trouble};

use boothpay_protocol::time::TimeMs;
use grid::Grid;
pub(crate) use grid::decode;
use jiff::tz::TimeZone;

/// A sum in soum as a person writes it, with marks between its thousands or without, in tiyin. `None` where it is no sum, or
/// can be read in two ways.
pub(crate) fn sum_as_written(text: &str) -> Option<i64> {
    decimal::of_text(text, decimal::Unit::Soum).ok()
}

/// Bytes of a file: a year of a busy booth is a tenth of it.
pub const FILE_BYTES_MAX: usize = 16 * 1024 * 1024;

/// Rows of a file: more than a busy booth has in a year.
const ROWS_MAX: usize = 150_000;

/// Columns that are looked at.
const COLUMNS_MAX: usize = 200;

/// Cells of a file: its rows with twenty columns each. They are all in memory, about 100 MiB of them.
const CELLS_MAX: usize = 3_000_000;

/// Bytes of all texts of a file, unpacked.
const TEXT_BYTES_MAX: usize = 64 * 1024 * 1024;

/// Rows above the headings: titles, the merchant's name, the period.
const ROWS_BEFORE_HEADINGS: usize = 30;

/// One row about a payment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// Its place in the file, counted from 1.
    pub row: u64,
    /// The provider's id of the payment.
    pub id: Option<String>,
    /// The order that was paid.
    pub order: Option<String>,
    /// The sum, positive.
    pub tiyin: i64,
    /// When.
    pub at: TimeMs,
    /// Whether the money came, went back, or never came.
    pub meaning: Meaning,
    /// Whether its sum has a minus: it is about the way back alone, whatever number it has.
    pub is_minus: bool,
}

/// A file that was read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Statement {
    /// The rows about payments.
    pub lines: Vec<Line>,
    /// The columns as they were recognised.
    pub columns: Columns,
    /// Which sheet was read, where the file has several.
    pub page: Option<String>,
}

/// Reads a file, which may have no payment. `known` are columns and words that were mapped by hand, now or before.
pub fn read(bytes: &[u8], known: &Columns, zone: &TimeZone) -> Result<Statement, StatementError> {
    let Page { name, grid } = page(bytes, known)?;
    let read = || -> Result<(Vec<Line>, Columns), StatementError> {
        let (headings, columns, places) = columns::find(&grid, known)?;
        let mut lines = Vec::new();
        let day = places.get(&Field::Time).map_or(0, |(place, _)| *place);
        let mut above = None;
        for (row, cells) in grid.rows.iter().filter(|(row, _)| *row > headings) {
            if let Some(last) = grid.tall.get(&(day, *row)) {
                above = cells.get(day).map(|cell| (*last, cell));
            }
            let day_above = above.filter(|(last, _)| row <= last).map(|(_, cell)| cell);
            let reader = columns::RowReader { row: *row, cells, places: &places, columns: &columns, zone, day_above };
            lines.extend(reader.line()?);
        }
        Ok((lines, columns))
    };
    match read() {
        Ok((lines, columns)) => Ok(Statement { lines, columns, page: name }),
        Err(error) => Err(StatementError { page: name, ..error }),
    }
}

/// The headings of a file, for a person who wants to map them by hand.
pub fn headings(bytes: &[u8], known: &Columns) -> Result<Vec<String>, StatementError> {
    columns::all(&page(bytes, known)?.grid, known)
}

/// What of a file is read.
struct Page {
    /// The sheet's name, where the file has several.
    name: Option<String>,
    grid: Grid,
}

fn page(bytes: &[u8], known: &Columns) -> Result<Page, StatementError> {
    if bytes.len() > FILE_BYTES_MAX {
        return Err(Trouble::TooLarge.into());
    }
    if bytes.starts_with(b"PK\x03\x04") {
        workbook::read(bytes, |grid| columns::are_known(grid, known))
    } else {
        Ok(Page { name: None, grid: Grid::of_text(bytes, |grid| columns::count_known(grid, known))? })
    }
}

#[cfg(test)]
mod rows_tests;
#[cfg(test)]
mod sums_tests;
#[cfg(test)]
mod tests;
