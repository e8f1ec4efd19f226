//! The started program among strangers: more silent connections than it may have files, and floods of calls.
#![cfg(target_os = "linux")]

use boothpay_test_support::mortal;
use std::fmt::Write as _;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// Files that the program may have, as on many systems.
const FILES: usize = 1024;

/// Silent connections at each listener.
const SILENT: usize = 1100;

/// How long an answer may take on a busy machine before a test fails instead of hanging.
const PATIENCE: Duration = Duration::from_secs(30);

const KEY: &str = "0123456789abcdefghijklmnopqrstuvwxyz";

/// A server in production with a second listener for webhooks, ended when dropped.
struct Server {
    child: Child,
    page: String,
    webhook: String,
    _folder: tempfile::TempDir,
}

impl Server {
    fn start(log: Stdio) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let script = format!("ulimit -n {FILES} && exec {} serve", env!("CARGO_BIN_EXE_boothpay"));
        let mut command = mortal("sh");
        for (name, _) in std::env::vars_os().filter(|(name, _)| name.to_string_lossy().starts_with("BOOTHPAY_")) {
            command.env_remove(name);
        }
        command.args(["-c", &script]).current_dir(folder.path()).stdin(Stdio::null());
        command.env("BOOTHPAY_LISTEN", "127.0.0.1:0").env("BOOTHPAY_WEBHOOK_LISTEN", "127.0.0.1:0");
        command.env("BOOTHPAY_PAYME_KEY", KEY).env("BOOTHPAY_PAYME_MERCHANT_ID", "587f72c72cac0d162c722ae2");
        let mut child = command.stdout(Stdio::piped()).stderr(log).spawn().unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines().map_while(Result::ok);
        let mut find = |label: &str| {
            let line = lines.find_map(|line| Some(line.strip_prefix(label)?.trim().to_owned())).unwrap();
            line.trim_start_matches("http://").split('/').next().unwrap().to_owned()
        };
        let (page, webhook) = (find("Booth page:"), find("Only webhooks:"));
        Self { child, page, webhook, _folder: folder }
    }

    fn pay(&self, order: &str) {
        let offer = format!(r#"{{"order_id": "{order}", "paymentType": "payme", "amount": 10000}}"#);
        let offered = ask(&self.page, &post("/api/generate-qr", "", &offer));
        assert!(offered.starts_with("HTTP/1.1 200"), "{offered}");
        let create = format!(
            r#"{{"id": 1, "method": "CreateTransaction", "params": {{"id": "p-{order}", "time": {}, "amount": 1000000, "account": {{"order_id": "{order}"}}}}}}"#,
            now_ms()
        );
        let created = ask(&self.webhook, &call(KEY, &create));
        assert!(created.contains(r#""state":1"#), "{created}");
        let perform = format!(r#"{{"id": 2, "method": "PerformTransaction", "params": {{"id": "p-{order}"}}}}"#);
        let performed = ask(&self.webhook, &call(KEY, &perform));
        assert!(performed.contains(r#""state":2"#), "{performed}");
    }

    fn end(mut self) {
        let pid = self.child.id().to_string();
        assert!(Command::new("kill").args(["-TERM", &pid]).status().unwrap().success());
        let begun = Instant::now();
        while self.child.try_wait().unwrap().is_none() {
            assert!(begun.elapsed() < PATIENCE, "it does not end");
            std::thread::sleep(Duration::from_millis(10));
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn now_ms() -> u128 {
    std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap().as_millis()
}

fn post(path: &str, headers: &str, body: &str) -> String {
    let length = body.len();
    format!(
        "POST {path} HTTP/1.1\r\nHost: HOST\r\nContent-Type: application/json\r\n{headers}Content-Length: {length}\r\nConnection: close\r\n\r\n{body}"
    )
}

fn call(key: &str, body: &str) -> String {
    use base64::Engine;
    let pair = base64::engine::general_purpose::STANDARD.encode(format!("Paycom:{key}"));
    post("/api/payme/webhook", &format!("Authorization: Basic {pair}\r\n"), body)
}

fn connect(address: &str) -> TcpStream {
    let stream = TcpStream::connect_timeout(&address.parse().unwrap(), PATIENCE).unwrap();
    stream.set_read_timeout(Some(PATIENCE)).unwrap();
    stream
}

/// Asks on a connection of its own.
fn ask(address: &str, request: &str) -> String {
    let mut stream = connect(address);
    stream.write_all(request.replace("HOST", address).as_bytes()).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    answer
}

#[test]
fn more_silent_connections_than_files_leave_page_and_webhook_free() {
    rlimit::increase_nofile_limit(4096).unwrap();
    let server = Server::start(Stdio::null());
    server.pay("before");
    let mut silent = Vec::new();
    for number in 0..SILENT {
        for address in [&server.page, &server.webhook] {
            let mut stream = connect(address);
            // Every kind of half a request.
            let sent = ["", "POST /api", "POST /api/payme/webhook HTTP/1.1\r\nHo", &call("wrong", "{\"id\":")]
                [number % 4]
                .replace("Content-Length: 6", "Content-Length: 600");
            let _ = stream.write_all(sent.as_bytes());
            silent.push(stream);
        }
        if number % 100 == 0 {
            server.pay(&format!("order-{number}"));
        }
    }
    server.pay("after");
    assert!(ask(&server.page, "GET / HTTP/1.1\r\nHost: HOST\r\nConnection: close\r\n\r\n").starts_with("HTTP/1.1 200"));
    drop(silent);
    server.end();
}

#[test]
fn a_flood_of_wrong_keys_and_wrong_addresses_is_a_few_lines_with_the_address() {
    let (mut reader, writer) = std::io::pipe().unwrap();
    let reading = std::thread::spawn(move || {
        let mut log = String::new();
        reader.read_to_string(&mut log).unwrap();
        log
    });
    let server = Server::start(writer.into());
    let check = r#"{"id": 1, "method": "CheckTransaction", "params": {"id": "x"}}"#;
    for _ in 0..200 {
        let answer = ask(&server.webhook, &call("a-wrong-key", check));
        assert!(answer.starts_with("HTTP/1.1 200") && answer.contains("-32504"), "{answer}");
    }
    let mut path = String::from("/api/payme/webhok/4111111111111111/");
    write!(path, "%E2%80%AE{}", "x".repeat(3000)).unwrap();
    for _ in 0..50 {
        let answer = ask(&server.page, &post(&path, "", check));
        assert!(answer.starts_with("HTTP/1.1 404"), "{answer}");
    }
    server.pay("paid-all-the-same");
    server.end();
    let log = reading.join().unwrap();
    assert_eq!(log.matches("wrong login or key was refused, from this computer").count(), 1, "{log}");
    assert!(log.contains("refused 199 calls with a wrong key from this computer"), "{log}");
    assert_eq!(log.matches("there is nothing at this address; Payme's calls belong to /api/payme/webhook").count(), 1);
    assert!(log.contains("49 calls from this computer"), "{log}");
    assert!(!log.contains("4111111111111111") && !log.contains("a-wrong-key") && !log.contains(KEY), "{log}");
    assert!(log.lines().count() < 20 && log.lines().all(|line| line.len() < 400), "{log}");
}
