//! Sums as people and spreadsheets write them, read exactly.

use boothpay_protocol::number::{self, Exact};

/// What a sum counts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Unit {
    #[default]
    Soum,
    Tiyin,
}

/// Why a text is no sum.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum BadSum {
    /// It is something else.
    NoSum,
    /// Its points and commas can be read in two ways.
    Unclear,
    /// It has a part of a tiyin, or is too large.
    Impossible,
}

/// Reads a sum that a person wrote: `1 234 567,89`, `1,234,567.89`, `12 500 сум`, `-5`. Blanks of any kind group; of points and
/// commas, the last with one or two digits behind it is the decimal mark, all others group.
pub(super) fn of_text(text: &str, unit: Unit) -> Result<i64, BadSum> {
    let mut plain: String =
        text.chars().filter(|letter| !letter.is_whitespace() && !matches!(letter, '\'' | '’' | '\u{feff}')).collect();
    plain = plain.replace(['−', '–'], "-");
    let lower = plain.to_lowercase();
    for ending in ["сум", "сўм", "so'm", "so‘m", "soʻm", "som", "soum", "sum", "uzs", "тийин", "tiyin", "."]
    {
        if lower.ends_with(ending) && plain.len() > ending.len() && lower.len() == plain.len() {
            plain.truncate(plain.len().saturating_sub(ending.len()));
            break;
        }
    }
    let (sign, digits) = match plain.strip_prefix('-') {
        Some(digits) => ("-", digits),
        None => ("", plain.strip_prefix('+').unwrap_or(&plain)),
    };
    if digits.contains(['e', 'E']) {
        // A spreadsheet that has shown a long number.
        return of_number(&format!("{sign}{}", digits.replace(',', ".")), unit);
    }
    let groups: Vec<&str> = digits.split(['.', ',']).collect();
    let is_number = groups.iter().all(|group| !group.is_empty() && group.bytes().all(|byte| byte.is_ascii_digit()));
    if !is_number {
        return Err(BadSum::NoSum);
    }
    let (whole, decimals) = match groups.split_last() {
        Some((last, rest)) if !rest.is_empty() && last.len() <= 2 => (rest, *last),
        // `1.234,000`: a mark and grouping signs of another kind before it.
        Some((last, rest)) if rest.len() > 1 && mixed(digits) && last.bytes().all(|byte| byte == b'0') => (rest, ""),
        _ => (groups.as_slice(), ""),
    };
    let grouped = whole
        .split_first()
        .is_none_or(|(first, rest)| rest.is_empty() || (first.len() <= 3 && rest.iter().all(|group| group.len() == 3)));
    if !grouped {
        return Err(BadSum::Unclear);
    }
    let joined = whole.concat();
    let trimmed = joined.trim_start_matches('0');
    let whole = if trimmed.is_empty() { "0" } else { trimmed };
    of_number(&if decimals.is_empty() { format!("{sign}{whole}") } else { format!("{sign}{whole}.{decimals}") }, unit)
}

/// Whether the last sign is another than the ones before it.
fn mixed(digits: &str) -> bool {
    let signs: Vec<char> = digits.chars().filter(|sign| matches!(sign, '.' | ',')).collect();
    signs.split_last().is_some_and(|(last, rest)| !rest.is_empty() && rest.iter().all(|sign| sign != last))
}

/// Reads a number as a spreadsheet stores it: `12500`, `12345.670000000002`, `1.5E7`. Its last digits may be the noise of a
/// computer's own arithmetic, and are rounded away when they are nearly nothing.
pub(super) fn of_number(text: &str, unit: Unit) -> Result<i64, BadSum> {
    let scale = match unit {
        Unit::Soum => 2,
        Unit::Tiyin => 0,
    };
    match number::scaled(text, scale) {
        Some(Exact::Integer(tiyin)) => Ok(tiyin),
        Some(Exact::Fraction) => denoised(text, scale).ok_or(BadSum::Impossible),
        Some(Exact::TooLarge | Exact::TooSmall) => Err(BadSum::Impossible),
        None => Err(BadSum::NoSum),
    }
}

/// Without digits that are nearly nothing: at least four zeros or nines behind the last one that counts.
fn denoised(text: &str, scale: u8) -> Option<i64> {
    let (sign, size) = text.strip_prefix('-').map_or(("", text), |size| ("-", size));
    let (whole, rest) = size.split_once('.')?;
    let kept = usize::from(scale);
    let (decimals, noise) = rest.split_at_checked(kept)?;
    if !noise.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let cut = if decimals.is_empty() { whole.to_owned() } else { format!("{whole}.{decimals}") };
    let Some(Exact::Integer(down)) = number::scaled(&cut, scale) else { return None };
    let size = match noise.get(..4)? {
        "0000" => down,
        "9999" => down.checked_add(1)?,
        _ => return None,
    };
    Some(if sign.is_empty() { size } else { size.saturating_neg() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sums_are_read_in_every_common_way_of_writing() {
        let good = [
            ("12500", 1_250_000),
            ("1 234 567,89", 123_456_789),
            ("1\u{a0}234\u{202f}567.89", 123_456_789),
            ("1,234,567.89", 123_456_789),
            ("1.234.567,89", 123_456_789),
            ("1,234", 123_400),
            ("10.000", 1_000_000),
            ("12500,5", 1_250_050),
            ("12500.00 сум", 1_250_000),
            ("12 500 so‘m", 1_250_000),
            ("-25 000,00", -2_500_000),
            ("−25 000", -2_500_000),
            ("1.25E4", 1_250_000),
            ("1,25E+4", 1_250_000),
            ("0,05", 5),
            ("007", 700),
            ("1'234'567.89", 123_456_789),
        ];
        for (text, tiyin) in good {
            assert_eq!(of_text(text, Unit::Soum), Ok(tiyin), "{text}");
        }
        for bad in [
            "",
            "UZS",
            "12a",
            "=1+1",
            "1,23,456",
            "12.3456",
            "1..2",
            "0x10",
            "1e400",
            "NaN",
            "∞",
            "99999999999999999999",
        ] {
            assert!(of_text(bad, Unit::Soum).is_err(), "{bad}: {:?}", of_text(bad, Unit::Soum));
        }
        assert_eq!(of_text("1 250 000", Unit::Tiyin), Ok(1_250_000));
    }

    #[test]
    fn the_noise_of_a_computers_arithmetic_is_no_money() {
        for (text, tiyin) in [
            ("12345.670000000002", 1_234_567),
            ("12345.669999999998", 1_234_567),
            ("-0.30000000000000004", -30),
            ("1.5E7", 1_500_000_000),
        ] {
            assert_eq!(of_number(text, Unit::Soum), Ok(tiyin), "{text}");
        }
        for bad in ["0.005", "1.2345", "1.001"] {
            assert!(of_number(bad, Unit::Soum).is_err(), "{bad}");
        }
    }
}
