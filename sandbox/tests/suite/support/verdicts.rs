//! What tests ask about a report.

use boothpay_sandbox::suite::report::{Language, Paint, github, text};
use boothpay_sandbox::suite::{Handbook, Report, Verdict};

/// The rules that have to be mended.
pub fn causes(report: &Report) -> Vec<&'static str> {
    report.causes().map(|result| result.rule.id).collect()
}

/// The rules that were broken.
pub fn broken(report: &Report) -> Vec<&'static str> {
    report.results.iter().filter(|result| result.failed()).map(|result| result.rule.id).collect()
}

/// The rules that say nothing about the server.
pub fn skipped(report: &Report) -> Vec<&'static str> {
    let not =
        |verdict: &Verdict| matches!(verdict, Verdict::Skipped(_) | Verdict::Untried(_) | Verdict::Blocked { .. });
    let skipped = report.results.iter().filter(|result| not(&result.verdict));
    skipped.map(|result| result.rule.id).collect()
}

/// Each mistake with the rule that names it: in its report that rule is broken, and no other.
pub fn assert_caught(reports: Vec<(String, &'static str, Report)>, book: &Handbook) {
    assert_said(&reports, book);
    let missed = |(mistake, rule, report): &(String, &'static str, Report)| {
        (broken(report) != [*rule])
            .then(|| format!("{mistake} was not caught by {rule}: {:?}", report.results[0].verdict))
    };
    let missed: Vec<String> = reports.iter().filter_map(missed).collect();
    assert!(missed.is_empty(), "{}", missed.join("\n"));
}

/// Each mistake with the rule that is its cause: the report of the whole suite names that cause, and no other.
pub fn assert_one_cause(reports: Vec<(String, &'static str, Report)>, book: &Handbook) {
    assert_said(&reports, book);
    let wrong = |(mistake, rule, report): &(String, &'static str, Report)| {
        let explained = || {
            let results = report.results.iter().filter(|result| result.explanation().is_some());
            results.map(|result| (result.rule.id, result.explanation())).collect::<Vec<_>>()
        };
        (causes(report) != [*rule]).then(|| format!("{mistake}: {:?}, explained: {:?}", causes(report), explained()))
    };
    let wrong: Vec<String> = reports.iter().filter_map(wrong).collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Whoever reads a report in Russian or Uzbek finds no English in it, but for names, codes and what came over the wire.
fn assert_said(reports: &[(String, &'static str, Report)], book: &Handbook) {
    let mut left = std::collections::BTreeSet::new();
    for result in reports.iter().flat_map(|(_, _, report)| &report.results) {
        let mut texts = result.notes.clone();
        match &result.verdict {
            Verdict::Passed => {}
            Verdict::Skipped(reason) | Verdict::Untried(reason) => texts.push(reason.clone()),
            Verdict::Failed(failure) | Verdict::Blocked { failure, .. } => {
                texts.extend([failure.expected.clone(), failure.got.clone()]);
                texts.extend(failure.causes.clone());
            }
        }
        for text in texts {
            let said = [Language::Russian, Language::Uzbek].map(|language| book.say(language, &text));
            left.extend(said.into_iter().filter(|said| is_english(said)).map(|said| format!("{text}\n   {said}")));
        }
    }
    for (_, _, report) in reports {
        for language in [Language::Russian, Language::Uzbek] {
            left.extend(english_lines(&text(report, Paint::Plain, language, book)));
            left.extend(english_lines(&github(report, language, book).replace("%0A", "\n")));
        }
    }
    assert!(left.is_empty(), "{}", left.into_iter().collect::<Vec<_>>().join("\n"));
}

/// The lines of a report for people that have English in them. What is indented by four was sent or came over the wire.
pub fn english_lines(report: &str) -> Vec<String> {
    const TAGS: [&str; 6] = ["WRONG", "FAIL", "pass", "note", "known", "block"];
    let own = report.lines().filter(|line| !line.starts_with("    "));
    own.filter(|line| is_english(line) || line.split_whitespace().any(|word| TAGS.contains(&word)))
        .map(str::to_owned)
        .collect()
}

/// Whether a sentence has words that only English has. What stands in backticks, quotes and brackets came over the wire.
fn is_english(said: &str) -> bool {
    const WORDS: [&str; 24] = [
        "a", "an", "and", "are", "as", "be", "because", "came", "for", "from", "has", "is", "it", "not", "of", "once",
        "one", "the", "them", "to", "was", "when", "which", "with",
    ];
    let own = said.split('`').step_by(2).collect::<String>();
    let own = own.split('"').step_by(2).collect::<String>();
    let own = own.split(['{', '[']).next().unwrap_or_default();
    let mut words = own.split(|c: char| !(c.is_alphanumeric() || "‘’_-".contains(c)));
    words.any(|word| WORDS.contains(&word))
}
