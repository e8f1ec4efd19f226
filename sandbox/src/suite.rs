//! What a suite for any provider needs: rules as data, a case that leaves evidence, a run, and its report.
//!
//! A provider ([`crate::payme`]) brings its tests, its calls and its tables. Nothing here knows a method, a state or a
//! code of any of them.

mod case;
mod handbook;
mod links;
pub mod orders;
pub mod report;
mod rule;
mod run;
pub mod shell;
mod stop;
mod verdict;

pub use case::{Bench, Case};
pub use handbook::Handbook;
pub use links::Link;
pub use rule::{Checking, Grade, Rule, Test};
pub use run::{Provider, Want, run};
pub use stop::{About, Stop};
pub use verdict::{Failure, Report, RuleResult, Verdict};
