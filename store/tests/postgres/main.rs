//! What only PostgreSQL has to promise: several processes on one database, servers that are refused, and servers that go
//! away and come back.

#[path = "../support/mod.rs"]
mod support;

mod lookups;
mod opening;
mod outage;
mod races;
mod replaced;
mod watching;
