//! What one PIN may do in a day at the booth's screen: each deed that costs the owner money has an end there, counted by the audit's own
//! rows, which only what took effect has. So a restart, another screen and another server on the same database change nothing of it; two
//! servers that are pressed in the same instant may let one more through.
//!
//! | deeds | counted | so many in [`DAY`] |
//! |---|---|---|
//! | asked that money go back; noted that it went back by hand | orders, each once | [`REFUNDS_MAX`] |
//! | let an order be printed once more | each time: each is paper | [`REPRINTS_MAX`] |
//!
//! It is what somebody comes to who has watched a PIN. The owner, and an operator with a password, have no such end.

use crate::panel::Deed;
use crate::time::SpanMs;

/// In so long a PIN may do so much. It moves along with the time, so midnight gives nobody twice as much.
pub const DAY: SpanMs = SpanMs::seconds(24 * 60 * 60);

/// Orders whose money goes back by one PIN in a [`DAY`]: more than a bad day at a booth has.
pub const REFUNDS_MAX: u32 = 10;

/// Orders that one PIN lets be printed once more in a [`DAY`]: what a spoiled roll and the jams of a busy day come to, and so little paper that
/// nobody lives by selling it.
pub const REPRINTS_MAX: u32 = 20;

/// How much of something one person may do in a [`DAY`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Quota {
    /// What counts together.
    pub deeds: &'static [Deed],
    /// So much.
    pub most: u32,
    /// Whether an order counts once, however often it is asked for.
    pub by_order: bool,
}

impl Quota {
    /// What of a deed one PIN may do; none where there is no end to it.
    pub const fn of_pin(deed: Deed) -> Option<Self> {
        match deed {
            Deed::RefundAsked | Deed::HandedBack => {
                Some(Self { deeds: &[Deed::RefundAsked, Deed::HandedBack], most: REFUNDS_MAX, by_order: true })
            }
            Deed::ReprintAllowed => Some(Self { deeds: &[Deed::ReprintAllowed], most: REPRINTS_MAX, by_order: false }),
            Deed::LinkMade
            | Deed::PasswordSet
            | Deed::LoggedIn
            | Deed::LoginRefused
            | Deed::CodeAsked
            | Deed::CodeTaken
            | Deed::RecoveryUsed
            | Deed::CodeRefused
            | Deed::SecondTurnedOn
            | Deed::SecondTurnedOff
            | Deed::SecondTakenAway
            | Deed::OpenedAtBooth
            | Deed::PinRefused
            | Deed::LoggedOut
            | Deed::PersonAdded
            | Deed::PersonRemoved
            | Deed::OrderCancelled
            | Deed::PrintsHandedOver
            | Deed::NoteWritten
            | Deed::StatementCompared
            | Deed::DifferenceChanged
            | Deed::AlertsChanged
            | Deed::PaymentPutRight
            | Deed::WalletChanged
            | Deed::SettingsChanged
            | Deed::BoothClosed
            | Deed::BoothOpened
            | Deed::OrderChangedByToken
            | Deed::LayoutsChanged
            | Deed::TestOrderMade => None,
        }
    }
}
