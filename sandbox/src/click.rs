//! Click's suite: its rules and its calls. Click calls a shop twice for a payment: Prepare, and Complete.
//!
//! [`mod@run`] tries the rules of the catalogue against a server. A check never looks into the server: it sends what Click
//! sends, and judges what comes back by Click's documentation. Where that is silent or contradicts itself, every documented
//! answer is right, and the report says which one came.

pub(crate) mod call;
pub mod case;
mod causes;
mod lessons;
mod links;
mod look;
mod official;
pub mod pages;
mod reply;
mod rules;
mod run;
mod steps;
mod texts;
mod traffic;

pub use official::OFFICIAL;
pub use rules::handbook;
pub use run::{Settings, customers, pay, run};
