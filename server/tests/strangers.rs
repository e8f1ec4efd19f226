//! Connections that want nothing but to be in the way: over real sockets, whoever has something to say is heard.

use boothpay_protocol::time::TimeMs;
use boothpay_server::clock::Clock;
use boothpay_server::config::{Settings, Sources};
use boothpay_server::{App, Listeners, Shutdown, run};
use boothpay_store::{Address, Store};
use std::io::{ErrorKind, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::sync::Arc;
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};

/// Connections that the servers here take.
const MOST: usize = 64;

/// Strangers of each kind.
const STRANGERS: usize = 200;

/// How long an answer may take on a busy machine before a test fails instead of hanging.
const PATIENCE: Duration = Duration::from_secs(20);

/// A server with both of its listeners, on a thread of its own.
struct Server {
    shutdown: Shutdown,
    page: SocketAddr,
    webhook: SocketAddr,
    thread: Option<std::thread::JoinHandle<()>>,
}

fn app() -> (Arc<App>, Shutdown) {
    app_with(&[])
}

fn app_with(environment: &[(&str, &str)]) -> (Arc<App>, Shutdown) {
    let environment = environment.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    let settings = Settings::read(&Sources { environment, ..Sources::default() }).unwrap();
    let (shutdown, stopping) = Shutdown::new();
    let store = Store::open(&Address::SqliteMemory).unwrap();
    (App::new(settings, store, Clock::manual(TimeMs::new(1_700_000_000_000)), stopping), shutdown)
}

impl Server {
    fn start() -> Self {
        let (app, shutdown) = app();
        let listener = || {
            let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
            listener.set_nonblocking(true).unwrap();
            (listener.local_addr().unwrap(), listener)
        };
        let ((page, pages), (webhook, webhooks)) = (listener(), listener());
        let thread = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
            runtime.block_on(async {
                let [booth, webhooks] = [pages, webhooks].map(|it| tokio::net::TcpListener::from_std(it).unwrap());
                let listeners = Listeners { webhooks: Some(webhooks), ..Listeners::from(booth) };
                run(app, listeners, MOST).await.unwrap();
            });
        });
        Self { shutdown, page, webhook, thread: Some(thread) }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.shutdown.stop();
        if let Some(thread) = self.thread.take() {
            thread.join().unwrap();
        }
    }
}

fn connect(address: SocketAddr) -> TcpStream {
    let stream = TcpStream::connect_timeout(&address, PATIENCE).unwrap();
    stream.set_read_timeout(Some(PATIENCE)).unwrap();
    stream
}

fn post(path: &str, body: &str) -> String {
    let length = body.len();
    format!(
        "POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nContent-Length: {length}\r\n\r\n{body}"
    )
}

/// Sends a request on an open connection and reads the answer's head and body.
fn ask(stream: &mut TcpStream, request: &str) -> String {
    stream.write_all(request.as_bytes()).unwrap();
    let mut answer = Vec::new();
    loop {
        let text = String::from_utf8_lossy(&answer).into_owned();
        if let Some((head, body)) = text.split_once("\r\n\r\n") {
            let length = head.lines().find_map(|line| line.strip_prefix("content-length: ")).unwrap();
            if body.len() >= length.parse().unwrap() {
                return text;
            }
        }
        let mut more = [0; 4096];
        let read = stream.read(&mut more).unwrap();
        assert!(read > 0, "the connection was closed: {text}");
        answer.extend(&more[..read]);
    }
}

fn pay(server: &Server, order: &str) {
    let offer = format!(r#"{{"order_id": "{order}", "paymentType": "payme", "amount": 10000}}"#);
    let offered = ask(&mut connect(server.page), &post("/api/generate-qr", &offer));
    assert!(offered.starts_with("HTTP/1.1 200"), "{offered}");
    let create = format!(
        r#"{{"id": 1, "method": "CreateTransaction", "params": {{"id": "p-{order}", "time": 1700000000000, "amount": 1000000, "account": {{"order_id": "{order}"}}}}}}"#
    );
    let created = ask(&mut connect(server.webhook), &post("/api/payme/webhook", &create));
    assert!(created.contains(r#""state":1"#), "{created}");
    let perform = format!(r#"{{"id": 2, "method": "PerformTransaction", "params": {{"id": "p-{order}"}}}}"#);
    let performed = ask(&mut connect(server.webhook), &post("/api/payme/webhook", &perform));
    assert!(performed.contains(r#""state":2"#), "{performed}");
}

/// What strangers send before they fall silent.
fn kinds() -> Vec<(&'static str, String)> {
    let half_body = post("/api/payme/webhook", &"x".repeat(50_000));
    vec![
        ("silence", String::new()),
        ("half a request line", "GET /".to_owned()),
        ("half a header", "POST /api/payme/webhook HTTP/1.1\r\nHost: bo".to_owned()),
        ("half a body", half_body[..30_000].to_owned()),
        (
            "an event stream nobody reads",
            "GET /api/booth/orders/watched/events HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n".to_owned(),
        ),
        ("answers nobody reads", "GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n".repeat(300)),
    ]
}

#[test]
fn strangers_of_every_kind_leave_page_and_webhook_free() {
    let server = Server::start();
    let offer = r#"{"order_id": "watched", "paymentType": "payme", "amount": 10000}"#;
    ask(&mut connect(server.page), &post("/api/generate-qr", offer));
    let mut everybody = Vec::new();
    for (number, (kind, sent)) in kinds().into_iter().enumerate() {
        for address in [server.page, server.webhook] {
            for _ in 0..STRANGERS {
                let mut stream = connect(address);
                stream.set_nonblocking(true).unwrap();
                // Some are cut off while they write, or are not read any more.
                match stream.write(sent.as_bytes()) {
                    Ok(_) => {}
                    Err(error) => assert!(
                        matches!(
                            error.kind(),
                            ErrorKind::WouldBlock | ErrorKind::ConnectionReset | ErrorKind::BrokenPipe
                        ),
                        "{kind}: {error}"
                    ),
                }
                everybody.push(stream);
            }
        }
        pay(&server, &format!("order-{number}"));
        everybody.drain(..everybody.len().saturating_sub(STRANGERS));
    }
}

/// In production the key decides whose connection is kept; here, that of whoever is being answered and the newcomers'.
#[test]
fn a_length_that_is_said_in_two_ways_is_refused_and_the_connection_is_closed() {
    let server = Server::start();
    let body = r#"{"id": 1, "method": "CheckTransaction", "params": {"id": "nobody"}}"#;
    let chunks = format!("{:x}\r\n{body}\r\n0\r\n\r\n", body.len());
    let request =
        |lengths: &str| format!("POST /api/payme/webhook HTTP/1.1\r\nHost: 127.0.0.1\r\n{lengths}\r\n\r\n{chunks}");
    let (length, coding) = (format!("Content-Length: {}", chunks.len()), "Transfer-Encoding: chunked");
    for both in [format!("{length}\r\n{coding}"), format!("{coding}\r\n{length}")] {
        let mut stream = connect(server.webhook);
        // One call that is as it should be before it, on the same connection.
        assert!(ask(&mut stream, &request(coding)).contains("-31003"));
        let refused = ask(&mut stream, &request(&both));
        assert!(refused.starts_with("HTTP/1.1 400") && refused.contains("two ways"), "{refused}");
        assert_eq!(stream.read(&mut [0; 16]).unwrap_or(0), 0, "the connection is closed");
        // Behind another request, in one piece with it.
        let mut stream = connect(server.webhook);
        stream.write_all(format!("GET /nowhere HTTP/1.1\r\nHost: a\r\n\r\n{}", request(&both)).as_bytes()).unwrap();
        let mut all = String::new();
        stream.read_to_string(&mut all).unwrap();
        assert!(all.contains("two ways") && !all.contains("-31003"), "{all}");
    }
}

#[test]
fn a_connection_that_asks_goes_on_while_strangers_come_and_go() {
    let server = Server::start();
    for number in 0..20 {
        let silent: Vec<TcpStream> = (0..MOST).map(|_| connect(server.page)).collect();
        pay(&server, &format!("order-{number}"));
        drop(silent);
    }
}

async fn alone() -> (SocketAddr, Shutdown) {
    alone_with(&[]).await
}

async fn alone_with(environment: &[(&str, &str)]) -> (SocketAddr, Shutdown) {
    let (app, shutdown) = app_with(environment);
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(run(app, listener, MOST));
    (address, shutdown)
}

/// Seconds until the server closes a connection on which this was sent.
async fn closed_after(sent: &str) -> u64 {
    closed_with(&[], sent).await
}

/// The same under an owner's settings.
async fn closed_with(environment: &[(&str, &str)], sent: &str) -> u64 {
    let (address, _shutdown) = alone_with(environment).await;
    let begun = tokio::time::Instant::now();
    let mut stream = tokio::net::TcpStream::connect(address).await.unwrap();
    stream.write_all(sent.as_bytes()).await.unwrap();
    let mut answer = Vec::new();
    // A connection that is cut may be reset.
    let _ = stream.read_to_end(&mut answer).await;
    begun.elapsed().as_secs()
}

#[tokio::test(start_paused = true)]
async fn half_a_request_is_waited_for_ten_seconds() {
    for sent in ["", "GET /", "GET / HTTP/1.1\r\nHost: bo"] {
        let seconds = closed_after(sent).await;
        assert!((10..=12).contains(&seconds), "{sent:?}: {seconds} s");
    }
}

#[tokio::test(start_paused = true)]
async fn half_a_body_is_waited_for_twenty_seconds_at_most() {
    let seconds =
        closed_after("POST /api/payme/webhook HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 500\r\n\r\nhalf").await;
    assert!((15..=22).contains(&seconds), "{seconds} s");
}

#[tokio::test(start_paused = true)]
async fn an_owner_may_set_how_long_is_waited() {
    let half_a_body = "POST /api/payme/webhook HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 500\r\n\r\nhalf";
    for (variable, seconds, sent) in [
        ("BOOTHPAY_LIMITS_HEAD_SECONDS", 60, "GET /"),
        ("BOOTHPAY_LIMITS_BODY_SECONDS", 90, half_a_body),
        ("BOOTHPAY_LIMITS_KEEP_ALIVE_SECONDS", 30, "GET /livez HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"),
    ] {
        let closed = closed_with(&[(variable, &seconds.to_string())], sent).await;
        assert!((seconds..=seconds + 7).contains(&closed), "{variable}: {closed} s");
    }
}

#[tokio::test(start_paused = true)]
async fn a_trickle_is_no_request() {
    let (address, _shutdown) = alone().await;
    // While the server reads its database to start, the paused time runs on with every byte.
    let mut first = tokio::net::TcpStream::connect(address).await.unwrap();
    first.write_all(b"GET /livez HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n").await.unwrap();
    first.read_to_end(&mut Vec::new()).await.unwrap();
    let begun = tokio::time::Instant::now();
    let mut stream = tokio::net::TcpStream::connect(address).await.unwrap();
    let mut byte = [0];
    loop {
        let written = stream.write_all(b"x").await;
        let read = tokio::time::timeout(Duration::from_secs(1), stream.read(&mut byte)).await;
        if written.is_err() || read.is_ok() {
            break;
        }
    }
    assert!((10..=13).contains(&begun.elapsed().as_secs()), "{:?}", begun.elapsed());
}

#[tokio::test(start_paused = true)]
async fn a_connection_is_kept_between_calls_as_long_as_payme_wishes() {
    let seconds = closed_after("GET /livez HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n").await;
    assert!((600..=602).contains(&seconds), "{seconds} s");
}
