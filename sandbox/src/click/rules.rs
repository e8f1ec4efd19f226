//! The catalogue: every rule, in groups, in the order in which they are tried.
//!
//! To add a rule, write a row in the table of its group and the check next to it. Ids are never reused or renumbered,
//! because scripts of integrators name them.

mod accept;
mod complete;
mod field;
mod http;
mod id;
mod prepare;
mod race;
mod restart;
mod sign;

use super::case::Case;
use super::lessons::LESSONS;
use super::texts::{PHRASES, ru, uz};
use crate::suite::{Handbook, Test};

const GROUPS: &[&[Test<Case>]] = &[
    accept::TESTS,
    sign::TESTS,
    http::TESTS,
    field::TESTS,
    prepare::TESTS,
    complete::TESTS,
    id::TESTS,
    race::TESTS,
    // After everything that has something to remember.
    restart::TESTS,
];

/// All tests.
pub fn tests() -> impl Iterator<Item = &'static Test<Case>> {
    GROUPS.iter().copied().flatten()
}

/// The rules as a catalogue.
pub fn handbook() -> Handbook {
    Handbook {
        provider: "Click",
        command: "boothpay sandbox click",
        prefix: "CLICK",
        rules: tests().map(|test| &test.rule).collect(),
        lessons: LESSONS,
        russian: ru::SENTENCES,
        uzbek: uz::SENTENCES,
        phrases: PHRASES,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::click::links::LINKS;
    use crate::suite::whole::assert_whole;

    #[test]
    fn the_catalogue_is_whole() {
        assert_whole(&handbook(), LINKS);
    }

    #[test]
    fn the_fifteen_cases_of_click_come_first() {
        let first: Vec<&str> = handbook().rules.iter().take(15).map(|rule| rule.id).collect();
        let wanted: Vec<String> = (1..=15).map(|number| format!("CLICK-ACCEPT-{number:02}")).collect();
        assert_eq!(first, wanted);
    }
}
