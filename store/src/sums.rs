//! Sums over all orders, kept in the commit that changes them: an overview reads a few rows, however many orders there are.
//!
//! Takings are kept by the hour in UTC, of which every time zone's days can be made that is whole hours away from it, and
//! once more for all hours together.

use boothpay_protocol::ledger::booth::BoothId;
use boothpay_protocol::ledger::order::Order;
use boothpay_protocol::ledger::provider::Provider;
use boothpay_protocol::ledger::transaction::{State, Transaction};
use boothpay_protocol::time::TimeMs;
use std::collections::BTreeMap;

const HOUR_MS: i64 = 3_600_000;

/// Which orders a sum counts.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct OrdersOf {
    pub(crate) booth: BoothId,
    /// The status's word.
    pub(crate) status: &'static str,
}

/// Which transactions a sum counts.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct TakingsOf {
    pub(crate) hour: Hour,
    pub(crate) provider: Provider,
    pub(crate) booth: BoothId,
}

/// An hour, counted from 1970-01-01 UTC.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Hour {
    /// All of them together.
    All,
    /// One.
    Number(i64),
}

impl Hour {
    const fn of(time: TimeMs) -> Self {
        Self::Number(time.ms().div_euclid(HOUR_MS))
    }

    /// As the database has it: -1 is all hours. No payment was made before 1970.
    pub(crate) const fn stored(self) -> i64 {
        match self {
            Self::All => -1,
            Self::Number(hour) => hour,
        }
    }

    pub(crate) const fn of_stored(hour: i64) -> Self {
        if hour < 0 { Self::All } else { Self::Number(hour) }
    }
}

/// What was performed, by what has become of it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Amounts {
    pub(crate) paid: i64,
    pub(crate) paid_tiyin: i64,
    pub(crate) refunded: i64,
    pub(crate) refunded_tiyin: i64,
    pub(crate) owed: i64,
    pub(crate) owed_tiyin: i64,
    pub(crate) given_back: i64,
    pub(crate) given_back_tiyin: i64,
}

/// Sums, or how they change.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Sums {
    pub(crate) orders: BTreeMap<OrdersOf, i64>,
    pub(crate) takings: BTreeMap<TakingsOf, Amounts>,
}

impl Sums {
    /// Adds an order so many times; -1 takes it away.
    pub(crate) fn order(&mut self, order: &Order, times: i64) {
        let of = OrdersOf { booth: order.booth.id.clone(), status: order.status.word() };
        let sum = self.orders.entry(of).or_default();
        *sum = sum.saturating_add(times);
    }

    /// Adds a transaction of a booth's order so many times; -1 takes it away.
    pub(crate) fn transaction(&mut self, booth: &BoothId, transaction: &Transaction, times: i64) {
        let Some(performed) = transaction.state.perform_time() else { return };
        let tiyin = transaction.amount.tiyin().saturating_mul(times);
        for hour in [Hour::of(performed), Hour::All] {
            let of = TakingsOf { hour, provider: transaction.provider, booth: booth.clone() };
            let sums = self.takings.entry(of).or_default();
            let (count, sum) = match transaction.state {
                State::Created | State::Cancelled { .. } => continue,
                State::Performed { .. } => (&mut sums.paid, &mut sums.paid_tiyin),
                State::Refunded { .. } => (&mut sums.refunded, &mut sums.refunded_tiyin),
                State::Owed { .. } => (&mut sums.owed, &mut sums.owed_tiyin),
                State::GivenBack { .. } => (&mut sums.given_back, &mut sums.given_back_tiyin),
            };
            *count = count.saturating_add(times);
            *sum = sum.saturating_add(tiyin);
        }
    }

    /// Leaves out what is nothing.
    pub(crate) fn without_nothing(mut self) -> Self {
        self.orders.retain(|_, orders| *orders != 0);
        self.takings.retain(|_, amounts| *amounts != Amounts::default());
        self
    }
}
