//! What an owner may set about Click's rules, each where its documentation is silent or contradicts itself.

use super::code::Code;
use crate::fiscal::FiscalItem;
use crate::providers::{Patience, WaitingSince};
use crate::time::SpanMs;

/// The settings that the decisions look at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rules {
    /// How long a prepared payment may hold its order without being completed.
    pub hold: SpanMs,
    /// The code for a Prepare of an order that another attempt holds.
    pub busy_order: Code,
    /// The code for a cancellation of a payment that was confirmed.
    pub cancel_after_payment: Code,
    /// What is told to Click for the tax receipt of each payment; nothing, where Click makes receipts without it.
    pub fiscal: Option<Fiscal>,
}

/// What a receipt through Click says (`reference/click.md §2.10`).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fiscal {
    /// What is sold.
    pub item: FiscalItem,
    /// Who sells it.
    pub seller: Seller,
}

/// By which number the tax office knows the seller.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Seller {
    /// A company's: nine digits.
    Tin(String),
    /// A person's: fourteen digits.
    Pinfl(String),
}

/// Five minutes. Click debits the card between Prepare and Complete, so within seconds; how long it may take is not published
/// (`reference/click.md §2.8`). Too short costs nothing: money that comes later still pays the order, or is owed back. Too
/// long keeps a customer whose attempt got lost from paying with another wallet.
pub const HOLD: SpanMs = SpanMs::new(300_000);

impl Rules {
    /// How long a prepared payment may hold its order.
    pub const fn patience(&self) -> Patience {
        Patience { limit: self.hold, since: WaitingSince::CreateTime }
    }
}

impl Default for Rules {
    fn default() -> Self {
        Self {
            hold: HOLD,
            busy_order: Code::TransactionCancelled,
            cancel_after_payment: Code::TransactionCancelled,
            fiscal: None,
        }
    }
}
