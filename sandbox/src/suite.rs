//! What a suite for any provider needs: rules as data, a case that leaves evidence, a run, and its report.
//!
//! A provider ([`crate::payme`], [`crate::click`], [`crate::uzum`]) brings its tests, its calls and its tables. Nothing here knows a method,
//! a state or a code of any of them.

mod aim;
pub mod answer;
mod bursts;
mod case;
pub mod causes;
mod handbook;
mod interrupt;
mod lessons;
mod links;
pub mod look;
mod official;
pub mod orders;
pub mod phrases;
pub mod report;
mod restart;
mod rule;
mod run;
mod settings;
pub mod shell;
mod single;
mod stop;
mod tables;
mod tally;
pub mod traffic;
mod verdict;

pub use aim::Aim;
pub use bursts::{Burst, bursts};
pub use case::{Bench, Case};
#[cfg(test)]
pub(crate) use handbook::whole;
pub use handbook::{Handbook, Sentences};
pub use interrupt::Interrupt;
pub use lessons::Lesson;
pub use links::Link;
pub use official::Official;
pub use phrases::Phrases;
pub use restart::Restart;
pub use rule::{Certainty, Checking, Grade, Rule, Test};
pub use run::{Provider, Want, run};
pub use settings::{Ready, RunError, Settings};
pub use single::{Ending, Play, Single, pay};
pub use stop::{About, Stop};
pub(crate) use tables::rules;
pub use tally::{Latency, Tally};
pub use traffic::{Customers, End, Fault, Limit, Load};
pub use verdict::{Failure, Report, RuleResult, Verdict};
