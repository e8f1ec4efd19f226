//! The started servers of the histories: one on a file, or several on one PostgreSQL database.

use crate::journal::Database;
use crate::model::Rules;
use boothpay_test_support::{model, mortal, wallets};
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, ChildStdout, Stdio};
use std::sync::Mutex;
use tempfile::TempDir;

/// A payment of Payme's that has begun is given up after so many seconds: few enough that some are.
const LIMIT_SECONDS: i64 = 1;

/// How many seconds an order can be paid: the least that can be set, and more than a history takes.
const LIFE_SECONDS: i64 = 30;

/// What the model has to know of the servers' settings. A server's clock is the machine's, which may be corrected while a
/// history runs.
pub const RULES: Rules = Rules {
    wallets: model::Rules { limit: LIMIT_SECONDS * 1000, order_life: LIFE_SECONDS * 1000, ..model::Rules::DEFAULT },
    slack: 50,
};

/// Servers that share a database.
pub struct Fleet {
    folder: TempDir,
    pub database: Database,
    /// None while one is down.
    servers: Vec<Mutex<Option<Server>>>,
}

struct Server {
    child: Child,
    /// Kept open, or the program could not say what it wants to say.
    out: BufReader<ChildStdout>,
    address: String,
}

impl Fleet {
    /// One server on a file of its own.
    pub fn on_a_file() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let database = Database::Sqlite(folder.path().join("boothpay.db"));
        Self::start(folder, database, 1)
    }

    /// Two servers on a PostgreSQL database of their own.
    pub fn on_postgresql() -> Self {
        let database = boothpay_test_support::Cluster::shared().database();
        Self::start(tempfile::tempdir().unwrap(), Database::Postgres(database), 2)
    }

    fn start(folder: TempDir, database: Database, count: usize) -> Self {
        let server = |_| Mutex::new(Some(Server::start(folder.path(), &database.address())));
        let servers = (0..count).map(server).collect();
        Self { folder, database, servers }
    }

    pub fn count(&self) -> usize {
        self.servers.len()
    }

    /// Where a server can be reached, unless it is down.
    pub fn address(&self, index: usize) -> Option<String> {
        self.servers[index].lock().unwrap().as_ref().map(|server| server.address.clone())
    }

    /// SIGKILL; returns once it is gone.
    pub fn kill(&self, index: usize) {
        self.servers[index].lock().unwrap().take().expect("it is up").kill();
    }

    /// Starts a killed one again. By the thread that lives as long as the fleet: a server ends with whoever started it.
    pub fn restart(&self, index: usize) {
        let server = Server::start(self.folder.path(), &self.database.address());
        *self.servers[index].lock().unwrap() = Some(server);
    }
}

impl Server {
    /// Returns when it has said where it listens.
    fn start(folder: &Path, database: &str) -> Self {
        let mut command = mortal(env!("CARGO_BIN_EXE_boothpay"));
        for (name, _) in std::env::vars_os().filter(|(name, _)| name.to_string_lossy().starts_with("BOOTHPAY_")) {
            command.env_remove(name);
        }
        command.arg("serve").current_dir(folder).env("BOOTHPAY_LISTEN", "127.0.0.1:0").envs(wallets::SETTINGS);
        command.env("BOOTHPAY_DATABASE", database);
        command.env("BOOTHPAY_PAYME_TRANSACTION_SECONDS", LIMIT_SECONDS.to_string());
        command.env("BOOTHPAY_BOOTH_ORDER_SECONDS", LIFE_SECONDS.to_string());
        command.env("BOOTHPAY_LOG_LEVEL", "error").stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::inherit());
        let mut child = command.spawn().unwrap();
        let out = BufReader::new(child.stdout.take().unwrap());
        let mut server = Self { child, out, address: String::new() };
        let mut line = String::new();
        server.out.read_line(&mut line).unwrap();
        let page = line.strip_prefix("Booth page:").unwrap_or_else(|| panic!("it ended before it listened: {line}"));
        server.address = page.trim().trim_start_matches("http://").trim_end_matches('/').to_owned();
        server
    }

    fn kill(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It may have been killed before.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
