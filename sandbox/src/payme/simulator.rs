//! The simulator: many customers who pay at once through a bad line, and the proof that the server's story agrees with
//! what it acknowledged.
//!
//! Every customer owns one order, so each answer can be judged at once ([`crate::payme::machine`]); what nobody can see while
//! it happens (a transaction lost, an order paid twice, money that does not add up) is read back at the end.

mod audit;
mod customer;
mod line;
mod plan;
mod report;
mod single;
mod traffic;

pub use audit::Audit;
pub use customer::Finding;
pub use report::{comparison, json, text};
pub use single::{Single, pay};
pub use traffic::{Outcome, Session, Settings};
