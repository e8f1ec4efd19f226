//! What Uzum's transactions keep beside the ledger's own members: the params as received, and what a confirm says about the
//! payment.

use super::limits::{PHONE_DIGITS_KEPT, WORD_CHARS_MAX};
use crate::card;
use crate::ledger::details::Details;
use crate::ledger::transaction::Transaction;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

/// Uzum's form of [`Details`]. What was received as `params` stays to the byte as it was sent.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct UzumDetails<'a> {
    /// The `params` object as received.
    #[serde(borrow)]
    pub params: &'a RawValue,
    /// Whether Uzum took it back after our time for it had run out. Then it is not confirmed any more.
    #[serde(default, skip_serializing_if = "is_false")]
    pub reversed: bool,
    /// What the confirm said.
    #[serde(flatten)]
    pub payment: Payment,
}

/// What a confirm says about the payment, as far as it is kept (`reference/uzum.md §2.3`). Nothing of it decides anything:
/// the customer was debited, so a member that is missing or odd is left out, and the money counts all the same.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Payment {
    /// Where the money came from, such as `INSTALLMENT`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
    /// The tariff of an instalment.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tariff: Option<String>,
    /// The reference number of the card's processing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reference: Option<String>,
    /// Whose card it was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub card: Option<CardType>,
    /// The last digits of the customer's phone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub phone_end: Option<String>,
}

/// Whose card it was: 1 a company's, 2 a person's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CardType {
    /// A company's.
    Corporate,
    /// A person's.
    Private,
}

impl CardType {
    /// From Uzum's number; `None` for others.
    pub const fn from_number(number: i64) -> Option<Self> {
        match number {
            1 => Some(Self::Corporate),
            2 => Some(Self::Private),
            _ => None,
        }
    }
}

/// A word or a reference that may be kept: short, of one line, and no card's number.
pub fn word(text: &str) -> Option<String> {
    let text = text.trim();
    let fits = !text.is_empty()
        && text.chars().take(WORD_CHARS_MAX.saturating_add(1)).count() <= WORD_CHARS_MAX
        && !text.chars().any(char::is_control);
    (fits && card::masked(text) == text).then(|| text.to_owned())
}

/// The last digits of a phone, with or without `+` and blanks; `None` when there are too few to be a phone's.
pub fn phone_end(text: &str) -> Option<String> {
    let digits: Vec<char> = text.chars().filter(char::is_ascii_digit).collect();
    let from = digits.len().checked_sub(PHONE_DIGITS_KEPT).filter(|hidden| *hidden > 0)?;
    Some(digits.get(from..)?.iter().collect())
}

/// The stored details are not Uzum's: damage, or a bug.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("an Uzum transaction's details are not in Uzum's form")]
pub struct NotUzums;

impl<'a> UzumDetails<'a> {
    /// Of a transaction that begins: the params as received, as JSON text.
    pub fn begin(params: &'a str) -> Result<Self, NotUzums> {
        let params = serde_json::from_str(params).map_err(|_| NotUzums)?;
        Ok(Self { params, reversed: false, payment: Payment::default() })
    }

    /// Reads them.
    pub fn of(transaction: &'a Transaction) -> Result<Self, NotUzums> {
        Self::read(transaction.details.as_str())
    }

    fn read(details: &'a str) -> Result<Self, NotUzums> {
        serde_json::from_str(details).map_err(|_| NotUzums)
    }

    /// For the ledger to keep.
    pub fn keep(&self) -> Result<Details, NotUzums> {
        serde_json::to_string(self).map(Details::new).map_err(|_| NotUzums)
    }
}

#[allow(clippy::trivially_copy_pass_by_ref)] // The form that serde asks for.
const fn is_false(flag: &bool) -> bool {
    !*flag
}

/// Whether Uzum took a transaction back after our time for it had run out.
pub(super) fn is_reversed(transaction: &Transaction) -> bool {
    UzumDetails::of(transaction).is_ok_and(|details| details.reversed)
}

/// The details of a transaction with that noted; `None` when it is, or when they cannot be read.
pub(super) fn reversed(transaction: &Transaction) -> Option<Details> {
    let details = UzumDetails::of(transaction).ok().filter(|details| !details.reversed)?;
    UzumDetails { reversed: true, ..details }.keep().ok()
}

/// The details of a transaction that is confirmed. Details that cannot be read stay as they are: the money does not depend
/// on them.
pub(super) fn confirmed(transaction: &Transaction, payment: &Payment) -> Option<Details> {
    let details = UzumDetails::of(transaction).ok()?;
    UzumDetails { payment: payment.clone(), ..details }.keep().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_received_stays_to_the_byte() {
        let params = r#"{ "account":"a",  "n":1.0e2 }"#;
        let payment = Payment {
            source: word("INSTALLMENT"),
            card: CardType::from_number(2),
            phone_end: phone_end("+998 90 123-45-67"),
            ..Payment::default()
        };
        let details = UzumDetails { payment: payment.clone(), ..UzumDetails::begin(params).unwrap() };
        let kept = details.keep().unwrap();
        assert!(kept.as_str().ends_with(r#""source":"INSTALLMENT","card":"private","phone_end":"4567"}"#), "{kept:?}");
        let read = UzumDetails::read(kept.as_str()).unwrap();
        assert_eq!((read.params.get(), read.payment), (params, payment));
        let begun = UzumDetails::begin(params).unwrap().keep().unwrap();
        assert_eq!(begun.as_str(), format!(r#"{{"params":{params}}}"#));
    }

    #[test]
    fn of_a_phone_its_end_is_kept() {
        for phone in ["998901234567", "+998901234567", "+998 (90) 123-45-67"] {
            assert_eq!(phone_end(phone).as_deref(), Some("4567"), "{phone}");
        }
        for none in ["", "4567", "phone", "١٢٣٤٥٦٧"] {
            assert_eq!(phone_end(none), None, "{none}");
        }
    }

    #[test]
    fn a_card_number_is_never_kept() {
        assert_eq!(word(" UZCARD ").as_deref(), Some("UZCARD"));
        for bad in ["", " ", "two\nlines", "4111111111111111", "card 4111 1111 1111 1111", &"x".repeat(65)] {
            assert_eq!(word(bad), None, "{bad}");
        }
    }
}
