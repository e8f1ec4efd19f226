//! What strangers do, in the log: told once, then summed up a minute at a time, whatever they do.

use super::address::Address;
use crate::limits::{STRANGERS_MAX, STRANGERS_PERIOD};
use boothpay_protocol::time::{SpanMs, TimeMs};
use std::collections::HashMap;
use std::fmt;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

/// What somebody did that an owner may want to know.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) enum Trouble {
    /// A webhook was called with a wrong login or key.
    WrongKey,
    /// A webhook was called without credentials.
    NoKey,
    /// Orders were asked for too often.
    Orders,
    /// Numbers were typed too often.
    Claims,
    /// Statuses were asked too often.
    Statuses,
    /// Photo sessions or photos came too often.
    Photos,
    /// An address was called at which there is nothing.
    NothingThere,
    /// Connections that waited had to go to make room.
    Crowd,
}

impl Trouble {
    const ALL: [Self; 8] = [
        Self::WrongKey,
        Self::NoKey,
        Self::Orders,
        Self::Claims,
        Self::Statuses,
        Self::Photos,
        Self::NothingThere,
        Self::Crowd,
    ];

    /// The word in metrics.
    const fn word(self) -> &'static str {
        match self {
            Self::WrongKey => "wrong_key",
            Self::NoKey => "no_key",
            Self::Orders => "orders",
            Self::Claims => "claims",
            Self::Statuses => "statuses",
            Self::Photos => "photos",
            Self::NothingThere => "nothing_there",
            Self::Crowd => "crowd",
        }
    }

    fn sum(self, times: u64, who: &dyn fmt::Display) -> String {
        let s = if times == 1 { "" } else { "s" };
        match self {
            Self::WrongKey => format!("refused {times} call{s} with a wrong key from {who} in the last minute"),
            Self::NoKey => format!("refused {times} call{s} without a key from {who} in the last minute"),
            Self::Orders => format!("refused {times} order{s} from {who} in the last minute: too many"),
            Self::Claims => format!("refused {times} order number{s} from {who} in the last minute: too many tries"),
            Self::Statuses => {
                format!("refused {times} question{s} about orders from {who} in the last minute: too many")
            }
            Self::Photos => format!("refused {times} photo{s} from {who} in the last minute: too many"),
            Self::NothingThere => {
                format!("{times} call{s} from {who} in the last minute to addresses at which there is nothing")
            }
            Self::Crowd => format!("closed {times} waiting connection{s} from {who} in the last minute to make room"),
        }
    }
}

/// Who did what how often.
#[derive(Default)]
pub(crate) struct Strangers {
    counts: Mutex<HashMap<(Trouble, Option<Address>), Count>>,
    /// How often each happened since the start, in the order of [`Trouble::ALL`].
    times: [AtomicU64; Trouble::ALL.len()],
}

struct Count {
    since: TimeMs,
    untold: u64,
}

impl Strangers {
    /// Notes it. Whether it is the first of its kind from there, to be told now; the others are told as a sum.
    pub(crate) fn note(&self, what: Trouble, who: Address, now: TimeMs) -> bool {
        self.note_many(what, who, 1, now)
    }

    pub(crate) fn note_many(&self, what: Trouble, who: Address, times: u64, now: TimeMs) -> bool {
        for (known, all) in Trouble::ALL.into_iter().zip(&self.times) {
            if known == what {
                all.fetch_add(times, Ordering::Relaxed);
            }
        }
        let mut counts = self.counts();
        if let Some(count) = counts.get_mut(&(what, Some(who))) {
            count.untold = count.untold.saturating_add(times);
            return false;
        }
        if counts.len() < STRANGERS_MAX {
            counts.insert((what, Some(who)), Count { since: now, untold: times.saturating_sub(1) });
            return true;
        }
        // Too many to tell apart.
        let count = counts.entry((what, None)).or_insert(Count { since: now, untold: 0 });
        count.untold = count.untold.saturating_add(times);
        false
    }

    /// The sums whose minute is over.
    pub(crate) fn due(&self, now: TimeMs) -> Vec<String> {
        let mut told = Vec::new();
        self.counts().retain(|(what, who), count| {
            let over = now < count.since || now.since(count.since) >= SpanMs::seconds(STRANGERS_PERIOD);
            if !over {
                return true;
            }
            let untold = std::mem::take(&mut count.untold);
            count.since = now;
            if untold > 0 {
                told.push(((*what, *who), untold));
            }
            // Whoever was quiet for a minute is told at once the next time.
            untold > 0
        });
        told.sort_unstable();
        let line = |((what, who), times): &((Trouble, Option<Address>), u64)| match who {
            Some(who) => what.sum(*times, who),
            None => what.sum(*times, &"other addresses"),
        };
        told.iter().map(line).collect()
    }

    /// What happened how often since the start, for metrics.
    pub(crate) fn counted(&self) -> impl Iterator<Item = (&'static str, u64)> {
        Trouble::ALL.into_iter().map(Trouble::word).zip(self.times.iter().map(|times| times.load(Ordering::Relaxed)))
    }

    fn counts(&self) -> MutexGuard<'_, HashMap<(Trouble, Option<Address>), Count>> {
        self.counts.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::net::{IpAddr, Ipv4Addr};

    fn who(number: u32) -> Address {
        Address::of(IpAddr::V4(Ipv4Addr::from(0xcb00_7100 + number)))
    }

    #[test]
    fn the_first_is_told_at_once_and_the_rest_as_a_sum_with_the_address() {
        let strangers = Strangers::default();
        let at = |second: i64| TimeMs::new(second * 1000);
        let told = (0..35_013).filter(|_| strangers.note(Trouble::WrongKey, who(7), at(5))).count();
        assert_eq!(told, 1);
        assert!(strangers.note(Trouble::WrongKey, who(8), at(5)) && strangers.note(Trouble::NoKey, who(7), at(5)));
        assert_eq!(strangers.due(at(64)), [""; 0]);
        let sum = "refused 35012 calls with a wrong key from 203.0.113.7 in the last minute";
        assert_eq!(strangers.due(at(65)), [sum]);
        // It goes on: only sums. It pauses for a minute: told at once again.
        assert!(!strangers.note(Trouble::WrongKey, who(7), at(70)));
        assert_eq!(strangers.due(at(125)), ["refused 1 call with a wrong key from 203.0.113.7 in the last minute"]);
        assert_eq!(strangers.due(at(185)), [""; 0]);
        assert!(strangers.note(Trouble::WrongKey, who(7), at(186)));
    }

    #[test]
    fn a_million_addresses_are_a_few_lines() {
        let strangers = Strangers::default();
        let at = TimeMs::new(0);
        let told = (0..1_000_000).filter(|number| strangers.note(Trouble::NothingThere, who(*number), at)).count();
        assert_eq!(told, STRANGERS_MAX);
        let sums = strangers.due(TimeMs::new(60_000));
        assert_eq!(sums.len(), 1);
        assert!(sums[0].starts_with("999744 calls from other addresses"), "{sums:?}");
    }
}
