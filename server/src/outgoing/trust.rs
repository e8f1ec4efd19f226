//! Whose certificate is taken for the right one: of whom the system trusts, for the name that was called; one alone, by its fingerprint; or any.
//!
//! A printer makes its own certificate, for whatever name and years. So of one that was named by its fingerprint neither is judged. That the other
//! end has the certificate's key, the handshake proves in all cases.

use ring::digest::{SHA256, digest};
use rustls::client::WebPkiServerVerifier;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::{CryptoProvider, WebPkiSupportedAlgorithms, verify_tls12_signature, verify_tls13_signature};
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::{
    CertificateError, ClientConfig, DigitallySignedStruct, Error, OtherError, RootCertStore, SignatureScheme,
};
use std::fmt;
use std::io;
use std::sync::Arc;
use tokio_rustls::TlsConnector;

/// The SHA-256 of a certificate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fingerprint([u8; 32]);

impl Fingerprint {
    /// Reads what a browser, openssl or this program shows: 64 hexadecimal digits, with colons, spaces or nothing between them.
    pub fn parse(text: &str) -> Option<Self> {
        let digit = |c: char| c.to_digit(16).and_then(|digit| u8::try_from(digit).ok());
        let digits: Option<Vec<u8>> = text.chars().filter(|c| *c != ':' && *c != ' ').map(digit).collect();
        let digits = digits?;
        let (pairs, []) = digits.as_chunks::<2>() else { return None };
        let bytes: Vec<u8> = pairs.iter().map(|[high, low]| (high << 4) | low).collect();
        bytes.try_into().ok().map(Self)
    }

    fn of(certificate: &CertificateDer<'_>) -> Self {
        let mut bytes = [0; 32];
        // Both have 32 bytes.
        bytes.iter_mut().zip(digest(&SHA256, certificate).as_ref()).for_each(|(to, from)| *to = *from);
        Self(bytes)
    }
}

impl fmt::Display for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().enumerate().try_for_each(|(nth, byte)| write!(f, "{}{byte:02X}", if nth == 0 { "" } else { ":" }))
    }
}

/// Whose certificate is taken.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) enum Trust {
    /// One for this name, of somebody whom the system trusts.
    #[default]
    Public,
    /// The same; but where a setting names a certificate, that one alone. Whoever has another is told how that setting would name it.
    Named {
        /// The setting.
        setting: &'static str,
        /// What it says.
        fingerprint: Option<Fingerprint>,
    },
    /// Whoever is there: nothing is sent that another must not read, and what he answers is believed over a plain line as well.
    Any,
}

/// Makes encrypted lines; none where this computer cannot.
pub(super) fn connector(trust: Trust) -> Option<TlsConnector> {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let builder =
        ClientConfig::builder_with_provider(Arc::clone(&provider)).with_safe_default_protocol_versions().ok()?;
    let config = match trust {
        Trust::Public => builder.with_root_certificates(roots()).with_no_client_auth(),
        Trust::Named { .. } | Trust::Any => {
            let judge = Judge::new(trust, &provider)?;
            builder.dangerous().with_custom_certificate_verifier(Arc::new(judge)).with_no_client_auth()
        }
    };
    Some(TlsConnector::from(Arc::new(config)))
}

/// Why a handshake failed, for people.
pub(super) fn why(error: &io::Error) -> String {
    let tls = error.get_ref().and_then(|error| error.downcast_ref::<Error>());
    if let Some(Error::InvalidCertificate(CertificateError::Other(OtherError(other)))) = tls
        && let Some(stranger) = other.downcast_ref::<Stranger>()
    {
        return stranger.to_string();
    }
    format!("its certificate, or the line to it, is not right: {error}")
}

/// The certificates of the system and of `SSL_CERT_FILE`; where there are none, those that browsers trust.
fn roots() -> RootCertStore {
    let mut roots = RootCertStore::empty();
    // Certificates that cannot be read are as good as absent: a connection that needs one says so.
    let _ = roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
    if roots.is_empty() {
        roots.extend(webpki_roots::TLS_SERVER_ROOTS.iter().cloned());
    }
    roots
}

/// Judges a certificate by [`Trust`].
#[derive(Debug)]
struct Judge {
    trust: Trust,
    /// Who judges one that no setting names.
    usual: Option<Arc<WebPkiServerVerifier>>,
    algorithms: WebPkiSupportedAlgorithms,
}

impl Judge {
    fn new(trust: Trust, provider: &Arc<CryptoProvider>) -> Option<Self> {
        let usual = match trust {
            Trust::Public | Trust::Named { fingerprint: None, .. } => {
                let builder = WebPkiServerVerifier::builder_with_provider(Arc::new(roots()), Arc::clone(provider));
                Some(builder.build().ok()?)
            }
            Trust::Named { fingerprint: Some(_), .. } | Trust::Any => None,
        };
        Some(Self { trust, usual, algorithms: provider.signature_verification_algorithms })
    }
}

impl ServerCertVerifier for Judge {
    fn verify_server_cert(
        &self,
        certificate: &CertificateDer<'_>,
        between: &[CertificateDer<'_>],
        name: &ServerName<'_>,
        ocsp: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        let seen = Fingerprint::of(certificate);
        let judged = self.usual.as_ref().map(|usual| usual.verify_server_cert(certificate, between, name, ocsp, now));
        match (self.trust, judged) {
            (Trust::Any, _) => Ok(ServerCertVerified::assertion()),
            (Trust::Named { fingerprint: Some(named), .. }, _) if named == seen => Ok(ServerCertVerified::assertion()),
            (Trust::Named { setting, fingerprint: Some(_) }, _) => Err(Stranger::Other { setting, seen }.into()),
            (Trust::Named { setting, fingerprint: None }, Some(Err(_))) => Err(Stranger::New { setting, seen }.into()),
            (Trust::Public | Trust::Named { fingerprint: None, .. }, Some(judged)) => judged,
            (Trust::Public | Trust::Named { fingerprint: None, .. }, None) => {
                Err(CertificateError::ApplicationVerificationFailure.into())
            }
        }
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        verify_tls12_signature(message, certificate, signed, &self.algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        verify_tls13_signature(message, certificate, signed, &self.algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.algorithms.supported_schemes()
    }
}

/// A certificate that is not taken.
#[derive(Debug, thiserror::Error)]
enum Stranger {
    #[error(
        "its certificate is of its own making, as printers' are, and proves nothing until you name it: if it is yours, set {setting} = \
         \"{seen}\" (a printer's own page may show this fingerprint, to be compared)"
    )]
    New { setting: &'static str, seen: Fingerprint },
    #[error(
        "its certificate is another one than {setting} names, so nothing was sent to it: where the printer was exchanged, or has made itself a new \
         one, set {setting} = \"{seen}\""
    )]
    Other { setting: &'static str, seen: Fingerprint },
}

impl From<Stranger> for Error {
    fn from(stranger: Stranger) -> Self {
        Self::InvalidCertificate(CertificateError::Other(OtherError(Arc::new(stranger))))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fingerprint_is_read_as_it_is_shown() {
        let fingerprint = Fingerprint::of(&CertificateDer::from(b"a certificate".to_vec()));
        let shown = fingerprint.to_string();
        assert_eq!((shown.len(), shown.matches(':').count()), (95, 31));
        for written in [shown.clone(), shown.to_lowercase(), shown.replace(':', ""), shown.replace(':', " ")] {
            assert_eq!(Fingerprint::parse(&written), Some(fingerprint), "{written}");
        }
        let (strange, long) = (format!("G{}", &shown[1..]), format!("{shown}:00"));
        let wrongs: [&str; 6] = ["", "AB", &shown[1..], &shown[3..], &strange, &long];
        for wrong in wrongs {
            assert_eq!(Fingerprint::parse(wrong), None, "{wrong}");
        }
    }
}
