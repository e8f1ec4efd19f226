//! What tests of several crates need: a PostgreSQL cluster of their own, on a port and in a folder that nobody else uses.
//!
//! Needs the server programs of PostgreSQL 15 or later (Debian: `postgresql`), not a running server. Everything here
//! panics with words when it cannot be done, as tests do.

mod postgres;

pub use postgres::{Cluster, Database};
