//! JSON numbers read exactly, from their text. Money never passes through floating point.

/// What a JSON number times a power of ten is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exact {
    /// A whole number that fits 64 bits.
    Integer(i64),
    /// Not a whole number.
    Fraction,
    /// A whole number below what 64 bits hold.
    TooSmall,
    /// A whole number above what 64 bits hold.
    TooLarge,
}

/// The value of a JSON number (`-1`, `10000.50`, `1e6`) times ten to the power of `places`.
///
/// `None` when the text is not a JSON number. A zero fraction is whole: `1000000.0` is the integer 1000000.
pub fn scaled(text: &str, places: u8) -> Option<Exact> {
    let (negative, unsigned) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text),
    };
    let (mantissa, exponent) = match unsigned.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, parse_exponent(exponent)?),
        None => (unsigned, 0),
    };
    let (whole, fraction) = match mantissa.split_once('.') {
        Some((_, "")) => return None,
        Some((whole, fraction)) => (whole, fraction),
        None => (mantissa, ""),
    };
    let leading_zero = whole.len() > 1 && whole.starts_with('0');
    let all_digits = whole.bytes().chain(fraction.bytes()).all(|byte| byte.is_ascii_digit());
    if whole.is_empty() || leading_zero || !all_digits {
        return None;
    }
    let digits = format!("{whole}{fraction}");
    let significant = digits.trim_start_matches('0').trim_end_matches('0');
    if significant.is_empty() {
        return Some(Exact::Integer(0));
    }
    let trailing_zeros = digits.len().saturating_sub(digits.trim_end_matches('0').len());
    let power = exponent
        .saturating_add(i64::from(places))
        .saturating_add(i64::try_from(trailing_zeros).ok()?)
        .saturating_sub(i64::try_from(fraction.len()).ok()?);
    Some(assemble(negative, significant, power))
}

fn parse_exponent(text: &str) -> Option<i64> {
    let (negative, digits) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text.strip_prefix('+').unwrap_or(text)),
    };
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    // An exponent too long for 64 bits is beyond every limit either way.
    let size = digits.parse::<i64>().unwrap_or(i64::MAX);
    Some(if negative { size.saturating_neg() } else { size })
}

/// `significant` has neither leading nor trailing zeros, so a negative power always leaves a fraction.
fn assemble(negative: bool, significant: &str, power: i64) -> Exact {
    let out_of_range = if negative { Exact::TooSmall } else { Exact::TooLarge };
    if power < 0 {
        return Exact::Fraction;
    }
    let value = u32::try_from(power)
        .ok()
        .and_then(|power| 10_i128.checked_pow(power))
        .and_then(|scale| significant.parse::<i128>().ok()?.checked_mul(scale))
        .and_then(|value| i64::try_from(if negative { value.checked_neg()? } else { value }).ok());
    match value {
        Some(value) => Exact::Integer(value),
        None => out_of_range,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn reads_what_json_allows() {
        let cases = [
            ("0", 0, Exact::Integer(0)),
            ("-0", 0, Exact::Integer(0)),
            ("0.000", 0, Exact::Integer(0)),
            ("0e999999999999999999999", 0, Exact::Integer(0)),
            ("1000000.0", 0, Exact::Integer(1_000_000)),
            ("1e6", 0, Exact::Integer(1_000_000)),
            ("1.5E+1", 0, Exact::Integer(15)),
            ("1500e-2", 0, Exact::Integer(15)),
            ("10000", 2, Exact::Integer(1_000_000)),
            ("99.99", 2, Exact::Integer(9999)),
            ("99.990", 2, Exact::Integer(9999)),
            ("99.999", 2, Exact::Fraction),
            ("0.001", 2, Exact::Fraction),
            ("1e-400", 2, Exact::Fraction),
            ("-5", 0, Exact::Integer(-5)),
            ("9223372036854775807", 0, Exact::Integer(i64::MAX)),
            ("9223372036854775808", 0, Exact::TooLarge),
            ("-9223372036854775808", 0, Exact::Integer(i64::MIN)),
            ("-9223372036854775809", 0, Exact::TooSmall),
            ("1e400", 0, Exact::TooLarge),
            ("-1e99999999999999999999", 0, Exact::TooSmall),
            ("92233720368547758.07", 2, Exact::Integer(i64::MAX)),
        ];
        for (text, places, expected) in cases {
            assert_eq!(scaled(text, places), Some(expected), "{text}");
        }
    }

    #[test]
    fn refuses_what_json_does_not_allow() {
        for text in
            ["", "-", "+1", "01", ".5", "1.", "1e", "1e+", "0x10", "1_000", " 1", "1 ", "NaN", "١", "1.2.3", "--1"]
        {
            assert_eq!(scaled(text, 0), None, "{text:?}");
        }
    }

    proptest! {
        #[test]
        fn agrees_with_integer_arithmetic(tiyin in any::<i32>()) {
            let (sign, size) = (if tiyin < 0 { "-" } else { "" }, i64::from(tiyin).abs());
            let text = format!("{sign}{}.{:02}", size / 100, size % 100);
            prop_assert_eq!(scaled(&text, 2), Some(Exact::Integer(i64::from(tiyin))));
        }

        #[test]
        fn never_panics(text in "[-+0-9.eE]{0,40}", places in 0_u8..3) {
            let _ = scaled(&text, places);
        }
    }
}
