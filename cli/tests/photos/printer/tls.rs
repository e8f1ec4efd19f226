//! A printer that speaks IPP over TLS only, with a certificate of its own making, as printers have; and one whose certificate the computer trusts.

use super::{PACE, World, ask_to_buy, buy};
use crate::support::Running;
use boothpay_sandbox::printer::FakePrinter;
use boothpay_test_support::certificate;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::pem::PemObject;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer};

/// What openssl says of a certificate's fingerprint.
fn fingerprint(certificate: &Path) -> String {
    let mut asked = Command::new("openssl");
    asked.args(["x509", "-noout", "-fingerprint", "-sha256", "-in"]).arg(certificate);
    let said = String::from_utf8(asked.output().expect("openssl").stdout).unwrap();
    said.trim().split_once('=').unwrap().1.to_owned()
}

/// Speaks TLS with whoever comes, and hands over to the printer what he says.
async fn in_front_of(printer: SocketAddr, (certificate, key): &(PathBuf, PathBuf)) -> u16 {
    let config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(
            vec![CertificateDer::from_pem_file(certificate).unwrap()],
            PrivateKeyDer::from_pem_file(key).unwrap(),
        )
        .unwrap();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    tokio::spawn(async move {
        let acceptor = TlsAcceptor::from(Arc::new(config));
        while let Ok((line, _)) = listener.accept().await {
            let acceptor = acceptor.clone();
            tokio::spawn(async move {
                let (Ok(mut line), Ok(mut to)) = (acceptor.accept(line).await, TcpStream::connect(printer).await)
                else {
                    return;
                };
                // Whoever breaks off has what he wanted.
                let _ = tokio::io::copy_bidirectional(&mut line, &mut to).await;
            });
        }
    });
    port
}

/// The settings of a booth that prints there.
fn settings(world: &World, port: u16, lines: &str) {
    world.booth.folder.write(
        "boothpay.toml",
        &format!(
            "[photos]\nsource = \"boothpay\"\n[prints]\nby = \"printer\"\nprinter = \"ipps://localhost:{port}/ipp/print\"\n\
             job_seconds = 20\nsheet_seconds = 0\n{lines}\n"
        ),
    );
}

async fn sells_nothing(server: &Running) {
    let refused = ask_to_buy(server, 1).await;
    assert_eq!((refused.status, refused.json()["closed"].as_str()), (503, Some("away")), "{}", refused.body);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_certificate_of_a_printer_is_taken_when_the_settings_name_it_and_no_other() {
    let world = World::new(PACE, "").await;
    let (own, others) = (
        certificate(world.booth.folder.path(), "own", "DNS:own"),
        certificate(world.booth.folder.path(), "other", "DNS:other"),
    );
    let port = in_front_of(world.address, &own).await;
    settings(&world, port, "");
    let checked = world.booth.folder.run(&["check"], &[]);
    let line = format!("prints.certificate = \"{}\"", fingerprint(&own.0));
    assert!(checked.code == Some(0) && checked.out.contains(&line), "{}{}", checked.out, checked.err);
    let server = world.booth.serve();
    server.err.wait_for("its certificate is of its own making");
    sells_nothing(&server).await;
    server.kill();

    let line = line.strip_prefix("prints.").unwrap();
    settings(&world, port, line);
    let checked = world.booth.folder.run(&["check"], &[]);
    let ready = format!("ipps://localhost:{port}/ipp/print is ready");
    assert!(checked.code == Some(0) && checked.out.contains(&ready), "{}{}", checked.out, checked.err);
    let server = world.serve().await;
    let number = buy(&server, 1).await;
    world.until(&number, "printed").await;
    assert_eq!(world.printer.sheets().len(), 1);
    server.kill();

    // Somebody else is at its address.
    settings(&world, in_front_of(world.address, &others).await, line);
    let server = world.booth.serve();
    server.err.wait_for("its certificate is another one than prints.certificate names");
    sells_nothing(&server).await;
    assert_eq!(world.printer.sheets().len(), 1);
    server.kill();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_certificate_that_the_computer_trusts_needs_no_setting() {
    let world = World::new(PACE, "").await;
    let own = certificate(world.booth.folder.path(), "localhost", "DNS:localhost");
    settings(&world, in_front_of(world.address, &own).await, "");
    let server = world.booth.folder.serve(&[("SSL_CERT_FILE", own.0.to_str().unwrap())]);
    server.err.wait_for("the printer is ready");
    let number = buy(&server, 1).await;
    world.until(&number, "printed").await;
    server.kill();
}

/// The printer behind a queue is only asked how it is, so no certificate of its is named anywhere.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_device_over_tls_is_asked_whatever_its_certificate() {
    let world = World::new(PACE, "").await;
    let device = FakePrinter::new(PACE, None);
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(device.clone().serve(listener));
    let port = in_front_of(address, &certificate(world.booth.folder.path(), "device", "DNS:device")).await;
    let booth = World::booth(world.address, &format!("sheet_seconds = 0\ndevice = \"ipps://localhost:{port}/\""));
    let server = booth.serve();
    server.err.wait_for("the printer is ready");
    device.says(&["media-empty-error"]);
    server.err.wait_for("it says media-empty-error");
    server.kill();
}
