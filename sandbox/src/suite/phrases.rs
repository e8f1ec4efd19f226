//! What checks say in English, said in the reader's language.
//!
//! A check says what it expects and what came once, in English, with values in between. The tables have each of these sentences with
//! `{}` where the values stand; here a sentence is found in them and said anew with the same values. Names of members, codes and JSON
//! stay as they are.

mod causes;
mod common;
mod lessons;
mod usage;

use super::report::Language;

/// A sentence in English, Russian and Uzbek. The values stand at `{}` in their order, or at `{0}`, `{1}` in another one.
pub type Phrase = (&'static str, &'static str, &'static str);

/// A table of sentences: its name; then each in English, Russian and Uzbek.
macro_rules! phrases {
    ($(#[$about:meta])* $name:ident: $($english:literal: $russian:literal, $uzbek:literal;)+) => {
        $(#[$about])*
        pub const $name: &[$crate::suite::phrases::Phrase] = &[$(($english, $russian, $uzbek),)+];
    };
}
pub(crate) use phrases;

/// The sentences of one provider, with those that all have.
#[derive(Debug, Clone, Copy)]
pub struct Phrases {
    /// Whole sentences, and second halves of others.
    pub sentences: &'static [&'static [Phrase]],
    /// First halves, which a situation may follow: `error {}` before `for an order that was paid`.
    pub beginnings: &'static [Phrase],
    /// Whole texts of lessons. They hold code, so they are never taken apart.
    pub lessons: &'static [Phrase],
}

impl Phrases {
    /// The sentence in this language; as it is where no table has it.
    pub fn say(&self, language: Language, text: &str) -> String {
        let said = match language {
            Language::English => None,
            Language::Russian | Language::Uzbek => self.found(language, text),
        };
        said.unwrap_or_else(|| text.to_owned())
    }

    /// A text of a lesson in this language; code, which is the same in all, as it is.
    pub fn lesson(&self, language: Language, text: &'static str) -> &'static str {
        let known = self.lessons.iter().chain(lessons::LESSONS).find(|phrase| phrase.0 == text);
        known.map_or(text, |phrase| of(language, phrase))
    }

    fn found(&self, language: Language, text: &str) -> Option<String> {
        self.exactly(language, text)
            .or_else(|| self.in_halves(language, text))
            .or_else(|| self.with_values(language, text))
            .or_else(|| Some(self.beginning(language, text)?.0))
    }

    fn sentences(&self) -> impl Iterator<Item = &'static Phrase> {
        let common: &'static [&'static [Phrase]] = &[causes::CAUSES, common::FINDINGS, usage::USAGE];
        self.sentences.iter().chain(common).flat_map(|table| table.iter())
    }

    fn beginnings(&self) -> impl Iterator<Item = &'static Phrase> {
        self.beginnings.iter().chain(common::BEGINNINGS)
    }

    /// Every sentence keeps its values in each language, and every lesson its code.
    #[cfg(test)]
    pub(crate) fn assert_whole(&self) {
        for (english, russian, uzbek) in self.sentences().chain(self.beginnings()) {
            let values: Vec<String> = (0..english.matches("{}").count()).map(|number| format!("<{number}>")).collect();
            for said in [filled(russian, &values), filled(uzbek, &values)] {
                assert!(values.iter().all(|value| said.contains(value)) && !said.contains("{}"), "{english}: {said}");
            }
        }
        for (english, russian, uzbek) in self.lessons.iter().chain(lessons::LESSONS) {
            for said in [russian, uzbek] {
                assert!(said != english, "not translated: {english}");
                let lost: Vec<&str> = code(english).filter(|word| !said.contains(word)).collect();
                assert!(lost.is_empty(), "{lost:?} of {english} is not in {said}");
            }
        }
    }

    fn exactly(&self, language: Language, text: &str) -> Option<String> {
        self.sentences().find(|phrase| phrase.0 == text).map(|phrase| of(language, phrase).to_owned())
    }

    /// A beginning and a situation, split where the tables have both; the beginning with the most words of its own.
    fn in_halves(&self, language: Language, text: &str) -> Option<String> {
        // Uzbek puts the situation first; a dash keeps the order of the English and can be read.
        let between = match language {
            Language::English | Language::Russian => " ",
            Language::Uzbek => " – ",
        };
        let halves = text.match_indices(' ').filter_map(|(at, _)| {
            let (first, second) = (text.get(..at)?, text.get(at + 1..)?);
            let (beginning, phrase) = self.beginning(language, first)?;
            let situation = self.exactly(language, second).or_else(|| self.with_values(language, second))?;
            Some((phrase.0.len(), format!("{beginning}{between}{situation}")))
        });
        // Of equals the first: the situation that says the most.
        let mut halves: Vec<(usize, String)> = halves.collect();
        halves.sort_by_key(|(length, _)| std::cmp::Reverse(*length));
        halves.into_iter().next().map(|(_, said)| said)
    }

    fn with_values(&self, language: Language, text: &str) -> Option<String> {
        let matching = self.sentences().filter_map(|phrase| Some((phrase, values(phrase.0, text)?)));
        // The sentence with the most words of its own means what was said.
        let (phrase, values) = matching.max_by_key(|(phrase, _)| phrase.0.len())?;
        let values: Vec<String> = values.into_iter().map(|value| self.value(language, value)).collect();
        Some(filled(of(language, phrase), &values))
    }

    fn beginning(&self, language: Language, text: &str) -> Option<(String, &'static Phrase)> {
        let matching = self.beginnings().filter_map(|phrase| Some((phrase, values(phrase.0, text)?)));
        let (phrase, values) = matching.max_by_key(|(phrase, _)| phrase.0.len())?;
        let values: Vec<String> = values.into_iter().map(|value| self.value(language, value)).collect();
        Some((filled(of(language, phrase), &values), phrase))
    }

    /// A value between words: a sentence of its own, several codes, or what came over the wire.
    fn value(&self, language: Language, value: &str) -> String {
        if let Some(said) = self.exactly(language, value) {
            return said;
        }
        let codes: Vec<&str> = value.split(" or ").collect();
        let is_code = |code: &str| {
            code.trim_start_matches('-').starts_with(|c: char| c.is_ascii_digit()) || code.starts_with("one of ")
        };
        if codes.len() > 1 && codes.iter().all(|code| is_code(code)) {
            let or = match language {
                Language::English => " or ",
                Language::Russian => " или ",
                Language::Uzbek => " yoki ",
            };
            return codes.into_iter().map(|code| self.say(language, code)).collect::<Vec<_>>().join(or);
        }
        match value.starts_with(|c: char| c.is_alphabetic()) && value.contains(' ') {
            true => self.say(language, value),
            false => value.to_owned(),
        }
    }
}

fn of(language: Language, phrase: &'static Phrase) -> &'static str {
    match language {
        Language::English => phrase.0,
        Language::Russian => phrase.1,
        Language::Uzbek => phrase.2,
    }
}

/// What stands in a text where a sentence has `{}`.
fn values<'t>(sentence: &str, text: &'t str) -> Option<Vec<&'t str>> {
    let mut parts = sentence.split("{}");
    let mut rest = text.strip_prefix(parts.next()?)?;
    let mut values = Vec::new();
    let mut parts = parts.peekable();
    while let Some(part) = parts.next() {
        let end = match (part.is_empty(), parts.peek().is_none()) {
            (true, true) => rest.len(),
            (false, true) => rest.len().checked_sub(part.len()).filter(|_| rest.ends_with(part))?,
            (true, false) => return None,
            (false, false) => rest.find(part)?,
        };
        let (value, after) = rest.split_at_checked(end)?;
        if value.is_empty() {
            return None;
        }
        values.push(value);
        rest = after.strip_prefix(part)?;
    }
    rest.is_empty().then_some(values)
}

/// A sentence with its values.
fn filled(sentence: &str, values: &[String]) -> String {
    let mut said = sentence.to_owned();
    for (number, value) in values.iter().enumerate() {
        let place = format!("{{{number}}}");
        said = match said.contains(&place) {
            true => said.replace(&place, value),
            false => said.replacen("{}", value, 1),
        };
    }
    said
}

/// The words of a text that are code: those with a sign or a digit that no sentence has.
#[cfg(test)]
fn code(text: &str) -> impl Iterator<Item = &str> {
    let words = text.split_whitespace().map(|word| word.trim_matches([',', ';', '.', ':', '(', ')', '"', '\'', '`']));
    words.filter(|word| {
        !word.is_empty() && word.contains(|c: char| c.is_ascii_digit() || "_$=[]{}@<>/\\".contains(c) || c == '(')
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    phrases! {
        /// Some sentences.
        SENTENCES:
        "it is {}": "пришло {}", "kelgani {}";
        "for an order that was paid": "для оплаченного заказа", "to‘langan buyurtmaga";
        "one of -31050…-31099": "одна из -31050…-31099", "-31050…-31099 dan biri";
        "the note `{}` with code {}": "код {1} с текстом `{0}`", "{1} kodi bilan `{0}`";
    }

    const BOOK: Phrases = Phrases { sentences: &[SENTENCES], beginnings: &[], lessons: &[] };

    #[test]
    fn a_sentence_is_said_with_its_values() {
        let russian = |text: &str| BOOK.say(Language::Russian, text);
        assert_eq!(russian("it is {\"a\":1}"), "пришло {\"a\":1}");
        assert_eq!(russian("the note `x y` with code -5"), "код -5 с текстом `x y`");
        assert_eq!(
            russian("error -31008 or one of -31050…-31099 for an order that was paid"),
            "ошибка -31008 или одна из -31050…-31099 для оплаченного заказа"
        );
        assert_eq!(BOOK.say(Language::Uzbek, "error -1 for an order that was paid"), "xato -1 – to‘langan buyurtmaga");
        assert_eq!(BOOK.say(Language::English, "it is 5"), "it is 5");
        assert_eq!(russian("what no table has"), "what no table has");
    }

    /// Every sentence keeps its values in each language.
    #[test]
    fn no_value_is_lost() {
        BOOK.assert_whole();
    }
}
