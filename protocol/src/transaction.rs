//! The transaction: one provider's attempt to pay an order.

use crate::limits::PROVIDER_ID_CHARS_MAX;
use crate::money::Tiyin;
use crate::order::OrderId;
use crate::time::TimeMs;
use serde::{Deserialize, Serialize};
use std::fmt;
use std::sync::Arc;

/// Who brings the money.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Provider {
    /// Payme (Paycom), Merchant API.
    Payme,
    /// The test payment: no money, development mode or an administrator only.
    Test,
}

impl Provider {
    /// All of them.
    pub const ALL: [Self; 2] = [Self::Payme, Self::Test];

    /// The word in the database, the journal and the API.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Payme => "payme",
            Self::Test => "test",
        }
    }

    /// Takes back what [`Provider::word`] gave.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|provider| provider.word() == word)
    }
}

/// The provider's id of a transaction: 1 to 64 characters of any kind but control characters.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct ProviderId(Arc<str>);

/// Why a text is not a provider's transaction id.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a transaction id has 1 to {PROVIDER_ID_CHARS_MAX} characters and no control characters")]
pub struct ProviderIdError;

impl ProviderId {
    /// Checks a text.
    pub fn parse(text: &str) -> Result<Self, ProviderIdError> {
        let chars = text.chars().take(PROVIDER_ID_CHARS_MAX.saturating_add(1)).count();
        if chars == 0 || chars > PROVIDER_ID_CHARS_MAX || text.chars().any(char::is_control) {
            return Err(ProviderIdError);
        }
        Ok(Self(text.into()))
    }

    /// The id as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for ProviderId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl TryFrom<String> for ProviderId {
    type Error = ProviderIdError;

    fn try_from(text: String) -> Result<Self, ProviderIdError> {
        Self::parse(&text)
    }
}

impl From<ProviderId> for String {
    fn from(id: ProviderId) -> Self {
        id.as_str().to_owned()
    }
}

/// Our own number of a transaction: Payme's `transaction`, sent as a decimal string.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct TransactionNumber(i64);

impl TransactionNumber {
    /// From the store.
    pub const fn new(number: i64) -> Self {
        Self(number)
    }

    /// For the store.
    pub const fn get(self) -> i64 {
        self.0
    }
}

impl fmt::Display for TransactionNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// Where a transaction stands, with the times and the reason that this standing has (`reference/payme.md §3`).
///
/// Because each time lives in the state that sets it, none can be missing, set early, or set twice.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// 1: created, waiting to be performed.
    Created,
    /// 2: performed; the order is paid.
    Performed {
        /// When.
        perform_time: TimeMs,
    },
    /// -1: cancelled before it was performed.
    Cancelled {
        /// When.
        cancel_time: TimeMs,
        /// As the provider gave it; 4 for a timeout.
        reason: i64,
    },
    /// -2: cancelled after it was performed; the money went back.
    Refunded {
        /// When it had been performed.
        perform_time: TimeMs,
        /// When it was cancelled.
        cancel_time: TimeMs,
        /// As the provider gave it.
        reason: i64,
    },
}

impl State {
    /// Payme's number for it, which the database keeps.
    pub const fn code(self) -> i64 {
        match self {
            Self::Created => 1,
            Self::Performed { .. } => 2,
            Self::Cancelled { .. } => -1,
            Self::Refunded { .. } => -2,
        }
    }

    /// Puts together what the database keeps apart; `None` when the parts do not fit.
    pub const fn from_parts(
        code: i64,
        perform_time: Option<TimeMs>,
        cancel_time: Option<TimeMs>,
        reason: Option<i64>,
    ) -> Option<Self> {
        match (code, perform_time, cancel_time, reason) {
            (1, None, None, None) => Some(Self::Created),
            (2, Some(perform_time), None, None) => Some(Self::Performed { perform_time }),
            (-1, None, Some(cancel_time), Some(reason)) => Some(Self::Cancelled { cancel_time, reason }),
            (-2, Some(perform_time), Some(cancel_time), Some(reason)) => {
                Some(Self::Refunded { perform_time, cancel_time, reason })
            }
            (_, _, _, _) => None,
        }
    }

    /// When it was performed, also if that was undone later.
    pub const fn perform_time(self) -> Option<TimeMs> {
        match self {
            Self::Performed { perform_time } | Self::Refunded { perform_time, .. } => Some(perform_time),
            Self::Created | Self::Cancelled { .. } => None,
        }
    }

    /// When it was cancelled.
    pub const fn cancel_time(self) -> Option<TimeMs> {
        match self {
            Self::Cancelled { cancel_time, .. } | Self::Refunded { cancel_time, .. } => Some(cancel_time),
            Self::Created | Self::Performed { .. } => None,
        }
    }

    /// Why it was cancelled.
    pub const fn reason(self) -> Option<i64> {
        match self {
            Self::Cancelled { reason, .. } | Self::Refunded { reason, .. } => Some(reason),
            Self::Created | Self::Performed { .. } => None,
        }
    }

    /// Whether it holds its order: an order has at most one such transaction, over all providers.
    pub const fn is_live(self) -> bool {
        match self {
            Self::Created | Self::Performed { .. } => true,
            Self::Cancelled { .. } | Self::Refunded { .. } => false,
        }
    }
}

/// A transaction as the store keeps it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Transaction {
    /// Our number.
    pub number: TransactionNumber,
    /// Who brings the money.
    pub provider: Provider,
    /// The provider's id, unique for that provider.
    pub provider_id: ProviderId,
    /// The order it pays.
    pub order_id: OrderId,
    /// The order's amount when it was created.
    pub amount: Tiyin,
    /// The provider's time of creation: Payme's `time`.
    pub provider_time: TimeMs,
    /// Our time of creation.
    pub create_time: TimeMs,
    /// Where it stands.
    pub state: State,
    /// The `account` object as received, as JSON text.
    pub account: String,
    /// The fiscal document of the payment, as JSON text.
    pub fiscal_perform: Option<String>,
    /// The fiscal document of its cancellation, as JSON text.
    pub fiscal_cancel: Option<String>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_of_any_shape_are_accepted_up_to_the_limit() {
        for good in ["5305e3bab097f420a62ced0b", "transaction_id_from_payme", "с пробелом и 漢字", &"ў".repeat(64)]
        {
            assert!(ProviderId::parse(good).is_ok(), "{good}");
        }
        for bad in ["", &"x".repeat(65), "nul\0", "line\nbreak"] {
            assert!(ProviderId::parse(bad).is_err(), "{bad:?}");
        }
    }

    #[test]
    fn a_state_has_exactly_its_own_times() {
        let time = Some(TimeMs::new(5));
        let states = [
            State::from_parts(1, None, None, None),
            State::from_parts(2, time, None, None),
            State::from_parts(-1, None, time, Some(4)),
            State::from_parts(-2, time, time, Some(5)),
        ];
        assert_eq!(states.map(|state| state.map(State::code)), [Some(1), Some(2), Some(-1), Some(-2)]);
        assert_eq!(State::from_parts(2, None, None, None), None);
        assert_eq!(State::from_parts(1, time, None, None), None);
        assert_eq!(State::from_parts(-1, time, time, Some(3)), None);
        assert_eq!(State::from_parts(0, None, None, None), None);
    }
}
