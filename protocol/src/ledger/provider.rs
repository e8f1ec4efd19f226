//! Who brings the money, and the ids under which it does.

use super::limits::PROVIDER_ID_CHARS_MAX;
use serde::{Deserialize, Serialize};
use std::fmt;
use std::sync::Arc;

/// Who brings the money.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Provider {
    /// Payme (Paycom), Merchant API.
    Payme,
    /// Click, SHOP API.
    Click,
    /// Uzum Bank, Merchant API.
    Uzum,
    /// Uzum Bank, Dynamic QR: the same wallet for its customer, and another contract for the merchant.
    UzumQr,
    /// UzQR, the national code: the money goes to the owner's bank, and nobody tells us of it but the booth's staff.
    Uzqr,
    /// The test payment: no money, in development mode alone.
    Test,
}

impl Provider {
    /// All of them.
    pub const ALL: [Self; 6] = [Self::Payme, Self::Click, Self::Uzum, Self::UzumQr, Self::Uzqr, Self::Test];

    /// The word in the database, the journal and the API.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Payme => "payme",
            Self::Click => "click",
            Self::Uzum => "uzum",
            Self::UzumQr => "uzum_qr",
            Self::Uzqr => "uzqr",
            Self::Test => "test",
        }
    }

    /// Whether somebody who has the money told us that it came. Of UzQR only the booth's staff say so; a test payment is no
    /// money, which [`super::authority::is_proven`] says. Wherever money is counted, what is not verified is told apart.
    pub const fn is_verified(self) -> bool {
        match self {
            Self::Payme | Self::Click | Self::Uzum | Self::UzumQr | Self::Test => true,
            Self::Uzqr => false,
        }
    }

    /// Takes back what [`Provider::word`] gave.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|provider| provider.word() == word)
    }
}

/// The provider's id of a transaction: 1 to 64 characters of any kind but control characters.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct ProviderId(Arc<str>);

/// Why a text is not a provider's transaction id.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a transaction id has 1 to {PROVIDER_ID_CHARS_MAX} characters and no control characters")]
pub struct ProviderIdError;

impl ProviderId {
    /// Checks a text.
    pub fn parse(text: &str) -> Result<Self, ProviderIdError> {
        let chars = text.chars().take(PROVIDER_ID_CHARS_MAX.saturating_add(1)).count();
        if chars == 0 || chars > PROVIDER_ID_CHARS_MAX || text.chars().any(char::is_control) {
            return Err(ProviderIdError);
        }
        Ok(Self(text.into()))
    }

    /// The id as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for ProviderId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl TryFrom<String> for ProviderId {
    type Error = ProviderIdError;

    fn try_from(text: String) -> Result<Self, ProviderIdError> {
        Self::parse(&text)
    }
}

impl From<ProviderId> for String {
    fn from(id: ProviderId) -> Self {
        id.as_str().to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_of_any_shape_are_accepted_up_to_the_limit() {
        for good in ["5305e3bab097f420a62ced0b", "transaction_id_from_payme", "с пробелом и 漢字", &"ў".repeat(64)]
        {
            assert!(ProviderId::parse(good).is_ok(), "{good}");
        }
        for bad in ["", &"x".repeat(65), "nul\0", "line\nbreak"] {
            assert!(ProviderId::parse(bad).is_err(), "{bad:?}");
        }
    }

    #[test]
    fn every_provider_has_a_word_of_its_own() {
        for provider in Provider::ALL {
            assert_eq!(Provider::from_word(provider.word()), Some(provider));
        }
        assert_eq!(Provider::from_word("cash"), None);
    }
}
