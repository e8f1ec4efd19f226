//! How soon a started server answers, how much memory it then has, and how large the program is: `cargo bench --bench start`.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::{Child, ChildStdout, Command, Stdio};
use std::time::{Duration, Instant};

/// Starts that are measured; the first, on a cold cache, is not.
const STARTS: usize = 20;

fn main() {
    let folder = tempfile::tempdir().expect("a folder");
    let program = env!("CARGO_BIN_EXE_boothpay");
    let mut times = Vec::new();
    let mut memory = String::new();
    for _ in 0..=STARTS {
        let started = Instant::now();
        let mut server = start(program, folder.path());
        // The pipe stays open until the end: a program that cannot print any more is not what is measured.
        let (address, _output) = listening_at(&mut server);
        ask(&address);
        times.push(started.elapsed());
        memory = resident(server.id());
        server.kill().expect("an end");
        server.wait().expect("an end");
    }
    let mut measured: Vec<Duration> = times.into_iter().skip(1).collect();
    measured.sort();
    let size = std::fs::metadata(program).expect("the program").len();
    println!("start to first answer  median {:?}, slowest {:?}", measured[STARTS / 2], measured[STARTS - 1]);
    println!("memory at idle         {memory}");
    println!("size of the program    {:.1} MiB", size as f64 / 1_048_576.0);
}

fn start(program: &str, folder: &std::path::Path) -> Child {
    let mut command = Command::new(program);
    for (name, _) in std::env::vars_os().filter(|(name, _)| name.to_string_lossy().starts_with("BOOTHPAY_")) {
        command.env_remove(name);
    }
    command.arg("serve").current_dir(folder).env("BOOTHPAY_LISTEN", "127.0.0.1:0");
    command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().expect("a server")
}

fn listening_at(server: &mut Child) -> (String, BufReader<ChildStdout>) {
    let mut output = BufReader::new(server.stdout.take().expect("its output"));
    let page = output.by_ref().lines().map_while(Result::ok).find_map(|line| {
        Some(line.strip_prefix("Booth page:")?.trim().strip_prefix("http://")?.trim_end_matches('/').to_owned())
    });
    (page.expect("the address"), output)
}

fn ask(address: &str) {
    let mut connection = TcpStream::connect(address).expect("a connection");
    let request = format!("GET /api/payment-status/none HTTP/1.1\r\nhost: {address}\r\nconnection: close\r\n\r\n");
    connection.write_all(request.as_bytes()).expect("a request");
    let mut answer = String::new();
    connection.read_to_string(&mut answer).expect("an answer");
    assert!(answer.contains("not_found"), "{answer}");
}

/// Resident memory; Linux only.
fn resident(process: u32) -> String {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    line.map_or("not known on this system".to_owned(), |size| size.trim().to_owned())
}
