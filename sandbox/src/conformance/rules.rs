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
mod model;
mod password;
mod perform;
mod race;
mod rpc;
mod scenario;
mod scenario_one;
mod scenario_two;
mod statement;

pub use scenario::Walk;

use super::rule::Rule;

/// Rules about one subject.
#[derive(Debug)]
pub struct Group {
    /// What the group is about.
    pub title: &'static str,
    /// Its rules.
    pub rules: &'static [Rule],
}

/// All rules.
pub const GROUPS: &[Group] = &[
    Group { title: "First official scenario: create and cancel unconfirmed", rules: scenario_one::RULES },
    Group { title: "Second official scenario: create, confirm, cancel confirmed", rules: scenario_two::RULES },
    Group { title: "Authorisation", rules: auth::RULES },
    Group { title: "HTTP", rules: http::RULES },
    Group { title: "JSON-RPC", rules: rpc::RULES },
    Group { title: "CheckPerformTransaction", rules: check_perform::RULES },
    Group { title: "CreateTransaction", rules: create::RULES },
    Group { title: "PerformTransaction", rules: perform::RULES },
    Group { title: "CancelTransaction", rules: cancel::RULES },
    Group { title: "CheckTransaction", rules: check::RULES },
    Group { title: "GetStatement", rules: statement::RULES },
    Group { title: "SetFiscalData", rules: fiscal::RULES },
    Group { title: "Calls at the same instant", rules: race::RULES },
    Group { title: "The 12-hour limit", rules: expiry::RULES },
    Group { title: "Cumulative accounts", rules: cumulative::RULES },
    Group { title: "Random histories", rules: model::RULES },
    // The last, because a server that breaks these rules may be left with another key.
    Group { title: "ChangePassword", rules: password::RULES },
];

/// The rule with this id, in any case, with or without `PAYME-`.
pub fn find(id: &str) -> Option<&'static Rule> {
    let wanted = full(id);
    GROUPS.iter().flat_map(|group| group.rules).find(|rule| rule.id == wanted)
}

/// Whether a word of `--only` or `--skip` means this rule: its id or the beginning of it, up to a hyphen.
pub fn means(word: &str, rule: &Rule) -> bool {
    let wanted = full(word);
    rule.id.strip_prefix(&wanted).is_some_and(|rest| rest.is_empty() || rest.starts_with('-'))
}

fn full(id: &str) -> String {
    let id = id.trim().to_ascii_uppercase();
    if id.starts_with("PAYME") { id } else { format!("PAYME-{id}") }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn ids_are_unique_numbered_and_found() {
        let mut seen = BTreeSet::new();
        for group in GROUPS {
            let prefix = group.rules[0].id.trim_end_matches(char::is_numeric);
            for (index, rule) in group.rules.iter().enumerate() {
                assert_eq!(rule.id, format!("{prefix}{:02}", index + 1));
                assert!(seen.insert(rule.id), "{} twice", rule.id);
                assert!(find(rule.id).is_some());
                assert!(rule.sentence.ends_with('.') && rule.cause.ends_with(['.', ':']), "{}", rule.id);
            }
        }
        assert!(find("create-03").is_some_and(|rule| rule.id == "PAYME-CREATE-03"));
    }

    #[test]
    fn a_word_means_a_rule_or_a_group() {
        let rule = find("PAYME-CHECK-03").unwrap();
        assert!(means("payme-check", rule) && means("check-03", rule) && means("PAYME", rule));
        assert!(!means("PAYME-CHECKPERFORM", rule) && !means("check-0", rule));
    }
}
