//! How often one customer may send something: beyond it, it is passed over before it costs anything.

use crate::limits::{TELEGRAM_CUSTOMERS_MAX, TELEGRAM_OF_CUSTOMER};
use boothpay_protocol::time::TimeMs;
use std::collections::HashMap;

/// Who has sent how much lately.
#[derive(Default)]
pub(crate) struct Often {
    buckets: HashMap<i64, Bucket>,
    /// When it is worth looking again for those who have not come for a while.
    look_again_ms: i64,
}

/// How often that is, in milliseconds: a crowd must not make each newcomer cost a look at all.
const LOOK_PERIOD_MS: i64 = 10_000;

struct Bucket {
    /// When it is full again.
    full_ms: i64,
    was_told: bool,
}

/// Whether something is handled.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Allowed {
    Yes,
    /// The first that is too much: the customer is told.
    NoAndTell,
    No,
}

impl Often {
    /// Counts one.
    pub(crate) fn take(&mut self, customer: i64, now: TimeMs) -> Allowed {
        let now = now.ms();
        if self.buckets.len() >= TELEGRAM_CUSTOMERS_MAX && now >= self.look_again_ms {
            self.look_again_ms = now.saturating_add(LOOK_PERIOD_MS);
            self.buckets.retain(|_, bucket| bucket.full_ms > now);
        }
        // With so many at once, whoever is new waits for the others: a crowd that is made of one.
        if self.buckets.len() >= TELEGRAM_CUSTOMERS_MAX && !self.buckets.contains_key(&customer) {
            return Allowed::No;
        }
        let interval = 60_000 / i64::from(TELEGRAM_OF_CUSTOMER.per_minute.max(1));
        let room = interval.saturating_mul(TELEGRAM_OF_CUSTOMER.burst.into());
        let bucket = self.buckets.entry(customer).or_insert(Bucket { full_ms: now, was_told: false });
        // Fuller than full is a clock that was set back.
        let begin = if bucket.full_ms > now.saturating_add(room) { now } else { bucket.full_ms.max(now) };
        let full = begin.saturating_add(interval);
        if full > now.saturating_add(room) {
            return if std::mem::replace(&mut bucket.was_told, true) { Allowed::No } else { Allowed::NoAndTell };
        }
        *bucket = Bucket { full_ms: full, was_told: false };
        Allowed::Yes
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_customer_has_a_burst_and_then_a_pace_and_is_told_once() {
        let mut often = Often::default();
        let at = |ms: i64| TimeMs::new(1_700_000_000_000 + ms);
        let burst = TELEGRAM_OF_CUSTOMER.burst;
        assert!((0..burst).all(|_| often.take(1, at(0)) == Allowed::Yes));
        assert_eq!(often.take(1, at(0)), Allowed::NoAndTell);
        assert_eq!(often.take(1, at(0)), Allowed::No);
        assert_eq!(often.take(2, at(0)), Allowed::Yes, "another customer");
        let minute = (0..burst).filter(|_| often.take(1, at(60_000)) == Allowed::Yes).count();
        assert_eq!(minute, usize::try_from(TELEGRAM_OF_CUSTOMER.per_minute.min(burst)).unwrap());
        let crowd = (100..20_000).filter(|customer| often.take(*customer, at(60_000)) == Allowed::Yes).count();
        assert!(crowd <= TELEGRAM_CUSTOMERS_MAX && often.buckets.len() <= TELEGRAM_CUSTOMERS_MAX);
    }
}
