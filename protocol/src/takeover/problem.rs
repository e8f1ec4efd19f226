//! Why a row of his is not taken over, and what is not plain about one that is, in its owner's words.

use super::ID_MAX;
use crate::ledger::order::OrderIdError;
use crate::money::WrittenSumError;

/// How a row contradicts itself, or others.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Problem {
    /// No id that a row can have.
    #[error("id is {0}, not a whole number from 1 to {ID_MAX}")]
    Id(String),
    /// A value that stands for one thing stands in several rows.
    #[error("{column} {value} stands in {rows} rows; which of them is right, nobody can tell from here")]
    Repeated {
        /// Which column.
        column: &'static str,
        /// What stands there.
        value: String,
        /// In how many rows.
        rows: usize,
    },
    /// No id that an order can have here.
    #[error("order_id is {found}: {why}")]
    OrderId {
        /// What stands there.
        found: String,
        /// Why not.
        why: OrderIdError,
    },
    /// No amount.
    #[error("amount is {found}: {why}")]
    Amount {
        /// What stands there.
        found: String,
        /// Why not.
        why: WrittenSumError,
    },
    /// Nobody whom we know.
    #[error("payment_type is {0}; known are payme, click and test")]
    Provider(String),
    /// No status of his.
    #[error("status is {0}; known are pending, success, canceled and failed")]
    Status(String),
    /// No state of his.
    #[error("state is {0}; known are empty, 0, 1, 2, -1 and -2")]
    State(String),
    /// The two contradict each other.
    #[error("status is {status}, but state is {state}")]
    StatusAndState {
        /// His word.
        status: &'static str,
        /// His number.
        state: String,
    },
    /// A provider has done something, and nobody knows under which id.
    #[error("state is {0}, but transaction_id is empty: nobody could answer for it")]
    NoTransactionId(i64),
    /// An id, but nothing was done.
    #[error("there is a transaction_id, but state says that nobody began to pay")]
    TransactionIdTooEarly,
    /// No id that a provider gives.
    #[error("transaction_id is {0}, which {1} does not give")]
    TransactionId(String, &'static str),
    /// A time that has to be there is not.
    #[error("state is {state}, but {column} is empty")]
    NoTime {
        /// Which column.
        column: &'static str,
        /// The state that needs it.
        state: String,
    },
    /// A time of something that has not happened.
    #[error("state is {state}, but there is a {column}")]
    TimeTooMuch {
        /// Which column.
        column: &'static str,
        /// The state that has none.
        state: String,
    },
    /// No time.
    #[error("{column} is {found}, not a time like 2025-12-20 11:07:11.243556 (UTC)")]
    Time {
        /// Which column.
        column: &'static str,
        /// What stands there.
        found: String,
    },
    /// A time before his program can have run.
    #[error("{column} is {found}: nobody paid by phone then")]
    TooEarly {
        /// Which column.
        column: &'static str,
        /// What stands there.
        found: String,
    },
    /// A time that is still to come.
    #[error("{column} is {found}, which is still to come: are the times UTC, and is this computer's clock right?")]
    Future {
        /// Which column.
        column: &'static str,
        /// What stands there.
        found: String,
    },
    /// Times in the wrong order.
    #[error("{later} is before {earlier}")]
    Backwards {
        /// What should come first.
        earlier: &'static str,
        /// What comes before it.
        later: &'static str,
    },
    /// What is here contradicts it.
    #[error("{0}")]
    Clash(Clash),
}

/// How a row contradicts what is in Boothpay's database.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Clash {
    /// The order is here at another price.
    #[error("Boothpay has this order at {0} soum")]
    Amount(String),
    /// The number is taken.
    #[error(
        "Boothpay has given number {0} to a payment of its own, and the wallet knows it: take over into a new database, before \
         the first payment there"
    )]
    Number(i64),
    /// The provider's id is here for another order.
    #[error("Boothpay has this transaction_id, for order {0}")]
    OtherOrder(String),
    /// The transaction is here with another number or another time.
    #[error(
        "Boothpay took it over before as number {number} with other times: was another --his-time-zone given then?"
    )]
    OtherTimes {
        /// Its number here.
        number: i64,
    },
    /// It went on in different ways.
    #[error(
        "here it is {here}, in the file {there}: it went on here and there, so a person has to look in the cabinet"
    )]
    WentTwoWays {
        /// What has become of it here.
        here: &'static str,
        /// And there.
        there: &'static str,
    },
    /// The order is held or paid by another transaction.
    #[error("Boothpay has this order as {0}, by another payment: a person has to look in the cabinet")]
    OtherPayment(&'static str),
}

/// What is not plain about a row that is taken over.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Remark {
    /// Refunded, and when it was paid is not known.
    #[error(
        "paid and refunded (state -2), but when it was paid was not kept: taken for the moment at which it began; the wallet \
         hears, as before, that there is no such time"
    )]
    NoPerformTime,
    /// Cancelled before it was paid, with the word for a refund.
    #[error("called canceled, but state -1 says that no money came: taken over as not paid")]
    CanceledUnpaid,
    /// A test payment that was never paid.
    #[error("a test payment without money: its order is taken over, its transaction_id is not")]
    UnpaidTest,
    /// Begun and not finished, too long ago.
    #[error("begun and never finished: the server will end it when it starts (for Payme: reason 4, its time ran out)")]
    Abandoned,
    /// Nobody knows for which service of Click's it was.
    #[error(
        "which service of Click's it was for is not known, so Click cannot ask about it: connect Click before, or add --click-service"
    )]
    NoClickService,
    /// When it was made is after its payment.
    #[error("created_at is after create_time: create_time is taken for both")]
    MadeLate,
}
