//! The started server, asked for a statement over a plain connection, and how much memory it has had; for the test and for
//! the benchmark of long statements. Linux only: memory is read from `/proc`.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, ChildStdout, Command, Stdio};
use std::time::{Duration, Instant};

/// How long anything may take: beyond it something hangs.
const PATIENCE: Duration = Duration::from_secs(60);

/// A server that waits for its receiver is quiet for so long.
const QUIET: Duration = Duration::from_millis(300);

/// What every transaction of a statement ends with.
const END_OF_ITEM: &[u8] = b"\"receivers\":null}";

pub struct Server {
    child: Child,
    /// Kept open: a program that cannot say what it wants to say ends.
    out: BufReader<ChildStdout>,
    /// Ends the server when the pipe to it breaks: also when this process is killed.
    guard: Child,
    address: String,
}

/// The cashbox's key, and what a call proves it with: `Paycom:KEY` in base64.
const KEY: &str = "statement-key-of-thirty-six-letters-";
const AUTHORIZATION: &str = "UGF5Y29tOnN0YXRlbWVudC1rZXktb2YtdGhpcnR5LXNpeC1sZXR0ZXJzLQ==";

/// What arrived, and how.
pub struct Arrived {
    pub transactions: usize,
    pub bytes: usize,
    pub took: Duration,
}

impl Server {
    /// Starts it on a database; returns when it answers. The payments that are in it were proven, so it is in production mode.
    pub fn start(folder: &Path, database: &str) -> Self {
        let mut command = Command::new(env!("CARGO_BIN_EXE_boothpay"));
        for (name, _) in std::env::vars_os().filter(|(name, _)| name.to_string_lossy().starts_with("BOOTHPAY_")) {
            command.env_remove(name);
        }
        command.arg("serve").current_dir(folder).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null());
        command.env("BOOTHPAY_LISTEN", "127.0.0.1:0").env("BOOTHPAY_DATABASE", database);
        command.env("BOOTHPAY_PAYME_KEY", KEY).env("BOOTHPAY_PAYME_MERCHANT_ID", "587f72c72cac0d162c722ae2");
        let mut child = command.spawn().expect("a server");
        let mut shell = Command::new("sh");
        shell.args(["-c", "read -r _; kill -9 \"$0\"", &child.id().to_string()]);
        let guard = shell.stdin(Stdio::piped()).stderr(Stdio::null()).spawn().expect("a shell");
        let out = BufReader::new(child.stdout.take().expect("its output"));
        let mut server = Self { child, out, guard, address: String::new() };
        server.address = server.listening_at();
        let answer = server.ask("GET", "/livez", "").read();
        assert!(answer.starts_with(b"HTTP/1.1 200"), "{}", String::from_utf8_lossy(&answer));
        server
    }

    fn listening_at(&mut self) -> String {
        let page = self.out.by_ref().lines().map_while(Result::ok).find_map(|line| {
            Some(line.strip_prefix("Booth page:")?.trim().strip_prefix("http://")?.trim_end_matches('/').to_owned())
        });
        page.expect("the address")
    }

    /// The statement of all times, read as fast as it comes.
    pub fn statement(&self) -> Arrived {
        let asked = Instant::now();
        let answer = self.ask_for_statement().read();
        whole(&answer, asked.elapsed())
    }

    /// The same by a receiver that begins to read and then does not go on until the server has nothing left to do but to wait
    /// for it.
    pub fn statement_read_late(&self) -> Arrived {
        let (asked, mut answer) = (Instant::now(), self.ask_for_statement());
        let mut first = [0; 1000];
        answer.0.read_exact(&mut first).expect("the beginning");
        let mut seen = (self.worked(), Instant::now());
        while seen.1.elapsed() < QUIET {
            assert!(asked.elapsed() < PATIENCE, "the server is never quiet");
            std::thread::sleep(QUIET / 10);
            if self.worked() != seen.0 {
                seen = (self.worked(), Instant::now());
            }
        }
        whole(&[first.as_slice(), &answer.read()].concat(), asked.elapsed())
    }

    fn ask_for_statement(&self) -> Answer {
        let params = r#"{"from":1,"to":4102444800000}"#;
        let body = format!(r#"{{"jsonrpc":"2.0","id":1,"method":"GetStatement","params":{params}}}"#);
        self.ask("POST", "/api/payme/webhook", &body)
    }

    fn ask(&self, method: &str, path: &str, body: &str) -> Answer {
        let mut stream = TcpStream::connect(&self.address).expect("a connection");
        stream.set_read_timeout(Some(PATIENCE)).expect("a patience");
        let (host, length) = (&self.address, body.len());
        let head = format!("{method} {path} HTTP/1.1\r\nhost: {host}\r\ncontent-type: application/json\r\n");
        let request = format!(
            "{head}authorization: Basic {AUTHORIZATION}\r\nconnection: close\r\ncontent-length: {length}\r\n\r\n{body}"
        );
        stream.write_all(request.as_bytes()).expect("a request");
        Answer(stream)
    }

    /// A line of `/proc/PID/status`, in KiB: `VmRSS` is its memory now, `VmHWM` the most it has had.
    pub fn memory(&self, line: &str) -> u64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id())).expect("the server's status");
        let found = status.lines().find_map(|it| it.strip_prefix(line)?.strip_prefix(':')?.trim().strip_suffix(" kB"));
        found.expect("a line about memory").parse().expect("KiB")
    }

    /// Its processor time so far, in the kernel's ticks.
    fn worked(&self) -> u64 {
        let stat = std::fs::read_to_string(format!("/proc/{}/stat", self.child.id())).expect("the server's figures");
        let after_name = stat.rsplit(')').next().unwrap_or_default();
        // User and system time are the fields 14 and 15; two of the first are before the name's end.
        after_name.split_whitespace().skip(11).take(2).map(|ticks| ticks.parse::<u64>().expect("ticks")).sum()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // They may have ended already; the guard first, which knows the server by its number only.
        let _ = self.guard.kill();
        let _ = self.guard.wait();
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

struct Answer(TcpStream);

impl Answer {
    /// All that comes until the server closes.
    fn read(mut self) -> Vec<u8> {
        let mut answer = Vec::new();
        self.0.read_to_end(&mut answer).expect("an answer");
        answer
    }
}

/// Checks that a statement is complete and one JSON value.
fn whole(answer: &[u8], took: Duration) -> Arrived {
    let end_of_head = answer.windows(4).position(|it| it == b"\r\n\r\n").expect("a head");
    assert!(answer.starts_with(b"HTTP/1.1 200"), "{}", String::from_utf8_lossy(&answer[..end_of_head]));
    let body = without_chunks(&answer[end_of_head + 4..]);
    let parsed: Result<Box<serde_json::value::RawValue>, _> = serde_json::from_slice(&body);
    parsed.expect("one JSON value");
    let transactions = body.windows(END_OF_ITEM.len()).filter(|it| *it == END_OF_ITEM).count();
    Arrived { transactions, bytes: body.len(), took }
}

/// A body in HTTP's chunks, which have to end with an empty one.
fn without_chunks(mut sent: &[u8]) -> Vec<u8> {
    let mut body = Vec::with_capacity(sent.len());
    loop {
        let line = sent.windows(2).position(|it| it == b"\r\n").expect("a chunk's length");
        let length = std::str::from_utf8(&sent[..line]).ok().and_then(|it| usize::from_str_radix(it, 16).ok());
        let (start, length) = (line + 2, length.expect("a chunk's length"));
        body.extend_from_slice(&sent[start..start + length]);
        if length == 0 {
            return body;
        }
        sent = &sent[start + length + 2..];
    }
}
