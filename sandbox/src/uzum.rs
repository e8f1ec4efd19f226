//! Uzum Bank's suite: its rules and its calls. Uzum calls a merchant at five addresses: check, create, confirm, reverse and
//! status.
//!
//! [`mod@run`] tries the rules of the catalogue against a server. A check never looks into the server: it sends what Uzum
//! sends, and judges what comes back by what is known of Uzum's documentation. Where its readers disagree, every documented
//! answer is right, and the report says which one came.

pub mod case;
mod causes;
mod lessons;
mod links;
mod look;
pub mod pages;
mod reply;
mod rules;
mod run;
mod steps;
mod texts;
mod traffic;

pub use rules::handbook;
pub use run::{Settings, customers, pay, run};
