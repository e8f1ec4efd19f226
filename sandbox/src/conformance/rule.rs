//! A rule is data with a check: a stable id, one sentence, the page of Payme's documentation, a grade, a likely cause.

use super::case::{Case, Stop};
use std::future::Future;
use std::pin::Pin;

/// One rule of the catalogue.
#[derive(Debug)]
pub struct Rule {
    /// Stable; scripts and reports name rules by it.
    pub id: &'static str,
    /// Whether a failure decides the exit code.
    pub grade: Grade,
    /// Where the rule comes from.
    pub page: Page,
    /// What has to be true.
    pub sentence: &'static str,
    /// What is usually wrong in a server that fails it.
    pub cause: &'static str,
    /// Finds out.
    pub check: Check,
}

/// The future of one check.
pub type Checking<'c> = Pin<Box<dyn Future<Output = Result<(), Stop>> + Send + 'c>>;

/// Plays the calls of one rule.
pub type Check = for<'c> fn(&'c Case) -> Checking<'c>;

/// How binding a rule is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Grade {
    /// The documentation says so.
    Required,
    /// Payme's sandbox looks at it, or its documentation implies it.
    Expected,
    /// Good practice; a failure does not decide the exit code.
    Advice,
}

impl Grade {
    /// All grades, the strictest first.
    pub const ALL: [Self; 3] = [Self::Required, Self::Expected, Self::Advice];

    /// The word in reports.
    pub fn word(self) -> &'static str {
        match self {
            Self::Required => "required",
            Self::Expected => "expected",
            Self::Advice => "advice",
        }
    }

    /// Whether a failure makes the run fail.
    pub fn decides(self) -> bool {
        match self {
            Self::Required | Self::Expected => true,
            Self::Advice => false,
        }
    }
}

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
    pub fn address(self) -> &'static str {
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

/// A table of rules: id, grade, page, check, sentence, likely cause.
macro_rules! rules {
    ($($id:literal, $grade:ident, $page:ident, $check:ident, $sentence:literal, $cause:literal;)+) => {
        /// The rules of this group, in the order in which they are tried.
        pub const RULES: &[$crate::conformance::rule::Rule] = &[$(
            $crate::conformance::rule::Rule {
                id: $id,
                grade: $crate::conformance::rule::Grade::$grade,
                page: $crate::conformance::rule::Page::$page,
                sentence: $sentence,
                cause: $cause,
                check: |case| Box::pin($check(case)),
            },
        )+];
    };
}
pub(super) use rules;
