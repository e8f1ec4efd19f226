//! A row of his table as it stands there, before anybody believes it.

/// The columns that have to be there.
pub const REQUIRED: [&str; 10] = [
    "id",
    "order_id",
    "transaction_id",
    "amount",
    "payment_type",
    "status",
    "state",
    "create_time",
    "perform_time",
    "cancel_time",
];

/// The column that may be missing; without it, an order was made when its payment was created.
pub const OPTIONAL: &str = "created_at";

/// What stands in one field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Cell {
    /// Nothing.
    Nothing,
    /// A whole number.
    Number(i64),
    /// Text, or a number that is not whole, as text.
    Text(String),
    /// What is neither.
    Bytes,
}

/// A row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// Where it stands: the number of the line in a CSV file, of the row in a table.
    pub place: u64,
    /// Its fields, in the order of [`REQUIRED`], with [`OPTIONAL`] at the end.
    cells: Vec<Cell>,
}

impl Row {
    /// A row with these fields, in the order of [`REQUIRED`], with [`OPTIONAL`] at the end.
    pub const fn new(place: u64, cells: Vec<Cell>) -> Self {
        Self { place, cells }
    }

    /// The field in a column.
    pub fn cell(&self, column: &str) -> &Cell {
        let position = REQUIRED.iter().chain([&OPTIONAL]).position(|it| *it == column);
        position.and_then(|position| self.cells.get(position)).unwrap_or(&Cell::Nothing)
    }
}

impl Cell {
    /// For people, and short.
    pub fn shown(&self) -> String {
        /// Characters of a field that a message repeats.
        const SHOWN_CHARS_MAX: usize = 64;
        match self {
            Self::Nothing => "empty".to_owned(),
            Self::Number(number) => number.to_string(),
            Self::Text(text) => {
                let mut shown: String = text.chars().take(SHOWN_CHARS_MAX).collect();
                if shown.len() < text.len() {
                    shown.push('…');
                }
                // What a terminal would obey is shown, not done.
                shown.chars().map(|c| if c.is_control() { '\u{fffd}' } else { c }).collect()
            }
            Self::Bytes => "bytes".to_owned(),
        }
    }

    /// Text that is not empty; a number is its digits.
    pub fn text(&self) -> Option<String> {
        match self {
            Self::Number(number) => Some(number.to_string()),
            Self::Text(text) if !text.is_empty() => Some(text.clone()),
            Self::Text(_) | Self::Nothing | Self::Bytes => None,
        }
    }

    /// Whether nothing stands there.
    pub fn is_empty(&self) -> bool {
        match self {
            Self::Nothing => true,
            Self::Text(text) => text.is_empty(),
            Self::Number(_) | Self::Bytes => false,
        }
    }
}
