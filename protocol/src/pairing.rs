//! Paired screens: the browsers of other computers that may act for the booth. Each is paired by a code that works once. Of
//! the code, and of what a browser carries then, only digests are kept, in a stored setting.
//!
//! | state | what happens | then |
//! |---|---|---|
//! | | a code is issued | it is the only one, for [`CODE_LIFETIME`] |
//! | a code | the right code comes in time | the screen is paired, the code is gone |
//! | a code | a wrong one comes | it has one try less; after [`CODE_TRIES_MAX`] it is gone |
//! | a code, its time over | any code comes | refused |

use crate::ledger::rows::{Decision, Rows};
use crate::ledger::setting::{Setting, SettingName};
use crate::secret::KeyDigest;
use crate::time::{SpanMs, TimeMs};
use serde::{Deserialize, Serialize};

/// How long a code can be used: enough to walk from one computer to the other.
pub const CODE_LIFETIME: SpanMs = SpanMs::seconds(600);

/// Wrong codes after which the right one is void as well. There are 31^8 codes, 8.5e11: so many guesses find one with a chance of 1 in 850
/// million. Fewer would let any stranger void a code before its owner has typed it; an address that guesses is slowed down long before.
pub const CODE_TRIES_MAX: u16 = 1000;

/// Screens that can be paired at once: far more than an owner has.
pub const SCREENS_MAX: usize = 64;

/// Characters of a screen's name.
pub const NAME_CHARS_MAX: usize = 64;

/// The setting's name.
pub fn setting_name() -> SettingName {
    SettingName::of_program("booth.screens")
}

/// The paired screens and the code that waits, as they are stored.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pairings {
    /// Those that are paired, in the order in which they were.
    pub screens: Vec<Screen>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    code: Option<Code>,
}

/// A paired screen.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Screen {
    /// What its owner calls it; unique.
    pub name: String,
    /// Since when.
    pub since: TimeMs,
    token: KeyDigest,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Code {
    digest: KeyDigest,
    /// The name that the screen will have.
    name: String,
    until: TimeMs,
    tries_left: u16,
}

/// Why nothing was changed by the owner's command.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PairingRefusal {
    /// The name is empty, too long, or holds what cannot be seen.
    #[error("give the screen a name of 1 to {NAME_CHARS_MAX} letters, digits, blanks and -_.")]
    Name,
    /// There are [`SCREENS_MAX`].
    #[error("{SCREENS_MAX} screens are paired; take one of them back first: boothpay booth unpair NAME")]
    Full,
    /// Nothing has the name.
    #[error("no screen is called {0}; `boothpay booth list` names those that are paired")]
    Unknown(String),
    /// The stored pairings cannot be read.
    #[error(transparent)]
    Unreadable(#[from] NotPairings),
}

/// Why a code pairs nobody.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("this code is not valid: a code works once, for ten minutes; `boothpay booth pair` prints a new one")]
pub struct CodeRefusal;

/// The stored value is not in its form: damage, or a bug.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the paired screens in the database are not in their form; `boothpay verify` says more")]
pub struct NotPairings;

/// Stores a code that pairs one screen, under the name given or the first free one; answers with that name. A screen that has
/// it already keeps it until the code is used.
pub fn issue(
    name: Option<&str>,
    code: &KeyDigest,
    rows: &Rows,
    now: TimeMs,
) -> Decision<Result<String, PairingRefusal>> {
    let issued = Pairings::of(rows.setting.as_ref()).map_err(PairingRefusal::from).and_then(|mut pairings| {
        let name = name.map_or_else(|| pairings.free_name(), str::to_owned);
        pairings.issue(code, &name, now)?;
        Ok((pairings, name))
    });
    match issued {
        Ok((pairings, name)) => pairings.store(now, Ok(name)),
        Err(refusal) => Decision::answer(Err(refusal)),
    }
}

/// Pairs the screen that brings the code, under what it will carry; answers with its name. A wrong code is stored too, as a
/// try less.
pub fn redeem(code: &KeyDigest, token: &KeyDigest, rows: &Rows, now: TimeMs) -> Decision<Result<String, CodeRefusal>> {
    let Ok(mut pairings) = Pairings::of(rows.setting.as_ref()) else { return Decision::answer(Err(CodeRefusal)) };
    if pairings.code.is_none() {
        return Decision::answer(Err(CodeRefusal));
    }
    let redeemed = pairings.redeem(code, token, now);
    pairings.store(now, redeemed)
}

/// Takes a screen's pairing back.
pub fn remove(name: &str, rows: &Rows, now: TimeMs) -> Decision<Result<(), PairingRefusal>> {
    let mut pairings = match Pairings::of(rows.setting.as_ref()) {
        Ok(pairings) => pairings,
        Err(error) => return Decision::answer(Err(error.into())),
    };
    if pairings.remove(name) {
        pairings.store(now, Ok(()))
    } else {
        Decision::answer(Err(PairingRefusal::Unknown(name.to_owned())))
    }
}

/// Whether a text can name a screen, or a member of staff: what a person can say and type again.
pub(crate) fn is_name(text: &str) -> bool {
    let visible = |it: char| it.is_alphanumeric() || matches!(it, ' ' | '-' | '_' | '.');
    !text.is_empty() && text.trim() == text && text.chars().all(visible) && text.chars().count() <= NAME_CHARS_MAX
}

impl Pairings {
    /// Reads the setting.
    pub fn of(setting: Option<&Setting>) -> Result<Self, NotPairings> {
        match setting.and_then(|setting| setting.value.as_deref()) {
            Some(json) => serde_json::from_str(json).map_err(|_| NotPairings),
            None => Ok(Self::default()),
        }
    }

    /// Whether somebody carries what a paired screen was given.
    pub fn hold(&self, token: &KeyDigest) -> bool {
        self.screens.iter().any(|screen| screen.token.matches(token))
    }

    /// Until when a code can be used that waits now.
    pub fn code_until(&self, now: TimeMs) -> Option<TimeMs> {
        self.code.as_ref().map(|code| code.until).filter(|until| now < *until)
    }

    fn store<R>(&self, now: TimeMs, reply: R) -> Decision<R> {
        // Texts, numbers and lists always have a form in JSON.
        Decision::set(setting_name(), serde_json::to_string(self).ok(), now, reply)
    }

    fn issue(&mut self, code: &KeyDigest, name: &str, now: TimeMs) -> Result<(), PairingRefusal> {
        if !is_name(name) {
            return Err(PairingRefusal::Name);
        }
        if self.screens.len() >= SCREENS_MAX && !self.is_taken(name) {
            return Err(PairingRefusal::Full);
        }
        let until = now.plus(CODE_LIFETIME);
        self.code = Some(Code { digest: *code, name: name.to_owned(), until, tries_left: CODE_TRIES_MAX });
        Ok(())
    }

    fn redeem(&mut self, code: &KeyDigest, token: &KeyDigest, now: TimeMs) -> Result<String, CodeRefusal> {
        let waiting = self.code.take().filter(|waiting| now < waiting.until).ok_or(CodeRefusal)?;
        if !waiting.digest.matches(code) {
            let tries_left = waiting.tries_left.saturating_sub(1);
            self.code = (tries_left > 0).then_some(Code { tries_left, ..waiting });
            return Err(CodeRefusal);
        }
        self.remove(&waiting.name);
        self.screens.push(Screen { name: waiting.name.clone(), since: now, token: *token });
        Ok(waiting.name)
    }

    fn remove(&mut self, name: &str) -> bool {
        let before = self.screens.len();
        self.screens.retain(|screen| screen.name != name);
        self.screens.len() < before
    }

    fn is_taken(&self, name: &str) -> bool {
        self.screens.iter().any(|screen| screen.name == name)
    }

    fn free_name(&self) -> String {
        let names = (1..=SCREENS_MAX).map(|number| format!("screen {number}"));
        // With all of them taken there are too many screens anyway.
        names.into_iter().find(|name| !self.is_taken(name)).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ledger::rows::Writes;
    use crate::ledger::transaction::TransactionNumber;

    const NOW: TimeMs = TimeMs::new(1_700_000_000_000);

    fn digest(text: &str) -> KeyDigest {
        KeyDigest::of(text.as_bytes())
    }

    /// The setting as the store would keep it.
    #[derive(Default)]
    struct Kept(Option<String>);

    impl Kept {
        fn decide<R>(&mut self, decide: impl FnOnce(&Rows) -> Decision<R>) -> R {
            let (name, value) = (setting_name(), self.0.clone());
            let setting = value.is_some().then_some(Setting { name, value, version: 1, changed_at: NOW });
            let decision = decide(&Rows { setting, ..Rows::none(TransactionNumber::new(1)) });
            if let Writes::Setting { name, value, .. } = decision.writes {
                assert_eq!(name, setting_name());
                self.0 = Some(value.unwrap());
            }
            decision.reply
        }

        fn issue(&mut self, name: Option<&str>, code: &str) -> Result<String, PairingRefusal> {
            self.decide(|rows| issue(name, &digest(code), rows, NOW))
        }

        fn redeem(&mut self, code: &str, token: &str, at: TimeMs) -> Result<String, CodeRefusal> {
            self.decide(|rows| redeem(&digest(code), &digest(token), rows, at))
        }

        fn pairings(&self) -> Pairings {
            serde_json::from_str(self.0.as_deref().unwrap()).unwrap()
        }

        fn hold(&self, token: &str) -> bool {
            self.pairings().hold(&digest(token))
        }
    }

    #[test]
    fn a_code_pairs_one_screen_once() {
        let mut kept = Kept::default();
        assert_eq!(kept.redeem("", "token", NOW), Err(CodeRefusal), "there is none");
        assert_eq!(kept.issue(Some("hall"), "CODE"), Ok("hall".to_owned()));
        assert!(kept.pairings().code_until(NOW).is_some() && !kept.hold("token"));
        assert_eq!(kept.redeem("CODE", "token", NOW), Ok("hall".to_owned()));
        assert!(kept.hold("token") && !kept.hold("other") && !kept.hold("CODE"));
        assert_eq!(kept.redeem("CODE", "other", NOW), Err(CodeRefusal));
        assert_eq!(kept.decide(|rows| remove("hall", rows, NOW)), Ok(()));
        let again = kept.decide(|rows| remove("hall", rows, NOW));
        assert_eq!(again, Err(PairingRefusal::Unknown("hall".to_owned())));
        assert!(!kept.hold("token"));
    }

    #[test]
    fn a_code_ends_with_its_time_its_tries_and_the_next_code() {
        let mut late = Kept::default();
        late.issue(None, "CODE").unwrap();
        let end = NOW.plus(CODE_LIFETIME);
        assert_eq!(late.pairings().code_until(end), None);
        assert_eq!(late.redeem("CODE", "t", end), Err(CodeRefusal));
        assert_eq!(late.redeem("CODE", "t", NOW), Err(CodeRefusal), "it is gone");

        for wrong in [0, 1, 5, CODE_TRIES_MAX - 1, CODE_TRIES_MAX] {
            let mut guessed = Kept::default();
            guessed.issue(None, "CODE").unwrap();
            for _ in 0..wrong {
                assert_eq!(guessed.redeem("GUESS", "t", NOW), Err(CodeRefusal));
            }
            assert_eq!(guessed.redeem("CODE", "t", NOW).is_ok(), wrong < CODE_TRIES_MAX, "after {wrong}");
        }

        let mut twice = Kept::default();
        twice.issue(None, "FIRST").unwrap();
        twice.issue(None, "SECOND").unwrap();
        assert_eq!(twice.redeem("FIRST", "t", NOW), Err(CodeRefusal));
        assert!(twice.redeem("SECOND", "t", NOW).is_ok());
    }

    #[test]
    fn a_name_is_one_screen_and_the_old_one_stays_until_the_new_one_is_there() {
        let mut kept = Kept::default();
        for (code, name) in [("A", "screen 1"), ("B", "screen 2")] {
            assert_eq!(kept.issue(None, code).unwrap(), name);
            kept.redeem(code, name, NOW).unwrap();
        }
        kept.issue(Some("screen 1"), "NEW").unwrap();
        assert!(kept.hold("screen 1"));
        kept.redeem("NEW", "new", NOW).unwrap();
        assert!(kept.hold("new") && !kept.hold("screen 1") && kept.hold("screen 2"));
        for name in ["", " ", " hall", "a\u{202e}b", "a\nb", &"x".repeat(65)] {
            assert_eq!(kept.issue(Some(name), "C"), Err(PairingRefusal::Name), "{name:?}");
        }
        for number in 3..=SCREENS_MAX {
            kept.issue(None, "C").unwrap();
            kept.redeem("C", &number.to_string(), NOW).unwrap();
        }
        assert_eq!(kept.issue(Some("one more"), "C"), Err(PairingRefusal::Full));
        assert_eq!(kept.issue(Some("screen 7"), "C"), Ok("screen 7".to_owned()), "in the place of an old one");
    }

    #[test]
    fn only_digests_are_stored_and_what_cannot_be_read_pairs_nobody() {
        let mut kept = Kept::default();
        kept.issue(None, "CODE").unwrap();
        assert!(!kept.0.as_ref().unwrap().contains("CODE"));
        kept.redeem("CODE", "secret", NOW).unwrap();
        assert!(!kept.0.as_ref().unwrap().contains("secret"));
        let mut damaged = Kept(Some("[]".to_owned()));
        assert_eq!(damaged.issue(None, "C"), Err(PairingRefusal::Unreadable(NotPairings)));
        assert_eq!(damaged.redeem("C", "t", NOW), Err(CodeRefusal));
        assert_eq!(damaged.0.as_deref(), Some("[]"));
    }
}
