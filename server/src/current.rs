//! The settings that are in force. They change while the program runs when a wallet is connected or a setting changed in the owner's panel.
//!
//! A handler that borrowed the settings keeps what it borrowed to its end; whoever asks again gets the new ones. So earlier settings are
//! kept as long as the program runs, and there is an end to how many ([`CHANGES_MAX`]).
//!
//! **Invariant: what was judged by settings that are not in force any more changes nothing.** A call that came in before a wallet was
//! connected may have been let in without proof, or with a key that is void now, and its body may come a minute later. So whoever lets a
//! call in remembers the [`Current::epoch`], and looks at it again inside the decision.

use crate::config::Settings;
use std::ops::Deref;
use std::sync::OnceLock;

/// How often the settings can change before the program has to be started again: far more often than an owner connects wallets, and little
/// memory.
const CHANGES_MAX: usize = 500;

/// The settings in force, and those before them.
pub struct Current {
    first: Version,
}

struct Version {
    settings: Settings,
    next: OnceLock<Box<Version>>,
}

/// There were too many changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct TooMany;

impl Current {
    pub(crate) const fn new(settings: Settings) -> Self {
        Self { first: Version { settings, next: OnceLock::new() } }
    }

    /// How many changes there were.
    pub(crate) fn epoch(&self) -> usize {
        self.last().0
    }

    /// Whether nothing more can be put in force.
    pub(crate) fn is_full(&self) -> bool {
        self.epoch() >= CHANGES_MAX
    }

    /// Puts others in force.
    pub(crate) fn replace(&self, settings: Settings) -> Result<(), TooMany> {
        let mut new = Box::new(Version { settings, next: OnceLock::new() });
        loop {
            let (changes, last) = self.last();
            if changes >= CHANGES_MAX {
                return Err(TooMany);
            }
            // Somebody else may have been quicker; then these come behind his.
            match last.next.set(new) {
                Ok(()) => return Ok(()),
                Err(back) => new = back,
            }
        }
    }

    fn last(&self) -> (usize, &Version) {
        let (mut changes, mut version) = (0_usize, &self.first);
        while let Some(next) = version.next.get() {
            (changes, version) = (changes.saturating_add(1), next);
        }
        (changes, version)
    }
}

impl Deref for Current {
    type Target = Settings;

    fn deref(&self) -> &Settings {
        &self.last().1.settings
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Sources;

    fn named(name: &str) -> Settings {
        let mut settings = Settings::read(&Sources::default()).unwrap();
        name.clone_into(&mut settings.booth.name);
        settings
    }

    #[test]
    fn what_was_borrowed_stays_and_what_is_asked_for_is_new_up_to_an_end() {
        let current = Current::new(named("0"));
        let borrowed: &Settings = &current;
        for change in 1..=CHANGES_MAX {
            assert_eq!(current.replace(named(&change.to_string())), Ok(()));
            assert_eq!((current.epoch(), current.booth.name.as_str()), (change, change.to_string().as_str()));
        }
        assert_eq!(borrowed.booth.name, "0");
        assert_eq!(current.replace(named("one more")), Err(TooMany));
        assert_eq!(current.booth.name, CHANGES_MAX.to_string());
    }
}
