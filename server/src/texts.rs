//! The words that customers read, in three languages. The page carries all of them and switches by itself.

use boothpay_protocol::ledger::language::Language;

/// The words of one language: a JSON object from key to text.
pub(crate) const fn json(language: Language) -> &'static str {
    match language {
        Language::Ru => include_str!("texts/ru.json"),
        Language::Uz => include_str!("texts/uz.json"),
        Language::En => include_str!("texts/en.json"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeMap;

    fn words(language: Language) -> BTreeMap<String, String> {
        serde_json::from_str(json(language)).unwrap()
    }

    #[test]
    fn every_language_has_the_same_keys_and_a_text_for_each() {
        let expected: Vec<String> = words(Language::Ru).into_keys().collect();
        for language in Language::ALL {
            let words = words(language);
            assert_eq!(words.keys().cloned().collect::<Vec<_>>(), expected, "{}", language.code());
            assert!(words.values().all(|text| !text.trim().is_empty()), "{} has an empty text", language.code());
        }
    }

    #[test]
    fn placeholders_are_the_same_in_every_language() {
        let placeholders = |text: &str| {
            let mut found: Vec<String> =
                text.split('{').skip(1).filter_map(|rest| rest.split('}').next()).map(str::to_owned).collect();
            found.sort();
            found
        };
        let russian = words(Language::Ru);
        for language in Language::ALL {
            for (key, text) in words(language) {
                assert_eq!(placeholders(&text), placeholders(&russian[&key]), "{}: {key}", language.code());
            }
        }
    }
}
