//! Numbers of bank cards, which have no business here: 13 to 19 digits whose last one checks the others (ISO/IEC 7812, the
//! rule of Luhn). They are refused where a name is given, and never written down.

/// Digits of a card's number.
const DIGITS: std::ops::RangeInclusive<usize> = 13..=19;

/// Whether a whole text is what a card's number looks like.
pub fn is_number(text: &str) -> bool {
    DIGITS.contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit()) && checks(text)
}

/// A text without the numbers of cards in it, also those that are written in groups.
pub fn masked(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    let mut run = String::new();
    for c in text.chars().chain(std::iter::once('\0')) {
        let joins = matches!(c, ' ' | '-') && run.ends_with(|last: char| last.is_ascii_digit());
        if c.is_ascii_digit() || joins {
            run.push(c);
            continue;
        }
        let digits: String = run.chars().filter(char::is_ascii_digit).collect();
        shown.push_str(if is_number(&digits) { "(card number)" } else { &run });
        run.clear();
        if c != '\0' {
            shown.push(c);
        }
    }
    shown
}

/// The rule of Luhn: from the right, every second digit counts double, and the sum of all digits then ends in 0.
fn checks(digits: &str) -> bool {
    let sum = digits.bytes().rev().enumerate().fold(0_u32, |sum, (place, byte)| {
        let digit = u32::from(byte.saturating_sub(b'0'));
        let counted = if place % 2 == 0 { digit } else { digit.saturating_mul(2) };
        sum.saturating_add(if counted > 9 { counted.saturating_sub(9) } else { counted })
    });
    sum % 10 == 0
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Numbers that card schemes publish for trying things out, one of each length that is in use.
    const CARDS: [&str; 6] = [
        "4222222222222",
        "30569309025904",
        "378282246310005",
        "4111111111111111",
        "5555555555554444",
        "6304000000000000000",
    ];

    #[test]
    fn cards_are_told_from_other_numbers() {
        for card in CARDS {
            assert!(is_number(card), "{card}");
        }
        let others = [
            "411111111111111",
            "4111111111111112",
            "0",
            "",
            "411111111111",
            "42222222222220000000",
            "411111111111111a",
        ];
        for other in others {
            assert!(!is_number(other), "{other}");
        }
    }

    #[test]
    fn no_text_shows_one() {
        for card in CARDS {
            assert_eq!(masked(&format!("/pay/{card}/x")), "/pay/(card number)/x");
        }
        assert_eq!(masked("4111 1111-1111 1111"), "(card number)");
        assert_eq!(masked("order-1700000000000, 25 000"), "order-1700000000000, 25 000");
    }
}
