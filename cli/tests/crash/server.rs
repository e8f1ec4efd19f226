//! The started server: in production mode, on a file, killed without a chance to tidy up.

use crate::http::{Connection, KEY};
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, ChildStdout, Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

/// Payments that were begun and not finished are given up after so many seconds, so that the sweep has work.
pub const TRANSACTION_SECONDS: u64 = 3;

pub struct Server {
    child: Child,
    /// Kept open: a program that cannot say what it wants to say ends.
    _out: BufReader<ChildStdout>,
    pub address: String,
    /// How long it took from the start to the first answer.
    pub ready_after: Duration,
}

fn command(folder: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_boothpay"));
    for (name, _) in std::env::vars_os() {
        if name.to_string_lossy().starts_with("BOOTHPAY_") {
            command.env_remove(name);
        }
    }
    command.args(arguments).current_dir(folder).stdin(Stdio::null());
    command
}

impl Server {
    /// Starts it. One that ended before it could be reached, as when it is told to die early, is how it ended.
    pub fn start(folder: &Path, dies_at: Option<&str>) -> Result<Self, ExitStatus> {
        let started = Instant::now();
        let mut command = command(folder, &["serve"]);
        command.env("BOOTHPAY_LISTEN", "127.0.0.1:0").env("BOOTHPAY_PAYME_KEY", KEY);
        command.env("BOOTHPAY_PAYME_MERCHANT_ID", "670a6af1a048b8a82254e446");
        command.env("BOOTHPAY_PAYME_TRANSACTION_SECONDS", TRANSACTION_SECONDS.to_string());
        command.env("BOOTHPAY_BOOTH_ORDER_SECONDS", "30").env("BOOTHPAY_LOG_LEVEL", "error");
        if let Some(point) = dies_at {
            command.env("CRASH_AT", point);
            if point.starts_with("in_backup") {
                // Its first tick comes at once.
                command.env("BOOTHPAY_BACKUP_FOLDER", "backups");
            }
        }
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
        let mut out = BufReader::new(child.stdout.take().unwrap());
        let mut line = String::new();
        out.read_line(&mut line).unwrap();
        let address = line.strip_prefix("Booth page:").map(|page| page.trim().trim_start_matches("http://"));
        let address = address.map(|it| it.trim_end_matches('/').to_owned()).unwrap_or_default();
        let alive = |address: &str| Connection::open(address)?.send("GET", "/livez", "");
        let ready = !address.is_empty() && alive(&address).is_ok_and(|(status, _)| status == 200);
        let server = Self { child, _out: out, address, ready_after: started.elapsed() };
        if ready { Ok(server) } else { Err(server.kill()) }
    }

    /// SIGKILL. How it ended: by this, or before by itself.
    pub fn kill(mut self) -> ExitStatus {
        self.child.kill().unwrap();
        self.child.wait().unwrap()
    }
}

/// `boothpay verify`: whether it passes, and what it says.
pub fn verify(folder: &Path) -> (bool, String) {
    let output = command(folder, &["verify", "--database", "boothpay.db"]).output().unwrap();
    let text = String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
    (output.status.success(), text)
}

/// `boothpay backup`, which has to work.
pub fn back_up(folder: &Path, to: &str) {
    assert!(command(folder, &["backup", to]).output().unwrap().status.success());
}
