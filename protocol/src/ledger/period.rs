//! A period of time, for readings of many rows.

use crate::time::TimeMs;

/// From one instant to another, both included.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Period {
    /// From this instant.
    pub from: TimeMs,
    /// To this instant. Before `from`, nothing lies in the period.
    pub to: TimeMs,
}
