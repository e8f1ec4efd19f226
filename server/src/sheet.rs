//! Files for spreadsheets, CSV and XLSX, written row by row: as long as they are, they take no memory.
//!
//! Nothing in them is ever a formula, whatever a customer, a provider or a program has called something.

pub mod csv;
pub mod xlsx;

use jiff::civil::DateTime;
use std::io::{self, Write};

/// A value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cell<'a> {
    /// Nothing.
    Empty,
    /// Text, whoever wrote it.
    Text(&'a str),
    /// A number by which something is called, with every digit and letter: an order's, a payment's. Nobody counts with it.
    Id(&'a str),
    /// A whole number.
    Number(i64),
    /// A sum in tiyin, shown in soum with two decimals.
    Soum(i64),
    /// A moment as the clock on the wall has it.
    Time(DateTime),
}

/// The kinds of files.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// [`csv`].
    Csv,
    /// [`xlsx`].
    Xlsx,
}

impl Format {
    /// How the names of its files end.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Csv => "csv",
            Self::Xlsx => "xlsx",
        }
    }
}

/// A file that is being written.
pub enum Sheet<W: Write> {
    /// As CSV.
    Csv(W),
    /// As XLSX.
    Xlsx(Box<xlsx::Writer<W>>),
}

impl<W: Write> Sheet<W> {
    /// Begins a file. `name` is what a spreadsheet calls its page; `header` are the columns with their widths in letters.
    pub fn begin(format: Format, mut out: W, name: &str, header: &[(&str, u16)]) -> io::Result<Self> {
        match format {
            Format::Csv => {
                let mut first = csv::begin();
                csv::row(&mut first, header.iter().map(|(label, _)| Cell::Text(label)));
                out.write_all(first.as_bytes())?;
                Ok(Self::Csv(out))
            }
            Format::Xlsx => Ok(Self::Xlsx(Box::new(xlsx::Writer::begin(out, name, header)?))),
        }
    }

    /// Adds a row.
    pub fn row(&mut self, cells: &[Cell<'_>]) -> io::Result<()> {
        match self {
            Self::Csv(out) => {
                let mut line = String::new();
                csv::row(&mut line, cells.iter().copied());
                out.write_all(line.as_bytes())
            }
            Self::Xlsx(writer) => writer.row(cells),
        }
    }

    /// Ends the file.
    pub fn finish(self) -> io::Result<W> {
        let mut out = match self {
            Self::Csv(out) => out,
            Self::Xlsx(writer) => writer.finish()?,
        };
        out.flush()?;
        Ok(out)
    }
}
