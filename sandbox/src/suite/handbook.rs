//! The catalogue of a provider as text: the list, the choice of rules, and the reference page.

use super::lessons::Lesson;
use super::phrases::Phrases;
use super::report::Language;
use super::rule::{Certainty, Grade, Rule};
use serde_json::{Value, json};

/// The sentence of each rule in one language; ids without the prefix.
pub type Sentences = &'static [(&'static str, &'static str)];

/// The rules of one provider, in the order in which they are tried.
pub struct Handbook {
    /// How people call the provider: `Payme`.
    pub provider: &'static str,
    /// The command that tries the rules: `boothpay sandbox payme`.
    pub command: &'static str,
    /// What all ids begin with: `PAYME`.
    pub prefix: &'static str,
    /// All rules.
    pub rules: Vec<&'static Rule>,
    /// What explains them, from the general to the exact.
    pub lessons: &'static [Lesson],
    /// The sentences in Russian.
    pub russian: Sentences,
    /// The sentences in Uzbek.
    pub uzbek: Sentences,
    /// What checks say besides.
    pub phrases: Phrases,
}

impl Handbook {
    /// The rule with this id, in any case, with or without the prefix.
    pub fn find(&self, id: &str) -> Option<&'static Rule> {
        let wanted = self.full(id);
        self.rules.iter().copied().find(|rule| rule.id == wanted)
    }

    /// The sentence of a rule in this language.
    pub fn sentence(&self, language: Language, rule: &Rule) -> &'static str {
        let sentences = match language {
            Language::English => return rule.sentence,
            Language::Russian => self.russian,
            Language::Uzbek => self.uzbek,
        };
        let own = self.short(rule);
        sentences.iter().find(|(id, _)| *id == own).map_or(rule.sentence, |(_, sentence)| sentence)
    }

    /// What a check said, in this language.
    pub fn say(&self, language: Language, text: &str) -> String {
        self.phrases.say(language, text)
    }

    /// The id without the prefix.
    pub fn short(&self, rule: &Rule) -> &'static str {
        rule.id.strip_prefix(self.prefix).map_or(rule.id, |rest| rest.trim_start_matches('-'))
    }

    /// The rules that these words choose: ids, or the beginning of ids up to a hyphen.
    ///
    /// # Errors
    /// A sentence when a word means no rule.
    pub fn chosen(&self, only: &[String], skip: &[String]) -> Result<Vec<&'static Rule>, String> {
        let unknown = |word: &&String| !self.rules.iter().any(|rule| self.means(word, rule));
        if let Some(word) = only.iter().chain(skip).find(unknown) {
            return Err(format!("no rule or group is called `{word}`; `{} --list` shows all of them", self.command));
        }
        let any = |words: &[String], rule: &Rule| words.iter().any(|word| self.means(word, rule));
        let wanted = |rule: &&'static Rule| (only.is_empty() || any(only, rule)) && !any(skip, rule);
        Ok(self.rules.iter().copied().filter(wanted).collect())
    }

    fn means(&self, word: &str, rule: &Rule) -> bool {
        let rest = rule.id.strip_prefix(&self.full(word));
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('-'))
    }

    fn full(&self, id: &str) -> String {
        let id = id.trim().to_ascii_uppercase();
        if id.starts_with(self.prefix) { id } else { format!("{}-{id}", self.prefix) }
    }

    /// These rules, a line each, under the titles of their groups.
    pub fn list(&self, chosen: &[&'static Rule], language: Language) -> String {
        let mut text = String::new();
        let width = language.widest_grade();
        for group in groups(chosen) {
            text.push_str(&format!("{} ({})\n", self.say(language, group[0].group), group.len()));
            for rule in group {
                let sentence = self.sentence(language, rule);
                text.push_str(&format!("  {:<22} {:<width$} {sentence}\n", rule.id, language.grade(rule.grade)));
            }
            text.push('\n');
        }
        text + &format!("{}\n", language.number_of_rules(chosen.len()))
    }

    /// These rules for programs.
    pub fn list_json(&self, chosen: &[&'static Rule]) -> String {
        let rule = |rule: &&'static Rule| {
            json!({"id": rule.id, "group": rule.group, "grade": rule.grade.word(), "decides": rule.grade.decides(),
                "sentence": rule.sentence, "usual_cause": rule.cause, "page": rule.source,
                "certainty": rule.certainty.map(Certainty::words)})
        };
        let value = json!({"suite": self.command, "rules": chosen.iter().map(rule).collect::<Vec<Value>>()});
        format!("{value:#}\n")
    }

    /// The reference page.
    pub fn markdown(&self) -> String {
        let mut text = format!(
            "# What {} wants of a merchant server\n\n\
             The {} rules of `{}`, in the order in which it tries them. This page is generated:\n\
             `{} --list --format markdown`. How to run the suite: [testing your server]\
             (../testing-your-server.md).\n\n\
             **Required** rules are in {}'s documentation, **expected** ones are looked at by its own tests or follow \
             from the\ndocumentation, **advice** is good practice. Only the first two decide the exit code. Where the \
             sources disagree every\ndocumented answer is accepted, and the report says which one came.\n\n{}\
             | group | required | expected | advice | rules |\n|---|--:|--:|--:|--:|\n",
            self.provider,
            self.rules.len(),
            self.command,
            self.command,
            self.provider,
            self.signs(),
        );
        for group in groups(&self.rules) {
            text.push_str(&counts(group[0].group, group));
        }
        text.push_str(&counts("all", &self.rules));
        for group in groups(&self.rules) {
            text.push_str(&format!(
                "\n## {}\n\n| rule | grade | what has to be true | source |\n|---|---|---|---|\n",
                group[0].group
            ));
            for rule in group {
                let (page, sentence) = (rule.source, rule.sentence.replace('|', "\\|"));
                let name = page.trim_end_matches('/').rsplit('/').next().unwrap_or(page);
                let sign = rule.certainty.map_or(String::new(), |certainty| format!(" {}", certainty.sign()));
                let grade = rule.grade.word();
                text.push_str(&format!("| {} | {grade} | {sentence} | [{name}]({page}){sign} |\n", rule.id));
            }
        }
        text
    }

    /// What the signs of certainty mean, where the rules have them.
    fn signs(&self) -> String {
        let used = |certainty: &Certainty| self.rules.iter().any(|rule| rule.certainty == Some(*certainty));
        let signs: Vec<String> = Certainty::ALL
            .into_iter()
            .filter(used)
            .map(|certainty| format!("**{}** {}", certainty.sign(), certainty.words()))
            .collect();
        if signs.is_empty() { String::new() } else { format!("How certain each source is: {}.\n\n", signs.join("; ")) }
    }
}

/// Rules that follow each other and belong to one group.
pub fn groups<'r>(rules: &'r [&'static Rule]) -> impl Iterator<Item = &'r [&'static Rule]> {
    rules.chunk_by(|one, other| one.group == other.group)
}

fn counts(title: &str, rules: &[&'static Rule]) -> String {
    let [required, expected, advice] = Grade::ALL.map(|grade| rules.iter().filter(|rule| rule.grade == grade).count());
    format!("| {title} | {required} | {expected} | {advice} | {} |\n", rules.len())
}

#[cfg(test)]
pub(crate) mod whole {
    //! What has to be true of every provider's catalogue.

    use super::*;
    use crate::suite::links::Link;
    use std::collections::BTreeSet;

    const PROSE: [&str; 22] = [
        "a",
        "also",
        "and",
        "answers",
        "before",
        "call",
        "everything",
        "has",
        "here",
        "inside",
        "instead",
        "is",
        "means",
        "never",
        "of",
        "only",
        "over",
        "the",
        "then",
        "together",
        "with",
        "without",
    ];

    /// Ids are unique, numbered and found; each rule has a lesson, and a sentence with the same codes in each language.
    pub(crate) fn assert_whole(book: &Handbook, links: &[Link]) {
        let mut seen = BTreeSet::new();
        for group in groups(&book.rules) {
            let prefix = group[0].id.trim_end_matches(char::is_numeric);
            for (index, rule) in group.iter().enumerate() {
                assert_eq!(rule.id, format!("{prefix}{:02}", index + 1));
                assert!(seen.insert(rule.id), "{} twice", rule.id);
                assert!(book.find(rule.id).is_some() && book.find(book.short(rule)).is_some());
                assert!(rule.sentence.ends_with('.') && rule.cause.ends_with(['.', ':']), "{}", rule.id);
                assert!(book.lesson(rule).is_some(), "{} has no lesson", rule.id);
            }
        }
        for lesson in book.lessons {
            let texts = [lesson.request, lesson.right, lesson.wrong].into_iter().chain(lesson.cures);
            for text in texts.filter(|text| book.phrases.lesson(Language::Russian, text) == *text) {
                // Words that stand in sentences, and not in the code of a lesson; in quotes stands what is sent.
                let own = text.split('"').step_by(2).collect::<String>();
                let words = own.split(|c: char| !c.is_alphanumeric() && !"_$'.".contains(c));
                let english: Vec<&str> = words.filter(|word| PROSE.contains(word)).collect();
                assert!(english.is_empty(), "{english:?} in {text} is said in English alone");
            }
            let words: Vec<String> = lesson.rules.iter().map(|&word| word.to_owned()).collect();
            assert!(book.chosen(&words, &[]).is_ok(), "{words:?}");
        }
        for (language, sentences) in [("Russian", book.russian), ("Uzbek", book.uzbek)] {
            for rule in &book.rules {
                let found = sentences.iter().find(|(id, _)| *id == book.short(rule));
                let (_, sentence) = found.unwrap_or_else(|| panic!("{language}: {} has no sentence", rule.id));
                assert!(sentence.ends_with('.'), "{language}: {}", rule.id);
                // Codes are the same in every language.
                let codes = |text: &str| text.split(|c: char| !c.is_ascii_digit()).filter(|w| w.len() >= 5).count();
                assert_eq!(codes(sentence), codes(rule.sentence), "{language}: {}", rule.id);
            }
            assert_eq!(sentences.len(), book.rules.len(), "{language}: a sentence belongs to no rule");
        }
        book.phrases.assert_whole();
        for rule in &book.rules {
            for text in [rule.cause, rule.group] {
                let said = [Language::Russian, Language::Uzbek].map(|language| book.say(language, text));
                // Some titles are the name of a method.
                assert!(!text.contains(' ') || said.iter().all(|said| said != text), "{}: {text}", rule.id);
            }
        }
        let mut rows = BTreeSet::new();
        for link in links {
            let (Link::Follows(rule, others) | Link::SameAnswer(rule, others)) = link;
            assert!(rows.insert(rule), "{rule} has two rows");
            assert!(book.find(rule).is_some() && others.iter().all(|other| book.find(other).is_some()), "{rule}");
        }
    }
}
