//! Pages of Click's documentation.

/// Pages of Click's documentation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Page {
    /// The requests and replies of the SHOP API, and its signature.
    Request,
    /// The codes, and what each is for.
    Errors,
    /// How Click tests a shop; the collection of 15 cases.
    Postman,
}

impl Page {
    /// The address of the page.
    pub const fn address(self) -> &'static str {
        match self {
            Self::Request => "https://docs.click.uz/en/click-api-request/",
            Self::Errors => "https://docs.click.uz/en/click-api-error/",
            Self::Postman => "https://docs.click.uz/testing/postman",
        }
    }
}
