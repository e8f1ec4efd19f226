//! The cashbox key as changed by Payme through ChangePassword: a stored setting of digests (`reference/payme.md §2.9`).

use crate::ledger::setting::{Setting, SettingName};
use crate::secret::KeyDigest;
use serde::{Deserialize, Serialize};

/// The setting's name.
pub fn setting_name() -> SettingName {
    SettingName::of_program("payme.key")
}

/// The setting's value.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChangedKey {
    /// The key in force.
    pub digest: KeyDigest,
    /// The configured key that it replaced. A configuration with any other key wins over the changed one, which is the
    /// owner's way back in.
    pub replaces: KeyDigest,
}

/// The stored value is no changed key: damage, or a bug. The calls of whoever holds the key are refused until it is mended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the stored Payme key is not in its form")]
pub struct NotAKey;

impl ChangedKey {
    /// Reads the setting; `None` when no key was changed.
    pub fn of(setting: Option<&Setting>) -> Result<Option<Self>, NotAKey> {
        let value = setting.and_then(|setting| setting.value.as_deref());
        value.map(|json| serde_json::from_str(json).map_err(|_| NotAKey)).transpose()
    }

    /// For the store to keep.
    pub fn value(&self) -> Result<String, NotAKey> {
        serde_json::to_string(self).map_err(|_| NotAKey)
    }
}

/// The key in force: the changed one, as long as it replaced the very key that is configured. A newly configured key wins
/// over it, which is the owner's way back in when the changed key is lost.
pub fn in_force(configured: KeyDigest, setting: Option<&Setting>) -> Result<KeyDigest, NotAKey> {
    Ok(match ChangedKey::of(setting)? {
        Some(changed) if changed.replaces.matches(&configured) => changed.digest,
        Some(_) | None => configured,
    })
}
