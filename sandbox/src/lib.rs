//! Plays Payme over the wire: a conformance suite, a simulator of payments and faults, and a load generator.
//!
//! Nothing here is shared with the server, so that it cannot share the server's mistakes: requests are literal JSON,
//! and what is right comes from Payme's documentation alone. Any merchant server in any language can be tested.

//!
//! [`suite`] and [`wire`] know no provider; [`payme`] is the first one.

pub mod args;
pub mod payme;
pub mod random;
pub mod standin;
pub mod suite;
pub mod wire;
