//! The catalogue: every rule, in groups, in the order in which they are tried.
//!
//! To add a rule, write a row in the table of its group and the check next to it. Ids are never reused or renumbered,
//! because scripts of integrators name them.

mod auth;
mod check;
mod confirm;
mod create;
mod field;
mod http;
mod race;
mod restart;
mod reverse;
mod status;

use super::case::Case;
use super::lessons::LESSONS;
use super::texts::{PHRASES, ru, uz};
use crate::suite::{Handbook, Test};

const GROUPS: &[&[Test<Case>]] = &[
    auth::TESTS,
    http::TESTS,
    field::TESTS,
    check::TESTS,
    create::TESTS,
    confirm::TESTS,
    reverse::TESTS,
    status::TESTS,
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
        provider: "Uzum",
        command: "boothpay sandbox uzum",
        prefix: "UZUM",
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
    use crate::suite::whole::assert_whole;
    use crate::uzum::links::LINKS;

    #[test]
    fn the_catalogue_is_whole() {
        assert_whole(&handbook(), LINKS);
    }
}
