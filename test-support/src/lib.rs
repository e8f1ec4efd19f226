//! What tests of several crates need: a PostgreSQL cluster of their own, on a port and in a folder that nobody else uses,
//! and children that end with the test program, however that ends.
//!
//! Needs the server programs of PostgreSQL 15 or later (Debian: `postgresql`), not a running server. Everything here
//! panics with words when it cannot be done, as tests do.

mod child;
mod postgres;

pub use child::mortal;
pub use postgres::{Cluster, Database};
