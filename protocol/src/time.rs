//! Time as the providers count it.

// `core` has the span of time alone, without a clock.
use core::time::Duration;
use serde::{Deserialize, Serialize};
use std::fmt;

/// Milliseconds since 1970-01-01 UTC: Payme's Timestamp (`reference/payme.md §3`, page tipy-dannykh).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct TimeMs(i64);

impl TimeMs {
    /// From milliseconds.
    pub const fn new(ms: i64) -> Self {
        Self(ms)
    }

    /// In milliseconds.
    pub const fn ms(self) -> i64 {
        self.0
    }

    /// This time plus a span; at the end of the range it stays there.
    pub const fn plus(self, span: SpanMs) -> Self {
        Self(self.0.saturating_add(span.0))
    }

    /// This time less a span; at the end of the range it stays there.
    pub const fn minus(self, span: SpanMs) -> Self {
        Self(self.0.saturating_sub(span.0))
    }

    /// How long after `earlier` this is; negative when it is before.
    pub const fn since(self, earlier: Self) -> SpanMs {
        SpanMs(self.0.saturating_sub(earlier.0))
    }
}

impl fmt::Display for TimeMs {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// A span of time in milliseconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct SpanMs(i64);

impl SpanMs {
    /// From milliseconds.
    pub const fn new(ms: i64) -> Self {
        Self(ms)
    }

    /// From seconds.
    pub const fn seconds(seconds: u32) -> Self {
        // Widening; `From` is not yet const. 2^32 seconds in milliseconds is far inside 64 bits.
        #[allow(clippy::as_conversions)]
        Self((seconds as i64).saturating_mul(1000))
    }

    /// As a duration; less than nothing is nothing.
    pub fn duration(self) -> Duration {
        Duration::from_millis(u64::try_from(self.0).unwrap_or(0))
    }

    /// In milliseconds.
    pub const fn ms(self) -> i64 {
        self.0
    }
}
