//! A server with its database on the disk: SQLite's file, or PostgreSQL with everything it has.

use crate::device::{Device, ends_with_the_tests, run, wait_until};
use crate::http::Connection;
use boothpay_test_support::{Cluster, Database, wallets};
use rusqlite::types::Value;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, Stdio};

/// MiB of a disk that holds a SQLite file, and of one that holds a cluster.
const DISK: (u64, u64) = (256, 640);

/// Where the database is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Sqlite,
    Postgres,
}

impl Kind {
    pub fn name(self) -> &'static str {
        match self {
            Self::Sqlite => "SQLite",
            Self::Postgres => "PostgreSQL",
        }
    }

    /// What `WEAK_SYNC` has to be for a server that loses.
    fn weak(self) -> &'static str {
        match self {
            Self::Sqlite => "normal",
            Self::Postgres => "off",
        }
    }
}

/// The disk and the database on it. The database goes first when it is dropped.
pub struct Stand {
    cluster: Option<(Cluster, Database)>,
    file: PathBuf,
    device: Device,
}

impl Stand {
    /// A new disk with an empty database. The error says what this machine lacks.
    pub fn new(kind: Kind) -> Result<Self, String> {
        let (for_a_file, for_a_cluster) = DISK;
        let device = Device::new(if kind == Kind::Sqlite { for_a_file } else { for_a_cluster })?;
        let cluster = (kind == Kind::Postgres).then(|| {
            let folder = device.root().join("cluster");
            std::fs::create_dir(&folder).unwrap();
            let cluster = Cluster::start_in(folder);
            let database = cluster.database();
            (cluster, database)
        });
        device.sync();
        Ok(Self { cluster, file: device.root().join("boothpay.db"), device })
    }

    /// What `--database` is told.
    pub fn address(&self) -> String {
        self.cluster.as_ref().map_or_else(|| self.file.display().to_string(), |(_, database)| database.url.clone())
    }

    /// Cuts the power of disk, database and server at once, and waits until the processes are gone.
    pub fn cut(&mut self, server: Server) {
        let mut computer = vec![server.child.id().to_string()];
        computer.extend(self.cluster.iter().flat_map(|(cluster, _)| cluster.processes()));
        self.device.cut(&computer);
        drop(server);
        // A process that the database server started in that very instant ends when it misses the one that started it.
        wait_until("the database's processes end", || {
            !self.device.is_used() && computer.iter().all(|process| !Path::new("/proc").join(process).exists())
        })
        .unwrap();
    }

    /// Switches everything but the server on again.
    pub fn power_on(&mut self) {
        self.device.power_on();
        if let Some((cluster, _)) = &self.cluster {
            cluster.start_server();
        }
    }

    /// Reads with plain SQL: rows of columns, as text.
    pub fn read(&self, sql: &str) -> Vec<Vec<String>> {
        if let Some((_, database)) = &self.cluster {
            let text = database.sql(sql).unwrap();
            return text.lines().map(|line| line.split('|').map(str::to_owned).collect()).collect();
        }
        let database = rusqlite::Connection::open(&self.file).unwrap();
        let mut statement = database.prepare(sql).unwrap();
        let columns = statement.column_count();
        let row = |row: &rusqlite::Row<'_>| {
            let text = |column| match row.get::<_, Value>(column)? {
                Value::Integer(number) => Ok(number.to_string()),
                Value::Text(text) => Ok(text),
                other @ (Value::Null | Value::Real(_) | Value::Blob(_)) => panic!("{sql}: {other:?}"),
            };
            (0..columns).map(text).collect::<rusqlite::Result<Vec<String>>>()
        };
        statement.query_map([], row).unwrap().map(Result::unwrap).collect()
    }

    /// Everything written so far outlives a cut.
    pub fn sync(&self) {
        self.device.sync();
    }

    /// `boothpay verify`: what it found.
    pub fn verify(&self) -> Result<(), String> {
        run(boothpay(Command::new(env!("CARGO_BIN_EXE_boothpay"))).args(["verify", "--database", &self.address()]))
            .map(drop)
    }
}

/// The started server, in production mode.
pub struct Server {
    child: Child,
    /// Kept open: a program that cannot say what it wants to say ends.
    _out: BufReader<ChildStdout>,
    pub address: String,
}

impl Server {
    /// Starts it and waits until it answers. A weak one syncs less than it must.
    pub fn start(stand: &Stand, kind: Kind, is_weak: bool) -> Result<Self, String> {
        let mut command = boothpay(ends_with_the_tests(env!("CARGO_BIN_EXE_boothpay")));
        command.arg("serve").env("BOOTHPAY_DATABASE", stand.address()).env("BOOTHPAY_LISTEN", "127.0.0.1:0");
        command.envs(wallets::SETTINGS).env("BOOTHPAY_LOG_LEVEL", "error");
        if is_weak {
            command.env("WEAK_SYNC", kind.weak());
        }
        let mut child = command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
        let mut out = BufReader::new(child.stdout.take().unwrap());
        let mut line = String::new();
        out.read_line(&mut line).unwrap();
        let page = line.strip_prefix("Booth page:").unwrap_or_default();
        let address = page.trim().trim_start_matches("http://").trim_end_matches('/').to_owned();
        let server = Self { child, _out: out, address };
        let answer = Connection::open(&server.address).and_then(|mut it| it.send("GET", "/livez", ""));
        match answer {
            Ok((200, _)) => Ok(server),
            other => Err(format!("the server does not start; it said {line:?} and answered {other:?}")),
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Without the settings of the person who runs the tests.
fn boothpay(mut command: Command) -> Command {
    for (name, _) in std::env::vars_os() {
        if name.to_string_lossy().starts_with("BOOTHPAY_") {
            command.env_remove(name);
        }
    }
    command
}
