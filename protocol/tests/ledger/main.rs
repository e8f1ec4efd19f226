//! The ledger's own rules, without any provider's call: which steps the journal takes, what ends an abandoned transaction,
//! and that money which came is recorded whatever had happened before.

mod arrivals;
mod book;
mod steps;
mod sweeping;
