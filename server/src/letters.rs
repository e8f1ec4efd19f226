//! Letters that can be read out and typed: of order numbers and of the codes that pair a screen.

use crate::config::{look_alike, look_alikes};
use boothpay_store::StoreError;
use serde_json::{Map, Value, json};

/// No 0 O, no 1 I L.
pub(crate) const ALPHABET: &[u8; 31] = b"23456789ABCDEFGHJKMNPQRSTUVWXYZ";

/// So many of them make an order's number, and a code.
pub(crate) const NUMBER_LETTERS: usize = 8;

/// For the page: the letters, and what other keyboards' letters are taken for.
pub(crate) fn for_page() -> Value {
    let alike: Map<String, Value> =
        look_alikes().map(|(theirs, latin)| (theirs.to_string(), Value::from(latin.to_string()))).collect();
    json!({ "alphabet": String::from_utf8_lossy(ALPHABET), "length": NUMBER_LETTERS, "alike": alike })
}

/// So many letters as a person may write them: small ones, in groups, those of another keyboard.
pub(crate) fn as_written(text: &str, count: usize) -> Option<String> {
    let separator = |c: char| c.is_whitespace() || matches!(c, '-' | '.' | ',' | '\u{b7}');
    let letters = text.chars().filter(|c| !separator(*c)).map(|c| look_alike(c).unwrap_or(c).to_ascii_uppercase());
    let written: String = letters.take(count.saturating_add(1)).collect();
    let whole = written.len() == count && written.bytes().all(|byte| ALPHABET.contains(&byte));
    whole.then_some(written)
}

/// "A7K2 M3PX": a number as the screen shows it. Ids of other forms stay as they are.
pub(crate) fn in_groups(number: &str) -> String {
    match number.split_at_checked(NUMBER_LETTERS / 2) {
        Some((first, second)) if number.len() == NUMBER_LETTERS => format!("{first} {second}"),
        Some(_) | None => number.to_owned(),
    }
}

/// So many letters by chance. Bytes that would favour some letters are drawn again.
pub(crate) fn draw(count: usize) -> Result<String, StoreError> {
    let mut drawn = String::with_capacity(count);
    while drawn.len() < count {
        let mut byte = [0_u8];
        getrandom::fill(&mut byte).map_err(|_| StoreError::Bug)?;
        if let [byte] = byte
            && let Some(letter) = ALPHABET.get(usize::from(byte % 32))
        {
            drawn.push(char::from(*letter));
        }
    }
    Ok(drawn)
}
