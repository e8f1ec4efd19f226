//! ChangePassword: a new cashbox key (`reference/payme.md §2.9`). Off unless configured; then unknown methods refuse it.
//!
//! | configured key | key that the caller proved | new key | answer | change |
//! |---|---|---|---|---|
//! | none (development) | | | -32504 | |
//! | some | no longer in force | | -32504 | |
//! | some | in force | the same | -32504 | |
//! | some | in force | another | success | stored, with the configured key that it replaces |

use super::{Decided, Reply};
use crate::payme::Refusal;
use crate::payme::auth::Keys;
use crate::rows::{Decision, Rows, StoredKey, Writes};
use crate::secret::{KeyDigest, Secret};
use crate::time::TimeMs;
use crate::transaction::Provider;

pub(super) fn decide(password: &Secret, keys: Option<&Keys>, rows: &Rows, now: TimeMs) -> Decided {
    let Some(keys) = keys else { return Decision::answer(Err(Refusal::NotAuthorised)) };
    let current = in_force(keys.configured, rows.key.as_ref());
    let wanted = password.digest();
    if !current.matches(&keys.proven) || wanted.matches(&current) {
        return Decision::answer(Err(Refusal::NotAuthorised));
    }
    let key = StoredKey { digest: wanted, replaces: keys.configured };
    Decision { writes: Writes::Key { provider: Provider::Payme, key, at: now }, reply: Ok(Reply::Success) }
}

/// The key in force: the stored one, as long as it replaced the very key that is configured. A newly configured key wins
/// over it, which is the owner's way back in when the changed key is lost.
pub fn in_force(configured: KeyDigest, stored: Option<&StoredKey>) -> KeyDigest {
    match stored {
        Some(stored) if stored.replaces.matches(&configured) => stored.digest,
        Some(_) | None => configured,
    }
}
