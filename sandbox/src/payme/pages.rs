//! Pages of Payme's documentation.

/// Pages of Payme's documentation. The site has the addresses of CheckPerformTransaction and CheckTransaction swapped.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Page {
    /// General requirements of the Merchant API.
    Protocol,
    /// The request envelope.
    RequestFormat,
    /// The answer envelope.
    AnswerFormat,
    /// How the two sides work together; authorisation.
    Interaction,
    /// The table of errors.
    Errors,
    /// Data types, states, reasons.
    Types,
    /// CheckPerformTransaction.
    CheckPerform,
    /// CreateTransaction.
    Create,
    /// PerformTransaction.
    Perform,
    /// CancelTransaction.
    Cancel,
    /// CheckTransaction.
    Check,
    /// GetStatement.
    Statement,
    /// SetFiscalData.
    Fiscal,
    /// The sandbox and its scenarios.
    Sandbox,
    /// ChangePassword is in Payme's own templates, no longer in the documentation.
    Templates,
}

impl Page {
    /// The address of the page.
    pub const fn address(self) -> &'static str {
        match self {
            Self::Protocol => "https://developer.help.paycom.uz/protokol-merchant-api/",
            Self::RequestFormat => "https://developer.help.paycom.uz/protokol-merchant-api/format-zaprosa",
            Self::AnswerFormat => "https://developer.help.paycom.uz/protokol-merchant-api/format-otveta",
            Self::Interaction => "https://developer.help.paycom.uz/protokol-merchant-api/skhema-vzaimodeystviya/",
            Self::Errors => "https://developer.help.paycom.uz/metody-merchant-api/oshibki-errors",
            Self::Types => "https://developer.help.paycom.uz/metody-merchant-api/tipy-dannykh/",
            Self::CheckPerform => "https://developer.help.paycom.uz/metody-merchant-api/checktransaction",
            Self::Create => "https://developer.help.paycom.uz/metody-merchant-api/createtransaction",
            Self::Perform => "https://developer.help.paycom.uz/metody-merchant-api/performtransaction",
            Self::Cancel => "https://developer.help.paycom.uz/metody-merchant-api/canceltransaction",
            Self::Check => "https://developer.help.paycom.uz/metody-merchant-api/checkperformtransaction",
            Self::Statement => "https://developer.help.paycom.uz/metody-merchant-api/getstatement",
            Self::Fiscal => "https://developer.help.paycom.uz/metody-merchant-api/setfiscaldata",
            Self::Sandbox => "https://developer.help.paycom.uz/pesochnitsa",
            Self::Templates => "https://github.com/PaycomUZ/paycom-integration-php-template",
        }
    }
}
