//! Plays the wallets over the wire: a conformance suite for each, and payments with faults and load.
//!
//! Nothing here is shared with the server, so that it cannot share the server's mistakes: requests are literal bytes,
//! and what is right comes from the wallets' documentation alone. Any merchant server in any language can be tested.

//!
//! [`suite`] and [`wire`] know no provider; [`payme`], [`click`] and [`uzum`] are the providers. [`printer`] is a printer with
//! faults.

pub mod args;
pub mod click;
pub mod payme;
pub mod printer;
pub mod random;
pub mod standin;
pub mod suite;
pub mod uzum;
pub mod wire;
