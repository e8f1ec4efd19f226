//! What Click is told: its ten codes, and why a call was refused (`reference/click.md §2.5`).

use super::rules::Rules;
use crate::fault::SystemFault;

/// The codes of the SHOP API. Click's tools show the notes, so they are sent to the letter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Code {
    /// It went well.
    Success,
    /// The signature is not Click's.
    SignCheckFailed,
    /// The sum is not the order's.
    IncorrectAmount,
    /// There is no such action, or not at this address.
    ActionNotFound,
    /// It is paid already.
    AlreadyPaid,
    /// There is no such order.
    UserDoesNotExist,
    /// There is no such Prepare.
    TransactionDoesNotExist,
    /// Our own fault.
    FailedToUpdate,
    /// The call is not whole.
    BadRequest,
    /// The payment was given up, or must not be begun.
    TransactionCancelled,
}

impl Code {
    /// All of them.
    pub const ALL: [Self; 10] = [
        Self::Success,
        Self::SignCheckFailed,
        Self::IncorrectAmount,
        Self::ActionNotFound,
        Self::AlreadyPaid,
        Self::UserDoesNotExist,
        Self::TransactionDoesNotExist,
        Self::FailedToUpdate,
        Self::BadRequest,
        Self::TransactionCancelled,
    ];

    /// The number on the wire.
    pub const fn number(self) -> i64 {
        match self {
            Self::Success => 0,
            Self::SignCheckFailed => -1,
            Self::IncorrectAmount => -2,
            Self::ActionNotFound => -3,
            Self::AlreadyPaid => -4,
            Self::UserDoesNotExist => -5,
            Self::TransactionDoesNotExist => -6,
            Self::FailedToUpdate => -7,
            Self::BadRequest => -8,
            Self::TransactionCancelled => -9,
        }
    }

    /// Takes back what [`Code::number`] gave.
    pub fn from_number(number: i64) -> Option<Self> {
        Self::ALL.into_iter().find(|code| code.number() == number)
    }

    /// The words that go with it.
    pub const fn note(self) -> &'static str {
        match self {
            Self::Success => "Success",
            Self::SignCheckFailed => "SIGN CHECK FAILED!",
            Self::IncorrectAmount => "Incorrect parameter amount",
            Self::ActionNotFound => "Action not found",
            Self::AlreadyPaid => "Already paid",
            Self::UserDoesNotExist => "User does not exist",
            Self::TransactionDoesNotExist => "Transaction does not exist",
            Self::FailedToUpdate => "Failed to update user",
            Self::BadRequest => "Error in request from click",
            Self::TransactionCancelled => "Transaction cancelled",
        }
    }
}

/// Why a call was refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// The HTTP method is not POST.
    NotPost,
    /// A field is missing, doubled, or of another kind. The text says which, for whoever reads the log.
    BadForm(&'static str),
    /// The body is larger than any call is.
    TooLong,
    /// The signature is not that of the service's key, or there is no such service here.
    NotSigned,
    /// The action is none, or belongs to the other address.
    WrongAction,
    /// Our own fault.
    System(SystemFault),
    /// The amount is not the order's.
    WrongAmount,
    /// The link named no order of ours.
    OrderNotFound,
    /// The attempt was begun for another order than is named now.
    AnotherOrder,
    /// Another attempt holds the order.
    OrderBusy,
    /// The order was paid by another attempt.
    OrderPaid,
    /// The order was closed, ran out of time, or was refunded.
    OrderClosed,
    /// There was no such Prepare.
    TransactionNotFound,
    /// This attempt was confirmed before.
    Confirmed,
    /// This attempt was given up before, or is by this call.
    Cancelled,
    /// Click gives up a payment that it had confirmed.
    CancelledAfterPayment,
}

impl Refusal {
    /// The code on the wire. Two of them are settings.
    pub const fn code(&self, rules: &Rules) -> Code {
        match self {
            Self::NotPost | Self::BadForm(_) | Self::TooLong => Code::BadRequest,
            Self::NotSigned => Code::SignCheckFailed,
            Self::WrongAction => Code::ActionNotFound,
            Self::System(_) => Code::FailedToUpdate,
            Self::WrongAmount => Code::IncorrectAmount,
            Self::OrderNotFound | Self::AnotherOrder => Code::UserDoesNotExist,
            Self::OrderBusy => rules.busy_order,
            Self::OrderPaid | Self::Confirmed => Code::AlreadyPaid,
            Self::TransactionNotFound => Code::TransactionDoesNotExist,
            Self::OrderClosed | Self::Cancelled => Code::TransactionCancelled,
            Self::CancelledAfterPayment => rules.cancel_after_payment,
        }
    }

    /// What a log line says of it, for the owner and the integrator; never a secret.
    pub const fn explain(&self) -> &'static str {
        match self {
            Self::NotPost => "the request was not sent by POST",
            Self::BadForm(what) => what,
            Self::TooLong => "the request is too large",
            Self::NotSigned => "the signature is not the one of this service's secret key",
            Self::WrongAction => "the action is neither 0 nor 1, or belongs to the other address",
            Self::System(fault) => fault.explain(),
            Self::WrongAmount => "the amount is not the order's",
            Self::OrderNotFound => "there is no such order",
            Self::AnotherOrder => "this `click_trans_id` was used for another order",
            Self::OrderBusy => "another payment of this order has begun",
            Self::OrderPaid => "the order is already paid",
            Self::OrderClosed => "the order is closed: cancelled, refunded, or its time is over",
            Self::TransactionNotFound => "there was no such Prepare",
            Self::Confirmed => "this payment was confirmed before",
            Self::Cancelled => "this payment was given up",
            Self::CancelledAfterPayment => "Click gives up a payment that it had confirmed",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_codes_are_those_of_the_documentation() {
        let numbers: Vec<i64> = Code::ALL.into_iter().map(Code::number).collect();
        assert_eq!(numbers, (0..10).map(|number| -number).collect::<Vec<i64>>());
        for code in Code::ALL {
            assert_eq!(Code::from_number(code.number()), Some(code));
        }
        assert_eq!((Code::from_number(1), Code::from_number(-10), Code::from_number(-5017)), (None, None, None));
    }
}
