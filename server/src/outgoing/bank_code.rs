//! What a bank does about UzQR, as far as we ask for it: one interface for every bank, and the one way that exists without any.
//!
//! No bank publishes how its codes are made or asked about (`docs/reference/uzqr.md`). A bank that does becomes another
//! [`BankCode`]; what is done around it (the page, staff, the ledger) stays.

use crate::config::UzqrCode;
use boothpay_protocol::ledger::order::Order;
use futures_util::future::{BoxFuture, FutureExt, ready};

/// A bank's codes. Each call may be repeated: it is about an order, not about a try.
pub trait BankCode: Send + Sync {
    /// The code that pays an order; the same as long as it can be paid.
    fn make<'a>(&'a self, order: &'a Order) -> BoxFuture<'a, Result<UzqrCode, NoAnswer>>;

    /// Whether the bank says that an order is paid.
    fn status<'a>(&'a self, order: &'a Order) -> BoxFuture<'a, Result<Standing, NoAnswer>>;

    /// Makes an order's code void, so that nobody pays it any more.
    fn cancel<'a>(&'a self, order: &'a Order) -> BoxFuture<'a, Result<Voided, NoAnswer>>;

    /// Gives the money of an order back.
    fn refund<'a>(&'a self, order: &'a Order) -> BoxFuture<'a, Result<Refund, NoAnswer>>;
}

/// The bank did not answer, or not in its form; in words for a person.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct NoAnswer(pub String);

/// What a bank says about an order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// Its money came.
    Paid,
    /// It did not.
    Unpaid,
    /// The bank cannot say, so a person has to look.
    AskAPerson,
}

/// What became of a code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Voided {
    /// Nobody can pay by it any more.
    Yes,
    /// It can still be paid: the code is not of one order.
    No,
}

/// What became of a refund.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refund {
    /// The money is on its way back.
    Sent,
    /// The owner has to send it himself.
    ByHand,
}

/// The static code of the owner's: it is always there, says nothing of any order, and is asked about at the till.
pub(crate) struct StaticCode(pub(crate) UzqrCode);

impl BankCode for StaticCode {
    fn make<'a>(&'a self, _: &'a Order) -> BoxFuture<'a, Result<UzqrCode, NoAnswer>> {
        ready(Ok(self.0.clone())).boxed()
    }

    fn status<'a>(&'a self, _: &'a Order) -> BoxFuture<'a, Result<Standing, NoAnswer>> {
        ready(Ok(Standing::AskAPerson)).boxed()
    }

    fn cancel<'a>(&'a self, _: &'a Order) -> BoxFuture<'a, Result<Voided, NoAnswer>> {
        ready(Ok(Voided::No)).boxed()
    }

    fn refund<'a>(&'a self, _: &'a Order) -> BoxFuture<'a, Result<Refund, NoAnswer>> {
        ready(Ok(Refund::ByHand)).boxed()
    }
}
