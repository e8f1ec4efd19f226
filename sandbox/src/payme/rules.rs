//! The catalogue: every rule, in groups, in the order in which they are tried.
//!
//! To add a rule, write a row in the table of its group and the check next to it. Ids are never reused or renumbered,
//! because scripts of integrators name them.

mod auth;
mod cancel;
mod check;
mod check_perform;
mod create;
mod cumulative;
mod expiry;
mod fiscal;
mod http;
mod latency;
mod model;
mod password;
mod perform;
mod race;
mod restart;
mod rpc;
mod scenario;
mod scenario_one;
mod scenario_two;
mod statement;

use super::case::Case;
use super::lessons::LESSONS;
use super::texts::{PHRASES, ru, uz};
use crate::suite::{Handbook, Test};

const GROUPS: &[&[Test<Case>]] = &[
    scenario_one::TESTS,
    scenario_two::TESTS,
    auth::TESTS,
    http::TESTS,
    rpc::TESTS,
    check_perform::TESTS,
    create::TESTS,
    perform::TESTS,
    cancel::TESTS,
    check::TESTS,
    statement::TESTS,
    fiscal::TESTS,
    race::TESTS,
    expiry::TESTS,
    cumulative::TESTS,
    model::TESTS,
    // After everything that has something to remember.
    restart::TESTS,
    latency::TESTS,
    // The last, because a server that breaks these rules may be left with another key.
    password::TESTS,
];

/// All tests.
pub fn tests() -> impl Iterator<Item = &'static Test<Case>> {
    GROUPS.iter().copied().flatten()
}

/// The rules as a catalogue.
pub fn handbook() -> Handbook {
    Handbook {
        provider: "Payme",
        command: "boothpay sandbox payme",
        prefix: "PAYME",
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
    use crate::payme::links::LINKS;
    use crate::suite::report::Language;
    use crate::suite::whole::assert_whole;

    #[test]
    fn the_catalogue_is_whole() {
        assert_whole(&handbook(), LINKS);
    }

    #[test]
    fn a_word_means_a_rule_or_a_group() {
        let book = handbook();
        let chosen = |word: &str| book.chosen(&[word.to_owned()], &[]).map(|rules| rules.len());
        assert_eq!((chosen("payme-check-03"), chosen("check-03")), (Ok(1), Ok(1)));
        assert_eq!(chosen("PAYME").unwrap(), book.rules.len());
        assert!(chosen("CHECK").unwrap() < chosen("CHECKPERFORM").unwrap());
        assert!(chosen("check-0").is_err() && chosen("nothing").is_err());
    }

    #[test]
    fn a_rule_is_explained_with_its_lesson() {
        let book = handbook();
        let text = book.explain(book.find("CREATE-02").unwrap(), Language::English);
        assert!(text.contains("\"transaction\":\"5123\"") && text.contains("Laravel"), "{text}");
    }
}
