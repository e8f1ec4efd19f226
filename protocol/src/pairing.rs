//! Paired browsers: which of them may act for the booth. Of their tokens, and of the code that pairs one, only digests are
//! kept.
//!
//! | state | what happens | then |
//! |---|---|---|
//! | | a code is issued | it is the only one, for [`CODE_LIFETIME`] |
//! | a code | the right code comes in time | the browser is paired, the code is gone |
//! | a code | a wrong one comes | it has one try less; after [`CODE_TRIES_MAX`] it is gone |
//! | a code, its time over | any code comes | refused |

use crate::secret::KeyDigest;
use crate::time::{SpanMs, TimeMs};
use serde::{Deserialize, Serialize};

/// How long a code can be used: enough to walk from one computer to the other.
pub const CODE_LIFETIME: SpanMs = SpanMs::seconds(600);

/// Wrong codes after which the right one is void as well: room for a mistake, none for guessing.
pub const CODE_TRIES_MAX: u8 = 5;

/// Browsers that can be paired at once, far more than an owner has screens.
pub const BROWSERS_MAX: usize = 64;

/// Characters of a browser's name.
pub const NAME_CHARS_MAX: usize = 64;

/// The paired browsers and the code that waits, as they are stored.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pairings {
    /// Those that are paired, in the order in which they were.
    pub browsers: Vec<Browser>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    code: Option<Code>,
}

/// A paired browser.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Browser {
    /// What its owner calls it; unique.
    pub name: String,
    /// Since when.
    pub since: TimeMs,
    token: Digest,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Code {
    digest: Digest,
    /// The name that the browser will have.
    name: String,
    until: TimeMs,
    tries_left: u8,
}

/// A digest in hexadecimal.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
struct Digest(String);

impl Digest {
    fn of(digest: &KeyDigest) -> Self {
        Self(digest.bytes().iter().map(|byte| format!("{byte:02x}")).collect())
    }

    /// Compares in constant time.
    fn matches(&self, other: &KeyDigest) -> bool {
        let pairs = self.0.as_bytes().chunks(2);
        let byte = |pair| std::str::from_utf8(pair).ok().and_then(|pair| u8::from_str_radix(pair, 16).ok());
        let bytes: Option<Vec<u8>> = pairs.map(byte).collect();
        bytes.and_then(|bytes| KeyDigest::from_bytes(&bytes)).is_some_and(|own| own.matches(other))
    }
}

/// Why no code was issued.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum IssueRefusal {
    /// The name is empty, too long, or holds what cannot be seen.
    #[error("give the screen a name of 1 to {NAME_CHARS_MAX} letters, digits and blanks")]
    Name,
    /// There are [`BROWSERS_MAX`].
    #[error("{BROWSERS_MAX} screens are paired; take one of them back first")]
    Full,
}

/// Why a code pairs nobody.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("this code is not valid; `boothpay booth pair` prints a new one")]
pub struct RedeemRefusal;

impl Pairings {
    /// Takes a code that pairs one browser under a name. A browser that has that name keeps it until the code is used.
    pub fn issue(&mut self, code: &KeyDigest, name: &str, now: TimeMs) -> Result<(), IssueRefusal> {
        let visible = |it: char| it.is_alphanumeric() || matches!(it, ' ' | '-' | '_' | '.');
        let proper = !name.is_empty() && name.trim() == name && name.chars().all(visible);
        if !proper || name.chars().count() > NAME_CHARS_MAX {
            return Err(IssueRefusal::Name);
        }
        if self.browsers.len() >= BROWSERS_MAX && !self.browsers.iter().any(|it| it.name == name) {
            return Err(IssueRefusal::Full);
        }
        let (digest, until) = (Digest::of(code), now.plus(CODE_LIFETIME));
        self.code = Some(Code { digest, name: name.to_owned(), until, tries_left: CODE_TRIES_MAX });
        Ok(())
    }

    /// Pairs the browser that brings the code, under the token that it will carry. A wrong code costs a try, so the
    /// pairings have to be stored after a refusal too.
    pub fn redeem(&mut self, code: &KeyDigest, token: &KeyDigest, now: TimeMs) -> Result<(), RedeemRefusal> {
        let Some(waiting) = self.code.take() else { return Err(RedeemRefusal) };
        if now >= waiting.until {
            return Err(RedeemRefusal);
        }
        if !waiting.digest.matches(code) {
            let tries_left = waiting.tries_left.saturating_sub(1);
            self.code = (tries_left > 0).then_some(Code { tries_left, ..waiting });
            return Err(RedeemRefusal);
        }
        self.browsers.retain(|browser| browser.name != waiting.name);
        self.browsers.push(Browser { name: waiting.name, since: now, token: Digest::of(token) });
        Ok(())
    }

    /// Whether a code waits to be used.
    pub fn awaits(&self, now: TimeMs) -> bool {
        self.code.as_ref().is_some_and(|code| now < code.until)
    }

    /// Whether a token is a paired browser's.
    pub fn hold(&self, token: &KeyDigest) -> bool {
        self.browsers.iter().any(|browser| browser.token.matches(token))
    }

    /// Takes a browser's pairing back; whether there was one.
    pub fn remove(&mut self, name: &str) -> bool {
        let before = self.browsers.len();
        self.browsers.retain(|browser| browser.name != name);
        self.browsers.len() < before
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: TimeMs = TimeMs::new(1_700_000_000_000);

    fn digest(text: &str) -> KeyDigest {
        KeyDigest::of(text.as_bytes())
    }

    fn waiting() -> Pairings {
        let mut pairings = Pairings::default();
        pairings.issue(&digest("CODE"), "hall", NOW).unwrap();
        pairings
    }

    #[test]
    fn a_code_pairs_one_browser_once() {
        let mut pairings = waiting();
        assert!(pairings.awaits(NOW) && !pairings.hold(&digest("token")));
        assert_eq!(pairings.redeem(&digest("CODE"), &digest("token"), NOW), Ok(()));
        assert!(pairings.hold(&digest("token")) && !pairings.hold(&digest("other")));
        assert_eq!(pairings.redeem(&digest("CODE"), &digest("other"), NOW), Err(RedeemRefusal));
        assert!(pairings.remove("hall") && !pairings.remove("hall"));
        assert!(!pairings.hold(&digest("token")));
    }

    #[test]
    fn a_code_ends_with_its_time_and_with_its_tries() {
        let mut late = waiting();
        assert_eq!(late.redeem(&digest("CODE"), &digest("t"), NOW.plus(CODE_LIFETIME)), Err(RedeemRefusal));
        assert_eq!(late.redeem(&digest("CODE"), &digest("t"), NOW), Err(RedeemRefusal), "it is gone");
        let mut guessed = waiting();
        for _ in 1..CODE_TRIES_MAX {
            assert_eq!(guessed.redeem(&digest("GUESS"), &digest("t"), NOW), Err(RedeemRefusal));
        }
        let mut once_more = guessed.clone();
        assert_eq!(once_more.redeem(&digest("CODE"), &digest("t"), NOW), Ok(()), "the last try is the owner's own");
        assert_eq!(guessed.redeem(&digest("GUESS"), &digest("t"), NOW), Err(RedeemRefusal));
        assert_eq!(guessed.redeem(&digest("CODE"), &digest("t"), NOW), Err(RedeemRefusal));
    }

    #[test]
    fn a_name_is_one_browser_and_the_old_one_stays_until_the_new_one_is_there() {
        let mut pairings = waiting();
        pairings.redeem(&digest("CODE"), &digest("old"), NOW).unwrap();
        pairings.issue(&digest("NEW"), "hall", NOW).unwrap();
        assert!(pairings.hold(&digest("old")));
        pairings.redeem(&digest("NEW"), &digest("new"), NOW).unwrap();
        assert!(pairings.hold(&digest("new")) && !pairings.hold(&digest("old")));
        for name in ["", " ", " hall", "a\u{202e}b", "a\nb", &"x".repeat(65)] {
            assert_eq!(pairings.issue(&digest("C"), name, NOW), Err(IssueRefusal::Name), "{name:?}");
        }
    }

    #[test]
    fn only_digests_are_stored() {
        let mut pairings = waiting();
        let stored = serde_json::to_string(&pairings).unwrap();
        assert!(!stored.contains("CODE"), "{stored}");
        pairings.redeem(&digest("CODE"), &digest("token"), NOW).unwrap();
        let stored = serde_json::to_string(&pairings).unwrap();
        assert!(!stored.contains("\"token\":\"token"), "{stored}");
        assert_eq!(serde_json::from_str::<Pairings>(&stored).unwrap(), pairings);
    }
}
