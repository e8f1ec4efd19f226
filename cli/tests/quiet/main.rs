//! A program that nobody listens to, or whose output cannot be written, goes on with what it is there for.
#![cfg(unix)]

mod computer;

use boothpay_test_support::mortal;
use std::fs::File;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

/// How long the program may take for anything, on a busy machine.
const PATIENCE: Duration = Duration::from_secs(30);

/// More lines than a pipe takes that nobody reads (64 KiB on Linux, some 600 lines).
const LINES: usize = 1500;

fn program(folder: &Path, arguments: &[&str]) -> Command {
    command(mortal(env!("CARGO_BIN_EXE_boothpay")), folder, arguments)
}

fn command(mut command: Command, folder: &Path, arguments: &[&str]) -> Command {
    for (name, _) in std::env::vars_os().filter(|(name, _)| name.to_string_lossy().starts_with("BOOTHPAY_")) {
        command.env_remove(name);
    }
    command.args(arguments).current_dir(folder).env("BOOTHPAY_LISTEN", "127.0.0.1:0").stdin(Stdio::null());
    command
}

/// A pipe that nobody will ever read.
fn closed_pipe() -> Stdio {
    let (reader, writer) = std::io::pipe().unwrap();
    drop(reader);
    writer.into()
}

fn full_disk() -> Stdio {
    File::options().write(true).open("/dev/full").unwrap().into()
}

/// A started server, ended when dropped.
pub(crate) struct Server {
    child: Child,
    address: String,
}

impl Server {
    /// Starts `serve` with its log going to `log`; its greeting is read.
    fn start(mut command: Command, log: Stdio) -> Self {
        let mut child = command.stdout(Stdio::piped()).stderr(log).spawn().unwrap();
        let lines = BufReader::new(child.stdout.take().unwrap()).lines().map_while(Result::ok);
        let page = lines.into_iter().find_map(|line| Some(line.strip_prefix("Booth page:")?.trim().to_owned()));
        let address = page.unwrap().trim_start_matches("http://").trim_end_matches('/').to_owned();
        Self { child, address }
    }

    fn ask(&self, path: &str, body: &str) -> String {
        let mut stream = TcpStream::connect(&self.address).unwrap();
        stream.set_read_timeout(Some(PATIENCE)).unwrap();
        let head = format!(
            "POST {path} HTTP/1.1\r\nHost: {}\r\nContent-Type: application/json\r\nContent-Length: {}\r\nConnection: close\r\n\r\n",
            self.address,
            body.len()
        );
        stream.write_all(format!("{head}{body}").as_bytes()).unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        answer
    }

    fn order(&self, id: &str) {
        let body = format!(r#"{{"order_id": "{id}", "paymentType": "payme", "amount": 10000}}"#);
        let answer = self.ask("/api/generate-qr", &body);
        assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    }

    /// Makes an order and pays it as Payme does.
    fn pay(&self, id: &str) {
        self.order(id);
        let create = format!(
            r#"{{"id": 1, "method": "CreateTransaction", "params": {{"id": "p-{id}", "time": 1700000000000, "amount": 1000000, "account": {{"order_id": "{id}"}}}}}}"#
        );
        let perform = format!(r#"{{"id": 2, "method": "PerformTransaction", "params": {{"id": "p-{id}"}}}}"#);
        let created = self.ask("/api/payme/webhook", &create);
        assert!(created.contains(r#""state":1"#), "{created}");
        let performed = self.ask("/api/payme/webhook", &perform);
        assert!(performed.contains(r#""state":2"#), "{performed}");
    }

    fn signal(&self, signal: &str) {
        let pid = self.child.id().to_string();
        assert!(Command::new("kill").args([signal, &pid]).status().unwrap().success());
    }

    fn end(&mut self) -> ExitStatus {
        let begun = Instant::now();
        loop {
            if let Some(status) = self.child.try_wait().unwrap() {
                return status;
            }
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

#[test]
fn a_server_whose_output_nobody_reads_starts_all_the_same() {
    let folder = tempfile::tempdir().unwrap();
    let mut command = program(folder.path(), &["serve"]);
    let mut server = command.stdout(closed_pipe()).stderr(Stdio::piped()).spawn().unwrap();
    let log = BufReader::new(server.stderr.take().unwrap());
    let listens = log.lines().map_while(Result::ok).any(|line| line.contains("listening on"));
    server.kill().unwrap();
    server.wait().unwrap();
    assert!(listens, "it ended before it listened");
}

#[test]
fn a_log_that_cannot_be_written_stops_no_payment() {
    for format in ["plain", "json"] {
        for (name, sink) in [("closed pipe", closed_pipe()), ("full disk", full_disk())] {
            let folder = tempfile::tempdir().unwrap();
            let mut command = program(folder.path(), &["serve"]);
            command.env("BOOTHPAY_LOG_FORMAT", format);
            let mut server = Server::start(command, sink);
            server.pay("a");
            server.pay("b");
            server.signal("-TERM");
            assert_eq!(server.end().code(), Some(0), "{name}, {format}");
        }
    }
}

#[test]
fn a_reader_of_the_log_who_stands_still_stops_nothing_and_misses_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let (mut reader, writer) = std::io::pipe().unwrap();
    let mut server = Server::start(program(folder.path(), &["serve"]), writer.into());
    for number in 0..LINES {
        server.order(&format!("an-order-{number}"));
    }
    server.pay("paid");
    // The reader wakes up.
    let reading = std::thread::spawn(move || {
        let mut log = String::new();
        reader.read_to_string(&mut log).unwrap();
        log
    });
    server.signal("-TERM");
    assert_eq!(server.end().code(), Some(0));
    let log = reading.join().unwrap();
    assert_eq!(log.matches(": created").count(), LINES + 1);
    assert!(log.contains("order paid: PAID") && log.ends_with("stopped\n"), "{}", &log[log.len() - 500..]);
}

#[test]
fn the_end_does_not_wait_for_a_reader_who_stands_still() {
    let folder = tempfile::tempdir().unwrap();
    let (reader, writer) = std::io::pipe().unwrap();
    let mut server = Server::start(program(folder.path(), &["serve"]), writer.into());
    for number in 0..LINES {
        server.order(&format!("an-order-{number}"));
    }
    server.signal("-TERM");
    assert_eq!(server.end().code(), Some(0));
    drop(reader);
}

#[test]
fn no_command_minds_that_nobody_reads_it_but_says_when_it_could_not_be_written() {
    let folder = tempfile::tempdir().unwrap();
    let commands: [&[&str]; 8] = [
        &["order", "create", "--id", "a"],
        &["order", "show", "a"],
        &["order", "list"],
        &["verify"],
        &["check"],
        &["config"],
        &["sandbox", "payme", "--explain", "A1"],
        &["--help"],
    ];
    for arguments in commands {
        let unread = program(folder.path(), arguments).stdout(closed_pipe()).stderr(Stdio::piped()).output().unwrap();
        let said = String::from_utf8(unread.stderr).unwrap();
        assert!(matches!(unread.status.code(), Some(0..=2)), "{arguments:?}: {}: {said}", unread.status);
        assert!(!said.contains("panicked") && !said.contains("could not be written"), "{arguments:?}: {said}");
        let both = program(folder.path(), arguments).stdout(closed_pipe()).stderr(closed_pipe()).status().unwrap();
        assert!(matches!(both.code(), Some(0..=2)), "{arguments:?}: {both}");
    }
    for arguments in [&["order", "list"][..], &["config"], &["verify"], &["check"]] {
        let lost = program(folder.path(), arguments).stdout(full_disk()).stderr(Stdio::piped()).output().unwrap();
        let said = String::from_utf8(lost.stderr).unwrap();
        assert_eq!(lost.status.code(), Some(1), "{arguments:?}: {said}");
        assert!(said.contains("could not be written"), "{arguments:?}: {said}");
    }
}

/// A terminal that is closed ends the program in order; under `nohup` it goes on.
#[test]
fn a_closed_terminal_is_an_end_in_order_unless_it_is_to_be_ignored() {
    let folder = tempfile::tempdir().unwrap();
    let (mut reader, writer) = std::io::pipe().unwrap();
    // Whoever runs the tests under nohup has them inherit that the signal is ignored.
    let as_in_a_terminal = ["--default-signal=HUP", env!("CARGO_BIN_EXE_boothpay"), "serve"];
    let mut server = Server::start(command(mortal("env"), folder.path(), &as_in_a_terminal), writer.into());
    server.pay("a");
    server.signal("-HUP");
    assert_eq!(server.end().code(), Some(0));
    let mut log = String::new();
    reader.read_to_string(&mut log).unwrap();
    assert!(log.ends_with("stopped\n"), "{log}");

    if !cfg!(target_os = "linux") {
        return;
    }
    let script = format!("trap '' HUP; exec {} serve", env!("CARGO_BIN_EXE_boothpay"));
    let mut server = Server::start(command(mortal("sh"), folder.path(), &["-c", &script]), Stdio::null());
    server.signal("-HUP");
    server.pay("b");
    server.signal("-TERM");
    assert_eq!(server.end().code(), Some(0));
}

#[test]
#[cfg(target_os = "linux")]
fn a_crash_would_leave_no_memory_behind() {
    let folder = tempfile::tempdir().unwrap();
    let server = Server::start(program(folder.path(), &["serve"]), Stdio::null());
    let limits = std::fs::read_to_string(format!("/proc/{}/limits", server.child.id())).unwrap();
    let core = limits.lines().find(|line| line.starts_with("Max core file size")).unwrap();
    assert_eq!(core.split_whitespace().skip(4).take(2).collect::<Vec<_>>(), ["0", "0"], "{core}");
}
