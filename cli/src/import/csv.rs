//! The table of the back end before as a CSV file (RFC 4180), for who had another database: the first line names the columns, in any order.
//! Commas, semicolons (as a spreadsheet of this country writes them) or tabs between the fields; UTF-8.

use crate::files;
use anyhow::{Context, Result, bail};
use boothpay_protocol::takeover::row::{Cell, OPTIONAL, REQUIRED, Row};
use boothpay_store::takeover::source::ROWS_MAX;
use std::path::Path;

/// Bytes of a file: [`ROWS_MAX`] rows, with room in each.
const BYTES_MAX: u64 = 256 * 1024 * 1024;

/// Reads a file.
pub(super) fn read(path: &Path) -> Result<Vec<Row>> {
    let name = path.display();
    let size = std::fs::metadata(path).map_or(0, |file| file.len());
    if size > BYTES_MAX {
        bail!("{name} has more than {} MiB; that many payments are not taken over at once", BYTES_MAX >> 20);
    }
    let Ok(text) = String::from_utf8(files::read(path)?) else {
        bail!("{name} is not UTF-8 text: save it again as \"CSV UTF-8\"");
    };
    rows(&text).with_context(|| name.to_string())
}

fn rows(text: &str) -> Result<Vec<Row>> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let header = text.lines().next().unwrap_or_default();
    let Some(separator) = [',', ';', '\t'].into_iter().find(|separator| header.contains(*separator)) else {
        bail!("the first line has to name the columns, for instance: {}", example());
    };
    let mut records = Records { rest: text, line: 1, separator };
    let Some((_, header)) = records.next().transpose()? else { bail!("the file is empty") };
    let names: Vec<String> = header.iter().map(|name| name.trim().to_lowercase()).collect();
    let place = |column: &str| names.iter().position(|name| name == column);
    let missing: Vec<&str> = REQUIRED.into_iter().filter(|column| place(column).is_none()).collect();
    if !missing.is_empty() {
        bail!("the first line has no column {}. It has to name them, for instance: {}", missing.join(", "), example());
    }
    let places: Vec<Option<usize>> = REQUIRED.into_iter().chain([OPTIONAL]).map(place).collect();
    let mut rows = Vec::new();
    for record in records {
        let (line, fields) = record?;
        if fields.len() == 1 && fields.iter().all(|field| field.is_empty()) {
            continue;
        }
        if fields.len() != names.len() {
            bail!("line {line} has {} fields, the first line has {}", fields.len(), names.len());
        }
        if rows.len() >= ROWS_MAX {
            bail!("there are more than {ROWS_MAX} rows; that many are not taken over at once");
        }
        let cell = |place: &Option<usize>| match place.and_then(|place| fields.get(place)) {
            Some(text) if !text.is_empty() => Cell::Text(text.clone()),
            Some(_) | None => Cell::Nothing,
        };
        rows.push(Row::new(line, places.iter().map(cell).collect()));
    }
    Ok(rows)
}

fn example() -> String {
    format!("{},{OPTIONAL}", REQUIRED.join(","))
}

/// Record by record, each with the line that it begins in.
struct Records<'a> {
    rest: &'a str,
    line: u64,
    separator: char,
}

impl Iterator for Records<'_> {
    type Item = Result<(u64, Vec<String>)>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.rest.is_empty() {
            return None;
        }
        Some(self.record())
    }
}

impl Records<'_> {
    fn record(&mut self) -> Result<(u64, Vec<String>)> {
        let (begins, mut fields, mut field) = (self.line, Vec::new(), String::new());
        let mut letters = self.rest.char_indices().peekable();
        // Inside quotes, where separators and ends of lines are letters as others.
        let (mut quoted, mut was_quoted) = (false, false);
        while let Some((at, letter)) = letters.next() {
            match letter {
                '"' if quoted && letters.next_if(|(_, next)| *next == '"').is_some() => field.push('"'),
                '"' if quoted => quoted = false,
                '"' if field.is_empty() && !was_quoted => (quoted, was_quoted) = (true, true),
                '\n' if !quoted => {
                    self.line = self.line.saturating_add(1);
                    self.rest = self.rest.get(at.saturating_add(1)..).unwrap_or_default();
                    if field.ends_with('\r') {
                        field.pop();
                    }
                    fields.push(field);
                    return Ok((begins, fields));
                }
                letter if letter == self.separator && !quoted => {
                    fields.push(std::mem::take(&mut field));
                    was_quoted = false;
                }
                letter => {
                    self.line = self.line.saturating_add(u64::from(letter == '\n'));
                    field.push(letter);
                }
            }
        }
        if quoted {
            bail!("line {begins} begins a field in quotes that never ends");
        }
        self.rest = "";
        if field.ends_with('\r') {
            field.pop();
        }
        fields.push(field);
        Ok((begins, fields))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEADER: &str =
        "id,order_id,transaction_id,amount,payment_type,status,state,create_time,perform_time,cancel_time,note";

    #[test]
    fn fields_may_be_quoted_and_columns_stand_in_any_order() {
        let text = format!(
            "{HEADER}\r\n1,\"a,\"\"b\"\"\nc\",,10000,payme,pending,,2025-12-20 11:07:11,,,x\r\n\r\n2,b,,1,payme,pending,0,t,,,\"\""
        );
        let rows = rows(&text).unwrap();
        assert_eq!(rows.iter().map(|row| row.place).collect::<Vec<_>>(), [2, 5]);
        assert_eq!(rows[0].cell("order_id"), &Cell::Text("a,\"b\"\nc".to_owned()));
        assert_eq!((rows[0].cell("transaction_id"), rows[0].cell("created_at")), (&Cell::Nothing, &Cell::Nothing));
        let turned = "\u{feff}Status;ID;order_id;transaction_id;amount;payment_type;state;create_time;perform_time;cancel_time;created_at\nsuccess;7;a;p;5;payme;2;t;t;;c\n";
        let rows = super::rows(turned).unwrap();
        assert_eq!(
            (rows[0].cell("id"), rows[0].cell("created_at")),
            (&Cell::Text("7".to_owned()), &Cell::Text("c".to_owned()))
        );
    }

    #[test]
    fn what_is_no_such_file_says_where() {
        let bad = [
            (String::new(), "the first line has to name the columns"),
            ("id,order_id\n1,a".to_owned(), "no column transaction_id, amount"),
            (format!("{HEADER}\n1,a\n"), "line 2 has 2 fields, the first line has 11"),
            (format!("{HEADER}\n1,\"a\n"), "line 2 begins a field in quotes that never ends"),
        ];
        for (text, expected) in bad {
            let error = rows(&text).unwrap_err().to_string();
            assert!(error.contains(expected), "{error}");
        }
    }
}
