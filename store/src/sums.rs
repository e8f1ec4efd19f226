//! Sums over all orders, kept in the commit that changes them: an overview reads a few rows, however many orders there are.
//!
//! Takings are kept by the hour in UTC in which the money came, refunds once more by the hour in which they were made, and orders by
//! the hour in which they were made. Of hours every time zone's days can be made that is whole hours away from it. All are kept once
//! more by the day in UTC, so that a year is some hundred rows and not nine thousand, and once more for all time.

use boothpay_protocol::ledger::booth::BoothId;
use boothpay_protocol::ledger::order::{Order, OrderStatus};
use boothpay_protocol::ledger::provider::Provider;
use boothpay_protocol::ledger::transaction::{State, Transaction};
use boothpay_protocol::time::TimeMs;
use std::collections::BTreeMap;
use std::fmt;

const HOUR_MS: i64 = 3_600_000;

/// Which orders a sum counts.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct OrdersOf {
    /// In which they were made.
    pub(crate) hours: Hours,
    pub(crate) booth: BoothId,
    /// The status's word.
    pub(crate) status: &'static str,
    /// Whether a provider once began to pay them.
    pub(crate) begun: bool,
}

/// Orders, by what they are about.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Counts {
    pub(crate) orders: i64,
    pub(crate) copies: i64,
    pub(crate) amount_tiyin: i64,
    /// Paid ones whose money a person asked back, and that is still here.
    pub(crate) asked_back: i64,
    pub(crate) asked_back_tiyin: i64,
}

/// Which transactions a sum counts.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct TakingsOf {
    pub(crate) hours: Hours,
    pub(crate) provider: Provider,
    pub(crate) booth: BoothId,
}

/// Which hours a sum is about, counted from 1970-01-01 UTC.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Hours {
    /// All of them.
    All,
    /// Those of a day in UTC, by its first.
    Day(i64),
    /// One.
    One(i64),
}

/// The hours of a day.
pub(crate) const DAY: i64 = 24;

impl Hours {
    /// Those to whose sums a moment belongs.
    const fn of(time: TimeMs) -> [Self; 3] {
        let hour = time.ms().div_euclid(HOUR_MS);
        // No order was made, and none paid, before 1970.
        let hour = if hour < 0 { 0 } else { hour };
        [Self::One(hour), Self::Day(hour.saturating_sub(hour.rem_euclid(DAY))), Self::All]
    }

    /// As the database has them: how many they are, of which 0 is all, and the first.
    pub(crate) const fn stored(self) -> (i64, i64) {
        match self {
            Self::All => (0, 0),
            Self::Day(first) => (DAY, first),
            Self::One(hour) => (1, hour),
        }
    }

    /// The first of them; `None` for all.
    pub(crate) const fn first(self) -> Option<i64> {
        match self {
            Self::All => None,
            Self::Day(first) | Self::One(first) => Some(first),
        }
    }

    /// Reads [`Hours::stored`].
    pub(crate) const fn of_stored(hours: i64, first: i64) -> Option<Self> {
        match hours {
            0 => Some(Self::All),
            DAY => Some(Self::Day(first)),
            1 => Some(Self::One(first)),
            _ => None,
        }
    }
}

impl fmt::Display for Hours {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::All => f.write_str("all hours"),
            Self::Day(first) => write!(f, "the day from hour {first}"),
            Self::One(hour) => write!(f, "hour {hour}"),
        }
    }
}

/// What was performed, by what has become of it; and what went back.
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
    /// What went back in these hours, whenever it had come.
    pub(crate) went_back: i64,
    pub(crate) went_back_tiyin: i64,
}

/// Sums, or how they change.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Sums {
    pub(crate) orders: BTreeMap<OrdersOf, Counts>,
    pub(crate) takings: BTreeMap<TakingsOf, Amounts>,
}

impl Sums {
    /// Adds an order so many times; -1 takes it away.
    pub(crate) fn order(&mut self, order: &Order, times: i64) {
        let copies = i64::from(order.copies.get()).saturating_mul(times);
        let tiyin = order.amount.tiyin().saturating_mul(times);
        let is_asked_back = order.status == OrderStatus::Paid && order.refund_asked_at.is_some();
        for hours in Hours::of(order.created_at) {
            let (booth, status, begun) = (order.booth.id.clone(), order.status.word(), order.begun_at.is_some());
            let counts = self.orders.entry(OrdersOf { hours, booth, status, begun }).or_default();
            counts.orders = counts.orders.saturating_add(times);
            counts.copies = counts.copies.saturating_add(copies);
            counts.amount_tiyin = counts.amount_tiyin.saturating_add(tiyin);
            if is_asked_back {
                counts.asked_back = counts.asked_back.saturating_add(times);
                counts.asked_back_tiyin = counts.asked_back_tiyin.saturating_add(tiyin);
            }
        }
    }

    /// Adds a transaction of a booth's order so many times; -1 takes it away.
    pub(crate) fn transaction(&mut self, booth: &BoothId, transaction: &Transaction, times: i64) {
        let Some(performed) = transaction.state.perform_time() else { return };
        let tiyin = transaction.amount.tiyin().saturating_mul(times);
        let of = |hours| TakingsOf { hours, provider: transaction.provider, booth: booth.clone() };
        for hours in Hours::of(performed) {
            let sums = self.takings.entry(of(hours)).or_default();
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
        let Some(went_back) = transaction.state.cancel_time() else { return };
        for hours in Hours::of(went_back) {
            let sums = self.takings.entry(of(hours)).or_default();
            sums.went_back = sums.went_back.saturating_add(times);
            sums.went_back_tiyin = sums.went_back_tiyin.saturating_add(tiyin);
        }
    }

    /// Leaves out what is nothing.
    pub(crate) fn without_nothing(mut self) -> Self {
        self.orders.retain(|_, counts| *counts != Counts::default());
        self.takings.retain(|_, amounts| *amounts != Amounts::default());
        self
    }
}
