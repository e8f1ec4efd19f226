//! Click's suite against a small shop: right as it is, and wrong in exactly one way when told so.

mod conformance;
pub mod mistakes;
pub mod shop;
