//! Payme's suite: its rules, its calls, its states, and traffic as Payme makes it.
//!
//! [`mod@run`] tries the rules of the catalogue against a server. A check never looks into the server: it sends what
//! Payme sends, and judges what comes back by Payme's documentation.

mod aging;
mod case;
mod causes;
mod key;
mod lessons;
mod links;
mod look;
pub mod machine;
pub mod official;
mod pages;
mod reply;
mod restart;
mod rules;
mod run;
pub mod simulator;
mod slowest;
mod steps;
mod tables;
mod texts;
mod transaction;
mod walk;

pub use aging::{AgeHook, Aging};
pub use lessons::explain;
pub use restart::Restart;
pub use rules::handbook;
pub use run::{RunError, Settings, run};
pub use texts::translate;
