//! A provider's statement: the file that its cabinet gives, CSV or XLSX, read and compared with what is here.
//!
//! A file comes from outside: it may be anything. Whatever it is, the sums are right or the file is refused with the row and the cure.
//! Money never passes through a floating number.

mod columns;
pub mod compare;
mod decimal;
mod grid;
mod moment;
mod workbook;

pub use columns::{Columns, Field, Meaning};

use boothpay_protocol::time::TimeMs;
use grid::Grid;
use jiff::tz::TimeZone;

/// Bytes of a file: a year of a busy booth is a tenth of it.
pub const FILE_BYTES_MAX: usize = 32 * 1024 * 1024;

/// Rows of a file.
const ROWS_MAX: usize = 300_000;

/// Columns that are looked at.
const COLUMNS_MAX: usize = 200;

/// Rows above the headings: titles, the merchant's name, the period.
const ROWS_BEFORE_HEADINGS: usize = 30;

/// Why a file is refused, in the owner's words.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct StatementError(pub(crate) String);

impl StatementError {
    fn in_row(row: u64, why: impl std::fmt::Display) -> Self {
        Self(format!("row {row}: {why}"))
    }
}

/// One row about money.
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
    /// Whether the money came, or went back.
    pub is_refund: bool,
}

/// A file that was read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Statement {
    /// The rows about money.
    pub lines: Vec<Line>,
    /// Rows of payments that came to nothing.
    pub skipped: u64,
    /// The columns as they were recognised.
    pub columns: Columns,
}

/// Reads a file. `known` are columns and words that were mapped by hand, now or before.
pub fn read(bytes: &[u8], known: &Columns, zone: &TimeZone) -> Result<Statement, StatementError> {
    if bytes.len() > FILE_BYTES_MAX {
        return Err(StatementError(format!(
            "the file has more than {} MiB; take the statement of a shorter period",
            FILE_BYTES_MAX >> 20
        )));
    }
    let grid = if bytes.starts_with(b"PK\x03\x04") { workbook::read(bytes)? } else { Grid::of_text(bytes)? };
    let (headings, columns, places) = columns::find(&grid, known)?;
    let (mut lines, mut skipped) = (Vec::new(), 0_u64);
    for (row, cells) in grid.rows.iter().filter(|(row, _)| *row > headings) {
        let reader = columns::RowReader { row: *row, cells, places: &places, columns: &columns, zone };
        match reader.line()? {
            Some(line) => lines.push(line),
            None => skipped = skipped.saturating_add(u64::from(reader.is_payment())),
        }
    }
    if lines.is_empty() {
        return Err(StatementError("there is no payment in the file".to_owned()));
    }
    Ok(Statement { lines, skipped, columns })
}

#[cfg(test)]
mod tests;
