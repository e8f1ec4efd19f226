//! A certificate with its chain and its key: read, judged, and how long it is good for.

use boothpay_protocol::time::{SpanMs, TimeMs};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName};
use rustls::server::ParsedCertificate;
use rustls::sign::CertifiedKey;
use std::sync::Arc;
use x509_cert::der::Decode;

/// A new one is asked for when so much of its life is over: two thirds, as authorities advise. Of 90 days, 30 are left for trying.
const RENEW_AFTER: (i64, i64) = (2, 3);

/// An owner is told that it ends when so much is left, and no new one came: time for a person to do something.
const ALARM: SpanMs = SpanMs::seconds(14 * 24 * 60 * 60);

/// The same for one of a shorter life: a sixth of it.
const ALARM_PART: i64 = 6;

/// A certificate that can be shown.
#[derive(Debug)]
pub(crate) struct Certificate {
    /// What a handshake needs.
    pub(crate) key: Arc<CertifiedKey>,
    /// From when it is good.
    pub(crate) from: TimeMs,
    /// Until when.
    pub(crate) until: TimeMs,
    /// Key and chain as they are kept.
    pub(super) pem: String,
}

impl Certificate {
    /// Reads key and chain (PEM, in any order) of a certificate for a name; else why they are none.
    pub(super) fn read(pem: String, domain: &str) -> Result<Self, String> {
        let chain: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(pem.as_bytes()).collect();
        let chain = chain.map_err(|error| format!("its chain cannot be read: {error}"))?;
        let first = chain.first().ok_or("there is no certificate in it")?;
        let name = ServerName::try_from(domain).map_err(|error| error.to_string())?;
        ParsedCertificate::try_from(first)
            .and_then(|parsed| rustls::client::verify_server_name(&parsed, &name))
            .map_err(|error| format!("it is not for {domain}: {error}"))?;
        let (from, until) = validity(first).ok_or("it does not say how long it is good for")?;
        let key = PrivateKeyDer::from_pem_slice(pem.as_bytes())
            .map_err(|error| format!("its key cannot be read: {error}"))?;
        // Whether the key belongs to the certificate is looked at here.
        let key = CertifiedKey::from_der(chain, key, &super::TLS)
            .map_err(|error| format!("its key is not right: {error}"))?;
        Ok(Self { key: Arc::new(key), from, until, pem })
    }

    /// When a new one is to be asked for.
    pub(crate) fn renewal(&self) -> TimeMs {
        let (part, whole) = RENEW_AFTER;
        self.from.plus(SpanMs::new(self.life().ms().saturating_mul(part).checked_div(whole).unwrap_or_default()))
    }

    /// From when its end is an alarm.
    pub(crate) fn alarm(&self) -> TimeMs {
        let part = SpanMs::new(self.life().ms().checked_div(ALARM_PART).unwrap_or_default());
        self.until.minus(ALARM.min(part))
    }

    fn life(&self) -> SpanMs {
        self.until.since(self.from)
    }
}

fn validity(certificate: &CertificateDer<'_>) -> Option<(TimeMs, TimeMs)> {
    let parsed = x509_cert::Certificate::from_der(certificate).ok()?;
    let validity = parsed.tbs_certificate.validity;
    let time = |time: x509_cert::time::Time| i64::try_from(time.to_unix_duration().as_millis()).ok().map(TimeMs::new);
    Some((time(validity.not_before)?, time(validity.not_after)?))
}

#[cfg(test)]
mod tests {
    use super::*;
    use rcgen::{CertificateParams, KeyPair, date_time_ymd};

    const DAY_MS: i64 = 24 * 60 * 60 * 1000;

    /// A certificate for a name, good from the first of January 2026 to a day, and its key.
    fn made(name: &str, until: (u8, u8)) -> String {
        let mut parameters = CertificateParams::new(vec![name.to_owned()]).unwrap();
        parameters.not_before = date_time_ymd(2026, 1, 1);
        parameters.not_after = date_time_ymd(2026, until.0, until.1);
        let key = KeyPair::generate().unwrap();
        format!("{}{}", key.serialize_pem(), parameters.self_signed(&key).unwrap().pem())
    }

    #[test]
    fn a_third_of_its_life_is_left_for_a_new_one_and_the_last_days_are_an_alarm() {
        for (until, life, renewal, alarm) in [((4, 1), 90, 60, 76), ((1, 7), 6, 4, 5)] {
            let certificate = Certificate::read(made("pay.example.uz", until), "pay.example.uz").unwrap();
            let day = |days: i64| certificate.from.plus(SpanMs::new(days * DAY_MS));
            assert_eq!(
                (certificate.until, certificate.renewal(), certificate.alarm()),
                (day(life), day(renewal), day(alarm))
            );
        }
    }

    #[test]
    fn what_cannot_be_shown_for_the_name_is_told_apart() {
        let good = made("pay.example.uz", (4, 1));
        let (key, chain) = good.split_at(good.find("-----BEGIN CERTIFICATE").unwrap());
        let other = made("pay.example.uz", (4, 1));
        let (other_key, _) = other.split_at(other.find("-----BEGIN CERTIFICATE").unwrap());
        let cases = [
            (String::new(), "there is no certificate in it"),
            (key.to_owned(), "there is no certificate in it"),
            (chain.to_owned(), "its key cannot be read"),
            (format!("{other_key}{chain}"), "its key is not right"),
            (made("other.example.uz", (4, 1)), "it is not for pay.example.uz"),
            (good.get(..good.len() - 60).unwrap().to_owned(), "its chain cannot be read"),
        ];
        for (pem, why) in cases {
            let said = Certificate::read(pem, "pay.example.uz").unwrap_err();
            assert!(said.starts_with(why), "{why}: {said}");
        }
        assert!(Certificate::read(format!("{chain}{key}"), "pay.example.uz").is_ok(), "in any order");
    }
}
