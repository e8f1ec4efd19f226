//! The sentences of the rules in Russian and Uzbek.

mod ru;
mod uz;

use crate::suite::Rule;
use crate::suite::report::Language;

/// The sentence of a rule in this language; none where English is asked for.
pub fn translate(language: Language, rule: &Rule) -> Option<&'static str> {
    let sentences = match language {
        Language::English => return None,
        Language::Russian => ru::SENTENCES,
        Language::Uzbek => uz::SENTENCES,
    };
    let id = rule.id.strip_prefix("PAYME-")?;
    sentences.iter().find(|(name, _)| *name == id).map(|(_, sentence)| *sentence)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_rule_has_its_sentence_in_every_language() {
        let rules = crate::payme::handbook().rules;
        for (language, count) in [(Language::Russian, ru::SENTENCES.len()), (Language::Uzbek, uz::SENTENCES.len())] {
            for rule in &rules {
                let sentence = translate(language, rule).unwrap_or_else(|| panic!("{language:?}: {}", rule.id));
                assert!(sentence.ends_with('.'), "{language:?}: {}", rule.id);
                // Codes are the same in every language.
                let codes =
                    |text: &str| text.split(|c: char| !c.is_ascii_digit()).filter(|word| word.len() >= 5).count();
                assert_eq!(codes(sentence), codes(rule.sentence), "{language:?}: {}", rule.id);
            }
            assert_eq!(count, rules.len(), "{language:?}: a sentence belongs to no rule");
        }
    }
}
