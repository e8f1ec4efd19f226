//! The transaction: one provider's attempt to pay an order.

use super::details::Details;
use super::order::OrderId;
use super::provider::{Provider, ProviderId};
use crate::money::Tiyin;
use crate::time::TimeMs;
use serde::{Deserialize, Serialize};
use std::fmt;

/// Our own number of a transaction.
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

/// Why a transaction ended, where that is known. A provider that gives more precise reasons keeps them in its details.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reason {
    /// It was not finished in the time that its provider allows.
    TimedOut,
    /// The provider could not carry it out.
    Failed,
    /// The money was asked back.
    Refund,
    /// A person gave it back past its provider.
    ByHand,
}

impl Reason {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::TimedOut, Self::Failed, Self::Refund, Self::ByHand];

    /// The word in the database and the journal.
    pub const fn word(self) -> &'static str {
        match self {
            Self::TimedOut => "timed_out",
            Self::Failed => "failed",
            Self::Refund => "refund",
            Self::ByHand => "by_hand",
        }
    }

    /// Takes back what [`Reason::word`] gave.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|reason| reason.word() == word)
    }
}

/// What has become of a transaction, with the times that belong to it.
///
/// Because each time lives in the state that sets it, none can be missing, set early, or set twice.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// Begun, waiting for the money.
    Created,
    /// The money is there; the order is paid by it.
    Performed {
        /// When it came.
        perform_time: TimeMs,
    },
    /// Ended before money came.
    Cancelled {
        /// When.
        cancel_time: TimeMs,
        /// Why.
        reason: Option<Reason>,
    },
    /// The money came and went back.
    Refunded {
        /// When it had come.
        perform_time: TimeMs,
        /// When it went back.
        cancel_time: TimeMs,
        /// Why.
        reason: Option<Reason>,
    },
    /// The money came after we had let go, and the order could not be paid by it any more: the customer has to get it back.
    Owed {
        /// When it came.
        perform_time: TimeMs,
    },
    /// The money was owed and went back. The order has nothing to do with it.
    GivenBack {
        /// When it had come.
        perform_time: TimeMs,
        /// When it went back.
        cancel_time: TimeMs,
        /// Why.
        reason: Option<Reason>,
    },
}

impl State {
    /// The words of all states, in the database and for people.
    pub const WORDS: [&'static str; 6] = ["created", "performed", "cancelled", "refunded", "owed", "given_back"];

    /// The word in the database and for people.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Created => "created",
            Self::Performed { .. } => "performed",
            Self::Cancelled { .. } => "cancelled",
            Self::Refunded { .. } => "refunded",
            Self::Owed { .. } => "owed",
            Self::GivenBack { .. } => "given_back",
        }
    }

    /// Puts together what the database keeps apart; `None` when the parts do not fit.
    pub fn from_parts(
        word: &str,
        perform_time: Option<TimeMs>,
        cancel_time: Option<TimeMs>,
        reason: Option<Reason>,
    ) -> Option<Self> {
        match (word, perform_time, cancel_time, reason) {
            ("created", None, None, None) => Some(Self::Created),
            ("performed", Some(perform_time), None, None) => Some(Self::Performed { perform_time }),
            ("cancelled", None, Some(cancel_time), reason) => Some(Self::Cancelled { cancel_time, reason }),
            ("refunded", Some(perform_time), Some(cancel_time), reason) => {
                Some(Self::Refunded { perform_time, cancel_time, reason })
            }
            ("owed", Some(perform_time), None, None) => Some(Self::Owed { perform_time }),
            ("given_back", Some(perform_time), Some(cancel_time), reason) => {
                Some(Self::GivenBack { perform_time, cancel_time, reason })
            }
            (_, _, _, _) => None,
        }
    }

    /// When the money came, also if it went back later.
    pub const fn perform_time(self) -> Option<TimeMs> {
        match self {
            Self::Performed { perform_time }
            | Self::Refunded { perform_time, .. }
            | Self::Owed { perform_time }
            | Self::GivenBack { perform_time, .. } => Some(perform_time),
            Self::Created | Self::Cancelled { .. } => None,
        }
    }

    /// When it was cancelled, or the money went back.
    pub const fn cancel_time(self) -> Option<TimeMs> {
        match self {
            Self::Cancelled { cancel_time, .. }
            | Self::Refunded { cancel_time, .. }
            | Self::GivenBack { cancel_time, .. } => Some(cancel_time),
            Self::Created | Self::Performed { .. } | Self::Owed { .. } => None,
        }
    }

    /// Why it ended.
    pub const fn reason(self) -> Option<Reason> {
        match self {
            Self::Cancelled { reason, .. } | Self::Refunded { reason, .. } | Self::GivenBack { reason, .. } => reason,
            Self::Created | Self::Performed { .. } | Self::Owed { .. } => None,
        }
    }

    /// Whether it holds its order, so that no other transaction can have it: an order has at most one holder, over all
    /// providers.
    pub const fn holds(self) -> bool {
        match self {
            Self::Created | Self::Performed { .. } => true,
            Self::Cancelled { .. } | Self::Refunded { .. } | Self::Owed { .. } | Self::GivenBack { .. } => false,
        }
    }
}

/// What a transaction is made of, once and for all.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewTransaction {
    /// Our number.
    pub number: TransactionNumber,
    /// Who brings the money.
    pub provider: Provider,
    /// The provider's id.
    pub provider_id: ProviderId,
    /// The provider's time.
    pub provider_time: TimeMs,
    /// What is being paid, in tiyin.
    pub amount: Tiyin,
    /// What the provider alone needs.
    pub details: Details,
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
    /// The provider's time of creation.
    pub provider_time: TimeMs,
    /// Our time of creation.
    pub create_time: TimeMs,
    /// What has become of it.
    pub state: State,
    /// What the provider alone needs.
    pub details: Details,
}

impl Transaction {
    /// The one way in which a transaction begins.
    pub fn new(order_id: OrderId, new: &NewTransaction, at: TimeMs) -> Self {
        Self {
            number: new.number,
            provider: new.provider,
            provider_id: new.provider_id.clone(),
            order_id,
            amount: new.amount,
            provider_time: new.provider_time,
            create_time: at,
            state: State::Created,
            details: new.details.clone(),
        }
    }

    /// Enters another state, with new details if there are any.
    pub(crate) fn enter(&mut self, state: State, details: &Option<Details>) {
        self.state = state;
        if let Some(details) = details {
            self.details = details.clone();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_state_has_exactly_its_own_times() {
        let (time, reason) = (Some(TimeMs::new(5)), Some(Reason::TimedOut));
        let fits = |word: &&&str| {
            let times = [(None, None), (time, None), (None, time), (time, time)];
            let states = times.map(|(perform, cancel)| State::from_parts(word, perform, cancel, None));
            assert!(states.iter().flatten().all(|state| state.word() == **word), "{word}");
            states.map(|state| state.is_some())
        };
        let table: Vec<[bool; 4]> = State::WORDS.iter().map(|word| fits(&word)).collect();
        let expected = [
            [true, false, false, false],
            [false, true, false, false],
            [false, false, true, false],
            [false, false, false, true],
            [false, true, false, false],
            [false, false, false, true],
        ];
        assert_eq!(table, expected);
        assert_eq!(State::from_parts("cancelled", None, time, reason).and_then(State::reason), reason);
        assert_eq!(State::from_parts("refunded", time, time, reason).and_then(State::reason), reason);
        assert_eq!(State::from_parts("created", None, None, reason), None);
        assert_eq!(State::from_parts("performed", time, None, reason), None);
        assert_eq!(State::from_parts("owed", time, None, reason), None);
        assert_eq!(State::from_parts("held", None, None, None), None);
    }

    #[test]
    fn every_reason_has_a_word_of_its_own() {
        for reason in Reason::ALL {
            assert_eq!(Reason::from_word(reason.word()), Some(reason));
        }
        assert_eq!(Reason::from_word("5"), None);
    }
}
