//! The ledger's own rules, without any provider's call: which steps the journal takes, what ends an abandoned transaction,
//! that money which came is recorded whatever had happened before, and what the owner's programs are told.

mod arrivals;
mod book;
mod events;
mod statements;
mod steps;
mod sweeping;
mod taking_over;
mod uzqr;
mod uzum_qr;
