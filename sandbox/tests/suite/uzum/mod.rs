//! Uzum's suite against a small merchant: right as it is, and wrong in exactly one way when told so.

mod conformance;
pub mod merchant;
pub mod mistakes;
