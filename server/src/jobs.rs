//! What runs on a timer.

pub mod backup;
pub mod heads;
pub mod strangers;
pub mod sweep;
