//! Plays Payme over the wire.
