//! The checkout link that the customer scans (`reference/payme.md §4.1`, page otpravka-cheka-po-metodu-get).

use crate::ledger::language::Language;
use crate::ledger::order::OrderId;
use crate::money::Tiyin;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;

/// Payme's own checkout.
pub const PAYME_CHECKOUT: &str = "https://checkout.paycom.uz";

/// Where links lead and whose cashbox is paid.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Checkout {
    /// Scheme and host, no slash at the end.
    pub host: String,
    /// The cashbox.
    pub merchant_id: String,
    /// The account field that names the order.
    pub account_field: String,
}

impl Checkout {
    /// The link for an order. Without a language it is the contract's link to the letter; Payme then opens in Russian.
    pub fn link(&self, order_id: &OrderId, amount: Tiyin, language: Option<Language>) -> String {
        let mut plain = format!("m={};ac.{}={order_id};a={}", self.merchant_id, self.account_field, amount.tiyin());
        if let Some(language) = language {
            plain.push_str(";l=");
            plain.push_str(language.code());
        }
        format!("{}/{}", self.host, STANDARD.encode(plain))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_are_the_golden_ones() {
        let checkout = |merchant_id: &str| Checkout {
            host: PAYME_CHECKOUT.to_owned(),
            merchant_id: merchant_id.to_owned(),
            account_field: "order_id".to_owned(),
        };
        let cases = [
            (
                "587f72c72cac0d162c722ae2",
                "197",
                500,
                None,
                "bT01ODdmNzJjNzJjYWMwZDE2MmM3MjJhZTI7YWMub3JkZXJfaWQ9MTk3O2E9NTAw",
            ),
            (
                "670a6af1a048b8a82254e446",
                "photobooth-test-123",
                1_000_000,
                None,
                "bT02NzBhNmFmMWEwNDhiOGE4MjI1NGU0NDY7YWMub3JkZXJfaWQ9cGhvdG9ib290aC10ZXN0LTEyMzthPTEwMDAwMDA=",
            ),
            (
                "670a6af1a048b8a82254e446",
                "photobooth-test-123",
                1_000_000,
                Some(Language::Ru),
                "bT02NzBhNmFmMWEwNDhiOGE4MjI1NGU0NDY7YWMub3JkZXJfaWQ9cGhvdG9ib290aC10ZXN0LTEyMzthPTEwMDAwMDA7bD1ydQ==",
            ),
        ];
        for (merchant, order, tiyin, language, encoded) in cases {
            let link = checkout(merchant).link(&OrderId::parse(order).unwrap(), Tiyin::new(tiyin).unwrap(), language);
            assert_eq!(link, format!("https://checkout.paycom.uz/{encoded}"));
        }
    }
}
