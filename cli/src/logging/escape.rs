//! What came from outside can neither look like a line of ours nor hide in one: control characters, characters that turn
//! the direction of writing, and characters that nobody sees are written as their numbers.

use boothpay_server::config::LogFormat;
use std::fmt::Write;

/// A finished line, with its end, as it may be shown.
pub(super) fn line(text: &[u8], format: LogFormat) -> Vec<u8> {
    let body = text.strip_suffix(b"\n").unwrap_or(text);
    if body.iter().all(|byte| matches!(byte, b' '..=b'~')) {
        return text.to_vec();
    }
    let mut shown = String::with_capacity(text.len().saturating_add(16));
    for c in String::from_utf8_lossy(body).chars() {
        if !hides(c) {
            shown.push(c);
            continue;
        }
        match format {
            LogFormat::Plain => {
                let _ = write!(shown, "\\u{{{:x}}}", u32::from(c));
            }
            LogFormat::Json => {
                for unit in c.encode_utf16(&mut [0; 2]) {
                    let _ = write!(shown, "\\u{unit:04x}");
                }
            }
        }
    }
    if body.len() < text.len() {
        shown.push('\n');
    }
    shown.into_bytes()
}

/// Whether a character changes what its neighbours look like, or looks like nothing (Unicode 16: Cc, Cf, Zl, Zp, every
/// blank but the plain one, fillers, variation selectors, tags).
fn hides(c: char) -> bool {
    c.is_control()
        || matches!(c,
            '\u{a0}' | '\u{ad}' | '\u{34f}' | '\u{600}'..='\u{605}' | '\u{61c}' | '\u{6dd}' | '\u{70f}'
            | '\u{890}'..='\u{891}' | '\u{8e2}' | '\u{115f}'..='\u{1160}' | '\u{1680}' | '\u{17b4}'..='\u{17b5}'
            | '\u{180b}'..='\u{180f}' | '\u{2000}'..='\u{200f}' | '\u{2028}'..='\u{202f}' | '\u{205f}'..='\u{206f}'
            | '\u{2800}' | '\u{3000}' | '\u{3164}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{ffa0}'
            | '\u{fff0}'..='\u{fffb}' | '\u{110bd}' | '\u{110cd}' | '\u{13430}'..='\u{1343f}'
            | '\u{1bca0}'..='\u{1bca3}' | '\u{1d173}'..='\u{1d17a}' | '\u{e0000}'..='\u{e0fff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plain(text: &str) -> String {
        String::from_utf8(line(text.as_bytes(), LogFormat::Plain)).unwrap()
    }

    #[test]
    fn what_people_write_stays_as_it_is() {
        for text in ["order ABC: PAID\n", "Будка «Фото» — 25 000 soʻm, gʻisht\n", "日本 ñ é 😀\n"]
        {
            assert_eq!(plain(text), text);
        }
    }

    #[test]
    fn nothing_begins_a_line_turns_the_writing_or_hides() {
        let cases = [
            ("a\nb\n", "a\\u{a}b\n"),
            ("a\r\u{1b}[2Kb\n", "a\\u{d}\\u{1b}[2Kb\n"),
            ("a\u{202e}b\u{2066}c\n", "a\\u{202e}b\\u{2066}c\n"),
            ("a\u{200b}\u{feff}\u{e0041}b\n", "a\\u{200b}\\u{feff}\\u{e0041}b\n"),
            ("a\u{85}\u{2028}b\n", "a\\u{85}\\u{2028}b\n"),
        ];
        for (written, shown) in cases {
            assert_eq!(plain(written), shown);
        }
    }

    #[test]
    fn a_line_of_json_stays_json_that_says_the_same() {
        let said = "a\u{202e}b\u{e0041}\u{200b}c";
        let written = format!("{}\n", serde_json::json!({ "message": said }));
        let shown = String::from_utf8(line(written.as_bytes(), LogFormat::Json)).unwrap();
        assert!(shown.trim_end().bytes().all(|byte| matches!(byte, b' '..=b'~')), "{shown}");
        assert_eq!(serde_json::from_str::<serde_json::Value>(&shown).unwrap()["message"], said);
    }

    #[test]
    fn bytes_that_are_no_text_are_no_fault() {
        assert_eq!(line(b"a\xffb\n", LogFormat::Plain), "a\u{fffd}b\n".as_bytes());
    }
}
