//! What callers are shown: the certificate, and to the authority the proof that the name is ours.

use super::Certificate;
use axum::Router;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use rcgen::{CertificateParams, CustomExtension, KeyPair};
use rustls::crypto::CryptoProvider;
use rustls::pki_types::PrivateKeyDer;
use rustls::server::{ClientHello, ResolvesServerCert};
use rustls::sign::CertifiedKey;
use std::sync::{Arc, LazyLock, PoisonError, RwLock};

/// What an authority says it speaks when it asks for a proof at port 443 (RFC 8737, section 3).
pub(crate) const ACME_TLS: &[u8] = b"acme-tls/1";

/// The cryptography of every line that callers open.
pub(crate) static TLS: LazyLock<Arc<CryptoProvider>> =
    LazyLock::new(|| Arc::new(rustls::crypto::ring::default_provider()));

/// Shared by the listeners and by whoever gets certificates.
#[derive(Debug)]
pub(super) struct Shown {
    domain: String,
    certificate: RwLock<Option<Arc<Certificate>>>,
    proof: RwLock<Option<Proof>>,
}

/// What the authority wants to see of a name's owner.
#[derive(Debug)]
pub(super) enum Proof {
    /// A certificate of our own making, at port 443.
    Tls(Arc<CertifiedKey>),
    /// A text at an address that ends with the token, at port 80.
    Http { token: String, text: String },
}

impl Proof {
    /// A certificate for the name that carries the authority's digest (RFC 8737, section 3).
    pub(super) fn tls(domain: &str, digest: &[u8]) -> Result<Self, String> {
        let make = || -> Result<_, rcgen::Error> {
            let mut parameters = CertificateParams::new(vec![domain.to_owned()])?;
            parameters.custom_extensions = vec![CustomExtension::new_acme_identifier(digest)];
            let key = KeyPair::generate()?;
            Ok((parameters.self_signed(&key)?.der().clone(), key.serialize_der()))
        };
        let (certificate, key) = make().map_err(|error| error.to_string())?;
        let key = PrivateKeyDer::Pkcs8(key.into());
        // Not judged as other certificates are: what it carries is for the authority alone, and critical.
        let key = TLS.key_provider.load_private_key(key).map_err(|error| error.to_string())?;
        Ok(Self::Tls(Arc::new(CertifiedKey::new(vec![certificate], key))))
    }
}

/// Takes the proof away again.
pub(super) struct Shows<'a>(&'a Shown);

impl Drop for Shows<'_> {
    fn drop(&mut self) {
        *self.0.proof.write().unwrap_or_else(PoisonError::into_inner) = None;
    }
}

impl Shown {
    pub(super) fn new(domain: &str) -> Self {
        Self { domain: domain.to_owned(), certificate: RwLock::default(), proof: RwLock::default() }
    }

    pub(super) fn show(&self, certificate: Certificate) {
        *self.certificate.write().unwrap_or_else(PoisonError::into_inner) = Some(Arc::new(certificate));
    }

    pub(super) fn certificate(&self) -> Option<Arc<Certificate>> {
        self.certificate.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Shows a proof for as long as what is returned lives.
    pub(super) fn prove(&self, proof: Proof) -> Shows<'_> {
        *self.proof.write().unwrap_or_else(PoisonError::into_inner) = Some(proof);
        Shows(self)
    }
}

impl ResolvesServerCert for Shown {
    fn resolve(&self, hello: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        let asks_for_proof =
            hello.alpn().is_some_and(|mut names| names.next() == Some(ACME_TLS) && names.next().is_none());
        if asks_for_proof {
            return match self.proof.read().unwrap_or_else(PoisonError::into_inner).as_ref()? {
                Proof::Tls(key) => Some(Arc::clone(key)),
                Proof::Http { .. } => None,
            };
        }
        // Whoever names another host has come to the wrong server, and learns no more here.
        let is_ours = hello.server_name().is_none_or(|name| name.eq_ignore_ascii_case(&self.domain));
        self.certificate().filter(|_| is_ours).map(|certificate| Arc::clone(&certificate.key))
    }
}

/// Where the authority looks for a proof at port 80; nothing else is there.
pub(super) fn proofs(shown: Arc<Shown>) -> Router {
    Router::new().route("/.well-known/acme-challenge/{token}", get(proof)).with_state(shown)
}

async fn proof(State(shown): State<Arc<Shown>>, Path(asked): Path<String>) -> Response {
    match shown.proof.read().unwrap_or_else(PoisonError::into_inner).as_ref() {
        Some(Proof::Http { token, text }) if *token == asked => {
            ([(CONTENT_TYPE, "application/octet-stream")], text.clone()).into_response()
        }
        Some(Proof::Http { .. } | Proof::Tls(_)) | None => StatusCode::NOT_FOUND.into_response(),
    }
}
