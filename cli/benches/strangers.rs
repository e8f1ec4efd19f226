//! What strangers at the server's HTTPS port take from the wallets: `cargo bench --bench strangers`.
//!
//! The started program, in production, with a certificate of its own making and SQLite on disk. Wallets make whole payments at a steady pace
//! over connections that they keep; they are alone in every second turn, and beside one kind of strangers in the others. A call's time
//! counts from when it was due, so a server that stands still for a while is seen. Wallets, strangers and server share the machine. The
//! aim: the wallets keep 0.95 of what they have alone.

#[path = "../tests/https/booth.rs"]
#[allow(dead_code)] // Shared with the tests of HTTPS, which use more of it.
mod booth;
mod orders;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use booth::{Booth, DOMAIN, KEY};
use boothpay_server::config::{Settings, Sources};
use boothpay_store::{Address, Store};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::task::JoinSet;
use tokio::time::{Instant, interval, sleep_until, timeout};
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;
use tokio_rustls::rustls::pki_types::{CertificateDer, ServerName};

/// How long a turn lasts, and how often each kind of strangers has one.
const TURN: Duration = Duration::from_secs(5);
const ROUNDS: u64 = 3;

/// Connections of the wallets, and the calls that they all make in a second: 250 payments, many times what all booths of a country take.
const WALLETS: u64 = 32;
const CALLS_PER_SECOND: u64 = 1000;
/// CheckPerform, Create, Perform, Check.
const CALLS_OF_A_PAYMENT: u64 = 4;

/// Handshakes that are begun and left, and how many a second at most are begun.
const HALF: usize = 5000;
const HALF_PER_SECOND: u64 = 1000;
/// Handshakes of which a byte comes now and then.
const SLOW: usize = 1000;
const SLOW_STEP: Duration = Duration::from_millis(200);
/// Whole handshakes a second, each with a call under a wrong key.
const WRONG_PER_SECOND: u64 = 100;
const WRONG: usize = 32;

/// Sockets of this process and of the server, with some for the rest.
const FILES: u64 = 20_000;

#[derive(Clone, Copy)]
enum Strangers {
    Nobody,
    HalfHandshakes,
    SlowHandshakes,
    WrongKeys,
}

impl Strangers {
    const ALL: [Self; 4] = [Self::Nobody, Self::HalfHandshakes, Self::SlowHandshakes, Self::WrongKeys];

    fn name(self) -> String {
        match self {
            Self::Nobody => "nobody".to_owned(),
            Self::HalfHandshakes => format!("{HALF} half handshakes"),
            Self::SlowHandshakes => format!("{SLOW} slow handshakes"),
            Self::WrongKeys => format!("{WRONG_PER_SECOND} wrong keys/s"),
        }
    }
}

fn main() {
    rlimit::increase_nofile_limit(FILES).expect("files");
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().expect("a runtime");
    let (settings, root) = booth::kept_certificate();
    let folder = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).expect("a folder on the disk");
    // Each kind is preceded by a turn of the wallets alone.
    let turns = 2 * (Strangers::ALL.len() as u64 - 1) * ROUNDS;
    let payments = turns * (TURN.as_secs() * CALLS_PER_SECOND / CALLS_OF_A_PAYMENT + WALLETS);
    runtime.block_on(make_orders(&folder.path().join("boothpay.db"), payments));
    let server = Booth::start_in(folder, &settings.text, &[]);
    runtime.block_on(compare(&server, &root));
    server.end();
}

async fn compare(server: &Booth, root: &CertificateDer<'static>) {
    let door = Door { address: server.https.clone(), tls: TlsConnector::from(Arc::new(booth::trusting(root))) };
    let next = Arc::new(AtomicU64::new(0));
    println!("{:<22}  {:>7}  {:>7}  {:>8}  {:>8}  {:>8}", "beside", "calls/s", "share", "p50", "p99", "most");
    for strangers in Strangers::ALL.into_iter().skip(1) {
        let (mut alone, mut beside) = (Tally::default(), Tally::default());
        for _ in 0..ROUNDS {
            alone.add(turn(&door, Strangers::Nobody, &next).await);
            beside.add(turn(&door, strangers, &next).await);
        }
        println!("{}", alone.row(&Strangers::Nobody.name(), 1.0));
        let share = beside.per_second() / alone.per_second();
        println!("{}", beside.row(&strangers.name(), share));
    }
}

/// Where the server answers HTTPS, and how its certificate is trusted.
#[derive(Clone)]
struct Door {
    address: String,
    tls: TlsConnector,
}

/// The times of the calls that were answered within their turn, in microseconds.
#[derive(Default)]
struct Tally {
    turns: u64,
    micros: Vec<u64>,
}

impl Tally {
    fn add(&mut self, mut micros: Vec<u64>) {
        self.turns += 1;
        self.micros.append(&mut micros);
    }

    fn per_second(&self) -> f64 {
        self.micros.len() as f64 / (self.turns * TURN.as_secs()) as f64
    }

    fn row(&mut self, name: &str, share: f64) -> String {
        self.micros.sort_unstable();
        let at = |share: f64| {
            let index = ((self.micros.len() as f64 * share) as usize).min(self.micros.len().saturating_sub(1));
            format!("{:.2} ms", self.micros.get(index).copied().unwrap_or(0) as f64 / 1000.0)
        };
        format!("{name:<22}  {:>7.0}  {share:>7.3}  {:>8}  {:>8}  {:>8}", self.per_second(), at(0.5), at(0.99), at(1.0))
    }
}

/// One turn of the wallets, beside strangers that were there first.
async fn turn(door: &Door, strangers: Strangers, next: &Arc<AtomicU64>) -> Vec<u64> {
    let mut crowd = JoinSet::new();
    let pace = Arc::new(tokio::sync::Mutex::new(interval(match strangers {
        Strangers::WrongKeys => Duration::from_secs(1) / WRONG_PER_SECOND as u32,
        Strangers::Nobody | Strangers::HalfHandshakes | Strangers::SlowHandshakes => {
            Duration::from_secs(1) / HALF_PER_SECOND as u32
        }
    })));
    let hello = Arc::new(booth::client_hello(DOMAIN));
    let mut ready = Duration::ZERO;
    match strangers {
        Strangers::Nobody => {}
        Strangers::HalfHandshakes => {
            for number in 0..HALF {
                crowd.spawn(half_handshakes(door.clone(), Arc::clone(&pace), Arc::clone(&hello), number));
            }
            ready = Duration::from_secs(HALF as u64 / HALF_PER_SECOND);
        }
        Strangers::SlowHandshakes => {
            for _ in 0..SLOW {
                crowd.spawn(slow_handshakes(door.clone(), Arc::clone(&pace), Arc::clone(&hello)));
            }
            ready = Duration::from_secs(SLOW as u64 / HALF_PER_SECOND);
        }
        Strangers::WrongKeys => {
            for _ in 0..WRONG {
                crowd.spawn(wrong_keys(door.clone(), Arc::clone(&pace)));
            }
        }
    }
    tokio::time::sleep(ready).await;
    let begun = Instant::now();
    let wallets: JoinSet<_> =
        (0..WALLETS).map(|number| wallet(door.clone(), number, begun, Arc::clone(next))).collect();
    let micros = wallets.join_all().await.concat();
    crowd.shutdown().await;
    micros
}

async fn wallet(door: Door, number: u64, begun: Instant, next: Arc<AtomicU64>) -> Vec<u64> {
    let mut line = door.handshake().await.expect("a wallet is let in");
    let step = Duration::from_secs(1) * WALLETS as u32 / CALLS_PER_SECOND as u32;
    let mut due = begun + step * number as u32 / WALLETS as u32;
    let mut micros = Vec::new();
    loop {
        let n = next.fetch_add(1, Ordering::SeqCst);
        let account = format!(r#""account":{{"order_id":"bench-{n}"}},"amount":1000000"#);
        let time = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).expect("a clock").as_millis();
        for body in [
            format!(r#"{{"method":"CheckPerformTransaction","params":{{{account}}},"id":1}}"#),
            format!(r#"{{"method":"CreateTransaction","params":{{"id":"{n:024x}","time":{time},{account}}},"id":2}}"#),
            format!(r#"{{"method":"PerformTransaction","params":{{"id":"{n:024x}"}},"id":3}}"#),
            format!(r#"{{"method":"CheckTransaction","params":{{"id":"{n:024x}"}},"id":4}}"#),
        ] {
            sleep_until(due).await;
            let answer = call(&mut line, KEY, &body).await.expect("a wallet is answered");
            assert!(answer.contains("\"result\""), "{body}: {answer}");
            if begun.elapsed() >= TURN {
                return micros;
            }
            micros.push(due.elapsed().as_micros() as u64);
            due += step;
        }
    }
}

type Pace = Arc<tokio::sync::Mutex<tokio::time::Interval>>;

/// Begins handshakes, one after the other, and leaves each until the server ends it.
async fn half_handshakes(door: Door, pace: Pace, hello: Arc<Vec<u8>>, number: usize) {
    let sent = [&[][..], &hello[..5], &hello[..hello.len() - 1], b"POST /api/payme/webhook HTTP/1.1\r\n"][number % 4];
    loop {
        pace.lock().await.tick().await;
        let Ok(mut line) = TcpStream::connect(&door.address).await else { continue };
        let _ = line.write_all(sent).await;
        let _ = line.read(&mut [0; 64]).await;
    }
}

async fn slow_handshakes(door: Door, pace: Pace, hello: Arc<Vec<u8>>) {
    loop {
        pace.lock().await.tick().await;
        let Ok(mut line) = TcpStream::connect(&door.address).await else { continue };
        for byte in hello.iter() {
            if line.write_all(&[*byte]).await.is_err() || timeout(SLOW_STEP, line.read(&mut [0; 64])).await.is_ok() {
                break;
            }
        }
    }
}

async fn wrong_keys(door: Door, pace: Pace) {
    loop {
        pace.lock().await.tick().await;
        let Ok(mut line) = door.handshake().await else { continue };
        let body = r#"{"method":"PerformTransaction","params":{"id":"000000000000000000000000"},"id":3}"#;
        let _ = call(&mut line, "of a stranger", body).await;
    }
}

impl Door {
    async fn handshake(&self) -> std::io::Result<TlsStream<TcpStream>> {
        let line = TcpStream::connect(&self.address).await?;
        line.set_nodelay(true)?;
        self.tls.connect(ServerName::try_from(DOMAIN).expect("a name"), line).await
    }
}

/// Asks on a connection that is kept, and gives the answer's text.
async fn call(line: &mut TlsStream<TcpStream>, key: &str, body: &str) -> std::io::Result<String> {
    let pair = STANDARD.encode(format!("Paycom:{key}"));
    let request = format!(
        "POST /api/payme/webhook HTTP/1.1\r\nhost: {DOMAIN}\r\nauthorization: Basic {pair}\r\ncontent-type: application/json\r\n\
         content-length: {}\r\n\r\n{body}",
        body.len()
    );
    line.write_all(request.as_bytes()).await?;
    let mut answer = Vec::new();
    loop {
        if line.read_buf(&mut answer).await? == 0 {
            return Err(std::io::ErrorKind::UnexpectedEof.into());
        }
        let text = String::from_utf8_lossy(&answer);
        let Some((head, body)) = text.split_once("\r\n\r\n") else { continue };
        let length =
            head.lines().find_map(|line| line.to_ascii_lowercase().strip_prefix("content-length: ")?.parse().ok());
        if length.is_some_and(|length: usize| body.len() >= length) {
            return Ok(text.into_owned());
        }
    }
}

/// Orders to pay, made before the server starts.
async fn make_orders(file: &Path, payments: u64) {
    let sources = Sources {
        environment: vec![("BOOTHPAY_BOOTH_ORDER_SECONDS".to_owned(), "86400".to_owned())],
        ..Sources::default()
    };
    let settings = Settings::read(&sources).expect("good settings");
    let store = Store::open(&Address::SqliteFile(file.to_owned())).expect("a database");
    orders::make(&store, &settings, 0..payments).await;
}
