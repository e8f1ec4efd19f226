//! Why a file is refused, with the cure. In English here; pages have words of their own for each.

use super::{COLUMNS_MAX, FILE_BYTES_MAX, Field, ROWS_MAX};
use boothpay_protocol::difference;
use std::fmt;

/// Headings that an error shows; a statement has fewer.
const HEADINGS_SHOWN: usize = 40;

/// Characters of a heading that is shown; it is chosen by them.
const HEADING_CHARS_MAX: usize = 200;

/// Characters of what a strange file says that an error repeats.
const QUOTED_CHARS_MAX: usize = 60;

/// Why a file is refused.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "{}{}{trouble}",
    .page.as_ref().map(|page| format!("sheet \"{page}\": ")).unwrap_or_default(),
    .row.map(|row| format!("row {row}: ")).unwrap_or_default()
)]
pub struct StatementError {
    /// On which sheet, where the file has several.
    pub page: Option<String>,
    /// In which row, counted from 1, where it is in one.
    pub row: Option<u64>,
    /// What is wrong.
    pub trouble: Trouble,
}

/// What is wrong with a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Trouble {
    /// Too many bytes.
    TooLarge,
    /// Too many rows, cells or texts.
    TooLong,
    /// A row has too many columns.
    TooWide,
    /// Of Excel before 2007.
    OldExcel,
    /// HTML under another name.
    WebPage,
    /// In no encoding that is read.
    NotText,
    /// A text in quotes never ends.
    Quotes,
    /// An XLSX file that cannot be read, and why.
    Broken(String),
    /// A cell has an error of the spreadsheet.
    CellError(String),
    /// There is nothing in it.
    Empty,
    /// There are headings and no payments.
    NoPayment,
    /// Several sheets look like lists of payments.
    Pages(Vec<String>),
    /// One column was chosen for two things.
    SameColumn {
        /// Its heading.
        heading: String,
        /// What stands there.
        headings: Vec<String>,
    },
    /// Columns that are needed are not known by their headings.
    Headings {
        /// What is not known.
        missing: Vec<Field>,
        /// What stands there.
        headings: Vec<String>,
    },
    /// A word of the column of states that is not known.
    Word(String),
    /// A number of a payment or an order that a spreadsheet has shortened.
    LostDigits(String),
    /// Dates that count from 1904.
    Dates1904,
    /// A payment without a sum.
    NoSum,
    /// A row of money without a day, with the place of the empty cell.
    NoTime(String),
    /// A row of money that names neither a payment nor an order, with the place of the empty cell.
    NoName(String),
    /// A text that is no sum of money.
    BadSum(String),
    /// A sum that can be read in two ways.
    UnclearSum(String),
    /// A sum with a part of a tiyin, or beyond all sums.
    ImpossibleSum(String),
    /// A cell that has no moment, with its place.
    BadTime(String),
}

impl Trouble {
    /// This, in a row.
    pub(super) const fn in_row(self, row: u64) -> StatementError {
        StatementError { page: None, row: Some(row), trouble: self }
    }

    /// That an XLSX file cannot be read.
    pub(super) fn broken(why: impl fmt::Display) -> Self {
        Self::Broken(quoted(&why.to_string()))
    }

    /// What of the file it is about; empty where it is about none.
    pub fn about(&self) -> String {
        match self {
            Self::Broken(text)
            | Self::CellError(text)
            | Self::Word(text)
            | Self::LostDigits(text)
            | Self::BadSum(text)
            | Self::UnclearSum(text)
            | Self::ImpossibleSum(text)
            | Self::NoTime(text)
            | Self::NoName(text)
            | Self::BadTime(text) => text.clone(),
            Self::Headings { headings, .. } => headings.join(" | "),
            Self::Pages(pages) => pages.join(" | "),
            Self::SameColumn { heading, .. } => heading.clone(),
            Self::TooLarge => (FILE_BYTES_MAX >> 20).to_string(),
            Self::TooLong => ROWS_MAX.to_string(),
            Self::TooWide => COLUMNS_MAX.to_string(),
            Self::OldExcel
            | Self::WebPage
            | Self::NotText
            | Self::Dates1904
            | Self::Quotes
            | Self::Empty
            | Self::NoPayment
            | Self::NoSum => String::new(),
        }
    }
}

/// The beginning of what a strange file says, on one line.
pub(super) fn quoted(text: &str) -> String {
    difference::short(text, QUOTED_CHARS_MAX)
}

/// The headings that an error shows.
pub(super) fn shown<'a>(headings: impl Iterator<Item = &'a str>) -> Vec<String> {
    headings
        .map(|it| difference::short(it, HEADING_CHARS_MAX))
        .filter(|it| !it.is_empty())
        .take(HEADINGS_SHOWN)
        .collect()
}

impl From<Trouble> for StatementError {
    fn from(trouble: Trouble) -> Self {
        Self { page: None, row: None, trouble }
    }
}

impl fmt::Display for Trouble {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let about = self.about();
        match self {
            Self::TooLarge => write!(f, "the file has more than {about} MiB; take the statement of a shorter period"),
            Self::TooLong => write!(
                f,
                "the file has more than {about} rows, or too much text; take the statement of a shorter period"
            ),
            Self::TooWide => write!(f, "more than {about} columns; this is no statement"),
            Self::OldExcel => f.write_str("this is an old Excel file (.xls); save it as .xlsx or as CSV"),
            Self::WebPage => f.write_str("this is a web page, not CSV or XLSX; save it in a spreadsheet as .xlsx"),
            Self::NotText => f.write_str("the file cannot be read as text; save it as \"CSV UTF-8\" or as .xlsx"),
            Self::Quotes => f.write_str("a text in quotes never ends"),
            Self::Broken(_) => write!(f, "the XLSX file is broken: {about}. Save it again in a spreadsheet"),
            Self::CellError(_) => write!(f, "a cell has the error {about}"),
            Self::Empty => f.write_str("the file is empty"),
            Self::NoPayment => f.write_str("there is no payment in the file"),
            Self::Headings { missing, .. } => {
                let missing: Vec<&str> = missing.iter().map(|it| it.name()).collect();
                write!(f, "no column is known for: {}. The headings are: {about}", missing.join(", "))
            }
            Self::Pages(_) => write!(
                f,
                "several sheets look like lists of payments: {about}. Save each as a file of its own, and compare one after the other"
            ),
            Self::SameColumn { .. } => {
                write!(f, "the column \"{about}\" was chosen for two things; choose another column for one of them")
            }
            Self::Word(_) => write!(f, "what the state \"{about}\" means is not known"),
            Self::LostDigits(_) => write!(
                f,
                "a spreadsheet has shortened this number, and its digits are lost: {about}. Take the file as the cabinet gives it, without \
                 opening and saving it"
            ),
            Self::Dates1904 => f.write_str("its dates count from 1904, as old Macs did; save it as CSV"),
            Self::NoSum => f.write_str("it has no sum"),
            Self::NoTime(_) => write!(
                f,
                "it has a sum and no date: {about}. Write the date into each row; if the row is about no payment, delete it"
            ),
            Self::NoName(_) => write!(
                f,
                "it has a sum, and neither a payment's number nor an order: {about}. Fill it in; if the row is about no payment, delete it"
            ),
            Self::BadSum(_) => write!(f, "this is no sum of money: {about}"),
            Self::UnclearSum(_) => write!(
                f,
                "the points and commas of this sum can be read in two ways; write it without grouping: {about}"
            ),
            Self::ImpossibleSum(_) => write!(f, "this sum has a part of a tiyin, or is too large: {about}"),
            Self::BadTime(_) => {
                write!(f, "this is no date or time; write it like 2026-11-28 15:04:05 or 28.11.2026 15:04:05: {about}")
            }
        }
    }
}
