//! Refusals and the code that Uzum is given for each (`reference/uzum.md §3`). A refusal has no words on Uzum's wire; those
//! here are for the log.

use super::rules::Rules;
use crate::fault::SystemFault;

/// Uzum's codes: all that there are. 10004 does not occur.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Code {
    /// 10001: access denied.
    AccessDenied,
    /// 10002: the body is not JSON.
    BadJson,
    /// 10003: not POST, or no such operation.
    InvalidOperation,
    /// 10005: a required parameter is missing.
    MissingParameter,
    /// 10006: not our service.
    InvalidService,
    /// 10007: the order is not found.
    AttributeNotFound,
    /// 10008: the order is paid.
    AlreadyPaid,
    /// 10009: the order is cancelled.
    PaymentCancelled,
    /// 10010: this transaction was created before.
    AlreadyCreated,
    /// 10011: not the order's amount.
    InvalidAmount,
    /// 10012: less than any order's amount.
    AmountTooSmall,
    /// 10013: more than any order's amount.
    AmountTooLarge,
    /// 10014: there is no such transaction.
    TransactionNotFound,
    /// 10015: the transaction is cancelled and cannot be confirmed.
    TransactionCancelled,
    /// 10016: the transaction was confirmed before.
    AlreadyConfirmed,
    /// 10017: the transaction cannot be reversed as it stands.
    CannotReverse,
    /// 10018: the transaction was cancelled before.
    AlreadyReversed,
    /// 99999: our own fault.
    Internal,
}

impl Code {
    /// All of them.
    pub const ALL: [Self; 18] = [
        Self::AccessDenied,
        Self::BadJson,
        Self::InvalidOperation,
        Self::MissingParameter,
        Self::InvalidService,
        Self::AttributeNotFound,
        Self::AlreadyPaid,
        Self::PaymentCancelled,
        Self::AlreadyCreated,
        Self::InvalidAmount,
        Self::AmountTooSmall,
        Self::AmountTooLarge,
        Self::TransactionNotFound,
        Self::TransactionCancelled,
        Self::AlreadyConfirmed,
        Self::CannotReverse,
        Self::AlreadyReversed,
        Self::Internal,
    ];

    /// The number on the wire.
    pub const fn number(self) -> u32 {
        match self {
            Self::AccessDenied => 10001,
            Self::BadJson => 10002,
            Self::InvalidOperation => 10003,
            Self::MissingParameter => 10005,
            Self::InvalidService => 10006,
            Self::AttributeNotFound => 10007,
            Self::AlreadyPaid => 10008,
            Self::PaymentCancelled => 10009,
            Self::AlreadyCreated => 10010,
            Self::InvalidAmount => 10011,
            Self::AmountTooSmall => 10012,
            Self::AmountTooLarge => 10013,
            Self::TransactionNotFound => 10014,
            Self::TransactionCancelled => 10015,
            Self::AlreadyConfirmed => 10016,
            Self::CannotReverse => 10017,
            Self::AlreadyReversed => 10018,
            Self::Internal => 99999,
        }
    }
}

/// Why a call was refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// No, or not the right, login and password.
    NotAuthorised,
    /// The HTTP method is not POST.
    NotPost,
    /// There is no such operation.
    UnknownOperation,
    /// The body is not JSON.
    NotJson,
    /// The body is JSON, but no object that two readers would understand alike. The text says why.
    BadForm(&'static str),
    /// The body is larger than any call is.
    TooLong,
    /// A required parameter is missing, or of another kind. The text says which.
    Missing(&'static str),
    /// The `serviceId` is not ours.
    OtherService,
    /// The params name no order of ours.
    OrderNotFound,
    /// Another transaction holds the order.
    OrderBusy,
    /// The order is paid already.
    OrderPaid,
    /// The order was closed at the booth, or refunded.
    OrderCancelled,
    /// The order's time ran out.
    OrderExpired,
    /// Uzum has created this transaction before.
    AlreadyCreated,
    /// The amount is not the order's.
    WrongAmount,
    /// The amount is below what any order costs.
    AmountTooSmall,
    /// The amount is above what any order costs.
    AmountTooLarge,
    /// No such transaction.
    TransactionNotFound,
    /// Uzum has taken the transaction back.
    TransactionCancelled,
    /// The transaction was confirmed before.
    AlreadyConfirmed,
    /// The goods are handed over; the money stays.
    CannotReverse,
    /// The transaction has ended before.
    AlreadyReversed,
    /// Our own fault; Uzum asks how it stands.
    System(SystemFault),
}

impl Refusal {
    /// The code on the wire. One of them is a setting.
    pub const fn code(self, rules: &Rules) -> Code {
        match self {
            Self::NotAuthorised => Code::AccessDenied,
            Self::NotPost | Self::UnknownOperation => Code::InvalidOperation,
            Self::NotJson | Self::BadForm(_) | Self::TooLong => Code::BadJson,
            Self::Missing(_) => Code::MissingParameter,
            Self::OtherService => Code::InvalidService,
            Self::OrderNotFound => Code::AttributeNotFound,
            Self::OrderBusy => rules.busy_order_code.get(),
            Self::OrderPaid => Code::AlreadyPaid,
            Self::OrderCancelled | Self::OrderExpired => Code::PaymentCancelled,
            Self::AlreadyCreated => Code::AlreadyCreated,
            Self::WrongAmount => Code::InvalidAmount,
            Self::AmountTooSmall => Code::AmountTooSmall,
            Self::AmountTooLarge => Code::AmountTooLarge,
            Self::TransactionNotFound => Code::TransactionNotFound,
            Self::TransactionCancelled => Code::TransactionCancelled,
            Self::AlreadyConfirmed => Code::AlreadyConfirmed,
            Self::CannotReverse => Code::CannotReverse,
            Self::AlreadyReversed => Code::AlreadyReversed,
            Self::System(_) => Code::Internal,
        }
    }

    /// What a log line says of it, for the owner and the integrator; never a secret.
    pub const fn explain(self) -> &'static str {
        match self {
            Self::NotAuthorised => "The login or the password is not the right one.",
            Self::NotPost => "The request was not sent by POST.",
            Self::UnknownOperation => "There is no such operation.",
            Self::NotJson => "The body is not JSON.",
            Self::BadForm(what) | Self::Missing(what) => what,
            Self::TooLong => "The body is too large.",
            Self::OtherService => "The serviceId is not the one in uzum.service_id.",
            Self::OrderNotFound => "Order not found.",
            Self::OrderBusy => "This order is being paid. Wait until that payment ends.",
            Self::OrderPaid => "The order is already paid.",
            Self::OrderCancelled => "The order was cancelled or refunded.",
            Self::OrderExpired => "The time to pay this order is over.",
            Self::AlreadyCreated => "Uzum has created this transaction before.",
            Self::WrongAmount => "Wrong amount: it is not the order's.",
            Self::AmountTooSmall => "The amount is below what any order costs.",
            Self::AmountTooLarge => "The amount is above what any order costs.",
            Self::TransactionNotFound => "Transaction not found.",
            Self::TransactionCancelled => "Uzum has taken this transaction back; it cannot be confirmed.",
            Self::AlreadyConfirmed => "The transaction was confirmed before.",
            Self::CannotReverse => "The order is fulfilled and cannot be reversed (uzum.refunds).",
            Self::AlreadyReversed => "The transaction has ended before.",
            Self::System(fault) => fault.explain(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_is_one_of_uzums_and_stands_once() {
        let numbers: Vec<u32> = Code::ALL.into_iter().map(Code::number).collect();
        let expected: Vec<u32> = (10001..=10018).filter(|number| *number != 10004).chain([99999]).collect();
        assert_eq!(numbers, expected);
    }
}
