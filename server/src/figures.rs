//! The owner's figures: what came, what went back, what is owed, how many shown codes were paid, and where customers gave up.
//!
//! Pure: made from the sums that the store keeps ([`boothpay_store::Kept`]), so the same for the report of the command line, for
//! `GET /api/stats` and for the owner's panel. Money counts in the hour in which it came, also when it went back later; what went
//! back counts once more in the hour in which it went. An order counts in the hour in which it was made. A day has the hours that begin on it in the booth's time zone.

mod json;
mod period;
mod rows;
mod sheet;
mod text;
mod words;

pub(crate) use period::Part;
pub use period::{Period, PeriodError};
pub(crate) use rows::MoneyRow;
pub(crate) use text::{decimal_in, provider_name};
pub(crate) use words::{Words, words};

use boothpay_protocol::ledger::booth::BoothId;
use boothpay_protocol::ledger::order::OrderStatus;
use boothpay_protocol::ledger::provider::Provider;
use boothpay_protocol::time::TimeMs;
use boothpay_store::{Kept, OrderSums, Takings};
use jiff::tz::TimeZone;
use std::collections::BTreeMap;
use std::ops::{AddAssign, Range};

/// How many, and their sum in tiyin.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Sum {
    /// How many.
    pub count: i64,
    /// Tiyin.
    pub tiyin: i64,
}

impl Sum {
    const fn new(count: i64, tiyin: i64) -> Self {
        Self { count, tiyin }
    }

    const fn less(self, other: Self) -> Self {
        Self::new(self.count.saturating_sub(other.count), self.tiyin.saturating_sub(other.tiyin))
    }
}

impl AddAssign for Sum {
    fn add_assign(&mut self, other: Self) {
        self.count = self.count.saturating_add(other.count);
        self.tiyin = self.tiyin.saturating_add(other.tiyin);
    }
}

/// Money that came in some hours, by what has become of it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Money {
    /// It paid its order, also if it went back later.
    pub paid: Sum,
    /// Of that, what went back.
    pub refunded: Sum,
    /// Of what stands ([`Money::net`]), what nobody but the booth's staff has seen: payments by UzQR.
    pub unverified: Sum,
    /// Of what stands, test payments, which are no money: made while the booth was tried, or taken over from another program.
    pub tests: Sum,
    /// It came too late to pay its order, and has to go back.
    pub owed: Sum,
    /// It came too late, and has gone back.
    pub given_back: Sum,
    /// What went back in these hours, whenever it had come: refunds, and late money that was given back.
    pub went_back: Sum,
}

impl Money {
    /// What stands: paid, and did not go back.
    pub const fn net(&self) -> Sum {
        self.paid.less(self.refunded)
    }

    /// What an order that was paid cost in the mean, in whole tiyin.
    pub fn average_tiyin(&self) -> Option<i64> {
        rounded(self.paid.tiyin, self.paid.count)
    }
}

impl From<&Takings> for Money {
    fn from(takings: &Takings) -> Self {
        let refunded = Sum::new(takings.refunded_count, takings.refunded_tiyin);
        let stands = Sum::new(takings.paid_count, takings.paid_tiyin);
        let mut paid = stands;
        paid += refunded;
        let unverified = if takings.provider.is_verified() { Sum::default() } else { stands };
        let tests = if takings.provider == Provider::Test { stands } else { Sum::default() };
        let owed = Sum::new(takings.owed_count, takings.owed_tiyin);
        let given_back = Sum::new(takings.given_back_count, takings.given_back_tiyin);
        let went_back = Sum::new(takings.went_back_count, takings.went_back_tiyin);
        Self { paid, refunded, unverified, tests, owed, given_back, went_back }
    }
}

impl AddAssign for Money {
    fn add_assign(&mut self, other: Self) {
        self.paid += other.paid;
        self.refunded += other.refunded;
        self.unverified += other.unverified;
        self.tests += other.tests;
        self.owed += other.owed;
        self.given_back += other.given_back;
        self.went_back += other.went_back;
    }
}

/// Orders that were made in some hours: every code that was shown, by what has become of it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Shown {
    /// All.
    pub made: i64,
    /// Paid, also if the money went back later.
    pub sold: i64,
    /// The copies of those.
    pub copies: i64,
    /// Of these, the copies of orders whose money did not go back.
    pub copies_kept: i64,
    /// Still waiting for money.
    pub waiting: i64,
    /// Closed at the booth before any wallet had begun to pay.
    pub cancelled_unscanned: i64,
    /// Closed at the booth after a wallet had begun to pay.
    pub cancelled_begun: i64,
    /// Their time ran out before any wallet had begun to pay.
    pub expired_unscanned: i64,
    /// Their time ran out after a wallet had begun to pay.
    pub expired_begun: i64,
    /// Paid, and a person asked the money back, which has not gone yet.
    pub asked_back: Sum,
}

impl Shown {
    /// How many of a thousand orders that came to an end were paid.
    pub fn sold_of_thousand(&self) -> Option<i64> {
        rounded(self.sold.saturating_mul(1000), self.made.saturating_sub(self.waiting))
    }

    /// Copies of an order that was paid, in the mean, in hundredths.
    pub fn copies_hundredths(&self) -> Option<i64> {
        rounded(self.copies.saturating_mul(100), self.sold)
    }
}

impl From<&OrderSums> for Shown {
    fn from(sums: &OrderSums) -> Self {
        let mut shown = Self { made: sums.orders, ..Self::default() };
        match (sums.status, sums.begun) {
            (OrderStatus::Pending, _) => shown.waiting = sums.orders,
            (OrderStatus::Paid, _) => {
                (shown.sold, shown.copies, shown.copies_kept) = (sums.orders, sums.copies, sums.copies);
            }
            (OrderStatus::Refunded, _) => (shown.sold, shown.copies) = (sums.orders, sums.copies),
            (OrderStatus::Cancelled, false) => shown.cancelled_unscanned = sums.orders,
            (OrderStatus::Cancelled, true) => shown.cancelled_begun = sums.orders,
            (OrderStatus::Expired, false) => shown.expired_unscanned = sums.orders,
            (OrderStatus::Expired, true) => shown.expired_begun = sums.orders,
        }
        shown.asked_back = Sum::new(sums.asked_back_count, sums.asked_back_tiyin);
        shown
    }
}

impl AddAssign for Shown {
    fn add_assign(&mut self, other: Self) {
        let add = |to: &mut i64, number: i64| *to = to.saturating_add(number);
        add(&mut self.made, other.made);
        add(&mut self.sold, other.sold);
        add(&mut self.copies, other.copies);
        add(&mut self.copies_kept, other.copies_kept);
        add(&mut self.waiting, other.waiting);
        add(&mut self.cancelled_unscanned, other.cancelled_unscanned);
        add(&mut self.cancelled_begun, other.cancelled_begun);
        add(&mut self.expired_unscanned, other.expired_unscanned);
        add(&mut self.expired_begun, other.expired_begun);
        self.asked_back += other.asked_back;
    }
}

/// Everything about some hours.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Figures {
    /// The money that came.
    pub money: Money,
    /// The orders that were made.
    pub shown: Shown,
}

impl Figures {
    /// What has to go back to customers: late money, and what a person asked back.
    pub fn owed_back(&self) -> Sum {
        let mut owed = self.money.owed;
        owed += self.shown.asked_back;
        owed
    }
}

impl AddAssign for Figures {
    fn add_assign(&mut self, other: Self) {
        self.money += other.money;
        self.shown += other.shown;
    }
}

/// The same kind of period before, to compare with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Before {
    /// Of a day, the same weekday of the week before; of a month or a year, the one before.
    pub period: Period,
    /// Of all of it.
    pub total: Figures,
    /// Of its hours up to the one that corresponds to now; `None` when the period that is reported is over.
    pub by_now: Option<Figures>,
}

/// A period's figures.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Report {
    /// Of what.
    pub period: Period,
    /// The booth's time zone, by which days begin.
    pub zone: TimeZone,
    /// All of it.
    pub total: Figures,
    /// What it is compared with.
    pub before: Before,
    /// Of a day its hours, of a month its days, of a year its months; all of them, in order.
    pub parts: Vec<(Part, Figures)>,
    /// The money, by who brought it; all providers.
    pub by_provider: Vec<(Provider, Money)>,
    /// By booth; those that have anything.
    pub by_booth: Vec<(BoothId, Figures)>,
    /// What has to go back to customers now, whenever it came.
    pub owed_now: Sum,
}

impl Report {
    /// The spans of hours whose sums a report needs, counted from 1970-01-01 UTC: the period's parts, and the period before, cut
    /// where it corresponds to now.
    pub fn spans(period: Period, zone: &TimeZone, now: TimeMs) -> Vec<Range<i64>> {
        let (hours, before) = (period.hours(zone), period.before().hours(zone));
        let passed = period.passed(zone, now).map(|passed| before.start.saturating_add(passed).min(before.end));
        let cut = passed.unwrap_or(before.end);
        let begins: Vec<i64> = period.parts(zone).into_iter().map(|(_, begins)| begins).collect();
        let ends = begins.iter().copied().skip(1).chain([hours.end]);
        let parts = begins.iter().copied().zip(ends).map(|(begins, ends)| begins..ends);
        [before.start..cut, cut..before.end].into_iter().chain(parts).filter(|span| !span.is_empty()).collect()
    }

    /// Makes a report of sums that have at least [`Report::spans`].
    pub fn of(kept: &Kept, period: Period, zone: &TimeZone, now: TimeMs) -> Self {
        let (hours, before) = (period.hours(zone), period.before());
        let (hours_before, passed) = (before.hours(zone), period.passed(zone, now));
        let parts = period.parts(zone);
        let (mut total, mut total_before, mut by_now) = (Figures::default(), Figures::default(), Figures::default());
        let mut part_sums: Vec<Figures> = vec![Figures::default(); parts.len()];
        let mut by_provider: BTreeMap<Provider, Money> = BTreeMap::new();
        let mut by_booth: BTreeMap<BoothId, Figures> = BTreeMap::new();
        let mut owed_now = Figures::default();
        for sums in Sums::all(kept) {
            let Some(hour) = sums.hour else {
                owed_now += sums.figures;
                continue;
            };
            if hours.contains(&hour) {
                total += sums.figures;
                // Parts follow each other, so the last that begins by then is the hour's.
                let place = parts.partition_point(|(_, begins)| *begins <= hour).saturating_sub(1);
                if let Some(part) = part_sums.get_mut(place) {
                    *part += sums.figures;
                }
                if let Some(provider) = sums.provider {
                    *by_provider.entry(provider).or_default() += sums.figures.money;
                }
                *by_booth.entry(sums.booth.clone()).or_default() += sums.figures;
            } else if hours_before.contains(&hour) {
                total_before += sums.figures;
                if passed.is_some_and(|passed| hour.saturating_sub(hours_before.start) < passed) {
                    by_now += sums.figures;
                }
            }
        }
        by_booth.retain(|_, figures| *figures != Figures::default());
        Self {
            period,
            zone: zone.clone(),
            total,
            before: Before { period: before, total: total_before, by_now: passed.map(|_| by_now) },
            parts: parts.into_iter().map(|(part, _)| part).zip(part_sums).collect(),
            by_provider: Provider::ALL.map(|it| (it, by_provider.remove(&it).unwrap_or_default())).into(),
            by_booth: by_booth.into_iter().collect(),
            owed_now: owed_now.owed_back(),
        }
    }
}

/// A kept sum of either kind as figures.
struct Sums<'a> {
    hour: Option<i64>,
    booth: &'a BoothId,
    provider: Option<Provider>,
    figures: Figures,
}

impl<'a> Sums<'a> {
    fn all(kept: &'a Kept) -> impl Iterator<Item = Self> {
        let money = kept.takings.iter().map(|takings| Self {
            hour: takings.hour,
            booth: &takings.booth,
            provider: Some(takings.provider),
            figures: Figures { money: takings.into(), ..Figures::default() },
        });
        let shown = kept.orders.iter().map(|sums| Self {
            hour: sums.hour,
            booth: &sums.booth,
            provider: None,
            figures: Figures { shown: sums.into(), ..Figures::default() },
        });
        money.chain(shown)
    }
}

/// A quotient, rounded to the nearest whole number, halves up; `None` of nothing.
fn rounded(of: i64, parts: i64) -> Option<i64> {
    if parts <= 0 {
        return None;
    }
    let whole = of.saturating_mul(2).saturating_add(parts);
    whole.checked_div_euclid(parts.saturating_mul(2))
}

#[cfg(test)]
mod tests;
