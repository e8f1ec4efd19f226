//! A real ACME server on this computer, with a name server that says of every name that it is here.

use crate::booth::{PATIENCE, until};
use boothpay_test_support::{mortal, own_port};
use rcgen::{BasicConstraints, CertificateParams, IsCa, Issuer, KeyPair};
use std::io::Read;
use std::net::{TcpStream, UdpSocket};
use std::process::{Child, Stdio};
use std::sync::Arc;
use tokio_rustls::rustls::pki_types::pem::PemObject;
use tokio_rustls::rustls::pki_types::{CertificateDer, ServerName};
use tokio_rustls::rustls::{ClientConnection, StreamOwned};

/// Both programs, ended when dropped.
pub struct Authority {
    children: [Child; 2],
    folder: tempfile::TempDir,
    port: u16,
    management: u16,
    /// Where it looks for proofs.
    pub tls_port: u16,
    pub http_port: u16,
}

impl Authority {
    /// Starts one whose certificates are good for so many seconds, or for years.
    pub fn start(seconds: Option<u32>) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let [port, management, tls_port, http_port, names] = [(); 5].map(|()| own_port());
        let (ca_pem, certificate, key) = own_certificate();
        for (name, text) in [("ca.pem", &ca_pem), ("cert.pem", &certificate), ("key.pem", &key)] {
            std::fs::write(folder.path().join(name), text).unwrap();
        }
        let validity = seconds.map_or(String::new(), |seconds| format!(r#", "certificateValidityPeriod": {seconds}"#));
        let config = format!(
            r#"{{"pebble": {{"listenAddress": "127.0.0.1:{port}", "managementListenAddress": "127.0.0.1:{management}",
                "certificate": "cert.pem", "privateKey": "key.pem", "httpPort": {http_port}, "tlsPort": {tls_port},
                "ocspResponderURL": "", "externalAccountBindingRequired": false{validity}}}}}"#
        );
        std::fs::write(folder.path().join("config.json"), config).unwrap();
        let quiet = |command: &mut std::process::Command| {
            command.current_dir(folder.path()).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn()
        };
        let mut name_server = mortal("pebble-challtestsrv");
        let (names, off) = (format!("127.0.0.1:{names}"), "");
        name_server.args(["-dns01", &names, "-defaultIPv6", off, "-http01", off, "-https01", off, "-tlsalpn01", off]);
        name_server.args(["-management", &format!("127.0.0.1:{}", own_port())]);
        let name_server = quiet(&mut name_server).expect("pebble-challtestsrv, of Debian's package pebble");
        until("names are answered", || name_is_known(&names));
        let mut server = mortal("pebble");
        // It waits before it looks, and refuses some calls on purpose so that clients learn to repeat them. The second stays.
        server.args(["-config", "config.json", "-dnsserver", &names]).env("PEBBLE_VA_NOSLEEP", "1");
        let server = quiet(&mut server).expect("pebble, of Debian's package pebble");
        until("the authority listens", || TcpStream::connect(("127.0.0.1", management)).is_ok());
        until("the authority listens", || TcpStream::connect(("127.0.0.1", port)).is_ok());
        Self { children: [name_server, server], folder, port, management, tls_port, http_port }
    }

    /// The section of a booth's settings.
    pub fn settings(&self) -> String {
        let (tls, port) = (self.tls_port, self.port);
        format!(
            "[public]\ndomain = 'pay.example.uz'\nlisten = '127.0.0.1:{tls}'\nauthority = 'https://localhost:{port}/dir'\n\
             contact = 'owner@example.uz'\n"
        )
    }

    /// By which the booth trusts the authority's own certificate.
    pub fn environment(&self) -> Vec<(String, String)> {
        vec![("SSL_CERT_FILE".to_owned(), self.folder.path().join("ca.pem").to_str().unwrap().to_owned())]
    }

    /// What those trust who trust the authority.
    pub fn root(&self) -> CertificateDer<'static> {
        let ca = CertificateDer::from_pem_file(self.folder.path().join("ca.pem")).unwrap();
        let config = crate::booth::trusting(&ca);
        let name = ServerName::try_from("localhost").unwrap();
        let line = TcpStream::connect(("127.0.0.1", self.management)).unwrap();
        line.set_read_timeout(Some(PATIENCE)).unwrap();
        let mut line = StreamOwned::new(ClientConnection::new(Arc::new(config), name).unwrap(), line);
        let mut answer = Vec::new();
        let request = "GET /roots/0 HTTP/1.0\r\nHost: localhost\r\n\r\n";
        std::io::Write::write_all(&mut line, request.as_bytes()).unwrap();
        // It may end without saying so.
        let _ = line.read_to_end(&mut answer);
        CertificateDer::from_pem_slice(&answer).unwrap()
    }
}

impl Drop for Authority {
    fn drop(&mut self) {
        for child in &mut self.children {
            let _ = child.kill();
            let _ = child.wait();
        }
    }
}

/// A certificate of its own for `localhost`: the issuer's, its own and its key.
fn own_certificate() -> (String, String, String) {
    let mut parameters = CertificateParams::new(Vec::<String>::new()).unwrap();
    parameters.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let ca_key = KeyPair::generate().unwrap();
    let ca = parameters.self_signed(&ca_key).unwrap();
    let key = KeyPair::generate().unwrap();
    let certificate = CertificateParams::new(vec!["localhost".to_owned()]).unwrap();
    let certificate = certificate.signed_by(&key, &Issuer::new(parameters, ca_key)).unwrap();
    (ca.pem(), certificate.pem(), key.serialize_pem())
}

/// Whether the name server answers a question (a query for the address of `a.uz`).
fn name_is_known(server: &str) -> bool {
    let query = b"\x12\x34\x01\x00\x00\x01\x00\x00\x00\x00\x00\x00\x01a\x02uz\x00\x00\x01\x00\x01";
    let ask = || -> std::io::Result<usize> {
        let socket = UdpSocket::bind("127.0.0.1:0")?;
        socket.set_read_timeout(Some(std::time::Duration::from_millis(200)))?;
        socket.connect(server)?;
        socket.send(query)?;
        socket.recv(&mut [0; 512])
    };
    ask().is_ok()
}
