//! The clock: the only place that asks the system what time it is. Tests bring their own.

use boothpay_protocol::time::TimeMs;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{SystemTime, UNIX_EPOCH};

/// Where the time comes from.
#[derive(Clone, Debug)]
pub enum Clock {
    /// The system.
    System,
    /// A hand that a test moves, in milliseconds since 1970-01-01 UTC.
    Manual(Arc<AtomicI64>),
}

impl Clock {
    /// A clock that stands at a time until it is moved.
    pub fn manual(now: TimeMs) -> Self {
        Self::Manual(Arc::new(AtomicI64::new(now.ms())))
    }

    /// The time now. A system clock before 1970 counts as 1970.
    pub fn now(&self) -> TimeMs {
        match self {
            Self::System => {
                let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
                TimeMs::new(i64::try_from(since.as_millis()).unwrap_or(i64::MAX))
            }
            Self::Manual(ms) => TimeMs::new(ms.load(Ordering::SeqCst)),
        }
    }
}
