//! Who is calling: an MD5 over the call's own words and the service's secret key (`reference/click.md §2.2`).
//!
//! | action | what is joined, without anything between |
//! |---|---|
//! | 0 | click_trans_id, service_id, key, merchant_trans_id, amount, action, sign_time |
//! | 1 | click_trans_id, service_id, key, merchant_trans_id, merchant_prepare_id, amount, action, sign_time |
//!
//! All of them as they were received, letter by letter: how Click writes an amount is not documented, and `1000` and `1000.00`
//! have different digests.

use super::Action;
use super::limits::SIGNATURE_DIGITS;
use crate::secret::Secret;
use md5::{Digest, Md5};
use std::fmt::Write;
use subtle::{Choice, ConstantTimeEq};

/// A service of the merchant's with its secret key. One merchant may have several.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Service {
    /// Click's number of it.
    pub id: i64,
    /// Its secret key.
    pub key: Secret,
}

/// What of a call is signed, as received, and the signature.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Signed {
    pub(super) click_trans_id: String,
    pub(super) service_id: String,
    pub(super) merchant_trans_id: String,
    /// Empty where the call has none.
    pub(super) merchant_prepare_id: String,
    pub(super) amount: String,
    pub(super) action: String,
    pub(super) sign_time: String,
    pub(super) sign_string: String,
}

impl Signed {
    /// Whether the call carries the signature of a service's key. Takes the same time whatever was presented, and digits in
    /// capitals count.
    ///
    /// A call of another action than the two is refused whatever it is; it may be signed in either way.
    pub fn is_by(&self, key: &Secret) -> bool {
        let (prepare, complete) = (self.matches(key, ""), self.matches(key, &self.merchant_prepare_id));
        match Action::from_number(&self.action) {
            Some(Action::Prepare) => prepare.into(),
            Some(Action::Complete) => complete.into(),
            None => (prepare | complete).into(),
        }
    }

    fn matches(&self, key: &Secret, prepare_id: &str) -> Choice {
        let expected = digest([
            &self.click_trans_id,
            &self.service_id,
            key.reveal(),
            &self.merchant_trans_id,
            prepare_id,
            &self.amount,
            &self.action,
            &self.sign_time,
        ]);
        let given = self.sign_string.to_ascii_lowercase();
        given.as_bytes().ct_eq(expected.as_bytes())
    }
}

/// The signature of a call, in small letters: for whoever plays Click. `prepare_id` is empty in a Prepare.
pub fn sign(signed: &Unsigned<'_>, key: &Secret) -> String {
    digest([
        signed.click_trans_id,
        signed.service_id,
        key.reveal(),
        signed.merchant_trans_id,
        signed.prepare_id,
        signed.amount,
        signed.action,
        signed.sign_time,
    ])
}

/// A call's words that are to be signed.
#[derive(Clone, Copy, Debug)]
#[allow(missing_docs)] // Click's own names.
pub struct Unsigned<'a> {
    pub click_trans_id: &'a str,
    pub service_id: &'a str,
    pub merchant_trans_id: &'a str,
    pub prepare_id: &'a str,
    pub amount: &'a str,
    pub action: &'a str,
    pub sign_time: &'a str,
}

fn digest(words: [&str; 8]) -> String {
    let mut digest = Md5::new();
    for word in words {
        digest.update(word.as_bytes());
    }
    let mut hex = String::with_capacity(SIGNATURE_DIGITS);
    for byte in digest.finalize() {
        // Writing to a text cannot fail.
        let _ = write!(hex, "{byte:02x}");
    }
    hex
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key() -> Secret {
        Secret::new("TEST_SECRET_9").unwrap()
    }

    fn prepare() -> Signed {
        Signed {
            click_trans_id: "2000000000".to_owned(),
            service_id: "155555".to_owned(),
            merchant_trans_id: "PB-000417".to_owned(),
            merchant_prepare_id: String::new(),
            amount: "25000.00".to_owned(),
            action: "0".to_owned(),
            sign_time: "2026-11-21 12:00:00".to_owned(),
            sign_string: "f62478c0f22952a0e488d5c47a0bb898".to_owned(),
        }
    }

    fn complete() -> Signed {
        Signed {
            merchant_prepare_id: "417".to_owned(),
            action: "1".to_owned(),
            sign_time: "2026-11-21 12:00:09".to_owned(),
            sign_string: "6ec877522abb35ea2d5bc0c0a53b1b90".to_owned(),
            ..prepare()
        }
    }

    #[test]
    fn the_reference_vectors_are_accepted_in_small_letters_and_capitals() {
        for signed in [prepare(), complete()] {
            assert!(signed.is_by(&key()), "{signed:?}");
            assert!(Signed { sign_string: signed.sign_string.to_uppercase(), ..signed }.is_by(&key()));
        }
    }

    #[test]
    fn every_signed_word_counts_to_the_letter() {
        for signed in [prepare(), complete()] {
            let other = |change: fn(&mut Signed)| {
                let mut other = signed.clone();
                change(&mut other);
                assert_ne!(other, signed);
                other
            };
            let others = [
                other(|it| it.click_trans_id.push('1')),
                other(|it| it.service_id.push('1')),
                other(|it| it.merchant_trans_id.make_ascii_lowercase()),
                other(|it| it.amount = "25000.0".to_owned()),
                other(|it| it.action = "2".to_owned()),
                other(|it| it.sign_time = "2026-11-21 12:00:01".to_owned()),
                other(|it| it.sign_string = it.sign_string.replace('8', "9").replace('5', "6")),
                other(|it| it.sign_string.push('0')),
                other(|it| it.sign_string.truncate(31)),
                other(|it| it.sign_string.clear()),
            ];
            for other in others {
                assert!(!other.is_by(&key()), "{other:?}");
            }
            assert!(!signed.is_by(&Secret::new("TEST_SECRET_8").unwrap()));
        }
        let other_prepare = Signed { merchant_prepare_id: "418".to_owned(), ..complete() };
        assert!(!other_prepare.is_by(&key()));
        // The older way of signing a Complete, without our number.
        let unsigned = Unsigned {
            click_trans_id: "2000000000",
            service_id: "155555",
            merchant_trans_id: "PB-000417",
            prepare_id: "",
            amount: "25000.00",
            action: "1",
            sign_time: "2026-11-21 12:00:09",
        };
        let older = Signed { sign_string: sign(&unsigned, &key()), ..complete() };
        assert!(!older.is_by(&key()));
    }
}
