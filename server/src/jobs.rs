//! What runs on a timer.

pub mod backup;
pub mod sweep;
