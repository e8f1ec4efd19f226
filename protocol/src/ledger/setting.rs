//! Settings that are kept in the database, because they are changed while the program runs.

use super::booth::BoothId;
use super::limits::SETTING_NAME_CHARS_MAX;
use crate::time::TimeMs;
use std::fmt;
use std::sync::Arc;

/// A setting's name: 1 to 64 characters of `[a-z0-9._-]`, such as `payme.key`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SettingName(Arc<str>);

/// Why a text is not a setting's name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a setting's name has 1 to {SETTING_NAME_CHARS_MAX} characters, each of a-z 0-9 . _ -")]
pub struct SettingNameError;

impl SettingName {
    /// Checks a text.
    pub fn parse(text: &str) -> Result<Self, SettingNameError> {
        let allowed = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"._-".contains(&byte);
        if text.is_empty() || text.len() > SETTING_NAME_CHARS_MAX || !text.bytes().all(allowed) {
            return Err(SettingNameError);
        }
        Ok(Self(text.into()))
    }

    /// A name that stands in the program.
    pub(crate) fn of_program(name: &'static str) -> Self {
        Self(name.into())
    }

    /// The name of a setting that each booth has: a booth's id has only characters that may stand in a name, and few.
    pub(crate) fn of_booth(name: &'static str, booth: &BoothId) -> Self {
        Self(format!("{name}.{booth}").into())
    }

    /// The name as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for SettingName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A setting as the store keeps it. Each change also leaves a row that says who changed it, when and to what.
///
/// Whoever makes a setting of a secret stores a digest of it, or the secret encrypted: settings are in every backup.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Setting {
    /// Its name.
    pub name: SettingName,
    /// Its value as JSON text, in the form of whoever reads it; `None` after it was taken back, when the settings file
    /// counts again.
    pub value: Option<String>,
    /// How many times it was set; a change applies only at the version that it was decided on.
    pub version: u32,
    /// When it was last set.
    pub changed_at: TimeMs,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_settings_are_words_with_dots() {
        for good in ["payme.key", "booth.main.name", &"x".repeat(64)] {
            assert_eq!(SettingName::parse(good).map(|name| name.to_string()), Ok(good.to_owned()));
        }
        for bad in ["", &"x".repeat(65), "Payme.key", "a b", "a/b"] {
            assert_eq!(SettingName::parse(bad), Err(SettingNameError), "{bad:?}");
        }
    }
}
