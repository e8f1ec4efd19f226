//! The page of Uzum Bank's documentation.

/// Uzum has one page for all of its Merchant API.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Page {
    /// The Merchant API.
    Merchant,
}

impl Page {
    /// The address of the page.
    pub const fn address(self) -> &'static str {
        match self {
            Self::Merchant => "https://developer.uzumbank.uz/en/merchant/",
        }
    }
}
