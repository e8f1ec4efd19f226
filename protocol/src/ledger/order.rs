//! The order: what a booth sells once.

use super::booth::Booth;
use super::language::Language;
use super::limits::{COPIES_MAX, ORDER_ID_CHARS_MAX};
use super::printing::Printing;
use super::provider::Provider;
use crate::card;
use crate::money::Tiyin;
use crate::time::TimeMs;
use serde::{Deserialize, Serialize};
use std::fmt;
use std::sync::Arc;

/// An order's id: 1 to 64 characters of `[A-Za-z0-9._-]`, chosen by whoever makes the order.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct OrderId(Arc<str>);

/// Why a text is not an order id.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum OrderIdError {
    /// No text at all.
    #[error("the order id is missing")]
    Empty,
    /// Over [`ORDER_ID_CHARS_MAX`].
    #[error("the order id is too long: at most {ORDER_ID_CHARS_MAX} characters")]
    TooLong,
    /// Something a checkout link or a web address could not carry as it is.
    #[error("the order id has a character outside A-Z a-z 0-9 . _ -")]
    BadCharacter,
    /// `.` or `..`: a web address with it leads elsewhere, so nobody could ask for such an order.
    #[error("the order id cannot be . or ..")]
    Dots,
    /// What a bank card's number looks like: it must not be kept or shown, whatever it is.
    #[error("the order id looks like the number of a bank card; put a letter in front of it")]
    CardNumber,
}

impl OrderId {
    /// Checks a text.
    pub fn parse(text: &str) -> Result<Self, OrderIdError> {
        if text.is_empty() {
            return Err(OrderIdError::Empty);
        }
        if text.chars().take(ORDER_ID_CHARS_MAX.saturating_add(1)).count() > ORDER_ID_CHARS_MAX {
            return Err(OrderIdError::TooLong);
        }
        let allowed = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'-');
        if !text.bytes().all(allowed) {
            return Err(OrderIdError::BadCharacter);
        }
        if matches!(text, "." | "..") {
            return Err(OrderIdError::Dots);
        }
        if card::is_number(text) {
            return Err(OrderIdError::CardNumber);
        }
        Ok(Self(text.into()))
    }

    /// The id as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for OrderId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl TryFrom<String> for OrderId {
    type Error = OrderIdError;

    fn try_from(text: String) -> Result<Self, OrderIdError> {
        Self::parse(&text)
    }
}

impl From<OrderId> for String {
    fn from(id: OrderId) -> Self {
        id.as_str().to_owned()
    }
}

/// How many prints an order buys, from 1 to [`COPIES_MAX`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "u16", into = "u16")]
pub struct Copies(u16);

/// Why a number is not a number of copies.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the number of copies must be from 1 to {COPIES_MAX}")]
pub struct CopiesError;

impl Copies {
    /// One print.
    pub const ONE: Self = Self(1);

    /// Checks a number.
    pub const fn new(copies: u16) -> Result<Self, CopiesError> {
        match copies {
            1..=COPIES_MAX => Ok(Self(copies)),
            _ => Err(CopiesError),
        }
    }

    /// The number.
    pub const fn get(self) -> u16 {
        self.0
    }
}

impl TryFrom<u16> for Copies {
    type Error = CopiesError;

    fn try_from(copies: u16) -> Result<Self, CopiesError> {
        Self::new(copies)
    }
}

impl From<Copies> for u16 {
    fn from(copies: Copies) -> Self {
        copies.0
    }
}

/// What has become of an order. Whether a provider is in the middle of it is said by the transaction that holds it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OrderStatus {
    /// Waiting for money. Payable while its time has not run out.
    Pending,
    /// Paid by exactly one performed transaction.
    Paid,
    /// Closed at the booth before any money came.
    Cancelled,
    /// Was paid; the money went back.
    Refunded,
    /// Its time ran out before any money came.
    Expired,
}

impl OrderStatus {
    /// All of them, in the order in which an overview lists them.
    pub const ALL: [Self; 5] = [Self::Pending, Self::Paid, Self::Cancelled, Self::Refunded, Self::Expired];

    /// The word in the database and the journal.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Paid => "paid",
            Self::Cancelled => "cancelled",
            Self::Refunded => "refunded",
            Self::Expired => "expired",
        }
    }

    /// Takes back what [`OrderStatus::word`] gave.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|status| status.word() == word)
    }
}

/// What an order is made of.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewOrder {
    /// What it costs, in tiyin.
    pub amount: Tiyin,
    /// How many prints it buys.
    pub copies: Copies,
    /// The booth that sells it.
    pub booth: Booth,
    /// The provider that the customer has chosen, if any.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub chosen: Option<Provider>,
    /// The customer's language, if it is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub language: Option<Language>,
    /// Until when a payment may start.
    pub expires_at: TimeMs,
}

/// An order as the store keeps it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Order {
    /// Its id, which is also what the customer's payment names.
    pub id: OrderId,
    /// What it costs. Never changes.
    pub amount: Tiyin,
    /// How many prints it buys.
    pub copies: Copies,
    /// The booth that sells it.
    pub booth: Booth,
    /// Whether it was made through the API, here or at a back end before: its price and its pictures are its maker's, not the booth's.
    pub by_api: bool,
    /// The provider that the customer has chosen, if any. Any other may pay the order all the same.
    pub chosen: Option<Provider>,
    /// The customer's language, if it is known.
    pub language: Option<Language>,
    /// What has become of it.
    pub status: OrderStatus,
    /// When it was made.
    pub created_at: TimeMs,
    /// Until when a new payment may start.
    pub expires_at: TimeMs,
    /// When a provider first began to pay it, whatever became of that.
    pub begun_at: Option<TimeMs>,
    /// When its page was given the leave to print it, or the first copy of a print job came out.
    pub printed_at: Option<TimeMs>,
    /// How far its prints are, where print jobs make them.
    pub printing: Option<Printing>,
    /// When a person asked that its money go back. It has, once the order is refunded; until then it is owed to the customer.
    pub refund_asked_at: Option<TimeMs>,
    /// When the journal's last row about it was written. No later change carries an earlier time.
    pub changed_at: TimeMs,
    /// How many journal rows it has; a change applies only at the version it was decided on.
    pub version: u32,
}

impl Order {
    /// Whether its customer has prints, or may have.
    pub fn may_have_prints(&self) -> bool {
        self.printed_at.is_some() || self.printing.is_some_and(|it| it.state.may_be_out())
    }

    /// The one way in which an order begins.
    pub fn new(id: OrderId, new: &NewOrder, at: TimeMs) -> Self {
        Self {
            id,
            amount: new.amount,
            copies: new.copies,
            booth: new.booth.clone(),
            by_api: false,
            chosen: new.chosen,
            language: new.language,
            status: OrderStatus::Pending,
            created_at: at,
            expires_at: new.expires_at,
            begun_at: None,
            printed_at: None,
            printing: None,
            refund_asked_at: None,
            changed_at: at,
            version: 1,
        }
    }

    /// Whether its time has run out. The instant of `expires_at` itself is too late.
    pub fn is_past_expiry(&self, now: TimeMs) -> bool {
        now >= self.expires_at
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn order_ids_are_what_the_contract_allows() {
        for good in ["photobooth-test-123", "a", "A.b_c-9", "...", &"x".repeat(64)] {
            assert_eq!(OrderId::parse(good).map(|id| id.to_string()), Ok(good.to_owned()));
        }
        let bad = [
            ("", OrderIdError::Empty),
            (&"x".repeat(65), OrderIdError::TooLong),
            (&"ж".repeat(64), OrderIdError::BadCharacter),
            ("a b", OrderIdError::BadCharacter),
            ("a;b", OrderIdError::BadCharacter),
            ("a/b", OrderIdError::BadCharacter),
            ("a\0", OrderIdError::BadCharacter),
            ("'; drop table orders", OrderIdError::BadCharacter),
            (".", OrderIdError::Dots),
            ("..", OrderIdError::Dots),
        ];
        for (text, expected) in bad {
            assert_eq!(OrderId::parse(text), Err(expected), "{text:?}");
        }
    }

    #[test]
    fn every_status_has_a_word_of_its_own() {
        for status in OrderStatus::ALL {
            assert_eq!(OrderStatus::from_word(status.word()), Some(status));
        }
        assert_eq!(OrderStatus::from_word("success"), None);
    }
}
