//! A private PostgreSQL cluster: made in a temporary folder, ended with the test program, however that ends.

use crate::port::own_port;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

/// The clusters' only user.
const USER: &str = "booth";

/// Its password: TCP connections have to give it, connections through the socket do not.
const PASSWORD: &str = "cluster-secret";

/// The account that runs the server when the tests run as root, which the server refuses.
const SERVER_ACCOUNT: &str = "postgres";

/// Sessions picked to be killed: one may have ended by itself between being seen and being killed.
const SESSIONS_PICKED_MAX: usize = 20;

/// How long the processes of a killed server may take to notice.
const END_PATIENCE: Duration = Duration::from_secs(10);

/// A running cluster. Ends when it is dropped.
pub struct Cluster {
    programs: PathBuf,
    folder: PathBuf,
    port: u16,
    databases: AtomicU32,
    // The caretaker ends the cluster and removes the folder when this pipe closes, which even a kill of the tests does.
    caretaker: Child,
    lifeline: Option<ChildStdin>,
}

/// A database that one test has for itself.
#[derive(Clone, Debug)]
pub struct Database {
    /// Its address, password included.
    pub url: String,
    psql: PathBuf,
}

impl Cluster {
    /// The cluster that the tests of one program share: made at the first call.
    pub fn shared() -> &'static Self {
        static SHARED: OnceLock<Cluster> = OnceLock::new();
        SHARED.get_or_init(Self::start)
    }

    /// A cluster for one test that stops, freezes or changes it.
    pub fn start() -> Self {
        Self::start_in(tempfile::Builder::new().prefix("boothpay-pg-").tempdir().expect("a temporary folder").keep())
    }

    /// The same in a folder of the caller's choice, which is there, empty, and removed at the end.
    pub fn start_in(folder: PathBuf) -> Self {
        let programs = programs();
        let port = own_port();
        std::fs::write(folder.join("password"), PASSWORD).expect("a file with the password");
        if is_root() {
            run(Command::new("chown").args(["-R", SERVER_ACCOUNT]).arg(&folder));
        }
        let (caretaker, lifeline) = caretaker(&folder);
        let cluster =
            Self { programs, folder, port, databases: AtomicU32::new(0), caretaker, lifeline: Some(lifeline) };
        run(cluster
            .program("initdb")
            .args(["--username", USER, "--encoding", "UTF8", "--locale", "C", "--no-sync"])
            .args(["--auth-local", "trust", "--auth-host", "scram-sha-256", "--pwfile"])
            .arg(cluster.folder.join("password"))
            .arg("--pgdata")
            .arg(cluster.data()));
        cluster.configure(&format!(
            "port = {port}\nlisten_addresses = '127.0.0.1'\nunix_socket_directories = '{}'\nfsync = on\n\
             max_connections = 200\nshared_buffers = 32MB\nlog_min_messages = error\n",
            cluster.folder.display()
        ));
        cluster.start_server();
        cluster
    }

    /// A new, empty database, reached over TCP with a password.
    pub fn database(&self) -> Database {
        self.made_from("template1")
    }

    /// A new database with everything that another one has. Nobody may have the other one open; sessions that are about
    /// to end are waited for.
    pub fn copy_of(&self, other: &Database) -> Database {
        self.made_from(other.url.rsplit('/').next().unwrap_or_default())
    }

    fn made_from(&self, template: &str) -> Database {
        let name = format!("test_{}", self.databases.fetch_add(1, Ordering::Relaxed));
        run(Command::new(self.programs.join("createdb"))
            .args(["--username", USER, "--port", &self.port.to_string(), "--template", template, "--host"])
            .arg(&self.folder)
            .arg(&name));
        let url = format!("postgres://{USER}:{PASSWORD}@127.0.0.1:{}/{name}", self.port);
        Database { url, psql: self.programs.join("psql") }
    }

    /// The same database through the socket, without a password.
    pub fn socket_url(&self, database: &Database) -> String {
        let name = database.url.rsplit('/').next().unwrap_or_default();
        let folder = self.folder.display().to_string().replace('/', "%2F");
        format!("postgres://{USER}@{folder}:{}/{name}", self.port)
    }

    /// The cluster's folder; the database files are in `data`.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Gives a file to the account that runs the server, for its eyes only.
    pub fn hand_over(&self, file: &Path) {
        run(Command::new("chmod").arg("600").arg(file));
        if is_root() {
            run(Command::new("chown").arg(SERVER_ACCOUNT).arg(file));
        }
    }

    /// Adds lines to the configuration; they count after a new start.
    pub fn configure(&self, lines: &str) {
        let path = self.data().join("postgresql.conf");
        let mut file = std::fs::OpenOptions::new().append(true).open(path).expect("the configuration");
        file.write_all(lines.as_bytes()).expect("a longer configuration");
    }

    /// Starts the server and returns when it takes connections.
    pub fn start_server(&self) {
        run(self
            .program("pg_ctl")
            .args(["start", "--wait", "--silent", "--log"])
            .arg(self.folder.join("log"))
            .arg("--pgdata")
            .arg(self.data()));
    }

    /// Stops the server: `fast` ends its sessions in order, `immediate` is as good as a crash.
    pub fn stop_server(&self, mode: &str) {
        run(self.program("pg_ctl").args(["stop", "--wait", "--silent", "--mode", mode, "--pgdata"]).arg(self.data()));
    }

    /// Kills the server's first process, as a machine without memory does; the others notice and end. Returns when all are
    /// gone, so that it can be started again.
    pub fn kill_server(&self) {
        let postmaster = self.postmaster();
        let processes = children(&postmaster);
        run(Command::new("kill").args(["-KILL", &postmaster]));
        let started = Instant::now();
        while processes.iter().chain([&postmaster]).any(|process| is_running(process)) {
            assert!(started.elapsed() < END_PATIENCE, "processes of the killed server go on");
            std::thread::sleep(Duration::from_millis(10));
        }
    }

    /// Kills one session of a database, which makes the server end all sessions and recover as after a crash. A frozen or
    /// stopped server has none to kill.
    pub fn kill_session(&self, database: &Database) -> Result<(), String> {
        let mut picked = String::new();
        for _ in 0..SESSIONS_PICKED_MAX {
            picked = database.sql(
                "select pid from pg_stat_activity where datname = current_database() and application_name = 'boothpay'
                 order by state = 'active' desc, random() limit 1",
            )?;
            let killed = Command::new("kill").args(["-KILL", &picked]).stderr(Stdio::null()).status();
            if killed.is_ok_and(|status| status.success()) {
                return Ok(());
            }
        }
        Err(format!("no session {picked:?}"))
    }

    /// Freezes every process of the server: it takes connections and never says anything.
    pub fn freeze(&self) {
        self.signal_all("-STOP");
    }

    /// Lets a frozen server go on.
    pub fn thaw(&self) {
        self.signal_all("-CONT");
    }

    /// The process ids of a running server: the postmaster's first.
    pub fn processes(&self) -> Vec<String> {
        let postmaster = self.postmaster();
        let children = children(&postmaster);
        std::iter::once(postmaster).chain(children).collect()
    }

    fn signal_all(&self, signal: &str) {
        let postmaster = self.postmaster();
        // The postmaster first, so that it starts no further process.
        run(Command::new("kill").args([signal, &postmaster]));
        for process in children(&postmaster) {
            // One that has ended meanwhile needs no signal.
            let _ = Command::new("kill").args([signal, &process]).stderr(Stdio::null()).status();
        }
    }

    fn postmaster(&self) -> String {
        let file = std::fs::read_to_string(self.data().join("postmaster.pid")).expect("a running server");
        file.lines().next().expect("its process id").trim().to_owned()
    }

    fn data(&self) -> PathBuf {
        self.folder.join("data")
    }

    /// A server program, as the account that may run it.
    fn program(&self, name: &str) -> Command {
        let path = self.programs.join(name);
        if !is_root() {
            return Command::new(path);
        }
        let mut command = Command::new("setpriv");
        command.args(["--reuid", SERVER_ACCOUNT, "--regid", SERVER_ACCOUNT, "--clear-groups"]).arg(path);
        // The folder in which the tests run may be closed to that account.
        command.current_dir("/");
        command
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        self.lifeline = None;
        let _ = self.caretaker.wait();
    }
}

impl Database {
    /// Copies rows in PostgreSQL's text format into `columns_of`, a table with its columns in parentheses.
    pub fn copy(&self, columns_of: &str, write: impl FnOnce(&mut dyn std::io::Write) -> std::io::Result<()>) {
        let mut psql = Command::new(&self.psql)
            .args(["--no-psqlrc", "--quiet", "--set", "ON_ERROR_STOP=1", "--command"])
            .arg(format!("copy {columns_of} from stdin"))
            .arg(&self.url)
            .stdin(Stdio::piped())
            .spawn()
            .expect("psql");
        let mut to = std::io::BufWriter::new(psql.stdin.take().expect("its input"));
        let written = write(&mut to).and_then(|()| to.flush());
        // Its input ends here, and with it the copying.
        drop(to);
        assert!(psql.wait().expect("its end").success(), "psql could not copy");
        written.expect("rows for psql");
    }

    /// Does something by hand; the error is what `psql` said.
    pub fn sql(&self, sql: &str) -> Result<String, String> {
        let output = Command::new(&self.psql)
            .args([
                "--no-psqlrc",
                "--quiet",
                "--tuples-only",
                "--no-align",
                "--set",
                "ON_ERROR_STOP=1",
                "--command",
                sql,
            ])
            .arg(&self.url)
            .stdin(Stdio::null())
            .output()
            .expect("psql");
        match output.status.success() {
            true => Ok(String::from_utf8_lossy(&output.stdout).trim().to_owned()),
            false => Err(String::from_utf8_lossy(&output.stderr).into_owned()),
        }
    }
}

/// A shell that waits for its input to end, then ends the server and removes the folder.
fn caretaker(folder: &Path) -> (Child, ChildStdin) {
    // A signal from the keyboard, or from `timeout`, meets every process of the group; the caretaker is needed after it.
    // Frozen processes notice nothing, so they are thawed first.
    let script = r#"
        trap "" HUP INT TERM
        cat >/dev/null
        if pid=$(head -n 1 "$1/data/postmaster.pid" 2>/dev/null); then
            kill -CONT "$pid" $(cat "/proc/$pid/task/$pid/children" 2>/dev/null) 2>/dev/null
            kill -QUIT "$pid" 2>/dev/null
            while kill -0 "$pid" 2>/dev/null; do sleep 0.05; done
        fi
        rm -rf "$1"
    "#;
    let mut child = Command::new("sh")
        .args(["-c", script, "caretaker"])
        .arg(folder)
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .expect("a shell");
    let lifeline = child.stdin.take().expect("its input");
    (child, lifeline)
}

/// The folder of the server programs: they are not on the path on Debian.
fn programs() -> PathBuf {
    let from_config = Command::new("pg_config").arg("--bindir").output().ok();
    let named = from_config.map(|output| PathBuf::from(String::from_utf8_lossy(&output.stdout).trim()));
    let versions = std::fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    let mut found: Vec<PathBuf> = versions.map(|version| version.path().join("bin")).collect();
    found.sort();
    let usable = |folder: &PathBuf| folder.join("initdb").is_file() && folder.join("postgres").is_file();
    let programs = found.into_iter().rev().chain(named).find(usable);
    programs.expect("the server programs of PostgreSQL (Debian: apt install postgresql)")
}

fn is_root() -> bool {
    let output = Command::new("id").arg("-u").output().expect("the user's number");
    output.stdout.trim_ascii() == b"0"
}

fn children(parent: &str) -> Vec<String> {
    let of_parent = |process: &String| {
        // The parent's number is the second field after the name, which stands in parentheses.
        let stat = std::fs::read_to_string(format!("/proc/{process}/stat")).unwrap_or_default();
        let after_name = stat.rsplit(')').next().unwrap_or_default();
        after_name.split_whitespace().nth(1) == Some(parent)
    };
    let processes = std::fs::read_dir("/proc").expect("the list of processes").flatten();
    let numbers = processes.filter_map(|entry| entry.file_name().into_string().ok());
    numbers.filter(|name| name.bytes().all(|byte| byte.is_ascii_digit())).filter(of_parent).collect()
}

/// Whether a process does anything any more: one that nobody has asked how it ended stays in the list, as a zombie.
fn is_running(process: &str) -> bool {
    let stat = std::fs::read_to_string(format!("/proc/{process}/stat")).unwrap_or_default();
    stat.rsplit(") ").next().is_some_and(|after_name| !after_name.is_empty() && !after_name.starts_with('Z'))
}

fn run(command: &mut Command) {
    let output = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped());
    let status = output.output().unwrap_or_else(|error| panic!("{command:?}: {error}"));
    assert!(status.status.success(), "{command:?}: {}", String::from_utf8_lossy(&status.stderr));
}
