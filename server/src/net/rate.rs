//! How often somebody may ask. Counted by address in a table of fixed size, whoever comes.
//!
//! Each address has a bucket that fills steadily and is emptied by asking (GCRA: one number says when it is full again).
//! When the table has no room, it forgets the address that has asked least.

use super::address::Address;
use super::peer::Visitor;
use crate::config::Rates;
use crate::limits;
use boothpay_protocol::time::TimeMs;
use std::collections::hash_map::RandomState;
use std::hash::BuildHasher;
use std::sync::{Mutex, PoisonError};

/// Places of the table: as many sets as a byte has values, `WAYS` addresses in each, about 100 KiB together.
const SETS: usize = 256;
const WAYS: usize = 8;

/// What is limited.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Kind {
    /// Making an order, or opening one again.
    Order,
    /// Typing an order's number at a screen.
    Claim,
    /// Asking for an order's status.
    Status,
    /// Making a photo session, or bringing a photo.
    Photo,
    /// Calling a webhook with a wrong key, or without one.
    WrongKey,
}

/// So many at once, then so many a minute.
#[derive(Clone, Copy, Debug)]
pub struct Rate {
    pub(crate) burst: u32,
    pub(crate) per_minute: u32,
}

impl Rate {
    /// As many at once as a minute.
    pub const fn per_minute(times: u32) -> Self {
        Self { burst: times, per_minute: times }
    }

    /// What both may together.
    fn or_more(self, other: Self) -> Self {
        Self { burst: self.burst.max(other.burst), per_minute: self.per_minute.max(other.per_minute) }
    }

    const fn times(self, factor: u32) -> Self {
        Self { burst: self.burst.saturating_mul(factor), per_minute: self.per_minute.saturating_mul(factor) }
    }

    /// Microseconds between two, in the long run.
    fn interval(self) -> i64 {
        60_000_000 / i64::from(self.per_minute.max(1))
    }
}

/// Too often: so many seconds, at least one, until it is worth asking again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Wait(pub(crate) u32);

/// Whose bucket. A proxy's own bucket holds what all that it speaks for may do together: who passes bytes through a tunnel
/// could name a new address with every call.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Whose {
    Address(Address),
    Proxy,
    ThisComputer,
}

#[derive(Clone, Copy)]
struct Slot {
    whose: Option<(Kind, Whose)>,
    /// When the bucket is full again, microseconds since 1970.
    full: i64,
}

pub(super) struct Limiter {
    rates: Rates,
    sets: Box<[Mutex<[Slot; WAYS]>]>,
    keys: RandomState,
}

impl Limiter {
    pub(super) fn new(rates: Rates) -> Self {
        let empty = Slot { whose: None, full: i64::MIN };
        Self { rates, sets: (0..SETS).map(|_| Mutex::new([empty; WAYS])).collect(), keys: RandomState::new() }
    }

    /// Counts one against every bucket that it comes out of.
    pub(super) fn take(&self, kind: Kind, visitor: &Visitor, now: TimeMs) -> Result<(), Wait> {
        self.each(kind, visitor, |whose, rate| self.bucket((kind, whose), rate, now, true))
    }

    /// Whether one more would be allowed, without counting it.
    pub(super) fn look(&self, kind: Kind, visitor: &Visitor, now: TimeMs) -> Result<(), Wait> {
        self.each(kind, visitor, |whose, rate| self.bucket((kind, whose), rate, now, false))
    }

    fn bucket(&self, key: (Kind, Whose), rate: Rate, now: TimeMs, taking: bool) -> Result<(), Wait> {
        let [set, ..] = self.keys.hash_one(key).to_be_bytes();
        let Some(set) = self.sets.get(usize::from(set)) else { return Ok(()) };
        let mut slots = set.lock().unwrap_or_else(PoisonError::into_inner);
        let known = slots.iter().position(|slot| slot.whose == Some(key));
        let place = known.or_else(|| slots.iter().enumerate().min_by_key(|(_, slot)| slot.full).map(|(at, _)| at));
        let Some(slot) = place.and_then(|place| slots.get_mut(place)) else { return Ok(()) };
        if known.is_none() {
            *slot = Slot { whose: Some(key), full: i64::MIN };
        }
        let now = now.ms().saturating_mul(1000);
        let room = rate.interval().saturating_mul(i64::from(rate.burst));
        // Fuller than full is a clock that was set back; it must not shut anybody out until it has caught up.
        let begin = if slot.full > now.saturating_add(room) { now } else { slot.full.max(now) };
        let full = begin.saturating_add(rate.interval());
        let over = full.saturating_sub(now).saturating_sub(room);
        if over > 0 {
            let seconds = over.saturating_add(999_999) / 1_000_000;
            return Err(Wait(u32::try_from(seconds).unwrap_or(u32::MAX).max(1)));
        }
        if taking {
            slot.full = full;
        }
        Ok(())
    }

    /// The buckets that a visitor's call comes out of.
    fn each(&self, kind: Kind, visitor: &Visitor, ask: impl Fn(Whose, Rate) -> Result<(), Wait>) -> Result<(), Wait> {
        let (network, here) = self.rates(kind);
        if visitor.is_this_computer() {
            return ask(Whose::ThisComputer, here.or_more(network));
        }
        ask(Whose::Address(visitor.address), network)?;
        if visitor.forwarded { ask(Whose::Proxy, network.times(self.rates.addresses_behind_proxy)) } else { Ok(()) }
    }

    /// What an address of the network may, and what a program on this computer may at least.
    const fn rates(&self, kind: Kind) -> (Rate, Rate) {
        match kind {
            Kind::Order => (self.rates.orders, limits::ORDERS_HERE),
            Kind::Claim => (self.rates.claims, limits::CLAIMS_HERE),
            Kind::Status => (self.rates.statuses, limits::STATUSES_HERE),
            Kind::Photo => (self.rates.orders.times(limits::PHOTOS_OF_AN_ORDER), limits::PHOTOS_HERE),
            Kind::WrongKey => (self.rates.wrong_keys, limits::WRONG_KEYS_HERE),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::peer::Peer;
    use super::*;
    use axum::http::{Extensions, HeaderMap};
    use std::net::{IpAddr, Ipv4Addr};

    const ORDERS: Rate = Rate::per_minute(30);
    const BEHIND_PROXY: u32 = 20;

    fn limiter() -> Limiter {
        Limiter::new(Rates {
            orders: ORDERS,
            claims: Rate::per_minute(20),
            statuses: Rate::per_minute(300),
            wrong_keys: Rate::per_minute(30),
            addresses_behind_proxy: BEHIND_PROXY,
        })
    }

    fn from(ip: IpAddr, forwarded: Option<&str>) -> Visitor {
        let (mut extensions, mut headers) = (Extensions::new(), HeaderMap::new());
        extensions.insert(Peer::at(ip));
        if let Some(forwarded) = forwarded {
            headers.insert("x-forwarded-for", forwarded.parse().unwrap());
        }
        Visitor::of(&extensions, &headers)
    }

    fn stranger(number: u32) -> Visitor {
        from(IpAddr::V4(Ipv4Addr::from(0xcb00_7100 + number)), None)
    }

    fn at(ms: i64) -> TimeMs {
        TimeMs::new(1_700_000_000_000 + ms)
    }

    /// How many of `asked` calls are allowed at a time.
    fn allowed(limiter: &Limiter, visitor: &Visitor, asked: u32, ms: i64) -> u32 {
        let one = |_: &u32| limiter.take(Kind::Order, visitor, at(ms)).is_ok();
        u32::try_from((0..asked).filter(one).count()).unwrap()
    }

    #[test]
    fn a_burst_and_then_a_steady_rate() {
        let limiter = limiter();
        let rate = ORDERS;
        assert_eq!(allowed(&limiter, &stranger(1), 1000, 0), rate.burst);
        let refused = limiter.take(Kind::Order, &stranger(1), at(0)).unwrap_err();
        assert_eq!(refused, Wait(60 / rate.per_minute));
        let wait = i64::from(refused.0) * 1000;
        assert_eq!(allowed(&limiter, &stranger(1), 10, wait), 1, "what is told is true");
        assert_eq!(allowed(&limiter, &stranger(1), 1000, 60_000), rate.per_minute - 1);
        assert_eq!(allowed(&limiter, &stranger(1), 1000, 86_400_000), rate.burst, "it does not grow over night");
    }

    #[test]
    fn one_address_takes_nothing_from_another_nor_from_this_computer() {
        let limiter = limiter();
        allowed(&limiter, &stranger(1), 1000, 0);
        assert_eq!(allowed(&limiter, &stranger(2), 1000, 0), ORDERS.burst);
        let here = from(IpAddr::V4(Ipv4Addr::LOCALHOST), None);
        assert_eq!(allowed(&limiter, &here, 20_000, 0), limits::ORDERS_HERE.burst);
    }

    #[test]
    fn whoever_names_a_new_address_with_every_call_is_limited_all_the_same() {
        let limiter = limiter();
        let named = |number: u32| from(IpAddr::V4(Ipv4Addr::LOCALHOST), Some(&Ipv4Addr::from(number).to_string()));
        let through = (0..100_000).filter(|number| limiter.take(Kind::Order, &named(*number), at(0)).is_ok()).count();
        assert_eq!(through, usize::try_from(ORDERS.burst * BEHIND_PROXY).unwrap());
    }

    #[test]
    fn a_clock_that_is_set_back_shuts_nobody_out() {
        let limiter = limiter();
        assert_eq!(allowed(&limiter, &stranger(1), 5, 0), 5);
        let a_day_before = -86_400_000;
        assert_eq!(allowed(&limiter, &stranger(1), 1000, a_day_before), ORDERS.burst);
    }

    #[test]
    fn a_million_addresses_take_no_more_memory_and_do_not_forget_who_asks_most() {
        let limiter = limiter();
        allowed(&limiter, &stranger(0), 1000, 0);
        for number in 1..20_000 {
            allowed(&limiter, &stranger(number), 1, 0);
        }
        assert_eq!(limiter.sets.len() * WAYS, 2048);
        assert_eq!(allowed(&limiter, &stranger(0), 1, 0), 0);
    }
}
