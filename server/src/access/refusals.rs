//! Which refusals were told to the log lately: a page that asks every three seconds fills no disk.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// How long a refusal stays told.
const TOLD_FOR: Duration = Duration::from_secs(60);

/// Refusals that are remembered; beyond them strangers are trying names, and nothing more is told for a minute.
const TOLD_MAX: usize = 64;

/// What was refused lately, by its origin, name or address.
#[derive(Default)]
pub(crate) struct Refusals(Mutex<HashMap<String, Instant>>);

impl Refusals {
    /// Whether this has not been told for a minute. Asking counts as telling.
    pub(crate) fn is_news(&self, what: &str) -> bool {
        self.is_news_at(what, Instant::now())
    }

    fn is_news_at(&self, what: &str, now: Instant) -> bool {
        let mut told = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if told.len() >= TOLD_MAX {
            told.retain(|_, at| now.duration_since(*at) < TOLD_FOR);
        }
        match told.get(what) {
            Some(at) if now.duration_since(*at) < TOLD_FOR => return false,
            None if told.len() >= TOLD_MAX => return false,
            Some(_) | None => {}
        }
        told.insert(what.to_owned(), now);
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refusal_is_told_once_a_minute_and_strangers_cannot_fill_the_memory() {
        let (refusals, start) = (Refusals::default(), Instant::now());
        assert!(refusals.is_news_at("a", start));
        assert!(!refusals.is_news_at("a", start + TOLD_FOR / 2));
        assert!(refusals.is_news_at("b", start));
        assert!(refusals.is_news_at("a", start + TOLD_FOR));
        let told = (0..1_000).filter(|n| refusals.is_news_at(&n.to_string(), start + TOLD_FOR)).count();
        assert_eq!(told, TOLD_MAX - 1, "b was forgotten, a was not");
        assert!(refusals.is_news_at("new", start + 3 * TOLD_FOR));
    }
}
