//! The conformance suite: says rule by rule what a merchant server does right and wrong.
//!
//! [`mod@run`] tries the rules of the catalogue against a server; [`report`] writes what came of it. A check never looks
//! into the server: it sends what Payme sends, and judges what comes back by Payme's documentation.

mod case;
mod causes;
mod handbook;
mod reply;
pub mod report;
mod rule;
mod rules;
mod run;
mod steps;

pub use case::{AgeHook, Aging};
pub use handbook::{explain, list, markdown};
pub use rule::{Grade, Page, Rule};
pub use rules::{GROUPS, Group, find};
pub use run::{Report, RuleResult, RunError, Settings, Verdict, chosen, run};
