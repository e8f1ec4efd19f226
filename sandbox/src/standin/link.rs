//! Reads a checkout link: base64 of `m=…;ac.order_id=…;a=…` (reference/payme.md §4.1).

use std::collections::BTreeMap;

use base64::Engine;
use base64::alphabet;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};

use super::language::Lang;
use super::texts::Texts;

/// The longest link taken, in characters of base64.
const LONGEST: usize = 2048;

/// The largest amount taken, in tiyin: it stays exact in every JSON reader.
const LARGEST_TIYIN: u64 = 999_999_999_999_999;

/// Standard alphabet; the padding may be missing, as some phones cut it off the end of a scanned link.
const BASE64: GeneralPurpose = GeneralPurpose::new(
    &alphabet::STANDARD,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// What a checkout link says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Link {
    /// `m`: the cashbox the money goes to.
    pub(super) merchant: String,
    /// Every `ac.<field>`, as the webhook's `account` will carry it.
    pub(super) account: BTreeMap<String, String>,
    /// `a`, in tiyin.
    pub(super) amount: u64,
    /// `l`, if it names a language that Payme has.
    pub(super) language: Option<Lang>,
}

/// Why a link cannot be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum LinkFault {
    TooLong,
    NotBase64,
    NotText,
    Missing(String),
    Twice(String),
    Amount(String),
}

impl LinkFault {
    /// In the person's words.
    pub(super) fn explain(&self, texts: &Texts) -> String {
        match self {
            LinkFault::TooLong => texts.link_too_long.to_owned(),
            LinkFault::NotBase64 | LinkFault::NotText => texts.link_not_base64.to_owned(),
            LinkFault::Missing(key) => format!("{}: {key}", texts.link_missing),
            LinkFault::Twice(key) => format!("{}: {key}", texts.link_twice),
            LinkFault::Amount(value) => format!("{}: {value}", texts.link_amount),
        }
    }
}

impl Link {
    /// Reads the path of a checkout link; `account_field` is the field that the cashbox asks for. Keys that mean nothing
    /// here (`c`, `ct`, `cr`) are passed over.
    pub(super) fn parse(token: &str, account_field: &str) -> Result<Link, LinkFault> {
        let text = decode(token)?;
        let mut values = BTreeMap::new();
        for pair in text.split(';') {
            let Some((key, value)) = pair.split_once('=') else { continue };
            if values.insert(key, value).is_some() {
                return Err(LinkFault::Twice(key.to_owned()));
            }
        }
        let value = |key: &str| values.get(key).copied().filter(|value| !value.is_empty());
        let needed = |key: &str| value(key).ok_or_else(|| LinkFault::Missing(key.to_owned()));
        let merchant = needed("m")?.to_owned();
        needed(&format!("ac.{account_field}"))?;
        let account = values
            .iter()
            .filter_map(|(key, value)| Some((key.strip_prefix("ac.")?.to_owned(), (*value).to_owned())))
            .collect();
        let amount = tiyin(needed("a")?)?;
        let language = value("l").and_then(Lang::from_code);
        Ok(Link { merchant, account, amount, language })
    }

    /// The value of the account field that the cashbox asks for: the order's number.
    pub(super) fn order(&self, account_field: &str) -> &str {
        self.account.get(account_field).map_or("", String::as_str)
    }
}

/// The text inside the base64, for people who look for a mistake in it.
pub(super) fn decode(token: &str) -> Result<String, LinkFault> {
    if token.len() > LONGEST {
        return Err(LinkFault::TooLong);
    }
    let bytes = BASE64.decode(token).map_err(|_| LinkFault::NotBase64)?;
    String::from_utf8(bytes).map_err(|_| LinkFault::NotText)
}

/// A sum in tiyin as a link has it.
pub(super) fn tiyin(value: &str) -> Result<u64, LinkFault> {
    let digits = value.bytes().all(|byte| byte.is_ascii_digit());
    let amount = if digits { value.parse().ok() } else { None };
    amount.filter(|amount| (1..=LARGEST_TIYIN).contains(amount)).ok_or_else(|| LinkFault::Amount(value.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use base64::prelude::BASE64_STANDARD;

    fn encoded(text: &str) -> String {
        BASE64_STANDARD.encode(text)
    }

    fn parse(text: &str) -> Result<Link, LinkFault> {
        Link::parse(&encoded(text), "order_id")
    }

    fn account(order: &str) -> BTreeMap<String, String> {
        BTreeMap::from([("order_id".to_owned(), order.to_owned())])
    }

    /// The golden vectors of reference/payme.md §4.1.
    #[test]
    fn reads_the_golden_vectors() {
        let docs = "bT01ODdmNzJjNzJjYWMwZDE2MmM3MjJhZTI7YWMub3JkZXJfaWQ9MTk3O2E9NTAw";
        assert_eq!(
            Link::parse(docs, "order_id"),
            Ok(Link {
                merchant: "587f72c72cac0d162c722ae2".into(),
                account: account("197"),
                amount: 500,
                language: None
            })
        );
        let booth = "bT02NzBhNmFmMWEwNDhiOGE4MjI1NGU0NDY7YWMub3JkZXJfaWQ9cGhvdG9ib290aC10ZXN0LTEyMzthPTEwMDAwMDA=";
        let expected = Link {
            merchant: "670a6af1a048b8a82254e446".into(),
            account: account("photobooth-test-123"),
            amount: 1_000_000,
            language: None,
        };
        assert_eq!(Link::parse(booth, "order_id"), Ok(expected.clone()));
        assert_eq!(Link::parse(booth.trim_end_matches('='), "order_id"), Ok(expected.clone()));
        let russian =
            "bT02NzBhNmFmMWEwNDhiOGE4MjI1NGU0NDY7YWMub3JkZXJfaWQ9cGhvdG9ib290aC10ZXN0LTEyMzthPTEwMDAwMDA7bD1ydQ==";
        assert_eq!(Link::parse(russian, "order_id"), Ok(Link { language: Some(Lang::Ru), ..expected }));
    }

    #[test]
    fn passes_over_what_it_does_not_need() {
        let link = parse("m=1;ac.order_id=7;a=100;l=xx;c=https://example.uz/?a=b;ct=15000;cr=860;").unwrap();
        assert_eq!((link.amount, link.language, link.account), (100, None, account("7")));
    }

    #[test]
    fn says_what_is_wrong() {
        assert_eq!(Link::parse("favicon.ico", "order_id"), Err(LinkFault::NotBase64));
        assert_eq!(Link::parse("/w==", "order_id"), Err(LinkFault::NotText));
        assert_eq!(Link::parse(&"A".repeat(LONGEST + 4), "order_id"), Err(LinkFault::TooLong));
        assert_eq!(parse("ac.order_id=7;a=100"), Err(LinkFault::Missing("m".into())));
        assert_eq!(parse("m=1;ac.order=7;a=100"), Err(LinkFault::Missing("ac.order_id".into())));
        assert_eq!(parse("m=1;ac.order_id=;a=100"), Err(LinkFault::Missing("ac.order_id".into())));
        assert_eq!(parse("m=1;ac.order_id=7"), Err(LinkFault::Missing("a".into())));
        assert_eq!(parse("m=1;ac.order_id=7;a=1;a=2"), Err(LinkFault::Twice("a".into())));
        for amount in ["0", "-1", "+1", "1.5", "1e3", "ten", "1000000000000000", "99999999999999999999"] {
            assert_eq!(parse(&format!("m=1;ac.order_id=7;a={amount}")), Err(LinkFault::Amount(amount.into())));
        }
    }
}
