//! Uzum's Dynamic QR (`reference/uzum-qr.md`): what is asked, by which signature, and what the answers say. Sending is the
//! server's.
//!
//! | question | call | what counts of the answer |
//! |---|---|---|
//! | [`Question::Create`] | `POST …/create` | `payment_link` |
//! | [`Question::Status`] | `POST …/status-by-order` | `payment_status`, `payment_id` |
//! | [`Question::Cancel`] | `POST …/cancel-order` | `payment_status`, or why not |
//! | [`Question::Reversal`] | `POST …/reversal` | `payment_status` |
//!
//! HTTP is 200 also for a failure; `error_code` 0 says that the call worked.

mod answer;

pub use answer::{NoAnswer, Payment, PaymentStatus, Voided, cancel, create, reversal, status};

use crate::ledger::provider::ProviderId;
use crate::money::Tiyin;
use crate::secret::Secret;
use crate::time::{SpanMs, TimeMs};
use serde_json::json;
use sha1::{Digest, Sha1};
use std::fmt::Write;

/// Uzum's own address. It is the one in the document's examples; there is none for tests.
pub const UZUM_QR_API: &str = "https://mobile.apelsin.uz";

/// Bytes of an answer. Those that are documented take less than 1 KiB.
pub const ANSWER_BYTES_MAX: usize = 64 * 1024;

/// Characters of what a code says. More make a code that phones do not read from a screen.
pub const LINK_CHARS_MAX: usize = 600;

/// What is asked about a code of a service.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Question {
    /// Make one.
    Create {
        /// Its number.
        id: ProviderId,
        /// What it costs.
        amount: Tiyin,
    },
    /// What has become of it?
    Status {
        /// Its number.
        id: ProviderId,
    },
    /// Make it void, if nobody has paid it.
    Cancel {
        /// Its number.
        id: ProviderId,
    },
    /// Give the money back, all of it.
    Reversal {
        /// Uzum's number of the payment.
        payment_id: String,
    },
}

impl Question {
    /// The path below the API's address, and the body.
    pub fn call(&self, service_id: i64) -> (&'static str, String) {
        let (path, body) = match self {
            Self::Create { id, amount } => (
                "create",
                json!({"amount": amount.tiyin(), "order_id": id.as_str(), "service_id": service_id, "details": {}}),
            ),
            Self::Status { id } => ("status-by-order", json!({"order_id": id.as_str(), "service_id": service_id})),
            Self::Cancel { id } => ("cancel-order", json!({"order_id": id.as_str(), "service_id": service_id})),
            Self::Reversal { payment_id } => ("reversal", json!({"service_id": service_id, "payment_id": payment_id})),
        };
        (path, body.to_string())
    }
}

/// The path of all calls.
pub const PATH: &str = "api/dynamic-qr/merchant/payment";

/// The header `Authorization`, made anew for each call: the till's user, a SHA-1 over the time and the secret key, the time in
/// milliseconds. The document adds "UTC+5", which says nothing of milliseconds since 1970: `offset` is for the case that it does.
pub fn authorization(user_id: &str, key: &Secret, now: TimeMs, offset: SpanMs) -> String {
    let time = now.plus(offset).ms().to_string();
    let mut digest = Sha1::new();
    digest.update(&time);
    digest.update(key.reveal());
    let mut header = format!("{user_id}:");
    for byte in digest.finalize() {
        // Writing to a text cannot fail.
        let _ = write!(header, "{byte:02x}");
    }
    let _ = write!(header, ":{time}");
    header
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_header_is_signed_as_the_document_says() {
        let key = Secret::new("TEST_SECRET_9").unwrap();
        let at = TimeMs::new(1_795_240_800_123);
        let header = authorization("till-1", &key, at, SpanMs::new(0));
        assert_eq!(header, "till-1:184b73cf448981297aea4346dff3682b1def7cfd:1795240800123");
        let later = authorization("till-1", &key, at, SpanMs::seconds(5 * 3600));
        assert!(later.ends_with(":1795258800123"), "{later}");
    }

    #[test]
    fn calls_have_the_documented_members() {
        let id = || ProviderId::parse("74S88WN2-ABCDEF").unwrap();
        let amount = Tiyin::new(2_000_000).unwrap();
        let calls = [
            Question::Create { id: id(), amount },
            Question::Status { id: id() },
            Question::Cancel { id: id() },
            Question::Reversal { payment_id: "p-1".to_owned() },
        ]
        .map(|question| question.call(7));
        let read = |body: &str| serde_json::from_str::<serde_json::Value>(body).unwrap();
        assert_eq!(calls.each_ref().map(|(path, _)| *path), ["create", "status-by-order", "cancel-order", "reversal"]);
        let expected = json!({"amount": 2_000_000, "order_id": "74S88WN2-ABCDEF", "service_id": 7, "details": {}});
        assert_eq!(read(&calls[0].1), expected);
        assert_eq!(read(&calls[2].1), json!({"order_id": "74S88WN2-ABCDEF", "service_id": 7}));
        assert_eq!(read(&calls[3].1), json!({"payment_id": "p-1", "service_id": 7}));
    }
}
