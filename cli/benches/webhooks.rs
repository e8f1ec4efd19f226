//! How many webhooks a second, next to an empty handler of the same framework: `cargo bench --bench webhooks`.
//!
//! Both servers run in this process on loopback with the program's allocator, take and parse bodies of the same size and
//! answer bodies of the same size. The load is the same keep-alive connections, in turns, so that whatever else the machine
//! does hits both alike. The webhook is a whole payment: CheckPerform, Create, Perform and CheckTransaction of a new order
//! each, every answer after its commit: on SQLite on disk with `synchronous=FULL`, or with `WEBHOOK_STORE=postgres` on a
//! private PostgreSQL server with the settings that Debian gives it (`fsync=on`, `synchronous_commit=on`), which shares the
//! machine with both.

mod orders;

use axum::Router;
use axum::body::Bytes;
use axum::routing::post;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use boothpay_server::clock::Clock;
use boothpay_server::config::{Settings, Sources};
use boothpay_server::{App, Shutdown};
use boothpay_store::{Address, Store};
use boothpay_test_support::Cluster;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Connections at the same time; another number with `WEBHOOK_CONNECTIONS`.
const CONNECTIONS: usize = 64;
/// How long each turn of each server lasts; the whole run is bounded by the turns.
const TURN: Duration = Duration::from_secs(3);
const TURNS: usize = 3;
/// Orders made before each turn, on SQLite and on PostgreSQL: more than a turn can pay.
const ORDERS: u64 = 135_000;
const ORDERS_POSTGRES: u64 = 45_000;
const KEY: &str = "benchmark-key-of-36-characters-00000";

fn main() {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().expect("a runtime");
    runtime.block_on(compare());
}

async fn compare() {
    let connections = std::env::var("WEBHOOK_CONNECTIONS").ok().and_then(|n| n.parse().ok()).unwrap_or(CONNECTIONS);
    let folder = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).expect("a folder on the disk");
    // Kept until the end: the PostgreSQL server ends with it.
    let (_cluster, database, name, enough) = match std::env::var("WEBHOOK_STORE").as_deref() {
        Ok("postgres") => {
            let cluster = start_postgres();
            let address = Address::parse(&cluster.database().url).expect("an address");
            (Some(cluster), address, "boothpay, PostgreSQL", ORDERS_POSTGRES)
        }
        Ok("sqlite") | Err(_) => {
            (None, Address::SqliteFile(folder.path().join("bench.db")), "boothpay, SQLite FULL", ORDERS)
        }
        Ok(other) => panic!("WEBHOOK_STORE is sqlite or postgres, not {other}"),
    };
    let (shutdown, boothpay, store, settings) = start_boothpay(&database).await;
    let empty = start_empty().await;
    let next = Arc::new(AtomicU64::new(0));
    let mut empty_total = Tally::default();
    let mut boothpay_total = Tally::default();
    for _ in 0..TURNS {
        let orders = make_orders(&store, &settings, next.load(Ordering::SeqCst) + enough).await;
        empty_total.add(load(empty, connections, &Arc::new(AtomicU64::new(0)), u64::MAX).await);
        boothpay_total.add(load(boothpay, connections, &next, orders).await);
    }
    shutdown.stop();
    println!("connections            {connections}");
    println!("empty handler          {}", empty_total.report());
    println!("{name:<21}  {}", boothpay_total.report());
    println!("ratio                  {:.2}", boothpay_total.per_second() / empty_total.per_second());
    println!("memory (peak of both)  {}", peak_memory());
}

/// Requests answered, the time they took together, and each one's own.
#[derive(Default)]
struct Tally {
    seconds: f64,
    micros: Vec<u64>,
}

impl Tally {
    fn add(&mut self, other: Self) {
        self.seconds += other.seconds;
        self.micros.extend(other.micros);
    }

    fn per_second(&self) -> f64 {
        self.micros.len() as f64 / self.seconds
    }

    fn report(&mut self) -> String {
        self.micros.sort_unstable();
        let at = |share: f64| {
            let index = (self.micros.len() as f64 * share) as usize;
            self.micros.get(index).copied().unwrap_or(0) as f64 / 1000.0
        };
        format!("{:>8.0} requests/s   p50 {:.2} ms   p99 {:.2} ms", self.per_second(), at(0.50), at(0.99))
    }
}

/// A server as Debian sets it up, which is with four times the shared memory of one for tests.
fn start_postgres() -> Cluster {
    let cluster = Cluster::start();
    cluster.configure("shared_buffers = 128MB\nsynchronous_commit = on\n");
    cluster.stop_server("fast");
    cluster.start_server();
    cluster
}

async fn start_boothpay(database: &Address) -> (Shutdown, SocketAddr, Store, Settings) {
    let environment = [
        ("BOOTHPAY_PAYME_KEY", KEY),
        ("BOOTHPAY_PAYME_MERCHANT_ID", "587f72c72cac0d162c722ae2"),
        ("BOOTHPAY_BOOTH_ORDER_SECONDS", "86400"),
    ];
    let environment = environment.map(|(name, value)| (name.to_owned(), value.to_owned())).to_vec();
    let settings = Settings::read(&Sources { environment, ..Sources::default() }).expect("good settings");
    let store = Store::open(database).expect("a database");
    let (shutdown, stopping) = Shutdown::new();
    let app = App::new(settings.clone(), store.clone(), Clock::System, stopping);
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = listener.local_addr().expect("an address");
    tokio::spawn(boothpay_server::run(app, listener, boothpay_server::net::connections(None, 1, 2048)));
    (shutdown, address, store, settings)
}

/// The same framework, doing nothing: parses the body and answers one of the usual size.
async fn start_empty() -> SocketAddr {
    const ANSWER: &str =
        r#"{"result":{"create_time":1795285991058,"transaction":"123456","state":1,"receivers":null},"id":2}"#;
    let handler = post(async |body: Bytes| {
        std::hint::black_box(serde_json::from_slice::<serde_json::Value>(&body)).expect("a JSON body");
        ([("content-type", "application/json; charset=UTF-8"), ("cache-control", "no-store")], ANSWER)
    });
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = listener.local_addr().expect("an address");
    let router = Router::new().route("/api/payme/webhook", handler);
    tokio::spawn(axum::serve(listener, router).into_future());
    address
}

/// Makes orders until there are as many as wanted, and returns how many that is.
async fn make_orders(store: &Store, settings: &Settings, wanted: u64) -> u64 {
    let made = store.order_counts().await.expect("counts").iter().map(|(_, count)| *count).sum::<i64>();
    orders::make(store, settings, u64::try_from(made).expect("a count")..wanted).await;
    wanted
}

/// Loads a server for one turn.
async fn load(address: SocketAddr, connections: usize, next: &Arc<AtomicU64>, orders: u64) -> Tally {
    let started = Instant::now();
    let deadline = started + TURN;
    let mut tasks = tokio::task::JoinSet::new();
    for _ in 0..connections {
        tasks.spawn(pay_until(address, Arc::clone(next), orders, deadline));
    }
    let micros = tasks.join_all().await.concat();
    Tally { seconds: started.elapsed().as_secs_f64(), micros }
}

async fn pay_until(address: SocketAddr, next: Arc<AtomicU64>, orders: u64, deadline: Instant) -> Vec<u64> {
    let mut connection = Connection::open(address).await;
    let mut micros = Vec::new();
    while Instant::now() < deadline {
        let n = next.fetch_add(1, Ordering::SeqCst);
        if n >= orders {
            break;
        }
        let account = format!(r#""account":{{"order_id":"bench-{n}"}},"amount":1000000"#);
        let id = format!("{n:024x}");
        for body in [
            format!(r#"{{"method":"CheckPerformTransaction","params":{{{account}}},"id":1}}"#),
            format!(
                r#"{{"method":"CreateTransaction","params":{{"id":"{id}","time":1795285991058,{account}}},"id":2}}"#
            ),
            format!(r#"{{"method":"PerformTransaction","params":{{"id":"{id}"}},"id":3}}"#),
            format!(r#"{{"method":"CheckTransaction","params":{{"id":"{id}"}},"id":4}}"#),
        ] {
            let sent = Instant::now();
            connection.call(&body).await;
            micros.push(u64::try_from(sent.elapsed().as_micros()).unwrap_or(u64::MAX));
        }
    }
    micros
}

/// One keep-alive connection that checks that every answer is a result.
struct Connection {
    stream: TcpStream,
    head: String,
    buffer: Vec<u8>,
}

impl Connection {
    async fn open(address: SocketAddr) -> Self {
        let stream = TcpStream::connect(address).await.expect("a connection");
        stream.set_nodelay(true).expect("a socket option");
        let credentials = STANDARD.encode(format!("Paycom:{KEY}"));
        let head = format!(
            "POST /api/payme/webhook HTTP/1.1\r\nhost: {address}\r\nauthorization: Basic {credentials}\r\n\
             content-type: application/json\r\n"
        );
        Self { stream, head, buffer: Vec::with_capacity(4096) }
    }

    async fn call(&mut self, body: &str) {
        let request = format!("{}content-length: {}\r\n\r\n{body}", self.head, body.len());
        self.stream.write_all(request.as_bytes()).await.expect("a request");
        self.buffer.clear();
        loop {
            let read = self.stream.read_buf(&mut self.buffer).await.expect("an answer");
            assert_ne!(read, 0, "the server hung up");
            if let Some(answer) = whole_body(&self.buffer) {
                assert!(answer.contains("\"result\""), "{answer}");
                return;
            }
        }
    }
}

/// The body of an answer once all of it is there.
fn whole_body(buffer: &[u8]) -> Option<&str> {
    let text = std::str::from_utf8(buffer).ok()?;
    let (head, body) = text.split_once("\r\n\r\n")?;
    let length = head.lines().find_map(|line| line.to_ascii_lowercase().strip_prefix("content-length: ")?.parse().ok());
    (body.len() >= length?).then_some(body)
}

/// The most memory that this process (both servers, the load and its figures) has had; Linux only.
fn peak_memory() -> String {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    line.map_or("not known on this system".to_owned(), |size| size.trim().to_owned())
}
