//! A small merchant server for the tests: right as it is, and wrong in exactly one way when told so.

pub mod merchant;
pub mod methods;
pub mod mistakes;
pub mod play;
pub mod verdicts;
