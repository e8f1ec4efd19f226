//! HTTPS of the server's own: a certificate for the owner's domain, got and renewed from an authority by ACME (RFC 8555), and shown
//! to everybody who calls by that name.
//!
//! The certificate and its key ([`certificate`]) are kept in a folder ([`folder`]), so that a restart asks nobody. When one is due, the
//! order goes out ([`authority`]), and the authority asks back whether the name is ours ([`shown`]). When that is, and how often it is
//! tried, is the job's to say ([`crate::jobs::certificate`]).

mod authority;
mod certificate;
mod folder;
mod shown;

use crate::config::PublicSettings;
use crate::outgoing::line::Caller;
use authority::Authority;
use axum::Router;
use boothpay_protocol::time::TimeMs;
use folder::Folder;
use rustls::ServerConfig;
use shown::Shown;
use std::sync::Arc;
use tokio_rustls::TlsAcceptor;

pub(crate) use certificate::Certificate;
pub(crate) use shown::{ACME_TLS, TLS};

/// The server's own name in the internet.
pub(crate) struct Public {
    pub(crate) settings: PublicSettings,
    shown: Arc<Shown>,
    folder: Folder,
    authority: Authority,
}

impl Public {
    /// Nothing is read, asked or made yet.
    pub(crate) fn new(settings: PublicSettings, caller: Caller) -> Self {
        let shown = Arc::new(Shown::new(&settings.domain));
        let folder = Folder::of(&settings);
        let authority = Authority::new(settings.clone(), Arc::clone(&shown), caller);
        Self { settings, shown, folder, authority }
    }

    /// Shows the certificate that is kept, if there is one of this name from this authority that can be read.
    pub(crate) fn show_kept(&self) {
        match self.folder.certificate(&self.settings.domain) {
            Ok(None) => {}
            Ok(Some(certificate)) => self.shown.show(certificate),
            Err(why) => {
                tracing::warn!("the certificate that was kept is not used, and another one is asked for: {why}");
            }
        }
    }

    /// The certificate that callers see now.
    pub(crate) fn certificate(&self) -> Option<Arc<Certificate>> {
        self.shown.certificate()
    }

    /// Gets a new one from the authority, keeps it and shows it. Until then callers see the old one.
    pub(crate) async fn renew(&self, now: TimeMs) -> Result<Arc<Certificate>, authority::Refusal> {
        let certificate = self.authority.obtain(&self.folder, now).await?;
        // One that cannot be kept serves until the program ends; the log says why the next start asks again.
        if let Err(why) = self.folder.keep_certificate(&self.settings.domain, &certificate) {
            tracing::error!("the new certificate cannot be kept in {}: {why}", self.folder);
        }
        self.shown.show(certificate);
        self.certificate().ok_or_else(|| "the certificate was taken away again; this is a bug".to_owned().into())
    }

    /// What answers handshakes.
    pub(crate) fn acceptor(&self) -> Result<TlsAcceptor, rustls::Error> {
        let mut config = ServerConfig::builder_with_provider(Arc::clone(&TLS))
            .with_safe_default_protocol_versions()?
            .with_no_client_auth()
            .with_cert_resolver(Arc::clone(&self.shown) as Arc<dyn rustls::server::ResolvesServerCert>);
        config.alpn_protocols = vec![b"http/1.1".to_vec(), ACME_TLS.to_vec()];
        // Wallets keep a session for ten minutes and come back with it; tickets make that cost no memory here.
        config.ticketer = rustls::crypto::ring::Ticketer::new()?;
        Ok(TlsAcceptor::from(Arc::new(config)))
    }

    /// What the authority asks over plain HTTP (RFC 8555, section 8.3). Everything else is not there, and nothing is redirected: a wallet
    /// whose address was typed with `http://` is to hear of it, not to send its key in the clear first.
    pub(crate) fn proofs(&self) -> Router {
        shown::proofs(Arc::clone(&self.shown))
    }
}
