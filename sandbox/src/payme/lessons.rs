//! One rule explained: what is sent, a right and a wrong answer, what usually mends it in four frameworks.

mod table;

use crate::suite::report::Language;
use crate::suite::{Grade, Rule};
use table::LESSONS;

/// What an example shows, for one rule or for several that ask nearly the same.
struct Lesson {
    /// The rules, or the beginnings of their ids.
    rules: &'static [&'static str],
    /// What Payme sends; where that is a sequence, the last call of it.
    request: &'static str,
    /// An answer that keeps the rule.
    right: &'static str,
    /// An answer that breaks it.
    wrong: &'static str,
    /// The cure in Django, Laravel, Express and Go.
    cures: [&'static str; 4],
}

const FRAMEWORKS: [&str; 4] = ["Django", "Laravel", "Express", "Go"];

/// Everything about one rule.
pub fn explain(rule: &Rule, language: Language) -> String {
    let meaning = match rule.grade {
        Grade::Required => "the documentation says so; a failure decides the exit code",
        Grade::Expected => {
            "Payme's sandbox looks at it, or the documentation implies it; a failure decides the exit code"
        }
        Grade::Advice => "good practice; a failure is reported, but does not decide the exit code",
    };
    let sentence = super::translate(language, rule).unwrap_or(rule.sentence);
    let mut text = format!(
        "{}\n{}\n\n{sentence}\n\nGrade:  {} ({meaning})\nSource: {}\nUsual cause of a failure: {}\n",
        rule.id,
        rule.group,
        rule.grade.word(),
        rule.source,
        rule.cause,
    );
    if let Some(lesson) = lesson(rule) {
        let Lesson { request, right, wrong, .. } = lesson;
        text.push_str(&format!("\nRequest\n  {request}\n\nRight\n  {right}\n\nWrong\n  {wrong}\n\n"));
        for (framework, cure) in FRAMEWORKS.iter().zip(lesson.cures) {
            text.push_str(&format!("{framework:<8} {cure}\n"));
        }
    }
    text
}

/// The lesson whose words fit this rule most exactly.
fn lesson(rule: &Rule) -> Option<&'static Lesson> {
    let fits = |lesson: &&Lesson| {
        let word = |word: &&&str| {
            let rest = rule.id.strip_prefix("PAYME-").and_then(|id| id.strip_prefix(**word));
            rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('-'))
        };
        lesson.rules.iter().filter(word).map(|word| word.len()).max()
    };
    LESSONS.iter().filter(|lesson| fits(lesson).is_some()).max_by_key(fits)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_rule_has_a_lesson_and_every_lesson_a_rule() {
        let book = crate::payme::handbook();
        for rule in &book.rules {
            assert!(lesson(rule).is_some(), "{} has no lesson", rule.id);
        }
        for lesson in LESSONS {
            let words: Vec<String> = lesson.rules.iter().map(|&word| word.to_owned()).collect();
            assert!(book.chosen(&words, &[]).is_ok(), "{words:?}");
        }
        let text = explain(book.find("CREATE-02").unwrap(), Language::English);
        assert!(text.contains("\"transaction\":\"5123\"") && text.contains("Laravel"), "{text}");
    }
}
