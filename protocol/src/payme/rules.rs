//! What an owner may set about Payme's rules, with the defaults that `reference/payme.md §8` recommends.

use crate::fiscal::FiscalItem;
use crate::ledger::refunds::RefundPolicy;
use crate::providers::{Patience, WaitingSince};
use crate::time::SpanMs;

/// The settings that the decisions look at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rules {
    /// The field of `account` that names the order, as configured in Payme's cabinet.
    pub account_field: String,
    /// The code for an order that another transaction holds.
    pub busy_order_code: AccountCode,
    /// The code for an order that is paid, cancelled or expired.
    pub closed_order_code: AccountCode,
    /// Whether CheckPerformTransaction already refuses a busy order (`reference/payme.md §2.2`; both are in use).
    pub check_refuses_busy: bool,
    /// Until when a paid order may be refunded through CancelTransaction (then -31007).
    pub refunds: RefundPolicy,
    /// How long a created transaction may wait to be performed.
    pub timeout: SpanMs,
    /// From when that time counts.
    pub timeout_base: TimeoutBase,
    /// Whether a new transaction whose Payme time is older than the timeout is refused (-31008).
    pub refuse_stale_create: bool,
    /// Whether ChangePassword exists.
    pub change_password: bool,
    /// What CheckPerformTransaction tells the tax receipt, if anything.
    pub fiscal: Option<FiscalItem>,
    /// Whether CheckPerformTransaction shows order, copies and booth at checkout.
    pub additional: bool,
}

impl Rules {
    /// How long a created transaction may hold its order.
    pub const fn patience(&self) -> Patience {
        let since = match self.timeout_base {
            TimeoutBase::CreateTime => WaitingSince::CreateTime,
            TimeoutBase::PaymeTime => WaitingSince::ProviderTime,
        };
        Patience { limit: self.timeout, since }
    }
}

/// Twelve hours, Payme's limit (`reference/payme.md §2.3.2`, page createtransaction).
pub const TIMEOUT: SpanMs = SpanMs::new(43_200_000);

impl Default for Rules {
    fn default() -> Self {
        Self {
            account_field: "order_id".to_owned(),
            busy_order_code: AccountCode::BUSY_DEFAULT,
            closed_order_code: AccountCode::CLOSED_DEFAULT,
            check_refuses_busy: true,
            refunds: RefundPolicy::Always,
            timeout: TIMEOUT,
            timeout_base: TimeoutBase::CreateTime,
            refuse_stale_create: false,
            change_password: false,
            fiscal: None,
            additional: false,
        }
    }
}

/// An error code for an order that cannot be paid now: -31008, or -31099 to -31050 (`reference/payme.md §2.3.3`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AccountCode(i32);

impl AccountCode {
    /// For a busy order.
    pub const BUSY_DEFAULT: Self = Self(-31099);
    /// For a closed order.
    pub const CLOSED_DEFAULT: Self = Self(-31052);

    /// Checks a number; `None` when Payme documents no such code for this.
    pub const fn new(code: i64) -> Option<Self> {
        match code {
            -31008 => Some(Self(-31008)),
            -31099..=-31050 => {
                // Narrowing; the pattern leaves fifty values that all fit.
                #[allow(clippy::as_conversions)]
                Some(Self(code as i32))
            }
            _ => None,
        }
    }

    /// The code.
    pub const fn get(self) -> i32 {
        self.0
    }
}

/// From when a transaction's time counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TimeoutBase {
    /// Our time of creation.
    CreateTime,
    /// Payme's time of creation: the letter of its documentation.
    PaymeTime,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_documented_codes_are_settings() {
        for code in [-31008, -31050, -31052, -31099] {
            assert_eq!(AccountCode::new(code).map(|code| i64::from(code.get())), Some(code));
        }
        for code in [-31049, -31100, -31001, 0, 31050, i64::MIN] {
            assert_eq!(AccountCode::new(code), None, "{code}");
        }
    }
}
