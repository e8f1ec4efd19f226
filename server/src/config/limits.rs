//! Limits that an owner may set; the others are constants (`limits.rs` of this crate).

use crate::net::Rate;
use std::time::Duration;

/// What strangers may do.
#[derive(Clone, Debug)]
pub struct Limits {
    /// Connections of one listener, where the system allows as many files.
    pub connections: usize,
    /// Of these, from one address of the network.
    pub connections_by_address: usize,
    /// Pages that watch an order.
    pub watchers: usize,
    /// Of these, from one address of the network.
    pub watchers_by_address: usize,
    /// How long a request's head may take.
    pub head: Duration,
    /// How long its body may take.
    pub body: Duration,
    /// How long a connection is kept between two calls.
    pub keep_alive: Duration,
    /// How often somebody may ask.
    pub rates: Rates,
}

/// How often an address of the network may ask.
#[derive(Clone, Copy, Debug)]
pub struct Rates {
    /// Orders.
    pub orders: Rate,
    /// Order numbers that nobody has.
    pub claims: Rate,
    /// Questions about an order.
    pub statuses: Rate,
    /// Calls of a webhook with a wrong key.
    pub wrong_keys: Rate,
    /// For so many addresses a proxy may speak.
    pub addresses_behind_proxy: u32,
}
