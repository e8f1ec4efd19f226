//! Plays Payme over the wire: a conformance suite, a simulator of payments and faults, and a load generator.
//!
//! Nothing here is shared with the server, so that it cannot share the server's mistakes: requests are literal JSON,
//! and what is right comes from Payme's documentation alone. Any merchant server in any language can be tested.

pub mod args;
pub mod conformance;
pub mod machine;
pub mod orders;
pub mod random;
pub mod shell;
pub mod simulator;
pub mod standin;
pub mod wire;
