//! What differs between a wallet's statement and the ledger, and what people have made of it. Beside money: no order waits for any of it.

use crate::card;
use crate::ledger::provider::Provider;
use crate::panel::AdminName;
use crate::time::TimeMs;

/// Characters of what people write about a difference: a few sentences.
pub const NOTE_CHARS_MAX: usize = 500;

/// Characters of what a statement says of a payment, its id and its order, that are kept: several times what any wallet writes.
pub const WORD_CHARS_MAX: usize = 100;

/// What differs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum DifferenceKind {
    /// In the statement, not here.
    MissingHere,
    /// Here, not in the statement.
    MissingThere,
    /// Another sum.
    OtherSum,
    /// Another order.
    OtherOrder,
    /// The money went back there and not here.
    RefundedThere,
    /// A part of the money went back there: the sum there is that part. Here an order's money goes back as a whole.
    PartBack,
    /// The money went back here and not there.
    RefundedHere,
    /// Twice in the statement.
    Twice,
}

impl DifferenceKind {
    /// All of them.
    pub const ALL: [Self; 8] = [
        Self::MissingHere,
        Self::MissingThere,
        Self::OtherSum,
        Self::OtherOrder,
        Self::RefundedThere,
        Self::PartBack,
        Self::RefundedHere,
        Self::Twice,
    ];

    /// The word in the database.
    pub const fn word(self) -> &'static str {
        match self {
            Self::MissingHere => "missing_here",
            Self::MissingThere => "missing_there",
            Self::OtherSum => "other_sum",
            Self::OtherOrder => "other_order",
            Self::RefundedThere => "refunded_there",
            Self::PartBack => "part_back",
            Self::RefundedHere => "refunded_here",
            Self::Twice => "twice",
        }
    }

    /// Takes back what [`DifferenceKind::word`] gave.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.word() == word)
    }
}

/// What people, or a later comparison, have made of a difference.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DifferenceState {
    /// Somebody has to see to it.
    Open,
    /// A payment so near the end of a statement that it may stand in the next one, or in the one before: that one decides. The next one
    /// of a day that is not over is that day's own. Nobody has to see to it.
    Waiting,
    /// Somebody has said why it is right as it is.
    Explained,
    /// It is no more: it was put right, or a later statement agrees.
    Settled,
}

impl DifferenceState {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Open, Self::Waiting, Self::Explained, Self::Settled];

    /// Those that a person may give it.
    pub const SAID: [Self; 3] = [Self::Open, Self::Explained, Self::Settled];

    /// The word in the database.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Waiting => "waiting",
            Self::Explained => "explained",
            Self::Settled => "settled",
        }
    }

    /// Whether a later comparison that does not find it any more settles it: nobody has said anything else.
    pub const fn is_undecided(self) -> bool {
        match self {
            Self::Open | Self::Waiting => true,
            Self::Explained | Self::Settled => false,
        }
    }

    /// Takes back what [`DifferenceState::word`] gave.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.word() == word)
    }
}

/// One difference.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// Whose statement it is.
    pub provider: Provider,
    /// What names it among all of this wallet: the same payment differs in the same way under the same key.
    pub key: String,
    /// What differs.
    pub kind: DifferenceKind,
    /// When it was paid: by the statement, or else by our clock.
    pub at: TimeMs,
    /// The wallet's id of the payment, as the statement has it or else as we do.
    pub payment: Option<String>,
    /// Our order, or else what the statement says of it.
    pub order: Option<String>,
    /// The sum here in tiyin.
    pub here: Option<i64>,
    /// The sum there in tiyin.
    pub there: Option<i64>,
    /// Where it was seen: the file, its row and its digest.
    pub evidence: String,
    /// What has become of it.
    pub state: DifferenceState,
    /// Who sees to it.
    pub owner: Option<AdminName>,
    /// What people wrote about it.
    pub note: Option<String>,
    /// When it was first seen.
    pub found_at: TimeMs,
    /// When it last changed.
    pub changed_at: TimeMs,
    /// Goes up by one with every change.
    pub version: u32,
}

/// A day of a wallet that was compared: what was paid on both sides and did not go back at the wallet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ComparedDay {
    /// Whose statement it was.
    pub provider: Provider,
    /// The day in the booth's time zone, as 2026-11-28.
    pub day: String,
    /// How many payments here, and their sum in tiyin.
    pub here: (i64, i64),
    /// How many payments there, and their sum in tiyin.
    pub there: (i64, i64),
    /// How many differences there were.
    pub differences: i64,
    /// The file, and its digest.
    pub evidence: String,
    /// When it was compared.
    pub compared_at: TimeMs,
}

impl Difference {
    /// The next version, changed by a person or by a comparison.
    pub fn next(&self, now: TimeMs) -> Self {
        Self { version: self.version.saturating_add(1), changed_at: now.max(self.found_at), ..self.clone() }
    }

    /// This difference as it was found once more: what people have made of it stays, but what was thought to be settled, or waited for
    /// another statement, or nobody has looked at, is as the new comparison says. None when nothing about it is new.
    pub fn seen_again(&self, found: &Self, now: TimeMs) -> Option<Self> {
        let is_explained = found.state == DifferenceState::Explained;
        let state = match self.state {
            DifferenceState::Open if is_explained && self.version == 1 => DifferenceState::Explained,
            DifferenceState::Open => DifferenceState::Open,
            DifferenceState::Explained if (self.here, self.there) == (found.here, found.there) => {
                DifferenceState::Explained
            }
            DifferenceState::Explained | DifferenceState::Waiting | DifferenceState::Settled => found.state,
        };
        let next = Self {
            state,
            owner: self.owner.clone(),
            note: self.note.clone(),
            found_at: self.found_at,
            version: self.version,
            changed_at: self.changed_at,
            ..found.clone()
        };
        (next != *self).then(|| next.next(now))
    }
}

/// An id of a strange file as it is kept: one short line. Numbers of payments and orders can look like the number of a card.
pub fn short(text: &str, chars_max: usize) -> String {
    text.trim().chars().map(|c| if c.is_control() { ' ' } else { c }).take(chars_max).collect()
}

/// Another text of a strange file as it is kept: one short line without the number of a card.
pub fn kept(text: &str, chars_max: usize) -> String {
    card::masked(&short(text, chars_max))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn difference() -> Difference {
        Difference {
            provider: Provider::Payme,
            key: "missing_here p".to_owned(),
            kind: DifferenceKind::MissingHere,
            at: TimeMs::new(5),
            payment: Some("p".to_owned()),
            order: None,
            here: None,
            there: Some(100),
            evidence: "a.csv, row 2".to_owned(),
            state: DifferenceState::Open,
            owner: None,
            note: None,
            found_at: TimeMs::new(10),
            changed_at: TimeMs::new(10),
            version: 1,
        }
    }

    #[test]
    fn words_come_back() {
        for kind in DifferenceKind::ALL {
            assert_eq!(DifferenceKind::from_word(kind.word()), Some(kind));
        }
        for state in DifferenceState::ALL {
            assert_eq!(DifferenceState::from_word(state.word()), Some(state));
        }
    }

    #[test]
    fn what_people_said_outlives_the_next_statement_unless_the_sums_change() {
        let found = difference();
        assert_eq!(found.seen_again(&found, TimeMs::new(20)), None);
        let explained = Difference {
            state: DifferenceState::Explained,
            owner: Some(AdminName::owner()),
            note: Some("a gift".to_owned()),
            ..found.clone()
        };
        let other_file = Difference { evidence: "b.csv, row 7".to_owned(), ..found.clone() };
        let again = explained.seen_again(&other_file, TimeMs::new(20)).unwrap();
        assert_eq!(
            (again.state, again.version, again.evidence.as_str()),
            (DifferenceState::Explained, 2, "b.csv, row 7")
        );
        assert_eq!((again.note.as_deref(), again.changed_at), (Some("a gift"), TimeMs::new(20)));
        let other_sum = Difference { there: Some(101), ..found.clone() };
        assert_eq!(explained.seen_again(&other_sum, TimeMs::new(20)).unwrap().state, DifferenceState::Open);
        for before in [DifferenceState::Settled, DifferenceState::Waiting] {
            let before = Difference { state: before, ..found.clone() };
            assert_eq!(before.seen_again(&found, TimeMs::new(20)).unwrap().state, DifferenceState::Open);
        }
        let by_hand = Difference { state: DifferenceState::Explained, ..found.clone() };
        assert_eq!(found.seen_again(&by_hand, TimeMs::new(20)).unwrap().state, DifferenceState::Explained);
        let opened = Difference { version: 3, ..found.clone() };
        assert_eq!(opened.seen_again(&by_hand, TimeMs::new(20)), None, "somebody has opened it again");
        let waiting = Difference { state: DifferenceState::Waiting, ..found.clone() };
        assert_eq!(found.seen_again(&waiting, TimeMs::new(20)), None, "what is open stays open");
    }

    #[test]
    fn strange_texts_are_kept_short_and_plain() {
        assert_eq!(kept(" a\nb\0c ", 10), "a b c");
        assert_eq!(kept(&"x".repeat(200), 5), "xxxxx");
        assert_eq!(kept("4111111111111111", 50), "(card number)");
        assert_eq!(short(" photobooth_1699999999995\n", 50), "photobooth_1699999999995");
    }
}
