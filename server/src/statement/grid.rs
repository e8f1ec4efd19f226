//! A file as rows of texts. CSV in UTF-8, UTF-16 or Windows-1251, with semicolons, tabs, commas or upright strokes.

use super::{CELLS_MAX, COLUMNS_MAX, ROWS_BEFORE_HEADINGS, ROWS_MAX, StatementError, Trouble};
use std::collections::HashMap;

/// The signs that may stand between cells; of equals the first.
const SEPARATORS: [char; 4] = [';', '\t', ',', '|'];

/// A cell's text, and whether a spreadsheet had it as a number.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Value {
    pub(super) text: String,
    pub(super) is_number: bool,
}

/// Rows with their places in the file, counted from 1; empty ones are left out.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Grid {
    pub(super) rows: Vec<(u64, Vec<Value>)>,
    /// Cells that are one with those below them: the column, counted from 0, and the first row; and the last row.
    pub(super) tall: HashMap<(usize, u64), u64>,
    cells: usize,
}

impl Grid {
    /// Adds a row, unless it is empty.
    pub(super) fn add(&mut self, row: u64, cells: Vec<Value>) -> Result<(), StatementError> {
        if cells.iter().all(|cell| cell.text.trim().is_empty()) {
            return Ok(());
        }
        self.cells = self.cells.saturating_add(cells.len());
        if self.rows.len() >= ROWS_MAX || self.cells > CELLS_MAX {
            return Err(Trouble::TooLong.into());
        }
        if cells.len() > COLUMNS_MAX {
            return Err(Trouble::TooWide.in_row(row));
        }
        self.rows.push((row, cells));
        Ok(())
    }

    /// Reads CSV. Its cells end at the sign under which most headings are known, which `known` counts in the first rows: sums and texts
    /// may have more commas than there are cells.
    pub(super) fn of_text(bytes: &[u8], known: impl Fn(&Self) -> usize) -> Result<Self, StatementError> {
        if bytes.starts_with(&[0xd0, 0xcf, 0x11, 0xe0]) {
            return Err(Trouble::OldExcel.into());
        }
        let text = decode(bytes)?;
        let text = text.strip_prefix('\u{feff}').unwrap_or(&text);
        if text.trim_start().starts_with('<') {
            return Err(Trouble::WebPage.into());
        }
        let known = |sign: char| Self::cut(text, sign, Some(ROWS_BEFORE_HEADINGS)).map_or(0, |head| known(&head));
        let counts = counts(text);
        let rank = |(place, sign): &(usize, char)| {
            (known(*sign), counts.get(*place).copied(), SEPARATORS.len().saturating_sub(*place))
        };
        let separator = SEPARATORS.into_iter().enumerate().max_by_key(rank).map_or(';', |(_, sign)| sign);
        Self::cut(text, separator, None)
    }

    /// Cuts a text into cells; with `head` no more than so many of its first rows.
    fn cut(text: &str, separator: char, head: Option<usize>) -> Result<Self, StatementError> {
        let mut grid = Self::default();
        let (mut cells, mut cell, mut quoted, mut line, mut begins) = (Vec::new(), String::new(), false, 1_u64, 1_u64);
        let mut letters = text.chars().peekable();
        while let Some(letter) = letters.next() {
            match letter {
                '"' if quoted && letters.next_if_eq(&'"').is_some() => cell.push('"'),
                '"' if quoted => quoted = false,
                '"' if cell.is_empty() => quoted = true,
                '\r' if !quoted && letters.peek() == Some(&'\n') => {}
                '\n' | '\r' if !quoted => {
                    cells.push(value(&mut cell));
                    grid.add(begins, std::mem::take(&mut cells))?;
                    line = line.saturating_add(1);
                    begins = line;
                }
                letter if letter == separator && !quoted => cells.push(value(&mut cell)),
                letter => {
                    line = line.saturating_add(u64::from(letter == '\n'));
                    cell.push(letter);
                }
            }
            if cells.len() > COLUMNS_MAX {
                return Err(Trouble::TooWide.in_row(begins));
            }
            if head.is_some_and(|head| grid.rows.len() >= head) {
                return Ok(grid);
            }
        }
        if quoted {
            return Err(Trouble::Quotes.in_row(begins));
        }
        cells.push(value(&mut cell));
        grid.add(begins, cells)?;
        Ok(grid)
    }
}

/// What a cell says, without what programs put around it so that a spreadsheet leaves it as it is: `="12"`, an apostrophe before it,
/// quotes; and without letters that nobody sees.
pub(super) fn plain(text: &str) -> String {
    let seen = text.chars().filter(|letter| !is_unseen(*letter));
    let blank: String = seen.map(|letter| if letter.is_whitespace() { ' ' } else { letter }).collect();
    let mut text = blank.trim();
    if let Some(inside) = text.strip_prefix("=\"").and_then(|rest| rest.strip_suffix('"')) {
        text = inside.trim();
    }
    text = text.trim_start_matches(['\'', '‘', '’', '`']).trim_start();
    for (begin, end) in [('"', '"'), ('«', '»'), ('“', '”'), ('„', '“')] {
        if let Some(inside) = text.strip_prefix(begin).and_then(|rest| rest.strip_suffix(end)) {
            text = inside.trim();
        }
    }
    text.to_owned()
}

/// Marks of direction, of order and of width nothing: they come with texts that are copied from pages.
const fn is_unseen(letter: char) -> bool {
    matches!(letter, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}')
}

fn value(cell: &mut String) -> Value {
    Value { text: std::mem::take(cell), is_number: false }
}

/// How often each of the signs stands in the first lines, outside of quotes.
fn counts(text: &str) -> [usize; SEPARATORS.len()] {
    let head: String = text.lines().take(40).collect::<Vec<_>>().join("\n");
    let outside: String = head.split('"').step_by(2).collect();
    SEPARATORS.map(|sign| outside.matches(sign).count())
}

/// A text of bytes as programs of Windows write them: UTF-8, UTF-16 with its mark, or Cyrillic letters of one byte.
pub(crate) fn decode(bytes: &[u8]) -> Result<String, StatementError> {
    let utf16 = |bytes: &[u8], read: fn([u8; 2]) -> u16| {
        let (units, rest) = bytes.as_chunks::<2>();
        let text = String::from_utf16(&units.iter().map(|unit| read(*unit)).collect::<Vec<_>>());
        text.ok().filter(|_| rest.is_empty())
    };
    let text = match bytes {
        [0xff, 0xfe, rest @ ..] => utf16(rest, u16::from_le_bytes),
        [0xfe, 0xff, rest @ ..] => utf16(rest, u16::from_be_bytes),
        _ => match std::str::from_utf8(bytes) {
            Ok(text) => Some(text.to_owned()),
            Err(_) => bytes.iter().map(|byte| windows_1251(*byte)).collect(),
        },
    };
    let text = text.filter(|text| !text.contains('\0'));
    text.ok_or_else(|| Trouble::NotText.into())
}

/// A letter of Windows' Cyrillic code page; its one place without a letter is none.
fn windows_1251(byte: u8) -> Option<char> {
    const FROM_0X80: &str = "ЂЃ‚ѓ„…†‡€‰Љ‹ЊЌЋЏђ‘’“”•–—\0™љ›њќћџ\u{a0}ЎўЈ¤Ґ¦§Ё©Є«¬\u{ad}®Ї°±Ііґµ¶·ё№є»јЅѕї";
    match byte {
        0..=0x7f => Some(char::from(byte)),
        0xc0..=0xff => char::from_u32(0x410_u32.saturating_add(u32::from(byte).saturating_sub(0xc0))),
        _ => FROM_0X80.chars().nth(usize::from(byte).saturating_sub(0x80)).filter(|letter| *letter != '\0'),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(bytes: &[u8]) -> Vec<Vec<String>> {
        let rows = Grid::of_text(bytes, |_| 0).unwrap().rows;
        rows.into_iter().map(|(_, cells)| cells.into_iter().map(|cell| cell.text).collect()).collect()
    }

    #[test]
    fn a_file_is_read_in_each_encoding_of_this_country() {
        let expected = vec![vec!["Сумма".to_owned(), "ўзбек".to_owned()]];
        let text = "Сумма;ўзбек";
        let utf16 = |to: fn(u16) -> [u8; 2]| text.encode_utf16().flat_map(to).collect::<Vec<u8>>();
        assert_eq!(texts(text.as_bytes()), expected);
        assert_eq!(texts(format!("\u{feff}{text}\r\n\r\n").as_bytes()), expected);
        assert_eq!(texts(&[vec![0xff, 0xfe], utf16(u16::to_le_bytes)].concat()), expected);
        assert_eq!(texts(&[vec![0xfe, 0xff], utf16(u16::to_be_bytes)].concat()), expected);
        let windows: Vec<u8> = [0xd1, 0xf3, 0xec, 0xec, 0xe0, b';', 0xa2, 0xe7, 0xe1, 0xe5, 0xea].to_vec();
        assert_eq!(texts(&windows), expected);
        assert_eq!("ЂЃ‚ѓ„…†‡€‰Љ‹ЊЌЋЏђ‘’“”•–—\0™љ›њќћџ\u{a0}ЎўЈ¤Ґ¦§Ё©Є«¬\u{ad}®Ї°±Ііґµ¶·ё№є»јЅѕї".chars().count(), 64);
    }

    #[test]
    fn quotes_keep_separators_and_line_ends() {
        let rows = Grid::of_text(b"a,b,c\n\"x,1\",\"say \"\"hi\"\"\",\"two\nlines\"\n\nlast,,", |_| 0).unwrap().rows;
        assert_eq!(rows.iter().map(|(row, _)| *row).collect::<Vec<_>>(), [1, 2, 5]);
        assert_eq!(
            rows[1].1.iter().map(|it| it.text.as_str()).collect::<Vec<_>>(),
            ["x,1", "say \"hi\"", "two\nlines"]
        );
    }

    #[test]
    fn what_programs_put_around_a_text_is_no_part_of_it() {
        for text in [
            "=\"1a22\"",
            "'1a22",
            "’1a22 ",
            "\"1a22\"",
            "='1a22",
            "«1a22»",
            "\u{a0}1a22\u{202f}",
            "\u{200b}1a\u{ad}22\u{feff}",
            "=\"'1a22\"",
        ] {
            let expected = if text.starts_with("='") { text } else { "1a22" };
            assert_eq!(plain(text), expected, "{text}");
        }
        assert_eq!(
            (plain("=\"\""), plain(" \u{200b} "), plain("a\u{a0}b")),
            (String::new(), String::new(), "a b".to_owned())
        );
    }

    #[test]
    fn what_is_no_text_says_what_to_do() {
        for (bytes, words) in [
            (b"a;\"b".as_slice(), "row 1: a text in quotes never ends"),
            (b"\xd0\xcf\x11\xe0\xa1\xb1", "save it as .xlsx"),
            (b"<html><table>", "a web page"),
            (b"a\0b", "cannot be read as text"),
            (b"\xff\xfea", "cannot be read as text"),
            (b"\x98\xc0", "cannot be read as text"),
        ] {
            let error = Grid::of_text(bytes, |_| 0).unwrap_err().to_string();
            assert!(error.contains(words), "{error}");
        }
        assert!(Grid::of_text(&[b';'; 300], |_| 0).unwrap_err().to_string().contains("more than 200 columns"));
    }
}
