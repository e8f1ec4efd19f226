//! Money: whole tiyin, the hundredth part of a soum, in a type of its own.

use crate::ledger::limits::AMOUNT_TIYIN_MAX;
use crate::number::{self, Exact};
use serde::{Deserialize, Serialize};
use std::fmt;

/// An amount in tiyin, from 1 to [`AMOUNT_TIYIN_MAX`]. Payme's Amount (`reference/payme.md §3`, page tipy-dannykh).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "i64", into = "i64")]
pub struct Tiyin(i64);

/// Why a number is not an amount. The words are for whoever sent it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AmountError {
    /// Zero, negative, or no JSON number at all.
    #[error("the amount must be a positive number")]
    NotPositive,
    /// More than two decimals: less than a tiyin.
    #[error("the amount has a fraction of a tiyin: at most two decimals are possible")]
    FractionOfTiyin,
    /// Above [`AMOUNT_TIYIN_MAX`].
    #[error("the amount is too large: at most {} soum", AMOUNT_TIYIN_MAX / 100)]
    TooLarge,
}

/// Why a text is no sum that somebody has written. The words are for him.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum WrittenSumError {
    /// Written with anything but digits and one point. A sum that people wrote is never guessed at.
    #[error("a sum in soum is written in digits alone: 25000, or 99.50")]
    NotPlain,
    /// Written with more than two digits behind the point, which may have been meant to group thousands.
    #[error("the amount has more than two decimals: write twenty-five thousand soum as 25000, and not as 25.000")]
    Decimals,
    /// A number that is no amount.
    #[error(transparent)]
    Amount(#[from] AmountError),
}

impl Tiyin {
    /// From whole tiyin.
    pub const fn new(tiyin: i64) -> Result<Self, AmountError> {
        match tiyin {
            ..=0 => Err(AmountError::NotPositive),
            1..=AMOUNT_TIYIN_MAX => Ok(Self(tiyin)),
            _ => Err(AmountError::TooLarge),
        }
    }

    /// From the text of a JSON number in soum, exactly: `10000`, `99.5`, `1e4`.
    pub fn from_soum_text(text: &str) -> Result<Self, AmountError> {
        Self::from_exact(number::scaled(text, 2))
    }

    /// From a sum in soum as somebody has written it: digits, and behind a point at most two more. `25.000` is refused: it is a
    /// number, and whoever writes it means a thousand times as much.
    pub fn from_written_soum(text: &str) -> Result<Self, WrittenSumError> {
        if text.is_empty() || !text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.' || byte == b'-') {
            return Err(WrittenSumError::NotPlain);
        }
        if text.split_once('.').is_some_and(|(_, decimals)| decimals.len() > 2) {
            return Err(WrittenSumError::Decimals);
        }
        let exact = number::scaled(text, 2).ok_or(WrittenSumError::NotPlain)?;
        Ok(Self::from_exact(Some(exact))?)
    }

    /// From the text of a JSON number in tiyin, exactly: `1000000`, `1000000.0`.
    pub fn from_tiyin_text(text: &str) -> Result<Self, AmountError> {
        Self::from_exact(number::scaled(text, 0))
    }

    fn from_exact(exact: Option<Exact>) -> Result<Self, AmountError> {
        match exact {
            Some(Exact::Integer(tiyin)) => Self::new(tiyin),
            Some(Exact::Fraction) => Err(AmountError::FractionOfTiyin),
            Some(Exact::TooLarge) => Err(AmountError::TooLarge),
            Some(Exact::TooSmall) | None => Err(AmountError::NotPositive),
        }
    }

    /// In whole tiyin.
    pub const fn tiyin(self) -> i64 {
        self.0
    }

    /// In soum, for people and for the contract's answers.
    pub const fn soum(self) -> Soum {
        Soum(self.0)
    }
}

impl TryFrom<i64> for Tiyin {
    type Error = AmountError;

    fn try_from(tiyin: i64) -> Result<Self, AmountError> {
        Self::new(tiyin)
    }
}

impl From<Tiyin> for i64 {
    fn from(amount: Tiyin) -> Self {
        amount.0
    }
}

/// A sum of money written in soum: `10000`, or `99.50` when there are odd tiyin. The text is also a JSON number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Soum(i64);

impl Soum {
    /// A sum of amounts; zero is possible here.
    pub const fn from_tiyin(tiyin: i64) -> Self {
        Self(tiyin)
    }
}

impl fmt::Display for Soum {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.0 < 0 { "-" } else { "" };
        let size = self.0.unsigned_abs();
        match size % 100 {
            0 => write!(f, "{sign}{}", size / 100),
            odd => write!(f, "{sign}{}.{odd:02}", size / 100),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn soum_are_read_exactly() {
        assert_eq!(Tiyin::from_soum_text("10000").map(Tiyin::tiyin), Ok(1_000_000));
        assert_eq!(Tiyin::from_soum_text("0.01").map(Tiyin::tiyin), Ok(1));
        assert_eq!(Tiyin::from_soum_text("0.29").map(Tiyin::tiyin), Ok(29));
        assert_eq!(Tiyin::from_soum_text("1000000000").map(Tiyin::tiyin), Ok(AMOUNT_TIYIN_MAX));
    }

    #[test]
    fn what_is_no_amount_says_why() {
        let cases = [
            ("0", AmountError::NotPositive),
            ("-1", AmountError::NotPositive),
            ("-1e30", AmountError::NotPositive),
            ("\"10000\"", AmountError::NotPositive),
            ("null", AmountError::NotPositive),
            ("0.001", AmountError::FractionOfTiyin),
            ("1000000000.01", AmountError::TooLarge),
            ("1e300", AmountError::TooLarge),
        ];
        for (text, expected) in cases {
            assert_eq!(Tiyin::from_soum_text(text), Err(expected), "{text}");
        }
    }

    #[test]
    fn a_sum_that_somebody_wrote_is_not_guessed_at() {
        let good = [("25000", 2_500_000), ("99.5", 9950), ("0.01", 1), ("1000000000", AMOUNT_TIYIN_MAX)];
        for (text, tiyin) in good {
            assert_eq!(Tiyin::from_written_soum(text).map(Tiyin::tiyin), Ok(tiyin), "{text}");
        }
        let bad = [
            ("25.000", WrittenSumError::Decimals),
            ("1.000.000", WrittenSumError::Decimals),
            ("0.001", WrittenSumError::Decimals),
            ("25 000", WrittenSumError::NotPlain),
            ("25000,00", WrittenSumError::NotPlain),
            ("025000", WrittenSumError::NotPlain),
            ("25.", WrittenSumError::NotPlain),
            ("1.5.0", WrittenSumError::Decimals),
            ("1e3", WrittenSumError::NotPlain),
            ("", WrittenSumError::NotPlain),
            ("0", WrittenSumError::Amount(AmountError::NotPositive)),
            ("-5", WrittenSumError::Amount(AmountError::NotPositive)),
            ("1000000000.01", WrittenSumError::Amount(AmountError::TooLarge)),
        ];
        for (text, expected) in bad {
            assert_eq!(Tiyin::from_written_soum(text), Err(expected), "{text}");
        }
    }

    #[test]
    fn soum_are_written_as_a_json_number() {
        for (tiyin, text) in [(1_000_000, "10000"), (9950, "99.50"), (1, "0.01"), (0, "0"), (-150, "-1.50")] {
            assert_eq!(Soum::from_tiyin(tiyin).to_string(), text);
        }
    }
}
