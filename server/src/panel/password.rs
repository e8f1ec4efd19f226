//! Passwords: Argon2id, on threads that answer no payment, one at a time.

use argon2::password_hash::{PasswordHash, PasswordHasher, PasswordVerifier, SaltString};
use argon2::{Algorithm, Argon2, Params, Version};
use boothpay_protocol::panel::{AdminName, PASSWORD_CHARS_MAX, PASSWORD_CHARS_MIN};
use std::sync::Arc;
use tokio::sync::Semaphore;

/// KiB, rounds and lanes: OWASP's first choice for Argon2id.
const MEMORY_KIB: u32 = 19 * 1024;
const ROUNDS: u32 = 2;
const LANES: u32 = 1;

/// Passwords that are judged at the same time: the other core stays for payments, and the memory is bounded.
const AT_ONCE_MAX: usize = 1;

/// Passwords that are judged or wait for it; who comes beyond that is told to come again.
const WAITING_MAX: usize = 8;

/// Different characters that a password needs at least: `aaaaaaaaaa` is none.
const DIFFERENT_MIN: usize = 5;

/// Bytes of a salt: what the specification advises.
const SALT_BYTES: usize = 16;

/// Why nobody has judged a password.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum NotJudged {
    /// Too many wait.
    Busy,
    /// The system gives no random numbers or no memory.
    Failed,
}

/// Where passwords are judged.
pub(super) struct Passwords {
    working: Arc<Semaphore>,
    waiting: Arc<Semaphore>,
}

impl Default for Passwords {
    fn default() -> Self {
        Self { working: Arc::new(Semaphore::new(AT_ONCE_MAX)), waiting: Arc::new(Semaphore::new(WAITING_MAX)) }
    }
}

impl Passwords {
    /// Whether a password is the one that is kept. Where none is kept, it takes as long as if one were, and is not.
    pub(super) async fn is_right(&self, password: String, kept: Option<String>) -> Result<bool, NotJudged> {
        self.work(move || {
            let Some(kept) = kept else {
                return hash(&password).map(|_| false);
            };
            let Ok(kept) = PasswordHash::new(&kept) else { return Err(NotJudged::Failed) };
            Ok(argon2()?.verify_password(password.as_bytes(), &kept).is_ok())
        })
        .await
    }

    /// A new password as it is kept.
    pub(super) async fn keep(&self, password: String) -> Result<String, NotJudged> {
        self.work(move || hash(&password)).await
    }

    async fn work<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> Result<T, NotJudged> + Send + 'static,
    ) -> Result<T, NotJudged> {
        let _waiting = self.waiting.try_acquire().map_err(|_| NotJudged::Busy)?;
        let working = Arc::clone(&self.working).acquire_owned().await.map_err(|_| NotJudged::Failed)?;
        // The place is held by the work itself: whoever stops waiting does not let another begin beside it.
        let judged = tokio::task::spawn_blocking(move || {
            let judged = work();
            drop(working);
            judged
        });
        judged.await.unwrap_or(Err(NotJudged::Failed))
    }
}

fn argon2() -> Result<Argon2<'static>, NotJudged> {
    let parameters = Params::new(MEMORY_KIB, ROUNDS, LANES, None).map_err(|_| NotJudged::Failed)?;
    Ok(Argon2::new(Algorithm::Argon2id, Version::V0x13, parameters))
}

fn hash(password: &str) -> Result<String, NotJudged> {
    let mut salt = [0_u8; SALT_BYTES];
    getrandom::fill(&mut salt).map_err(|_| NotJudged::Failed)?;
    let salt = SaltString::encode_b64(&salt).map_err(|_| NotJudged::Failed)?;
    let kept = argon2()?.hash_password(password.as_bytes(), &salt).map_err(|_| NotJudged::Failed)?;
    Ok(kept.to_string())
}

/// What is wrong with a new password: the key of the words that say it.
pub(super) fn fault(password: &str, again: &str, name: &AdminName) -> Option<&'static str> {
    let characters: Vec<char> = password.chars().collect();
    let mut different = characters.clone();
    different.sort_unstable();
    different.dedup();
    if characters.len() < PASSWORD_CHARS_MIN {
        Some("link.too_short")
    } else if characters.len() > PASSWORD_CHARS_MAX {
        Some("link.too_long")
    } else if different.len() < DIFFERENT_MIN
        || password.to_lowercase().replace(name.as_str(), "").len() < DIFFERENT_MIN
    {
        Some("link.too_easy")
    } else if password != again {
        Some("link.differ")
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_password_is_kept_as_argon2id_and_only_the_right_one_fits() {
        let passwords = Passwords::default();
        let kept = passwords.keep("correct horse battery".to_owned()).await.unwrap();
        assert!(kept.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{kept}");
        assert_ne!(passwords.keep("correct horse battery".to_owned()).await.unwrap(), kept, "another salt");
        assert_eq!(passwords.is_right("correct horse battery".to_owned(), Some(kept.clone())).await, Ok(true));
        assert_eq!(passwords.is_right("correct horse batterz".to_owned(), Some(kept)).await, Ok(false));
        assert_eq!(passwords.is_right("anything".to_owned(), None).await, Ok(false));
    }

    #[tokio::test]
    async fn who_comes_beyond_those_that_wait_is_sent_away_at_once() {
        let passwords = Arc::new(Passwords::default());
        let held = passwords.working.clone().acquire_owned().await.unwrap();
        let wait = |passwords: Arc<Passwords>| async move { passwords.is_right("x".to_owned(), None).await };
        let waiting: Vec<_> = (0..WAITING_MAX).map(|_| tokio::spawn(wait(Arc::clone(&passwords)))).collect();
        while passwords.waiting.available_permits() > 0 {
            tokio::task::yield_now().await;
        }
        assert_eq!(wait(Arc::clone(&passwords)).await, Err(NotJudged::Busy));
        drop(held);
        for one in waiting {
            assert_eq!(one.await.unwrap(), Ok(false));
        }
    }

    #[test]
    fn easy_passwords_are_refused() {
        let owner = AdminName::owner();
        let fault = |password: &str| fault(password, password, &owner);
        assert_eq!(fault("short"), Some("link.too_short"));
        assert_eq!(fault(&"a".repeat(20)), Some("link.too_easy"));
        assert_eq!(fault("Owner12Owner"), Some("link.too_easy"));
        assert_eq!(fault(&"ab1cd2ef3".repeat(40)), Some("link.too_long"));
        assert_eq!(fault("хорошийпароль"), None);
        assert_eq!(super::fault("a good password", "a good passwort", &owner), Some("link.differ"));
    }
}
