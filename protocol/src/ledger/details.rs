//! What one provider alone needs to keep about a transaction.

use serde::{Deserialize, Serialize};

/// A JSON object as text. The type that it has belongs to the provider's module (Payme's is
/// [`crate::payme::details::PaymeDetails`]); the ledger keeps the text and never reads it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Details(String);

impl Details {
    /// For a provider's module, which made the text of its own type; and for the store, which keeps it.
    pub const fn new(json: String) -> Self {
        Self(json)
    }

    /// Of a provider that has nothing to keep.
    pub fn none() -> Self {
        Self("{}".to_owned())
    }

    /// The JSON text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}
