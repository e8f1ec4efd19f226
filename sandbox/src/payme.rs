//! Payme's suite: its rules, its calls, its states, and traffic as Payme makes it.
//!
//! [`mod@run`] tries the rules of the catalogue against a server. A check never looks into the server: it sends what
//! Payme sends, and judges what comes back by Payme's documentation.

mod aging;
mod before;
mod case;
mod causes;
mod key;
mod lessons;
mod links;
mod look;
pub mod machine;
mod official;
mod pages;
mod reply;
mod rules;
mod run;
pub mod simulator;
mod slowest;
mod steps;
mod texts;
mod transaction;
mod walk;

pub use aging::{AgeHook, Aging};
pub use official::OFFICIAL;
pub use rules::handbook;
pub use run::{Settings, run};
