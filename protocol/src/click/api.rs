//! Click's Merchant API, which we call (`reference/click.md §2.10`): what is asked, by which signature, and what the answers
//! say. Sending is the server's.
//!
//! | question | call | what counts of the answer |
//! |---|---|---|
//! | [`Question::Status`] | `GET payment/status/:service_id/:payment_id` | `payment_status` |
//! | [`Question::ByOrder`] | `GET payment/status_by_mti/:service_id/:merchant_trans_id/YYYY-MM-DD` | `payment_id` |
//! | [`Question::Reversal`] | `DELETE payment/reversal/:service_id/:payment_id` | `error_code` |
//! | [`Question::Items`] | `POST payment/ofd_data/submit_items` | `error_code` |
//! | [`Question::Receipt`] | `GET payment/ofd_data/:service_id/:payment_id` | `qrCodeURL` |
//!
//! Click's answer to a reversal says that the call worked; whether the money moved is said by the payment's status alone. A reversal
//! has no sum and no key of its own: it is the payment that can go back once, so asking again does no harm.

mod answer;

pub use answer::{NoAnswer, PaymentStatus, by_order, items, receipt, reversal, status};

use super::rules::{Fiscal, Seller};
use super::sign_time;
use crate::ledger::order::OrderId;
use crate::money::Tiyin;
use crate::secret::Secret;
use crate::time::TimeMs;
use serde_json::{Value, json};
use sha1::{Digest, Sha1};
use std::fmt::Write;

/// Click's own address.
pub const CLICK_API: &str = "https://api.click.uz/v2/merchant";

/// Bytes of an answer. Those that are documented take less than 1 KiB.
pub const ANSWER_BYTES_MAX: usize = 64 * 1024;

/// What is asked about one payment of a service.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Question {
    /// What has become of it?
    Status {
        /// Click's number of the payment.
        payment_id: i64,
    },
    /// Which payment is there for an order?
    ByOrder {
        /// The order, which Click calls `merchant_trans_id`.
        order_id: OrderId,
        /// The day of the payment, in Tashkent. Which day Click means is not documented.
        day: String,
    },
    /// Give its money back, all of it.
    Reversal {
        /// Click's number of the payment.
        payment_id: i64,
    },
    /// Here is what was sold, for the tax receipt.
    Items {
        /// Click's number of the payment.
        payment_id: i64,
        /// Its sum.
        amount: Tiyin,
        /// What the receipt says.
        fiscal: Fiscal,
    },
    /// Which receipt does a payment have?
    Receipt {
        /// Click's number of the payment.
        payment_id: i64,
    },
}

/// The HTTP methods that Click's API has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verb {
    /// Reads.
    Get,
    /// Takes back.
    Delete,
    /// Says something.
    Post,
}

impl Verb {
    /// The word on the wire.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Get => "GET",
            Self::Delete => "DELETE",
            Self::Post => "POST",
        }
    }
}

impl Question {
    /// The method and the path below the API's address. Nothing in it needs an escape: an order's id and digits are what they are.
    pub fn call(&self, service_id: i64) -> (Verb, String) {
        match self {
            Self::Status { payment_id } => (Verb::Get, format!("payment/status/{service_id}/{payment_id}")),
            Self::ByOrder { order_id, day } => {
                (Verb::Get, format!("payment/status_by_mti/{service_id}/{order_id}/{day}"))
            }
            Self::Reversal { payment_id } => (Verb::Delete, format!("payment/reversal/{service_id}/{payment_id}")),
            Self::Items { .. } => (Verb::Post, "payment/ofd_data/submit_items".to_owned()),
            Self::Receipt { payment_id } => (Verb::Get, format!("payment/ofd_data/{service_id}/{payment_id}")),
        }
    }

    /// The body, where there is one.
    pub fn body(&self, service_id: i64) -> Option<String> {
        match self {
            Self::Status { .. } | Self::ByOrder { .. } | Self::Reversal { .. } | Self::Receipt { .. } => None,
            Self::Items { payment_id, amount, fiscal } => Some(submitted(service_id, *payment_id, *amount, fiscal)),
        }
    }
}

/// One line at the payment's price. All of it came by Click, so none of it in cash or by a card at a till. The units are sent where they
/// are set, beside the package's code: Click's page has been seen to ask for either.
fn submitted(service_id: i64, payment_id: i64, amount: Tiyin, fiscal: &Fiscal) -> String {
    let Fiscal { item, seller } = fiscal;
    let price = amount.tiyin();
    let seller = match seller {
        Seller::Tin(tin) => json!({ "TIN": tin }),
        Seller::Pinfl(pinfl) => json!({ "PINFL": pinfl }),
    };
    let mut line = json!({
        "Name": item.title,
        "SPIC": item.code,
        "PackageCode": item.package_code,
        "GoodPrice": price,
        "Price": price,
        "Amount": 1,
        "VAT": item.vat_in(amount),
        "VATPercent": item.vat_percent,
        "CommissionInfo": seller,
    });
    if let (Some(units), Value::Object(line)) = (item.units, &mut line) {
        line.insert("Units".to_owned(), units.into());
    }
    json!({
        "service_id": service_id,
        "payment_id": payment_id,
        "items": [line],
        "received_ecash": price,
        "received_cash": 0,
        "received_card": 0,
    })
    .to_string()
}

/// The header `Auth`, made anew for each call: the user, a SHA-1 over the time and the secret key, the time in seconds.
pub fn auth(merchant_user_id: i64, key: &Secret, now: TimeMs) -> String {
    let seconds = now.ms().div_euclid(1000).to_string();
    let mut digest = Sha1::new();
    digest.update(&seconds);
    digest.update(key.reveal());
    let mut header = format!("{merchant_user_id}:");
    for byte in digest.finalize() {
        // Writing to a text cannot fail.
        let _ = write!(header, "{byte:02x}");
    }
    let _ = write!(header, ":{seconds}");
    header
}

/// A time's day in Tashkent, as [`Question::ByOrder`] takes it.
pub fn day(at: TimeMs) -> String {
    sign_time::day(at)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fiscal::FiscalItem;

    #[test]
    fn the_header_is_signed_as_the_document_says() {
        let key = Secret::new("TEST_SECRET_9").unwrap();
        let header = auth(42, &key, TimeMs::new(1_795_240_800_999));
        assert_eq!(header, "42:2bec2d8d0037165dc813a544fa0c40b208484322:1795240800");
        assert_ne!(auth(42, &key, TimeMs::new(1_795_240_801_000)), header, "each second has its own");
    }

    #[test]
    fn calls_have_the_documented_paths() {
        let order_id = OrderId::parse("PB-000417").unwrap();
        let day = day(TimeMs::new(1_795_244_400_000));
        let calls = [Question::Status { payment_id: 9 }, Question::ByOrder { order_id, day }];
        let [status, by_order] = calls.map(|question| question.call(155_555));
        assert_eq!(status, (Verb::Get, "payment/status/155555/9".to_owned()));
        assert_eq!(by_order, (Verb::Get, "payment/status_by_mti/155555/PB-000417/2026-11-21".to_owned()));
        let reversal = Question::Reversal { payment_id: 9 }.call(155_555);
        assert_eq!((reversal.0.word(), reversal.1.as_str()), ("DELETE", "payment/reversal/155555/9"));
    }

    #[test]
    fn what_was_sold_is_told_as_documented() {
        let item = FiscalItem {
            title: "Print".to_owned(),
            code: "00702001001000001".to_owned(),
            package_code: "1500".to_owned(),
            vat_percent: 12,
            units: Some(796),
        };
        let of = |units, seller| {
            let fiscal = Fiscal { item: FiscalItem { units, ..item.clone() }, seller };
            let amount = Tiyin::new(1_120_000).unwrap();
            let question = Question::Items { payment_id: 9, amount, fiscal };
            assert_eq!(question.call(155_555), (Verb::Post, "payment/ofd_data/submit_items".to_owned()));
            serde_json::from_str::<Value>(&question.body(155_555).unwrap()).unwrap()
        };
        let expected = json!({
            "service_id": 155_555, "payment_id": 9, "received_ecash": 1_120_000, "received_cash": 0, "received_card": 0,
            "items": [{
                "Name": "Print", "SPIC": "00702001001000001", "PackageCode": "1500", "Units": 796, "GoodPrice": 1_120_000,
                "Price": 1_120_000, "Amount": 1, "VAT": 120_000, "VATPercent": 12, "CommissionInfo": {"TIN": "123456789"},
            }],
        });
        assert_eq!(of(Some(796), Seller::Tin("123456789".to_owned())), expected);
        let other = of(None, Seller::Pinfl("12345678901234".to_owned()));
        assert_eq!(other["items"][0]["CommissionInfo"], json!({"PINFL": "12345678901234"}));
        assert_eq!(other["items"][0].get("Units"), None);
        let receipt = Question::Receipt { payment_id: 9 };
        assert_eq!(receipt.call(155_555), (Verb::Get, "payment/ofd_data/155555/9".to_owned()));
        assert_eq!(receipt.body(155_555), None);
    }
}
