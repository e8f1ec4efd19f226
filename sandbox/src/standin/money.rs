//! Writes a sum for people: from whole tiyin (1 soʻm = 100 tiyin) to "10 000", without floating point.

/// A no-break space, so that a sum is never torn at the end of a line.
const GAP: char = '\u{a0}';

/// `amount` tiyin in soʻm, thousands set apart; tiyin are shown only where there are some.
pub(super) fn som(amount: u64) -> String {
    let whole = (amount / 100).to_string();
    let mut text = String::with_capacity(whole.len() + 8);
    for (at, digit) in whole.chars().enumerate() {
        if at > 0 && (whole.len() - at).is_multiple_of(3) {
            text.push(GAP);
        }
        text.push(digit);
    }
    match amount % 100 {
        0 => text,
        rest => format!("{text},{rest:02}"),
    }
}

#[cfg(test)]
mod tests {
    use super::som;

    #[test]
    fn groups_thousands_and_keeps_tiyin() {
        assert_eq!(som(1_000_000), "10\u{a0}000");
        assert_eq!(som(500), "5");
        assert_eq!(som(99_905), "999,05");
        assert_eq!(som(12_345_678_900), "123\u{a0}456\u{a0}789");
    }
}
