//! What an owner may set about Uzum's rules, with the defaults that `docs/decisions/0015-uzum.md` gives reasons for.

use super::error::Code;
use crate::ledger::refunds::RefundPolicy;
use crate::providers::{Patience, WaitingSince};
use crate::time::SpanMs;

/// The settings that the decisions look at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rules {
    /// The numbers that Uzum gave to the merchant's service, and to its test.
    pub service_ids: Vec<i64>,
    /// The member of `params` that names the order, as agreed with Uzum.
    pub account_key: String,
    /// How an error code is written.
    pub error_code_form: ErrorCodeForm,
    /// The code for an order that another transaction holds.
    pub busy_order_code: BusyCode,
    /// Until when a paid order may be reversed.
    pub refunds: RefundPolicy,
    /// How long a created transaction may wait to be confirmed.
    pub timeout: SpanMs,
}

impl Rules {
    /// How long a created transaction may hold its order.
    pub const fn patience(&self) -> Patience {
        Patience { limit: self.timeout, since: WaitingSince::CreateTime }
    }

    /// Whether a `serviceId` is one of ours.
    pub fn is_ours(&self, service_id: i64) -> bool {
        self.service_ids.contains(&service_id)
    }
}

/// Thirty minutes, Uzum's limit (`reference/uzum.md §5`).
pub const TIMEOUT: SpanMs = SpanMs::new(1_800_000);

impl Default for Rules {
    fn default() -> Self {
        Self {
            service_ids: Vec::new(),
            account_key: "account".to_owned(),
            error_code_form: ErrorCodeForm::Text,
            busy_order_code: BusyCode::default(),
            refunds: RefundPolicy::Always,
            timeout: TIMEOUT,
        }
    }
}

/// How `errorCode` is written: the sources disagree (`reference/uzum.md §1.3`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ErrorCodeForm {
    /// `"10007"`
    Text,
    /// `10007`
    Number,
}

/// A code for an order that somebody else is paying: Uzum has none for it, so one of its four neighbours.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BusyCode(Code);

impl BusyCode {
    /// Checks a number; `None` when the code would say something else.
    pub const fn new(number: i64) -> Option<Self> {
        match number {
            10007 => Some(Self(Code::AttributeNotFound)),
            10008 => Some(Self(Code::AlreadyPaid)),
            10009 => Some(Self(Code::PaymentCancelled)),
            99999 => Some(Self(Code::Internal)),
            _ => None,
        }
    }

    /// The code.
    pub const fn get(self) -> Code {
        self.0
    }
}

impl Default for BusyCode {
    fn default() -> Self {
        Self(Code::AlreadyPaid)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_codes_about_an_order_can_mean_a_busy_one() {
        for number in [10007, 10008, 10009, 99999] {
            assert_eq!(BusyCode::new(number).map(|code| i64::from(code.get().number())), Some(number));
        }
        for number in [10001, 10010, 10011, 10016, 0, -10008, i64::MIN] {
            assert_eq!(BusyCode::new(number), None, "{number}");
        }
    }

    #[test]
    fn only_the_services_that_are_named_are_ours() {
        let rules = |service_ids| Rules { service_ids, ..Rules::default() };
        assert_eq!([7, 8, -1].map(|id| rules(vec![7, 8]).is_ours(id)), [true, true, false]);
        assert!(!rules(Vec::new()).is_ours(0));
    }
}
