//! The words of the panel, in three languages.

use boothpay_protocol::ledger::language::Language;
use std::collections::HashMap;
use std::sync::LazyLock;

/// The words of one language.
pub(crate) struct Words {
    language: Language,
    texts: HashMap<&'static str, &'static str>,
}

static ALL: LazyLock<[Words; 3]> = LazyLock::new(|| Language::ALL.map(Words::read));

const fn json(language: Language) -> &'static str {
    match language {
        Language::Ru => include_str!("words/ru.json"),
        Language::Uz => include_str!("words/uz.json"),
        Language::En => include_str!("words/en.json"),
    }
}

impl Words {
    /// The words of a language.
    pub(crate) fn of(language: Language) -> &'static Self {
        let [ru, uz, en] = &*ALL;
        match language {
            Language::Ru => ru,
            Language::Uz => uz,
            Language::En => en,
        }
    }

    fn read(language: Language) -> Self {
        // A file that cannot be read has no words; a test sees it.
        let texts: HashMap<&'static str, &'static str> = serde_json::from_str(json(language)).unwrap_or_default();
        Self { language, texts }
    }

    /// Which language it is.
    pub(crate) const fn language(&self) -> Language {
        self.language
    }

    /// The text of a key; the key itself where there is none, so that a mistake shows.
    pub(crate) fn t<'a>(&'a self, key: &'a str) -> &'a str {
        self.texts.get(key).copied().unwrap_or(key)
    }

    /// A text with its places filled: `{name}` by the value of that name.
    pub(crate) fn fill(&self, key: &str, values: &[(&str, &str)]) -> String {
        let mut filled = String::new();
        let mut rest = self.t(key);
        while let Some((before, after)) = rest.split_once('{') {
            let Some((name, behind)) = after.split_once('}') else { break };
            filled.push_str(before);
            filled.push_str(values.iter().find(|(known, _)| *known == name).map_or(name, |(_, value)| value));
            rest = behind;
        }
        filled.push_str(rest);
        filled
    }

    /// The text of a key that may be none.
    pub(crate) fn known(&self, key: &str) -> Option<&'static str> {
        self.texts.get(key).copied()
    }
}

/// The language of somebody who has not chosen one: the first that his browser asks for and we have.
pub(crate) fn asked_for(accept_language: &str) -> Option<Language> {
    let mut wanted: Vec<(f32, Language)> = accept_language
        .split(',')
        .filter_map(|one| {
            let mut parts = one.trim().split(';');
            let code = parts.next()?.split('-').next()?.to_ascii_lowercase();
            let weight = parts.find_map(|part| part.trim().strip_prefix("q=")?.parse().ok()).unwrap_or(1.0);
            Some((weight, Language::from_code(&code)?))
        })
        .collect();
    wanted.sort_by(|a, b| b.0.total_cmp(&a.0));
    wanted.first().map(|(_, language)| *language)
}

#[cfg(test)]
mod tests {
    use super::*;
    use boothpay_protocol::panel::Deed;
    use std::collections::BTreeSet;
    use std::path::Path;

    fn keys(language: Language) -> BTreeSet<&'static str> {
        Words::of(language).texts.keys().copied().collect()
    }

    #[test]
    fn every_language_has_the_same_keys_and_places() {
        let places = |text: &str| {
            let mut found: Vec<String> =
                text.split('{').skip(1).filter_map(|rest| rest.split('}').next()).map(str::to_owned).collect();
            found.sort();
            found
        };
        let russian = Words::of(Language::Ru);
        assert!(!russian.texts.is_empty());
        for language in Language::ALL {
            let words = Words::of(language);
            assert_eq!(keys(language), keys(Language::Ru), "{}", language.code());
            for (key, text) in &words.texts {
                assert!(!text.trim().is_empty(), "{}: {key}", language.code());
                assert_eq!(places(text), places(russian.t(key)), "{}: {key}", language.code());
            }
        }
    }

    /// Keys that are put together at run time, by how they begin.
    const BUILT: [&str; 15] = [
        "setting.",
        "setting_rule.",
        "deed.",
        "done.",
        "role.",
        "nav.",
        "provider.",
        "rule.",
        "not_again.",
        "call.",
        "cure.",
        "alert.",
        "wallet_field.",
        "wallet_hint.",
        "step.",
    ];

    fn sources(folder: &Path, into: &mut String) {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                sources(&path, into);
            } else if path.extension().is_some_and(|it| it == "rs" || it == "html") {
                into.push_str(&std::fs::read_to_string(path).unwrap());
            }
        }
    }

    #[test]
    fn each_key_is_used_and_each_that_is_used_is_there() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR"));
        let mut text = std::fs::read_to_string(root.join("src/panel.rs")).unwrap();
        sources(&root.join("src/panel"), &mut text);
        sources(&root.join("templates/panel"), &mut text);
        let known = keys(Language::Ru);
        for key in &known {
            let built = BUILT.iter().any(|begin| key.starts_with(begin));
            assert!(built || text.contains(&format!("\"{key}\"")), "nothing says {key}");
        }
        for call in ["f.t(\"", "words.t(\"", ".fill(\"", "frame.t(\""] {
            for used in text.split(call).skip(1).filter_map(|rest| rest.split('"').next()) {
                assert!(known.contains(used) || used == "key", "{used} has no words");
            }
        }
        for deed in Deed::ALL {
            assert!(known.contains(format!("deed.{}", deed.word()).as_str()), "{deed:?}");
        }
    }

    #[test]
    fn places_are_filled_once_and_strangers_braces_stay() {
        let words = Words { language: Language::En, texts: HashMap::from([("key", "a {x} b {y} {x}")]) };
        assert_eq!(words.fill("key", &[("x", "{y}"), ("y", "2")]), "a {y} b 2 {y}");
    }

    #[test]
    fn a_browsers_wish_is_heard() {
        assert_eq!(asked_for("uz-UZ,uz;q=0.9,ru;q=0.8"), Some(Language::Uz));
        assert_eq!(asked_for("de,en;q=0.5,ru;q=0.7"), Some(Language::Ru));
        assert_eq!(asked_for("de"), None);
        assert_eq!(asked_for(""), None);
    }
}
