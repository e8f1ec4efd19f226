//! The sentences of the rules in Russian and Uzbek.

pub mod ru;
pub mod uz;
