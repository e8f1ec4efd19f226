//! Until when a paid order's money may be taken back by its provider: a question to the owner that every provider that can
//! take back asks alike.

use super::order::Order;

/// Until when.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RefundPolicy {
    /// At any time. Payme's sandbox needs it, and staff can then undo a failed print.
    Always,
    /// Until its prints were started.
    BeforePrinting,
    /// Not at all.
    Never,
}

impl RefundPolicy {
    /// Whether the money of an order may be taken back now. What the owner has asked for himself he allows.
    pub fn allows(self, order: Option<&Order>) -> bool {
        if order.is_some_and(|order| order.refund_asked_at.is_some()) {
            return true;
        }
        match self {
            Self::Always => true,
            Self::BeforePrinting => order.is_some_and(|order| !order.may_have_prints()),
            Self::Never => false,
        }
    }
}
