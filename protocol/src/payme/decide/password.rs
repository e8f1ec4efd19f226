//! ChangePassword: a new cashbox key (`reference/payme.md §2.9`). Off unless configured; then unknown methods refuse it.
//!
//! | configured key | key that the caller proved | new key | answer | change |
//! |---|---|---|---|---|
//! | none (development) | | | -32504 | |
//! | some | no longer in force | | -32504 | |
//! | some | in force | the same | -32504 | |
//! | some | in force | another | success | stored, with the configured key that it replaces |

use super::{Decided, Reply};
use crate::ledger::rows::{Decision, Rows};
use crate::payme::auth::Keys;
use crate::payme::key::{self, ChangedKey, NotAKey};
use crate::payme::{Refusal, SystemFault};
use crate::secret::Secret;
use crate::time::TimeMs;

pub(super) fn decide(password: &Secret, keys: Option<&Keys>, rows: &Rows, now: TimeMs) -> Decided {
    let Some(keys) = keys else { return Decision::answer(Err(Refusal::NotAuthorised)) };
    match changed(password, keys, rows) {
        Ok(None) => Decision::answer(Err(Refusal::NotAuthorised)),
        Ok(Some(value)) => Decision::set(key::setting_name(), Some(value), now, Ok(Reply::Success)),
        Err(NotAKey) => Decision::answer(Err(Refusal::System(SystemFault::Store))),
    }
}

/// The setting's new value; `None` when the caller's key is no longer in force, or is the new one already.
fn changed(password: &Secret, keys: &Keys, rows: &Rows) -> Result<Option<String>, NotAKey> {
    let current = key::in_force(keys.configured, rows.setting.as_ref())?;
    let digest = password.digest();
    if !current.matches(&keys.proven) || digest.matches(&current) {
        return Ok(None);
    }
    ChangedKey { digest, replaces: keys.configured }.value().map(Some)
}
