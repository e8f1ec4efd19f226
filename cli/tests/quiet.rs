//! A server that nobody listens to goes on serving.

use boothpay_test_support::mortal;
use std::io::{BufRead, BufReader};
use std::process::Stdio;

#[test]
fn a_server_whose_output_nobody_reads_starts_all_the_same() {
    let folder = tempfile::tempdir().unwrap();
    let mut command = mortal(env!("CARGO_BIN_EXE_boothpay"));
    for (name, _) in std::env::vars_os().filter(|(name, _)| name.to_string_lossy().starts_with("BOOTHPAY_")) {
        command.env_remove(name);
    }
    command.arg("serve").current_dir(folder.path()).env("BOOTHPAY_LISTEN", "127.0.0.1:0");
    let mut server = command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    drop(server.stdout.take());
    let log = BufReader::new(server.stderr.take().unwrap());
    let listens = log.lines().map_while(Result::ok).any(|line| line.contains("listening on"));
    server.kill().unwrap();
    server.wait().unwrap();
    assert!(listens, "it ended before it listened");
}
