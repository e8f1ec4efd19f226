//! Over https, with a certificate that the computer trusts.

use crate::booth::{Booth, paid};
use crate::receiver::Answer::Status;
use crate::receiver::serve;
use boothpay_test_support::certificate;
use std::sync::Arc;
use tokio::net::TcpListener;
use tokio::sync::mpsc;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::pem::PemObject;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_certificate_that_the_computer_trusts_gets_the_message() {
    let folder = tempfile::tempdir().unwrap();
    let (certificate, key) = certificate(folder.path(), "localhost", "DNS:localhost");
    let config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(
            vec![CertificateDer::from_pem_file(&certificate).unwrap()],
            PrivateKeyDer::from_pem_file(&key).unwrap(),
        )
        .unwrap();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let (sender, mut received) = mpsc::unbounded_channel();
    let url = format!("https://localhost:{}/", listener.local_addr().unwrap().port());
    let serving = tokio::spawn(async move {
        let acceptor = TlsAcceptor::from(Arc::new(config));
        while let Ok((line, _)) = listener.accept().await {
            if let Ok(line) = acceptor.accept(line).await {
                serve(line, Status(200, ""), sender.clone()).await;
            }
        }
    });
    let booth = Booth::on_sqlite(&url);
    let server = booth.folder.serve(&[("SSL_CERT_FILE", certificate.to_str().unwrap())]);
    paid(&server, "a").await;
    booth.until("0 open, 0 failed, 1 done");
    assert_eq!(received.recv().await.unwrap().json()["type"], "order.paid");
    server.kill();
    serving.abort();
}
