//! Random numbers that a seed repeats, and names that no earlier run has used.
//!
//! A failing run is a line that can be typed again, so every choice comes from the seed. Names are different: a server
//! under test remembers them, so they carry the moment at which the run started, and a number of their own.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{SystemTime, UNIX_EPOCH};

/// SplitMix64: small, fast, and good enough to choose between calls and faults.
#[derive(Debug, Clone)]
pub struct Random(u64);

impl Random {
    /// The sequence that belongs to this seed.
    pub fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// A seed for a run that was given none.
    pub fn any_seed() -> u64 {
        // Without a source of randomness the clock is still a different number each time.
        getrandom::u64().unwrap_or_else(|_| now_ms().unsigned_abs()) % 1_000_000_000
    }

    /// The next 64 bits.
    pub fn next_u64(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// A number below `bound`, which is at least 1.
    pub fn below(&mut self, bound: u64) -> u64 {
        self.next_u64() % bound.max(1)
    }

    /// True in `percent` of all cases.
    pub fn chance(&mut self, percent: u64) -> bool {
        self.below(100) < percent
    }

    /// One of the given things; `choices` is never empty.
    pub fn pick<'c, T>(&mut self, choices: &'c [T]) -> &'c T {
        &choices[usize::try_from(self.below(choices.len() as u64)).unwrap_or(0)]
    }
}

/// Makes names that are new to the server: the ids of the wallets, and order numbers.
#[derive(Debug)]
pub struct Names {
    stamp: i64,
    /// Two runs that start in the same millisecond still have different names.
    salt: u64,
    count: AtomicU64,
}

impl Names {
    /// Names for a run that starts now.
    pub fn fresh() -> Self {
        Self { stamp: now_ms(), salt: Random::any_seed(), count: AtomicU64::new(0) }
    }

    /// A transaction id as Payme makes them: 24 hexadecimal digits, of which at least one is a letter.
    pub fn transaction_id(&self) -> String {
        let number = self.count.fetch_add(1, Ordering::Relaxed);
        let mixed = Random::new(self.salt ^ number.wrapping_mul(0x2545_f491_4f6c_dd1d)).next_u64();
        format!("{}{:012x}c", self.transaction_prefix(), mixed & 0xffff_ffff_ffff)
    }

    /// A number that no earlier run has used, wider than 32 bits: Click's ids.
    pub fn number(&self) -> i64 {
        let number = self.count.fetch_add(1, Ordering::Relaxed);
        // Below 2^53 until 2039, so that only the rule about large numbers needs large numbers.
        self.stamp * 4096 + i64::try_from(number).unwrap_or(0)
    }

    /// A UUID of version 4: Uzum's ids.
    pub fn uuid(&self) -> String {
        let number = self.count.fetch_add(1, Ordering::Relaxed);
        let mut random =
            Random::new(self.salt ^ self.stamp.unsigned_abs() ^ number.wrapping_mul(0x2545_f491_4f6c_dd1d));
        let (high, low) = (random.next_u64(), random.next_u64());
        let text = format!("{high:016x}{low:016x}");
        format!("{}-{}-4{}-a{}-{}", &text[..8], &text[8..12], &text[13..16], &text[17..20], &text[20..])
    }

    /// What all transaction ids of this run begin with.
    pub fn transaction_prefix(&self) -> String {
        format!("{:011x}", self.stamp & 0xfff_ffff_ffff)
    }

    /// An order number, unlike those of earlier runs.
    pub fn order_id(&self) -> String {
        let number = self.count.fetch_add(1, Ordering::Relaxed);
        format!("sandbox-{:x}-{:x}-{number}", self.stamp, self.salt & 0xffff)
    }
}

/// Milliseconds since 1970, as Payme counts.
pub fn now_ms() -> i64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |age| i64::try_from(age.as_millis()).unwrap_or(i64::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seed_repeats_its_numbers() {
        let (mut one, mut two) = (Random::new(7), Random::new(7));
        assert!((0..100).all(|_| one.next_u64() == two.next_u64()));
        assert_ne!(Random::new(7).next_u64(), Random::new(8).next_u64());
    }

    #[test]
    fn names_have_paymes_shape_and_do_not_repeat() {
        let names = Names::fresh();
        let ids: std::collections::BTreeSet<String> = (0..1000).map(|_| names.transaction_id()).collect();
        assert_eq!(ids.len(), 1000);
        assert!(ids.iter().all(|id| id.len() == 24 && id.bytes().all(|b| b.is_ascii_hexdigit())));
        // A rule asks for an id in capital letters.
        assert!(ids.iter().all(|id| id.to_ascii_uppercase() != *id));
    }
}
