//! A started server with a name of its own, and a wallet that calls it by that name.

use base64::Engine;
use boothpay_test_support::{mortal, own_port};
use rcgen::{CertificateParams, KeyPair};
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::{CertificateDer, ServerName};
use tokio_rustls::rustls::{ClientConfig, ClientConnection, RootCertStore, StreamOwned};

pub const DOMAIN: &str = "pay.example.uz";

/// How long an answer may take on a busy machine before a test fails instead of hanging.
pub const PATIENCE: Duration = Duration::from_secs(60);

/// Payme's.
pub const KEY: &str = "0123456789abcdefghijklmnopqrstuvwxyz";

/// A server in production, ended when dropped.
pub struct Booth {
    child: Child,
    page: String,
    /// Where HTTPS is answered.
    pub https: String,
    /// Where metrics answer, if they do.
    pub metrics: Option<String>,
    log: Arc<Mutex<String>>,
    reading: Option<JoinHandle<()>>,
    folder: Option<tempfile::TempDir>,
}

/// Settings with a certificate that was kept earlier, and the folder that holds it.
pub struct Kept {
    pub text: String,
    _folder: tempfile::TempDir,
}

impl Booth {
    pub fn start(settings: &str, environment: &[(String, String)]) -> Self {
        Self::start_in(tempfile::tempdir().unwrap(), settings, environment)
    }

    /// Ends it without a word and starts it in the same folder.
    pub fn again(mut self, settings: &str, environment: &[(String, String)]) -> Self {
        let folder = self.folder.take().unwrap();
        drop(self);
        Self::start_in(folder, settings, environment)
    }

    /// The same in a folder that may have a database already.
    pub fn start_in(folder: tempfile::TempDir, settings: &str, environment: &[(String, String)]) -> Self {
        let port =
            match settings.split_once("[public]").and_then(|(_, public)| public.split_once("listen = '127.0.0.1:")) {
                Some((_, rest)) => rest.split('\'').next().unwrap().to_owned(),
                None => "0".to_owned(),
            };
        let first = "listen = '127.0.0.1:0'\n";
        let wallet = format!("[payme]\nmerchant_id = '587f72c72cac0d162c722ae2'\nkey = '{KEY}'\n");
        std::fs::write(folder.path().join("boothpay.toml"), format!("{first}{wallet}{settings}")).unwrap();
        let mut command = mortal(env!("CARGO_BIN_EXE_boothpay"));
        for (name, _) in std::env::vars_os().filter(|(name, _)| name.to_string_lossy().starts_with("BOOTHPAY_")) {
            command.env_remove(name);
        }
        command
            .arg("serve")
            .current_dir(folder.path())
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        command.envs(environment.iter().map(|(name, value)| (name, value)));
        let mut child = command.spawn().unwrap();
        let log = Arc::new(Mutex::new(String::new()));
        let (kept, errors) = (Arc::clone(&log), BufReader::new(child.stderr.take().unwrap()));
        let reading = std::thread::spawn(move || {
            for line in errors.lines().map_while(Result::ok) {
                let mut log = kept.lock().unwrap();
                log.push_str(&line);
                log.push('\n');
            }
        });
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines().map_while(Result::ok);
        let page = lines.find_map(|line| Some(line.strip_prefix("Booth page:")?.trim().to_owned()));
        let page = page.unwrap_or_else(|| panic!("it does not start: {}", log.lock().unwrap()));
        let page = page.trim_start_matches("http://").trim_end_matches('/').to_owned();
        let mut metrics = lines.filter_map(|line| Some(line.strip_prefix("Metrics:")?.trim().to_owned()));
        let metrics = settings.contains("[metrics]").then(|| metrics.next().unwrap());
        let https = format!("127.0.0.1:{port}");
        let booth = Self { child, page, https, metrics, log, reading: Some(reading), folder: Some(folder) };
        booth.until_logged("listening on ");
        booth
    }

    /// Waits until its log says something.
    pub fn until_logged(&self, text: &str) {
        until(text, || self.log.lock().unwrap().contains(text));
    }

    /// The certificate that callers are shown, as soon as they can verify one.
    pub fn certificate(&self, root: &CertificateDer<'static>) -> CertificateDer<'static> {
        let mut seen = None;
        until("a certificate is shown", || {
            seen = self
                .handshake(DOMAIN, root)
                .ok()
                .and_then(|line| Some(line.conn.peer_certificates()?.first()?.clone().into_owned()));
            seen.is_some()
        });
        seen.unwrap()
    }

    /// A line to it under a name, whose certificate was verified.
    pub fn handshake(
        &self,
        name: &'static str,
        root: &CertificateDer<'static>,
    ) -> std::io::Result<StreamOwned<ClientConnection, TcpStream>> {
        let line = TcpStream::connect(&self.https)?;
        line.set_read_timeout(Some(PATIENCE))?;
        let client = ClientConnection::new(Arc::new(trusting(root)), ServerName::try_from(name).unwrap()).unwrap();
        let mut line = StreamOwned::new(client, line);
        while line.conn.is_handshaking() {
            line.conn.complete_io(&mut line.sock)?;
        }
        Ok(line)
    }

    /// Asks by HTTPS on a connection of its own.
    pub fn https(&self, root: &CertificateDer<'static>, request: &str) -> String {
        let mut line = self.handshake(DOMAIN, root).unwrap();
        line.write_all(request.replace("HOST", DOMAIN).as_bytes()).unwrap();
        let mut answer = String::new();
        line.read_to_string(&mut answer).unwrap();
        answer
    }

    /// An order is made at the page and paid by HTTPS.
    pub fn pay(&self, order: &str, root: &CertificateDer<'static>) {
        self.pay_by(order, |request| self.https(root, request));
    }

    /// The same with the webhook at the booth's own address.
    pub fn pay_at_the_page(&self, order: &str) {
        self.pay_by(order, |request| ask(&self.page, request));
    }

    fn pay_by(&self, order: &str, call: impl Fn(&str) -> String) {
        let offer = format!(r#"{{"order_id": "{order}", "paymentType": "payme", "amount": 10000}}"#);
        let offered = ask(&self.page, &post("/api/generate-qr", "", &offer));
        assert!(offered.starts_with("HTTP/1.1 200"), "{offered}");
        let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap().as_millis();
        let calls = [
            format!(
                r#"{{"id": 1, "method": "CreateTransaction", "params": {{"id": "p-{order}", "time": {now}, "amount": 1000000, "account": {{"order_id": "{order}"}}}}}}"#
            ),
            format!(r#"{{"id": 2, "method": "PerformTransaction", "params": {{"id": "p-{order}"}}}}"#),
        ];
        for (body, state) in calls.iter().zip([r#""state":1"#, r#""state":2"#]) {
            let pair = base64::engine::general_purpose::STANDARD.encode(format!("Paycom:{KEY}"));
            let answer = call(&post("/api/payme/webhook", &format!("Authorization: Basic {pair}\r\n"), body));
            assert!(answer.contains(state), "{answer}");
        }
    }

    /// What `boothpay check` says beside it, and whether all is well.
    pub fn check(&self) -> (bool, String) {
        self.check_with("BOOTHPAY_LISTEN", &self.page)
    }

    /// The same with one more setting. The page's port is known since the start.
    pub fn check_with(&self, name: &str, value: &str) -> (bool, String) {
        let mut command = Command::new(env!("CARGO_BIN_EXE_boothpay"));
        command
            .arg("check")
            .current_dir(self.folder.as_ref().unwrap().path())
            .env("BOOTHPAY_LISTEN", &self.page)
            .env(name, value);
        let said = command.output().unwrap();
        (said.status.success(), String::from_utf8_lossy(&said.stdout).into_owned())
    }

    /// Asks it to end, waits, and gives its log.
    pub fn end(mut self) -> String {
        let pid = self.child.id().to_string();
        assert!(Command::new("kill").args(["-TERM", &pid]).status().unwrap().success());
        until("it ends", || self.child.try_wait().unwrap().is_some());
        self.reading.take().unwrap().join().unwrap();
        self.log.lock().unwrap().clone()
    }
}

impl Drop for Booth {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A certificate that nobody has to be asked for: of its own making, kept as the server keeps them.
pub fn kept_certificate() -> (Kept, CertificateDer<'static>) {
    let folder = tempfile::tempdir().unwrap();
    let key = KeyPair::generate().unwrap();
    let certificate = CertificateParams::new(vec![DOMAIN.to_owned()]).unwrap().self_signed(&key).unwrap();
    let (port, https) = (own_port(), own_port());
    let place = folder.path().join(format!("127.0.0.1-{port}"));
    std::fs::create_dir_all(&place).unwrap();
    std::fs::write(place.join(format!("{DOMAIN}.pem")), format!("{}{}", key.serialize_pem(), certificate.pem()))
        .unwrap();
    let text = format!(
        "[public]\ndomain = '{DOMAIN}'\nlisten = '127.0.0.1:{https}'\nauthority = 'https://127.0.0.1:{port}/dir'\nfolder = '{}'\n",
        folder.path().display()
    );
    (Kept { text, _folder: folder }, certificate.der().clone())
}

/// A client that trusts one issuer and no other.
pub fn trusting(root: &CertificateDer<'static>) -> ClientConfig {
    let mut roots = RootCertStore::empty();
    roots.add(root.clone()).unwrap();
    let config = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()));
    config.with_safe_default_protocol_versions().unwrap().with_root_certificates(roots).with_no_client_auth()
}

/// What a caller says first.
pub fn client_hello(name: &'static str) -> Vec<u8> {
    let key = KeyPair::generate().unwrap();
    let any = CertificateParams::new(vec![name.to_owned()]).unwrap().self_signed(&key).unwrap();
    let mut client = ClientConnection::new(Arc::new(trusting(any.der())), ServerName::try_from(name).unwrap()).unwrap();
    let mut hello = Vec::new();
    client.write_tls(&mut hello).unwrap();
    hello
}

pub fn unused_order() -> String {
    static LAST: AtomicU64 = AtomicU64::new(0);
    format!("again-{}", LAST.fetch_add(1, Ordering::Relaxed))
}

pub fn connect(address: &str) -> TcpStream {
    let stream = TcpStream::connect_timeout(&address.parse().unwrap(), PATIENCE).unwrap();
    stream.set_read_timeout(Some(PATIENCE)).unwrap();
    stream
}

/// Asks without encryption on a connection of its own; what is no text is shown as such.
pub fn ask(address: &str, request: &str) -> String {
    let mut stream = connect(address);
    stream.write_all(request.replace("HOST", address).as_bytes()).unwrap();
    let mut answer = Vec::new();
    let _ = stream.read_to_end(&mut answer);
    String::from_utf8_lossy(&answer).into_owned()
}

/// Waits until something is so.
pub fn until(what: &str, mut is_so: impl FnMut() -> bool) {
    let begun = Instant::now();
    while !is_so() {
        assert!(begun.elapsed() < PATIENCE, "not within {} s: {what}", PATIENCE.as_secs());
        std::thread::sleep(Duration::from_millis(20));
    }
}

fn post(path: &str, headers: &str, body: &str) -> String {
    let length = body.len();
    format!(
        "POST {path} HTTP/1.1\r\nHost: HOST\r\nContent-Type: application/json\r\n{headers}Content-Length: {length}\r\nConnection: close\r\n\r\n{body}"
    )
}
