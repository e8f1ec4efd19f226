//! The started server: in production mode, killed without a chance to tidy up. It also ends with the tests, however they end.

use crate::database::Site;
use crate::http::Connection;
use boothpay_test_support::{mortal, tested, wallets};
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, ChildStdout, Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

/// Payments that were begun and not finished are given up after so many seconds, so that the sweep has work.
pub const TRANSACTION_SECONDS: u64 = 3;

/// A started server that nobody has heard of yet. Ends when it is dropped.
pub struct Starting {
    child: Child,
    started: Instant,
}

/// A server that answers. Ends when it is dropped.
pub struct Server {
    starting: Starting,
    /// Kept open: a program that cannot say what it wants to say ends.
    _out: BufReader<ChildStdout>,
    pub address: String,
    /// How long it took from the start to the first answer.
    pub ready_after: Duration,
}

fn command(folder: &Path, arguments: &[&str]) -> Command {
    let mut command = mortal(tested(env!("CARGO_BIN_EXE_boothpay")));
    for (name, _) in std::env::vars_os() {
        if name.to_string_lossy().starts_with("BOOTHPAY_") {
            command.env_remove(name);
        }
    }
    command.args(arguments).current_dir(folder).stdin(Stdio::null());
    command
}

impl Starting {
    /// Starts it on a database, perhaps with a named place to die at.
    pub fn begin(site: &Site, database: &str, dies_at: Option<&str>) -> Self {
        let mut command = command(site.folder(), &["serve"]);
        command.env("BOOTHPAY_LISTEN", "127.0.0.1:0").envs(wallets::SETTINGS).env("BOOTHPAY_DATABASE", database);
        command.env("BOOTHPAY_PAYME_TRANSACTION_SECONDS", TRANSACTION_SECONDS.to_string());
        command.env("BOOTHPAY_BOOTH_ORDER_SECONDS", "30").env("BOOTHPAY_LOG_LEVEL", "error");
        if let Some(point) = dies_at {
            command.env("CRASH_AT", point);
            if point.starts_with("in_backup") {
                // Its first tick comes at once.
                command.env("BOOTHPAY_BACKUP_FOLDER", "backups");
            }
        }
        let child = command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
        Self { child, started: Instant::now() }
    }

    /// Waits until it answers. One that ended before, as when it is told to die early, is how it ended.
    pub fn answering(mut self) -> Result<Server, ExitStatus> {
        let mut out = BufReader::new(self.child.stdout.take().unwrap());
        let mut line = String::new();
        out.read_line(&mut line).unwrap();
        let address = line.strip_prefix("Booth page:").map(|page| page.trim().trim_start_matches("http://"));
        let address = address.map(|it| it.trim_end_matches('/').to_owned()).unwrap_or_default();
        let alive = |address: &str| Connection::open(address)?.send("GET", "/livez", "");
        let ready = !address.is_empty() && alive(&address).is_ok_and(|(status, _)| status == 200);
        let ready_after = self.started.elapsed();
        if ready { Ok(Server { starting: self, _out: out, address, ready_after }) } else { Err(self.end()) }
    }

    fn end(&mut self) -> ExitStatus {
        // One that has ended by itself needs no signal.
        let _ = self.child.kill();
        self.child.wait().unwrap()
    }
}

impl Drop for Starting {
    fn drop(&mut self) {
        self.end();
    }
}

impl Server {
    /// Starts it on the site's database and waits until it answers.
    pub fn start(site: &Site, dies_at: Option<&str>) -> Result<Self, ExitStatus> {
        Starting::begin(site, &site.database.setting(), dies_at).answering()
    }

    /// SIGKILL. How it ended: by this, or before by itself.
    pub fn kill(mut self) -> ExitStatus {
        self.starting.end()
    }

    /// Whether it has ended by itself.
    pub fn has_ended(&mut self) -> bool {
        self.starting.child.try_wait().unwrap().is_some()
    }

    /// Stops it in the middle of whatever it does, without ending it.
    pub fn freeze(&self) {
        self.signal("-STOP");
    }

    /// Lets a frozen server go on where it stood.
    pub fn thaw(&self) {
        self.signal("-CONT");
    }

    fn signal(&self, name: &str) {
        assert!(Command::new("kill").args([name, &self.starting.child.id().to_string()]).status().unwrap().success());
    }
}

/// `boothpay verify`: whether it passes, and what it says.
pub fn verify(site: &Site) -> (bool, String) {
    let mut command = command(site.folder(), &["verify"]);
    let output = command.env("BOOTHPAY_DATABASE", site.database.setting()).output().unwrap();
    let text = String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
    (output.status.success(), text)
}

/// `boothpay backup` of a file, which has to work.
pub fn back_up(site: &Site, to: &str) {
    let mut command = command(site.folder(), &["backup", to]);
    assert!(command.env("BOOTHPAY_DATABASE", site.database.setting()).output().unwrap().status.success());
}
