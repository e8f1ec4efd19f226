//! One rule explained: what is sent, a right and a wrong answer, what usually mends it in four frameworks.

use super::handbook::Handbook;
use super::report::Language;
use super::rule::Rule;

/// What an example shows, for one rule or for several that ask nearly the same.
pub struct Lesson {
    /// The rules, or the beginnings of their ids, without the provider's prefix.
    pub rules: &'static [&'static str],
    /// What the provider sends; where that is a sequence, the last call of it.
    pub request: &'static str,
    /// An answer that keeps the rule.
    pub right: &'static str,
    /// An answer that breaks it.
    pub wrong: &'static str,
    /// The cure in Django, Laravel, Express and Go.
    pub cures: [&'static str; 4],
}

const FRAMEWORKS: [&str; 4] = ["Django", "Laravel", "Express", "Go"];

impl Handbook {
    /// Everything about one rule.
    pub fn explain(&self, rule: &Rule, language: Language) -> String {
        let [grade, source, cause, asked, good, bad] = language.explanation();
        let mut text = format!(
            "{}\n{}\n\n{}\n\n{grade}: {} ({})\n{source}: {}\n",
            rule.id,
            self.say(language, rule.group),
            self.sentence(language, rule),
            language.grade(rule.grade),
            language.meaning(rule.grade),
            rule.source,
        );
        if let Some(certainty) = rule.certainty {
            text.push_str(&format!("        {} {}\n", certainty.sign(), self.say(language, certainty.words())));
        }
        text.push_str(&format!("{cause}: {}\n", self.say(language, rule.cause)));
        if let Some(Lesson { request, right, wrong, cures, .. }) = self.lesson(rule) {
            let say = |text| self.phrases.lesson(language, text);
            let (request, right, wrong) = (say(request), say(right), say(wrong));
            text.push_str(&format!("\n{asked}\n  {request}\n\n{good}\n  {right}\n\n{bad}\n  {wrong}\n\n"));
            for (framework, cure) in FRAMEWORKS.iter().zip(cures) {
                text.push_str(&format!("{framework:<8} {}\n", say(cure)));
            }
        }
        text
    }

    /// The lesson whose words fit this rule most exactly.
    pub(super) fn lesson(&self, rule: &Rule) -> Option<&'static Lesson> {
        let fits = |lesson: &&Lesson| {
            let word = |word: &&&str| {
                let rest = self.short(rule).strip_prefix(**word);
                rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('-'))
            };
            lesson.rules.iter().filter(word).map(|word| word.len()).max()
        };
        self.lessons.iter().filter(|lesson| fits(lesson).is_some()).max_by_key(fits)
    }
}
