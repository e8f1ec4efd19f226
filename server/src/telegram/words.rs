//! What the bot says, in three languages.

use boothpay_protocol::ledger::language::Language;
use serde::Deserialize;
use std::collections::BTreeMap;
use std::sync::LazyLock;

macro_rules! says {
    ($($say:ident),* $(,)?) => {
        /// Something that the bot says. The words are in `words/*.json` under the same names.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
        #[serde(rename_all = "snake_case")]
        pub(crate) enum Say {
            $($say),*
        }

        #[cfg(test)]
        impl Say {
            /// All of them.
            const ALL: &[Self] = &[$(Self::$say),*];
        }
    };
}

says! {
    Hello, Bring, BringAll, Take, Progress, Enough, Plenty, More, Removed, SendInstead, Gone, Full, Completed, BeingPaidFor, Over,
    UnknownCode, AlertsHere, Somebody, NoSession, OnlyTake, TooHeavy, TooLarge, NoPicture, Unreadable, Damaged, NotFetched,
    NoRoom, OnlyPhotos, Help, Cancelled, NothingHere, WhichLanguage, LanguageIs, Picture, Again, NoResult, Change,
    Remove, SlowDown, MenuStart, MenuHelp, MenuLanguage, MenuCancel,
}

/// What stands in the places of a text.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Places {
    /// How many there are, or which one.
    pub(crate) n: usize,
    /// How many are wanted.
    pub(crate) of: u32,
    /// How many may be sent.
    pub(crate) most: u32,
    /// How many more may be sent.
    pub(crate) more: usize,
}

type Words = BTreeMap<Say, String>;

static RU: LazyLock<Words> = LazyLock::new(|| read(include_str!("words/ru.json")));
static UZ: LazyLock<Words> = LazyLock::new(|| read(include_str!("words/uz.json")));
static EN: LazyLock<Words> = LazyLock::new(|| read(include_str!("words/en.json")));

/// A file that cannot be read would leave the bot silent; a test reads all of them.
fn read(text: &str) -> Words {
    serde_json::from_str(text).unwrap_or_default()
}

/// A text without places.
pub(crate) fn words(language: Language, say: Say) -> &'static str {
    let words: &'static Words = match language {
        Language::Ru => &RU,
        Language::Uz => &UZ,
        Language::En => &EN,
    };
    words.get(&say).map_or("", String::as_str)
}

/// A text with its places filled in.
pub(crate) fn filled(language: Language, say: Say, places: Places) -> String {
    let Places { n, of, most, more } = places;
    let text = words(language, say).replace("{n}", &n.to_string()).replace("{of}", &of.to_string());
    text.replace("{most}", &most.to_string()).replace("{more}", &more.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_language_says_everything_with_the_same_places() {
        for language in Language::ALL {
            for say in Say::ALL {
                let (here, russian) = (words(language, *say), words(Language::Ru, *say));
                assert!(!here.trim().is_empty(), "{language:?} {say:?}");
                for place in ["{n}", "{of}", "{most}", "{more}"] {
                    assert_eq!(here.contains(place), russian.contains(place), "{language:?} {say:?} {place}");
                }
                assert!(!filled(language, *say, Places::default()).contains('{'), "{language:?} {say:?}");
            }
        }
        assert_eq!(
            filled(Language::En, Say::Progress, Places { n: 2, of: 3, ..Places::default() }),
            "2 of 3 photos are there. Send the next one."
        );
    }
}
