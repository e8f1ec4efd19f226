//! What the owner has the booth's screen say in his own words: a closed list of lines, each in each language. A line that he leaves empty is
//! ours in that language.

use super::raw;
use crate::texts;
use boothpay_protocol::ledger::language::Language;
use serde_json::{Map, Value};

/// A line of the screen that an owner may say in his own words.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Line {
    /// Above the booth's name, on the first screen.
    Title,
    /// Below it.
    Lead,
    /// Before pictures are taken: to what the customer agrees.
    Consent,
    /// On the last screen, below "Thank you!".
    Thanks,
}

impl Line {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Title, Self::Lead, Self::Consent, Self::Thanks];

    /// The word in the settings.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Title => "title",
            Self::Lead => "lead",
            Self::Consent => "consent",
            Self::Thanks => "thanks",
        }
    }

    /// Characters of it, at most: what the smallest screen has room for in its place.
    pub const fn chars_max(self) -> usize {
        match self {
            Self::Title => 40,
            Self::Lead | Self::Thanks => 120,
            Self::Consent => 300,
        }
    }

    /// Where it stands among the screen's texts. The second line of the first screen has two forms, by when customers pay.
    const fn keys(self) -> &'static [&'static str] {
        match self {
            Self::Title => &["start.title"],
            Self::Lead => &["start.lead", "start.leadFirst"],
            Self::Consent => &["shoot.consent"],
            Self::Thanks => &["thanks.text"],
        }
    }

    fn of(self, written: &raw::TextsOf) -> &str {
        match self {
            Self::Title => &written.title,
            Self::Lead => &written.lead,
            Self::Consent => &written.consent,
            Self::Thanks => &written.thanks,
        }
    }

    /// The line and its language that a setting is about, for instance `texts.uz.title`.
    pub fn of_setting(setting: &str) -> Option<(Language, Self)> {
        let (code, word) = setting.strip_prefix("texts.")?.split_once('.')?;
        Some((Language::from_code(code)?, Self::ALL.into_iter().find(|line| line.word() == word)?))
    }

    /// What we say there.
    pub(crate) fn ours(self, language: Language) -> String {
        let all: Map<String, Value> = serde_json::from_str(texts::json(language)).unwrap_or_default();
        let text = self.keys().first().and_then(|key| all.get(*key)).and_then(Value::as_str);
        text.unwrap_or_default().to_owned()
    }
}

/// A line in the owner's words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ScreenText {
    /// In which language.
    pub language: Language,
    /// Which.
    pub line: Line,
    /// The words.
    pub text: String,
}

/// What is written, line by line; empty ones, too.
pub(super) fn written(texts: &raw::Texts) -> Vec<ScreenText> {
    let of = |language, written: &raw::TextsOf| {
        Line::ALL.map(|line| ScreenText { language, line, text: line.of(written).trim().to_owned() })
    };
    let all = [of(Language::Ru, &texts.ru), of(Language::Uz, &texts.uz), of(Language::En, &texts.en)];
    all.into_iter().flatten().collect()
}

/// The screen's texts of a language, as JSON, with the owner's words in their places.
pub(crate) fn on_screen(own: &[ScreenText], language: Language) -> String {
    let own: Vec<&ScreenText> = own.iter().filter(|own| own.language == language).collect();
    let ours = texts::json(language);
    if own.is_empty() {
        return ours.to_owned();
    }
    let Ok(mut all) = serde_json::from_str::<Map<String, Value>>(ours) else { return ours.to_owned() };
    for ScreenText { line, text, .. } in own {
        for key in line.keys() {
            all.insert((*key).to_owned(), Value::String(text.clone()));
        }
    }
    Value::Object(all).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_is_one_of_the_screens_in_each_language_and_fits_in_its_own_bounds() {
        for language in Language::ALL {
            for line in Line::ALL {
                let ours = line.ours(language);
                let setting = format!("texts.{}.{}", language.code(), line.word());
                assert_eq!(Line::of_setting(&setting), Some((language, line)));
                assert!((1..=line.chars_max()).contains(&ours.chars().count()), "{setting}: {ours}");
                assert!(!ours.contains('{'), "{setting} has a place to fill");
            }
        }
        assert_eq!(Line::of_setting("texts.ru.price"), None);
    }

    #[test]
    fn own_words_stand_in_the_place_of_ours_and_nowhere_else() {
        let own = [ScreenText { language: Language::Uz, line: Line::Lead, text: "\"</script>{price}".to_owned() }];
        let uz: Map<String, Value> = serde_json::from_str(&on_screen(&own, Language::Uz)).unwrap();
        assert_eq!(uz["start.leadFirst"], uz["start.lead"]);
        assert_eq!(uz["start.lead"], "\"</script>{price}");
        assert_eq!(uz["start.title"], Line::Title.ours(Language::Uz));
        assert_eq!(on_screen(&own, Language::Ru), texts::json(Language::Ru));
    }
}
