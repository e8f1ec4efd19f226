//! Text of strangers, made fit to be shown: in an answer, a page or the log.

use std::fmt::Write;

/// Characters that are shown of a stranger's text; more would only fill the log.
const SHOWN_MAX: usize = 100;

/// Visible ASCII as it is, everything else as `\u{…}`: nothing invisible stays hidden, and nothing turns the reading
/// direction round. What is longer is cut.
pub(crate) fn visible(text: &str) -> String {
    let mut shown = String::with_capacity(text.len().min(SHOWN_MAX));
    for (count, character) in text.chars().enumerate() {
        if count == SHOWN_MAX {
            shown.push_str("...");
            break;
        }
        match character {
            ' '..='~' => shown.push(character),
            // Writing to a string cannot fail.
            _ => drop(write!(shown, "{}", character.escape_unicode())),
        }
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_cannot_be_seen_is_spelled_out() {
        assert_eq!(visible("photobooth-1"), "photobooth-1");
        assert_eq!(visible("a\u{202e}b\u{200b}\n"), "a\\u{202e}b\\u{200b}\\u{a}");
        assert_eq!(visible(&"x".repeat(200)), format!("{}...", "x".repeat(100)));
    }
}
