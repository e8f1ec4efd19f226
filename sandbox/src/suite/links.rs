//! Which failures are one fault: a rule that another broken rule explains is told with it, not beside it.
//!
//! There are two ways to know. A check says of each step on the way which rules are about that step ([`About`]). And a
//! provider has a table of rules that ask nearly the same in another place ([`Link`]).

use super::stop::About;
use super::verdict::{RuleResult, Verdict};
use std::collections::BTreeMap;

/// A row of a provider's table: what else breaks when a rule is broken.
#[derive(Debug, Clone, Copy)]
pub enum Link {
    /// The first rule fails whenever one of the others does.
    Follows(&'static str, &'static [&'static str]),
    /// The first rule asks the same in another place: the fault is the same if the same answer came.
    SameAnswer(&'static str, &'static [&'static str]),
}

/// Marks the results that another broken rule explains. `about` has what a check said of the step in which it failed.
pub fn link(results: &mut [RuleResult], about: &BTreeMap<&'static str, About>, table: &[Link]) {
    let broken: BTreeMap<&str, (bool, String)> = results
        .iter()
        .filter_map(|result| Some((result.rule.id, (result.rule.grade.decides(), result.failure()?.got.clone()))))
        .collect();
    let mut words: BTreeMap<&str, &'static str> = BTreeMap::new();
    let mut links: BTreeMap<&'static str, (&'static str, bool)> = BTreeMap::new();
    for result in results.iter() {
        let (id, Some(failure)) = (result.rule.id, result.failure()) else { continue };
        let explains = |other: &str, same_answer: bool| {
            other != id
                && broken.get(other).is_some_and(|(decides, got)| {
                    (*decides || !result.rule.grade.decides()) && (!same_answer || alike(got, &failure.got))
                })
        };
        let find = |rules: &[&'static str], same: bool| rules.iter().copied().find(|rule| explains(rule, same));
        let step = match about.get(id) {
            // A rule that is itself among them is explained only by those before it.
            Some(About::Step(rules)) => find(before(rules, id), false).map(|rule| (rule, true)),
            Some(About::SameAnswer(rules)) => find(before(rules, id), true).map(|rule| (rule, true)),
            None => None,
        };
        let row = || {
            table.iter().find_map(|link| match link {
                Link::Follows(rule, others) if *rule == id => find(others, false),
                Link::SameAnswer(rule, others) if *rule == id => find(others, true),
                Link::Follows(..) | Link::SameAnswer(..) => None,
            })
        };
        // The same words about what is wrong are the same fault; the first rule that decides tells it.
        let mut said = || {
            failure.because.as_deref().and_then(|because| match words.get(because) {
                Some(first) => Some(*first),
                None if result.rule.grade.decides() => {
                    words.insert(because, id);
                    None
                }
                None => None,
            })
        };
        let found = step.or_else(|| row().or_else(&mut said).map(|rule| (rule, false)));
        links.extend(found.map(|found| (id, found)));
    }
    // A circle of explanations explains nothing: its first rule stands for itself.
    for result in results.iter() {
        if follow(&links, result.rule.id) == result.rule.id {
            links.remove(result.rule.id);
        }
    }
    for result in results {
        let Some((_, blocked)) = links.get(result.rule.id).copied() else { continue };
        let by = follow(&links, result.rule.id);
        match &mut result.verdict {
            Verdict::Failed(failure) if blocked => {
                let failure = failure.clone();
                result.verdict = Verdict::Blocked { by, failure };
            }
            Verdict::Failed(failure) => failure.same = Some(by),
            Verdict::Passed | Verdict::Skipped(_) | Verdict::Untried(_) | Verdict::Blocked { .. } => {}
        }
    }
}

/// The rules before this one, or all where it is not among them.
fn before<'r>(rules: &'r [&'static str], id: &str) -> &'r [&'static str] {
    let end = rules.iter().position(|rule| *rule == id).unwrap_or(rules.len());
    &rules[..end]
}

/// The end of a chain of explanations, or the rule itself where the chain comes back to it.
fn follow(links: &BTreeMap<&'static str, (&'static str, bool)>, id: &'static str) -> &'static str {
    let mut at = id;
    for _ in 0..=links.len() {
        match links.get(at) {
            Some((next, _)) => at = next,
            None => break,
        }
        if at == id {
            break;
        }
    }
    at
}

/// The same answer: word for word, or the same HTTP status in the place of an answer.
fn alike(one: &str, other: &str) -> bool {
    let status = |text: &str| Some(text.strip_prefix("HTTP ")?.chars().take(3).collect::<String>());
    one == other || (status(one).is_some() && status(one) == status(other))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::suite::{Failure, Grade, Rule};
    use std::time::Duration;

    const fn rule(id: &'static str) -> Rule {
        Rule { id, group: "", grade: Grade::Required, source: "", certainty: None, sentence: "", cause: "" }
    }

    static RULES: [Rule; 4] = [rule("A"), rule("B"), rule("C"), rule("D")];

    fn broken(got: [&str; 4]) -> Vec<RuleResult> {
        let verdict = |got: &str| match got {
            "" => Verdict::Passed,
            got => Verdict::Failed(Failure {
                at: 0,
                expected: String::new(),
                got: got.to_owned(),
                because: None,
                causes: vec![],
                same: None,
            }),
        };
        let result = |(rule, got)| RuleResult {
            rule,
            verdict: verdict(got),
            notes: vec![],
            trail: vec![],
            took: Duration::ZERO,
        };
        RULES.iter().zip(got).map(result).collect()
    }

    fn explained(
        mut results: Vec<RuleResult>,
        about: &[(&'static str, About)],
        table: &[Link],
    ) -> Vec<Option<&'static str>> {
        link(&mut results, &about.iter().copied().collect(), table);
        results.iter().map(RuleResult::explanation).collect()
    }

    #[test]
    fn a_chain_ends_at_its_first_fault_and_a_circle_keeps_one() {
        let chain = [Link::Follows("B", &["A"]), Link::Follows("C", &["B"])];
        assert_eq!(explained(broken(["x", "y", "z", ""]), &[], &chain), [None, Some("A"), Some("A"), None]);
        assert_eq!(explained(broken(["", "y", "z", ""]), &[], &chain), [None, None, Some("B"), None]);
        let circle = [Link::Follows("A", &["B"]), Link::Follows("B", &["A"])];
        assert_eq!(explained(broken(["x", "y", "", ""]), &[], &circle), [None, Some("A"), None, None]);
    }

    #[test]
    fn the_same_answer_is_asked_for() {
        let table = [Link::SameAnswer("B", &["A"]), Link::SameAnswer("C", &["A"]), Link::SameAnswer("D", &["C"])];
        let results = broken(["error -31050", "error -31050", "HTTP 500 with an HTML page", "HTTP 500"]);
        assert_eq!(explained(results, &[], &table), [None, Some("A"), None, Some("C")]);
    }

    #[test]
    fn a_step_on_the_way_blocks() {
        let about = [("B", About::Step(&["A", "D"]))];
        let mut results = broken(["x", "y", "", ""]);
        link(&mut results, &about.into_iter().collect(), &[]);
        assert!(matches!(results[1].verdict, Verdict::Blocked { by: "A", .. }));
        assert_eq!(explained(broken(["", "y", "", ""]), &about, &[]), [None; 4]);
        // Of rules that look for the same thing the first one tells it.
        let all = About::Step(&["A", "B", "C"]);
        let about = [("A", all), ("B", all), ("C", all), ("D", all)];
        assert_eq!(explained(broken(["x", "x", "x", "x"]), &about, &[]), [None, Some("A"), Some("A"), Some("A")]);
        assert_eq!(explained(broken(["", "x", "", "x"]), &about, &[]), [None, None, None, Some("B")]);
    }
}
