//! Why a call was refused, as an owner is told: fewer reasons than the wallets have codes, each with a cure.

use boothpay_protocol::fault::SystemFault;
use boothpay_protocol::payme::rules::Rules as PaymeRules;
use boothpay_protocol::uzum::rules::Rules as UzumRules;
use boothpay_protocol::{click, payme, uzum};
use serde::Deserialize;
use serde_json::value::RawValue;
use std::collections::BTreeMap;

/// Names of fields that are told of one call.
const FIELDS_MAX: usize = 8;

/// Why.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Why {
    /// Nothing came to prove who calls.
    NoKey,
    /// The login is not the wallet's.
    WrongLogin,
    /// The key, password or signature is not the right one.
    WrongKey,
    /// Another service of the wallet's is meant.
    OtherService,
    /// It is no call of this wallet's form.
    BadForm,
    /// The address was opened, as browsers do, and not called.
    NotPost,
    /// The wallet wants something that this server does not do.
    UnknownMethod,
    /// The order that is named was not made here.
    OrderNotFound,
    /// The order came under another field's name.
    OtherField,
    /// Another sum than the order's.
    WrongAmount,
    /// The payment that is named was not begun here.
    PaymentNotFound,
    /// Another payment of the order is under way.
    OrderBusy,
    /// The order is paid already.
    OrderPaid,
    /// The order was closed, or its time is over.
    OrderClosed,
    /// The payment's state does not allow it.
    NotNow,
    /// The customer, or the wallet, gave the payment up.
    GivenUp,
    /// The fault was this server's.
    System,
    /// There is nothing at the address.
    NothingThere,
    /// The caller hung up before the answer.
    HungUp,
}

impl Why {
    #[cfg(test)]
    pub(crate) const ALL: [Self; 19] = [
        Self::NoKey,
        Self::WrongLogin,
        Self::WrongKey,
        Self::OtherService,
        Self::BadForm,
        Self::NotPost,
        Self::UnknownMethod,
        Self::OrderNotFound,
        Self::OtherField,
        Self::WrongAmount,
        Self::PaymentNotFound,
        Self::OrderBusy,
        Self::OrderPaid,
        Self::OrderClosed,
        Self::NotNow,
        Self::GivenUp,
        Self::System,
        Self::NothingThere,
        Self::HungUp,
    ];

    /// The word, for pages.
    pub(crate) const fn word(self) -> &'static str {
        match self {
            Self::NoKey => "no_key",
            Self::WrongLogin => "wrong_login",
            Self::WrongKey => "wrong_key",
            Self::OtherService => "other_service",
            Self::BadForm => "bad_form",
            Self::NotPost => "not_post",
            Self::UnknownMethod => "unknown_method",
            Self::OrderNotFound => "order_not_found",
            Self::OtherField => "other_field",
            Self::WrongAmount => "wrong_amount",
            Self::PaymentNotFound => "payment_not_found",
            Self::OrderBusy => "order_busy",
            Self::OrderPaid => "order_paid",
            Self::OrderClosed => "order_closed",
            Self::NotNow => "not_now",
            Self::GivenUp => "given_up",
            Self::System => "system",
            Self::NothingThere => "nothing_there",
            Self::HungUp => "hung_up",
        }
    }

    /// Whether anybody could have made such a call, as long as he has not proven who he is.
    pub(crate) const fn is_of_a_stranger(self) -> bool {
        match self {
            Self::NoKey
            | Self::WrongLogin
            | Self::WrongKey
            | Self::OtherService
            | Self::BadForm
            | Self::NotPost
            | Self::HungUp
            | Self::NothingThere => true,
            Self::UnknownMethod
            | Self::OrderNotFound
            | Self::OtherField
            | Self::WrongAmount
            | Self::PaymentNotFound
            | Self::OrderBusy
            | Self::OrderPaid
            | Self::OrderClosed
            | Self::NotNow
            | Self::GivenUp
            | Self::System => false,
        }
    }

    /// Whether somebody has to do something about it. The rest happens every day.
    pub(crate) const fn is_news(self) -> bool {
        match self {
            Self::OrderBusy | Self::OrderPaid | Self::OrderClosed | Self::NotNow | Self::GivenUp => false,
            Self::NoKey
            | Self::WrongLogin
            | Self::WrongKey
            | Self::OtherService
            | Self::BadForm
            | Self::NotPost
            | Self::UnknownMethod
            | Self::OrderNotFound
            | Self::OtherField
            | Self::WrongAmount
            | Self::PaymentNotFound
            | Self::System
            | Self::NothingThere
            | Self::HungUp => true,
        }
    }

    /// Of what kept this server from answering; some of it is the caller's.
    const fn of_fault(fault: SystemFault) -> Self {
        match fault {
            SystemFault::BrokenOff => Self::HungUp,
            SystemFault::BadChunks => Self::BadForm,
            SystemFault::Store
            | SystemFault::Overload
            | SystemFault::Timeout
            | SystemFault::Changed
            | SystemFault::Bug => Self::System,
        }
    }

    /// Of a refusal to Payme. Whoever is not let in is judged elsewhere.
    pub(crate) fn of_payme(refusal: &payme::Refusal, call: Option<&payme::Call>, rules: &PaymeRules) -> Self {
        use payme::Refusal;
        match refusal {
            Refusal::NotAuthorised => Self::WrongKey,
            Refusal::NotPost => Self::NotPost,
            Refusal::NotJson | Refusal::BadForm(_) | Refusal::TooLong | Refusal::BadFiscalData(_) => Self::BadForm,
            Refusal::UnknownMethod(_) => Self::UnknownMethod,
            Refusal::System(fault) => Self::of_fault(*fault),
            Refusal::WrongAmount => Self::WrongAmount,
            Refusal::TransactionNotFound | Refusal::ReceiptNotFound => Self::PaymentNotFound,
            Refusal::CannotCancel | Refusal::WrongState => Self::NotNow,
            Refusal::OrderNotFound => match call {
                Some(payme::Call::CheckPerform { account, .. } | payme::Call::Create { account, .. })
                    if account.order_id.is_none() && !names(&account.json).contains(&rules.account_field) =>
                {
                    Self::OtherField
                }
                Some(_) | None => Self::OrderNotFound,
            },
            Refusal::OrderBusy => Self::OrderBusy,
            Refusal::OrderPaid => Self::OrderPaid,
            Refusal::OrderCancelled | Refusal::OrderExpired => Self::OrderClosed,
        }
    }

    /// Of a refusal to Click.
    pub(crate) const fn of_click(refusal: &click::Refusal) -> Self {
        use click::Refusal;
        match refusal {
            Refusal::NotPost => Self::NotPost,
            Refusal::BadForm(_) | Refusal::TooLong => Self::BadForm,
            Refusal::NotSigned => Self::WrongKey,
            Refusal::WrongAction => Self::UnknownMethod,
            Refusal::System(fault) => Self::of_fault(*fault),
            Refusal::WrongAmount => Self::WrongAmount,
            Refusal::OrderNotFound | Refusal::AnotherOrder => Self::OrderNotFound,
            Refusal::OrderBusy => Self::OrderBusy,
            Refusal::OrderPaid | Refusal::Confirmed => Self::OrderPaid,
            Refusal::OrderClosed => Self::OrderClosed,
            Refusal::TransactionNotFound => Self::PaymentNotFound,
            Refusal::Cancelled | Refusal::CancelledAfterPayment => Self::GivenUp,
        }
    }

    /// Of a refusal to Uzum, with the body that it is about.
    pub(crate) fn of_uzum(refusal: uzum::Refusal, body: &[u8], rules: &UzumRules) -> Self {
        use uzum::Refusal;
        match refusal {
            Refusal::NotAuthorised => Self::WrongKey,
            Refusal::NotPost => Self::NotPost,
            Refusal::UnknownOperation => Self::UnknownMethod,
            Refusal::NotJson | Refusal::BadForm(_) | Refusal::TooLong => Self::BadForm,
            Refusal::Missing(_) => match params(body) {
                Some(params) if !names(params.get()).contains(&rules.account_key) => Self::OtherField,
                Some(_) | None => Self::BadForm,
            },
            Refusal::OtherService => Self::OtherService,
            Refusal::OrderNotFound => Self::OrderNotFound,
            Refusal::OrderBusy => Self::OrderBusy,
            Refusal::OrderPaid | Refusal::AlreadyConfirmed | Refusal::AlreadyCreated => Self::OrderPaid,
            Refusal::OrderCancelled | Refusal::OrderExpired => Self::OrderClosed,
            Refusal::WrongAmount | Refusal::AmountTooSmall | Refusal::AmountTooLarge => Self::WrongAmount,
            Refusal::TransactionNotFound => Self::PaymentNotFound,
            Refusal::TransactionCancelled | Refusal::CannotReverse | Refusal::AlreadyReversed => Self::NotNow,
            Refusal::System(fault) => Self::of_fault(fault),
        }
    }
}

#[derive(Deserialize)]
struct Body<'a> {
    #[serde(borrow, default)]
    params: Option<&'a RawValue>,
}

#[derive(Deserialize)]
struct Params<'a> {
    #[serde(borrow, default)]
    account: Option<&'a RawValue>,
}

/// The `params` of a JSON body.
fn params(body: &[u8]) -> Option<&RawValue> {
    serde_json::from_slice::<Body<'_>>(body).ok()?.params
}

/// The names of an object's members.
pub(super) fn names(object: &str) -> Vec<String> {
    let members: BTreeMap<String, serde::de::IgnoredAny> = serde_json::from_str(object).unwrap_or_default();
    members.into_keys().collect()
}

/// Under which names the fields of the account came: of Payme's call those of `params.account`, of Uzum's those of `params`.
pub(super) fn account_fields(body: &[u8]) -> Vec<String> {
    let Some(params) = params(body) else { return Vec::new() };
    let account = serde_json::from_str::<Params<'_>>(params.get()).ok().and_then(|params| params.account);
    let mut names = names(account.unwrap_or(params).get());
    names.truncate(FIELDS_MAX);
    names
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_tell_reasons_apart() {
        let words: std::collections::BTreeSet<&str> = Why::ALL.into_iter().map(Why::word).collect();
        assert_eq!(words.len(), Why::ALL.len());
        // What a stranger can do is always worth a look.
        assert!(Why::ALL.into_iter().all(|why| !why.is_of_a_stranger() || why.is_news()));
    }

    #[test]
    fn fields_are_those_of_the_account() {
        let payme = br#"{"method":"x","params":{"amount":1,"account":{"order":"7","phone":"8"}}}"#;
        assert_eq!(account_fields(payme), ["order", "phone"]);
        assert_eq!(account_fields(br#"{"serviceId":1,"params":{"orderId":"7"}}"#), ["orderId"]);
        assert_eq!(account_fields(b"click_trans_id=1"), [""; 0]);
    }
}
