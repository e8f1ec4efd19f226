//! Plays Payme over the wire.

pub mod standin;
