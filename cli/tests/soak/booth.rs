//! A booth: the started program on a database of its own, in production mode, and the printer, which is no part of the program.

use crate::customer::{self, Visit};
use crate::database::Site;
use crate::http::Connection;
use crate::report::Counts;
use crate::{judge, mishaps};
use boothpay_sandbox::printer::FakePrinter;
use boothpay_test_support::{Random, mortal, wallets};
use serde_json::Value;
use std::collections::BTreeMap;
use std::fs::{self, OpenOptions};
use std::io::{BufRead, BufReader, Result};
use std::process::{Child, ChildStdout, Output, Stdio};
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;
use std::time::{Duration, Instant};
use tokio::net::TcpListener;
use tokio::runtime::Runtime;

/// Customers at a booth at the same time, so that the printer is never idle.
const AT_ONCE: u64 = 3;

/// How long a customer goes on asking a server that does not answer. It is away for a moment only.
pub const PATIENCE: Duration = Duration::from_secs(60);

/// The pause before he asks again.
const PAUSE: Duration = Duration::from_millis(100);

/// What a booth's printer is like.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Nature {
    /// It takes a moment for a sheet.
    Quick,
    /// It takes longer than the server has to believe, so that the server finds out when it pretends.
    Slow,
    /// In the controls: it says of every fifth job at once that it is done, and its owner has set that it may.
    Pretends,
    /// In the controls: it does not know jobs again, and loses every fifth answer.
    Forgets,
}

impl Nature {
    /// Whether its printer lies, so that faults are what is looked for.
    pub const fn is_a_lie(self) -> bool {
        matches!(self, Self::Pretends | Self::Forgets)
    }

    const fn pace(self) -> Duration {
        match self {
            Self::Quick | Self::Pretends | Self::Forgets => Duration::from_millis(60),
            Self::Slow => Duration::from_millis(1300),
        }
    }

    const fn sheet_seconds(self) -> u32 {
        match self {
            Self::Quick | Self::Pretends | Self::Forgets => 0,
            Self::Slow => 1,
        }
    }
}

pub struct Booth {
    pub site: Site,
    pub nature: Nature,
    pub printer: FakePrinter,
    /// Where the server is now. It has another port after every start.
    address: Mutex<String>,
    pub visits: Mutex<Vec<Visit>>,
    counts: Mutex<Counts>,
}

/// The started program. Ends when it is dropped.
pub struct Server {
    child: Child,
    /// Kept open: a program that cannot say what it wants to say ends.
    _out: BufReader<ChildStdout>,
}

impl Drop for Server {
    fn drop(&mut self) {
        // One that has ended by itself needs no signal.
        let _ = self.child.kill();
        self.child.wait().unwrap();
    }
}

impl Server {
    pub fn has_ended(&mut self) -> bool {
        self.child.try_wait().unwrap().is_some()
    }
}

/// Where the printers run.
pub fn machines() -> Runtime {
    tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap()
}

impl Booth {
    pub fn new(site: Site, nature: Nature, machines: &Runtime) -> Self {
        let printer = FakePrinter::new(nature.pace(), None);
        if nature == Nature::Forgets {
            printer.is_forgetful();
        }
        let listener = machines.block_on(TcpListener::bind("127.0.0.1:0")).unwrap();
        let at = listener.local_addr().unwrap();
        machines.spawn(printer.clone().serve(listener));
        let settings = format!(
            "[booth]\norder_seconds = 30\nbase_price = 20000\nmax_copies = 3\n[photos]\nsource = \"boothpay\"\n[prints]\nby = \"printer\"\n\
             printer = \"ipp://{at}/ipp/print\"\njob_seconds = 20\nwait_seconds = 40\nsheet_seconds = {}\n\
             [layouts]\npixels_4x6 = \"400x600\"\n",
            nature.sheet_seconds()
        );
        fs::write(site.folder().join("boothpay.toml"), settings).unwrap();
        let (visits, counts) = (Mutex::new(Vec::new()), Mutex::new(Counts::default()));
        let address = Mutex::new(String::new());
        Self { site, nature, printer, address, visits, counts }
    }

    /// So many customers come, and things happen meanwhile; then all is well again, and those who are owed prints come back.
    pub fn is_used(&self, orders: u64, mut random: Random) {
        let seed = random.number();
        let (next, left) = (AtomicU64::new(0), AtomicU64::new(AT_ONCE));
        thread::scope(|scope| {
            for _ in 0..AT_ONCE {
                scope.spawn(|| {
                    loop {
                        let number = next.fetch_add(1, Ordering::Relaxed);
                        if number >= orders {
                            break;
                        }
                        customer::comes(self, Random::new(seed ^ number.wrapping_mul(0x9e37_79b9)));
                    }
                    left.fetch_sub(1, Ordering::Release);
                });
            }
            let server = mishaps::happen(self, orders, &mut random, || left.load(Ordering::Acquire) > 0);
            self.printer.is_mended();
            judge::everything_is_settled(self);
            customer::all_come_back(self, &mut random);
            judge::everything_is_settled(self);
            drop(server);
        });
    }

    /// What was counted, with what the judge says.
    pub fn finish(self) -> Counts {
        judge::judge(&self);
        self.counts.into_inner().unwrap()
    }

    pub fn count(&self, what: &'static str) {
        self.counts.lock().unwrap().add(what, 1);
    }

    /// Something that must not be.
    pub fn fault(&self, words: &str, order: &str) {
        let log = fs::read_to_string(self.site.folder().join("server.log")).unwrap_or_default();
        let about: Vec<&str> = log.lines().filter(|line| line.contains(order)).collect();
        let rows = self.site.database.query(&format!(
            "select j.at_ms, j.change from journal j join orders o on o.order_row = j.order_row where o.order_id = '{order}' order by j.version"
        ));
        let rows: Vec<String> = rows.unwrap_or_default().into_iter().map(|row| row.join(" ")).collect();
        let sheets: Vec<String> = self.printer.sheets().into_iter().filter(|sheet| sheet.contains(order)).collect();
        let words = format!(
            "{:?}: order {order}: {words}\n  sheets: {sheets:?}\n  {}\n  {}",
            self.nature,
            rows.join("\n  "),
            about.join("\n  ")
        );
        self.counts.lock().unwrap().faults.push(words);
    }

    /// Starts the server, perhaps with a named place to die at, and lets customers know where it is.
    pub fn start(&self, dies_at: Option<&str>) -> Server {
        let mut command = self.command(&["serve"]);
        if let Some(point) = dies_at {
            command.env("CRASH_AT", point);
        }
        let log = OpenOptions::new().create(true).append(true).open(self.site.folder().join("server.log")).unwrap();
        let mut child = command.stdout(Stdio::piped()).stderr(log).spawn().unwrap();
        let mut out = BufReader::new(child.stdout.take().unwrap());
        let mut line = String::new();
        out.read_line(&mut line).unwrap();
        if let Some(page) = line.strip_prefix("Booth page:") {
            *self.address.lock().unwrap() = page.trim().trim_start_matches("http://").trim_end_matches('/').to_owned();
        }
        Server { child, _out: out }
    }

    /// Runs a command to its end.
    pub fn run(&self, arguments: &[&str]) -> Output {
        self.command(arguments).output().unwrap()
    }

    fn command(&self, arguments: &[&str]) -> std::process::Command {
        let mut command = mortal(env!("CARGO_BIN_EXE_boothpay"));
        for (name, _) in std::env::vars_os() {
            if name.to_string_lossy().starts_with("BOOTHPAY_") {
                command.env_remove(name);
            }
        }
        command.env("BOOTHPAY_LISTEN", "127.0.0.1:0").envs(wallets::SETTINGS);
        command.env("BOOTHPAY_DATABASE", self.site.database.setting());
        command.args(arguments).current_dir(self.site.folder()).stdin(Stdio::null());
        command
    }

    /// Asks once; an error is a server that died or is away.
    pub fn ask_once(&self, method: &str, path: &str, body: &str) -> Result<(u16, Value)> {
        let address = self.address.lock().unwrap().clone();
        Connection::open(&address)?.send(method, path, body)
    }

    /// Asks until the server answers something else than that it cannot now; none when it never does.
    pub fn ask(&self, method: &str, path: &str, body: &Value) -> Option<(u16, Value)> {
        let begun = Instant::now();
        let body = if body.is_null() { String::new() } else { body.to_string() };
        while begun.elapsed() < PATIENCE {
            match self.ask_once(method, path, &body) {
                Ok((status, answer)) if status < 500 => return Some((status, answer)),
                Ok(_) | Err(_) => thread::sleep(PAUSE),
            }
        }
        None
    }

    /// An order as its page sees it.
    pub fn order(&self, order: &str) -> Option<Value> {
        let (status, answer) = self.ask("GET", &format!("/api/booth/orders/{order}"), &Value::Null)?;
        (status == 200).then_some(answer)
    }

    /// How often each copy of an order came out of the printer.
    pub fn sheets(&self, order: &str) -> BTreeMap<u16, u64> {
        let mut copies = BTreeMap::new();
        for sheet in self.printer.sheets() {
            if let Some((of, copy)) = read_sheet(&sheet)
                && of == order
            {
                *copies.entry(copy).or_default() += 1;
            }
        }
        copies
    }
}

/// The order and the copy that the name of a sheet says: "boothpay ORDER JOB/COPY".
pub fn read_sheet(name: &str) -> Option<(&str, u16)> {
    let (order, rest) = name.strip_prefix("boothpay ")?.split_once(' ')?;
    Some((order, rest.split_once('/')?.1.parse().ok()?))
}
