//! Click's Merchant API, which we call (`reference/click.md §2.10`): what is asked, by which signature, and what the answers
//! say. Sending is the server's.
//!
//! | question | call | what counts of the answer |
//! |---|---|---|
//! | [`Question::Status`] | `GET payment/status/:service_id/:payment_id` | `payment_status` |
//! | [`Question::ByOrder`] | `GET payment/status_by_mti/:service_id/:merchant_trans_id/YYYY-MM-DD` | `payment_id` |
//! | [`Question::Reversal`] | `DELETE payment/reversal/:service_id/:payment_id` | `error_code` |
//!
//! Click's answer to a reversal says that the call worked; whether the money moved is said by the payment's status alone. A reversal
//! has no sum and no key of its own: it is the payment that can go back once, so asking again does no harm.

mod answer;

pub use answer::{NoAnswer, PaymentStatus, by_order, reversal, status};

use super::sign_time;
use crate::ledger::order::OrderId;
use crate::secret::Secret;
use crate::time::TimeMs;
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
}

/// The HTTP methods that Click's API has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verb {
    /// Reads.
    Get,
    /// Takes back.
    Delete,
}

impl Verb {
    /// The word on the wire.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Get => "GET",
            Self::Delete => "DELETE",
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
        }
    }
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
}
