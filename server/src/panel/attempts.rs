//! How often somebody may try a password, and a code after it. Strangers can use up what strangers have together, and never what a device has that was in
//! before; `docs/decisions/0021-panel.md` argues it.
//!
//! A try is counted before it is judged, so that none of many at once is missed, and given back where it was right: nobody locks himself out by
//! working. What is given back is that one try, so it opens no further guess.

use super::cookies::DeviceMark;
use crate::net::{Address, Visitor};
use boothpay_protocol::panel::AdminName;
use boothpay_protocol::time::TimeMs;
use std::collections::HashMap;
use std::hash::Hash;
use std::sync::{Mutex, PoisonError};

/// So many at once, then one each so many milliseconds.
#[derive(Clone, Copy)]
struct Rate {
    burst: u32,
    every: i64,
}

/// What one address may try: a person who mistypes never meets it.
const OF_ADDRESS: Rate = Rate { burst: 10, every: 10_000 };

/// What all strangers may try together. A password of ten random small letters lasts millions of years at this.
const OF_STRANGERS: Rate = Rate { burst: 60, every: 2_000 };

/// What a device may try that was in before.
const OF_DEVICE: Rate = Rate { burst: 10, every: 10_000 };

/// Codes that one person may give, beside what is allowed above: a code has six digits only, of which three fit. Whoever knows the
/// password and guesses the code meets one that fits in two years, as likely as not.
const OF_CODES: Rate = Rate { burst: 10, every: 300_000 };

/// Cookies and one-time links of one address that may be made up: beyond it each waits a moment before anybody looks for it.
const LOOKS_OF_ADDRESS: Rate = Rate { burst: 20, every: 3_000 };

/// Addresses and devices that are told apart; beyond them, the one that is nearest to being forgotten goes.
const TOLD_APART_MAX: usize = 1024;

/// Seconds until it is worth trying again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Wait(pub(super) u32);

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum Who {
    Address(Address),
    /// An address, by what it may have made up.
    Looks(Address),
    Device(DeviceMark),
    Strangers,
    /// A person, by the codes that come from devices in which he was not in before.
    CodesOf(AdminName),
    /// A device, by the codes that come from it.
    CodesOfDevice(DeviceMark),
}

impl Who {
    const fn rate(&self) -> Rate {
        match self {
            Self::Address(_) => OF_ADDRESS,
            Self::Looks(_) => LOOKS_OF_ADDRESS,
            Self::Device(_) => OF_DEVICE,
            Self::Strangers => OF_STRANGERS,
            Self::CodesOf(_) | Self::CodesOfDevice(_) => OF_CODES,
        }
    }
}

/// A try that was counted, by all of whom it is one.
#[derive(Clone, Debug, PartialEq, Eq)]
#[must_use]
pub(super) struct Counted(Vec<Who>);

impl Counted {
    /// One of a password from there.
    pub(super) fn password(visitor: &Visitor, device: Option<DeviceMark>) -> Self {
        Self(match device {
            Some(device) => vec![Who::Device(device)],
            None => vec![Who::Address(visitor.address), Who::Strangers],
        })
    }

    /// One of a code for somebody, as a password and by itself.
    fn code(visitor: &Visitor, device: Option<DeviceMark>, name: &AdminName) -> Self {
        let Self(mut all) = Self::password(visitor, device);
        all.push(device.map_or_else(|| Who::CodesOf(name.clone()), Who::CodesOfDevice));
        Self(all)
    }
}

/// Who tried lately: for each, when he may try as often as ever again, in milliseconds.
#[derive(Default)]
pub(super) struct Attempts(Mutex<HashMap<Who, i64>>);

impl Attempts {
    /// Counts a try. A known device has an allowance of its own; everybody else shares.
    pub(super) fn take(&self, visitor: &Visitor, device: Option<DeviceMark>, now: TimeMs) -> Result<Counted, Wait> {
        self.count(Counted::password(visitor, device), now)
    }

    /// Counts a code that is tried for somebody: as a password, and by itself.
    pub(super) fn take_code(
        &self,
        visitor: &Visitor,
        device: Option<DeviceMark>,
        name: &AdminName,
        now: TimeMs,
    ) -> Result<Counted, Wait> {
        self.count(Counted::code(visitor, device, name), now)
    }

    fn count(&self, tried: Counted, now: TimeMs) -> Result<Counted, Wait> {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        for (at, who) in tried.0.iter().enumerate() {
            if let Err(wait) = take(&mut all, who.clone(), now.ms()) {
                // What was not tried is not counted.
                give_back(&mut all, tried.0.iter().take(at));
                return Err(wait);
            }
        }
        Ok(tried)
    }

    /// Gives a try back that was right, or that nobody has judged.
    pub(super) fn give_back(&self, Counted(tried): Counted) {
        give_back(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner), tried.iter());
    }

    /// Counts a look into the database for what an address may have made up; `false` when it asked for many lately.
    pub(super) fn take_look(&self, visitor: &Visitor, now: TimeMs) -> bool {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        take(&mut all, Who::Looks(visitor.address), now.ms()).is_ok()
    }
}

fn give_back<'a>(all: &mut HashMap<Who, i64>, tried: impl Iterator<Item = &'a Who>) {
    for who in tried {
        if let Some(full) = all.get_mut(who) {
            *full = full.saturating_sub(who.rate().every);
        }
    }
}

fn take(all: &mut HashMap<Who, i64>, who: Who, now: i64) -> Result<(), Wait> {
    let rate = who.rate();
    if !all.contains_key(&who) {
        make_room(all, now);
    }
    let full = all.entry(who).or_insert(now);
    let room = rate.every.saturating_mul(i64::from(rate.burst));
    // Fuller than full is a clock that was set back.
    let begin = if *full > now.saturating_add(room) { now } else { (*full).max(now) };
    let next = begin.saturating_add(rate.every);
    let over = next.saturating_sub(now).saturating_sub(room);
    if over > 0 {
        return Err(Wait(u32::try_from(over.saturating_add(999) / 1000).unwrap_or(u32::MAX).max(1)));
    }
    *full = next;
    Ok(())
}

fn make_room(all: &mut HashMap<Who, i64>, now: i64) {
    if all.len() < TOLD_APART_MAX {
        return;
    }
    all.retain(|who, full| *full > now || *who == Who::Strangers);
    let first = all
        .iter()
        .filter(|(who, _)| matches!(who, Who::Address(_) | Who::Looks(_)))
        .min_by_key(|(_, full)| **full)
        .map(|(who, _)| who.clone());
    if all.len() >= TOLD_APART_MAX
        && let Some(first) = first
    {
        all.remove(&first);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::net::Peer;
    use axum::http::{Extensions, HeaderMap};
    use std::net::{IpAddr, Ipv4Addr};

    fn from(number: u32) -> Visitor {
        let mut extensions = Extensions::new();
        extensions.insert(Peer::at(IpAddr::V4(Ipv4Addr::from(0xcb00_7100_u32.wrapping_add(number)))));
        Visitor::of(&extensions, &HeaderMap::new())
    }

    fn allowed(attempts: &Attempts, number: u32, device: Option<DeviceMark>, asked: usize, now: i64) -> usize {
        (0..asked).filter(|_| attempts.take(&from(number), device, TimeMs::new(now)).is_ok()).count()
    }

    #[test]
    fn one_address_and_all_strangers_together_have_an_end() {
        let attempts = Attempts::default();
        assert_eq!(allowed(&attempts, 1, None, 100, 0), 10);
        assert_eq!(attempts.take(&from(1), None, TimeMs::new(0)), Err(Wait(10)));
        assert_eq!(allowed(&attempts, 1, None, 5, 10_000), 1, "what is told is true");
        let others: usize = (2..5000).map(|number| allowed(&attempts, number, None, 1, 10_000)).sum();
        assert_eq!(others, 60 - 11 + 5, "all together, whatever address each of them has");
    }

    #[test]
    fn strangers_take_nothing_from_a_device_that_was_in_before() {
        let (attempts, device) = (Attempts::default(), Some(DeviceMark([7; 16])));
        for number in 0..5000 {
            allowed(&attempts, number, None, 3, 0);
        }
        assert_eq!(allowed(&attempts, 1, device, 100, 0), 10, "also from the same address");
        assert_eq!(allowed(&attempts, 1, device, 1, 10_000), 1);
    }

    #[test]
    fn codes_that_are_guessed_take_nothing_from_the_persons_own_device_or_from_another_person() {
        let attempts = Attempts::default();
        let (owner, other) = (AdminName::owner(), AdminName::parse("dilnoza").unwrap());
        let tries = |number: u32, device, name: &AdminName, asked: usize, now| {
            let take = |_: &usize| attempts.take_code(&from(number), device, name, TimeMs::new(now)).is_ok();
            (0..asked).filter(take).count()
        };
        let day = |addresses: u32, now| (0..addresses).map(|number| tries(number, None, &owner, 1, now)).sum::<usize>();
        assert_eq!(day(50, 0), 10, "from however many addresses");
        assert_eq!(day(50, 600_000), 2, "one in five minutes");
        assert_eq!(tries(60, None, &other, 3, 600_000), 3);
        assert_eq!(tries(1, Some(DeviceMark([7; 16])), &owner, 3, 600_000), 3);
    }

    #[test]
    fn what_was_right_is_no_try_and_what_was_wrong_stays_one() {
        let (attempts, device, owner) = (Attempts::default(), Some(DeviceMark([7; 16])), AdminName::owner());
        for device in [device, None] {
            for _ in 0..100 {
                attempts.give_back(attempts.take(&from(1), device, TimeMs::new(0)).unwrap());
                attempts.give_back(attempts.take_code(&from(1), device, &owner, TimeMs::new(0)).unwrap());
            }
            // Those at once are all counted before the first of them is judged.
            let at_once: Vec<_> =
                std::iter::from_fn(|| attempts.take_code(&from(1), device, &owner, TimeMs::new(0)).ok()).collect();
            assert_eq!(at_once.len(), 10);
            // One of them was right: one more, not ten.
            attempts.give_back(at_once.into_iter().next().unwrap());
            assert_eq!(allowed(&attempts, 1, device, 100, 0), 1);
        }
    }

    #[test]
    fn strangers_do_not_make_the_owners_device_be_forgotten() {
        let (attempts, device) = (Attempts::default(), Some(DeviceMark([7; 16])));
        assert_eq!(allowed(&attempts, 1, device, 100, 0), 10);
        for number in 0..5000 {
            allowed(&attempts, number, None, 1, 0);
        }
        assert_eq!(allowed(&attempts, 1, device, 100, 0), 0);
        assert!(attempts.0.lock().unwrap().len() <= TOLD_APART_MAX);
    }
}
