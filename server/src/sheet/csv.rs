//! CSV as Excel of this country opens it by a double click: UTF-8 with a byte order mark, semicolons, a comma before the tiyin.
//!
//! Excel takes the separator and the decimal mark from the system's region. In Russian and Uzbek regions these are `;` and `,`: with
//! commas between the fields everything would stand in one column, and with a point 12.05 would become the twelfth of May. Without
//! the mark Excel takes the file for Windows-1251. Whoever needs numbers in every region takes XLSX.

use super::Cell;

/// What a file begins with.
pub fn begin() -> String {
    "\u{feff}".to_owned()
}

/// Adds a row.
pub fn row<'a>(file: &mut String, cells: impl IntoIterator<Item = Cell<'a>>) {
    for (place, cell) in cells.into_iter().enumerate() {
        if place > 0 {
            file.push(';');
        }
        match cell {
            Cell::Empty => {}
            // A formula that gives the text, made here: nothing in it is anybody's but digits and their marks.
            Cell::Id(text) if is_changed_by_excel(text) => file.push_str(&format!("\"=\"\"{text}\"\"\"")),
            Cell::Text(text) | Cell::Id(text) => write_text(file, text),
            Cell::Number(number) => file.push_str(&number.to_string()),
            Cell::Soum(tiyin) => file.push_str(&soum(tiyin, ',')),
            Cell::Time(time) => file.push_str(&time.strftime("%Y-%m-%d %H:%M:%S").to_string()),
        }
    }
    file.push_str("\r\n");
}

/// A sum in soum with two decimals.
pub(super) fn soum(tiyin: i64, mark: char) -> String {
    let (sign, size) = (if tiyin < 0 { "-" } else { "" }, tiyin.unsigned_abs());
    format!("{sign}{}{mark}{:02}", size / 100, size % 100)
}

/// Text that a spreadsheet would take for a formula gets an apostrophe, which spreadsheets take as "this is text". They look past
/// blanks; a tab and a line's end before the sign are signs as well.
fn write_text(file: &mut String, text: &str) {
    let is_formula = text.starts_with(['\t', '\r', '\n'])
        || text.trim_start().starts_with(['=', '+', '-', '@', '＝', '＋', '－', '＠']);
    let quoted = is_formula || text.contains([';', ',', '"', '\n', '\r', '\t']) || text != text.trim();
    if !quoted {
        file.push_str(text);
        return;
    }
    file.push('"');
    if is_formula {
        file.push('\'');
    }
    file.push_str(&text.replace('"', "\"\""));
    file.push('"');
}

/// Digits of a number that a spreadsheet shows as it is written.
const DIGITS_SHOWN_MAX: usize = 11;

/// Whether a text looks like a number, a date or a time that a spreadsheet would write in another way: 0012, 1E5, 11-12, or so many digits that
/// the last are lost.
fn is_changed_by_excel(text: &str) -> bool {
    let is_figure = text.starts_with(|c: char| c.is_ascii_digit())
        && text.ends_with(|c: char| c.is_ascii_digit())
        && text.bytes().all(|byte| byte.is_ascii_digit() || b"eE.:/-+".contains(&byte));
    let is_plain = text.bytes().all(|byte| byte.is_ascii_digit());
    is_figure && !(is_plain && text.len() <= DIGITS_SHOWN_MAX && (text == "0" || !text.starts_with('0')))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(cells: &[Cell<'_>]) -> String {
        let mut file = String::new();
        row(&mut file, cells.iter().copied());
        file
    }

    #[test]
    fn sums_have_two_decimals_and_texts_their_quotes() {
        let cells = [
            Cell::Text("a"),
            Cell::Empty,
            Cell::Number(-3),
            Cell::Soum(1_234_505),
            Cell::Soum(-5),
            Cell::Text("b;\"c\""),
        ];
        assert_eq!(line(&cells), "a;;-3;12345,05;-0,05;\"b;\"\"c\"\"\"\r\n");
    }

    #[test]
    fn what_looks_like_a_number_stays_as_it_is_written() {
        for text in ["0012", "1E5", "12-05", "8:30", "1.5", "123456789012"] {
            assert_eq!(line(&[Cell::Id(text)]), format!("\"=\"\"{text}\"\"\"\r\n"));
        }
        for text in ["12", "0", "2000000000", "74S88WN2", "1E", "5f3e1c0a9d", "1-2=3"] {
            assert_eq!(line(&[Cell::Id(text)]), format!("{text}\r\n"));
        }
    }

    #[test]
    fn nothing_that_somebody_wrote_is_a_formula() {
        for text in ["=1+1", "+998", "-5", "@SUM(A1)", "\t=1", "\r=1", " =1", "\n+1", "＝1", "=cmd|' /C calc'!A0"] {
            for cell in [Cell::Text(text), Cell::Id(text)] {
                let written = line(&[cell]);
                assert!(written.starts_with("\"'"), "{text:?}: {written:?}");
            }
        }
        for text in ["74S88WN2", "photobooth-1", "a=b", "'x"] {
            assert_eq!(line(&[Cell::Text(text)]), format!("{text}\r\n"));
        }
    }
}
