//! A listening server on a database, and volleys of requests: every connection is open and has sent all but its last
//! byte when the barrier lets them all go.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Barrier};

use boothpay_protocol::ledger::journal::{Actor, Change, Entry, fold};
use boothpay_protocol::ledger::order::OrderId;
use boothpay_protocol::ledger::rows::Needs;
use boothpay_protocol::ledger::transaction::Transaction;
use boothpay_server::clock::Clock;
use boothpay_server::config::{Settings, Sources};
use boothpay_server::{App, Shutdown, giving_back, net, run, sweep};
use boothpay_store::{Address, Store};
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::net::TcpListener;
use tokio::runtime::Runtime;
use tokio::task::JoinHandle;

/// The clock's first time.
pub const START: i64 = 1_790_000_000_000;
/// Uzum's number of the service.
pub const UZUM_SERVICE: i64 = 498_614;
/// What every order here costs, in tiyin and in soum.
pub const TIYIN: i64 = 1_000_000;
const SOUM: i64 = 10_000;

pub struct Booth {
    pub address: SocketAddr,
    app: Arc<App>,
    hand: Arc<AtomicI64>,
    shutdown: Shutdown,
    serving: Option<JoinHandle<std::io::Result<()>>>,
    runtime: Runtime,
    _folder: Option<TempDir>,
}

/// A request, ready to be sent.
#[derive(Clone)]
pub struct Request {
    line: String,
    body: String,
}

/// HTTP status and body.
#[derive(Clone, Debug, PartialEq)]
pub struct Answer {
    pub status: u16,
    pub body: Value,
}

/// What is stored of one order.
pub struct Stored {
    pub transactions: Vec<Transaction>,
    pub journal: Vec<Entry>,
}

/// A call of Payme's.
pub fn payme(method: &str, params: Value) -> Request {
    let body = json!({"id": 1, "method": method, "params": params}).to_string();
    Request { line: "POST /api/payme/webhook".to_owned(), body }
}

pub fn create(id: &str, order: &str) -> Request {
    let account = json!({"order_id": order});
    payme("CreateTransaction", json!({"id": id, "time": START, "amount": TIYIN, "account": account}))
}

pub fn perform(id: &str) -> Request {
    payme("PerformTransaction", json!({"id": id}))
}

pub fn cancel(id: &str, reason: i64) -> Request {
    payme("CancelTransaction", json!({"id": id, "reason": reason}))
}

pub fn check(id: &str) -> Request {
    payme("CheckTransaction", json!({"id": id}))
}

/// `generate-qr`, so many soum dearer than usual.
pub fn offer(order: &str, dearer: i64) -> Request {
    let body = json!({"order_id": order, "paymentType": "payme", "amount": SOUM + dearer}).to_string();
    Request { line: "POST /api/generate-qr".to_owned(), body }
}

/// A body of JSON.
pub fn send_to(path: &str, body: &Value) -> Request {
    Request { line: format!("POST {path}"), body: body.to_string() }
}

pub fn post(path: &str) -> Request {
    Request { line: format!("POST {path}"), body: "{}".to_owned() }
}

/// An order at the booth's screen.
pub fn order_request() -> Request {
    let body = json!({"copies": 1, "paymentType": "payme"}).to_string();
    Request { line: "POST /api/booth/orders".to_owned(), body }
}

/// A page that asks whether it prints an order.
pub fn print(order: &str, page: &str) -> Request {
    Request { line: format!("POST /api/booth/orders/{order}/print"), body: json!({"page": page}).to_string() }
}

pub fn status(order: &str) -> Request {
    Request { line: format!("GET /api/payment-status/{order}"), body: String::new() }
}

impl Answer {
    /// The result, or the error's code.
    pub fn outcome(&self) -> Result<&Value, i64> {
        assert_eq!(self.status, 200, "{}", self.body);
        match self.body.get("result") {
            Some(result) => Ok(result),
            None => Err(self.body["error"]["code"].as_i64().expect("a result or an error")),
        }
    }
}

impl Booth {
    pub fn start() -> Self {
        let folder = tempfile::tempdir().unwrap();
        Self::on(Address::SqliteFile(folder.path().join("boothpay.db")), Some(folder))
    }

    /// On a database that may have other users.
    pub fn on(database: Address, folder: Option<TempDir>) -> Self {
        let mut settings = Settings::read(&Sources::default()).unwrap();
        settings.database = database;
        Arc::make_mut(&mut settings.uzum.rules).service_ids = vec![UZUM_SERVICE];
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(4).enable_all().build().unwrap();
        let listener = runtime.block_on(TcpListener::bind("127.0.0.1:0")).unwrap();
        let address = listener.local_addr().unwrap();
        let hand = Arc::new(AtomicI64::new(START));
        let (shutdown, stopping) = Shutdown::new();
        let store = Store::open(&settings.database).unwrap();
        let app = App::new(settings, store, Clock::Manual(Arc::clone(&hand)), stopping);
        let serving = Some(runtime.spawn(run(Arc::clone(&app), listener, net::connections(None, 1, 2048))));
        Self { address, app, hand, shutdown, serving, runtime, _folder: folder }
    }

    pub fn set_clock(&self, now: i64) {
        self.hand.store(now, Ordering::SeqCst);
    }

    /// How long a created transaction may wait, in milliseconds.
    pub fn limit(&self) -> i64 {
        self.app.settings.payme.rules.timeout.ms()
    }

    /// How long an order can be paid, in milliseconds.
    pub fn order_life(&self) -> i64 {
        self.app.settings.order_lifetime.ms()
    }

    pub fn ask(&self, request: Request) -> Answer {
        self.volley(vec![request]).remove(0)
    }

    /// Sends all at the same instant; the answers in the order of the requests.
    pub fn volley(&self, requests: Vec<Request>) -> Vec<Answer> {
        let barrier = Barrier::new(requests.len());
        std::thread::scope(|scope| self.fire(scope, &barrier, requests))
    }

    /// Sends all at the same instant as the sweep runs.
    pub fn volley_and_sweep(&self, requests: Vec<Request>) -> Vec<Answer> {
        let barrier = Barrier::new(requests.len() + 1);
        std::thread::scope(|scope| {
            let sweeping = scope.spawn(|| {
                barrier.wait();
                self.runtime.block_on(sweep::once(&self.app)).unwrap()
            });
            let answers = self.fire(scope, &barrier, requests);
            sweeping.join().unwrap();
            answers
        })
    }

    /// Notes that an order's money was handed back and asks its wallet for it, each by what was seen before the other; whether each was
    /// taken.
    pub fn hand_back_and_ask(&self, order: &str, is_asked_first: bool) -> (bool, bool) {
        let (store, now) = (&self.app.store, self.app.clock.now());
        self.runtime.block_on(async {
            let story = store.story(&[OrderId::parse(order).unwrap()]).await.unwrap().unwrap();
            let ask = async { giving_back::ask(store, Actor::Panel, &story, None, now).await.unwrap().is_ok() };
            let hand_back = async { giving_back::handed_back(store, Actor::Panel, &story, now).await.unwrap().is_ok() };
            if is_asked_first {
                let (asked, handed_back) = tokio::join!(ask, hand_back);
                (handed_back, asked)
            } else {
                tokio::join!(hand_back, ask)
            }
        })
    }

    fn fire<'scope>(
        &'scope self,
        scope: &'scope std::thread::Scope<'scope, '_>,
        barrier: &'scope Barrier,
        requests: Vec<Request>,
    ) -> Vec<Answer> {
        let send = |request| scope.spawn(move || self.exchange(&request, barrier));
        let sent: Vec<_> = requests.into_iter().map(send).collect();
        sent.into_iter().map(|thread| thread.join().unwrap()).collect()
    }

    /// One request; its last byte leaves after the barrier.
    pub fn exchange(&self, request: &Request, barrier: &Barrier) -> Answer {
        let mut connection = TcpStream::connect(self.address).unwrap();
        connection.set_nodelay(true).unwrap();
        let Request { line, body } = request;
        let text = format!(
            "{line} HTTP/1.1\r\nHost: {}\r\nConnection: close\r\nContent-Type: application/json\r\n\
             Content-Length: {}\r\n\r\n{body}",
            self.address,
            body.len()
        );
        let (most, last) = text.split_at(text.len() - 1);
        connection.write_all(most.as_bytes()).unwrap();
        barrier.wait();
        connection.write_all(last.as_bytes()).unwrap();
        let mut answer = String::new();
        connection.read_to_string(&mut answer).unwrap();
        let (head, body) = answer.split_once("\r\n\r\n").expect("a whole answer");
        let status = head.split(' ').nth(1).and_then(|code| code.parse().ok()).expect("a status");
        Answer { status, body: serde_json::from_str(body).unwrap() }
    }

    /// What is stored of an order, once the rules that hold at all times have been checked.
    pub fn stored(&self, order: &str) -> Stored {
        let (store, id) = (&self.app.store, OrderId::parse(order).unwrap());
        self.runtime.block_on(async {
            // Three reads are of one moment when nothing was written between them: a task that gives money back may just be doing so.
            let (mut order, mut transactions, mut journal);
            loop {
                order = store.rows(Needs::order(id.clone())).await.unwrap().order;
                transactions = store.transactions(id.clone()).await.unwrap();
                journal = store.journal(id.clone()).await.unwrap();
                if store.rows(Needs::order(id.clone())).await.unwrap().order == order {
                    break;
                }
            }
            let versions: Vec<usize> = journal.iter().map(|entry| entry.version as usize).collect();
            assert_eq!(versions, (1..=journal.len()).collect::<Vec<_>>(), "the journal has a gap");
            let folded = fold(&journal).unwrap();
            assert_eq!((folded.order, &folded.transactions), (order, &transactions));
            assert!(transactions.iter().filter(|it| it.state.holds()).count() <= 1, "{transactions:?}");
            Stored { transactions, journal }
        })
    }
}

impl Stored {
    /// How often something happened.
    pub fn count(&self, what: impl Fn(&Change) -> bool) -> usize {
        self.journal.iter().filter(|entry| what(&entry.change)).count()
    }
}

impl Drop for Booth {
    fn drop(&mut self) {
        self.shutdown.stop();
        if let Some(serving) = self.serving.take() {
            let served = self.runtime.block_on(serving);
            if !std::thread::panicking() {
                served.unwrap().unwrap();
            }
        }
    }
}
