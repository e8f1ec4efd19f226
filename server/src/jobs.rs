//! What runs on a timer.

pub mod sweep;
